"""Edits handed in over HTTP, once for a key."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import cache, partial
from typing import Any

from core.api import job
from core.api.follow import Ended, Event, Events
from core.api.job import Ask
from core.errors import WriterError
from core.service.views import OVER, View
from core.service.wiring import Service
from core.store.edits import Key


class Jobs:
    """The edits of one service. Used on the server's loop."""

    def __init__(self, service: Service) -> None:
        self._service, self._desk = service, service.desk
        self._events = Events()

    async def post(self, ask: Ask, key: str, author: str) -> str:
        """Hand it in, once for the same key. Raises WriterError and Unavailable."""
        named = Key(key, ask.fingerprint) if key else None
        return await asyncio.to_thread(self._submit, ask, named, author)

    def _submit(self, ask: Ask, key: Key | None, author: str) -> str:
        acts = self._service.acts
        known = acts.posted(key) if key else None
        if key:
            self._desk.repeats(known is not None)
        return known or acts.post(ask.opened(), ask.editRequest, ask.bounds, key, author)

    async def body(self, id_: str) -> dict[str, Any] | None:
        """The edit as it stands, also of another process or from before a restart.

        None when nobody knows it.
        """
        view = self._desk.view(id_)
        if view and not view.over:
            return self._told(view)
        return await asyncio.to_thread(self._over, id_, view)

    def _over(self, id_: str, view: View | None) -> dict[str, Any] | None:
        with suppress(WriterError):
            view = view or self._service.acts.view(id_)
        return self._told(view) if view else None

    def _told(self, view: View) -> dict[str, Any]:
        prices = self._service.settings
        priced = prices.price_in or prices.price_out
        cost = prices.cost(view.tokens_in, view.tokens_out, view.cached) if priced else None
        return job.told(view, cost)

    async def known(self, id_: str) -> bool:
        return self._desk.view(id_) is not None or await self.body(id_) is not None

    def events(self, id_: str, after: int) -> AsyncGenerator[Event, None]:
        return self._events.of(self._service.acts.watch(id_), after, partial(self._ended, id_))

    async def _ended(self, id_: str) -> Ended:
        body = await self.body(id_)
        if body is None or body["state"] not in OVER:
            return None
        del body["story"]
        return body["seq"], body


@cache
def of(service: Service) -> Jobs:
    return Jobs(service)
