"""What every answer looks like, for /openapi.json and whoever makes a client from it.

Nothing is built from these: the bytes are `wire`'s, and a test compares the two.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.chapter.ops import Cause
from core.chapter.rules import Level
from core.chapter.text import Json
from core.editing.editor import Outcome
from core.editing.events import Verdict

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
