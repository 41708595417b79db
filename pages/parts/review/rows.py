"""One change as a row: what it was and will be, who did it and why, how it can be written over."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core import words as sentences
from core.chapter import diff
from core.chapter.chapter import PRICES, SHARED, STOCK_TEXTS, TURN_TEXTS, Address, is_number
from core.chapter.merge import Conflict
from core.chapter.ops import Change
from core.chapter.text import Json
from core.editing.events import Proposal
from core.words.places import Lang, place
from pages.parts.review.shapes import SHAPES, Row, shape
from pages.parts.review.values import plain, shown, told
from pages.words import WORDS, label

_TEXTS = frozenset({*TURN_TEXTS, *STOCK_TEXTS})
_CHOSEN = {"news_tag": "tag", "risk_level": "risk"}
"""Fields whose value is chosen from a list."""


@dataclass(frozen=True)
class Rows:
    """What every row of one review is made from."""

    offer: Proposal
    lang: Lang
    request: str
    """What was asked; "" when nobody asked."""
    own: Container[str] = ()
    """Places of the writer's own words."""
    moved: bool = False
    """Whether turns or stocks came, went or moved."""

    def row(self, change: Change) -> Row:
        """Without what depends on the rows around it."""
        at = Address.parse(change.at)
        named = self.offer.applied.chapter.names
        row: Row = {
            "id": change.id,
            "label": label(at.field, self.lang) if at.field else "",
            "stock": self._stock(change, at, named),
            "name": place(change.at, self.lang, named),
        }
        if change.op in SHAPES:
            return row | shape(change, self.offer.chapter.names, self.lang)
        return row | self._leaf(change, at) | self._over(change, at)

    def why(self, change: Change) -> tuple[str, str]:
        """Who changed it, and why in a sentence."""
        say = WORDS[self.lang]
        who = {
            "model": say.who_model,
            "instant": say.who_instant,
            "rule": say.who_rule,
            "writer": say.who_writer,
        }[change.cause]
        names = self.offer.applied.chapter.names
        if change.cause == "rule":
            known = change.because in sentences.TABLE
            facts = {"at": change.at}
            because = sentences.sentence(change.because, facts, self.lang, names) if known else ""
            return who, because
        if change.cause != "writer":
            return who, change.because or self.request
        own = key(Address.parse(change.at)) in self.own
        because = "" if own else change.because or self.request
        return who, because or say.why_writer

    def conflict(self, change: Change, groups: Sequence[str]) -> Row | None:
        """What both sides changed in this place, or in the first of its unit."""
        found = [self.offer.conflicts[id_] for id_ in groups if id_ in self.offer.conflicts]
        if not found:
            return None
        here = next((one for one in found if one.at == change.at), found[0])
        return {"base": self._based(here)}

    def _based(self, conflict: Conflict) -> str:
        name = Address.parse(conflict.at).field or ""
        structured = isinstance(conflict.base, dict | list)
        return "" if structured else shown(name, conflict.base, self.lang)

    def _stock(self, change: Change, at: Address, names: Sequence[str]) -> str:
        known = at.stock and change.op not in SHAPES and at.stock <= len(names)
        return names[at.stock - 1] if known and at.stock else ""

    def _leaf(self, change: Change, at: Address) -> Row:
        if at.field in PRICES and (is_number(change.before) or is_number(change.after)):
            return {"kind": "price", "a": change.before, "b": change.after}
        a, b = (told(at.field, value, self.lang) for value in (change.before, change.after))
        whole = at.field in _CHOSEN
        return {"kind": "text", "segments": [_swap(a, b)] if whole else list(_segments(a, b))}

    def _over(self, change: Change, at: Address) -> Row:
        """How the writer can put an own value here; what a move forces follows the move alone."""
        forced = change.cause == "rule" and self.moved
        return {"edit": None if forced else editing(key(at), at.field or "", change.after)}


def key(at: Address) -> str:
    """The place that is written when a field is: a text that turns share has one for them all."""
    return str(Address(None, at.stock, at.field) if at.field in SHARED else at)


def editing(key: str, name: str, value: Json) -> Row | None:
    """How a field is edited in place: as text, as a price, or from a list."""
    if not key:
        return None
    if name == "current_value" and is_number(value):
        return {"at": key, "kind": "price", "now": value}
    if name in _TEXTS and (value is None or isinstance(value, str)):
        return {"at": key, "kind": _CHOSEN.get(name, "text"), "now": plain(value)}
    return None


def phrased(row: Row) -> bool:
    """Whether a text differs in several phrases, so that each can be taken by itself."""
    segments = row.get("segments")
    parts = segments if isinstance(segments, list) else []
    return sum(isinstance(part, dict) for part in parts) > 1


def _swap(a: str, b: str) -> object:
    return {"a": [(True, a)], "b": [(True, b)]}


@lru_cache(maxsize=2048)
def _segments(a: str, b: str) -> tuple[object, ...]:
    """Kept, because own words in one place draw all the others anew."""
    return tuple(
        part if isinstance(part, str) else {"a": part.a, "b": part.b} for part in diff.words(a, b)
    )
