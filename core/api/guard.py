"""What reaches the app at all: known hosts, our own origin, heads and bodies of a sane size.

Streamlit accepts any Host (DNS rebinding) and puts no limit on the body of a route of ours.
"""

import asyncio
import ipaddress
import logging
import re
import traceback
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import words
from core.api import line, policy, problem, wire
from core.errors import Fact

MAX_BODY = 2 * 1024 * 1024
MAX_UPLOAD = 21 * 1024 * 1024
"""A file and its form; .streamlit/config.toml says 20 MB for the file."""
MAX_UPLOADED = 3 * MAX_UPLOAD
"""Of one tab, together: Streamlit keeps every file until the tab is gone."""
MOST_TABS = 4096
"""Whose uploads are counted."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of all bodies that are worked on at once."""
MOST_SOCKETS = 1000
MAX_ADDRESS = 8 * 1024
"""Bytes of a path and its query."""
MOST_HEADERS = 128
MAX_SWALLOWED = 32 * MAX_BODY
"""How much of a refused body is still read, so that the client sees the answer and no reset."""
SWALLOW_S = 5.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PAGES_OWN = "/_stcore/"
PAGES_SOCKET = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"
FOREIGN_KINDS = (
    "text/plain",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
)
"""What a page of another site may send without asking first."""
FORMS = frozenset({"/sign-in"})
"""Where a form of our own is sent, which says where it comes from."""
UNSUPPORTED, TOO_BIG, BROKEN = 1003, 1009, 1011
"""Codes that a WebSocket is closed with."""
EXTRA: Mapping[int, tuple[policy.Header, ...]] = {
    415: ((b"accept-encoding", b"identity"), (b"accept", b"application/json")),
    503: ((b"retry-after", b"5"),),
}
_HOST = re.compile(r"[a-z0-9.:_\[\]-]*", re.IGNORECASE)

log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, rule: str, **facts: Fact) -> None:
        super().__init__(status)
        self.status, self.rule, self.facts = status, rule, facts


class Guard:
    """Middleware in front of pages and API."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset({"localhost", *hosts})
        self._sockets = 0
        self._held = Held()
        self._uploads = Uploads()
        # Read now: a page that cannot be found should stop the start.
        policy.page()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            if scope["type"] == "lifespan" and not line.hold(receive):
                log.warning("this server is not uvicorn: slow clients are left to it")
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope)
        except Refused as refused:
            await _refuse(refused, scope, receive, send)
        else:
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            self._sockets += 1
            try:
                await _conversed(self._app, scope, receive, send)
            finally:
                self._sockets -= 1
        elif scope["path"].startswith(UPLOADS):
            body = _Body(receive, self._uploads.noting(scope, send), self._held, MAX_UPLOAD)
            await body.run(self._app, scope)
        else:
            await _Body(receive, send, self._held, MAX_BODY).run(self._app, scope)

    def _admit(self, scope: Scope) -> None:
        """Raises Refused."""
        _check_head(scope)
        headers = Headers(scope=scope)
        self._check_host(scope, headers)
        self._check_origin(scope, headers)
        if scope["type"] == "websocket":
            if self._sockets >= MOST_SOCKETS:
                raise Refused(503, "crowded")
            return
        _check_body(scope, headers)
        self._uploads.check(scope)

    def _check_host(self, scope: Scope, headers: Headers) -> None:
        """A health check may speak HTTP/1.0, which names no host; a browser always names one."""
        hosts = headers.getlist("host")
        if len(hosts) > 1 or not all(map(self._known, hosts)):
            raise Refused(421, "host")
        if not hosts and not (scope["http_version"] == "1.0" and scope["method"] in SAFE):
            raise Refused(400, "head_format")

    def _known(self, host: str) -> bool:
        """A plain IP address cannot be rebound by a name server, so any is fine."""
        name = _name(host)
        ours = name in self._hosts or name.endswith(".localhost") or _is_address(name)
        return ours and _HOST.fullmatch(host) is not None

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """A browser always says where a write or a websocket comes from."""
        origin = ", ".join(headers.getlist("origin")) if "origin" in headers else None
        if origin is not None and not self._is_ours(origin, headers.get("host", "")):
            raise Refused(403, "origin")
        reads = scope["type"] == "http" and scope["method"] in SAFE
        site = headers.get("sec-fetch-site", "none")
        if origin is None and not reads and site not in ("none", "same-origin"):
            raise Refused(403, "origin")

    def _is_ours(self, origin: str, host: str) -> bool:
        site = _site(origin)
        return bool(site) and (site == host.lower() or _name(site) in self._hosts - {"localhost"})


def _check_head(scope: Scope) -> None:
    address = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if address > MAX_ADDRESS:
        raise Refused(414, "head_size", most=f"{MAX_ADDRESS >> 10} KB")
    told = scope["headers"]
    size = sum(len(name) + len(value) for name, value in told)
    if len(told) > MOST_HEADERS or size > line.MAX_HEAD:
        raise Refused(431, "head_size", most=f"{line.MAX_HEAD >> 10} KB")


def _check_body(scope: Scope, headers: Headers) -> None:
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused(415, "body_coding")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    ours = not scope["path"].startswith(PAGES_OWN) and scope["path"] not in FORMS
    if ours and scope["method"] not in SAFE and kind in FOREIGN_KINDS:
        raise Refused(415, "body_kind")


class Held:
    """Bytes of all bodies that are worked on at once."""

    def __init__(self) -> None:
        self.size = 0


class Uploads:
    """What each tab has uploaded and not taken back."""

    def __init__(self) -> None:
        self._sizes: OrderedDict[str, dict[str, int]] = OrderedDict()

    def check(self, scope: Scope) -> None:
        """Raises Refused for a tab that keeps too much here."""
        files = self._sizes.get(_uploaded(scope)[0], {})
        if scope["method"] == "PUT" and sum(files.values()) >= MAX_UPLOADED:
            raise Refused(413, "uploads_many")

    def noting(self, scope: Scope, send: Send) -> Send:
        """`send`, which notes what an upload or its end came to."""
        tab, file = _uploaded(scope)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                self._note(tab, file, _declared(scope) if scope["method"] == "PUT" else 0)
            await send(message)

        return note

    def _note(self, tab: str, file: str, size: int) -> None:
        files = self._sizes.setdefault(tab, {})
        files.pop(file, None)
        if size:
            files[file] = size
        if not files:
            del self._sizes[tab]
        while len(self._sizes) > MOST_TABS:
            self._sizes.popitem(last=False)


def _uploaded(scope: Scope) -> tuple[str, str]:
    """Tab and file of an upload's path; empty for others."""
    rest = scope["path"].removeprefix(UPLOADS)
    tab, _, file = rest.partition("/") if rest != scope["path"] else ("", "", "")
    return tab, file


