"""One connection to a model's server: a request out, its answer in, a piece for what was read.

Connected and encrypted by httpcore, as httpx does. But there every chunk of an answer goes through
a parser in Python and four layers alone, which takes longer than all that is done with a token.
"""

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from re import compile as pattern

import httpcore2
import httpx2
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

MAX_SILENT = 100 * 1024
"""Bytes without a byte of the body between them: headers, trailers, and what goes with chunks."""
READ = 64 * 1024
PORTS = {"http": 80, "https": 443}

_UNFIT = pattern(rb"[\x00\r\n]")
_OURS: Mapping[type[Exception], type[httpx2.TransportError]] = {
    httpcore2.ConnectTimeout: httpx2.ConnectTimeout,
    httpcore2.ConnectError: httpx2.ConnectError,
    httpcore2.TimeoutException: httpx2.ReadTimeout,
    httpcore2.NetworkError: httpx2.ReadError,
    HttpParserError: httpx2.RemoteProtocolError,
    HttpParserUpgrade: httpx2.RemoteProtocolError,
}


class Line(httpx2.AsyncBaseTransport):
    """For one server, HTTP/1.1, one request at a time; kept open where the server keeps it."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        self._trusted.set_alpn_protocols(["http/1.1"])
        self._wire: httpcore2.AsyncNetworkStream | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Returns when the head of the answer is there. Raises httpx2.TransportError."""
        sent = _written(request) + await request.aread()
        try:
            with _translated():
                wire = await self._connected(request)
                # Who answers before all is read may close: what it says counts.
                with suppress(httpcore2.WriteError):
                    await wire.write(sent)
                answer = _Answer(self, wire)
                await answer.begin()
        except BaseException:
            await self.aclose()
            raise
        return httpx2.Response(answer.status, headers=answer.headers, stream=answer)

    async def _connected(self, request: httpx2.Request) -> httpcore2.AsyncNetworkStream:
        if self._wire and self._wire.get_extra_info("is_readable"):
            # Idle, so that can only be the end of it.
            await self.aclose()
        self._wire = self._wire or await self._connection(request)
        return self._wire

    async def _connection(self, request: httpx2.Request) -> httpcore2.AsyncNetworkStream:
        url, timeout = request.url, request.extensions.get("timeout", {}).get("connect")
        if url.scheme not in PORTS:
            raise httpx2.UnsupportedProtocol(f"not HTTP: {url.scheme}", request=request)
        host = url.raw_host.decode("ascii")
        port = url.port or PORTS[url.scheme]
        wire = await httpcore2.AnyIOBackend().connect_tcp(host, port, timeout=timeout)
        if url.scheme == "https":
            wire = await wire.start_tls(self._trusted, host, timeout)
        return wire

    async def aclose(self) -> None:
        wire, self._wire = self._wire, None
        if wire:
            await wire.aclose()


class _Answer(httpx2.AsyncByteStream):
    """What the server says; the callbacks are the parser's."""

    def __init__(self, line: Line, wire: httpcore2.AsyncNetworkStream) -> None:
        self._line, self._wire = line, wire
        self._parser = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(
            lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._silent = 0
        self._broken: HttpParserError | None = None
        self._begun = self._whole = self._kept = False

    async def begin(self) -> None:
        while not self._begun:
            await self._read()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            while True:
                if self._body:
                    piece = b"".join(self._body)
                    self._body.clear()
                    yield piece
                if self._broken:
                    raise self._broken
                if self._whole:
                    return
                await self._read()

    async def aclose(self) -> None:
        if not self._kept:
            await self._line.aclose()

    async def _read(self) -> None:
        data = await self._wire.read(READ)
        if not data:
            self._cut()
            return
        self._silent += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            # What stands before the fault was said.
            self._broken = error
            if not self._body:
                raise
        self._silent = 0 if self._body else self._silent
        if self._silent > MAX_SILENT:
            raise httpx2.RemoteProtocolError("too much around the body")

    def _cut(self) -> None:
        """A body of no stated length ends with the connection."""
        names = {name.lower() for name, _ in self.headers}
        if not self._begun or names & {b"content-length", b"transfer-encoding"}:
            raise httpx2.RemoteProtocolError("cut off")
        self._whole = True

    # -- the parser's

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._begun:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self._begun = self.status >= 200
        if not self._begun:
            self.headers.clear()

    def on_body(self, body: bytes) -> None:
        if not self._whole:
            self._body.append(body)

    def on_message_begin(self) -> None:
        if self._whole:
            raise HttpParserError("more than was asked for")

    def on_message_complete(self) -> None:
        if self._begun:
            self._whole, self._kept = True, self._parser.should_keep_alive()


def _written(request: httpx2.Request) -> bytes:
    """The head of a request. Raises httpx2.LocalProtocolError for what would end a line of it."""
    lines = [b" ".join((request.method.encode("ascii"), request.url.raw_path, b"HTTP/1.1"))]
    lines += (name + b": " + value for name, value in request.headers.raw)
    if any(map(_UNFIT.search, lines)):
        raise httpx2.LocalProtocolError("an illegal header", request=request)
    return b"\r\n".join((*lines, b"", b""))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except tuple(_OURS) as error:
        kind = next(ours for theirs, ours in _OURS.items() if isinstance(error, theirs))
        raise kind(str(error)) from error
