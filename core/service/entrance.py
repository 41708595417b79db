"""Who is there: a program by its key, a person by a session of the pages or by OIDC.

A session is a random token in a cookie; the store keeps its hash, so that it holds across restarts
and replicas, ends when somebody signs out, and is worth nothing to who reads the database. It ends,
too, when its key is taken out of the setting.
"""

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from core.errors import WriterError
from core.service.identity import ANYBODY, NOBODY, Role, Who, digest
from core.service.settings import Settings
from core.store.sessions import Sessions, Visit

COOKIE: Final = "turnsmith"
VISIT_S: Final = 7 * 86_400
"""How long a person stays signed in."""
FRESH_S: Final = 5.0
"""How long a session is believed that another replica may have ended."""
MOST_KNOWN: Final = 4096
GUESSES, GUESS_S = 10, 6.0
"""Wrong keys that an address may send at once, and seconds until it may send one more."""
MOST_ADDRESSES: Final = 4096


class Provider(Protocol):
    """Signs people in somewhere else (OIDC)."""

    @property
    def names(self) -> Sequence[str]: ...

    def begin(self, name: str) -> str:
        """Where a browser goes to sign in."""
        ...

    def claims(self, cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        """What it has said of who sends these cookies; None for nobody."""
        ...


class Guesses:
    """Slows an address down that sends wrong keys; others are not kept waiting. Thread-safe."""

    def __init__(self) -> None:
        self._free: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raises WriterError `sign_in_slow`."""
        over_s = self._free.get(address, 0.0) - time.monotonic() - (GUESSES - 1) * GUESS_S
        if over_s > 0:
            raise WriterError("sign_in_slow", wait_s=math.ceil(over_s))

    def wrong(self, address: str) -> None:
        with self._lock:
            free_at = max(self._free.pop(address, 0.0), time.monotonic())
            self._free[address] = free_at + GUESS_S
            if len(self._free) > MOST_ADDRESSES:
                self._free.popitem(last=False)


class Entrance:
    """Of one process. Thread-safe; what looks into the store raises Unavailable."""

    def __init__(
        self, settings: Settings, sessions: Sessions, provider: Provider | None = None
    ) -> None:
        self._keys, self._sessions, self.provider = settings.api_keys, sessions, provider
        self._people = People(settings)
        self.open = not (settings.api_keys.all or provider)
        """Whether nobody has to sign in."""
        self.local = self.open and not settings.open_to_network
        """Whether nobody but this machine may come in."""
        self._known: OrderedDict[str, tuple[Who | None, float]] = OrderedDict()
        self._guesses = Guesses()
        self._marks = {mark(each.digest): each.who for each in self._keys.all}

    @property
    def takes_keys(self) -> bool:
        return bool(self._keys.all)

    def key(self, sent: str, address: str) -> Who | None:
        """Whose key this is. Raises WriterError `sign_in_slow` after many wrong ones."""
        self._guesses.check(address)
        found = self._keys.who(sent)
        if found is None:
            self._guesses.wrong(address)
        return found

    def sign_in(self, sent: str, address: str) -> str | None:
        """A new session's token; None for what is no key."""
        if self.key(sent, address) is None:
            return None
        token = secrets.token_urlsafe(32)
        visit = Visit(mark(digest(sent)), time.time() + VISIT_S)
        self._sessions.begin(digest(token).hex(), visit)
        return token

    def sign_out(self, token: str) -> None:
        name = digest(token).hex()
        self._known.pop(name, None)
        self._sessions.end(name)

    def remembered(self, cookies: Mapping[str, str]) -> tuple[bool, Who | None]:
        """Whether it is known, without the store, who sends these cookies; and who."""
        if COOKIE not in cookies:
            return True, self._person(cookies)
        who, until = self._known.get(digest(cookies[COOKIE]).hex(), (None, 0.0))
        fresh = until > time.monotonic()
        return (True, who or self._person(cookies)) if fresh else (False, None)

    def visitor(self, cookies: Mapping[str, str]) -> Who | None:
        """Who sends these cookies; may look into the store."""
        known, who = self.remembered(cookies)
        return who if known else self._looked_up(cookies[COOKIE]) or self._person(cookies)

    def present(self, cookies: Mapping[str, str], authorization: str = "") -> Who:
        """Who is at a page that has been let in: NOBODY once that has ended."""
        if self.open:
            return ANYBODY
        sent = bearer(authorization)
        return (self._keys.who(sent) if sent else self.visitor(cookies)) or NOBODY

    def _looked_up(self, token: str) -> Who | None:
        name = digest(token).hex()
        visit = self._sessions.get(name)
        left_s = visit.until - time.time() if visit else 0.0
        who = self._marks.get(visit.mark) if visit and left_s > 0 else None
        self._known[name] = who, time.monotonic() + (min(FRESH_S, left_s) if who else FRESH_S)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return who

    def _person(self, cookies: Mapping[str, str]) -> Who | None:
        claims = self.provider.claims(cookies) if self.provider else None
        return self._people.who(claims) if claims else None

    def refused(self, cookies: Mapping[str, str]) -> str:
        """The address of somebody who has signed in and is on no list; "" for all others."""
        claims = self.provider.claims(cookies) if self.provider else None
        return address_of(claims) if claims and not self._people.who(claims) else ""


def mark(key: bytes) -> str:
    """What stands for a key in the store: its hash is in the setting, so it is hashed again."""
    return digest(f"session {key.hex()}").hex()


def bearer(authorization: str) -> str:
    """The token of an Authorization header; "" for another scheme."""
    scheme, _, sent = authorization.partition(" ")
    return sent.strip() if scheme.lower() == "bearer" else ""


class People:
    """Who may come in of all that a provider knows: those on the lists, and nobody else."""

    def __init__(self, settings: Settings) -> None:
        self._lists = (
            (Role.ADMIN, frozenset(settings.oidc_admins)),
            (Role.EDIT, frozenset(settings.oidc_editors)),
            (Role.READ, frozenset(settings.oidc_readers)),
        )

    def who(self, claims: Mapping[str, object]) -> Who | None:
        """By e-mail address, or its domain; one that the provider calls unverified counts for
        nothing.
        """
        address = address_of(claims)
        if not address or claims.get("email_verified", True) not in (True, "true"):
            return None
        domain = f"@{address.rpartition('@')[2]}"
        roles = (role for role, listed in self._lists if {address, domain} & listed)
        role = next(roles, None)
        return Who(address, role) if role else None


def address_of(claims: Mapping[str, object]) -> str:
    return str(claims.get("email") or "").strip().lower()
