"""One edit at one moment: as it runs, as it is stored, and as other processes see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from core.chapter.chapter import Chapter
from core.chapter.ops import Change, Group
from core.editing import editor
from core.editing.events import Dropped, Kind, Outcome, Proposal
from core.editing.prompt import VERSION
from core.editing.trace import Trace
from core.errors import Fact, TurnsmithError
from core.store.edits import EditRow, Kept, Shown

State = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: frozenset[State] = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class View:
    """One edit at one moment."""

    id: str
    chapter: Chapter
    """As it was given."""
    request: str
    seq: int = 0
    """Grows by one with every view of the same edit."""
    state: State = "queued"
    kind: Kind | None = None
    """Whether a model is asked; None while queued."""
    place: int | None = None
    """Model calls before its next one; None when none of its calls stands in line."""
    groups: tuple[Group, ...] = ()
    changes: tuple[Change, ...] = ()
    """Of all groups so far, in the order of the groups."""
    dropped: tuple[Dropped, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    """Of `tokens_in`, those that the server had read before."""
    first_s: float | None = None
    """Seconds to the first piece of the model's answer; None while none came."""
    seconds: float = 0.0
    """From submit to this view."""
    outcome: Outcome | None = None
    """None while it runs."""
    proposal: Proposal | None = None
    """What is offered; also after a failure or a cancel that came when something had passed."""
    reply: str = ""
    """1 to 50 characters to the writer, in the request's language; "" while it runs."""
    error: TurnsmithError | None = None
    rule: str = ""
    """Why nothing changed: a key of `core.words`."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace, compare=False)
    """Where its seconds went: the same for all of its views, and written on while it runs."""
    kept: bool = True
    """False when it is over and could not be stored: a restart would lose it."""

    @property
    def over(self) -> bool:
        return self.state in OVER


def kept(view: View, model: str = "") -> Kept:
    """What is stored of an edit that is over; `model` is the name of the one that it asked."""
    offer, asked = view.proposal, view.kind == "model"
    return Kept(
        model=model if asked else "",
        prompt=VERSION if asked else "",
        kind=view.kind,
        state=view.state,
        outcome=view.outcome,
        groups=offer.groups if offer else (),
        dropped=offer.dropped if offer else view.dropped,
        tokens_in=view.tokens_in,
        tokens_out=view.tokens_out,
        cached=view.cached,
        first_s=view.first_s,
        seconds=view.seconds,
        reply=view.reply,
        error=view.error,
        rule=view.rule,
        facts=view.facts,
        verdicts=offer.verdicts if offer else {},
        conflicts=offer.conflicts if offer else {},
        seq=view.seq,
        trace=view.trace.to_json() if asked else {},
    )


def shown(view: View) -> Shown:
    return Shown(**{name: getattr(view, name) for name in Shown.__dataclass_fields__})


def far(view: View, told: Shown) -> View:
    return replace(view, **{name: getattr(told, name) for name in Shown.__dataclass_fields__})


def remembered(row: EditRow, chapter: Chapter) -> View:
    """A stored edit as it was seen when it ended."""
    return ended(View(row.id, chapter, row.request), row.kept or Kept())


def ended(view: View, one: Kept) -> View:
    made = offer(one, view.chapter) if one.groups else None
    return replace(
        view,
        seq=one.seq,
        state=one.state,
        kind=one.kind,
        groups=one.groups,
        changes=made.applied.changes if made else (),
        dropped=one.dropped,
        tokens_in=one.tokens_in,
        tokens_out=one.tokens_out,
        cached=one.cached,
        first_s=one.first_s,
        seconds=one.seconds,
        outcome=one.outcome,
        proposal=made,
        reply=one.reply,
        error=one.error,
        rule=one.rule,
        facts=one.facts,
        trace=Trace.from_json(one.trace) if one.trace else view.trace,
    )


def offered(row: EditRow, chapter: Chapter) -> Proposal:
    """What a stored edit offers, before the writer's own words are worked in."""
    return offer(row.kept or Kept(), chapter)


def offer(one: Kept, chapter: Chapter) -> Proposal:
    made = editor.proposal(chapter, one.groups, one.dropped)
    return replace(made, verdicts=one.verdicts, conflicts=one.conflicts)
