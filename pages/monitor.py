"""The service's last hour, live; the model's connection."""

import streamlit as st

from pages.parts.connection import connection
from pages.parts.monitor.monitor import monitor
from pages.session import session
from pages.words import WORDS

tab = session()
say = WORDS[tab.lang]

st.header(say.monitor_title, anchor=False)
st.caption(say.monitor_hint)
monitor(tab.lang)
connection(tab.lang)
