// The game's screen as a child sees it, of one side: all drawn here, nothing of it is the game's own.
// Around the frame stands what a child does not see: what a box cuts off, and texts without a place.
const NEWS_LETTERS = 21;
const NEWS_LINES = 3;
const MOST_WORDS = 400;
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]|\p{Extended_Pictographic}/u;
const NARROW = /^[\p{L}\p{N}]/u;
const letters = new Intl.Segmenter("ko", { granularity: "grapheme" });
Object.assign(ICONS, {
  tablet: "M4 5h16v14H4z M11 16.5h2", phone: "M8 3h8v18H8z M11 18h2", back: "M9 7 4 12l5 5 M4 12h16",
  again: "M5 12a7 7 0 1 0 2-5 M5 4v4h4", unseen: "M4 4 20 20 M9.5 5.8A9 9 0 0 1 21 12a12 12 0 0 1-2.4 3.1 M6 7.5A12 12 0 0 0 3 12c2 3.600 5 6 9 6a9 9 0 0 0 3.500-.7",
  file: "M12 4v11 M7 11l5 5 5-5 M5 20h14",
});

// -- changed words

// Two texts word by word: [[text, whether the other side lacks it], ...] of the first one.
function worded(mine, theirs) {
  if (theirs === undefined || mine === theirs) return [[mine, false]];
  const a = mine.match(/\s+|\S+/g) || [], b = theirs.match(/\s+|\S+/g) || [];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return [[mine, true]];
  const shared = common(a, b);
  const parts = [];
  a.forEach((word, at) => {
    const marked = !shared.has(at), last = parts.at(-1);
    if (last && last[1] === marked) last[0] += word; else parts.push([word, marked]);
  });
  return parts;
}

// Places of `a` that stand in `b` too, as many as keep their order.
function common(a, b) {
  const most = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) most[i][j] = a[i] === b[j] ? most[i + 1][j + 1] + 1 : Math.max(most[i + 1][j], most[i][j + 1]);
  }
  const kept = new Set();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) { kept.add(i); i += 1; j += 1; } else if (most[i + 1][j] >= most[i][j + 1]) i += 1; else j += 1;
  }
  return kept;
}

// -- the news box

// Lines of the box, broken between letters: a Hangul syllable is one wide, a Latin letter or a digit
// half. Blanks and stops take what a syllable leaves: the box is told in syllables alone.
function lined(parts, wide) {
  const lines = [[]];
  let used = 0;
  for (const [text, marked] of parts) {
    for (const { segment } of letters.segment(text)) {
      const width = WIDE.test(segment) ? 1 : NARROW.test(segment) ? 0.5 : 0;
      if (segment === "\n" || used + width > wide) { lines.push([]); used = 0; }
      if (segment === "\n" || (used === 0 && segment === " ")) continue;
      const line = lines.at(-1), last = line.at(-1);
      if (last && last[1] === marked) last[0] += segment; else line.push([segment, marked]);
      used += width;
    }
  }
  return lines;
}

const plainOf = (lines) => lines.map((line) => line.map(([text]) => text).join("")).join("");

// The game shows the first three.
const threeOf = (turn) => turn && { ...turn, stocks: turn.stocks.slice(0, STOCKS) };

// -- one side

class Side {
  // `which` is "before" or "after"; `other` are the other side's figures, or null.
  constructor(play, which, shown, other) {
    Object.assign(this, { play, which, shown, say: play.say, turn: Math.min(play.turn, shown.turn_max || 1) });
    this.missing = play.turn > (shown.turn_max || 0);
    this.now = threeOf(shown.turns[this.turn - 1]);
    this.then = other?.playable ? threeOf(other.turns[play.turn - 1]) : undefined;
    this.hand = play.hands[which];
    this.end = this.hand?.turns[this.turn - 1];
    this.prior = this.turn > 1 ? this.hand.turns[this.turn - 2] : { points: this.hand?.start, counts: [0, 0, 0], averages: [0, 0, 0], total: this.hand?.start };
  }

  box() {
    const play = this.play, over = play.at === "over";
    const words = !play.edit ? this.say.play_tab_screen : this.which === "after" ? this.say.play_after : this.say.play_before;
    const name = el("h2", { class: play.edit ? "name" : "sr" }, words);
    const within = this.missing ? this.lacking() : over ? this.ending() : this.stage();
    const screen = el("div", { class: "screen", lang: "ko" }, scene(), within);
    const frame = el("div", { class: `device ${play.frame()}` }, screen);
    const below = this.missing || over ? null : [this.close(), this.notes()];
    return el("section", { class: `side ${this.which}`, "aria-label": words }, name, frame, below);
  }

