"""Which turns and stocks of one chapter are which of another, and the ops that lead there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pydantic import ValidationError

from core.chapter import text
from core.chapter.changes import apply
from core.chapter.chapter import PRICES, SHARED, Chapter, Number, Turn
from core.chapter.draft import COINS_END, Key
from core.chapter.ops import (
    AddStock,
    AddTurn,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
)
from core.chapter.text import Json
from core.errors import WriterError

BACK = frozenset({"result", *PRICES})
"""Fields that tell how the event before came out; the others belong to a turn's own event."""
_NOWHERE = text.read("[{}]")
SURE = 1.0
"""Two turns that share as much are the same turn: one text that no other turn has."""


@dataclass(frozen=True)
class Shape:
    """Turns and stocks of a chapter by where they come from in another one."""

    ops: tuple[Op, ...]
    """Structural ops that lead from the other one to this shape; () where it is the same."""
    rows: tuple[tuple[int, int], ...]
    """By turn: the turn of the other one with its event, and with its result and prices; 0: new."""
    places: tuple[int, ...]
    """By stock: its number in the other one; 0: new."""

    def source(self, key: Key) -> Key | None:
        """Where a place comes from; None for a new one."""
        turn, stock, name = key
        front, back = self.rows[turn - 1]
        origin = back if name in BACK else front
        place = self.places[stock - 1] if stock else 0
        return None if not origin or (stock and not place) else (origin, place, name)

    def targets(self, key: Key) -> list[Key]:
        """Where a place of the other one has come to, several times in copies; [] when gone."""
        turn, stock, name = key
        if stock and stock not in self.places:
            return []
        place = self.places.index(stock) + 1 if stock else 0
        return [
            (at, place, name) for at, row in enumerate(self.rows, 1) if row[name in BACK] == turn
        ]

    def event(self, number: int) -> int:
        """The turn that event `number` has come to; 0 where it is gone or taken apart."""
        found = self.targets((number, 0, "news"))
        if not found or found[0][0] == len(self.rows):
            return 0
        at = found[0][0]
        return at if self.rows[at][1] == number + 1 else 0

    @cached_property
    def straight(self) -> bool:
        """Whether prices stay in coins: no event has gone, come twice or changed its place."""
        known = [row for row in self.rows if row[0]]
        return all(front == back == at for at, (front, back) in enumerate(known, 1))


def same_shape(chapter: Chapter) -> Shape:
    """The shape of a chapter seen from itself."""
    count = range(1, len(chapter.turns) + 1)
    return Shape((), tuple((n, n) for n in count), tuple(range(1, chapter.stock_count + 1)))


def shapes(one: Chapter, two: Chapter) -> Iterator[Shape]:
    """What `two` may be of `one`, the likeliest first; nothing where no ops lead there."""
    here, places = same_shape(one), _places(one, two)
    if len(one.turns) == len(two.turns) and places == here.places:
        yield here
    found = led(one, _ops(one, two, places)) if places else None
    if found and found.ops and len(found.rows) == len(two.turns):
        yield found


def _ops(one: Chapter, two: Chapter, places: Sequence[int]) -> tuple[Op, ...]:
    fronts = events(one, two)
    try:
        return (*_stock_ops(one, two, places, fronts), *_turn_ops(one, two, fronts))
    except ValidationError:  # a new price or name that no op may hold
        return ()


def led(one: Chapter, ops: Sequence[Op]) -> Shape | None:
    """The shape that structural ops lead to; None where they do not fit.

    Found by doing them to a chapter whose texts say where they stand.
    """
    marks = Chapter([_marked(one, turn) for turn in one.turns], _NOWHERE)
    try:
        turns = apply(marks, [Group("", tuple(ops), "rule", "")], claims=False).chapter.turns
    except WriterError:
        return None
    known = {f"\0{turn.position}": turn.position for turn in one.turns}
    rows = [(known.get(turn.text("news"), 0), known.get(turn.text("result"), 0)) for turn in turns]
    most = max(turns, key=lambda turn: len(turn.stocks))
    places = [_number(stock.text("description")) for stock in most.stocks]
    return Shape(tuple(ops), tuple(rows), tuple(places))


