"""What the preview looks at: the present version, and a proposal that is to be decided."""

from dataclasses import dataclass

import streamlit as st

from core.chapter.chapter import Chapter
from core.play import figures
from core.play.economy import Profile as Economy
from core.play.figures import Options, Told
from core.play.game import Profile
from core.service.acts import Tried
from core.store.library import Opened
from pages import actions, wiring
from pages.session import Session

_KEY = "preview"


@dataclass(slots=True)
class Desk:
    """What the preview remembers of one tab."""

    profile: Profile = "current"
    economy: Economy = "written"
    files: frozenset[str] | None = None
    """The units whose files were asked for; None when none were."""
    leaving: bool = False
    """Whether the edit page is to be shown next: it asks which side of a conflict stays."""


def desk() -> Desk:
    found: Desk = st.session_state.setdefault(_KEY, Desk())
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a chapter."""

    present: Chapter
    tried: Tried | None
    """The open proposal, as far as it is on; None when nothing is pending."""
    edit: str
    """Its id; "" when there is none."""
    options: Options
    stamp: str
    """Changes with all that is shown."""
    running: bool
    """Whether an edit runs that will be pending."""

    @property
    def before(self) -> Chapter | None:
        return self.tried.base if self.tried else None

    @property
    def after(self) -> Chapter:
        return self.tried.after if self.tried else self.present

    def told(self) -> Told:
        """What is shown, as JSON; with a proposal its units and the problem too."""
        if self.tried:
            return self.tried.told(self.options)
        return figures.pair(None, self.present, self.options)


def sight(opened: Opened, tab: Session, on: frozenset[str] | None = None) -> Sight:
    """With the units `on` of the proposal; None: all that are not rejected."""
    view, acts, mine = actions.shown(opened), wiring.current().acts, desk()
    options = Options(
        chapter_id=opened.chapter.source.chapter_id,
        profile=mine.profile,
        economy=mine.economy,
        lang=tab.lang,
        lessons=opened.lessons,
    )
    pending = view is not None and view.over and actions.undecided(tab.edit) is not None
    row = acts.asked(tab.edit) if pending else None
    seq = f"{row.id} {row.seq}" if row else ""
    return Sight(
        opened.chapter,
        acts.preview(tab.edit, on) if pending else None,
        tab.edit if pending else "",
        options,
        f"{opened.id} {opened.branch} {opened.version.number} {seq} {options}",
        running=view is not None and not view.over,
    )
