"""What edits cost: a row for each that asked a model, and what became of the changes it offered."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    Table,
    cast,
    delete,
    func,
    select,
    text,
    update,
)

from core.editing.scope import Breadth
from core.store.database import Database
from core.store.tables import costs, holds

R = TypeVar("R")
Asked: TypeAlias = Breadth | Literal["instant"]
DAY_S: Final = 86_400
ALIKE = 200
"""Edits that an estimate is made of, the latest."""
MONTH = 30
"""Days within which an edit says what another one will cost."""
FEW = 5
"""With fewer edits of the same kind and size, all of them say it."""
_ENDED = ("edited", "question", "refused", "no_change")
"""Outcomes of an edit whose model answered to its end."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one edit cost; or, of kind `instant`, a day's edits that asked no model."""

    id: str
    at: float
    """Seconds since 1970."""
    writer: str
    """Whose edit it is: an author, a chapter where nobody signed, or `api`."""
    kind: Asked
    size: int
    """Characters of the chapter."""
    model: str = ""
    prompt: str = ""
    """The version of what the model was told."""
    outcome: str = ""
    edits: int = 1
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    """Of `tokens_in`, those that the provider had read before."""
    seconds: float = 0.0
    whole: int = 0
    """Tokens that writing the chapter anew would have taken; 0 where nothing was offered."""
    offered: int = 0
    """Changes; those that another edit went on with are counted there."""

    @property
    def day(self) -> int:
        return day(self.at)


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens of several edits."""

    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cached + other.cached,
        )

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class Hold:
    """What a running edit is expected to spend, set aside before its model is asked."""

    id: str
    writer: str
    spent: Spent
    until: float
    """Seconds since 1970: the edit of a process that died holds nothing any more."""


@dataclass(frozen=True, slots=True)
class Day:
    """What is spent of a day, and held by the edits that run, by writer."""

    spent: Mapping[str, Spent]
    held: Mapping[str, Spent]


@dataclass(frozen=True, slots=True)
class Sum:
    """The edits of one day, kind, model and version of the prompt."""

    day: int
    kind: Asked
    model: str
    prompt: str
    edits: int
    spent: Spent
    seconds: float
    whole: int
    offered: int
    accepted: int
    rejected: int


class Costs:
    """Thread-safe; several processes may share one database. Raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Sequence[Cost]) -> None:
        """Note them; an edit that is known stays as it is, a day's instant ones are added up."""
        with self._database.write() as connection:
            for cost in rows:
                note(connection, cost)

    def of_day(self, number: int) -> Mapping[str, Spent]:
        """What each writer has spent on a day."""
        with self._database.read() as connection:
            return _by_writer(connection, costs, costs.c.day == number)

    def hold(
        self, hold: Hold, late: Sequence[Hold], refused: "Callable[[Day], R | None]"
    ) -> R | None:
        """Set aside what an edit will spend, unless `refused` says why not; all processes in turn.

        `late` have ended here and may not be noted yet. What an edit holds already, as after a
        restart, is held on without a question.
        """
        with self._database.write() as connection:
            if self._database.kind == "postgresql":
                connection.execute(_ALONE)
            connection.execute(delete(holds).where(holds.c.until < time.time()))
            again = update(holds).where(holds.c.id == hold.id).values(until=hold.until)
            if connection.execute(again).rowcount:
                return None
            if why := refused(_standing(connection, late)):
                return why
            spent = asdict(hold.spent)
            row = {"id": hold.id, "writer": hold.writer, "until": hold.until, **spent}
            connection.execute(holds.insert(), row)
        return None

    def fold(self, until: int) -> None:
        """Days before `until`: what is left of an edit is its share of its day's sums."""
        while (number := self._unfolded(until)) is not None:
            with self._database.write() as connection:
                _fold(connection, number)

    def _unfolded(self, until: int) -> int | None:
        asked = select(func.min(costs.c.day)).where(costs.c.day < until, _WHOLE)
        with self._database.read() as connection:
            number: int | None = connection.execute(asked).scalar_one()
        return number

    def since(self, number: int) -> tuple[Sum, ...]:
        """All from a day on, the latest day first."""
        asked = select(*_BY, *_sums(*_SUMMED)).where(costs.c.day >= number).group_by(*_BY)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(costs.c.day.desc(), *_BY[1:]))
            return tuple(map(_sum, rows))

    def alike(self, kind: Breadth, size: int) -> tuple[tuple[Spent, float], ...]:
        """Tokens and seconds of the latest edits of a kind on chapters of about that size.

        Of the kind alone where those are few.
        """
        near = costs.c.size.between(size // 2, size * 2)
        same = costs.c.kind == kind
        found = self._latest(same, near)
        return found if len(found) >= FEW else self._latest(same)

    def latest(self) -> tuple[tuple[Spent, float], ...]:
        """Tokens and seconds of the latest edits of any kind."""
        return self._latest()

    def _latest(self, *wanted: ColumnElement[bool]) -> tuple[tuple[Spent, float], ...]:
        ended = costs.c.outcome.in_(_ENDED), costs.c.at > time.time() - MONTH * DAY_S
        columns = (costs.c.tokens_in, costs.c.tokens_out, costs.c.cached, costs.c.seconds)
        asked: Select[Any] = select(*columns).where(*ended, *wanted, costs.c.kind != "instant")
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(costs.c.at.desc()).limit(ALIKE)).all()
        return tuple((Spent(*row[:3]), float(row[3])) for row in rows)


