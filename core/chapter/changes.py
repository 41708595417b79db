"""Apply a change list with all that it forces, invert it, and count what it changed."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

from core.chapter import claims as stated
from core.chapter import korean
from core.chapter.chapter import (
    PRICES,
    SHARED,
    TURN_TEXTS,
    Address,
    Chapter,
    Number,
    is_number,
    with_array,
)
from core.chapter.ops import (
    AddStock,
    AddTurn,
    Applied,
    Arrange,
    Carry,
    Cause,
    Change,
    ChangeList,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    ModelOp,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Put,
    Rename,
    Rewrite,
    Set,
)
from core.chapter.text import Json, Restructured
from core.errors import NoSuchPlace, WriterError

__all__ = [
    "AddStock",
    "AddTurn",
    "Applied",
    "Arrange",
    "Carry",
    "Cause",
    "Change",
    "ChangeList",
    "CopyTurn",
    "DeleteStock",
    "DeleteTurn",
    "Group",
    "ModelOp",
    "MoveTurn",
    "NewPrice",
    "NewStock",
    "NewTurn",
    "Op",
    "Price",
    "Put",
    "Rename",
    "Rewrite",
    "Set",
    "apply",
    "counted",
    "invert",
]


def apply(chapter: Chapter, groups: Sequence[Group], *, claims: bool = True) -> Applied:
    """The chapter after all ops of the groups, and every place that they change.

    Addresses mean the chapter as given. The order is: names, texts, prices, stocks, turns; then
    what they force: before_value, turn_number and, with `claims`, percentages stated in texts.
    Raises NoSuchPlace or WriterError for an op that does not fit; nothing is applied then.
    """
    draft = _Draft(chapter, [_row(chapter, number) for number in range(1, len(chapter.turns) + 1)])
    steps = [(op, group) for group in groups for op in group.ops]
    for op, group in sorted(steps, key=lambda step: _STAGES.get(step[0].op, 1)):
        draft.do(op, group)
    if draft.whole is not None:
        return Applied(with_array(chapter, draft.whole), tuple(_replaced(chapter, groups)))
    draft.settle()
    after = with_array(chapter, draft.array())
    if claims and draft.restate(after):
        after = with_array(chapter, draft.array())
    shared = {frozenset(who) for who in draft.writers.values() if len(who) > 1}
    return Applied(after, tuple(draft.changes()), tuple(sorted(shared, key=sorted)))


def invert(before: Chapter, applied: Applied) -> Group:
    """The group that leads from `applied.chapter` back to the values of `before`."""
    because = applied.changes[0].because if applied.changes else ""
    ops: list[Op] = []
    for change in applied.changes:
        if change.op in _STRUCTURE:
            return Group("undo", (_arranged(before, applied.chapter),), "writer", because)
        was = change.before is not None or _present(before, change.at)
        ops.append(Put(op="put", at=change.at, to=change.before, present=was))
    return Group("undo", tuple(ops), "writer", because)


def counted(before: Chapter, applied: Applied) -> tuple[int, int]:
    """How many fields changed, of how many in the chapter before."""
    total = sum(1 for _ in before.fields())
    return sum(_leaves(change) for change in applied.changes), total


# -- the parts

_STRUCTURE = frozenset({"add_turn", "delete_turn", "move_turn", "copy_turn", "add_stock"})
_STRUCTURE |= {"delete_stock", "arrange"}
_STAGES = {"rename": 0, "delete_stock": 2, "add_stock": 3, "move_turn": 4, "copy_turn": 4}
_STAGES |= {"delete_turn": 5, "add_turn": 6}
_OPTIONAL = ("news_hint",)
"""Fields that are only edited where they exist."""
_Key: TypeAlias = tuple[int, int, str]
"""Turn and stock as given, from 1 (stock 0: the turn itself), and field."""


@dataclass(slots=True)
class _Row:
    """A turn being edited. Its front is an event's news, its back the event before's result."""

    values: dict[str, Json]
    stocks: list[dict[str, Json]] | None
    front: int
    back: int
    places: list[int]
    """Old stock numbers; of a new stock, the one it is written like, negative."""
    fresh: Group | None = None


def _row(chapter: Chapter, number: int) -> _Row:
    values = deepcopy(dict(chapter.turns[number - 1].values))
    stocks = values.get("stocks")
    rows = [row for row in stocks if isinstance(row, dict)] if isinstance(stocks, list) else None
    if rows is not None and isinstance(stocks, list) and len(rows) != len(stocks):
        rows = None
    return _Row(values, rows, number, number, list(range(1, len(rows or ()) + 1)))


@dataclass(slots=True)
class _Draft:
    """The working copy of one `apply`."""

    chapter: Chapter
    rows: list[_Row]
    why: dict[_Key, tuple[Group, str]] = field(default_factory=dict)
    writers: dict[_Key, set[str]] = field(default_factory=dict)
    carried: set[tuple[int, int]] = field(default_factory=set)
    """Turn and stock whose before_value is put right even where it was wrong before."""
    shape: list[Change] = field(default_factory=list)
    turned: Group | None = None
    """The group that changed the order of turns."""
    whole: list[Json] | None = None

    def do(self, op: Op, group: Group) -> None:  # noqa: C901  one line an op is the clearest table
        """Apply one op; what it forces comes later, in `settle`."""
        match op:
            case Set():
                self.set(op, group)
            case Price():
                self.price(op, group)
            case Rename():
                self.rename(op, group)
            case Carry():
                self.carry(op, group)
            case Put():
                self.put_back(op, group)
            case Arrange():
                origins = [origin - 1 for origin in op.origins]
                self.whole = Restructured([deepcopy(turn) for turn in op.turns], origins)
            case AddStock():
                self.add_stock(op, group)
            case DeleteStock():
                self.delete_stock(op, group)
            case AddTurn():
                self.add_turn(op, group)
            case DeleteTurn() | MoveTurn() | CopyTurn():
                self.reorder(op, group)
            case Rewrite():
                raise WriterError("plan_only", at=op.at)

    # names, texts, prices

    def write(self, key: _Key, value: Json, group: Group, op: str) -> None:
        turn, stock, name = key
        row = self.rows[turn - 1]
        holder = row.stocks[stock - 1] if stock and row.stocks else row.values
        holder[name] = value
        self.why[key] = (group, op)
        self.writers.setdefault(key, set()).add(group.id)

    def set(self, op: Set, group: Group) -> None:
        keys = self.targets(op.at)
        kept = [key for key in keys if _same_value(self.given(key), op.to)]
        if len(kept) == len(keys):
            raise WriterError("same_value", at=op.at)
        for key in keys:
            if key not in kept:
                self.write(key, op.to, group, "set")

    def targets(self, written: str) -> list[_Key]:
        """The places that `set` may write: one, or a shared field in every turn."""
        at = Address.parse(written)
        name = at.field or ""
        if name in SHARED and at.stock and not at.turn:
            keys = [(r.front, at.stock, name) for r in self.rows if _has(r, at.stock)]
        elif at.turn and at.field in (("expectation",) if at.stock else TURN_TEXTS):
            keys = [(self.turn(at), self.stock(at) if at.stock else 0, name)]
        else:
            raise NoSuchPlace("not_settable", at=written[:40])
        if not keys or (at.field in _OPTIONAL and self.given(keys[0]) is None):
            raise self.missing(at)
        return keys

    def turn(self, at: Address) -> int:
        if not at.turn or at.turn > len(self.chapter.turns):
            raise self.missing(at)
        return at.turn

    def stock(self, at: Address) -> int:
        if not at.stock or not _has(self.rows[self.turn(at) - 1], at.stock):
            raise self.missing(at)
        return at.stock

    def missing(self, at: Address) -> NoSuchPlace:
        most = len(self.chapter.turns)
        return NoSuchPlace("no_place", at=str(at), turns=most, stocks=self.chapter.stock_count)

    def given(self, key: _Key) -> Json:
        turn, stock, name = key
        view = self.chapter.turns[turn - 1]
        return (view.stocks[stock - 1].values if stock else view.values).get(name)

    def price(self, op: Price, group: Group) -> None:
        at = Address.parse(op.at)
        if at.field:
            raise NoSuchPlace("not_price", at=op.at[:40])
        key = (self.turn(at), self.stock(at), "current_value")
        if _same_value(self.given(key), _whole(op.to)):
            raise WriterError("same_value", at=op.at)
        self.write(key, _whole(op.to), group, "price")

    def rename(self, op: Rename, group: Group) -> None:
        if op.from_ == op.to:
            raise WriterError("same_value", at=op.from_[:40])
        found = False
        for at, old in self.chapter.texts():
            new = korean.rename(old, op.from_, op.to)
            if new != old:
                self.write((at.turn or 0, at.stock or 0, at.field or ""), new, group, "rename")
                found = True
        if not found:
            raise WriterError("name_absent", name=op.from_[:40])

    def carry(self, op: Carry, group: Group) -> None:
        at = Address.parse(op.at) if op.at else None
        if at:
            self.stock(at)
        for turn in self.chapter.turns:
            for stock in turn.stocks:
                if at is None or stock.at == at:
                    self.carried.add((turn.position, stock.at.stock or 0))
                    self.why.setdefault((turn.position, stock.at.stock or 0, ""), (group, "carry"))

    def put_back(self, op: Put, group: Group) -> None:
        at = Address.parse(op.at)
        key = (self.turn(at), self.stock(at) if at.stock else 0, at.field or "")
        self.write(key, op.to, group, "put")
        if not op.present:
            row = self.rows[key[0] - 1]
            (row.stocks[key[1] - 1] if key[1] and row.stocks else row.values).pop(key[2])

    # stocks

    def delete_stock(self, op: DeleteStock, group: Group) -> None:
        at = Address.parse(op.at)
        if at.turn or at.field or not at.stock or at.stock > self.chapter.stock_count:
            raise self.missing(at)
        for row in self.rows:
            if row.stocks and at.stock in row.places:
                del row.stocks[row.places.index(at.stock)]
                row.places.remove(at.stock)
        before: Json = {"name": self.chapter.shared(at.stock, "name")}
        self.shape.append(_structural("delete_stock", op.at, before, None, group))

    def add_stock(self, op: AddStock, group: Group) -> None:
        if len(op.stock.turns) != len(self.rows):
            given, needed = len(op.stock.turns), len(self.rows)
            raise WriterError("stock_turns", name=op.stock.name, given=given, needed=needed)
        last: Number | None = None
        for row, new in zip(self.rows, op.stock.turns, strict=True):
            if row.stocks is None:
                continue
            row.stocks.append(_new_stock(row.stocks[-1] if row.stocks else {}, op.stock, new, last))
            row.places.append(-max(1, len(row.places)))
            last = _whole(new.price)
        at = f"s{max(len(row.places) for row in self.rows)}"
        after: Json = op.stock.model_dump(mode="json")
        self.shape.append(_structural("add_stock", at, None, after, group))

    # turns

    def reorder(self, op: DeleteTurn | MoveTurn | CopyTurn, group: Group) -> None:
        """Delete, move or repeat an event: a turn's news and the result and move after it."""
        at = Address.parse(op.at)
        number = self.turn(at)
        if at.stock or at.field:
            raise self.missing(at)
        fronts = [row.front for row in self.rows]
        if number not in fronts:
            raise WriterError("same_value", at=op.at)
        moves = self.moves()
        last = self.rows.pop() if number == len(self.chapter.turns) else None
        if last is not None:
            if not isinstance(op, DeleteTurn):
                raise WriterError("no_event", at=op.at)
            self.gone(op, last.front, last.back, group)
            return
        order = [front for front in fronts[:-1] if front != number or isinstance(op, CopyTurn)]
        if isinstance(op, DeleteTurn):
            self.gone(op, number, number + 1, group)
        else:
            self.placed(op, number, order, group)
        self.rebuild(order, moves, group)

    def gone(self, op: DeleteTurn, front: int, back: int, group: Group) -> None:
        values: dict[str, Json] = dict(self.chapter.turns[front - 1].values)
        values["result"] = self.chapter.turns[back - 1].text("result")
        self.turned = self.turned or group
        self.shape.append(_structural(op.op, f"t{front}", values, None, group))

    def placed(
        self, op: DeleteTurn | MoveTurn | CopyTurn, number: int, order: list[int], group: Group
    ) -> None:
        after = op.after if isinstance(op, MoveTurn) else number
        if after and after not in order:
            raise WriterError("no_event", at=f"t{after}")
        index = order.index(after) + 1 if after else 0
        order.insert(index, number)
        before: Json = number if isinstance(op, MoveTurn) else None
        self.turned = self.turned or group
        self.shape.append(_structural(op.op, f"t{index + 1}", before, index + 1, group))

    def moves(self) -> dict[int, list[Number]]:
        """The price move of each event by stock, in coins."""
        prices = [self.prices(row) for row in self.rows]
        return {
            self.rows[index].front: [b - a for a, b in zip(one, two, strict=True)]
            for index, (one, two) in enumerate(pairwise(prices))
        }

    def prices(self, row: _Row) -> list[Number]:
        found = [stock.get("current_value") for stock in row.stocks or ()]
        prices = [value for value in found if isinstance(value, int | float) and is_number(value)]
        if not prices or len(prices) != len(found) or len(found) != len(self.rows[0].places):
            raise WriterError("prices_missing", at=f"t{row.back}")
        return prices

    def rebuild(self, order: list[int], moves: dict[int, list[Number]], group: Group) -> None:
        """Turns for a new order of events; each event keeps its texts and its price move."""
        olds = {row.front: row for row in self.rows}
        backs = {row.front: self.rows[index + 1] for index, row in enumerate(self.rows[:-1])}
        first, closing = self.rows[0], self.rows[-1]
        prices = self.prices(first)
        rows = [_faced(olds[order[0]] if order else closing, first, prices)]
        for index, event in enumerate(order):
            prices = [price + move for price, move in zip(prices, moves[event], strict=True)]
            if min(prices) <= 0:
                raise WriterError("price_below", at=f"t{index + 2}", price=min(prices))
            face = olds[order[index + 1]] if index + 1 < len(order) else closing
            rows.append(_faced(face, backs[event], prices))
        self.rows, self.turned = rows, self.turned or group

    def add_turn(self, op: AddTurn, group: Group) -> None:
        fronts = [0, *(row.front for row in self.rows)]
        if op.after not in fronts:
            raise self.missing(Address(op.after))
        index = fronts.index(op.after)
        like = self.rows[max(0, index - 1)]
        if len(op.turn.stocks) != len(like.stocks or ()):
            given, needed = len(op.turn.stocks), len(like.stocks or ())
            raise WriterError("stock_count", given=given, needed=needed)
        self.rows.insert(index, _new_turn(like, op.turn, group))
        self.turned = self.turned or group
        after: Json = op.turn.model_dump(mode="json")
        self.shape.append(_structural("add_turn", f"t{index + 1}", None, after, group))

    # what the ops force

    def settle(self) -> None:
        """Carry prices into before_value and number the turns."""
        for index, row in enumerate(self.rows):
            for place in range(len(row.stocks or ())):
                self.settle_opening(index, place)
            for key in ("turn_number", "turn"):
                if self.turned and key in row.values and self.numbered(row, key):
                    row.values[key] = index + 1

    def numbered(self, row: _Row, key: str) -> bool:
        return self.chapter.turns[row.front - 1].values.get(key) == row.front

    def settle_opening(self, index: int, place: int) -> None:
        row = self.rows[index]
        stock = row.stocks[place] if row.stocks else {}
        forced = (row.back, row.places[place]) in self.carried and not self.turned
        price = self.opening(index, place)
        if price is None or ("before_value" not in stock and not forced):
            return
        if forced or self.turned or row.fresh or self.follows(index, place):
            stock["before_value"] = price

    def opening(self, index: int, place: int) -> Json:
        """What before_value must be; None where nothing says."""
        row = self.rows[index - 1] if index else self.rows[0]
        stocks = row.stocks or []
        value = stocks[place].get("current_value") if place < len(stocks) else None
        if not index and self.rows[0].stocks and "before_value" in self.rows[0].stocks[place]:
            number = row.places[place]
            if number > 0 and not self.level(number):
                return None
        return value if is_number(value) else None

    def level(self, number: int) -> bool:
        """Whether turn 1 opened at its own price."""
        stock = self.chapter.turns[self.rows[0].back - 1].stocks[number - 1]
        return stock.opening == stock.price

    def follows(self, index: int, place: int) -> bool:
        """The chain was whole here, or the price before was just changed."""
        back, number = self.rows[index].back, self.rows[index].places[place]
        if number < 0 or back == 1:
            return True
        before = self.chapter.turns[back - 2].stocks
        was = before[number - 1].price if number <= len(before) else None
        now = self.chapter.turns[back - 1].stocks[number - 1].opening
        return was == now or (back - 1, number, "current_value") in self.why

    def restate(self, after: Chapter) -> bool:
        """Put right the percentages that were true before and are not any more."""
        true = {
            (claim.at.turn, claim.stock, claim.written)
            for claim in stated.claims(self.chapter)
            if claim.turn == claim.at.turn and _true(claim, self.chapter)
        }
        done = False
        for claim in reversed(stated.claims(after)):
            row = self.rows[claim.turn - 1]
            known = (row.back, row.places[claim.stock - 1], claim.written) in true
            if known and claim.turn == claim.at.turn and not _true(claim, after):
                self.restated(row, claim, after)
                done = True
        return done

    def restated(self, row: _Row, claim: stated.Claim, after: Chapter) -> None:
        stock = after.turns[claim.turn - 1].stocks[claim.stock - 1]
        name, old = claim.at.field or "", str(row.values[claim.at.field or ""])
        new = stated.restate(claim, stock.opening or 0, stock.price or 0)
        row.values[name] = old[: claim.start] + new + old[claim.end :]
        before = self.rows[max(0, claim.turn - 2)]
        mover = self.mover(row, before, place=claim.stock - 1)
        key = (row.back, 0, name)
        self.writers.setdefault(key, set()).add(mover.id)
        self.why.setdefault(key, _forced(mover, "stated_percentage", "restate"))

    def mover(self, *rows: _Row, place: int) -> Group:
        """The group whose price op, or change of order, moved this stock in one of the rows."""
        for row in rows:
            number = row.places[place] if place < len(row.places) else 0
            for name in ("current_value", ""):
                if found := self.why.get((row.back, number, name)):
                    return found[0]
        return self.turned or next(iter(self.why.values()))[0]

    # out

    def array(self) -> list[Json]:
        turns = [self.value(row) for row in self.rows]
        origins = [row.front - 1 for row in self.rows]
        return Restructured(turns, origins) if self.turned else turns

    def value(self, row: _Row) -> Json:
        values = dict(row.values)
        if row.stocks is not None:
            same = row.places == list(range(1, len(row.places) + 1))
            count = len(self.chapter.turns[row.front - 1].stocks)
            origins = [abs(place) - 1 for place in row.places]
            new: list[Json] = [*row.stocks]
            whole = same and count == len(new)
            values["stocks"] = new if whole else Restructured(new, origins)
        return values

    def changes(self) -> Iterator[Change]:
        """In reading order: what came or went first, then every changed field."""
        counts: dict[str, int] = {}
        for change in [*self.shape, *self.leaves()]:
            number = counts[change.group] = counts.get(change.group, 0) + 1
            yield _numbered(change, number)

    def leaves(self) -> Iterator[Change]:
        for index, row in enumerate(self.rows):
            if row.fresh:
                continue
            for name, value in self.ordered(row):
                source = row.back if name == "result" else row.front
                yield from self.leaf(Address(index + 1, None, name), (source, 0, name), value)
            for place, stock in enumerate(row.stocks or (), 1):
                number = row.places[place - 1]
                for name, value in stock.items() if number > 0 else ():
                    source = row.back if name in PRICES else row.front
                    at = Address(index + 1, place, name)
                    yield from self.leaf(at, (source, number, name), value)

    def ordered(self, row: _Row) -> Iterator[tuple[str, Json]]:
        gone = [name for name in self.chapter.turns[row.front - 1].values if name not in row.values]
        for name, value in [*row.values.items(), *((name, None) for name in gone)]:
            if name != "stocks":
                yield name, value

    def leaf(self, at: Address, key: _Key, after: Json) -> Iterator[Change]:
        before = self.given(key)
        if _same_value(before, after) and (before is not None or key not in self.why):
            return
        group, op = self.reason(at, key)
        yield Change("", op, str(at), before, after, group.cause, group.because, group.id)

    def reason(self, at: Address, key: _Key) -> tuple[Group, str]:
        """The group and op behind a changed field; a rule where another change forced it."""
        if found := self.why.get(key):
            copied = found[1] == "set" and key[2] in SHARED and self.copied(key, found[0])
            return _forced(found[0], "copy", "set") if copied else found
        if key[2] == "before_value":
            return self.opening_reason(at, key)
        group = self.turned or next(iter(self.why.values()))[0]
        if key[2] == "current_value":
            return _forced(group, "price_move", "price")
        return _forced(group, "turn_number", "renumber")

    def opening_reason(self, at: Address, key: _Key) -> tuple[Group, str]:
        index = (at.turn or 1) - 1
        if (key[0], key[1], "") in self.why:
            return self.why[key[0], key[1], ""]
        before = self.rows[max(0, index - 1)]
        group = self.mover(before, self.rows[index], place=(at.stock or 1) - 1)
        return _forced(group, "next_before_value", "carry")

    def copied(self, key: _Key, group: Group) -> bool:
        turn, stock, name = key
        earlier = (self.why.get((before, stock, name)) for before in range(1, turn))
        return any(found is not None and found[0].id == group.id for found in earlier)


