// The last hour at a glance: is it well, what is slow, what fails, what it costs.
const monitors = new WeakMap();
const SECONDS = 300;
const TENS = 360;
const TABLE_ROWS = 12;

const ratio = (sum, count) => (row) => (row[count] ? row[sum] / row[count] : null);
const field = (name) => (row) => row[name];
const size = (mb) => (mb >= 1024 ? `${(mb / 1024).toFixed(1)} GB` : `${short(mb)} MB`);
// Cents from 1 on, below it all that a call costs.
const spent = (cost) => (cost >= 1 ? cost.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : String(Number(cost.toFixed(6))));
const sum = (rows, name) => rows.reduce((all, row) => all + row[name], 0);

// Each card: its chart, its figure, and a line below.
const CARDS = [
  { name: "watch_edits", bars: true, series: [{ name: "watch_done", hue: "green", read: field("done") }, { name: "watch_failed", hue: "red", read: field("failed") }, { name: "watch_cancelled", hue: "gray", read: field("cancelled") }],
    value: ({ last }) => [short(last.running + last.queued + last.stopping)], more: ({ last, words }) => fill(words.watch_edits_now, last) },
  { name: "watch_speed", unit: " s", series: [{ name: "watch_whole", hue: "violet", read: ratio("edit_s", "edit_n") }, { name: "watch_first", hue: "blue", read: ratio("first_s", "first_n") }],
    value: ({ now, words }) => [now.spread.edits.length ? short(now.spread.edits[1]) : "–", fill(words.watch_seconds, { n: "" }).trim()],
    more: ({ now, words }) => (now.spread.edits.length ? fill(words.watch_speed_half, { most: short(now.spread.edits[2]), n: now.spread.edits[0] }) : words.watch_speed_none) },
  { name: "watch_model", series: [{ name: "watch_rate", hue: "violet", read: ratio("rate", "rate_n") }],
    value: ({ rows, now }) => [now.circuit ? short(ratio("rate", "rate_n")({ rate: sum(rows, "rate"), rate_n: sum(rows, "rate_n") })) : "–", "tok/s"],
    more: ({ last, now, words }) => (now.circuit ? fill(words.watch_model_now, last) : words.watch_model_none) },
  { name: "watch_cost", bars: true, costs: true, form: spent, series: [{ name: "watch_cost", hue: "orange", read: field("cost") }],
    value: ({ now }) => [now.today === null ? "–" : spent(now.today)], more: costMore },
  { name: "watch_cost_tokens", bars: true, tokens: true, series: [{ name: "watch_tokens", hue: "orange", read: (row) => row.read + row.written }],
    value: ({ tens }) => [short(sum(tens, "read") + sum(tens, "written"))], more: costMore },
  { name: "watch_reply", unit: " ms", series: [{ name: "watch_server", hue: "blue", read: field("lag") }, { name: "watch_desk", hue: "violet", read: field("desk_lag") }],
    value: ({ last }) => [short(Math.max(last.lag, last.desk_lag)), "ms"], more: ({ last, words }) => fill(words.watch_reply_now, { lag: short(last.lag), desk: short(last.desk_lag) }) },
  { name: "cpu", unit: "%", top: 100, series: [{ name: "watch_machine", hue: "orange", read: field("cpu") }, { name: "watch_app", hue: "blue", read: field("own") }],
    value: ({ last }) => [short(last.cpu), "%"], more: ({ last, words }) => fill(words.watch_app_memory, { n: `${short(last.own)}%` }) },
  { name: "watch_memory_card", unit: "%", top: 100, series: [{ name: "watch_machine", hue: "blue", read: field("memory") }],
    value: ({ last }) => [short(last.memory), "%"], more: ({ last, words }) => fill(words.watch_app_memory, { n: size(last.rss) }) },
];

function costMore({ now, tens, words }) {
  const read = sum(tens, "read");
  const saved = fill(words.watch_cost_saved, { cached: read ? Math.round((100 * sum(tens, "cached")) / read) : 0, repeated: sum(tens, "repeated") });
  if (!now.budget || now.today === null) return saved;
  return `${fill(words.watch_cost_of, { most: spent(now.budget), n: Math.round((100 * now.today) / now.budget) })} · ${saved}`;
}

