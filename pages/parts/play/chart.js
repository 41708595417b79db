// What all figures share, and the price chart: the game's end chart with what changes in it.
const FIGURE_MINUS = "−";

class Figure {
  static kept = new Map();

  constructor(host, pair, ctx, part) {
    Object.assign(this, { host, pair, ctx, part, say: ctx.words, now: pair.after });
    this.was = pair.before?.playable ? pair.before : null;
    if (!Figure.kept.has(part)) Figure.kept.set(part, {});
    this.mine = Figure.kept.get(part);
  }

  // Wholly anew, with the focus where it was.
  draw() {
    const held = this.host.getRootNode().activeElement;
    const key = held && this.host.contains(held) ? held.closest("[data-key]")?.dataset.key : null;
    const cursor = held?.tagName === "INPUT" ? [held.selectionStart, held.selectionEnd] : null;
    this.host.replaceChildren(el("div", { class: `fig fig-${this.part}` }, this.always || this.now.playable ? this.body() : this.broken()));
    this.drawn?.();
    if (key) this.hold(key, cursor);
  }

  hold(key, cursor) {
    const box = this.host.querySelector(`[data-key="${CSS.escape(key)}"]`);
    box?.focus({ preventScroll: true });
    if (cursor && box?.tagName === "INPUT") box.setSelectionRange(...cursor);
  }

  broken() {
    return el("div", { class: "lack", role: "status" }, el("b", {}, this.say.figure_unplayable), (this.now.why || []).map((why) => el("p", {}, why)));
  }

  // A figure too large to be told is null.
  number(value, places = 2) {
    if (value === null || value === undefined) return "–";
    return Number(value).toLocaleString(this.ctx.lang, { maximumFractionDigits: places });
  }

  coins(value) { return fill(this.say.coins, { n: this.number(value) }); }

  signed(value, unit = "", places = 1) {
    const size = this.number(Math.abs(value), places);
    return `${value > 0 ? "+" : value < 0 && size !== "0" ? FIGURE_MINUS : ""}${size}${unit}`;
  }

  turn(number) { return fill(this.say.turn, { n: number }); }

  // A move as the game shows it: red and up, blue and down. Null where nothing moved.
  move(step, percent = null) {
    if (!step) return el("span", { class: "still" }, this.say.figure_still);
    const rate = percent === null || percent === undefined ? "" : ` (${this.signed(percent, "%")})`;
    return el("span", { class: step > 0 ? "up" : "down" },
      el("span", { "aria-hidden": "true" }, step > 0 ? "▲" : "▼"),
      hidden(fill(step > 0 ? this.say.price_up : this.say.price_down, { n: "" })), ` ${this.number(Math.abs(step))}${rate}`);
  }

  // Where a click leads: the last entry is only seen as a result.
  leads(number) {
    return number > this.now.turn_max ? this.say.figure_go_end : fill(this.say.figure_go, { turn: this.turn(number) });
  }

  goes(number, label = this.turn(number)) {
    const here = this.ctx.turn === number;
    return el("button", {
      type: "button", class: "goes", "data-key": `go ${number}`, "aria-current": here ? "true" : null,
      title: this.leads(number), onclick: () => this.ctx.go(number),
    }, label);
  }

  // Two or more buttons of which one is on.
  choice(name, label, values) {
    return el("span", { class: "choice", role: "group", "aria-label": label }, values.map(([value, words]) => el("button", {
      type: "button", "data-key": `${name} ${value}`, "aria-pressed": String((this.mine[name] ?? values[0][0]) === value),
      onclick: () => { this.mine[name] = value; this.draw(); },
    }, words)));
  }

  // The sign of a stock: a shape as well as a colour.
  sign(stock, size = 13) {
    const box = svg("svg", { viewBox: "-8 -8 16 16", width: size, height: size, class: `sign s${stock % 3}`, "aria-hidden": "true" });
    box.append(figureMark(stock, 0, 0, 5.5));
    return box;
  }
}

