"""The tree of versions as rows, newest first, with the lanes that its lines run in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.store.library import Version


@dataclass(frozen=True, slots=True)
class Row:
    """One version and the lines beside it."""

    version: Version
    lane: int
    """Column of its dot, from 0."""
    above: tuple[tuple[int, int], ...]
    """Lines of the upper half: from this lane at the top to that one at the dot's height."""
    below: tuple[tuple[int, int], ...]
    """Lines of the lower half: from this lane at the dot's height to that one at the bottom."""
    heads: tuple[str, ...]
    """Branches that end here; "" is the first one."""
    undone: bool
    """No branch holds it any more: it was undone and may be redone or restored."""
    forked: bool
    """Another version went on from its parent before."""


def rows(versions: Sequence[Version], heads: Mapping[str, int]) -> list[Row]:
    """`versions` oldest first; `heads` names the present version of each branch."""
    held = _held(versions, heads.values())
    first = _firsts(versions, held)
    lanes: list[int] = []
    return [_row(version, lanes, heads, held, first) for version in reversed(versions)]


def width(drawn: Sequence[Row]) -> int:
    """Lanes that are needed."""
    ends = (at for row in drawn for line in (*row.above, *row.below) for at in line)
    return max((*ends, *(row.lane for row in drawn)), default=0) + 1


def line(versions: Sequence[Version], number: int) -> list[int]:
    """A version and those that it goes back to by its parents, newest first."""
    parents = {version.number: version.parent for version in versions}
    found: list[int] = []
    at: int | None = number
    while at is not None and at in parents:
        found.append(at)
        at = parents[at]
    return found


def _row(
    version: Version,
    lanes: list[int],
    heads: Mapping[str, int],
    held: frozenset[int],
    first: frozenset[int],
) -> Row:
    """Draw one row; `lanes` holds the version that each lane waits for, 0 for none."""
    number = version.number
    before = list(lanes)
    lane = lanes.index(number) if number in lanes else _free(lanes)
    above = [(at, lane if waits == number else at) for at, waits in enumerate(before) if waits]
    lanes[:] = [0 if waits == number else waits for waits in lanes]
    below = [(at, at) for at, waits in enumerate(lanes) if waits]
    for parent in _parents(version):
        to = lane if parent == version.parent else _lane_of(parent, lanes)
        lanes[to] = parent
        below.append((lane, to))
    while lanes and not lanes[-1]:
        lanes.pop()
    return Row(
        version,
        lane,
        tuple(dict.fromkeys(above)),
        tuple(dict.fromkeys(below)),
        tuple(name for name, head in heads.items() if head == number),
        number not in held,
        version.parent is not None and number in held and number not in first,
    )


def _parents(version: Version) -> list[int]:
    """What it goes on from; a merge has two."""
    merged = [version.other] if version.act == "merge" and version.other else []
    return [number for number in (version.parent, *merged) if number]


def _free(lanes: list[int]) -> int:
    if 0 not in lanes:
        lanes.append(0)
    return lanes.index(0)


def _lane_of(number: int, lanes: list[int]) -> int:
    return lanes.index(number) if number in lanes else _free(lanes)


def _held(versions: Sequence[Version], heads: Iterable[int]) -> frozenset[int]:
    """All that some branch goes back to, by parents and merges."""
    parents = {version.number: _parents(version) for version in versions}
    found: set[int] = set()
    waiting = list(heads)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += parents.get(number, [])
    return frozenset(found)


def _firsts(versions: Sequence[Version], held: frozenset[int]) -> frozenset[int]:
    """Of each parent the first version that went on from it; what was undone goes on nowhere."""
    found: dict[int | None, int] = {}
    for version in versions:
        if version.number in held:
            found.setdefault(version.parent, version.number)
    return frozenset(found.values())
