// What came out of an edit, and the short names that a renaming left for a yes or no.
function noteBox(note, review) {
  const { say } = review;
  const does = (kind, words) => el("button", { type: "button", class: "button small", onclick: () => review.send({ kind }) }, words);
  const item = (one) => el("li", {}, one.place ? [el("b", {}, one.place), " "] : null, one.text,
    one.does ? el("button", { type: "button", class: "button small wish", onclick: () => review.send(one.again ? { kind: "turn", at: one.again } : { kind: "wish", at: one.wish }) }, one.does) : null);
  const lists = note.lists.map((list) => el("details", { class: list.tone, open: list.open },
    el("summary", {}, list.title), list.hint ? el("p", { class: "hint" }, list.hint) : null, el("ul", {}, list.items.map(item))));
  return el("section", { class: `note ${note.tone}`, "aria-label": note.title },
    el("div", { class: "line" }, el("h2", {}, note.title), el("span", { class: "meta" }, note.meta.map((one) => el("span", {}, one))),
      note.closes ? el("span", { class: "closing" }, note.asked ? does("again", say.ask_again) : null, does("discard", say.dismiss)) : null),
    note.asked ? el("p", { class: "asked" }, note.asked) : null,
    note.reply ? el("p", { class: "reply" }, note.reply) : null,
    note.proof ? el("p", { class: "proof" }, note.proof, " ", el("span", { class: "hash" }, note.hash)) : null,
    lists.length ? el("div", { class: "lists" }, lists) : null);
}

function leftoversBox(items, review) {
  const { say } = review;
  const open = items.filter((one) => one.yes === null).length;
  const title = fill(open ? say.leftovers : say.leftovers_done, { n: open || items.length });
  return el("details", { class: "leftovers", open: review.opened.has("leftovers") || open > 0 },
    el("summary", {}, title), el("p", { class: "hint" }, say.leftovers_hint),
    el("ul", {}, items.map((one) => leftover(one, review))));
}

function leftover(one, review) {
  const { say } = review;
  const answer = (yes) => review.answer(one, one.yes === yes ? null : yes);
  const button = (kind, yes, words) => el("button", {
    type: "button", class: `button small ${kind}`, "data-key": `${one.key} ${yes}`, "aria-pressed": String(one.yes === yes), "aria-label": `${one.place}: ${words}`, onclick: () => answer(yes),
  }, words);
  return el("li", {}, el("div", { class: "said" }, el("b", {}, one.place), " ", one.before, el("mark", {}, one.word), one.after),
    el("span", { class: "pair", role: "group" }, button("no", false, fill(say.leftover_no, { word: one.word })), button("ok", true, fill(say.leftover_yes, { word: one.to }))));
}
