"""Names and bytes of the HTTP contract: what comes in, and every answer that goes out."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core import words
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.chapter.ops import Applied, Change
from core.chapter.rules import Finding
from core.chapter.text import Json
from core.editing.reply import language, reply, summary
from core.errors import (
    Fact,
    ModelBusy,
    ModelDown,
    ModelGarbled,
    ModelRefused,
    ModelSetup,
    ModelSpent,
    ModelTimeout,
    TurnsmithError,
    Unavailable,
    Unreadable,
)
from core.service.history import History
from core.service.jobs import Counts
from core.service.metrics import Figures
from core.service.proof import prove
from core.service.tally import Recent
from core.service.views import View
from core.words import Lang

MAX_ANSWER = 262_144
"""Bytes that the client decodes."""
MAX_REPLY = 50
MAX_SUMMARY = 120
MANY, FEW = 200, 40
"""Findings of each list that are told, and that are kept when those do not fit."""
NOT_JSON = "원본 스토리가 유효한 JSON 형식이 아닙니다."
BLANK = {
    "chapterId": "chapterId는 비어있을 수 없습니다.",
    "story": "원본 스토리는 비어있을 수 없습니다.",
    "editRequest": "편집 요청은 비어있을 수 없습니다.",
}
NO_ARRAY = frozenset({"not_array", "no_turns", "not_turn"})
"""JSON, but not the array of turns that the contract asks for."""
STRICT: Mapping[type[TurnsmithError], int] = {
    ModelBusy: 503,
    ModelDown: 503,
    ModelSetup: 503,
    ModelSpent: 503,
    ModelTimeout: 504,
    ModelGarbled: 502,
    ModelRefused: 200,
    Unavailable: 503,
}
"""Status of a failure for a client that asked for strict answers."""


class EditScenario(BaseModel):
    """Body of POST /edit-scenario."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    chapterId: str = Field(examples=["1111"])  # noqa: N815 - the client's name
    story: str = Field(description="A JSON array of turns, as a string.", examples=["[…]"])
    editRequest: str | None = Field(examples=["3턴 조개 매점 가격을 110으로"])  # noqa: N815
    summary: str | None = None

    @field_validator("chapterId", "editRequest", "summary")
    @classmethod
    def _is_text(cls, value: str | None) -> str | None:
        if value and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("half of a character (a lone surrogate)")
        return value

    @property
    def chapter_id(self) -> str:
        return self.chapterId.strip()

    @property
    def request(self) -> str:
        return self.editRequest or ""

    @property
    def lang(self) -> Lang:
        return language(self.request)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and, where it hides a failure, what a strict client gets for it."""

    status: int
    body: bytes
    strict_status: int
    strict_body: bytes
    passing: bool = False
    """Whether nothing was tried, for a reason that may be gone a moment later."""
    wait_s: int = 0
    """Of a strict 503: when to come back; 0 when nobody knows."""

    @property
    def size(self) -> int:
        return len(self.body)


def encode(value: object) -> bytes:
    """One compact line with raw Hangul."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def refusal(status: int, detail: str) -> Answer:
    """The same failure for every client: the caller must change what it sends."""
    body = encode({"detail": detail})
    return Answer(status, body, status, body)


def unreadable(error: Unreadable, lang: Lang) -> Answer:
    """400 with the contract's sentence in `detail`, the place in `message`; 413 for a size."""
    said = words.error(error, lang)
    if error.rule == "size":
        return refusal(413, said)
    known = said if error.rule in NO_ARRAY else NOT_JSON
    detail = BLANK["story"] if error.rule == "empty" else known
    body = encode({"detail": detail, "message": said, "rule": error.rule, **error.facts})
    return Answer(400, body, 400, body)


def too_large(ask: EditScenario) -> Answer | None:
    """413 when not even the story as it came fits into an answer."""
    size = len(encode(_five(ask, ask.story, "가" * MAX_SUMMARY, "가" * MAX_REPLY)))
    if size <= MAX_ANSWER:
        return None
    return refusal(413, words.sentence(*_size(size), ask.lang))


