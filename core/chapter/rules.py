"""What a chapter breaks: would the game break (GAME), is it odd (WARN), worth knowing (NOTE).

STOP is not here: a text that cannot be opened is refused by `chapter.read`.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeVar
from unicodedata import normalize
from weakref import WeakKeyDictionary

from core.chapter import claims, korean, personal, prose
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

T = TypeVar("T")

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
    "too_few_turns": "GAME",
    "too_many_turns": "GAME",
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
    "number_type": "GAME",
    "number_wrong": "GAME",
    "turn_alias": "WARN",
    "price_fraction": "WARN",
    "price_high": "WARN",
    "step": "WARN",
    "risk_missing": "WARN",
    "risk_label": "WARN",
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
    "personal_data": "WARN",
    "order_to_model": "WARN",
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

_FIELDS = (
    *("turn_number", "turn", "result", "news", "news_hint", "news_tag", "stocks"),
    *("name", "risk_level", "description", "before_value", "current_value", "expectation"),
)
_TURN_PLAIN = ("news_hint", "news_tag")
_STOCK_PLAIN = ("risk_level", "description", "expectation")
_SHARED_PROSE = ("name", "description")
_ORDER = {"STOP": 0, "GAME": 1, "WARN": 2, "NOTE": 3}
_ONCE = frozenset({"before_missing", "stocks_not_three", "decomposed", "turn_alias"})
"""One finding stands for the whole chapter: its place may move without anything being new."""
_CARRIED = frozenset({"before_missing", "before_wrong"})
_LEVELLED = frozenset({"risk_differs", "description_differs", "risk_label"})


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
    found = [*_kept(chapter)]
    if generator:
        found += _economy(chapter)
    return tuple(sorted(found, key=_reading))


_KNOWN: WeakKeyDictionary[Chapter, tuple[Finding, ...]] = WeakKeyDictionary()
_BREAKS: WeakKeyDictionary[Chapter, tuple[Finding, ...]] = WeakKeyDictionary()
"""A chapter never changes, and each is judged several times on its way through an edit."""


def _kept(chapter: Chapter) -> tuple[Finding, ...]:
    if chapter not in _KNOWN:
        _KNOWN[chapter] = (*breaks(chapter), *_warnings(chapter), *_notes(chapter))
    return _KNOWN[chapter]


def breaks(chapter: Chapter) -> tuple[Finding, ...]:
    """The GAME findings alone: what an edit must not add."""
    if chapter not in _BREAKS:
        _BREAKS[chapter] = tuple(sorted(_game(chapter), key=_reading))
    return _BREAKS[chapter]


def added(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """What is wrong after an edit and was not before."""
    return new(findings(before), findings(after), reshaped=_shape(before) != _shape(after))


def removed(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """What was wrong before an edit and is not any more."""
    return added(after, before)


def new_breaks(before: Chapter, after: Chapter) -> tuple[Finding, ...]:
    """The GAME findings of `added`, at a fraction of its cost."""
    return new(breaks(before), breaks(after), reshaped=_shape(before) != _shape(after))


def new(old: Iterable[Finding], now: Iterable[Finding], *, reshaped: bool) -> tuple[Finding, ...]:
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


def repair(finding: Finding) -> Op | None:
    """The one-click change that mends it, where there is one that needs no taste."""
    if finding.rule in _CARRIED:
        place = Address.parse(finding.at)
        alone = finding.facts.get("count", 1) == 1
        at = str(Address(place.turn, place.stock)) if alone else ""
        return Carry(op="carry", at=at)
    if right := str(finding.facts.get("right", "")) if finding.rule in _LEVELLED else "":
        place = Address.parse(finding.at)
        return Set(op="set", at=str(Address(None, place.stock, place.field)), to=right)
    return None


# -- comparing


def _place(finding: Finding) -> object:
    return finding.rule, "" if finding.rule in _ONCE else finding.at


def _meaning(finding: Finding) -> object:
    return finding.rule, tuple(sorted(finding.facts.items()))


def _rule(finding: Finding) -> object:
    return finding.rule


def _uncounted(
    found: Iterable[Finding], counts: Counter[object], key: Callable[[Finding], object]
) -> Iterator[Finding]:
    """Those beyond the first `counts[key]` of each key."""
    seen: Counter[object] = Counter()
    for finding in found:
        seen[key(finding)] += 1
        if seen[key(finding)] > counts[key(finding)]:
            yield finding


def _shape(chapter: Chapter) -> tuple[int, ...]:
    return tuple(len(turn.stocks) for turn in chapter.turns)


def _reading(finding: Finding) -> tuple[int, int, int, int]:
    at = Address.parse(finding.at) if finding.at else Address()
    field = _FIELDS.index(at.field) if at.field in _FIELDS else -1
    return _ORDER[finding.level], at.turn or 0, at.stock or 0, field


def _found(rule: str, at: Address | str, **facts: Fact) -> Finding:
    return Finding(LEVELS[rule], rule, str(at), facts)


def _in(holder: Turn | Stock, field: str) -> Address:
    return Address(holder.at.turn, holder.at.stock, field)


def _kind(value: Json) -> str:
    """What a value is, as `core.words` calls it."""
    kinds = {bool: "boolean", str: "text", dict: "object", list: "list"}
    return "null" if value is None else kinds.get(type(value), "number")


def _kind_in(turn: Turn, field: str) -> str:
    return _kind(turn.values[field]) if field in turn.values else "nothing"


# -- the same stock in every turn


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which stock of each turn is which, and what is usual for it."""

    names: tuple[str, ...]
    """By position, as most turns have them."""
    stocks: tuple[Mapping[int, Stock], ...]
    """By position: turn number to stock; by name where a turn only orders them differently."""
    known: dict[tuple[int, str], str] = dataclasses.field(default_factory=dict)
    """What is usual, as far as it was asked."""

    def usual(self, place: int, name: str) -> str:
        """What most turns say in a field; "" when none says anything."""
        if (place, name) not in self.known:
            texts = [text for one in self.stocks[place].values() if (text := one.text(name))]
            self.known[place, name] = _most(texts, "")
        return self.known[place, name]


