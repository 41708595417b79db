"""Edits handed in over HTTP: once for a key, and kept when the desk has let go of them."""

import asyncio
import json
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from core.api import job, wire
from core.api.follow import Ended, Event, Events
from core.api.job import Ask
from core.errors import TurnsmithError, WriterError
from core.service.jobs import OVER, Terms, View
from core.service.once import KEEP_S, MOST_BYTES, Once
from core.service.wiring import Service

_ROW = 1024
"""Bytes that a remembered key costs at most."""


class Results:
    """What posted edits came to, packed: the desk forgets after 256 others. Thread-safe."""

    def __init__(self, *, keep_s: float = KEEP_S, most_bytes: int = MOST_BYTES) -> None:
        """Forgotten after `keep_s`, the oldest also when all together are over `most_bytes`."""
        self._keep_s, self._most = keep_s, most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0

    def put(self, id_: str, body: Mapping[str, object]) -> None:
        packed = zlib.compress(wire.encode(body), 1)
        with self._lock:
            self._kept[id_] = time.monotonic() + self._keep_s, packed
            self._bytes += len(packed)
            while len(self._kept) > 1 and self._stale():
                self._bytes -= len(self._kept.popitem(last=False)[1][1])

    def get(self, id_: str) -> dict[str, Any] | None:
        with self._lock:
            found = self._kept.get(id_)
        return dict(json.loads(zlib.decompress(found[1]))) if found else None

    def _stale(self) -> bool:
        return self._bytes > self._most or next(iter(self._kept.values()))[0] < time.monotonic()


@dataclass(frozen=True, slots=True)
class _Posted:
    """What a key stands for."""

    fingerprint: str
    id: str
    error: TurnsmithError | None = None


class Jobs:
    """The edits of one service. Used on the server's loop."""

    def __init__(self, service: Service) -> None:
        self._service, self._desk = service, service.desk
        self._results, self._events = Results(), Events()
        self._keys: Once[_Posted] = Once(
            lambda _: _ROW, lambda posted: "unasked" if posted.error else "good"
        )

    async def post(self, ask: Ask, key: str) -> str:
        """Hand it in, once for the same key. Raises WriterError and Unavailable."""
        if not key:
            return await self._submit(ask)
        mark = ask.fingerprint
        known = await self._keys.get(key, partial(self._first, mark, ask))
        if known.fingerprint != mark:
            raise WriterError("key_reused")
        if known.error:
            raise known.error
        return known.id

    async def _first(self, mark: str, ask: Ask) -> _Posted:
        try:
            return _Posted(mark, await self._submit(ask))
        except TurnsmithError as error:
            return _Posted(mark, "", error)

    async def _submit(self, ask: Ask) -> str:
        opened = await asyncio.to_thread(ask.opened)
        terms = Terms(limits=ask.bounds)
        return self._desk.submit(opened, ask.editRequest, terms, keep=self._keep)

    def _keep(self, view: View) -> None:
        self._results.put(view.id, self._told(view))

    async def body(self, id_: str) -> dict[str, Any] | None:
        """The edit as it stands; None when nobody knows it."""
        view = self._desk.view(id_)
        if view and not view.over:
            return self._told(view)
        return await asyncio.to_thread(self._over, id_, view)

    def _over(self, id_: str, view: View | None) -> dict[str, Any] | None:
        if kept := self._results.get(id_):
            return kept
        view = view or self._stored(id_)
        return self._told(view) if view else None

    def _stored(self, id_: str) -> View | None:
        """Also of another process, or from before a restart."""
        try:
            return self._service.acts.view(id_)
        except WriterError:
            return None

    def _told(self, view: View) -> dict[str, Any]:
        prices = self._service.settings
        priced = prices.price_in or prices.price_out
        cost = prices.cost(view.tokens_in, view.tokens_out) if priced else None
        return job.told(view, cost)

    async def known(self, id_: str) -> bool:
        return self._desk.view(id_) is not None or await self.body(id_) is not None

    def events(self, id_: str, after: int) -> AsyncGenerator[Event, None]:
        return self._events.of(self._desk, id_, after, partial(self._ended, id_))

    async def _ended(self, id_: str) -> Ended:
        body = await self.body(id_)
        if body is None or body["state"] not in OVER:
            return None
        del body["story"]
        return body["seq"], body


@cache
def of(service: Service) -> Jobs:
    return Jobs(service)
