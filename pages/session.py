"""What one tab remembers: ids and choices. Chapters and edits stay in the service."""

from dataclasses import dataclass

import streamlit as st

from core.errors import TurnsmithError
from core.words.places import Lang
from pages.words import LANGS, spoken

_KEY = "session"


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
    """Id on the desk of the edit that runs or is under review; "" when there is none."""
    problem: Problem | None = None
    notice: str = ""
    """Words of ours, said once at the next run."""
    refusal: str = ""
    """Likewise, a sentence that may quote the story: shown as plain text only."""

    def show(self, chapter: str, edit: str = "") -> None:
        """Turn to a chapter and an edit of it; the address line follows."""
        self.chapter, self.edit, self.problem = chapter, edit, None
        self.address()

    def address(self) -> None:
        """Write the ids into the address line, so that a reload keeps the work."""
        wanted = {"chapter": self.chapter, "edit": self.edit}
        if self.lang != spoken(st.context.locale):
            wanted["lang"] = self.lang
        wanted = {name: id_ for name, id_ in wanted.items() if id_}
        if st.query_params.to_dict() != wanted:
            st.query_params.from_dict(wanted)


def session() -> Session:
    """This tab's memory, begun from the address line."""
    if _KEY not in st.session_state:
        asked = st.query_params.get("lang", "")
        lang = next((lang for lang in LANGS if lang == asked), spoken(st.context.locale))
        st.session_state[_KEY] = Session(
            lang, st.query_params.get("chapter", ""), st.query_params.get("edit", "")
        )
    found: Session = st.session_state[_KEY]
    return found
