"""What reaches the app at all: known hosts, same-origin writes, bodies of a sane size.

Streamlit accepts any Host (DNS rebinding) and puts no limit on the body of a route of ours.
"""

import asyncio
import ipaddress
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api import problem, wire

MAX_BODY = 2 * 1024 * 1024
MAX_SWALLOWED = 32 * MAX_BODY
"""How much of a refused body is read, so that the client sees the answer and not a reset."""
SWALLOW_S = 5.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
RULES = {403: "origin", 413: "body_size", 421: "host"}
PAGES_SCRIPT = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one inline script of Streamlit 1.67's index.html; a test compares it."""
POLICY = (
    f"default-src 'self'; script-src 'self' blob: {PAGES_SCRIPT}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self';"
    " worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": POLICY,
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }.items()
)


class Refused(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status)
        self.status, self.detail = status, detail


class Guard:
    """Middleware in front of pages and API."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset({"localhost", *hosts})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope)
        except Refused as refused:
            await _refuse(refused, scope, receive, send)
        else:
            await self._pass(scope, receive, _hardened(send))

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or scope["path"].startswith("/_stcore/"):
            await self._app(scope, receive, send)
        else:
            await _Capped(receive, send).run(self._app, scope)

    def _admit(self, scope: Scope) -> None:
        """Raises Refused."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) > 1 or not all(map(self._known, hosts)):
            raise Refused(421, "이 서버의 주소가 아니에요. ALLOWED_HOSTS를 확인해 주세요.")
        if scope["type"] == "websocket" or scope["method"] not in SAFE:
            self._check_origin(headers)

    def _known(self, host: str) -> bool:
        """A plain IP address cannot be rebound by a name server, so any is fine."""
        name = _name(host)
        return name in self._hosts or name.endswith(".localhost") or _is_address(name)

    def _check_origin(self, headers: Headers) -> None:
        """A browser always says where a write or a websocket comes from."""
        origin = ", ".join(headers.getlist("origin")) if "origin" in headers else None
        site = _site(origin or "")
        ours = site == headers.get("host", "").lower() or _name(site) in self._hosts - {"localhost"}
        if origin is not None and not (site and ours):
            raise Refused(403, "다른 사이트에서 온 요청은 받지 않아요.")
        if origin is None and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused(403, "다른 사이트에서 온 요청은 받지 않아요.")


class _Capped:
    """One request whose body is cut off at MAX_BODY and then answered with 413."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._got = 0
        self._over = False
        self._started = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > MAX_BODY:
            self._over = True
        else:
            await app(scope, self._read, self._write)
        if self._over and not self._started:
            detail = f"본문이 너무 커요. 크기는 최대 2 MB({MAX_BODY:,} bytes)예요."
            await _refuse(Refused(413, detail), scope, self._receive, self._send)

    async def _read(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        self._over = self._over or self._got > MAX_BODY
        return {"type": "http.disconnect"} if self._over else message

    async def _write(self, message: Message) -> None:
        if self._over and not self._started:
            return
        self._started = True
        await self._send(message)


def _site(origin: str) -> str:
    """Host and port of an origin; "" for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    """A Host without its port: `[::1]:8501` is `::1`."""
    head, colon, port = host.rpartition(":")
    name = head if colon and port.isdigit() and not head.endswith(":") else host
    return name.strip("[]").rstrip(".").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hardened(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return add


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await _swallow(receive)
    body, kind = _told(refused, scope["path"])
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *HEADERS,
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _told(refused: Refused, path: str) -> tuple[bytes, str]:
    """Body and its kind."""
    if problem.speaks(path):
        return problem.body(refused.status, RULES[refused.status], refused.detail), problem.KIND
    return wire.encode({"detail": refused.detail}), "application/json"


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
