"""Three gates in front of a chapter: the schema, the chapter's rules, the text itself.

A model's ops come one at a time; each passes, is refused alone with its reason, or waits for
others without which it does not fit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from core.chapter import rules, text
from core.chapter.changes import apply
from core.chapter.chapter import Chapter, Number
from core.chapter.ops import (
    AddStock,
    AddTurn,
    Applied,
    Cause,
    Change,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    ModelOp,
    MoveTurn,
    Op,
    Price,
    Rename,
    Rewrite,
    Set,
)
from core.editing.limits import OPEN, Kept, Limits
from core.editing.scope import Scope
from core.editing.wording import Wording
from core.errors import Fact, NoSuchPlace, TurnsmithError, Unreadable, WriterError

GateName = Literal["schema", "scope", "rules", "text"]
MAX_BECAUSE = 200
MAX_WHAT = 80
MAX_POOL = 12
MAX_WORK = 100_000
"""Places that are looked at to try changes together, over a whole edit: about a second."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that does not get through."""

    gate: GateName
    """`scope` also means: nothing that the model could mend."""
    rule: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passed:
    """A change that does, with all that it forces."""

    group: Group
    changes: tuple[Change, ...]
    replaces: tuple[str, ...] = ()
    """Groups passed before that are part of this one now, because they share a place."""


Verdict: TypeAlias = Passed | Refusal | None
"""None: it waits for others."""

_TURN = re.compile(r"t([1-9][0-9]{0,5})")
_OPS: TypeAdapter[ModelOp] = TypeAdapter(ModelOp)
_RENUMBERING = (DeleteTurn, MoveTurn, AddTurn, CopyTurn, DeleteStock)


def read_op(written: str) -> ModelOp | Refusal:
    """The first gate: strict JSON, a known op, the right types."""
    try:
        text.parse(written)
        return _OPS.validate_json(written)
    except Unreadable as error:
        return Refusal("schema", "change_json", {"found": error.rule})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"][1:]) or "op"
        return Refusal("schema", "change_format", {"field": where[:MAX_WHAT]})


def name_of(op: Op) -> str:
    """A change in a few words: its op, and its address or name."""
    return f"{op.op} {place_of(op)}".strip()[:MAX_WHAT]


def place_of(op: Op) -> str:
    """The address that an op names, else the name; "" for what is new."""
    return str(getattr(op, "at", "") or getattr(op, "from_", ""))[:MAX_WHAT]


