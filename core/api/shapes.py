"""What every answer looks like, for /openapi.json and whoever makes a client from it.

Nothing is built from these: the bytes are `wire`'s, and a test compares the two.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.chapter.ops import Cause
from core.chapter.rules import Level
from core.chapter.text import Json
from core.editing.editor import Outcome
from core.editing.events import Verdict
from core.play.classroom import KINDS
from core.play.classroom import Kind as Player
from core.play.economy import Profile as Economy
from core.play.game import Profile
from core.play.lesson import MOST_LESSONS, PRESETS

Responses = dict[int | str, dict[str, Any]]
PROBLEM = "application/problem+json"


class _Shape(BaseModel):
    """Closed: a field that is not told here is a fault."""

    model_config = ConfigDict(extra="forbid")


class Health(_Shape):
    status: Literal["healthy", "unavailable"]
    llm_initialized: bool
    prompt_template_ready: bool
    task_manager_ready: bool
    async_support: Literal[True]


class AsyncStatus(_Shape):
    task_manager_available: bool
    active_tasks: int = Field(ge=0)
    total_completed: int = Field(ge=0)
    server_mode: Literal["async_enabled"]


class System(_Shape):
    cpu_percent: float = Field(ge=0)
    memory_total: int = Field(ge=0)
    memory_available: int = Field(ge=0)
    memory_percent: float = Field(ge=0, le=100)


class Process(_Shape):
    pid: int
    memory_rss: int = Field(ge=0)
    memory_vms: int = Field(ge=0)
    cpu_percent: float = Field(ge=0)


class Tasks(_Shape):
    task_manager_available: bool
    active_tasks: int = Field(ge=0)
    completed_tasks: int = Field(ge=0)


class Performance(_Shape):
    system: System
    process: Process
    async_status: Tasks


class ChangeMade(_Shape):
    id: str
    op: str
    at: str
    before: Any
    after: Any
    cause: Cause
    because: str
    group: str


class FindingTold(_Shape):
    level: Level
    rule: str
    at: str
    message: str


class Findings(_Shape):
    before: list[FindingTold]
    after: list[FindingTold]


class ProofTold(_Shape):
    changed: int = Field(ge=0)
    fields: int = Field(ge=0)
    before_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    after_sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Leftover(_Shape):
    at: str
    text: str


class DroppedChange(_Shape):
    what: str
    message: str


class Edited(_Shape):
    """The five fields of the contract come first; what follows is left out where it does not fit
    into 262,144 bytes.
    """

    chapterId: str  # noqa: N815 - the client's name
    story: str = Field(description="The edited story, or byte for byte the one that came.")
    isCustom: Literal[True]  # noqa: N815
    summary: str = Field(max_length=120)
    reply: str = Field(min_length=1, max_length=50)
    outcome: Outcome
    left_out: int = Field(default=0, description="Findings that are not told.")
    proof: ProofTold | None = None
    changes: list[ChangeMade] = []
    findings: Findings | None = None
    leftovers: list[Leftover] = []
    dropped: list[DroppedChange] = []


class Detail(_Shape):
    """One sentence; for a story that cannot be read also the rule and where."""

    model_config = ConfigDict(extra="allow")

    detail: str
    message: str = ""
    rule: str = ""


class Fault(_Shape):
    type: str
    loc: list[str | int]
    msg: str


class Invalid(_Shape):
    """Never with the values: a story is not echoed."""

    detail: list[Fault]


class Problem(_Shape):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = ""
    rule: str = ""


class Decided(_Shape):
    seq: int = Field(ge=0)
    verdicts: dict[str, Verdict]
    picks: dict[str, str]


# -- a chapter as its players meet it

Number = int | float
Three = Annotated[list[Number], Field(min_length=3, max_length=3)]


class StockSeen(_Shape):
    name: str
    risk: str
    badge: str = Field(description="What the risk means; an unknown one as it is written.")
    level: Literal["high", "mid", "low", ""]
    expectation: str
    description: str = Field(description="No player sees it.")
    price: Number | None
    change: Number | None = Field(description="On the card; null where that is blank.")


class TurnSeen(_Shape):
    n: int = Field(ge=1)
    seen: bool = Field(description="Whether it is played; the last one is not.")
    news: str
    tag: str
    result: str = Field(description="Of its end, which the next entry tells.")
    own_result: str
    title: str = Field(description="Of the dialog at its end.")
    moves: Three | None
    stocks: list[StockSeen]


class ChartSeen(_Shape):
    names: list[str]
    colours: list[str]
    series: list[list[Number]]


class ClaimSeen(_Shape):
    at: str
    written: str


class MoveSeen(_Shape):
    stock: int = Field(ge=1)
    before: Number | None
    after: Number | None
    coins: Number | None
    percent: Number | None
    allowed: list[Number] | None = Field(description="Least and most coins, by the economy.")
    tagged: bool = Field(description="Whether the tag means this stock.")
    claimed: ClaimSeen | None = Field(description="A percentage that the result states of it.")
    holds: bool | None


class OfferSeen(_Shape):
    id: str
    sentence: str


class RowSeen(_Shape):
    n: int = Field(ge=1, description="The news of this turn caused the moves into the next one.")
    tag: str
    tag_name: str
    says: list[int] = Field(description="Stocks that the tag means.")
    moved: list[int]
    moves: list[MoveSeen]
    notes: list[str]
    offers: list[OfferSeen]


class RangeSeen(_Shape):
    stock: int = Field(ge=1)
    name: str
    least: Number | None
    most: Number | None
    step: Number | None = Field(description="The largest move, in percent.")


class EconomySeen(_Shape):
    profile: Economy
    rows: list[RowSeen]
    ranges: list[RangeSeen]
    findings: list[str]
    offers: list[OfferSeen]


class MeterSeen(_Shape):
    at: str
    kind: Literal["news", "expectation", "result", "name"]
    place: str
    letters: int = Field(ge=0)
    hangul: int = Field(ge=0)
    lines: Number = Field(ge=0, description="Of the news box, which has 3.")
    room: Number = Field(ge=0, description="Share of what suits its field; 1 is full.")
    fits: bool
    sentences: int = Field(ge=0)
    longest_sentence: int = Field(ge=0)
    longest_eojeol: int = Field(ge=0)
    percentile: int = Field(ge=0, le=100)
    level: Literal["easy", "usual", "hard"]
    rare: list[str]
    finance: list[str]
    notes: list[str]


class GroupSeen(_Shape):
    kind: Player
    name: str
    players: int = Field(ge=0, description="0 for `best`, a bound that nobody can beat.")
    median: Number | None
    mean: Number | None
    least: Number | None
    most: Number | None
    losing: float = Field(ge=0, le=1, description="Share that ends below the start.")
    worth: list[Number | None] = Field(description="Median after each turn.")
    lost_at: list[Number | None] = Field(description="Median change in each turn.")


class ClassSeen(_Shape):
    players: int = Field(ge=1)
    seed: int
    start: Number
    median: Number | None
    mean: Number | None
    losing: float = Field(ge=0, le=1)
    best: Number | None
    bins: list[tuple[Number, int]] = Field(description="Lower edge in coins, and players.")
    groups: list[GroupSeen]


class LessonSeen(_Shape):
    kind: Literal["spread", "news", "risk", "own"]
    name: str
    holds: bool
    tested: bool = Field(description="False when the class lacks a kind that it needs.")
    sentence: str


class LessonGuarded(LessonSeen):
    state: Literal["kept", "turned", "mended", "fails"]


class _Head(_Shape):
    playable: bool
    why: list[str] = Field(description="Why the game could not play it.")
    start: int
    profile: Profile


class Seen(_Head):
    """One chapter; all entries, as the game would show them."""

    turn_max: int = Field(ge=0)
    turns: list[TurnSeen]
    unseen: list[str] = Field(description="Addresses of texts that no player sees.")
    chart: ChartSeen | None
    economy: EconomySeen
    reading: list[MeterSeen]
    class_: ClassSeen | None = Field(alias="class")
    lessons: list[LessonSeen]


class Played(_Head):
    class_: ClassSeen | None = Field(alias="class")


class Bins(_Shape):
    """Players by what they end with, over the same lower edges in coins."""

    edges: list[Number]
    before: list[int] | None
    after: list[int] | None


class _Compared(_Shape):
    verdict: str = Field(description='The most important thing, in one sentence; "" without class.')
    lessons: list[LessonGuarded]
    bins: Bins | None


class Pair(_Compared):
    before: Seen | None
    after: Seen
    changed: list[str] = Field(description="Addresses that differ, by position.")


class Playtested(_Compared):
    before: Played | None
    after: Played


class UnitSeen(_Shape):
    id: str
    n: int = Field(ge=1)
    title: str
    at: list[str]
    verdict: Verdict | None
    on: bool


class Tried(Pair):
    units: list[UnitSeen]
    problem: str | None = Field(
        description="Why the units that are on cannot stand together; `after` is `before` then."
    )


_KIND: Json = {"enum": [*KINDS, None]}
_AMOUNT: Json = {"type": "number", "minimum": 0}
LESSONS: dict[str, Any] = {
    "type": "array",
    "maxItems": MOST_LESSONS,
    "description": "What the chapter is to teach: a preset, or `left` compared with `right` (a kind"
    " of player, null for the whole class, or coins; of `losing` a share).",
    "items": {
        "anyOf": [
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["kind"],
                "properties": {"kind": {"enum": [*PRESETS]}},
            },
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["kind", "left", "measure", "op", "right"],
                "properties": {
                    "kind": {"const": "own"},
                    "left": _KIND,
                    "measure": {"enum": ["mean", "median", "losing"]},
                    "op": {"enum": [">=", "<="]},
                    "right": {"anyOf": [_KIND, _AMOUNT]},
                    "by": _AMOUNT,
                },
            },
        ]
    },
}
"""Lessons, which are read as JSON with their own limits."""


DOOR = (400, 401, 403, 413, 414, 415, 421, 431, 503)
"""What any path may answer before its own code is reached."""


def told(**models: type[BaseModel]) -> Responses:
    """`told(_200=Edited, _400=Detail)`, as FastAPI takes it."""
    return {int(status[1:]): {"model": model} for status, model in models.items()}


def problems(*statuses: int) -> Responses:
    """As `application/problem+json`; a 422 may also be one of FastAPI's own."""
    schema = Problem.model_json_schema()
    found: Responses = {each: {"content": {PROBLEM: {"schema": schema}}} for each in statuses}
    if 422 in found:
        found[422]["model"] = Invalid
    return found


def plain(kind: str) -> Responses:
    """A 200 that is no JSON."""
    return {200: {"content": {kind: {"schema": {"type": "string"}}}}}


DECISIONS: Mapping[str, Json] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "verdicts": {
                            "type": "object",
                            "additionalProperties": {"enum": ["accepted", "rejected", None]},
                        },
                        "picks": {
                            "type": "object",
                            "additionalProperties": {
                                "anyOf": [
                                    {"type": "string", "pattern": "^[ax.]{1,4000}$"},
                                    {"type": "null"},
                                ]
                            },
                        },
                    },
                }
            }
        },
    }
}
"""Body of PUT /edits/{edit}/decisions, which is read as JSON with its own limits."""
