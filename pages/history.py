"""The versions of the open chapter: compare, name, restore, branch, merge, undo one change."""

import streamlit as st

from pages import wiring
from pages.actions import present
from pages.parts.heading import heading
from pages.parts.history import actions
from pages.parts.history.comparing import comparing
from pages.parts.history.past import branch_words, past
from pages.parts.history.questions import question
from pages.parts.history.record import record
from pages.parts.history.singles import undoing
from pages.parts.library.said import said
from pages.session import session
from pages.words import WORDS

tab = session()
say = WORDS[tab.lang]
library = wiring.current().library
opened = present()
tab.address()
mine = actions.desk(tab.chapter)
if mine.leaving:
    mine.leaving = False
    st.switch_page("edit.py", query_params=st.query_params.to_dict())

if not opened:
    st.header(say.history, anchor=False)
    said(tab)
    st.info(say.past_none, icon=":material/info:")
    if st.button(say.past_to_library, icon=":material/folder_copy:", key="history_library"):
        st.switch_page("library.py", query_params=st.query_params.to_dict())
    st.stop()

heading(opened, tab.lang)
said(tab)
versions = library.versions(opened.id)
if mine.looking or mine.undoing:
    st.button(
        say.past_back, icon=":material/arrow_back:", key="history_back", on_click=actions.close
    )
if mine.looking:
    comparing(opened, versions, mine.looking, tab)
    st.stop()
if mine.undoing:
    undoing(versions[mine.undoing - 1], tab)
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    if len(opened.branches) > 1:
        st.selectbox(
            say.past_branch,
            opened.branches,
            index=opened.branches.index(tab.branch),
            format_func=lambda name: branch_words(name, tab.lang),
            key=f"{actions.BRANCH}_{len(opened.branches)}_{tab.branch}",
            on_change=actions.switch,
            args=(f"{actions.BRANCH}_{len(opened.branches)}_{tab.branch}",),
            width=260,
        )
    if st.button(say.past_to_edit, icon=":material/edit_note:", key="history_edit"):
        st.switch_page("edit.py", query_params=st.query_params.to_dict())
    st.button(
        say.past_verify, icon=":material/verified:", key="history_verify", on_click=actions.check
    )
if mine.checked is not None:
    record(mine.checked, len(versions), tab.lang)

tips = ((name, library.get(opened.id, name)) for name in opened.branches)
heads = {name: tip.version.number for name, tip in tips if tip}
past(versions, heads, tab.branch, tab.lang, actions.act)
question(tab)
