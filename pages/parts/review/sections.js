// A turn of the review: its heading, its rows, and the fields that did not change.
class SectionView {
  constructor(section, review) {
    Object.assign(this, { section, review, say: review.say, lang: review.data.lang, stamp: JSON.stringify(section) });
    this.rows = section.rows.map((row) => new RowView(row, this));
    this.body = el("div", { class: "body" });
    this.box = el("section", { "data-key": section.key, "aria-label": `${section.title} ${section.mark}`.trim() }, this.head(), this.body);
    this.fill();
    this.fold(!this.shutAtFirst());
  }

  shutAtFirst() { return this.section.status === "same" && !this.review.opened.has(this.section.key); }

  head() {
    const { section, say } = this;
    this.toggle = el("button", { type: "button", onclick: () => this.switch() }, icon("open"), el("span", { class: "no" }, section.title));
    this.badge = el("span", { class: "badge left" });
    const bulk = section.rows.length > 1 && !this.review.readonly && [
      this.button("no", "reject", fill(say.reject_turn, { name: section.title }), "rejected"),
      this.button("ok", "accept", fill(say.accept_turn, { name: section.title }), "accepted")];
    return el("header", {}, el("h3", {}, this.toggle, el("span", { class: "lead" }, section.lead)),
      section.mark ? el("span", { class: "badge mark" }, section.mark) : null, this.badge, bulk || null);
  }

  button(kind, name, title, state) {
    const act = () => this.review.decide(this.units().filter((unit) => !unit.conflict), state, this.section.title);
    return el("button", { type: "button", class: `button ${kind}`, title, "aria-label": title, onclick: act }, icon(name));
  }

  units() { return [...new Set(this.rows.map((view) => view.unit))]; }

  fill() {
    const [before, after] = this.review.titles;
    if (this.rows.length) this.body.append(el("div", { class: "columns", "aria-hidden": "true" }, el("span", {}, before), el("span", {}, after), el("span")));
    this.body.append(...this.rows.map((view) => view.box));
    if (this.section.same.length) this.body.append(this.same());
  }

  fold(open) {
    this.box.className = `section ${this.section.status}${open ? "" : " shut"}`;
    this.body.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  switch() {
    const open = this.body.hidden;
    this.review.open(this.section.key, open && this.section.status === "same");
    this.fold(open);
  }

  show() { if (this.body.hidden) this.switch(); }

  // Fields that stay; drawn when they are asked for.
  same() {
    const { section, say } = this, key = `same ${this.section.key}`;
    const list = el("div", { class: "fields" });
    const toggle = el("button", { type: "button" }, icon("open"), fill(say.same_fields, { n: section.same.length }));
    const fold = (open) => {
      if (open && !list.childElementCount) list.append(...section.same.map((field) => this.field(field)));
      list.hidden = !open;
      toggle.setAttribute("aria-expanded", String(open));
    };
    toggle.addEventListener("click", () => { this.review.open(key, list.hidden); fold(list.hidden); });
    fold(this.review.opened.has(key));
    return el("div", { class: "same" }, toggle, list);
  }

  field(field) {
    const name = [this.section.title, field.stock, field.label].filter(Boolean).join(" ");
    const box = el("div", { class: "kept" }, el("span", { class: "what" }, field.stock ? `${field.stock} · ${field.label}` : field.label), el("p", {}, field.text || this.say.empty));
    if (field.edit && !this.review.readonly) {
      box.append(el("button", { type: "button", class: "button pen", title: this.say.write, "aria-label": fill(this.say.write_name, { name }), onclick: () => this.review.writeIn(box, field.edit, name) }, icon("edit")));
    }
    return box;
  }

  paint() {
    const rows = this.section.rows.length, { review, say } = this;
    const left = review.readonly ? 0 : this.rows.filter((view) => review.decisions.open(view.unit)).length;
    this.box.hidden = review.filter === "left" && this.rows.every((view) => view.box.hidden);
    const done = review.readonly ? say.compare_places : say.turn_done;
    this.badge.textContent = !rows ? say.unchanged : left ? fill(say.turn_left, { n: left }) : fill(done, { n: rows });
    this.badge.className = `badge left ${!rows || review.readonly ? "" : left ? "todo" : "done"}`;
  }
}
