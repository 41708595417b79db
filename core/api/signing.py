"""The page to sign in, and signing out: plain HTML without a script, in both languages."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Annotated
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from core import words
from core.api import doors, problem
from core.errors import Fact, WriterError
from core.service import wiring
from core.service.entrance import COOKIE, VISIT_S, Entrance
from core.words import Lang

FRESH = {"cache-control": "no-store"}
STYLE = """
:root{color-scheme:light dark;--back:#fffdf9;--card:#faf5ea;--text:#1a120b;--soft:#66594b;
--line:#8b7c68;--act:#9a4410;--bad:#9b1c12;--badback:#fbe1dd}
@media(prefers-color-scheme:dark){:root{--back:#12100d;--card:#1e1a15;--text:#f2eadf;--soft:#b3a595;
--line:#82766a;--act:#bc5a18;--bad:#ffb4a8;--badback:#45191a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--back);
color:var(--text);font:1rem/1.6 Pretendard,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',
'Noto Sans CJK KR',sans-serif;word-break:keep-all;overflow-wrap:anywhere}
main{width:100%;max-width:25rem;padding:2rem;background:var(--card);border-radius:.8rem}
h1{margin:0 0 .5rem;font-size:1.4rem;line-height:1.3}p{margin:0 0 1.25rem;color:var(--soft)}
label{display:block;margin-bottom:.35rem;font-weight:600}form{margin:0 0 1rem}
input,button,.way{display:block;width:100%;min-height:2.9rem;padding:.5rem .9rem;font:inherit;
border:1px solid var(--line);border-radius:.6rem}
input{background:var(--back);color:var(--text);margin-bottom:.8rem}
button{border:0;background:var(--act);color:#fff;font-weight:700;cursor:pointer}
.way{margin-bottom:.8rem;color:inherit;text-align:center;text-decoration:none;font-weight:600}
.bad{padding:.7rem .9rem;border-radius:.6rem;background:var(--badback);color:var(--bad)}
input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--act);
outline-offset:2px}
nav{text-align:right}nav a{display:inline-block;padding:.4rem;color:var(--soft)}
"""

POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}';"
    " img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {**FRESH, "content-security-policy": POLICY, "referrer-policy": "same-origin"}
"""A page that tells no referrer has its forms come from nowhere, which the guard refuses."""
routes = APIRouter(include_in_schema=False)
Next = Annotated[str, Query(alias="next")]


@routes.get("/sign-in")
async def ask(request: Request, wanted: Next = "/", lang: str = "") -> Response:
    """Where to sign in; who has done so goes on."""
    entrance, cookies = wiring.current().entrance, request.cookies
    known = entrance.open or bool(await asyncio.to_thread(entrance.visitor, cookies))
    if known:
        return _on(wanted)
    name = entrance.refused(cookies)
    return _page(
        request, wanted, lang, WriterError("sign_in_unlisted", name=name) if name else None
    )


@routes.post("/sign-in")
async def enter(request: Request) -> Response:
    """Take a key once, for a session."""
    form = parse_qs((await request.body()).decode(errors="replace"), max_num_fields=8)
    key, wanted, lang = (form.get(name, [""])[0] for name in ("key", "next", "lang"))
    entrance = wiring.current().entrance
    try:
        came = doors.came_from(request.scope)
        token = await asyncio.to_thread(entrance.sign_in, key.strip(), came)
    except WriterError as slow:
        return _page(request, wanted, lang, slow)
    if token is None:
        return _page(request, wanted, lang, WriterError("sign_in_wrong"))
    answer = _on(wanted)
    https = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, VISIT_S, httponly=True, samesite="strict", secure=https)
    return answer


@routes.get("/sign-in/{provider}")
async def elsewhere(provider: str) -> Response:
    """To the provider that signs people in."""
    known = wiring.current().entrance.provider
    there = known.begin(provider) if known and provider in known.names else "/sign-in"
    return RedirectResponse(there, 303, FRESH)


@routes.post("/sign-out")
async def leave(request: Request) -> Response:
    """End the session, here and on every replica."""
    if token := request.cookies.get(COOKIE):
        await asyncio.to_thread(wiring.current().entrance.sign_out, token)
    answer = RedirectResponse("/sign-in", 303, FRESH)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _on(wanted: str) -> Response:
    return RedirectResponse(_inside(wanted), 303, FRESH)


def _inside(wanted: str) -> str:
    """An address of this server; another one's is not followed."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    ours = wanted.startswith("/") and not wanted.startswith("//") and plain
    return wanted if ours and not urlsplit(wanted).netloc else "/"


def _lang(request: Request, asked: str) -> Lang:
    spoken = asked or request.headers.get("accept-language", "ko")
    return "ko" if spoken.lower().startswith("ko") else "en"


def _page(request: Request, wanted: str, lang: str, wrong: WriterError | None = None) -> Response:
    spoken, status = _lang(request, lang), problem.status_of(wrong) if wrong else 200
    pieces = _pieces(wiring.current().entrance, _inside(wanted), spoken, wrong)
    return HTMLResponse("".join(pieces), status, {**HEADERS, "content-language": spoken})


def _pieces(
    entrance: Entrance, wanted: str, lang: Lang, wrong: WriterError | None
) -> Iterator[str]:
    def say(rule: str, **facts: Fact) -> str:
        return escape(words.sentence(rule, facts, lang))

    yield f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport"'
    yield ' content="width=device-width"><link rel="icon" href="data:,">'
    yield f"<title>Turnsmith · {say('sign_in_title')}</title><style>{STYLE}</style><main>"
    yield f"<h1>{say('sign_in_title')}</h1>"
    if wrong:
        yield f'<p class="bad" role="alert">{escape(words.error(wrong, lang))}</p>'
    if wrong and wrong.rule == "sign_in_unlisted":
        yield f'<a class="way" href="/auth/logout">{say("sign_out")}</a>'
    for name in entrance.provider.names if entrance.provider else ():
        shown = say("sign_in_with", name=name) if name != "default" else say("sign_in_account")
        yield f'<a class="way" href="/sign-in/{quote(name)}">{shown}</a>'
    if entrance.takes_keys:
        yield f'<p>{say("sign_in_hint")}</p><form method="post" action="/sign-in">'
        yield f'<input type="hidden" name="next" value="{escape(wanted)}">'
        yield f'<input type="hidden" name="lang" value="{lang}">'
        yield f'<label for="key">{say("sign_in_key")}</label>'
        yield '<input id="key" name="key" type="password" autocomplete="current-password"'
        yield ' spellcheck="false" required autofocus>'
        yield f"<button>{say('sign_in_go')}</button></form>"
    other, name = ("en", "English") if lang == "ko" else ("ko", "한국어")
    there = f"/sign-in?lang={other}&amp;next={quote(wanted, safe='')}"
    yield f'<nav><a href="{there}" lang="{other}">{name}</a></nav></main></html>'
