// Decisions on their way to the server: small deltas, kept in the tab until they have arrived.
// The last word on one key wins, so two tabs never take each other's decisions away.
const RETRY_MS = [400, 1000, 2500, 5000, 10000];
const KEEPALIVE_MOST = 60000;
const KINDS = ["verdicts", "picks"];
const nothing = () => ({ verdicts: {}, picks: {} });
const isNothing = (delta) => KINDS.every((kind) => !Object.keys(delta[kind]).length);

function over(base, delta) {
  const made = nothing();
  for (const kind of KINDS) Object.assign(made[kind], base[kind], delta[kind]);
  return made;
}

// What is decided: a key that was taken back is not there.
function decided(base, delta) {
  const made = over(base, delta);
  for (const kind of KINDS) {
    for (const [key, value] of Object.entries(made[kind])) if (value === null) delete made[kind][key];
  }
  return made;
}

class Saving {
  // `heard` is called when another tab has decided, `told` with "saved", "unsaved" or "closed".
  constructor({ edit, saved, waiting, heard, told }) {
    this.path = edit ? `/edits/${encodeURIComponent(edit)}/decisions` : "";
    this.saved = over(nothing(), saved);
    this.waiting = over(nothing(), waiting || {});
    this.sending = null;
    this.seq = -1;
    this.tries = 0;
    this.heard = heard;
    this.told = told;
    this.listen(edit);
    this.combine();
    if (this.path) this.begin();
  }

  begin() {
    if (isNothing(this.waiting)) this.look(); else this.flush();
  }

  listen(edit) {
    if (!this.path) return;
    this.away = () => (document.visibilityState === "visible" ? this.look() : this.flush());
    this.back = () => this.flush();
    document.addEventListener("visibilitychange", this.away);
    addEventListener("pagehide", this.back);
    addEventListener("online", this.back);
    this.others = new BroadcastChannel(`turnsmith.${edit}`);
    this.others.onmessage = ({ data }) => this.take(data);
  }

  end() {
    this.flush();
    clearTimeout(this.timer);
    if (!this.path) return;
    document.removeEventListener("visibilitychange", this.away);
    removeEventListener("pagehide", this.back);
    removeEventListener("online", this.back);
    this.others.close();
  }

  combine() { this.shown = decided(decided(this.saved, this.sending || nothing()), this.waiting); }

  put(delta) {
    this.waiting = over(this.waiting, delta);
    this.combine();
    // What is decided while a request is on its way goes with the next one.
    if (this.path && !this.closed) this.flush();
  }

  soon(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
  }

  // True when all that was decided has arrived.
  async flush() {
    if (!this.path) return true;
    clearTimeout(this.timer);
    while (this.request || !isNothing(this.waiting)) {
      if (this.closed) return false;
      this.request ||= this.send().finally(() => { this.request = null; });
      if (!(await this.request)) return false;
    }
    return !this.closed;
  }

  async send() {
    this.sending = this.waiting;
    this.waiting = nothing();
    try {
      const body = JSON.stringify(this.sending);
      const keepalive = body.length < KEEPALIVE_MOST;
      this.take(await this.fetch({ method: "PUT", headers: { "content-type": "application/json" }, body, keepalive }), true);
    } catch (problem) {
      return this.failed(problem);
    }
    this.tries = 0;
    this.told("saved");
    return true;
  }

  failed(problem) {
    const refused = [404, 409, 422].includes(problem.status);
    if (!refused) this.waiting = over(this.sending, this.waiting);
    this.sending = null;
    this.closed = refused && problem.status !== 422;
    this.combine();
    if (refused) this.heard();
    this.told(this.closed ? "closed" : "unsaved");
    if (!this.closed) this.soon(RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]);
    return false;
  }

  async fetch(options) {
    const answer = await fetch(this.path, options);
    if (!answer.ok) throw Object.assign(new Error("not saved"), { status: answer.status });
    return answer.json();
  }

  async look() {
    try { this.take(await this.fetch()); } catch (problem) { if ([404, 409].includes(problem.status)) this.failed(problem); }
  }

  // What the server holds now. An answer that was overtaken by a later one says nothing new.
  take(answer, mine = false) {
    const before = JSON.stringify(this.shown);
    if (answer.seq >= this.seq) [this.seq, this.saved] = [answer.seq, over(nothing(), answer)];
    if (mine) { this.sending = null; this.others.postMessage(answer); }
    this.combine();
    if (JSON.stringify(this.shown) !== before) this.heard();
  }
}
