"""POST /edit-scenario: one answer per request, however often the client repeats it."""

import hashlib
import logging
import time
from functools import cache, lru_cache, partial

from core.api import wire
from core.api.wire import Answer, EditScenario
from core.chapter import chapter
from core.chapter.chapter import Chapter
from core.editing.reply import summary
from core.errors import Unavailable, Unreadable
from core.service.identity import API
from core.service.jobs import Desk, Job, Terms
from core.service.once import KEEP_S, Once, Verdict

log = logging.getLogger(__name__)
SHORT = 32_768
"""Characters; a longer chapter is not kept."""
RULES_VERSION = "1"
"""Part of every key: a release that edits differently must not answer from before."""


async def answer(desk: Desk, ask: EditScenario, writer: str = "") -> Answer:
    """Runs on the desk's loop. Where the same is asked twice, it is the first writer's edit."""
    return await _answers(desk).get(key(ask), partial(_edit, desk, ask, writer or API))


def key(ask: EditScenario) -> str:
    """What makes two requests the same one."""
    parts = (ask.chapter_id, ask.story, ask.request, RULES_VERSION)
    sums = (hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest() for part in parts)
    return hashlib.sha256("".join(sums).encode()).hexdigest()


def read(story: str) -> Chapter:
    """Raises Unreadable."""
    return _known(story) if len(story) <= SHORT else chapter.read(story)


_known = lru_cache(maxsize=64)(chapter.read)
"""The client sends the whole story with every request, and a class works on the same one."""


@cache
def _answers(desk: Desk) -> Once[Answer]:
    once = Once(lambda answer: answer.size, verdict)
    once.heard = desk.repeats
    return once


def verdict(answer: Answer) -> Verdict:
    """A refusal is kept too: its client repeats it, and it stays what it is."""
    if answer.passing:
        return "unasked"
    return "good" if answer.status == answer.strict_status else "failed"


async def _edit(desk: Desk, ask: EditScenario, lane: str) -> Answer:
    try:
        return await _through(desk, ask, lane)
    except Exception:  # The client repeats a 500 at once, for 30 minutes.
        log.exception("edit-scenario broke")
        return wire.unavailable(ask, "", Unavailable("broken"))


def _id(desk: Desk, ask: EditScenario) -> str:
    """The same in every process, so that one of them makes the edit and the others join it."""
    name = key(ask)
    return f"{name}-{int(time.time() // KEEP_S)}-{_answers(desk).failures(name)}"


async def _through(desk: Desk, ask: EditScenario, lane: str) -> Answer:
    try:
        opened = read(ask.story)
    except Unreadable as error:
        return wire.unreadable(error, ask.lang)
    if refused := wire.too_large(ask):
        return refused
    # Stated percentages stay as they were written: this client asked for the price alone.
    job = Job(opened, ask.request, Terms(claims=False), lane=lane)
    payload = {"key": key(ask), "story": ask.story, "request": ask.request, "lane": lane}
    try:
        # A restart may have left it running.
        id_ = desk.find(payload["key"]) or desk.submit(job, id_=_id(desk, ask), payload=payload)
        view = await desk.ended(id_)
    except Unavailable as error:
        return wire.unavailable(ask, summary(opened, ask.lang), error)
    desk.forget(id_)
    return wire.edited(ask, view)
