// The tree of versions, newest first. Lines are drawn for the eye; the words beside them say the same.
const pasts = new WeakMap();

// A line from one lane to another within a box that is `tall` high, in the box's own units.
function curve(from, to, wide, tall) {
  const x = (lane) => (lane + .5) * wide;
  const middle = tall / 2;
  return from === to ? `M${x(from)} 0V${tall}` : `M${x(from)} 0C${x(from)} ${middle} ${x(to)} ${middle} ${x(to)} ${tall}`;
}

function makePast(root, data) {
  const say = data.words;
  const past = { stamp: data.stamp, shown: null };
  const rows = new Map();

  const half = (kind, lines) => {
    const box = svg("svg", { class: kind, viewBox: `0 0 ${data.lanes * 18 + 10} 100`, preserveAspectRatio: "none" });
    for (const [from, to] of lines) box.append(svg("path", { d: curve(from, to, 18, 100), transform: "translate(2 0)" }));
    return box;
  };

  const rail = (row) =>
    el("div", { class: "rail", "aria-hidden": "true", style: `--lanes:${data.lanes}` },
      half("upper", row.above), half("lower", row.below), el("span", { class: "dot", style: `--at:${row.lane}` }));

  const todo = (row) =>
    el("div", { class: "todo", id: `todo-${row.number}`, role: "group", "aria-label": fill(say.past_more, { n: row.number }), hidden: past.shown !== row.number },
      row.acts.map(([kind, said]) => el("button", {
        type: "button", class: "button", "data-kind": kind,
        onclick: () => past.send("act", { kind, number: row.number, stamp: data.stamp }),
      }, said)));

  const facts = (row) => [
    row.act,
    row.places ? fill(say.past_places, { n: row.places }) : "",
    row.author,
    when(row.at, data.lang, say.shelf_just),
    el("span", { class: "hash", title: row.hash }, row.hash.slice(0, 8)),
  ].filter(Boolean);

  const tags = (row) => [
    row.now ? el("span", { class: "tag now" }, say.past_now) : null,
    row.name ? el("span", { class: "tag name", dir: "auto" }, row.name) : null,
    (data.branched ? row.heads : []).map((name) => el("span", { class: "tag", dir: "auto" }, name)),
    row.from ? el("span", { class: "tag" }, row.from) : null,
    row.undone ? el("span", { class: "tag" }, say.past_undone) : null,
  ];

  const show = (number) => {
    past.shown = past.shown === number ? null : number;
    for (const [key, one] of rows) {
      one.classList.toggle("shown", key === past.shown);
      one.querySelector(".todo").hidden = key !== past.shown;
      one.querySelector(".more").setAttribute("aria-expanded", String(key === past.shown));
    }
  };

  const line = (row) => {
    const more = el("button", {
      type: "button", class: "button more", "aria-expanded": "false", "aria-controls": `todo-${row.number}`,
      "aria-label": fill(say.past_more, { n: row.number }), onclick: () => show(row.number),
    }, icon("open"), say.past_acts);
    const item = el("li", { class: `version${row.now ? " now" : ""}${row.undone ? " undone" : ""}`, "data-number": row.number }, rail(row),
      el("div", { class: "what" },
        el("div", { class: "head" }, el("h2", {}, fill(say.past_version, { n: row.number })), tags(row), more),
        row.request ? el("p", { class: "request", dir: "auto" }, row.request) : null,
        el("p", { class: "facts" }, facts(row).map((fact) => el("span", { dir: "auto" }, fact))),
        todo(row)));
    rows.set(row.number, item);
    return item;
  };

  const box = el("div", { class: "root" }, el("ol", { class: "past", reversed: true, "aria-label": say.past_list }, data.rows.map(line)));
  // Streamlit listens for single keys on the document (r runs again, c clears): ours end here.
  box.addEventListener("keydown", (event) => { if (event.key.length === 1 || event.key === "Process") event.stopPropagation(); });
  root.append(box);
  past.leave = () => box.remove();
  return past;
}

export default function ({ parentElement, data, setTriggerValue }) {
  let past = pasts.get(parentElement);
  if (past?.stamp !== data.stamp) {
    past?.leave();
    past = makePast(parentElement, data);
    pasts.set(parentElement, past);
  }
  past.send = setTriggerValue;
  return () => { pasts.get(parentElement)?.leave(); pasts.delete(parentElement); };
}
