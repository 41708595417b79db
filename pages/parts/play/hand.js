// What a hand play comes to, by the game's arithmetic in both of its builds. It must say the same
// as `core/play/game.py`: a browser test plays the same clicks through both.
const OLD_BUILD = "2025-06";
const OLD_START = 2000;
const STOCKS = 3;

// `board` is {prices: three a turn, of all entries in order; turnMax}. `clicks` are
// {turn, stock, count}, turn and stock from 1, count shares bought (> 0) or sold, in the order made.
function handPlay(board, clicks, start, profile) {
  const begin = profile === OLD_BUILD ? OLD_START : start;
  const turns = [];
  let hand = { points: begin, counts: [0, 0, 0], averages: [0, 0, 0] };
  for (let turn = 1; turn <= board.turnMax; turn += 1) {
    const done = handTurn(board, clicks.filter((click) => click.turn === turn), turn, hand);
    turns.push(done);
    hand = done;
  }
  const end = board.prices.length - (profile === OLD_BUILD ? 2 : 1);
  const final = worthOf(hand, board.prices[end]);
  return { start: begin, turns, final, profit: final - begin, profile };
}

function handTurn(board, clicks, turn, before) {
  const prices = board.prices[turn - 1];
  const hand = { points: before.points, counts: [...before.counts] };
  const refused = clicks.map((click) => handClick(hand, click, prices[click.stock - 1])).filter(Boolean);
  const net = hand.counts.map((count, at) => count - before.counts[at]);
  const averages = before.averages.map((average, at) => averageOf(before.counts[at], average, net[at], prices[at]));
  return {
    turn, points: hand.points, counts: hand.counts, averages, refused,
    trades: net.map((count) => (count > 0 ? "BUY" : count < 0 ? "SELL" : "KEEP")),
    incomes: net.map((count, at) => (count < 0 ? -count * (prices[at] - averages[at]) : 0)),
    total: worthOf(hand, board.prices[turn]),
  };
}

// As far as points or shares reach; what could not be done comes back.
function handClick(hand, { turn, stock, count }, price) {
  const at = stock - 1, wanted = Math.abs(count), sign = Math.sign(count);
  const done = Math.min(wanted, sign > 0 ? affordable(hand.points, price) : hand.counts[at]);
  hand.points -= sign * done * price;
  hand.counts[at] += sign * done;
  return done < wanted ? { turn, stock, count: sign * (wanted - done) } : null;
}

function affordable(points, price) {
  const count = Math.floor(points / price);
  return count * price > points ? count - 1 : count;
}

function averageOf(count, average, net, price) {
  return net > 0 ? Math.floor((count * average + net * price) / (count + net)) : average;
}

function worthOf({ points, counts }, prices) {
  return prices.reduce((sum, price, at) => sum + price * counts[at], points);
}

const boardOf = (shown) => ({ prices: shown.turns.map((turn) => turn.stocks.slice(0, STOCKS).map((stock) => stock.price)), turnMax: shown.turn_max });
