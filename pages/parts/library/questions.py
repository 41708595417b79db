"""What the library asks in a dialog: a new name, and once more before a chapter is gone."""

import streamlit as st

from core.chapter import prose
from pages.parts.library import actions
from pages.parts.library.said import close_when_answered, said
from pages.session import Session
from pages.words import WORDS


def question(tab: Session) -> None:
    """Open the dialog that the last click asked for; nothing when it asked for none."""
    mine = actions.desk()
    asked, mine.asked = mine.asked, None
    if asked is None:
        return
    say = WORDS[tab.lang]
    if asked.kind == "rename":
        st.dialog(say.shelf_rename, icon=":material/edit:")(_rename)(asked, tab)
    else:
        st.dialog(say.shelf_purge, icon=":material/delete_forever:")(_purge)(asked, tab)


def _rename(asked: actions.Asked, tab: Session) -> None:
    say = WORDS[tab.lang]
    close_when_answered(actions.desk())
    st.text_input(say.shelf_new_name, key=actions.NAME, max_chars=120)
    st.button(
        say.shelf_save,
        type="primary",
        key="library_rename",
        on_click=actions.rename,
        args=(asked.id,),
    )
    said(tab)


def _purge(asked: actions.Asked, tab: Session) -> None:
    say = WORDS[tab.lang]
    close_when_answered(actions.desk())
    st.text(prose.visible(asked.name))
    st.text(f"{say.shelf_purge_ask} {say.shelf_purge_sure}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(say.shelf_cancel, key="library_keep", on_click=actions.answered)
        st.button(
            say.shelf_purge,
            type="primary",
            key="library_purge",
            on_click=actions.purge,
            args=(asked.id,),
        )
    said(tab)
