"""Calls on their way to a provider: how many at once, in whose turn, and whether it answers at all.

Writers stand in lanes and the lanes are served in turn, so a batch delays a person by one turn of
the wheel. A provider that keeps failing is left alone: its circuit opens, and one call at a time
tries whether it is back.
"""

import asyncio
import math
import random
import sys
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.editing import trace
from core.editing.model import Model, Usage
from core.editing.pace import Pace, Timer
from core.editing.prompt import TURN, Prompt, Schema
from core.errors import ModelBusy, ModelDown, ModelError, ModelTimeout
from core.service import logs
from core.service.live import Live
from core.service.tally import Called

FAILURES = 5
"""Failed calls in a row, within `WINDOW_S`, that open the circuit where nothing else is said."""
WINDOW_S = 120.0
FIRST_OPEN_S = 2.0
"""How long the circuit stays open at first; doubled each time, up to `MOST_OPEN_S`."""
MOST_OPEN_S = 60.0
PATIENCE_S = 60.0
"""Calls stand in line through a Retry-After of this length; a longer one is told at once."""
MOST_HELD_S = 300.0
"""What is believed of one Retry-After."""
TOLD_S = 0.2
"""Seconds between two looks at the line."""

lane: ContextVar[str] = ContextVar("lane", default="")
"""Whose calls these are: the author of a page, the client of the API. Set for each edit."""

