// A running edit: progress, seconds, tokens, Cancel, and every change as it comes.
const panels = new WeakMap();
const MOST_CELLS = 160000;
const OVER = new Set(["done", "failed", "cancelled", "unknown"]);

const tokens = (text) => text.match(/\s+|[^\s]+/g) || [];

// Words as [kind, text]: "same", "gone" or "new"; the review shows the finer diff at the end.
function words(before, after) {
  const a = tokens(before), b = tokens(after);
  if (a.length * b.length > MOST_CELLS) return [["gone", before], ["new", after]];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return walked(a, b, common);
}

function walked(a, b, common) {
  const out = [];
  const put = (kind, text) => (out.at(-1)?.[0] === kind ? (out.at(-1)[1] += text) : out.push([kind, text]));
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { put("same", a[i++]); j++; }
    else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) put("gone", a[i++]);
    else put("new", b[j++]);
  }
  return joined(out);
}

// Changes with only a blank between them read as one.
function joined(parts) {
  const out = [];
  let gone = "", come = "";
  const flush = () => { if (gone) out.push(["gone", gone]); if (come) out.push(["new", come]); gone = come = ""; };
  parts.forEach(([kind, text], index) => {
    const between = kind === "same" && !text.trim() && index && index < parts.length - 1;
    if (kind === "gone" || between) gone += text;
    if (kind === "new" || between) come += text;
    if (kind === "same" && !between) { flush(); out.push([kind, text]); }
  });
  flush();
  return out;
}

const spoken = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? "" : String(value));

const SHAPES = { add_turn: "turn_added", delete_turn: "turn_removed", copy_turn: "turn_copied", add_stock: "stock_added", delete_stock: "stock_removed" };

function body(change, data) {
  if (change.op === "move_turn") return [fill(data.words.turn_moved, { was: change.before, now: change.after })];
  if (SHAPES[change.op]) return [data.words[SHAPES[change.op]]];
  return words(spoken(change.before), spoken(change.after)).map(([kind, text]) => {
    if (kind === "same") return text;
    return kind === "gone"
      ? el("del", {}, hidden(`${data.words.removed_sign} `), text)
      : el("ins", {}, hidden(`${data.words.added_sign} `), text);
  });
}

function changeRow(change, data) {
  return el("li", {}, el("div", { class: "place" }, change.place), el("div", { class: "text" }, body(change, data)));
}

class Panel {
  constructor(root, component) {
    this.data = component.data;
    this.rows = new Map();
    this.changes = [];
    this.quiet = 0;
    this.begun = performance.now();
    this.build(root);
    this.leave = hub.join({
      path: this.data.path, edit: this.data.edit, lang: this.data.lang,
      state: (on) => { this.lost.hidden = on; },
      event: (view) => view.id === this.data.edit && this.show(view),
    });
    this.timer = setInterval(() => this.tick(), 250);
    this.press = (event) => this.key(event);
    document.addEventListener("keydown", this.press, true);
    this.tick();
  }

  build(root) {
    const say = this.data.words;
    this.title = el("b", { role: "status" }, say.queued);
    this.clock = el("span", { class: "num" });
    this.count = el("span", { class: "num" });
    this.used = el("span", { class: "num" });
    this.lost = el("p", { class: "lost", hidden: true }, say.live_lost);
    this.stop = el("button", { type: "button", class: "stop", onclick: () => this.cancel() }, icon("reject"), say.cancel, el("kbd", {}, say.cancel_key));
    this.list = el("ol", { class: "arrivals" });
    this.news = el("div", { class: "sr", role: "log", "aria-live": "polite" });
    this.box = el("section", { class: "panel", "aria-label": say.running },
      el("div", { class: "head" }, el("span", { class: "spin", "aria-hidden": "true" }), this.title, el("span", { class: "meta" }, this.clock, this.count, this.used), this.stop),
      el("div", { class: "bar", "aria-hidden": "true" }, el("i")), this.lost, this.list, this.news);
    root.append(this.box);
  }

  tick() {
    // Without the stream the script is asked now and then whether the edit has ended.
    if (!this.lost.hidden && ++this.quiet % 16 === 0) this.send("ended", this.data.edit);
    this.clock.textContent = fill(this.data.words.seconds, { n: Math.floor((performance.now() - this.begun) / 1000) });
  }

  show(view) {
    const say = this.data.words;
    if (view.seconds !== undefined) this.begun = performance.now() - 1000 * view.seconds;
    this.draw([...this.changes.slice(0, view.from), ...(view.changes || [])]);
    const used = (view.tokens_in || 0) + (view.tokens_out || 0);
    this.used.textContent = used ? fill(say.tokens, { n: used.toLocaleString() }) : "";
    this.count.textContent = this.rows.size ? fill(say.arrived, { n: this.rows.size }) : "";
    const waits = view.kind === "model" && !view.tokens_out && !this.rows.size;
    this.name(view.state === "queued" ? say.queued : waits ? this.waiting(view.place) : say.running);
    if (OVER.has(view.state)) this.end();
  }

  // The newest on top; what another change forced is left to the review.
  draw(changes) {
    this.changes = changes;
    const shown = changes.filter((change) => change.cause !== "rule");
    const ids = new Set(shown.map((change) => change.id));
    for (const [id, row] of this.rows) { if (!ids.has(id)) { row.box.remove(); this.rows.delete(id); } }
    for (const change of shown) this.put(change);
  }

  waiting(place) {
    if (typeof place !== "number") return this.data.words.waiting;
    return place ? fill(this.data.words.in_line, { n: place }) : this.data.words.next_in_line;
  }

  name(words) {
    if (!this.stop.disabled && this.title.textContent !== words) this.title.textContent = words;
  }

  put(change) {
    const known = this.rows.get(change.id);
    const stamp = JSON.stringify(change);
    if (known?.stamp === stamp) return;
    const box = changeRow(change, this.data);
    if (known) known.box.replaceWith(box);
    else this.list.prepend(box);
    this.rows.set(change.id, { box, stamp });
    if (!known) this.news.textContent = `${this.data.words.live_new}: ${change.place}`;
  }

  key(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector('[role="dialog"]')) return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
  }

  cancel() {
    if (this.stop.disabled) return;
    this.name(this.data.words.cancelling);
    this.stop.disabled = true;
    // Straight to the desk: a script run would wait its turn. The script is the second way.
    fetch(new URL(this.data.cancel, location.origin), { method: "DELETE" })
      .then((answer) => answer.ok || this.send("stop", this.data.edit))
      .catch(() => this.send("stop", this.data.edit));
  }

  end() {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    this.box.classList.add("over");
    this.send("ended", this.data.edit);
  }

  destroy() {
    this.leave();
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.press, true);
    this.box.remove();
  }
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let panel = panels.get(parentElement);
  if (panel && panel.data.stamp !== data.stamp) { panel.destroy(); panel = null; }
  if (!panel) { panel = new Panel(parentElement, component); panels.set(parentElement, panel); }
  panel.send = setTriggerValue;
  return () => { panels.get(parentElement)?.destroy(); panels.delete(parentElement); };
}
