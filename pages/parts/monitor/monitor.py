"""The service at a glance: is it well, what is slow, what fails, what it costs."""

import streamlit as st

from core.words.places import Lang
from pages import words
from pages.parts.files import joined
from pages.parts.live.live import PATH

_monitor = st.components.v2.component(
    "turnsmith_monitor",
    js=joined(
        "dom.js", "live/hub.js", "monitor/charts.js", "monitor/recent.js", "monitor/monitor.js"
    ),
    css=joined("base.css", "monitor/monitor.css"),
)


def monitor(lang: Lang) -> None:
    """Draws itself over the tab's one stream; the page does not run again for it."""
    _monitor(key="monitor", data={"lang": lang, "path": PATH, "words": words.table(lang)})
