// The keyboard of the review, by the letters on the keycaps: they work while Hangul is typed.
class Keys {
  constructor(review) {
    this.review = review;
    this.box = review.box;
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.start = (event) => this.enter(event);
    document.addEventListener("keydown", this.start);
  }

  end() { document.removeEventListener("keydown", this.start); }

  press(event) {
    // Streamlit listens for single keys on the document (r runs again, c clears): ours end here.
    if (event.key.length === 1 || ["Process", "Escape"].includes(event.key)) event.stopPropagation();
    if (event.isComposing || typing(event.target)) return;
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey) this.chord(event, key);
    else if (!event.altKey && this.plain(event, key)) event.preventDefault();
  }

  chord(event, key) {
    if ((key !== "z" && key !== "y") || !this.review.decisions) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.review.redo(); else this.review.undo();
  }

  // True when the key meant something here.
  plain(event, key) {
    const at = event.target.closest(".row");
    const phrase = event.target.closest(".toggle");
    if (key === "j" || key === "k") return this.move(key === "j" ? 1 : -1, at);
    const view = at && this.review.views.get(at.dataset.id);
    if (!view || this.review.readonly) return false;
    if (key === "arrowright" || key === "arrowleft") return this.phrases(view, phrase, key === "arrowright" ? 1 : -1);
    if (phrase && (key === "enter" || key === " " || key === "spacebar")) { phrase.click(); return true; }
    if (phrase && key === "escape") { at.focus(); return true; }
    if (key === "e") return this.review.write(view);
    return this.decide(view, phrase, { a: "accepted", x: "rejected", u: "pending" }[key]);
  }

  decide(view, phrase, state) {
    if (!state) return false;
    if (phrase) {
      this.review.pick(view, Number(phrase.dataset.phrase), SIGN[state]);
      if (state !== "pending") this.phrases(view, phrase, 1, false);
      return true;
    }
    this.review.decide([view.unit], state, view.row.name);
    if (state !== "pending") this.move(1, view.box);
    return true;
  }

  enter(event) {
    const free = document.activeElement === document.body || document.activeElement === null;
    if (!free || typing(event.target) || event.altKey) return;
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey) { if (!this.review.readonly) this.chord(event, key); return; }
    if (key === "j" || key === "k") { event.preventDefault(); this.move(1, null); }
  }

  rows() { return [...this.box.querySelectorAll(".section:not(.shut):not([hidden]) .row:not([hidden])")]; }

  move(step, from) {
    const rows = this.rows();
    const at = from ? rows.indexOf(from) + step : 0;
    const next = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (next) this.review.focus(next, "nearest");
    return true;
  }

  // To the next phrase of the row; from the last one on it stays, unless `around`.
  phrases(view, from, step) {
    const seen = view.toggles().filter((toggle) => toggle.dataset.side === (from?.dataset.side || "b"));
    if (!seen.length) return false;
    const at = from ? Number(from.dataset.phrase) + step : step > 0 ? 0 : seen.length - 1;
    seen[Math.max(0, Math.min(seen.length - 1, at))].focus();
    return true;
  }

  jump(step) {
    const all = [...this.review.views.values()];
    const now = all.findIndex((view) => view.box === this.review.active()?.closest?.(".row"));
    const open = all.filter((view) => !view.box.hidden && (this.review.readonly || this.review.decisions.open(view.unit)));
    const found = step > 0
      ? open.find((view) => all.indexOf(view) > now) || open[0]
      : [...open].reverse().find((view) => now >= 0 && all.indexOf(view) < now) || open.at(-1);
    if (found) this.review.focus(found.box, "center");
  }
}
