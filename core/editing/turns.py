"""Requests about the order of turns and the list of stocks."""

import re

from core.chapter.ops import CopyTurn, DeleteStock, DeleteTurn, MoveTurn, Op
from core.editing.request import Answer, Clause, Reading, Ready, ask, ready

_MARKS = frozenset({"turns", "order", "before", "after", "start"})
_LEAST_TURNS = 2
_STOCKS = 3
_SWAPS = re.compile(r"바꿔|바꾸")


def read(clause: Clause) -> Reading:
    """Delete, copy, swap or move turns; delete a stock too many."""
    if clause.words or not clause.verbs:
        return None
    if clause.only("turn", "verb", "mark") and not clause.marks - _MARKS:
        return _turns(clause)
    if clause.only("stock", "verb", "mark") and not clause.marks - {"stocks"}:
        return _stocks(clause)
    return None


def _turns(clause: Clause) -> Reading:
    turns, verbs = clause.places("turn"), clause.verbs
    if not turns:
        swap = "order" in clause.marks and verbs & {"change", "swap"}
        return ask("which_turns", clause.chapter) if swap else None
    if verbs == {"delete"} and not clause.marks - {"turns"}:
        return _delete(clause, turns)
    if "copy" in verbs and verbs <= {"copy", "set"} and not clause.marks - {"turns"}:
        return Ready(tuple((CopyTurn(op="copy_turn", at=f"t{turn}"),) for turn in turns))
    if "move" in verbs:
        return _move(clause, turns)
    return _swap(clause, turns) if _swaps(clause) else None


def _delete(clause: Clause, turns: tuple[int, ...]) -> Reading:
    left = len(clause.chapter.turns) - len(turns)
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


def _move(clause: Clause, turns: tuple[int, ...]) -> Reading:
    """`turns` are the one to move and, but for the start, the one beside which it goes."""
    marks = clause.marks - {"turns"}
    last = len(clause.chapter.turns)
    if marks == {"start"} and len(turns) == 1:
        beside, after = turns[0], 0
    elif marks in ({"before"}, {"after"}) and len(turns) == 2:
        beside = turns[1]
        after = beside if marks == {"after"} else beside - 1
    else:
        return None
    if last in (turns[0], after):
        return Answer("refused", "last_turn", {"turn": last})
    if after in (turns[0], turns[0] - 1):
        return Answer("no_change", "already", {"at": f"t{turns[0]}"})
    return ready([MoveTurn(op="move_turn", at=f"t{turns[0]}", after=after)])


def _stocks(clause: Clause) -> Reading:
    stocks = clause.places("stock")
    if clause.verbs != {"delete"} or not stocks:
        return None
    if clause.chapter.stock_count - len(stocks) < min(_STOCKS, clause.chapter.stock_count):
        return Answer("refused", "three_stocks", {"count": clause.chapter.stock_count})
    return Ready(tuple((DeleteStock(op="delete_stock", at=f"s{stock}"),) for stock in stocks))
