"""What a chapter is to teach: common lessons, and thresholds of a designer's own."""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from core.play import lesson
from core.play.classroom import KINDS, Kind
from core.play.lesson import MOST_COINS, MOST_LESSONS, PRESETS, Lesson, Measure, Op
from core.service.identity import Role
from core.store.library import Opened
from core.words import sentence
from core.words.places import Lang
from pages import actions, wiring
from pages.session import Session, session
from pages.words import WORDS

KEY = "preview_lessons"
LEFT, MEASURE, OP, RIGHT, NUMBER = (f"{KEY}_{n}" for n in ("left", "measure", "op", "right", "n"))
EVERYONE, OWN_NUMBER = "class", "number"
"""Beside the kinds: the whole class, and a number of one's own."""


def editor(opened: Opened, tab: Session) -> None:
    """A button, and on a click what is taught and what else could be."""
    say = WORDS[tab.lang]
    if not wiring.may(Role.EDIT):
        return
    box = st.popover(say.lessons, icon=":material/school:", key=KEY, on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(say.lessons_hint)
        for preset in PRESETS.values():
            _preset(preset, opened, tab.lang)
        own = [one for one in opened.lessons if one.kind == "own"]
        if own:
            st.markdown(f"**{say.lessons_own}**")
        for number, one in enumerate(own):
            _one(one, number, opened, tab.lang)
        _new(opened, tab.lang)


def _preset(preset: Lesson, opened: Opened, lang: Lang) -> None:
    key = f"{KEY}_{preset.kind}"
    st.session_state[key] = preset in opened.lessons
    st.checkbox(
        lesson.name(preset, lang),
        key=key,
        on_change=_switch,
        args=(opened.lessons, preset),
        disabled=_full(opened) and preset not in opened.lessons,
    )


def _one(own: Lesson, number: int, opened: Opened, lang: Lang) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(lesson.name(own, lang), width="stretch")
        st.button(
            WORDS[lang].lessons_remove,
            key=f"{KEY}_remove_{number}",
            on_click=_switch,
            args=(opened.lessons, own),
        )


def _new(opened: Opened, lang: Lang) -> None:
    """A threshold: who, which figure, at least or at most, against whom or what."""
    say = WORDS[lang]
    sides = [EVERYONE, *KINDS]
    named = {kind: sentence(f"kind_{kind}", {}, lang) for kind in sides}
    named[OWN_NUMBER] = say.lessons_number
    measures = {one: sentence(f"measure_{one}", {}, lang) for one in get_args(Measure)}
    ops = {">=": say.lessons_at_least, "<=": say.lessons_at_most}
    st.markdown(f"**{say.lessons_new}**")
    with st.container(horizontal=True, gap="small"):
        st.selectbox(say.lessons_left, sides, format_func=named.__getitem__, key=LEFT, width=180)
        st.selectbox(
            say.lessons_measure,
            list(measures),
            format_func=measures.__getitem__,
            key=MEASURE,
            width=150,
        )
        st.selectbox(
            say.lessons_right,
            [OWN_NUMBER, *sides],
            format_func=named.__getitem__,
            key=RIGHT,
            width=180,
        )
        if st.session_state[RIGHT] == OWN_NUMBER:
            _number(lang)
        st.segmented_control(
            say.lessons_op,
            list(ops),
            default=">=",
            required=True,
            format_func=ops.__getitem__,
            key=OP,
        )
    st.button(
        say.lessons_add,
        icon=":material/add:",
        key=f"{KEY}_add",
        disabled=_full(opened),
        on_click=_add,
        args=(opened.lessons,),
    )


def _full(opened: Opened) -> bool:
    return len(opened.lessons) >= MOST_LESSONS


def _number(lang: Lang) -> None:
    """Coins; of the share that loses, percent."""
    say, share = WORDS[lang], st.session_state[MEASURE] == "losing"
    st.number_input(
        say.lessons_percent if share else say.lessons_coins,
        min_value=0,
        max_value=100 if share else MOST_COINS,
        value=50 if share else 2000,
        step=5 if share else 50,
        key=f"{NUMBER}_{'share' if share else 'coins'}",
        width=150,
    )


@actions.told
def _switch(lessons: Sequence[Lesson], one: Lesson) -> None:
    """Teach it, or no longer."""
    rest = [known for known in lessons if known != one]
    _teach(rest if one in lessons else [*rest, one])


@actions.told
def _add(lessons: Sequence[Lesson]) -> None:
    state = st.session_state
    measure: Measure = state[MEASURE]
    op: Op = state[OP]
    right: Kind | int | float | None = _side(state[RIGHT])
    if state[RIGHT] == OWN_NUMBER:
        share = measure == "losing"
        given = state[f"{NUMBER}_{'share' if share else 'coins'}"]
        right = given / 100 if share else given
    one = Lesson("own", _side(state[LEFT]), measure, op, right)
    if one not in lessons:
        _teach([*lessons, one])


def _side(chosen: str) -> Kind | None:
    """None is the whole class."""
    return next((kind for kind in KINDS if kind == chosen), None)


def _teach(lessons: Sequence[Lesson]) -> None:
    tab = session()
    wiring.current().library.teach(tab.chapter, lessons, author=tab.author)
