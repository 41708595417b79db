"""A warning beside a proposal that turns around what the chapter teaches."""

from typing import cast

import streamlit as st

from core.play import figures
from core.play.figures import Options
from core.store.library import Opened
from core.words.places import Lang
from pages import wiring
from pages.words import WORDS


def guard(opened: Opened, edit: str, lang: Lang) -> None:
    """Say which lessons held before the open proposal `edit` and do not with it, each with why."""
    sentences = _turned(opened, edit, lang) if opened.lessons and edit else []
    if not sentences:
        return
    with st.container(border=True, gap="xsmall", key="edit_guard"):
        st.badge(WORDS[lang].guard_title, icon=":material/school:", color="red")
        for sentence in sentences:
            st.text(sentence)


def _turned(opened: Opened, edit: str, lang: Lang) -> list[str]:
    """With all changes that are not rejected."""
    tried = wiring.current().acts.preview(edit)
    options = Options(opened.chapter.source.chapter_id, lang=lang, lessons=opened.lessons)
    told = figures.playtest(tried.base, tried.after, options)
    lessons = cast("list[dict[str, str]]", told["lessons"])
    return [one["sentence"] for one in lessons if one["state"] == "turned"]
