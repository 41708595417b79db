"""What a writer has locked, and what alone a request may change.

A limit is a place (`t3`, `s2`, `t3.s2`, `t3.news`, `t3.s2.price`, `s2.name`), a field of every turn
(`news`, `price`), or `structure`: that turns and stocks come, go or move.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.chapter.chapter import PRICES, SHARED, STOCK_TEXTS, TURN_TEXTS, Address, Chapter
from core.chapter.ops import (
    STRUCTURAL,
    Applied,
    Carry,
    Change,
    DeleteStock,
    DeleteTurn,
    MoveTurn,
    Op,
    Price,
    Put,
    Rename,
    Reword,
    Rewrite,
    Set,
)
from core.chapter.text import Json
from core.errors import Fact, NoSuchPlace

PRICE, STRUCTURE = "price", "structure"
_PROSE = ("result", "news", "news_hint", "expectation", "description")
_LABELS = ("news_tag", "name", "risk_level")
FIELDS = frozenset({*_PROSE, *_LABELS, PRICE})
"""Fields that are limited by their name alone, in every turn."""
PRESETS: Mapping[str, frozenset[str]] = {
    "texts": frozenset({*_LABELS, PRICE, STRUCTURE}),
    "numbers": frozenset({*_PROSE, *_LABELS, STRUCTURE}),
    "names": frozenset({"name"}),
}
"""Locks that leave only texts, or only numbers, to a request; or that freeze the names."""

_NUMBERING = frozenset({"turn_number", "turn"})
_PLACED = (Set, Price, Reword, Put, Carry)


@dataclass(frozen=True, slots=True)
class Kept:
    """A place that must stay, and so keeps a change out."""

    rule: str
    """A key of `core.words`."""
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Limits:
    """What must stay (`locks`), and what alone may change (`only`; empty: everything).

    A price always carries into the next turn's before_value, whatever is locked. A place of one
    turn (`t3.news`) is held where it is; a field of every turn (`news`, `s2.name`) keeps what it
    says, in its order, while turns are added around it.
    """

    locks: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.locks or self.only)

    def check(self, chapter: Chapter) -> None:
        """Raises NoSuchPlace for a limit on what the chapter does not have."""
        for written in sorted(self.locks | self.only):
            if written != STRUCTURE and not _exists(_place(written), chapter):
                turns, stocks = len(chapter.turns), chapter.stock_count
                raise NoSuchPlace("no_place", at=written[:40], turns=turns, stocks=stocks)

    def keeps(self, op: Op) -> Kept | None:
        """Why an op must not even be tried: it takes away or moves a locked place."""
        if not isinstance(op, DeleteTurn | MoveTurn | DeleteStock):
            return None
        at = Address.parse(op.at)
        for lock in sorted(self.locks - {STRUCTURE}):
            place = _place(lock)
            if (place.turn and place.turn == at.turn) or (place.stock and place.stock == at.stock):
                return Kept("locked", {"at": lock})
        return None

    def refuses(self, ops: Sequence[Op], before: Chapter, applied: Applied) -> Kept | None:
        """The first place that these ops of `before` must not change, but did."""
        if applied.restructured and STRUCTURE in self.locks:
            return Kept("locked_structure", {})
        if applied.restructured and self.only and STRUCTURE not in self.only:
            return Kept("outside_structure", {})
        at = self._locked(before, applied)
        if at is not None:
            return _because("locked", at, ops)
        at = self._outside(applied)
        return None if at is None else _because("outside", at, ops)

    def planned(self, op: Rewrite, chapter: Chapter) -> Rewrite | Kept:
        """The plan with the fields alone that may change; why not, when none may."""
        fields = tuple(field for field in op.fields if self._open(op.at, field, chapter))
        if fields or not op.fields:
            return op.model_copy(update={"fields": fields})
        shut = [at for field in op.fields for at in _targets(op.at, field, chapter)]
        locked = any(_held(self.locks, at) for at in shut)
        return Kept("locked" if locked else "outside", {"at": op.at})

    def _open(self, turn: str, field: str, chapter: Chapter) -> bool:
        return any(self.allows(at) for at in _targets(turn, field, chapter))

    def allows(self, at: Address) -> bool:
        """Whether one field of one place (`t3.news`) may change."""
        return not _held(self.locks, at) and (not self.only or _held(self.only, at))

    def _locked(self, before: Chapter, applied: Applied) -> Address | None:
        if applied.restructured:
            places = map(_place, sorted(self.locks - {STRUCTURE}))
            found = (_altered(place, before, applied.chapter) for place in places)
            return next((at for at in found if at is not None), None)
        changed = (Address.parse(change.at) for change in applied.changes if not _derived(change))
        return next((at for at in changed if _held(self.locks, at)), None)

    def _outside(self, applied: Applied) -> Address | None:
        if not self.only:
            return None
        told = (change for change in applied.changes if not _derived(change))
        if applied.restructured:
            told = (c for c in told if c.op not in STRUCTURAL and c.cause != "rule")
        found = (Address.parse(change.at) for change in told)
        return next((at for at in found if not _held(self.only, at)), None)


OPEN = Limits()
"""Everything may change."""


# -- places


@dataclass(frozen=True, slots=True)
class _Place:
    """What one limit covers; None: any."""

    turn: int | None
    stock: int | None
    fields: frozenset[str] | None

    def holds(self, at: Address) -> bool:
        """Whether a field of a turn or stock lies in it."""
        turn, stock = self.turn in (None, at.turn), self.stock in (None, at.stock)
        return turn and stock and (self.fields is None or at.field in self.fields)


@lru_cache(maxsize=1024)
def _place(written: str) -> _Place:
    """Raises NoSuchPlace when it is no limit."""
    if written in FIELDS:
        return _Place(None, None, _fields(written))
    at = Address.parse(written)
    return _Place(at.turn, at.stock, _fields(at.field) if at.field else None)


def _fields(name: str) -> frozenset[str]:
    return frozenset(PRICES) if name == PRICE else frozenset({name})


def _held(limits: frozenset[str], at: Address) -> bool:
    return any(_place(limit).holds(at) for limit in limits if limit != STRUCTURE)


def _exists(place: _Place, chapter: Chapter) -> bool:
    if place.turn is None and place.stock is None:
        return True
    turns = [turn for turn in chapter.turns if place.turn in (None, turn.position)]
    if place.stock is None:
        known = {*TURN_TEXTS, *STOCK_TEXTS, *PRICES}
        return bool(turns) and _knows(place, known, (turn.values for turn in turns))
    rows = [stock for turn in turns for stock in turn.stocks if stock.at.stock == place.stock]
    return bool(rows) and _knows(place, {*STOCK_TEXTS, *PRICES}, (row.values for row in rows))


def _knows(place: _Place, known: set[str], holders: Iterator[Mapping[str, Json]]) -> bool:
    return place.fields is None or place.fields <= known.union(*holders) - {"stocks"}


def _targets(turn: str, field: str, chapter: Chapter) -> list[Address]:
    """The places that a field of a plan means."""
    number = Address.parse(turn).turn or 0
    if field != "expectation":
        return [Address(number, None, field)]
    return [Address(number, stock.at.stock, field) for stock in chapter.turns[number - 1].stocks]


# -- what was changed


def _derived(change: Change) -> bool:
    return change.cause == "rule" and change.at.endswith(".before_value")


def _altered(place: _Place, before: Chapter, after: Chapter) -> Address | None:
    """Where a place is another one after turns or stocks came, went or moved."""
    if place.turn:
        old, new = dict(_leaves(place, before)), dict(_leaves(place, after))
        return next((at for at in {**old, **new} if old.get(at) != new.get(at)), None)
    columns = _columns(place, after)
    for (stock, field), values in _columns(place, before).items():
        left = columns.get((stock, field), [])
        if stock and field in SHARED:
            if not left or any(value not in values for value in left):
                return Address(None, stock, field)
        elif (lost := _lost(values, left)) is not None:
            return Address(lost + 1, stock or None, field)
    return None


def _leaves(place: _Place, chapter: Chapter) -> Iterator[tuple[Address, Json]]:
    for at in chapter.fields():
        if at.field != PRICES[0] and place.holds(at):
            yield at, chapter.value(at)


def _columns(place: _Place, chapter: Chapter) -> dict[tuple[int, str], list[Json]]:
    """What each field says from turn to turn, by stock (0: the turn's own) and field."""
    found: dict[tuple[int, str], list[Json]] = {}
    for at, value in _leaves(place, chapter):
        if at.field not in _NUMBERING:
            found.setdefault((at.stock or 0, at.field or ""), []).append(value)
    return found


def _lost(values: list[Json], left: list[Json]) -> int | None:
    """The first of the values that does not come, in order, among those that are left."""
    rest = iter(left)
    return next((n for n, value in enumerate(values) if value not in rest), None)


def _because(rule: str, at: Address, ops: Sequence[Op]) -> Kept:
    """The place itself where an op names it; else what would have changed along with it."""
    for op in ops:
        if isinstance(op, _PLACED) and _names(op, at):
            return Kept(rule, {"at": op.at or str(at)})
    names = [op.from_ for op in ops if isinstance(op, Rename)]
    if names:
        return Kept(f"{rule}_name", {"at": str(at), "name": names[0][:40]})
    return Kept(f"{rule}_too", {"at": str(at)})


def _names(op: Set | Price | Reword | Put | Carry, at: Address) -> bool:
    """Whether the op's own address is this place, or a field that all turns share."""
    said = Address.parse(op.at) if op.at else Address()
    turn, stock = said.turn in (None, at.turn), said.stock in (None, at.stock)
    return turn and stock and said.field in (None, at.field)
