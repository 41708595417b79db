// A thin strip with the machine's and this program's CPU and memory, on every page.
const strips = new WeakMap();

function megabytes(bytes) {
  const mb = bytes / 2 ** 20;
  return mb >= 1024 ? `${(mb / 1024).toFixed(1)} GB` : `${Math.round(mb)} MB`;
}

function makeStrip(root, data) {
  const words = data.words;
  const cell = () => el("b", {}, "–");
  const cells = { cpu: cell(), memory: cell(), own: cell(), rss: cell(), edits: cell() };
  const dot = el("span", { class: "dot" });
  const state = el("span", { class: "sr", role: "status" });
  const part = (label, ...items) => el("span", { class: "part" }, el("span", { class: "who" }, label), items);
  const figure = (label, value) => el("span", { class: "figure" }, label, " ", value);
  const edits = figure(words.active_edits, cells.edits);
  edits.hidden = true;
  const box = el("div", { class: "strip", role: "group", "aria-label": words.figures }, dot, state,
    part(words.system, figure(words.cpu, cells.cpu), figure(words.memory, cells.memory)),
    part(words.process, figure(words.cpu, cells.own), figure(words.memory, cells.rss), edits));
  root.append(box);
  const figures = ({ system, process, async_status: edit }) => {
    cells.cpu.textContent = `${Math.round(system.cpu_percent)}%`;
    cells.memory.textContent = `${Math.round(system.memory_percent)}%`;
    cells.own.textContent = `${Math.round(process.cpu_percent)}%`;
    cells.rss.textContent = megabytes(process.memory_rss);
    cells.edits.textContent = edit.active_tasks;
    edits.hidden = !edit.active_tasks;
  };
  const shown = (on) => {
    dot.className = on ? "dot" : "dot bad";
    box.title = on ? "" : words.live_off;
    if (state.textContent !== box.title) state.textContent = box.title;
  };
  if (hub.past.length) figures(hub.past.at(-1));
  const leave = hub.join({ path: data.path, figures, state: shown });
  return { stamp: data.lang, leave() { leave(); box.remove(); } };
}

export default function ({ parentElement, data }) {
  let strip = strips.get(parentElement);
  if (strip?.stamp !== data.lang) {
    strip?.leave();
    strip = makeStrip(parentElement, data);
    strips.set(parentElement, strip);
  }
  return () => { strips.get(parentElement)?.leave(); strips.delete(parentElement); };
}
