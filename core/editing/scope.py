"""What a request allows a model to change: what it names binds, what it leaves open is open.

Prices, risk levels, names, and the turns and stocks themselves change only when asked for.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.chapter import korean
from core.chapter.chapter import SHARED, STOCK_TEXTS, TURN_TEXTS, Address, Chapter
from core.chapter.ops import (
    AddStock,
    AddTurn,
    DeleteStock,
    DeleteTurn,
    MoveTurn,
    Op,
    Price,
    Rename,
    Rewrite,
    Set,
)
from core.editing.request import Token, clean, tokens
from core.errors import NoSuchPlace

Breadth: TypeAlias = Literal["chapter", "structure", "field", "turns", "turn", "place"]
"""How much a request is about; requests of one breadth cost alike."""
FIELDS = frozenset({*TURN_TEXTS, *STOCK_TEXTS})
_STOCKS = 3
_TURNS = 2
_STOCK_FIELDS = frozenset({"expectation", "description", "risk_level", "name"})
_BELONGS = {"news": ("expectation", "news_hint")}
"""Fields that tell the same thing: they may follow."""

_SEGMENT = re.compile(r"(?<=[.!?。])\s+|[,;\n]+\s*|(?<=[가-힣]고)\s+|\s+(?:but|and then|while)\s+")
_KEPT = re.compile(
    r"그대로|건드리지|바꾸지|고치지|손대지|유지|두고|놔두|놔둬|말고|제외|빼고"
    r"|\b(?:keep|untouched|unchanged|without (?:changing|touching)|do not|don['’]?t|except)\b"
    r"|\bleave\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:이야기|스토리|챕터|전체)(?:를|을|가|도)?(?=\s|$)(?!\s*(?:뉴스|소식|결과|전망|설명|힌트))"
    r"|\b(?:the|this|my|whole|entire) (?:whole |entire )?(?:story|chapter)\b(?!['’]s)"
    r"|\beverything\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"이름|명칭|개명|캐릭터|주인공|등장인물|인물|테마|배경|세계관|무대|종목(?:들)?(?:을|를)"
    r"|\b(?:re)?names?\b|\b(?:call(?:ed)?|characters?|setting|theme|hero(?:es)?|replace)\b",
    re.IGNORECASE,
)
_ADDED = (
    r"추가|넣|삽입|만들|늘[려리]|더해|더하|생기|삭제|지우|지워|없애|빼|제거|복제|복사|합[쳐치]|옮"
    r"|줄[여이]"
)
_COUNT = r"(?:하나|[한두세] 개|\d+개)"
_STRUCTURE = re.compile(
    rf"(?:턴|종목|사건|이벤트|에피소드)(?:\s*{_COUNT})?(?:까지)?(?:으?로|을|를|은|는|도|이|가)?"
    rf"\s*(?:{_COUNT}(?:를|을)?)?\s*(?:더|새로|뒤에|앞에|끝에)?\s*(?:{_ADDED})"
    r"|새(?:로운)?\s*(?:턴|종목)|(?:턴|종목)(?:의)?\s*순서|순서를\s*(?:바|뒤)"
    r"|\b(?:add|insert|append|delete|remove|drop|move|swap|reorder|merge|split|duplicate|create)\b"
    r"[^.!?\n]{0,30}\b(?:turns?|stocks?|events?)\b|\b(?:new|another|extra|more) (?:turn|stock)s?\b",
    re.IGNORECASE,
)
_RESTRUCTURING = (AddTurn, DeleteTurn, MoveTurn, AddStock, DeleteStock)


UNASKED = frozenset(
    {
        *("scope_turn", "scope_stock", "scope_field", "scope_price"),
        *("scope_risk", "scope_name", "scope_structure"),
    }
)
"""Rules of what a request did not ask for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may change. None: the request does not say, so all of them."""

    turns: frozenset[int] | None = None
    fields: frozenset[str] | None = None
    """Text fields."""
    prices: bool = False
    names: bool = False
    structure: bool = False
    """Turns or stocks added, deleted or moved."""
    risks: bool = False
    stocks: frozenset[int] | None = None
    """Binds the texts of stocks only."""

    @property
    def breadth(self) -> Breadth:
        if self.structure:
            return "structure"
        if self.turns is None:
            return "chapter" if self.fields is None else "field"
        if len(self.turns) > 1:
            return "turns"
        return "turn" if self.fields is None else "place"

    def refuses(self, op: Op, chapter: Chapter) -> str | None:
        """The rule that the op breaks, a key of `core.words`; None when it is allowed."""
        if isinstance(op, _RESTRUCTURING):
            return None if self.structure or self._needed(op, chapter) else "scope_structure"
        if isinstance(op, Rename):
            return self._refuses_rename(op, chapter)
        if isinstance(op, Set | Price | Rewrite):
            return self._refuses_place(op)
        return None

    def _needed(self, op: Op, chapter: Chapter) -> bool:
        """The chapter lacks its stocks or turns, and the request is about all of it."""
        if self.turns is not None or self.fields is not None:
            return False
        few_stocks = isinstance(op, AddStock) and chapter.stock_count < _STOCKS
        return few_stocks or (isinstance(op, AddTurn) and len(chapter.turns) < _TURNS)

    def _refuses_rename(self, op: Rename, chapter: Chapter) -> str | None:
        if self.names:
            return None
        if any(korean.mentions(name, op.from_) for name in chapter.names):
            return "scope_name"
        if self.turns is not None:
            return "scope_turn"
        return "scope_field" if self.fields is not None else None

    def _refuses_place(self, op: Set | Price | Rewrite) -> str | None:
        try:
            at = Address.parse(op.at)
        except NoSuchPlace:
            return None
        if self.turns is not None and at.turn and at.turn not in self.turns:
            return "scope_turn"
        if self.stocks is not None and at.stock and at.stock not in self.stocks:
            return "scope_stock"
        if isinstance(op, Price):
            return None if self.prices else "scope_price"
        fields = set(op.fields) if isinstance(op, Rewrite) else {at.field or ""}
        return next(
            (rule for field in sorted(fields) if (rule := self._refuses_field(field))), None
        )

    def _refuses_field(self, field: str) -> str | None:
        if field == "name":
            return None if self.names else "scope_name"
        if field == "risk_level":
            return None if self.risks else "scope_risk"
        if field in SHARED and self.turns is not None and field not in (self.fields or ()):
            return "scope_field"
        return "scope_field" if self.fields is not None and field not in self.fields else None


def read(request: str, chapter: Chapter) -> Scope:
    """What the request names, and what it asks to keep as it is."""
    segments = _SEGMENT.split(clean(request))
    asked = " , ".join(part for part in segments if part and not _KEPT.search(part))
    kept = [part for part in segments if part and _KEPT.search(part)]
    said = tokens(asked, chapter)
    structure = bool(_STRUCTURE.search(asked))
    fields = _fields(asked, said, kept, chapter)
    return Scope(
        turns=_turns(said, chapter, structure=structure),
        fields=fields,
        prices=_has(said, "price") or any(token.kind in ("percent", "ratio") for token in said),
        names=bool(_NAMES.search(asked)),
        structure=structure,
        risks=_has(said, "risk_level"),
        stocks=_stocks(said, fields),
    )


def _has(said: tuple[Token, ...], field: str) -> bool:
    return any(token.kind == "field" and token.value == field for token in said)


def _turns(said: tuple[Token, ...], chapter: Chapter, *, structure: bool) -> frozenset[int] | None:
    """The turns named; with new or moved turns also those after them, which tell their results."""
    named = {place for token in said if token.kind == "turn" for place in token.places}
    named |= _open(said, chapter)
    named &= set(range(1, len(chapter.turns) + 1))
    if not named:
        return None
    return frozenset(named | {turn + 1 for turn in named} if structure else named)


def _open(said: tuple[Token, ...], chapter: Chapter) -> set[int]:
    """Turns of "3턴부터" and "3턴까지" where the other end is not said."""
    ends = [token for token in said if token.kind == "turn"]
    if len(ends) != 1 or len(ends[0].places) != 1:
        return set()
    turn, last = ends[0].places[0], len(chapter.turns)
    if ends[0].tail.startswith("부터"):
        return set(range(turn, last + 1))
    return set(range(1, turn + 1)) if ends[0].tail.startswith("까지") else set()


def _fields(
    asked: str, said: tuple[Token, ...], kept: list[str], chapter: Chapter
) -> frozenset[str] | None:
    named = {token.value for token in said if token.kind == "field"} & FIELDS
    held = {t.value for part in kept for t in tokens(part, chapter) if t.kind == "field"} & FIELDS
    if not named and not held:
        return None
    if not named or (_WHOLE.search(asked) and not _only(said)):
        return FIELDS - held if held else None
    used = _used(chapter)
    named |= {other for field in named for other in _BELONGS.get(field, ()) if other in used}
    return frozenset(named - held)


def _used(chapter: Chapter) -> frozenset[str]:
    """The fields that the chapter has."""
    fields = {name for turn in chapter.turns for name in turn.values}
    rows = (stock for turn in chapter.turns for stock in turn.stocks)
    return frozenset(fields.union(*(stock.values for stock in rows)))


def _only(said: tuple[Token, ...]) -> bool:
    """뉴스만: said with a particle that leaves nothing else."""
    return any(token.kind == "field" and "만" in token.tail for token in said)


def _stocks(said: tuple[Token, ...], fields: frozenset[str] | None) -> frozenset[int] | None:
    """Stocks named beside a field that only stocks have."""
    own = {token.value for token in said if token.kind == "field"} & (_STOCK_FIELDS | {"price"})
    other = {token.value for token in said if token.kind == "field"} - own
    if not own or other or (fields is not None and "news" in fields):
        return None
    named = {place for token in said if token.kind == "stock" for place in token.places}
    return frozenset(named) or None