const COLUMNS = [
  { name: "watch_done", read: (rows) => sum(rows, "done") },
  { name: "watch_failed", read: (rows) => sum(rows, "failed") },
  { name: "watch_whole", unit: " s", read: (rows) => ratio("s", "n")({ s: sum(rows, "edit_s"), n: sum(rows, "edit_n") }) },
  { name: "watch_first", unit: " s", read: (rows) => ratio("s", "n")({ s: sum(rows, "first_s"), n: sum(rows, "first_n") }) },
  { name: "watch_rate", read: (rows) => ratio("s", "n")({ s: sum(rows, "rate"), n: sum(rows, "rate_n") }) },
  { name: "watch_tokens", read: (rows) => sum(rows, "read") + sum(rows, "written") },
  { name: "watch_in_line", read: (rows) => Math.max(...rows.map((row) => row.line)) },
  { name: "watch_reply", unit: " ms", read: (rows) => Math.max(...rows.map((row) => Math.max(row.lag, row.desk_lag))) },
  { name: "cpu", unit: "%", read: (rows) => sum(rows, "cpu") / rows.length },
  { name: "watch_memory_card", unit: "%", read: (rows) => sum(rows, "memory") / rows.length },
];

class Monitor {
  constructor(root, data) {
    this.words = data.words;
    this.stamp = data.lang;
    this.range = "five";
    this.seconds = [];
    this.tens = [];
    this.now = null;
    this.build(root);
    this.leave = hub.join({
      path: data.path, watch: true,
      state: (on) => this.state(on),
      history: (told) => this.begin(told),
      reading: (told) => this.add(told),
    });
  }

