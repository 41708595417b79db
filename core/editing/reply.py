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
        *("hi", "hello", "now", "then", "also", "in", "for", "at", "undo", "reverse", "switch"),
    }
)
_QUOTED = re.compile(r"['‘\"“「『][^'’\"”」』]*['’\"”」』]|</?[A-Za-z][^<>]*>")
_KOREAN_END = re.compile(
    r"(?:줘|줄래|주세요|주십시오|바꿔|고쳐|하게|짧게|길게|까요|나요|니다|세요|\s해|\w으로|[A-Za-z0-9]로)"
    r"요?[\s.!?~]*$"
)
_KOREAN_WORDS = {"turn": ("턴", "개"), "stock": ("종목", "개"), "text": ("글", "곳")}
_ENGLISH_WORDS = {
    "turn": ("turn", "turns"),
    "news": ("news text", "news texts"),
    "before_value": ("price before", "prices before"),
}
_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)")


def reply(  # noqa: PLR0913  how it ended, and what to say of it
    outcome: _How,
    changes: Sequence[Change],
    lang: Lang,
    rule: str = "",
    facts: Mapping[str, Fact] | None = None,
    *,
    names: Sequence[str] = (),
    dropped: int = 0,
) -> str:
    """1 to 50 characters that say truthfully what changed, or why nothing did.

    Where there is room stocks are called by their `names`, by position, and the changes that were
    left out (`dropped` of them) are mentioned.
    """
    if outcome == "edited" and changes:
        return _done(changes, lang, tuple(_line(korean.bare(name)) for name in names), dropped)
    if outcome == "cancelled" and changes:
        return sentence("reply_cancelled_kept", {"count": len(changes)}, lang)
    said = sentence(rule, facts or {}, lang) if rule else ""
    return _fitting(said, "no_change" if outcome == "edited" else outcome, 0, lang)


def language(request: str) -> Lang:
    """The language of the request itself: names and markup in it may be of another one.

    A Hangul word decides for Korean, but in a sentence that begins, or mostly is and ends, in
    English.
    """
    said = _QUOTED.sub(" ", request)
    words = re.findall(r"[A-Za-z]+|[가-힣]+", said)
    latin = [word for word in words if word[0].isascii()]
    if not latin or _KOREAN_END.search(said):
        return "ko"
    hangul = any(len(word) > 1 for word in words if word not in latin)
    mostly = len(latin) * 2 > len(words) and words[-1] in latin
    return "en" if not hangul or mostly or words[0].lower() in _STARTS else "ko"


def summary(chapter: Chapter, lang: Lang = "ko") -> str:
    """At most 120 characters about the story: its stocks and how it begins."""
    turns = len(chapter.turns)
    names = ", ".join(name for name in map(_line, map(korean.bare, chapter.names)) if name)
    told = f"{turns}턴" if lang == "ko" else f"{turns} turn" + "s" * (turns != 1)
    begins = _beginning(chapter)
    head = f"{_cut(names, MOST_SUMMARY // 2)} ({told})" if names else told
    return _cut(f"{head}: {begins}" if begins else head, MOST_SUMMARY)


# -- edited


def _done(changes: Sequence[Change], lang: Lang, names: tuple[str, ...], dropped: int) -> str:
    """The fullest of the sentences that fits."""
    told = [_edited(changes, lang, names if all(names) else ()), _edited(changes, lang, ())]
    rest = " " + sentence("reply_left_out", {"count": dropped}, lang) if dropped else ""
    options = [*(one + rest for one in told), *told]
    said = next((one for one in options if len(one) <= MOST_REPLY), told[1])
    return _fitting(said, "edited", len(changes), lang)


def _edited(changes: Sequence[Change], lang: Lang, names: tuple[str, ...]) -> str:
    """The change that matters most, else the fields that changed."""
    shape = [change for change in changes if change.op in _STRUCTURE]
    if shape:
        return _listed(_deeds(changes, lang), lang)
    own = [change for change in changes if change.cause != "rule"]
    if own and all(change.op == "rename" for change in own):
        return _renamed(own, lang)
    if own and all(change.op == "carry" for change in own):
        return sentence("reply_carry", {"what": _counted("before_value", len(own), lang)}, lang)
    if len(own) == 1:
        return _one(own[0], lang, names)
    return _fields(own or changes, lang)


def _deeds(changes: Sequence[Change], lang: Lang) -> list[tuple[str, str]]:
    """What was done to what: turns and stocks first, then texts and prices."""
    kinds = dict.fromkeys(change.op for change in changes if change.op in _STRUCTURE)
    deeds = [(op, _shaped([one for one in changes if one.op == op], lang)) for op in kinds]
    own = [change for change in changes if change.op not in kinds and change.cause != "rule"]
    counts = Counter("current_value" if change.op == "price" else "text" for change in own)
    what = ", ".join(_counted(name, count, lang) for name, count in counts.items())
    return [*deeds, ("put", what)] if what else deeds


def _listed(deeds: Sequence[tuple[str, str]], lang: Lang) -> str:
    """종목 2개를 추가하고 글 3곳을 고쳤어요: as many as fit, and one at least."""
    *first, (op, what) = deeds
    parts = [sentence(f"reply_{op}_and", {"what": what}, lang) for op, what in deeds]
    if lang == "ko":
        said = " ".join([*parts[:-1], sentence(f"reply_{op}", {"what": what}, lang)])
    else:
        said = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) + "."
    said = said[:1].upper() + said[1:]
    return _listed(first, lang) if first and len(said) > MOST_REPLY else said


def _shaped(shape: Sequence[Change], lang: Lang) -> str:
    """What came, went or moved."""
    change, count = shape[0], len(shape)
    if change.op.endswith("_stock"):
        stock = change.before if change.op == "delete_stock" else change.after
        name = str(stock.get("name", "")) if isinstance(stock, dict) else ""
        what = _line(name) if count == 1 and name else _counted("stock", count, lang)
    elif count == 1:
        what = place(_copied(change), lang)
    else:
        what = _counted("turn", count, lang)
    return what


def _copied(change: Change) -> str:
    """The turn that was said: a copy's own address is behind it."""
    turn = Address.parse(change.at).turn or 0
    return f"t{turn - 1}" if change.op == "copy_turn" else change.at


def _renamed(changes: Sequence[Change], lang: Lang) -> str:
    names = {str(change.after) for change in changes if change.at.endswith(".name")}
    if len(names) > 1:
        return sentence("reply_names", {"names": len(names), "count": len(changes)}, lang)
    if not names:
        return sentence("reply_word", {"count": len(changes)}, lang)
    name = _line(names.pop())
    facts: dict[str, Fact] = {"name": name, "count": len(changes)}
    return sentence("reply_name", facts, lang)


def _one(change: Change, lang: Lang, names: tuple[str, ...]) -> str:
    what = place(_shared(change.at), lang, names)
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
    if lang == "ko":
        word, unit = _KOREAN_WORDS.get(name) or (field(name, "ko"), "곳")
        return f"{word} {count}{unit}"
    one, many = _ENGLISH_WORDS.get(name) or (field(name, "en"), field(name, "en") + "s")
    return f"{count} {one if count == 1 else many}"


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