_LAID: WeakKeyDictionary[Chapter, _Columns] = WeakKeyDictionary()


def _columns(chapter: Chapter) -> _Columns:
    if chapter not in _LAID:
        _LAID[chapter] = _laid(chapter)
    return _LAID[chapter]


def _laid(chapter: Chapter) -> _Columns:
    count = _usual_count(chapter)
    full = [turn for turn in chapter.turns if len(turn.stocks) == count]
    names = _most([_names(turn) for turn in full], ())
    stocks: tuple[dict[int, Stock], ...] = tuple({} for _ in range(chapter.stock_count))
    unique = len(set(names)) == len(names)
    for turn in chapter.turns:
        own = _names(turn)
        reordered = own != names and unique and sorted(own) == sorted(names)
        for place, stock in enumerate(turn.stocks):
            column = names.index(stock.name) if reordered else place
            stocks[column][turn.position] = stock
    return _Columns(names, stocks)


def _names(turn: Turn) -> tuple[str, ...]:
    return tuple(stock.name for stock in turn.stocks)


def _usual_count(chapter: Chapter) -> int:
    return _most([len(turn.stocks) for turn in chapter.turns if turn.stocks], 0)


def _most(values: Sequence[T], default: T) -> T:
    """The most frequent value, the first one of equals."""
    return Counter(values).most_common(1)[0][0] if values else default


# -- GAME


def _game(chapter: Chapter) -> Iterator[Finding]:
    columns = _columns(chapter)
    yield from _turn_count(chapter)
    yield from _shapes(chapter)
    yield from _numbering(chapter)
    yield from _told(chapter)
    yield from _naming(chapter, columns)
    yield from _prices(chapter)
    yield from _chain(columns)


def _turn_count(chapter: Chapter) -> Iterator[Finding]:
    count = len(chapter.turns)
    if count < TURNS_LEAST:
        yield _found("too_few_turns", "", turns=count, least=TURNS_LEAST)
    if count > TURNS_MOST:
        yield _found("too_many_turns", "", turns=count, most=TURNS_MOST)


def _shapes(chapter: Chapter) -> Iterator[Finding]:
    counts: dict[int, list[Turn]] = {}
    for turn in chapter.turns:
        listed = turn.values.get("stocks")
        if not isinstance(listed, list):
            yield _found("stocks_shape", _in(turn, "stocks"), kind=_kind_in(turn, "stocks"))
            continue
        if len(listed) != STOCKS:
            counts.setdefault(len(listed), []).append(turn)
        for stock, value in zip(turn.stocks, listed, strict=True):
            if not stock.values:
                kind = "nothing" if value == {} else _kind(value)
                yield _found("stock_shape", stock.at, kind=kind)
    for count, turns in counts.items():
        at = turns[0].at
        yield _found("stocks_not_three", at, count=count, usual=STOCKS, turns=len(turns))


