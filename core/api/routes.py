"""The HTTP contract over the one service that pages use too."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from core import words
from core.api import (
    docs,
    doors,
    edits,
    live,
    preview,
    problem,
    prometheus,
    review,
    scenario,
    shapes,
    signing,
    wire,
)
from core.api.body import StrictRoute
from core.api.wire import Answer, EditScenario
from core.editing.request import clean
from core.errors import BadRequest, TurnsmithError, Unavailable, WriterError
from core.service import wiring
from core.words import Lang

UTF8_JSON = "application/json; charset=utf-8"

api = FastAPI(
    title="Turnsmith",
    version="1",
    docs_url=None,
    redoc_url=None,
    strict_content_type=False,
    responses={status: {"model": shapes.Detail} for status in shapes.DOOR},
)
EDITED = shapes.told(
    _200=shapes.Edited,
    _400=shapes.Detail,
    _401=shapes.Detail,
    _422=shapes.Invalid,
    _502=shapes.Detail,
    _504=shapes.Detail,
)
api.router.route_class = StrictRoute
api.include_router(review.router(lambda: wiring.current().edits), responses=edits.GUARDED)
api.include_router(edits.routes)
api.include_router(signing.routes)
api.include_router(preview.routes)


@api.get("/health", responses=shapes.told(_200=shapes.Health, _503=shapes.Health))
async def health() -> Response:
    """Whether edits are taken and kept; `llm_initialized` is false when only instant ones are."""
    service = wiring.current()
    desk, usable = service.desk, service.store is None or service.store.good
    body = {
        "status": "healthy" if desk.ready and usable else "unavailable",
        "llm_initialized": desk.has_model,
        "prompt_template_ready": desk.ready,
        "task_manager_ready": desk.ready and usable,
        "async_support": True,
    }
    return _json(200 if desk.ready and usable else 503, wire.encode(body))


@api.get("/async-status", responses=shapes.told(_200=shapes.AsyncStatus))
async def async_status() -> Response:
    """Edits of pages and API together."""
    desk = wiring.current().desk
    body = {
        "task_manager_available": desk.ready,
        "active_tasks": desk.counts.active,
        "total_completed": desk.counts.completed,
        "server_mode": "async_enabled",
    }
    return _json(200, wire.encode(body))


@api.get("/performance", responses=shapes.told(_200=shapes.Performance))
async def performance() -> Response:
    """The latest reading of CPU and memory; never waits for one."""
    service = wiring.current()
    desk = service.desk
    body = wire.performance(service.sampler.latest, desk.counts, ready=desk.ready)
    return _json(200, wire.encode(body))


@api.get("/metrics", response_class=Response, responses=shapes.plain("text/plain"))
async def metrics() -> Response:
    """The same figures as Prometheus text."""
    return Response(prometheus.text(wiring.current()), media_type=prometheus.CONTENT_TYPE)


@api.post("/edit-scenario", responses=EDITED)
@api.post("/edit-scenario-async", responses=EDITED)
async def edit_scenario(
    ask: EditScenario,
    request: Request,
    strict: Annotated[bool, Query()] = False,
    x_strict: Annotated[bool, Header()] = False,
) -> Response:
    """Edit a chapter. Unless strict, what fails on our side is 200 with the story as it came."""
    service = wiring.current()
    strict = strict or x_strict or service.settings.strict_api
    if refused := _blank(ask, strict=strict):
        return _json(refused.status, refused.body)
    writer = doors.who(request.scope).name
    work = service.desk.run(scenario.answer(service.desk, ask, writer))
    answer = await asyncio.wrap_future(work)
    if strict:
        later = {"retry-after": str(answer.wait_s)} if answer.wait_s else None
        return _json(answer.strict_status, answer.strict_body, later)
    return _json(answer.status, answer.body)


@api.get("/live", response_class=Response, responses=shapes.plain("text/event-stream"))
async def follow(edit: str = "", lang: Lang = "ko", watch: bool = False) -> Response:
    """Server-sent: `figures` about once a second, `edit` with each change of that edit. With
    `watch` also `history`, the last hour once, and `reading`, each new second of it.
    """
    stream = live.Stream(wiring.current(), edit, lang, watch=watch)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream.events(), media_type="text/event-stream", headers=headers)


@api.get("/docs", include_in_schema=False)
async def documentation() -> Response:
    return HTMLResponse(docs.page(api.openapi()))


@api.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> Response:
    """422 without the values: a story is not echoed."""
    if problem.speaks(request.url.path):
        return problem.invalid(error.errors())
    return _json(422, wire.encode({"detail": [_plain(each) for each in error.errors()]}))


@api.exception_handler(HTTPException)
async def failed(request: Request, error: HTTPException) -> Response:
    if problem.speaks(request.url.path):
        rule = "method" if error.status_code == 405 else "body_unreadable"
        return problem.of(BadRequest(rule), error.headers)
    detail = "본문을 읽을 수 없어요. UTF-8 인코딩의 JSON으로 보내 주세요."
    detail = detail if error.status_code == 400 else str(error.detail)
    return _json(error.status_code, wire.encode({"detail": detail}), error.headers)


@api.exception_handler(WriterError)
async def refused(_: Request, error: WriterError) -> Response:
    return problem.of(error)


@api.exception_handler(Unavailable)
async def unavailable(request: Request, error: TurnsmithError) -> Response:
    if problem.speaks(request.url.path):
        return problem.of(error)
    return _json(503, wire.encode({"detail": words.error(error, "ko")}))


@api.exception_handler(Exception)
async def broken(request: Request, _: Exception) -> Response:
    """Nothing of the error: it may quote a story. The guard logs where it was."""
    said = words.sentence("broken", {}, "ko")
    if problem.speaks(request.url.path):
        return Response(problem.body(500, "broken", said), 500, media_type=problem.KIND)
    return _json(500, wire.encode({"detail": said}))


def _json(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type=UTF8_JSON)


def _plain(error: dict[str, object]) -> dict[str, object]:
    return {name: error[name] for name in ("type", "loc", "msg")}


def _blank(ask: EditScenario, *, strict: bool) -> Answer | None:
    """What is refused before anything is read."""
    if not ask.chapter_id:
        return wire.refusal(400, wire.BLANK["chapterId"])
    if not ask.story.strip():
        return wire.refusal(400, wire.BLANK["story"])
    if strict and ask.editRequest is None:
        missing = {"type": "string_type", "loc": ("body", "editRequest")}
        raise RequestValidationError([{**missing, "msg": "Input should be a valid string"}])
    if strict and not clean(ask.request).strip():
        return wire.refusal(400, wire.BLANK["editRequest"])
    return None
