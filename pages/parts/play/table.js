// The prices as a table, turn by turn. A price that is put is handed in as a change.
const TABLE_MOST = 999_999_999;

class PriceTable extends Figure {
  constructor(host, pair, ctx) {
    super(host, pair, ctx, "table");
    this.always = true;
    this.drafts = this.mine.drafts ||= new Map();
    this.chapter = JSON.stringify(this.now.turns.map((turn) => turn.stocks.map((stock) => stock.name)));
  }

  body() {
    const { turns } = this.now;
    this.reshaped = Boolean(this.pair.before) && this.pair.before.turns.length !== turns.length;
    this.stocks = Math.max(0, ...turns.map((turn) => turn.stocks.length));
    if (!this.stocks) return this.broken();
    return [
      this.now.playable ? null : this.broken(),
      el("p", { class: "hint" }, this.say.table_hint),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.say.table_label, "data-key": "table" },
        el("table", {}, el("thead", {}, this.heads()), el("tbody", {}, turns.map((turn) => this.row(turn))))),
    ];
  }

  name(stock) {
    return this.now.turns.map((turn) => turn.stocks[stock]?.name).find(Boolean) || fill(this.say.limits_stock, { n: stock + 1 });
  }

  heads() {
    return el("tr", {}, el("th", { scope: "col" }, this.say.table_turn),
      Array.from({ length: this.stocks }, (_, stock) => el("th", { scope: "col" }, el("span", { class: "headed" }, this.sign(stock), el("span", {}, this.name(stock))))));
  }

  row(turn) {
    const here = this.ctx.turn === turn.n;
    return el("tr", { class: here ? "here" : null }, el("th", { scope: "row" }, this.goes(turn.n)),
      Array.from({ length: this.stocks }, (_, stock) => this.cell(turn, stock)));
  }

  earlier(turn, stock) {
    const before = this.reshaped ? undefined : this.pair.before?.turns[turn.n - 1]?.stocks[stock]?.price;
    return before === undefined || before === null || before === turn.stocks[stock]?.price ? null : before;
  }

  cell(turn, stock) {
    const one = turn.stocks[stock];
    if (!one) return el("td", {}, el("span", { class: "none" }, this.say.nothing));
    const was = this.earlier(turn, stock), key = `price ${turn.n} ${stock + 1}`;
    const box = el("td", { class: was === null ? null : "changed" });
    const input = el("input", {
      type: "text", inputmode: "numeric", autocomplete: "off", "data-key": key, maxlength: 16,
      "aria-label": fill(this.say.table_cell, { turn: this.turn(turn.n), name: one.name || this.name(stock) }),
      readonly: this.ctx.busy,
    });
    const cell = { box, input, key, turn: turn.n, stock: stock + 1, price: one.price, written: this.plain(one.price), earlier: this.now.turns[turn.n - 2]?.stocks[stock]?.price };
    cell.under = el("span", { class: "under" });
    cell.old = was === null ? null : el("del", { class: "old" }, hidden(`${this.say.table_old} `), this.number(was));
    input.value = this.draft(cell);
    this.listen(cell);
    box.append(el("span", { class: "put" }, cell.old, input, this.buttons(cell)), cell.under);
    this.check(cell);
    return box;
  }

  // What is typed and not handed in yet. It ends when the price is that.
  draft(cell) {
    const kept = this.drafts.get(cell.key);
    const open = kept && kept.chapter === this.chapter && kept.text !== cell.written;
    if (!open) this.drafts.delete(cell.key);
    return open ? kept.text : cell.written;
  }

  plain(price) { return typeof price === "number" ? String(price) : ""; }

  buttons(cell) {
    const { say } = this;
    cell.send = el("button", { type: "button", class: "ok", title: say.table_send, "aria-label": say.table_send, onclick: () => this.hand(cell) }, icon("accept"));
    cell.reset = el("button", { type: "button", title: say.table_reset, "aria-label": say.table_reset, onclick: () => { this.back(cell); cell.input.focus(); } }, icon("undo"));
    return cell.acts = el("span", { class: "acts" }, cell.send, cell.reset);
  }

  listen(cell) {
    cell.input.addEventListener("input", () => this.typed(cell));
    cell.input.addEventListener("focus", () => { if (cell.input.value === cell.written) cell.input.select(); });
    cell.input.addEventListener("keydown", (event) => this.press(event, cell));
  }

  press(event, cell) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") { event.preventDefault(); this.hand(cell); }
    if (event.key === "Escape") { event.preventDefault(); this.back(cell); cell.input.select(); }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.host.querySelector(`[data-key="price ${cell.turn + step} ${cell.stock}"]`)?.focus();
  }

  // -- what is typed

  typed(cell) {
    if (cell.input.value === cell.written) this.drafts.delete(cell.key); else this.drafts.set(cell.key, { chapter: this.chapter, text: cell.input.value });
    this.check(cell);
  }

  back(cell) {
    this.drafts.delete(cell.key);
    cell.input.value = cell.written;
    this.check(cell);
  }

  // The price that is typed; null when it is none.
  read(text) {
    const plain = text.normalize("NFKC").replace(/\s/g, "").replace(/냥$/, "");
    if (!/^(\d{1,15}|\d{1,3}(,\d{3})+)$/.test(plain)) return null;
    return Number(plain.replaceAll(",", "")) || null;
  }

  fault(cell) {
    if (cell.input.value === cell.written) return "";
    const to = this.read(cell.input.value);
    if (to === null) return this.say.table_whole;
    return to > TABLE_MOST ? fill(this.say.table_most, { n: this.number(TABLE_MOST) }) : "";
  }

  check(cell) {
    const open = cell.input.value !== cell.written, fault = this.fault(cell), to = fault ? null : open ? this.read(cell.input.value) : cell.price;
    cell.acts.hidden = !open;
    cell.send.disabled = Boolean(fault) || this.ctx.busy;
    cell.box.classList.toggle("open", open);
    cell.input.setAttribute("aria-invalid", String(Boolean(fault)));
    if (fault) { cell.under.replaceChildren(el("span", { class: "fault", role: "alert" }, fault)); return; }
    const moves = typeof to === "number" && typeof cell.earlier === "number";
    cell.under.replaceChildren(moves ? this.move(to - cell.earlier, cell.earlier ? (100 * (to - cell.earlier)) / cell.earlier : null) : "");
  }

  hand(cell) {
    const to = this.read(cell.input.value);
    if (cell.input.value === cell.written || this.fault(cell) || this.ctx.busy) return;
    if (to === cell.price) { this.back(cell); return; }
    cell.input.readOnly = true;
    cell.acts.hidden = true;
    cell.under.replaceChildren(el("span", { class: "sent", role: "status" }, this.say.table_sent));
    this.ctx.act("price", { turn: cell.turn, stock: cell.stock, to });
  }
}

function drawTable(host, pair, ctx) { new PriceTable(host, pair, ctx).draw(); }
