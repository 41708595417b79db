"""The figures of the last hour, in memory: a reading a second for five minutes, then every 10 s.

At most `SECONDS + TENS` rows of `len(FIELDS)` numbers are kept, which is 160 KB.
"""

import math
import time
from array import array
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from core.service.census import Census
from core.service.jobs import Desk
from core.service.live import Live
from core.service.metrics import Figures, Lag, Pulse
from core.service.settings import Settings
from core.service.tally import RECENT, Recent, Tally
from core.service.traffic import Standing, Traffic

SECONDS: Final = 300
"""Readings of one second that are kept."""
TENS: Final = 360
"""Readings of ten seconds that are kept."""
TEN: Final = 10

How: TypeAlias = Literal["mean", "max", "sum", "last"]
FIELDS: Final[Mapping[str, How]] = {
    "at": "last",
    "cpu": "mean",
    "memory": "mean",
    "own": "mean",
    "rss": "last",
    "lag": "max",
    "desk_lag": "max",
    "pages": "max",
    "queued": "max",
    "running": "max",
    "stopping": "max",
    "line": "max",
    "calls": "max",
    "done": "sum",
    "failed": "sum",
    "cancelled": "sum",
    "edit_s": "sum",
    "edit_n": "sum",
    "first_s": "sum",
    "first_n": "sum",
    "rate": "sum",
    "rate_n": "sum",
    "read": "sum",
    "written": "sum",
    "cached": "sum",
    "cost": "sum",
    "errors": "sum",
    "asked": "sum",
    "repeated": "sum",
    "size": "last",
    "replicas": "last",
}
"""What a row holds, and what ten of them come to. `at` is seconds since 1970; CPU and memory are
percentages (`own` of one core), `rss` and `size` MB, lags ms; a mean is `edit_s / edit_n`.
"""
_SUMMED: Final = tuple(name for name, how in FIELDS.items() if how == "sum")

FAILING_S: Final = 300.0
FAILING: Final = 3
FAILING_SHARE: Final = 0.2
"""That many, and that share, of the edits of the last minutes are a problem."""
LAGS_MS: Final = 500.0
FULL: Final = 95.0
"""Percent of the machine's memory."""
LONG_LINE: Final = 20
"""Calls that wait."""
NEARLY: Final = 0.9
"""Of the budget of the day."""


