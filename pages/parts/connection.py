"""The model that the operator has set, a button that tries it, and the servers that are known."""

import time

import streamlit as st

from core.editing.model import DEFAULT_URL
from core.editing.providers import PROVIDERS, Provider, Takes, known
from core.service.connection import Connection, Finding, Tried
from core.service.identity import Role
from core.service.settings import Settings
from core.words import sentence
from core.words.places import Lang
from pages import actions, wiring
from pages.words import WORDS, Words, fill

LOOK_S = 0.5
"""Between two looks at a call under way."""
_ICONS = {True: "check_circle", False: "error", None: "help"}
_COLORS = {True: "green", False: "red", None: "gray"}


def connection(lang: Lang) -> None:
    """What is set, and what trying it showed."""
    say, service = WORDS[lang], wiring.current()
    st.subheader(say.connection, anchor=False)
    if service.connection:
        st.caption(say.connection_hint)
        _set(service.settings, say)
        running = service.connection.state.value.running
        looked = st.fragment(_tried, run_every=LOOK_S if running else None)
        looked(service.connection, lang, drawn_running=running)
    else:
        st.info(say.connection_none, icon=":material/info:")
    with st.expander(say.connection_known):
        st.markdown(_table(say))


def _set(chosen: Settings, say: Words) -> None:
    """The key itself is never shown."""
    address = chosen.openai_base_url or DEFAULT_URL
    provider = known(address)
    key = say.connection_set if chosen.openai_api_key else say.connection_keyless
    server = f"{provider.name} · {address}" if provider else address
    st.text(f"{say.connection_server}: {server}")
    model = f"{say.check_model_name}: {chosen.openai_model}"
    st.text(f"{model} · {say.check_key_name}: {key}")


def _tried(connection: Connection, lang: Lang, *, drawn_running: bool) -> None:
    say, state = WORDS[lang], connection.state.value
    if state.running != drawn_running:
        # The timer of this fragment belongs to a call under way: the whole page sets it anew.
        st.rerun()
    st.button(
        say.connection_trying if state.running else say.connection_try,
        icon=":material/network_check:",
        key="monitor_try",
        disabled=state.running or not wiring.may(Role.ADMIN),
        on_click=actions.told(connection.begin),
    )
    if state.latest:
        _shown(state.latest, lang)


def _shown(tried: Tried, lang: Lang) -> None:
    minutes = int((time.time() - tried.at) // 60)
    with st.container(border=True, gap="xsmall", key="monitor_tried"):
        for finding in tried.findings:
            _row(finding, lang)
        say = WORDS[lang]
        st.caption(fill(say.connection_tried, n=minutes) if minutes else say.connection_tried_now)


def _row(finding: Finding, lang: Lang) -> None:
    name: str = getattr(WORDS[lang], f"check_{finding.item}_name")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(
            name,
            icon=f":material/{_ICONS[finding.works]}:",
            color=_COLORS[finding.works],  # type: ignore[arg-type]  # a table, not a literal
        )
        st.text(sentence(finding.rule, finding.facts, lang), width="stretch")


def _table(say: Words) -> str:
    """Ours alone, so that it may be Markdown."""
    head = (say.connection_server, "OPENAI_BASE_URL", "OPENAI_API_KEY")
    takes = (say.connection_cache, say.connection_schema, say.connection_usage)
    rows = [(*head, *takes), ("---",) * 6, *(_cells(provider, say) for provider in PROVIDERS)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cells(one: Provider, say: Words) -> tuple[str, ...]:
    said: dict[Takes, str] = {
        "yes": say.takes_yes,
        "no": say.takes_no,
        "depends": say.takes_depends,
    }
    key = f"`{one.key}`" if one.key else say.connection_keyless
    takes = (said[one.cache_key], said[one.schema], said[one.usage])
    return one.name, f"`{one.base_url}`", key, *takes
