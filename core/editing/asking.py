"""An edit that needs a model: the main call, the turns of its plan at once, one repair round."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from core import words
from core.chapter.chapter import Chapter
from core.chapter.ops import STRUCTURAL, Op, Rewrite, Set
from core.chapter.text import Json
from core.editing import pace as paces
from core.editing import prompt, scope, trace
from core.editing.events import MISSING, Drafted, Dropped, Progress, Step
from core.editing.gates import Gate, Passed, Refusal, Verdict, name_of, place_of, read_op
from core.editing.limits import Limits
from core.editing.model import Model, Usage
from core.editing.pace import Pace, tokens
from core.editing.prompt import CURRENT, SILENCE, Phrasing, Prompt, Refused, Talk
from core.editing.scope import UNASKED, Scope
from core.editing.stream import Answer
from core.errors import (
    ModelBusy,
    ModelDown,
    ModelError,
    ModelGarbled,
    ModelSetup,
    ModelTimeout,
)

MAX_CHANGES = 400
"""Changes that one edit's answers may name; a real one has at most a hundred."""
MAX_REPAIRED = 40
"""Refused changes that go back to the model."""
MAX_SUGGESTED = 12
"""Changes beyond the request that are looked at once more, to be offered beside it."""
MAX_WRITTEN = 600
"""Characters of a refused change that go back."""
PROGRESS_S = 0.2
"""Seconds between two signs of progress."""

_SAID = frozenset({"said_twice", "said_otherwise"})
"""The first of several changes of a place counts; the others need no words."""


@dataclass(slots=True)
class _Bill:
    """Tokens of one call: estimated, then as the server says."""

    tokens_in: float
    tokens_out: float = 0.0
    cached: int = 0

    def void(self, error: ModelError) -> None:
        """What was turned away, or never reached, is not charged."""
        if isinstance(error, ModelBusy | ModelDown | ModelSetup) and not self.tokens_out:
            self.tokens_in = 0

    def settle(self, usage: Usage) -> None:
        self.tokens_in = usage.tokens_in or self.tokens_in
        self.tokens_out = usage.tokens_out or self.tokens_out
        self.cached = min(usage.cached, usage.tokens_in)


@dataclass(frozen=True, slots=True)
class _Failed:
    """A change that did not pass."""

    written: str
    """As the model wrote it."""
    what: str
    """Its op and address; the beginning of the text when it could not be read."""
    refusal: Refusal
    op: Op | None = None
    """None when it could not be read."""


class Around(Protocol):
    """The rounds before, where a request goes on from a proposal."""

    @property
    def talk(self) -> Talk: ...

    @property
    def first(self) -> int:
        """The first free number of a group."""

    def scope(self, request: str) -> Scope: ...

    def refuses(self, op: Op) -> bool:
        """Whether the writer has rejected this very change before."""


