"""The working copy of a chapter while ops are done on it, and what they force."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias, TypeGuard

from core.chapter import claims as stated
from core.chapter import korean
from core.chapter.chapter import (
    SHARED,
    STOCK_TEXTS,
    TURN_TEXTS,
    Address,
    Chapter,
    Number,
    is_number,
)
from core.chapter.ops import (
    AddStock,
    Carry,
    Change,
    DeleteStock,
    Group,
    NewPrice,
    NewStock,
    Price,
    Put,
    Rename,
    Reword,
    Set,
)
from core.chapter.text import MAX_DIGITS, Json, Restructured
from core.errors import NoSuchPlace, WriterError

COINS_END = 10**MAX_DIGITS
"""No chapter can hold a price from here on."""
GROWN_MOST = 16_000_000
"""Characters that a rename might at worst come to."""
OPTIONAL = ("news_hint",)
"""Fields that are only edited where they exist."""
_TEXTS = frozenset({*TURN_TEXTS, *STOCK_TEXTS})
Key: TypeAlias = tuple[int, int, str]
"""Turn and stock as given, from 1 (stock 0: the turn itself), and field."""


@dataclass(slots=True)
class Row:
    """A turn being edited. Its front is an event's news, its back the event before's result."""

    values: dict[str, Json]
    stocks: list[dict[str, Json]] | None
    front: int
    back: int
    places: list[int]
    """Old stock numbers; of a new stock, the one it is written like, negative."""
    fresh: Group | None = None


def row_of(chapter: Chapter, number: int) -> Row:
    values = dict(chapter.turns[number - 1].values)
    given = values.get("stocks")
    stocks = [dict(row) for row in given] if _rows(given) else None
    return Row(values, stocks, number, number, list(range(1, len(stocks or ()) + 1)))


def _rows(stocks: Json) -> TypeGuard[list[dict[str, Json]]]:
    return isinstance(stocks, list) and all(isinstance(row, dict) for row in stocks)


@dataclass(slots=True)
class Draft:
    """The working copy of one `apply`."""

    chapter: Chapter
    rows: list[Row]
    why: dict[Key, tuple[Group, str]] = field(default_factory=dict)
    writers: dict[Key, set[str]] = field(default_factory=dict)
    carried: set[tuple[int, int]] = field(default_factory=set)
    """Turn and stock whose before_value is put right even where it was wrong before."""
    shape: list[Change] = field(default_factory=list)
    turned: Group | None = None
    """The group that changed the order of turns."""
    whole: list[Json] | None = None
    renamed: list[str] = field(default_factory=list)
    """New names that renames have put."""

    @classmethod
    def of(cls, chapter: Chapter) -> Self:
        return cls(chapter, [row_of(chapter, turn) for turn in range(1, len(chapter.turns) + 1)])

    # names, texts, prices

    def present(self, key: Key) -> Json:
        turn, stock, name = key
        row = self.rows[turn - 1]
        return (row.stocks[stock - 1] if stock and row.stocks else row.values)[name]

    def write(self, key: Key, value: Json, group: Group, op: str) -> None:
        turn, stock, name = key
        row = self.rows[turn - 1]
        holder = row.stocks[stock - 1] if stock and row.stocks else row.values
        holder[name] = value
        self.why[key] = (group, op)
        self.writers.setdefault(key, set()).add(group.id)

    def set(self, op: Set, group: Group) -> None:
        keys = self.targets(op.at)
        kept = [key for key in keys if same(self.given(key), op.to)]
        if len(kept) == len(keys):
            raise WriterError("same_value", at=op.at)
        for key in keys:
            if key not in kept:
                self.write(key, op.to, group, "set")

    def targets(self, written: str) -> list[Key]:
        """The places that `set` may write: one, or a shared field in every turn."""
        at = Address.parse(written)
        name = at.field or ""
        if name in SHARED and at.stock and not at.turn:
            keys = [(r.front, at.stock, name) for r in self.rows if has(r, at.stock)]
        elif at.turn and at.field in (("expectation",) if at.stock else TURN_TEXTS):
            keys = [(self.turn(at), self.stock(at) if at.stock else 0, name)]
        else:
            raise NoSuchPlace("not_settable", at=written[:40])
        if not keys or (at.field in OPTIONAL and self.given(keys[0]) is None):
            raise self.missing(at)
        return keys

    def turn(self, at: Address) -> int:
        if not at.turn or at.turn > len(self.chapter.turns):
            raise self.missing(at)
        return at.turn

    def stock(self, at: Address) -> int:
        if not at.stock or not has(self.rows[self.turn(at) - 1], at.stock):
            raise self.missing(at)
        return at.stock

    def missing(self, at: Address) -> NoSuchPlace:
        most = len(self.chapter.turns)
        return NoSuchPlace("no_place", at=str(at), turns=most, stocks=self.chapter.stock_count)

    def given(self, key: Key) -> Json:
        turn, stock, name = key
        return self.view(turn, stock).get(name)

    def view(self, turn: int, stock: int) -> Mapping[str, Json]:
        """A turn as given, or with a stock number that stock in it."""
        view = self.chapter.turns[turn - 1]
        return view.stocks[stock - 1].values if stock else view.values

    def price(self, op: Price, group: Group) -> None:
        at = Address.parse(op.at)
        if at.field:
            raise NoSuchPlace("not_price", at=op.at[:40])
        key = (self.turn(at), self.stock(at), "current_value")
        if same(self.given(key), whole_number(op.to)):
            raise WriterError("same_value", at=op.at)
        self.write(key, whole_number(op.to), group, "price")

    def rename(self, op: Rename, group: Group) -> None:
        if op.from_ == op.to:
            raise WriterError("same_value", at=op.from_[:40])
        size = sum(len(text) for _, text in self.chapter.texts())
        if size * len(op.to) > GROWN_MOST * len(op.from_):
            raise WriterError("rename_grows", name=op.from_[:40])
        found = False
        plain = korean.bare(op.to) if op.from_ in self.chapter.names else op.to
        emoji = korean.bare(op.from_) != op.from_
        for at, _ in self.chapter.texts():
            key = (at.turn or 0, at.stock or 0, at.field or "")
            if at.stock and not has(self.rows[key[0] - 1], at.stock):
                continue
            to = op.to if emoji or at.field == "name" else plain
            old = str(self.present(key))
            new = korean.rename(old, op.from_, to)
            if new != old:
                self.write(key, new, group, "rename")
                found = True
        if not found:
            raise WriterError("name_absent", name=op.from_[:40])
        self.renamed.append(op.to)

    def reword(self, op: Reword, group: Group) -> None:
        if op.from_ == op.to:
            raise WriterError("same_value", at=op.at[:40])
        found = False
        for key in self.worded(op.at):
            kept = () if key[2] == "name" else (*self.chapter.names, *self.renamed)
            old = str(self.present(key))
            if len(old) * len(op.to) > GROWN_MOST * len(op.from_):
                raise WriterError("rename_grows", name=op.from_[:40])
            new = korean.reword(old, op.from_, op.to, kept)
            if new != old:
                self.write(key, new, group, "reword")
                found = True
        if not found:
            raise WriterError("name_absent", name=op.from_[:40])

    def worded(self, written: str) -> list[Key]:
        """The texts that `reword` may write: one, or a shared field in every turn."""
        at = Address.parse(written)
        name, stock = at.field or "", at.stock or 0
        if stock and name in SHARED:
            keys = [(row.front, stock, name) for row in self.rows if has(row, stock)]
        elif at.turn and name in (STOCK_TEXTS if stock else TURN_TEXTS):
            keys = [(self.turn(at), self.stock(at) if stock else 0, name)]
        else:
            raise NoSuchPlace("not_settable", at=written[:40])
        keys = [key for key in keys if isinstance(self.given(key), str)]
        if not keys:
            raise self.missing(at)
        return keys

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
        self.why[0, at.stock, "stocks"] = (group, op.op)
        before: Json = {"name": self.chapter.shared(at.stock, "name")}
        self.shape.append(structural("delete_stock", op.at, before, None, group))

    def add_stock(self, op: AddStock, group: Group) -> None:
        if len(op.stock.turns) != len(self.rows):
            given, needed = len(op.stock.turns), len(self.rows)
            raise WriterError("stock_turns", name=op.stock.name, given=given, needed=needed)
        last: Number | None = None
        for row, new in zip(self.rows, op.stock.turns, strict=True):
            if row.stocks is None:
                continue
            row.stocks.append(_new_stock(row.stocks[-1] if row.stocks else {}, op.stock, new, last))
            row.places.append(-max((1, *row.places)))
            last = whole_number(new.price)
        self.why[0, 0, "stocks"] = (group, op.op)
        at = f"s{max(len(row.places) for row in self.rows)}"
        after: Json = op.stock.model_dump(mode="json")
        self.shape.append(structural("add_stock", at, None, after, group))

    # what the ops force

    def rewritten(self) -> frozenset[int] | None:
        """The turns in which texts, and nothing else, were written; None where more was done.

        Nothing is forced then, and every other turn is the very one that was given.
        """
        if self.turned or self.carried or self.shape:
            return None
        texts = all(name in _TEXTS for _, _, name in self.why)
        return frozenset(turn for turn, _, _ in self.why) if texts else None

    def settle(self) -> None:
        """Carry prices into before_value and number the turns."""
        if self.rewritten() is not None:
            return
        for index, row in enumerate(self.rows):
            for place in range(len(row.stocks or ())):
                self.settle_opening(index, place)
            for key in ("turn_number", "turn"):
                if self.turned and key in row.values and self.numbered(row, key):
                    row.values[key] = index + 1

    def numbered(self, row: Row, key: str) -> bool:
        return self.chapter.turns[row.front - 1].values.get(key) == row.front

    def settle_opening(self, index: int, place: int) -> None:
        row = self.rows[index]
        stock = row.stocks[place] if row.stocks else {}
        forced = (row.back, row.places[place]) in self.carried and not self.turned
        price = self.opening(index, place)
        if price is None or ("before_value" not in stock and not forced):
            return
        if self.stays(row, place, price):
            return
        if forced or row.fresh or self.follows(index, place):
            stock["before_value"] = price
        elif self.turned:
            self.keep_gap(row, place, price)

    def keep_gap(self, row: Row, place: int, price: Json) -> None:
        """Where the chain was broken it stays broken by as much, wherever the turn goes."""
        number, stock = row.places[place], (row.stocks or [])[place]
        earlier = self.chapter.turns[row.back - 2].stocks
        was = earlier[number - 1].price if number <= len(earlier) else None
        own = self.chapter.turns[row.back - 1].stocks[number - 1].opening
        if was is not None and own is not None and isinstance(price, int | float):
            stock["before_value"] = price + own - was

    def stays(self, row: Row, place: int, price: Json) -> bool:
        """The same coins, `100.0` or `100`, or put back as it was."""
        own = (row.stocks or [])[place].get("before_value")
        put = (row.back, row.places[place], "before_value") in self.why and not self.turned
        return put or (is_number(own) and own == price)

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
        moved = any(name in ("current_value", "") for _, _, name in self.why)
        if not (moved or self.turned):
            return False
        true = {
            (claim.at.turn, claim.stock, claim.written)
            for claim in stated.claims(self.chapter)
            if claim.turn == claim.at.turn and _true(claim, self.chapter)
        }
        done = False
        for claim in reversed(stated.claims(after)):
            row = self.rows[claim.turn - 1]
            if not has(row, claim.stock):
                continue
            known = (row.back, row.places[claim.stock - 1], claim.written) in true
            put = self.why.get((row.back, 0, claim.at.field or ""))
            if put and put[1] == "put":
                continue
            if known and claim.turn == claim.at.turn and not _true(claim, after):
                self.restated(row, claim, after)
                done = True
        return done

    def restated(self, row: Row, claim: stated.Claim, after: Chapter) -> None:
        name, old = claim.at.field or "", str(row.values[claim.at.field or ""])
        new = stated.restate(claim, *(stated.move(after, claim) or (0, 0)))
        row.values[name] = old[: claim.start] + new + old[claim.end :]
        before = self.rows[max(0, claim.turn - 2)]
        mover = self.mover(row, before, place=claim.stock - 1)
        key = (row.back, 0, name)
        self.writers.setdefault(key, set()).add(mover.id)
        self.why.setdefault(key, forced(mover, "stated_percentage", "restate"))

    def mover(self, *rows: Row, place: int) -> Group:
        """The group whose price op, or change of order, moved this stock in one of the rows."""
        for row in rows:
            number = row.places[place] if place < len(row.places) else 0
            for name in ("current_value", ""):
                if found := self.why.get((row.back, number, name)):
                    return found[0]
        return self.turned or next(iter(self.why.values()))[0]

    # out

    def array(self) -> list[Json]:
        written = self.rewritten()
        if written is not None:
            given = self.chapter.array
            return [self.value(r) if r.front in written else given[r.front - 1] for r in self.rows]
        turns = [self.value(row) for row in self.rows]
        origins = [row.front - 1 for row in self.rows]
        return Restructured(turns, origins) if self.turned else turns

    def value(self, row: Row) -> Json:
        values = dict(row.values)
        if row.stocks is not None:
            same = row.places == list(range(1, len(row.places) + 1))
            count = len(self.chapter.turns[row.front - 1].stocks)
            origins = [abs(place) - 1 for place in row.places]
            new: list[Json] = [*row.stocks]
            whole = same and count == len(new)
            values["stocks"] = new if whole else Restructured(new, origins)
        return values


def forced(group: Group, rule: str, op: str) -> tuple[Group, str]:
    return replace(group, ops=(), cause="rule", because=rule), op


def has(row: Row, stock: int) -> bool:
    return row.stocks is not None and stock <= len(row.stocks)


def whole_number(value: Number) -> Number:
    """A price, without `.0`. Raises WriterError for one that cannot be read back."""
    if not 0 < value < COINS_END:
        raise WriterError("price_range", digits=MAX_DIGITS)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def same(one: Json, two: Json) -> bool:
    return type(one) is type(two) and bool(one == two)


def structural(op: str, at: str, before: Json, after: Json, group: Group) -> Change:
    return Change("", op, at, before, after, group.cause, group.because, group.id)


def _new_stock(
    like: dict[str, Json], new: NewStock, turn: NewPrice, last: Number | None
) -> dict[str, Json]:
    price = whole_number(turn.price)
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
    move = stated.move(chapter, claim)
    return move is None or stated.holds(claim, *move)
