"""What requests must leave alone, and what alone they may change."""

from collections.abc import Callable, Iterator

import streamlit as st

from core.chapter.chapter import Chapter
from core.editing.limits import PRESETS
from core.store.library import Opened
from core.words.places import Lang, place
from pages import actions
from pages.session import Session, session
from pages.words import WORDS, fill, label

FIELDS = ("news", "result", "expectation", "news_tag", "description", "risk_level", "name", "price")
LOCKS, PRESET, ONLY = "limits_locks", "limits_preset", "limits_only"
MOST_TURNS = 60
"""Turns that can be picked one by one."""


def limits(opened: Opened, tab: Session) -> None:
    """A button that says how much is closed; what exactly, on a click."""
    say = WORDS[tab.lang]
    closed = len(opened.locks) + bool(tab.only)
    label = fill(say.limits_some, n=closed) if closed else say.limits
    icon = ":material/lock:" if closed else ":material/lock_open:"
    with st.popover(label, icon=icon, key="edit_limits", on_change="rerun") as box:
        if box.open:
            _chosen(opened, tab)


def _chosen(opened: Opened, tab: Session) -> None:
    say, places = WORDS[tab.lang], list(_places(opened.chapter))
    named = _namer(opened.chapter, tab.lang)
    st.caption(say.limits_locks_hint)
    st.pills(
        say.limits_presets,
        list(PRESETS),
        selection_mode="multi",
        default=[name for name, locks in PRESETS.items() if locks <= opened.locks],
        format_func=lambda name: getattr(say, f"limits_{name}"),
        key=f"{PRESET}_{opened.id}_{len(opened.locks)}",
        on_change=_preset,
        args=(opened,),
    )
    st.multiselect(
        say.limits_locks,
        sorted({*places, *opened.locks}, key=_order(places)),
        default=sorted(opened.locks, key=_order(places)),
        format_func=named,
        placeholder=say.limits_pick,
        key=f"{LOCKS}_{opened.id}_{len(opened.locks)}",
        on_change=_locked,
        args=(opened,),
    )
    st.multiselect(
        say.limits_only,
        places,
        default=[place for place in places if place in tab.only],
        format_func=named,
        placeholder=say.limits_all,
        key=ONLY,
        on_change=_only,
    )
    st.caption(say.limits_only_hint)


def _preset(opened: Opened) -> None:
    """Presets are locks: one that is let go of opens what no other one closes."""
    key = f"{PRESET}_{opened.id}_{len(opened.locks)}"
    picked = st.session_state[key]
    ours = frozenset().union(*PRESETS.values())
    wanted = frozenset().union(*(PRESETS[name] for name in picked))
    actions.lock((opened.locks - ours) | wanted)


def _locked(opened: Opened) -> None:
    actions.lock(frozenset(st.session_state[f"{LOCKS}_{opened.id}_{len(opened.locks)}"]))


def _only() -> None:
    session().only = frozenset(st.session_state[ONLY])


def _places(chapter: Chapter) -> Iterator[str]:
    yield from (f"t{turn.position}" for turn in chapter.turns[:MOST_TURNS])
    yield from (f"s{number}" for number in range(1, chapter.stock_count + 1))
    yield from FIELDS
    yield "structure"


def _order(places: list[str]) -> Callable[[str], tuple[int, str]]:
    return lambda place: (places.index(place) if place in places else len(places), place)


def _namer(chapter: Chapter, lang: Lang) -> Callable[[str], str]:
    """A place in words, as the multiselect shows it: plain text."""
    say, names = WORDS[lang], chapter.names
    bare = {"structure": say.limits_structure, "price": label("current_value", lang)}

    def named(at: str) -> str:
        if at in bare or at in FIELDS:
            return bare.get(at) or label(at, lang)
        if at[0] == "s" and at[1:].isdigit() and int(at[1:]) <= len(names):
            return names[int(at[1:]) - 1] or fill(say.limits_stock, n=at[1:])
        return place(at, lang, names)

    return named
