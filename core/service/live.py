"""The latest value of something that changes, and a wake-up for whoever waits in any loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
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

    async def watch(self) -> AsyncIterator[T]:
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


def _settle(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
