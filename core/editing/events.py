"""What happens while an edit runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.chapter.ops import Change, Group
from core.errors import Fact


@dataclass(frozen=True, slots=True)
class Drafted:
    """A group that passed the gates, with all that it changes on top of those before it."""

    group: Group
    changes: tuple[Change, ...]
    replaces: tuple[str, ...] = ()
    """Other groups drafted before that are part of this one now: they share a place. A group
    drafted before under the same id is replaced too."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A change that was refused, alone, with its reason."""

    what: str
    """Op and address as the model wrote them, at most 80 characters."""
    rule: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the model is: tokens of all calls so far, estimates until the server says its own."""

    tokens_in: int
    tokens_out: int
    first_s: float | None
    """Seconds to the first piece of text; None while none came."""
