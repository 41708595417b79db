"""The chapters of the library as a list: what each is, and what can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import streamlit as st

from core.store.library import Entry
from core.words.places import Lang
from pages import words
from pages.parts.files import joined

KEY = "library_shelf"
MOST_STOCKS = 6
"""Names told of a chapter."""

_shelf = st.components.v2.component(
    "turnsmith_shelf",
    js=joined("dom.js", "library/when.js", "library/library.js"),
    css=joined("base.css", "library/library.css"),
)


def shelf(
    entries: Sequence[Entry], query: str, here: str, lang: Lang, act: Callable[[], None]
) -> None:
    """`act` in its state is `{"kind": "open" | "rename" | "remove" | "recover" | "purge", "id"}`.

    `here` is the chapter that is open in this tab.
    """
    _shelf(key=KEY, data=listed(entries, query, here, lang), on_act_change=act)


def listed(entries: Sequence[Entry], query: str, here: str, lang: Lang) -> dict[str, object]:
    """What the component is given; `stamp` changes with it."""
    said = {
        name: word for name, word in asdict(words.WORDS[lang]).items() if name.startswith("shelf_")
    }
    data: dict[str, object] = {
        "lang": lang,
        "bin": any(entry.removed_at is not None for entry in entries),
        "query": query.strip(),
        "label": words.WORDS[lang].shelf_list,
        "words": said,
        "rows": [row(entry, here) for entry in entries],
    }
    return data | {"stamp": str(hash(repr(data)))}


def row(entry: Entry, here: str) -> dict[str, object]:
    """One chapter, as it is known in the list."""
    stocks = [name for name in entry.stocks if name]
    more = ["…"] if len(stocks) > MOST_STOCKS else []
    return {
        "id": entry.id,
        "name": entry.name,
        "turns": entry.turns,
        "stocks": stocks[:MOST_STOCKS] + more,
        "versions": entry.versions,
        "author": entry.author,
        "at": entry.changed_at if entry.removed_at is None else entry.removed_at,
        "hit": entry.hit,
        "here": entry.id == here,
    }
