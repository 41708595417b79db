// One change: its number, place and reason, both sides, and the buttons that decide it.
class RowView {
  constructor(row, section) {
    Object.assign(this, { row, section, review: section.review, say: section.say });
    this.box = el("div", { tabindex: "0", role: "group", "data-id": row.id, "data-unit": row.unit });
    this.box.replaceChildren(this.label(), this.side("a"), this.side("b"), ...[this.decide(), this.more()].filter(Boolean));
  }

  get unit() { return this.review.decisions.byId.get(this.row.unit); }

  toggles() { return [...this.box.querySelectorAll(".toggle")].filter((toggle) => toggle.offsetParent !== null); }

  // -- parts that stay

  label() {
    const { row, say } = this;
    this.number = el("span", { class: "number" });
    this.mark = el("span", { class: "state" });
    const tied = row.places !== 1 && !this.review.readonly && el("span", { class: "chip", title: say.together_hint }, icon("link"),
      row.places ? fill(say.together, { n: row.places }) : hidden(say.together_hint));
    return el("div", { class: "label" },
      this.review.readonly ? null : this.number,
      row.stock ? el("span", { class: "stock" }, row.stock) : null,
      el("span", {}, row.label),
      this.review.readonly ? null : this.mark,
      row.conflict ? el("span", { class: "chip clash" }, icon("warn"), say.conflict) : null,
      tied || null,
      row.chips.map((chip) => el("span", { class: "chip" }, chip)),
      this.review.readonly ? null : this.why());
  }

  why() {
    const [who, why] = this.review.data.reasons?.[this.row.reason] || ["", ""];
    // Said in full where it differs from the row above. It opens by a press alone: what grows under a finger on focus would swallow the press.
    const whole = ({ currentTarget }) => currentTarget.classList.toggle("whole");
    return el("span", { class: this.row.again ? "why again" : "why", title: why || null, onclick: whole }, el("b", {}, who), why ? el("span", {}, ` ${why}`) : null);
  }

  decide() {
    if (this.review.readonly) return null;
    const { row, say } = this;
    const titles = row.conflict ? { accept: say.conflict_take, reject: say.conflict_keep } : { accept: say.accept, reject: say.reject };
    this.ok = this.choose("ok", "accept", "accepted", titles.accept);
    this.no = this.choose("no", "reject", "rejected", titles.reject);
    const pen = row.edit && el("button", {
      type: "button", class: "button pen", title: say.write, "aria-label": fill(say.write_name, { name: row.name }), onclick: () => this.review.write(this),
    }, icon("edit"));
    return el("div", { class: "decide" }, pen || null, this.no, this.ok);
  }

  choose(kind, name, state, title) {
    const label = fill(this.say[`${name}_name`], { name: this.row.name });
    return el("button", { type: "button", class: `button ${kind}`, title, "aria-label": label, onclick: () => this.review.toggle(this, state) }, icon(name));
  }

  more() {
    const { row, say } = this;
    const clash = row.conflict && el("details", { class: "base", open: true }, el("summary", {}, say.conflict_base), el("p", {}, row.conflict.base || el("span", { class: "none" }, say.nothing)));
    const found = row.found?.length && el("ul", { class: "found" }, row.found.map((one) => el("li", { class: one.tone }, icon(one.tone === "good" ? "accept" : "warn"),
      el("span", {}, one.tone === "good" ? hidden(`${say.found_solved}: `) : hidden(`${say.found_new}: `), one.text))));
    return clash || found ? el("div", { class: "more" }, found || null, clash || null) : null;
  }

  // -- sides

  side(which) {
    const { row, say } = this;
    const kinds = { price: () => (which === "a" ? coins(row.a, say) : price(row, say)), shape: () => shape(row, which, say), text: () => this.words(which) };
    const [before, after] = this.review.titles;
    return el("div", { class: `side ${which}`, role: "group", "aria-label": which === "a" ? before : after }, kinds[row.kind]());
  }

  words(which) {
    const mine = this.row.segments.some((segment) => typeof segment === "string" || segment[which].length);
    let index = -1;
    const out = this.row.segments.map((segment) => {
      if (typeof segment === "string") return segment;
      index += 1;
      return this.row.pick && !this.review.readonly ? this.picked(segment, which, index) : this.phrase(segment, which);
    });
    if (!mine && !this.row.pick) out.push(el("span", { class: which === "b" ? "none wide" : "none" }, this.say.empty));
    return out;
  }

  phrase(segment, which) {
    const gone = segment.a.map((run) => this.run("del", run)), come = segment.b.map((run) => this.run("ins", run));
    if (which === "a") return el("span", { class: "phrase" }, gone);
    return el("span", { class: "phrase" }, el("span", { class: "only-inline" }, gone), come);
  }

