"""What edits cost: noted as they end, looked up for an estimate, and limited by the day.

An edit that the store keeps is noted in the transaction that keeps it; all others come together, a
few times a second, in a thread of their own.
"""

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median, quantiles

from core.chapter.chapter import Chapter
from core.editing import prompt, scope
from core.editing.pace import tokens
from core.errors import ModelSpent, Unavailable
from core.service.jobs import OURS, Job
from core.service.settings import Settings
from core.service.views import View
from core.store.costs import DAY_S, FEW, MONTH, Cost, Costs, Day, Hold, Spent, Sum, day

GATHER_S = 0.2
"""How long rows are gathered before they are written together."""
AGAIN_S = 2.0
"""Until rows that could not be written are tried again."""
MOST_WAITING = 10_000
"""Rows that wait for a store that is away; the oldest are dropped beyond it."""
FRESH_S = 3.0
"""How long the sums of a day are believed: what another process has spent since is not seen."""
HOUR_S = 3600
CALLS = 4
"""One after the other, at most, of an edit: the answer, its turns, the repair, its turns."""
WAITED_S = 60.0
"""For its place in line, before an edit is thought dead that says nothing."""
TOLD = 1300
"""Tokens that a model reads besides the chapter."""
SOON_S = 10
"""Until some of the edits that run have ended."""
KEPT_DAYS = 90
"""How long it is known what each single edit cost; then its day's sums are."""

log = logging.getLogger(__name__)


def whole(chapter: Chapter) -> int:
    """Tokens that a model would write to give the chapter back whole."""
    return round(tokens(chapter.text))


