"""CPU and memory of the machine and of this program and the edits, live; the model's connection."""

import streamlit as st

from pages.parts.connection import connection
from pages.parts.live import live
from pages.session import session
from pages.words import WORDS

tab = session()
say = WORDS[tab.lang]

st.header(say.monitor_title, anchor=False)
st.caption(say.monitor_hint)
live.cards(tab.lang)
connection(tab.lang)
