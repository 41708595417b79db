// One event stream a tab, shared by all live parts of the page. A browser opens six connections a
// host over all its tabs, so the stream is closed while nobody can see the tab.
const HUB = Symbol.for("turnsmith.live");
const KEPT = 120;

function makeHub() {
  const parts = new Set();
  const past = [];
  let source = null;
  let wanted = "";
  let retry = 0;
  let waits = 0;

  const tell = (kind, value) => parts.forEach((part) => part[kind]?.(value));

  function address() {
    const all = [...parts];
    if (!all.length || document.visibilityState === "hidden") return "";
    const url = new URL(all[0].path, location.origin);
    if (all.some((one) => one.watch)) url.searchParams.set("watch", "1");
    const part = all.find((one) => one.edit);
    if (part) { url.searchParams.set("edit", part.edit); url.searchParams.set("lang", part.lang); }
    return url.href;
  }

  function close() {
    clearTimeout(retry);
    source?.close();
    source = null;
    wanted = "";
  }

  function open(url) {
    close();
    wanted = url;
    source = new EventSource(url);
    source.onopen = () => { waits = 0; tell("state", true); };
    source.onerror = () => {
      tell("state", false);
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      waits = Math.min(waits + 1, 5);
      retry = setTimeout(settle, 500 * 2 ** waits);
    };
    source.addEventListener("figures", (event) => {
      const figures = JSON.parse(event.data);
      past.push(figures);
      if (past.length > KEPT) past.shift();
      tell("figures", figures);
    });
    for (const kind of ["history", "reading"]) source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
    source.addEventListener("edit", (event) => tell("event", JSON.parse(event.data)));
  }

  function settle() {
    const url = address();
    if (!url) close();
    else if (url !== wanted) open(url);
  }

  // A part that is drawn anew leaves and comes back at once: settle when the page has.
  const later = () => setTimeout(settle, 0);
  document.addEventListener("visibilitychange", settle);
  addEventListener("pagehide", close);
  addEventListener("pageshow", settle);

  return {
    past,
    join(part) {
      parts.add(part);
      later();
      return () => { parts.delete(part); later(); };
    },
  };
}

const hub = (globalThis[HUB] ??= makeHub());
