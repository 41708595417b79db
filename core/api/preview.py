"""POST /preview, POST /playtest and GET /edits/{edit}/preview: a chapter as its players meet it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from core.api import scenario, shapes, wire
from core.api.body import StrictRoute
from core.api.job import Text
from core.api.shapes import Responses
from core.chapter.chapter import Chapter
from core.errors import BadRequest, Unavailable
from core.play import figures, lesson
from core.play.classroom import MOST_PLAYERS, PLAYERS, SEED
from core.play.economy import Profile as Economy
from core.play.figures import Options
from core.play.game import Profile
from core.service import wiring
from core.store import sheet
from core.words import Lang

T = TypeVar("T")
Door = Literal["posted", "tried"]

MOST_WORK = 2_000_000
"""Players times turns of one answer: about five seconds."""
MOST_SEED = 2**53 - 1
"""A larger number is not the same one to every client."""
MOST_ON = 4000
"""Characters of the ids that are tried: the server refuses an address line of 64 KB unread."""
AT_ONCE = 2
"""Chapters of one door that are played at the same time. More would only be slower together, and
take the threads that decisions and the journal need."""
WAITING = 32
UTF8_JSON = "application/json; charset=utf-8"
FRESH = {"cache-control": "no-store"}

Lessons = Annotated[
    list[JsonValue],
    Field(max_length=lesson.MOST_LESSONS),
    WithJsonSchema(shapes.LESSONS),
]
PREVIEWED: Responses = {
    200: {
        "model": shapes.Pair,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    **shapes.problems(400, 401, 422),
}
PLAYTESTED: Responses = {200: {"model": shapes.Playtested}, **shapes.problems(400, 401, 422)}
TRIED: Responses = {200: {"model": shapes.Tried}, **shapes.problems(404, 422)}

routes = APIRouter(route_class=StrictRoute, responses=shapes.problems(*shapes.DOOR))


class Look(BaseModel):
    """Body of POST /preview; that of POST /edit-scenario will do too."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    story: str = Field(
        description="A JSON array of turns as a string, in any wrapper.", examples=["[…]"]
    )
    original: str | None = Field(default=None, description="The chapter that it was made from.")
    chapterId: Text = Field(  # noqa: N815 - as in POST /edit-scenario
        default="", description="Decides the start points.", examples=["1111"]
    )
    profile: Profile = Field(default="current", description="Which build of the game.")
    economy: Economy = Field(default="written", description="The ranges that moves keep.")
    lang: Lang = "ko"
    lessons: Lessons = []

    @property
    def options(self) -> Options:
        """Raises WriterError `lesson_format`, `lesson_many`."""
        return Options(
            chapter_id=self.chapterId.strip(),
            profile=self.profile,
            economy=self.economy,
            lang=self.lang,
            lessons=lesson.read(self.lessons),
            room=False,
        )

    def chapters(self) -> tuple[Chapter | None, Chapter]:
        """Before and after. Raises Unreadable, and BadRequest where they are too much to play."""
        before = scenario.read(self.original) if self.original is not None else None
        after = scenario.read(self.story)
        _bounded(self.options, before, after)
        return before, after


class Playtest(Look):
    """Body of POST /playtest."""

    players: int = Field(default=PLAYERS, ge=1, le=MOST_PLAYERS)
    seed: int = Field(default=SEED, ge=0, le=MOST_SEED)

    @property
    def options(self) -> Options:
        return replace(super().options, players=self.players, seed=self.seed, room=True)


@routes.post("/preview", response_class=Response, responses=PREVIEWED)
async def preview(
    look: Look, format_: Annotated[Literal["json", "csv", "pdf"], Query(alias="format")] = "json"
) -> Response:
    """What a player sees of a chapter turn by turn, its prices, economy and texts; with `original`
    also what it was and what changed. The class is told by POST /playtest. As `csv` the prices, as
    `pdf` a sheet for a meeting.
    """
    return await _queue("posted").done(lambda: _PREVIEWS[format_](look))


@routes.post("/playtest", response_class=Response, responses=PLAYTESTED)
async def playtest(ask: Playtest) -> Response:
    """A simulated class that plays a chapter: what each kind of player ends with, and whether the
    lessons hold; with `original` before and after. Equal bodies have equal answers.
    """

    def played() -> Response:
        return _json(figures.playtest(*ask.chapters(), ask.options))

    return await _queue("posted").done(played)


@routes.get("/edits/{edit}/preview", response_class=Response, responses=TRIED)
async def tried(  # noqa: PLR0913  the query's parts
    edit: Annotated[str, Path(max_length=64, description="Cannot be guessed: it is the key.")],
    *,
    on: Annotated[
        str | None,
        Query(
            max_length=MOST_ON,
            description="Ids of the units that are taken, with commas; absent: all not rejected.",
        ),
    ] = None,
    profile: Profile = "current",
    economy: Economy = "written",
    lang: Lang = "ko",
    chapter: Annotated[
        str, Query(alias="chapterId", max_length=40, description="Decides the start points.")
    ] = "",
) -> Response:
    """The chapter of an edit without and with some of its changes, before anything is decided."""
    units = None if on is None else frozenset(filter(None, on.split(",")))
    options = Options(chapter_id=chapter.strip(), profile=profile, economy=economy, lang=lang)

    def looked() -> Response:
        found = wiring.current().acts.preview(edit, units)
        _bounded(options, found.base, found.after)
        return _json(found.told(options))

    return await _queue("tried").done(looked)


def _as_json(look: Look) -> Response:
    return _json(figures.pair(*look.chapters(), look.options))


def _as_csv(look: Look) -> Response:
    _, after = look.chapters()
    return _file(sheet.prices_csv(after, look.lang), "text/csv", "prices.csv")


def _as_pdf(look: Look) -> Response:
    before, after = look.chapters()
    options = look.options.of(before or after).of(after)
    made = sheet.pdf(
        after,
        options.chapter_id,
        look.lang,
        classroom=figures.room(after, options),
        before=before,
        classroom_before=figures.room(before, options) if before else None,
    )
    return _file(made, "application/pdf", "chapter.pdf")


_PREVIEWS: dict[str, Callable[[Look], Response]] = {
    "json": _as_json,
    "csv": _as_csv,
    "pdf": _as_pdf,
}


def _bounded(options: Options, *chapters: Chapter | None) -> None:
    """Raises BadRequest `playtest_long`."""
    turns = sum(len(chapter.turns) for chapter in chapters if chapter)
    if options.players * turns > MOST_WORK:
        raise BadRequest("playtest_long", count=options.players * turns, most=MOST_WORK)


class _Queue:
    """Lets a few do their work in threads while the others wait in order."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def done(self, work: Callable[[], T]) -> T:
        """Raises Unavailable `playtest_busy` when too many wait already."""
        if self._waiting >= WAITING:
            raise Unavailable("playtest_busy", most=WAITING)
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


@cache
def _queue_of(_: object, _door: Door) -> _Queue:
    return _Queue()


def _queue(door: Door) -> _Queue:
    """Of the running service: a queue belongs to one loop. What pages try waits for no posts."""
    return _queue_of(wiring.current(), door)


def _json(told: dict[str, Any]) -> Response:
    return Response(wire.encode(told), 200, FRESH, media_type=UTF8_JSON)


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {**FRESH, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers, media_type=kind)
