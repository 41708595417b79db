"""Who comes in: every request has somebody behind it, who may do what its route needs.

The table is the whole of it. What it does not name are the pages, which anybody who may read sees.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from core import words
from core.api import problem, wire
from core.errors import TurnsmithError, Unavailable, WriterError
from core.service import logs, network
from core.service.entrance import Entrance, bearer
from core.service.identity import ANYBODY, NOBODY, Role, Who

SWALLOW_S = 5.0
POLICY = 1008
"""Code of a WebSocket that is refused, where the server cannot answer with a status."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NEEDED: Mapping[str, Role | None] = {
    "GET /health": None,
    "GET /sign-in": None,
    "POST /sign-in": None,
    "GET /sign-in/{provider}": None,
    "POST /sign-out": None,
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
ELSEWHERE = frozenset({"/auth/login", "/auth/logout", "/oauth2callback"})
"""Streamlit's own, by which OIDC comes and goes."""
_PATHS = frozenset(route.partition(" ")[2] for route in NEEDED)
_FRESH = {"cache-control": "no-store"}
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

    def __init__(self, app: ASGIApp, *, entrance: Callable[[], Entrance]) -> None:
        self._app, self._entrance = app, entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            refused = await self._admit(scope)
        except (Unavailable, WriterError) as error:
            refused = refusal(scope, error)
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _swallow(receive)
            await refused(scope, receive, send)
        elif "websocket.http.response" in scope.get("extensions", {}):
            await WebSocket(scope, receive, send).send_denial_response(refused)
        else:
            await WebSocket(scope, receive, send).close(POLICY)

    async def _admit(self, scope: Scope) -> Response | None:
        """None for whom the route is open; `scope["who"]` says who that is.

        Raises Unavailable, and WriterError `sign_in_slow`.
        """
        entrance = self._entrance()
        if entrance.local and not network.local((scope.get("server") or ("",))[0]):
            return refusal(scope, WriterError("network_closed"))
        if entrance.open:
            scope["who"] = ANYBODY
            return None
        role = needed(scope.get("method", "GET"), scope["path"])
        if role is None or (entrance.provider and scope["path"] in ELSEWHERE):
            scope["who"] = NOBODY
            return None
        found = await _found(entrance, scope)
        if found is None:
            return _asked(scope)
        if found.role < role:
            return refusal(scope, WriterError(f"role_{role.name.lower()}"))
        scope["who"] = found
        logs.who.set(found.name)
        return None


async def _found(entrance: Entrance, scope: Scope) -> Who | None:
    """By a key where one is sent, else by the browser's cookies."""
    connection = HTTPConnection(scope)
    if sent := bearer(connection.headers.get("authorization", "")):
        return entrance.key(sent, came_from(scope))
    cookies = connection.cookies
    known, who = entrance.remembered(cookies)
    return who if known else await asyncio.to_thread(entrance.visitor, cookies)


def came_from(scope: Scope) -> str:
    """The client's address, as a proxy that we trust tells it."""
    return str((scope.get("client") or ("",))[0])


def _asked(scope: Scope) -> Response:
    """A person is shown where to sign in; a program is told that it needs a key."""
    headers = Headers(scope=scope)
    page = scope["type"] == "http" and scope["method"] == "GET" and not _ours(scope["path"])
    if not page or "text/html" not in headers.get("accept", ""):
        return refusal(scope, WriterError("api_key"))
    if headers.get("sec-fetch-site") == "cross-site":
        # Our cookie is not sent along from another site's link: ask once more from our own.
        return HTMLResponse('<meta http-equiv="refresh" content="0">', headers=_FRESH)
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", 303, _FRESH)


def _ours(path: str) -> bool:
    """Whether it is the API's."""
    return path in _PATHS or problem.speaks(path)


def refusal(scope: Scope, error: TurnsmithError) -> Response:
    """401 for nobody, 403 for somebody who may not, in the form of that path."""
    status = problem.status_of(error)
    said = words.error(error, "ko")
    headers = {**_FRESH, "connection": "close"}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="turnsmith"'
    if wait_s := error.facts.get("wait_s"):
        headers["retry-after"] = str(wait_s)
    if problem.speaks(scope["path"]):
        body, kind = problem.body(status, error.rule, said), problem.KIND
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
