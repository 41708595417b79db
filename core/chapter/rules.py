"""What a chapter breaks: would the game break (GAME), is it odd (WARN), worth knowing (NOTE).

STOP is not here: a text that cannot be opened is refused by `chapter.read`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from core.chapter import claims, korean, prose
from core.chapter.chapter import (
    PRICES,
    RISK_OF_TAG,
    RISKS,
    SHARED,
    TAGS,
    Address,
    Chapter,
    Number,
    Stock,
    Turn,
    is_number,
)
from core.chapter.ops import Carry, Op, Set
from core.chapter.text import Json
from core.errors import Fact

Level = Literal["STOP", "GAME", "WARN", "NOTE"]

STOCKS: Final = 3
TURNS_LEAST: Final = 2
TURNS_USUAL: Final = 7
TURNS_MOST: Final = 20
"""Twice the longest real chapter; more is a paste gone wrong."""
PRICE_MOST: Final = 2000
STEP_MOST: Final = 0.305
"""Of the price before; the largest step of a hand-written chapter is 30 %."""
RANGES: Final = {"high": 20.0, "mid": 10.0, "low": 5.0}
"""Coins that a tagged stock moves at most in the newest generator; half of it under `all`."""
STILL: Final = 2
"""Coins that a stock which is not tagged rises at most in the newest generator."""

LEVELS: Final[Mapping[str, Level]] = {
    "few_turns": "GAME",
    "many_turns": "GAME",
    "stocks_shape": "GAME",
    "stock_shape": "GAME",
    "stocks_not_three": "GAME",
    "name_missing": "GAME",
    "name_differs": "GAME",
    "order_differs": "GAME",
    "name_twice": "GAME",
    "not_text": "GAME",
    "price_type": "GAME",
    "price_missing": "GAME",
    "price_sign": "GAME",
    "before_missing": "GAME",
    "before_wrong": "GAME",
    "turn_number": "GAME",
    "turn_alias": "WARN",
    "price_fraction": "WARN",
    "price_high": "WARN",
    "step": "WARN",
    "risk_missing": "WARN",
    "risk_unknown": "WARN",
    "risk_differs": "WARN",
    "risk_same": "WARN",
    "description_missing": "WARN",
    "description_differs": "WARN",
    "tag_unknown": "WARN",
    "tag_other_stock": "WARN",
    "false_percentage": "WARN",
    "odd_type": "WARN",
    "foreign_letters": "WARN",
    "mangled_word": "WARN",
    "invisible": "WARN",
    "replacement": "WARN",
    "lone_jamo": "WARN",
    "decomposed": "WARN",
    "markup": "WARN",
    "plain_style": "WARN",
    "particle": "WARN",
    "too_long": "WARN",
    "news_box": "WARN",
    "economy_still": "WARN",
    "economy_range": "WARN",
    "turns_not_usual": "NOTE",
    "last_turn_text": "NOTE",
    "unseen_result": "NOTE",
    "unseen_field": "NOTE",
}
"""Every rule that can be found, in the order of the rule table."""

_ORDER = {"STOP": 0, "GAME": 1, "WARN": 2, "NOTE": 3}
_ONCE = frozenset({"before_missing", "stocks_not_three", "decomposed", "turn_alias"})
"""One finding stands for the whole chapter: its place may move without anything being new."""
_CARRIED = frozenset({"before_missing", "before_wrong"})
_LEVELLED = frozenset({"risk_differs", "description_differs", "risk_unknown"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place."""

    level: Level
    rule: str
    """Key of the sentence in `core.words`."""
    at: str
    """Address; "" means the whole chapter."""
    facts: Mapping[str, Fact]
    """What the sentence is filled with."""


def findings(chapter: Chapter, *, generator: bool = False) -> tuple[Finding, ...]:
    """Everything found, worst first, then in reading order.

    `generator` adds the economy of the newest generator (720 moves of it measured), which
    hand-written chapters do not keep.
    """
    found = [*_game(chapter), *_warnings(chapter), *_notes(chapter)]
    if generator:
        found += _economy(chapter)
    return tuple(sorted(found, key=_reading))


def breaks(chapter: Chapter) -> tuple[Finding, ...]:
    """The GAME findings alone: what an edit must not add."""
    return tuple(sorted(_game(chapter), key=_reading))


def added(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """What is wrong after an edit and was not before."""
    return new(findings(before), findings(after), reshaped=_shape(before) != _shape(after))


def removed(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """What was wrong before an edit and is not any more."""
    return added(after, before)


def new_breaks(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """The GAME findings of `added`, at a fraction of its cost."""
    return new(breaks(before), breaks(after), reshaped=_shape(before) != _shape(after))


def new(
    old: Iterable[Finding], now: Iterable[Finding], *, reshaped: bool
) -> tuple[Finding, ...]:
    """The findings of `now` without a counterpart in `old`.

    Counterparts have the same rule and place; or, since places shift, the same rule and facts;
    or, in a chapter of another shape (`reshaped`), the same rule. Each counts once.
    """
    left = list(now)
    rest = list(old)
    for key in (_place, _meaning, _rule) if reshaped else (_place, _meaning):
        counts = Counter(map(key, rest))
        rest = list(_uncounted(rest, Counter(map(key, left)), key))
        left = list(_uncounted(left, counts, key))
    return tuple(left)