def _marked(one: Chapter, turn: Turn) -> Json:
    mark = f"\0{turn.position}"
    stocks: list[Json] = [
        {"name": f"n{n}", "description": f"\0{n}", "current_value": 9, "expectation": ""}
        for n in range(1, one.stock_count + 1)
    ]
    return {"result": mark, "news": mark, "news_tag": "", "stocks": stocks}


def _number(mark: str) -> int:
    return int(mark[1:]) if mark.startswith("\0") and mark[1:].isdigit() else 0


# -- stocks


def _places(one: Chapter, two: Chapter) -> tuple[int, ...] | None:
    """By stock of `two` its number in `one`, 0 for a new one; None where no ops lead there."""
    old, new = one.names, two.names
    level = len(old) == len(new)
    shared = set(old) & set(new)
    moved = any(old.index(name) != new.index(name) for name in shared)
    if level and (not moved or set(old) == set(new)):
        return tuple(range(1, len(old) + 1))
    places = [old.index(name) + 1 if name in shared else 0 for name in new]
    if not level:
        _renamed(one, two, places)
    kept = [place for place in places if place]
    fits = kept == sorted(set(kept)) and places[: len(kept)] == kept and kept
    return tuple(places) if fits else None


def _renamed(one: Chapter, two: Chapter, places: list[int]) -> None:
    """Find stocks that only their name tells apart, by their description."""
    for at in (at for at, place in enumerate(places) if not place):
        rest = [n for n in range(1, one.stock_count + 1) if n not in places]
        told = two.shared(at + 1, "description")
        alike = [n for n in rest if told and one.shared(n, "description") == told]
        places[at] = alike[0] if len(alike) == 1 else 0


def _stock_ops(
    one: Chapter, two: Chapter, places: Sequence[int], fronts: Sequence[int]
) -> Iterator[Op]:
    for number in range(1, one.stock_count + 1):
        if number not in places:
            yield DeleteStock(op="delete_stock", at=f"s{number}")
    for number, place in enumerate(places, 1):
        if not place:
            prices = _column(one, two, number, fronts)
            texts = {name: two.shared(number, name) for name in SHARED}
            stock = NewStock(turns=prices, **texts)
            yield AddStock(op="add_stock", stock=stock)


def _column(one: Chapter, two: Chapter, number: int, fronts: Sequence[int]) -> tuple[NewPrice, ...]:
    """A new stock as it would stand in the turns of `one`."""
    found = wanted(one, two, fronts, number, {})
    said = {front: _expectation(two.turns[at], number) for at, front in enumerate(fronts) if front}
    return tuple(
        NewPrice(price=found.get(k, 0), expectation=said.get(k, ""))
        for k in range(1, len(one.turns) + 1)
    )


def _expectation(turn: Turn, number: int) -> str:
    return turn.stocks[number - 1].text("expectation") if number <= len(turn.stocks) else ""


def prices(chapter: Chapter, number: int) -> dict[int, Number]:
    """The prices of a stock by turn, where it has one."""
    found = {turn.position: _price(turn, number) for turn in chapter.turns}
    return {turn: price for turn, price in found.items() if price is not None}


def wanted(
    one: Chapter, two: Chapter, fronts: Sequence[int], number: int, own: Mapping[int, Number]
) -> dict[int, Number]:
    """Prices that a stock needs in the turns of `one`, so that it has those of `two` afterwards.

    `number` is the stock in `two`; `own` are its prices in `one` by turn, kept where nothing asks
    for others. Empty where a price is missing.
    """
    kept = [at for at, front in enumerate(fronts) if front]
    found = [_price(two.turns[at], number) for at in kept]
    coins = [price for price in found if price is not None]
    if not coins or len(coins) != len(found):
        return {}
    last = len(one.turns)
    if [fronts[at] for at in kept] == list(range(1, len(kept) + 1)):
        rest = {turn: own.get(turn, coins[-1]) for turn in range(len(kept) + 1, last + 1)}
        return dict(enumerate(coins, 1)) | rest
    moves = {
        fronts[a]: y - x for (a, _), (x, y) in zip(pairwise(kept), pairwise(coins), strict=True)
    }
    out = {1: coins[0]}
    for turn in range(1, last):
        step = own.get(turn + 1, out[turn])
        out[turn + 1] = out[turn] + moves[turn] if turn in moves else step
    return out


