"""A proposal as the rows of a review: turn by turn, folded where the same thing repeats."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.chapter import diff
from core.chapter.changes import Change
from core.chapter.chapter import (
    PRICES,
    SHARED,
    STOCK_TEXTS,
    TURN_TEXTS,
    Address,
    Chapter,
    is_number,
)
from core.chapter.text import Json
from core.editing.editor import Proposal
from core.words.places import Lang, place
from pages.parts.review.cards import tag
from pages.words import WORDS, fill, label

Row = dict[str, object]
WHOLE = 0
"""Section of what concerns no single turn."""
_TURNS = {"add_turn": "turn_added", "copy_turn": "turn_copied", "delete_turn": "turn_removed"}
_STOCKS = {"add_stock": "stock_added", "delete_stock": "stock_removed"}
_SHAPES = frozenset({*_TURNS, *_STOCKS, "move_turn", "arrange"})


def units(proposal: Proposal) -> dict[str, str]:
    """Group id to the unit it is decided in: groups with a hand in one place are one unit."""
    unit = {group.id: group.id for group in proposal.groups}
    for together in proposal.applied.together:
        known = sorted({unit[id_] for id_ in together if id_ in unit})
        unit = {id_: known[0] if old in known else old for id_, old in unit.items()}
    return unit


def sections(proposal: Proposal, lang: Lang) -> list[dict[str, object]]:
    """All turns of the chapter in reading order, and those that go, each with its rows."""
    drawing = _Drawing(proposal, lang)
    return [*drawing.whole(), *drawing.turns()]


@dataclass
class _Drawing:
    proposal: Proposal
    lang: Lang
    unit: Mapping[str, str] = field(init=False)
    rows: dict[int, list[Change]] = field(init=False)
    """Changes that are shown, by turn of the new chapter."""
    gone: dict[int, Change] = field(init=False)
    """Removed turns by their old number."""
    chips: dict[str, list[str]] = field(init=False)
    """What is folded into a change, by its id."""

    def __post_init__(self) -> None:
        self.say = WORDS[self.lang]
        self.after: Chapter = self.proposal.applied.chapter
        self.unit = units(self.proposal)
        self.counted: set[str] = set()
        self.rows, self.gone, self.chips = {}, {}, {}
        self.fold()
        shown = [*(change for rows in self.rows.values() for change in rows), *self.gone.values()]
        self.sizes = Counter(self.unit_of(change) for change in shown)
        self.fields = Counter(
            self.unit_of(change) for change in self.proposal.applied.changes if not _derived(change)
        )

    def unit_of(self, change: Change) -> str:
        return self.unit.get(change.group, change.group)

    # -- folding

    def fold(self) -> None:
        """Leave out copies of a shared text, turn numbers, and before_values that follow."""
        shown: dict[tuple[object, ...], Change] = {}
        repeats: Counter[str] = Counter()
        carried: Counter[str] = Counter()
        prices = {change.at: change for change in self.proposal.applied.changes}
        for change in self.proposal.applied.changes:
            at = _address(change)
            if change.op == "renumber":
                continue
            if _derived(change):
                if not self.follows(change, at, prices):
                    carried[self.unit_of(change)] += 1
                continue
            key = _same(change, at)
            if key in shown:
                repeats[shown[key].id] += 1
                continue
            shown[key] = change
            self.keep(change, at)
        for id_, count in repeats.items():
            self.chips.setdefault(id_, []).append(fill(self.say.every_turn, n=count + 1))
        for unit, count in carried.items():
            first = next(change for change in shown.values() if self.unit_of(change) == unit)
            self.chips.setdefault(first.id, []).append(fill(self.say.also_carried, n=count))

    def follows(self, change: Change, at: Address, prices: Mapping[str, Change]) -> bool:
        """Whether it is told by the row of the price that it repeats."""
        for turn in ((at.turn or 0) - 1, at.turn or 0):
            price = prices.get(str(Address(turn, at.stock, "current_value")))
            if price is not None and price.after == change.after:
                chips = self.chips.setdefault(price.id, [])
                if turn != at.turn and self.say.also_opening not in chips:
                    chips.append(self.say.also_opening)
                return True
        return False

    def keep(self, change: Change, at: Address) -> None:
        if change.op == "delete_turn":
            self.gone[at.turn or 0] = change
        else:
            whole = change.op in _STOCKS or change.op == "arrange"
            self.rows.setdefault(WHOLE if whole else at.turn or WHOLE, []).append(change)

    # -- sections

    def whole(self) -> Iterator[dict[str, object]]:
        if self.rows.get(WHOLE):
            rows = [self.row(change) for change in self.rows[WHOLE]]
            yield self.section("all", self.say.whole_chapter, "changed", rows=rows)

    def turns(self) -> Iterator[dict[str, object]]:
        gone = dict(self.gone)
        for turn in self.after.turns:
            if change := gone.pop(turn.position, None):
                yield self.removed(change)
            yield self.turn(turn.position)
        for number in sorted(gone):
            yield self.removed(gone[number])

    def removed(self, change: Change) -> dict[str, object]:
        title = fill(self.say.turn, n=_address(change).turn)
        mark = self.say.turn_removed
        row = self.row(change)
        return self.section(f"gone {change.at}", title, "removed", rows=[row], mark=mark)

    def turn(self, number: int) -> dict[str, object]:
        turn = self.after.turns[number - 1]
        changes = self.rows.get(number, [])
        added = next((c.op for c in changes if c.op in ("add_turn", "copy_turn")), "")
        moved = any(change.op == "move_turn" for change in changes)
        status = "added" if added else "moved" if moved else "changed" if changes else "same"
        return self.section(
            f"t{number}",
            fill(self.say.turn, n=number),
            status,
            lead=turn.text("news") or turn.text("result"),
            rows=[self.row(change) for change in changes],
            same=[] if added == "add_turn" else self.same(number),
            mark=getattr(self.say, _TURNS[added]) if added else "",
        )

    def section(  # noqa: PLR0913  what JavaScript reads, named
        self,
        key: str,
        title: str,
        status: str,
        *,
        rows: Sequence[Row],
        lead: str = "",
        same: Sequence[Row] = (),
        mark: str = "",
    ) -> dict[str, object]:
        return {
            "key": key,
            "title": title,
            "status": status,
            "lead": lead,
            "rows": list(rows),
            "same": list(same),
            "mark": mark,
        }

    def same(self, number: int) -> list[Row]:
        """Fields of a turn that did not change, in reading order."""
        turn = self.after.turns[number - 1]
        changed = {change.at for change in self.proposal.applied.changes}
        fields = [("", turn.at, name, turn.values) for name in TURN_TEXTS]
        for stock in turn.stocks:
            names = (*STOCK_TEXTS[1:], *PRICES)
            fields += [(stock.name, stock.at, name, stock.values) for name in names]
        return [
            {"stock": stock, "label": label(name, self.lang), "text": self.text(name, values[name])}
            for stock, at, name, values in fields
            if name in values and str(Address(at.turn, at.stock, name)) not in changed
        ]

    def text(self, name: str, value: Json) -> str:
        if name == "news_tag" and isinstance(value, str):
            return tag(value, self.lang)
        return (
            fill(self.say.coins, n=value) if name in PRICES and is_number(value) else _plain(value)
        )

    # -- rows

    def row(self, change: Change) -> Row:
        at = _address(change)
        stock = self.stock(change, at)
        named = place(change.at, self.lang, self.after.names)
        row: Row = {
            "id": change.id,
            "unit": self.unit_of(change),
            "places": self.places(change),
            "label": label(at.field, self.lang) if at.field else "",
            "stock": stock,
            "name": named,
            "chips": self.chips.get(change.id, []) + self.reason(change),
        }
        return row | (self.shape(change) if change.op in _SHAPES else self.leaf(change, at))

    def places(self, change: Change) -> int:
        """How many places are decided with this one; 0 where an earlier row has said it."""
        unit = self.unit_of(change)
        told = unit in self.counted
        self.counted.add(unit)
        return 0 if told else self.fields[unit] if self.sizes[unit] > 1 else 1

    def stock(self, change: Change, at: Address) -> str:
        if not at.stock or change.op in _SHAPES:
            return ""
        names = self.after.names
        return names[at.stock - 1] if at.stock <= len(names) else ""

    def reason(self, change: Change) -> list[str]:
        forced = change.cause == "rule" and change.because != "copy"
        return [self.say.because_rule] if forced else []

    def leaf(self, change: Change, at: Address) -> Row:
        if at.field in PRICES and (is_number(change.before) or is_number(change.after)):
            return {"kind": "price", "a": change.before, "b": change.after}
        a, b = self.told(at, change.before), self.told(at, change.after)
        whole = at.field == "news_tag"
        return {"kind": "text", "segments": [_swap(a, b)] if whole else _segments(a, b)}

    def told(self, at: Address, value: Json) -> str:
        return (
            tag(value, self.lang)
            if at.field == "news_tag" and isinstance(value, str)
            else _plain(value)
        )

    def shape(self, change: Change) -> Row:
        at = _address(change)
        title = self.say.stock
        if change.op == "move_turn":
            text = fill(self.say.turn_moved, was=change.before, now=at.turn)
            was = fill(self.say.turn, n=change.before)
            return _shaped("moved", text, [], label=self.say.chapter, was=was)
        if change.op == "arrange":
            return _shaped("moved", self.say.turns_arranged, [], label=self.say.whole_chapter)
        if change.op in _STOCKS:
            verb = "added" if change.op == "add_stock" else "removed"
            text = getattr(self.say, _STOCKS[change.op])
            return _shaped(verb, text, self.stock_parts(change), label=title)
        verb = "removed" if change.op == "delete_turn" else "added"
        text = getattr(self.say, _TURNS[change.op])
        return _shaped(verb, text, self.turn_parts(change), label=self.say.chapter)

    def turn_parts(self, change: Change) -> list[Row]:
        value = change.before if change.op == "delete_turn" else change.after
        if not isinstance(value, dict):
            return []
        parts: list[Row] = [
            {"label": label(name, self.lang), "text": self.text(name, value[name])}
            for name in TURN_TEXTS
            if name in value
        ]
        stocks = value.get("stocks")
        for number, stock in enumerate(stocks if isinstance(stocks, list) else (), 1):
            if isinstance(stock, dict):
                names = self.proposal.chapter.names
                name = stock.get("name") or (names[number - 1] if number <= len(names) else "")
                parts.append({"label": _plain(name), "text": self.priced(stock)})
        return parts

    def stock_parts(self, change: Change) -> list[Row]:
        value = change.after if change.op == "add_stock" else change.before
        if not isinstance(value, dict):
            return []
        parts: list[Row] = [
            {"label": label(name, self.lang), "text": _plain(value[name])}
            for name in SHARED
            if name in value
        ]
        turns = value.get("turns")
        for number, turn in enumerate(turns if isinstance(turns, list) else (), 1):
            if isinstance(turn, dict):
                parts.append({"label": fill(self.say.turn, n=number), "text": self.priced(turn)})
        return parts

    def priced(self, stock: Mapping[str, Json]) -> str:
        price = stock.get("price", stock.get("current_value"))
        coins = fill(self.say.coins, n=price) if is_number(price) else ""
        return " · ".join(part for part in (coins, _plain(stock.get("expectation"))) if part)


def _address(change: Change) -> Address:
    return Address.parse(change.at)


def _derived(change: Change) -> bool:
    """A number that nobody decides on."""
    return change.op == "renumber" or (change.op == "carry" and change.cause == "rule")


def _same(change: Change, at: Address) -> tuple[object, ...]:
    """Equal for copies of one shared text in several turns; else the place alone."""
    if at.field in SHARED and change.op not in _SHAPES:
        return (change.group, at.stock, at.field, change.before, change.after)
    return (change.at,) if change.op not in _SHAPES else (change.id,)


def _shaped(verb: str, text: str, parts: list[Row], *, label: str, was: str = "") -> Row:
    return {
        "kind": "shape",
        "verb": verb,
        "text": text,
        "parts": parts,
        "label": label,
        "from": was,
    }


def _plain(value: Json) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _swap(a: str, b: str) -> object:
    return {"a": [(True, a)], "b": [(True, b)]}


def _segments(a: str, b: str) -> list[object]:
    return [
        part if isinstance(part, str) else {"a": part.a, "b": part.b} for part in diff.words(a, b)
    ]
