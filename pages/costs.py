"""What edits cost in the last 30 days, and how much of it was accepted."""

import streamlit as st

from pages import wiring
from pages.parts.costs.costs import costs, csv_file, of_today
from pages.session import session
from pages.words import WORDS, fill, money

tab = session()
say = WORDS[tab.lang]
ledger, settings = wiring.current().ledger, wiring.current().settings
sums = ledger.recent()
tab.address()

with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
):
    with st.container(width="stretch", gap=None):
        st.header(say.costs, anchor=False)
        st.caption(say.costs_hint)
    if sums:
        st.download_button(
            say.costs_csv,
            csv_file(sums, ledger.price),
            file_name="turnsmith-costs.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="costs_csv",
        )

if not any(one.kind != "instant" for one in sums):
    st.info(say.costs_none_hint, title=say.costs_none, icon=":material/payments:")
    st.stop()
if most := settings.max_cost_a_day:
    st.text(fill(say.costs_budget, used=money(of_today(sums, ledger.price)), most=money(most)))
costs(sums, ledger.price, tab.lang, priced=bool(settings.price_in or settings.price_out))
if not (settings.price_in or settings.price_out):
    st.caption(say.costs_no_price)
