"""The open chapter as its player will see it, with what is pending, before anyone says yes."""

import streamlit as st

from pages import actions
from pages.parts.heading import heading
from pages.parts.library.said import said
from pages.parts.play import lessons, sheets
from pages.parts.play.play import act, build, drawn, play
from pages.parts.play.sight import desk, sight
from pages.session import session
from pages.words import WORDS, fill

tab = session()
say = WORDS[tab.lang]
opened = actions.present()
if opened and tab.edit and not actions.undecided(tab.edit):
    actions.moved_on(tab)
    tab.show(tab.chapter)
tab.address()
if desk().leaving:
    desk().leaving = False
    st.switch_page("edit.py", query_params=st.query_params.to_dict())

if not opened:
    st.header(say.preview, anchor=False)
    said(tab)
    st.info(say.preview_none, icon=":material/info:")
    if st.button(say.open_button, icon=":material/folder_open:", key="preview_open"):
        st.switch_page("edit.py", query_params=st.query_params.to_dict())
    st.stop()

look = sight(opened, tab)
with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
):
    with st.container(width="stretch", gap=None, key="preview_heading"):
        heading(opened, tab.lang)
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        st.text(fill(say.preview_start, n=f"{look.options.start:,}"))
        build(tab)
        lessons.editor(opened, tab)
        if st.button(say.preview_edit, icon=":material/edit_note:", key="preview_edit"):
            st.switch_page("edit.py", query_params=st.query_params.to_dict())
said(tab)
if look.running:
    st.info(say.preview_running, icon=":material/hourglass_top:")
key = f"{opened.id} {opened.branch}".strip()
play(drawn(key, opened.version.number, look, tab), on_act=act)
sheets.asked(opened, tab)
