"""What a model is asked: fixed instructions, the chapter as addressed lines, the request last.

The order lets servers reuse what they read before: instructions and format, the chapter, what is
closed, the conversation, and the request alone in the last message.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Final, Literal, Self
from weakref import WeakKeyDictionary

from core.chapter.chapter import PRICES, SHARED, TURN_TEXTS, Chapter, Stock, Turn
from core.chapter.ops import Op, Rewrite
from core.chapter.text import Json
from core.editing.limits import FIELDS, OPEN, STRUCTURE, Limits
from core.editing.scope import Scope

Role = Literal["system", "user", "assistant"]

FOLDER = Path(__file__).parent / "prompts"
VERSION: Final = "3"
"""Of the phrasing that is used: the name of its file."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What a model is told besides the chapter and the request: one version."""

    version: str
    canary: str
    """Stands in the instructions alone: a text that holds it was copied out of them."""
    instructions: str
    heard: str
    """What the model is taken to have answered to what it was only given."""
    under_review: str
    turn: str
    """Asks for one turn of a plan; `$at`, `$fields` and `$brief` are filled in."""
    passed: str
    cut: str
    refused: str
    plans: str = ""
    """Asks for plans where texts of `$turns` or more turns change."""
    direct: str = ""
    """Asks for none."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Of a file such as `prompts/1.toml`."""
        told = tomllib.loads(file.read_text("utf-8"))
        instructions = Template(told.pop("instructions")).substitute(canary=told["canary"])
        return cls(version=file.stem, instructions=instructions, **told)


CURRENT = Phrasing.read(FOLDER / f"{VERSION}.toml")
_FIELDS = ("result", "news", "news_tag", "news_hint", "expectation")
_CLOSED = {
    "prices": "Prices are closed.",
    "names": "Names are closed.",
    "risks": "Risk levels are closed.",
    "structure": "Turns and stocks cannot be added, moved or deleted.",
}


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one call, in order; the request is alone in the last one."""

    messages: tuple[Message, ...]
    phrasing: Phrasing = CURRENT
    way: str = ""
    """The end of what is given with the chapter: whether plans are asked for."""

    @property
    def key(self) -> str:
        """Of what was asked. Whether plans were, hung on the day's pace, and may be otherwise."""
        said = [[one.role, one.content.removesuffix(self.way)] for one in self.messages]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Schema:
    """What the answer must look like, for a server's structured output."""

    name: str
    """`direct_changes`, `chapter_changes` with plans, `turn_changes` for one turn of a plan."""
    body: Mapping[str, Json]
    """JSON Schema, strict mode."""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier request of the conversation and what was answered."""

    request: str
    reply: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What came before the request."""

    said: tuple[Said, ...] = ()
    """Oldest first."""
    review: tuple[str, ...] = ()
    """The changes under review, numbered, one a line."""


