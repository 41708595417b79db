"""Proposals of the open chapter that still wait to be decided."""

import streamlit as st

from core.chapter import prose
from core.store.library import Opened
from pages import actions, wiring
from pages.session import Session
from pages.words import WORDS

SHOWN = 60
"""Letters of a request."""


def waiting(tab: Session, opened: Opened) -> None:
    """The way to the latest of them, where none is under review; nothing when there is none."""
    if tab.edit:
        return
    known = {spot.edit for spot in tab.behind}
    rows = wiring.current().edits.of(opened.id)
    row = next((r for r in rows if r.state == "open" and r.branch == tab.branch), None)
    if row is None or row.id in known:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="edit_waiting"
    ):
        st.button(
            WORDS[tab.lang].waiting_edit,
            icon=":material/rate_review:",
            key="edit_resume",
            on_click=actions.resume,
            args=(row.id,),
        )
        line = " ".join(prose.visible(row.request).split())
        st.text(line if len(line) <= SHOWN else f"{line[:SHOWN]}…", width="stretch")
