"""The way back to what the writer left undecided for something else."""

import streamlit as st

from core.chapter import prose
from pages import actions, wiring
from pages.session import Session, Spot
from pages.words import WORDS, Words

SHOWN = 80
"""Letters of a request."""


def back(tab: Session) -> None:
    """One step back, to the latest that the server still holds; nothing when there is none."""
    spot = next(filter(_held, reversed(tab.behind)), None)
    if not spot:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="edit_behind"):
        st.button(
            _label(spot, tab, WORDS[tab.lang]),
            icon=":material/history:",
            key="edit_back",
            on_click=actions.back,
            args=(spot,),
        )
        st.text(_about(spot), width="stretch")


def _held(spot: Spot) -> bool:
    library = wiring.current().library
    return bool(
        library.get(spot.chapter, spot.branch) and (not spot.edit or actions.undecided(spot.edit))
    )


def _label(spot: Spot, tab: Session, say: Words) -> str:
    return say.back_chapter if spot.chapter != tab.chapter else say.back_edit


def _about(spot: Spot) -> str:
    """What was asked, or the chapter's name: the writer's text, drawn as plain text."""
    service = wiring.current()
    view, opened = service.acts.view(spot.edit), service.library.get(spot.chapter, spot.branch)
    text = view.request if view else opened.name if opened else ""
    line = " ".join(prose.visible(text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
