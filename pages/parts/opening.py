"""Where a chapter comes in: pasted, uploaded, or a sample."""

import streamlit as st

from core.words import error
from pages import actions
from pages.session import Session
from pages.words import WORDS

PLACEHOLDER = '[{"turn_number": 1, "result": "…", "news": "…", "stocks": [ … ]}]'


def opening(tab: Session, shown: str = "") -> None:
    """The boxes, and below them why the last try failed.

    `shown` is the chapter behind a dialog, which closes when another one is open.
    """
    if shown and tab.chapter != shown:
        st.rerun()
    say = WORDS[tab.lang]
    paste, upload = st.tabs([say.paste, say.upload])
    with paste:
        st.text_area(say.paste_label, key=actions.PASTED, height=260, placeholder=PLACEHOLDER)
        st.button(
            say.open_button,
            key="open_paste",
            type="primary",
            icon=":material/folder_open:",
            on_click=actions.open_pasted,
        )
    with upload:
        st.file_uploader(
            say.upload_label,
            key=actions.UPLOADED,
            type=["json", "txt", "md"],
            max_upload_size=20,
            on_change=actions.open_uploaded,
        )
    problem(tab)
    st.caption(say.sample_hint)
    with st.container(horizontal=True):
        for sample in ("sea_park", "forest_library", "space_post"):
            name: str = getattr(say, f"sample_{sample}")
            st.button(
                name,
                key=f"open_{sample}",
                help=getattr(say, f"sample_{sample}_hint"),
                icon=":material/auto_stories:",
                on_click=actions.open_sample,
                args=(sample, name),
            )


def problem(tab: Session) -> None:
    """Sentence, line and caret; as plain text, for they quote the story."""
    found = tab.problem
    if not found:
        return
    with st.container(border=True, key="open_problem", gap="xsmall"):
        st.badge(WORDS[tab.lang].not_opened, icon=":material/error:", color="red")
        st.text(error(found.error, tab.lang))
        if found.excerpt:
            st.code(found.excerpt, language=None)
