"""Prices and repairs that are chosen in the figures: each becomes a proposal, to be decided on."""

from collections.abc import Mapping
from typing import Any

from core.chapter.chapter import Chapter
from core.chapter.ops import Group, Price
from core.errors import WriterError
from core.play import economy
from core.store.library import Opened
from core.words import sentence
from pages import actions, wiring
from pages.session import session
from pages.words import WORDS, Words, fill


def price(asked: Mapping[str, Any]) -> None:
    """Propose a price: `turn` and `stock` by position from 1 in what is shown, `to` in coins.

    `version` and `edit` are what was on screen, `on` the units that were ticked. Raises WriterError
    and Unavailable, as does `repair`.
    """
    opened = _opened()
    turn, stock, to = int(asked["turn"]), int(asked["stock"]), int(asked["to"])
    op = Price(op="price", at=f"t{turn}.s{stock}", to=to)
    say = WORDS[session().lang]
    name = _name(_shown(opened, asked), turn, stock, say)
    request = fill(say.table_request, turn=fill(say.turn, n=turn), name=name, n=f"{to:,}")
    _propose(opened, Group("price", (op,), "writer", ""), request, asked)


def repair(asked: Mapping[str, Any]) -> None:
    """Propose the repair `id` that the economy sheet offers for what is shown."""
    opened = _opened()
    shown = _shown(opened, asked)
    profile: economy.Profile = "generator" if asked["economy"] == "generator" else "written"
    offer = economy.sheet(shown, profile).offer(str(asked["id"]))
    if offer is None:
        raise WriterError("moved_on")
    request = sentence(offer.rule, offer.facts, session().lang, shown.names)
    _propose(opened, Group("repair", offer.ops, "writer", offer.rule), request, asked)


def _opened() -> Opened:
    opened = actions.present()
    if opened is None:
        raise WriterError("forgotten")
    return opened


def _shown(opened: Opened, asked: Mapping[str, Any]) -> Chapter:
    """The version that was on screen, or the pending edit with its units `on`."""
    edit, service = _edit(asked), wiring.current()
    if edit:
        return service.acts.preview(edit, _on(asked)).after
    return service.library.chapter(opened.id, int(asked["version"]))


def _edit(asked: Mapping[str, Any]) -> str:
    """The proposal that was on screen, unless it is no longer open."""
    edit = str(asked.get("edit") or "")
    return edit if edit and actions.undecided(edit) else ""


def _on(asked: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(map(str, asked.get("on") or ()))


def _name(shown: Chapter, turn: int, stock: int, say: Words) -> str:
    """The stock's name in that turn, else its position."""
    stocks = shown.turns[turn - 1].stocks if turn <= len(shown.turns) else ()
    name = stocks[stock - 1].name if stock <= len(stocks) else ""
    return name or fill(say.limits_stock, n=stock)


def _propose(opened: Opened, group: Group, request: str, asked: Mapping[str, Any]) -> None:
    """Hand the group in and show its proposal; an open one goes on with it."""
    tab, edit = session(), _edit(asked)
    new = wiring.current().acts.offer(
        opened.id,
        int(asked["version"]),
        (group,),
        request,
        branch=tab.branch,
        author=tab.author,
        follows=edit,
        on=_on(asked) if edit else None,
    )
    tab.show(opened.id, new)
