"""The operator's model, tried with one small call: what works, what does not, what to do.

The address, the key and the model are those of the settings; nobody else can name one.
"""

import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeAlias, get_args
from urllib.parse import urlsplit

from core.chapter import chapter as chapters
from core.editing import prompt
from core.editing.gates import Refusal, read_op
from core.editing.model import DEFAULT_URL, Form, Model, Usage
from core.editing.prompt import CHAPTER_CHANGES
from core.editing.scope import Scope
from core.editing.stream import Answer
from core.errors import Fact, ModelError, ModelGarbled
from core.service import traffic
from core.service.live import Live
from core.service.settings import Settings

Item = Literal["address", "key", "model", "streaming", "format", "usage", "speed"]
ITEMS: tuple[Item, ...] = get_args(Item)
"""In the order in which a call meets them: what stands behind a failure was not seen."""
LANE = "connection"
REST_S = 5.0
"""Between two calls, whoever asks for them: each costs a little."""
SPREAD = 0.1
"""Share of the whole time that lies between the first piece and the last of what is streamed."""
SPREAD_S = 0.1
"""Or so long, however slowly the request was read before."""
QUICK_S = 0.5
"""An answer that is whole by then may have been written in the time of one piece."""
FIRST_S = 5.0
TOKENS_S = 15.0
"""Beyond these a writer waits for long."""

REQUEST = "1턴을 다시 써 줘: 결과, 뉴스, 전망을 모두 더 신나게"
SMALL = chapters.read(
    '[{"turn_number": 1, "result": "놀이공원의 문이 열렸어요.", "news": "새 공연이 온대요.",'
    ' "news_tag": "high", "stocks": [{"name": "돌고래 쇼", "risk_level": "고위험 고수익",'
    ' "description": "물 위로 솟는 공연이에요.", "before_value": 100, "current_value": 100,'
    ' "expectation": "손님이 늘어날까요?"}]}]'
)

_AT: Mapping[str, Item] = {
    "model_key": "key",
    "model_quota": "key",
    "model_name": "model",
    "model_rejects": "model",
    "model_context": "model",
    "model_busy": "model",
    "model_busy_for": "model",
    "model_cut_off": "streaming",
    "model_refused": "format",
    "model_filter": "format",
    "model_cut": "format",
    "model_empty": "format",
    "model_too_long": "format",
    "model_format": "format",
}
"""Which part fails with an error; any other is the address's, or the speed's once text came."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the connection."""

    item: Item
    works: bool | None
    """None: not seen, because something before it failed."""
    rule: str
    """Key of the sentence in `core.words`."""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one call showed."""

    at: float
    """When it ended, in seconds of the epoch."""
    findings: tuple[Finding, ...]
    """One for each of `ITEMS`, in order."""

    @property
    def works(self) -> bool:
        """Whether no part fails."""
        return all(finding.works is not False for finding in self.findings)


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one moment."""

    running: bool = False
    latest: Tried | None = None
    """Of the call before, while one is under way."""


class Formed(Protocol):
    """What knows how a server takes an answer's format."""

    @property
    def form(self) -> Form: ...


Clock: TypeAlias = Callable[[], float]
Run: TypeAlias = Callable[[Coroutine[object, object, None]], object]


