// What edits cost: figures, a bar a day, tables. All text is made by the page, and enters as text.
const drawn = new WeakMap();

const card = ([name, figure, more]) =>
  el("div", { class: "figure" }, el("dt", {}, name), el("dd", {}, el("b", {}, figure), el("span", {}, more)));

function chart(data) {
  const top = Math.max(...data.bars.map((bar) => bar.value));
  const column = (bar) => el("span", {
    class: bar.value ? "column" : "column none", title: `${bar.day} · ${bar.said}`,
    style: `--share: ${top ? bar.value / top : 0}`,
  });
  const most = data.bars.find((bar) => bar.value === top);
  const said = data.bars.filter((bar) => bar.value).map((bar) => `${bar.day} ${bar.said}`).join(", ");
  return el("section", {},
    el("h2", {}, data.title),
    el("div", { class: "chart", role: "img", "aria-label": `${data.title}: ${said}` },
      el("span", { class: "top" }, most.said), el("div", { class: "columns" }, data.bars.map(column))),
    el("div", { class: "days", "aria-hidden": "true" }, el("span", {}, data.bars[0].day), el("span", {}, data.bars.at(-1).day)));
}

const table = ({ title, head, rows }) =>
  el("section", {},
    el("h2", {}, title),
    el("table", {},
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, rows.map(([name, ...rest]) => el("tr", {},
        el("th", { scope: "row", dir: "auto" }, name),
        rest.map((value, at) => el("td", { "data-label": head[at + 1] }, value)))))));

export default function ({ parentElement, data }) {
  const before = drawn.get(parentElement);
  if (before?.stamp === data.stamp) return;
  before?.box.remove();
  const box = el("div", { class: "costs" },
    el("dl", { class: "figures" }, data.cards.map(card)), chart(data), data.tables.map(table));
  parentElement.append(box);
  drawn.set(parentElement, { stamp: data.stamp, box });
}