def _forced(group: Group, rule: str, op: str) -> tuple[Group, str]:
    return replace(group, ops=(), cause="rule", because=rule), op


def _has(row: _Row, stock: int) -> bool:
    return row.stocks is not None and stock <= len(row.stocks)


def _whole(value: Number) -> Number:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _same_value(one: Json, two: Json) -> bool:
    return type(one) is type(two) and bool(one == two)


def _structural(op: str, at: str, before: Json, after: Json, group: Group) -> Change:
    return Change("", op, at, before, after, group.cause, group.because, group.id)


def _numbered(change: Change, number: int) -> Change:
    return replace(change, id=f"{change.group}.{number}")


def _leaves(change: Change) -> int:
    if change.op not in _STRUCTURE:
        return 1
    value = change.after if isinstance(change.after, dict) else change.before
    return len(value) if isinstance(value, dict) else 1


def _faced(face: _Row, back: _Row, prices: Sequence[Number]) -> _Row:
    """The news of one turn behind the result and prices of another."""
    values = dict(face.values)
    if "result" in back.values:
        values["result"] = back.values["result"]
    stocks = [dict(stock) for stock in face.stocks or ()]
    for stock, own, price in zip(stocks, back.stocks or (), prices, strict=False):
        stock.update({name: own[name] for name in PRICES if name in own})
        stock["current_value"] = price
    kept = stocks if face.stocks is not None else None
    return _Row(values, kept, face.front, back.back, list(face.places))


