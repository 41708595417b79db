// Small charts over time: lines that skip what is not there, and bars that stand on each other.
// A chart is a picture with a sentence; the same numbers stand in the page's table.
const SPANS = { five: 300, hour: 3600 };
const BARS = 60;

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999) || value;
}

const short = (value) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString();
  return String(size >= 100 ? Math.round(value) : size >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100);
};

function makeChart(kind, words) {
  const box = svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img" });
  const top = el("span", { class: "top", "aria-hidden": "true" });
  const ago = el("span");
  const legend = kind.series.length > 1
    ? el("div", { class: "legend", "aria-hidden": "true" }, kind.series.map((one) => el("span", {}, el("i", { class: `key ${one.hue}` }), words[one.name])))
    : null;
  const frame = el("div", { class: "chart" }, top, box, el("div", { class: "axis", "aria-hidden": "true" }, ago, el("span", {}, words.watch_now)), legend);
  return { kind, box, top, ago, frame };
}

// Points of one series as [x, value]; x from 0 to 100.
function pointsOf(rows, read, at, span) {
  const points = [];
  for (const row of rows) {
    const value = read(row);
    const x = 100 * (1 - (at - row.at) / span);
    if (value !== null && x >= 0) points.push([x, value]);
  }
  return points;
}

// Sums of equal stretches of time, one stack for each.
function stacksOf(rows, series, at, span) {
  const stacks = Array.from({ length: BARS }, () => series.map(() => 0));
  for (const row of rows) {
    const index = BARS - 1 - Math.floor(((at - row.at) / span) * BARS);
    if (index >= 0 && index < BARS) series.forEach((one, n) => { stacks[index][n] += one.read(row) || 0; });
  }
  return stacks;
}

function lines(chart, rows, at, span) {
  const all = chart.kind.series.map((one) => pointsOf(rows, one.read, at, span));
  const most = Math.max(0, ...all.flat().map(([, value]) => value));
  const top = chart.kind.top || nice(most || 1);
  const y = (value) => (39 - (37 * Math.min(value, top)) / top).toFixed(2);
  chart.box.replaceChildren(...all.flatMap((points, n) => {
    if (!points.length) return [];
    const path = points.length > 1 ? points : [points[0], [Math.min(100, points[0][0] + 0.6), points[0][1]]];
    const d = `M${path.map(([x, value]) => `${x.toFixed(2)} ${y(value)}`).join("L")}`;
    return [svg("path", { class: `line ${chart.kind.series[n].hue}${n ? " second" : ""}`, d })];
  }));
  return [top, most, all.some((points) => points.length)];
}

function bars(chart, rows, at, span) {
  const stacks = stacksOf(rows, chart.kind.series, at, span);
  const most = Math.max(0, ...stacks.map((stack) => stack.reduce((sum, value) => sum + value, 0)));
  const top = nice(most || 1);
  const width = 100 / BARS;
  chart.box.replaceChildren(...chart.kind.series.map((one, n) => {
    const rects = stacks.map((stack, index) => {
      const below = stack.slice(0, n).reduce((sum, value) => sum + value, 0);
      if (!stack[n]) return "";
      const [low, high] = [39 - (37 * below) / top, 39 - (37 * (below + stack[n])) / top];
      return `M${(index * width).toFixed(2)} ${low.toFixed(2)}H${((index + 0.78) * width).toFixed(2)}V${high.toFixed(2)}H${(index * width).toFixed(2)}Z`;
    });
    return svg("path", { class: `bar ${one.hue}`, d: rects.join("") || "M0 0" });
  }));
  return [top, most, most > 0];
}

function drawChart(chart, rows, range, at, words) {
  const draw = chart.kind.bars ? bars : lines;
  const [top, most, any] = draw(chart, rows, at, SPANS[range]);
  const unit = chart.kind.unit || "";
  const form = chart.kind.form || short;
  chart.top.textContent = any ? `${form(top)}${unit}` : "";
  chart.ago.textContent = words[`watch_${range}_ago`];
  const label = `${words[chart.kind.name]}, ${words[`watch_${range}`]}: ${any ? `≤ ${form(most)}${unit}` : "–"}`;
  if (chart.box.getAttribute("aria-label") !== label) chart.box.setAttribute("aria-label", label);
}