  lacking() { return el("div", { class: "stage" }, el("p", { class: "lacking" }, fill(this.say.play_no_turn, { n: this.play.turn }))); }

  // Text with the words marked that the other side has not.
  marked(mine, theirs) { return worded(mine, this.then ? theirs ?? "" : undefined).map((part) => this.part(part)); }

  part([text, marked]) {
    if (!marked || !text.trim()) return text;
    return el(this.which === "after" ? "ins" : "del", {}, text);
  }

  figure(text, theirs) { return this.then && theirs !== undefined && text !== theirs ? this.part([text, true]) : text; }

  coins(value) { return this.play.coins(value); }

  stage() {
    const { say, shown, turn } = this;
    const hud = el("div", { class: "hud" },
      el("span", { class: "pill" }, fill(say.play_turn_of, { n: turn, of: shown.turn_max })),
      el("span", { class: "pill purse" }, el("i", { class: "coin", "aria-hidden": "true" }), hidden(say.play_points), this.coins(this.end.points)));
    const asks = this.play.at === "result";
    const box = el("div", { class: "stage", inert: asks }, hud, this.news(), el("div", { class: "stalls" }, this.now.stocks.map((stock, at) => this.card(stock, at))), this.foot());
    return [box, asks ? this.dialog() : null];
  }

  news() {
    this.lines = lined(worded(this.now.news, this.then ? this.then.news : undefined), NEWS_LETTERS);
    const seen = this.lines.slice(0, NEWS_LINES);
    const cut = this.lines.length > NEWS_LINES;
    const rows = seen.map((line) => el("span", { class: "line" }, line.map((part) => this.part(part))));
    const text = this.now.news ? rows : el("span", { class: "line none" }, this.say.play_no_news);
    return el("div", { class: `board${cut ? " cut" : ""}` }, el("b", { class: "ribbon" }, this.say.play_news), el("p", { class: "news" }, text));
  }

  card(stock, at) {
    const theirs = this.then?.stocks[at];
    const change = stock.change ? this.move(stock.change) : null;
    return el("article", { class: "stall", "aria-label": stock.name },
      stock.badge || stock.risk ? el("span", { class: "risk" }, this.figure(stock.badge || stock.risk, theirs && (theirs.badge || theirs.risk))) : null,
      el("span", { class: `avatar s${at + 1}`, "aria-hidden": "true" }, [...stock.name.trim()][0] || "?"),
      el("h3", {}, this.marked(stock.name, theirs?.name)),
      el("p", { class: "hope" }, this.marked(stock.expectation, theirs?.expectation)),
      el("p", { class: "price" }, el("small", {}, this.say.play_price), " ", el("b", {}, this.figure(this.coins(stock.price), theirs && this.coins(theirs.price))), " ", change),
      this.trade(stock, at));
  }

  move(step) {
    const up = step > 0;
    return el("span", { class: up ? "up" : "down" }, el("i", { "aria-hidden": "true" }, up ? "▲ " : "▼ "), hidden(up ? `${this.say.play_up} ` : `${this.say.play_down} `), this.coins(Math.abs(step)));
  }

  trade(stock, at) {
    const { say, play, which } = this, held = this.end.counts[at], number = at + 1;
    const most = affordable(this.end.points, stock.price);
    const key = (name) => `${which} ${name} ${number}`;
    const button = (name, sign, count, label, enabled) => el("button", {
      type: "button", class: `trade ${name}`, "data-key": key(name), disabled: !enabled,
      "aria-label": fill(label, { name: stock.name, n: count }), title: fill(label, { name: stock.name, n: count }), onclick: () => play.click(number, sign * count),
    }, { sell: "−", buy: "+", most: say.play_most }[name]);
    return el("div", { class: "hold", role: "group", "aria-label": fill(say.play_held_of, { name: stock.name, n: held }) },
      button("sell", -1, 1, say.play_sell, held > 0),
      el("span", { class: "held" }, fill(say.play_held, { n: play.number(held) })),
      button("buy", 1, 1, say.play_buy, most > 0),
      el("small", {}, held ? fill(say.play_average, { n: play.number(this.end.averages[at]) }) : null),
      button("most", 1, Math.max(most, 1), say.play_buy_most, most > 0));
  }

