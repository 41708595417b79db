// Writing over a text or a price in its place. What is not saved yet is kept as a draft.
const SLOW_MS = 6000;

class Editor {
  // `edit` is {at, kind: text | price | tag | risk, now, was}; `host` is the box that it opens in.
  constructor(review, host, edit, name) {
    Object.assign(this, { review, host, edit, name, say: review.say });
    this.box = this.build();
    host.append(this.box);
    host.classList.add("writing");
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.grow();
    this.input.focus({ preventScroll: true });
    this.box.scrollIntoView({ block: "nearest" });
  }

  build() {
    const say = this.say;
    const id = `write-${Math.random().toString(36).slice(2)}`;
    this.input = this.field(id);
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    const button = (kind, words, act) => el("button", { type: "button", class: `button ${kind}`, onclick: act }, words);
    this.saveButton = button("primary", say.write_save, () => this.save());
    const own = this.review.data.texts?.[this.edit.at] !== undefined;
    return el("div", { class: "editor" },
      el("label", { for: id }, fill(say.write_name, { name: this.name })),
      this.edit.at.startsWith("s") ? el("p", { class: "hint" }, say.write_shared) : null,
      this.input, this.problem,
      el("div", { class: "acts" }, this.saveButton, button("", say.write_leave, () => this.leave()),
        own ? button("", say.write_reset, () => this.send(null)) : null,
        el("span", { class: "keyhint", "aria-hidden": "true" }, el("kbd", {}, "Ctrl+Enter"), " ", el("kbd", {}, "Esc"))));
  }

  field(id) {
    const value = this.review.drafts.get(this.edit.at) ?? String(this.edit.now ?? "");
    if (this.edit.kind === "tag" || this.edit.kind === "risk") return this.chosen(id, value);
    const input = this.edit.kind === "price"
      ? el("input", { id, type: "text", inputmode: "decimal", autocomplete: "off" })
      : el("textarea", { id, rows: "2", spellcheck: "false" });
    input.value = value;
    input.addEventListener("input", () => { this.grow(); this.tell(""); });
    return input;
  }

  chosen(id, value) {
    const known = this.review.data[this.edit.kind === "tag" ? "tags" : "risks"];
    const listed = known.some(([code]) => code === value) ? known : [[value, value], ...known];
    const input = el("select", { id }, listed.map(([code, words]) => el("option", { value: code }, words)));
    input.value = value;
    return input;
  }

  grow() {
    if (this.input.tagName !== "TEXTAREA") return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  key(event) {
    // Streamlit's single keys and the review's own letters must not hear what is written here.
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    const enter = event.key === "Enter" && (event.ctrlKey || event.metaKey || (this.edit.kind !== "text" && event.target === this.input));
    if (enter) { event.preventDefault(); this.save(); }
    if (event.key === "Escape") { event.preventDefault(); this.leave(); }
  }

  value() {
    if (this.edit.kind !== "price") return this.input.value;
    const written = this.input.value.trim().replaceAll(",", "").replace(/\s*(냥|coins?)$/i, "");
    const price = written === "" ? NaN : Number(written);
    return Number.isFinite(price) && price > 0 ? price : null;
  }

  save() {
    if (this.busy) return;
    const value = this.value();
    if (value === null) { this.tell(this.say.write_price); this.input.focus(); return; }
    if (value === this.edit.now) { this.close(); return; }
    this.send(value);
  }

  send(to) {
    this.review.drafts.set(this.edit.at, this.input.value);
    this.wait(true);
    this.review.wrote(this, to);
    this.timer = setTimeout(() => { this.wait(false); this.tell(this.say.write_slow); }, SLOW_MS);
  }

  wait(on) {
    clearTimeout(this.timer);
    this.busy = on;
    this.saveButton.disabled = on;
    this.saveButton.textContent = on ? this.say.write_saving : this.say.write_save;
    this.input.readOnly = on;
  }

  refused(text) { this.wait(false); this.tell(text); this.input.focus(); }

  tell(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  // Esc: what was written stays as a draft, and comes back with the editor.
  leave() {
    const changed = this.input.value !== String(this.edit.now ?? "");
    this.review.drafts[changed ? "set" : "delete"](this.edit.at, this.input.value);
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.box.remove();
    this.host.classList.remove("writing");
    this.review.left(this);
  }
}
