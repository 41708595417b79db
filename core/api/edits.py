"""POST /edits and all that hangs on an edit's id."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.websockets import WebSocket

from core.api import doors, follow, job, problem, shapes, wire
from core.api.body import StrictRoute
from core.api.job import Ask
from core.api.jobs import Jobs, of
from core.api.shapes import Responses
from core.errors import BadRequest, WriterError
from core.service import wiring

MOST_KEY = 255
"""Characters of an Idempotency-Key."""
UTF8_JSON = "application/json; charset=utf-8"
FRESH = {"cache-control": "no-store"}
EditId = Annotated[str, Path(description="Cannot be guessed: it is the key.")]
GUARDED = shapes.problems(*shapes.DOOR)
"""What any path here may answer before its own code is reached."""
POSTED: Responses = {
    202: {
        "model": job.Posted,
        "description": "It runs.",
        "headers": {"Location": {"description": "Its status_url.", "schema": {"type": "string"}}},
    },
    **shapes.problems(400, 401, 422),
}
LOOKED: Responses = {
    200: {"model": job.Told, "headers": {"ETag": {"schema": {"type": "string"}}}},
    304: {"description": "As If-None-Match has it."},
    **shapes.problems(404, 422),
}
STREAMED: Responses = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "`progress`, `change` and `end` events, each with its number as id.",
    },
    **shapes.problems(404),
}
SOCKET: Responses = {
    101: {
        "content": {"application/json": {"schema": job.FRAME}},
        "description": "A text frame for each event.",
    },
    **shapes.problems(404, 426),
}

routes = APIRouter(route_class=StrictRoute, responses=GUARDED)


def _jobs() -> Jobs:
    return of(wiring.current())


@routes.post("/edits", status_code=202, response_class=Response, responses=POSTED)
async def post(
    ask: Ask, request: Request, idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    """Hand in an edit and get its addresses at once. Of `limits`, `locks` stay as they are and
    `only` alone may change. The same Idempotency-Key with the same body gives the same edit for 30
    minutes; with another body it is 422.
    """
    author = doors.who(request.scope).name
    id_ = await _jobs().post(ask, _key(request, idempotency_key), author)
    status = f"/edits/{id_}"
    told = {"id": id_, "status_url": status, "events_url": f"{status}/events"}
    return _json(202, wire.encode(told), {**FRESH, "location": status})


@routes.get("/edits/{edit}", response_class=Response, responses=LOOKED)
async def look(
    edit: EditId,
    story: Annotated[bool, Query(description="Whether to add the edited story.")] = False,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """An edit of this API or of a page: how far it is, and when it is over what it came to."""
    body = _known(await _jobs().body(edit))
    tag = f'"{body["seq"]}-{body["state"]}"'
    if tag in (if_none_match or ""):
        return Response(status_code=304, headers={"etag": tag})
    if not story:
        del body["story"]
    return _json(200, wire.encode(body), {"cache-control": "no-cache", "etag": tag})


@routes.get("/edits/{edit}/events", response_class=Response, responses=STREAMED)
async def events(
    edit: EditId,
    last_event_id: Annotated[str | None, Header(description="Only what is newer is told.")] = None,
) -> Response:
    """Server-sent, each with its number as id. `progress`: id, seq, state, kind, progress.
    `change`: the same with `changes`, which replace those from index `from` on, and `dropped`, a
    count. `end`, the last one: as GET /edits/{edit}. With Last-Event-ID only what is newer.
    """
    if not await _jobs().known(edit):
        raise WriterError("edit_forgotten")
    coming = _jobs().events(edit, follow.number(last_event_id))
    headers = {**FRESH, "x-accel-buffering": "no"}
    return StreamingResponse(follow.stream(coming), media_type="text/event-stream", headers=headers)


@routes.delete("/edits/{edit}", status_code=204, responses=shapes.problems(404))
async def cancel(edit: EditId) -> Response:
    """End an edit at once; what had passed stays reviewable. 204 also when it was over."""
    service = wiring.current()
    if service.desk.cancel(edit) or await asyncio.to_thread(service.acts.stop, edit):
        return Response(status_code=204)
    if not await _jobs().known(edit):
        raise WriterError("edit_forgotten")
    return Response(status_code=204)


@routes.websocket("/ws/edits/{edit}")
async def converse(socket: WebSocket, edit: str) -> None:
    await socket.accept()
    if not await _jobs().known(edit):
        await follow.close(socket, follow.UNKNOWN)
        return
    after = follow.number(socket.query_params.get("after"))
    await follow.converse(socket, _jobs().events(edit, after))


@routes.get("/ws/edits/{edit}", status_code=426, response_class=Response, responses=SOCKET)
async def no_socket(edit: EditId, after: str = "") -> Response:  # noqa: ARG001 - told in the docs
    """WebSocket: the same events as text frames `{"event","id","data"}`, those after number
    `after`. Closed with 1000 at the end, 4404 for no such edit, 1008 for a client that sends.
    """
    return problem.of(WriterError("socket_only"), {"upgrade": "websocket"})


def _key(request: Request, written: str | None) -> str:
    """Of this caller alone. Raises BadRequest `key_format`."""
    if written is None:
        return ""
    if not 0 < len(written) <= MOST_KEY or not written.isascii() or not written.isprintable():
        raise BadRequest("key_format", most=MOST_KEY)
    caller = doors.who(request.scope).name or request.headers.get("authorization", "")
    return hashlib.sha256(f"{caller}\n{written}".encode()).hexdigest()


def _known(body: dict[str, Any] | None) -> dict[str, Any]:
    if body is None:
        raise WriterError("edit_forgotten")
    return body


def _json(status: int, body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, status, headers, media_type=UTF8_JSON)
