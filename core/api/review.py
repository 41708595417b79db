"""Decisions on an edit, noted by the page while the writer makes them."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from core.api import problem, shapes, wire
from core.chapter import text
from core.editing.decisions import Decisions
from core.errors import Unreadable, WriterError
from core.store.edits import Edits

KINDS = frozenset({"verdicts", "picks"})
"""What comes this way; own texts and answers draw the page anew, so they go by the page itself."""
DECIDED = {**shapes.told(_200=shapes.Decided), **shapes.problems(404, 409, 422)}
EditId = Annotated[str, Path(max_length=64, description="Cannot be guessed: it is the key.")]


def router(edits: Callable[[], Edits]) -> APIRouter:
    """PUT and GET of an edit's decisions; `edits` gives the store of the running service."""
    routes = APIRouter()

    @routes.get("/edits/{edit}/decisions", responses=DECIDED)
    async def decided(edit: EditId) -> Response:
        """All verdicts and picks, and their number, which grows with every decision."""
        row = await asyncio.to_thread(edits().get, edit)
        return (
            problem.of(WriterError("edit_forgotten"))
            if row is None
            else _said(row.decisions, row.seq)
        )

    @routes.put("/edits/{edit}/decisions", responses=DECIDED, openapi_extra={**shapes.DECISIONS})
    async def decide(edit: EditId, request: Request) -> Response:
        """Decide some keys anew: `{"verdicts": {group: "accepted" | "rejected" | null}, "picks":
        {address: "ax." | null}}`, null taking one back. Answers with all of them.
        """
        try:
            delta = _read(await request.body())
            made, seq = await asyncio.to_thread(edits().decide, edit, delta)
        except WriterError as refused:
            return problem.of(refused)
        return _said(made, seq)

    return routes


def _read(body: bytes) -> dict[str, object]:
    """Raises WriterError `decisions_format`."""
    try:
        delta = text.parse(body.decode())
    except (Unreadable, UnicodeDecodeError):
        delta = None
    if not isinstance(delta, dict) or not delta.keys() <= KINDS:
        raise WriterError("decisions_format", field="")
    return {**delta}


def _said(decisions: Decisions, seq: int) -> Response:
    body = {"seq": seq, "verdicts": decisions.verdicts, "picks": decisions.picks}
    return Response(wire.encode(body), 200, _FRESH, media_type="application/json; charset=utf-8")


_FRESH = {"cache-control": "no-store"}
