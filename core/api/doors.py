"""Who comes in: every request has somebody behind it, who may do what its route needs.

The table is the whole of it. What it does not name are the pages, which anybody who may read sees.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from core import words
from core.api import problem, wire
from core.errors import WriterError
from core.service import logs, network
from core.service.identity import ANYBODY, Role, Who
from core.service.settings import Settings
from core.words import Lang

SWALLOW_S = 5.0
POLICY = 1008
"""Code of a WebSocket that is refused, where the server cannot answer with a status."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NEEDED: Mapping[str, Role | None] = {
    "GET /health": None,
    "GET /async-status": Role.READ,
    "GET /performance": Role.READ,
    "GET /metrics": Role.READ,
    "GET /live": Role.READ,
    "GET /docs": Role.READ,
    "GET /openapi.json": Role.READ,
    "POST /edit-scenario": Role.EDIT,
    "POST /edit-scenario-async": Role.EDIT,
    "POST /edits": Role.EDIT,
    "GET /edits/{edit}": Role.READ,
    "DELETE /edits/{edit}": Role.EDIT,
    "GET /edits/{edit}/events": Role.READ,
    "GET /edits/{edit}/preview": Role.READ,
    "GET /edits/{edit}/decisions": Role.READ,
    "PUT /edits/{edit}/decisions": Role.EDIT,
    "GET /ws/edits/{edit}": Role.READ,
    "POST /preview": Role.EDIT,
    "POST /playtest": Role.EDIT,
}
"""The least role of each route of the API; None: nobody is asked who they are."""
_EXACT = {route: role for route, role in NEEDED.items() if "{" not in route}
_SHAPED = [(route, role) for route, role in NEEDED.items() if "{" in route]
_SHAPES = re.compile("|".join(f"({re.sub('{[^}]+}', '[^/]+', route)})" for route, _ in _SHAPED))


def needed(method: str, path: str) -> Role | None:
    """The least role for a request; of what is not in the table, to read or else to edit."""
    asked = f"{'GET' if method == 'HEAD' else method} {path}"
    if asked in _EXACT:
        return _EXACT[asked]
    if (shape := _SHAPES.fullmatch(asked)) and shape.lastindex:
        return _SHAPED[shape.lastindex - 1][1]
    return Role.READ if method in SAFE else Role.EDIT


def who(scope: Scope) -> Who:
    """Who sent this request, once it has come in."""
    found: Who = scope.get("who", ANYBODY)
    return found


class Doors:
    """Middleware in front of pages and API, behind the guard."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app, self._keys = app, settings.api_keys
        self._closed = bool(self._keys.all)
        self._local = not (self._closed or settings.open_to_network)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._admit(scope)
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _swallow(receive)
            await refused(scope, receive, send)
        elif "websocket.http.response" in scope.get("extensions", {}):
            await WebSocket(scope, receive, send).send_denial_response(refused)
        else:
            await WebSocket(scope, receive, send).close(POLICY)

    def _admit(self, scope: Scope) -> Response | None:
        """None for whom the route is open; `scope["who"]` says who that is."""
        if self._local and not network.local((scope.get("server") or ("",))[0]):
            return refusal(scope, "network_closed")
        if not self._closed:
            scope["who"] = ANYBODY
            return None
        role = needed(scope.get("method", "GET"), scope["path"])
        if role is None:
            scope["who"] = Who("", Role.READ)
            return None
        found = self._found(Headers(scope=scope))
        if found is None:
            return refusal(scope, "api_key")
        if found.role < role:
            return refusal(scope, f"role_{role.name.lower()}")
        scope["who"] = found
        logs.who.set(found.name)
        return None

    def _found(self, headers: Headers) -> Who | None:
        scheme, _, sent = headers.get("authorization", "").partition(" ")
        return self._keys.who(sent.strip()) if scheme.lower() == "bearer" else None


_STATUS = {"api_key": 401}
_ASKED = {401: {"www-authenticate": 'Bearer realm="turnsmith"'}}


def refusal(scope: Scope, rule: str, lang: Lang = "ko") -> Response:
    """401 for nobody, 403 for somebody who may not, in the form of that path."""
    status = _STATUS.get(rule, 403)
    said = words.error(WriterError(rule), lang)
    headers = {"cache-control": "no-store", "connection": "close", **_ASKED.get(status, {})}
    if problem.speaks(scope["path"]):
        body, kind = problem.body(status, rule, said), problem.KIND
    else:
        body, kind = wire.encode({"detail": said}), "application/json"
    return Response(body, status, headers, media_type=kind)


async def _swallow(receive: Receive) -> None:
    """Read what a refused client still sends, so that it sees the answer and not a reset."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SWALLOW_S):
            more = True
            while more:
                message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)
