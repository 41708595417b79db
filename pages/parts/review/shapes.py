"""What comes, goes or moves as a whole: a turn or a stock with its parts."""

from collections.abc import Iterator, Mapping, Sequence

from core.chapter.chapter import SHARED, TURN_TEXTS, Address, is_number
from core.chapter.ops import Change
from core.chapter.text import Json
from core.words.places import Lang
from pages.parts.review.values import plain, shown
from pages.words import WORDS, fill, label

Row = dict[str, object]
TURNS = {"add_turn": "turn_added", "copy_turn": "turn_copied", "delete_turn": "turn_removed"}
STOCKS = {"add_stock": "stock_added", "delete_stock": "stock_removed"}
SHAPES = frozenset({*TURNS, *STOCKS, "move_turn", "arrange"})


def shape(change: Change, names: Sequence[str], lang: Lang) -> Row:
    """A row's words and parts. `names` are the stock names of the chapter as it was given."""
    say = WORDS[lang]
    if change.op == "move_turn":
        now, was = Address.parse(change.at).turn, fill(say.turn, n=change.before)
        text = fill(say.turn_moved, was=change.before, now=now)
        return _shaped("moved", text, [], label=say.chapter, was=was)
    if change.op == "arrange":
        return _shaped("moved", say.turns_arranged, [], label=say.whole_chapter)
    value = change.after if change.before is None else change.before
    parts = _stock(value, lang) if change.op in STOCKS else _turn(value, names, lang)
    title = say.stock if change.op in STOCKS else say.chapter
    verb = "removed" if change.op.startswith("delete") else "added"
    text = getattr(say, (STOCKS | TURNS)[change.op])
    return _shaped(verb, text, list(parts), label=title)


def _shaped(verb: str, text: str, parts: list[Row], *, label: str, was: str = "") -> Row:
    said = {"verb": verb, "text": text, "parts": parts, "from": was}
    return {"kind": "shape", "label": label, **said}


def _turn(value: Json, names: Sequence[str], lang: Lang) -> Iterator[Row]:
    values = value if isinstance(value, dict) else {}
    for name in TURN_TEXTS:
        if name in values:
            yield {"label": label(name, lang), "text": shown(name, values[name], lang)}
    for number, stock in _each(values.get("stocks")):
        named = stock.get("name") or (names[number - 1] if number <= len(names) else "")
        yield {"label": plain(named), "text": _priced(stock, lang)}


def _stock(value: Json, lang: Lang) -> Iterator[Row]:
    values = value if isinstance(value, dict) else {}
    for name in SHARED:
        if name in values:
            yield {"label": label(name, lang), "text": plain(values[name])}
    for number, turn in _each(values.get("turns")):
        yield {"label": fill(WORDS[lang].turn, n=number), "text": _priced(turn, lang)}


def _each(value: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """The objects of a list with their numbers from 1."""
    for number, item in enumerate(value if isinstance(value, list) else (), 1):
        if isinstance(item, dict):
            yield number, item


def _priced(stock: Mapping[str, Json], lang: Lang) -> str:
    price = stock.get("price", stock.get("current_value"))
    coins = fill(WORDS[lang].coins, n=price) if is_number(price) else ""
    return " · ".join(part for part in (coins, plain(stock.get("expectation"))) if part)
