"""One edit as the jobs API tells it: the body that comes in, and every body that goes out."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core import words
from core.api import scenario, shapes, wire
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.chapter.text import Json
from core.editing.events import Kind, Outcome
from core.editing.limits import Limits
from core.editing.reply import language
from core.editing.request import MAX_REQUEST, clean
from core.editing.trace import Call, Trace
from core.errors import BadRequest
from core.service.views import State, View
from core.words import Lang

MANY = 200
"""Findings of each list that are told."""
MOST_LIMITS = 256
"""Of each kind."""
MOST_WORK = 20_000_000
"""Limits times characters of the story: each limit may look at every turn of it, several times."""
_CLOSED = ConfigDict(extra="forbid", frozen=True, strict=True)


def _whole(value: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("half of a character (a lone surrogate)")
    return value


Text = Annotated[str, AfterValidator(_whole)]
Place = Annotated[Text, Field(min_length=1, max_length=40, examples=["t3.news"])]
Places = Annotated[list[Place], Field(max_length=MOST_LIMITS)]


class Bounds(BaseModel):
    """Places that must stay, and those that alone may change."""

    model_config = _CLOSED

    locks: Places = []
    only: Places = []


class Ask(BaseModel):
    """Body of POST /edits; that of POST /edit-scenario will do too."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    story: str = Field(
        description="A JSON array of turns as a string, in any wrapper.", examples=["[…]"]
    )
    editRequest: Text = Field(examples=["3턴 조개 매점 가격을 110으로"])  # noqa: N815 - as in POST /edit-scenario
    chapterId: Text | None = None  # noqa: N815
    limits: Bounds | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for two bodies that ask for the same."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()

    @property
    def bounds(self) -> Limits:
        bounds = self.limits or Bounds()
        return Limits(frozenset(bounds.locks), frozenset(bounds.only))

    def opened(self) -> Chapter:
        """The story, when all of the body can be used. Raises WriterError."""
        if self.chapterId is not None and not self.chapterId.strip():
            raise BadRequest("chapter_id_empty")
        length = len(clean(self.editRequest))
        if not length:
            raise BadRequest("request_empty")
        if length > MAX_REQUEST:
            raise BadRequest("request_too_long", length=length, most=MAX_REQUEST)
        opened = scenario.read(self.story)
        most = MOST_WORK // len(self.story)
        if (count := len(self.bounds.locks) + len(self.bounds.only)) > most:
            raise BadRequest("limits_many", count=count, most=most)
        self.bounds.check(opened)
        return opened


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Posted(_Shape):
    id: str = Field(description="Cannot be guessed: who has it may read, cancel and decide.")
    status_url: str
    events_url: str


class Reason(_Shape):
    """Why nothing changed, or not all."""

    rule: str
    sentence: str


class Far(_Shape):
    tokens_in: int
    tokens_out: int
    seconds: float
    first_s: float | None = Field(description="To the first piece of the model's answer.")


class Left(_Shape):
    what: str
    rule: str
    sentence: str


class Found(_Shape):
    """Empty while it runs."""

    added: list[shapes.FindingTold]
    removed: list[shapes.FindingTold]
    left_out: int


class Usage(_Shape):
    tokens_in: int
    tokens_out: int
    tokens_cached: int = Field(description="Of tokens_in, those the provider had read before.")
    cost: float | None = Field(description="By PRICE_IN, PRICE_CACHED and PRICE_OUT, or null.")


class CallTold(_Shape):
    """One call to the model: the seconds of its phases, one after the other."""

    what: str = Field(description="`main`, a turn of its plan such as `t3`, or `repair`.")
    at_s: float = Field(description="When it began, from the edit's beginning.")
    line_s: float = Field(description="In line, for a seat or a limit a minute.")
    connect_s: float = Field(description="Until the provider began to answer.")
    first_s: float = Field(description="From then to the first piece of text.")
    writing_s: float
    store_s: float = Field(description="Until its answer was kept.")
    error: str = Field(description="Rule of the error that ended it, or empty.")


class Shares(_Shape):
    """All seconds of the edit, each counted once: of calls at the same time the farthest counts."""

    line: float
    connect: float
    first: float
    writing: float
    store: float
    work: float


class TraceTold(_Shape):
    """Where the seconds went."""

    shares: Shares
    gates_s: float = Field(description="Of them, for judging the changes.")
    calls: list[CallTold]
    more: int = Field(description="Calls that are not listed.")