def day(at: float) -> int:
    """Of a moment: days since 1970, in UTC."""
    return int(at // DAY_S)


# -- in the transaction of the edit


def note(connection: Connection, cost: Cost) -> None:
    """Once for an edit, however often it is said."""
    row = {**asdict(cost), "day": cost.day, "accepted": 0, "rejected": 0}
    connection.execute(delete(holds).where(holds.c.id == cost.id))
    connection.execute(_ADD if cost.kind == "instant" else _NOTE, row)


def known(connection: Connection, id_: str) -> bool:
    """Whether it is noted: an edit that asked no model is not."""
    asked = select(costs.c.id).where(costs.c.id == id_)
    return connection.execute(asked).scalar_one_or_none() is not None


def judge(connection: Connection, id_: str, accepted: int, rejected: int) -> None:
    """So many changes of an edit were taken and refused."""
    more = {"accepted": costs.c.accepted + accepted, "rejected": costs.c.rejected + rejected}
    connection.execute(update(costs).where(costs.c.id == id_).values(more))


def refuse(connection: Connection, id_: str) -> None:
    """Nothing more of an edit is taken."""
    rest = costs.c.offered > costs.c.accepted
    change = update(costs).where(costs.c.id == id_, rest)
    connection.execute(change.values(rejected=costs.c.offered - costs.c.accepted))


def pass_on(connection: Connection, id_: str) -> None:
    """What is undecided of an edit is offered by another one, and counted there."""
    change = update(costs).where(costs.c.id == id_)
    connection.execute(change.values(offered=costs.c.accepted + costs.c.rejected))


_ALONE = text("SELECT pg_advisory_xact_lock(1751084915)")
"""Two processes that look at the same remainder would both take it."""
_PLAIN = ("edits", "seconds", "whole", "offered", "accepted", "rejected")
_SUMMED = (*_PLAIN, "tokens_in", "tokens_out", "cached")
_BY = (costs.c.day, costs.c.kind, costs.c.model, costs.c.prompt)
_FOLDED = "sum "
_WHOLE = ~costs.c.id.startswith(_FOLDED)
"""Of one edit, or of a day's instant ones."""
_KINDS: Mapping[str, type[Double[float]]] = {"seconds": Double}
_COLUMNS = [column.name for column in costs.c]
_INSERT = (
    f"INSERT INTO costs ({', '.join(_COLUMNS)})"  # noqa: S608  our own columns
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) ON CONFLICT (id) DO "
)
_NOTE = text(f"{_INSERT}NOTHING")
_ADD = text(
    f"{_INSERT}UPDATE SET edits = costs.edits + excluded.edits,"
    " whole = costs.whole + excluded.whole, seconds = costs.seconds + excluded.seconds"
)


def _fold(connection: Connection, number: int) -> None:
    """One day: a row for each kind, model and version; one that was made before is added to."""
    today = costs.c.day == number
    asked = select(*_BY, *_sums(*_SUMMED)).where(today).group_by(*_BY)
    rows = [dict(row._mapping) for row in connection.execute(asked)]  # noqa: SLF001  its name
    connection.execute(delete(costs).where(today))
    for row in rows:
        id_ = f"{_FOLDED}{number} {row['kind']} {row['prompt']} {row['model']}"
        rest = {"id": id_, "at": float(number * DAY_S), "writer": "", "size": 0, "outcome": ""}
        connection.execute(costs.insert(), {**row, **rest})


def _standing(connection: Connection, late: Sequence[Hold]) -> Day:
    """Today's, with what is not noted yet counted as spent and no longer as held."""
    ids = [one.id for one in late]
    noted = set(connection.execute(select(costs.c.id).where(costs.c.id.in_(ids))).scalars())
    spent = _by_writer(connection, costs, costs.c.day == day(time.time()))
    for one in late:
        if one.id not in noted:
            spent[one.writer] = spent.get(one.writer, Spent()) + one.spent
    return Day(spent, _by_writer(connection, holds, holds.c.id.not_in(ids)))


def _by_writer(
    connection: Connection, table: Table, where: ColumnElement[bool]
) -> dict[str, Spent]:
    names = ("tokens_in", "tokens_out", "cached")
    asked = select(table.c.writer, *_sums(*names, of=table)).where(where).group_by(table.c.writer)
    return {row[0]: Spent(*row[1:]) for row in connection.execute(asked)}


def _sums(*names: str, of: Table = costs) -> list[ColumnElement[Any]]:
    """PostgreSQL's sum of BIGINT is a decimal, unless told otherwise."""
    return [cast(func.sum(of.c[name]), _KINDS.get(name, BigInteger)).label(name) for name in names]


def _sum(row: Row[Any]) -> Sum:
    spent = Spent(row.tokens_in, row.tokens_out, row.cached)
    named = {name: getattr(row, name) for name in _PLAIN}
    return Sum(row.day, row.kind, row.model, row.prompt, spent=spent, **named)
