"""One run per key: a repeat joins the run in flight, or gets the kept result."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

KEEP_S = 1800.0
"""The client of POST /edit-scenario repeats a request for 30 minutes."""
MOST_BYTES = 16 * 1024 * 1024
"""Of all kept results, some 1,500 of a usual chapter; the oldest are forgotten beyond it. What a
model was asked for is still known to the journal then, and is not asked for again."""
TRIES = 2
"""A key that failed so often is answered with its last failure, without another run."""

Verdict = Literal["good", "failed", "unasked"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    size: int
    failures: int
    until: float
    """Monotonic clock."""


class Once(Generic[T]):
    """Used on one event loop. A run goes on when whoever asked for it has left."""

    def __init__(
        self,
        size: Callable[[T], int],
        verdict: Callable[[T], Verdict],
        *,
        keep_s: float = KEEP_S,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """`verdict` says whether a result is kept (`good`), counts as a failure, or neither."""
        self.heard: Callable[[bool], None] = lambda _: None
        """Hears of every key that is asked for whether it is known or being made."""
        self._size, self._verdict = size, verdict
        self._keep_s, self._most = keep_s, most_bytes
        self._running: dict[str, asyncio.Task[T]] = {}
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()
        self._bytes = 0

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """The result for `key`, made by `make` unless it is known or being made."""
        self._expire()
        kept = self._kept.get(key)
        known = bool(kept and kept.failures in (0, TRIES))
        self.heard(known or key in self._running)
        if kept and known:
            return kept.value
        task = self._running.get(key) or self._run(key, make, kept.failures if kept else 0)
        return await asyncio.shield(task)

    def failures(self, key: str) -> int:
        """How often a key has failed so far."""
        kept = self._kept.get(key)
        return kept.failures if kept else 0

    def _run(self, key: str, make: Callable[[], Awaitable[T]], failures: int) -> asyncio.Task[T]:
        async def made() -> T:
            try:
                value = await make()
                self._keep(key, value, failures)
            finally:
                del self._running[key]
            return value

        self._running[key] = asyncio.get_running_loop().create_task(made())
        return self._running[key]

    def _keep(self, key: str, value: T, failures: int) -> None:
        verdict = self._verdict(value)
        if verdict == "unasked":
            return
        self._drop(key)
        size = self._size(value)
        count = failures + 1 if verdict == "failed" else 0
        self._kept[key] = _Kept(value, size, count, time.monotonic() + self._keep_s)
        self._bytes += size
        while self._bytes > self._most and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _expire(self) -> None:
        now = time.monotonic()
        while self._kept and next(iter(self._kept.values())).until < now:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        if gone := self._kept.pop(key, None):
            self._bytes -= gone.size
