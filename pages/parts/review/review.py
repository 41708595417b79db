"""The review component: an edit beside its original, or the chapter as cards."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import streamlit as st

from core.chapter.chapter import Chapter
from core.service.jobs import View
from core.words.places import Lang
from pages import words
from pages.parts.files import joined
from pages.parts.review import cards, outcome, sections

KEY = "edit_review"
Drawn: TypeAlias = dict[str, object]

_review = st.components.v2.component(
    "turnsmith_review",
    js=joined("dom.js", "review/review.js"),
    css=joined("base.css", "review/review.css"),
)


def review(data: Drawn, *, on_act: Callable[[], None]) -> None:
    """Draw it. `act` in its state is `{"rev", "kind": "take" | "discard", "groups"}`."""
    _review(key=KEY, data=data, on_act_change=on_act)


@st.cache_data(max_entries=48, show_spinner=False)
def drawn(rev: str, lang: Lang, _chapter: Chapter, _view: View | None) -> Drawn:
    """What the component is given; `rev` names the chapter and the edit, and never repeats."""
    offer = _view.proposal if _view else None
    changed = bool(offer and offer.applied.changes)
    shown: Sequence[object] = (
        sections.sections(offer, lang)
        if offer and changed
        else [cards.card(turn, lang) for turn in _chapter.turns]
    )
    return {
        "rev": rev,
        "lang": lang,
        "mode": "review" if changed else "read",
        "words": words.table(lang),
        "note": outcome.note(_view, lang) if _view else None,
        "sections": shown,
    }