  foot() {
    const total = worthOf(this.end, this.now.stocks.map((stock) => stock.price));
    return el("div", { class: "foot" },
      el("span", { class: "total" }, el("small", {}, this.say.play_total), el("b", {}, this.coins(total))),
      el("button", { type: "button", class: "finish", "data-key": `${this.which} finish`, onclick: () => this.play.step("result", `${this.which} next`) }, this.say.play_end_turn));
  }

  // -- the end of the turn

  told(tag) {
    const moved = this.now.moves || [0, 0, 0];
    const was = this.then?.moves;
    const row = (stock, at) => el("li", {}, el("span", {}, stock.name), moved[at] ? el("b", {}, this.figure_move(moved[at], was?.[at])) : el("b", { class: "still" }, this.figure_move(0, was?.[at])));
    const step = this.end.total - this.prior.total;
    return [
      el(tag, { class: "title" }, this.now.title),
      this.now.result ? el("p", { class: "result" }, this.marked(this.now.result, this.then?.result)) : el("p", { class: "result none" }, this.say.play_no_result),
      el("ul", { class: "moves" }, this.now.stocks.map(row)),
      el("p", { class: "total" }, el("small", {}, this.say.play_total), " ", el("b", {}, this.coins(this.end.total)), " ", step ? this.move(step) : null),
    ];
  }

  figure_move(step, was) {
    const box = step ? this.move(step) : el("span", { class: "still" }, this.say.play_still);
    if (was === undefined || was === null || was === step) return box;
    return el(this.which === "after" ? "ins" : "del", {}, box);
  }

  dialog() {
    const { play, say, turn } = this, last = turn >= this.shown.turn_max;
    const next = el("button", { type: "button", class: "finish", "data-key": `${this.which} next`, onclick: () => play.step("next", `${this.which} finish`) }, last ? say.play_see_end : fill(say.play_next, { n: turn + 1 }));
    return el("div", { class: "veil" }, el("div", { class: "dialog", role: "dialog", "aria-label": this.now.title }, this.told("h3"), next));
  }

  // The same below the screen, so that it can be read and compared without a click.
  close() {
    if (this.play.at === "result") return null;
    return el("div", { class: "close" }, el("b", { class: "when" }, this.say.play_at_end), this.told("h3"));
  }

  // -- the end of the game

  ending() {
    const { say, shown, hand } = this;
    const holding = hand.turns.at(-1).counts, names = shown.turns[shown.turn_max - 1].stocks.map((stock) => stock.name);
    const kept = holding.map((count, at) => (count ? fill(say.play_kept, { name: names[at], n: count }) : "")).filter(Boolean);
    return el("div", { class: "stage over" }, el("div", { class: "dialog", role: "group", "aria-label": say.play_over },
      el("h3", { class: "title" }, say.play_over),
      el("p", { class: "final" }, el("b", {}, this.coins(hand.final)), " ", hand.profit ? this.move(hand.profit) : el("span", { class: "still" }, say.play_still)),
      el("p", { class: "kept" }, kept.join(" · ") || say.play_kept_none),
      endChart(shown, say),
      el("button", { type: "button", class: "finish", "data-key": `${this.which} again`, onclick: () => this.play.goTurn(1, `${this.which} finish`) }, say.play_from_one)));
  }

  // -- outside the frame

  notes() {
    const over = this.overflow(), hid = this.unseen();
    if (!over.length && !hid.length) return null;
    const list = (rows) => el("ul", {}, rows.map(([where, text]) => el("li", {}, el("b", {}, where), " ", el("span", {}, text))));
    const fold = (kind, words, rows, name) => rows.length ? el("details", { class: `mark ${kind}`, open: kind === "over" },
      el("summary", { "data-key": `${this.which} ${kind}` }, icon(name), fill(words, { n: rows.length })), list(rows)) : null;
    return el("div", { class: "marks" }, fold("over", this.say.play_overflow, over, "warn"), fold("hid", this.say.play_unseen, hid, "unseen"));
  }

  // Cut off by a box: of the news the very letters, of other texts what the meters say.
  overflow() {
    const { say, shown, turn } = this;
    const seen = new Set([`t${turn}.news`, `t${turn + 1}.result`, ...[1, 2, 3].flatMap((n) => [`s${n}.name`, `t${turn}.s${n}.name`, `t${turn}.s${n}.expectation`])]);
    const rest = plainOf(this.lines.slice(NEWS_LINES));
    const rows = rest ? [[fill(say.play_cut, { n: [...letters.segment(rest)].length }), rest]] : [];
    for (const meter of shown.reading || []) {
      if (meter.fits === false && seen.has(meter.at) && !meter.at.endsWith(".news")) rows.push([meter.place, fill(say.play_long, { n: meter.letters })]);
    }
    return rows;
  }

