"""A simulated class that plays a chapter by the game's rules: whole shares, no debts, no fee.

Chance is seeded, and each player draws as many numbers a turn whatever it does with them. So equal
boards and seeds make equal classes, and an edit of one turn changes no figure of the turns before.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from operator import mul, sub, truediv
from random import Random
from statistics import median
from typing import Final, Literal, get_args

from core.chapter.chapter import Number
from core.chapter.rules import STOCKS, risk_tag
from core.play.game import Board, Profile, Purse, Three, affordable, closing

Kind = Literal["random", "cautious", "all_low", "all_mid", "all_high", "equal", "follower", "best"]
"""How a player decides.

random    on each stock, in an order of its own: sells some, waits, or buys some, as likely each
cautious  keeps at least half of its worth in points; buys the lower risks, most of the lowest
all_low   puts everything into that risk in turn 1 and holds it; so do all_mid and all_high
equal     puts a third of the start into each stock in turn 1 and holds them
follower  holds what the news speaks of for that turn, in equal parts; without such news, points
best      no player but a bound that none can beat: parts of shares, and each turn the best stock
"""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PARTS: Final[Mapping[Kind, int]] = {
    "random": 8,
    "cautious": 4,
    "all_low": 1,
    "all_mid": 1,
    "all_high": 1,
    "equal": 1,
    "follower": 4,
}
"""Of each kind in a class, in twentieths."""
SEED: Final = 1
PLAYERS: Final = 200
MOST_PLAYERS: Final = 10_000
NERVE: Final = (0.2, 0.5)
"""Part of its worth that a cautious player wants in stocks: from least to most daring."""
MISREAD: Final = 0.2
"""Chance that a follower takes another stock for the one that the news means.

Whether news are good is not read: a list of 76 words, made on the real chapters themselves,
foretells 60 % of their moves of a single stock and 85 % of those where the news means all.
"""
BINS: Final = 24

_MOSTLY = 2 / 3
"""Of what a cautious player buys, the part for the lowest risk."""
_RANK = {"low": 0, "mid": 1, "": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Group:
    """The players of one kind."""

    kind: Kind
    players: int
    """0 for `best`, which is no player and still has one final figure."""
    finals: tuple[Number, ...]
    """Coins at the end, ascending."""
    worth: tuple[float, ...]
    """Median total after each turn 1..turn_max, as the dialog tells it."""
    mean: float
    median: float
    losing: float
    """Share that ends below the start, 0..1."""
    lost_at: tuple[float, ...]
    """Median change of the total in each turn 1..turn_max, in coins."""


@dataclass(frozen=True, slots=True)
class Classroom:
    """What came out of a class. The figures of the whole leave out `best`."""

    seed: int
    players: int
    start: Number
    profile: Profile
    turn_max: int
    groups: tuple[Group, ...]
    """In the order of KINDS, without the kinds that the chapter cannot have."""
    median: float
    mean: float
    losing: float
    bins: tuple[tuple[float, int], ...]
    """Lower edge in coins and number of players, ascending; about BINS of them."""

    @property
    def finals(self) -> tuple[Number, ...]:
        """Coins of every player at the end, ascending."""
        return _all_finals(self.groups)

    def group(self, kind: Kind) -> Group | None:
        """None when the chapter cannot have this kind."""
        return next((group for group in self.groups if group.kind == kind), None)


def classroom(
    board: Board,
    start: Number,
    *,
    players: int = PLAYERS,
    seed: int = SEED,
    profile: Profile = "current",
) -> Classroom:
    """Plays the board with a class of `players`, at least one of each kind."""
    days = tuple(_days(board))
    shared = shares(players, _kinds(days))
    run = _Run(days, start, seed, profile, closing(board, profile))
    groups = (*(run.group(kind, count) for kind, count in shared.items()), run.best())
    finals = _all_finals(groups)
    return Classroom(
        seed=seed,
        players=len(finals),
        start=start,
        profile=profile,
        turn_max=board.turn_max,
        groups=groups,
        median=median(finals),
        mean=_mean(finals),
        losing=_losing(finals, start),
        bins=bins(finals, edges(finals)),
    )


def shares(players: int, kinds: Sequence[Kind] = KINDS[:-1]) -> dict[Kind, int]:
    """How many players of each kind: by PARTS, at least one, `players` in all if that suffices."""
    players = max(players, len(kinds))
    whole = sum(PARTS[kind] for kind in kinds)
    exact = {kind: players * PARTS[kind] / whole for kind in kinds}
    counts = {kind: max(1, math.floor(exact[kind])) for kind in kinds}
    short = sorted(kinds, key=lambda kind: counts[kind] - exact[kind])
    for kind in short[: max(0, players - sum(counts.values()))]:
        counts[kind] += 1
    counts["random"] -= sum(counts.values()) - players
    return counts


def edges(*finals: Sequence[Number]) -> tuple[float, ...]:
    """Lower edges of about BINS even bins, on round figures, that hold all of these coins."""
    least = min(min(each) for each in finals)
    most = max(max(each) for each in finals)
    step = _round_step((most - least) / BINS)
    first, last = math.floor(least / step), math.floor(most / step)
    return tuple(place * step for place in range(first, last + 1))


def bins(finals: Sequence[Number], edges: Sequence[float]) -> tuple[tuple[float, int], ...]:
    """Each lower edge with how many stand from it to the next; outliers go to the outer bins."""
    counts = Counter(max(0, bisect_right(edges, final) - 1) for final in finals)
    return tuple((edge, counts[place]) for place, edge in enumerate(edges))


# -- a turn as a player meets it


@dataclass(frozen=True, slots=True)
class _Day:
    turn: int
    prices: Three[Number]
    after: Three[Number]
    """Prices that the end of the turn tells."""
    places: Mapping[str, int]
    """The stock (from 0) of each known risk: the first of its risk, by the tag's word."""
    calm: tuple[int, ...]
    """Stocks from the lowest risk to the highest."""
    aims: tuple[int, ...]
    """Stocks (from 0) that the news speaks of."""


