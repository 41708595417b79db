// Which pending changes are on. Every tick asks the server for the chapter as it would be; answers
// that a later tick has overtaken are dropped.
class Ticks {
  // `heard` is called with an answer, or null when none came; `asking` while one is on its way.
  constructor({ edit, units, query, off, heard, asking }) {
    Object.assign(this, { edit, units, query, heard, asking, shown: null });
    const kept = off && new Set(off);
    this.on = new Set(units.filter((unit) => (kept ? !kept.has(unit.id) : unit.on)).map((unit) => unit.id));
    this.first = this.key();
    if (kept && units.some((unit) => unit.on !== this.on.has(unit.id))) this.look();
  }

  key() { return this.units.filter((unit) => this.on.has(unit.id)).map((unit) => unit.id).join(","); }

  off() { return this.units.filter((unit) => !this.on.has(unit.id)).map((unit) => unit.id); }

  toggle(id) {
    if (!this.on.delete(id)) this.on.add(id);
    this.look();
  }

  all(on) {
    this.on = new Set(on ? this.units.map((unit) => unit.id) : []);
    this.look();
  }

  end() { this.request?.abort(); }

  async look() {
    this.request?.abort();
    const mine = (this.request = new AbortController());
    this.asking(true);
    const answer = await this.fetched(mine.signal);
    if (mine !== this.request) return;
    this.request = null;
    this.asking(false);
    this.heard(answer);
  }

  async fetched(signal) {
    const query = new URLSearchParams({ ...this.query, on: this.key() });
    try {
      const answer = await fetch(`/edits/${encodeURIComponent(this.edit)}/preview?${query}`, { signal });
      return answer.ok ? await answer.json() : { gone: [404, 409].includes(answer.status), failed: true };
    } catch {
      return { failed: true };
    }
  }
}

// The list of them, with what each is about. Drawn anew with every tick; focus is kept by its owner.
function ticksBox(play) {
  const { ticks, say } = play, { units } = ticks;
  const bulk = (on, words) => el("button", { type: "button", class: "button small", "data-key": `all ${on}`, disabled: ticks.on.size === (on ? units.length : 0), onclick: () => play.tickAll(on) }, words);
  const head = el("div", { class: "tickhead" },
    el("button", { type: "button", class: "fold", "data-key": "ticks", "aria-expanded": String(play.listed), onclick: () => play.fold() }, icon("open"), fill(say.play_ticks, { n: units.length, on: ticks.on.size })),
    units.length > 1 ? el("span", { class: "pair" }, bulk(true, say.play_all_on), bulk(false, say.play_all_off)) : null,
    el("button", { type: "button", class: "button primary", "data-key": "accept", disabled: !ticks.on.size || Boolean(play.problem) || play.acting, onclick: () => play.accept() }, icon("accept"), fill(say.play_accept, { n: ticks.on.size })));
  const list = play.listed ? el("ul", { class: "ticks" }, units.map((unit) => tickRow(unit, play))) : null;
  return el("section", { class: "pending", "aria-label": say.play_pending }, head, list);
}

function tickRow(unit, play) {
  const { say, ticks } = play, turns = [...new Set(unit.at.map(turnOf).filter(Boolean))];
  const box = el("input", { type: "checkbox", "data-key": `tick ${unit.id}`, onchange: () => play.tick(unit.id) });
  box.checked = ticks.on.has(unit.id);
  const hid = unit.at.length > 0 && unit.at.every((at) => play.hidden.has(at));
  return el("li", { class: box.checked ? "on" : "" },
    el("label", {}, box, el("span", { class: "number" }, String(unit.n)), el("span", { class: "what" }, unit.title)),
    unit.verdict ? el("span", { class: `verdict ${unit.verdict}` }, say[unit.verdict]) : null,
    hid ? el("span", { class: "hid", title: say.play_not_seen }, icon("unseen"), hidden(say.play_not_seen)) : null,
    turns.length ? el("button", { type: "button", class: "button small", "data-key": `see ${unit.id}`, title: fill(say.play_see_turn, { n: turns[0] }), "aria-label": fill(say.play_see_turn, { n: turns[0] }), onclick: () => play.show(unit) }, icon("right")) : null);
}

// The turn in whose frame an address is read: a result is told at the end of the turn before.
function turnOf(at) {
  const [, turn, field] = at.match(/^t(\d+)(?:\.(?:s\d+\.)?(\w+))?$/) || [];
  return turn ? Math.max(1, Number(turn) - (["result", "current_value"].includes(field) ? 1 : 0)) : 0;
}
