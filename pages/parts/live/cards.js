// Big cards of the live figures, each with the last two minutes as a line.
const groups = new WeakMap();
const GB = 2 ** 30;
const CARDS = [
  { key: "system_cpu", hue: "orange", unit: "%", top: 100, read: (f) => f.system.cpu_percent },
  { key: "system_memory", hue: "blue", unit: "%", top: 100, read: (f) => f.system.memory_percent,
    more: (f) => `${((f.system.memory_total - f.system.memory_available) / GB).toFixed(1)} / ${(f.system.memory_total / GB).toFixed(1)} GB` },
  { key: "process_cpu", hue: "orange", unit: "%", read: (f) => f.process.cpu_percent },
  { key: "process_memory", hue: "blue", unit: "MB", read: (f) => f.process.memory_rss / 2 ** 20,
    more: (f) => `PID ${f.process.pid}` },
  { key: "active_edits", hue: "green", unit: "", read: (f) => f.async_status.active_tasks },
  { key: "finished_edits", hue: "violet", unit: "", read: (f) => f.async_status.completed_tasks },
];

function makeCard(kind, words) {
  const value = el("b", {}, "–");
  const more = el("span", { class: "more" });
  const line = svg("path", { class: "line" });
  const area = svg("path", { class: "area" });
  const chart = svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", "aria-hidden": "true" });
  chart.append(area, line);
  const box = el("div", { class: `card ${kind.hue}` }, el("span", { class: "name" }, words[kind.key]), value, more, chart);
  return { kind, box, value, more, line, area };
}

function drawCard(card, past) {
  const values = past.map(card.kind.read);
  const last = values.at(-1);
  const shown = card.kind.unit === "%" && last < 10 ? last.toFixed(1) : String(Math.round(last));
  card.value.replaceChildren(shown, el("i", {}, card.kind.unit));
  card.more.textContent = card.kind.more?.(past.at(-1)) ?? "";
  const top = card.kind.top || Math.max(1, ...values) * 1.15;
  const x = (index) => (100 * (index + KEPT - values.length)) / (KEPT - 1);
  const points = values.map((value, index) => `${x(index).toFixed(2)} ${(38 - (36 * value) / top).toFixed(2)}`);
  card.line.setAttribute("d", `M${points.join("L")}`);
  card.area.setAttribute("d", `M${x(0).toFixed(2)} 40L${points.join("L")}L100 40Z`);
}

function makeCards(root, data) {
  const cards = CARDS.map((kind) => makeCard(kind, data.words));
  const dot = el("span", { class: "dot" });
  const said = el("span", { role: "status" }, data.words.live_on);
  const box = el("div", { class: "cards", role: "group", "aria-label": data.words.figures },
    cards.map((card) => card.box), el("div", { class: "foot" }, dot, said, el("span", {}, `· ${data.words.last_minutes}`)));
  root.append(box);
  const draw = () => hub.past.length && cards.forEach((card) => drawCard(card, hub.past));
  const state = (on) => {
    dot.className = on ? "dot" : "dot bad";
    said.textContent = on ? data.words.live_on : data.words.live_off;
  };
  draw();
  const leave = hub.join({ path: data.path, figures: draw, state });
  return { stamp: data.lang, leave() { leave(); box.remove(); } };
}

export default function ({ parentElement, data }) {
  let cards = groups.get(parentElement);
  if (cards?.stamp !== data.lang) {
    cards?.leave();
    cards = makeCards(parentElement, data);
    groups.set(parentElement, cards);
  }
  return () => { groups.get(parentElement)?.leave(); groups.delete(parentElement); };
}
