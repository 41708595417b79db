"""What is read once a second for everyone: processor, memory, and whether the store answers."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import psutil

from core.service.live import Live

PERIOD_S = 1.0
LATE_S = 10.0
"""What has not answered for so long does not answer: a network may swallow the question."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One reading. Percentages are of the time since the reading before."""

    cpu_percent: float
    """Of all cores of the machine together, 0 to 100."""
    memory_total: int
    """Bytes."""
    memory_available: int
    memory_percent: float
    pid: int
    memory_rss: int
    """Of this process, bytes."""
    memory_vms: int
    process_cpu_percent: float
    """Of one core; may exceed 100."""


class Sampler:
    """Reads once a second. Asking for the latest reading never waits and reads nothing."""

    def __init__(
        self,
        *,
        period_s: float = PERIOD_S,
        hear: "Callable[[Figures], None] | None" = None,
    ) -> None:
        """`hear` is called with each reading, in the sampler's thread."""
        self._hear = hear
        self._process = psutil.Process()
        self._period_s = period_s
        self._stop = threading.Event()
        self._live = Live(self._read())
        self._thread = threading.Thread(target=self._sample, name="sampler", daemon=True)

    @property
    def latest(self) -> Figures:
        return self._live.value

    def watch(self) -> AsyncIterator[Figures]:
        """The latest reading at once, then each new one; ends when the sampler stops."""
        return self._live.watch()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._live.close()

    def _sample(self) -> None:
        while not self._stop.wait(self._period_s):
            figures = self._read()
            if self._hear:
                self._hear(figures)
            self._live.put(figures)

    def _read(self) -> Figures:
        memory = psutil.virtual_memory()
        with self._process.oneshot():
            own = self._process.memory_info()
            busy = self._process.cpu_percent(None)
        return Figures(
            cpu_percent=psutil.cpu_percent(None),
            memory_total=memory.total,
            memory_available=memory.available,
            memory_percent=memory.percent,
            pid=os.getpid(),
            memory_rss=own.rss,
            memory_vms=own.vms,
            process_cpu_percent=busy,
        )


class Pulse:
    """Asks once a second whether something answers. Nobody who wants to know waits for it."""

    def __init__(self, ask: Callable[[], bool], *, period_s: float = PERIOD_S) -> None:
        self._ask, self._period_s = ask, period_s
        self._stop = threading.Event()
        self._good = True
        self._asked = time.monotonic()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    @property
    def good(self) -> bool:
        """The latest answer, unless it is old."""
        return self._good and time.monotonic() - self._asked < LATE_S

    def start(self) -> None:
        self._asked = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """What is asked at this moment is waited for, a moment long."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(PERIOD_S)

    def _beat(self) -> None:
        while True:
            self._asked = time.monotonic()
            self._good = self._ask()
            if self._stop.wait(self._period_s):
                return


class Lag:
    """How late a loop comes to what it is to do at a certain time: how long somebody held it up."""

    def __init__(self, *, period_s: float = 0.1) -> None:
        self._period_s = period_s
        self._due: float | None = None
        self._most = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """In any thread; it beats until `stop`."""
        self._loop = loop
        loop.call_soon_threadsafe(self._beat)

    def stop(self) -> None:
        self._loop = None

    def take(self) -> float:
        """Seconds: the longest since the last call, and what is late at this moment."""
        late, self._most = self._most, 0.0
        due = self._due
        return max(late, time.monotonic() - due if due is not None and self._loop else 0.0)

    def _beat(self) -> None:
        now = time.monotonic()
        if self._due is not None:
            self._most = max(self._most, now - self._due)
        if self._loop:
            self._due = now + self._period_s
            self._loop.call_later(self._period_s, self._beat)
