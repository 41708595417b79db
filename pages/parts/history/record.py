"""Whether the record of a chapter holds, in words."""

from collections.abc import Sequence

import streamlit as st

from core.store.log import Broken
from core.words import sentence
from core.words.places import Lang
from pages.parts.history import actions
from pages.words import WORDS, fill

MOST = 20
"""Faults told one by one."""


def record(broken: Sequence[Broken], versions: int, lang: Lang) -> None:
    """`versions` is how many were checked."""
    say = WORDS[lang]
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch", gap="xsmall"):
            if broken:
                told = fill(say.past_broken, n=len(broken))
                st.badge(say.not_done, icon=":material/gpp_bad:", color="red")
                st.text(told)
            else:
                st.badge(say.past_sound, icon=":material/verified:", color="green")
                st.text(fill(say.past_whole, n=versions))
            for fault in broken[:MOST]:
                where = fill(say.past_broken_at, n=fault.seq) if fault.seq else ""
                what = sentence(fault.rule, {"number": fault.version or 0}, lang)
                st.text(f"· {where} {what}")
        st.button(say.files_close, key="history_unchecked", on_click=actions.uncheck)
