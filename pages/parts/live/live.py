"""What is live on a page: the strip, and a running edit; one event stream a tab."""

from collections.abc import Callable

import streamlit as st

from core.service.views import View
from core.words.places import Lang
from pages import words
from pages.parts.files import joined

PATH = "/live"
_CSS = joined("base.css", "live/live.css")


def _source(name: str) -> str:
    return joined("dom.js", "live/hub.js", f"live/{name}.js")


_strip = st.components.v2.component("turnsmith_strip", js=_source("strip"), css=_CSS)
_panel = st.components.v2.component("turnsmith_panel", js=_source("panel"), css=_CSS)


def strip(lang: Lang) -> None:
    """CPU and memory of the machine and of this program, in one line."""
    _strip(key="live_strip", data={"lang": lang, "path": PATH, "words": words.table(lang)})


def panel(
    view: View, lang: Lang, *, on_stop: Callable[[], None], on_ended: Callable[[], None]
) -> None:
    """A running edit: changes as they come, progress, Cancel.

    The data is the same at every rerun of one edit, so that nothing is sent again.
    """
    data = {
        "stamp": f"{view.id} {lang}",
        "path": PATH,
        "edit": view.id,
        "cancel": f"/edits/{view.id}",
        "lang": lang,
        "words": words.table(lang),
    }
    _panel(key="live_panel", data=data, on_stop_change=on_stop, on_ended_change=on_ended)
