"""Requests to try: on the chapter, or on the proposal that the next one goes on from."""

from collections.abc import Iterator

from core.chapter.chapter import Address
from core.editing import instant
from core.editing.decisions import in_order
from core.editing.events import Proposal
from core.store.library import Opened
from core.words.places import Lang
from pages import wiring
from pages.words import WORDS, fill

PROSE = ("result", "news", "expectation")


def examples(opened: Opened, offer: Proposal | None, lang: Lang) -> list[str]:
    """Only such as would come to something now; `offer` is what the next request goes on from."""
    following = list(_following(offer, lang)) if offer else []
    return following or list(instant.examples(opened.chapter, lang))


def _following(offer: Proposal, lang: Lang) -> Iterator[str]:
    say = WORDS[lang]
    if len(in_order(offer)) > 1:
        yield from (say.follow_drop, say.follow_keep)
    turn = next(_written(offer), None)
    if turn and wiring.current().desk.has_model:
        yield fill(say.follow_shorter, n=turn)


def _written(offer: Proposal) -> Iterator[int]:
    """Turns with a new text, in reading order."""
    for change in offer.applied.changes:
        at = Address.parse(change.at)
        if at.turn and at.field in PROSE and change.after:
            yield at.turn