class Gate:
    """What one edit has let through so far. Not for several threads."""

    def __init__(  # noqa: PLR0913  the terms of one edit
        self,
        chapter: Chapter,
        request: str,
        *,
        limits: Limits = OPEN,
        scope: Scope | None = None,
        claims: bool = True,
        cause: Cause = "model",
        first: int = 1,
    ) -> None:
        """Without a `scope` the writer's own words pass: no scope, no judgement of texts.

        Groups are called `g1`, `g2` and so on, from `first`.
        """
        self.chapter = chapter
        self.groups: tuple[Group, ...] = ()
        self._because = request[:MAX_BECAUSE]
        self._limits = limits
        self._scope = scope
        self._claims = claims
        self._cause: Cause = cause
        self._numbers = count(first)
        self._waiting: list[Group] = []
        self._taken: set[str] = set()
        self._said: set[str] = set()
        self._touched: dict[str, str] = {}
        self._now: dict[str, str] = {}
        self._work = 0
        self.wording = Wording(chapter, request)
        self._known: tuple[tuple[Group, ...], Applied | None] = ((), None)

    def check(self, *ops: Op) -> Verdict:
        """Judge ops that stand or fall together. What passed before is never judged again."""
        fresh = [op for op in ops if _written(op) not in self._taken]
        if not fresh:
            return Refusal("scope", "said_twice", {"at": place_of(ops[0])})
        if again := next((op for op in fresh if _leaf(op) in self._said), None):
            return Refusal("scope", "said_otherwise", {"at": place_of(again)})
        group = Group(f"g{next(self._numbers)}", tuple(fresh), self._cause, self._because)
        return self._out_of_scope(group) or self._odd_price(group) or self._judged(group)

    def plan(self, op: Rewrite) -> Rewrite | Refusal:
        """The plan without what must stay, or why a turn must not be planned.

        Its texts are judged when they come.
        """
        number = _TURN.fullmatch(op.at)
        if not number or int(number[1]) > len(self.chapter.turns):
            return Refusal("rules", "no_place", {"at": op.at[:MAX_WHAT], **self._size()})
        if self._scope and (rule := self._scope.refuses(op, self.chapter)):
            return Refusal("scope", rule, {"at": op.at})
        plan = self._limits.planned(op, self.chapter)
        return _kept_out(plan) if isinstance(plan, Kept) else plan

    def _size(self) -> dict[str, Fact]:
        return {"turns": len(self.chapter.turns), "stocks": self.chapter.stock_count}

    def fits(self, op: Op) -> bool:
        """Whether an op that was not asked for would pass alone, had it been."""
        group = Group("g0", (op,), self._cause, self._because)
        try:
            alone = apply(self.chapter, (group,), claims=self._claims)
        except TurnsmithError:
            return False
        if not alone.changes or self._limits.keeps(op) or self._odd_price(group):
            return False
        unfit = self._kept_out((group,), alone) or self._unfit_text(alone) or self._breaks(alone)
        return unfit is None

    def finish(self) -> Iterator[tuple[Group, Passed | Refusal]]:
        """A last try for those that wait: all but one of them, then none."""
        waiting, self._waiting = self._waiting, []
        for left in waiting if len(waiting) <= MAX_POOL else ():
            rest = [group for group in waiting if group is not left]
            verdict = self._alone(_joined(rest)) if rest else None
            if isinstance(verdict, Passed):
                yield rest[0], verdict
                waiting = [left]
                break
        for group in waiting:
            yield group, self._late(group) or self._reason(group)

    def applied(self) -> Applied:
        """The chapter with all that passed."""
        groups, known = self._known
        if known is None or groups != self.groups:
            known = apply(self.chapter, self.groups, claims=self._claims)
            self._known = (self.groups, known)
        return known

    # -- scope and limits

    def _out_of_scope(self, group: Group) -> Refusal | None:
        for op in group.ops:
            if self._scope and (rule := self._scope.refuses(op, self.chapter)):
                return Refusal("scope", rule, {"at": place_of(op)})
            if kept := self._limits.keeps(op):
                return _kept_out(kept)
        return None

    def _kept_out(self, groups: Sequence[Group], applied: Applied) -> Refusal | None:
        """A locked place, or one outside of what may change, that these groups change."""
        if not self._limits:
            return None
        ops = [op for group in groups for op in group.ops]
        kept = self._limits.refuses(ops, self.chapter, applied)
        return _kept_out(kept) if kept else None

    # -- the chapter's rules and the text

    def _odd_price(self, group: Group) -> Refusal | None:
        """A model's price below a coin, or in parts of one where the chapter has none."""
        for op in group.ops if self._scope else ():
            for price in _prices(op):
                if price < 1:
                    return Refusal("rules", "price_least", {"at": place_of(op)})
                if price % 1 and _whole(self.chapter):
                    return Refusal("rules", "price_whole", {"at": place_of(op)})
        return None

    def _judged(self, group: Group) -> Verdict:
        try:
            alone = apply(self.chapter, (group,), claims=self._claims)
        except NoSuchPlace as error:
            return _refused("rules", error)
        except WriterError as error:
            return self._wait(group) if error.rule in _NEEDS_OTHERS else _refused("rules", error)
        if not alone.changes:
            return Refusal("scope", "same_value", {"at": place_of(group.ops[0])})
        if refusal := self._kept_out((group,), alone) or self._unfit_text(alone):
            return refusal
        if self._breaks(alone):
            return self._wait(group)
        return self._on_top(group, alone) or self._wait(group)

    def _unfit_text(self, applied: Applied) -> Refusal | None:
        fault = self.wording.judge(applied.changes, self._now) if self._scope else None
        return Refusal("text", fault.rule, fault.facts) if fault else None

    def _breaks(self, applied: Applied) -> Refusal | None:
        if self._scope and (odd := self._other_stock(applied)):
            return odd
        if _cannot_break(applied.changes):
            return None
        found = rules.new_breaks(self.chapter, applied.chapter)
        return _broken(found[0]) if found else None

    def _other_stock(self, applied: Applied) -> Refusal | None:
        """News of another stock than the one that its tag moves, which it was not before."""
        before, after = self.chapter.turns, applied.chapter.turns
        told = {change.at.partition(".")[0] for change in applied.changes if _tells(change)}
        for old, new in zip(before, after, strict=False):
            if str(new.at) in told and len(before) == len(after):
                found = next(rules.tag_target(new), None)
                if found and not any(rules.tag_target(old)):
                    return _broken(found)
        return None

    def _on_top(self, group: Group, alone: Applied, *, late: bool = False) -> Passed | None:
        """Let it through if the chapter also holds with all that passed before."""
        if not late and (not self.groups or self._apart(alone)):
            first = not self.groups
            passed = self._let(group, alone.changes, frozenset())
            self._known = (self.groups, alone) if first else self._known
            return passed
        together = self._tried((*self.groups, group))
        if together is None or self._breaks(together):
            return None
        if self._kept_out((*self.groups, group), together):
            return None
        mine = self._sharing(group, together)
        earlier = mine - {group.id}
        group = _joined([one for one in (*self.groups, group) if one.id in mine])
        found = tuple(change for change in together.changes if change.group in mine)
        return self._let(group, found, earlier)

    def _tried(self, groups: Sequence[Group]) -> Applied | None:
        """None when they do not fit together, or the edit has had its share of work."""
        renames = sum(isinstance(op, Rename) for group in groups for op in group.ops)
        self._work += _places(self.chapter) * (1 + renames)
        if self._work > MAX_WORK:
            return None
        try:
            return apply(self.chapter, groups, claims=self._claims)
        except TurnsmithError:
            return None

    def _apart(self, alone: Applied) -> bool:
        """Texts that no group touched: nothing else needs to be looked at."""
        return _cannot_break(alone.changes) and not any(
            change.at in self._touched or "" in self._touched for change in alone.changes
        )

    def _sharing(self, group: Group, together: Applied) -> frozenset[str]:
        """The groups that have a hand in a place of this one, and in turn in theirs."""
        mine, before = frozenset({group.id}), frozenset[str]()
        while mine != before:
            before = mine
            for some in together.together:
                mine |= some if some & mine else frozenset()
        return mine

    def _let(self, group: Group, found: tuple[Change, ...], replaced: frozenset[str]) -> Passed:
        group = replace(group, id=min([group.id, *replaced], key=_number))
        found = tuple(replace(change, group=group.id) for change in found)
        found = tuple(replace(one, id=f"{group.id}.{n}") for n, one in enumerate(found, 1))
        kept = [one for one in self.groups if one.id != group.id and one.id not in replaced]
        self.groups = tuple(sorted([*kept, group], key=lambda one: _number(one.id)))
        self._taken.update(map(_written, group.ops))
        self._said.update(filter(None, map(_leaf, group.ops)))
        whole = any(isinstance(op, _RENUMBERING) for op in group.ops)
        self._touched.update({"" if whole else change.at: group.id for change in found})
        self._now.update({one.at: one.after for one in found if isinstance(one.after, str)})
        return Passed(group, found, tuple(sorted(replaced - {group.id}, key=_number)))

    # -- waiting

    def _wait(self, group: Group) -> Verdict:
        """Keep it until it fits together with the others that wait."""
        if not self._scope:
            return self._reason(group)
        self._waiting.append(group)
        if not 2 <= len(self._waiting) <= MAX_POOL:
            return None
        verdict = self._alone(_joined(self._waiting))
        if isinstance(verdict, Passed):
            self._waiting.clear()
        return verdict if isinstance(verdict, Passed) else None

    def _alone(self, group: Group) -> Passed | None:
        alone = self._tried((group,))
        if alone is None:
            return None
        bad = self._kept_out((group,), alone) or self._unfit_text(alone) or self._breaks(alone)
        return None if bad else self._on_top(group, alone)

    def _late(self, group: Group) -> Passed | None:
        """With what passed since it came: news may wait for its tag."""
        alone = self._tried((group,)) if self.groups else None
        if alone is None or self._kept_out((group,), alone) or self._unfit_text(alone):
            return None
        return self._on_top(group, alone, late=True)

    def _reason(self, group: Group) -> Refusal:
        """Why a group does not fit, alone or on top of what passed."""
        self._work += 2 * _places(self.chapter)
        for groups in ((group,), (*self.groups, group)) if self._work <= MAX_WORK else ():
            try:
                applied = apply(self.chapter, groups, claims=self._claims)
            except TurnsmithError as error:
                return _refused("rules", error)
            if bad := self._kept_out(groups, applied) or self._breaks(applied):
                return bad
        return Refusal("rules", "does_not_fit", {"at": place_of(group.ops[0])})


