"""Requests about the order of turns and the list of stocks."""

import re
from collections.abc import Iterator

from core.chapter.ops import CopyTurn, DeleteStock, DeleteTurn, MoveTurn, Op
from core.editing.request import Answer, Clause, Reading, Ready, ask, ready

_ENDS = frozenset({"start", "end"})
_BESIDE = frozenset({"before", "after"})
_MARKS = _ENDS | _BESIDE | {"turns", "order", "to", "all", "reversed"}
_LEAST_TURNS = 2
_STOCKS = 3
_SWAPS = re.compile(r"바꿔|바꾸")
_ENGLISH = re.compile(r"\b(?:before|after)\b", re.IGNORECASE)


def read(clause: Clause) -> Reading:
    """Delete, copy, reverse, move or swap turns; delete a stock too many."""
    if clause.words or not (clause.verbs or _toward(clause)):
        return None
    if clause.only("turn", "verb", "mark") and not clause.marks - _MARKS:
        return _turns(clause)
    if clause.only("stock", "verb", "mark") and not clause.marks - {"stocks"}:
        return _stocks(clause)
    return None


def _turns(clause: Clause) -> Reading:
    turns, verbs = clause.places("turn"), clause.verbs
    if "reverse" in verbs or "reversed" in clause.marks:
        return _reverse(clause, turns)
    if verbs == {"delete"} and not clause.marks - {"all", "turns"}:
        return _delete(clause, turns)
    if not turns:
        swap = "order" in clause.marks and verbs & {"change", "swap"}
        return ask("which_turns", clause.chapter) if swap else None
    if "copy" in verbs:
        return _copy(clause, turns)
    if _moves(clause):
        return _move(clause, turns)
    return _swap(clause, turns) if _swaps(clause) else None


def _delete(clause: Clause, turns: tuple[int, ...]) -> Reading:
    if not turns and clause.marks != {"all", "turns"}:
        return None
    left = len(clause.chapter.turns) - len(turns) if turns else 0
    if left < min(_LEAST_TURNS, len(clause.chapter.turns)):
        return Answer("refused", "turns_left", {"turns": len(clause.chapter.turns)})
    return Ready(tuple((DeleteTurn(op="delete_turn", at=f"t{turn}"),) for turn in turns))


def _swaps(clause: Clause) -> bool:
    said = clause.verbs & {"swap"} or "order" in clause.marks
    plain = clause.verbs == {"change"} and bool(_SWAPS.search(clause.text))
    return bool(said or plain) and clause.verbs <= {"swap", "change", "set"}


def _swap(clause: Clause, turns: tuple[int, ...]) -> Reading:
    if len(turns) != 2:
        return ask("which_turns", clause.chapter) if len(turns) == 1 else None
    first, second = sorted(turns)
    if second == len(clause.chapter.turns):
        return Answer("refused", "last_turn", {"turn": second})
    ops: list[Op] = [MoveTurn(op="move_turn", at=f"t{first}", after=second)]
    if second > first + 1:
        ops.append(MoveTurn(op="move_turn", at=f"t{second}", after=first - 1))
    return ready(ops)


def _reverse(clause: Clause, turns: tuple[int, ...]) -> Reading:
    """The turns named, else all: the first and last change places, then those within."""
    plain = clause.verbs <= {"reverse", "set", "change", "move"}
    marks = clause.marks - {"reversed", "all", "to"}
    last = len(clause.chapter.turns)
    if not plain or marks - {"turns", "order"} or not (turns or marks):
        return None
    order = turns or tuple(range(1, last))
    if list(order) != [*range(min(order, default=1), max(order, default=0) + 1)]:
        return ask("which_turns", clause.chapter)
    if last in order:
        return Answer("refused", "last_turn", {"turn": last})
    return ready(_reversed(order))