def _declared(scope: Scope) -> int:
    """What Content-Length says; of a body in pieces the most that it may be."""
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if said.isascii() and said.isdecimal() else MAX_UPLOAD


class _Body:
    """One request, whose body is cut off at a size and then answered with 413.

    An error that nobody caught is answered here, without its words: they may quote a story.
    """

    def __init__(self, receive: Receive, send: Send, held: Held, most: int) -> None:
        self._receive, self._send = receive, policy.hardened(send)
        self._held, self._most = held, most
        self._got = 0
        self._refused: Refused | None = None
        self._started = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdecimal()) or int(declared) > self._most:
            self._refused = self._too_big()
        else:
            await self._run(app, scope)
        if self._refused and not self._started:
            await _refuse(self._refused, scope, self._receive, self._send)

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._read, self._write)
        except Exception as error:  # noqa: BLE001 - the last door: nothing is left to catch it
            self._refused = self._refused or _broken(error)
        finally:
            self._held.size -= self._got

    def _too_big(self) -> Refused:
        return Refused(413, "body_size", most=f"{self._most >> 20} MB({self._most:,} bytes)")

    async def _read(self) -> Message:
        message = await self._receive()
        size = len(message.get("body", b""))
        self._got += size
        self._held.size += size
        if self._got > self._most:
            self._refused = self._refused or self._too_big()
        elif self._held.size > MOST_HELD:
            self._refused = self._refused or Refused(503, "crowded")
        return {"type": "http.disconnect"} if self._refused else message

    async def _write(self, message: Message) -> None:
        if self._refused and not self._started:
            return
        self._started = True
        await self._send(message)


def _broken(error: Exception) -> Refused:
    """Where it broke, for the log."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("a request failed: %s\n%s", type(error).__name__, where)
    return Refused(500, "broken")


async def _conversed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The pages' socket breaks on text, which no page sends."""

    async def binary() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive" or message.get("bytes") is not None:
            return message
        await send({"type": "websocket.close", "code": UNSUPPORTED})
        return {"type": "websocket.disconnect", "code": UNSUPPORTED}

    try:
        await app(scope, binary if scope["path"] == PAGES_SOCKET else receive, send)
    except Exception as error:  # noqa: BLE001 - the last door: nothing is left to catch it
        _broken(error)
        with suppress(Exception):
            await send({"type": "websocket.close", "code": BROKEN})


def _site(origin: str) -> str:
    """Host and port of an origin; "" for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


@lru_cache(1024)
def _name(host: str) -> str:
    """A Host without its port: `[::1]:8501` is `::1`."""
    head, colon, port = host.rpartition(":")
    name = head if colon and port.isdigit() and not head.endswith(":") else host
    return name.strip("[]").rstrip(".").lower()


@lru_cache(1024)
def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body, kind = _told(refused, scope["path"])
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *policy.headers(kind.encode()),
        *EXTRA.get(refused.status, ()),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await _swallow(receive)
    await send({"type": "http.response.body"})


def _told(refused: Refused, path: str) -> tuple[bytes, str]:
    """Body and its kind."""
    said = words.sentence(refused.rule, refused.facts, "ko")
    if problem.speaks(path):
        return problem.body(refused.status, refused.rule, said), problem.KIND
    return wire.encode({"detail": said}), "application/json; charset=utf-8"


async def _swallow(receive: Receive) -> None:
    """Read what a refused client still sends, for a moment."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SWALLOW_S):
            await _drain(receive)


async def _drain(receive: Receive) -> None:
    got, more = 0, True
    while more and got < MAX_SWALLOWED:
        message = await receive()
        got += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
