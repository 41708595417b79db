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
    """A button, and beside it how much is closed: words of its own would shut it when they change.

    What exactly is closed is shown on a click.
    """
    say = WORDS[tab.lang]
    box = st.popover(say.limits, icon=":material/lock:", key="edit_limits", on_change="rerun")
    if box.open:
        with box:
            _locks(opened, tab)
            _scope(opened, tab)
    if closed := _closed(opened, tab):
        st.badge(closed, icon=":material/lock:", color="orange")


def _closed(opened: Opened, tab: Session) -> str:
    """In words of ours; "" when nothing is."""
    say, preset = WORDS[tab.lang], _preset(opened)
    rest = len(opened.locks - PRESETS[preset]) if preset else len(opened.locks)
    parts = [getattr(say, f"limits_{preset}")] if preset else []
    parts += [fill(say.limits_locked, n=rest)] if rest else []
    parts += [fill(say.limits_scoped, n=len(tab.only))] if tab.only else []
    return " · ".join(parts)


def _preset(opened: Opened) -> str | None:
    """The one that closes most of what is closed."""
    held = [name for name, locks in PRESETS.items() if locks <= opened.locks]
    return max(held, key=lambda name: len(PRESETS[name]), default=None)


def _locks(opened: Opened, tab: Session) -> None:
    say, places = WORDS[tab.lang], list(_places(opened.chapter))
    stamp = f"{opened.id}_{hash(opened.locks)}"
    st.pills(
        say.limits_presets,
        list(PRESETS),
        default=_preset(opened),
        format_func=lambda name: getattr(say, f"limits_{name}"),
        key=f"{PRESET}_{stamp}",
        on_change=_picked,
        args=(opened, f"{PRESET}_{stamp}"),
    )
    st.multiselect(
        say.limits_more,
        sorted({*places, *opened.locks}, key=_order(places)),
        default=sorted(opened.locks, key=_order(places)),
        format_func=_namer(opened.chapter, tab.lang),
        placeholder=say.limits_pick,
        key=f"{LOCKS}_{stamp}",
        on_change=_locked,
        args=(f"{LOCKS}_{stamp}",),
        label_visibility="collapsed",
    )
    st.caption(say.limits_locks_hint)


def _scope(opened: Opened, tab: Session) -> None:
    say, places = WORDS[tab.lang], list(_places(opened.chapter))
    st.multiselect(
        say.limits_only,
        places,
        default=[place for place in places if place in tab.only],
        format_func=_namer(opened.chapter, tab.lang),
        placeholder=say.limits_all,
        key=ONLY,
        on_change=_only,
    )
    st.caption(say.limits_only_hint)


def _picked(opened: Opened, key: str) -> None:
    """Presets are locks: another one, or none, opens what this one closes."""
    ours = frozenset().union(*PRESETS.values())
    actions.lock((opened.locks - ours) | PRESETS.get(st.session_state[key], frozenset()))


def _locked(key: str) -> None:
    actions.lock(frozenset(st.session_state[key]))


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
