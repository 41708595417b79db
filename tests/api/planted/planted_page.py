"""A page that breaks with a secret and a story in its words."""

import streamlit as st

st.text("drawn")
raise ValueError("sk-planted-7f3a 바다마을돌고래")
