"""Requests about prices: set one, move one, scale many. Sums are exact, results whole coins."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from core.chapter.chapter import Chapter, Number
from core.chapter.ops import Op, Price
from core.editing.request import Answer, Clause, Reading, Ready, Token, ask, ready

MOST = 999_999_999
"""Coins. Far above any price of the game, and within what a chapter's text may hold."""

_UP = frozenset({"raise"})
_DOWN = frozenset({"lower", "delete"})
_NEUTRAL = frozenset({"change", "set", "same", "fix"})
_MARKS = frozenset({"all", "to", "by", "turns", "stocks"})

_Move: TypeAlias = Callable[[Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class _Amount:
    """How a request changes a price."""

    move: _Move
    kind: str
    """"to" a price, "by" coins, or "rate"."""
    each: bool
    """Said of many: 10씩."""


def read(clause: Clause) -> Reading:
    """Set, raise, lower or scale prices of the turns and stocks named."""
    amounts = clause.of("number", "percent", "ratio")
    if not amounts or not _about_prices(clause):
        return None
    if clause.words:
        return _unknown(clause, amounts)
    if len(amounts) > 1:
        return _many(clause)
    return _one(clause, clause.tokens)


def _about_prices(clause: Clause) -> bool:
    other = clause.of("level", "quote") or set(clause.fields) - {"price"}
    named = clause.of("turn") and clause.of("stock", "vague")
    if other or clause.marks - _MARKS or clause.verbs - _UP - _DOWN - _NEUTRAL:
        return False
    return bool("price" in clause.fields or named)


def _unknown(clause: Clause, amounts: tuple[Token, ...]) -> Reading:
    """A price of something that is not in the chapter, where the rest is plain."""
    places = [n for n, token in enumerate(clause.tokens) if token.kind == "word"]
    joined = places[-1] - places[0] == len(places) - 1 and len(places) <= 4
    plain = "price" in clause.fields and len(amounts) == 1 and not clause.of("stock", "vague")
    if not (plain and joined and _amount(clause, clause.tokens)):
        return None
    name = " ".join(clause.words).removesuffix("의").removesuffix("'s")
    return ask("name_unknown", clause.chapter, name=name)


def _many(clause: Clause) -> Reading:
    """Several amounts, each after its own stock: one decision each."""
    groups: list[tuple[Op, ...]] = []
    part: list[Token] = []
    turns: list[Token] = []
    for token in clause.tokens:
        part.append(token)
        if token.kind in ("number", "percent", "ratio"):
            turns = [t for t in part if t.kind == "turn"] or turns
            reading = _one(clause, (*turns, *(t for t in part if t.kind != "turn")))
            if not isinstance(reading, Ready):
                return None
            groups += reading.groups
            part = []
    leftover = any(token.kind in ("turn", "stock", "vague") for token in part)
    return None if leftover or clause.marks & {"all"} else Ready(tuple(groups))


def _one(clause: Clause, tokens: tuple[Token, ...]) -> Reading:
    amount = _amount(clause, tokens)
    if not amount:
        return None
    places = _places(clause, tokens, amount)
    if not isinstance(places, tuple):
        return places
    turns, stocks = places
    new = [*_moved(clause.chapter, turns, stocks, amount)]
    if any(price < 1 for _, _, price in new):
        return Answer("refused", "price_positive")
    if any(price > MOST for _, _, price in new):
        return Answer("refused", "price_most", {"most": MOST})
    ops = [Price(op="price", at=at, to=to) for at, was, to in new if was != to]
    return ready(ops, new[0][0] if len(new) == 1 else "")


def _amount(clause: Clause, tokens: tuple[Token, ...]) -> _Amount | None:
    """What the one amount among `tokens` does; None when its direction is not said."""
    place = next(n for n, t in enumerate(tokens) if t.kind in ("number", "percent", "ratio"))
    token, before = tokens[place], tokens[place - 1] if place else None
    led = before.value if before and before.kind == "mark" else ""
    to = led == "to" or token.tail.endswith(("로", "까지"))
    if token.kind == "ratio":
        return _ratio(clause, token)
    if token.kind == "percent":
        return None if to else _percent(clause, token)
    return _coins(clause, token, to=to, by=led == "by")


def _ratio(clause: Clause, token: Token) -> _Amount | None:
    ratio = token.amount
    wrong = _DOWN if ratio > 1 else _UP
    if clause.verbs & wrong or token.tail not in ("", "으로", "로", "씩"):
        return None
    return _Amount(lambda price: price * ratio, "rate", each=True)


def _percent(clause: Clause, token: Token) -> _Amount | None:
    sign = _direction(clause, token)
    if not sign:
        return None
    factor = 1 + sign * abs(token.amount) / 100
    return _Amount(lambda price: price * factor, "rate", each=True)


def _coins(clause: Clause, token: Token, *, to: bool, by: bool) -> _Amount | None:
    sign = 0 if to else _direction(clause, token)
    coins = sign * abs(token.amount)
    if sign:
        return _Amount(lambda price: price + coins, "by", each="씩" in token.tail)
    if by or (clause.verbs & (_UP | _DOWN) and not to):
        return None
    return _Amount(lambda _: token.amount, "to", each=False)


def _direction(clause: Clause, token: Token) -> int:
    """1 up, -1 down, 0 not said or contradictory."""
    up, down = bool(clause.verbs & _UP), bool(clause.verbs & _DOWN)
    if token.value and not (up or down):
        return -1 if token.amount < 0 else 1
    return 0 if up == down or (token.value and (token.amount < 0) != down) else up - down


def _places(
    clause: Clause, tokens: tuple[Token, ...], amount: _Amount
) -> tuple[tuple[int, ...], tuple[int, ...]] | Answer:
    """The turns and stocks meant, or the question which."""
    chapter, every = clause.chapter, _every(clause, amount)
    turns = _named(tokens, "turn")
    stocks = _named(tokens, "stock")
    vague = [token for token in tokens if token.kind == "vague"]
    all_turns = tuple(range(1, len(chapter.turns) + 1))
    all_stocks = tuple(range(1, chapter.stock_count + 1))
    if vague and not (every and vague[0].places == all_stocks):
        few = ", ".join(chapter.names[place - 1] for place in vague[0].places)
        return ask("which_stock", chapter, names=few)
    whole = every or (amount.kind == "rate" and (stocks or not _singular(clause)))
    if not turns and not whole and len(all_turns) > 1:
        return ask("which_turn", chapter, turns=len(all_turns))
    free = every or (amount.kind == "rate" and not turns and not _singular(clause))
    if not stocks and not free and len(all_stocks) > 1:
        return ask("which_stock", chapter)
    return turns or all_turns, stocks or all_stocks


def _every(clause: Clause, amount: _Amount) -> bool:
    plural = any(word in clause.text.lower() for word in ("prices", "costs", "가격들"))
    several = amount.kind != "to" and (plural or (amount.each and amount.kind == "by"))
    return "all" in clause.marks or several


def _singular(clause: Clause) -> bool:
    """English says one price where Korean leaves it open."""
    return "price" in clause.text.lower() and "prices" not in clause.text.lower()


def _named(tokens: tuple[Token, ...], kind: str) -> tuple[int, ...]:
    named = (place for token in tokens if token.kind == kind for place in token.places)
    return tuple(dict.fromkeys(named))


def _moved(
    chapter: Chapter, turns: tuple[int, ...], stocks: tuple[int, ...], amount: _Amount
) -> Iterator[tuple[str, Number, Number]]:
    """Place, price before and price after, where there is a price."""
    for turn in turns:
        for stock in chapter.turns[turn - 1].stocks:
            if stock.at.stock in stocks and stock.price is not None:
                new = amount.move(Fraction(stock.price))
                yield str(stock.at), stock.price, _coin(new, exact=amount.kind == "to")


def _coin(price: Fraction, *, exact: bool) -> Number:
    """Whole coins, half rounded up; a price that was said stays as it was said."""
    if exact:
        return int(price) if price.denominator == 1 else float(price)
    return math.floor(price + Fraction(1, 2))