def of(view: View, writer: str, model: str, at: float) -> Cost | None:
    """What an edit that is over has cost; None when no model was asked for it."""
    if view.kind != "model" or isinstance(view.error, ModelSpent):
        return None
    offered = len(view.changes)
    return Cost(
        view.id,
        at,
        writer,
        scope.read(view.request, view.chapter).breadth,
        len(view.chapter.text),
        model=model,
        prompt=prompt.VERSION,
        outcome=view.outcome or "failed",
        tokens_in=view.tokens_in,
        tokens_out=view.tokens_out,
        cached=view.cached,
        seconds=view.seconds,
        whole=whole(view.chapter) if offered else 0,
        offered=offered,
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What like edits took: half of them at most the first figure, nine in ten the second."""

    edits: int
    tokens: tuple[int, int]
    seconds: tuple[float, float]
    cost: tuple[float, float]
    """By the prices of today; 0 without prices."""


@dataclass(slots=True)
class _Late:
    """What an edit of this process has spent, until the sums of the day hold it."""

    writer: str
    day: int
    spent: Spent
    stored: bool


@dataclass(slots=True)
class _Day:
    """The sums of a day as they were read."""

    number: int = -1
    read_at: float = -math.inf
    """Monotonic clock."""
    by_writer: Mapping[str, Spent] = field(default_factory=dict)


class Ledger:
    """Thread-safe but for `allow` and `ended`, which belong to the desk's loop.

    Whose limit an edit counts against is its lane; what programs ask for has one of its own.
    """

    def __init__(self, costs: Costs, settings: Settings) -> None:
        self.costs = costs
        self._settings = settings
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._day = _Day()
        self._late: dict[str, _Late] = {}
        self._waiting: list[tuple[View, str, float]] = []
        self._rows: list[Cost] = []
        self._writing = False
        self._folded = 0

    # -- limits

    @property
    def limited(self) -> bool:
        return bool(self._settings.max_tokens_a_day or self._settings.max_cost_a_day)

    async def allow(self, view: View, writer: str) -> None:
        """Set aside what an edit will take, until it ends. Raises ModelSpent where that is too much
        for the writer's tokens or the budget of all, counting the edits that run, wherever they do.

        While the store cannot say what was spent, nobody is stopped.
        """
        if self.limited and (spent := await asyncio.to_thread(self._held, view, writer)):
            raise spent

    def _held(self, view: View, writer: str) -> ModelSpent | None:
        now = time.time()
        until = now + CALLS * self._settings.openai_timeout_s + WAITED_S
        try:
            usual = self._usual(view)
            hold = Hold(view.id, writer, usual or _unknown(view.chapter), until)
            full = partial(self._full, writer=writer, needed=usual or Spent(), now=now)
            return self.costs.hold(hold, self._unnoted(now), full)
        except Unavailable:
            log.warning("the limits of the day are not held: the store is away")
            return None

    def _usual(self, view: View) -> Spent | None:
        """What such an edit takes; None while too few of its kind are known."""
        kind = scope.read(view.request, view.chapter).breadth
        found = [spent for spent, _ in self.costs.alike(kind, len(view.chapter.text))]
        found.sort(key=lambda one: one.tokens)
        return found[len(found) // 2] if len(found) >= FEW else None

    def _unnoted(self, now: float) -> list[Hold]:
        """What has ended here today; the store may know it by now."""
        with self._lock:
            late = [(id_, one) for id_, one in self._late.items() if one.day == day(now)]
        return [Hold(id_, one.writer, one.spent, now) for id_, one in late]

    def _full(self, today: Day, writer: str, needed: Spent, now: float) -> ModelSpent | None:
        own, all_ = today.spent.get(writer, Spent()), sum(today.spent.values(), Spent())
        if spent := self._refusal(own, all_, now):
            return spent
        held, running = today.held.get(writer, Spent()), sum(today.held.values(), Spent())
        most, budget = self._settings.max_tokens_a_day, self._settings.max_cost_a_day
        money = budget - self.price(all_)
        found = _short(str, most - own.tokens, held.tokens, needed.tokens) if most else None
        if found or not budget:
            return found
        return _short(_plain, money, self.price(running), self.price(needed), of_all=True)

    def spent(self, writer: str) -> ModelSpent | None:
        """Why no model is asked for this writer now; None when it is."""
        now = time.time()
        if not self.limited:
            return None
        try:
            own, all_ = self._today(writer, now)
        except Unavailable:
            log.warning("the limits of the day are not held: the store is away")
            return None
        return self._refusal(own, all_, now)

    def _refusal(self, own: Spent, all_: Spent, now: float) -> ModelSpent | None:
        most, budget = self._settings.max_tokens_a_day, self._settings.max_cost_a_day
        wait_s = math.ceil((day(now) + 1) * DAY_S - now)
        when = {"wait_s": wait_s, "hours": math.ceil(wait_s / HOUR_S)}
        if most and own.tokens >= most:
            return ModelSpent("model_spent", most=most, used=own.tokens, **when)
        if budget and (cost := self.price(all_)) >= budget:
            return ModelSpent("model_spent_all", most=_plain(budget), used=round(cost, 6), **when)
        return None

    def price(self, spent: Spent) -> float:
        """By the prices of today."""
        return self._settings.cost(spent.tokens_in, spent.tokens_out, spent.cached)

    def cost(self, view: View) -> float:
        """What an edit has cost so far, by the prices of today."""
        return self.price(Spent(view.tokens_in, view.tokens_out, view.cached))

    def _today(self, writer: str, now: float) -> tuple[Spent, Spent]:
        """What the writer and what all have spent."""
        with self._reading:
            if self._stale(now):
                self._read(day(now))
        with self._lock:
            late = [one for one in self._late.values() if one.day == self._day.number]
            own = [one.spent for one in late if one.writer == writer]
            read = self._day.by_writer
        return (
            sum(own, read.get(writer, Spent())),
            sum((one.spent for one in late), sum(read.values(), Spent())),
        )

    def _stale(self, now: float) -> bool:
        return self._day.number != day(now) or time.monotonic() - self._day.read_at > FRESH_S

    def _read(self, number: int) -> None:
        """What was stored before we read is in what we read."""
        begun = time.monotonic()
        with self._lock:
            stored = [id_ for id_, one in self._late.items() if one.stored or one.day != number]
        read = self.costs.of_day(number)
        with self._lock:
            self._day = _Day(number, begun, read)
            for id_ in stored:
                self._late.pop(id_, None)

    # -- noting

    def ended(self, view: View, job: Job) -> None:
        """Of every edit: what no store has noted is written soon, by a thread."""
        stored = job.keep is not None and view.kept
        self._tidy(day(time.time()))
        if view.kind is None or isinstance(view.error, ModelSpent):
            return
        if view.kind == "model" and self.limited:
            self._count(view, job.lane, stored=stored)
        if stored and view.kind == "model":
            return
        self._waiting.append((view, job.lane, time.time()))
        if not self._writing:
            self._writing = True
            asyncio.get_running_loop().create_task(self._write(), name=OURS)

    def _tidy(self, today: int) -> None:
        """Once a day."""
        if self._folded != today:
            self._folded = today
            folding = asyncio.to_thread(self._fold, today - KEPT_DAYS)
            self._folding = asyncio.get_running_loop().create_task(folding, name=OURS)

    def _fold(self, until: int) -> None:
        with suppress(Unavailable):
            self.costs.fold(until)

    def _count(self, view: View, writer: str, *, stored: bool) -> None:
        spent = Spent(view.tokens_in, view.tokens_out, view.cached)
        with self._lock:
            self._late[view.id] = _Late(writer, day(time.time()), spent, stored)

    async def _write(self) -> None:
        """Until nothing waits."""
        pause_s = GATHER_S
        try:
            while self._waiting or self._rows:
                await asyncio.sleep(pause_s)
                waiting, self._waiting = self._waiting, []
                done = await asyncio.to_thread(self._written, waiting)
                pause_s = GATHER_S if done else AGAIN_S
        finally:
            self._writing = False

    def _written(self, waiting: Sequence[tuple[View, str, float]]) -> bool:
        rows = [*self._rows, *_rows(waiting, self._settings.openai_model)]
        try:
            self.costs.add(rows)
        except Unavailable:
            log.warning("what %d edits have cost waits for the store", len(rows))
            self._rows = rows[-MOST_WAITING:]
            return False
        self._rows = []
        with self._lock:
            for one in (self._late[row.id] for row in rows if row.id in self._late):
                one.stored = True
        return True

    # -- looking back and ahead

    def recent(self) -> tuple[Sum, ...]:
        """The last `MONTH` days, today with them."""
        return self.costs.since(day(time.time()) - MONTH + 1)

    def today(self) -> float:
        """What all edits of the day have cost."""
        return self.price(self._today("", time.time())[1])

    def estimate(self, request: str, chapter: Chapter) -> Estimate | None:
        """What a model will take for a request; None while nothing like it was ever asked."""
        kind = scope.read(request, chapter).breadth
        found = self.costs.alike(kind, len(chapter.text)) or self.costs.latest()
        if not found:
            return None
        used, seconds = [spent.tokens for spent, _ in found], [took for _, took in found]
        costs = [self.price(spent) for spent, _ in found]
        low, high = _spread(used)
        return Estimate(len(found), (round(low), round(high)), _spread(seconds), _spread(costs))


def _unknown(chapter: Chapter) -> Spent:
    """Of an edit as none was before: the chapter read once, and written once."""
    size = whole(chapter)
    return Spent(TOLD + size, size)


def _short(
    said: Callable[[float], str], left: float, held: float, needs: float, *, of_all: bool = False
) -> ModelSpent | None:
    """Why what is left of a limit is not for this edit: others have it, or it is too little."""
    free = left - held
    if free <= 0:
        return ModelSpent(
            "model_held_all" if of_all else "model_held", left=said(left), wait_s=SOON_S
        )
    if needs > free:
        return ModelSpent(
            "model_short_all" if of_all else "model_short", left=said(free), needs=said(needs)
        )
    return None


def _plain(money: float) -> str:
    return f"{money:.6f}".rstrip("0").rstrip(".")


def _rows(waiting: Sequence[tuple[View, str, float]], model: str) -> list[Cost]:
    """A row for an edit that asked a model, and one a day for all that did not."""
    made: dict[str, Cost] = {}
    for view, writer, at in waiting:
        cost = of(view, writer, model, at) or _instant(view, at)
        before = made.get(cost.id)
        made[cost.id] = _added(before, cost) if before else cost
    return list(made.values())


def _instant(view: View, at: float) -> Cost:
    size = whole(view.chapter) if view.changes else 0
    id_ = f"instant {day(at)}"
    return Cost(id_, at, "", "instant", 0, seconds=view.seconds, whole=size)


def _added(one: Cost, two: Cost) -> Cost:
    return replace(
        one,
        edits=one.edits + two.edits,
        seconds=one.seconds + two.seconds,
        whole=one.whole + two.whole,
    )


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """The median and the value that nine in ten stay under."""
    high = quantiles(values, n=10, method="inclusive")[8] if len(values) > 1 else values[0]
    return median(values), high
