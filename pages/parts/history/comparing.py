"""Two versions side by side, read only."""

from collections.abc import Sequence

import streamlit as st

from core.service.views import View
from core.store.library import Opened, Version
from pages import wiring
from pages.parts.history import actions
from pages.parts.history.past import act_words
from pages.parts.review.review import drawn, review
from pages.session import Session
from pages.words import WORDS, fill

SHOWN = 40
"""Letters of a name or request in the list to choose from."""


def comparing(
    opened: Opened, versions: Sequence[Version], pair: tuple[int, int], tab: Session
) -> None:
    """Two selects, at first with `pair`, and what leads from the one to the other."""
    say = WORDS[tab.lang]
    for key, number in zip((actions.ONE, actions.TWO), pair, strict=True):
        st.session_state.setdefault(key, number)
    told = {version.number: _told(version, tab) for version in versions}
    numbers = sorted(told, reverse=True)
    st.subheader(say.past_compare, anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for label, key in ((say.past_one, actions.ONE), (say.past_two, actions.TWO)):
            st.selectbox(label, numbers, format_func=told.__getitem__, key=key, width=320)
        st.button(
            say.past_swap,
            icon=":material/swap_horiz:",
            key="history_swap",
            on_click=actions.swap,
        )
    _difference(opened, st.session_state[actions.ONE], st.session_state[actions.TWO], tab)


def _difference(opened: Opened, one: int, two: int, tab: Session) -> None:
    say = WORDS[tab.lang]
    offer = wiring.current().acts.compare(opened.id, one, two)
    if not offer.applied.changes:
        st.info(say.past_same, icon=":material/check:")
        return
    rev = f"{opened.id} {one} {two} compared"
    titles = fill(say.past_version, n=one), fill(say.past_version, n=two)
    view = View(rev, offer.chapter, "", proposal=offer)
    review(
        drawn(rev, tab.lang, offer.chapter, view, mode="compare", titles=titles),
        key="history_review",
    )


def _told(version: Version, tab: Session) -> str:
    """A select shows its options as plain text."""
    act = "" if version.act == "take" else act_words(version, tab.lang)
    said = " ".join(version.request.split())
    about = version.name or ": ".join(part for part in (act, said) if part)
    short = about if len(about) <= SHOWN else f"{about[:SHOWN]}…"
    return f"{fill(WORDS[tab.lang].past_version, n=version.number)} · {short}"
