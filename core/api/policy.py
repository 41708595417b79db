"""What a browser is told with every answer: what may load, run, frame and read it."""

import base64
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.types import Message, Send

Header = tuple[bytes, bytes]

CSP = b"content-security-policy"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
DATA_ONLY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of what is no page and no script: it loads nothing, even when a browser shows it."""
ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(),"
    " payment=(), serial=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@cache
def page() -> str:
    """The policy of pages and scripts. The inline script is the installed Streamlit's own."""
    rules = {
        "default-src": "'none'",
        # Streamlit loads the script of a component of ours as a blob, and counts in WebAssembly.
        "script-src": " ".join(("'self' blob: 'wasm-unsafe-eval'", *inline_scripts())),
        "worker-src": "'self'",
        # Streamlit's styles are made while it runs (emotion), and have no hash.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        # Streamlit's icons come as a font inside its script.
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "media-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def inline_scripts() -> tuple[str, ...]:
    """Hash sources of the inline scripts in the page that Streamlit serves."""
    found = find_spec("streamlit")
    folder = Path(found.origin).parent if found and found.origin else Path()
    text = (folder / "static" / "index.html").read_text("utf-8")
    digests = [hashlib.sha256(script.encode()).digest() for script in INLINE.findall(text)]
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@cache
def headers(kind: bytes) -> tuple[Header, ...]:
    """For an answer of this content type."""
    # A worker lives under the policy of its script.
    lively = kind.startswith(b"text/html") or b"javascript" in kind
    allowed = (CSP, (page() if lively else DATA_ONLY).encode())
    return (allowed, *((name.encode(), value.encode()) for name, value in ALWAYS.items()))


def hardened(send: Send) -> Send:
    """`send` with these headers on every answer."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = list(message.get("headers", ()))
            named = {name.lower(): value for name, value in told}
            ours = headers(named.get(b"content-type", b""))
            # A page that knows better what it needs says so itself; one that a browser has kept
            # keeps the policy that it came with.
            kept = named.keys() | ({CSP} if message["status"] == 304 else set())
            message["headers"] = [*told, *(one for one in ours if one[0] not in kept)]
        await send(message)

    return add
