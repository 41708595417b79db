"""The order of turns: what belongs to an event moves together, and the prices are carried over.

An event is a turn's news, tag and expectations with the next turn's result and price move; so a
turn shows the front of its own event and the back of the event before.
"""

from collections.abc import Sequence
from itertools import pairwise

from core.chapter.chapter import PRICES, TURN_TEXTS, Address, Number, is_number
from core.chapter.draft import COINS_END, Draft, Row, structural, whole_number
from core.chapter.ops import AddTurn, CopyTurn, DeleteTurn, Group, MoveTurn, NewTurn
from core.chapter.text import MAX_DIGITS, Json
from core.errors import WriterError


def reorder(draft: Draft, op: DeleteTurn | MoveTurn | CopyTurn, group: Group) -> None:
    """Delete, move or repeat an event: a turn's news and the result and move after it."""
    at = Address.parse(op.at)
    number = draft.turn(at)
    if at.stock or at.field:
        raise draft.missing(at)
    fronts = [row.front for row in draft.rows]
    if number not in fronts:
        raise WriterError("same_value", at=op.at)
    moves = _moves(draft)
    last = draft.rows.pop() if number == len(draft.chapter.turns) else None
    if last is not None:
        if not draft.rows:
            raise WriterError("no_turns")
        if not isinstance(op, DeleteTurn):
            raise WriterError("no_event", at=op.at)
        _gone(draft, op, last.front, last.back, group)
        return
    order = [front for front in fronts[:-1] if front != number or isinstance(op, CopyTurn)]
    if isinstance(op, DeleteTurn):
        _gone(draft, op, number, number + 1, group)
    else:
        _placed(draft, op, number, order, group)
    _rebuild(draft, order, moves, group)


def _gone(draft: Draft, op: DeleteTurn, front: int, back: int, group: Group) -> None:
    values: dict[str, Json] = dict(draft.chapter.turns[front - 1].values)
    values["result"] = draft.chapter.turns[back - 1].text("result")
    draft.turned = draft.turned or group
    draft.shape.append(structural(op.op, f"t{front}", values, None, group))


def _placed(
    draft: Draft, op: DeleteTurn | MoveTurn | CopyTurn, number: int, order: list[int], group: Group
) -> None:
    after = op.after if isinstance(op, MoveTurn) else number
    if after and after not in order:
        raise WriterError("no_event", at=f"t{after}")
    index = order.index(after) + 1 if after else 0
    order.insert(index, number)
    before: Json = number if isinstance(op, MoveTurn) else None
    draft.turned = draft.turned or group
    draft.shape.append(structural(op.op, f"t{index + 1}", before, index + 1, group))


def _moves(draft: Draft) -> dict[int, list[Number]]:
    """The price move of each event by stock, in coins."""
    prices = [_prices(draft, row) for row in draft.rows]
    return {
        draft.rows[index].front: [b - a for a, b in zip(one, two, strict=True)]
        for index, (one, two) in enumerate(pairwise(prices))
    }


def _prices(draft: Draft, row: Row) -> list[Number]:
    found = [stock.get("current_value") for stock in row.stocks or ()]
    prices = [value for value in found if isinstance(value, int | float) and is_number(value)]
    if not prices or len(prices) != len(found) or len(found) != len(draft.rows[0].places):
        raise WriterError("prices_missing", at=f"t{row.back}")
    return prices


def _rebuild(draft: Draft, order: list[int], moves: dict[int, list[Number]], group: Group) -> None:
    """Turns for a new order of events; each event keeps its texts and its price move."""
    olds = {row.front: row for row in draft.rows}
    backs = {row.front: draft.rows[index + 1] for index, row in enumerate(draft.rows[:-1])}
    first, closing = draft.rows[0], draft.rows[-1]
    prices = _prices(draft, first)
    rows = [_faced(olds[order[0]] if order else closing, first, prices)]
    for index, event in enumerate(order):
        prices = [price + move for price, move in zip(prices, moves[event], strict=True)]
        if min(prices) <= 0:
            raise WriterError("price_below", at=f"t{index + 2}", price=min(prices))
        if not all(price < COINS_END for price in prices):
            raise WriterError("price_range", digits=MAX_DIGITS)
        face = olds[order[index + 1]] if index + 1 < len(order) else closing
        rows.append(_faced(face, backs[event], prices))
    draft.rows, draft.turned = rows, draft.turned or group


def add_turn(draft: Draft, op: AddTurn, group: Group) -> None:
    fronts = [0, *(row.front for row in draft.rows)]
    if op.after not in fronts:
        raise draft.missing(Address(op.after))
    index = fronts.index(op.after)
    like = draft.rows[max(0, index - 1)]
    if len(op.turn.stocks) != len(like.stocks or ()):
        given, needed = len(op.turn.stocks), len(like.stocks or ())
        raise WriterError("stock_count", given=given, needed=needed)
    draft.rows.insert(index, _new_turn(like, op.turn, group))
    draft.turned = draft.turned or group
    after: Json = op.turn.model_dump(mode="json")
    draft.shape.append(structural("add_turn", f"t{index + 1}", None, after, group))


def _faced(face: Row, back: Row, prices: Sequence[Number]) -> Row:
    """The news of one turn behind the result and prices of another."""
    values = dict(face.values)
    if "result" in back.values:
        values["result"] = back.values["result"]
    stocks = [dict(stock) for stock in face.stocks or ()]
    for stock, own, price in zip(stocks, back.stocks or (), prices, strict=False):
        stock.update({name: own[name] for name in PRICES if name in own})
        stock["current_value"] = price
    kept = stocks if face.stocks is not None else None
    return Row(values, kept, face.front, back.back, list(face.places))


def _new_turn(like: Row, turn: NewTurn, group: Group) -> Row:
    texts: dict[str, Json] = {"result": turn.result, "news": turn.news, "news_tag": turn.news_tag}
    values: dict[str, Json] = {
        name: texts.get(name, "" if name in TURN_TEXTS else value)
        for name, value in like.values.items()
    }
    stocks = [
        {**stock, "current_value": whole_number(new.price), "expectation": new.expectation}
        for stock, new in zip(like.stocks or (), turn.stocks, strict=True)
    ]
    return Row(values, stocks, like.front, like.back, list(like.places), group)