def _days(board: Board) -> Iterator[_Day]:
    risks = [_risk(board, place) for place in range(STOCKS)]
    places = {risk: risks.index(risk) for risk in risks if risk}
    calm = tuple(sorted(range(STOCKS), key=lambda place: _RANK[risks[place]]))
    for turn, (prices, after) in enumerate(pairwise(board.prices), 1):
        aims = tuple(number - 1 for number in board.aims[turn - 1])
        yield _Day(turn, prices, after, places, calm, aims)


def _risk(board: Board, place: int) -> str:
    """As most badges that a player sees say it; "" when none is known."""
    seen = (risk_tag(risks[place]) for risks in board.risks[: board.turn_max])
    counts = Counter(risk for risk in seen if risk)
    return counts.most_common(1)[0][0] if counts else ""


def _kinds(days: Sequence[_Day]) -> list[Kind]:
    """Those that the chapter can have."""
    missing = {f"all_{risk}" for risk in _RANK if risk not in days[0].places}
    if not any(day.aims for day in days):
        missing.add("follower")
    return [kind for kind in PARTS if kind not in missing]


# -- how each kind trades


class _Player(Purse):
    """A purse, and how daring its owner is."""

    __slots__ = ("nerve",)

    def __init__(self, points: Number, nerve: float) -> None:
        super().__init__(points)
        self.nerve = nerve

    def invest(self, place: int, coins: Number, price: Number) -> None:
        """Buys for at most so many coins."""
        self.buy(place, affordable(coins, price), price)


Trader = Callable[[_Player, _Day, Random], None]
"""One turn of one player; draws equally many numbers whatever it does."""


def _random(player: _Player, day: _Day, chance: Random) -> None:
    first = int(STOCKS * chance.random())
    for place in (first, first - 1, first - 2):
        # One number says what to do and how much of it: below 1 sell, below 2 wait, else buy.
        drawn, price = 3 * chance.random(), day.prices[place]
        if drawn < 1:
            player.sell(place, int(drawn * (player.counts[place] + 1)), price)
        elif drawn >= 2:
            most = affordable(player.points, price)
            player.buy(place, int((drawn - 2) * (most + 1)), price)


def _cautious(player: _Player, day: _Day, _chance: Random) -> None:
    worth = player.worth(day.prices)
    _sell_to(player, day, worth / 2)
    gap = player.nerve * worth - (worth - player.points)
    first, second, _ = day.calm
    for place, part in ((first, _MOSTLY), (second, 1 - _MOSTLY)):
        if gap > 0:
            player.invest(place, part * gap, day.prices[place])


