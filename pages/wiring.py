"""The service as the person at this tab may use it."""

import streamlit as st

from core.service import hands, wiring
from core.service.identity import ANYBODY, Role, Who
from core.service.wiring import Service


def current() -> Service:
    """Raises Unavailable `not_running`; what it does raises WriterError where the role is low."""
    return hands.of(wiring.current(), who().role)


def may(role: Role) -> bool:
    """Whether the person at this tab has that role."""
    return who().role >= role


def elsewhere() -> bool:
    """Whether this person has signed in by OIDC."""
    provider = wiring.current().entrance.provider
    return provider is not None and provider.claims(st.context.cookies) is not None


def who() -> Who:
    """Whoever has signed in, by the cookies that this tab came with."""
    entrance = wiring.current().entrance
    if entrance.open:
        return ANYBODY
    return entrance.present(st.context.cookies, st.context.headers.get("Authorization", ""))