  // With the first turn its own result, with the last one the entry after it.
  unseen() {
    const entries = this.turn === this.shown.turn_max ? [this.turn, this.turn + 1] : [this.turn];
    return (this.shown.unseen || []).flatMap((at) => {
      const [, turn, stock, field] = at.match(/^t(\d+)\.(?:s(\d+)\.)?(\w+)$/) || [];
      return entries.includes(Number(turn)) ? [[this.place(Number(turn), stock, field), this.text(Number(turn), stock, field)]] : [];
    });
  }

  place(turn, stock, field) {
    const name = stock ? `${this.shown.turns[turn - 1]?.stocks[stock - 1]?.name ?? stock} ` : "";
    const words = this.say[field] || field;
    return `${turn === this.turn ? "" : `${fill(this.say.turn, { n: turn })} `}${name}${words}`;
  }

  text(turn, stock, field) {
    const entry = this.shown.turns[turn - 1];
    const own = stock ? entry?.stocks[stock - 1] : entry;
    return String((stock ? own?.[{ risk_level: "risk" }[field] || field] : own?.[{ result: "own_result", news_tag: "tag" }[field] || field]) ?? "");
  }
}

// -- pictures

function scene() {
  const box = svg("svg", { class: "scene", viewBox: "0 0 960 600", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true", focusable: "false" });
  const add = (tag, attributes) => box.append(svg(tag, attributes));
  add("circle", { cx: 90, cy: 84, r: 44, fill: "#ffe08a" });
  add("circle", { cx: 90, cy: 84, r: 62, fill: "#ffe08a", opacity: ".35" });
  for (const [x, y, size] of [[250, 70, 1], [820, 120, 1.25], [600, 46, 0.8]]) {
    const cloud = svg("g", { transform: `translate(${x} ${y}) scale(${size})`, fill: "#ffffff", opacity: ".85" });
    for (const [dx, dy, r] of [[0, 0, 22], [26, -10, 28], [56, -2, 22]]) cloud.append(svg("circle", { cx: dx, cy: dy, r }));
    cloud.append(svg("rect", { x: -20, y: 0, width: 98, height: 22, rx: 11 }));
    box.append(cloud);
  }
  add("path", { d: "M0 400C160 330 320 340 480 390S800 430 960 350V600H0Z", fill: "#b9dfa0" });
  add("path", { d: "M0 470C200 410 380 440 560 470S840 480 960 440V600H0Z", fill: "#9fd07f" });
  for (const [x, y, size] of [[40, 440, 1], [902, 430, 1.2], [850, 452, 0.8], [96, 458, 0.7]]) {
    const tree = svg("g", { transform: `translate(${x} ${y}) scale(${size})` });
    tree.append(svg("rect", { x: -4, y: 0, width: 8, height: 26, fill: "#8a5a2e" }), svg("circle", { cx: 0, cy: -14, r: 24, fill: "#6fb360" }), svg("circle", { cx: 12, cy: -4, r: 15, fill: "#7cc06c" }));
    box.append(tree);
  }
  return box;
}

// As the game ends: a line a stock, x the position, y from 0.
function endChart(shown, say) {
  const { names, colours, series } = shown.chart;
  const wide = 320, high = 120, top = Math.max(...series.flat(), 1);
  const box = svg("svg", { class: "endchart", viewBox: `-6 -6 ${wide + 12} ${high + 12}`, role: "img", "aria-label": say.play_end_chart });
  const spot = (line) => (price, at) => `${(wide * at) / Math.max(line.length - 1, 1)},${high - (high * price) / top}`;
  box.append(svg("path", { d: `M0 0V${high}H${wide}`, fill: "none", stroke: "#a98f72", "stroke-width": 1.5 }));
  series.forEach((line, at) => box.append(svg("polyline", { points: line.map(spot(line)).join(" "), fill: "none", stroke: colours[at], "stroke-width": 4, "stroke-linejoin": "round", "stroke-linecap": "round" })));
  return el("figure", {}, box, el("figcaption", {}, names.map((name, at) => el("span", {}, el("i", { style: `background: ${colours[at]}`, "aria-hidden": "true" }), name))));
}
