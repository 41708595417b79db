"""How the API stands in front of the pages: its own paths, behind one guard."""

from fastapi import FastAPI
from starlette.datastructures import URLPath
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from core.api.guard import Guard
from core.api.routes import api
from core.service.settings import Settings


class Front(BaseRoute):
    """Answers exactly the API's paths; all else goes on to the pages' catch-all."""

    def __init__(self, served: FastAPI) -> None:
        self._served = served

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A known path with another method is ours too: the pages would answer it with HTML."""
        found = {route.matches(scope)[0] for route in self._served.router.routes}
        return (Match.NONE if found == {Match.NONE} else Match.FULL), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._served(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        return self._served.url_path_for(name, **path_params)


def routes() -> list[BaseRoute]:
    return [Front(api)]


def middleware(settings: Settings) -> list[Middleware]:
    return [Middleware(Guard, hosts=settings.allowed_hosts, keys=settings.api_keys)]
