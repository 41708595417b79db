// Edits that are over: a bar of where the seconds of each went.
const PHASES = ["line", "connect", "first", "writing", "store", "work"];

function legendOf(words) {
  return el("div", { class: "legend", "aria-hidden": "true" }, PHASES.map((phase) => el("span", {}, el("i", { class: `key ${phase}` }), words[`trace_${phase}`])));
}

function barOf(one, words) {
  const said = PHASES.filter((phase) => one.shares[phase] >= 0.005)
    .map((phase) => `${words[`trace_${phase}`]} ${fill(words.watch_seconds, { n: short(one.shares[phase]) })}`).join(", ");
  const parts = PHASES.map((phase) => {
    const part = el("i", { class: `key ${phase}` });
    part.style.flexGrow = String(1000 * Math.max(0, one.shares[phase]));
    return part;
  });
  return el("div", { class: "where", role: "img", "aria-label": said, title: said }, parts);
}

function recentRow(one, words, spent) {
  const clock = new Date(1000 * one.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const facts = fill(words.watch_recent_n, { changes: one.changes, calls: one.calls, tokens: one.tokens.toLocaleString() });
  const took = el("b", {}, fill(words.watch_seconds, { n: short(one.seconds) }));
  const bar = barOf(one, words);
  return el("li", {}, el("span", { class: "when" }, clock), el("span", { class: `outcome ${one.outcome}` }, words[`outcome_${one.outcome}`] || one.outcome),
    took, bar, el("span", { class: "facts" }, facts, one.outcome === "failed" && one.rule ? ` · ${one.rule}` : "", one.cost ? ` · ${spent(one.cost)}` : ""));
}

function drawRecent(list, edits, words, spent) {
  const stamp = JSON.stringify(edits);
  if (list.stamp === stamp) return;
  list.stamp = stamp;
  list.box.replaceChildren(...(edits.length ? [legendOf(words), el("ol", {}, edits.map((one) => recentRow(one, words, spent)))] : [el("p", { class: "none" }, words.watch_recent_none)]));
}
