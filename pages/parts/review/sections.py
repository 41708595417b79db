"""A proposal as the rows of a review: turn by turn, folded where the same thing repeats."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.chapter.chapter import PRICES, SHARED, STOCK_TEXTS, TURN_TEXTS, Address, Chapter
from core.chapter.ops import Change
from core.editing.decisions import UNPLACED, derived, in_order, pickable, units
from core.editing.events import Proposal
from core.words.places import Lang
from pages.parts.review.remarks import remarks
from pages.parts.review.rows import Rows, editing, key, phrased
from pages.parts.review.shapes import SHAPES, TURNS, Row
from pages.parts.review.values import shown
from pages.words import WORDS, fill, label

WHOLE = 0
"""Section of what concerns no single turn."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A proposal laid out for a review."""

    sections: list[Row]
    """All turns of the chapter in reading order, and those that go, each with its rows."""
    units: list[Row]
    """What is decided together, in reading order: its number is its place from 1."""
    reasons: list[tuple[str, str]]
    """Who and why; a row names its place in this list."""
    told: frozenset[tuple[str, str]]
    """Rule and address of the findings that stand beside a row."""


def laid(
    offer: Proposal, lang: Lang, request: str = "", *, own: Container[str] = frozenset()
) -> Laid:
    """The whole review.

    `request` is what was asked, "" when nobody asked; `own` are places of the writer's own words.
    """
    drawing = _Drawing(
        offer, lang, Rows(offer, lang, request, own, moved=offer.applied.restructured)
    )
    sections = [*drawing.whole(), *drawing.turns()]
    return Laid(sections, drawing.units(), list(drawing.reasons), drawing.told)


