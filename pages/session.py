"""What one tab remembers: ids and choices. Chapters and edits stay in the service."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

import streamlit as st

from core.errors import TurnsmithError
from core.words.places import Lang
from pages import wiring
from pages.words import LANGS, spoken

_KEY = "session"
MOST_BEHIND = 4
"""Places that a tab can go back to; the address line holds them all."""
MOST_AUTHOR = 40
"""Letters of a writer's name."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the writer was: a chapter, an edit of it or "", and a branch."""

    chapter: str
    edit: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a chapter was not opened."""

    error: TurnsmithError
    excerpt: str
    """The line and a caret below it; "" when the place is not known."""


@dataclass(slots=True)
class Session:
    """One tab."""

    lang: Lang
    chapter: str = ""
    """Id in the library; "" when none is open."""
    edit: str = ""
    """Id of the edit that runs or is under review; "" when there is none."""
    branch: str = ""
    """Of the open chapter; "" is the one that it began with."""
    author: str = ""
    """The name that the writer goes by in the history; "" when none was given."""
    only: frozenset[str] = frozenset()
    """What requests may change, as `core.editing.limits` has it; empty: everything."""
    fresh: bool = False
    """Whether the next request begins anew although a proposal is under review."""
    request: str = ""
    """What could not be handed in: it goes back into the box."""
    box: str = ""
    """What was last seen in the request box, or put into it."""
    problem: Problem | None = None
    notice: str = ""
    """Words of ours, said once at the next run."""
    refusal: str = ""
    """Likewise, a sentence that may quote the story: shown as plain text only."""
    refused: tuple[int, str] | None = None
    """The number of an act of the review that was not done, and why."""
    behind: tuple[Spot, ...] = ()
    """What was left undecided for something else, the latest last."""

    def show(self, chapter: str, edit: str = "", *, branch: str | None = None) -> None:
        """Turn to a chapter and an edit of it; the address line follows.

        Without a branch it stays on the present one, or begins on another chapter's first.
        """
        if chapter != self.chapter:
            self.branch, self.only = "", frozenset()
        self.branch = self.branch if branch is None else branch
        self.chapter, self.edit, self.problem, self.fresh = chapter, edit, None, False
        self.address()

    def leave(self) -> None:
        """Keep a way back to what is shown now."""
        here = Spot(self.chapter, self.edit, self.branch)
        self.behind = (*(spot for spot in self.behind if spot != here), here)[-MOST_BEHIND:]

    def forget(self, spot: Spot) -> None:
        self.behind = tuple(one for one in self.behind if one != spot)

    def address(self) -> None:
        """Write the ids into the address line, so that a reload keeps the work."""
        back = ",".join(map(_written, self.behind))
        wanted = {"chapter": self.chapter, "branch": self.branch, "edit": self.edit}
        wanted |= {"back": back, "by": "" if wiring.who().name else self.author}
        if self.lang != spoken(st.context.locale):
            wanted["lang"] = self.lang
        wanted = {name: id_ for name, id_ in wanted.items() if id_}
        if st.query_params.to_dict() != wanted:
            st.query_params.from_dict(wanted)


def session() -> Session:
    """This tab's memory, begun from the address line; the author is who has signed in."""
    if _KEY not in st.session_state:
        asked = st.query_params.get("lang", "")
        lang = next((lang for lang in LANGS if lang == asked), spoken(st.context.locale))
        st.session_state[_KEY] = Session(
            lang,
            st.query_params.get("chapter", ""),
            st.query_params.get("edit", ""),
            st.query_params.get("branch", ""),
            st.query_params.get("by", "")[:MOST_AUTHOR],
            behind=_spots(st.query_params.get("back", "")),
        )
    found: Session = st.session_state[_KEY]
    found.author = wiring.who().name or found.author
    return found


def _written(spot: Spot) -> str:
    """For the address line: ids hold neither a comma nor a full stop, a branch is quoted."""
    branch = quote(spot.branch, safe="")
    return f"{spot.chapter}.{spot.edit}" + (f".{branch}" if branch else "")


def _spots(written: str) -> tuple[Spot, ...]:
    parts = ([*one.split(".", 2), "", ""] for one in written.split(",") if one)
    return tuple(Spot(one[0], one[1], unquote(one[2])) for one in parts)[-MOST_BEHIND:]
