"""One edit, from request to proposal, as a stream of events."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.chapter import korean
from core.chapter.changes import apply
from core.chapter.chapter import SHARED, Address, Chapter
from core.chapter.ops import Applied, Change, Group, Op, Rename, Set
from core.editing import instant
from core.editing.asking import Asking
from core.editing.events import (
    Drafted,
    Dropped,
    Ended,
    Event,
    Kind,
    Leftover,
    Outcome,
    Progress,
    Proposal,
    Started,
    Step,
)
from core.editing.gates import Gate, Passed, Refusal, name_of
from core.editing.model import Model
from core.editing.prompt import Said
from core.editing.reply import language, reply
from core.errors import Fact, ModelError, ModelGarbled

__all__ = [
    "Drafted",
    "Dropped",
    "Ended",
    "Event",
    "Kind",
    "Leftover",
    "Outcome",
    "Progress",
    "Proposal",
    "Started",
    "edit",
    "proposal",
]


async def edit(  # noqa: PLR0913  the request and its terms
    chapter: Chapter,
    request: str,
    model: Model | None,
    *,
    locks: frozenset[str] = frozenset(),
    claims: bool = True,
    said: Sequence[Said] = (),
) -> AsyncGenerator[Event, None]:
    """Read the request and yield what it does: Started, then events, then Ended.

    `locks` are addresses that must not change: `t3`, `t3.news`, `s2`, `s2.name`, `t3.s2`.
    Raises BadRequest for a request over the limit. A model's error does not come through: it is
    in Ended. Closing the iterator or cancelling the task ends the model's call at once.
    """
    terms = _Terms(chapter, request, locks, claims)
    found = instant.read(request, chapter)
    if found is None and model is not None:
        yield Started("model")
        steps: asyncio.Queue[Step | None] = asyncio.Queue()
        emit = steps.put_nowait
        asking = Asking(chapter, request, model, emit, locks=locks, claims=claims, said=said)
        async with _running(asking.run(), steps):
            while (step := await steps.get()) is not None:
                yield step
        yield terms.asked(asking)
        return
    yield Started("instant")
    if isinstance(found, instant.Ready):
        for event in terms.at_once(found):
            yield event
    elif isinstance(found, instant.Answer):
        yield terms.nothing(found.outcome, found.rule, found.facts)
    else:
        yield terms.nothing("refused", "no_model")


@asynccontextmanager
async def _running(
    work: Coroutine[None, None, None], steps: "asyncio.Queue[Step | None]"
) -> AsyncGenerator[None, None]:
    """Run `work` beside the block, None in `steps` marks its end; it never outlives the block."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        yield
        await task
    finally:
        task.cancel()
        await asyncio.wait({task})


def proposal(
    chapter: Chapter,
    groups: Sequence[Group],
    dropped: Sequence[Dropped] = (),
    *,
    claims: bool = True,
) -> Proposal:
    """The offer that these groups make; what a cancelled edit keeps."""
    return _offer(chapter, groups, apply(chapter, groups, claims=claims), dropped)


def _offer(
    chapter: Chapter, groups: Sequence[Group], applied: Applied, dropped: Sequence[Dropped]
) -> Proposal:
    leftovers = tuple(_leftovers(chapter, groups))
    return Proposal(chapter, tuple(groups), applied, leftovers, tuple(dropped))


def _leftovers(chapter: Chapter, groups: Sequence[Group]) -> Iterator[Leftover]:
    for old in (_renamed(chapter, op) for group in groups for op in group.ops):
        for at, value in chapter.texts() if old else ():
            if at.field not in SHARED or at.turn == 1:
                for short in korean.short_mentions(value, old, chapter.names):
                    yield Leftover(str(at), short)


def _renamed(chapter: Chapter, op: Op) -> str:
    """The name that an op takes away; "" for any other op."""
    if isinstance(op, Rename):
        return op.from_
    at = Address.parse(op.at) if isinstance(op, Set) else Address()
    return chapter.shared(at.stock or 0, "name") if at.field == "name" else ""


@dataclass(frozen=True, slots=True)
class _Terms:
    """An edit's request, and how it can end."""

    chapter: Chapter
    request: str
    locks: frozenset[str]
    claims: bool

    def at_once(self, ready: instant.Ready) -> Iterator[Drafted | Dropped | Ended]:
        """The program's own ops: judged by the chapter's rules and the locks alone."""
        gate = Gate(
            self.chapter, self.request, locks=self.locks, claims=self.claims, cause="instant"
        )
        verdicts = [(name_of(ops[0]), gate.check(*ops)) for ops in ready.groups]
        told = [Dropped(n, v.rule, v.facts) for n, v in verdicts if isinstance(v, Refusal)]
        dropped = [one for one in told if one.rule not in _SAME or not gate.groups]
        yield from dropped
        if dropped:
            yield self._not_at_once(min(dropped, key=lambda one: one.rule in _SAME))
            return
        for _, one in verdicts:
            if isinstance(one, Passed):
                yield Drafted(one.group, one.changes, one.replaces)
        yield self.ended(gate, (), None)

    def _not_at_once(self, first: Dropped) -> Ended:
        """A request is one wish: where a part of it does not fit, none of it is done."""
        outcome: Outcome = "no_change" if first.rule in _SAME else "refused"
        if first.rule in _TOO_FEW:
            return self.nothing(outcome, "turns_left", {"turns": len(self.chapter.turns)})
        return self.nothing(outcome, first.rule, first.facts)

    def asked(self, asking: Asking) -> Ended:
        error = asking.error
        if asking.unusable and not asking.gate.groups:
            error = error or ModelGarbled("model_unusable", count=len(asking.dropped))
        if asking.gate.groups or error or asking.dropped:
            return self.ended(asking.gate, asking.dropped, error)
        if asking.sentence:
            outcome: Outcome = "question" if "?" in asking.sentence else "no_change"
            return Ended(outcome, None, _fitting(asking.sentence), rule="model_says")
        return self.nothing("question", "unclear")

    def ended(self, gate: Gate, dropped: Sequence[Dropped], error: ModelError | None) -> Ended:
        if gate.groups:
            offer = _offer(self.chapter, gate.groups, gate.applied(), dropped)
            said = self.say("edited", offer.applied.changes, dropped=len(dropped))
            return Ended("edited", offer, said, error)
        if error:
            failed = self.nothing("failed", error.rule, error.facts)
            return Ended("failed", None, failed.reply, error, error.rule, error.facts)
        first = dropped[0]
        if first.rule in _SAME:
            return self.nothing("no_change", first.rule, first.facts)
        return self.nothing("refused", first.rule, first.facts)

    def nothing(
        self, outcome: Outcome, rule: str, facts: Mapping[str, Fact] | None = None
    ) -> Ended:
        facts = facts or {}
        return Ended(outcome, None, self.say(outcome, (), rule, facts), None, rule, facts)

    def say(
        self,
        outcome: Outcome,
        changes: Sequence[Change],
        rule: str = "",
        facts: Mapping[str, Fact] | None = None,
        *,
        dropped: int = 0,
    ) -> str:
        lang, names = language(self.request), self.chapter.names
        return reply(outcome, changes, lang, rule, facts or {}, names=names, dropped=dropped)


_SAME = frozenset({"same_value", "said_twice"})
_TOO_FEW = frozenset({"too_few_turns", "no_turns"})
_MOST = 50


def _fitting(sentence: str) -> str:
    return sentence if len(sentence) <= _MOST else sentence[: _MOST - 1].rstrip() + "…"
