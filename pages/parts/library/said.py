"""What the last click came to: our own words as a toast, a refusal as plain text."""

from typing import Protocol

import streamlit as st

from pages.session import Session
from pages.words import WORDS


def said(tab: Session) -> None:
    """Say it once."""
    if tab.notice:
        st.toast(tab.notice, icon=":material/info:")
    if tab.refusal:
        with st.container(border=True, gap="xsmall"):
            st.badge(WORDS[tab.lang].not_done, icon=":material/error:", color="red")
            st.text(tab.refusal)
    tab.notice = tab.refusal = ""


class Answered(Protocol):
    """What a page remembers of its dialog."""

    answered: bool


def close_when_answered(mine: Answered) -> None:
    """A click in a dialog draws the dialog alone; drawing the page closes it."""
    if mine.answered:
        mine.answered = False
        st.rerun()