def _numbering(chapter: Chapter) -> Iterator[Finding]:
    for turn in chapter.turns:
        old = "turn" in turn.values and "turn_number" not in turn.values
        field = "turn" if old else "turn_number"
        value, at = turn.values.get(field), _in(turn, field)
        if not is_number(value):
            yield _found("number_type", at, kind=_kind_in(turn, field), right=turn.position)
        elif value != turn.position:
            yield _found("number_wrong", at, found=_shown(value), right=turn.position)


def _told(chapter: Chapter) -> Iterator[Finding]:
    for turn in chapter.turns:
        for field in ("result", "news"):
            if not isinstance(turn.values.get(field), str):
                yield _found("not_text", _in(turn, field), kind=_kind_in(turn, field))


def _naming(chapter: Chapter, columns: _Columns) -> Iterator[Finding]:
    for place, name in enumerate(columns.names, 1):
        if name and name in columns.names[: place - 1]:
            yield _found("name_twice", Address(None, place, "name"), name=name)
    for turn in chapter.turns:
        names = _names(turn)
        for stock in turn.stocks:
            if stock.values and not stock.name.strip():
                yield _found("name_missing", _in(stock, "name"))
        if names == columns.names or len(names) != len(columns.names):
            continue
        if sorted(names) == sorted(columns.names):
            found, usual = ", ".join(names), ", ".join(columns.names)
            yield _found("order_differs", turn.at, found=found, usual=usual)
        else:
            yield from _other_names(turn, columns.names)


def _other_names(turn: Turn, usual: Sequence[str]) -> Iterator[Finding]:
    for stock, name in zip(turn.stocks, usual, strict=True):
        if stock.name.strip() and stock.name != name:
            yield _found("name_differs", _in(stock, "name"), found=stock.name, usual=name)


def _prices(chapter: Chapter) -> Iterator[Finding]:
    absent: list[Stock] = []
    for turn in chapter.turns:
        for stock in filter(_has_values, turn.stocks):
            for field in PRICES:
                value = stock.values.get(field)
                if field not in stock.values and field == "before_value":
                    absent.append(stock)
                elif field not in stock.values:
                    yield _found("price_missing", _in(stock, field))
                elif not is_number(value):
                    yield _found("price_type", _in(stock, field), kind=_kind(value))
                elif not _positive(value):
                    yield _found("price_sign", _in(stock, field), price=_shown(value))
    if absent:
        yield _found("before_missing", _in(absent[0], "before_value"), count=len(absent))


def _chain(columns: _Columns) -> Iterator[Finding]:
    for before, stock in _moves(columns):
        was, now = before.price, stock.opening
        if _positive(was) and _positive(now) and was != now:
            at = _in(stock, "before_value")
            yield _found("before_wrong", at, found=_shown(now), right=_shown(was))


def _moves(columns: _Columns) -> Iterator[tuple[Stock, Stock]]:
    """A stock in a turn and in the next one."""
    for column in columns.stocks:
        for turn, stock in column.items():
            if turn + 1 in column:
                yield stock, column[turn + 1]


def _has_values(stock: Stock) -> bool:
    return bool(stock.values)


def _positive(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _shown(value: Json) -> Fact:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float | str) else str(value)


# -- WARN


def _warnings(chapter: Chapter) -> Iterator[Finding]:
    columns = _columns(chapter)
    yield from _aliases(chapter)
    yield from _amounts(chapter, columns)
    yield from _risks(columns)
    yield from _descriptions(columns)
    yield from _types(chapter)
    yield from _tags(chapter)
    yield from _percentages(chapter)
    yield from _prose(chapter, columns)


def _aliases(chapter: Chapter) -> Iterator[Finding]:
    using = [t for t in chapter.turns if "turn" in t.values and "turn_number" not in t.values]
    if using:
        yield _found("turn_alias", _in(using[0], "turn"), turns=len(using))


