"""Whom the news of each turn means, who moves, what the texts state of it, and repairs.

The tag of turn t governs the move into entry t+1. What is broken is said by `chapter.rules`; only
that news and moves do not fit each other is said here. Stocks stand by position, as the game plays.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from typing import Final, Literal, TypeAlias, TypeVar

from core.chapter import claims, rules
from core.chapter.chapter import (
    RISK_OF_TAG,
    RISKS,
    Address,
    Chapter,
    Number,
    Turn,
)
from core.chapter.claims import Claim
from core.chapter.ops import Carry, Op, Price, Set
from core.chapter.rules import RANGES, STEP_MOST, STILL, Finding, risk_tag
from core.errors import Fact
from core.play.game import PRICE_MOST

Profile = Literal["written", "generator"]
"""Written by hand: steps up to 30.5 %. By the newest generator: its ranges in coins as well."""

Note: TypeAlias = tuple[str, Mapping[str, Fact]]
"""Rule and facts of a sentence in `core.words`."""
_Facts: TypeAlias = dict[str, Fact]
_Odd: TypeAlias = tuple[str, int]
"""Rule and stock (0: the turn itself)."""
_Fault: TypeAlias = tuple[int, str, int]
"""Turn, rule and stock."""
_Repair: TypeAlias = Set | Price | Carry
_T = TypeVar("_T")

WORK_MOST: Final = 6000
"""Rows that are judged anew while repairs are tried, about 0.1 s. Beyond it none are offered."""

_OF_ROWS = frozenset(
    {
        *("step", "economy_range", "economy_still", "false_percentage", "before_wrong"),
        *("price_type", "price_missing", "price_sign", "price_fraction", "price_high"),
        *("tag_unknown", "tag_other_stock"),
    }
)
"""Findings about one move, or about the news that caused it."""
_OF_CHAPTER = frozenset(
    {
        *("before_missing", "risk_missing", "risk_label", "risk_unknown"),
        *("risk_differs", "risk_same"),
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """What one stock does from entry t to entry t+1."""

    turn: int
    """t: the news of this turn caused it."""
    stock: int
    """Position from 1."""
    before: Number | None
    """Coins; None where the price is missing."""
    after: Number | None
    coins: Number | None
    """after - before."""
    percent: float | None
    """Of `before`."""
    allowed: tuple[float, float] | None
    """Least and most coins of a move that keeps the profile."""
    tagged: bool
    """Whether the tag means this stock."""
    claimed: Claim | None
    """What the result states of it; of several claims a false one."""
    holds: bool | None
    """Whether the claim is true; None without one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair as changes."""

    id: str
    """Stable: the same for the same repair of an equal chapter."""
    rule: str
    """Key of the sentence in `core.words` that says what it does."""
    facts: Mapping[str, Fact]
    ops: tuple[Op, ...]
    mends: str
    """The rule of the note, or finding, that it takes away."""


@dataclass(frozen=True, slots=True)
class Row:
    """One turn's news and the moves that it caused."""

    turn: int
    """1..L-1."""
    tag: str
    """As written."""
    says: tuple[int, ...]
    """Stocks that the tag means, by their risk in this turn."""
    moved: tuple[int, ...]
    """Stocks that moved clearly: by over 2 coins and over 2 %."""
    moves: tuple[Move, ...]
    """Of every stock that both entries have."""
    notes: tuple[Note, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """How far one stock goes in the whole chapter."""

    stock: int
    name: str
    least: Number | None
    """Coins; None when it never has a price."""
    most: Number | None
    step: float | None
    """Its largest move in percent, signed; None when it never moves."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The economy of a chapter."""

    rows: tuple[Row, ...]
    ranges: tuple[Range, ...]
    """By stock."""
    profile: Profile
    findings: tuple[Finding, ...]
    """Of prices and risks, where they belong to no row."""
    offers: tuple[Offer, ...]
    """Repairs of `findings`."""

    def offer(self, wanted: str) -> Offer | None:
        """By its id, of the rows too; None when nothing is broken there any more."""
        return next((one for one in self.all_offers() if one.id == wanted), None)

    def all_offers(self) -> tuple[Offer, ...]:
        return (*self.offers, *chain.from_iterable(row.offers for row in self.rows))


def sheet(chapter: Chapter, profile: Profile = "written") -> Sheet:
    """Of any chapter, also of one that the game cannot play."""
    found = rules.findings(chapter, generator=profile == "generator")
    of_rows = _by_row(chapter, found)
    rest = tuple(one for one in found if _is_loose(chapter, one))
    stated = _by_turn(claims.claims(chapter))
    repairs = _Repairs.of(chapter, profile)
    rows = (
        _row(repairs, turn, of_rows.get(turn, []), stated.get(turn + 1, []))
        for turn in range(1, len(chapter.turns))
    )
    offers = _once(chain.from_iterable(map(_levelled, rest)))
    return Sheet(tuple(rows), tuple(_ranges(chapter)), profile, rest, offers)


def _by_row(chapter: Chapter, found: Iterable[Finding]) -> dict[int, list[Finding]]:
    rows: dict[int, list[Finding]] = {}
    for finding in found:
        if finding.rule in _OF_ROWS and 0 < (turn := _row_of(finding)) < len(chapter.turns):
            rows.setdefault(turn, []).append(finding)
    return rows


def _row_of(finding: Finding) -> int:
    """News stand in the row of their own turn; what they came to, in the row of the one before."""
    at = Address.parse(finding.at)
    return (at.turn or 0) - (at.field != "news_tag")


def _is_loose(chapter: Chapter, finding: Finding) -> bool:
    if finding.rule in _OF_CHAPTER:
        return True
    return finding.rule in _OF_ROWS and not 0 < _row_of(finding) < len(chapter.turns)


def _by_turn(stated: Iterable[Claim]) -> dict[int, list[Claim]]:
    turns: dict[int, list[Claim]] = {}
    for claim in stated:
        turns.setdefault(claim.turn, []).append(claim)
    return turns


def _ranges(chapter: Chapter) -> Iterator[Range]:
    for stock, name in enumerate(chapter.names, 1):
        column = [_price(turn, stock) for turn in chapter.turns]
        known = [price for price in column if price is not None]
        steps = [_percent(was, now) for was, now in pairwise(column)]
        step = max((one for one in steps if one is not None), key=abs, default=None)
        yield Range(stock, name, min(known, default=None), max(known, default=None), step)


def _price(turn: Turn, stock: int) -> Number | None:
    return turn.stocks[stock - 1].price if stock <= len(turn.stocks) else None


def _coins(before: Number | None, after: Number | None) -> Number | None:
    return None if before is None or after is None else after - before


def _percent(before: Number | None, after: Number | None) -> float | None:
    coins = _coins(before, after)
    return None if coins is None or not before or before < 0 else 100 * coins / before


# -- one row


def _row(repairs: "_Repairs", turn: int, found: list[Finding], stated: list[Claim]) -> Row:
    ledger = repairs.ledger
    odd = ledger.odd(turn)
    notes = [(one.rule, {**one.facts, "at": one.at}) for one in found]
    return Row(
        turn=turn,
        tag=ledger.tags[turn - 1],
        says=ledger.says(turn),
        moved=ledger.moved(turn),
        moves=tuple(_moves(ledger, turn, stated)),
        notes=(*(_said(repairs, turn, rule, stock) for rule, stock in odd), *notes),
        offers=repairs.row(turn, odd, found, stated),
    )


def _moves(ledger: "_Ledger", turn: int, stated: list[Claim]) -> Iterator[Move]:
    says = ledger.says(turn)
    for stock in ledger.stocks(turn):
        before, after = ledger.move(turn, stock)
        mine = [claim for claim in stated if claim.stock == stock]
        claim = next((one for one in mine if _is_false(one, before, after)), (*mine, None)[0])
        yield Move(
            turn=turn,
            stock=stock,
            before=before,
            after=after,
            coins=_coins(before, after),
            percent=_percent(before, after),
            allowed=None if before is None else ledger.span(turn, stock, before),
            tagged=stock in says,
            claimed=claim,
            holds=None if claim is None else not _is_false(claim, before, after),
        )


def _is_false(claim: Claim, before: Number | None, after: Number | None) -> bool:
    return bool(before and after) and not claims.holds(claim, before or 0, after or 0)


def _said(repairs: "_Repairs", turn: int, rule: str, stock: int) -> Note:
    """A fault with what its sentence needs; of stock 0, the one that moved most instead."""
    ledger = repairs.ledger
    others = [one for one in ledger.moved(turn) if one != stock]
    other = max(others, key=lambda one: abs(ledger.coins(turn, one)), default=0)
    shown = stock or other
    facts: _Facts = {"at": f"t{turn}.news_tag", "turn": turn, "tag": ledger.tags[turn - 1]}
    facts |= {"name": repairs.name(shown), "move": f"{ledger.coins(turn, shown):+g}"}
    facts |= {"other": repairs.name(other), "other_move": f"{ledger.coins(turn, other):+g}"}
    return rule, facts


# -- what repairs are tried on


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Tags, risks and prices alone, so that a repair is tried without a new chapter."""

    tags: tuple[str, ...]
    risks: tuple[tuple[str, ...], ...]
    """By entry and stock, as tags; "" for an unknown label."""
    prices: tuple[tuple[Number | None, ...], ...]
    profile: Profile

    @classmethod
    def of(cls, chapter: Chapter, profile: Profile) -> "_Ledger":
        return cls(
            tuple(turn.text("news_tag") for turn in chapter.turns),
            tuple(tuple(risk_tag(stock.risk) for stock in turn.stocks) for turn in chapter.turns),
            tuple(tuple(stock.price for stock in turn.stocks) for turn in chapter.turns),
            profile,
        )

    def stocks(self, turn: int) -> range:
        """Positions that both this entry and the next one have."""
        return range(1, min(len(self.prices[turn - 1]), len(self.prices[turn])) + 1)

    def move(self, turn: int, stock: int) -> tuple[Number | None, Number | None]:
        return self.prices[turn - 1][stock - 1], self.prices[turn][stock - 1]

    def coins(self, turn: int, stock: int) -> Number:
        """0 also where a price is missing."""
        return (_coins(*self.move(turn, stock)) or 0) if stock else 0

    def says(self, turn: int) -> tuple[int, ...]:
        tag, risks = self.tags[turn - 1], self.risks[turn - 1]
        if tag == "all":
            return tuple(range(1, len(risks) + 1))
        return tuple(n for n, risk in enumerate(risks, 1) if risk and risk == tag)

    def moved(self, turn: int) -> tuple[int, ...]:
        return tuple(stock for stock in self.stocks(turn) if self.is_clear(turn, stock))

    def mover(self, turn: int) -> str:
        """The tag that means those that moved clearly; "" when none does."""
        moved = self.moved(turn)
        return self.risks[turn - 1][moved[0] - 1] if len(moved) == 1 else "all" if moved else ""

    def is_clear(self, turn: int, stock: int) -> bool:
        percent = _percent(*self.move(turn, stock)) or 0
        return abs(self.coins(turn, stock)) > STILL and abs(percent) > STILL

    def odd(self, turn: int) -> tuple[tuple[str, int], ...]:
        """Rule and stock, where the tag and the moves do not fit each other.

        News that move nobody are none: a rumour may be false.
        """
        tag, says, moved = self.tags[turn - 1], self.says(turn), self.moved(turn)
        if not moved:
            return ()
        if not tag:
            return (("economy_no_tag", 0),) if any(self.tags) else ()
        if not says:
            return (("economy_no_target", 0),) if tag in RISK_OF_TAG else ()
        if tag == "all":
            still = (stock for stock in self.stocks(turn) if self.coins(turn, stock) == 0)
            return tuple(("economy_not_all", stock) for stock in still)
        if not set(says) & set(moved):
            return (("economy_other_instead", says[0]),)
        others = () if self.profile == "generator" else (n for n in moved if n not in says)
        return tuple(("economy_other_too", stock) for stock in others)

    def limits(self, turn: int, stock: int, before: Number) -> Iterator[tuple[str, float, float]]:
        """Least and most coins of a move, each with the rule of `rules` that says so."""
        yield "step", -STEP_MOST * before, STEP_MOST * before
        tag, risk = self.tags[turn - 1], self.risks[turn - 1][stock - 1]
        if self.profile == "written" or not (tag and risk):
            return
        if tag in ("all", risk):
            most = RANGES[risk] / 2 if tag == "all" else RANGES[risk]
            yield "economy_range", -most, most
        elif tag in RANGES:
            yield "economy_still", 0, STILL

    def span(self, turn: int, stock: int, before: Number) -> tuple[float, float]:
        """Least and most coins of a move that keeps all limits."""
        _, least, most = zip(*self.limits(turn, stock, before), strict=True)
        return max(least), min(most)

    def faults(self) -> frozenset[_Fault]:
        """All that an offer must not add to."""
        found: set[_Fault] = set()
        for turn in range(1, len(self.prices)):
            found |= {(turn, rule, stock) for rule, stock in self.odd(turn)}
            for stock in self.stocks(turn):
                found |= {(turn, rule, stock) for rule in self.beyond(turn, stock)}
        return frozenset(found)

    def beyond(self, turn: int, stock: int) -> Iterator[str]:
        """Rules that the move breaks."""
        before, after = self.move(turn, stock)
        if before is None or after is None:
            return
        if min(before, after) < 1 or after > max(rules.PRICE_MOST, before):
            yield "price"
        for rule, least, most in self.limits(turn, stock, before):
            if not least <= after - before <= most:
                yield rule

    def tagged(self, turn: int, tag: str) -> "_Ledger":
        return replace(self, tags=_put(self.tags, turn, tag))

    def risked(self, stock: int, tag: str) -> "_Ledger":
        return replace(self, risks=tuple(_put(row, stock, tag) for row in self.risks))

    def priced(self, entry: int, stock: int, prices: Sequence[Number]) -> "_Ledger":
        """With these prices from an entry on."""
        rows = list(self.prices)
        for place, price in enumerate(prices, entry - 1):
            rows[place] = _put(rows[place], stock, price)
        return replace(self, prices=tuple(rows))


def _put(items: tuple[_T, ...], place: int, value: _T) -> tuple[_T, ...]:
    return (*items[: place - 1], value, *items[place:])


# -- repairs


@dataclass(frozen=True, slots=True)
class _Ill:
    """What a repair is for."""

    rule: str
    fault: _Fault | None
    """What must be gone then; None where only `rules` can tell."""


@dataclass(slots=True)
class _Repairs:
    """Offers that each take a fault away and add none: every one is tried."""

    chapter: Chapter
    ledger: _Ledger
    faults: frozenset[_Fault]
    steady: bool
    """Every turn has the same stocks in the same order."""
    left: int = WORK_MOST
    """Rows that may still be judged anew."""

    @classmethod
    def of(cls, chapter: Chapter, profile: Profile) -> "_Repairs":
        ledger = _Ledger.of(chapter, profile)
        orders = {tuple(stock.name for stock in turn.stocks) for turn in chapter.turns}
        return cls(chapter, ledger, ledger.faults(), len(orders) == 1)

    def name(self, stock: int) -> str:
        names = self.chapter.names
        return names[stock - 1] if 0 < stock <= len(names) else ""

    def row(
        self, turn: int, odd: Sequence[_Odd], found: Sequence[Finding], stated: Sequence[Claim]
    ) -> tuple[Offer, ...]:
        return _once(chain(self.of_odd(turn, odd), self.of_found(turn, found, stated)))

    def of_odd(self, turn: int, odd: Iterable[_Odd]) -> Iterator[Offer]:
        for rule, stock in odd:
            ill = _Ill(rule, (turn, rule, stock))
            yield from self.tag(turn, ill)
            if rule == "economy_no_target":
                yield from self.risk(turn, ill)
            if rule == "economy_other_too":
                most = STILL if self.ledger.coins(turn, stock) > 0 else 0
                yield from self.move(turn, stock, most, ill)

    def of_found(
        self, turn: int, found: Sequence[Finding], stated: Sequence[Claim]
    ) -> Iterator[Offer]:
        for finding in found:
            ill, stock = _Ill(finding.rule, None), Address.parse(finding.at).stock or 0
            if finding.rule in ("step", "economy_range", "economy_still"):
                yield from self.within(turn, stock, _Ill(finding.rule, (turn, finding.rule, stock)))
            elif finding.rule in ("tag_unknown", "tag_other_stock"):
                yield from self.tag(turn, ill)
            elif finding.rule == "price_fraction":
                _, price = self.ledger.move(turn, stock)
                yield from self.priced(turn + 1, stock, (_nearest(price or 0),), ill)
            yield from _levelled(finding)
        if any(finding.rule == "false_percentage" for finding in found):
            false = [one for one in stated if _is_false(one, *self.ledger.move(turn, one.stock))]
            yield from self.restated(turn, false)
            yield from chain.from_iterable(self.as_stated(turn, claim) for claim in false)

    # whom the news means

    def tag(self, turn: int, ill: _Ill) -> Iterator[Offer]:
        """The tag of those that moved."""
        tag = self.ledger.mover(turn)
        if not tag or tag == self.ledger.tags[turn - 1]:
            return
        if self.fits(self.ledger.tagged(turn, tag), ill) and not self.names_others(turn, tag):
            op = Set(op="set", at=f"t{turn}.news_tag", to=tag)
            yield _offer("offer_tag", (op,), ill, {"turn": turn, "tag": tag})

    def names_others(self, turn: int, tag: str) -> bool:
        """Whether news under this tag would name only other stocks, as `rules` finds it."""
        value = {**self.chapter.turns[turn - 1].values, "news_tag": tag}
        alone = Chapter([value], self.chapter)
        return any(one.rule == "tag_other_stock" for one in rules.findings(alone))

    def risk(self, turn: int, ill: _Ill) -> Iterator[Offer]:
        """The tag's risk for the one that moved, where it has none yet."""
        tag, (stock, *others) = self.ledger.tags[turn - 1], self.ledger.moved(turn)
        taken = any(tag in risks for risks in self.ledger.risks)
        if others or taken or self.chapter.shared(stock, "risk_level"):
            return
        label = next(label for label in RISKS if label.startswith(RISK_OF_TAG[tag]))
        if self.fits(self.ledger.risked(stock, tag), ill):
            op = Set(op="set", at=f"s{stock}.risk_level", to=label)
            facts: _Facts = {"name": self.name(stock), "to": label, "turn": turn, "tag": tag}
            yield _offer("offer_risk", (op,), ill, facts)

    # prices

    def within(self, turn: int, stock: int, ill: _Ill) -> Iterator[Offer]:
        """The nearest move that the profile allows."""
        before, after = self.ledger.move(turn, stock)
        if before is None or after is None or before > PRICE_MOST:
            return
        least, most = self.ledger.span(turn, stock, before)
        coins = math.floor(most) if after - before > most else math.ceil(least)
        yield from self.move(turn, stock, coins, ill)

    def move(self, turn: int, stock: int, coins: int, ill: _Ill) -> Iterator[Offer]:
        """A move of so many coins: the price alone, or all later moves as they are.

        A single step too far is likely a slip in one price; others keep what follows, if they can.
        """
        before, after = self.ledger.move(turn, stock)
        if before is None or after is None:
            return
        change = _nearest(before + coins) - after
        column = self.column(turn + 1, stock) if abs(change) <= STEP_MOST * before else ()
        alone, onward = (after + change,), tuple(price + change for price in column)
        ways = (alone, onward) if ill.rule == "step" else (onward, alone)
        offers = chain.from_iterable(self.priced(turn + 1, stock, way, ill) for way in ways)
        yield from islice(offers, 1)

    def column(self, entry: int, stock: int) -> tuple[int, ...]:
        """Prices from this entry on; () where one is missing or not whole."""
        rows = self.ledger.prices[entry - 1 :]
        found = [row[stock - 1] if stock <= len(row) else None for row in rows]
        whole = tuple(price for price in found if isinstance(price, int))
        return whole if len(whole) == len(found) else ()

    def as_stated(self, turn: int, claim: Claim) -> Iterator[Offer]:
        """The price of which the claim is true."""
        before, _ = self.ledger.move(turn, claim.stock)
        if before is None or before > PRICE_MOST:
            return
        price = _nearest(before * (1 + claim.percent / 100))
        if claims.holds(claim, before, price):
            yield from self.priced(turn + 1, claim.stock, (price,), _Ill("false_percentage", None))

    def priced(
        self, entry: int, stock: int, prices: Sequence[Number], ill: _Ill
    ) -> Iterator[Offer]:
        """These prices from an entry on, if they fit."""
        known = self.steady and prices and all(0 < price <= PRICE_MOST for price in prices)
        if not known or not self.fits(self.ledger.priced(entry, stock, prices), ill):
            return
        ops = tuple(
            Price(op="price", at=f"t{number}.s{stock}", to=price)
            for number, price in enumerate(prices, entry)
        )
        was = self.ledger.prices[entry - 1][stock - 1] or 0
        facts: _Facts = {"turn": entry, "name": self.name(stock)}
        facts |= {"was": f"{was:,}", "to": f"{prices[0]:,}"}
        yield _offer("offer_prices" if len(ops) > 1 else "offer_price", ops, ill, facts)

    # texts

    def restated(self, turn: int, false: Sequence[Claim]) -> Iterator[Offer]:
        """The result with the true percentages, where its words of rising or falling stay true."""
        text = old = self.chapter.turns[turn].text("result")
        changes: list[str] = []
        for claim in sorted(false, key=lambda one: one.start, reverse=True):
            before, after = self.ledger.move(turn, claim.stock)
            new = claims.restate(claim, before or 0, after or 0)
            if claim.written[0].isdigit() and not new[0].isdigit():
                continue
            text = text[: claim.start] + new + text[claim.end :]
            changes.insert(0, f"{claim.written} → {new}")
        if text != old:
            op = Set(op="set", at=f"t{turn + 1}.result", to=text)
            facts: _Facts = {"turn": turn + 1, "changes": ", ".join(changes)}
            yield _offer("offer_restate", (op,), _Ill("false_percentage", None), facts)

    # trying

    def fits(self, ledger: _Ledger, ill: _Ill) -> bool:
        """Whether the fault is gone then, and nothing has come."""
        self.left -= len(ledger.prices)
        if self.left < 0:
            return False
        faults = ledger.faults()
        return faults <= self.faults and ill.fault not in faults


def _levelled(finding: Finding) -> Iterator[Offer]:
    """The repair that `rules` knows."""
    op, ill = rules.repair(finding), _Ill(finding.rule, None)
    if isinstance(op, Carry):
        yield _offer("offer_carry", (op,), ill, {"at": op.at})
    elif isinstance(op, Set):
        yield _offer("offer_level", (op,), ill, {"at": op.at, "to": op.to})


def _offer(rule: str, ops: tuple[_Repair, ...], ill: _Ill, facts: Mapping[str, Fact]) -> Offer:
    first = ops[0]
    to = "" if isinstance(first, Carry) or rule == "offer_restate" else str(first.to)
    return Offer(f"{rule}:{first.at or 'all'}:{to}", rule, facts, ops, ill.rule)


def _once(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Each repair once, whatever it mends."""
    first: dict[str, Offer] = {}
    for offer in offers:
        first.setdefault(offer.id, offer)
    return tuple(first.values())


def _nearest(price: Number) -> int:
    """Whole coins, half rounded up; a price that is out of all bounds stays so."""
    return math.floor(price + 0.5) if price <= PRICE_MOST else PRICE_MOST + 1
