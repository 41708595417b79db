"""What was done, in one short sentence made of the changes; and what a chapter is about."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from core.chapter import korean, prose
from core.chapter.chapter import Address, Chapter
from core.chapter.ops import Change
from core.errors import Fact, NoSuchPlace
from core.words import sentence
from core.words.places import Lang, field, place

MOST_REPLY = 50
"""Characters of a reply."""
MOST_SUMMARY = 120
"""Characters of a summary; the back end's column holds 255 bytes."""

_How = Literal["edited", "question", "refused", "no_change", "failed", "cancelled"]
_STRUCTURE = (
    *("delete_turn", "move_turn", "copy_turn", "add_turn"),
    *("delete_stock", "add_stock", "arrange"),
)
_STARTS = frozenset(
    {
        *("rename", "change", "replace", "set", "make", "put", "delete", "remove", "swap", "move"),
        *("copy", "duplicate", "double", "halve", "raise", "lower", "increase", "decrease", "fix"),
        *("fill", "clear", "empty", "rewrite", "write", "add", "use", "please", "can", "could"),
        *("would", "turn", "give", "let", "i", "the", "what", "how", "why", "is", "scale", "strip"),
    }
)
_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)")


def reply(
    outcome: _How,
    changes: Sequence[Change],
    lang: Lang,
    rule: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> str:
    """1 to 50 characters that say truthfully what changed, or why nothing did."""
    if outcome == "edited" and changes:
        return _fitting(_edited(changes, lang), "edited", len(changes), lang)
    if outcome == "cancelled" and changes:
        return sentence("reply_cancelled_kept", {"count": len(changes)}, lang)
    said = sentence(rule, facts or {}, lang) if rule else ""
    return _fitting(said, "no_change" if outcome == "edited" else outcome, 0, lang)


def language(request: str) -> Lang:
    """The language of the request itself: names in it may be of another one."""
    unquoted = re.sub(r"['‘\"“「][^'’\"”」]*['’\"”」]", " ", request)
    words = re.findall(r"[A-Za-z]+|[가-힣]+", unquoted)
    latin = [word for word in words if word[0].isascii()]
    begins = bool(words) and words[0].lower() in _STARTS
    return "en" if latin and (begins or len(latin) * 2 > len(words)) else "ko"


def summary(chapter: Chapter, lang: Lang = "ko") -> str:
    """At most 120 characters about the story: its stocks and how it begins."""
    turns = len(chapter.turns)
    names = ", ".join(name for name in map(_line, map(korean.bare, chapter.names)) if name)
    told = f"{turns}턴" if lang == "ko" else f"{turns} turn" + "s" * (turns != 1)
    begins = _beginning(chapter)
    head = f"{_cut(names, MOST_SUMMARY // 2)} ({told})" if names else told
    return _cut(f"{head}: {begins}" if begins else head, MOST_SUMMARY)


# -- edited


def _edited(changes: Sequence[Change], lang: Lang) -> str:
    """The change that matters most, else the fields that changed."""
    shape = [change for change in changes if change.op in _STRUCTURE]
    if shape:
        kinds = {change.op for change in shape}
        return _shaped(shape, lang) if len(kinds) == 1 else _fields(changes, lang)
    own = [change for change in changes if change.cause != "rule"]
    if own and all(change.op == "rename" for change in own):
        return _renamed(own, lang)
    if own and all(change.op == "carry" for change in own):
        return sentence("reply_carry", {"count": len(own)}, lang)
    if len(own) == 1:
        return _one(own[0], lang)
    return _fields(own or changes, lang)


def _shaped(shape: Sequence[Change], lang: Lang) -> str:
    change, count = shape[0], len(shape)
    if change.op.endswith("_stock"):
        stock = change.before if change.op == "delete_stock" else change.after
        name = str(stock.get("name", "")) if isinstance(stock, dict) else ""
        what = _line(name) if count == 1 and name else _counted("stock", count, lang)
    elif count == 1:
        what = place(change.at, lang)
    else:
        what = _counted("turn", count, lang)
    return sentence(f"reply_{change.op}", {"what": what}, lang)


def _renamed(changes: Sequence[Change], lang: Lang) -> str:
    names = {str(change.after) for change in changes if change.at.endswith(".name")}
    if len(names) != 1:
        return sentence("reply_word", {"count": len(changes)}, lang)
    name = _line(names.pop())
    facts: dict[str, Fact] = {"name": name, "count": len(changes)}
    return sentence("reply_name", facts, lang)


def _one(change: Change, lang: Lang) -> str:
    what = place(_shared(change.at), lang)
    if change.op == "price":
        return sentence("reply_price", {"what": what, "value": str(change.after)}, lang)
    return sentence("reply_one", {"what": what}, lang)


def _shared(at: str) -> str:
    """A text that is the same in every turn, without its turn."""
    try:
        parsed = Address.parse(at)
    except NoSuchPlace:
        return at
    same = parsed.stock and parsed.field in ("name", "risk_level", "description")
    return str(Address(None, parsed.stock, parsed.field)) if same else at


def _fields(changes: Sequence[Change], lang: Lang) -> str:
    """뉴스 2곳, 전망 3곳."""
    kinds = Counter(change.at.rpartition(".")[2] or change.op for change in changes)
    parts = [_counted(name, count, lang) for name, count in kinds.items()]
    return sentence("reply_fields", {"what": ", ".join(parts)}, lang)


def _counted(name: str, count: int, lang: Lang) -> str:
    if name in ("turn", "stock"):
        words = {"turn": ("턴", "turn"), "stock": ("종목", "stock")}[name]
        return f"{words[0]} {count}개" if lang == "ko" else f"{count} {words[1]}s"
    return f"{field(name, 'ko')} {count}곳" if lang == "ko" else f"{count} × {field(name, 'en')}"


# -- fitting


def _fitting(said: str, outcome: str, count: int, lang: Lang) -> str:
    """All of it, else the sentences that fit, else the outcome in general."""
    if 0 < len(said) <= MOST_REPLY:
        return said
    kept = ""
    for found in _SENTENCE.findall(said):
        if len(kept + found) > MOST_REPLY:
            break
        kept += found
    return kept.strip() or sentence(f"reply_{outcome}", {"count": count}, lang)


def _beginning(chapter: Chapter) -> str:
    texts = (turn.text(name) for turn in chapter.turns for name in ("result", "news"))
    first = _line(next((text for text in texts if text.strip()), ""))
    found = _SENTENCE.match(first)
    return found[0] if found else first


def _line(text: str) -> str:
    """One line without marks that cannot be seen."""
    return " ".join(prose.visible(text).split())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"