def _amounts(chapter: Chapter, columns: _Columns) -> Iterator[Finding]:
    for turn in chapter.turns:
        for stock in turn.stocks:
            price = stock.price
            if not isinstance(price, int) and price and not price.is_integer():
                yield _found("price_fraction", _in(stock, "current_value"), price=price)
            if price and price > PRICE_MOST:
                at = _in(stock, "current_value")
                yield _found("price_high", at, price=_shown(price), most=PRICE_MOST)
    for before, stock in _moves(columns):
        if _positive(before.price) and _positive(stock.price):
            yield from _step(before.price or 0, stock)


def _step(was: Number, stock: Stock) -> Iterator[Finding]:
    price = stock.price or 0
    step = (price - was) / was
    if abs(step) > STEP_MOST:
        # A step from a price next to 0 may be infinite: it has no `round`.
        at, percent = _in(stock, "current_value"), f"{100 * step:+.0f}"
        yield _found("step", at, was=_shown(was), price=_shown(price), percent=percent)


def _risks(columns: _Columns) -> Iterator[Finding]:
    for place in range(len(columns.stocks)):
        at = Address(None, place + 1, "risk_level")
        usual = columns.usual(place, "risk_level")
        if not usual:
            yield _found("risk_missing", at, turns=len(columns.stocks[place]))
            continue
        if usual not in RISKS:
            rule = "risk_label" if _label(usual) else "risk_unknown"
            yield _found(rule, at, found=usual, right=_label(usual))
        yield from _drift(columns, place, "risk_level", "risk_differs")
    yield from _same_risks(columns)


def _same_risks(columns: _Columns) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place in range(len(columns.stocks)):
        usual = columns.usual(place, "risk_level")
        if usual and usual in seen:
            at = Address(None, place + 1, "risk_level")
            yield _found("risk_same", at, risk=usual, other=seen[usual])
        seen.setdefault(usual, place + 1)


def _label(written: str) -> str:
    """The exact label that a short or older form means; "" when it is not known."""
    composed = normalize("NFC", written)
    older = {"균형형": 1, "장기 안정형": 2}
    if composed in older:
        return RISKS[older[composed]]
    return next((label for label in RISKS if composed in (label, label.split()[0])), "")


def _descriptions(columns: _Columns) -> Iterator[Finding]:
    for place, column in enumerate(columns.stocks):
        if not columns.usual(place, "description"):
            at = Address(None, place + 1, "description")
            yield _found("description_missing", at, turns=len(column))
        else:
            yield from _drift(columns, place, "description", "description_differs")


def _drift(columns: _Columns, place: int, field: str, rule: str) -> Iterator[Finding]:
    usual = columns.usual(place, field)
    for stock in columns.stocks[place].values():
        if stock.text(field) != usual:
            yield _found(rule, _in(stock, field), found=stock.text(field), right=usual)


def _types(chapter: Chapter) -> Iterator[Finding]:
    for turn in chapter.turns:
        yield from _odd(turn, _TURN_PLAIN)
        for stock in turn.stocks:
            yield from _odd(stock, _STOCK_PLAIN)


def _odd(holder: Turn | Stock, fields: Iterable[str]) -> Iterator[Finding]:
    for field in fields:
        value = holder.values.get(field, "")
        if not isinstance(value, str):
            yield _found("odd_type", _in(holder, field), kind=_kind(value))


def _tags(chapter: Chapter) -> Iterator[Finding]:
    for turn in chapter.turns:
        tag, at = turn.text("news_tag"), _in(turn, "news_tag")
        if tag not in TAGS:
            yield _found("tag_unknown", at, found=prose.short(tag))
        else:
            yield from tag_target(turn)


def tag_target(turn: Turn) -> Iterator[Finding]:
    """The tag names a stock by its risk; the news must not name only others."""
    tag, at = turn.text("news_tag"), _in(turn, "news_tag")
    if tag not in RISK_OF_TAG:
        return
    stocks, news = turn.stocks[: korean.NAMES_MOST], turn.text("news")[: prose.READ_MOST]
    target = {s.name for s in stocks if risk_tag(s.risk) == tag}
    named = [s.name for s in stocks if s.name and _mentions(news, s.name)]
    if target and named and not target.intersection(named):
        yield _found("tag_other_stock", at, tag=tag, target=min(target), named=named[0])


@lru_cache(maxsize=1024)
def _mentions(news: str, name: str) -> bool:
    """Most news are the same before and after an edit."""
    return bool(korean.mentions(news, name))


def risk_tag(risk: str) -> str:
    """What a risk label means, in the word of a tag: high, mid, low; "" when it is not known."""
    label = risk if risk in RISKS else _label(risk)
    return next((tag for tag, word in RISK_OF_TAG.items() if label.startswith(word)), "")


