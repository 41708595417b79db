"""Files of what the preview shows: a sheet for a meeting, the prices, the class."""

import json
from collections.abc import Callable

import streamlit as st

from core.chapter.chapter import Chapter
from core.errors import TurnsmithError
from core.play import figures, game
from core.play.classroom import Classroom, classroom
from core.play.game import Unplayable
from core.store import exports, sheet
from core.store.library import Opened
from core.words import error
from pages.parts.play.sight import Sight, desk, sight
from pages.session import Session
from pages.words import WORDS, fill


def asked(opened: Opened, tab: Session) -> None:
    """The dialog with the files, once they were asked for."""
    mine = desk()
    if mine.files is None:
        return
    on, mine.files = mine.files, None
    st.dialog(WORDS[tab.lang].preview_files)(_files)(opened, sight(opened, tab, on), tab)


def _files(opened: Opened, look: Sight, tab: Session) -> None:
    say, stem = WORDS[tab.lang], exports.stem(opened.name)
    count = sum(unit.on for unit in look.tried.units) if look.tried else 0
    st.caption(fill(say.preview_files_pending, n=count) if look.tried else say.preview_files_hint)
    _file(say.preview_pdf, lambda: _pdf(opened.name, look), f"{stem}.pdf", "application/pdf", tab)
    csv = lambda: sheet.prices_csv(look.after, tab.lang)  # noqa: E731
    _file(say.preview_csv, csv, f"{stem}.csv", "text/csv", tab)
    _file(say.preview_json, lambda: _json(look), f"{stem}.class.json", "application/json", tab)


def _file(label: str, made: Callable[[], bytes], name: str, mime: str, tab: Session) -> None:
    """A button; in its place why the file cannot be made."""
    try:
        data = made()
    except TurnsmithError as refused:
        st.text(f"{label}: {error(refused, tab.lang)}")
        return
    st.download_button(
        label,
        data,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"preview_{mime}",
        width="stretch",
    )


def _pdf(name: str, look: Sight) -> bytes:
    before = look.before if look.before and look.before.hash != look.after.hash else None
    return sheet.pdf(
        look.after,
        name,
        look.options.lang,
        classroom=_class(look.after, look),
        before=before,
        classroom_before=_class(before, look) if before else None,
    )


def _class(chapter: Chapter, look: Sight) -> Classroom | None:
    """None where the game cannot play it."""
    try:
        board = game.board(chapter)
    except Unplayable:
        return None
    return classroom(board, look.options.start, profile=look.options.profile)


def _json(look: Sight) -> bytes:
    told = figures.playtest(look.before, look.after, look.options)
    return json.dumps(told, ensure_ascii=False, indent=2).encode()