_NEEDS_OTHERS = frozenset({"stock_turns", "stock_count", "prices_missing", "no_event"})
"""Refusals of `apply` that another op of the same edit may lift."""


_WORDS = frozenset({"set", "rename", "reword", "restate", "copy"})
"""What changes texts and no more."""


def _cannot_break(found: Sequence[Change]) -> bool:
    """Texts alone, names aside: no GAME rule looks at them."""
    return all(change.op in _WORDS and not change.at.endswith(".name") for change in found)


def _tells(change: Change) -> bool:
    return change.at.endswith((".news", ".news_tag"))


def _leaf(op: Op) -> str:
    """The place that an op writes anew, whatever stood there; "" when it does not."""
    return f"{op.op} {op.at}" if isinstance(op, Set | Price) else ""


def _prices(op: Op) -> Iterator[Number]:
    """What an op says that something costs."""
    if isinstance(op, Price):
        yield op.to
    elif isinstance(op, AddTurn):
        yield from (stock.price for stock in op.turn.stocks)
    elif isinstance(op, AddStock):
        yield from (turn.price for turn in op.stock.turns)


def _whole(chapter: Chapter) -> bool:
    """Whether every price of the chapter is in whole coins."""
    prices = (stock.price for turn in chapter.turns for stock in turn.stocks)
    return not any(price % 1 for price in prices if price is not None)


def _places(chapter: Chapter) -> int:
    return sum(len(turn.values) + 6 * len(turn.stocks) for turn in chapter.turns)


def _joined(groups: Sequence[Group]) -> Group:
    ops = tuple(op for group in groups for op in group.ops)
    return replace(groups[0], ops=ops)


def _number(group: str) -> int:
    return int(group[1:])


def _written(op: Op) -> str:
    return op.model_dump_json(by_alias=True)


def _refused(gate: GateName, error: TurnsmithError) -> Refusal:
    hopeless = error.rule in ("same_value", "name_absent")
    return Refusal("scope" if hopeless else gate, error.rule, error.facts)


def _broken(found: rules.Finding) -> Refusal:
    return Refusal("rules", found.rule, {**found.facts, "at": found.at})


def _kept_out(kept: Kept) -> Refusal:
    return Refusal("scope", kept.rule, kept.facts)
