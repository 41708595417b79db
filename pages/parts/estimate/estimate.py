"""What the request in the box would take, said beside it while it is written."""

import streamlit as st

from core.service.costs import Estimate
from core.store.costs import FEW
from core.store.library import Opened
from core.words import error
from core.words.places import Lang
from pages import actions, wiring
from pages.parts.files import joined
from pages.session import Session, session
from pages.words import WORDS, fill, money

KEY = "edit_estimate"
_estimate = st.components.v2.component(
    "turnsmith_estimate",
    js=joined("dom.js", "estimate/estimate.js"),
    css=joined("base.css", "estimate/estimate.css"),
)


@st.fragment
def estimate() -> None:
    """One quiet line; nothing when no model would be asked, or nothing like it ever was.

    It is drawn anew alone when the writer pauses.
    """
    tab, opened = session(), actions.present()
    spent = _spent(tab)
    line = spent or (said(opened, tab.box, tab) if opened else "")
    data = {"said": line, "tone": "warn" if spent else "", "typed": tab.box}
    _estimate(key=KEY, data=data, on_typed_change=_typed)


def said(opened: Opened, request: str, tab: Session) -> str:
    """What like edits took; "" where nothing is to be said."""
    service = wiring.current()
    follows = tab.edit if not tab.fresh and actions.undecided(tab.edit) else ""
    if not request.strip() or not service.acts.asks(opened, request, follows):
        return ""
    found = service.ledger.estimate(request, opened.chapter)
    return _told(found, tab.lang) if found else ""


def _spent(tab: Session) -> str:
    """Why no model is asked for anything now."""
    found = wiring.current().ledger.spent(tab.author or tab.chapter)
    return error(found, tab.lang) if found else ""


def _typed() -> None:
    session().box = st.session_state[KEY].typed or ""


def _told(found: Estimate, lang: Lang) -> str:
    say, (usual, most) = WORDS[lang], found.tokens
    seconds, long = found.seconds
    line = fill(say.cost_like, n=f"{usual:,}", s=_seconds(seconds))
    if found.cost[0]:
        line += fill(say.cost_like_money, cost=money(found.cost[0]))
    if found.edits < FEW:
        return line
    return line + fill(say.cost_like_most, n=f"{most:,}", s=_seconds(long), edits=found.edits)


def _seconds(value: float) -> str:
    return f"{value:.0f}" if value >= 3 else f"{max(value, 0.1):.1f}"
