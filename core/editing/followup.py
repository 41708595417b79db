"""A request that goes on from a proposal: decisions said in words, and changes to the changes.

Everything ends in groups on the chapter that the first proposal was made for. A model sees the
chapter with all that is not refused; what it changes there is worked into the groups.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.chapter import korean, shape
from core.chapter.changes import apply
from core.chapter.chapter import PRICES, SHARED, Address, Chapter, is_number
from core.chapter.draft import same
from core.chapter.merge import Conflict, difference
from core.chapter.ops import (
    STRUCTURAL,
    AddStock,
    AddTurn,
    Applied,
    Carry,
    Change,
    Group,
    NewTurn,
    Op,
    Price,
    Put,
    Rename,
    Reword,
    Set,
)
from core.chapter.shape import Shape
from core.chapter.text import Json
from core.editing import saying, scope
from core.editing.decisions import Decisions, in_order, units, verdicts
from core.editing.events import Proposal, Verdict
from core.editing.prompt import Said, Talk
from core.editing.request import clean
from core.editing.scope import Scope
from core.errors import Fact, NoSuchPlace, WriterError
from core.words.places import place

MOST_LISTED = 60
"""Changes that a model is told of."""
MOST_QUOTED = 200
"""Characters of each text of them."""
NARROW = 3
"""Places of a change that "the second" may stand for in what a request allows."""


@dataclass(frozen=True, slots=True)
class Follow:
    """What a request goes on from."""

    said: tuple[Said, ...]
    """Earlier rounds, oldest first."""
    proposal: Proposal
    """As it is under review, own words and answers worked in."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By group or unit; all that is decided now."""
    refused: tuple[Op, ...] = ()
    """What the writer rejected in earlier rounds; a model must not propose it again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a request says of a proposal."""

    follow: Follow
    """With the decisions that were said."""
    rest: str
    """What it asks for besides; the whole request when it decides nothing."""
    decided: Mapping[int, Verdict]
    """By the number of the change, as the review counts from 1."""
    missing: int | None = None
    """A number that no change has."""


def heard(request: str, follow: Follow) -> Heard:
    """The decisions of a request worked into the proposal's."""
    order = in_order(follow.proposal)
    known = verdicts(follow.proposal, Decisions(follow.verdicts))
    decided = [number for number, unit in enumerate(order, 1) if unit in known]
    said = saying.read(request, len(order), decided)
    if said is None or said.missing is not None:
        return Heard(follow, request, {}, said.missing if said else None)
    unit = units(follow.proposal)
    told = {order[number - 1]: verdict for number, verdict in said.verdicts.items()}
    now = {id_: told[top] for id_, top in unit.items() if top in told}
    return Heard(replace(follow, verdicts={**known, **now}), said.rest, said.verdicts)


def refused(request: str, follow: Follow) -> tuple[Op, ...]:
    """All that is rejected once a request is heard: what no later round may propose again."""
    return Round(heard(request, follow).follow).refused


def told(decided: Mapping[int, Verdict], count: int) -> tuple[str, dict[str, Fact]]:
    """The rule and facts of a sentence that repeats what was decided."""
    taken = [number for number, verdict in decided.items() if verdict == "accepted"]
    left = [number for number in decided if number not in taken]
    facts: dict[str, Fact] = {"taken": _listed(taken), "left": _listed(left)}
    if count in (len(taken), len(left)):
        return ("decided_all" if taken else "decided_none"), {}
    if taken and left:
        return "decided_both", facts
    return ("decided_taken" if taken else "decided_left"), facts


def _listed(numbers: Sequence[int]) -> str:
    found = sorted(numbers)
    return ", ".join(map(str, found if len(found) <= 6 else [*found[:5], "…"]))


# -- a round