def _sell_to(player: _Player, day: _Day, most: float) -> None:
    """Sells, the highest risk first, until the stocks are worth at most `most` coins."""
    for place in reversed(day.calm):
        over = player.worth(day.prices) - player.points - most
        if over > 0:
            price = day.prices[place]
            player.sell(place, math.ceil(over / price), price)


def _all_in(risk: str) -> Trader:
    def trade(player: _Player, day: _Day, _chance: Random) -> None:
        if day.turn == 1:
            place = day.places[risk]
            player.invest(place, player.points, day.prices[place])

    return trade


def _equal(player: _Player, day: _Day, _chance: Random) -> None:
    if day.turn == 1:
        part = player.points / STOCKS
        for place, price in enumerate(day.prices):
            player.invest(place, part, price)


def _follower(player: _Player, day: _Day, chance: Random) -> None:
    misread, other = chance.random() < MISREAD, int(STOCKS * chance.random())
    for place, price in enumerate(day.prices):
        player.sell(place, player.counts[place], price)
    aims = (other,) if misread and day.aims else day.aims
    part = player.points / max(1, len(aims))
    for place in aims:
        player.invest(place, part, day.prices[place])


_TRADERS: Final[Mapping[Kind, Trader]] = {
    "random": _random,
    "cautious": _cautious,
    "all_low": _all_in("low"),
    "all_mid": _all_in("mid"),
    "all_high": _all_in("high"),
    "equal": _equal,
    "follower": _follower,
}
_ALIKE: Final = frozenset[Kind](("all_low", "all_mid", "all_high", "equal"))
"""Kinds whose players all do the same: one of them plays for all."""


# -- playing


@dataclass(frozen=True, slots=True)
class _Run:
    """A board, played by one kind after the other."""

    days: tuple[_Day, ...]
    start: Number
    seed: int
    profile: Profile
    closing: Three[Number]

    def group(self, kind: Kind, players: int) -> Group:
        """A kind draws its own chance: how many play the others changes nothing of it."""
        chance, trade = Random(f"{self.seed} {kind}"), _TRADERS[kind]
        alike = kind in _ALIKE
        crew = [_Player(self.start, chance.uniform(*NERVE)) for _ in range(1 if alike else players)]
        totals = [_played(crew, trade, day, chance) for day in self.days]
        finals = sorted(player.worth(self.closing) for player in crew)
        return self._group(kind, players, finals * (players if alike else 1), totals)

    def best(self) -> Group:
        """What parts of shares would come to if each turn's best stock were known."""
        steps = (max(1.0, *map(truediv, day.after, day.prices)) for day in self.days)
        totals = [self.start * growth for growth in accumulate(steps, mul)]
        counted = [self.start, *totals][-1 if self.profile == "current" else -2]
        return self._group("best", 0, [counted], [[total] for total in totals])

    def _group(
        self, kind: Kind, players: int, finals: Sequence[Number], totals: Sequence[Sequence[Number]]
    ) -> Group:
        """`finals` ascend; `totals` hold one figure a player for each turn."""
        opened = ([self.start] * len(totals[0]), *totals)
        changes = [list(map(sub, now, was)) for was, now in pairwise(opened)]
        return Group(
            kind=kind,
            players=players,
            finals=tuple(finals),
            worth=tuple(median(each) for each in totals),
            mean=_mean(finals),
            median=median(finals),
            losing=_losing(finals, self.start),
            lost_at=tuple(median(each) for each in changes),
        )


def _played(crew: Sequence[_Player], trade: Trader, day: _Day, chance: Random) -> list[Number]:
    """The totals at the end of one turn."""
    for player in crew:
        trade(player, day, chance)
    return [player.worth(day.after) for player in crew]


# -- figures


def _all_finals(groups: Iterable[Group]) -> tuple[Number, ...]:
    return tuple(sorted(chain.from_iterable(g.finals for g in groups if g.kind != "best")))


def _mean(values: Sequence[Number]) -> float:
    return math.fsum(values) / len(values)


def _losing(finals: Sequence[Number], start: Number) -> float:
    """`finals` ascend."""
    return bisect_left(finals, start) / len(finals)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 … coins that is not below `least`."""
    ten = 10.0 ** max(0, math.floor(math.log10(max(least, 1))))
    return next(step * ten for step in (1, 2, 5, 10) if step * ten >= least)
