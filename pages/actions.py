"""What a writer's clicks do. Each runs before the page is drawn again."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st

from core.chapter import chapter as chapters
from core.chapter import rules
from core.chapter.changes import Group
from core.chapter.chapter import Chapter
from core.errors import Breaks, TurnsmithError, Unavailable
from core.service.acts import Asked, Taken
from core.service.views import View
from core.store.edits import UNENDED
from core.store.library import Opened
from core.words import error
from pages import wiring
from pages.parts.chips import chips
from pages.parts.excerpt import excerpt
from pages.parts.review import review
from pages.session import MOST_AUTHOR, Problem, Session, Spot, session
from pages.words import WORDS, fill

P = ParamSpec("P")
FRESH = "edit_fresh"
PASTED, UPLOADED, REQUEST, BY = "open_text", "open_file", "edit_request", "shell_by"
SAMPLES = Path(__file__).parent / "samples"


def told(step: Callable[P, None]) -> Callable[P, None]:
    """A click that says why it was not done, also where the store cannot even be read."""

    @wraps(step)
    def tried(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            step(*args, **kwargs)
        except TurnsmithError as refused:
            session().refusal = _why(refused)

    return tried


@told
def open_pasted() -> None:
    """Open what is in the box; on a problem the text stays there."""
    text: str = st.session_state[PASTED]
    if opened := _read(text):
        _keep(opened, _name(opened))
        st.session_state[PASTED] = ""


@told
def open_uploaded() -> None:
    file = st.session_state[UPLOADED]
    if file and (opened := _read(file.getvalue())):
        _keep(opened, Path(file.name).stem or _name(opened))


@told
def open_sample(sample: str, name: str) -> None:
    """Open one of the chapters that are shipped."""
    _keep(chapters.read((SAMPLES / f"{sample}.json").read_bytes()), name)


def pick() -> None:
    """Put an example into the request box, to be changed or sent."""
    st.session_state[REQUEST] = st.session_state[chips.KEY].picked


def present() -> Opened | None:
    """The open chapter; on its first branch, and said, when the one in the address is not there."""
    tab, opened = session(), _opened()
    if opened or not tab.branch:
        return opened
    tab.branch = ""
    opened = _opened()
    tab.notice = WORDS[tab.lang].lost_branch if opened else ""
    return opened


def sign() -> None:
    """Go by the name in the box."""
    tab = session()
    tab.author = " ".join(st.session_state[BY].split())[:MOST_AUTHOR]
    tab.address()


@told
def ask() -> None:
    """Hand the request in; it stays in the box when it is not taken."""
    tab, request = session(), st.session_state[REQUEST]
    tab.request = request or ""
    opened = _opened()
    if not opened or not (request or "").strip():
        return
    goes_on = undecided(tab.edit) is not None and not tab.fresh
    edit = wiring.current().acts.ask(
        opened.id,
        request,
        branch=tab.branch,
        author=tab.author,
        only=tab.only,
        follows=tab.edit if goes_on else "",
    )
    tab.request = ""
    if undecided(tab.edit):
        tab.leave()
    tab.show(opened.id, edit)


def undecided(edit: str) -> View | None:
    """The edit, when it runs or offers changes that were neither taken nor discarded."""
    acts = wiring.current().acts
    view = acts.view(edit) if edit else None
    if view is None or not (not view.over or (view.proposal and view.proposal.applied.changes)):
        return None
    row = acts.asked(edit)
    return view if row is None or row.state in (*UNENDED, "open") else None


def moved_on(tab: Session) -> None:
    """Say what became of the tab's edit when another tab decided it, and so what was not done."""
    row, say = wiring.current().acts.asked(tab.edit), WORDS[tab.lang]
    told = {"taken": say.edit_taken, "discarded": say.edit_discarded}
    fate = told.get(row.state, "") if row else ""
    if fate and tab.refused:
        tab.refusal = fate
    elif fate and not tab.refusal:
        tab.notice = tab.notice or fate


def shown(opened: Opened | None) -> View | None:
    """The tab's edit, when it is one of this chapter and branch."""
    edit, acts = session().edit, wiring.current().acts
    row = acts.asked(edit) if opened and edit else None
    ours = row and opened and (row.chapter, row.branch) == (opened.id, opened.branch)
    return acts.view(edit) if ours else None


@told
def back(spot: Spot) -> None:
    """Go to what was left; what is open now can be gone back to in the same way."""
    tab = session()
    tab.forget(spot)
    elsewhere = (spot.chapter, spot.branch) != (tab.chapter, tab.branch)
    if elsewhere or undecided(tab.edit):
        tab.leave()
    tab.show(spot.chapter, spot.edit, branch=spot.branch)


@told
def resume(edit: str) -> None:
    """Go on with a proposal of this chapter that waits to be decided."""
    tab = session()
    if undecided(tab.edit):
        tab.leave()
    tab.show(tab.chapter, edit)


def begin_anew() -> None:
    """Whether the next request goes on from the proposal or begins anew."""
    session().fresh = st.session_state[FRESH] == "new"


