"""The review component: an edit beside its original, two versions, or a chapter as cards."""

import hashlib
import json
from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import streamlit as st

from core.chapter.chapter import RISKS, TAGS, Chapter
from core.editing.decisions import Decisions, revised
from core.editing.events import Proposal
from core.errors import WriterError
from core.service.views import View
from core.words.places import Lang
from pages import words
from pages.parts.files import joined
from pages.parts.review import cards, outcome
from pages.parts.review.leftovers import leftovers
from pages.parts.review.sections import laid
from pages.words import WORDS, Words

KEY = "edit_review"
Drawn: TypeAlias = dict[str, object]
Mode = Literal["review", "compare"]

_SCRIPTS = ("saving", "decisions", "editor", "rows", "sections", "note", "cards", "keys", "review")
_review = st.components.v2.component(
    "turnsmith_review",
    js=joined("dom.js", *(f"review/{name}.js" for name in _SCRIPTS)),
    css=joined("base.css", "review/review.css"),
)


class Offers(Protocol):
    """What a comparison is drawn from; an edit under review is a `View`."""

    @property
    def proposal(self) -> Proposal | None: ...


def review(data: Drawn, *, on_act: Callable[[], None] | None = None, key: str = KEY) -> None:
    """Draw it. `act` in its state says what is wanted.

    It is `{"kind": "take", "rev", "n", "rest": bool}`, `{"kind": "discard" | "again", "rev", "n"}`,
    `{"kind": "wish" | "turn", "rev", "n", "at"}` with the number of a suggestion or a missing turn,
    `{"kind": "text", "rev", "n", "at", "to"}` with a text, coins, or None to take it back, or
    `{"kind": "answer", "rev", "n", "key", "yes"}` with a bool, or None to take it back. `look` asks
    for nothing but a new run: another tab has changed what is drawn.
    """
    _review(key=key, data=data, on_act_change=on_act or _nothing, on_look_change=_nothing)


def drawn(  # noqa: PLR0913  the page names what it has
    rev: str,
    lang: Lang,
    chapter: Chapter,
    view: Offers | None,
    decisions: Decisions | None = None,
    *,
    mode: Mode = "review",
    edit: str = "",
    titles: tuple[str, str] | None = None,
    refused: tuple[int, str] | None = None,
) -> Drawn:
    """What the component is given; the same at every run while nothing but verdicts changes.

    `rev` names the chapter's version and the edit. `edit` is the id under which decisions are
    saved; "" keeps them in the tab. `titles` head the two sides. `refused` is the `n` of an act
    that was not done, and why.
    """
    said = decisions or Decisions()
    now = stamp(rev, said)
    say = WORDS[lang]
    told = {"n": refused[0], "text": refused[1]} if refused else None
    return {
        **_laid(now, lang, mode, chapter, view, said),
        "rev": now,
        "edit": edit,
        "saved": _saved(now, edit, said),
        "texts": dict(said.texts),
        "titles": titles or _titles(view, say),
        "refused": told,
    }


def _titles(view: Offers | None, say: Words) -> tuple[str, str]:
    """Beside a conflict the left side is what another writer has made of it."""
    clash = bool(view and view.proposal and view.proposal.conflicts)
    return (say.before_now if clash else say.before), say.after


def stamp(rev: str, decisions: Decisions) -> str:
    """What an act must carry as `rev` to mean what is drawn now."""
    return f"{rev} {_digest(decisions)}"


def _nothing() -> None:
    """The run that follows is all that is wanted."""


def _digest(decisions: Decisions) -> str:
    """Changes with what is drawn anew: the writer's own words and answers."""
    said = json.dumps([dict(decisions.texts), dict(decisions.answers)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _saved(stamp: str, edit: str, _said: Decisions) -> Drawn:  # noqa: ARG001  the cache's key
    """Verdicts and picks as they were first seen: the tab that decides knows the later ones."""
    return {"verdicts": dict(_said.verdicts), "picks": dict(_said.picks)}


@st.cache_data(max_entries=48, show_spinner=False)
def _laid(
    stamp: str,  # noqa: ARG001  the cache's key
    lang: Lang,
    mode: Mode,
    _chapter: Chapter,
    _view: Offers | None,
    _said: Decisions,
) -> Drawn:
    """What all tabs share."""
    offer = _offered(_view, _said)
    data: Drawn = {"lang": lang, "words": words.table(lang)}
    view = _view if mode == "review" and isinstance(_view, View) else None
    if offer is None:
        shown = [cards.card(turn, lang) for turn in _chapter.turns]
        note = outcome.note(view, None, lang) if view else None
        return {**data, "mode": "read", "note": note, "sections": shown}
    out = laid(offer, lang, view.request if view else "", own=_said.texts.keys())
    return {
        **data,
        "mode": mode,
        "note": outcome.note(view, offer, lang, out.told) if view else None,
        "leftovers": leftovers(offer, _said.answers, lang) if mode == "review" else [],
        "sections": out.sections,
        "units": out.units,
        "reasons": out.reasons,
        "tags": [(code, cards.tag(code, lang)) for code in TAGS],
        "risks": [(risk, risk) for risk in RISKS],
    }


def _offered(view: Offers | None, said: Decisions) -> Proposal | None:
    """With the writer's own words worked in; None when there is nothing to decide.

    Words that were fine alone may clash with those of another tab: then the edit is shown as it
    came, and taking it says why.
    """
    offer = view.proposal if view else None
    if offer is None or not offer.applied.changes:
        return None
    try:
        return revised(offer, said)
    except WriterError:
        return offer
