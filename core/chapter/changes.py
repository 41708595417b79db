"""Apply a change list with all that it forces, and invert it."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from operator import is_

from core.chapter.chapter import PRICES, SHARED, Address, Chapter, with_array
from core.chapter.draft import Draft, Key, Row, forced, same, structural
from core.chapter.events import add_turn, reorder
from core.chapter.ops import (
    AddStock,
    AddTurn,
    Applied,
    Arrange,
    Carry,
    Cause,
    Change,
    ChangeList,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    ModelOp,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Put,
    Rename,
    Reword,
    Rewrite,
    Set,
)
from core.chapter.text import Json, Restructured
from core.errors import NoSuchPlace, WriterError

__all__ = [
    "AddStock",
    "AddTurn",
    "Applied",
    "Arrange",
    "Carry",
    "Cause",
    "Change",
    "ChangeList",
    "CopyTurn",
    "DeleteStock",
    "DeleteTurn",
    "Group",
    "ModelOp",
    "MoveTurn",
    "NewPrice",
    "NewStock",
    "NewTurn",
    "Op",
    "Price",
    "Put",
    "Rename",
    "Reword",
    "Rewrite",
    "Set",
    "apply",
    "invert",
]

_BACK = frozenset({"result", *PRICES})
"""Fields that tell how the event before came out."""
_STAGES = {"rename": 0, "reword": 1, "delete_stock": 3, "add_stock": 4, "move_turn": 5}
_STAGES |= {"copy_turn": 5, "delete_turn": 6, "add_turn": 7}
_TEXTS = 2


def apply(chapter: Chapter, groups: Sequence[Group], *, claims: bool = True) -> Applied:
    """The chapter after all ops of the groups, and every place that they change.

    Addresses mean the chapter as given. The order is: names, texts, prices, stocks, turns; then
    what they force: before_value, turn_number and, with `claims`, percentages stated in texts.
    Raises NoSuchPlace or WriterError for an op that does not fit; nothing is applied then.
    """
    draft = Draft.of(chapter)
    steps = [(op, group) for group in groups for op in group.ops]
    for op, group in sorted(steps, key=lambda step: _stage(step[0], chapter)):
        _do(draft, op, group)
    if draft.whole is not None:
        return Applied(with_array(chapter, draft.whole), tuple(_replaced(chapter, groups)))
    draft.settle()
    after = with_array(chapter, draft.array())
    if claims and draft.restate(after):
        after = with_array(chapter, draft.array())
    shared = {frozenset(who) for who in draft.writers.values() if len(who) > 1}
    return Applied(after, tuple(_changes(draft)), tuple(sorted(shared, key=sorted)))


def _stage(op: Op, chapter: Chapter) -> tuple[int, bool]:
    """When an op is done. The last turn goes last, or the one before it would take its place."""
    closing = isinstance(op, DeleteTurn) and op.at == f"t{len(chapter.turns)}"
    return _STAGES.get(op.op, _TEXTS), closing


def invert(before: Chapter, applied: Applied) -> Group:
    """The group that leads from `applied.chapter` back to the values of `before`."""
    because = applied.changes[0].because if applied.changes else ""
    if applied.restructured:
        return Group("undo", (_arranged(before, applied.chapter),), "writer", because)
    ops: list[Op] = []
    for change in applied.changes:
        was = change.before is not None or _present(before, change.at)
        ops.append(Put(op="put", at=change.at, to=change.before, present=was))
    return Group("undo", tuple(ops), "writer", because)


def _do(draft: Draft, op: Op, group: Group) -> None:  # noqa: C901  one line an op is the clearest table
    """Apply one op; what it forces comes later, in `settle`."""
    match op:
        case Set():
            draft.set(op, group)
        case Price():
            draft.price(op, group)
        case Rename():
            draft.rename(op, group)
        case Reword():
            draft.reword(op, group)
        case Carry():
            draft.carry(op, group)
        case Put():
            draft.put_back(op, group)
        case Arrange():
            origins = [origin - 1 for origin in op.origins]
            draft.whole = Restructured([deepcopy(turn) for turn in op.turns], origins)
        case AddStock():
            draft.add_stock(op, group)
        case DeleteStock():
            draft.delete_stock(op, group)
        case AddTurn():
            add_turn(draft, op, group)
        case DeleteTurn() | MoveTurn() | CopyTurn():
            reorder(draft, op, group)
        case Rewrite():
            raise WriterError("plan_only", at=op.at)


def _changes(draft: Draft) -> Iterator[Change]:
    """In reading order: what came or went first, then every changed field."""
    counts: dict[str, int] = {}
    for change in [*draft.shape, *_leaves(draft)]:
        number = counts[change.group] = counts.get(change.group, 0) + 1
        yield _numbered(change, number)


def _leaves(draft: Draft) -> Iterator[Change]:
    written = draft.rewritten()
    for index, row in enumerate(draft.rows):
        if not row.fresh and (written is None or row.front in written):
            yield from _compared(draft, row, Address(index + 1), 0, row.values)
            for place, stock in enumerate(row.stocks or (), 1):
                number = row.places[place - 1]
                if number > 0:
                    yield from _compared(draft, row, Address(index + 1, place), number, stock)


def _untouched(given: Mapping[str, Json], values: Mapping[str, Json]) -> bool:
    """Whether these are the very same values: most are, and to look at each takes long."""
    return [*given] == [*values] and all(map(is_, given.values(), values.values()))


def _compared(
    draft: Draft, row: Row, holder: Address, number: int, values: dict[str, Json]
) -> Iterator[Change]:
    """Every field that differs from where it came from: the back of an event, or its front."""
    front, back = draft.view(row.front, number), draft.view(row.back, number)
    if row.front == row.back and _untouched(front, values):
        return
    gone = [name for name in front if name not in values]
    for name in (*values, *gone):
        behind = name in _BACK
        before, after = (back if behind else front).get(name), values.get(name)
        if before is after or name == "stocks" or same(before, after):
            continue
        at = Address(holder.turn, holder.stock, name)
        group, op = _reason(draft, at, (row.back if behind else row.front, number, name))
        yield Change("", op, str(at), before, after, group.cause, group.because, group.id)


def _reason(draft: Draft, at: Address, key: Key) -> tuple[Group, str]:
    """The group and op behind a changed field; a rule where another change forced it."""
    if found := draft.why.get(key):
        copied = (
            found[1] in ("set", "reword") and key[2] in SHARED and _copied(draft, key, found[0])
        )
        return forced(found[0], "copy", "set") if copied else found
    if key[2] == "before_value":
        return _opening_reason(draft, at, key)
    group = draft.turned or next(iter(draft.why.values()))[0]
    if key[2] == "current_value":
        return forced(group, "price_move", "price")
    return forced(group, "turn_number", "renumber")


def _opening_reason(draft: Draft, at: Address, key: Key) -> tuple[Group, str]:
    index = (at.turn or 1) - 1
    if (key[0], key[1], "") in draft.why:
        return draft.why[key[0], key[1], ""]
    before = draft.rows[max(0, index - 1)]
    group = draft.mover(before, draft.rows[index], place=(at.stock or 1) - 1)
    return forced(group, "next_before_value", "carry")


def _copied(draft: Draft, key: Key, group: Group) -> bool:
    turn, stock, name = key
    earlier = (draft.why.get((before, stock, name)) for before in range(1, turn))
    return any(found is not None and found[0].id == group.id for found in earlier)


def _numbered(change: Change, number: int) -> Change:
    return replace(change, id=f"{change.group}.{number}")


def _present(chapter: Chapter, written: str) -> bool:
    try:
        chapter.value(Address.parse(written))
    except NoSuchPlace:
        return False
    return True


def _arranged(before: Chapter, after: Chapter) -> Arrange:
    """All turns of `before`, each written in the manner of the turn of `after` most like it."""
    turns = tuple(deepcopy(dict(turn.values)) for turn in before.turns)
    news = [turn.text("news") for turn in after.turns]
    origins = tuple(
        news.index(turn.text("news")) + 1
        if turn.text("news") in news
        else min(turn.position, len(after.turns))
        for turn in before.turns
    )
    return Arrange(op="arrange", turns=turns, origins=origins)


def _replaced(chapter: Chapter, groups: Sequence[Group]) -> Iterator[Change]:
    for group in groups:
        for op in group.ops:
            if isinstance(op, Arrange):
                change = structural("arrange", "t1", len(chapter.turns), len(op.turns), group)
                yield _numbered(change, 1)