@dataclass(frozen=True)
class Round:
    """One more request on the same base chapter."""

    follow: Follow
    claims: bool = True

    @property
    def base(self) -> Chapter:
        return self.follow.proposal.chapter

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """By group."""
        return verdicts(self.follow.proposal, Decisions(self.follow.verdicts))

    @cached_property
    def kept(self) -> tuple[Group, ...]:
        """The groups that are not rejected."""
        groups = self.follow.proposal.groups
        return tuple(group for group in groups if self.verdicts.get(group.id) != "rejected")

    @cached_property
    def applied(self) -> Applied:
        return apply(self.base, self.kept, claims=self.claims)

    @property
    def present(self) -> Chapter:
        """The chapter with all that is not rejected."""
        return self.applied.chapter

    @property
    def first(self) -> int:
        """The first free number of a group."""
        found = (re.fullmatch(r"g([0-9]{1,9})", group.id) for group in self.follow.proposal.groups)
        return 1 + max((int(match[1]) for match in found if match), default=0)

    def as_it_was(self) -> Proposal:
        """The proposal with nothing else than decisions."""
        return replace(self.follow.proposal, verdicts=self.verdicts)

    @cached_property
    def shape(self) -> Shape | None:
        """Where the turns and stocks of the present chapter come from; None: they are the same."""
        if not self.applied.restructured:
            return None
        ops = [op for group in self.kept for op in group.ops if op.op in STRUCTURAL]
        return shape.led(self.base, ops) or Shape((), (), ())

    def refers(self, request: str) -> bool:
        """Whether it speaks of a change by its number."""
        return bool(saying.numbers(request, len(in_order(self.follow.proposal))))

    # -- what a model is told

    def scope(self, request: str) -> Scope:
        """What the request allows; "the second" stands for the places of that change."""
        order = in_order(self.follow.proposal)
        text = clean(request)
        for number, (start, end) in reversed(saying.numbers(text, len(order))):
            if named := self.named(order[number - 1]):
                text = f"{text[:start]}{named} {text[end:]}"
        return scope.read(text, self.present)

    def named(self, unit: str) -> str:
        """A change's places in words; "" where there are many."""
        own = [change for change in self.of(unit) if change.cause != "rule"]
        if own and all(change.op == "rename" for change in own):
            return "이름"
        places = dict.fromkeys(place(change.at, "ko") for change in own)
        return ", ".join(places) if len(places) <= NARROW else ""

    def of(self, unit: str) -> list[Change]:
        """What a change changes in the present chapter."""
        unit_of = units(self.follow.proposal)
        return [one for one in self.applied.changes if unit_of.get(one.group) == unit]

    @property
    def talk(self) -> Talk:
        return Talk(self.follow.said, tuple(self._review()))

    def _review(self) -> Iterator[str]:
        order = in_order(self.follow.proposal)[:MOST_LISTED]
        for number, unit in enumerate(order, 1):
            yield f"{number}. {self._state(unit)}: {self._shown(unit)}"
        for op in self.follow.refused[-MOST_LISTED:]:
            yield f"Refused before, never propose it again: {_quoted(op)}"

    def _state(self, unit: str) -> str:
        verdict = self.verdicts.get(unit)
        if verdict == "rejected":
            return "refused, not in the chapter, never propose it again"
        return "accepted" if verdict else "open"

    def _shown(self, unit: str) -> str:
        rejected = self.verdicts.get(unit) == "rejected"
        unit_of = units(self.follow.proposal)
        ops = (op for g in self.follow.proposal.groups if unit_of[g.id] == unit for op in g.ops)
        changes = [] if rejected else self.of(unit)
        if len(changes) != 1:
            return "; ".join(_quoted(op) for op, _ in zip(ops, range(NARROW), strict=False))
        change = changes[0]
        return f"{change.at}: {_json(change.before)} -> {_json(change.after)}"

    # -- what was refused

    def refuses(self, op: Op) -> bool:
        """Whether the writer has rejected this very change before."""
        found = self._moved(op)
        return found is not None and _folded(found) in self._refused

    @cached_property
    def refused(self) -> tuple[Op, ...]:
        """All that was rejected, up to now."""
        groups = self.follow.proposal.groups
        gone = (group for group in groups if self.verdicts.get(group.id) == "rejected")
        return (*self.follow.refused, *(op for group in gone for op in group.ops))

    @cached_property
    def _refused(self) -> frozenset[str]:
        return frozenset(map(_folded, self.refused))

    def _moved(self, op: Op) -> Op | None:
        """The op on the base chapter; None where its place is new."""
        return _moved(op, self.shape) if self.shape else op

    # -- what it comes to

    def merged(self, groups: Sequence[Group]) -> "Offer":
        """The kept groups with these worked in, which mean the present chapter."""
        aim = apply(self.present, groups, claims=self.claims).chapter
        working = _Working(self, aim)
        found = working.worked(groups)
        if found is None:
            found, working.changed = working.whole(groups), {group.id for group in self.kept}
        kept = {group.id for group in found} - working.changed - {group.id for group in groups}
        applied = apply(self.base, found, claims=self.claims)
        mixed = [some for some in applied.together if not some <= kept]
        kept -= frozenset().union(*mixed)
        conflicts = self.follow.proposal.conflicts
        return Offer(
            found,
            applied,
            {id_: verdict for id_, verdict in self.verdicts.items() if id_ in kept},
            {group.id: conflicts[group.id] for group in found if group.id in conflicts},
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a round comes to."""

    groups: tuple[Group, ...]
    """On the base chapter; none when all is as it was there."""
    applied: Applied
    verdicts: Mapping[str, Verdict]
    """Decisions that still hold."""
    conflicts: Mapping[str, Conflict]


class _LostError(Exception):
    """A change that has no place in the groups as they are."""


class _Working:
    """The groups of one round while new ones are worked in."""

    def __init__(self, around: Round, aim: Chapter) -> None:
        self.base, self.present, self.shape = around.base, around.present, around.shape
        self.claims, self.aim = around.claims, aim
        self.ops = {group.id: list(group.ops) for group in around.kept}
        self.groups = {group.id: group for group in around.kept}
        self.changed: set[str] = set()

    def worked(self, groups: Sequence[Group]) -> tuple[Group, ...] | None:
        """With the new groups op by op; None where that does not lead to the aim."""
        try:
            for group in groups:
                self.now = group
                self.ops[group.id] = [op for given in group.ops for op in self.placed(given)]
                self.groups[group.id] = group
            found = self.found()
            return found if self.there(found) else self.mended(found, groups[-1])
        except (_LostError, WriterError):
            return None

    def found(self) -> tuple[Group, ...]:
        return tuple(
            replace(self.groups[id_], ops=tuple(ops)) for id_, ops in self.ops.items() if ops
        )

    def there(self, groups: Sequence[Group]) -> bool:
        reached = apply(self.base, groups, claims=self.claims).chapter
        return json.dumps(reached.array) == json.dumps(self.aim.array)

    def mended(self, groups: tuple[Group, ...], like: Group) -> tuple[Group, ...] | None:
        """With what is still missing put leaf by leaf into the last group."""
        reached = apply(self.base, groups, claims=self.claims).chapter
        places = list(reached.fields())
        if self.shape or places != list(self.aim.fields()):
            return None
        missing = [at for at in places if not same(reached.value(at), self.aim.value(at))]
        ops = tuple(_put(at, self.aim) for at in missing)
        rest = [group for group in groups if group.id != like.id]
        own = next((group.ops for group in groups if group.id == like.id), ())
        fixed = tuple(op for op in own if getattr(op, "at", "") not in {str(at) for at in missing})
        found = (*rest, replace(like, ops=(*fixed, *ops)))
        return found if self.there(found) else None

    def whole(self, groups: Sequence[Group]) -> tuple[Group, ...]:
        """All of it as one group, where nothing else leads there."""
        ops = tuple(op for group in difference(self.base, self.aim) for op in group.ops)
        return (replace(groups[0], ops=ops),) if ops else ()

    # -- one op

    def placed(self, op: Op) -> tuple[Op, ...]:
        """What the new group does itself; the rest is worked into the kept ones."""
        if isinstance(op, Rename):
            return self.renamed(op)
        if self.shape is None:
            there: Op | None = op
        elif op.op in STRUCTURAL:
            raise _LostError
        else:
            there = _moved(op, self.shape)
        if there is None:
            self.inside(op)
            return ()
        if isinstance(there, Set | Price | Reword) and self.replaced(there):
            return ()
        return (there,)

    def replaced(self, op: Set | Price | Reword) -> bool:
        """Whether a kept group writes this place: then it writes the new value."""
        for id_, ops in self.ops.items():
            for index, old in enumerate(ops):
                if isinstance(old, Set | Price) and old.op == _writes(op) and old.at == op.at:
                    ops[index : index + 1] = self.anew(old, op)
                    self.touched(id_)
                    return True
        return False

    def touched(self, id_: str) -> None:
        """A kept group is another one now, because of the new one."""
        self.changed.add(id_)
        cause, because = self.now.cause, self.now.because
        self.groups[id_] = replace(self.groups[id_], cause=cause, because=because)

    def anew(self, old: Set | Price, op: Set | Price | Reword) -> list[Op]:
        """The op that stands now; none where the place is as it was."""
        if isinstance(op, Reword):
            text = korean.reword(str(old.to), op.from_, op.to)
            return [old.model_copy(update={"to": text})]
        values = list(self.values(op))
        return [] if values and all(same(value, op.to) for value in values) else [op]

    def values(self, op: Set | Price) -> Iterator[Json]:
        """What the op's places hold in the base chapter."""
        at = Address.parse(op.at)
        field_ = "current_value" if isinstance(op, Price) else at.field
        turns = [at.turn] if at.turn else range(1, len(self.base.turns) + 1)
        for turn in turns:
            yield self.base.value(Address(turn, at.stock, field_))

    def renamed(self, op: Rename) -> tuple[Op, ...]:
        """A rename reaches texts that kept groups have put, and new names that they gave."""
        for id_, ops in self.ops.items():
            fresh = [_renamed(old, op) for old in ops]
            if fresh != ops:
                self.changed.add(id_)
                self.ops[id_] = [one for one in fresh if not _idle(one)]
        said = any(korean.mentions(text, op.from_) for _, text in self.base.texts())
        return (op,) if said else ()

    # -- what is new itself

    def inside(self, op: Op) -> None:
        """Change a turn or stock that a kept group adds. Raises _LostError where none does."""
        at = Address.parse(getattr(op, "at", ""))
        for id_, ops in self.ops.items():
            for index, old in enumerate(ops):
                fresh = self.within(old, op, at)
                if fresh is not None:
                    ops[index] = fresh
                    self.touched(id_)
                    return
        raise _LostError

    def within(self, old: Op, op: Op, at: Address) -> Op | None:
        """An added turn with one of its texts or prices changed; None for any other."""
        if not isinstance(old, AddTurn) or not isinstance(op, Set | Price) or not at.turn:
            return None
        if not _is(old.turn, self.present, at.turn):
            return None
        if not at.stock:
            turn = old.turn.model_copy(update={at.field or "": op.to})
            return old.model_copy(update={"turn": turn}) if at.field in _NEW else None
        name = "price" if isinstance(op, Price) else "expectation"
        stocks = list(old.turn.stocks)
        stocks[at.stock - 1] = stocks[at.stock - 1].model_copy(update={name: op.to})
        turn = old.turn.model_copy(update={"stocks": tuple(stocks)})
        return old.model_copy(update={"turn": turn})


_NEW = ("result", "news", "news_tag")


def _is(turn: NewTurn, chapter: Chapter, number: int) -> bool:
    """Whether an added turn is this one of the chapter."""
    there = chapter.turns[number - 1]
    texts = all(there.text(name) == getattr(turn, name) for name in _NEW if name in there.values)
    said = [stock.text("expectation") for stock in there.stocks]
    return texts and said == [stock.expectation for stock in turn.stocks]


def _writes(op: Set | Price | Reword) -> str:
    return "price" if isinstance(op, Price) else "set"


def _moved(op: Op, there: Shape) -> Op | None:
    """An op on a chapter, on the one that it comes from; None where its place is new."""
    if not isinstance(op, Set | Price | Reword | Put | Carry) or not op.at:
        return op
    try:
        at = Address.parse(op.at)
        name = "current_value" if isinstance(op, Price) else at.field or ""
        key = there.source((at.turn or 1, at.stock or 0, name))
    except (NoSuchPlace, IndexError):
        return None
    if not at.turn:
        place_ = there.places[(at.stock or 1) - 1] if (at.stock or 0) <= len(there.places) else 0
        return op.model_copy(update={"at": f"s{place_}.{at.field}"}) if place_ else None
    if key is None:
        return None
    moved = Address(key[0], key[1] or None, None if isinstance(op, Price) else at.field)
    return op.model_copy(update={"at": str(moved)})


def _renamed(old: Op, op: Rename) -> Op:
    """An op that writes texts, with the new name in them."""

    def new(text: str) -> str:
        return korean.rename(text, op.from_, op.to)

    match old:
        case Set() | Rename() | Reword():
            return old.model_copy(update={"to": new(old.to)})
        case AddTurn():
            texts = {name: new(getattr(old.turn, name)) for name in ("result", "news")}
            said = tuple(
                one.model_copy(update={"expectation": new(one.expectation)})
                for one in old.turn.stocks
            )
            turn = old.turn.model_copy(update={**texts, "stocks": said})
            return old.model_copy(update={"turn": turn})
        case AddStock():
            texts = {name: new(getattr(old.stock, name)) for name in ("name", "description")}
            said = tuple(
                one.model_copy(update={"expectation": new(one.expectation)})
                for one in old.stock.turns
            )
            stock = old.stock.model_copy(update={**texts, "turns": said})
            return old.model_copy(update={"stock": stock})
    return old


def _idle(op: Op) -> bool:
    return isinstance(op, Rename | Reword) and op.from_ == op.to


def _put(at: Address, aim: Chapter) -> Op:
    """The op that gives a field the value it has in `aim`."""
    value = aim.value(at)
    if at.field == PRICES[1] and is_number(value) and isinstance(value, int | float) and value > 0:
        return Price(op="price", at=str(Address(at.turn, at.stock)), to=value)
    if isinstance(value, str) and at.field not in SHARED:
        return Set(op="set", at=str(at), to=value)
    return Put(op="put", at=str(at), to=value)


# -- in words


def _folded(op: Op) -> str:
    """An op by what it says, however it is spaced."""
    return "".join(op.model_dump_json(by_alias=True).split()).casefold()


def _quoted(op: Op) -> str:
    if isinstance(op, Set | Price):
        return f"{op.op} {op.at} {_json(op.to)}"
    if isinstance(op, Rename | Reword):
        return f"rename {_json(op.from_)} -> {_json(op.to)}"
    written = op.model_dump_json(by_alias=True)
    return written if len(written) <= MOST_QUOTED else written[:MOST_QUOTED] + "…"


def _json(value: object) -> str:
    if isinstance(value, str) and len(value) > MOST_QUOTED:
        value = value[:MOST_QUOTED] + "…"
    return json.dumps(value, ensure_ascii=False)
