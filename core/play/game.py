"""A chapter as the game plays it: what a player sees, and what their clicks come to.

S is the array of entries and L its length; play turn t is one of 1..L-1 (`turn_max`). Turn t shows
the news and prices of S[t-1], and its end shows the result and prices of S[t].
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import sub, truediv
from typing import Final, Literal, TypeVar

from core.chapter import korean, prose
from core.chapter.chapter import Address, Chapter, Number, Stock, Turn
from core.chapter.rules import STOCKS, TURNS_LEAST, risk_tag
from core.errors import WriterError

T = TypeVar("T")
Three = tuple[T, T, T]
"""One for each stock, by position."""

Profile = Literal["current", "2025-06"]
Trade = Literal["BUY", "SELL", "KEEP"]

PROFILES: Final[tuple[Profile, ...]] = ("current", "2025-06")
"""The builds of the game; they differ in the start points and in what the last move is worth."""
STARTS: Final = {"1111": 1000, "2222": 2000, "3333": 3000, "4444": 4000}
"""Coins at the start by chapter id, in the profile `current`."""
START: Final = 2000
"""Coins at the start of any other chapter, and of every one in the profile `2025-06`."""
COLOURS: Final = ("#FF6B6B", "#4ECDC4", "#FFD93D")
"""Lines of the end chart by position."""
LAST_STARTED: Final = 6
"""The last turn that the game announces, however many there are: it counts on 7 entries."""
PRICE_LEAST: Final = 0.001
PRICE_MOST: Final = 10**15
"""In coins. Beyond these the game would go on, but no figure of it could be told exactly."""
GROWTH_MOST: Final = 1e12
"""What a chapter may make of a coin at best; more leaves the numbers that JavaScript keeps."""


class Unplayable(WriterError):
    """The game would crash on this chapter, or let a player buy without end."""


@dataclass(frozen=True, slots=True)
class Board:
    """What the game reads of a chapter: three stocks by position, entries k = 0..L-1."""

    prices: tuple[Three[Number], ...]
    """By entry, in coins."""
    names: tuple[Three[str], ...]
    risks: tuple[Three[str], ...]
    """Risk labels by entry, as written."""
    tags: tuple[str, ...]
    """`news_tag` by entry."""
    aims: tuple[tuple[int, ...], ...]
    """By entry: the stocks (from 1) that its news speaks of; () when it cannot be told."""
    turn_max: int
    """L - 1."""


@dataclass(frozen=True, slots=True)
class Card:
    """One stock as turn t shows it."""

    name: str
    risk: str
    expectation: str
    description: str
    """Of the file; no player sees it."""
    price: Number
    change: Number | None
    """The price less the `before_value` of the file, in coins; None where the card is blank."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Play turn t, and the dialog at its end."""

    turn: int
    """t, from 1."""
    of: int
    """`turn_max`: the header says "t턴 / turnMax턴"."""
    news: str
    cards: Three[Card]
    result: str
    """Of the next entry: the dialog tells what the news came to."""
    moves: Three[Number]
    """S[t] - S[t-1] in coins."""
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart at the end: x is the position 1..L, y runs from 0."""

    names: tuple[str, ...]
    """Of entry L-2. Stocks of the same name are one line."""
    series: tuple[tuple[Number, ...], ...]
    """Prices of all L entries, by line."""
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Click:
    """Clicks on one button in one turn."""

    turn: int
    """1..turn_max."""
    stock: int
    """1..3."""
    count: int
    """How often: > 0 buys, < 0 sells, one share a click."""


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """What the dialog at the end of a turn tells."""

    turn: int
    points: Number
    counts: Three[int]
    averages: Three[int]
    """Average buy price, rounded down at every purchase; it stays after everything is sold."""
    trades: Three[Trade]
    """By the net count of the turn."""
    incomes: Three[Number]
    """Net sold shares x (price - average buy price); 0 when none were."""
    total: Number
    """Points and the shares at the prices of S[t]."""
    refused: tuple[Click, ...]
    """Clicks for which points or shares did not suffice, with the count that was not done."""


@dataclass(frozen=True, slots=True)
class Play:
    """A whole play."""

    start: Number
    turns: tuple[TurnEnd, ...]
    final: Number
    """Coins at the end: `current` counts the shares at S[L-1], `2025-06` at S[L-2]."""
    profit: Number
    """Of what the game calls the start: `2025-06` always takes 2000 off."""
    profile: Profile
    beyond: tuple[Click, ...]
    """Clicks in turns, or on stocks, that this chapter does not have."""


def start(chapter_id: str, profile: Profile = "current") -> int:
    """Coins that a player begins with."""
    return STARTS.get(chapter_id, START) if profile == "current" else START


def board(chapter: Chapter) -> Board:
    """Raises Unplayable where the game would crash, or its sums would lose their sense."""
    turns = chapter.turns
    if len(turns) < TURNS_LEAST:
        raise Unplayable("unplayable_turns", turns=len(turns), least=TURNS_LEAST)
    entries = [_stocks(turn) for turn in turns]
    prices = tuple(_three([_price(stock) for stock in entry]) for entry in entries)
    _refuse_growth(prices)
    return Board(
        prices=prices,
        names=tuple(_three([stock.name for stock in entry]) for entry in entries),
        risks=tuple(_three([stock.risk for stock in entry]) for entry in entries),
        tags=tuple(turn.text("news_tag") for turn in turns),
        aims=tuple(map(_aims, turns, entries)),
        turn_max=len(turns) - 1,
    )


def screens(chapter: Chapter) -> tuple[Screen, ...]:
    """Turns 1..L-1 as the player sees them. Raises Unplayable."""
    prices, turn_max = board(chapter).prices, len(chapter.turns) - 1
    return tuple(
        Screen(
            turn=turn,
            of=turn_max,
            news=now.text("news"),
            cards=_three([_card(stock) for stock in _stocks(now)]),
            result=later.text("result"),
            moves=_three(list(map(sub, prices[turn], prices[turn - 1]))),
            title=title(turn),
        )
        for turn, (now, later) in enumerate(pairwise(chapter.turns), 1)
    )


def title(turn: int) -> str:
    """Of the dialog at the end of a turn."""
    return f"{turn + 1}턴 시작!" if turn + 1 <= LAST_STARTED else f"{turn}턴 종료!"


def unseen(chapter: Chapter) -> tuple[str, ...]:
    """Addresses of the filled texts that no player ever sees, in reading order.

    A tag is not among them unless it is the last one: no player reads tags, machines do.
    """
    last = len(chapter.turns)
    return tuple(str(at) for at, text in chapter.texts() if text and _is_unseen(at, last))


def chart(chapter: Chapter) -> Chart:
    """The chart at the end. Raises Unplayable.

    The game keeps its lines by name: of stocks with one name the line stands where the first
    stands, and shows the prices of the last.
    """
    seen = board(chapter)
    columns = tuple(zip(*seen.prices, strict=True))
    lines = dict(zip(seen.names[-2], columns, strict=True))
    return Chart(tuple(lines), tuple(lines.values()), COLOURS[: len(lines)])


def play(
    board: Board, clicks: Sequence[Click], start: Number, profile: Profile = "current"
) -> Play:
    """What clicks come to; those of one turn are done in their order.

    A buy is done as far as the points reach and a sale as far as the shares do. The rest is
    refused, so that clicks made on one chapter can be replayed on another.
    """
    purse, made = Purse(start), _by_turn(board, clicks)
    turns = tuple(_ended(board, purse, turn, clicked) for turn, clicked in enumerate(made, 1))
    final = purse.worth(closing(board, profile))
    begun = start if profile == "current" else START
    beyond = tuple(one for one in clicks if not _stands(board, one))
    return Play(start, turns, final, final - begun, profile, beyond)


def closing(board: Board, profile: Profile) -> Three[Number]:
    """The prices at which the shares are counted in the end."""
    return board.prices[-1 if profile == "current" else -2]


class Purse:
    """Points and shares of one player; neither falls below 0."""

    __slots__ = ("averages", "counts", "points")

    def __init__(self, points: Number) -> None:
        self.points = points
        self.counts = [0, 0, 0]
        self.averages = [0, 0, 0]
        """Average buy prices in coins, as `settle` left them."""

    def buy(self, place: int, count: int, price: Number) -> int:
        """Buys up to `count` shares of the stock at `place` (from 0); how many it could."""
        done = min(count, affordable(self.points, price))
        self.points -= done * price
        self.counts[place] += done
        return done

    def sell(self, place: int, count: int, price: Number) -> int:
        """Sells up to `count` shares of the stock at `place` (from 0); how many there were."""
        done = min(count, self.counts[place])
        self.points += done * price
        self.counts[place] -= done
        return done

    def worth(self, prices: Three[Number]) -> Number:
        """Points, and the shares at these prices."""
        one, two, three = self.counts
        return self.points + one * prices[0] + two * prices[1] + three * prices[2]

    def settle(self, before: Sequence[int], prices: Three[Number]) -> None:
        """Brings the averages up to date. `before` are the counts at the start of the turn."""
        for place, (was, now, price) in enumerate(zip(before, self.counts, prices, strict=True)):
            if now > was:
                paid = was * self.averages[place] + (now - was) * price
                self.averages[place] = math.floor(paid / now)


def affordable(points: Number, price: Number) -> int:
    """How many shares the points suffice for: never one too many, however division rounds."""
    count = math.floor(points / price)
    return count - 1 if count * price > points else count


# -- a turn of a play


def _by_turn(board: Board, clicks: Sequence[Click]) -> list[list[Click]]:
    made: list[list[Click]] = [[] for _ in range(board.turn_max)]
    for click in clicks:
        if _stands(board, click):
            made[click.turn - 1].append(click)
    return made


def _stands(board: Board, click: Click) -> bool:
    return 1 <= click.turn <= board.turn_max and 1 <= click.stock <= STOCKS


def _ended(board: Board, purse: Purse, turn: int, clicks: Sequence[Click]) -> TurnEnd:
    before, prices = tuple(purse.counts), board.prices[turn - 1]
    rest = [_done(purse, click, prices[click.stock - 1]) for click in clicks]
    purse.settle(before, prices)
    net = [now - was for was, now in zip(before, purse.counts, strict=True)]
    return TurnEnd(
        turn=turn,
        points=purse.points,
        counts=_three(purse.counts),
        averages=_three(purse.averages),
        trades=_three([_trade(count) for count in net]),
        incomes=_three(list(map(_income, net, prices, purse.averages))),
        total=purse.worth(board.prices[turn]),
        refused=tuple(click for click in rest if click.count),
    )


def _done(purse: Purse, click: Click, price: Number) -> Click:
    """Does a click; what could not be done of it comes back, with a count of 0 when all was."""
    if click.count > 0:
        rest = click.count - purse.buy(click.stock - 1, click.count, price)
    else:
        rest = click.count + purse.sell(click.stock - 1, -click.count, price)
    return replace(click, count=rest)


def _trade(net: int) -> Trade:
    if not net:
        return "KEEP"
    return "BUY" if net > 0 else "SELL"


def _income(net: int, price: Number, average: int) -> Number:
    return -net * (price - average) if net < 0 else 0


# -- reading a chapter


def _stocks(turn: Turn) -> Three[Stock]:
    """The game shows the first three and never looks at a fourth."""
    if len(turn.stocks) < STOCKS:
        count = len(turn.stocks)
        raise Unplayable("unplayable_stocks", at=str(turn.at), count=count, usual=STOCKS)
    return _three(turn.stocks[:STOCKS])


def _price(stock: Stock) -> Number:
    price, at = stock.price, f"{stock.at}.current_value"
    if price is None:
        raise Unplayable("unplayable_price", at=at)
    if price <= 0:
        raise Unplayable("unplayable_price_sign", at=at, price=price)
    if not PRICE_LEAST <= price <= PRICE_MOST:
        raise Unplayable("unplayable_price_size", at=at, price=price)
    return price


def _refuse_growth(prices: Sequence[Three[Number]]) -> None:
    """Refuses where a player could get more coins than can be counted."""
    growth = 1.0
    for turn, (was, now) in enumerate(pairwise(prices), 2):
        growth *= max(1.0, *map(truediv, now, was))
        if growth > GROWTH_MOST:
            raise Unplayable("unplayable_growth", at=f"t{turn}")


def _aims(turn: Turn, stocks: Three[Stock]) -> tuple[int, ...]:
    """By the tag and the risks; where these do not say it, by the names in the news."""
    tag, news = turn.text("news_tag"), turn.text("news")[: prose.READ_MOST]
    if tag == "all":
        return tuple(range(1, STOCKS + 1))
    tagged = tuple(n for n, stock in enumerate(stocks, 1) if tag and risk_tag(stock.risk) == tag)
    return tagged or tuple(
        n for n, stock in enumerate(stocks, 1) if stock.name and korean.mentions(news, stock.name)
    )


def _card(stock: Stock) -> Card:
    price, opening = _price(stock), stock.opening
    change = None if opening is None else price - opening
    texts = (stock.name, stock.risk, stock.text("expectation"), stock.text("description"))
    return Card(*texts, price, change or None)


def _is_unseen(at: Address, last: int) -> bool:
    if at.field in ("description", "news_hint") or (at.stock or 0) > STOCKS:
        return True
    if at.field == "result":
        return at.turn == 1
    return at.turn == last


def _three(items: Sequence[T]) -> Three[T]:
    one, two, three = items
    return one, two, three
