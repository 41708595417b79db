"""Who may do what: roles, people and programs, and the keys that they show.

A key is long and random, so its SHA-256 is enough to keep: nothing can be guessed back from it, and
it costs a microsecond to compare. `python -m core.service.identity NAME ROLE` makes one.
"""

import hashlib
import hmac
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self

from core.environment import BadSetting

LEAST_KEY = 8
"""Characters of a key that somebody thought of; ours have 43."""
API = "api"
"""Whose edits over HTTP are where nobody has a name: beside each writer, not in front of all."""
_NAME = re.compile(r"[\w.@+-]{1,64}")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


class Role(IntEnum):
    """Each may do what those before it may."""

    NONE = 0
    """Nothing: of nobody."""
    READ = 1
    """Look at everything."""
    EDIT = 2
    """Open, edit and decide."""
    ADMIN = 3
    """What costs the operator money or cannot be undone: try the model, empty the bin."""


ROLES = {role.name.lower(): role for role in Role if role}


@dataclass(frozen=True, slots=True)
class Who:
    """A person or a program."""

    name: str
    """As the record has it; "" when nobody has to sign in."""
    role: Role


ANYBODY = Who("", Role.ADMIN)
"""Where nothing is configured: whoever reaches this machine's own address."""
NOBODY = Who("", Role.NONE)


@dataclass(frozen=True, slots=True)
class Key:
    """A key, of which only the hash is kept."""

    who: Who
    digest: bytes = field(repr=False)

    @classmethod
    def read(cls, written: str, number: int) -> Self:
        """`name:role:key`, `name:role:sha256:…`, or a key alone, which may edit.

        The `number`th of the setting. Raises BadSetting, which does not repeat what was given.
        """
        if not written.isprintable() or " " in written:
            raise _bad(number, "must be without spaces")
        if ":" not in written:
            name = API if number == 1 else f"{API}-{number}"
            return cls(Who(name, Role.EDIT), _digest(written, number))
        name, role, key = [*written.split(":", 2), "", ""][:3]
        if not _NAME.fullmatch(name) or role not in ROLES:
            raise _bad(number, "must be name:role:key with a role of read, edit or admin")
        return cls(Who(name, ROLES[role]), _digest(key, number))


def _digest(key: str, number: int) -> bytes:
    if key.startswith("sha256:"):
        hashed = _HASH.fullmatch(key)
        if not hashed:
            raise _bad(number, "has a hash that is not sha256: and 64 digits of 0-9a-f")
        return bytes.fromhex(hashed[1])
    if len(key) < LEAST_KEY or not key.isascii():
        raise _bad(number, f"must be {LEAST_KEY} or more plain ASCII letters, digits and signs")
    return digest(key)


def _bad(number: int, why: str) -> BadSetting:
    return BadSetting(
        f"API_KEYS: key {number} {why}. `python -m core.service.identity NAME ROLE` makes one."
    )


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of the setting."""

    all: tuple[Key, ...] = ()

    @classmethod
    def read(cls, written: Sequence[str]) -> Self:
        """Raises BadSetting, also for one name with two roles."""
        keys = tuple(Key.read(one, number) for number, one in enumerate(written, 1))
        roles = {key.who.name: key.who.role for key in keys}
        if any(roles[key.who.name] != key.who.role for key in keys):
            raise BadSetting("API_KEYS: one name has two roles; give each its own name.")
        return cls(keys)

    def who(self, sent: str) -> Who | None:
        """Whose key this is. Every key is compared, whichever fits: time tells nothing."""
        given, found = digest(sent), None
        for key in self.all:
            found = key.who if hmac.compare_digest(given, key.digest) else found
        return found


def made(name: str, role: str) -> tuple[str, str]:
    """A new key, and its place in API_KEYS. Raises BadSetting."""
    key = secrets.token_urlsafe(32)
    line = f"{name}:{role}:sha256:{digest(key).hex()}"
    Key.read(line, 1)
    return key, line


def _main(args: Sequence[str]) -> str:
    if len(args) != 2:
        return "Say: python -m core.service.identity NAME read|edit|admin"
    try:
        key, line = made(args[0], args[1])
    except BadSetting:
        return "NAME must be letters, digits and . @ + - _ (at most 64), ROLE read, edit or admin."
    sys.stdout.write(f"key, shown this once: {key}\nfor API_KEYS (several: with commas): {line}\n")
    return ""


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]) or 0)