def _percentages(chapter: Chapter) -> Iterator[Finding]:
    for claim in claims.claims(chapter):
        now = chapter.turns[claim.turn - 1].stocks[claim.stock - 1]
        earlier = chapter.turns[claim.turn - 2].stocks if claim.turn > 1 else ()
        was = earlier[claim.stock - 1].price if len(earlier) >= claim.stock else now.opening
        if was and now.price and not claims.holds(claim, was, now.price):
            percent = round(100 * (now.price - was) / was, 1)
            facts: dict[str, Fact] = {"written": claim.written, "percent": f"{percent:+g}%"}
            facts |= {"was": _shown(was), "price": _shown(now.price), "name": now.name}
            yield _found("false_percentage", claim.at, **facts)


def _prose(chapter: Chapter, columns: _Columns) -> Iterator[Finding]:
    decomposed: list[Finding] = []
    usual = tuple(dict.fromkeys(columns.names))[: korean.NAMES_MOST]
    names = tuple(name for name in map(korean.bare, usual) if name)
    for at, text in _texts(chapter, columns):
        for rule, facts in prose.faults(at.field or "", text, names):
            finding = _found(rule, at, **dict(facts))
            if rule in _ONCE:
                decomposed.append(finding)
            else:
                yield finding
        if order := prose.ORDER.search(text[: prose.READ_MOST]):
            yield _found("order_to_model", at, found=prose.short(order[0]))
        if data := _private(text):
            yield _found("personal_data", at, found=prose.short(data))
    if decomposed:
        yield _found(decomposed[0].rule, decomposed[0].at, count=len(decomposed))


@lru_cache(maxsize=4096)
def _private(text: str) -> str:
    """The first personal data in it; "" for none."""
    spans = personal.found(text[: prose.READ_MOST])
    return text[spans[0].start : spans[0].end] if spans else ""


def _texts(chapter: Chapter, columns: _Columns) -> Iterator[tuple[Address, str]]:
    """Every text once: what the turns of a stock share is one text."""
    for place, column in enumerate(columns.stocks):
        for field in _SHARED_PROSE:
            usual = columns.usual(place, field)
            yield Address(None, place + 1, field), usual
            for stock in column.values():
                if stock.text(field) not in ("", usual):
                    yield _in(stock, field), stock.text(field)
    for at, text in chapter.texts():
        if at.field not in (*SHARED, "news_tag"):
            yield at, text


# -- the newest generator's economy


def _economy(chapter: Chapter) -> Iterator[Finding]:
    for before, stock in _moves(_columns(chapter)):
        tag = chapter.turns[(before.at.turn or 1) - 1].text("news_tag")
        risk = risk_tag(stock.risk)
        if not (tag and risk and _positive(before.price) and _positive(stock.price)):
            continue
        move = (stock.price or 0) - (before.price or 0)
        most = RANGES[risk] / 2 if tag == "all" else RANGES[risk] if tag == risk else None
        at, facts = _in(stock, "current_value"), {"tag": tag, "move": f"{move:+g}"}
        if most is not None and abs(move) > most:
            yield _found("economy_range", at, **facts, most=f"{most:g}")
        elif most is None and tag in RANGES and not 0 <= move <= STILL:
            yield _found("economy_still", at, **facts, most=STILL)


# -- NOTE


def _notes(chapter: Chapter) -> Iterator[Finding]:
    first, last = chapter.turns[0], chapter.turns[-1]
    if len(chapter.turns) not in (1, TURNS_USUAL):
        yield _found("turns_not_usual", "", turns=len(chapter.turns), usual=TURNS_USUAL)
    spoken = [field for field in ("news", "news_tag") if last.text(field)]
    spoken += [f"s{n}.expectation" for n, s in enumerate(last.stocks, 1) if s.text("expectation")]
    if spoken and len(chapter.turns) > 1:
        yield _found("last_turn_text", f"{last.at}.{spoken[0]}", count=len(spoken))
    if first.text("result"):
        yield _found("unseen_result", _in(first, "result"))
    if any(turn.text("news_hint") for turn in chapter.turns):
        yield _found("unseen_field", _in(first, "news_hint"), field="news_hint")
    if chapter.stock_count and chapter.shared(1, "description"):
        yield _found("unseen_field", Address(None, 1, "description"), field="description")
