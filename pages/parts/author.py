"""The name that a writer goes by in the history."""

import streamlit as st

from pages import actions
from pages.session import MOST_AUTHOR, Session
from pages.words import WORDS


def author(tab: Session) -> None:
    """A button whose words are ours: a label would read the writer's as Markdown."""
    say = WORDS[tab.lang]
    icon = ":material/how_to_reg:" if tab.author else ":material/person:"
    with st.popover(say.by_label, icon=icon, key="shell_by_box"):
        st.text_input(
            say.by_label,
            tab.author,
            key=actions.BY,
            max_chars=MOST_AUTHOR,
            on_change=actions.sign,
            label_visibility="collapsed",
            placeholder=say.by_label,
        )
        st.caption(say.by_hint)
