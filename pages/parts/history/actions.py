"""What clicks in a chapter's history do. Each runs before the page is drawn again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.errors import TurnsmithError
from core.service.acts import Asked, Taken
from core.store import log
from core.words import error
from pages import actions, wiring
from pages.parts.history import past
from pages.session import session
from pages.words import WORDS, fill

BRANCH, NAME = "history_branch", "history_name"
ONE, TWO, CHOSEN = "history_one", "history_two", "history_chosen"
_KEY = "history"


@dataclass(frozen=True, slots=True)
class Question:
    """A version that is to be called something."""

    kind: str
    """`name` or `fork`."""
    number: int


@dataclass(slots=True)
class Desk:
    """What the history's page remembers of one tab."""

    chapter: str = ""
    """What the rest is about."""
    looking: tuple[int, int] | None = None
    """Two versions that are compared."""
    undoing: int = 0
    """Version whose changes are listed; 0 for none."""
    asked: Question | None = None
    """The question that the next run opens."""
    answered: bool = False
    """Whether the question that is open can be closed."""
    checked: tuple[log.Broken, ...] | None = None
    """What is wrong with the record; None before it was checked."""
    leaving: bool = False
    """Whether the edit page is to be shown next."""


def desk(chapter: str) -> Desk:
    """This tab's, of the open chapter."""
    found: Desk = st.session_state.setdefault(_KEY, Desk())
    if found.chapter != chapter:
        found = st.session_state[_KEY] = Desk(chapter)
    return found


def act() -> None:
    """What was clicked beside a version."""
    clicked = st.session_state[past.KEY].act
    number = int(clicked["number"])
    mine = desk(session().chapter)
    match clicked["kind"]:
        case "look":
            look(number)
        case "pick":
            mine.undoing = number
        case "restore":
            restore(number)
        case "merge":
            merge(number)
        case "name" | "fork" as kind:
            st.session_state[NAME] = ""
            mine.asked, mine.answered = Question(kind, number), False


def look(number: int) -> None:
    """Compare a version with the present one; the present one with what it was made on."""
    tab = session()
    opened = wiring.current().library.get(tab.chapter, tab.branch)
    if opened is None:
        return
    head = opened.version
    one, two = (head.parent or 1, number) if number == head.number else (number, head.number)
    st.session_state[ONE], st.session_state[TWO] = one, two
    desk(tab.chapter).looking = one, two


def swap() -> None:
    state = st.session_state
    state[ONE], state[TWO] = state[TWO], state[ONE]


def close() -> None:
    """Back to the list."""
    mine = desk(session().chapter)
    mine.looking, mine.undoing = None, 0


def restore(number: int) -> None:
    """Make a new version with the text of an old one."""
    tab, library = session(), wiring.current().library
    if _done(lambda: library.restore(tab.chapter, number, branch=tab.branch, author=tab.author)):
        tab.notice = fill(WORDS[tab.lang].past_restored, n=number)


def name(number: int) -> None:
    """Give a version the name in the box."""
    tab, library = session(), wiring.current().library
    text: str = st.session_state[NAME]
    if _done(lambda: library.name(tab.chapter, number, text, author=tab.author)):
        tab.notice = fill(WORDS[tab.lang].past_named, n=number)
        desk(tab.chapter).answered = True


def fork(number: int) -> None:
    """Start a branch with the name in the box and turn to it."""
    tab, library = session(), wiring.current().library
    text: str = st.session_state[NAME]

    def forked() -> None:
        _turn(library.branch(tab.chapter, text, number, author=tab.author).branch)

    if _done(forked):
        tab.notice = WORDS[tab.lang].past_forked
        desk(tab.chapter).answered = True


def switch(key: str) -> None:
    """Turn to the branch that was picked."""
    _turn(st.session_state[key])


def choose(keys: Sequence[str], chosen: bool) -> None:
    """Tick all boxes, or none."""
    st.session_state.update(dict.fromkeys(keys, chosen))


def undo(number: int, groups: frozenset[str] | None) -> None:
    """Undo these groups of a version, all of it for None; what came after stays."""
    tab, acts = session(), wiring.current().acts
    _after(
        lambda: acts.revert(tab.chapter, number, groups, branch=tab.branch, author=tab.author),
        WORDS[tab.lang].past_reverted,
    )


def merge(number: int) -> None:
    """Bring what a version of another branch has into the present one."""
    tab, acts = session(), wiring.current().acts
    _after(
        lambda: acts.merge(tab.chapter, number, branch=tab.branch, author=tab.author),
        WORDS[tab.lang].past_merged,
    )


def check() -> None:
    """Whether the record holds, from the first entry to the last."""
    tab = session()
    mine, database = desk(tab.chapter), wiring.current().database

    def checked() -> None:
        mine.checked = log.verify(database, tab.chapter)

    _done(checked)


def uncheck() -> None:
    desk(session().chapter).checked = None


def _turn(branch: str) -> None:
    tab = session()
    if branch != tab.branch:
        if actions.undecided(tab.edit):
            tab.leave()
        tab.branch = branch
        tab.show(tab.chapter)


def _after(done: Callable[[], Taken | Asked], told: str) -> None:
    """A new version, or a proposal that asks where both sides changed a place."""
    tab = session()
    mine, pending = desk(tab.chapter), actions.undecided(tab.edit)

    def step() -> None:
        came = done()
        if pending:
            tab.leave()
        actions.after(came, told)
        mine.leaving = bool(tab.edit)

    if _done(step):
        close()


def _done(step: Callable[[], object]) -> bool:
    """Whether it could be done; the page tells why not."""
    tab = session()
    try:
        step()
    except TurnsmithError as refused:
        tab.refusal = error(refused, tab.lang)
        return False
    return True
