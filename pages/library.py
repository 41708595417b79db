"""All chapters of this server: find, open, rename, bin, recover, take in and out as files."""

import streamlit as st

from core.chapter import prose
from core.service.identity import Role
from pages import wiring
from pages.parts.library import actions
from pages.parts.library.files import files
from pages.parts.library.questions import question
from pages.parts.library.said import said
from pages.parts.library.shelf import shelf
from pages.session import session
from pages.words import WORDS, fill

tab = session()
say = WORDS[tab.lang]
mine = actions.desk()
tab.address()
if mine.leaving:
    mine.leaving = False
    st.switch_page("edit.py", query_params=st.query_params.to_dict())

st.header(say.library, anchor=False)
said(tab)
if mine.removed:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.text(f"{prose.visible(mine.removed_name)}\n{say.shelf_removed}", width="stretch")
        st.button(
            say.shelf_back,
            icon=":material/undo:",
            key="library_unremove",
            on_click=actions.unremove,
        )

with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    query = st.text_input(
        say.shelf_find,
        key=actions.FIND,
        placeholder=say.shelf_find_hint,
        icon=":material/search:",
        live=True,
        width=420,
    )
    view = st.segmented_control(
        say.shelf_view,
        ["chapters", "bin"],
        default="chapters",
        required=True,
        format_func={"chapters": say.shelf_chapters, "bin": say.shelf_bin}.__getitem__,
        key=actions.VIEW,
        label_visibility="collapsed",
    )
    st.download_button(
        say.files_zip,
        actions.archive,
        file_name="turnsmith.zip",
        mime="application/zip",
        icon=":material/folder_zip:",
        help=say.files_zip_hint,
        on_click="ignore",
        key="library_zip",
    )

entries = wiring.current().library.find(query, removed=view == "bin", most=actions.MOST)
nothing = not entries and not query.strip()
if view == "chapters" and wiring.may(Role.EDIT):
    files(tab, empty=nothing)
if entries:
    many = len(entries) == actions.MOST
    st.caption(fill(say.shelf_most if many else say.shelf_count, n=len(entries)))
    shelf(entries, query, tab.chapter, tab.lang, actions.act)
else:
    empty = say.shelf_bin_empty if view == "bin" else say.shelf_empty
    st.info(empty if nothing else say.shelf_none, icon=":material/info:")
question(tab)
