"""What an edit left alone: counted over the fields, sealed by the hash of both texts."""

from dataclasses import dataclass

from core.chapter.chapter import Address, Chapter
from core.chapter.text import Json


@dataclass(frozen=True, slots=True)
class Proof:
    """`changed` of `fields` fields differ, the rest is identical."""

    changed: int
    fields: int
    """Of the chapter that has more."""
    before_sha256: str
    """Of the whole text in UTF-8, hexadecimal."""
    after_sha256: str


def prove(before: Chapter, after: Chapter) -> Proof:
    """Compare two chapters leaf by leaf, by address, whatever the edit claims to have done."""
    old, new = _leaves(before), _leaves(after)
    changed = sum(not _same(old, new, at) for at in {**old, **new})
    return Proof(changed, max(len(old), len(new)), before.hash, after.hash)


def _leaves(chapter: Chapter) -> dict[Address, Json]:
    leaves: dict[Address, Json] = {}
    for turn in chapter.turns:
        own = {field: value for field, value in turn.values.items() if field != "stocks"}
        for at, values in ((turn.at, own), *((stock.at, stock.values) for stock in turn.stocks)):
            leaves |= {Address(at.turn, at.stock, field): value for field, value in values.items()}
    return leaves


def _same(old: dict[Address, Json], new: dict[Address, Json], at: Address) -> bool:
    if (at in old) != (at in new):
        return False
    return type(old[at]) is type(new[at]) and old[at] == new[at]
