"""One edit, from request to proposal, as a stream of events."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from core.chapter.changes import Applied, Change, Group
from core.chapter.chapter import Chapter
from core.editing.model import Model
from core.editing.prompt import Said
from core.errors import Fact, ModelError

Outcome = Literal["edited", "question", "refused", "no_change", "failed", "cancelled"]
Kind = Literal["instant", "model"]


@dataclass(frozen=True, slots=True)
class Started:
    """Always the first event."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Drafted:
    """A group that passed the gates, with all that it changes on top of those before it."""

    group: Group
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A change that was refused, alone, with its reason."""

    what: str
    """Address or op as the model wrote it, at most 80 characters."""
    rule: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the model is. Counts only grow; estimates until the server says its own."""

    tokens_in: int
    tokens_out: int
    first_s: float | None
    """Seconds to the first piece of text; None while none came."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A short mention of a renamed thing, for a yes or no: the program does not guess."""

    at: str
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


@dataclass(frozen=True, slots=True)
class Ended:
    """Always the last event. A proposal exists when the outcome is `edited`, also after an error
    that came when something had already passed (then `error` is set too)."""

    outcome: Outcome
    proposal: Proposal | None
    reply: str
    """1 to 50 characters, truthful, in the request's language."""
    error: ModelError | None = None
    rule: str = ""
    """Why nothing changed: a key of `core.words`; "" when edited."""
    facts: Mapping[str, Fact] = field(default_factory=dict)


Event: TypeAlias = Started | Drafted | Dropped | Progress | Ended


async def edit(
    chapter: Chapter,
    request: str,
    model: Model | None,
    *,
    locks: frozenset[str] = frozenset(),
    claims: bool = True,
    said: Sequence[Said] = (),
) -> AsyncIterator[Event]:
    """Read the request and yield what it does: Started, then events, then Ended.

    `locks` are addresses that must not change: `t3`, `t3.news`, `s2`, `s2.name`, `t3.s2`.
    Raises BadRequest for a request over the limit. A model's error does not come through: it is
    in Ended. Closing the iterator or cancelling the task ends the model's call at once.
    """
    raise NotImplementedError
    yield Started("instant")


def proposal(
    chapter: Chapter,
    groups: Sequence[Group],
    dropped: Sequence[Dropped] = (),
    *,
    claims: bool = True,
) -> Proposal:
    """The offer that these groups make; what a cancelled edit keeps."""
    raise NotImplementedError
