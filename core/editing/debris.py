"""What only a broken or hijacked model writes into a story: escapes, code, floods, other scripts.

What the old text or the chapter says already is no fault of an edit.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from core.chapter import prose
from core.editing.prompt import CURRENT

LEAK = 24
"""Letters and digits in a row that a text may not share with what the model is told."""
EMOJI_MOST = 8
"""Of one text; the chapters have one or two."""

_BROKEN = re.compile(
    r"\\|(?<![0-9])%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{2,6}|(?<![A-Za-z0-9])(?:[uU][a-dA-D][0-9a-fA-F]{3}){2}"
    r"|(?:[\u00c0-\u00ff][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122\u2026]{1,2}){2}"
    r"|[A-Za-z0-9+/=_-]{24}"
)
"""Escapes (`\\uc548`), UTF-8 read as Latin-1, and what is packed into letters."""
_TAG = re.compile(r"<\s?[A-Za-z/!?][^<>]{0,40}")
_DATA = re.compile(r'[{\[]\s*"[^"]{0,80}"\s*[:,\]}]')
_FLOOD = re.compile(r"([^\s.\u2026])\1{9}|(\S{2,4}?)\2{9}|[!?~\u2026.]{12}")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_NO_LETTER = re.compile(r"[\W_]+")
_KEYCAP = "\u20e3"


def found(old: str, new: str, known: Callable[[str], bool]) -> Iterator[prose.Fault]:
    """`known`: whether the chapter says it somewhere."""
    for rule, pattern in _PATTERNS:
        hits = (hit[0] for hit in pattern.finditer(new))
        if hit := next((hit for hit in hits if hit not in old and not known(hit)), ""):
            yield rule, (("found", hit[:40]),)
    foreign = filter(_foreign, sorted(set(new) - set(old)))
    if letters := "".join(letter for letter in foreign if not known(letter)):
        yield "foreign_letters", (("found", prose.short(letters)),)
    if len(_EMOJI.findall(new)) > max(EMOJI_MOST, len(_EMOJI.findall(old))):
        yield "flood", (("found", "".join(_EMOJI.findall(new))[:3]),)
    if copied(new):
        yield "leaked", ()


_PATTERNS = (("debris", _BROKEN), ("markup", _TAG), ("leaked", _DATA), ("flood", _FLOOD))


def _foreign(letter: str) -> bool:
    """A letter or a combining mark of another script than Hangul and Latin."""
    if letter < "\u0180" or "가" <= letter <= "힣" or unicodedata.category(letter)[0] not in "LM":
        return False
    if letter == _KEYCAP or "\ufe00" <= letter <= "\ufe0f":
        return False
    plain = unicodedata.normalize("NFKC", letter)
    return not plain.isascii() and not unicodedata.name(letter, "").startswith("HANGUL")


# -- the prompt


def copied(text: str) -> bool:
    """Whether it shares a run with what the model is told, however spelled."""
    bare = _bare(text)
    if _CANARY in bare:
        return True
    return any(bare[start : start + LEAK] in _RUNS for start in range(len(bare) - LEAK + 1))


def _bare(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


_CANARY = _bare(CURRENT.canary)
_TOLD = [_bare(one) for one in (CURRENT.instructions, CURRENT.turn, CURRENT.refused, CURRENT.plans)]
_RUNS = frozenset(
    one[start : start + LEAK] for one in _TOLD for start in range(len(one) - LEAK + 1)
)
