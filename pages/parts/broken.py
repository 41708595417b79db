"""In place of a page whose script broke."""

import streamlit as st

from core.words import sentence
from pages.session import session
from pages.words import WORDS


def broken(_: Exception) -> bool:
    """That it broke, and nothing of the error, which may quote a story. Streamlit has logged it."""
    lang = session().lang
    with st.container(border=True, gap="xsmall", key="broken"):
        st.badge(WORDS[lang].not_drawn, icon=":material/error:", color="red")
        st.text(sentence("page_broken", {}, lang))
    return True
