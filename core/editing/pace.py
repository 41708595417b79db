"""How fast a provider writes, by its own calls, and from how many turns on a plan is sooner done.

One call writes all texts one after the other. A plan costs a second wait for a first token, and
then all turns are written at the same time.
"""

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, TypeAlias

from core.chapter.chapter import Chapter, Turn
from core.editing.scope import Scope

WORTH: Final = 0.97
"""A plan is made where it takes at most this share of one call's time: it reads the chapter again
for every turn."""
FORGET_S: Final = 600.0
"""How long a figure counts, so that what was slow once is tried again."""
LATELY: Final = 15
"""Calls whose median counts."""
REPLY: Final = 18.0
"""Tokens of an answer around its changes."""
FASTEST: Final = 5000.0
"""Tokens a second that are believed."""

TEXTS = ("result", "news", "news_hint")
Clock: TypeAlias = Callable[[], float]


def tokens(text: str) -> float:
    """Roughly: 0.67 a Hangul syllable, which has 3 bytes, and 0.3 another (o200k, chapters)."""
    hangul = (len(text.encode(errors="replace")) - len(text)) / 2
    return 0.67 * hangul + 0.3 * (len(text) - hangul)


def sizes(chapter: Chapter, scope: Scope) -> list[float]:
    """Tokens of what a request may change in each turn, written as changes."""
    turns = [turn for turn in chapter.turns if scope.turns is None or turn.position in scope.turns]
    return [sum(written(*text) for text in _texts(turn, scope)) for turn in turns]


def _texts(turn: Turn, scope: Scope) -> Iterator[tuple[str, str]]:
    """Address and text."""
    for name in TEXTS:
        if scope.fields is None or name in scope.fields:
            yield f"{turn.at}.{name}", turn.text(name)
    if scope.fields is None or "expectation" in scope.fields:
        for stock in turn.stocks:
            if scope.stocks is None or stock.at.stock in scope.stocks:
                yield f"{stock.at}.expectation", stock.text("expectation")


def written(at: str, to: str) -> float:
    """Tokens of a text as a change; of no text, none."""
    return tokens(f'{{"op":"set","at":"{at}","to":"{to}"}},') if to else 0.0


class Figure:
    """The median of what was seen lately."""

    def __init__(self, usual: float, clock: Clock) -> None:
        self._usual, self._clock = usual, clock
        self._seen: deque[tuple[float, float]] = deque(maxlen=LATELY)

    def saw(self, value: float) -> None:
        self._seen.append((self._clock(), value))

    @property
    def value(self) -> float:
        return self.instead_of(self._usual)

    def instead_of(self, usual: float) -> float:
        """`usual` where nothing was seen lately."""
        fresh = self._clock() - FORGET_S
        lately = [value for at, value in self._seen if at >= fresh]
        return statistics.median(lately) if lately else usual


class Pace:
    """Figures of one provider. In the tokens of `tokens`, whatever the provider counts.

    A turn's calls run beside each other, which may slow them down: they have figures of their own.
    """

    def __init__(
        self, clock: Clock = time.monotonic, *, seats: Callable[[], int] = lambda: 256
    ) -> None:
        """`seats`: calls that may run at the same time, as it is now."""
        self.clock, self.seats = clock, seats
        self.first_s, self.rate = Figure(0.7, clock), Figure(80.0, clock)
        self.turn_first_s, self.turn_rate = Figure(0.7, clock), Figure(80.0, clock)
        self.brief, self.stretch = Figure(35.0, clock), Figure(1.1, clock)
        """Tokens of a turn's plan; how much longer a new text is than the one before."""

    def fewest(self, turns: Sequence[float]) -> int | None:
        """The fewest of these turns, given by their tokens, that a plan has sooner than one call.

        None when it is slower for all of them.
        """
        turns = sorted((turn for turn in turns if turn), reverse=True)
        counts = range(2, len(turns) + 1)
        return next((count for count in counts if self._pays(turns[:count])), None)

    def _pays(self, turns: Sequence[float]) -> bool:
        return self.planned_s(turns) < WORTH * self.direct_s(turns)

    def direct_s(self, turns: Sequence[float]) -> float:
        """Seconds of one call that writes these turns."""
        return self.first_s.value + (REPLY + self.stretch.value * sum(turns)) / self.rate.value

    def planned_s(self, turns: Sequence[float]) -> float:
        """Seconds of a plan of these turns, and of the longest of them."""
        plan_s = self.first_s.value + (REPLY + self.brief.value * len(turns)) / self.rate.value
        first_s = self.turn_first_s.instead_of(self.first_s.value)
        rate = self.turn_rate.instead_of(self.rate.value)
        turn_s = first_s + (REPLY + self.stretch.value * max(turns)) / rate
        return plan_s + ceil(len(turns) / max(1, self.seats())) * turn_s

    def call(self, *, turn: bool) -> "Timer":
        """To time a call that begins now: a turn's of a plan, or another."""
        figures = (self.turn_first_s, self.turn_rate) if turn else (self.first_s, self.rate)
        return Timer(*figures, self.clock, self.clock())


@dataclass(slots=True)
class Timer:
    """One call as it is heard."""

    first_s: Figure
    rate: Figure
    clock: Clock
    begun: float
    first: float | None = None
    early: float = 0.0
    """Tokens of the first piece, which were written before it came."""
    later: float = 0.0

    def heard(self, piece: str) -> None:
        if self.first is None:
            self.first, self.early = self.clock(), tokens(piece)
        else:
            self.later += tokens(piece)

    def ended(self) -> None:
        """It came to its end. What came in one piece says nothing of the rate."""
        if self.first is None:
            return
        if self.later:
            self.rate.saw(min(FASTEST, self.later / max(1e-3, self.clock() - self.first)))
        self.first_s.saw(max(0.0, self.first - self.begun - self.early / self.rate.value))
