"""What has happened since the start of the process, counted as it happens; nothing is read for it.

Noted on the loop where it happens, read in any thread. All of it is bounded.
"""

import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from core.editing.trace import Phase, Trace
from core.errors import ModelError, Unavailable
from core.service.views import View

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper ends of the buckets, in seconds."""
HOUR_S: Final = 3600.0
LATELY: Final = 1000
"""Edits and errors of the last hour that are remembered one by one."""
RECENT: Final = 12
"""Edits whose trace is shown."""
MOST_SERIES: Final = 256
"""Labels that one histogram tells apart; the rest count as `other`."""

Ending = Literal["done", "failed", "cancelled"]


class Histogram:
    """How long something took, in buckets."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        """Of all together."""

    def saw(self, seconds: float) -> None:
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Upper end and how many took at most so long, as Prometheus has it."""
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), list(self._counts), strict=True):
            total += count
            yield bound, total


class Histograms:
    """One histogram for each combination of labels."""

    def __init__(self, *labels: str) -> None:
        self.labels = labels
        self.by: dict[tuple[str, ...], Histogram] = {}

    def saw(self, seconds: float, *values: str) -> None:
        one = self.by.get(values)
        if one is None:
            full = len(self.by) >= MOST_SERIES
            one = self.by.setdefault(("other",) * len(self.labels) if full else values, Histogram())
        one.saw(seconds)


@dataclass(frozen=True, slots=True)
class Called:
    """One call to the provider that is over."""

    waited_s: float
    """In line."""
    first_s: float | None
    """To the first piece; None when none came."""
    seconds: float
    """Without the line."""
    tokens: float
    """Written after the first piece, by our own count."""
    error: str
    """Its kind; "" where there was none."""
    whole: bool
    """Whether it came to its end."""

    @property
    def rate(self) -> float | None:
        """Tokens a second; None where nothing can be said."""
        took = self.seconds - (self.first_s or 0.0)
        return self.tokens / took if self.tokens and took > 0 else None


@dataclass(frozen=True)
class Recent:
    """An edit that is over: neither its id, which is a key, nor what was asked."""

    at: float
    """Seconds since 1970."""
    outcome: str
    rule: str
    seconds: float
    first_s: float | None
    tokens: int
    cost: float
    changes: int
    trace: Trace

    @cached_property
    def shares(self) -> Mapping[Phase, float]:
        return self.trace.shares()


class Tally:
    """One per process."""

    def __init__(self, price: Callable[[View], float]) -> None:
        """`price` is what an edit has cost."""
        self._price = price
        self.edits = Histograms("kind", "outcome")
        self.waits, self.firsts, self.calls = Histogram(), Histogram(), Histogram()
        self.served = Histograms("route", "method", "status")
        self.errors: Counter[tuple[str, str]] = Counter()
        """Edits that failed, by kind and rule of the error."""
        self.call_errors: Counter[str] = Counter()
        self.endings: Counter[Ending] = Counter()
        self.retries = self.asked = self.repeated = 0
        """`repeated` are those of `asked` that had their answer already."""
        self.read = self.written = self.cached = 0
        """Tokens."""
        self.cost = self.seconds = self.first_s = self.rate = 0.0
        """Money; sums of seconds of edits, to first pieces, and of tokens a second."""
        self.edited = self.first_n = self.rate_n = 0
        self.pages = 0
        """Open streams of figures: one for every tab that can be seen."""
        self.recent: deque[Recent] = deque(maxlen=RECENT)
        self._lately: deque[tuple[float, float, float | None]] = deque(maxlen=LATELY)
        self._failed: deque[tuple[float, str, str]] = deque(maxlen=LATELY)

    # -- noted as it happens

    def ended(self, view: View) -> None:
        """An edit is over."""
        kind, outcome = view.kind or "none", view.outcome or "failed"
        cost = self._price(view)
        self.edits.saw(view.seconds, kind, outcome)
        self.endings[_ending(outcome)] += 1
        self.read += view.tokens_in
        self.written += view.tokens_out
        self.cached += view.cached
        self.cost += cost
        if view.outcome == "failed":
            self._erred(view)
        if kind == "model":
            self._took(view, outcome, cost)

    def _took(self, view: View, outcome: str, cost: float) -> None:
        self.edited += 1
        self.seconds += view.seconds
        self._lately.append((time.monotonic(), view.seconds, view.first_s))
        used, rule = view.tokens_in + view.tokens_out, view.rule
        times = (view.seconds, view.first_s, used, cost, len(view.groups))
        self.recent.append(Recent(time.time(), outcome, rule, *times, view.trace))

    def _erred(self, view: View) -> None:
        kind = type(view.error).__name__ if view.error else "none"
        rule = view.error.rule if view.error else view.rule
        self.errors[kind, rule] += 1
        self._failed.append((time.monotonic(), kind, rule))

    def called(self, call: Called) -> None:
        """A call to the provider is over."""
        self.waits.saw(call.waited_s)
        if call.whole:
            self.calls.saw(call.seconds)
        if call.first_s is not None:
            self.firsts.saw(call.first_s)
            self.first_s += call.first_s
            self.first_n += 1
        if call.error:
            self.call_errors[call.error] += 1
        if (rate := call.rate) is not None and call.whole:
            self.rate += rate
            self.rate_n += 1

    def retried(self, _: ModelError) -> None:
        self.retries += 1

    def repeats(self, known: bool) -> None:
        """A request that names itself was asked, and its answer was known or being made."""
        self.asked += 1
        self.repeated += known

    # -- the last hour

    def spread(self) -> Mapping[str, Sequence[float]]:
        """Of the last hour's edits by a model: how many; the middle and what 95 in 100 stay under,
        of all seconds and of those to the first piece. Empty where there was none.
        """
        since = time.monotonic() - HOUR_S
        lately = [one for one in tuple(self._lately) if one[0] >= since]
        firsts = [first for _, _, first in lately if first is not None]
        return {"edits": _spread([took for _, took, _ in lately]), "first": _spread(firsts)}

    def failures(self, within_s: float = HOUR_S) -> Sequence[tuple[str, str, int]]:
        """Kind, rule and number of what failed lately, the most frequent first."""
        since = time.monotonic() - within_s
        found = Counter((kind, rule) for at, kind, rule in tuple(self._failed) if at >= since)
        return [(kind, rule, number) for (kind, rule), number in found.most_common()]


KINDS: Final = (*(kind.__name__ for kind in ModelError.__subclasses__()), Unavailable.__name__)
"""Of errors that an edit can fail with."""


def _ending(outcome: str) -> Ending:
    return "failed" if outcome == "failed" else "cancelled" if outcome == "cancelled" else "done"


def _spread(values: Sequence[float]) -> Sequence[float]:
    if not values:
        return ()
    ordered = sorted(values)
    most = min(len(ordered) - 1, int(0.95 * len(ordered)))
    return len(ordered), ordered[len(ordered) // 2], ordered[most]