class Connection:
    """Tries the model when asked, one call at a time, and keeps what it showed."""

    state: Live[State]

    clock: Clock = staticmethod(time.monotonic)
    """By which an answer is timed."""

    def __init__(self, calls: Model, model: Formed, chosen: Settings, run: Run) -> None:
        """`calls` go to the `model`; `run` starts a coroutine on the loop of the calls."""
        self.state = Live(State())
        self._calls, self._model, self._chosen, self._run = calls, model, chosen, run
        self._began = -REST_S
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Try it now, unless it is being tried, or was a moment ago. In any thread."""
        with self._lock:
            now = time.monotonic()
            if self.state.value.running or now - self._began < REST_S:
                return
            self._began = now
            self.state.change(lambda state: replace(state, running=True))
        self._run(self._kept())

    async def _kept(self) -> None:
        try:
            findings = await self.tried()
        except BaseException:
            self.state.change(lambda state: replace(state, running=False))
            raise
        self.state.put(State(latest=Tried(time.time(), findings)))

    async def tried(self) -> tuple[Finding, ...]:
        """One finding for each of `ITEMS`, in order. Never raises ModelError."""
        traffic.lane.set(LANE)
        heard = _Heard(self.clock)
        try:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    heard.take(piece)
            heard.check()
        except ModelError as error:
            return tuple(self._broken(error, heard))
        return tuple(self._working(heard))

    def _pieces(self) -> AsyncGenerator[str | Usage, None]:
        asked = prompt.ask(SMALL, REQUEST, scope=Scope())
        return self._calls.stream(asked, CHAPTER_CHANGES)

    def _working(self, heard: "_Heard") -> Iterator[Finding]:
        key = "check_key" if self._chosen.openai_api_key else "check_keyless"
        form = self._model.form
        yield Finding("address", True, "check_address", {"host": self._host})
        yield Finding("key", True, key)
        yield Finding("model", True, "check_model", {"name": self._chosen.openai_model})
        yield heard.streaming
        yield Finding("format", form in ("strict", "loose"), f"check_{form}")
        yield heard.counted
        yield heard.speed

    def _broken(self, error: ModelError, heard: "_Heard") -> Iterator[Finding]:
        failed = _AT.get(error.rule, "speed" if heard.pieces else "address")
        before = {finding.item: finding for finding in self._working(heard)}
        for item in ITEMS:
            if ITEMS.index(item) < ITEMS.index(failed):
                yield before[item]
            elif item == failed:
                yield Finding(item, False, error.rule, error.facts)
            else:
                yield Finding(item, None, "check_unseen")

    @property
    def _host(self) -> str:
        return urlsplit(self._chosen.openai_base_url or DEFAULT_URL).netloc


class _Heard:
    """One answer as it came."""

    def __init__(self, clock: Clock) -> None:
        self.pieces = 0
        self._clock = clock
        self._began = self._first = self._last = clock()
        self._early = self._characters = 0
        self._usage: Usage | None = None
        self._answer = Answer()
        self._written: list[str] = []

    def take(self, piece: str | Usage) -> None:
        if isinstance(piece, Usage):
            self._usage = piece
            return
        self._last = self._clock()
        if not self.pieces:
            self._first, self._early = self._last, len(piece)
        self.pieces += 1
        self._characters += len(piece)
        self._written += self._answer.feed(piece)

    def check(self) -> None:
        """Raises ModelGarbled unless it is a list with a change that could be read."""
        read = [not isinstance(read_op(written), Refusal) for written in self._written]
        if not (self._answer.complete and read and all(read)):
            raise ModelGarbled("model_format")

    @property
    def streaming(self) -> Finding:
        """Whether the text came over time; pieces alone may all come at its end."""
        first_s, last_s = self._first - self._began, self._last - self._began
        facts: dict[str, Fact] = {
            "pieces": self.pieces,
            "first_s": f"{first_s:.1f}",
            "last_s": f"{last_s:.1f}",
        }
        if not self.pieces:
            return Finding("streaming", None, "check_wordless")
        if self._spread:
            return Finding("streaming", True, "check_streaming", facts)
        if last_s < QUICK_S:
            return Finding("streaming", None, "check_quick", facts)
        return Finding("streaming", False, "check_at_once", facts)

    @property
    def _spread(self) -> bool:
        late, whole = self._last - self._first, self._last - self._began
        return late >= min(SPREAD_S, SPREAD * whole) > 0 and 2 * self._early <= self._characters

    @property
    def counted(self) -> Finding:
        if self._usage is None:
            return Finding("usage", False, "check_uncounted")
        facts = {"tokens_in": self._usage.tokens_in, "tokens_out": self._usage.tokens_out}
        return Finding("usage", True, "check_usage", facts)

    @property
    def speed(self) -> Finding:
        """By the server's own count of tokens, else one for each piece."""
        first_s = self._first - self._began
        since = self._first if self._spread else self._began
        written = (self._usage.tokens_out if self._usage else 0) or self.pieces
        rate = written / max(self._last - since, 0.001)
        works = first_s <= FIRST_S and rate >= TOKENS_S
        facts: dict[str, Fact] = {"first_s": f"{first_s:.1f}", "tokens_s": f"{rate:.0f}"}
        return Finding("speed", works, "check_speed" if works else "check_slow", facts)
