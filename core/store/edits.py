"""Edits as they are kept: what each came to, and the decisions on it, across reloads and restarts.

An edit is `running` until it ended, `stopping` when it was told to end by a process that does not
run it; then `open` while it is under review, or `over` when it offers nothing; at last `taken` or
`discarded`.

What runs is shown to other processes by a column of its row. A DBOS stream would take a numbered
step for every write, which a replay must meet again in the same places.
"""

import json
import secrets
import time
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    insert,
    select,
    text,
    update,
)

from core.chapter.chapter import Chapter
from core.chapter.merge import Conflict
from core.chapter.ops import Change, Group
from core.editing.decisions import Decisions, Delta
from core.editing.events import Dropped, Kind, Outcome, Proposal, Verdict
from core.errors import Fact, TurnsmithError, WriterError, retold, told
from core.store import costs, log
from core.store.costs import Cost
from core.store.database import Database
from core.store.log import Act
from core.store.tables import edits, keys, storable, texts

State = Literal["running", "stopping", "open", "over", "taken", "discarded"]
Closing = Literal["taken", "discarded"]
Ending = Literal["queued", "running", "done", "failed", "cancelled"]
"""State of an edit's view."""

CLOSED: frozenset[State] = frozenset({"taken", "discarded"})
UNENDED: frozenset[State] = frozenset({"running", "stopping"})
STOP, NEWS = "stop", "news"
"""What processes tell each other of an edit, before its id."""
POSTED_S = 3600.0
KEY_S = 1800.0
"""How long a request that is sent again under its key gets the edit of the first."""
MOST_ROUNDS = 1000
"""Edits that one has gone on from, by which the one whose model wrote is looked for."""
MOST_ROWS = 500
"""Of one chapter, in a list."""

NOTHING: Delta = {}

_GROUPS = TypeAdapter(tuple[Group, ...])


# -- what an edit came to