PROBLEMS: Final = (
    *("store", "stopping", "circuit", "failing", "line"),
    *("budget", "lag", "memory", "replica"),
)
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One second."""

    row: "array[float]"
    ten: "array[float] | None" = None
    """Ten seconds that are over with it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an operator should look at."""

    rule: str
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


class Hour:
    """Rows, the oldest first; written by one thread."""

    def __init__(self) -> None:
        self.seconds: deque[array[float]] = deque(maxlen=SECONDS)
        self.tens: deque[array[float]] = deque(maxlen=TENS)
        self._gathered: list[array[float]] = []

    def put(self, row: "array[float]") -> Reading:
        self.seconds.append(row)
        self._gathered.append(row)
        if len(self._gathered) < TEN:
            return Reading(row)
        ten = array("d", map(_together, FIELDS.values(), zip(*self._gathered, strict=True)))
        self._gathered = []
        self.tens.append(ten)
        return Reading(row, ten)


def _together(how: How, values: Sequence[float]) -> float:
    match how:
        case "mean":
            return sum(values) / len(values)
        case "max":
            return max(values)
        case "sum":
            return sum(values)
        case "last":
            return values[-1]


class History:
    """One per process: `note` is called once a second by whoever reads the machine."""

    def __init__(  # noqa: PLR0913, PLR0917  all that is watched
        self,
        settings: Settings,
        desk: Desk,
        tally: Tally,
        census: Census,
        store: Pulse,
        calls: Traffic | None,
    ) -> None:
        self.tally, self.census = tally, census
        self.lag, self.desk_lag = Lag(), Lag()
        """Of the server's loop, and of the desk's."""
        self.hour = Hour()
        self._settings, self._desk, self._store, self._calls = settings, desk, store, calls
        self._before: Counter[str] = Counter()
        self._most_replicas = 0
        self._live: Live[Reading | None] = Live(None)

    def watch(self) -> AsyncIterator[Reading | None]:
        """The latest reading at once, then each new one."""
        return self._live.watch()

    def close(self) -> None:
        """End every watch."""
        self.lag.stop()
        self.desk_lag.stop()
        self._live.close()

    def note(self, figures: Figures) -> None:
        now = self._now(figures)
        self._live.put(self.hour.put(array("d", [float(now[name]) for name in FIELDS])))

    def _now(self, figures: Figures) -> Mapping[str, float]:
        states, standing, held = self._desk.states, self.standing, self.census.latest
        self._most_replicas = max(self._most_replicas, len(held.replicas))
        return {
            "at": time.time(),
            "cpu": figures.cpu_percent,
            "memory": figures.memory_percent,
            "own": figures.process_cpu_percent,
            "rss": figures.memory_rss / 2**20,
            "lag": 1000 * self.lag.take(),
            "desk_lag": 1000 * self.desk_lag.take(),
            "pages": self.tally.pages,
            **{name: states[name] for name in ("queued", "running", "stopping")},
            "line": standing.waiting if standing else 0,
            "calls": standing.running if standing else 0,
            "size": (held.size or 0) / 2**20,
            "replicas": len(held.replicas),
            **self._since(),
        }

    @property
    def standing(self) -> Standing | None:
        return self._calls.standing if self._calls else None

    def _since(self) -> Mapping[str, float]:
        """What has come to the counts since the reading before."""
        tally = self.tally
        counts: dict[str, float] = {
            "edit_s": tally.seconds,
            "edit_n": tally.edited,
            "errors": sum(tally.call_errors.values()),
            **{name: tally.endings[name] for name in ("done", "failed", "cancelled")},
        }
        counts |= {name: getattr(tally, name) for name in _SUMMED if name not in counts}
        before, self._before = self._before, Counter(counts)
        return {name: value - before[name] for name, value in counts.items()}

    # -- now

    @property
    def recent(self) -> Sequence[Recent]:
        """The last edits by a model, the latest first; also those of before a restart."""
        here = tuple(reversed(tuple(self.tally.recent)))
        return (*here, *(self.census.earlier or ()))[:RECENT]

    @property
    def latest(self) -> Mapping[str, float]:
        """The last second by `FIELDS`; nothing in the first one."""
        rows = self.hour.seconds
        return dict(zip(FIELDS, rows[-1], strict=True)) if rows else {}

    @property
    def usable(self) -> bool:
        """Whether the store answers."""
        return self._store.good

    @property
    def budget(self) -> float:
        """Of the day, for all; 0 where there is none."""
        return self._settings.max_cost_a_day

    @property
    def priced(self) -> bool:
        """Whether tokens have a price."""
        return bool(self._settings.price_in or self._settings.price_out)

    def problems(self) -> Sequence[Problem]:
        """The gravest first; none when all is well."""
        return [problem for problem in self._problems() if problem]

    def _problems(self) -> Iterator[Problem | None]:
        standing, held = self.standing, self.census.latest
        last = self.hour.seconds[-1] if self.hour.seconds else None
        yield None if self.usable else Problem("store")
        yield None if self._desk.ready else Problem("stopping")
        if standing and standing.circuit != "closed":
            yield Problem("circuit", {"n": math.ceil(standing.wait_s)})
        yield self._failing()
        if standing and standing.waiting >= LONG_LINE:
            yield Problem("line", {"n": standing.waiting})
        most = self.budget
        if most and held.today is not None and held.today >= NEARLY * most:
            yield Problem("budget", {"n": round(100 * held.today / most)})
        if last and (slow := max(_of(last, "lag"), _of(last, "desk_lag"))) > LAGS_MS:
            yield Problem("lag", {"n": round(slow)})
        if last and _of(last, "memory") > FULL:
            yield Problem("memory", {"n": round(_of(last, "memory"))})
        if 0 < len(held.replicas) < self._most_replicas:
            yield Problem("replica", {"n": len(held.replicas), "most": self._most_replicas})

    def _failing(self) -> Problem | None:
        failed = sum(number for *_, number in self.tally.failures(FAILING_S))
        rows = tuple(self.hour.seconds)[-round(FAILING_S) :]
        ended = sum(_of(row, name) for row in rows for name in ("done", "failed", "cancelled"))
        if failed < FAILING or failed < FAILING_SHARE * ended:
            return None
        return Problem("failing", {"n": failed})


def _of(row: "array[float]", name: str) -> float:
    return row[_AT[name]]


_AT: Final = {name: index for index, name in enumerate(FIELDS)}
