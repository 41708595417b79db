// What a simulated class makes of the chapter, before and after.
class ClassFigure extends Figure {
  static watching = new WeakMap();

  constructor(host, pair, ctx) {
    super(host, pair, ctx, "class");
    this.room = pair.after.class;
    this.before = this.was?.class || null;
  }

  body() {
    const { say } = this;
    if (!this.room) return el("p", { class: "lack" }, say.class_none);
    this.picture = el("div", { class: "picture" });
    return [
      this.tiles(), el("h2", { class: "caption" }, say.class_axis), this.picture, this.kinds(),
      el("p", { class: "hint" }, fill(say.class_told, { n: this.number(this.room.players), seed: this.room.seed, start: this.coins(this.now.start) })),
    ];
  }

  drawn() {
    if (!this.picture) return;
    ClassFigure.watching.get(this.host)?.disconnect();
    const watch = new ResizeObserver(() => {
      const width = Math.floor(this.picture.clientWidth);
      if (width && width !== this.width) this.lay(width);
    });
    ClassFigure.watching.set(this.host, watch);
    watch.observe(this.picture);
    const width = Math.floor(this.picture.clientWidth) || this.mine.width;
    if (width) this.lay(width);
  }

  // -- the class in four figures

  tiles() {
    const { say, room, before } = this;
    return el("dl", { class: "tiles" },
      this.tile(say.class_median, room.median, before?.median, (value) => this.whole(value)),
      this.tile(say.class_mean, room.mean, before?.mean, (value) => this.whole(value)),
      this.tile(say.class_losing, room.losing, before?.losing, (value) => this.share(value), this.points),
      room.best === null || room.best === undefined ? null : this.tile(say.class_best, room.best, before?.best, (value) => this.whole(value)));
  }

  tile(label, value, was, shown, change = this.change) {
    return el("div", {}, el("dt", {}, label), el("dd", {}, el("b", {}, shown(value)), change.call(this, value, was)));
  }

  // Money in the game's colours; a share has no direction that is good in itself.
  change(value, was) {
    if (was === undefined || was === null) return null;
    const step = Math.round(value) - Math.round(was);
    return step ? el("span", { class: "step" }, this.move(step)) : el("span", { class: "step same" }, this.say.class_same);
  }

  points(value, was) {
    if (was === undefined || was === null) return null;
    const step = (Math.round(1000 * value) - Math.round(1000 * was)) / 10;
    return el("span", { class: "step same" }, step ? this.signed(step, this.say.class_points, 1) : this.say.class_same);
  }

  whole(value) { return this.coins(value === null ? null : Math.round(value)); }

  share(value) { return `${this.number(100 * value, 1)}%`; }

  // -- the distribution

  edges() {
    const edges = this.pair.bins?.edges || this.room.bins.map(([edge]) => edge), after = this.pair.bins?.after || this.room.bins;
    if (edges.length > after.length) return edges;
    return [...edges, edges.at(-1) + (edges.length > 1 ? edges.at(-1) - edges.at(-2) : 1)];
  }

  counts() {
    const bins = this.pair.bins;
    const before = this.before && bins?.before?.length ? bins.before : null;
    return [bins?.after || this.room.bins.map(([, count]) => count), before];
  }

  lay(width) {
    this.width = this.mine.width = width;
    const [after, before] = this.counts(), edges = this.edges();
    const [least, most] = [Math.min(edges[0], this.now.start), Math.max(edges.at(-1), this.now.start)];
    this.frame = { left: 34, right: 20, top: 62, bottom: 30, height: 256 };
    const { left, right, top, bottom, height } = this.frame;
    this.x = (coins) => left + ((width - left - right) * (coins - least)) / (most - least || 1);
    this.ticks = figureTicks(0, Math.max(1, ...after, ...(before || [])), 3).filter((tick) => tick % 1 === 0);
    this.y = (count) => height - bottom - ((height - top - bottom) * count) / this.ticks.at(-1);
    const picture = svg("svg", { width, height, role: "img", "aria-label": this.spoken(after, before, edges) });
    picture.append(this.grid(least, most), this.bars(after, edges), ...(before ? [this.outline(before, edges)] : []), this.marks());
    this.picture.replaceChildren(picture, this.key(before));
  }

  spoken(after, before, edges) {
    const top = after.indexOf(Math.max(...after));
    const facts = { n: this.number(this.room.players), from: this.whole(edges[top]), to: this.whole(edges[top + 1]), median: this.whole(this.room.median) };
    return fill(before ? this.say.class_picture_was : this.say.class_picture, { ...facts, was: before ? this.whole(this.before.median) : "" });
  }

  grid(least, most) {
    const { left, right, bottom, height } = this.frame, group = svg("g", { class: "grid" });
    for (const tick of this.ticks) group.append(svg("path", { d: `M${left} ${this.y(tick)}H${this.width - right}`, class: tick ? "" : "axis" }), this.text(left - 6, this.y(tick) + 4, this.number(tick), "end"));
    const inside = figureTicks(least, most, Math.max(2, Math.floor(this.width / 85))).filter((tick) => tick >= least && tick <= most);
    for (const tick of inside) group.append(this.text(this.x(tick), height - bottom + 22, this.number(tick), "middle"));
    return group;
  }

  text(x, y, words, anchor, kind = "") {
    const box = svg("text", { x, y, "text-anchor": anchor, class: kind });
    box.textContent = words;
    return box;
  }

