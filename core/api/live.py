"""GET /live: figures once a second and a running edit's changes, over one server-sent stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from core.api import wire
from core.chapter.ops import Change
from core.service.metrics import Figures
from core.service.views import View
from core.service.wiring import Service
from core.words import Lang

RETRY_MS = 2000


class Stream:
    """What one tab hears until it leaves or the server stops."""

    def __init__(self, service: Service, edit: str, lang: Lang) -> None:
        self._service, self._edit, self._lang = service, edit, lang
        self._out: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._shown: tuple[Change, ...] = ()

    async def events(self) -> AsyncIterator[bytes]:
        tasks = [asyncio.create_task(self._figures())]
        if self._edit:
            tasks.append(asyncio.create_task(self._changes()))
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            while (piece := await self._out.get()) is not None:
                yield piece
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _figures(self) -> None:
        """Its end is the end of the stream: the sampler stops with the server."""
        async for figures in self._service.sampler.watch():
            self._out.put_nowait(encoded(self._service, figures))
        self._out.put_nowait(None)

    async def _changes(self) -> None:
        """Each change while the edit runs, wherever that is."""
        known = False
        async with aclosing(self._service.acts.watch(self._edit)) as views:
            async for view in views:
                known = True
                self._out.put_nowait(self._piece(view))
        if not known:
            self._out.put_nowait(_event("edit", {"id": self._edit, "state": "unknown"}))

    def _piece(self, view: View) -> bytes:
        """Only what is new; a tab that joins late hears everything from the start."""
        start = _common(self._shown, view.changes)
        self._shown = view.changes
        return _event("edit", wire.progress(view, start, self._lang), view.seq)


_latest: dict[int, tuple[Figures, bytes]] = {}


def encoded(service: Service, figures: Figures) -> bytes:
    """The event of one reading, made once for all tabs."""
    known = _latest.get(id(service))
    if known is None or known[0] is not figures:
        desk = service.desk
        body = wire.performance(figures, desk.counts, ready=desk.ready)
        known = _latest[id(service)] = figures, _event("figures", body)
    return known[1]


def _event(name: str, body: object, seq: int | None = None) -> bytes:
    head = f"event: {name}\n" if seq is None else f"event: {name}\nid: {seq}\n"
    return head.encode() + b"data: " + wire.encode(body) + b"\n\n"


def _common(old: tuple[Change, ...], new: tuple[Change, ...]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
