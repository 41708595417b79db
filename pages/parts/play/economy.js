// Whom the news of each turn means, who moved, what the texts say of it, and repairs.
class EconomySheet extends Figure {
  constructor(host, pair, ctx) {
    super(host, pair, ctx, "economy");
    this.always = true;
  }

  body() {
    const { economy } = this.now, { say } = this;
    const found = economy.rows.reduce((sum, row) => sum + row.notes.length, economy.findings.length);
    return [
      this.now.playable ? null : this.broken(),
      this.now.playable || found ? el("div", { class: "head" }, el("p", { class: "hint" }, found ? fill(say.economy_found, { n: found }) : say.economy_clear),
        found ? this.choice("only", say.economy_show, [["all", say.economy_all], ["found", say.economy_only]]) : null) : null,
      economy.findings.length ? el("div", { class: "notes whole" }, this.notes(economy.findings), this.offers(economy.offers)) : null,
      this.rows(economy.rows.filter((row) => row.moves.length).filter((row) => this.mine.only !== "found" || !found || row.notes.length)),
      this.ranges(economy.ranges),
    ];
  }

  rows(rows) {
    const heads = [this.say.economy_turn, this.say.economy_said, this.say.economy_moves];
    if (!rows.length) return null;
    return el("ul", { class: "rows" }, el("li", { class: "heads", "aria-hidden": "true" }, heads.map((head) => el("span", {}, head))), rows.map((row) => this.row(row)));
  }

  stockName(stock) {
    return this.now.turns[0]?.stocks[stock - 1]?.name || fill(this.say.limits_stock, { n: stock });
  }

  row(row) {
    return el("li", { class: row.notes.length ? "noted" : null },
      el("span", { class: "cell" }, this.goes(row.n)),
      el("span", { class: "cell said" }, this.tag(row)),
      el("span", { class: "cell moved" }, row.moves.map((move) => this.moved(move, row))),
      row.notes.length || row.offers.length ? el("div", { class: "notes" }, this.notes(row.notes), this.offers(row.offers)) : null);
  }

  tag(row) {
    const names = row.says.length && row.says.length < 3 ? row.says.map((stock) => this.stockName(stock)).join(", ") : "";
    return [el("span", { class: `tag ${row.tag || "none"}` }, row.tag ? row.tag_name : this.say.tag_none), names ? el("span", { class: "who" }, names) : null];
  }

  moved(move, row) {
    const meant = row.says.includes(move.stock);
    if (move.coins === null) return el("span", { class: "one none" }, this.stockName(move.stock), ": ", this.say.nothing);
    return el("span", { class: `one${meant ? " meant" : ""}` },
      el("span", { class: "who" }, this.sign(move.stock - 1), el("span", {}, this.stockName(move.stock)), meant ? hidden(` (${this.say.economy_meant})`) : null),
      el("span", { class: "what" }, this.move(move.coins, move.percent), this.claim(move)));
  }

  claim(move) {
    if (!move.claimed) return null;
    const words = fill(move.holds ? this.say.economy_true : this.say.economy_false, { said: move.claimed.written });
    return el("span", { class: `claim ${move.holds ? "good" : "bad"}` }, icon(move.holds ? "accept" : "warn"), words);
  }

  notes(notes) { return el("ul", {}, notes.map((note) => el("li", {}, icon("warn"), el("span", {}, note)))); }

  offers(offers) {
    return offers.map((offer) => el("button", {
      type: "button", class: "offer", "data-key": `offer ${offer.id}`, disabled: this.ctx.busy,
      onclick: ({ currentTarget }) => { currentTarget.disabled = true; this.ctx.act("repair", { id: offer.id }); },
    }, icon("edit"), el("span", {}, offer.sentence)));
  }

  ranges(ranges) {
    const known = ranges.filter((range) => range.least !== null), { say } = this;
    if (!known.length) return null;
    const told = (range) => fill(range.step === null ? say.economy_range_still : say.economy_range, { least: this.number(range.least), most: this.number(range.most), step: range.step === null ? "" : this.signed(range.step, "%") });
    return el("section", { class: "ranges" }, el("h2", {}, say.economy_ranges, el("small", {}, { written: say.economy_written, generator: say.economy_generator }[this.now.economy.profile])),
      el("ul", {}, known.map((range) => el("li", {}, this.sign(range.stock - 1), el("b", {}, range.name || say.empty), el("span", {}, told(range))))));
  }
}

function drawEconomy(host, pair, ctx) { new EconomySheet(host, pair, ctx).draw(); }
