// A chapter without an edit, as cards.
function cardBox(turn, say) {
  const field = (one) => el("div", { class: `field ${one.name}` }, el("span", { class: "label" }, one.label), el("p", {}, one.text || el("span", { class: "none" }, say.empty)));
  return el("section", { class: "turn", "aria-label": turn.title },
    el("header", {}, el("h2", {}, turn.title), turn.tag ? el("span", { class: "badge tag" }, turn.tag) : null),
    el("div", { class: "story" }, turn.fields.map(field)),
    el("div", { class: "stocks" }, turn.stocks.map((stock) => stockCard(stock, say))));
}

function stockCard(stock, say) {
  const step = typeof stock.price === "number" && typeof stock.opening === "number" ? stock.price - stock.opening : 0;
  return el("div", { class: "stock-card", role: "group", "aria-label": stock.name || say.name },
    el("div", { class: "top" }, el("b", {}, stock.name || say.empty), stock.risk ? el("span", { class: `risk ${stock.level}` }, stock.risk) : null),
    el("div", { class: "price" }, stock.price === null ? el("span", { class: "none" }, say.nothing) : fill(say.coins, { n: stock.price }), moved(step, say)),
    stock.outlook ? el("p", {}, stock.outlook) : null,
    stock.about ? el("p", { class: "about" }, stock.about) : null);
}
