// Moments as people say them, in the reader's own time zone: "3분 전", "어제 14:05", "10월 3일 14:05".
const SPANS = [["minute", 60], ["hour", 3600]];

function moment(at, lang, just) {
  const past = Math.max(0, Date.now() / 1000 - at);
  if (past < 45) return just;
  const near = SPANS.filter(([, seconds]) => past >= seconds || seconds === 60).pop();
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  if (past < 6 * 3600) return relative.format(-Math.max(1, Math.round(past / near[1])), near[0]);
  return dated(new Date(at * 1000), new Date(), lang, relative);
}

function dated(then, now, lang, relative) {
  const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false }).format(then);
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(now) - midnight(then)) / 86400000);
  if (days < 2) return `${relative.format(-days, "day")} ${clock}`;
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  const day = new Intl.DateTimeFormat(lang, { ...year, month: "long", day: "numeric" }).format(then);
  return `${day} ${clock}`;
}

const exactly = (at, lang) => new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(at * 1000));

const when = (at, lang, just) =>
  el("time", { datetime: new Date(at * 1000).toISOString(), title: exactly(at, lang) }, moment(at, lang, just));
