"""Who is signed in, and the way out; the name of the record where nobody has to sign in."""

import streamlit as st

from core.service.identity import Role, Who
from pages import wiring
from pages.parts.author import author
from pages.parts.files import joined
from pages.session import Session
from pages.words import WORDS, Words, fill

_signing = st.components.v2.component(
    "turnsmith_signing",
    js=joined("dom.js", "signing/signing.js"),
    css=joined("base.css", "signing/signing.css"),
)


def signing(who: Who, tab: Session) -> None:
    """A button whose words are ours: a label would read a name as Markdown."""
    if not who.name:
        author(tab)
        return
    say = WORDS[tab.lang]
    with st.popover(say.signed_in, icon=":material/how_to_reg:", key="shell_signed"):
        st.text(who.name)
        st.caption(_role(who.role, say))
        _button(say.sign_out, tab, out=True)


def gone(tab: Session) -> None:
    """The session has ended while the page was open."""
    say = WORDS[tab.lang]
    with st.container(border=True, gap="small", key="shell_gone"):
        st.badge(say.signed_out, icon=":material/logout:", color="orange")
        st.text(say.signed_out_hint)
        _button(say.sign_in, tab, out=False)


def _button(label: str, tab: Session, *, out: bool) -> None:
    """To the page where one signs in; `out` signs out before."""
    there = "/auth/logout" if out and wiring.elsewhere() else f"/sign-in?lang={tab.lang}"
    data = {"label": label, "there": there, "out": out, "stamp": f"{tab.lang} {out}"}
    _signing(key=f"shell_sign_{'out' if out else 'in'}", data=data)


def _role(role: Role, say: Words) -> str:
    told = {Role.READ: say.role_read, Role.EDIT: say.role_edit, Role.ADMIN: say.role_admin}
    return fill(say.role, name=told[role])