@told
def stop() -> None:
    """Cancel the running edit; what has passed stays for review."""
    wiring.current().acts.stop(session().edit)


def ended() -> None:
    """The edit is over: the rerun that follows draws its review."""


@told
def act() -> None:
    """What was clicked in the review. Why own words do not fit is said where they were written."""
    tab, asked = session(), st.session_state[review.KEY].act
    try:
        _act(tab, asked)
    except TurnsmithError as refused:
        if refused.rule == "edit_decided":
            return  # by another tab: the page says what became of it
        broken = WORDS[tab.lang].take_breaks if isinstance(refused, Breaks) else ""
        why = f"{broken} {_why(refused)}".strip()
        if asked["kind"] in ("text", "answer"):
            tab.refused = (asked["n"], why)
        else:
            tab.refusal = why


def _act(tab: Session, asked: Mapping[str, Any]) -> None:
    acts = wiring.current().acts
    match asked["kind"]:
        case "take":
            after(acts.take(tab.edit, rest=bool(asked["rest"]), author=tab.author))
        case "text":
            acts.write(tab.edit, asked["at"], asked["to"])
        case "answer":
            acts.answer(tab.edit, asked["key"], yes=asked["yes"])
        case "wish":
            tab.show(tab.chapter, acts.wish(tab.edit, int(asked["at"]), author=tab.author))
        case "again":
            view = acts.view(tab.edit)
            st.session_state[REQUEST] = view.request if view else None
            _discard(tab)
        case "turn":
            tab.show(tab.chapter, acts.again(tab.edit, asked["at"], author=tab.author))
        case _:
            _discard(tab)


def _discard(tab: Session) -> None:
    wiring.current().acts.discard(tab.edit)
    tab.show(tab.chapter)


def after(done: Taken | Asked, notice: str = "") -> None:
    """Show what a decision came to: the new version, or what it asks.

    `notice` are words of ours about the new version, where it was not taken from a review.
    """
    tab = session()
    say = WORDS[tab.lang]
    if isinstance(done, Asked):
        tab.show(tab.chapter, done.edit)
        tab.notice = say.asked_conflicts
        return
    tab.show(tab.chapter, done.rest)
    tab.notice = fill(notice or (say.taken_merged if done.merged else say.taken), n=done.places)


@told
def repair(finding: rules.Finding, base: int) -> None:
    """Put right what a check found in version `base`. Undo brings it back."""
    tab, op = session(), rules.repair(finding)
    if op:
        because = WORDS[tab.lang].checks_repair
        group = Group("repair", (op,), "rule", finding.rule)
        acts = wiring.current().acts
        after(acts.apply(tab.chapter, base, group, because, branch=tab.branch, author=tab.author))


@told
def undo() -> None:
    """Go back to the version before."""
    _turn(wiring.current().library.undo, WORDS[session().lang].undone_take)


@told
def redo() -> None:
    """Bring back what undo took away."""
    _turn(wiring.current().library.redo, WORDS[session().lang].redone_take)


@told
def lock(locks: frozenset[str]) -> None:
    """Keep places of the chapter from every request, whoever makes it."""
    tab = session()
    wiring.current().library.lock(tab.chapter, locks, author=tab.author)


def language() -> None:
    tab = session()
    tab.lang = st.session_state["shell_lang"]
    tab.address()


def _turn(step: Callable[..., Opened], notice: str) -> None:
    tab = session()
    step(tab.chapter, branch=tab.branch, author=tab.author)
    tab.show(tab.chapter, tab.edit)
    tab.notice = notice


def _why(refused: TurnsmithError) -> str:
    opened = None if isinstance(refused, Unavailable) else _opened()
    return error(refused, session().lang, opened.chapter.names if opened else ())


def _opened() -> Opened | None:
    tab = session()
    return wiring.current().library.get(tab.chapter, tab.branch) if tab.chapter else None


def _read(raw: str | bytes) -> Chapter | None:
    tab = session()
    try:
        return chapters.read(raw)
    except TurnsmithError as found:
        tab.problem = Problem(found, _excerpt(raw, found))
        return None


def _excerpt(raw: str | bytes, found: TurnsmithError) -> str:
    line, column = found.facts.get("line"), found.facts.get("column")
    if not isinstance(line, int) or not isinstance(column, int):
        return ""
    text = raw if isinstance(raw, str) else raw.decode("utf-8-sig", "replace")
    return excerpt(text.removeprefix("\ufeff"), line, column)


def _keep(chapter: Chapter, name: str) -> None:
    tab = session()
    try:
        id_ = wiring.current().library.open(chapter, name, author=tab.author)
    except TurnsmithError as refused:
        tab.problem = Problem(refused, "")
        return
    if _opened():
        tab.leave()
    tab.show(id_)
    st.session_state[REQUEST] = chapter.source.request or None


def _name(chapter: Chapter) -> str:
    say, id_ = WORDS[session().lang], chapter.source.chapter_id
    return fill(say.body_name, id=id_) if id_ else say.pasted_name
