"""Open a chapter, say what should change, review it, take it, download."""

from dataclasses import replace

import streamlit as st

from core.editing.decisions import Decisions
from core.service.identity import Role
from core.words import sentence
from pages import actions, wiring
from pages.parts.back import back
from pages.parts.checks import checks
from pages.parts.chips.chips import chips
from pages.parts.estimate.estimate import estimate
from pages.parts.examples import examples
from pages.parts.guard import guard
from pages.parts.heading import heading
from pages.parts.history.past import act_told
from pages.parts.library.menu import exports_menu
from pages.parts.limits import limits
from pages.parts.live import live
from pages.parts.opening import opening
from pages.parts.review.review import drawn, review
from pages.parts.waiting import waiting
from pages.session import session
from pages.words import WORDS

tab = session()
say = WORDS[tab.lang]
service = wiring.current()
opened = actions.present()
view = actions.shown(opened)
editing = wiring.may(Role.EDIT)
row = service.acts.asked(tab.edit) if view and view.over else None

if tab.chapter and not opened:
    tab.notice = say.lost_chapter
    tab.show("")
elif opened and tab.edit and not view:
    cut = service.acts.asked(tab.edit)
    tab.notice = say.lost_edit
    if cut and cut.chapter == opened.id and not st.session_state.get(actions.REQUEST):
        st.session_state[actions.REQUEST] = cut.request
    tab.show(tab.chapter)
elif row and row.state in ("taken", "discarded"):
    tab.notice = say.edit_taken if row.state == "taken" else say.edit_discarded
    tab.show(tab.chapter)
    view = None
if view and row and row.kept and row.kept.act != "take":
    did = act_told(row.kept.act, row.kept.other, tab.lang)
    view = replace(view, request=f"{did}: {view.request}".removesuffix(": "))
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
    if editing:
        opening(tab)
    st.stop()

with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
):
    with st.container(width="stretch", gap=None, key="edit_heading"):
        heading(opened, tab.lang)
    with st.container(horizontal=True, width="content", gap="small"):
        if st.button(say.preview, icon=":material/sports_esports:", key="edit_preview"):
            st.switch_page("preview.py", query_params=st.query_params.to_dict())
        checks(opened, tab.lang)
        exports_menu(opened, tab.lang)
        if opened.can_undo and editing:
            st.button(say.undo_take, icon=":material/undo:", on_click=actions.undo, key="edit_undo")
        if opened.can_redo and editing:
            st.button(say.redo_take, icon=":material/redo:", on_click=actions.redo, key="edit_redo")
        if editing and st.button(say.open_chapter, icon=":material/folder_open:", key="edit_open"):
            tab.problem = None
            st.dialog(say.open_chapter, width="large")(opening)(tab, opened.id)

running = bool(view and not view.over)
goes_on = bool(view and actions.undecided(tab.edit)) and not tab.fresh
with st.container(border=True, gap="small"):
    if editing:
        chips(
            examples(opened, view.proposal if view and goes_on else None, tab.lang),
            say.examples,
            on_picked=actions.pick,
        )
    if tab.request:
        st.session_state[actions.REQUEST], tab.request = tab.request, ""
    tab.box = st.session_state.get(actions.REQUEST) or tab.box
    st.chat_input(
        say.busy if running else say.ask_on if goes_on else say.ask,
        key=actions.REQUEST,
        disabled=running or not editing,
        on_submit=actions.ask,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if editing:
            limits(opened, tab)
        if view and actions.undecided(tab.edit):
            st.session_state[actions.FRESH] = "new" if tab.fresh else "on"
            st.segmented_control(
                say.asking,
                ["on", "new"],
                required=True,
                format_func={"on": say.asking_on, "new": say.asking_new}.__getitem__,
                key=actions.FRESH,
                label_visibility="collapsed",
                disabled=running or not editing,
                on_change=actions.begin_anew,
            )
        if service.desk.has_model and not running:
            with st.container(width="stretch"):
                estimate()
back(tab)
waiting(tab, opened)
calls = service.calls.standing if service.calls else None
if calls and calls.circuit != "closed":
    st.warning(sentence("model_circuit", {"wait_s": round(calls.wait_s)}, tab.lang))
helpless = not view or view.rule == "no_model"
if editing and not service.desk.has_model and helpless:
    st.info(f"{say.no_model} {say.no_model_how}", title=say.no_model_title)

if view and running:
    live.panel(view, tab.lang, on_stop=actions.stop, on_ended=actions.ended)
else:
    rev = f"{opened.id} {opened.branch} {opened.version.number} {tab.edit}"
    decisions = row.decisions if row else Decisions()
    edit = tab.edit if row and row.state == "open" else ""
    guard(opened, edit, tab.lang)
    data = drawn(
        rev,
        tab.lang,
        opened.chapter,
        view,
        decisions,
        mode="review" if editing or not edit else "compare",
        edit=edit,
        refused=tab.refused,
    )
    review(data, on_act=actions.act)