def _price(turn: Turn, number: int) -> Number | None:
    price = turn.stocks[number - 1].price if number <= len(turn.stocks) else None
    return price if price is not None and 0 < price < COINS_END else None


# -- turns


def _turn_ops(one: Chapter, two: Chapter, fronts: Sequence[int]) -> Iterator[Op]:
    """Moves, copies and deletions of events, then new turns, the last one first."""
    kept, last = [front for front in fronts if front], len(one.turns)
    events = kept[:-1] if kept[-1:] == [last] else kept
    order = list(dict.fromkeys(events))
    still = _rising(order)
    for before, event in zip([0, *order], order, strict=False):
        if event not in still:
            yield MoveTurn(op="move_turn", at=f"t{event}", after=before)
    for event, times in Counter(events).items():
        yield from [CopyTurn(op="copy_turn", at=f"t{event}")] * (times - 1)
    for gone in sorted({*range(1, last + 1)} - {*kept}):
        yield DeleteTurn(op="delete_turn", at=f"t{gone}")
    for at in reversed(range(len(fronts))):
        if not fronts[at]:
            after = next((front for front in reversed(fronts[:at]) if front), 0)
            turn = _new_turn(two.turns[at])
            yield AddTurn(op="add_turn", after=after, turn=turn)


def _new_turn(turn: Turn) -> NewTurn:
    stocks = tuple(
        NewPrice(price=stock.price or 0, expectation=stock.text("expectation"))
        for stock in turn.stocks
    )
    texts = {name: turn.text(name) for name in ("result", "news", "news_tag")}
    return NewTurn(stocks=stocks, **texts)


def _rising(order: Sequence[int]) -> set[int]:
    """The longest run of events that stand in their old order."""
    runs: list[list[int]] = [[]]
    for event in order:
        before = [run for run in runs if not run or run[-1] < event]
        longest = max(before, key=len)
        runs.append([*longest, event])
    return {*max(runs, key=len)}


# -- which turn is which


def events(one: Chapter, two: Chapter) -> list[int]:
    """By turn of `two` the turn of `one` with the same event; 0 for a new one."""
    fronts = [0] * len(two.turns)
    taken: set[int] = set()
    for score, at, number in _pairs(one, two):
        if score >= SURE and not fronts[at] and number not in taken:
            fronts[at] = number
            taken.add(number)
    for start, stop, free in _gaps(fronts, taken, len(one.turns)):
        for at, number in _fitted(two.turns[start:stop], [one.turns[n - 1] for n in free]):
            fronts[start + at] = number
            taken.add(number)
    _copied(one, two, fronts)
    return fronts


def _pairs(one: Chapter, two: Chapter) -> list[tuple[float, int, int]]:
    """How much a turn of `two` (from 0) and one of `one` (from 1) share, most first."""
    told = {turn.position: _told(turn) for turn in one.turns}
    where: dict[tuple[str, str], list[int]] = {}
    for number, told_there in told.items():
        for said in told_there:
            where.setdefault(said, []).append(number)
    scores: Counter[tuple[int, int]] = Counter()
    for at, turn in enumerate(two.turns):
        for said in _told(turn):
            for number in where.get(said, ()):
                scores[at, number] += (3 if said[0] == "news" else 1) / len(where[said])  # type: ignore[assignment]
    ranked = [(score, at, number) for (at, number), score in scores.items()]
    return sorted(ranked, key=lambda one: (-one[0], abs(one[1] + 1 - one[2]), one[1]))


def _told(turn: Turn) -> set[tuple[str, str]]:
    """Texts of its event."""
    said = {(name, turn.text(name)) for name in ("news", "news_hint")}
    said |= {("expectation", stock.text("expectation")) for stock in turn.stocks}
    return {(name, words) for name, words in said if words}


