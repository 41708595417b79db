"""Example requests to click, made of the chapter's own names."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts.files import joined

KEY = "edit_chips"
_chips = st.components.v2.component(
    "turnsmith_chips",
    js=joined("dom.js", "chips/chips.js"),
    css=joined("base.css", "chips/chips.css"),
)


def chips(requests: Sequence[str], label: str, *, on_picked: Callable[[], None]) -> None:
    """A row of requests; a clicked one is `picked` in the component's state."""
    data = {"stamp": "\n".join([label, *requests]), "label": label, "requests": list(requests)}
    _chips(key=KEY, data=data, on_picked_change=on_picked)