def unavailable(ask: EditScenario, about: str, error: TurnsmithError) -> Answer:
    """Nothing was tried: the story as it came."""
    said = _reply(reply("failed", (), ask.lang, error.rule, error.facts), error, ask.lang)
    body = encode({**_five(ask, ask.story, about, said), "outcome": "failed"})
    passing = error.rule != "broken"
    return Answer(200, body, STRICT[Unavailable], _problem(error, ask.lang), passing)


def edited(ask: EditScenario, view: View) -> Answer:
    """What an edit came to, within MAX_ANSWER: extras are left out before the story is."""
    body = next((body for body in _attempts(ask, view) if len(body) <= MAX_ANSWER), b"")
    error = view.error if view.outcome == "failed" else None
    if error is None or (status := strict_status(error)) == 200:
        return Answer(200, body, 200, body)
    wait_s = _wait_s(error) if status == 503 else 0
    untried = isinstance(error, ModelSpent)
    return Answer(200, body, status, _problem(error, ask.lang), untried, wait_s)


def _wait_s(error: TurnsmithError) -> int:
    """As the provider has named it, or the circuit."""
    wait_s = error.wait_s if isinstance(error, ModelBusy) else error.facts.get("wait_s")
    return math.ceil(wait_s) if isinstance(wait_s, int | float) else 0


def strict_status(error: TurnsmithError) -> int:
    """By the nearest class of the table."""
    return next((STRICT[each] for each in type(error).__mro__ if each in STRICT), 503)


def _attempts(ask: EditScenario, view: View) -> Iterable[bytes]:
    """From the fullest answer to the barest."""
    applied = view.proposal.applied if view.proposal and view.outcome == "edited" else None
    after = applied.chapter if applied else None
    present = after or view.chapter
    said = _reply(view.reply, view.error, ask.lang)
    about = summary(present, ask.lang)
    whole = _five(ask, after.text if after else ask.story, about, said)
    whole |= {"outcome": view.outcome}
    if untold := max(len(rules.findings(each)) for each in (view.chapter, present)) - MANY:
        whole |= {"left_out": untold} if untold > 0 else {}
    proof = {"proof": asdict(prove(view.chapter, applied or Applied(present, ())))}
    changes, more = {"changes": [change(each) for each in view.changes]}, _more(view, ask.lang)
    before, now = _found(view.chapter, ask.lang), _found(present, ask.lang)
    yield encode(whole | changes | {"findings": {"before": before, "after": now}} | proof | more)
    # The gravest come first.
    few: dict[str, object] = {"findings": {"before": before[:FEW], "after": now[:FEW]}}
    few["left_out"] = max(untold, 0) + max(len(before), len(now)) - FEW
    yield encode(whole | changes | few | proof)
    yield encode(whole | few | proof)
    yield encode(whole | proof)
    said = reply("refused", (), ask.lang, *_size(len(encode(whole))))
    about = summary(view.chapter, ask.lang)
    yield encode(_five(ask, ask.story, about, said) | {"outcome": "refused"})


def _size(size: int) -> tuple[str, Mapping[str, Fact]]:
    return "answer_size", {"bytes": size, "most": MAX_ANSWER}


def _five(ask: EditScenario, story: str, about: str, said: str) -> dict[str, object]:
    return {
        "chapterId": ask.chapter_id,
        "story": story,
        "isCustom": True,
        "summary": about[:MAX_SUMMARY],
        "reply": said,
    }


def _more(view: View, lang: Lang) -> dict[str, object]:
    names = view.chapter.names
    leftovers = view.proposal.leftovers if view.proposal else ()
    return {
        "leftovers": [{"at": left.at, "text": left.text} for left in leftovers],
        "dropped": [
            {"what": each.what, "message": words.sentence(each.rule, each.facts, lang, names)}
            for each in view.dropped
        ],
    }