def _gaps(
    fronts: Sequence[int], taken: set[int], last: int
) -> Iterator[tuple[int, int, list[int]]]:
    """Runs of turns that are not found yet, and the turns of `one` that are left between."""
    start = 0
    for at, front in enumerate([*fronts, last + 1]):
        if front and start < at:
            before = fronts[start - 1] if start else 0
            yield start, at, [n for n in range(before + 1, front) if n not in taken]
        if front:
            start = at + 1


def _fitted(new: Sequence[Turn], old: Sequence[Turn]) -> Iterator[tuple[int, int]]:
    """Pairs of turns, position from 0 and number, in order; by likeness where turns are left."""
    if len(new) == len(old):
        yield from ((at, turn.position) for at, turn in enumerate(old))
        return
    letters = [[_letters(turn) for turn in turns] for turns in (new, old)]
    best = _best([[_likeness(a, b) for b in letters[1]] for a in letters[0]])
    yield from ((at, old[place].position) for at, place in best)


def _letters(turn: Turn) -> frozenset[str]:
    said = " ".join(said for _, said in sorted(_told(turn)))
    return frozenset(a + b for a, b in pairwise(said))


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0


def _best(likeness: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs in rising order that are most alike in sum."""
    width = len(likeness[0]) if likeness else 0
    sums = [[0.0] * (width + 1) for _ in range(len(likeness) + 1)]
    for x, row in enumerate(likeness):
        for y, alike in enumerate(row):
            sums[x + 1][y + 1] = max(sums[x][y] + alike, sums[x][y + 1], sums[x + 1][y])
    x, y, pairs = len(likeness), width, list[tuple[int, int]]()
    while x and y:
        if sums[x][y] == sums[x - 1][y]:
            x -= 1
        elif sums[x][y] == sums[x][y - 1]:
            y -= 1
        else:
            x, y = x - 1, y - 1
            pairs.append((x, y))
    return pairs[::-1]


def _copied(one: Chapter, two: Chapter, fronts: list[int]) -> None:
    """Find turns that repeat the event of the turn before."""
    for at in range(1, len(fronts)):
        front = fronts[at - 1]
        told = _told(two.turns[at])
        if not fronts[at] and front and told and told == _told(one.turns[front - 1]):
            fronts[at] = front


# -- where no ops lead


def likely(one: Chapter, two: Chapter) -> Shape:
    """What the turns and stocks of `two` most likely are of `one`, without ops."""
    results = {turn.text("result"): turn.position for turn in reversed(one.turns)}
    fronts = events(one, two)
    rows = [
        (front, results.get(turn.text("result"), front) if turn.text("result") else front)
        for front, turn in zip(fronts, two.turns, strict=True)
    ]
    found = [one.names.index(name) + 1 if name in one.names else 0 for name in two.names]
    if len(one.names) == len(two.names) and len(set(found) - {0}) < len(found):
        found = list(range(1, len(found) + 1))
    return Shape((), tuple(rows), tuple(found))


def built(one: Chapter, two: Chapter, shape: Shape) -> Chapter:
    """The turns and stocks of `two` with the values that they have in `one`, where they do."""
    turns: list[Json] = []
    for turn in two.turns:
        values = _from(one, shape, (turn.position, 0), turn.values)
        if isinstance(values.get("stocks"), list) and all(stock.values for stock in turn.stocks):
            values["stocks"] = [
                _from(one, shape, (turn.position, stock.at.stock or 0), stock.values)
                for stock in turn.stocks
            ]
        turns.append(values)
    return Chapter(turns, two)


def _from(
    one: Chapter, shape: Shape, at: tuple[int, int], values: Mapping[str, Json]
) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in values.items():
        key = shape.source((*at, name))
        holder = _holder(one, key) if key else {}
        found[name] = holder.get(name, value)
    return found


def _holder(one: Chapter, key: Key) -> Mapping[str, Json]:
    turn = one.turns[key[0] - 1]
    return (
        turn.values
        if not key[1]
        else turn.stocks[key[1] - 1].values
        if key[1] <= len(turn.stocks)
        else {}
    )
