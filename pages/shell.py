"""The frame of every page: its name, the ways to the pages, language, live figures."""

from pathlib import Path

import streamlit as st

from core.errors import TurnsmithError
from core.service.identity import Role
from core.words import error
from pages import actions, wiring
from pages.parts.live import live
from pages.parts.signing.signing import gone, signing
from pages.session import session
from pages.words import LANGS, WORDS

st.set_page_config(page_title="Turnsmith", page_icon="📖", layout="wide")
tab = session()
say = WORDS[tab.lang]
who = wiring.who()
here = Path(__file__).parent
page = st.navigation(
    [
        st.Page(here / "edit.py", title=say.edit, icon=":material/edit_note:", default=True),
        # Its own name is an endpoint of the API.
        st.Page(
            here / "preview.py",
            title=say.preview,
            icon=":material/sports_esports:",
            url_path="play",
        ),
        st.Page(here / "library.py", title=say.library, icon=":material/folder_copy:"),
        st.Page(here / "history.py", title=say.history, icon=":material/history:"),
        st.Page(here / "costs.py", title=say.costs, icon=":material/payments:"),
        st.Page(here / "monitor.py", title=say.monitor, icon=":material/monitoring:"),
    ],
    position="top",
)

with st.container(horizontal_alignment="center"), st.container(width=1280, gap="small"):
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            live.strip(tab.lang)
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", gap="small"
        ):
            signing(who, tab)
            st.segmented_control(
                say.language,
                LANGS,
                default=tab.lang,
                required=True,
                format_func={"ko": "한국어", "en": "English"}.__getitem__,
                key="shell_lang",
                label_visibility="collapsed",
                on_change=actions.language,
            )
    if who.role is Role.NONE:
        gone(tab)
        st.stop()
    if who.role < Role.EDIT:
        st.info(say.reader, icon=":material/visibility:")
    try:
        page.run()
    except TurnsmithError as failed:
        with st.container(border=True, gap="xsmall", key="shell_failed"):
            st.badge(say.not_drawn, icon=":material/error:", color="red")
            st.text(error(failed, tab.lang))
            st.button(say.draw_again, icon=":material/refresh:", key="shell_again")
