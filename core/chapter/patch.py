"""The way from one chapter to another as JSON Patch (RFC 6902) over the array of turns."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy

from core.chapter import shape
from core.chapter.chapter import Chapter
from core.chapter.text import Json

Step = dict[str, Json]
"""One operation: `{"op": "replace", "path": "/2/news", "value": "..."}`."""


def json_patch(before: Chapter, after: Chapter) -> list[Step]:
    """Operations that make `after.array` of `before.array`, one after the other; [] when equal.

    Paths count from 0: `/2/stocks/0/current_value`. Turns and stocks are added, removed and moved
    where that is shorter than to replace what is in them. There are no `test` operations.
    """
    old, new = before.array, after.array
    aligned = list(_listed("", old, new, shape.events(before, after)))
    plain = list(_listed("", old, new, _in_place(len(old), len(new))))
    return min(plain, aligned, key=_size)


def _in_place(old: int, new: int) -> list[int]:
    return [at if at <= old else 0 for at in range(1, new + 1)]


def _size(steps: Sequence[Step]) -> int:
    return len(json.dumps(steps, ensure_ascii=False))


def _listed(path: str, old: list[Json], new: list[Json], origins: Sequence[int]) -> Iterator[Step]:
    """`origins`: by item of `new` its place in `old` from 1, 0 for a new one."""
    first = [place if place not in origins[:at] else 0 for at, place in enumerate(origins)]
    now = list(range(1, len(old) + 1))
    for at in reversed(range(len(now))):
        if now[at] not in first:
            del now[at]
            yield {"op": "remove", "path": f"{path}/{at}"}
    for at, (place, item) in enumerate(zip(first, new, strict=True)):
        yield from _placed(path, at, now.index(place) if place else None, item)
        if place:
            now.remove(place)
        now.insert(at, place)
    for at, (place, item) in enumerate(zip(first, new, strict=True)):
        if place:
            yield from _changed(f"{path}/{at}", old[place - 1], item)


def _placed(path: str, at: int, now: int | None, item: Json) -> Iterator[Step]:
    """The item of a list comes to its place: from another one, or new."""
    if now is None:
        yield {"op": "add", "path": f"{path}/{at}", "value": deepcopy(item)}
    elif now != at:
        yield {"op": "move", "from": f"{path}/{now}", "path": f"{path}/{at}"}


def _changed(path: str, old: Json, new: Json) -> Iterator[Step]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _members(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _shorter(path, old, new)
    elif type(old) is not type(new) or old != new:
        yield {"op": "replace", "path": path, "value": deepcopy(new)}


def _shorter(path: str, old: list[Json], new: list[Json]) -> list[Step]:
    """By place, or by the names of stocks, whichever says it in less."""
    plain = list(_listed(path, old, new, _in_place(len(old), len(new))))
    named = list(_listed(path, old, new, _by_name(old, new)))
    return min(plain, named, key=_size)


def _by_name(old: list[Json], new: list[Json]) -> list[int]:
    names = [_name(item) for item in old]
    return [names.index(name) + 1 if (name := _name(item)) in names else 0 for item in new]


def _name(item: Json) -> str:
    """What a stock is known by, or what else an item of a list is."""
    named = item.get("name") if isinstance(item, dict) else None
    return json.dumps(item if named is None else named)


def _members(path: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[Step]:
    gone = [key for key in old if key not in new]
    for key in gone:
        yield {"op": "remove", "path": _below(path, key)}
    for key, value in new.items():
        if key in old:
            yield from _changed(_below(path, key), old[key], value)
        else:
            yield {"op": "add", "path": _below(path, key), "value": deepcopy(value)}


def _below(path: str, key: str) -> str:
    return f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