class Told(_Shape):
    """Body of GET /edits/{id}, and data of its `end` event."""

    id: str
    seq: int = Field(description="Grows with every view; the id of the event that told it.")
    state: State
    kind: Kind | None = Field(description="Whether a model is asked; null while queued.")
    progress: Far
    outcome: Outcome | None = Field(description="Null while it runs.")
    reply: str
    reason: Reason | None
    changes: list[shapes.ChangeMade]
    dropped: list[Left]
    findings: Found
    usage: Usage
    trace: TraceTold | None = Field(description="Null while, or when, no model is asked.")
    story: str | None = Field(
        default=None, description="With ?story=1: the edited story; null while nothing changed."
    )


FRAME: Mapping[str, Json] = {
    "type": "object",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"enum": ["progress", "change", "end"]},
        "id": {"type": "integer"},
        "data": {"type": "object"},
    },
}
"""A text frame of the WebSocket: what a server-sent event says."""


def progress(view: View) -> dict[str, object]:
    return {
        "id": view.id,
        "seq": view.seq,
        "state": view.state,
        "kind": view.kind,
        "progress": {
            "tokens_in": view.tokens_in,
            "tokens_out": view.tokens_out,
            "seconds": round(view.seconds, 3),
            "first_s": view.first_s,
        },
    }


def changed(view: View, start: int) -> dict[str, object]:
    changes = [wire.change(each) for each in view.changes[start:]]
    return {**progress(view), "from": start, "changes": changes, "dropped": len(view.dropped)}


def told(view: View, cost: float | None) -> dict[str, object]:
    """All of an edit, its story too."""
    lang, names = language(view.request), view.chapter.names
    return {
        **progress(view),
        "outcome": view.outcome,
        "reply": view.reply,
        "reason": _reason(view, lang),
        "changes": [wire.change(each) for each in view.changes],
        "dropped": [
            {
                "what": each.what,
                "rule": each.rule,
                "sentence": words.sentence(each.rule, each.facts, lang, names),
            }
            for each in view.dropped
        ],
        "findings": _findings(view, lang),
        "usage": {
            "tokens_in": view.tokens_in,
            "tokens_out": view.tokens_out,
            "tokens_cached": view.cached,
            "cost": cost,
        },
        "trace": _trace(view.trace),
        "story": after.text if (after := _after(view)) else None,
    }


def _trace(one: Trace) -> dict[str, object] | None:
    if not one.calls:
        return None
    calls = list(one.calls)
    now = one.now if one.seconds is None else one.seconds
    shares = {phase: round(seconds, 4) for phase, seconds in one.shares().items()}
    told = [_call(each, now) for each in calls]
    return {"shares": shares, "gates_s": round(one.gates, 4), "calls": told, "more": one.more}


def _call(one: Call, now: float) -> dict[str, object]:
    took = dict.fromkeys(("line", "connect", "first", "writing", "store"), 0.0)
    for phase, begun, ended in one.spans(now):
        took[phase] += ended - begun
    phases = {f"{phase}_s": round(seconds, 4) for phase, seconds in took.items()}
    return {"what": one.what, "at_s": round(one.joined, 4), **phases, "error": one.error}


def _after(view: View) -> Chapter | None:
    """The edited chapter, when it is over and something changed."""
    offer = view.proposal
    return offer.applied.chapter if view.over and offer and offer.applied.changes else None


def _reason(view: View, lang: Lang) -> Mapping[str, str] | None:
    rule, facts = view.rule, view.facts
    if not rule and view.error:
        rule, facts = view.error.rule, view.error.facts
    said = words.sentence(rule, facts, lang, view.chapter.names) if rule else ""
    return {"rule": rule, "sentence": said} if rule else None


def _findings(view: View, lang: Lang) -> dict[str, object]:
    after = _after(view)
    if after is None:
        return {"added": [], "removed": [], "left_out": 0}
    added, removed = rules.added(view.chapter, after), rules.removed(view.chapter, after)
    return {
        "added": [wire.finding(each, lang, after) for each in added[:MANY]],
        "removed": [wire.finding(each, lang, view.chapter) for each in removed[:MANY]],
        "left_out": max(len(added) - MANY, 0) + max(len(removed) - MANY, 0),
    }
