// A chapter as its player will see it: the game's screen, played by hand, and the figures. While an
// edit is pending, both sides; a tick draws them anew without the script.
const plays = new WeakMap();
const TAB_WORDS = { screen: "play_tab_screen", chart: "play_tab_chart", class: "play_tab_class", economy: "play_tab_economy", reading: "play_tab_reading" };
const TABS = Object.keys(TAB_WORDS);
const ECONOMY_WORDS = { written: "play_economy_written", generator: "play_economy_generator" };
const NARROW_PX = 700;
const FADE_MS = 30;
const MOST_CLICKS = 2000;
const HEARD_MS = 8000;

function recalled(store, key) {
  try { return JSON.parse(store.getItem(`turnsmith.${key}`)) || {}; } catch { return {}; }
}

function noted(store, key, kept) {
  try { store.setItem(`turnsmith.${key}`, JSON.stringify(kept)); } catch { /* private mode */ }
}

class Play {
  constructor(root) {
    this.root = root;
    this.acts = Date.now();
    this.box = el("div", { class: "root play" });
    this.voice = el("div", { class: "sr", role: "status", "aria-live": "polite" });
    root.append(this.box, this.voice);
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.start = (event) => this.enter(event);
    document.addEventListener("keydown", this.start);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box);
  }

  destroy() {
    document.removeEventListener("keydown", this.start);
    this.ticks?.end();
    clearTimeout(this.wait);
    this.watch.disconnect();
    this.box.remove();
    this.voice.remove();
  }

  // -- data

  update(data) {
    if (data.refused && data.refused.n === this.sent) this.refused(data.refused.text);
    if (data.stamp === this.stamp) return;
    clearTimeout(this.wait);
    const again = data.chapter === this.data?.chapter;
    Object.assign(this, { stamp: data.stamp, data, say: data.words, edit: data.edit, acting: false, trouble: "" });
    if (!again) this.begin(data);
    this.ticks?.end();
    this.waits = false;
    this.know(data.first, data.first.problem);
    this.meet(data.edit, !again);
    const off = data.edit ? recalled(sessionStorage, `ticks.${data.edit}`).off : null;
    const query = { profile: data.profile, economy: data.economy, lang: data.lang };
    this.ticks = data.edit ? new Ticks({ edit: data.edit, units: data.first.units, query, off, heard: (answer) => this.heard(answer), asking: (on) => this.asking(on) }) : null;
    this.draw();
  }

  begin(data) {
    const kept = recalled(sessionStorage, `play.${data.chapter}`);
    this.tab = TABS.includes(kept.tab) ? kept.tab : "screen";
    this.turn = kept.turn || 1;
    this.met = kept.met;
    this.at = "start";
    this.device = kept.device || "tablet";
    this.view = kept.view || "both";
    this.listed = kept.listed ?? this.box.getBoundingClientRect().width >= NARROW_PX;
    this.clicks = recalled(localStorage, `trades.${data.chapter}`).clicks || [];
    this.undone = [];
  }

  // What is shown now. A chapter of fewer turns brings the turn back into it.
  know(pair, problem = null) {
    Object.assign(this, { pair, problem });
    this.most = Math.max(pair.after.turn_max || 1, pair.before?.turn_max || 1);
    this.turn = Math.min(Math.max(this.turn, 1), this.most);
    this.hidden = new Set([...(pair.after.unseen || []), ...(pair.before?.unseen || [])]);
    this.changed = this.changedTurns();
    this.deal();
  }

  // A proposal that comes from elsewhere opens where it first changes something, once.
  meet(edit, comes) {
    if (edit === this.met) return;
    this.met = edit;
    if (comes && edit && this.changed.size) this.turn = Math.min(...this.changed);
    this.keep();
  }

  changedTurns() {
    const { before, after } = this.pair, found = new Set();
    if (!before) return found;
    for (let turn = 1; turn <= this.most; turn += 1) if (shownIn(before, turn) !== shownIn(after, turn)) found.add(turn);
    return found;
  }

  keep() {
    const { tab, turn, met, device, view, listed } = this;
    noted(sessionStorage, `play.${this.data.chapter}`, { tab, turn, met, device, view, listed });
  }

  // -- pending changes

  tick(id) { this.ticks.toggle(id); this.ticked(); }

  tickAll(on) { this.ticks.all(on); this.ticked(); }

  ticked() {
    noted(sessionStorage, `ticks.${this.edit}`, { off: this.ticks.off() });
    this.draw();
  }

  asking(on) {
    this.waits = on;
    this.box.toggleAttribute("data-waits", on);
  }

  heard(answer) {
    if (answer.gone) { this.component.setTriggerValue("look", this.stamp); return; }
    this.trouble = answer.failed ? this.say.play_not_drawn : "";
    if (!answer.failed) {
      this.know(answer, answer.problem);
      this.speak([answer.problem, answer.verdict].filter(Boolean).join(" "));
    }
    this.draw();
  }

  show(unit) {
    const turn = unit.at.map(turnOf).find(Boolean);
    this.go(turn || 1);
  }

  accept() {
    if (this.acting) return;
    this.acting = true;
    this.send("accept");
    this.draw();
    this.wait = setTimeout(() => this.unheard(), HEARD_MS);
  }

  // A click is lost when the server was away: it may be made again, and is done once.
  unheard() {
    if (!this.acting) return;
    Object.assign(this, { acting: false, trouble: this.say.play_not_heard });
    this.draw();
  }

  send(kind, value) {
    this.acts += 1;
    this.sent = this.acts;
    this.component.setTriggerValue("act", { kind, n: this.acts, edit: this.edit, version: this.data.version, economy: this.data.economy, on: this.ticks ? [...this.ticks.on] : [], ...value });
  }

  refused(text) {
    if (this.said === this.sent) return;
    this.said = this.sent;
    clearTimeout(this.wait);
    Object.assign(this, { acting: false, trouble: text });
    if (this.data) this.draw();
    this.speak(text);
  }

  // -- hand play

  // A chapter may have fewer turns than trades were made for: those wait beside it.
  deal() {
    this.hands = {};
    for (const which of ["before", "after"]) {
      const shown = this.pair[which];
      if (shown?.playable) this.hands[which] = handPlay(boardOf(shown), this.clicks, shown.start, this.data.profile);
    }
  }

  click(stock, count) {
    const last = this.clicks.at(-1);
    const same = last && last.turn === this.turn && last.stock === stock && Math.sign(last.count) === Math.sign(count);
    if (same) this.clicks = [...this.clicks.slice(0, -1), { ...last, count: last.count + count }];
    else this.clicks = [...this.clicks, { turn: this.turn, stock, count }].slice(-MOST_CLICKS);
    this.traded();
  }

  takeBack() {
    const last = this.clicks.at(-1);
    this.clicks = this.clicks.slice(0, -1);
    if (last) this.turn = Math.min(last.turn, this.most);
    this.at = "start";
    this.traded();
  }

  clear() {
    this.clicks = [];
    this.goTurn(1);
    this.traded();
  }

  traded() {
    noted(localStorage, `trades.${this.data.chapter}`, { clicks: this.clicks });
    this.deal();
    this.draw();
  }

  // -- moving

  // Start of a turn, its result, the next turn, and after the last the end.
  step(where, focus) {
    const last = this.turn >= this.most;
    if (where === "next" && last) this.at = "over";
    else if (where === "next") { this.turn += 1; this.at = "start"; } else this.at = where;
    this.moved(focus);
  }

  forth() {
    if (this.at === "over") return;
    this.step(this.at === "start" ? "result" : "next");
  }

  back() {
    if (this.at !== "start") { this.step(this.at === "over" ? "result" : "start"); return; }
    if (this.turn === 1) return;
    this.turn -= 1;
    this.step("result");
  }

  goTurn(turn, focus) {
    this.turn = Math.min(Math.max(turn, 1), this.most);
    this.at = "start";
    this.moved(focus);
  }

  // From a figure: the last entry has no turn of its own, only the result of the one before.
  go(turn) {
    this.tab = "screen";
    this.goTurn(turn);
    if (turn > this.most) this.step("result");
    this.box.querySelector(".steps [aria-current]")?.focus({ preventScroll: true });
    this.box.querySelector(".sides")?.scrollIntoView({ block: "nearest" });
  }

  moved(focus) {
    this.keep();
    this.draw(focus);
    this.speak(this.at === "over" ? this.say.play_over : fill(this.at === "result" ? this.say.play_result_of : this.say.turn, { n: this.turn }));
  }

  pick(tab) {
    this.tab = tab;
    this.keep();
    this.draw(`tab ${tab}`);
  }

  choose(property, value) {
    this[property] = value;
    this.keep();
    this.draw();
  }

  fold() {
    this.listed = !this.listed;
    this.keep();
    this.draw();
  }

  // -- keys

  press(event) {
    // Streamlit listens for single keys on the document (r runs again, c clears): ours end here.
    if (event.key.length === 1 || ["Process", "Escape"].includes(event.key)) event.stopPropagation();
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.getAttribute?.("role") === "tab") { if (this.alongTabs(event.code)) event.preventDefault(); return; }
    if (typing(event.target) && event.target.type !== "checkbox") return;
    if (this.tab === "screen" && this.along(event.code, event.target)) event.preventDefault();
  }

  enter(event) {
    const free = document.activeElement === document.body || document.activeElement === null;
    const mine = ["ArrowLeft", "ArrowRight", "Escape"].includes(event.code);
    if (!free || !mine || event.altKey || event.ctrlKey || event.metaKey || !this.data || this.tab !== "screen") return;
    if (this.along(event.code)) event.preventDefault();
  }

  along(code) {
    const steps = { ArrowRight: () => this.forth(), ArrowLeft: () => this.back(), Home: () => this.goTurn(1), End: () => { this.turn = this.most; this.step("over"); } };
    if (code === "Escape" && this.at === "result") { this.step("start"); return true; }
    steps[code]?.();
    return Boolean(steps[code]);
  }

  alongTabs(code) {
    const at = TABS.indexOf(this.tab), step = { ArrowRight: 1, ArrowLeft: -1 }[code];
    const next = code === "Home" ? 0 : code === "End" ? TABS.length - 1 : step ? (at + step + TABS.length) % TABS.length : -1;
    if (next < 0) return false;
    this.pick(TABS[next]);
    return true;
  }

  speak(text) {
    this.voice.textContent = "";
    setTimeout(() => { this.voice.textContent = text; }, FADE_MS);
  }

  // -- words

  number(value) { return Number(value).toLocaleString(this.data.lang, { maximumFractionDigits: 2 }); }

  coins(value) { return fill(this.say.coins, { n: this.number(value) }); }

  signed(value) { return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${this.coins(Math.abs(value))}`; }

  // -- drawing

  fit() {
    const head = document.querySelector('[data-testid="stHeader"]');
    this.box.style.setProperty("--top", `${head ? Math.round(head.getBoundingClientRect().height) : 0}px`);
    const narrow = this.box.getBoundingClientRect().width < NARROW_PX;
    if (narrow !== this.narrow) { this.narrow = narrow; if (this.data) this.draw(); }
  }

  // Anew, with the focus where it was; `focus` names what takes it instead. Figures that stay
  // keep their hosts: what is being typed there is theirs to keep.
  draw(focus) {
    const held = this.root.activeElement;
    const key = focus || (held && this.box.contains(held) ? held.closest("[data-key]")?.dataset.key : null);
    const fresh = { verdict: this.summary(), pending: this.ticks && ticksBox(this), trouble: this.tellTrouble(), tabs: this.tabs() };
    for (const [name, box] of Object.entries(fresh)) this.slot(name).replaceChildren(...(box ? [box] : []));
    this.drawPanel();
    if (key && (focus || !this.root.activeElement)) this.focus(key);
  }

  // What cannot take it (a price beyond the points, a screen below its dialog) gives it on.
  focus(key) {
    const side = key.split(" ")[0];
    for (const one of [key, `${side} next`, `${side} finish`, `turn ${this.turn}`]) {
      const box = this.find(one);
      box?.focus({ preventScroll: true });
      if (box && this.root.activeElement === box) return;
    }
  }

  slot(name) {
    this.slots ||= new Map();
    if (!this.slots.has(name)) {
      this.slots.set(name, el("div", { class: "slot" }));
      this.box.append(this.slots.get(name));
    }
    return this.slots.get(name);
  }

  drawPanel() {
    const slot = this.slot("panel");
    let box = slot.firstChild;
    if (box?.dataset.tab !== this.tab) {
      box = el("div", { class: `panel at-${this.tab}`, id: "panel", role: "tabpanel", "data-tab": this.tab, "aria-labelledby": `tab-${this.tab}` });
      slot.replaceChildren(box);
    }
    if (this.tab === "screen") { box.replaceChildren(...this.screenTab()); this.reveal(); } else this.drawFigures(box);
  }

  find(key) { return this.box.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`); }

  summary() {
    const { pair, say } = this;
    const files = el("button", { type: "button", class: "button small files", "data-key": "files", onclick: () => this.send("files") }, icon("file"), say.preview_files);
    const mood = { turned: "bad", fails: "warn", kept: "good", mended: "good" };
    const lessons = (pair.lessons || []).map((lesson) => el("li", { class: mood[lesson.state] || "good" }, icon(lesson.state === "turned" || lesson.state === "fails" ? "warn" : "accept"), lesson.sentence));
    return el("section", { class: "verdict", "aria-label": say.play_verdict }, files,
      pair.verdict ? el("p", {}, pair.verdict) : null, lessons.length ? el("ul", { class: "lessons" }, lessons) : null);
  }

  tellTrouble() {
    const words = this.problem || this.trouble;
    if (!words) return null;
    const again = this.trouble && this.ticks && !this.problem ? el("button", { type: "button", class: "button small", "data-key": "retry", onclick: () => this.ticks.look() }, this.say.play_retry) : null;
    return el("p", { class: "trouble", role: "alert" }, icon("warn"), words, again);
  }

  tabs() {
    const tab = (name) => el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "data-key": `tab ${name}`, "aria-selected": String(name === this.tab), "aria-controls": "panel",
      tabindex: name === this.tab ? 0 : -1, onclick: () => this.pick(name),
    }, this.say[TAB_WORDS[name]]);
    return el("div", { class: "tabs", role: "tablist", "aria-label": this.say.play_tabs }, TABS.map(tab));
  }

  // The turn that is shown, in the middle of a row that is longer than its place.
  reveal() {
    const row = this.box.querySelector(".turns"), here = row?.children[this.turn - 1];
    if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2;
  }

  // They measure themselves, so they are drawn where they can be seen.
  drawFigures(box) {
    const draws = { chart: [drawChart, drawTable], class: [drawClass], economy: [drawEconomy], reading: [drawReading] }[this.tab];
    const ctx = { words: this.say, lang: this.data.lang, turn: this.turn, edit: this.edit, busy: this.waits || this.acting, go: (turn) => this.go(turn), act: (kind, value) => this.send(kind, value) };
    if (!box.firstChild) {
      if (this.tab === "economy") box.append(el("div", { class: "slot" }));
      box.append(...draws.map(() => el("div", { class: "host" })));
    }
    if (this.tab === "economy") box.firstChild.replaceChildren(this.economyChoice());
    draws.forEach((draw, at) => draw(box.querySelectorAll(":scope > .host")[at], this.pair, ctx));
  }

  // By whose limits prices are judged; the page keeps it.
  economyChoice() {
    const option = (value) => el("button", { type: "button", class: "button small", "data-key": `economy ${value}`, "aria-pressed": String(this.data.economy === value), onclick: () => this.send("economy", { profile: value }) }, this.say[ECONOMY_WORDS[value]]);
    return el("span", { class: "pair economies", role: "group", "aria-label": this.say.play_economy }, Object.keys(ECONOMY_WORDS).map(option));
  }

  screenTab() {
    const { pair, say } = this;
    if (!pair.after.playable && !pair.before?.playable) return [this.broken(pair.after)];
    const sides = this.sides().map((which) => (pair[which].playable ? new Side(this, which, pair[which], this.edit ? pair[which === "after" ? "before" : "after"] : null).box() : this.broken(pair[which])));
    return [this.controls(), el("div", { class: `sides n${sides.length} ${this.frame()}` }, sides), this.handBar(), this.legend()];
  }

  // Beside each other where there is room for both.
  sides() {
    if (!this.pair.before) return ["after"];
    if (this.view === "both") return this.narrow ? ["after"] : ["before", "after"];
    return [this.view];
  }

  // A tablet has no room on a phone.
  frame() { return this.narrow ? "phone" : this.device; }

  broken(shown) {
    return el("section", { class: "broken" }, el("h2", {}, this.say.play_broken), (shown.why || []).map((why) => el("p", {}, why)));
  }

  controls() {
    const { say } = this;
    const arrow = (name, label, act, off) => el("button", { type: "button", class: "button", "data-key": name, "aria-label": label, title: label, disabled: off, onclick: act }, icon(name === "earlier" ? "left" : "right"));
    return el("div", { class: "controls" },
      el("div", { class: "steps", role: "group", "aria-label": say.play_turns },
        arrow("earlier", say.play_earlier, () => this.back(), this.turn === 1 && this.at === "start"),
        el("div", { class: "turns" }, Array.from({ length: this.most }, (_, at) => this.stepButton(at + 1))),
        el("button", { type: "button", class: "button step", "data-key": "over", "aria-current": this.at === "over" ? "step" : null, onclick: () => { this.turn = this.most; this.step("over"); } }, say.play_over_short),
        arrow("later", say.play_later, () => this.forth(), this.at === "over")),
      el("div", { class: "looks" }, this.edit ? this.viewChoice() : null, this.narrow ? null : this.choice("device", [["tablet", say.play_tablet], ["phone", say.play_phone]], say.play_device)));
  }

  stepButton(turn) {
    const { say } = this, changed = this.changed.has(turn), here = turn === this.turn && this.at !== "over";
    const label = `${fill(say.turn, { n: turn })}${changed ? `, ${say.play_changed}` : ""}`;
    return el("button", { type: "button", class: `button step${changed ? " changed" : ""}`, "data-key": `turn ${turn}`, "aria-label": label, title: label, "aria-current": here ? "step" : null, onclick: () => this.goTurn(turn) }, String(turn));
  }

  viewChoice() {
    const both = this.narrow ? [] : [["both", this.say.side_by_side]];
    const now = this.narrow && this.view === "both" ? "after" : this.view;
    return this.choice("view", [...both, ["before", this.say.play_before], ["after", this.say.play_after]], this.say.layout, now);
  }

  choice(property, options, label, now = this[property]) {
    return el("span", { class: "pair", role: "group", "aria-label": label }, options.map(([value, words]) => el("button", { type: "button", class: "button small", "data-key": `${property} ${value}`, "aria-pressed": String(now === value), onclick: () => this.choose(property, value) }, words)));
  }

  // What the trades come to, on both sides.
  handBar() {
    const { say, hands, clicks } = this;
    const buttons = el("span", { class: "tools" },
      el("button", { type: "button", class: "button small", "data-key": "take back", disabled: !clicks.length, onclick: () => this.takeBack() }, icon("back"), say.play_take_back),
      el("button", { type: "button", class: "button small", "data-key": "clear", disabled: !clicks.length, onclick: () => this.clear() }, icon("again"), say.play_clear));
    if (!clicks.length) return el("section", { class: "handbar", "aria-label": say.play_hand }, el("p", {}, el("b", {}, say.play_hand), " ", say.play_hand_hint), buttons);
    const n = clicks.reduce((sum, click) => sum + Math.abs(click.count), 0);
    const { before, after } = hands;
    const line = before && after
      ? [fill(say.play_both_finals, { a: this.number(before.final), b: this.number(after.final) }), " ", el("b", { class: `gain ${sign(after.final - before.final)}` }, fill(say.play_same_trades, { n: this.signed(after.final - before.final) }))]
      : [fill(say.play_final, { n: this.number((after || before).final) }), " ", el("b", { class: `gain ${sign((after || before).profit)}` }, this.signed((after || before).profit))];
    return el("section", { class: "handbar", "aria-label": say.play_hand }, el("p", {}, el("b", {}, fill(say.play_trades, { n: this.number(n) })), " ", line), this.unmade(), buttons);
  }

  // Trades that one side does not allow, such as a price that has grown beyond the points.
  unmade() {
    const told = ["before", "after"].flatMap((which) => {
      const shown = this.pair[which];
      if (!this.hands[which]) return [];
      const late = this.clicks.filter((click) => click.turn > shown.turn_max);
      const lost = [...this.hands[which].turns.flatMap((turn) => turn.refused), ...late];
      const n = lost.reduce((sum, click) => sum + Math.abs(click.count), 0);
      return n ? [fill(this.edit ? (which === "after" ? this.say.play_refused_after : this.say.play_refused_before) : this.say.play_refused, { n, turn: lost[0].turn })] : [];
    });
    return told.length ? el("p", { class: "refused" }, icon("warn"), told.join(" ")) : null;
  }

  legend() {
    const keys = [["← →", this.say.play_keys_turn], ["Home End", this.say.play_keys_ends]];
    return el("div", { class: "legend", "aria-hidden": "true" }, keys.map(([names, words]) => el("span", {}, names.split(" ").map((name) => [el("kbd", {}, name), " "]), words)));
  }
}

const sign = (value) => (value > 0 ? "up" : value < 0 ? "down" : "still");

// All that a player sees of a turn, as one text.
function shownIn(shown, turn) {
  const one = shown.playable && turn <= shown.turn_max ? shown.turns[turn - 1] : null;
  return one && JSON.stringify([one.news, one.result, one.moves, one.stocks.map((stock) => [stock.name, stock.badge, stock.expectation, stock.price, stock.change])]);
}

export default function (component) {
  const { parentElement, data } = component;
  let play = plays.get(parentElement);
  if (!play) { play = new Play(parentElement); plays.set(parentElement, play); }
  play.component = component;
  play.update(data);
  return () => { plays.get(parentElement)?.destroy(); plays.delete(parentElement); };
}
