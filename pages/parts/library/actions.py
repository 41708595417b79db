"""What clicks in the library do. Each runs before the page is drawn again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.chapter import chapter as chapters
from core.errors import TurnsmithError
from core.store import exports
from core.words import error
from pages import wiring
from pages.parts.library import shelf
from pages.session import session
from pages.words import WORDS

FIND, VIEW, NAME, FILES = "library_find", "library_view", "library_name", "library_files"
MOST = 200
"""Chapters listed at once."""
ALL = 1_000_000
"""More chapters than any library has."""
_KEY = "library"


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that was not opened."""

    name: str
    why: str
    """A sentence that may quote the file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A chapter that a question is about."""

    kind: str
    """`rename` or `purge`."""
    id: str
    name: str


@dataclass(slots=True)
class Desk:
    """What the library's page remembers of one tab."""

    leaving: bool = False
    """Whether the edit page is to be shown next."""
    asked: Asked | None = None
    """The question that the next run opens."""
    answered: bool = False
    """Whether the question that is open can be closed."""
    removed: str = ""
    """Id of the chapter that went to the bin last, for an undo."""
    removed_name: str = ""
    was_open: bool = False
    """Whether that chapter was the one open in this tab."""
    opened: int = 0
    """Files of the last drop that were opened."""
    failed: tuple[Failed, ...] = ()
    drops: int = 0
    """Grows with each drop, so that the box of files is empty again."""


def desk() -> Desk:
    """This tab's."""
    found: Desk = st.session_state.setdefault(_KEY, Desk())
    return found


def act() -> None:
    """What was clicked in the list."""
    clicked = st.session_state[shelf.KEY].act
    steps: dict[str, Callable[[str], None]] = {
        "open": show,
        "rename": _ask("rename"),
        "purge": _ask("purge"),
        "remove": remove,
        "recover": recover,
    }
    steps[clicked["kind"]](clicked["id"])


def show(id_: str) -> None:
    """Open a chapter of the library on the edit page; what was open can be gone back to."""
    tab = session()
    if not wiring.current().library.get(id_):
        tab.notice = WORDS[tab.lang].shelf_gone
        return
    if id_ != tab.chapter:
        if tab.chapter:
            tab.leave()
        tab.show(id_)
    mine = desk()
    mine.leaving, mine.removed = True, ""


def remove(id_: str) -> None:
    """To the bin; a chapter open in this tab is closed."""
    tab, mine, library = session(), desk(), wiring.current().library
    opened = library.get(id_)
    if opened and _done(lambda: library.remove(id_, author=tab.author)):
        mine.removed, mine.removed_name = id_, opened.name
        mine.was_open = id_ == tab.chapter
        tab.notice = WORDS[tab.lang].shelf_removed_hint
        if mine.was_open:
            tab.show("")


def unremove() -> None:
    """Take the last chapter out of the bin again."""
    tab, mine = session(), desk()
    if _done(lambda: wiring.current().library.recover(mine.removed, author=tab.author)):
        if mine.was_open and not tab.chapter:
            tab.show(mine.removed)
        tab.notice = WORDS[tab.lang].shelf_recovered
    mine.removed = ""


def recover(id_: str) -> None:
    if _done(lambda: wiring.current().library.recover(id_, author=session().author)):
        desk().removed = ""
        session().notice = WORDS[session().lang].shelf_recovered


def rename(id_: str) -> None:
    """Give the name that is in the box."""
    name: str = st.session_state[NAME]
    if _done(lambda: wiring.current().library.rename(id_, name, author=session().author)):
        session().notice = WORDS[session().lang].shelf_renamed
        answered()


def purge(id_: str) -> None:
    """Out of the bin for good."""
    mine = desk()
    mine.removed = "" if mine.removed == id_ else mine.removed
    if _done(lambda: wiring.current().library.purge(id_)):
        session().notice = WORDS[session().lang].shelf_purged
        answered()


def answered() -> None:
    """The question that is open has had its answer."""
    desk().answered = True


def drop() -> None:
    """Open every file that was dropped; those that cannot be opened are told with the reason."""
    mine, author = desk(), session().author
    failed: list[Failed] = []
    mine.opened = 0
    for file in st.session_state[box()] or ():
        try:
            chapter = chapters.read(file.getvalue())
            wiring.current().library.open(chapter, _name(file.name), author=author)
            mine.opened += 1
        except TurnsmithError as refused:
            failed.append(Failed(file.name, error(refused, session().lang)))
    mine.failed = tuple(failed)
    mine.drops += 1


def box() -> str:
    """Key of the box of files; a new one after each drop."""
    return f"{FILES}_{desk().drops}"


def dismiss() -> None:
    """What a drop came to has been read."""
    desk().opened, desk().failed = 0, ()


def archive() -> bytes:
    """The whole library as a ZIP file."""
    library = wiring.current().library
    opened = (library.get(entry.id) for entry in library.find(most=ALL))
    return exports.library(
        exports.Shelved(one.name, one.chapter, library.versions(one.id)) for one in opened if one
    )


def _ask(kind: str) -> Callable[[str], None]:
    def ask(id_: str) -> None:
        name, mine = _called(id_), desk()
        mine.asked, mine.answered = Asked(kind, id_, name), False
        st.session_state[NAME] = name

    return ask


def _called(id_: str) -> str:
    """A chapter's name, also of one in the bin."""
    library = wiring.current().library
    if opened := library.get(id_):
        return opened.name
    binned = library.find(removed=True, most=ALL)
    return next((entry.name for entry in binned if entry.id == id_), "")


def _name(file: str) -> str:
    return Path(file).stem or file


def _done(step: Callable[[], object]) -> bool:
    """Whether it could be done; the page tells why not."""
    tab = session()
    try:
        step()
    except TurnsmithError as refused:
        tab.refusal = error(refused, tab.lang)
        return False
    return True
