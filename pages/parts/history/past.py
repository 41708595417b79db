"""The versions of a chapter as a list with the lines of its branches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from core.store.library import Version
from core.words.places import Lang
from pages.parts.files import joined
from pages.parts.history import tree
from pages.words import WORDS, fill

KEY = "history_past"
SHOWN = 400
"""Letters of a request."""

_past = st.components.v2.component(
    "turnsmith_past",
    js=joined("dom.js", "library/when.js", "history/history.js"),
    css=joined("base.css", "library/library.css", "history/history.css"),
)


def past(
    versions: Sequence[Version],
    heads: Mapping[str, int],
    branch: str,
    lang: Lang,
    act: Callable[[], None],
) -> None:
    """`act` in its state is `{"kind", "number"}`: what to do with a version.

    `heads` names the present version of each branch, `branch` is the one of this tab.
    """
    _past(key=KEY, data=listed(versions, heads, branch, lang), on_act_change=act)


def listed(
    versions: Sequence[Version], heads: Mapping[str, int], branch: str, lang: Lang
) -> dict[str, object]:
    """What the component is given; `stamp` changes with it."""
    all_words = asdict(WORDS[lang]).items()
    drawn = tree.rows(versions, heads)
    mine = frozenset(tree.line(versions, heads[branch]))
    data: dict[str, object] = {
        "lang": lang,
        "lanes": tree.width(drawn),
        "words": {
            name: word for name, word in all_words if name.startswith(("past_", "shelf_just"))
        },
        "branched": len(heads) > 1,
        "rows": [_row(row, heads[branch], mine, lang) for row in drawn],
    }
    return data | {"stamp": str(hash(repr(data)))}


def act_words(version: Version, lang: Lang) -> str:
    """How a version came to be."""
    return act_told(version.act, version.other, lang)


def act_told(act: str, other: int | None, lang: Lang) -> str:
    """`other` is the number of the version that was merged, undone or restored."""
    say = WORDS[lang]
    said = {
        "open": say.act_open,
        "take": say.act_take,
        "repair": say.act_repair,
        "revert": say.act_revert,
        "merge": say.act_merge,
        "restore": say.act_restore,
    }
    return fill(said.get(act, say.act_other), n=other)


def branch_words(name: str, lang: Lang) -> str:
    return name or WORDS[lang].past_main


def _row(row: tree.Row, head: int, mine: frozenset[int], lang: Lang) -> dict[str, object]:
    say, version = WORDS[lang], row.version
    request = version.request
    now = version.number == head
    return {
        "number": version.number,
        "name": version.name,
        "act": act_words(version, lang),
        "request": request if len(request) <= SHOWN else f"{request[:SHOWN]}…",
        "author": version.author,
        "at": version.at,
        "places": version.places,
        "hash": version.hash,
        "now": now,
        "heads": [fill(say.past_head, name=branch_words(name, lang)) for name in row.heads],
        "from": fill(say.past_from, n=version.parent) if row.forked else "",
        "undone": row.undone,
        "lane": row.lane,
        "above": row.above,
        "below": row.below,
        "acts": _acts(version, now=now, mine=version.number in mine, lang=lang),
    }


def _acts(version: Version, *, now: bool, mine: bool, lang: Lang) -> list[tuple[str, str]]:
    """What can be done with a version: `mine` are those that the present one goes back to."""
    say, made = WORDS[lang], version.parent is not None
    can = (
        ("look", say.past_look, made or not now),
        ("pick", say.past_pick, mine and made),
        ("restore", say.past_restore, not now),
        ("merge", say.past_merge, not mine),
        ("fork", say.past_fork, True),
        ("name", say.past_name, True),
    )
    return [(kind, words) for kind, words, possible in can if possible]
