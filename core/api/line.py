"""What one connection may cost in time and bytes, before and beside its requests.

uvicorn waits without limit for the end of a request's head and body and for a client that reads
nothing, and keeps all that such a client sends. A proxy in front closes that; so does this.
"""

import asyncio
import resource
from functools import cache

from starlette.types import Receive
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from core import words
from core.api import policy, wire

MAX_HEAD = 64 * 1024
"""Bytes that a request may have before its body, and between two pieces of it."""
MAX_UPGRADE = 100, 8000
"""Headers of a WebSocket's request, and bytes of one: more is too much for its parser."""
MAX_FRAME = 26_000_000
"""Bytes of a WebSocket message; Streamlit closes a page at 25 MB."""
MAX_PIECES = 4096
"""Frames of one WebSocket message."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of unfinished WebSocket messages, all connections together."""
MOST_OPEN = 4096
SPARE_FILES = 256
"""Left to the database, the model and the scripts."""
TICK_S = 10.0
"""How long a client may take for a head, and after which its speed is looked at."""
SLOWEST = 8 * 1024
"""Bytes a second of a body that is sent or an answer that is read."""
LINGER_S = 2.0
"""How long what a refused client still sends is read: else it would see a reset, not the answer."""

TOLD = {400: "head_format", 408: "slow", 431: "head_size", 503: "crowded"}


def hold(receive: Receive) -> bool:
    """Put the limits on the server that calls a lifespan with this; False when it is not uvicorn.

    Its configuration names the class of each new connection, and its lifespan comes before the
    first one.
    """
    config = getattr(getattr(receive, "__self__", None), "config", None)
    if not isinstance(config, Config) or not _is_known(config):
        return False
    config.http_protocol_class = Line
    config.ws_protocol_class = Socket
    config.ws_max_size = min(config.ws_max_size, MAX_FRAME)
    config.ws_per_message_deflate = False
    config.encoded_headers = [each for each in config.encoded_headers if each[0] != b"server"]
    most_open()
    return True


def _is_known(config: Config) -> bool:
    ours = HttpToolsProtocol, WebSocketsSansIOProtocol
    return (config.http_protocol_class, config.ws_protocol_class) == ours


@cache
def most_open() -> int:
    """Connections at once; the process is allowed as many files as the system lets it have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = MOST_OPEN + SPARE_FILES
    allowed = enough if hard == resource.RLIM_INFINITY else min(hard, enough)
    soft = max(allowed, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(allowed - SPARE_FILES, allowed // 2)


class Line(HttpToolsProtocol):
    """An HTTP connection that is closed when its client is too slow or sends too much."""

    _silent: dict["Line", None] = {}  # noqa: RUF012 - one for all lines, the oldest first
    """Those that have asked for nothing yet."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._unread = self._came = 0
        self._refused = False
        self._timer: asyncio.TimerHandle | None = None
        self._stuck: _Stuck | None = None
        if len(self.connections) > most_open() and not self._make_room():
            self._refuse(503)
        else:
            self._silent[self] = None
            self._wait()

    def _make_room(self) -> bool:
        """The one that has said nothing for longest goes: who asks something is served."""
        oldest = next(iter(self._silent), None)
        if oldest is not None:
            oldest._end()  # noqa: SLF001 - one of us
        return oldest is not None

    def _end(self) -> None:
        self._settle()
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._unread += len(data)
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            # It has become a WebSocket's: being silent is its right.
            return
        if self._unread > MAX_HEAD:
            self._refuse(431)
        elif self._owes and self._timer is None:
            self._wait()

    @property
    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    @property
    def _owes(self) -> bool:
        """Whether the client has begun something that it has not ended."""
        return self._idle or self.cycle.more_body

    def on_headers_complete(self) -> None:
        self._settle()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._settle()
        super().on_message_complete()

    def _settle(self) -> None:
        self._unread = self._came = 0
        self._silent.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._came = 0
        self._timer = self.loop.call_later(TICK_S, self._late)

    def _late(self) -> None:
        self._timer = None
        if not self._owes or self.transport.is_closing():
            return
        if not self._idle and (self._came >= SLOWEST * TICK_S or self.flow.read_paused):
            self._wait()
        elif self._unread or not self._idle:
            self._refuse(408)
        else:
            self._end()

    def _refuse(self, status: int) -> None:
        """Nothing more is read from this client; it is answered when it is not being answered."""
        self._settle()
        self._refused = True
        if not self._idle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        self.transport.write(_answer(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(LINGER_S, self.transport.abort)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - ours says more
        self._refuse(400)

    def handle_websocket_upgrade(self) -> None:
        many, long = MAX_UPGRADE
        sizes = [len(name) + len(value) for name, value in self.headers]
        if len(sizes) > many or max(sizes) > long or len(self.url) > long:
            self._refuse(431)
        else:
            super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            _held(self)

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        _held(self)

    def pause_writing(self) -> None:
        super().pause_writing()
        _held(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            _released(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        _released(self)
        super().connection_lost(exc)


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that is not read from while its client does not read.

    It may be silent for ever between two messages, and within one no longer than a body may.
    """

    _held_by_all = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._stuck: _Stuck | None = None
        self._held = self._came = 0
        self._timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._came += len(data)
        self._hold(len(self.conn.reader.buffer) + sum(map(len, self.frames)))
        if Socket._held_by_all > MOST_HELD or len(self.frames) > MAX_PIECES:
            self.transport.abort()
        elif self._stuck is not None:
            # Pings are answered at once, so else the pongs would pile up.
            self.transport.pause_reading()

    def _hold(self, size: int) -> None:
        Socket._held_by_all += size - self._held
        self._held = size
        if size and self._timer is None:
            self._wait()
        elif not size and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._came = 0
        self._timer = self.loop.call_later(TICK_S, self._late)

    def _late(self) -> None:
        if self._came >= SLOWEST * TICK_S or self.read_paused:
            self._wait()
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.transport.pause_reading()
        _held(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.transport.is_closing():
            return
        _released(self)
        if not self.read_paused:
            self.transport.resume_reading()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        _held(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hold(0)
        _released(self)
        super().connection_lost(exc)


def _held(line: Line | Socket) -> None:
    """What is written is not read; or it is the last, and the end must not wait for its reader."""
    if line._stuck is None:  # noqa: SLF001 - this file's own
        line._stuck = _Stuck(line.loop, line.transport)  # noqa: SLF001


def _released(line: Line | Socket) -> None:
    if line._stuck is not None:  # noqa: SLF001 - this file's own
        line._stuck.timer.cancel()  # noqa: SLF001
        line._stuck = None  # noqa: SLF001


class _Stuck:
    """An answer that waits for its reader, who must take some of it in every tick."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop, self._transport = loop, transport
        self._look()

    def _look(self) -> None:
        self._left = self._transport.get_write_buffer_size()
        self.timer = self._loop.call_later(TICK_S, self._judge)

    def _judge(self) -> None:
        if self._left - self._transport.get_write_buffer_size() < SLOWEST * TICK_S:
            self._transport.abort()
        else:
            self._look()


@cache
def _answer(status: int) -> bytes:
    """All of an answer, as bytes."""
    body = wire.encode({"detail": words.sentence(TOLD[status], {"most": "64 KB"}, "ko")})
    kind = b"application/json; charset=utf-8"
    named = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    named += [(b"connection", b"close"), *policy.headers(kind)]
    lines = b"".join(b"%b: %b\r\n" % each for each in named)
    return STATUS_LINE[status] + lines + b"\r\n" + body
