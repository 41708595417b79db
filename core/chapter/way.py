"""The ops that lead from one chapter to another, leaf by leaf, in groups that can be decided."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from core.chapter import rules, shape
from core.chapter.changes import apply
from core.chapter.chapter import PRICES, SHARED, TURN_TEXTS, Address, Chapter, is_number
from core.chapter.draft import COINS_END, Key, same
from core.chapter.ops import AddTurn, Arrange, Carry, Group, Op, Price, Put, Rename, Set
from core.chapter.shape import Shape
from core.chapter.text import Json
from core.errors import NoSuchPlace, WriterError

Leaves: TypeAlias = Mapping[Key, Json]
RISKY_MOST = 40
"""Groups that are tried alone; more than these stand together untried."""
_PLAYED = frozenset({"turn_number", "turn", "result", "news", "stocks", "name", *PRICES})
"""Fields that the game cannot do without."""
_SHAPE = "shape"
"""Group of what turns and stocks come, go and move by."""


def leaves(chapter: Chapter) -> dict[Key, Json]:
    """Every leaf by turn, stock and field; under field "" how many stocks a turn has.

    `stocks` itself is a leaf where it is no list of objects; its field "" is -1 then.
    """
    found: dict[Key, Json] = {}
    for turn in chapter.turns:
        listed = turn.values.get("stocks")
        whole = isinstance(listed, list) and all(isinstance(stock, dict) for stock in listed)
        plain = {key: value for key, value in turn.values.items() if key != "stocks" or not whole}
        found |= {(turn.position, 0, name): value for name, value in plain.items()}
        found[turn.position, 0, ""] = len(turn.stocks) if whole else -1
        for place, stock in enumerate(turn.stocks if whole else (), 1):
            found |= {(turn.position, place, name): value for name, value in stock.values.items()}
    return found


def alike(one: Leaves, two: Leaves, key: Key) -> bool:
    """Whether a place is the same in both: missing, or equal with the same type."""
    if key in one and key in two:
        return same(one[key], two[key])
    return (key in one) == (key in two)


def differing(one: Leaves, two: Leaves) -> list[Key]:
    """In reading order of `two`, then what it lacks."""
    keys = [*two, *(key for key in one if key not in two)]
    return [key for key in keys if not alike(one, two, key)]


def written(key: Key) -> str:
    """The address of a leaf."""
    return str(Address(key[0], key[1] or None, key[2] or None))


def way(
    one: Chapter, two: Chapter, told: Group, origins: Mapping[str, str] | None = None
) -> tuple[Group, ...]:
    """Groups on `one` that lead exactly to `two`: the way of fewest ops, else all turns anew.

    `told` says their cause and reason; `origins` by address in `two` which leaves are one group.
    Each group alone fits and adds no break of the game that neither chapter has.
    """
    ways = [_Way(one, two, found, told, origins or {}) for found in shape.shapes(one, two)]
    found = [way for way in ways if way.leads()]
    if not found:
        return (replace(told, id="arrange", ops=(_arranged(one, two),)),)
    groups = min(found, key=lambda way: len(way.steps)).groups()
    return _playable(one, two, groups)


def _arranged(one: Chapter, two: Chapter) -> Arrange:
    last = len(one.turns)
    fronts = enumerate(shape.events(one, two), 1)
    turns = tuple(deepcopy(dict(turn.values)) for turn in two.turns)
    return Arrange(
        op="arrange", turns=turns, origins=tuple(front or min(at, last) for at, front in fronts)
    )


@dataclass
class _Way:
    """Looks for the ops where it is known which turns and stocks are which."""

    one: Chapter
    two: Chapter
    shape: Shape
    told: Group
    origins: Mapping[str, str]
    steps: list[tuple[str, Op]] = field(default_factory=list)
    """Ops, each with the group it belongs to."""

    def __post_init__(self) -> None:
        self.old, self.new = leaves(self.one), leaves(self.two)
        self.structural = {key for at, key in self.origins.items() if "." not in at}
        self.added = any(isinstance(op, AddTurn) for op in self.shape.ops)

    def leads(self) -> bool:
        """Find the ops; False where none lead there.

        A change may force others, so it takes a few rounds; what still is not right is pinned.
        """
        try:
            self.steps += [(_SHAPE, op) for op in self.shape.ops]
            self.names()
            self.prices()
            return any(self.settled(pins=pins) for pins in (False, False, True, True))
        except (WriterError, ValueError):
            return False

    def settled(self, *, pins: bool) -> bool:
        """Add an op for every leaf that is not right yet; True where all were."""
        known, wrong = len(self.steps), self.wrong()
        for key in self.shared(wrong):
            source = self.shape.source(key)
            if not source or not key[2]:
                raise NoSuchPlace("address", at=written(key))
            op = self.op(key, source, pins=pins)
            unit = self.writer(op) or self.unit(key, source)
            if (unit, op) not in self.steps[known:]:
                self.steps.append((unit, op))
        return not wrong

    def wrong(self) -> list[Key]:
        """Leaves that the ops so far do not bring right."""
        ops = tuple(op for _, op in self.steps)
        return differing(leaves(apply(self.one, [replace(self.told, ops=ops)]).chapter), self.new)

    # names, prices and shared texts first: they change other places by themselves

    def names(self) -> None:
        """Rename what was renamed wherever it is named, as far as that alone comes right."""
        for number, place in enumerate(self.shape.places, 1):
            old = self.one.shared(place, "name") if place else ""
            new = self.two.shared(number, "name")
            if old and new and old not in self.two.names and new not in self.one.names:
                before = set(self.wrong())
                unit = self.origins.get(f"t1.s{number}.name", f"s{place}.name")
                self.steps.append((unit, Rename(op="rename", from_=old, to=new)))
                if not set(self.wrong()) < before:
                    self.steps.pop()

    def prices(self) -> None:
        """With turns that moved, each price as it must be before they do."""
        if self.shape.ops:
            for number, place in enumerate(self.shape.places, 1):
                self.steps += self.moved(number, place) if place else ()
            return
        for key in differing(self.old, self.new):
            if key in self.old and (op := self.price(key, key)):
                self.steps.append((self.unit(key, key), op))

    def moved(self, number: int, place: int) -> Iterator[tuple[str, Op]]:
        fronts = [front for front, _ in self.shape.rows]
        own = shape.prices(self.one, place)
        for turn, price in shape.wanted(self.one, self.two, fronts, number, own).items():
            if turn in own and own[turn] != price:
                unit = _SHAPE if self.added else f"t{turn}.s{place}.current_value"
                yield unit, Price(op="price", at=f"t{turn}.s{place}", to=price)

    def shared(self, wrong: Sequence[Key]) -> list[Key]:
        """Set the texts that are the same in every turn; what is left to do."""
        columns = {key[1:]: key for key in reversed(wrong) if key[1] and key[2] in SHARED}
        done = {column for column in columns if self.uniform(*column)}
        for stock, name in sorted(done):
            key = columns[stock, name]
            at = f"s{self.shape.places[stock - 1]}.{name}"
            op = Set(op="set", at=at, to=str(self.new[key]))
            self.steps.append((self.origins.get(written(key), at), op))
        return [key for key in wrong if key[1:] not in done]

    def uniform(self, stock: int, name: str) -> bool:
        """Whether one `set` is to write it: a text, the same in every turn, new in some."""
        place = self.shape.places[stock - 1]
        turns = [turn.position for turn in self.two.turns if len(turn.stocks) >= stock]
        texts = [self.new.get((turn, stock, name)) for turn in turns]
        given = [self.old[key] for key in self.old if key[1] == place and key[2] == name]
        level = isinstance(texts[0], str) and all(text == texts[0] for text in texts)
        done = any(isinstance(op, Set) and op.at == f"s{place}.{name}" for _, op in self.steps)
        return place > 0 and level and not done and any(text != texts[0] for text in given)

    # one leaf

    def op(self, key: Key, source: Key, *, pins: bool) -> Op:
        """What puts a leaf of `two` at its place in `one`; a pin holds it whatever is forced."""
        at = written(source)
        if key not in self.new:
            return Put(op="put", at=at, present=False)
        value = self.new[key]
        if pins or source not in self.old or same(self.old[source], value):
            return Put(op="put", at=at, to=value)
        settable = source[2] == "expectation" if source[1] else source[2] in TURN_TEXTS
        if settable and isinstance(value, str):
            return Set(op="set", at=at, to=value)
        return (
            self.price(key, source) or self.opening(key, source) or Put(op="put", at=at, to=value)
        )

    def price(self, key: Key, source: Key) -> Price | None:
        """Where a number comes for another one; a whole one written 100.0 is put."""
        new, old = self.new.get(key), self.old[source]
        if key[2] != "current_value" or not is_number(old) or new == old:
            return None
        if not isinstance(new, int | float) or isinstance(new, bool) or not 0 < new < COINS_END:
            return None
        whole = isinstance(new, float) and new.is_integer()
        return None if whole else Price(op="price", at=f"t{source[0]}.s{source[1]}", to=new)

    def opening(self, key: Key, source: Key) -> Carry | None:
        """Where before_value is to follow the turn before, as it does in `two`."""
        before = (key[0] - 1, key[1], "current_value")
        if key[2] != "before_value" or before not in self.new:
            return None
        follows = same(self.new[key], self.new[before])
        return Carry(op="carry", at=f"t{source[0]}.s{source[1]}") if follows else None

    def writer(self, op: Op) -> str | None:
        """The group that writes this place already: two would hang on their order."""
        at = getattr(op, "at", "")
        return next((unit for unit, known in self.steps if getattr(known, "at", None) == at), None)

    def unit(self, key: Key, source: Key) -> str:
        """The group of a leaf."""
        named = self.origins.get(written(key))
        if self.shape.ops and (self.forced(key) or named in self.structural):
            return _SHAPE
        if source[1] and key[2] in SHARED:
            return named or f"s{source[1]}.{key[2]}"
        return named or ("chain" if key[2] == "before_value" else written(source))

    def forced(self, key: Key) -> bool:
        """Whether a result or price is but part of turns that come or go."""
        told = {turn.text("result") for turn in self.one.turns}
        known = key[2] == "result" and self.new.get(key) in told
        return known or (self.added and key[2] in ("result", "current_value"))

    def groups(self) -> list[Group]:
        units: dict[str, list[Op]] = {}
        for unit, op in self.steps:
            units.setdefault(unit, []).append(op)
        return [replace(self.told, id=unit, ops=tuple(ops)) for unit, ops in units.items()]


# -- what can stand alone


def _playable(one: Chapter, two: Chapter, groups: Sequence[Group]) -> tuple[Group, ...]:
    """Groups that alone would break the game, or not fit, joined until none does."""
    risky = [group for group in groups if is_risky(group)]
    many = len(risky) > RISKY_MOST
    failing = risky if many else [group for group in risky if _breaks(one, two, group)]
    for more in (failing, risky, groups):
        if not failing:
            break
        groups = joined(groups, {group.id for group in more})
        failing = [group for group in groups if group.id == more[0].id and _breaks(one, two, group)]
    return tuple(groups)


def is_risky(group: Group) -> bool:
    """Whether its ops might break the game: not so texts, and prices that carry on."""
    return not all(map(_safe, group.ops))


def _safe(op: Op) -> bool:
    match op:
        case Set():
            return not op.at.endswith(".name")
        case Put():
            return Address.parse(op.at).field not in _PLAYED
        case _:
            return isinstance(op, Price | Carry)


def _breaks(one: Chapter, two: Chapter, group: Group) -> bool:
    """Whether a group alone does not fit, or adds a break that neither chapter has."""
    try:
        alone = apply(one, [group])
    except WriterError:
        return True
    known = [*rules.breaks(one), *rules.breaks(two)]
    return bool(rules.new(known, rules.breaks(alone.chapter), reshaped=alone.restructured))


def joined(groups: Sequence[Group], ids: set[str]) -> list[Group]:
    """The groups, with those of these ids as one under the first one's id."""
    some = [group for group in groups if group.id in ids]
    whole = [replace(one, ops=tuple(op for g in some for op in g.ops)) for one in some[:1]]
    rest = [group for group in groups if group.id not in ids]
    at = next((at for at, group in enumerate(groups) if group.id in ids), 0)
    return [*rest[:at], *whole, *rest[at:]]
