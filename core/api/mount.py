"""How the API stands in front of the pages: its own paths, behind guard and doors."""

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from core.api.access import Access
from core.api.doors import Doors
from core.api.guard import Guard
from core.api.routes import api
from core.service import wiring
from core.service.settings import Settings


class Front:
    """Middleware that answers exactly the API's paths and hands all else on to the pages.

    In front of the pages' own middleware, which costs as much as the API itself.
    """

    def __init__(self, app: ASGIApp, *, served: FastAPI) -> None:
        self._pages, self._served = app, served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] in ("http", "websocket") and self._known(scope)
        await (self._served if ours else self._pages)(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        """A known path with another method is ours too: the pages would answer it with HTML. A
        route knows of which kind it is: the pages' own WebSocket stays theirs.
        """
        return any(route.matches(scope)[0] != Match.NONE for route in self._served.router.routes)


def middleware(settings: Settings) -> list[Middleware]:
    guard = Middleware(Guard, hosts=settings.allowed_hosts)
    doors = Middleware(Doors, entrance=lambda: wiring.current().entrance)
    return [Middleware(Access), guard, doors, Middleware(Front, served=api)]
