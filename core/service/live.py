"""The latest value of something that changes, and a wake-up for whoever waits in any loop."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Live(Generic[T]):
    """One value, written from one thread at a time, read and watched from every thread.

    Values are immutable. A slow watcher misses values in between, never the last one.
    """

    def __init__(self, value: T) -> None:
        self._value = value
        self._count = 0
        self._closed = False
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.Future[None], asyncio.AbstractEventLoop] = {}

    @property
    def value(self) -> T:
        return self._value

    def put(self, value: T, *, last: bool = False) -> None:
        """Show a new value; after the `last` one every watch ends."""
        with self._lock:
            if self._closed:
                return
            self._value, self._closed = value, last
            self._count += 1
            self._wake()

    def change(self, step: Callable[[T], T]) -> None:
        """Show what `step` makes of the present value."""
        self.put(step(self._value))

    def close(self) -> None:
        """End every watch, with the present value as the last one."""
        with self._lock:
            self._closed = True
            self._wake()

    async def watch(self) -> AsyncGenerator[T, None]:
        """The present value at once, then each newer one; ends after the last."""
        seen = -1
        while True:
            with self._lock:
                value, count, closed = self._value, self._count, self._closed
                waiting = self._enter() if count == seen and not closed else None
            if waiting is not None:
                await self._wait(waiting)
            elif count != seen:
                seen = count
                yield value
            else:
                return

    def _enter(self) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()
        self._waiting[waiting] = loop
        return waiting

    async def _wait(self, waiting: asyncio.Future[None]) -> None:
        try:
            await waiting
        finally:
            with self._lock:
                self._waiting.pop(waiting, None)

    def _wake(self) -> None:
        for waiting, loop in self._waiting.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, waiting)
        self._waiting.clear()


class Lately(Generic[T]):
    """The newest values by name, handed on together, at most every `pace_s`; used on one loop."""

    def __init__(
        self, hand_on: Callable[[Mapping[str, T]], Awaitable[None]], pace_s: float
    ) -> None:
        self._hand_on, self._pace_s = hand_on, pace_s
        self._new: dict[str, T] = {}
        self._running = False

    def put(self, name: str, value: T) -> bool:
        """Whether somebody must `run` now to hand it on."""
        self._new[name] = value
        idle, self._running = not self._running, True
        return idle

    def drop(self, name: str) -> None:
        self._new.pop(name, None)

    async def run(self) -> None:
        """Until there is nothing new."""
        try:
            while new := self._new:
                self._new = {}
                await self._hand_on(new)
                await asyncio.sleep(self._pace_s)
        finally:
            self._running = False


def _settle(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