  build(root) {
    const say = this.words;
    this.health = el("div", { class: "health waits", role: "status" }, el("span", { class: "dot" }), el("b", {}, say.watch_loading));
    this.dot = el("span", { class: "dot" });
    this.said = el("span", { role: "status" }, say.live_on);
    const pick = (range) => el("button", { type: "button", "aria-pressed": String(range === this.range), onclick: () => this.pick(range), "data-range": range }, say[`watch_${range}`]);
    this.picks = ["five", "hour"].map(pick);
    this.cards = CARDS.map((kind) => this.card(kind));
    this.errors = el("ul");
    this.facts = el("dl");
    this.recent = { box: el("div", { class: "recent" }), stamp: "" };
    this.table = el("table");
    this.more = el("details", { class: "numbers", ontoggle: () => this.numbers() }, el("summary", {}, say.watch_table), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say.watch_table }, this.table));
    this.body = el("div", { class: "body", hidden: true },
      el("div", { class: "cards" }, this.cards.map((card) => card.box),
        el("section", { class: "card" }, el("h3", {}, say.watch_errors), this.errors),
        el("section", { class: "card" }, el("h3", {}, say.watch_store_card), this.facts)),
      el("section", { class: "card" }, el("h3", {}, say.watch_recent), el("p", { class: "hint" }, say.watch_recent_hint), this.recent.box),
      this.more);
    this.box = el("div", { class: "monitor", role: "group", "aria-label": say.figures },
      el("div", { class: "head" }, this.health, el("div", { class: "picks", role: "group", "aria-label": say.watch_range }, this.picks)),
      this.body, el("div", { class: "foot" }, this.dot, this.said));
    root.append(this.box);
  }

  card(kind) {
    const chart = makeChart(kind, this.words);
    const value = el("b", {}, "–");
    const more = el("p", { class: "more" });
    const box = el("section", { class: "card" }, el("h3", {}, this.words[kind.name]), value, more, chart.frame);
    return { kind, chart, value, more, box };
  }

  pick(range) {
    this.range = range;
    this.picks.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.range === range)));
    this.draw();
    this.numbers();
  }

  row(values) { return Object.fromEntries(this.fields.map((name, index) => [name, values[index]])); }

  begin(told) {
    this.fields = told.fields;
    this.seconds = told.seconds.map((row) => this.row(row));
    this.tens = told.tens.map((row) => this.row(row));
    this.now = told.now;
    this.draw();
  }

  add(told) {
    if (!this.fields) return;
    this.seconds.push(this.row(told.row));
    if (told.ten) this.tens.push(this.row(told.ten));
    this.seconds.splice(0, this.seconds.length - SECONDS);
    this.tens.splice(0, this.tens.length - TENS);
    this.now = told.now;
    this.draw();
    if (told.ten) this.numbers();
  }

  // The hour, with the seconds that no ten has yet.
  get rows() {
    if (this.range === "five") return this.seconds;
    const known = this.tens.at(-1)?.at || 0;
    return [...this.tens, ...this.seconds.filter((row) => row.at > known)];
  }

  draw() {
    const last = this.seconds.at(-1);
    if (!last) return;
    this.body.hidden = false;
    const known = this.tens.at(-1)?.at || 0;
    const hour = [...this.tens, ...this.seconds.filter((row) => row.at > known)];
    const told = { last, now: this.now, rows: this.rows, tens: hour, words: this.words };
    this.wellness();
    for (const card of this.cards) this.drawCard(card, told);
    this.failures();
    this.standing(last);
    drawRecent(this.recent, this.now.recent, this.words, spent);
  }

  drawCard(card, told) {
    const { kind } = card;
    card.box.hidden = Boolean((kind.costs && !told.now.priced) || (kind.tokens && told.now.priced));
    const [figure, unit] = kind.value(told);
    card.value.replaceChildren(figure, unit ? el("i", {}, unit) : "");
    const more = kind.more(told);
    if (card.more.textContent !== more) card.more.textContent = more;
    drawChart(card.chart, told.rows, this.range, told.last.at, this.words);
  }

  // Said again only when it is another sentence: a reader is not told the same every second.
  wellness() {
    const found = this.now.problems;
    const said = found.map((one) => fill(this.words[`watch_${one.rule}`], one));
    const stamp = JSON.stringify(found.map((one) => one.rule));
    if (this.well === stamp) { this.sentences?.forEach((line, n) => { if (line.textContent !== said[n]) line.textContent = said[n]; }); return; }
    this.well = stamp;
    this.sentences = said.map((sentence) => el("li", {}, sentence));
    this.health.className = `health ${found.length ? "bad" : "good"}`;
    const title = found.length ? fill(this.words.watch_problems, { n: found.length }) : this.words.watch_well;
    this.health.replaceChildren(el("span", { class: found.length ? "dot bad" : "dot" }), el("b", {}, title), ...(found.length ? [el("ul", {}, this.sentences)] : []));
  }

  failures() {
    const found = this.now.failures;
    const stamp = JSON.stringify(found);
    if (this.errors.stamp === stamp) return;
    this.errors.stamp = stamp;
    const line = ([kind, rule, n]) => el("li", {}, el("span", {}, this.words[`error_${kind.toLowerCase()}`] || this.words.error_other, " ", el("code", {}, rule)), el("b", {}, fill(this.words.watch_errors_n, { n })));
    this.errors.replaceChildren(...(found.length ? found.slice(0, 8).map(line) : [el("li", { class: "none" }, this.words.watch_errors_none)]));
  }

  standing(last) {
    const say = this.words;
    const facts = [
      [say.watch_size, this.now.unended === null ? say.watch_away : size(last.size)],
      [say.watch_pages, String(last.pages)],
      [say.watch_unended, this.now.unended === null ? say.watch_away : String(this.now.unended)],
      [say.watch_replicas, this.now.replicas.length ? this.now.replicas.map((name) => el("code", {}, name)) : say.watch_alone],
    ];
    const stamp = JSON.stringify([facts.map(([, value]) => String(value)), this.now.replicas]);
    if (this.facts.stamp === stamp) return;
    this.facts.stamp = stamp;
    this.facts.replaceChildren(...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  }

  numbers() {
    if (!this.more.open || !this.seconds.length) return;
    const at = this.seconds.at(-1).at;
    const wide = SPANS[this.range] / TABLE_ROWS;
    const groups = Array.from({ length: TABLE_ROWS }, () => []);
    for (const row of this.rows) groups[Math.min(TABLE_ROWS - 1, Math.floor((at - row.at) / wide))]?.push(row);
    const clock = (n) => new Date(1000 * (at - n * wide)).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const cells = (rows) => COLUMNS.map((one) => { const value = one.read(rows); return el("td", {}, value === null ? "–" : `${short(value)}${one.unit || ""}`); });
    this.table.replaceChildren(
      el("thead", {}, el("tr", {}, [this.words.watch_time, ...COLUMNS.map((one) => this.words[one.name])].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, groups.flatMap((rows, n) => (rows.length ? [el("tr", {}, el("th", { scope: "row" }, clock(n)), cells(rows))] : []))));
  }

  state(on) {
    this.dot.className = on ? "dot" : "dot bad";
    const said = on ? this.words.live_on : this.words.live_off;
    if (this.said.textContent !== said) this.said.textContent = said;
  }

  destroy() { this.leave(); this.box.remove(); }
}

export default function ({ parentElement, data }) {
  let monitor = monitors.get(parentElement);
  if (monitor?.stamp !== data.lang) {
    monitor?.destroy();
    monitor = new Monitor(parentElement, data);
    monitors.set(parentElement, monitor);
  }
  return () => { monitors.get(parentElement)?.destroy(); monitors.delete(parentElement); };
}
