"""The preview's component: the game's screen played by hand, and the figures beside it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, get_args

import streamlit as st

from core.errors import Breaks, TurnsmithError
from core.play.game import Profile
from core.service.acts import Asked, Taken
from core.words import error
from core.words.places import Lang
from pages import actions, wiring, words
from pages.parts.files import joined
from pages.parts.play import acts
from pages.parts.play.sight import Sight, desk
from pages.session import Session, session
from pages.words import WORDS

KEY = "preview_play"
BUILD = "preview_build"
Drawn: TypeAlias = dict[str, object]

_FIGURES = ("chart", "table", "class", "economy", "meters")
_SCRIPTS = ("hand", "screen", "ticks", *_FIGURES, "play")
_play = st.components.v2.component(
    "turnsmith_play",
    js=joined("dom.js", *(f"play/{name}.js" for name in _SCRIPTS)),
    css=joined("base.css", "play/play.css", "play/figures.css"),
)


def play(data: Drawn, *, on_act: Callable[[], None]) -> None:
    """Draw it. `act` in its state says what is wanted.

    It is `{"kind", "n", "edit", "on": unit ids, "version", "economy"}`; with `price` also `"turn",
    "stock", "to"`, with `repair` `"id"`, with `economy` the `"profile"` to judge prices by.
    `accept` takes what is on, `files` asks for its files. `look` asks for nothing but a new run:
    the edit was decided elsewhere.
    """
    _play(key=KEY, data=data, on_act_change=on_act, on_look_change=_nothing)


def drawn(chapter: str, version: int, look: Sight, tab: Session) -> Drawn:
    """What the component is given; the same at every run while nothing of it changes."""
    refused = {"n": tab.refused[0], "text": tab.refused[1]} if tab.refused else None
    return {
        **_laid(look.stamp, look, tab.lang),
        "chapter": chapter,
        "version": version,
        "refused": refused,
    }


@st.cache_data(max_entries=32, show_spinner=False)
def _laid(stamp: str, _look: Sight, _lang: Lang) -> Drawn:
    """What all tabs share."""
    return {
        "stamp": stamp,
        "lang": _lang,
        "words": words.table(_lang),
        "edit": _look.edit,
        "profile": _look.options.profile,
        "economy": _look.options.economy,
        "first": _look.told(),
    }


def build(tab: Session) -> None:
    """Which of the two builds of the game plays."""
    say, mine = WORDS[tab.lang], desk()
    names = {"current": say.preview_build_current, "2025-06": say.preview_build_old}
    st.session_state[BUILD] = mine.profile
    st.selectbox(
        say.preview_build,
        get_args(Profile),
        format_func=names.__getitem__,
        key=BUILD,
        label_visibility="collapsed",
        width=170,
        on_change=_built,
    )


def _built() -> None:
    desk().profile = st.session_state[BUILD]


@actions.told
def act() -> None:
    """What was clicked. Why it was not done is said where it was clicked."""
    tab, asked = session(), st.session_state[KEY].act
    try:
        _act(tab, asked)
    except TurnsmithError as refused:
        broken = WORDS[tab.lang].take_breaks if isinstance(refused, Breaks) else ""
        opened = actions.present()
        why = error(refused, tab.lang, opened.chapter.names if opened else ())
        tab.refused = (asked["n"], f"{broken} {why}".strip())


def _act(tab: Session, asked: Mapping[str, Any]) -> None:
    match asked["kind"]:
        case "accept" if asked["edit"] == tab.edit:
            done = accept(tab.edit, frozenset(asked["on"]), tab.author)
            actions.after(done)
            desk().leaving = isinstance(done, Asked)
        case "price":
            acts.price(asked)
        case "repair":
            acts.repair(asked)
        case "economy":
            desk().economy = "generator" if asked["profile"] == "generator" else "written"
        case "files":
            desk().files = frozenset(asked["on"])


def accept(edit: str, on: frozenset[str], author: str = "") -> Taken | Asked:
    """Take the units `on`; the others stay to be decided, and what was refused stays refused."""
    service = wiring.current()
    row = service.acts.asked(edit)
    off = [
        unit
        for unit in service.acts.preview(edit, on).units
        if not unit.on and unit.verdict == "accepted"
    ]
    verdicts = dict.fromkeys(on, "accepted") | dict.fromkeys((unit.id for unit in off), None)
    picks = row.decisions.picks if row else {}
    loose = {change.at: None for unit in off for change in unit.changes if change.at in picks}
    service.edits.decide(edit, {"verdicts": verdicts, "picks": loose})
    return service.acts.take(edit, rest=False, author=author)


def _nothing() -> None:
    """The run that follows is all that is wanted."""
