"""The process: pages and API on one port. `streamlit run streamlit_app.py`."""

from functools import partial

import streamlit as st

from core.api import mount
from core.service import wiring
from pages import oidc
from pages.parts.broken import broken

app = st.App(
    "pages/shell.py",
    middleware=mount.middleware(wiring.settings()),
    lifespan=partial(wiring.lifespan, provider=oidc.provider()),
    on_script_error=broken,
)
