// Signing out: the server ends the session, and the browser goes to where one signs in again.
const rows = new WeakMap();

function makeSigning(root, data) {
  const out = async () => {
    button.disabled = true;
    if (data.out) await fetch("/sign-out", { method: "POST", redirect: "manual" }).catch(() => {});
    location.assign(data.there);
  };
  const button = el("button", { type: "button", class: "out", onclick: out }, data.label);
  const box = el("div", { class: "signing" }, button);
  root.append(box);
  return { leave: () => box.remove(), stamp: data.stamp };
}

export default function ({ parentElement, data }) {
  let row = rows.get(parentElement);
  if (row?.stamp !== data.stamp) {
    row?.leave();
    row = makeSigning(parentElement, data);
    rows.set(parentElement, row);
  }
  return () => { rows.get(parentElement)?.leave(); rows.delete(parentElement); };
}