def _found(chapter: Chapter, lang: Lang) -> list[dict[str, str]]:
    return [finding(each, lang, chapter) for each in rules.findings(chapter)[:MANY]]


def finding(found: Finding, lang: Lang, chapter: Chapter) -> dict[str, str]:
    message = words.finding(found, lang, chapter.names)
    return {"level": found.level, "rule": found.rule, "at": found.at, "message": message}


def change(each: Change) -> dict[str, Json]:
    return {
        "id": each.id,
        "op": each.op,
        "at": each.at,
        "before": each.before,
        "after": each.after,
        "cause": each.cause,
        "because": each.because,
        "group": each.group,
    }


def _reply(said: str, error: TurnsmithError | None, lang: Lang) -> str:
    """Never empty, never over 50 characters."""
    said = said or (words.error(error, lang) if error else "…")
    return said if len(said) <= MAX_REPLY else said[: MAX_REPLY - 1] + "…"


def _problem(error: TurnsmithError, lang: Lang) -> bytes:
    return encode({"detail": words.error(error, lang)})


def system(figures: Figures) -> dict[str, object]:
    return {
        "cpu_percent": figures.cpu_percent,
        "memory_total": figures.memory_total,
        "memory_available": figures.memory_available,
        "memory_percent": figures.memory_percent,
    }


def process(figures: Figures) -> dict[str, object]:
    return {
        "pid": figures.pid,
        "memory_rss": figures.memory_rss,
        "memory_vms": figures.memory_vms,
        "cpu_percent": figures.process_cpu_percent,
    }


def performance(figures: Figures, counts: Counts, *, ready: bool) -> dict[str, object]:
    """Body of GET /performance, and of an `event: figures` of GET /live."""
    return {
        "system": system(figures),
        "process": process(figures),
        "async_status": {
            "task_manager_available": ready,
            "active_tasks": counts.active,
            "completed_tasks": counts.completed,
        },
    }


def watched(history: History) -> dict[str, object]:
    """How it stands now, beside the rows of the last hour."""
    standing, held, tally = history.standing, history.census.latest, history.tally
    return {
        "problems": [{"rule": one.rule, **one.facts} for one in history.problems()],
        "circuit": standing.circuit if standing else None,
        "spread": tally.spread(),
        "failures": tally.failures(),
        "today": held.today,
        "budget": history.budget or None,
        "priced": history.priced,
        "unended": held.unended,
        "replicas": held.replicas,
        "recent": [recent(one) for one in history.recent],
    }


def recent(one: Recent) -> dict[str, object]:
    """An edit that is over, with where its seconds went."""
    return {
        "at": round(one.at, 1),
        "outcome": one.outcome,
        "rule": one.rule,
        "seconds": round(one.seconds, 3),
        "first_s": one.first_s and round(one.first_s, 3),
        "tokens": one.tokens,
        "cost": one.cost,
        "changes": one.changes,
        "calls": len(one.trace.calls) + one.trace.more,
        "shares": {phase: round(took, 3) for phase, took in one.shares.items()},
    }


def progress(view: View, start: int, lang: Lang) -> dict[str, object]:
    """Body of an `event: edit`: the changes from index `start` on replace those from there on."""
    names = view.chapter.names
    return {
        "id": view.id,
        "seq": view.seq,
        "state": view.state,
        "kind": view.kind,
        "place": view.place,
        "from": start,
        "changes": [
            {**change(each), "place": words.place(each.at, lang, names)}
            for each in view.changes[start:]
        ],
        "dropped": len(view.dropped),
        "tokens_in": view.tokens_in,
        "tokens_out": view.tokens_out,
        "first_s": view.first_s,
        "seconds": round(view.seconds, 3),
        "outcome": view.outcome,
        "reply": view.reply,
        "error": words.error(view.error, lang, names) if view.error else "",
    }
