// Example requests that fill the request box. They hold the chapter's own names, so they are text.
const rows = new WeakMap();

function makeChips(root, data) {
  const row = { stamp: data.stamp };
  const chip = (request) => el("button", { type: "button", class: "chip", onclick: () => row.send("picked", request) }, request);
  const box = el("div", { class: "chips", role: "group", "aria-label": data.label }, el("span", { class: "label", "aria-hidden": "true" }, data.label), data.requests.map(chip));
  root.append(box);
  row.leave = () => box.remove();
  return row;
}

export default function ({ parentElement, data, setTriggerValue }) {
  let row = rows.get(parentElement);
  if (row?.stamp !== data.stamp) {
    row?.leave();
    row = makeChips(parentElement, data);
    rows.set(parentElement, row);
  }
  row.send = setTriggerValue;
  return () => { rows.get(parentElement)?.leave(); rows.delete(parentElement); };
}
