"""The change list, version 1: what an edit names, and what a change becomes for the writer.

`ModelOp` is what a model may write in a `ChangeList`; `Op` adds the few that only this program
writes. Every value is frozen and closed: an unknown key is an error.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from core.chapter.chapter import Chapter
from core.chapter.text import Json

STRUCTURAL = frozenset(
    {"add_turn", "delete_turn", "move_turn", "copy_turn", "add_stock", "delete_stock", "arrange"}
)
"""Ops that change which turns and stocks there are, or their order."""

Cause = Literal["model", "instant", "rule", "writer"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


Coins = Annotated[int | float, Field(gt=0, allow_inf_nan=False)]


class Set(_Value):
    """Put a text: `t3.news`, `t3.s2.expectation`, or `s2.description` for every turn."""

    op: Literal["set"]
    at: str
    to: str


class Price(_Value):
    """Put the price of `t4.s2`; the next turn's before_value follows."""

    op: Literal["price"]
    at: str
    to: Coins


class Rename(_Value):
    """Change a name or word everywhere, particles included."""

    op: Literal["rename"]
    from_: str = Field(alias="from", min_length=1)
    to: str = Field(min_length=1)


class Reword(_Value):
    """Change a word in the one text `at`, also where a mention is unsure. Ours only.

    `t1.s2.description`, as `s2.description`, means every turn.
    """

    op: Literal["reword"]
    at: str
    from_: str = Field(alias="from", min_length=1)
    to: str = Field(min_length=1)


class Rewrite(_Value):
    """A plan: one call rewrites these fields of turn `at` by this brief."""

    op: Literal["rewrite"]
    at: str
    fields: tuple[str, ...]
    brief: str


class NewPrice(_Value):
    price: Coins
    expectation: str


class NewTurn(_Value):
    result: str
    news: str
    news_tag: str
    stocks: tuple[NewPrice, ...]


class AddTurn(_Value):
    """Put a turn after turn number `after` (0: at the beginning)."""

    op: Literal["add_turn"]
    after: int = Field(ge=0)
    turn: NewTurn


class DeleteTurn(_Value):
    """Take out a turn's event: its news, tag, expectations; the next turn's result and move."""

    op: Literal["delete_turn"]
    at: str


class MoveTurn(_Value):
    """Put the event of turn `at` after the event of turn number `after` (0: first)."""

    op: Literal["move_turn"]
    at: str
    after: int = Field(ge=0)


class NewStock(_Value):
    name: str = Field(min_length=1)
    risk_level: str
    description: str
    turns: tuple[NewPrice, ...]


class AddStock(_Value):
    """Put a stock after the last one, with its price and expectation in every turn."""

    op: Literal["add_stock"]
    stock: NewStock


class DeleteStock(_Value):
    """Take stock `s4` out of every turn."""

    op: Literal["delete_stock"]
    at: str


class CopyTurn(_Value):
    """Repeat the event of turn `at` right after itself. Written by this program only."""

    op: Literal["copy_turn"]
    at: str


class Carry(_Value):
    """Fill or repair before_value from the turn before: `t4.s2`, or everywhere. Ours only."""

    op: Literal["carry"]
    at: str = ""


class Put(_Value):
    """Put any leaf as it was, `present` false takes the key out. Ours only, for inversion."""

    op: Literal["put"]
    at: str
    to: JsonValue = None
    present: bool = True


class Arrange(_Value):
    """Put all turns anew, each written in the manner of turn `origins[i]`. Ours, for inversion."""

    op: Literal["arrange"]
    turns: tuple[dict[str, JsonValue], ...]
    origins: tuple[int, ...]


ModelOp = Annotated[
    Set | Price | Rename | Rewrite | AddTurn | DeleteTurn | MoveTurn | AddStock | DeleteStock,
    Field(discriminator="op"),
]
Op = Annotated[
    Set
    | Price
    | Rename
    | Reword
    | Rewrite
    | AddTurn
    | DeleteTurn
    | MoveTurn
    | AddStock
    | DeleteStock
    | CopyTurn
    | Carry
    | Put
    | Arrange,
    Field(discriminator="op"),
]


class ChangeList(_Value):
    """A model's whole answer."""

    changes: tuple[ModelOp, ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is decided together: ops, and with them all that they force."""

    id: str
    ops: tuple[Op, ...]
    cause: Cause
    because: str
    """The request's words, or the rule that forced it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed place, as the writer sees it."""

    id: str
    """`group.n`, n from 1."""
    op: str
    at: str
    """Address in the new chapter; of a removed place, in the old one."""
    before: Json
    """None when the place is new."""
    after: Json
    """None when the place is gone."""
    cause: Cause
    """"rule" when another change forced it."""
    because: str
    group: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A chapter after some groups, and what they changed in reading order."""

    chapter: Chapter
    changes: tuple[Change, ...]
    together: tuple[frozenset[str], ...] = ()
    """Groups that had a hand in one and the same place: decide them together."""

    @property
    def restructured(self) -> bool:
        """Whether turns or stocks came, went or moved."""
        return any(change.op in STRUCTURAL for change in self.changes)
