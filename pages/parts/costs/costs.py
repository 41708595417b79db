"""What edits cost as figures, bars by day and tables; and as a CSV file."""

import csv
import io
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import streamlit as st

from core.store.costs import DAY_S, MONTH, Asked, Spent, Sum, day
from core.words.places import Lang
from pages.parts.files import joined
from pages.words import WORDS, Words, fill, money

Price: TypeAlias = Callable[[Spent], float]
_costs = st.components.v2.component(
    "turnsmith_costs",
    js=joined("dom.js", "costs/costs.js"),
    css=joined("base.css", "costs/costs.css"),
)
_CSV = (
    *("day", "kind", "model", "prompt", "edits", "tokens_in", "tokens_out", "cached", "cost"),
    *("seconds", "whole", "offered", "accepted", "rejected"),
)


@dataclass(frozen=True, slots=True)
class _Total:
    """Sums of some edits that asked a model."""

    edits: int
    spent: Spent
    whole: int
    accepted: int
    rejected: int

    @classmethod
    def of(cls, sums: Iterable[Sum]) -> "_Total":
        many = tuple(sums)
        return cls(
            sum(one.edits for one in many),
            sum((one.spent for one in many), Spent()),
            sum(one.whole for one in many),
            sum(one.accepted for one in many),
            sum(one.rejected for one in many),
        )

    @property
    def saved(self) -> int:
        return self.whole - self.spent.tokens_out

    @property
    def share(self) -> str:
        """Of what was decided, what was accepted; a dash while nothing was."""
        decided = self.accepted + self.rejected
        return f"{self.accepted / decided:.0%}" if decided else "–"


def costs(sums: Sequence[Sum], price: Price, lang: Lang, *, priced: bool) -> None:
    """`priced`: money is shown, and drawn as bars, instead of tokens alone."""
    _costs(key="costs", data=drawn(sums, price, lang, priced=priced))


def drawn(sums: Sequence[Sum], price: Price, lang: Lang, *, priced: bool) -> dict[str, object]:
    """What the component is given; `stamp` changes with it."""
    say, asked = WORDS[lang], [one for one in sums if one.kind != "instant"]
    data: dict[str, object] = {
        "cards": _cards(sums, asked, price, say, priced=priced),
        "bars": _bars(asked, price, priced=priced),
        "title": f"{say.cost_by_day} · {say.cost_money if priced else say.cost_tokens}",
        "tables": [
            table
            for title, name, groups in _tables(asked, say)
            if (table := _table(title, name, groups, price, say, priced=priced))["rows"]
        ],
    }
    return data | {"stamp": str(hash(repr(data)))}


def of_today(sums: Iterable[Sum], price: Price) -> float:
    """What is shown of the day, as money: the very sums that the bars are drawn from."""
    today = day(time.time())
    return price(sum((one.spent for one in sums if one.day == today), Spent()))


def csv_file(sums: Sequence[Sum], price: Price) -> bytes:
    """A line for each day, kind, model and version; with a mark by which Excel knows UTF-8."""
    sink = io.StringIO()
    rows = csv.writer(sink)
    rows.writerow(_CSV)
    for one in sums:
        spent = (one.spent.tokens_in, one.spent.tokens_out, one.spent.cached)
        rows.writerow(
            [
                *(_date(one.day), one.kind, one.model, one.prompt, one.edits, *spent),
                *(round(price(one.spent), 6), round(one.seconds, 3), one.whole),
                *(one.offered, one.accepted, one.rejected),
            ]
        )
    return sink.getvalue().encode("utf-8-sig")


def _cards(
    sums: Sequence[Sum], asked: Sequence[Sum], price: Price, say: Words, *, priced: bool
) -> list[tuple[str, str, str]]:
    """Name, figure and a line below it."""
    total = _Total.of(asked)
    instant = sum(one.edits for one in sums if one.kind == "instant")
    decided = total.accepted + total.rejected
    read, written = f"{total.spent.tokens_in:,}", f"{total.spent.tokens_out:,}"
    tokens = fill(say.cost_tokens_hint, read=read, written=written)
    taken = fill(say.cost_taken_hint, n=f"{decided:,}", yes=f"{total.accepted:,}")
    more = fill(say.cost_instant, n=f"{instant:,}") if instant else ""
    return [
        *([(say.cost_money, money(price(total.spent)), "")] if priced else ()),
        (say.cost_tokens, f"{total.spent.tokens:,}", tokens),
        (say.cost_edits, f"{total.edits:,}", more),
        (say.cost_taken, total.share, taken if decided else say.cost_untaken),
        (say.cost_saved, f"{total.saved:,}", say.cost_saved_hint),
    ]


def _bars(asked: Sequence[Sum], price: Price, *, priced: bool) -> list[dict[str, object]]:
    """A bar for each of the last days, the oldest first."""
    spent: dict[int, Spent] = defaultdict(Spent)
    for one in asked:
        spent[one.day] += one.spent
    today = day(time.time())
    days = ((number, spent[number]) for number in range(today - MONTH + 1, today + 1))
    return [
        {
            "day": _date(number),
            "value": price(used) if priced else used.tokens,
            "said": money(price(used)) if priced else f"{used.tokens:,}",
        }
        for number, used in days
    ]


def _tables(asked: Sequence[Sum], say: Words) -> Iterable[tuple[str, str, Mapping[str, list[Sum]]]]:
    kinds = _kinds(say)
    by_kind = _by(asked, lambda one: kinds[one.kind])
    ordered = {name: by_kind[name] for name in kinds.values() if name in by_kind}
    yield say.cost_by_kind, say.cost_kind, ordered
    yield say.cost_by_prompt, say.cost_version, _by(asked, lambda one: one.prompt)
    yield say.cost_by_model, say.cost_model, _by(asked, lambda one: one.model)
    yield say.cost_by_day, say.cost_day, _by(asked, lambda one: _date(one.day))


def _kinds(say: Words) -> Mapping[Asked, str]:
    return {
        "chapter": say.cost_chapter,
        "structure": say.cost_structure,
        "field": say.cost_field,
        "turns": say.cost_turns,
        "turn": say.cost_turn,
        "place": say.cost_place,
    }


def _by(asked: Sequence[Sum], named: Callable[[Sum], str]) -> Mapping[str, list[Sum]]:
    """As the sums come: the latest day first."""
    groups: dict[str, list[Sum]] = defaultdict(list)
    for one in asked:
        groups[named(one)].append(one)
    return groups


def _table(  # noqa: PLR0913  a title, and how to fill it
    title: str,
    name: str,
    groups: Mapping[str, list[Sum]],
    price: Price,
    say: Words,
    *,
    priced: bool,
) -> dict[str, object]:
    totals = {group: _Total.of(sums) for group, sums in groups.items()}
    rows = [
        [
            group,
            f"{total.edits:,}",
            f"{total.spent.tokens:,}",
            *([money(price(total.spent))] if priced else ()),
            total.share,
            f"{total.saved:,}",
        ]
        for group, total in totals.items()
    ]
    priced_head = [say.cost_money] if priced else []
    head = [name, say.cost_edits, say.cost_tokens, *priced_head, say.cost_taken, say.cost_saved]
    return {"title": title, "head": head, "rows": rows}


def _date(number: int) -> str:
    return datetime.fromtimestamp(number * DAY_S, UTC).date().isoformat()