  // A phrase that is decided by itself: the side that is pressed is the one that stays.
  picked(segment, which, index) {
    const old = this.half(segment.a, "a", index), come = which === "b" ? this.half(segment.b, "b", index) : null;
    if (which === "b") old.classList.add("only-inline");
    return el("span", { class: "phrase", "data-phrase": index }, old, come);
  }

  half(runs, side, index) {
    const text = runs.map((run) => run[1]).join("");
    const label = fill(side === "a" ? this.say.pick_old : this.say.pick_new, { text: text.trim() || this.say.nothing });
    const shown = runs.length ? runs.map((run) => this.run(side === "a" ? "del" : "ins", run, true)) : el("span", { class: "none" }, "∅");
    return el("span", {
      class: `toggle ${side}`, role: "button", tabindex: "-1", "data-phrase": index, "data-side": side, "aria-label": label,
      onclick: () => this.review.press(this, index, side === "a" ? "x" : "a"),
    }, shown);
  }

  // With a sign for the ear, unless the place is `named` already.
  run(tag, [strong, text], named = false) {
    const sign = tag === "ins" ? this.say.added_sign : this.say.removed_sign;
    return el(tag, { class: strong ? "strong" : "weak" }, strong && !named ? hidden(`${sign} `) : null, text);
  }

  // -- what changes with each decision

  paint(total) {
    if (this.review.readonly) { this.rest(total); return; }
    const { at } = this;
    const unit = this.unit, { decisions } = this.review, { say } = this;
    const state = decisions.state(unit), signs = decisions.signs(unit);
    const own = this.row.edit && this.review.data.texts?.[this.row.edit.at] !== undefined;
    const stamp = `${state} ${signs} ${unit.number} ${at} ${total} ${own}`;
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const words = state === "partly" ? this.partly(signs) : say[state];
    this.box.className = `row is-${this.row.kind} ${state}${this.row.pick ? " picks" : ""}${this.row.conflict ? " clashing" : ""}${this.box.classList.contains("writing") ? " writing" : ""}`;
    this.box.setAttribute("aria-label", fill(say.row_label, { number: unit.number, name: this.row.name, at, total, state: words }));
    this.number.textContent = unit.number;
    this.number.title = fill(say.number_hint, { n: unit.number });
    this.mark.textContent = words;
    this.ok.setAttribute("aria-pressed", String(state === "accepted"));
    this.no.setAttribute("aria-pressed", String(state === "rejected"));
    for (const phrase of this.box.querySelectorAll(".phrase[data-phrase]")) this.sign(phrase, signs[phrase.dataset.phrase]);
  }

  partly(signs) {
    const count = (wanted) => [...signs].filter((sign) => sign === wanted).length;
    const left = count(".");
    return fill(left ? this.say.partly_left : this.say.partly_n, { n: left || count("a"), total: signs.length });
  }

  sign(phrase, sign) {
    phrase.className = `phrase ${STATE[sign]}`;
    for (const half of phrase.querySelectorAll(".toggle")) half.setAttribute("aria-pressed", String(sign === (half.dataset.side === "a" ? "x" : "a")));
  }

  // Without anything to decide.
  rest(total) {
    this.box.className = `row is-${this.row.kind} compared`;
    this.box.setAttribute("aria-label", fill(this.say.compare_label, { name: this.row.name, at: this.at, total }));
  }
}

function coins(value, say) {
  if (value === null) return el("span", { class: "none" }, say.nothing);
  return el("span", { class: "price" }, fill(say.coins, { n: value }));
}

function price(row, say) {
  const step = typeof row.a === "number" && typeof row.b === "number" ? row.b - row.a : 0;
  return el("span", { class: "price" },
    row.a === null ? null : el("del", { class: "was" }, hidden(`${say.removed_sign} `), fill(say.coins, { n: row.a })),
    row.b === null ? el("span", { class: "none" }, say.nothing) : el("span", { class: "now" }, fill(say.coins, { n: row.b })),
    moved(step, say));
}

function moved(step, say) {
  const size = Math.abs(Math.round(step * 100) / 100);
  if (!size) return null;
  return el("small", { class: step > 0 ? "up" : "down" }, el("span", { "aria-hidden": "true" }, `${step > 0 ? "▲" : "▼"} ${size}`), hidden(fill(step > 0 ? say.price_up : say.price_down, { n: size })));
}

function shape(row, which, say) {
  const mine = row.verb === "removed" ? "a" : "b";
  if (which !== mine) return el("span", { class: "none wide" }, row.verb === "moved" ? row.from : say.nothing);
  if (!row.parts.length) return el("b", {}, row.text);
  const tag = row.verb === "removed" ? "del" : "ins";
  return [el("b", { class: "what" }, row.text), el("dl", { class: `parts ${row.verb}` }, row.parts.map((part) => [
    el("dt", {}, part.label), el("dd", {}, part.text ? el(tag, {}, part.text) : el("span", { class: "none" }, say.empty))]))];
}
