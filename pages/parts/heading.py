"""The open chapter's name and facts."""

from html import escape

import streamlit as st

from core.chapter import prose
from core.store.library import Opened
from core.words.places import Lang
from pages.words import WORDS, fill

_WRAP = "word-break: keep-all; overflow-wrap: anywhere"
_NAME = f"font-size: 1.45rem; line-height: 1.3; margin: 0; padding: 0; {_WRAP}"
_FACTS = f"font-size: .9rem; margin: .15rem 0 0; opacity: .8; {_WRAP}"


def heading(opened: Opened, lang: Lang) -> None:
    """Names are the writer's text: escaped, and never read as Markdown."""
    say, chapter = WORDS[lang], opened.chapter
    facts = [
        fill(say.fact_turns, n=len(chapter.turns)),
        fill(say.fact_stocks, names=", ".join(name or say.empty for name in chapter.names)),
    ]
    if opened.version.number > 1:
        facts.append(fill(say.fact_version, n=opened.version.number))
    if opened.branch:
        facts.append(fill(say.fact_branch, name=opened.branch))
    st.html(
        f'<h1 style="{_NAME}">{escape(prose.visible(opened.name))}</h1>'
        f'<p style="{_FACTS}">{escape(prose.visible(" · ".join(facts)))}</p>'
    )
