"""Open a chapter, say what should change, review it, take it, download."""

import streamlit as st

from core.editing import instant
from core.service import wiring
from pages import actions
from pages.parts.back import back
from pages.parts.checks import checks
from pages.parts.chips.chips import chips
from pages.parts.heading import heading
from pages.parts.live import live
from pages.parts.opening import opening
from pages.parts.review.review import drawn, review
from pages.session import session
from pages.words import WORDS

tab = session()
say = WORDS[tab.lang]
service = wiring.current()
opened = service.library.get(tab.chapter) if tab.chapter else None
view = service.desk.view(tab.edit) if opened and tab.edit else None

if tab.chapter and not opened:
    tab.notice = say.lost_chapter
    tab.show("")
elif opened and tab.edit and (not view or view.chapter.hash != opened.chapter.hash):
    tab.notice = say.lost_edit
    tab.show(tab.chapter)
    view = None
tab.address()
if tab.notice:
    st.toast(tab.notice, icon=":material/info:")
    tab.notice = ""
if tab.refusal:
    with st.container(border=True, gap="xsmall", key="edit_refusal"):
        st.badge(say.not_done, icon=":material/error:", color="red")
        st.text(tab.refusal)
    tab.refusal = ""

if not opened:
    st.header(say.start_title, anchor=False)
    st.text(say.start_hint)
    opening(tab)
    st.stop()

with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
):
    with st.container(width=540, gap=None, key="edit_heading"):
        heading(opened, tab.lang)
    with st.container(horizontal=True, width="content", gap="small"):
        checks(opened.chapter, tab.lang)
        copied = st.popover(
            say.copy, icon=":material/content_copy:", on_change="rerun", key="edit_copy"
        )
        if copied.open:
            with copied:
                st.caption(say.copy_hint)
                st.code(opened.chapter.text, language=None, height=320, wrap_lines=True)
        st.download_button(
            say.download,
            opened.chapter.text.encode(),
            file_name=f"{opened.name}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="edit_download",
        )
        if len(opened.versions) > 1:
            st.button(say.undo_take, icon=":material/undo:", on_click=actions.undo, key="edit_undo")
        if opened.undone:
            st.button(say.redo_take, icon=":material/redo:", on_click=actions.redo, key="edit_redo")
        if st.button(say.open_chapter, icon=":material/folder_open:", key="edit_open"):
            tab.problem = None
            st.dialog(say.open_chapter, width="large")(opening)(tab, opened.id)

running = bool(view and not view.over)
with st.container(border=True, gap="small"):
    chips(
        instant.examples(opened.chapter, tab.lang),
        say.examples,
        on_picked=actions.pick,
    )
    st.chat_input(
        say.busy if running else say.ask,
        key=actions.REQUEST,
        disabled=running,
        on_submit=actions.ask,
    )
back(tab)
helpless = not view or view.rule == "no_model"
if not service.desk.has_model and helpless:
    st.info(f"{say.no_model} {say.no_model_how}", title=say.no_model_title)

if view and running:
    live.panel(view, tab.lang, on_stop=actions.stop, on_ended=actions.ended)
else:
    rev = f"{opened.id} {opened.versions[-1].number} {tab.edit}"
    review(drawn(rev, tab.lang, opened.chapter, view), on_act=actions.act)
