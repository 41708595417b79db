"""The events of one edit: server-sent, or as frames of a WebSocket.

Every event has the number of the view that it tells. A reader that comes back names the last one
it has heard and gets what is newer: where this process knows what it had by then, only that;
otherwise all changes from index 0 on, which replace what it had.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from core.api import job, wire
from core.chapter.ops import Change
from core.service.views import View

RETRY_MS = 2000
BEAT_S = 15.0
"""Proxies close what is silent for long."""
PACE_S = 0.05
"""Between two events of a reader: a model's answer comes in hundreds of pieces."""
MOST_KNOWN = 1024
"""Readers' last views that can be gone on from."""
DONE, UNASKED, STOPPING, UNKNOWN = 1000, 1008, 1012, 4404
"""Codes a WebSocket is closed with: at the end, for a client that sends, when the server stops, for
no such edit."""


@dataclass(frozen=True, slots=True)
class Event:
    """What one view brought."""

    name: Literal["progress", "change", "end"]
    seq: int
    data: Mapping[str, object]

    def sent(self) -> bytes:
        head = f"event: {self.name}\nid: {self.seq}\ndata: ".encode()
        return head + wire.encode(self.data) + b"\n\n"

    def frame(self) -> str:
        return wire.encode({"event": self.name, "id": self.seq, "data": self.data}).decode()


Ended = tuple[int, Mapping[str, object]] | None
"""Number and body of an edit that is over; None for one that is not, or is not known."""


class Events:
    """Of all edits. A reader costs nothing when it has left."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], tuple[Change, ...]] = OrderedDict()

    async def of(
        self, views: AsyncGenerator[View, None], after: int, ended: Callable[[], Awaitable[Ended]]
    ) -> AsyncGenerator[Event, None]:
        """Those newer than `after`, to the end; when it is over, the end alone. Ends without one
        when the server stops. `ended` gives the whole of an edit that nobody runs.
        """
        shown: tuple[Change, ...] | None = None
        async with aclosing(views):
            async for view in views:
                if view.over:
                    break
                if shown is None:
                    after = after if after <= view.seq else -1
                    shown = self._known.get((view.id, after), ())
                if view.seq > after:
                    self._remember(view)
                    yield _event(view, shown)
                    shown = view.changes
                    await asyncio.sleep(PACE_S)
        if (last := await ended()) is not None:
            yield Event("end", last[0], last[1])

    def _remember(self, view: View) -> None:
        self._known[view.id, view.seq] = view.changes
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _event(view: View, shown: tuple[Change, ...]) -> Event:
    if view.changes == shown:
        return Event("progress", view.seq, job.progress(view))
    return Event("change", view.seq, job.changed(view, _common(shown, view.changes)))


def _common(old: tuple[Change, ...], new: tuple[Change, ...]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def number(written: str | None) -> int:
    """The last event that a reader has heard; -1 for none, and for what is no number."""
    plain = written and written.isascii() and written.isdigit() and len(written) <= 9
    return int(written) if written and plain else -1


async def stream(
    events: AsyncGenerator[Event, None], *, beat_s: float = BEAT_S
) -> AsyncIterator[bytes]:
    """As server-sent events, with a comment whenever nothing came for `beat_s`."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    async with aclosing(events):
        coming = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                done, _ = await asyncio.wait({coming}, timeout=beat_s)
                if not done:
                    yield b": still here\n\n"
                    continue
                if (event := coming.result()) is None:
                    return
                yield event.sent()
                coming = asyncio.ensure_future(anext(events, None))
        finally:
            coming.cancel()
            await asyncio.wait({coming})


async def converse(socket: WebSocket, events: AsyncGenerator[Event, None]) -> None:
    """As frames, until the end, or until the client leaves or says anything."""
    telling = asyncio.ensure_future(_tell(socket, events))
    hearing = asyncio.ensure_future(socket.receive())
    try:
        await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (telling, hearing):
            task.cancel()
        await asyncio.wait({telling, hearing})
    await close(socket, UNASKED if telling.cancelled() else telling.result())


async def _tell(socket: WebSocket, events: AsyncGenerator[Event, None]) -> int:
    """Why it is over, as a code."""
    async with aclosing(events):
        async for event in events:
            if not await _said(socket, event):
                break
            if event.name == "end":
                return DONE
    return STOPPING


async def _said(socket: WebSocket, event: Event) -> bool:
    """False when the line is closed: by the client, or by the server under our hands."""
    try:
        await socket.send_text(event.frame())
    except (WebSocketDisconnect, RuntimeError):
        return False
    return True


async def close(socket: WebSocket, code: int) -> None:
    """Nothing happens when the client has left already."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)
