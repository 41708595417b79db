"""Many files at once, and what came of each."""

import streamlit as st

from core.chapter import prose
from pages.parts.library import actions
from pages.session import Session
from pages.words import WORDS, Words, fill

MOST = 50
"""Files that are told one by one."""


def files(tab: Session, *, empty: bool) -> None:
    """A box for files; open from the start where there is nothing else to see."""
    say = WORDS[tab.lang]
    mine = actions.desk()
    with st.expander(
        say.files_title,
        expanded=empty,
        icon=":material/upload_file:",
        key=f"library_many_{int(empty)}",
    ):
        st.file_uploader(
            say.files_label,
            accept_multiple_files=True,
            max_upload_size=20,
            key=actions.box(),
            on_change=actions.drop,
        )
    if mine.opened or mine.failed:
        _came(mine, say)


def _came(mine: actions.Desk, say: Words) -> None:
    with st.container(border=True, gap="xsmall", key="library_came"):
        if mine.opened:
            st.badge(fill(say.files_opened, n=mine.opened), icon=":material/check:", color="green")
        if mine.failed:
            told = fill(say.files_failed, n=len(mine.failed))
            st.badge(told, icon=":material/error:", color="red")
        for failed in mine.failed[:MOST]:
            st.text(f"{prose.visible(failed.name)}\n{failed.why}")
        st.button(say.files_close, key="library_came_close", on_click=actions.dismiss)