SILENCE = Talk()


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that did not pass, as the model wrote it."""

    written: str
    because: str
    """A sentence in English."""


# -- the messages


def ask(  # noqa: PLR0913  the request and its terms
    chapter: Chapter,
    request: str,
    *,
    scope: Scope,
    limits: Limits = OPEN,
    talk: Talk = SILENCE,
    phrasing: Phrasing = CURRENT,
    fewest: int | None = None,
) -> Prompt:
    """The main call of an edit. What is under review stands between the talk and the request.

    From `fewest` turns on, plans are asked for; None: never.
    """
    way = _way(phrasing, fewest)
    given = "\n".join([_given(chapter), *_closed(scope, limits)]) + way
    messages = [
        Message("system", phrasing.instructions),
        Message("user", given),
        _answered(phrasing.heard),
    ]
    for one in talk.said:
        messages += [Message("user", one.request), _answered(_list((), one.reply))]
    if talk.review:
        lines = map(_plain, (phrasing.under_review, *talk.review))
        messages += [Message("user", "\n".join(lines)), _answered(phrasing.heard)]
    return Prompt((*messages, Message("user", request)), phrasing, way)


def _way(phrasing: Phrasing, fewest: int | None) -> str:
    line = phrasing.plans if fewest else phrasing.direct
    return "\n" + Template(line).substitute(turns=fewest) if line else ""


def ask_turn(main: Prompt, plans: Sequence[Rewrite], own: Rewrite) -> Prompt:
    """One turn of a plan: the same beginning for every turn, its own brief last."""
    fields = ", ".join(_field_address(own.at, field) for field in own.fields)
    order = Template(main.phrasing.turn).substitute(at=own.at, fields=fields, brief=own.brief)
    return _followed(main, _list(plans, ""), order)


def ask_again(
    main: Prompt, passed: Sequence[Op], refused: Sequence[Refused], *, cut: bool
) -> Prompt:
    """The repair round: what passed, what did not and why. What passed is not asked for again."""
    lines = [main.phrasing.passed] if passed else []
    if cut:
        lines.append(main.phrasing.cut)
    if refused:
        lines.append(main.phrasing.refused)
        lines += [f"{one.written}\n  refused because: {one.because}" for one in refused]
    return _followed(main, _list(passed, ""), "\n".join(lines))


def _followed(main: Prompt, answer: str, order: str) -> Prompt:
    return replace(main, messages=(*main.messages, _answered(answer), Message("user", order)))


def _answered(content: str) -> Message:
    return Message("assistant", content)


def _list(ops: Sequence[Op], reply: str) -> str:
    changes = [op.model_dump(mode="json", by_alias=True) for op in ops]
    written = {"changes": changes, "reply": reply}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def _field_address(turn: str, field: str) -> str:
    return f"{turn}.sM.expectation of every stock" if field == "expectation" else f"{turn}.{field}"


# -- the chapter

_GIVEN: WeakKeyDictionary[Chapter, str] = WeakKeyDictionary()


def _given(chapter: Chapter) -> str:
    """Its lines, written once."""
    if chapter not in _GIVEN:
        _GIVEN[chapter] = "\n".join(_lines(chapter))
    return _GIVEN[chapter]


def _lines(chapter: Chapter) -> Iterator[str]:
    turns, stocks = len(chapter.turns), chapter.stock_count
    yield f"Chapter: {turns} turns, {stocks} stocks."
    for number in range(1, stocks + 1):
        for field in SHARED:
            if value := chapter.shared(number, field):
                yield _line(f"s{number}.{field}", value)
    for turn in chapter.turns:
        yield from _turn_lines(chapter, turn)


def _turn_lines(chapter: Chapter, turn: Turn) -> Iterator[str]:
    for field in TURN_TEXTS:
        if field in turn.values:
            yield _line(f"{turn.at}.{field}", turn.text(field))
    for stock in turn.stocks:
        yield from _stock_lines(chapter, stock)


def _stock_lines(chapter: Chapter, stock: Stock) -> Iterator[str]:
    price = stock.values.get(PRICES[1])
    yield f"{stock.at}.price: {json.dumps(price, ensure_ascii=False)}"
    yield _line(f"{stock.at}.expectation", stock.text("expectation"))
    for field in SHARED:
        value = stock.text(field)
        if value and value != chapter.shared(stock.at.stock or 0, field):
            yield _line(f"{stock.at}.{field}", value)


def _line(at: str, value: str) -> str:
    """One line whatever the text holds, so that no text can begin a line with an address."""
    return f"{at}: {_plain(value)}"


def _plain(value: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", value)


def _closed(scope: Scope, limits: Limits) -> Iterator[str]:
    for name, sentence in _CLOSED.items():
        if not getattr(scope, name):
            yield sentence
    if scope.turns is not None:
        yield "Only these turns may change: " + ", ".join(f"t{n}" for n in sorted(scope.turns))
    if scope.fields is not None:
        yield "Only these fields may change: " + ", ".join(sorted(scope.fields))
    if scope.stocks is not None:
        yield "Only these stocks may change: " + ", ".join(f"s{n}" for n in sorted(scope.stocks))
    if limits.locks:
        yield "Locked, must stay as they are: " + _listed(limits.locks)
    if limits.only:
        yield "Nothing but this may change, whatever is asked: " + _listed(limits.only)


def _listed(limits: frozenset[str]) -> str:
    return ", ".join(_limit(limit) for limit in sorted(limits))


def _limit(limit: str) -> str:
    if limit == STRUCTURE:
        return "the list of turns and stocks"
    return f"every {limit}" if limit in FIELDS else limit


# -- the schemas: built once, because a new one costs a server seconds to compile

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_AFTER: Json = {"type": "integer"}
_SETTABLE = (
    r"^(t[1-9][0-9]*\.(result|news|news_tag|news_hint)|t[1-9][0-9]*\.s[1-9]\.expectation"
    r"|s[1-9]\.(name|risk_level|description))$"
)


def _object(**members: Json) -> Json:
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(members),
        "additionalProperties": False,
    }


def _op(name: str, **members: Json) -> Json:
    return _object(op={"type": "string", "enum": [name]}, **members)


def _list_of(item: Json) -> Json:
    return {"type": "array", "items": item}


def _at(pattern: str) -> Json:
    return {"type": "string", "pattern": pattern}


_NEW_PRICE = _object(price=_NUMBER, expectation=_TEXT)
_NEW_TURN = _object(result=_TEXT, news=_TEXT, news_tag=_TEXT, stocks=_list_of(_NEW_PRICE))
_NEW_STOCK = _object(name=_TEXT, risk_level=_TEXT, description=_TEXT, turns=_list_of(_NEW_PRICE))
_FIELD: Json = {"type": "string", "enum": list(_FIELDS)}
_TURN = r"^t[1-9][0-9]*$"


def _schema(name: str, *ops: Json) -> Schema:
    body = _object(changes=_list_of({"anyOf": list(ops)}), reply=_TEXT)
    return Schema(name, body if isinstance(body, dict) else {})


_DIRECT = (
    _op("set", at=_at(_SETTABLE), to=_TEXT),
    _op("price", at=_at(r"^t[1-9][0-9]*\.s[1-9]$"), to=_NUMBER),
    _op("rename", **{"from": _TEXT, "to": _TEXT}),
    _op("add_turn", after=_AFTER, turn=_NEW_TURN),
    _op("delete_turn", at=_at(_TURN)),
    _op("move_turn", at=_at(_TURN), after=_AFTER),
    _op("add_stock", stock=_NEW_STOCK),
    _op("delete_stock", at=_at(r"^s[1-9]$")),
)
_PLAN = _op("rewrite", at=_at(_TURN), fields=_list_of(_FIELD), brief=_TEXT)
DIRECT_CHANGES = _schema("direct_changes", *_DIRECT)
CHAPTER_CHANGES = _schema("chapter_changes", *_DIRECT, _PLAN)
"""With plans, which are offered only where they are sooner done."""
TURN: Final = "turn_changes"


@lru_cache(maxsize=64)
def turn_changes(at: str) -> Schema:
    """The schema of one turn's call: only `set`, only this turn (`t3`)."""
    place = rf"^{at}\.(result|news|news_tag|news_hint|s[1-9]\.expectation)$"
    return _schema(TURN, _op("set", at=_at(place), to=_TEXT))
