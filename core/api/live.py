"""GET /live: figures once a second and a running edit's changes, over one server-sent stream.

Whoever watches also hears the last hour once, and then each new second of it.
"""

import asyncio
from array import array
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property

from core.api import wire
from core.chapter.ops import Change
from core.service.history import FIELDS, History, Reading
from core.service.metrics import Figures
from core.service.views import View
from core.service.wiring import Service
from core.words import Lang

RETRY_MS = 2000


class Stream:
    """What one tab hears until it leaves or the server stops."""

    def __init__(self, service: Service, edit: str, lang: Lang, *, watch: bool = False) -> None:
        self._service, self._edit, self._lang, self._watch = service, edit, lang, watch
        self._out: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._shown: tuple[Change, ...] = ()

    async def events(self) -> AsyncIterator[bytes]:
        tasks = [asyncio.create_task(self._figures())]
        if self._edit:
            tasks.append(asyncio.create_task(self._changes()))
        if self._watch:
            tasks.append(asyncio.create_task(self._readings()))
        tally = self._service.history.tally
        tally.pages += 1
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            while (piece := await self._out.get()) is not None:
                yield piece
        finally:
            tally.pages -= 1
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _figures(self) -> None:
        """Its end is the end of the stream: the sampler stops with the server."""
        async for figures in self._service.sampler.watch():
            self._out.put_nowait(encoded(self._service, figures))
        self._out.put_nowait(None)

    async def _readings(self) -> None:
        """The hour, and then what comes to it."""
        history, first = self._service.history, True
        async for reading in history.watch():
            if reading:
                made = told(history, reading)
                self._out.put_nowait(made.all if first else made.new)
                first = False

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


@dataclass(frozen=True)
class _Told:
    """The events of one second, each made once for all tabs, and only where somebody watches."""

    history: History
    reading: Reading

    @cached_property
    def all(self) -> bytes:
        hour = self.history.hour
        seconds, tens = [[_row(row) for row in tuple(rows)] for rows in (hour.seconds, hour.tens)]
        rows = {"fields": tuple(FIELDS), "seconds": seconds, "tens": tens}
        return _event("history", {**rows, "now": wire.watched(self.history)})

    @cached_property
    def new(self) -> bytes:
        ten = _row(self.reading.ten) if self.reading.ten else None
        now = wire.watched(self.history)
        return _event("reading", {"row": _row(self.reading.row), "ten": ten, "now": now})


_told: dict[int, _Told] = {}


def told(history: History, reading: Reading) -> _Told:
    known = _told.get(id(history))
    if known is None or known.reading is not reading:
        known = _told[id(history)] = _Told(history, reading)
    return known


def _row(row: "array[float]") -> list[float]:
    """Short numbers: whole ones without a point."""
    return [int(value) if value.is_integer() else round(value, 4) for value in row]


def _event(name: str, body: object, seq: int | None = None) -> bytes:
    head = f"event: {name}\n" if seq is None else f"event: {name}\nid: {seq}\n"
    return head.encode() + b"data: " + wire.encode(body) + b"\n\n"


def _common(old: tuple[Change, ...], new: tuple[Change, ...]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