Clock: TypeAlias = Callable[[], float]
Circuit: TypeAlias = Literal["closed", "open", "trying"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the provider at one moment."""

    circuit: Circuit
    """Whether calls go out: all, none, or one that tries."""
    wait_s: float
    """Until a call may try again; 0 unless the circuit is open."""
    held_s: float
    """Until the provider's Retry-After is over."""
    running: int
    waiting: int


@dataclass(slots=True, eq=False)
class _Call:
    lane: str
    edit: str
    turn: "asyncio.Future[ModelError | None]"
    """Done when the call may go, or with the reason why it must not."""
    round: int = 0
    """Of the circuit, when the call came."""
    running: bool = False
    heard: bool = False


class Traffic:
    """A model around another one. Made anywhere, used on one loop; what is read, in any thread."""

    places: Live[Mapping[str, int]]
    """For each edit that stands in line (or lane, where no edit is named): calls before its first.

    At most `TOLD_S` old.
    """
    on_call: Callable[[Called], None] = staticmethod(lambda _: None)
    """Hears of every call that is over."""
    on_retry: Callable[[ModelError], None] = staticmethod(lambda _: None)
    pace: Pace
    """How fast the answers come, once their calls have a seat."""

    def __init__(
        self,
        model: Model,
        *,
        parallel: int,
        per_minute: int = 0,
        failures: int = FAILURES,
        clock: Clock = time.monotonic,
    ) -> None:
        """At most `parallel` calls at once and `per_minute` in any minute; 0 is no limit.

        So many `failures` in a row open the circuit; with 0 it stays closed.
        """
        self.places = Live({})
        self.pace = Pace(clock, seats=lambda: self._seats)
        self._model = model
        self._clock = clock
        self._parallel = self._width = parallel
        self._bucket = _Bucket(per_minute, clock)
        self._circuit = _Breaker(clock, failures)
        self._held_until = clock()
        self._running = self._waiting = 0
        self._wheel: OrderedDict[str, OrderedDict[_Call, None]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As the model's, once it is this call's turn.

        Raises at once ModelDown `model_circuit` while the circuit is open, and ModelBusy
        `model_busy_for` while the provider wants to be left alone for longer than `PATIENCE_S`.
        """
        joined = self._clock()
        async with self._seat() as call:
            trace.reached("seated")
            timer = self.pace.call(turn=schema.name == TURN)
            with self._judged(call), self._told(timer, timer.begun - joined):
                async with aclosing(self._model.stream(prompt, schema)) as pieces:
                    async for piece in pieces:
                        self._heard(call)
                        if isinstance(piece, str):
                            timer.heard(piece)
                        yield piece
            timer.ended()

    def retried(self, error: ModelError) -> None:
        """An attempt failed, and its call makes another one by itself: that is a request, too."""
        self._bucket.take()
        self.on_retry(error)
        self._obey(error)

    async def close(self) -> None:
        """Let go of the model, where it holds anything."""
        if let_go := getattr(self._model, "close", None):
            await let_go()

    # -- read in any thread

    def place(self, key: str) -> int | None:
        """Calls before the first of this edit (or lane); None when it does not stand in line."""
        return self.places.value.get(key)

    @property
    def standing(self) -> Standing:
        circuit = self._circuit
        return Standing(circuit.state, circuit.left_s, self._held_s, self._running, self._waiting)

    @property
    def _held_s(self) -> float:
        return max(0.0, self._held_until - self._clock())

    # -- the line

    @asynccontextmanager
    async def _seat(self) -> AsyncIterator[_Call]:
        turn = asyncio.get_running_loop().create_future()
        call = _Call(lane.get(), logs.edit.get() or lane.get(), turn)
        try:
            self._join(call)
            if refusal := await turn or self._circuit.overtaken(call):
                raise refusal
            yield call
        finally:
            self._leave(call)

    def _join(self, call: _Call) -> None:
        if self._held_s > PATIENCE_S:
            raise self._busy()
        self._circuit.admit(call)
        self._wheel.setdefault(call.lane, OrderedDict())[call] = None
        self._waiting += 1
        self._turn()

    def _leave(self, call: _Call) -> None:
        """Whatever way a call ended, and wherever it stood."""
        if call.running:
            self._running -= 1
        else:
            self._step_out(call)
        self._circuit.left(call)
        self._turn()

    def _step_out(self, call: _Call) -> None:
        line = self._wheel.get(call.lane, OrderedDict())
        if call in line:
            del line[call]
            self._waiting -= 1
        if not line:
            self._wheel.pop(call.lane, None)

    def _turn(self) -> None:
        """Turn the wheel as far as it may go; every change of the line or the limits ends here."""
        wait_s = self._wait_s
        while self._wheel and self._running < self._width and wait_s <= 0:
            self._serve(self._next())
            wait_s = self._wait_s
        if self._timer:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        if self._wheel and self._running < self._width:
            self._timer = loop.call_later(wait_s, self._turn)
        if not self._telling and (self._wheel or self.places.value):
            self._telling = loop.call_later(TOLD_S, self._tell)

    @property
    def _seats(self) -> int:
        """Calls of one more edit that could run at once."""
        return max(1, min(self._width - self._running - self._waiting, self._bucket.left))

    @property
    def _wait_s(self) -> float:
        return max(self._held_s, self._bucket.wait_s)

    def _next(self) -> _Call:
        """The first of the lane whose turn it is, which then goes to the end."""
        name, line = self._wheel.popitem(last=False)
        call, _ = line.popitem(last=False)
        self._waiting -= 1
        if line:
            self._wheel[name] = line
        return call

    def _serve(self, call: _Call) -> None:
        """A cancelled call does not know it yet, and needs no seat."""
        if not call.turn.done():
            call.running = True
            self._running += 1
            self._bucket.take()
            call.turn.set_result(None)

    def _refuse_all(self, because: Callable[[], ModelError]) -> None:
        while self._wheel:
            call = self._next()
            if not call.turn.done():
                call.turn.set_result(because())

    def _tell(self) -> None:
        self._telling = None
        places: dict[str, int] = {}
        for before, call in enumerate(self._line()):
            places.setdefault(call.edit, before)
        if places != self.places.value:
            self.places.put(places)

    def _line(self) -> Iterator[_Call]:
        """Waiting calls in the order in which they are served if nobody else comes."""
        lanes = deque(iter(line) for line in self._wheel.values())
        while lanes:
            one = lanes.popleft()
            if call := next(one, None):
                yield call
                lanes.append(one)

    # -- the provider

    @contextmanager
    def _judged(self, call: _Call) -> Iterator[None]:
        """What the call says of the provider; one that the writer ended says nothing."""
        try:
            yield
        except ModelError as error:
            self._obey(error)
            self._failed(call, error)
            raise
        else:
            self._width = min(self._width + 1, self._parallel)
            self._circuit.succeeded(call)

    @contextmanager
    def _told(self, timer: Timer, waited_s: float) -> Iterator[None]:
        error, whole = "", False
        try:
            yield
            whole = True
        except ModelError as failed:
            error = type(failed).__name__
            raise
        finally:
            first_s = None if timer.first is None else timer.first - timer.begun
            took_s = self._clock() - timer.begun
            self.on_call(Called(waited_s, first_s, took_s, timer.later, error, whole))

    def _heard(self, call: _Call) -> None:
        if not call.heard:
            call.heard = True
            self._circuit.answered(call)

    def _failed(self, call: _Call, error: ModelError) -> None:
        if not _is_down(call, error):
            self._circuit.answered(call)
        elif self._circuit.failed(call):
            self._refuse_all(self._circuit.refusal)

    def _obey(self, error: ModelError) -> None:
        """Hold the whole wheel for a Retry-After, then go on with half as many calls at once."""
        if not isinstance(error, ModelBusy) or not error.wait_s:
            return
        if not self._held_s:
            self._width = max(1, min(self._width, self._running) // 2)
        wait_s = min(error.wait_s, MOST_HELD_S) * random.uniform(1, 1.1)
        self._held_until = max(self._held_until, self._clock() + wait_s)
        if self._held_s > PATIENCE_S:
            self._refuse_all(self._busy)
        self._turn()

    def _busy(self) -> ModelError:
        return ModelBusy("model_busy_for", self._held_s, seconds=math.ceil(self._held_s))


def _is_down(call: _Call, error: ModelError) -> bool:
    """A slow answer is one; a wait that the provider names is obeyed instead."""
    if isinstance(error, ModelBusy):
        return error.wait_s is None
    return isinstance(error, ModelDown) or (isinstance(error, ModelTimeout) and not call.heard)


class _Bucket:
    """Tokens that calls take. A tenth of them may be saved for a burst."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        saved = per_minute // 10
        self._most = saved + 1
        # What is saved comes off the rate: no minute sees more than `per_minute`.
        self._a_second = (per_minute - saved) / 60
        self._clock = clock
        self._tokens = float(self._most)
        self._at = clock()

    @property
    def wait_s(self) -> float:
        """Until there is a token."""
        if not self._a_second:
            return 0.0
        return max(0.0, (1 - self._now()) / self._a_second)

    @property
    def left(self) -> int:
        """Tokens that can be taken at once."""
        return int(self._now()) if self._a_second else sys.maxsize

    def take(self) -> None:
        """May go below zero: what was sent was sent."""
        self._tokens, self._at = self._now() - 1, self._clock()

    def _now(self) -> float:
        since = self._clock() - self._at
        return min(float(self._most), self._tokens + since * self._a_second)


class _Breaker:
    """The circuit. Calls that came before it last opened no longer count."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock, self._most = clock, most
        self._failures: deque[float] = deque(maxlen=max(1, most))
        self._openings = 0
        """In a row, without a whole answer between them."""
        self._round = 0
        self._until: float | None = None
        """When one call may try; None while closed."""
        self._probe: _Call | None = None

    @property
    def state(self) -> Circuit:
        if self._until is None:
            return "closed"
        return "trying" if self._probe else "open"

    @property
    def left_s(self) -> float:
        until = self._until
        return 0.0 if until is None else max(0.0, until - self._clock())

    def refusal(self) -> ModelError:
        return ModelDown("model_circuit", wait_s=max(1, math.ceil(self.left_s)))

    def admit(self, call: _Call) -> None:
        """Raises ModelDown unless the call may go, or is the one that tries."""
        if self._until is not None:
            if self._probe or self.left_s:
                raise self.refusal()
            self._probe = call
        call.round = self._round

    def overtaken(self, call: _Call) -> ModelError | None:
        """Why a call that was given a seat must not go after all."""
        return self.refusal() if call.round != self._round else None

    def answered(self, call: _Call) -> None:
        """The provider is there, but one more failure before a whole answer opens again."""
        if call is self._probe:
            self._until = self._probe = None
            self._failures.extend([self._clock()] * (self._most - 1))

    def succeeded(self, call: _Call) -> None:
        if call.round == self._round:
            self._failures.clear()
            self._openings = 0

    def failed(self, call: _Call) -> bool:
        """Whether this has opened the circuit."""
        if call.round != self._round:
            return False
        self._failures.append(self._clock())
        many = len(self._failures) == self._most
        if call is not self._probe and not (many and self._recent):
            return False
        self._open()
        return True

    @property
    def _recent(self) -> bool:
        return self._clock() - self._failures[0] <= WINDOW_S

    def _open(self) -> None:
        wait_s = min(FIRST_OPEN_S * 2.0 ** min(self._openings, 30), MOST_OPEN_S)
        self._until = self._clock() + wait_s * random.uniform(0.75, 1)
        self._probe = None
        self._failures.clear()
        self._openings += 1
        self._round += 1

    def left(self, call: _Call) -> None:
        """A probe that its writer ended has shown nothing: the next one tries."""
        if call is self._probe:
            self._probe = None
