"""What the checks say about the open chapter, each with its repair where one click is enough."""

import streamlit as st

from core import words as sentences
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.service.identity import Role
from core.store.library import Opened
from core.words.places import Lang
from pages import actions, wiring
from pages.words import WORDS, fill

_ICONS = {"STOP": "error", "GAME": "error", "WARN": "warning", "NOTE": "info"}
_COLORS = {"STOP": "red", "GAME": "red", "WARN": "orange", "NOTE": "blue"}
MOST = 60
"""Findings listed; a chapter with more is better mended in its file."""


@st.cache_data(max_entries=64, show_spinner=False)
def found(key: str, _chapter: Chapter) -> tuple[rules.Finding, ...]:
    """The findings of the chapter with this hash."""
    return rules.findings(_chapter) if key else ()


def checks(opened: Opened, lang: Lang) -> None:
    """A button with the number of findings; what they are, on a click."""
    say, findings = WORDS[lang], found(opened.chapter.hash, opened.chapter)
    breaks = any(finding.level == "GAME" for finding in findings)
    icon = "task_alt" if not findings else "error" if breaks else "rule"
    label = fill(say.checks, n=len(findings))
    with st.popover(label, icon=f":material/{icon}:", key="edit_checks", on_change="rerun") as box:
        if not box.open:
            return
        if not findings:
            st.text(say.checks_none)
        for number, finding in enumerate(findings[:MOST]):
            _finding(finding, number, lang, opened)


def _finding(finding: rules.Finding, number: int, lang: Lang, opened: Opened) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            _level(finding.level, lang),
            icon=f":material/{_ICONS[finding.level]}:",
            color=_COLORS[finding.level],  # type: ignore[arg-type]  # a table, not a literal
        )
        st.text(sentences.finding(finding, lang, opened.chapter.names), width="stretch")
        if rules.repair(finding) and wiring.may(Role.EDIT):
            st.button(
                WORDS[lang].checks_repair,
                key=f"edit_repair_{number}",
                on_click=actions.repair,
                args=(finding, opened.version.number),
            )


def _level(level: rules.Level, lang: Lang) -> str:
    say = WORDS[lang]
    return {"STOP": say.level_game, "GAME": say.level_game, "WARN": say.level_warn}.get(
        level, say.level_note
    )
