"""What happens while an edit runs, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from core.chapter.chapter import Chapter
from core.chapter.merge import Conflict
from core.chapter.ops import Applied, Change, Group
from core.chapter.text import Json
from core.errors import Fact, ModelError

Outcome = Literal["edited", "question", "refused", "no_change", "failed", "cancelled"]
Kind = Literal["instant", "model"]
Verdict = Literal["accepted", "rejected"]
MISSING: Final = "turn_missing"
"""Rule of a planned turn that was not written to its end."""


@dataclass(frozen=True, slots=True)
class Started:
    """Always the first event."""

    kind: Kind


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
    fits: Mapping[str, Json] | None = None
    """The op as JSON, where it would pass and only was not asked for: it can still be wished. Of a
    turn that is `MISSING`, its plan: it can be asked for alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the model is: tokens of all calls so far, estimates until the server says its own."""

    tokens_in: int
    tokens_out: int
    first_s: float | None
    """Seconds to the first piece of text; None while none came."""
    cached: int = 0
    """Of `tokens_in`, those that the server says it had read before."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A short mention of a renamed thing, for a yes or no: the program does not guess."""

    at: str
    """Address in the chapter as it was given."""
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an edit offers."""

    chapter: Chapter
    """The chapter as it was given."""
    groups: tuple[Group, ...]
    """Accept any of them; addresses mean the chapter as it was given."""
    applied: Applied
    """With all groups taken."""
    leftovers: tuple[Leftover, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """Decisions that hold from the start, by group."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    """By group: what another writer has changed in the same place meanwhile."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Always the last event.

    A proposal exists when the outcome is `edited`, also after an error that came when something
    had passed already; then `error` is set too. A request that went on from a proposal keeps it
    whatever the outcome.
    """

    outcome: Outcome
    proposal: Proposal | None
    reply: str
    """1 to 50 characters, truthful, in the request's language."""
    error: ModelError | None = None
    rule: str = ""
    """Why nothing changed: a key of `core.words`; "" when edited."""
    facts: Mapping[str, Fact] = field(default_factory=dict)


Step: TypeAlias = Drafted | Dropped | Progress
"""What comes between the first event and the last."""
Event: TypeAlias = Started | Step | Ended