  bars(counts, edges) {
    const group = svg("g", { class: "bars" });
    counts.forEach((count, at) => {
      if (!count) return;
      const from = this.x(edges[at]), to = this.x(edges[at + 1]);
      group.append(svg("rect", { x: from + 1, y: this.y(count), width: Math.max(1.5, to - from - 2), height: this.y(0) - this.y(count), rx: 2, class: edges[at + 1] <= this.now.start ? "below" : "" }));
    });
    return group;
  }

  outline(counts, edges) {
    const steps = counts.map((count, at) => `V${this.y(count)}H${this.x(edges[at + 1])}`).join("");
    return svg("path", { d: `M${this.x(edges[0])} ${this.y(0)}${steps}V${this.y(0)}`, class: "ghost" });
  }

  // Each in its own row above the picture, ordered so that no line crosses the words of another.
  marks() {
    const { say } = this, group = svg("g", { class: "pins" });
    const all = [[this.now.start, fill(say.class_start, { n: this.coins(this.now.start) }), "start"], [this.room.median, fill(say.class_middle, { n: this.whole(this.room.median) }), "now"]];
    if (this.before && Math.round(this.before.median) !== Math.round(this.room.median)) all.push([this.before.median, fill(say.class_middle_was, { n: this.whole(this.before.median) }), "was"]);
    const placed = all.map(([coins, words, kind]) => ({ x: Math.max(this.frame.left, Math.min(this.width - this.frame.right, this.x(coins))), words, kind })).sort((one, other) => one.x - other.x);
    const left = placed[0].x > this.width * 0.4;
    if (left) placed.reverse();
    placed.forEach((one, row) => group.append(svg("path", { d: `M${one.x} ${3 + 19 * row}V${this.y(0)}`, class: one.kind })));
    placed.forEach((one, row) => group.append(this.beside(one, 13 + 19 * row, left || one.x > this.width * 0.7)));
    return group;
  }

  beside({ x, words, kind }, y, left) { return this.text(x + (left ? -5 : 5), y, words, left ? "end" : "start", kind); }

  key(before) {
    return el("div", { class: "key", "aria-hidden": "true" }, el("span", { class: "bar" }), this.say.class_above, el("span", { class: "bar below" }), this.say.class_below,
      before ? [el("span", { class: "bar was" }), this.say.chart_before] : null);
  }

  // -- a row for each kind of player

  kinds() {
    const { say } = this;
    const best = (group) => group.kind === "best";
    const worths = this.room.groups.filter((group) => !best(group)).flatMap((group) => group.worth);
    this.span = [Math.min(this.now.start, ...worths), Math.max(this.now.start, ...worths)];
    const heads = [say.class_kind, say.class_mid, say.class_gain, say.class_losing, say.class_worth, say.class_worst];
    return el("ul", { class: "kinds" }, el("li", { class: "heads", "aria-hidden": "true" }, heads.map((head) => el("span", {}, head))), this.room.groups.map((group) => this.kind(group, heads)));
  }

  kind(group, heads) {
    const was = this.before?.groups.find((one) => one.kind === group.kind), best = group.kind === "best";
    const cell = (at, ...inside) => el("span", { class: `cell c${at}` }, el("span", { class: "label" }, heads[at]), inside);
    return el("li", { class: best ? "best" : null },
      el("span", { class: "cell c0" }, el("b", {}, group.name), best ? null : el("span", { class: "count" }, fill(this.say.class_players, { n: this.number(group.players) }))),
      cell(1, el("b", {}, this.whole(group.median)), this.change(group.median, was?.median)),
      cell(2, this.gain(group.median - this.now.start)),
      best ? null : [cell(3, this.losing(group.losing)), cell(4, this.spark(group.worth, was?.worth)), cell(5, this.worst(group))]);
  }

  gain(coins) {
    const whole = Math.round(coins);
    return el("span", { class: whole > 0 ? "up" : whole < 0 ? "down" : "still" }, this.signed(whole, "", 0));
  }

  losing(share) {
    const bar = el("i", {});
    bar.style.width = `${100 * share}%`;
    return [el("span", { class: "losing", "aria-hidden": "true" }, bar), el("span", {}, this.share(share))];
  }

  worst(group) {
    const steps = group.lost_at;
    const least = Math.min(...steps), at = steps.indexOf(least) + 1;
    if (!(least <= -0.5)) return el("span", { class: "still" }, this.say.class_no_fall);
    return el("span", {}, this.goes(at), " ", el("span", { class: "down" }, this.signed(Math.round(least), "", 0)));
  }

  spark(worth, was) {
    const width = 148, height = 34, [least, most] = this.span;
    const points = (values) => [this.now.start, ...values].map((coins, at, all) => `${4 + ((width - 8) * at) / (all.length - 1 || 1)} ${4 + (height - 8) * (1 - (coins - least) / (most - least || 1))}`);
    const told = worth.map((coins, at) => `${this.turn(at + 1)} ${this.whole(coins)}`).join(", ");
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": told, class: "spark" });
    const level = points([this.now.start])[0].split(" ")[1];
    picture.append(svg("path", { d: `M0 ${level}H${width}`, class: "level" }));
    if (was && was.join() !== worth.join()) picture.append(svg("path", { d: `M${points(was).join("L")}`, class: "ghost" }));
    const line = points(worth), [x, y] = line.at(-1).split(" ");
    picture.append(svg("path", { d: `M${line.join("L")}`, class: "line" }), svg("circle", { cx: x, cy: y, r: 3, class: "dot" }));
    return picture;
  }
}

function drawClass(host, pair, ctx) { new ClassFigure(host, pair, ctx).draw(); }