class Asking:
    """One edit by a model: `run` it, then look at what it came to."""

    error: ModelError | None = None
    """Why the answer is not whole, or not there."""
    sentence = ""
    """The model's own words, when they may be shown."""

    def __init__(  # noqa: PLR0913  the request and its terms
        self,
        chapter: Chapter,
        request: str,
        model: Model,
        emit: Callable[[Step], None],
        *,
        limits: Limits,
        claims: bool,
        around: "Around | None" = None,
        phrasing: Phrasing = CURRENT,
        pace: Pace | None = None,
    ) -> None:
        asked = around.scope(request) if around else scope.read(request, chapter)
        talk, first = (around.talk, around.first) if around else (SILENCE, 1)
        self.gate = Gate(chapter, request, limits=limits, scope=asked, claims=claims, first=first)
        self._around = around
        self.dropped: list[Dropped] = []
        self._model = model
        self._emit = emit
        self._pace = pace or Pace()
        fewest = self._pace.fewest(paces.sizes(chapter, asked))
        self._schema = prompt.CHAPTER_CHANGES if fewest else prompt.DIRECT_CHANGES
        self._main = prompt.ask(
            chapter,
            request,
            scope=asked,
            limits=limits,
            talk=talk,
            phrasing=phrasing,
            fewest=fewest,
        )
        self._wording = self.gate.wording
        self._plans: list[Rewrite] = []
        self._cut: list[Rewrite] = []
        self._silent: dict[str, Rewrite] = {}
        """Planned turns of which nothing has passed yet."""
        self._passed: list[Op] = []
        self._failed: list[_Failed] = []
        self._bills: list[_Bill] = []
        self._trace = trace.trace.get() or trace.Trace()
        self._begun = self._shown = time.monotonic()
        self._first_s: float | None = None
        self._count = 0

    @property
    def unusable(self) -> bool:
        """Something was refused for what it is, not for being out of scope."""
        return any(one.refusal.gate != "scope" for one in self._failed)

    async def run(self) -> None:
        """All calls of the edit; steps go to `emit` as they happen. A model's error is kept."""
        await self._call(self._main)
        await self._turns(self._plans)
        self._finish()
        if self._mendable():
            await self._repair()
        self._missing()
        self._give_up()
        self._progress()
        self._told()

    def _told(self) -> None:
        """How long plans and new texts come out, for the next estimate."""
        if self._plans:
            plans = sum(tokens(plan.model_dump_json()) for plan in self._plans)
            self._pace.brief.saw(plans / len(self._plans))
        found = self.gate.applied().changes if self.gate.groups else ()
        texts = [one for one in found if one.op == "set"]
        was = sum(paces.written(one.at, str(one.before or "")) for one in texts)
        if was:
            now = sum(paces.written(one.at, str(one.after)) for one in texts)
            self._pace.stretch.saw(now / was)

    # -- calls

    async def _call(self, messages: Prompt, plan: Rewrite | None = None) -> None:
        """One answer, each change judged as soon as it closes."""
        schema = prompt.turn_changes(plan.at) if plan else self._schema
        answer, bill = Answer(), self._billed(messages)
        whole = trace.MAIN if messages is self._main else trace.REPAIR
        noted = self._trace.begin(plan.at if plan else whole)
        try:
            async with aclosing(self._model.stream(messages, schema)) as pieces:
                async for piece in pieces:
                    await self._heard(piece, answer, bill, plan)
            if not answer.complete:
                raise ModelGarbled("model_format")
        except ModelError as error:
            self.error = error
            bill.void(error)
            self._cut += [plan] if plan else []
            noted.error = error.rule
        finally:
            noted.ended = self._trace.now
        if not plan and self._wording.sayable(answer.reply):
            self.sentence = answer.reply.strip()

    async def _heard(
        self, piece: str | Usage, answer: Answer, bill: _Bill, plan: Rewrite | None
    ) -> None:
        """Other edits get their turn after every change: one piece may hold hundreds."""
        if isinstance(piece, Usage):
            bill.settle(piece)
            return
        if not bill.tokens_out:
            trace.reached("first")
        bill.tokens_out += tokens(piece)
        for written in answer.feed(piece):
            self._closed(written, plan)
            await asyncio.sleep(0)
        first = self._first_s is None
        if first:
            self._first_s = time.monotonic() - self._begun
        if first or time.monotonic() - self._shown >= PROGRESS_S:
            self._progress()

    async def _turns(self, plans: Sequence[Rewrite]) -> None:
        """All turns of the plan at the same time."""
        async with asyncio.TaskGroup() as turns:
            for plan in plans:
                turns.create_task(self._call(prompt.ask_turn(self._main, self._plans, plan), plan))

    async def _repair(self) -> None:
        """Once an edit: turns that broke off again, and what was refused together."""
        cut, plans, failed = self.error is not None, self._cut, self._failed
        self.error, self._cut, self._failed = None, [], []
        await self._turns(plans)
        if failed or (cut and not plans):
            refused = [_explained(one) for one in failed[:MAX_REPAIRED]]
            again = prompt.ask_again(self._main, self._passed, refused, cut=cut and not plans)
            known = len(self._plans)
            await self._call(again)
            await self._turns(self._plans[known:])
            self._finish()
        self._failed = [*failed, *self._failed]

    def _mendable(self) -> bool:
        if self.error is None:
            return self.unusable
        wordless = self._first_s is None or isinstance(self.error, ModelTimeout)
        return self.error.retry and not wordless

    # -- changes

    def _closed(self, written: str, plan: Rewrite | None) -> None:
        begun = time.perf_counter()
        try:
            self._read(written, plan)
        finally:
            self._trace.gates += time.perf_counter() - begun

    def _read(self, written: str, plan: Rewrite | None) -> None:
        self._count += 1
        if self._count > MAX_CHANGES:
            raise ModelGarbled("model_too_long", most=MAX_CHANGES)
        op = read_op(written)
        if isinstance(op, Refusal):
            self._failed.append(_Failed(written, written[:80], op))
        elif plan and not (isinstance(op, Set) and op.at.startswith(plan.at + ".")):
            refusal = Refusal("scope", "other_turn", {"at": plan.at})
            self._failed.append(_Failed(written, name_of(op), refusal))
        elif isinstance(op, Rewrite):
            self._planned(op)
        elif self._around and self._around.refuses(op):
            self._judged(op, Refusal("scope", "refused_before", {"at": place_of(op)}))
        else:
            self._judged(op, self.gate.check(op))

    def _planned(self, op: Rewrite) -> None:
        plan = self.gate.plan(op)
        if isinstance(plan, Refusal):
            self._judged(op, plan)
        elif all(op.at != other.at for other in self._plans):
            self._plans.append(plan)
            self._silent[plan.at] = plan

    def _judged(self, op: Op, verdict: Verdict) -> None:
        if isinstance(verdict, Passed):
            for change in verdict.changes:
                self._silent.pop(change.at.partition(".")[0], None)
            self._passed += [one for one in verdict.group.ops if one not in self._passed]
            self._emit(Drafted(verdict.group, verdict.changes, verdict.replaces))
        elif isinstance(verdict, Refusal) and verdict.rule not in _SAID:
            written = op.model_dump_json(by_alias=True)
            self._failed.append(_Failed(written, name_of(op), verdict, op))

    def _finish(self) -> None:
        for group, verdict in self.gate.finish():
            self._judged(group.ops[0], verdict)

    def _missing(self) -> None:
        """Name each turn of a plan that was not written to its end, with its plan."""
        missing = {**self._silent, **{plan.at: plan for plan in self._cut}}
        for at, plan in sorted(missing.items(), key=lambda each: int(each[0][1:])):
            told = plan.model_dump(mode="json", by_alias=True)
            self.dropped.append(Dropped(name_of(plan), MISSING, {"at": at}, told))
            self._emit(self.dropped[-1])

    def _give_up(self) -> None:
        """Name each change that stayed out, once, with the last reason."""
        passed = {name_of(op) for op in self._passed}
        left = {one.what: one for one in self._failed if one.what not in passed}
        self._failed = list(left.values())
        # After a turn was moved or taken out, an address would mean another place.
        moved = any(op.op in STRUCTURAL for op in self._passed)
        beyond = [one for one in self._failed if one.refusal.rule in UNASKED and not moved]
        tried = beyond[:MAX_SUGGESTED]
        for one in self._failed:
            fits = self._suggested(one) if one in tried else None
            self.dropped.append(Dropped(one.what, one.refusal.rule, one.refusal.facts, fits))
            self._emit(self.dropped[-1])

    def _suggested(self, one: _Failed) -> Mapping[str, Json] | None:
        """What was not asked for and would pass: held back, and shown."""
        if one.op is None or not self.gate.fits(one.op):
            return None
        return one.op.model_dump(mode="json", by_alias=True)

    # -- progress

    def _billed(self, messages: Prompt) -> _Bill:
        self._bills.append(_Bill(sum(tokens(one.content) for one in messages.messages)))
        return self._bills[-1]

    def _progress(self) -> None:
        self._shown = time.monotonic()
        spent = round(sum(bill.tokens_in for bill in self._bills))
        written = round(sum(bill.tokens_out for bill in self._bills))
        cached = sum(bill.cached for bill in self._bills)
        self._emit(Progress(spent, written, self._first_s, cached))


def _explained(one: _Failed) -> Refused:
    because = words.sentence(one.refusal.rule, one.refusal.facts, "en")
    return Refused(one.written[:MAX_WRITTEN], because)
