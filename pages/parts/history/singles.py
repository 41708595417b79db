"""What a version changed, one by one in words, for those that are to be undone."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.chapter import prose
from core.chapter.chapter import PRICES, SHARED, Address, is_number
from core.chapter.merge import Conflict
from core.chapter.ops import Change, Op, Rename
from core.chapter.text import Json
from core.editing import editor
from core.editing.decisions import in_order, units
from core.editing.events import Proposal
from core.store.library import Version
from core.words.places import Lang, place
from pages import wiring
from pages.parts.history import actions
from pages.parts.review.shapes import SHAPES, shape
from pages.parts.review.values import shown
from pages.session import Session
from pages.words import WORDS, fill

MOST = 200
"""Changes, or later changes, that are listed one by one."""
QUOTED = 70
"""Letters of a text."""


@dataclass(frozen=True, slots=True)
class Single:
    """What is undone together."""

    groups: frozenset[str]
    text: str
    """Where, and what became what; it quotes the story."""


def undoing(version: Version, tab: Session) -> None:
    """The list to choose from, what was changed again later, and the button."""
    say, found = WORDS[tab.lang], singles(_offer(tab.chapter, version), tab.lang)
    made = found[:MOST]
    st.subheader(fill(say.past_undo_title, n=version.number), anchor=False)
    st.text(say.past_undo_hint if made else say.past_undo_none)
    keys = [f"{actions.CHOSEN}_{version.number}_{n}" for n in range(1, len(made) + 1)]
    if len(made) > 1:
        with st.container(horizontal=True, gap="small"):
            for label, value in ((say.past_undo_all, True), (say.past_undo_few, False)):
                key = f"history_all_{int(value)}"
                st.button(label, key=key, on_click=actions.choose, args=(keys, value))
    for number, (key, single) in enumerate(zip(keys, made, strict=True), 1):
        with st.container(border=True, gap="xsmall", key=f"history_single_{number}"):
            st.checkbox(fill(say.past_undo_change, n=number), key=key)
            st.text(prose.visible(single.text))
    chosen = [single for key, single in zip(keys, made, strict=True) if st.session_state[key]]
    if len(found) > MOST:
        st.caption(fill(say.past_undo_most, n=MOST))
    _button(version, chosen, tab, whole=not made)


def _button(version: Version, chosen: Sequence[Single], tab: Session, *, whole: bool) -> None:
    """Below what depends on the choice, so that it is read first."""
    say = WORDS[tab.lang]
    groups = None if whole else frozenset().union(*(single.groups for single in chosen))
    if chosen or whole:
        later(tab, version.number, groups)
    label = say.past_undo_whole if whole else fill(say.past_undo_go, n=len(chosen))
    st.button(
        label,
        type="primary",
        icon=":material/undo:",
        disabled=not (chosen or whole),
        key="history_undo",
        on_click=actions.undo,
        args=(version.number, groups),
    )


def later(tab: Session, number: int, groups: frozenset[str] | None) -> None:
    """What was changed again since then, in the same places."""
    say, acts = WORDS[tab.lang], wiring.current().acts
    opened = wiring.current().library.get(tab.chapter, tab.branch)
    found = acts.dependents(tab.chapter, number, groups, branch=tab.branch)
    if not found or not opened:
        st.caption(say.past_undo_free)
        return
    with st.container(border=True, gap="xsmall", key="history_later"):
        told = fill(say.past_undo_later, n=len(found))
        st.badge(told, icon=":material/call_split:", color="orange")
        st.text(say.past_undo_later_hint)
        for conflict in found[:MOST]:
            st.text(f"· {_again(conflict, opened.chapter.names, tab.lang)}")


def singles(offer: Proposal, lang: Lang) -> list[Single]:
    """In reading order."""
    unit = units(offer)
    found: list[Single] = []
    for id_ in in_order(offer):
        groups = frozenset(group for group, top in unit.items() if top == id_)
        changes = [change for change in offer.applied.changes if change.group in groups]
        ops = [op for group in offer.groups if group.id in groups for op in group.ops]
        told = _renamed(ops, len(changes), lang) or _told(changes, offer, lang)
        found.append(Single(groups, told))
    return found


def _offer(chapter: str, version: Version) -> Proposal:
    """What was taken, as it was offered."""
    library = wiring.current().library
    base = library.chapter(chapter, version.parent or 1)
    return editor.proposal(base, library.groups(chapter, version.number))


def _renamed(ops: Sequence[Op], places: int, lang: Lang) -> str:
    """Of a rename alone; "" else."""
    if len(ops) != 1 or not isinstance(ops[0], Rename):
        return ""
    before, after = (_quoted("", name, lang) for name in (ops[0].from_, ops[0].to))
    return f"{fill(WORDS[lang].past_undo_rename, n=places)}\n{before} → {after}"


def _told(changes: Sequence[Change], offer: Proposal, lang: Lang) -> str:
    say, decided = WORDS[lang], [change for change in changes if change.cause != "rule"] or changes
    first = decided[0]
    more = fill(say.past_undo_more, n=len(changes) - 1) if len(changes) > 1 else ""
    names = offer.chapter.names if first.after is None else offer.applied.chapter.names
    where = " ".join(part for part in (place(_named(first), lang, names), more) if part)
    return f"{where}\n{_became(first, names, lang)}"


def _named(change: Change) -> str:
    """The place; a text that all turns share is told without a turn."""
    at = Address.parse(change.at)
    shared = at.field in SHARED and change.op not in SHAPES
    return str(Address(None, at.stock, at.field)) if shared else change.at


def _became(change: Change, names: Sequence[str], lang: Lang) -> str:
    if change.op in SHAPES:
        return str(shape(change, names, lang)["text"])
    name = Address.parse(change.at).field or ""
    before, after = (_quoted(name, value, lang) for value in (change.before, change.after))
    return f"{before} → {after}"


def _again(conflict: Conflict, names: Sequence[str], lang: Lang) -> str:
    """A place and what stands there now."""
    name = Address.parse(conflict.at).field or ""
    return f"{place(conflict.at, lang, names)}: {_quoted(name, conflict.ours, lang)}"


def _quoted(name: str, value: Json, lang: Lang) -> str:
    if isinstance(value, list | dict) or value is None or value == "":
        return WORDS[lang].past_gone if value in (None, "") else "…"
    text = " ".join(shown(name, value, lang).split())
    short = text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
    return short if name in PRICES and is_number(value) else f"“{short}”"
