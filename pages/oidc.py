"""Signing in elsewhere: OIDC by Streamlit's own routes and cookies, asked for at our own doors.

Streamlit would let anybody in and leave it to the page; here nobody reaches a page who is on no
list. So the cookie that Streamlit gives is read at the door, with Streamlit's own functions.
"""

import json
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from streamlit.auth_util import (
    encode_provider_token,
    get_cookie_with_chunks,
    get_secrets_auth_section,
    validate_auth_credentials,
)
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

LEAST_SECRET = 32
"""Characters of what signs the cookies."""
ANEW_S = 60
"""How long a cookie that was read is remembered."""


class Oidc:
    """The providers of `[auth]` in `.streamlit/secrets.toml`."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def begin(self, name: str) -> str:
        """Where a browser goes to sign in; good for two minutes."""
        return f"/auth/login?provider={quote(encode_provider_token(name))}"

    def claims(self, cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        """What a provider has said of who sends these cookies; None for nobody."""
        if USER_COOKIE_NAME not in cookies:
            return None
        ours = ((name, cookies[name]) for name in cookies if name.startswith(USER_COOKIE_NAME))
        return _claims(tuple(ours), int(time.time() // ANEW_S))


@lru_cache(maxsize=1024)
def _claims(cookies: tuple[tuple[str, str], ...], _minute: int) -> Mapping[str, object] | None:
    sent, secret = dict(cookies), get_cookie_secret()
    found = get_cookie_with_chunks(
        lambda name: decode_signed_value(secret, name, sent.get(name, "")), USER_COOKIE_NAME
    )
    claims = json.loads(found) if found else {}
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") else None


def provider() -> Oidc | None:
    """None where nothing is configured. What is half configured ends the process with why."""
    section = get_secrets_auth_section()
    if not section:
        return None
    named = (name for name, each in section.items() if isinstance(each, Mapping))
    names = (*(["default"] if "client_id" in section else []), *named)
    try:
        for name in names or ("default",):
            validate_auth_credentials(name)
        encode_provider_token("default")
    except StreamlitAuthError as wrong:
        sys.exit(f"turnsmith: {' '.join(str(wrong).split())}")
    if len(get_cookie_secret()) < LEAST_SECRET:
        sys.exit(f"turnsmith: cookie_secret in [auth] must have {LEAST_SECRET} or more characters.")
    return Oidc(names)