@dataclass(frozen=True, slots=True)
class Kept:
    """An edit that is over, without its chapter."""

    kind: Kind | None = None
    """None: neither a request nor a model made it."""
    state: Ending = "done"
    outcome: Outcome | None = None
    groups: tuple[Group, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    first_s: float | None = None
    seconds: float = 0.0
    reply: str = ""
    error: TurnsmithError | None = field(default=None, compare=False)
    rule: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    act: Act = "take"
    """What the log will say when it is taken."""
    other: int | None = None
    """The version that is merged or undone by it."""
    model: str = ""
    """The name of the model that was asked; "" where none was."""
    prompt: str = ""
    """The version of what it was told."""
    seq: int = 0
    """Of its last view."""
    trace: Mapping[str, Any] = field(default_factory=dict)
    """As `core.editing.trace` writes it; empty where no model was asked."""

    def to_json(self) -> bytes:
        """One line of ASCII: any text can be kept."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        plain["groups"] = _GROUPS.dump_python(self.groups, mode="json", by_alias=True)
        plain["dropped"] = [asdict(one) for one in self.dropped]
        plain["conflicts"] = {id_: asdict(one) for id_, one in self.conflicts.items()}
        plain["error"] = told(self.error) if self.error else None
        return json.dumps(plain, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """`from_json(k.to_json()) == k`, its error by class, rule and facts."""
        plain: dict[str, Any] = json.loads(body)
        conflicts = {id_: Conflict(**one) for id_, one in plain.pop("conflicts").items()}
        error = plain.pop("error")
        return cls(
            groups=_GROUPS.validate_json(json.dumps(plain.pop("groups"))),
            dropped=tuple(Dropped(**one) for one in plain.pop("dropped")),
            conflicts=conflicts,
            error=retold(**error) if error else None,
            **plain,
        )


_PLAIN = (
    *(
        "kind",
        "state",
        "outcome",
        "tokens_in",
        "tokens_out",
        "cached",
        "first_s",
        "seconds",
        "reply",
    ),
    *("rule", "facts", "verdicts", "act", "other", "model", "prompt", "seq", "trace"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How far an edit is, for readers in other processes."""

    seq: int
    state: Ending
    kind: Kind | None
    place: int | None
    changes: tuple[Change, ...]
    dropped: tuple[Dropped, ...]
    tokens_in: int
    tokens_out: int
    first_s: float | None
    seconds: float

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        plain: dict[str, Any] = json.loads(body)
        changes = tuple(Change(**one) for one in plain.pop("changes"))
        dropped = tuple(Dropped(**one) for one in plain.pop("dropped"))
        return cls(changes=changes, dropped=dropped, **plain)


# -- the table


@dataclass(frozen=True)
class EditRow:
    """An edit as it is kept."""

    id: str
    chapter: str
    """Id in the library; "" for an edit of a story that came with its request."""
    branch: str
    base: int
    """Number of the version that it was made on."""
    follows: str | None
    """The edit that it goes on from."""
    request: str
    at: float
    """Seconds since 1970."""
    author: str
    state: State
    body: bytes | None
    said: str
    seq: int
    """Grows by one with every decision."""
    shown: bytes | None = None

    @cached_property
    def kept(self) -> Kept | None:
        """None while it runs, and when it never ended."""
        return Kept.from_json(zlib.decompress(self.body)) if self.body is not None else None

    @cached_property
    def far(self) -> Shown | None:
        """How far it is; None while nobody has told, and when it has ended."""
        return Shown.from_json(self.shown) if self.shown is not None else None

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions.from_json(self.said)


@dataclass(frozen=True, slots=True)
class Key:
    """What a caller has named a request by."""

    name: str
    mark: str
    """Equal for two requests that ask for the same."""


class Edits:
    """Thread-safe; several processes may share one database. Raises Unavailable.

    An id cannot be guessed: who has it may decide.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(  # noqa: PLR0913  a row's columns
        self,
        id_: str,
        chapter: str,
        branch: str,
        base: int,
        request: str,
        *,
        author: str = "",
        follows: str | None = None,
    ) -> None:
        """Note that an edit runs."""
        row = _row(id_, chapter, branch, base, request)
        with self._database.write() as connection:
            connection.execute(insert(edits).values(**row, author=author, follows=follows))

    def post(
        self, id_: str, story: Chapter, request: str, key: "Key | None" = None, author: str = ""
    ) -> str:
        """Note that an edit runs of a story that is in no library. Both are kept for `POSTED_S`.

        The id of the edit that its key stands for: this one, or that of an earlier request, and
        then nothing is noted. Raises WriterError `key_reused`.
        """
        row, until = _row(id_, "", "", 0, request), time.time() - POSTED_S
        over = edits.c.state.not_in(sorted(UNENDED))
        old = (edits.c.chapter == "") & (edits.c.at < until) & over
        with self._database.write() as connection:
            ids = connection.execute(select(edits.c.id).where(old)).scalars().all()
            connection.execute(delete(texts).where(texts.c.chapter.in_(ids)))
            connection.execute(delete(edits).where(edits.c.id.in_(ids)))
            if key and (first := _claimed(connection, key, id_)) != id_:
                return first
            connection.execute(insert(edits).values(**row, author=author, follows=None))
            log.keep(connection, id_, story)
        return id_

    def keyed(self, key: "Key") -> str | None:
        """The edit that a key stands for. Raises WriterError `key_reused`."""
        with self._database.read() as connection:
            return _stands_for(connection, key)

    def withdraw(self, id_: str) -> None:
        """It was noted and could not be begun: its key stands for nothing."""
        with self._database.write() as connection:
            connection.execute(delete(keys).where(keys.c.edit == id_))
            _update(connection, id_, state="discarded")

    def story(self, id_: str) -> Chapter:
        """What was posted with an edit. Raises WriterError `edit_forgotten`."""
        with self._database.read() as connection:
            asked = select(texts.c.hash).where(texts.c.chapter == id_)
            found = connection.execute(asked).scalar_one_or_none()
            if found is None:
                raise WriterError("edit_forgotten")
            return log.kept(connection, id_, found)

    def ended(
        self,
        id_: str,
        kept: Kept,
        said: Delta = NOTHING,
        *,
        before: "tuple[str, Delta] | None" = None,
        cost: Cost | None = None,
    ) -> Kept | None:
        """Keep what an edit came to, its first decisions with it; nothing when it is unknown.

        `said` is decided on it besides. `before` is the open edit that it goes on from, with what
        was decided there last: it is discarded. `cost` is noted with it where a model was asked.
        What was kept of it before, by another process, stays as it is and is returned.
        """
        with self._database.write() as connection:
            row = _held(connection, id_)
            if row is None or row.body is not None:
                return row.kept if row else None
            first = Decisions(verdicts=dict(kept.verdicts)).merged(said)
            state = row.state if row.state in CLOSED else _offered(kept)
            told = first.merged(asdict(row.decisions)).to_json()
            _update(connection, id_, state=state, body=_packed(kept), decisions=told, shown=None)
            self._database.tell(connection, f"{NEWS} {id_}")
            if cost:
                costs.note(connection, cost)
            left = _held(connection, before[0]) if before else None
            if before and left and left.state not in CLOSED:
                told = left.decisions.merged(before[1]).to_json()
                _update(connection, left.id, state="discarded", decisions=told)
                if cost:
                    costs.pass_on(connection, _paid(connection, left))
        return None

    # -- what runs, and in which process

    def lately(self, most: int) -> list[EditRow]:
        """The last edits that have ended, the latest first."""
        with self._database.read() as connection:
            ended = select(edits).where(edits.c.body.is_not(None)).order_by(edits.c.at.desc())
            return [_typed(row) for row in connection.execute(ended.limit(most))]

    def show(self, far: Mapping[str, Shown]) -> None:
        """Show by id how far edits are; nothing of those that have ended."""
        with self._database.write() as connection:
            for id_, one in sorted(far.items()):
                runs = update(edits).where(_named(id_), edits.c.state.in_(sorted(UNENDED)))
                connection.execute(runs.values(shown=one.to_json()))
            self._database.tell(connection, *(f"{NEWS} {id_}" for id_ in far))

    def stop(self, id_: str) -> bool:
        """Tell whoever runs an edit to end it, now or when it is gone on with; False when it has
        ended, or is not known.
        """
        change = update(edits).where(_named(id_), edits.c.state.in_(sorted(UNENDED)))
        with self._database.write() as connection:
            told = connection.execute(change.values(state="stopping")).rowcount
            self._database.tell(connection, f"{STOP} {id_}")
        return bool(told)

    def stopping(self, ids: Collection[str]) -> Sequence[str]:
        """Those that were told to end and have not ended."""
        asked = select(edits.c.id).where(edits.c.id.in_(ids), edits.c.state == "stopping")
        with self._database.read() as connection:
            return connection.execute(asked).scalars().all()

    def propose(  # noqa: PLR0913  a row's columns
        self,
        chapter: str,
        branch: str,
        base: int,
        proposal: Proposal,
        request: str,
        *,
        author: str = "",
        act: Act = "take",
        other: int | None = None,
        follows: str | None = None,
    ) -> str:
        """Keep an open proposal that no model made, and return its id."""
        kept = Kept(
            outcome="edited",
            groups=proposal.groups,
            dropped=proposal.dropped,
            verdicts=proposal.verdicts,
            conflicts=proposal.conflicts,
            act=act,
            other=other,
        )
        row = _row(secrets.token_urlsafe(16), chapter, branch, base, request)
        row |= {"author": author, "follows": follows, "state": "open"}
        row |= {"body": _packed(kept), "decisions": Decisions.of(proposal).to_json()}
        with self._database.write() as connection:
            connection.execute(insert(edits).values(**row))
        return str(row["id"])

    def replace(self, row: EditRow, after: "After") -> str:
        """Discard an open edit for a proposal in its stead; the id of that. Raises as `settle`."""
        with self._database.write() as connection:
            return settle(connection, row, "discarded", after)

    def get(self, id_: str) -> EditRow | None:
        with self._database.read() as connection:
            return _found(connection, select(edits).where(_named(id_)))

    def of(self, chapter: str) -> tuple[EditRow, ...]:
        """A chapter's edits, newest first."""
        asked = select(edits).where(edits.c.chapter == chapter)
        newest = asked.order_by(edits.c.at.desc(), edits.c.id).limit(MOST_ROWS)
        with self._database.read() as connection:
            return tuple(map(_typed, connection.execute(newest)))

    def close(self, id_: str, state: Closing) -> None:
        """It is decided. What was closed before stays as it is."""
        with self._database.write() as connection:
            row = _held(connection, id_)
            if row is None or row.state in CLOSED:
                return
            _update(connection, id_, state=state)
            if state == "discarded":
                costs.refuse(connection, _paid(connection, row))

    def decide(
        self,
        id_: str,
        delta: Mapping[str, object],
        check: Callable[[Decisions], object] | None = None,
    ) -> tuple[Decisions, int]:
        """Decide some keys anew and return all decisions with their number.

        The last word on a key counts; other keys stay as another tab has put them. `check` is
        given the decisions as they would be: what it raises keeps them out. Raises WriterError
        `edit_forgotten`, `edit_decided`, `decisions_format`.
        """
        with self._database.write() as connection:
            row = _held(connection, id_)
            if row is None:
                raise WriterError("edit_forgotten")
            if row.state in CLOSED:
                raise WriterError("edit_decided")
            made = row.decisions.merged(delta)
            if check:
                check(made)
            _update(connection, id_, decisions=made.to_json(), seq=row.seq + 1)
            return made, row.seq + 1


@dataclass(frozen=True, slots=True)
class After:
    """A proposal that goes on from one that was decided."""

    base: int
    """Number of the version that it is made on."""
    proposal: Proposal
    said: Decisions
    request: str = ""
    """"" is that of the decided one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How many changes were taken and refused."""

    accepted: int = 0
    rejected: int = 0


NONE_YET = Judged()


def settle(
    connection: Connection,
    row: EditRow,
    state: Closing,
    after: After | None,
    judged: Judged = NONE_YET,
) -> str:
    """Close an edit as it was read and keep what goes on from it: the id of that, or "".

    In the transaction of what came of it; `judged` goes to what its model has cost. Raises
    WriterError `edit_forgotten`, `edit_decided`, and `moved_on` when something was decided since
    it was read.
    """
    now = _held(connection, row.id)
    if now is None:
        raise WriterError("edit_forgotten")
    if now.state in CLOSED:
        raise WriterError("edit_decided")
    if now.seq != row.seq:
        raise WriterError("moved_on", version=row.base)
    _update(connection, row.id, state=state)
    if judged != NONE_YET:
        costs.judge(connection, _paid(connection, row), judged.accepted, judged.rejected)
    if after is None or row.kept is None:
        return ""
    kept, offer, id_ = row.kept, after.proposal, secrets.token_urlsafe(16)
    made = Kept(
        outcome="edited",
        groups=offer.groups,
        dropped=offer.dropped,
        verdicts=offer.verdicts,
        conflicts=offer.conflicts,
        act=kept.act,
        other=kept.other,
    )
    new = _row(id_, row.chapter, row.branch, after.base, after.request or row.request)
    new |= {"author": row.author, "follows": row.id, "state": "open"}
    new |= {"body": _packed(made), "decisions": after.said.to_json()}
    connection.execute(insert(edits).values(**new))
    return id_


def _paid(connection: Connection, row: EditRow) -> str:
    """The edit whose model wrote what this one offers: itself, or one that it goes on from."""
    at: EditRow | None = row
    for _ in range(MOST_ROUNDS):
        if at is None or not at.follows or costs.known(connection, at.id):
            break
        at = _found(connection, select(edits).where(_named(at.follows)))
    return at.id if at else row.id


def _claimed(connection: Connection, key: Key, id_: str) -> str:
    """Take a key for an edit, unless another request has been quicker: the edit of that one."""
    connection.execute(delete(keys).where(keys.c.at < time.time() - KEY_S))
    named = {"name": storable(key.name), "mark": key.mark, "edit": id_, "at": time.time()}
    connection.execute(_CLAIM, named)
    return _stands_for(connection, key) or id_


_CLAIM = text(
    "INSERT INTO keys (name, mark, edit, at) VALUES (:name, :mark, :edit, :at)"
    " ON CONFLICT (name) DO NOTHING"
)


def _stands_for(connection: Connection, key: Key) -> str | None:
    fresh = keys.c.at >= time.time() - KEY_S
    asked = select(keys.c.mark, keys.c.edit).where(keys.c.name == key.name, fresh)
    found = connection.execute(asked).one_or_none()
    if found and found.mark != key.mark:
        raise WriterError("key_reused")
    return str(found.edit) if found else None


def _row(id_: str, chapter: str, branch: str, base: int, request: str) -> dict[str, object]:
    """A new row, running."""
    named = {"id": id_, "chapter": chapter, "branch": branch, "base": base}
    said = {"request": request, "at": time.time(), "state": "running"}
    return {**named, **said, "decisions": "{}", "seq": 0}


def _offered(kept: Kept) -> State:
    return "open" if kept.groups else "over"


def _packed(kept: Kept) -> bytes:
    return zlib.compress(kept.to_json())


def _named(id_: str) -> ColumnElement[bool]:
    return edits.c.id == id_


def _held(connection: Connection, id_: str) -> EditRow | None:
    """The row, and nobody else changes it before the transaction ends."""
    return _found(connection, select(edits).where(_named(id_)).with_for_update())


def _found(connection: Connection, asked: Select[Any]) -> EditRow | None:
    row = connection.execute(asked).one_or_none()
    return _typed(row) if row else None


def _typed(row: Row[Any]) -> EditRow:
    named = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return EditRow(said=named.pop("decisions"), **named)


def _update(connection: Connection, id_: str, **values: object) -> None:
    connection.execute(update(edits).where(_named(id_)).values(**values))
