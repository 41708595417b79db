"""Percentages that a result states about a price's move, tied to their stocks.

Only `result` states what has happened; news and expectations are rumours. A percentage is a claim
when it is signed, (+5%), or when a word of rising or falling stands right beside it: 5% 올랐어요.
One that is said of several stocks at once, of none, or twice of the same mention is no claim.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.chapter import korean, prose
from core.chapter.chapter import Address, Chapter, Number, Turn

PERCENT_MOST = 1_000_000
"""A larger percentage is never written into a text."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One stated percentage."""

    at: Address
    """The text that states it."""
    start: int
    end: int
    """`written` is the text from `start` to before `end`."""
    written: str
    """With its sign and mark: "+10%", "3 퍼센트"."""
    percent: float
    """Of the price before; negative for a fall."""
    stock: int
    """Position from 1."""
    turn: int
    """The move from the price before into this turn."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A place of a text that names one stock."""

    start: int
    end: int
    stock: int


_PERCENT = re.compile(
    r"(?<![\d.~])(?P<sign>[+＋\-−–－]?)(?P<number>\d{1,9}(?:\.\d{1,6})?)"
    r"(?P<mark>\s?(?:%|％|퍼센트|프로(?![가-힣])))"
)
_MINUS = tuple("-−–－")
_UP = r"(?:올[라랐르]|오[르른를름]|상승|뛰|뛴|늘[었어]|높아|불어|솟)"
_DOWN = r"(?:내[려렸리린림]|떨어|하락|줄[었어]|낮아|잃|깎|빠[져졌진지])"
_BESIDE = r"(?:이나|나|쯤|정도|가량|만큼|만|가|씩)?\s?(?:더|또|크게|조금|살짝|소폭)?\s?"
_AFTER = re.compile(rf"\s?{_BESIDE}(?:(?P<up>{_UP})|(?P<down>{_DOWN}))")
_AHEAD = re.compile(rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[가-힣]{{0,5}}\s?\($")
_OF_NEXT = re.compile(
    r"\)?\s?(?:\S+\s)?(?:오른|뛴|늘어난|높아진|내린|떨어진|줄어든|낮아진|상승한|하락한)\s"
)
_TOGETHER = re.compile(r"\s?(?:와|과|이랑|랑|하고|,|·|및|그리고)\s*")


def claims(chapter: Chapter) -> tuple[Claim, ...]:
    """Every stated percentage of a stock's move, in reading order.

    Results are read up to `prose.READ_MOST` characters, for the first `korean.NAMES_MOST` stocks.
    """
    names = chapter.names[: korean.NAMES_MOST]
    return tuple(claim for turn in chapter.turns for claim in _stated(turn, names))


def move(chapter: Chapter, claim: Claim) -> tuple[Number, Number] | None:
    """The prices before and after the move that `claim` states; None when one is missing."""
    try:
        now = chapter.turns[claim.turn - 1].stocks[claim.stock - 1]
        earlier = chapter.turns[claim.turn - 2].stocks[claim.stock - 1] if claim.turn > 1 else None
    except IndexError:
        return None
    before = earlier.price if earlier else now.opening
    return None if before is None or now.price is None else (before, now.price)


def holds(claim: Claim, before: Number, current: Number) -> bool:
    """Whether it is true of the prices: rounded down, up or to nearest, or meant in points."""
    stated = _exact(claim.percent)
    if stated == _exact(current) - _exact(before):
        return True
    ways: tuple[Callable[[Fraction], int], ...] = (math.floor, math.ceil)  # nearest is one of them
    return bool(before) and any(stated == _percent(claim, way, before, current) for way in ways)


def restate(claim: Claim, before: Number, current: Number) -> str:
    """`claim.written` with the true percentage, in its style of sign, decimals and mark.

    Without a sign it stays so, except where the direction has turned: then the sign says it.
    From a price of 0, or over `PERCENT_MOST`, none is said: `claim.written` comes back.
    """
    found = _PERCENT.fullmatch(claim.written)
    if not found or not before:
        return claim.written
    value = _percent(claim, _nearest, before, current)
    if abs(value) > PERCENT_MOST:
        return claim.written
    turned = value * _exact(claim.percent) < 0
    sign = _sign(found["sign"], value) if found["sign"] or turned else ""
    return f"{sign}{float(abs(value)):.{_decimals(claim)}f}{found['mark']}"


def _sign(written: str, value: Fraction) -> str:
    if value < 0:
        return written if written in _MINUS else "-"
    return written if written and written not in _MINUS else "+"


def _percent(
    claim: Claim, way: Callable[[Fraction], int], before: Number, current: Number
) -> Fraction:
    """The move in percent with as many decimals as the claim has."""
    scale = 10 ** _decimals(claim)
    move = (_exact(current) - _exact(before)) * 100 / _exact(before)
    return Fraction(way(move * scale), scale)


def _nearest(value: Fraction) -> int:
    """Halves away from zero, as people round."""
    return math.floor(abs(value) + Fraction(1, 2)) * (-1 if value < 0 else 1)


def _exact(number: Number) -> Fraction:
    return Fraction(str(number))


def _decimals(claim: Claim) -> int:
    found = re.search(r"\.(\d+)", claim.written)
    return len(found[1]) if found else 0


# -- finding


def _stated(turn: Turn, names: Sequence[str]) -> Iterator[Claim]:
    text = turn.text("result")[: prose.READ_MOST]
    percents = [(found, sign) for found in _PERCENT.finditer(text) if (sign := _way(text, found))]
    named = _named(text, names) if percents else []
    subjects = [_subject(text, found, named, names) for found, _ in percents]
    times = Counter(subjects)
    for (found, sign), subject in zip(percents, subjects, strict=True):
        if subject and times[subject] == 1 and subject.stock <= len(turn.stocks):
            at = Address(turn.position, None, "result")
            value = sign * float(found["number"])
            yield Claim(at, *found.span(), found[0], value, subject.stock, turn.position)


def _way(text: str, percent: re.Match[str]) -> int:
    """1 up, -1 down, 0 when neither is stated."""
    if percent["sign"]:
        return -1 if percent["sign"] in _MINUS else 1
    start, end = percent.span()
    beside = _AFTER.match(text, end) or _AHEAD.search(text[max(0, start - 12) : start])
    return (1 if beside["up"] else -1) if beside else 0


def _named(text: str, names: Sequence[str]) -> list[_Named]:
    """Every sure or short mention of a stock, in reading order."""
    found: set[_Named] = set()
    for number, name in enumerate(names, 1):
        others = [other for other in names if other != name]
        spans = (*korean.mentions(text, name), *korean.short_spans(text, name, others))
        found |= {_Named(start, end, number) for start, end in spans if end - start > 1}
    return sorted(found, key=lambda one: one.start)


def _subject(
    text: str, percent: re.Match[str], named: Sequence[_Named], names: Sequence[str]
) -> _Named | None:
    """The place that names the one stock of which the percentage is said."""
    start, end = percent.span()
    if following := _OF_NEXT.match(text, end):
        return next((one for one in named if one.start == following.end()), None)
    earlier = [one for one in named if one.end <= start]
    if not earlier or _of_all(text[earlier[-1].end : start], names):
        return None
    pair = [(one.stock, text[one.end : earlier[-1].start]) for one in earlier[-2:-1]]
    joint = any(_TOGETHER.fullmatch(between) for stock, between in pair)
    return None if joint else earlier[-1]


def _of_all(between: str, names: Sequence[str]) -> bool:
    """Whether all or the other stocks come up: 모든 트럭, 세 가게, 다른 돼지."""
    heads = {name.split()[-1] for name in names if name.split()}
    return any(re.search(rf"(?:모든|두|세|다른)\s{re.escape(head)}", between) for head in heads)
