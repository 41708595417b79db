"""Findings that an edit adds or solves, each beside the row that it comes from."""

from collections.abc import Mapping

from core import words as sentences
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.editing.events import Proposal
from core.words.places import Lang

Remark = dict[str, str]
Told = frozenset[tuple[str, str]]
_TONES: Mapping[rules.Level, str] = {"STOP": "bad", "GAME": "bad", "WARN": "warn", "NOTE": "note"}


def remarks(
    offer: Proposal, lang: Lang, homes: Mapping[str, str]
) -> tuple[dict[str, list[Remark]], Told]:
    """Remarks by change, and rule and address of what they say.

    `homes` maps the address of each change to the change that has a row. A finding without one
    is left to the note above the review.
    """
    before, after = offer.chapter, offer.applied.chapter
    solved = () if offer.applied.restructured else rules.removed(before, after)
    both = [
        *((f, after, True) for f in rules.added(before, after)),
        *((f, before, False) for f in solved),
    ]
    found: dict[str, list[Remark]] = {}
    told: set[tuple[str, str]] = set()
    for finding, chapter, new in both:
        if home := _home(finding.at, homes):
            found.setdefault(home, []).append(_remark(finding, chapter, lang, new=new))
            told.add((finding.rule, finding.at))
    return found, frozenset(told)


def _home(at: str, homes: Mapping[str, str]) -> str:
    """The change at this place, or the first inside it; "" when there is none.

    A step between two prices is found at the later one, where an opening price may have changed.
    """
    if not at:
        return ""
    inside = (id_ for place, id_ in homes.items() if place.startswith(f"{at}."))
    opening = at.replace("current_value", "before_value")
    named = (homes.get(place) for place in (at, f"t1.{at}", opening))
    return next(filter(None, named), "") or next(inside, "")


def _remark(finding: rules.Finding, chapter: Chapter, lang: Lang, *, new: bool) -> Remark:
    tone = _TONES[finding.level] if new else "good"
    return {"tone": tone, "text": sentences.finding(finding, lang, chapter.names)}
