"""Where one edit's seconds went: noted as it runs, kept with it, bounded.

Whoever does something for an edit notes it here; context variables say for which edit and call.
All times are seconds since the edit was handed in.
"""

import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

MOST: Final = 64
"""Calls that are noted of one edit; of further ones only their number."""
MAIN, REPAIR = "main", "repair"

Phase: TypeAlias = Literal["line", "connect", "first", "writing", "store", "work"]
"""What an edit is at: its call stands in line; is on its way to the provider; waits for the first
piece; is being written; the store keeps something; all else is ours."""
PHASES: tuple[Phase, ...] = get_args(Phase)
_FIRST: tuple[Phase, ...] = ("writing", "first", "connect", "line", "store")
"""Of calls that run beside each other, the one that is farthest counts."""


@dataclass(slots=True)
class Call:
    """One call to the model; a time is None while, or when, it did not come to that."""

    what: str
    """`main`, a turn of its plan such as `t3`, or `repair`."""
    joined: float
    seated: float | None = None
    """Its turn in line had come."""
    opened: float | None = None
    """The provider had begun to answer."""
    first: float | None = None
    """The first piece of text was there."""
    ended: float | None = None
    stored: float = 0.0
    """Seconds that its answer took to be kept, the last ones of the call."""
    error: str = ""
    """Rule of the error that ended it."""

    def spans(self, now: float) -> Iterator[tuple[Phase, float, float]]:
        """Its phases with their beginning and end, in order; `now` ends what runs."""
        ended = now if self.ended is None else self.ended
        kept = max(self.joined, ended - self.stored)
        at = self.joined
        marks: tuple[tuple[Phase, float | None], ...] = (
            ("line", self.seated),
            ("connect", self.opened),
            ("first", self.first),
        )
        for phase, until in marks:
            if until is not None:
                yield phase, at, until
                at = until
        yield ("writing" if self.first is not None else self._waits), at, kept
        yield "store", kept, ended

    @property
    def _waits(self) -> Phase:
        """What a call was at that never came to its first piece."""
        if self.opened is not None:
            return "first"
        return "line" if self.seated is None else "connect"


@dataclass(slots=True)
class Trace:
    """One edit; written on the desk's loop, read in any thread."""

    begun: float = field(default_factory=time.monotonic)
    """Monotonic clock."""
    noted: float = 0.0
    """When it was noted and began to run."""
    gates: float = 0.0
    """Seconds of judging its changes."""
    calls: list[Call] = field(default_factory=list)
    more: int = 0
    """Calls beyond `MOST`."""
    seconds: float | None = None
    """All of it; None while it runs."""

    @property
    def now(self) -> float:
        return time.monotonic() - self.begun

    def begin(self, what: str) -> Call:
        """A call begins, and everything below it is about this one."""
        one = Call(what, self.now)
        if len(self.calls) < MOST:
            self.calls.append(one)
        else:
            self.more += 1
        call.set(one)
        return one

    def shares(self) -> dict[Phase, float]:
        """Seconds of each phase; together they are all of the edit's."""
        until = self.now if self.seconds is None else self.seconds
        shares: dict[Phase, float] = dict.fromkeys(PHASES, 0.0)
        running, at = dict.fromkeys(PHASES, 0), 0.0
        for edge, phase, step in self._edges(until):
            shares[next((one for one in _FIRST if running[one]), "work")] += edge - at
            running[phase] += step
            at = edge
        shares["work"] += until - at
        return shares

    def _edges(self, until: float) -> list[tuple[float, Phase, int]]:
        """Where phases begin and end, in order of time."""
        noted: tuple[Phase, float, float] = ("store", 0.0, self.noted)
        spans = [noted, *(span for one in list(self.calls) for span in one.spans(until))]
        starts = [(min(start, until), phase, 1) for phase, start, _ in spans]
        return sorted([*starts, *((min(end, until), phase, -1) for phase, _, end in spans)])

    def to_json(self) -> dict[str, Any]:
        """Plain; times to the microsecond."""
        return {
            "noted": round(self.noted, 6),
            "gates": round(self.gates, 6),
            "seconds": _short(self.seconds),
            "more": self.more,
            "calls": [[_short(getattr(one, name)) for name in _NAMES] for one in list(self.calls)],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Trace":
        calls = [Call(*values) for values in told["calls"]]
        return cls(0.0, told["noted"], told["gates"], calls, told["more"], told["seconds"])


_NAMES: Final = tuple(Call.__dataclass_fields__)
trace: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""Of the edit that something is done for."""
call: ContextVar[Call | None] = ContextVar("call", default=None)
"""The call of it."""


def _short(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def reached(mark: Literal["seated", "opened", "first"]) -> None:
    """The present call has come to that. The last time counts: an attempt may be made anew."""
    known, one = trace.get(), call.get()
    if known and one:
        setattr(one, mark, known.now)


def stored(seconds: float) -> None:
    """The present call's answer took so long to be kept."""
    if one := call.get():
        one.stored += seconds
