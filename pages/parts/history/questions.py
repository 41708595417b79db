"""What a chapter's history asks in a dialog: a version's name, or a new branch's."""

import streamlit as st

from pages.parts.history import actions
from pages.parts.library.said import close_when_answered, said
from pages.session import Session
from pages.words import WORDS, fill


def question(tab: Session) -> None:
    """Open the dialog that the last click asked for; nothing when it asked for none."""
    mine = actions.desk(tab.chapter)
    asked, mine.asked = mine.asked, None
    if asked is None:
        return
    say = WORDS[tab.lang]
    if asked.kind == "name":
        st.dialog(say.past_name, icon=":material/label:")(_name)(asked, tab)
    else:
        st.dialog(say.past_fork, icon=":material/call_split:")(_fork)(asked, tab)


def _name(asked: actions.Question, tab: Session) -> None:
    say = WORDS[tab.lang]
    close_when_answered(actions.desk(tab.chapter))
    st.text(fill(say.past_version, n=asked.number))
    st.text_input(say.past_name_label, key=actions.NAME, max_chars=120)
    st.button(
        say.shelf_save,
        type="primary",
        key="history_name_save",
        on_click=actions.name,
        args=(asked.number,),
    )
    said(tab)


def _fork(asked: actions.Question, tab: Session) -> None:
    say = WORDS[tab.lang]
    close_when_answered(actions.desk(tab.chapter))
    st.text(fill(say.past_fork_hint, n=asked.number))
    st.text_input(say.past_fork_label, key=actions.NAME, max_chars=120)
    st.button(
        say.past_fork,
        type="primary",
        key="history_fork_save",
        on_click=actions.fork,
        args=(asked.number,),
    )
    said(tab)