@dataclass
class _Drawing:
    offer: Proposal
    lang: Lang
    make: Rows
    unit: Mapping[str, str] = field(init=False)
    """Group id to its unit."""
    members: dict[str, list[str]] = field(init=False)
    """Groups of a unit; units in reading order."""
    rows: dict[int, list[Change]] = field(init=False)
    """Changes that are shown, by turn of the new chapter."""
    gone: dict[int, Change] = field(init=False)
    """Removed turns by their old number."""
    chips: dict[str, list[str]] = field(init=False)
    """What is folded into a change, by its id."""
    homes: dict[str, str] = field(init=False)
    """Address of every change to the change whose row tells it."""

    def __post_init__(self) -> None:
        self.say = WORDS[self.lang]
        self.after: Chapter = self.offer.applied.chapter
        self.moved = self.make.moved
        self.changed = {change.at for change in self.offer.applied.changes}
        self.apart = {change.id for change in pickable(self.offer).values()}
        self.unit = units(self.offer)
        self.members = self.numbered()
        self.counted: set[str] = set()
        self.reasons: dict[tuple[str, str], int] = {}
        self.last_reason = -1
        self.rows, self.gone, self.chips, self.homes = {}, {}, {}, {}
        self.fold()
        shown = [*(change for rows in self.rows.values() for change in rows), *self.gone.values()]
        self.sizes = Counter(self.unit_of(change) for change in shown)
        self.fields = Counter(
            self.unit_of(change) for change in self.offer.applied.changes if not derived(change)
        )
        self.found, self.told = remarks(self.offer, self.lang, self.homes)

    def unit_of(self, change: Change) -> str:
        return self.unit.get(change.group, change.group)

    def numbered(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {unit: [] for unit in in_order(self.offer)}
        for group, unit in self.unit.items():
            found.setdefault(unit, []).append(group)
        return found

    def units(self) -> list[Row]:
        asked = self.offer.conflicts.keys()
        return [
            {"id": unit, "groups": groups, "conflict": not asked.isdisjoint(groups)}
            for unit, groups in self.members.items()
        ]

    # -- folding

    def fold(self) -> None:
        """Leave out copies of a shared text, turn numbers, and before_values that follow."""
        shown: dict[tuple[object, ...], Change] = {}
        repeats: Counter[str] = Counter()
        carried: Counter[str] = Counter()
        prices = {change.at: change for change in self.offer.applied.changes}
        for change in self.offer.applied.changes:
            at = Address.parse(change.at)
            if change.op == "renumber":
                continue
            if derived(change):
                if not self.follows(change, at, prices):
                    carried[self.unit_of(change)] += 1
                continue
            same = _same(change, at)
            if same in shown:
                repeats[shown[same].id] += 1
            else:
                shown[same] = change
                self.keep(change, at)
            self.homes[change.at] = shown[same].id
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
                self.homes[change.at] = price.id
                return True
        return False

    def keep(self, change: Change, at: Address) -> None:
        if change.op == "delete_turn":
            self.gone[at.turn or 0] = change
        else:
            turn = WHOLE if change.op in UNPLACED else at.turn or WHOLE
            self.rows.setdefault(turn, []).append(change)

    # -- sections

    def whole(self) -> Iterator[Row]:
        if self.rows.get(WHOLE):
            rows = [self.row(change) for change in self.rows[WHOLE]]
            yield self.section("all", self.say.whole_chapter, "changed", rows=rows)

    def turns(self) -> Iterator[Row]:
        gone = dict(self.gone)
        for turn in self.after.turns:
            if change := gone.pop(turn.position, None):
                yield self.removed(change)
            yield self.turn(turn.position)
        for number in sorted(gone):
            yield self.removed(gone[number])

    def removed(self, change: Change) -> Row:
        title = fill(self.say.turn, n=Address.parse(change.at).turn)
        mark = self.say.turn_removed
        row = self.row(change)
        return self.section(f"gone {change.at}", title, "removed", rows=[row], mark=mark)

    def turn(self, number: int) -> Row:
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
            mark=getattr(self.say, TURNS[added]) if added else "",
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
    ) -> Row:
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
        fields = [("", turn.at, name, turn.values) for name in TURN_TEXTS]
        for stock in turn.stocks:
            names = (*STOCK_TEXTS[1:], *PRICES)
            fields += [(stock.name, stock.at, name, stock.values) for name in names]
        return [
            {
                "stock": stock,
                "label": label(name, self.lang),
                "text": shown(name, values[name], self.lang),
                "edit": editing(self.place(here), name, values[name]),
            }
            for stock, at, name, values in fields
            for here in (Address(at.turn, at.stock, name),)
            if name in values and str(here) not in self.changed
        ]

    def place(self, at: Address) -> str:
        """Where an own value would go; "" when turns or stocks moved and it cannot be said."""
        return "" if self.moved else key(at)

    # -- rows

    def row(self, change: Change) -> Row:
        unit = self.unit_of(change)
        row = self.make.row(change)
        reason, last = self.reason(change), self.last_reason
        self.last_reason = reason
        apart = change.id in self.apart and self.sizes[unit] == 1 and phrased(row)
        return {
            **row,
            "unit": unit,
            "places": self.places(change),
            "chips": self.chips.get(change.id, []),
            "reason": reason,
            "again": reason == last,
            "found": self.found.get(change.id, []),
            "pick": change.at if apart else "",
            "conflict": self.make.conflict(change, self.members[unit]),
        }

    def reason(self, change: Change) -> int:
        why = self.make.why(change)
        return self.reasons.setdefault(why, len(self.reasons))

    def places(self, change: Change) -> int:
        """How many places are decided with this one; 0 where an earlier row has said it."""
        unit = self.unit_of(change)
        told = unit in self.counted
        self.counted.add(unit)
        return 0 if told else self.fields[unit] if self.sizes[unit] > 1 else 1


def _same(change: Change, at: Address) -> tuple[object, ...]:
    """Equal for copies of one shared text in several turns; else the place alone."""
    if at.field in SHARED and change.op not in SHAPES:
        return (change.group, at.stock, at.field, change.before, change.after)
    return (change.at,) if change.op not in SHAPES else (change.id,)
