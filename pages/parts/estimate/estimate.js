// What the request in the box would take. It watches the box beside it and asks when typing rests.
const lines = new WeakMap();
const REST_MS = 500;
const GLANCE_MS = 1500;  // An example that is put into the box tells nobody.
const MOST = 4000;
const BOX = '[data-testid="stChatInputTextArea"]';

function makeLine(root) {
  const box = el("p", { class: "estimate", role: "status" });
  const line = { box, timer: 0, sent: "" };
  const look = (text) => {
    clearTimeout(line.timer);
    line.timer = setTimeout(() => {
      if (text !== line.sent) line.send("typed", (line.sent = text));
    }, REST_MS);
  };
  const typed = (event) => event.target.matches?.(BOX) && look(event.target.value.slice(0, MOST));
  line.look = () => look((document.querySelector(BOX)?.value || "").slice(0, MOST));
  document.addEventListener("input", typed);
  const glance = setInterval(() => line.look(), GLANCE_MS);
  line.leave = () => {
    clearTimeout(line.timer);
    clearInterval(glance);
    document.removeEventListener("input", typed);
    box.remove();
  };
  root.append(box);
  return line;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const line = lines.get(parentElement) || makeLine(parentElement);
  lines.set(parentElement, line);
  line.send = setTriggerValue;
  line.box.textContent = data.said;
  line.box.className = `estimate ${data.tone}`;
  line.sent = data.typed;
  line.look();
  return () => { lines.get(parentElement)?.leave(); lines.delete(parentElement); };
}
