// Builds elements. Text only ever enters as a text node, so markup in a story stays text.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  accept: "M4 12.5 9.5 18 20 6.5",
  reject: "M6 6 18 18 M18 6 6 18",
  undo: "M9 7 4 12l5 5 M4 12h10a6 6 0 0 1 6 6",
  redo: "m15 7 5 5-5 5 M20 12H10a6 6 0 0 0-6 6",
  previous: "M6 15 12 9l6 6",
  next: "m6 9 6 6 6-6",
  open: "m9 6 6 6-6 6",
  link: "M9.5 14.5 14.5 9.5 M8 11l-2.2 2.2a3.5 3.5 0 0 0 5 5L13 16 M16 13l2.2-2.2a3.5 3.5 0 0 0-5-5L11 8",
  same: "M5 9h14 M5 15h14",
  edit: "M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17z M14.5 7.5l3 3",
  warn: "M12 4 21.5 20h-19z M12 10.5v4 M12 17.3v.2",
  left: "m14 6-6 6 6 6",
  right: "m10 6 6 6-6 6",
};

// What no eye sees and what turns the order of letters around; joiners and flags of emoji are left.
const FLAG = "\u{1f3f4}";
const UNSEEN = new RegExp([
  `${FLAG}[\\u{e0020}-\\u{e007e}]+\\u{e007f}`,
  "[\\0-\\x08\\v\\f\\x0e-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f]",
  "[\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]",
  "(?<![\\p{Extended_Pictographic}\\ufe0f\\u{1f3fb}-\\u{1f3ff}])\\u200d|\\u200d(?!\\p{Extended_Pictographic})",
  "[\\u{e0000}-\\u{e0fff}]",
].join("|"), "gu");
const codePoint = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

// A text as it is put on the page: what is invisible is spelled out.
function spelled(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found[0].startsWith(FLAG)) continue;
    const mark = document.createElement("span");
    mark.className = "unseen";
    mark.append(codePoint(found[0]));
    parts.push(text.slice(done, found.index), mark);
    done = found.index + found[0].length;
  }
  return [...parts, text.slice(done)].filter((part) => part !== "");
}

function el(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(...(typeof child === "string" && child ? spelled(child) : [child]));
  }
  return element;
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function icon(name) {
  const box = svg("svg", {
    viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2.4",
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", class: `icon ${name}`,
  });
  box.append(svg("path", { d: ICONS[name] }));
  return box;
}

const hidden = (text) => el("span", { class: "sr" }, text);

// Fills `{name}` from the facts; what a fact says is never read again.
const fill = (words, facts) => String(words).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

// The letter on the keycap, so shortcuts work while the Korean input mode is on.
const keyOf = (event) =>
  /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : (event.key || "").toLowerCase();

const typing = (target) => Boolean(target?.closest?.("input, textarea, select, [contenteditable]"));
