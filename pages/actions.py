"""What a writer's clicks do. Each runs before the page is drawn again."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.chapter import changes, rules
from core.chapter import chapter as chapters
from core.chapter.changes import Group
from core.chapter.chapter import Chapter
from core.errors import TurnsmithError
from core.service import wiring
from core.service.jobs import View
from core.service.library import Opened
from core.service.proof import prove
from core.words import error, finding
from pages.parts.chips import chips
from pages.parts.excerpt import excerpt
from pages.parts.review import review
from pages.parts.review.sections import units
from pages.session import Problem, Spot, session
from pages.words import WORDS, fill

PASTED, UPLOADED, REQUEST = "open_text", "open_file", "edit_request"
SAMPLES = Path(__file__).parent / "samples"


def open_pasted() -> None:
    """Open what is in the box; on a problem the text stays there."""
    text: str = st.session_state[PASTED]
    if opened := _read(text):
        _keep(opened, _name(opened))
        st.session_state[PASTED] = ""


def open_uploaded() -> None:
    file = st.session_state[UPLOADED]
    if file and (opened := _read(file.getvalue())):
        _keep(opened, Path(file.name).stem or _name(opened))


def open_sample(sample: str, name: str) -> None:
    """Open one of the chapters that are shipped."""
    _keep(chapters.read((SAMPLES / f"{sample}.json").read_bytes()), name)


def pick() -> None:
    """Put an example into the request box, to be changed or sent."""
    st.session_state[REQUEST] = st.session_state[chips.KEY].picked


def ask() -> None:
    """Hand the request in; it stays in the box when it is not taken."""
    tab, opened, request = session(), _opened(), st.session_state[REQUEST]
    if not opened or not (request or "").strip():
        return
    try:
        edit = wiring.current().desk.submit(opened.chapter, request)
    except TurnsmithError as refused:
        tab.refusal = error(refused, tab.lang)
        st.session_state[REQUEST] = request
        return
    if undecided(tab.edit):
        tab.leave()
    tab.show(opened.id, edit)


def undecided(edit: str) -> View | None:
    """The edit, when it runs or offers changes that were neither taken nor discarded."""
    view = wiring.current().desk.view(edit)
    offers = view and (not view.over or (view.proposal and view.proposal.applied.changes))
    return view if offers else None


def back(spot: Spot) -> None:
    """Go to what was left; what is open now can be gone back to in the same way.

    The chapter may have changed since: then what was asked goes into the box once more.
    """
    tab, view = session(), wiring.current().desk.view(spot.edit)
    tab.forget(spot)
    if spot.chapter == tab.chapter and view and stale(view):
        st.session_state[REQUEST] = view.request
        tab.address()
        return
    if spot.chapter != tab.chapter or undecided(tab.edit):
        tab.leave()
    tab.show(spot.chapter, spot.edit)


def stale(view: View) -> bool:
    """Whether the open chapter is no longer the one that the edit was made on."""
    opened = _opened()
    return not opened or opened.chapter.hash != view.chapter.hash


def stop() -> None:
    """Cancel the running edit; what has passed stays for review."""
    wiring.current().desk.cancel(session().edit)


def ended() -> None:
    """The edit is over: the rerun that follows draws its review."""


def act() -> None:
    """What was clicked in the review: take some groups, or discard the edit."""
    tab, asked = session(), st.session_state[review.KEY].act
    view = wiring.current().desk.view(tab.edit)
    if asked["kind"] == "take" and view and view.proposal:
        take(view, frozenset(asked["groups"]))
    elif asked["kind"] == "again" and view:
        st.session_state[REQUEST] = view.request
        tab.show(tab.chapter)
    else:
        tab.show(tab.chapter)


def take(view: View, accepted: frozenset[str]) -> None:
    """Make a version of the units that were accepted; a proposal of an older version is refused."""
    offer = view.proposal
    if offer is None:
        return
    unit = units(offer)
    groups = [group for group in offer.groups if unit[group.id] in accepted]
    _take(offer.chapter, groups, view.request)


def repair(finding: rules.Finding) -> None:
    """Put right what a check found. Undo brings it back."""
    tab, opened, op = session(), _opened(), rules.repair(finding)
    if opened and op:
        because = WORDS[tab.lang].checks_repair
        group = Group("repair", (op,), "rule", finding.rule)
        _take(opened.chapter, [group], because)


def undo() -> None:
    """Go back to the version before."""
    _turn(wiring.current().library.undo, WORDS[session().lang].undone_take)


def redo() -> None:
    """Bring back what undo took away."""
    _turn(wiring.current().library.redo, WORDS[session().lang].redone_take)


def language() -> None:
    tab = session()
    tab.lang = st.session_state["shell_lang"]
    tab.address()


def _take(chapter: Chapter, groups: list[Group], request: str) -> None:
    tab, library = session(), wiring.current().library
    try:
        applied = changes.apply(chapter, groups)
        if broken := rules.new_breaks(chapter, applied.chapter):
            why = finding(broken[0], tab.lang, chapter.names)
            tab.refusal = f"{WORDS[tab.lang].take_breaks} {why}"
            return
        library.take(tab.chapter, applied.chapter, applied.changes, request, base=chapter.hash)
    except TurnsmithError as refused:
        tab.refusal = error(refused, tab.lang)
        return
    tab.show(tab.chapter)
    tab.notice = fill(WORDS[tab.lang].taken, n=prove(chapter, applied).changed)


def _turn(step: Callable[[str], Opened], notice: str) -> None:
    tab = session()
    try:
        step(tab.chapter)
    except TurnsmithError as refused:
        tab.refusal = error(refused, tab.lang)
        return
    tab.show(tab.chapter)
    tab.notice = notice


def _opened() -> Opened | None:
    return wiring.current().library.get(session().chapter)


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
    if _opened():
        tab.leave()
    tab.show(wiring.current().library.open(chapter, name))
    st.session_state[REQUEST] = chapter.source.request or None


def _name(chapter: Chapter) -> str:
    say, id_ = WORDS[session().lang], chapter.source.chapter_id
    return fill(say.body_name, id=id_) if id_ else say.pasted_name
