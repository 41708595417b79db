// How long and how hard each text is, beside the texts of real chapters.
const METERS_FIRST = 40;

class Meters extends Figure {
  constructor(host, pair, ctx) {
    super(host, pair, ctx, "reading");
    this.always = true;
  }

  body() {
    const { say } = this, all = this.sorted();
    if (!all.length) return el("p", { class: "lack" }, say.reading_none);
    const most = this.mine.all ? all.length : METERS_FIRST;
    return [
      el("div", { class: "head" }, this.summary(all), this.choice("sort", say.reading_sort, [["order", say.reading_by_order], ["over", say.reading_by_over], ["length", say.reading_by_length]])),
      el("p", { class: "hint" }, el("span", { class: "track sample", "aria-hidden": "true" }, el("i", { class: "band" }), el("i", { class: "pin" })), el("span", {}, say.reading_legend)),
      el("ul", { class: "rows" }, all.slice(0, most).map((meter) => this.row(meter))),
      all.length > most ? el("button", { type: "button", class: "offer", "data-key": "more", onclick: () => { this.mine.all = true; this.draw(); } }, fill(say.reading_more, { n: all.length - most })) : null,
    ];
  }

  over(meter) { return (meter.fits ? 0 : 4) + (meter.level === "hard" ? 2 : 0) + (meter.notes.length ? 1 : 0); }

  sorted() {
    const all = [...this.now.reading];
    if (this.mine.sort === "over") all.sort((one, other) => this.over(other) - this.over(one) || other.percentile - one.percentile);
    if (this.mine.sort === "length") all.sort((one, other) => other.room - one.room);
    return all;
  }

  summary(all) {
    const over = all.filter((meter) => !meter.fits).length, hard = all.filter((meter) => meter.level === "hard").length;
    return el("p", { class: "summary" }, el("b", {}, fill(this.say.reading_texts, { n: all.length })),
      el("span", { class: over ? "bad" : "" }, fill(this.say.reading_overs, { n: over })), el("span", { class: hard ? "warn" : "" }, fill(this.say.reading_hards, { n: hard })));
  }

  row(meter) {
    const { say } = this, turn = /^t(\d+)/.exec(meter.at), number = turn ? Number(turn[1]) : 0;
    const place = number ? el("button", { type: "button", class: "goes", "data-key": `go ${meter.at}`, title: this.leads(number), onclick: () => this.ctx.go(number) }, meter.place) : el("span", { class: "place" }, meter.place);
    return el("li", { class: meter.fits ? meter.level : "over" }, place, this.track(meter),
      el("span", { class: "count" }, fill(say.reading_letters, { n: this.number(meter.letters), share: this.number(100 * meter.room, 0) }), this.earlier(meter)),
      el("span", { class: "chips" }, this.chips(meter)),
      meter.notes.length ? el("ul", { class: "notes" }, meter.notes.map((note) => el("li", {}, note))) : null);
  }

  earlier(meter) {
    const before = this.pair.before?.reading.find((one) => one.at === meter.at);
    return before && before.letters !== meter.letters ? el("span", { class: "old" }, ` ${fill(this.say.reading_was, { n: this.number(before.letters) })}`) : null;
  }

  track(meter) {
    const pin = el("i", { class: "pin" });
    pin.style.left = `${Math.max(0, Math.min(100, meter.percentile))}%`;
    return el("span", { class: "track", role: "img", "aria-label": fill(this.say.reading_percentile, { n: Math.round(meter.percentile) }), title: fill(this.say.reading_percentile, { n: Math.round(meter.percentile) }) }, el("i", { class: "band" }), pin);
  }

  // Rare words are named in the notes.
  chips(meter) {
    const { say } = this, chip = (kind, words) => el("span", { class: `tag ${kind}` }, words);
    return [
      meter.fits ? chip(meter.level, { easy: say.reading_easy, usual: say.reading_usual, hard: say.reading_hard }[meter.level]) : chip("bad", say.reading_over),
      meter.finance.length ? chip("note", fill(say.reading_finance, { words: meter.finance.join(", ") })) : null,
    ];
  }
}

function drawReading(host, pair, ctx) { new Meters(host, pair, ctx).draw(); }
