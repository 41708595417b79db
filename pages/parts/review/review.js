// The review of an edit: every change beside its original. A decision is drawn at once and saved
// behind it; the script runs only for own words, answers and "take". Without an edit, cards.
const views = new WeakMap();
const FADE_MS = 30;
const KEEP_MS = 60;
const NARROW_PX = 720;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function remembered(key) {
  try { return JSON.parse(sessionStorage.getItem(`turnsmith.${key}`)) || {}; } catch { return {}; }
}

function remember(key, kept) {
  try { sessionStorage.setItem(`turnsmith.${key}`, JSON.stringify(kept)); } catch { /* private mode */ }
}

class Review {
  constructor(root) {
    this.root = root;
    this.acts = Date.now();
    this.box = el("div", { class: "root" });
    this.voice = el("div", { class: "sr", role: "status", "aria-live": "polite" });
    root.append(this.box, this.voice);
    this.keys = new Keys(this);
    this.box.addEventListener("mouseover", (event) => this.kin(event.target));
    this.box.addEventListener("focusin", (event) => this.kin(event.target));
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box);
    this.hide = () => this.keep();
    addEventListener("pagehide", this.hide);
  }

  destroy() {
    this.keep();
    this.saving?.end();
    this.others?.close();
    this.keys.end();
    this.watch.disconnect();
    removeEventListener("pagehide", this.hide);
    this.box.remove();
    this.voice.remove();
  }

  // -- data

  update(data) {
    if (data.refused && data.refused.n === this.wait?.n) this.refused(data.refused.text);
    const stamp = `${data.rev} ${data.lang} ${data.mode} ${data.titles}`;
    if (stamp === this.stamp) return;
    const key = data.edit || data.rev;
    const again = key === this.key && data.mode === this.data.mode;
    Object.assign(this, { stamp, data, key, say: data.words, titles: data.titles, readonly: data.mode === "compare" });
    if (!again) this.begin(data);
    this.decisions.know(data);
    this.draw(again);
    if (again) this.anew();
  }

  begin(data) {
    this.saving?.end();
    this.others?.close();
    const kept = remembered(this.key);
    this.filter = kept.filter || "all";
    this.layout = kept.layout || "split";
    this.opened = new Set(kept.opened);
    this.drafts = new Map(kept.drafts);
    this.sections = new Map();
    this.editor = this.wait = null;
    const edit = data.mode === "review" ? data.edit : "";
    this.saving = new Saving({ edit, saved: data.saved, waiting: kept.waiting, heard: () => this.paint(), told: (how) => this.told(how) });
    this.decisions = new Decisions(this.saving, kept.past, kept.future);
    this.others = edit ? new BroadcastChannel(`turnsmith.drawn.${edit}`) : null;
    if (this.others) this.others.onmessage = ({ data: rev }) => rev !== this.data.rev && this.component.setTriggerValue("look", rev);
  }

  // Drawn anew for the same edit: own words or an answer were worked in.
  anew() {
    this.saving.look();
    if (!this.wait) return;
    const { at, to, name, key } = this.wait;
    this.wait = null;
    this.others?.postMessage(this.data.rev);
    if (at) this.written(at, to);
    if (key) this.box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    if (name) this.speak(fill(this.say.write_done, { name }));
  }

  // Own words are meant: where they stand alone they are accepted.
  written(at, to) {
    this.drafts.delete(at);
    const view = [...this.views.values()].find((one) => one.row.edit?.at === at);
    if (!view) return;
    const alone = to !== null && view.unit.rows.length === 1 && view.unit.groups.length === 1;
    if (alone && this.decisions.state(view.unit) === "pending") this.saving.put(this.decisions.whole([view.unit], "accepted"));
    this.paint();
    this.focus(view.box, "nearest");
  }

  keep() {
    clearTimeout(this.keeping);
    if (!this.saving) return;
    const { sending, waiting } = this.saving;
    remember(this.key, {
      waiting: over(sending || nothing(), waiting), past: this.decisions.past, future: this.decisions.future,
      drafts: [...this.drafts], opened: [...this.opened], filter: this.filter, layout: this.layout,
    });
  }

  keepSoon() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), KEEP_MS);
  }

  // -- decisions

  decide(units, state, name) {
    if (!units.length) return;
    this.decisions.decide(this.decisions.whole(units, state));
    this.settle(units);
    this.speak(fill(this.say.said, { name: name || "", state: this.say[state], left: this.decisions.count().left }));
  }

  toggle(view, state) {
    const now = this.decisions.state(view.unit) === state ? "pending" : state;
    this.decide([view.unit], now, view.row.name);
  }

  pick(view, index, sign) {
    this.decisions.decide(this.decisions.phrase(view.unit, index, sign));
    this.settle([view.unit]);
    const { left } = this.decisions.count();
    this.speak(fill(this.say.pick_said, { at: index + 1, total: view.unit.phrases, state: this.say[STATE[sign]], left }));
  }

  press(view, index, sign) {
    this.pick(view, index, this.decisions.signs(view.unit)[index] === sign ? "." : sign);
  }

  bulk(state) { this.decide(this.decisions.left(), state, ""); }

  undo() { this.turned(this.decisions.undo(), this.say.undone); }

  redo() { this.turned(this.decisions.redo(), this.say.redone); }

  turned(step, words) {
    if (!step) return;
    this.settle();
    if (step.act) this.send(step.act);
    this.speak(words);
  }

  // Only these units have changed; all may have, when none are named.
  settle(units) {
    if (units && this.filter === "all") this.repaint(units); else this.paint();
    this.keepSoon();
  }

  // -- what the page does

  send(act) {
    this.acts += 1;
    this.component.setTriggerValue("act", { rev: this.data.rev, n: this.acts, ...act });
    return this.acts;
  }

  async take(rest) {
    if (this.taking) return;
    this.taking = true;
    this.bar();
    const saved = await this.saving.flush();
    this.taking = false;
    this.bar();
    if (saved) this.send({ kind: "take", rest });
    else this.told(this.saving.closed ? "closed" : "not_taken");
  }

  answer(one, yes) {
    const act = (value) => ({ kind: "answer", key: one.key, yes: value });
    this.decisions.done({ back: { act: act(one.yes) }, forth: { act: act(yes) } });
    this.wait = { n: this.send(act(yes)), key: `${one.key} ${yes === null ? one.yes : yes}`, name: one.place };
    this.keepSoon();
  }

  // -- own words

  write(view) {
    if (!view.row.edit) return false;
    this.writeIn(view.box, view.row.edit, view.row.name, view);
    return true;
  }

  writeIn(host, edit, name, view = null) {
    if (this.editor?.busy) return;
    this.editor?.leave();
    this.editor = new Editor(this, host, edit, name);
    this.editor.view = view;
  }

  wrote(editor, to) {
    const { at } = editor.edit, unit = editor.view?.unit, text = (value) => ({ kind: "text", at, to: value });
    const before = unit ? this.decisions.inverse(this.decisions.whole([unit], "pending")) : nothing();
    const step = { back: { act: text(this.data.texts[at] ?? null), delta: before }, forth: { act: text(to) } };
    this.saving.flush().then(() => { this.wait = { n: this.send(text(to)), at, to, name: editor.name, step }; this.decisions.done(step); });
  }

  refused(text) {
    this.decisions.past = this.decisions.past.filter((step) => step !== this.wait.step);
    this.wait = null;
    this.editor?.refused(text);
    this.speak(text);
  }

  left(editor) {
    if (this.editor === editor) this.editor = null;
    const back = editor.host.classList.contains("row") ? editor.host : editor.host.querySelector(".pen");
    back?.focus({ preventScroll: true });
    this.keepSoon();
  }

  // -- words for the ear, and about saving

  speak(text) {
    this.voice.textContent = "";
    setTimeout(() => { this.voice.textContent = text; }, FADE_MS);
  }

  told(how) {
    if (this.how === how || !this.status) return;
    this.how = how;
    const words = { unsaved: this.say.decisions_unsaved, closed: this.say.decisions_closed, not_taken: this.say.not_taken }[how];
    this.status.textContent = words || "";
    this.status.hidden = !words;
    this.fit();
  }

  // -- moving

  active() { return this.root.activeElement; }

  open(key, on) {
    this.opened[on ? "add" : "delete"](key);
    this.keepSoon();
  }

  focus(row, block) {
    this.sections.get(row.closest(".section").dataset.key).show();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
  }

  kin(target) {
    const row = target.closest?.(".row");
    if (row === this.pointed) return;
    for (const box of this.kindred || []) box.classList.remove("kin");
    this.pointed = row;
    this.kindred = row ? this.byUnit.get(row.dataset.unit).map((view) => view.box).filter((box) => box !== row) : [];
    for (const box of this.kindred) box.classList.add("kin");
  }

  // -- drawing

  fit() {
    const head = document.querySelector('[data-testid="stHeader"]');
    const bar = this.box.querySelector(".toolbar");
    this.box.style.setProperty("--top", `${head ? Math.round(head.getBoundingClientRect().height) : 0}px`);
    if (bar) this.box.style.setProperty("--bar", `${Math.round(bar.getBoundingClientRect().height)}px`);
    const narrow = this.box.getBoundingClientRect().width < NARROW_PX;
    this.box.classList.toggle("inline", narrow || this.layout === "inline");
  }

  draw(again) {
    const cards = this.data.mode === "read";
    const anchor = again && this.anchor();
    const held = this.active();
    const writing = this.editor && !this.editor.busy ? { ...this.editor.edit } : null;
    if (writing) this.drafts.set(writing.at, this.editor.input.value);
    const boxes = cards ? this.data.sections.map((turn) => cardBox(turn, this.say)) : this.listed();
    this.place([this.note(), !cards && this.toolbar(), this.leftovers(), ...boxes, !cards && this.legend()].filter(Boolean));
    this.fit();
    this.know();
    if (!cards) this.paint();
    this.fit();
    if (writing && !this.editor?.box.isConnected) this.rewrite(writing);
    else if (!this.editor?.box.isConnected) this.editor = null;
    if (anchor) this.hold(anchor);
    if (held && !held.isConnected && anchor?.id) this.views.get(anchor.id)?.box.focus({ preventScroll: true });
  }

  // Sections that say the same keep their boxes: with them focus, scroll and what is open.
  listed() {
    const kept = new Map();
    for (const section of this.data.sections) {
      const old = this.sections.get(section.key);
      const same = old && old.lang === this.data.lang && old.stamp === JSON.stringify(section);
      kept.set(section.key, same ? old : new SectionView(section, this));
    }
    this.sections = kept;
    return [...kept.values()].map((view) => view.box);
  }

  place(boxes) {
    const wanted = new Set(boxes);
    for (const box of [...this.box.children]) if (!wanted.has(box)) box.remove();
    boxes.forEach((box, index) => { if (this.box.children[index] !== box) this.box.insertBefore(box, this.box.children[index] || null); });
  }

  know() {
    this.views = new Map([...this.sections.values()].flatMap((section) => section.rows.map((view) => [view.row.id, view])));
    this.byUnit = new Map();
    let at = 0;
    for (const view of this.views.values()) {
      view.at = at += 1;
      if (!this.byUnit.has(view.row.unit)) this.byUnit.set(view.row.unit, []);
      this.byUnit.get(view.row.unit).push(view);
    }
  }

  rewrite(edit) {
    this.editor = null;
    const view = [...this.views.values()].find((one) => one.row.edit?.at === edit.at);
    if (view) this.write(view);
  }

  // A row in sight, and how far it is from the top: it stays there when the rows are drawn anew.
  anchor() {
    const seen = (box) => box.getBoundingClientRect().bottom > 0;
    const row = this.active()?.closest?.(".row") || [...this.box.querySelectorAll(".section")].find(seen);
    return row && { id: row.dataset.id, key: row.closest(".section").dataset.key, top: row.getBoundingClientRect().top };
  }

  hold({ id, key, top }) {
    const box = this.views.get(id)?.box || this.sections.get(key)?.box;
    const main = document.querySelector('[data-testid="stMain"]');
    if (box && main) main.scrollTop += box.getBoundingClientRect().top - top;
  }

  note() {
    const said = JSON.stringify([this.data.note, this.data.lang]);
    if (said !== this.noted) [this.noted, this.noteBox] = [said, this.data.note && noteBox(this.data.note, this)];
    return this.noteBox;
  }

  leftovers() { return this.data.leftovers?.length ? leftoversBox(this.data.leftovers, this) : null; }

  button(kind, name, title, onclick, words) {
    return el("button", { type: "button", class: `button ${kind}`, title, "aria-label": words ? null : title, onclick }, name ? icon(name) : null, words ? el("span", {}, words) : null);
  }

  choice(property, value, words) {
    const chosen = (button) => { for (const one of button.parentElement.children) one.setAttribute("aria-pressed", String(one === button)); };
    const onclick = ({ currentTarget: button }) => {
      // Where only one of the two is shown, pressing it again goes back to the other.
      const other = [...button.parentElement.children].find((one) => one !== button);
      const back = this[property] === value && other.offsetParent === null;
      this[property] = back ? other.dataset.value : value;
      chosen(back ? other : button);
      this.settle();
      this.fit();
    };
    return el("button", { type: "button", class: "button", "data-value": value, "aria-pressed": String(this[property] === value), onclick }, words);
  }

  toolbar() {
    if (this.barBox?.lang === this.data.lang && this.barBox.mode === this.data.mode) return this.barBox.box;
    const say = this.say;
    this.how = "";
    this.count = el("b");
    this.meter = ["accepted", "rejected"].map((state) => el("i", { class: state }));
    this.status = el("p", { class: "status", role: "status", hidden: true });
    this.clashes = el("p", { class: "clashes", hidden: true });
    const layout = el("span", { class: "pair layout", role: "group", "aria-label": say.layout }, this.choice("layout", "split", say.side_by_side), this.choice("layout", "inline", say.inline));
    const steps = [this.button("step", "previous", say.previous, () => this.keys.jump(-1)), this.button("step", "next", say.next, () => this.keys.jump(1))];
    const box = el("div", { class: "toolbar", role: "toolbar", "aria-label": say.toolbar }, ...(this.readonly
      ? [el("div", { class: "count" }, this.count), el("div", { class: "tools" }, layout, steps)]
      : [this.counter(), this.tools(layout, steps), this.deciding(), this.clashes, this.status]));
    this.barBox = { box, lang: this.data.lang, mode: this.data.mode };
    return box;
  }

  counter() {
    this.noLeft = this.button("no", "reject", "", () => this.bulk("rejected"));
    this.okLeft = this.button("ok", "accept", "", () => this.bulk("accepted"));
    this.rest = el("span", { class: "pair bulk" }, this.noLeft, this.okLeft);
    return el("div", { class: "count" }, this.count, this.rest, el("span", { class: "meter", "aria-hidden": "true" }, this.meter));
  }

  tools(layout, steps) {
    const say = this.say;
    this.undoButton = this.button("turning", "undo", `${say.undo} (Ctrl+Z)`, () => this.undo());
    this.redoButton = this.button("turning", "redo", `${say.redo} (Ctrl+Shift+Z)`, () => this.redo());
    const filter = el("span", { class: "pair", role: "group", "aria-label": say.filter }, this.choice("filter", "all", say.show_all), this.choice("filter", "left", say.show_left));
    return el("div", { class: "tools" }, filter, layout, this.undoButton, this.redoButton, steps);
  }

  deciding() {
    const say = this.say;
    this.acceptedButton = this.button("ok", "accept", say.accepted, () => this.take(false), " ");
    this.acceptedButton.append(el("span", { class: "short" }));
    this.takeButton = this.button("primary", "accept", say.take_all, () => this.take(true), " ");
    return el("div", { class: "acts" }, this.button("", null, say.discard, () => this.send({ kind: "discard" }), say.discard), this.acceptedButton, this.takeButton);
  }

  paint() {
    if (this.data.mode === "read") return;
    const held = this.active()?.closest?.(".row");
    for (const view of this.views.values()) {
      view.paint(this.views.size);
      view.box.hidden = this.filter === "left" && !this.decisions.open(view.unit) && view.box !== held;
    }
    for (const section of this.sections.values()) section.paint();
    this.bar();
  }

  repaint(units) {
    const changed = new Set(units.flatMap((unit) => this.byUnit.get(unit.id)));
    for (const view of changed) view.paint(this.views.size);
    for (const section of new Set([...changed].map((view) => view.section))) section.paint();
    this.bar();
  }

  bar() {
    const say = this.say;
    if (this.readonly) { this.count.textContent = this.views.size ? fill(say.compare_bar, { n: this.views.size }) : say.compare_same; return; }
    const { total, accepted, rejected, left } = this.decisions.count(), bulk = this.decisions.left().length;
    this.count.textContent = left ? fill(say.left, { n: total, left }) : fill(say.all_reviewed, { n: total });
    [accepted, rejected].forEach((number, index) => { this.meter[index].style.width = `${(100 * number) / Math.max(total, 1)}%`; });
    this.rest.hidden = !bulk || (bulk === 1 && total === 1);
    for (const [button, words] of [[this.noLeft, say.reject_left], [this.okLeft, say.accept_left]]) {
      button.title = fill(words, { n: bulk });
      button.setAttribute("aria-label", button.title);
    }
    this.undoButton.disabled = !this.decisions.past.length;
    this.redoButton.disabled = !this.decisions.future.length;
    this.offers(total, accepted, rejected, left);
  }

  offers(total, accepted, rejected, left) {
    const say = this.say, clashes = this.decisions.conflicts(), some = accepted > 0 || this.decisions.picked();
    this.acceptedButton.hidden = !some || !left;
    const label = (button, words, short) => { [button.children[1].textContent, button.title] = [words, words]; if (short) button.lastChild.textContent = short; };
    label(this.acceptedButton, fill(say.take_accepted, { n: Math.max(accepted, 1) }), fill(say.take_some, { n: Math.max(accepted, 1) }));
    label(this.takeButton, !rejected || rejected === total ? say.take_all : left ? fill(say.take_rest, { n: rejected }) : fill(say.take_accepted, { n: accepted }));
    this.takeButton.disabled = rejected === total || clashes.length > 0 || this.taking;
    this.acceptedButton.disabled = clashes.length > 0 || this.taking;
    this.clash(clashes);
  }

  clash(units) {
    this.clashes.hidden = !units.length;
    const go = (unit) => el("button", { type: "button", class: "button small", onclick: () => this.focus(this.byUnit.get(unit.id)[0].box, "center") }, fill(this.say.conflict_number, { n: unit.number }));
    this.clashes.replaceChildren(icon("warn"), fill(this.say.conflicts_open, { which: "" }), ...units.map(go));
  }

  legend() {
    const say = this.say;
    if (this.readonly) return null;
    const keys = [["J K", say.keys_move], ["← →", say.keys_phrase], ["A", say.keys_accept], ["X", say.keys_reject], ["U", say.keys_open], ["E", say.keys_write], ["Ctrl+Z", say.keys_undo]];
    return el("div", { class: "legend", "aria-hidden": "true" }, keys.map(([names, words]) => el("span", {}, names.split(" ").map((name) => [el("kbd", {}, name), " "]), words)));
  }
}

export default function (component) {
  const { parentElement, data } = component;
  let view = views.get(parentElement);
  if (!view) { view = new Review(parentElement); views.set(parentElement, view); }
  view.component = component;
  view.update(data);
  return () => { views.get(parentElement)?.destroy(); views.delete(parentElement); };
}
