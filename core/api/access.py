"""One line of the log for each request of the API: route, status, seconds, and whose edit.

The line has the route's pattern and never the address: an edit's id stands in its own field, and
what was asked behind a question mark nowhere. What programs ask every few seconds is for DEBUG.
"""

import logging
import time
from contextlib import suppress
from typing import Final

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import Unavailable
from core.service import logs, wiring

STREAMS: Final = ("/live", "/edits/{edit}/events")
POLLED: Final = frozenset({"/health", "/metrics", "/performance", "/async-status", *STREAMS})
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER: Final = "other"
"""The pages' own files and sockets, and what there is not."""
log = logging.getLogger(__name__)


class Access:
    """Middleware in front of everything, so that what is refused is seen too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = _Answered(send)
        try:
            await self._app(scope, receive, answered)
        finally:
            _count(scope, answered)
            _tell(scope, answered)


class _Answered:
    """Passes an answer on and keeps its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = time.monotonic()
        self.status = 0
        """0 while nothing was answered: the client has left before."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def route(scope: Scope) -> str:
    """Its pattern, such as `/edits/{edit}`; one of a fixed number."""
    found = scope.get("route")
    return found.path if isinstance(found, APIRoute) else OTHER


def _count(scope: Scope, answered: _Answered) -> None:
    """What stays open says nothing by its length."""
    where = route(scope)
    if where in (OTHER, *STREAMS):
        return
    method = scope["method"] if scope["method"] in METHODS else OTHER
    with suppress(Unavailable):
        served = wiring.current().history.tally.served
        served.saw(time.monotonic() - answered.begun, where, method, str(answered.status))


def _tell(scope: Scope, answered: _Answered) -> None:
    where, seconds = route(scope), time.monotonic() - answered.begun
    level = logging.DEBUG if where in POLLED or where == OTHER else logging.INFO
    if not log.isEnabledFor(level):
        return
    facts = logs.told(
        method=scope["method"], route=where, status=answered.status, seconds=round(seconds, 4)
    )
    known = scope.get("path_params", {}).get("edit", "")
    log.log(level, "request", extra={**facts, "edit": known})
