"""A chapter: the kept text, and typed views over its turns and stocks by address."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Self

from core.chapter import text
from core.chapter.text import Json, Source
from core.errors import NoSuchPlace, Unreadable

Number = int | float

TURN_TEXTS = ("result", "news", "news_hint", "news_tag")
"""Text fields of a turn, in reading order."""
STOCK_TEXTS = ("name", "risk_level", "description", "expectation")
"""Text fields of a stock, in reading order."""
SHARED = ("name", "risk_level", "description")
"""Stock fields that are the same in every turn; addressed `s2.name`."""
PRICES = ("before_value", "current_value")
RISKS = ("고위험 고수익", "중위험 균형형", "저위험 저수익")
"""Exact labels that the game's analytics compare."""
RISK_OF_TAG = {"high": "고위험", "mid": "중위험", "low": "저위험"}
TAGS = ("all", "high", "mid", "low", "")
NEAR_BYTES = text.MAX_BYTES // 8
"""A longer text might not be read again after an edit, so it is read at once."""

_ADDRESS = re.compile(
    r"(?:t(?P<turn>[1-9][0-9]{0,5}))?(?:(?:^|(?<=[0-9])\.)s(?P<stock>[1-9][0-9]{0,5}))?"
    r"(?:(?<=[0-9])\.(?P<field>[a-z_]+))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A place by position from 1: `t3.news`, `t3.s2.expectation`; `s2.name` means every turn."""

    turn: int | None = None
    stock: int | None = None
    field: str | None = None

    @classmethod
    def parse(cls, written: str) -> Self:
        """Raises NoSuchPlace when it is not an address."""
        found = _ADDRESS.fullmatch(written)
        if not found or not (found["turn"] or found["stock"]):
            raise NoSuchPlace("address", at=written[:40])
        turn, stock = found["turn"], found["stock"]
        return cls(int(turn) if turn else None, int(stock) if stock else None, found["field"])

    def __str__(self) -> str:
        parts = (self.turn and f"t{self.turn}", self.stock and f"s{self.stock}", self.field)
        return ".".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Stock:
    """One stock in one turn. What is missing or of the wrong type reads as "" or None."""

    at: Address
    values: Mapping[str, Json]

    def text(self, field: str) -> str:
        return _text(self.values, field)

    @property
    def name(self) -> str:
        return self.text("name")

    @property
    def risk(self) -> str:
        return self.text("risk_level")

    @property
    def price(self) -> Number | None:
        """Price in this turn, in coins."""
        return _number(self.values, "current_value")

    @property
    def opening(self) -> Number | None:
        """`before_value`: the price in the turn before, in coins."""
        return _number(self.values, "before_value")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. What is missing or of the wrong type reads as "" or ()."""

    at: Address
    values: Mapping[str, Json]
    stocks: tuple[Stock, ...]

    @property
    def position(self) -> int:
        """From 1."""
        return self.at.turn or 0

    def text(self, field: str) -> str:
        return _text(self.values, field)


@dataclass(frozen=True, eq=False)
class Chapter:
    """A readable chapter. Immutable; every byte that was pasted is kept."""

    array: list[Json]
    """The turns as plain JSON values. Never changed in place: copy first."""
    origin: "Source | Chapter"
    """The text that it was read from, or the chapter that it was edited from."""

    @cached_property
    def text(self) -> str:
        """All that was pasted, wrapper included; what an export writes."""
        if isinstance(self.origin, Chapter):
            return text.write(self.origin.source, self.array)
        return self.origin.text

    @cached_property
    def source(self) -> Source:
        """The text with the place of every value; of an edited chapter, read when asked for."""
        return text.read(self.text) if isinstance(self.origin, Chapter) else self.origin

    def settled(self) -> "Chapter":
        """The same chapter, without holding on to the one that it was edited from."""
        return Chapter(self.source.array, self.source)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        given = self.origin if isinstance(self.origin, Chapter) else None
        if given is None or len(given.array) != len(self.array):
            return tuple(_turn(number, value) for number, value in enumerate(self.array, 1))
        # What an edit left alone is the very same value: most of it is.
        both = enumerate(zip(self.array, given.array, given.turns, strict=True), 1)
        return tuple(was if now is old else _turn(n, now) for n, (now, old, was) in both)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of `text` in UTF-8, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def stock_count(self) -> int:
        """Stocks of the turn that has most."""
        return max((len(turn.stocks) for turn in self.turns), default=0)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Stock names by position, each from the first turn that has it."""
        return tuple(self.shared(number, "name") for number in range(1, self.stock_count + 1))

    def shared(self, stock: int, field: str) -> str:
        """A stock's text as the first turn with a filled one has it; "" when none has."""
        return self._shared.get((stock, field), "")

    @cached_property
    def _shared(self) -> dict[tuple[int, str], str]:
        found: dict[tuple[int, str], str] = {}
        for stock in (stock for turn in self.turns for stock in turn.stocks):
            for field in STOCK_TEXTS:
                if value := stock.text(field):
                    found.setdefault((stock.at.stock or 0, field), value)
        return found

    def fields(self) -> Iterator[Address]:
        """Every leaf of the turns and stocks, in file order."""
        for turn in self.turns:
            for field in turn.values:
                if field == "stocks":
                    for stock in turn.stocks:
                        yield from (_at(stock.at, inner) for inner in stock.values)
                else:
                    yield _at(turn.at, field)

    def value(self, at: Address) -> Json:
        """The value at a full address (`t3.news`, `t3.s2.name`). Raises NoSuchPlace."""
        try:
            holder = self.turns[(at.turn or 0) - 1].values if at.turn else {}
            if at.turn and at.stock:
                holder = self.turns[at.turn - 1].stocks[at.stock - 1].values
            return holder[at.field or ""]
        except LookupError:
            raise NoSuchPlace("no_place", at=str(at), turns=len(self.turns)) from None

    def texts(self) -> Iterator[tuple[Address, str]]:
        """Every text field with its address, in reading order."""
        for turn in self.turns:
            for field in TURN_TEXTS:
                if isinstance(turn.values.get(field), str):
                    yield _at(turn.at, field), turn.text(field)
            for stock in turn.stocks:
                for field in STOCK_TEXTS:
                    if isinstance(stock.values.get(field), str):
                        yield _at(stock.at, field), stock.text(field)


def read(raw: bytes | str) -> Chapter:
    """Open a pasted chapter. Raises Unreadable, naming the place."""
    source = text.read(raw)
    if not source.array:
        raise Unreadable("no_turns")
    for number, value in enumerate(source.array, 1):
        if not isinstance(value, dict):
            line = source.inner.count("\n", 0, source.spans[(*source.path, number - 1)][0]) + 1
            raise Unreadable("not_turn", at=f"t{number}", turn=number, line=line)
    return Chapter(source.array, source)


def with_array(chapter: Chapter, array: list[Json]) -> Chapter:
    """The same pasted text with other turns, spliced byte for byte once it is asked for."""
    if not array:
        raise Unreadable("no_turns")
    edited = Chapter(array, chapter)
    return edited.settled() if len(chapter.text) > NEAR_BYTES else edited


def is_number(value: Json) -> bool:
    """A JSON number: not text, not true or false."""
    return type(value) in (int, float)


def _at(holder: Address, field: str) -> Address:
    return Address(holder.turn, holder.stock, field)


def _text(values: Mapping[str, Json], field: str) -> str:
    value = values.get(field)
    return value if isinstance(value, str) else ""


def _number(values: Mapping[str, Json], field: str) -> Number | None:
    value = values.get(field)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _turn(number: int, value: Json) -> Turn:
    values = value if isinstance(value, dict) else {}
    listed = values.get("stocks")
    rows = listed if isinstance(listed, list) else []
    stocks = tuple(
        Stock(Address(number, place), MappingProxyType(row if isinstance(row, dict) else {}))
        for place, row in enumerate(rows, 1)
    )
    return Turn(Address(number), MappingProxyType(values), stocks)
