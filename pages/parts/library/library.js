// The chapters of the library, or of its bin. Names, hits and requests are the writer's: text alone.
Object.assign(ICONS, {
  rename: "M4 20h4L19 9l-4-4L4 16v4 M13 7l4 4",
  remove: "M5 7h14 M10 4h4 M7 7l1 13h8l1-13 M10 11v5 M14 11v5",
});
const shelves = new WeakMap();

function makeShelf(root, data) {
  const say = data.words;
  const shelf = { stamp: data.stamp };
  const act = (kind, row) => () => shelf.send("act", { kind, id: row.id, stamp: data.stamp });

  const button = (kind, row, said, full, style) =>
    el("button", {
      type: "button", class: `button ${style || ""}`, "data-kind": kind, onclick: act(kind, row),
      "aria-label": fill(full, { name: row.name }), title: ICONS[kind] && style !== "wide" ? said : null,
    }, ICONS[kind] && style !== "wide" ? icon(kind) : said);

  const todo = (row) => data.bin ? [
    button("recover", row, say.shelf_recover, say.shelf_recover_name, "wide"),
    button("purge", row, say.shelf_purge, say.shelf_purge_name, "no"),
  ] : [
    button("rename", row, say.shelf_rename, say.shelf_rename_name),
    button("remove", row, say.shelf_remove, say.shelf_remove_name, "no"),
    button("open", row, say.shelf_open, say.shelf_open_name, "wide"),
  ];

  const facts = (row) => [
    fill(say.shelf_turns, { n: row.turns }),
    row.stocks.join(", "),
    fill(say.shelf_versions, { n: row.versions }),
    row.author,
    data.bin ? el("span", {}, ...binned(row)) : when(row.at, data.lang, say.shelf_just),
  ].filter(Boolean);

  const binned = (row) => {
    const [head, tail] = say.shelf_removed_at.split("{when}");
    return [head, when(row.at, data.lang, say.shelf_just), tail];
  };

  const words = data.query.toLowerCase().split(/\s+/).filter(Boolean);
  const marked = (text) => {
    const small = text.toLowerCase();
    const [found, word] = words.map((each) => [small.indexOf(each), each]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0] || [];
    if (word === undefined || small.length !== text.length) return [text];
    const end = found + word.length;
    return [text.slice(0, found), el("mark", {}, text.slice(found, end)), ...marked(text.slice(end))];
  };

  const title = (row) =>
    el("h3", {}, data.bin ? el("span", { dir: "auto" }, row.name)
      : el("button", { type: "button", class: "name", dir: "auto", onclick: act("open", row), "data-kind": "open" }, row.name),
      row.here ? el("span", { class: "here" }, say.shelf_here) : null);

  const line = (row) =>
    el("li", { class: "chapter", "data-id": row.id },
      el("div", { class: "about" },
        title(row),
        el("p", { class: "facts" }, facts(row).map((fact) => el("span", { dir: "auto" }, fact))),
        row.hit ? el("p", { class: "hit", dir: "auto" }, hidden(`${say.shelf_hit}: `), marked(row.hit)) : null),
      el("div", { class: "acts" }, todo(row)));

  const box = el("div", { class: "root" }, el("ul", { class: "shelf", "aria-label": data.label }, data.rows.map(line)));
  // Streamlit listens for single keys on the document (r runs again, c clears): ours end here.
  box.addEventListener("keydown", (event) => { if (event.key.length === 1 || event.key === "Process") event.stopPropagation(); });
  root.append(box);
  shelf.leave = () => box.remove();
  return shelf;
}

export default function ({ parentElement, data, setTriggerValue }) {
  let shelf = shelves.get(parentElement);
  if (shelf?.stamp !== data.stamp) {
    shelf?.leave();
    shelf = makeShelf(parentElement, data);
    shelves.set(parentElement, shelf);
  }
  shelf.send = setTriggerValue;
  return () => { shelves.get(parentElement)?.leave(); shelves.delete(parentElement); };
}
