"""What an edit left alone: counted over the fields, sealed by the hash of both texts."""

from dataclasses import dataclass

from core.chapter.chapter import Chapter
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
    shared = old.keys() & new.keys()
    same = sum(type(old[at]) is type(new[at]) and old[at] == new[at] for at in shared)
    changed = len(old.keys() | new.keys()) - same
    return Proof(changed, max(len(old), len(new)), before.hash, after.hash)


def _leaves(chapter: Chapter) -> dict[tuple[int, int, str], Json]:
    """By turn and stock from 1 (0: of the turn itself) and field."""
    leaves: dict[tuple[int, int, str], Json] = {}
    for turn, own in enumerate(chapter.turns, 1):
        leaves.update(((turn, 0, key), own.values[key]) for key in own.values if key != "stocks")
        for stock, row in enumerate(own.stocks, 1):
            leaves.update(((turn, stock, key), value) for key, value in row.values.items())
    return leaves
