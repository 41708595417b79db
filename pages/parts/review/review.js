// The review of an edit: every change beside its original, decided group by group; without an edit,
// the chapter as cards. Decisions stay in the tab's own storage, so the script runs only on "take".
const views = new WeakMap();
const STATES = ["pending", "accepted", "rejected"];
const OPPOSITE = { accepted: "accepted", rejected: "rejected" };
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function remembered(rev) {
  try { return JSON.parse(sessionStorage.getItem(`turnsmith.${rev}`)) || {}; } catch { return {}; }
}

function remember(rev, decisions) {
  try { sessionStorage.setItem(`turnsmith.${rev}`, JSON.stringify(decisions)); } catch { /* private mode */ }
}

class Review {
  constructor(root) {
    this.root = root;
    this.rev = null;
    this.filter = "all";
    this.layout = "split";
    this.opened = new Set();
    this.box = el("div", { class: "root" });
    this.voice = el("div", { class: "sr", role: "status", "aria-live": "polite" });
    root.append(this.box, this.voice);
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("mouseover", (event) => this.kin(event.target));
    this.box.addEventListener("focusin", (event) => this.kin(event.target));
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box);
    this.start = (event) => this.enter(event);
    document.addEventListener("keydown", this.start);
  }

  destroy() {
    this.watch.disconnect();
    document.removeEventListener("keydown", this.start);
    this.box.remove();
    this.voice.remove();
  }

  update(data) {
    const stamp = `${data.rev} ${data.lang}`;
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.say = data.words;
    this.data = data;
    this.known = new Map(data.sections.flatMap((section) => (section.rows || []).map((row) => [row.id, row])));
    if (data.rev !== this.rev) this.begin(data);
    this.draw();
  }

  begin(data) {
    this.rev = data.rev;
    this.past = [];
    this.future = [];
    this.opened = new Set();
    this.units = [...new Set(data.sections.flatMap((section) => (section.rows || []).map((row) => row.unit)))];
    const known = Object.entries(remembered(data.rev)).filter(([unit, state]) => this.units.includes(unit) && OPPOSITE[state]);
    this.decisions = Object.fromEntries(known);
  }

  // -- state

  state(unit) { return this.decisions[unit] || "pending"; }

  number(state) { return this.units.filter((unit) => this.state(unit) === state).length; }

  decide(units, state, name) {
    const next = { ...this.decisions };
    for (const unit of units) { if (state === "pending") delete next[unit]; else next[unit] = state; }
    this.past.push(this.decisions);
    this.future = [];
    this.settle(next);
    this.speak(fill(this.say.said, { name: name || "", state: this.say[state], left: this.number("pending") }));
  }

  settle(decisions) {
    this.decisions = decisions;
    remember(this.rev, decisions);
    this.paint();
  }

  toggle(row, state) {
    this.decide([row.unit], this.state(row.unit) === state ? "pending" : state, row.name);
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.decisions);
    this.settle(this.past.pop());
    this.speak(this.say.undone);
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.decisions);
    this.settle(this.future.pop());
    this.speak(this.say.redone);
  }

  act(kind) {
    const accepted = this.units.filter((unit) => this.state(unit) === "accepted");
    const wanted = kind === "accepted" ? accepted : this.units.filter((unit) => this.state(unit) !== "rejected");
    const takes = kind === "take" || kind === "accepted";
    this.send("act", { rev: this.rev, kind: takes ? "take" : kind, groups: takes ? wanted : [] });
  }

  speak(text) {
    this.voice.textContent = "";
    setTimeout(() => { this.voice.textContent = text; }, 30);
  }

  // -- keys

  key(event) {
    const key = keyOf(event);
    // Streamlit listens for single keys on the document (r runs again, c clears): ours end here.
    if (event.key.length === 1 || event.key === "Process") event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      return key === "y" || event.shiftKey ? this.redo() : this.undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const at = event.target.closest?.(".row");
    return this.letter(key, at, event);
  }

  letter(key, at, event) {
    const row = at && this.rowOf(at.dataset.id);
    if (key === "j" || key === "k") { event.preventDefault(); return this.move(key === "j" ? 1 : -1, at); }
    const state = { a: "accepted", x: "rejected", u: "pending" }[key];
    if (!row || !state) return undefined;
    event.preventDefault();
    this.decide([row.unit], state, row.name);
    return state === "pending" ? undefined : this.move(1, at);
  }

  enter(event) {
    const free = document.activeElement === document.body || document.activeElement === null;
    if (!free || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keyOf(event) === "j" || keyOf(event) === "k") { event.preventDefault(); this.move(1, null); }
  }

  move(step, from) {
    const rows = [...this.box.querySelectorAll(".section:not(.shut) .row:not([hidden])")];
    if (!rows.length) return;
    const at = from ? rows.indexOf(from) + step : 0;
    this.focus(rows[Math.max(0, Math.min(rows.length - 1, at))], "nearest");
  }

  jump(step) {
    const rows = [...this.box.querySelectorAll(".row")];
    const at = rows.indexOf(this.root.activeElement?.closest?.(".row"));
    const open = rows.filter((row) => row.classList.contains("pending") && !row.hidden);
    if (!open.length) return;
    const found = step > 0
      ? open.find((row) => rows.indexOf(row) > at) || open[0]
      : [...open].reverse().find((row) => at >= 0 && rows.indexOf(row) < at) || open.at(-1);
    this.focus(found, "center");
  }

  focus(row, block) {
    const section = row.closest(".section");
    if (section.classList.contains("shut")) section.querySelector("h3 > button").click();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
  }

  kin(target) {
    const row = target.closest?.(".row");
    const unit = row?.dataset.unit;
    if (row === this.pointed) return;
    this.pointed = row;
    for (const other of this.box.querySelectorAll(".row")) {
      other.classList.toggle("kin", Boolean(unit) && other !== row && other.dataset.unit === unit);
    }
  }

  // -- drawing

  rowOf(id) { return this.known.get(id); }

  rowBox(id) { return this.box.querySelector(`.row[data-id="${CSS.escape(id)}"]`); }

  fit() {
    const head = document.querySelector('[data-testid="stHeader"]');
    this.box.style.setProperty("--top", `${head ? Math.round(head.getBoundingClientRect().height) : 0}px`);
    const bar = this.box.querySelector(".toolbar");
    if (bar) this.box.style.setProperty("--bar", `${Math.round(bar.getBoundingClientRect().height)}px`);
    const narrow = this.box.getBoundingClientRect().width < 720;
    this.box.classList.toggle("inline", narrow || this.layout === "inline");
  }

  draw() {
    const review = this.data.mode === "review";
    this.box.replaceChildren(...[
      this.data.note && this.note(this.data.note),
      review && this.toolbar(),
      ...this.data.sections.map((section) => (review ? this.section(section) : this.card(section))),
      review && this.legend(),
    ].filter(Boolean));
    this.fit();
    if (review) this.paint();
    this.fit();
  }

  note(note) {
    const lists = note.lists.map((list) => el("details", { class: list.tone, open: list.open },
      el("summary", {}, list.title),
      list.hint ? el("p", { class: "hint" }, list.hint) : null,
      el("ul", {}, list.items.map((item) => el("li", {}, item.place ? el("b", {}, item.place) : null, item.place ? " " : null, item.text)))));
    return el("section", { class: `note ${note.tone}`, "aria-label": note.title },
      el("div", { class: "line" }, el("h2", {}, note.title), el("span", { class: "meta" }, note.meta.map((item) => el("span", {}, item))),
        note.closes ? this.closing(note) : null),
      note.asked ? el("p", { class: "asked" }, note.asked) : null,
      note.reply ? el("p", { class: "reply" }, note.reply) : null,
      note.proof ? el("p", { class: "proof" }, note.proof, " ", el("span", { class: "hash" }, note.hash)) : null,
      lists.length ? el("div", { class: "lists" }, lists) : null);
  }

  closing(note) {
    const does = (kind, words) => el("button", { type: "button", class: "button small", onclick: () => this.act(kind) }, words);
    return el("span", { class: "closing" }, note.asked ? does("again", this.say.ask_again) : null, does("discard", this.say.dismiss));
  }

  button(kind, name, title, onclick, more) {
    return el("button", { type: "button", class: `button ${kind}`, title, "aria-label": more?.words ? null : title, onclick, ...more, words: null },
      name ? icon(name) : null, more?.words ? el("span", {}, more.words) : null);
  }

  choice(property, value, words) {
    const onclick = () => { this[property] = value; this.draw(); };
    return el("button", { type: "button", class: "button", "aria-pressed": String(this[property] === value), onclick }, words);
  }

  toolbar() {
    const say = this.say;
    this.count = el("b");
    this.meter = STATES.slice(1).map((state) => el("i", { class: state }));
    this.undoButton = this.button("", "undo", `${say.undo} (Ctrl+Z)`, () => this.undo());
    this.redoButton = this.button("", "redo", `${say.redo} (Ctrl+Shift+Z)`, () => this.redo());
    this.discardButton = this.button("", null, say.discard, () => this.act("discard"), { words: say.discard });
    this.acceptedButton = this.button("ok", "accept", say.accepted, () => this.act("accepted"), { words: " " });
    this.takeButton = this.button("primary", "accept", say.take_all, () => this.act("take"), { words: " " });
    return el("div", { class: "toolbar", role: "toolbar", "aria-label": say.toolbar },
      el("div", { class: "count" }, this.count, el("span", { class: "meter", "aria-hidden": "true" }, this.meter)),
      el("div", { class: "tools" },
        el("span", { class: "pair", role: "group", "aria-label": say.filter }, this.choice("filter", "all", say.show_all), this.choice("filter", "left", say.show_left)),
        el("span", { class: "pair layout", role: "group", "aria-label": say.layout }, this.choice("layout", "split", say.side_by_side), this.choice("layout", "inline", say.inline)),
        this.undoButton, this.redoButton,
        this.button("", "previous", say.previous, () => this.jump(-1)), this.button("", "next", say.next, () => this.jump(1))),
      el("div", { class: "acts" }, this.discardButton, this.acceptedButton, this.takeButton));
  }

  heading(section, body, box) {
    const shut = this.shut(section);
    const toggle = el("button", { type: "button", "aria-expanded": String(!shut) }, icon("open"), el("span", { class: "no" }, section.title));
    toggle.addEventListener("click", () => {
      const now = box.classList.toggle("shut");
      this.opened[now ? "delete" : "add"](section.key);
      toggle.setAttribute("aria-expanded", String(!now));
      body.hidden = now;
    });
    return el("h3", {}, toggle, el("span", { class: "lead" }, section.lead));
  }

  shut(section) { return section.status === "same" && !this.opened.has(section.key); }

  section(section) {
    const say = this.say;
    const shut = this.shut(section);
    const body = el("div", { class: "body", hidden: shut });
    const box = el("section", { class: `section ${section.status}${shut ? " shut" : ""}`, "data-key": section.key, "aria-label": `${section.title} ${section.mark}`.trim() });
    const head = el("header", {}, this.heading(section, body, box), section.mark ? el("span", { class: "badge mark" }, section.mark) : null, el("span", { class: "badge left" }));
    const units = [...new Set(section.rows.map((row) => row.unit))];
    if (section.rows.length > 1) {
      head.append(
        this.button("ok", "accept", fill(say.accept_turn, { name: section.title }), () => this.decide(units, "accepted", section.title)),
        this.button("no", "reject", fill(say.reject_turn, { name: section.title }), () => this.decide(units, "rejected", section.title)));
    }
    if (section.rows.length) body.append(el("div", { class: "columns", "aria-hidden": "true" }, el("span", {}, say.before), el("span", {}, say.after), el("span")));
    for (const row of section.rows) body.append(el("div", { class: "row", tabindex: "0", role: "group", "data-id": row.id, "data-unit": row.unit }));
    if (section.same.length) body.append(this.same(section));
    box.append(head, body);
    return box;
  }

  same(section) {
    const open = this.opened.has(`same ${section.key}`);
    const list = el("dl", { hidden: !open }, section.same.map((field) => [
      el("dt", {}, field.stock ? `${field.stock} · ${field.label}` : field.label), el("dd", {}, field.text || this.say.empty)]));
    const toggle = el("button", { type: "button", "aria-expanded": String(open) }, icon("open"), fill(this.say.same_fields, { n: section.same.length }));
    toggle.addEventListener("click", () => {
      list.hidden = !list.hidden;
      this.opened[list.hidden ? "delete" : "add"](`same ${section.key}`);
      toggle.setAttribute("aria-expanded", String(!list.hidden));
    });
    return el("div", { class: "same" }, toggle, list);
  }

  row(row, box, at) {
    const say = this.say;
    const state = this.state(row.unit);
    box.className = `row is-${row.kind} ${state}`;
    box.dataset.state = state;
    box.setAttribute("aria-label", fill(say.row_label, { name: row.name, at, total: this.total, state: say[state] }));
    const chips = [...row.chips];
    if (row.places > 1) chips.unshift(el("span", { class: "chip", title: say.together_hint }, icon("link"), fill(say.together, { n: row.places })));
    if (!row.places) chips.unshift(el("span", { class: "chip", title: say.together_hint }, icon("link"), hidden(say.together_hint)));
    box.replaceChildren(
      el("div", { class: "label" }, row.stock ? el("span", { class: "stock" }, row.stock) : null, el("span", {}, row.label), el("span", { class: "state" }, `· ${say[state]}`),
        chips.map((chip) => (typeof chip === "string" ? el("span", { class: "chip" }, chip) : chip))),
      el("div", { class: "side a", role: "group", "aria-label": say.before }, this.side(row, "a")),
      el("div", { class: "side b", role: "group", "aria-label": say.after }, this.side(row, "b")),
      el("div", { class: "decide" }, this.choose(row, "ok", "accept", "accepted"), this.choose(row, "no", "reject", "rejected")));
  }

  choose(row, kind, name, state) {
    const label = fill(this.say[`${name}_name`], { name: row.name });
    return el("button", { type: "button", class: `button ${kind}`, "aria-pressed": String(this.state(row.unit) === state), "aria-label": label, title: this.say[name], onclick: () => this.toggle(row, state) }, icon(name));
  }

  side(row, which) {
    if (row.kind === "price") return which === "a" ? this.coins(row.a) : this.price(row);
    if (row.kind === "shape") return this.shape(row, which);
    const inline = which === "b";
    const mine = row.segments.some((segment) => typeof segment === "string" || segment[which].length);
    const out = row.segments.map((segment) => (typeof segment === "string" ? segment : this.phrase(segment, which, inline)));
    if (!mine && which === "a") out.push(el("span", { class: "none" }, this.say.empty));
    if (!mine && which === "b") out.push(el("span", { class: "none wide" }, this.say.empty));
    return out;
  }

  phrase(segment, which, inline) {
    const gone = segment.a.map(([strong, text]) => this.mark("del", strong, text));
    const come = segment.b.map(([strong, text]) => this.mark("ins", strong, text));
    if (which === "a") return el("span", { class: "phrase" }, gone);
    return el("span", { class: "phrase" }, inline ? gone.map((mark) => { mark.classList.add("only-inline"); return mark; }) : null, come);
  }

  mark(tag, strong, text) {
    const sign = tag === "ins" ? this.say.added_sign : this.say.removed_sign;
    return el(tag, { class: strong ? "strong" : "weak" }, strong ? hidden(`${sign} `) : null, text);
  }

  coins(value) {
    if (value === null) return el("span", { class: "none" }, this.say.nothing);
    return el("span", { class: "price" }, fill(this.say.coins, { n: value }));
  }

  price(row) {
    const step = typeof row.a === "number" && typeof row.b === "number" ? row.b - row.a : 0;
    const size = Math.abs(Math.round(step * 100) / 100);
    const words = fill(step > 0 ? this.say.price_up : this.say.price_down, { n: size });
    return el("span", { class: "price" },
      row.a === null ? null : el("span", { class: "was" }, fill(this.say.coins, { n: row.a })),
      row.b === null ? el("span", { class: "none" }, this.say.nothing) : fill(this.say.coins, { n: row.b }),
      step ? el("small", { class: step > 0 ? "up" : "down" }, el("span", { "aria-hidden": "true" }, `${step > 0 ? "▲" : "▼"} ${size}`), hidden(words)) : null);
  }

  shape(row, which) {
    const mine = row.verb === "removed" ? "a" : "b";
    if (which !== mine) return el("span", { class: "none wide" }, row.verb === "moved" ? row.from : this.say.nothing);
    if (!row.parts.length) return el("b", {}, row.text);
    const tag = row.verb === "removed" ? "del" : "ins";
    return [el("b", { class: "what" }, row.text), el("dl", { class: `parts ${row.verb}` }, row.parts.map((part) => [el("dt", {}, part.label), el("dd", {}, part.text ? el(tag, {}, part.text) : el("span", { class: "none" }, this.say.empty))]))];
  }

  paint() {
    const active = this.root.activeElement;
    const held = active?.closest?.(".row");
    const kind = ["ok", "no"].find((name) => active?.classList?.contains(name));
    const rows = [...this.box.querySelectorAll(".row")];
    this.total = rows.length;
    rows.forEach((box, index) => {
      const row = this.rowOf(box.dataset.id);
      if (box.dataset.state !== this.state(row.unit)) this.row(row, box, index + 1);
      box.hidden = this.filter === "left" && this.state(row.unit) !== "pending" && box !== held;
    });
    if (held && kind) held.querySelector(`.decide .${kind}`)?.focus({ preventScroll: true });
    this.data.sections.forEach((section) => this.badge(section));
    this.bar();
  }

  badge(section) {
    const box = this.box.querySelector(`[data-key="${CSS.escape(section.key)}"] .badge.left`);
    const left = section.rows.filter((row) => this.state(row.unit) === "pending").length;
    const total = section.rows.length;
    box.closest(".section").hidden = this.filter === "left" && section.rows.every((row) => this.rowBox(row.id).hidden);
    box.textContent = !total ? this.say.unchanged : left ? fill(this.say.turn_left, { n: left }) : fill(this.say.turn_done, { n: total });
    box.className = `badge left ${!total ? "" : left ? "todo" : "done"}`;
  }

  bar() {
    const say = this.say;
    const total = this.units.length, accepted = this.number("accepted"), rejected = this.number("rejected");
    const left = total - accepted - rejected;
    this.count.textContent = left ? fill(say.left, { n: total, left }) : fill(say.all_reviewed, { n: total });
    [accepted, rejected].forEach((number, index) => { this.meter[index].style.width = `${(100 * number) / total}%`; });
    this.undoButton.disabled = !this.past.length;
    this.redoButton.disabled = !this.future.length;
    this.acceptedButton.hidden = !accepted || !left;
    this.acceptedButton.lastChild.textContent = fill(say.take_accepted, { n: accepted });
    this.takeButton.disabled = rejected === total;
    this.takeButton.lastChild.textContent = !rejected || rejected === total ? say.take_all : left ? fill(say.take_rest, { n: rejected }) : fill(say.take_accepted, { n: accepted });
    for (const button of [this.acceptedButton, this.takeButton]) button.title = button.lastChild.textContent;
  }

  legend() {
    const say = this.say;
    const keys = [["J K", say.keys_move], ["A", say.keys_accept], ["X", say.keys_reject], ["Ctrl+Z", say.keys_undo]];
    return el("div", { class: "legend", "aria-hidden": "true" }, keys.map(([names, words]) => el("span", {}, names.split(" ").map((name) => [el("kbd", {}, name), " "]), words)));
  }

  // -- a chapter without an edit

  card(turn) {
    return el("section", { class: "turn", "aria-label": turn.title },
      el("header", {}, el("h2", {}, turn.title), turn.tag ? el("span", { class: "badge tag" }, turn.tag) : null),
      el("div", { class: "story" }, turn.fields.map((field) => el("div", { class: `field ${field.name}` }, el("span", { class: "label" }, field.label),
        el("p", {}, field.text || el("span", { class: "none" }, this.say.empty))))),
      el("div", { class: "stocks" }, turn.stocks.map((stock) => this.stock(stock))));
  }

  stock(stock) {
    const step = typeof stock.price === "number" && typeof stock.opening === "number" ? Math.round((stock.price - stock.opening) * 100) / 100 : 0;
    return el("div", { class: "stock-card", role: "group", "aria-label": stock.name || this.say.name },
      el("div", { class: "top" }, el("b", {}, stock.name || this.say.empty), stock.risk ? el("span", { class: `risk ${stock.level}` }, stock.risk) : null),
      el("div", { class: "price" }, stock.price === null ? el("span", { class: "none" }, this.say.nothing) : fill(this.say.coins, { n: stock.price }),
        step ? el("small", { class: step > 0 ? "up" : "down" }, el("span", { "aria-hidden": "true" }, `${step > 0 ? "▲" : "▼"} ${Math.abs(step)}`), hidden(fill(step > 0 ? this.say.price_up : this.say.price_down, { n: Math.abs(step) }))) : null),
      stock.outlook ? el("p", {}, stock.outlook) : null,
      stock.about ? el("p", { class: "about" }, stock.about) : null);
  }
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let view = views.get(parentElement);
  if (!view) { view = new Review(parentElement); views.set(parentElement, view); }
  view.send = setTriggerValue;
  view.update(data);
  return () => { views.get(parentElement)?.destroy(); views.delete(parentElement); };
}
