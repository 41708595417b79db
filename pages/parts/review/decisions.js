// What the writer has said to each change: whole units, phrases inside one text, undo and redo.
const SIGN = { accepted: "a", rejected: "x", pending: "." };
const STATE = { a: "accepted", x: "rejected", ".": "pending" };
const MOST_UNDONE = 200;

class Decisions {
  constructor(saving, past, future) {
    this.saving = saving;
    this.past = past || [];
    this.future = future || [];
    this.units = [];
  }

  // Units that have a row, in reading order; a unit's number is its place among all. What is said of
  // a unit counts before what is said of its groups, and of those a refusal.
  know(data) {
    const rows = new Map();
    for (const row of data.sections.flatMap((section) => section.rows || [])) {
      if (!rows.has(row.unit)) rows.set(row.unit, []);
      rows.get(row.unit).push(row);
    }
    const known = (data.units || []).map((unit, index) => ({ ...unit, number: index + 1, rows: rows.get(unit.id) || [] }));
    this.units = known.filter((unit) => unit.rows.length);
    this.byId = new Map(this.units.map((unit) => [unit.id, unit]));
    for (const unit of this.units) {
      const row = unit.rows.find((one) => one.pick);
      unit.pick = row?.pick || "";
      unit.phrases = row ? row.segments.filter((segment) => typeof segment !== "string").length : 0;
    }
  }

  verdict(unit) {
    const verdicts = this.saving.shown.verdicts;
    const said = unit.groups.map((group) => verdicts[group]);
    return verdicts[unit.id] || (said.includes("rejected") ? "rejected" : said.includes("accepted") ? "accepted" : "pending");
  }

  // One sign a phrase: a new words, x old words, . open.
  signs(unit) {
    const verdict = this.verdict(unit);
    const picked = unit.pick && this.saving.shown.picks[unit.pick];
    if (picked?.length !== unit.phrases || verdict === "rejected") return SIGN[verdict].repeat(unit.phrases);
    return verdict === "accepted" ? picked.replaceAll(".", "a") : picked;
  }

  state(unit) {
    const kinds = new Set(this.signs(unit));
    if (!unit.pick) return this.verdict(unit);
    return kinds.size > 1 ? "partly" : STATE[[...kinds][0]];
  }

  open(unit) {
    const state = this.state(unit);
    return state === "pending" || (state === "partly" && this.signs(unit).includes("."));
  }

  count() {
    const count = { total: this.units.length, accepted: 0, rejected: 0, left: 0 };
    for (const unit of this.units) {
      if (this.open(unit)) count.left += 1;
      else count[this.state(unit) === "rejected" ? "rejected" : "accepted"] += 1;
    }
    return count;
  }

  // Phrases that would come in although their row is open.
  picked() { return this.units.some((unit) => this.open(unit) && this.signs(unit).includes("a")); }

  // Units that bulk decisions leave alone: each conflict is asked by itself.
  left() { return this.units.filter((unit) => this.open(unit) && !unit.conflict); }

  conflicts() { return this.units.filter((unit) => unit.conflict && this.open(unit)); }

  // -- deltas

  whole(units, state) {
    const delta = nothing();
    for (const unit of units) {
      for (const group of new Set([unit.id, ...unit.groups])) delta.verdicts[group] = state === "pending" ? null : state;
      if (unit.pick) delta.picks[unit.pick] = null;
    }
    return delta;
  }

  phrase(unit, index, sign) {
    const signs = [...this.signs(unit)];
    signs[index] = sign;
    const kinds = new Set(signs);
    if (kinds.size === 1) return this.whole([unit], STATE[sign]);
    const delta = this.whole([unit], "pending");
    delta.picks[unit.pick] = signs.join("");
    return delta;
  }

  inverse(delta) {
    const made = nothing();
    for (const kind of KINDS) {
      for (const key of Object.keys(delta[kind])) made[kind][key] = this.saving.shown[kind][key] ?? null;
    }
    return made;
  }

  // -- undo and redo: a step is {back, forth}, each a delta or an act that draws the page anew

  decide(delta) {
    this.done({ back: { delta: this.inverse(delta) }, forth: { delta } });
    this.saving.put(delta);
  }

  done(step) {
    this.past = [...this.past, step].slice(-MOST_UNDONE);
    this.future = [];
  }

  undo() { return this.turn(this.past, this.future, "back"); }

  redo() { return this.turn(this.future, this.past, "forth"); }

  turn(from, to, way) {
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    if (step[way].delta) this.saving.put(step[way].delta);
    return step[way];
  }
}