def _new_turn(like: _Row, turn: NewTurn, group: Group) -> _Row:
    texts: dict[str, Json] = {"result": turn.result, "news": turn.news, "news_tag": turn.news_tag}
    values: dict[str, Json] = {
        name: texts.get(name, "" if name in TURN_TEXTS else value)
        for name, value in like.values.items()
    }
    stocks = [
        {**stock, "current_value": _whole(new.price), "expectation": new.expectation}
        for stock, new in zip(like.stocks or (), turn.stocks, strict=True)
    ]
    return _Row(values, stocks, like.front, like.back, list(like.places), group)


def _new_stock(
    like: dict[str, Json], new: NewStock, turn: NewPrice, last: Number | None
) -> dict[str, Json]:
    price = _whole(turn.price)
    own: dict[str, Json] = {
        "name": new.name,
        "risk_level": new.risk_level,
        "description": new.description,
        "before_value": price if last is None else last,
        "current_value": price,
        "expectation": turn.expectation,
    }
    return {name: own[name] for name in [*like, *own] if name in own and (not like or name in like)}


def _true(claim: stated.Claim, chapter: Chapter) -> bool:
    stock = chapter.turns[claim.turn - 1].stocks[claim.stock - 1]
    if stock.opening is None or stock.price is None:
        return True
    return stated.holds(claim, stock.opening, stock.price)


def _present(chapter: Chapter, written: str) -> bool:
    try:
        chapter.value(Address.parse(written))
    except NoSuchPlace:
        return False
    return True


def _arranged(before: Chapter, after: Chapter) -> Arrange:
    """All turns of `before`, each written in the manner of the turn of `after` most like it."""
    turns = tuple(deepcopy(dict(turn.values)) for turn in before.turns)
    news = [turn.text("news") for turn in after.turns]
    origins = tuple(
        news.index(turn.text("news")) + 1
        if turn.text("news") in news
        else min(turn.position, len(after.turns))
        for turn in before.turns
    )
    return Arrange(op="arrange", turns=turns, origins=origins)


def _replaced(chapter: Chapter, groups: Sequence[Group]) -> Iterator[Change]:
    for group in groups:
        for op in group.ops:
            if isinstance(op, Arrange):
                change = _structural("arrange", "t1", len(chapter.turns), len(op.turns), group)
                yield _numbered(change, 1)