def _reversed(order: tuple[int, ...]) -> Iterator[Op]:
    """Each move puts its turn where it stays."""
    before = order[0] - 1 if order else 0
    for low, high in zip(order[: len(order) // 2], reversed(order), strict=False):
        yield MoveTurn(op="move_turn", at=f"t{low}", after=high)
        if high > low + 1:
            yield MoveTurn(op="move_turn", at=f"t{high}", after=before)
        before = high


def _copy(clause: Clause, turns: tuple[int, ...]) -> Reading:
    """A copy comes right after its turn; for another place it must be moved then."""
    if clause.verbs - {"copy", "paste", "set", "move"}:
        return None
    marks = clause.marks - {"turns"}
    if not marks or (marks == {"after"} and len(turns) == 1):
        return Ready(tuple((CopyTurn(op="copy_turn", at=f"t{turn}"),) for turn in turns))
    target = _target(clause, turns)
    if not target:
        return None
    turn, after = target
    if turn == after:
        return ready([CopyTurn(op="copy_turn", at=f"t{turn}")])
    if len(clause.chapter.turns) in target:
        return Answer("refused", "last_turn", {"turn": len(clause.chapter.turns)})
    rule = "copy_beside" if after else "copy_first"
    beside = after + (after > turn)
    return ask(rule, clause.chapter, turn=turn, copy=turn + 1, after=beside)


def _toward(clause: Clause) -> bool:
    """3턴을 맨 뒤로: no verb is needed."""
    last = clause.tokens[-1] if clause.tokens else None
    if not last or last.kind != "mark":
        return False
    return last.tail.endswith("로") or last.value == "reversed"


def _moves(clause: Clause) -> bool:
    verbs, marks = clause.verbs, clause.marks
    placed = verbs <= {"set"} and marks & (_ENDS | _BESIDE)
    return "move" in verbs or bool(placed or (verbs == {"change"} and marks & _ENDS))


def _move(clause: Clause, turns: tuple[int, ...]) -> Reading:
    target = _target(clause, turns)
    if not target:
        return None
    turn, after = target
    last = len(clause.chapter.turns)
    if last in target:
        return Answer("refused", "last_turn", {"turn": last})
    if after in (turn, turn - 1):
        return Answer("no_change", "already", {"at": f"t{turn}"})
    return ready([MoveTurn(op="move_turn", at=f"t{turn}", after=after)])


def _target(clause: Clause, turns: tuple[int, ...]) -> tuple[int, int] | None:
    """The turn meant, and the one after which it goes: 0 for the first place."""
    marks = clause.marks - {"turns", "order", "to"}
    if marks in ({"start"}, {"end"}) and len(turns) == 1:
        return turns[0], 0 if marks == {"start"} else len(clause.chapter.turns) - 1
    pair = _pair(clause) if marks in ({"before"}, {"after"}) else None
    return (pair[0], pair[1] - (marks == {"before"})) if pair else None


def _pair(clause: Clause) -> tuple[int, int] | None:
    """The turn meant and the one beside it: English has `after` before that, Korean behind."""
    said = [t for t in clause.tokens if t.kind == "turn" or t.value in _BESIDE]
    turns = [token for token in said if token.kind == "turn"]
    kinds = [token.kind for token in said]
    if len(turns) != 2 or len(said) != 3 or any(len(turn.places) != 1 for turn in turns):
        return None
    one, two = turns[0].places[0], turns[1].places[0]
    mark = kinds.index("mark")
    if _ENGLISH.search(clause.text):
        return ((two, one), (one, two), None)[mark]
    if not mark or turns[mark - 1].tail not in ("", "의"):
        return None
    return (two, one) if mark == 1 else (one, two)


def _stocks(clause: Clause) -> Reading:
    stocks = clause.places("stock")
    if clause.verbs != {"delete"} or not stocks:
        return None
    if clause.chapter.stock_count - len(stocks) < min(_STOCKS, clause.chapter.stock_count):
        return Answer("refused", "three_stocks", {"count": clause.chapter.stock_count})
    return Ready(tuple((DeleteStock(op="delete_stock", at=f"s{stock}"),) for stock in stocks))
