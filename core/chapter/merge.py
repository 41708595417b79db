"""Three chapters into one, field by field: what both sides changed is asked, never guessed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeGuard

from core.chapter import rules, shape
from core.chapter.changes import apply
from core.chapter.chapter import Address, Chapter, Number, is_number
from core.chapter.draft import COINS_END, Key
from core.chapter.ops import (
    STRUCTURAL,
    AddStock,
    AddTurn,
    Applied,
    Arrange,
    Carry,
    Cause,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    Op,
    Price,
    Put,
    Rename,
    Reword,
    Set,
)
from core.chapter.text import Json
from core.chapter.way import alike, differing, is_risky, leaves, way, written
from core.errors import WriterError


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, each in its own way."""

    at: str
    """Address in `ours`; of a place that is gone from there, in the base."""
    base: Json
    """What both came from; None when it was not there, as for the other two."""
    ours: Json
    theirs: Json


@dataclass(frozen=True, slots=True)
class Merged:
    """What leads from `ours` to both sides' changes."""

    groups: tuple[Group, ...]
    """On `ours`; with all of them taken, theirs wins each conflict."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    """By group: rejecting it keeps ours."""


_EVENT = ("news", "news_hint", "news_tag", "expectation")
"""What goes with an event, besides the result and price after it."""
_MINE = Group("", (), "writer", "")


def merge(  # noqa: PLR0913  three chapters, and what is said of the change
    base: Chapter,
    ours: Chapter,
    theirs: Chapter,
    *,
    cause: Cause = "writer",
    because: str = "",
    origins: Mapping[str, str] | None = None,
) -> Merged:
    """What `theirs` changed since `base`, as groups m1, m2, ... on `ours`.

    `origins` names by address in `theirs` what belongs together: one key is one group.
    """
    if not differing(leaves(ours), leaves(theirs)):
        return Merged(())
    told = Group("", (), cause, because)
    merged = rebase(base, ours, way(base, theirs, told, origins))
    names = {group.id: f"m{number}" for number, group in enumerate(merged.groups, 1)}
    return Merged(
        tuple(replace(group, id=names[group.id]) for group in merged.groups),
        {names[id_]: conflict for id_, conflict in merged.conflicts.items()},
    )


def difference(one: Chapter, two: Chapter, *, because: str = "") -> tuple[Group, ...]:
    """Groups m1, m2, ... that lead from one chapter to the other, leaf by leaf."""
    return merge(one, one, two, because=because).groups


def rebase(base: Chapter, ours: Chapter, groups: Sequence[Group]) -> Merged:
    """Groups on `base` as groups on `ours`; ids, causes and reasons stay.

    An op whose place `ours` changed too, to something else, puts its group among the conflicts.
    What `ours` has done already is left out. Groups that only together can be carried over, such
    as those whose turn is gone from `ours`, become one under the first one's id.
    """
    if not groups or not differing(leaves(base), leaves(ours)):
        return Merged(tuple(groups))
    return _Carrying(base, ours, groups).merged()


class _Gone(Exception):
    """The place of an op is not in `ours` any more."""

    def __init__(self, op: Op) -> None:
        super().__init__(op)
        self.op = op


class _Carrying:
    """Carries groups from the chapter that they were made for to what it has become.

    First to `stage`, the base with the turns and stocks of `ours`; then place by place on `ours`.
    """

    def __init__(self, base: Chapter, ours: Chapter, given: Sequence[Group]) -> None:
        self.base, self.ours, self.given = base, ours, given
        self.mine = way(base, ours, _MINE)
        self.ops = tuple(op for group in self.mine for op in group.ops if op.op in STRUCTURAL)
        self.whole = any(isinstance(op, Arrange) for op in self.ops)
        self.shape, self.stage = self.staged()
        self.root, self.was, self.now = leaves(base), leaves(self.stage), leaves(ours)
        self.conflicts: dict[str, Conflict] = {}
        self.gone: list[tuple[Group, Op]] = []

    def staged(self) -> tuple[shape.Shape, Chapter]:
        if self.whole:
            found = shape.likely(self.base, self.ours)
            return found, shape.built(self.base, self.ours, found)
        led = shape.led(self.base, self.ops) if self.ops else None
        if not led:
            return shape.same_shape(self.base), self.base
        moved = apply(self.base, [replace(_MINE, ops=self.ops)], claims=False)
        return led, moved.chapter

    def merged(self) -> Merged:
        done = [found for group in self.given if (found := self.group(group))]
        if self.gone:
            done.append(self.restored())
        try:
            apply(self.ours, done)
        except WriterError:
            done = [self.anew(self.given[0], self.given)]
            self.ordered(done[0], self.given)
        ids = {group.id for group in done}
        return Merged(tuple(done), {id_: it for id_, it in self.conflicts.items() if id_ in ids})

    def group(self, group: Group) -> Group | None:
        """On `ours`; None when nothing is left to do, or its place is gone."""
        if any(isinstance(op, Arrange) for op in group.ops):
            return self.anew(group, [group])
        try:
            moved = [found for op in group.ops for found in self.moved(op, group)]
        except _Gone as gone:
            if gone.op.op not in STRUCTURAL:
                self.gone.append((group, gone.op))
                return None
            self.ordered(group, [group])
            return self.anew(group, [group])
        ops = tuple(found for op in moved for found in self.met(op, group))
        return self.fitting(replace(group, ops=ops), group) if ops else None

    def fitting(self, group: Group, given: Group) -> Group | None:
        """As it is, or in another form where it does not fit; None when it changes nothing."""
        if not is_risky(group) and not any(isinstance(op, Carry) for op in group.ops):
            return group
        try:
            applied = apply(self.ours, [group])
        except WriterError as error:
            idle = error.rule in ("same_value", "name_absent")
            return None if idle else self.anew(given, [given])
        if applied.changes:
            self.judge(applied, group, given)
        return group if applied.changes else None

    def judge(self, applied: Applied, group: Group, given: Group) -> None:
        """What breaks the game only beside the changes of `ours` is a conflict."""
        there = apply(self.base, [given]).chapter
        known = [*rules.breaks(self.ours), *rules.breaks(there)]
        if rules.new(known, rules.breaks(applied.chapter), reshaped=applied.restructured):
            one = applied.changes[0]
            self.note(group, Conflict(one.at, one.before, one.before, one.after))

    def note(self, group: Group, conflict: Conflict) -> None:
        self.conflicts.setdefault(group.id, conflict)

    # from the base to the stage

    def moved(self, op: Op, group: Group) -> Sequence[Op]:
        """An op where `ours` has its turns and stocks; raises _Gone."""
        if op in self.ops or not self.ops or isinstance(op, Rename):
            return () if op in self.ops else (op,)
        match op:
            case Carry() | Set() | Put() | Reword() | Price():
                return self.price(op) if isinstance(op, Price) else self.placed(op)
            case DeleteStock():
                return [op.model_copy(update={"at": at}) for at in self.spots(op.at)]
            case AddStock():
                return [self.new_stock(op, group)]
            case AddTurn():
                return [self.new_turn(op, group)]
            case DeleteTurn() | MoveTurn() | CopyTurn():
                return self.turn(op, group)
        raise _Gone(op)

    def placed(self, op: Carry | Set | Put | Reword) -> list[Op]:
        spots = self.spots(op.at) if op.at else [""]
        if not spots and not isinstance(op, Carry):
            raise _Gone(op)
        return [op.model_copy(update={"at": at}) for at in spots]

    def spots(self, address: str) -> list[str]:
        """An address in the base as addresses in `ours`; several in copies, none when gone."""
        at = Address.parse(address)
        if not at.turn:
            places = self.shape.places
            number = places.index(at.stock) + 1 if at.stock in places else 0
            return [str(Address(None, number, at.field))] if number else []
        name = at.field or "current_value"
        keys = self.shape.targets((at.turn, at.stock or 0, name))
        return [str(Address(turn, stock or None, at.field)) for turn, stock, _ in keys]

    def price(self, op: Price) -> list[Op]:
        """As far from the price beside it as it was: turns that move carry moves, not prices."""
        at = Address.parse(op.at)
        source = (at.turn or 0, at.stock or 0, "current_value")
        found: list[Op] = []
        for key in self.shape.targets(source):
            now, was = self.was.get(key), self.root.get(source)
            shift = now - was if _coins(now) and _coins(was) else 0
            if not 0 < op.to + shift < COINS_END:
                raise _Gone(op)
            place = f"t{key[0]}.s{key[1]}"
            found.append(op.model_copy(update={"at": place, "to": op.to + shift}))
        if not found:
            raise _Gone(op)
        return found

    def turn(self, op: DeleteTurn | MoveTurn | CopyTurn, group: Group) -> list[Op]:
        number = Address.parse(op.at).turn or 0
        at = self.shape.event(number)
        if not at and isinstance(op, DeleteTurn) and not self.shape.targets((number, 0, "news")):
            return []
        last, closing = len(self.shape.rows), number == len(self.base.turns)
        if not at and isinstance(op, DeleteTurn) and closing and self.shape.rows[-1][0] == number:
            return [op.model_copy(update={"at": f"t{last}"})]
        if not at:
            raise _Gone(op)
        if not isinstance(op, MoveTurn):
            return [op.model_copy(update={"at": f"t{at}"})]
        return self.move(op, at, group)

    def move(self, op: MoveTurn, at: int, group: Group) -> list[Op]:
        after = self.after(op.after)
        if after in (at, at - 1):
            return []
        if any(isinstance(own, MoveTurn) for own in self.ops):
            self.ordered(group, [group])
        return [op.model_copy(update={"at": f"t{at}", "after": after})]

    def after(self, number: int) -> int:
        """The turn of `ours` behind which a turn goes that stood behind `number`."""
        events = (self.shape.targets((event, 0, "news")) for event in range(number, 0, -1))
        return next((found[0][0] for found in events if found), 0)

    def new_turn(self, op: AddTurn, group: Group) -> AddTurn:
        """With the stocks of `ours`; one that the turn does not know keeps its price."""
        after = self.after(op.after)
        beside = self.stage.turns[max(0, after - 1)].stocks
        known = dict(enumerate(op.turn.stocks, 1))
        stocks = tuple(
            known.get(place) or NewPrice(price=stock.price or 1, expectation="")
            for place, stock in zip(self.shape.places, beside, strict=False)
        )
        if not all(self.shape.places):
            self.ordered(group, [group])
        turn = op.turn.model_copy(update={"stocks": stocks})
        return op.model_copy(update={"after": after, "turn": turn})

    def new_stock(self, op: AddStock, group: Group) -> AddStock:
        """With a price and expectation in every turn of `ours`, from the turns that it knows."""
        given, rows = op.stock.turns, self.shape.rows
        price = [given[back - 1].price if back else 0 for _, back in rows]
        for at, (_, (_, back)) in enumerate(pairwise(rows), 1):
            if not back:
                price[at] = price[at - 1]
            elif back > 1 and not self.shape.straight:
                price[at] = price[at - 1] + given[back - 1].price - given[back - 2].price
        turns = tuple(
            NewPrice(
                price=one or given[0].price, expectation=given[front - 1].expectation * (front > 0)
            )
            for one, (front, _) in zip(price, rows, strict=True)
        )
        if not all(front for front, _ in rows):
            self.ordered(group, [group])
        return op.model_copy(update={"stock": op.stock.model_copy(update={"turns": turns})})

    # from the stage to ours

    def met(self, op: Op, group: Group) -> Iterator[Op]:
        """The op unless it is done already; a place that `ours` changed too is a conflict."""
        if isinstance(op, Rename):
            yield from self.renamed(op, group)
            return
        wanted = dict(self.places(op))
        rest = [
            key
            for key, to in wanted.items()
            if not alike(self.now, dict([(key, to[0])] if to else []), key)
        ]
        for key in rest:
            if not alike(self.was, self.now, key):
                to = wanted[key]
                value = to[0] if to else None
                self.note(
                    group, Conflict(written(key), self.was.get(key), self.now.get(key), value)
                )
        if isinstance(op, Set) and op.at.startswith("t") and rest and rest[0] not in self.now:
            yield Put(op="put", at=op.at, to=op.to)
        elif rest or not wanted:
            yield op

    def places(self, op: Op) -> Iterator[tuple[Key, tuple[Json] | None]]:
        """Where an op puts what; None where it takes something away."""
        match op:
            case Set():
                yield from ((key, (op.to,)) for key in self.keys(op.at))
            case Put():
                yield from ((key, (op.to,) if op.present else None) for key in self.keys(op.at))
            case Price():
                whole = isinstance(op.to, float) and op.to.is_integer()
                yield from ((key, (int(op.to) if whole else op.to,)) for key in self.keys(op.at))
            case DeleteTurn() | DeleteStock():
                yield from ((key, None) for key in {**self.was, **self.now} if self.goes(op, key))

    def keys(self, address: str) -> Iterator[Key]:
        at = Address.parse(address)
        for turn in [self.ours.turns[at.turn - 1]] if at.turn else self.ours.turns:
            if at.turn or len(turn.stocks) >= (at.stock or 0):
                yield turn.position, at.stock or 0, at.field or "current_value"

    def goes(self, op: DeleteTurn | DeleteStock, key: Key) -> bool:
        """Whether a leaf is lost with a turn's event or a stock; what only follows is not."""
        at = Address.parse(op.at)
        if not at.turn:
            return key[1] == at.stock and key[2] != "before_value"
        back = at.turn + (at.turn < len(self.ours.turns))
        event = key[0] == at.turn and key[2] in _EVENT
        return event or (key[0] == back and key[2] in ("result", "current_value"))

    def renamed(self, op: Rename, group: Group) -> Iterator[Op]:
        """Where `ours` gave the thing another name, that one is renamed."""
        names = zip(self.stage.names, self.ours.names, strict=False)
        for number, (name, own) in enumerate(names, 1):
            if name == op.from_ != own and op.from_ not in self.ours.names:
                if own != op.to:
                    self.note(group, Conflict(f"s{number}.name", name, own, op.to))
                    yield op.model_copy(update={"from_": own})
                return
        yield op

    # where the turns and stocks of both do not go together

    def restored(self) -> Group:
        """What needs places that are gone from `ours`, with what brings them back."""
        groups = [group for group, _ in self.gone]
        group, op = self.gone[0]
        places = [Address.parse(getattr(op, "at", "t1")) for _, op in self.gone]
        at = places[0]
        key = (at.turn or 0, at.stock or 0, at.field or "current_value")
        self.note(group, Conflict(str(at), self.root.get(key), None, getattr(op, "to", None)))
        kept = tuple(op for op in self.ops if not any(_takes(op, at) for at in places))
        try:
            mine = [*_inner(self.mine), replace(_MINE, ops=kept)]
            back = apply(self.base, [*mine, *groups]).chapter
        except WriterError:
            return self.anew(group, groups)
        return self.towards(back, group)

    def anew(self, group: Group, groups: Sequence[Group]) -> Group:
        """The turns and stocks as these groups have them, with what `ours` changed inside."""
        theirs = apply(self.base, groups).chapter
        if self.ops:
            self.ordered(group, groups)
        if self.whole:
            return self.towards(theirs, group)
        inner = rebase(self.base, theirs, _inner(self.mine))
        for found in inner.conflicts.values():
            self.note(group, Conflict(found.at, found.base, found.theirs, found.ours))
        kept = [one for one in inner.groups if one.id not in inner.conflicts]
        return self.towards(apply(theirs, kept).chapter, group)

    def towards(self, chapter: Chapter, group: Group) -> Group:
        found = way(self.ours, chapter, group)
        return replace(group, ops=tuple(op for one in found for op in one.ops))

    def ordered(self, group: Group, groups: Sequence[Group]) -> None:
        """Both changed which turns or stocks there are: their news tells, a line each."""
        theirs = apply(self.base, groups).chapter
        told = ("\n".join(t.text("news") for t in c.turns) for c in (self.base, self.ours, theirs))
        self.note(group, Conflict("t1", *told))


def _inner(groups: Sequence[Group]) -> list[Group]:
    """The groups without what turns and stocks come, go and move by."""
    inner = {g.id: tuple(op for op in g.ops if op.op not in STRUCTURAL) for g in groups}
    return [replace(group, ops=inner[group.id]) for group in groups if inner[group.id]]


def _coins(value: Json) -> TypeGuard[Number]:
    return is_number(value)


def _takes(op: Op, at: Address) -> bool:
    """Whether an op takes a place away."""
    if isinstance(op, DeleteStock):
        return op.at == f"s{at.stock}"
    return isinstance(op, DeleteTurn) and op.at in (f"t{at.turn}", f"t{(at.turn or 0) - 1}")
