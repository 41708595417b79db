"""What an edit left alone: counted over the fields, sealed by the hash of both texts."""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from core.chapter.chapter import Chapter, Stock, Turn
from core.chapter.ops import Applied
from core.chapter.text import Json

_Place: TypeAlias = tuple[int, int, str]
"""Turn, stock (0: the turn itself), field."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`changed` of `fields` fields differ, the rest is identical."""

    changed: int
    fields: int
    """Of the chapter that has more."""
    before_sha256: str
    """Of the whole text in UTF-8, hexadecimal."""
    after_sha256: str


def prove(before: Chapter, applied: Applied) -> Proof:
    """Compare the two chapters leaf by leaf, whatever the edit claims to have done.

    Leaves are compared by address. Where turns or stocks moved, addresses shift with them: then a
    leaf counts as changed when its value is found nowhere else under the same field.
    """
    old, new = _leaves(before), _leaves(applied.chapter)
    changed = _astray(old, new) if applied.restructured else _differing(old, new)
    return Proof(changed, max(len(old), len(new)), before.hash, applied.chapter.hash)


def _leaves(chapter: Chapter) -> dict[_Place, Json]:
    leaves: dict[_Place, Json] = {}
    for turn in chapter.turns:
        holders: tuple[Turn | Stock, ...] = (turn, *turn.stocks)
        for holder in holders:
            for field, value in holder.values.items():
                if field != "stocks" or holder.at.stock:
                    leaves[turn.position, holder.at.stock or 0, field] = value
    return leaves


def _differing(old: dict[_Place, Json], new: dict[_Place, Json]) -> int:
    return sum(not _same(old, new, at) for at in {**old, **new})


def _same(old: dict[_Place, Json], new: dict[_Place, Json], at: _Place) -> bool:
    if (at in old) != (at in new):
        return False
    return type(old[at]) is type(new[at]) and old[at] == new[at]


def _astray(old: dict[_Place, Json], new: dict[_Place, Json]) -> int:
    """The leaves of the one chapter without a counterpart in the other."""
    was, now = (Counter(f"{at[2]} {value!r}" for at, value in d.items()) for d in (old, new))
    return max((was - now).total(), (now - was).total())