// Round numbers from below `least` to above `most`.
function figureTicks(least, most, count) {
  const rough = (most - least || Math.abs(most) || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const first = Math.floor(least / step + 1e-9), last = Math.ceil(most / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

// Circle, square, triangle.
function figureMark(stock, x, y, r) {
  if (stock % 3 === 0) return svg("circle", { cx: x, cy: y, r, class: "glyph" });
  if (stock % 3 === 1) return svg("rect", { x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8, rx: 1.2, class: "glyph" });
  return svg("path", { d: `M${x} ${y - r * 1.2} L${x + r * 1.15} ${y + r * 0.85} L${x - r * 1.15} ${y + r * 0.85} Z`, class: "glyph" });
}

class PriceChart extends Figure {
  static WIDE = 560;

  static INSET = 14;

  static watching = new WeakMap();

  constructor(host, pair, ctx) { super(host, pair, ctx, "chart"); }

  body() {
    const say = this.say;
    this.plot = el("div", { class: "plot" });
    return [
      el("div", { class: "head" }, this.legend(),
        this.choice("axis", say.chart_axis, [["zero", say.chart_zero], ["near", say.chart_near]])),
      this.plot,
    ];
  }

  // Drawn anew as its width changes; while the host is not on the page, in the width of last time.
  drawn() {
    if (!this.plot) return;
    PriceChart.watching.get(this.host)?.disconnect();
    const watch = new ResizeObserver(() => {
      const width = Math.floor(this.plot.clientWidth);
      if (width && width !== this.width) this.lay(width);
    });
    PriceChart.watching.set(this.host, watch);
    watch.observe(this.plot);
    const width = Math.floor(this.plot.clientWidth) || this.mine.width;
    if (width) this.lay(width);
  }

  get series() { return this.now.chart.series; }

  ghosts() {
    const before = this.was?.chart.series;
    return before && JSON.stringify(before) !== JSON.stringify(this.series) ? before : null;
  }

  legend() {
    const { names } = this.now.chart;
    const before = svg("svg", { viewBox: "0 0 26 8", width: 26, height: 8, "aria-hidden": "true" });
    before.append(svg("path", { d: "M1 4H25", class: "ghost" }));
    return el("ul", { class: "names" },
      names.map((name, stock) => el("li", {}, this.sign(stock), el("span", {}, name || this.say.empty))),
      this.ghosts() ? el("li", { class: "old" }, before, this.say.chart_before) : null);
  }

  // -- geometry

  lay(width) {
    this.width = this.mine.width = width;
    const held = this.host.getRootNode().activeElement?.dataset?.key;
    const wide = width >= PriceChart.WIDE;
    const all = [...this.series, ...(this.ghosts() || [])].flat();
    const near = this.mine.axis === "near";
    this.ticks = figureTicks(near ? Math.min(...all) : 0, Math.max(...all), wide ? 6 : 5);
    this.count = Math.max(...[...this.series, ...(this.ghosts() || [])].map((line) => line.length));
    const widest = Math.max(...this.ticks.map((tick) => this.number(tick).length));
    this.area = { left: 14 + widest * 7.5, right: wide ? 176 : 22, top: 32, bottom: 42, height: wide ? Math.min(430, Math.max(390, width * 0.42)) : 300 };
    this.plot.classList.toggle("wide", wide);
    this.paint(wide);
    if (held?.startsWith("at ")) this.plot.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  x(place) {
    const { left, right } = this.area;
    const inner = this.width - left - right;
    return this.count > 1 ? left + PriceChart.INSET + ((inner - PriceChart.INSET) * (place - 1)) / (this.count - 1) : left + inner / 2;
  }

  y(price) {
    const { top, bottom, height } = this.area;
    const least = this.ticks[0], most = this.ticks.at(-1);
    return top + (height - top - bottom) * (1 - (price - least) / (most - least || 1));
  }

  // -- drawing

  paint(wide) {
    const { height } = this.area;
    const picture = svg("svg", { width: this.width, height, role: "group", "aria-label": fill(this.say.chart_label, { n: this.count }) });
    picture.append(this.grid(), this.lines(this.ghosts() || [], "ghost"), this.lines(this.series, "case"), this.lines(this.series, "line"), this.columns());
    this.tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.plot.replaceChildren(picture, this.tip);
    if (wide) this.label(picture);
  }

  grid() {
    const group = svg("g", { class: "grid", "aria-hidden": "true" });
    const { left, right, height, bottom } = this.area;
    for (const tick of this.ticks) {
      const y = this.y(tick);
      group.append(svg("path", { d: `M${left} ${y}H${this.width - right}`, class: tick === 0 ? "axis" : "" }), this.text(left - 8, y + 4, this.number(tick), "end"));
    }
    const every = [1, 2, 5, 10, 20, 25, 50, 100].find((step) => this.count / step <= (this.width - left - right) / 34) || 200;
    for (let place = 1; place <= this.count; place += 1) {
      const shown = every === 1 || place === 1 || (place % every === 0 && this.x(place) - this.x(1) > 22);
      if (shown) group.append(this.text(this.x(place), height - bottom + 20, String(place), "middle", place === this.ctx.turn ? "here" : ""));
    }
    group.append(this.text((left + this.width - right) / 2, height - 3, this.say.chart_turns, "middle"), this.text(0, 13, this.say.chart_prices, "start"));
    return group;
  }

  text(x, y, words, anchor, kind = "") {
    const box = svg("text", { x, y, "text-anchor": anchor, class: kind });
    box.textContent = words;
    return box;
  }

  // Where lines lie on each other, those below are drawn wider, so that each is seen.
  lines(series, kind) {
    const group = svg("g", { class: kind, "aria-hidden": "true" });
    series.forEach((line, stock) => {
      for (let at = 1; at < line.length; at += 1) {
        const over = kind === "ghost" ? 0 : series.slice(stock + 1).filter((other) => other[at - 1] === line[at - 1] && other[at] === line[at]).length;
        const path = svg("path", { d: `M${this.x(at)} ${this.y(line[at - 1])}L${this.x(at + 1)} ${this.y(line[at])}`, class: `s${stock % 3}` });
        path.style.strokeWidth = `${{ ghost: 1.6, line: 3, case: 5 }[kind] + 3.6 * over}px`;
        group.append(path);
      }
    });
    return group;
  }

  // A turn is one button, however close its prices lie: one tab stop, arrow keys between turns.
  columns() {
    const group = svg("g", { class: "columns" });
    const stop = this.ctx.turn >= 1 && this.ctx.turn <= this.count ? this.ctx.turn : 1;
    for (let place = 1; place <= this.count; place += 1) group.append(this.column(place, place === stop));
    group.addEventListener("keydown", (event) => this.press(event, group));
    return group;
  }

  column(place, stop) {
    const { top, bottom, height } = this.area;
    const half = this.count > 1 ? (this.x(2) - this.x(1)) / 2 : 30;
    const from = Math.max(0, this.x(place) - half), to = Math.min(this.width, this.x(place) + half);
    const box = svg("g", { role: "button", tabindex: stop ? 0 : -1, "data-key": `at ${place}`, class: `at${place === this.ctx.turn ? " here" : ""}`, "aria-label": this.told(place) });
    if (place === this.ctx.turn) box.setAttribute("aria-current", "true");
    box.append(svg("rect", { x: from, y: top - 8, width: to - from, height: height - top - bottom + 32, rx: 6, class: "hit" }),
      svg("path", { d: `M${this.x(place)} ${top}V${height - bottom}`, class: "guide" }), ...this.marks(place, half));
    for (const on of ["pointerenter", "focus"]) box.addEventListener(on, () => this.show(place));
    for (const off of ["pointerleave", "blur"]) box.addEventListener(off, () => this.hide());
    box.addEventListener("click", () => this.ctx.go(place));
    return box;
  }

  marks(place, half) {
    const few = half >= 8;
    return this.series.map((line, stock) => {
      if (line[place - 1] === undefined) return null;
      const over = this.series.slice(stock + 1).filter((other) => other[place - 1] === line[place - 1]).length;
      const box = svg("g", { class: `s${stock % 3}${few ? "" : " small"}` });
      box.append(figureMark(stock, this.x(place), this.y(line[place - 1]), 5 + 3.2 * over));
      return box;
    }).filter(Boolean);
  }

  press(event, group) {
    const at = Number(event.target.closest(".at").dataset.key.slice(3));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 1, End: this.count }[event.key];
    const enters = event.key === "Enter" || event.key === " ";
    if (to === undefined && !enters) return;
    event.preventDefault();
    event.stopPropagation();
    if (enters) { this.ctx.go(at); return; }
    const next = group.children[Math.max(1, Math.min(this.count, to)) - 1];
    for (const one of group.children) one.setAttribute("tabindex", one === next ? 0 : -1);
    next.focus({ preventScroll: true });
  }

  // -- values

  values(place) {
    const ghosts = this.ghosts();
    return this.now.chart.names.map((name, stock) => {
      const price = this.series[stock][place - 1], earlier = this.series[stock][place - 2], was = ghosts?.[stock]?.[place - 1];
      return { stock, name: name || this.say.empty, price, step: earlier === undefined || price === undefined ? null : price - earlier, was: was === price ? undefined : was };
    });
  }

  told(place) {
    const each = this.values(place).filter((one) => one.price !== undefined).map((one) => (one.was === undefined
      ? `${one.name} ${this.coins(one.price)}`
      : fill(this.say.chart_value_was, { name: one.name, price: this.coins(one.price), was: this.coins(one.was) })));
    return `${this.turn(place)}: ${each.join(", ")}`;
  }

  show(place) {
    const rows = this.values(place).sort((one, other) => (other.price ?? 0) - (one.price ?? 0)).map((one) => el("div", { class: "value" },
      this.sign(one.stock), el("span", { class: "who" }, one.name), el("b", {}, one.price === undefined ? this.say.nothing : this.coins(one.price)),
      el("span", { class: "step" }, one.step === null ? null : this.move(one.step)),
      el("span", { class: "old" }, one.was === undefined ? null : fill(this.say.figure_was, { n: this.number(one.was) }))));
    this.tip.replaceChildren(el("div", { class: "when" }, this.turn(place)), ...rows);
    this.tip.hidden = false;
    const size = this.tip.offsetWidth, x = this.x(place);
    const left = x + 16 + size <= this.width ? x + 16 : x - 16 - size;
    this.tip.style.left = `${Math.max(0, Math.min(this.width - size, left))}px`;
  }

  hide() { this.tip.hidden = true; }

  // -- names at the ends of the lines, apart from each other

  label(picture) {
    const ends = this.series.map((line, stock) => ({ stock, price: line.at(-1), x: this.x(line.length), y: this.y(line.at(-1)) })).sort((one, other) => one.y - other.y);
    for (const end of ends) {
      const was = this.ghosts()?.[end.stock]?.at(-1);
      end.box = el("div", { class: "end", "aria-hidden": "true" }, this.sign(end.stock, 15),
        el("div", {}, el("span", { class: "who" }, this.now.chart.names[end.stock] || this.say.empty),
          el("span", { class: "price" }, el("b", {}, this.coins(end.price)), was === undefined || was === end.price ? null : el("span", { class: "old" }, fill(this.say.figure_was, { n: this.number(was) })))));
      this.plot.append(end.box);
      end.height = end.box.offsetHeight;
      end.top = end.y - end.height / 2;
    }
    this.spread(ends);
    for (const end of ends) {
      end.box.style.top = `${end.top}px`;
      end.box.style.left = `${this.width - this.area.right + 22}px`;
      picture.insertBefore(svg("path", { d: `M${end.x + 8} ${end.y}L${this.width - this.area.right + 20} ${end.top + end.height / 2}`, class: "leader" }), picture.lastChild);
    }
  }

  spread(ends) {
    let floor = 0;
    for (const end of ends) { end.top = Math.max(end.top, floor); floor = end.top + end.height + 4; }
    let ceiling = this.area.height - 4;
    for (const end of [...ends].reverse()) { end.top = Math.min(end.top, ceiling - end.height); ceiling = end.top - 4; }
  }
}

function drawChart(host, pair, ctx) { new PriceChart(host, pair, ctx).draw(); }
