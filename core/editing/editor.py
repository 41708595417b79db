"""One edit, from request to proposal, as a stream of events."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from core.chapter import korean
from core.chapter.changes import apply
from core.chapter.chapter import SHARED, Address, Chapter
from core.chapter.ops import STRUCTURAL, Applied, Change, Group, Op, Rename, Set
from core.editing import followup, instant, scope
from core.editing.asking import Asking
from core.editing.decisions import in_order, renaming
from core.editing.events import (
    MISSING,
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
from core.editing.followup import Follow, Round
from core.editing.gates import Gate, Passed, Refusal, name_of
from core.editing.limits import OPEN, Limits
from core.editing.model import Model
from core.editing.pace import Pace
from core.editing.prompt import CURRENT, Phrasing
from core.editing.reply import language, reply
from core.errors import Fact, ModelError, ModelGarbled
from core.words import sentence

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
    "asks",
    "edit",
    "proposal",
]


async def edit(  # noqa: PLR0913  the request and its terms
    chapter: Chapter,
    request: str,
    model: Model | None,
    *,
    limits: Limits = OPEN,
    claims: bool = True,
    follow: Follow | None = None,
    phrasing: Phrasing = CURRENT,
    pace: Pace | None = None,
) -> AsyncGenerator[Event, None]:
    """Read the request and yield what it does: Started, then events, then Ended.

    `limits` hold whatever the request says. With `follow` the request goes on from a proposal on
    this chapter and ends in another one; where it changes nothing, in that one, as decided now.
    By the model's `pace` it is worked out whether many texts are planned; None: a usual one's.
    Raises BadRequest for a request over the limit. A model's error does not come through: it is
    in Ended. Closing the iterator or cancelling the task ends the model's call at once.
    """
    said = followup.heard(request, follow) if follow else None
    terms = _Terms(chapter, request, limits, claims, phrasing=phrasing, pace=pace)
    if said:
        terms = replace(terms, request=said.rest, around=Round(said.follow, claims))
    if said and (said.missing is not None or not said.rest):
        yield Started("instant")
        yield terms.decided(request, said)
        return
    found = terms.read()
    if found is None and model is not None:
        yield Started("model")
        steps: asyncio.Queue[Step | None] = asyncio.Queue()
        asking = terms.asking(model, steps.put_nowait)
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


def asks(chapter: Chapter, request: str, follow: Follow | None = None) -> bool:
    """Whether `edit` would ask a model. Raises BadRequest for a request over the limit."""
    said = followup.heard(request, follow) if follow else None
    if said and (said.missing is not None or not said.rest):
        return False
    terms = _Terms(chapter, said.rest if said else request, OPEN, claims=True)
    if said:
        terms = replace(terms, around=Round(said.follow, terms.claims))
    return bool(terms.request.strip()) and terms.read() is None


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


def proposal(  # noqa: PLR0913  the groups, and what they go on from
    chapter: Chapter,
    groups: Sequence[Group],
    dropped: Sequence[Dropped] = (),
    *,
    claims: bool = True,
    follow: Follow | None = None,
    request: str = "",
) -> Proposal:
    """The offer that these groups make; what a cancelled edit keeps.

    With `follow` they are what was drafted for `request`, which went on from that proposal.
    """
    if follow:
        around = Round(followup.heard(request, follow).follow, claims)
        return _continued(around, groups, dropped)
    return _offer(chapter, groups, apply(chapter, groups, claims=claims), dropped)


def _offer(
    chapter: Chapter, groups: Sequence[Group], applied: Applied, dropped: Sequence[Dropped]
) -> Proposal:
    leftovers = tuple(_leftovers(chapter, groups, applied.chapter))
    return Proposal(chapter, tuple(groups), applied, leftovers, tuple(dropped))


def _continued(around: Round, groups: Sequence[Group], dropped: Sequence[Dropped]) -> Proposal:
    """The proposal before with these groups worked in.

    Where that leaves the chapter as it was given, all of the old one is rejected.
    """
    before = around.as_it_was()
    dropped = [*dropped, *_still_missing(before, groups, dropped)]
    if not groups:
        return replace(before, dropped=tuple(dropped))
    found = around.merged(groups)
    if not found.groups:
        return replace(before, verdicts={group.id: "rejected" for group in before.groups})
    offer = _offer(around.base, found.groups, found.applied, dropped)
    return replace(offer, verdicts=found.verdicts, conflicts=found.conflicts)


def _still_missing(
    before: Proposal, groups: Sequence[Group], dropped: Sequence[Dropped]
) -> Iterator[Dropped]:
    """Turns that were missing before, and of which nothing was written now."""
    ops = [op for group in groups for op in group.ops]
    if any(op.op in STRUCTURAL for op in ops):
        return
    now = {str(getattr(op, "at", "")).partition(".")[0] for op in ops}
    now |= {str(one.facts["at"]) for one in dropped if one.rule == MISSING}
    for one in before.dropped:
        if one.rule == MISSING and one.facts["at"] not in now:
            yield one


def _leftovers(chapter: Chapter, groups: Sequence[Group], after: Chapter) -> Iterator[Leftover]:
    """Mentions of an old name that the result still has."""
    ops = [op for group in groups for op in group.ops]
    moved = any(op.op in STRUCTURAL for op in ops)
    if not moved:
        yield from _left_by_texts(chapter, groups, after)
    for op in ops:
        for at, value in chapter.texts() if (old := _renamed(chapter, op)) else ():
            if at.field not in SHARED or at.turn == 1:
                now = value if moved else str(after.value(at))
                whole = not moved and not isinstance(op, Rename)
                for found in _mentions(value, old, chapter.names, whole=whole):
                    if found in now:
                        yield Leftover(str(at), found)


def _left_by_texts(chapter: Chapter, groups: Sequence[Group], after: Chapter) -> Iterator[Leftover]:
    """Where new texts have another name for something, and texts within the request the old one."""
    names = {
        (found[0], group.because)
        for group in groups
        for op in group.ops
        if isinstance(op, Set) and (found := renaming(chapter, group, op))
    }
    for old, request in sorted(names):
        wanted = scope.read(request, chapter)
        for at, _ in chapter.texts():
            within = wanted.turns is None or at.turn in wanted.turns
            if within and at.field not in SHARED and korean.mentions(str(after.value(at)), old):
                yield Leftover(str(at), korean.bare(old))


def _mentions(text: str, old: str, names: Sequence[str], *, whole: bool) -> Iterator[str]:
    """Short ones; also the `whole` name, where no rename has seen to it."""
    if whole and korean.mentions(text, name := korean.bare(old)):
        yield name
    yield from korean.short_mentions(text, old, names)


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
    limits: Limits
    claims: bool
    around: Round | None = None
    """The rounds before, where the request goes on from a proposal."""
    phrasing: Phrasing = CURRENT
    pace: Pace | None = None

    @property
    def present(self) -> Chapter:
        """The chapter that the request speaks of."""
        return self.around.present if self.around else self.chapter

    def read(self) -> instant.Reading:
        """A model knows what "the second" is where words alone do not say."""
        found = instant.read(self.request, self.present)
        unclear = isinstance(found, instant.Answer) and found.rule in _UNCLEAR
        return None if unclear and self.around and self.around.refers(self.request) else found

    def asking(self, model: Model, emit: Callable[[Step], None]) -> Asking:
        return Asking(
            self.present,
            self.request,
            model,
            emit,
            limits=self.limits,
            claims=self.claims,
            around=self.around,
            phrasing=self.phrasing,
            pace=self.pace,
        )

    def decided(self, request: str, said: followup.Heard) -> Ended:
        """The end of a request that only decides."""
        count = len(in_order(said.follow.proposal))
        if said.missing is not None:
            facts: dict[str, Fact] = {"number": said.missing, "count": count}
            return self.nothing("refused", "no_such_change", facts)
        rule, told = followup.told(said.decided, count)
        return Ended("edited", self.before, sentence(rule, told, language(request)))

    @property
    def before(self) -> Proposal | None:
        """The proposal that the request goes on from, with what was decided."""
        return self.around.as_it_was() if self.around else None

    def at_once(self, ready: instant.Ready) -> Iterator[Drafted | Dropped | Ended]:
        """The program's own ops: judged by the chapter's rules and the limits alone."""
        first = self.around.first if self.around else 1
        gate = Gate(
            self.present,
            self.request,
            limits=self.limits,
            claims=self.claims,
            cause="instant",
            first=first,
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
            return self.nothing(outcome, "turns_left", {"turns": len(self.present.turns)})
        return self.nothing(outcome, first.rule, first.facts)

    def asked(self, asking: Asking) -> Ended:
        error = asking.error
        if asking.unusable and not asking.gate.groups:
            error = error or ModelGarbled("model_unusable", count=len(asking.dropped))
        if asking.gate.groups or error or asking.dropped:
            return self.ended(asking.gate, asking.dropped, error)
        if _CLAIMS.search(asking.sentence) and not _DENIES.search(asking.sentence):
            return self.ended(asking.gate, (), ModelGarbled("model_claims"))
        if asking.sentence:
            outcome: Outcome = "question" if "?" in asking.sentence else "no_change"
            return Ended(outcome, self.before, _fitting(asking.sentence), rule="model_says")
        return self.nothing("question", "unclear")

    def ended(self, gate: Gate, dropped: Sequence[Dropped], error: ModelError | None) -> Ended:
        if gate.groups:
            said = self.say("edited", gate.applied().changes, dropped=len(dropped))
            return Ended("edited", self.offer(gate, dropped), said, error)
        if error:
            failed = self.nothing("failed", error.rule, error.facts)
            return replace(failed, error=error)
        first = dropped[0]
        if first.rule in _SAME:
            return self.nothing("no_change", first.rule, first.facts)
        return self.nothing("refused", first.rule, first.facts)

    def offer(self, gate: Gate, dropped: Sequence[Dropped]) -> Proposal:
        if self.around:
            return _continued(self.around, gate.groups, dropped)
        return _offer(self.chapter, gate.groups, gate.applied(), dropped)

    def nothing(
        self, outcome: Outcome, rule: str, facts: Mapping[str, Fact] | None = None
    ) -> Ended:
        facts = facts or {}
        said = self.say(outcome, (), rule, facts)
        return Ended(outcome, self.before, said, None, rule, facts)

    def say(
        self,
        outcome: Outcome,
        changes: Sequence[Change],
        rule: str = "",
        facts: Mapping[str, Fact] | None = None,
        *,
        dropped: int = 0,
    ) -> str:
        lang, names = language(self.request), self.present.names
        return reply(outcome, changes, lang, rule, facts or {}, names=names, dropped=dropped)


_UNCLEAR = frozenset({"request_unclear", "asked"})
_SAME = frozenset({"same_value", "said_twice"})
_TOO_FEW = frozenset({"too_few_turns", "no_turns"})
_MOST = 50
_CLAIMS = re.compile(
    r"[가-힣](?:했|꿨|쳤|었|았|웠|렸|였|썼|꾸었)(?:어요|습니다|어)(?![가-힣])"
    r"|(?i:\b(?:changed|updated|rewrote|rewritten|edited|done|made|added|removed|renamed)\b)"
)
"""A model's sentence that says that something was done."""
_DENIES = re.compile(r"\?|없|않|못|(?i:\b(?:no|not|nothing|cannot|could|already)\b|n['’]t\b)|이미")


def _fitting(sentence: str) -> str:
    return sentence if len(sentence) <= _MOST else sentence[: _MOST - 1].rstrip() + "…"
