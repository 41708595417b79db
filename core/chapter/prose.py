"""What is odd in one text, whoever wrote it: letters, marks, mark-up, style, length."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from core.chapter import korean
from core.errors import Fact

MOST = {
    "name": 24,
    "news": 130,
    "news_hint": 130,
    "expectation": 120,
    "result": 220,
    "description": 80,
}
"""Characters a field may have before it crowds the page."""
NEWS_BOX = 63
"""Hangul syllables that the player's news box shows: 21 a line, 3 lines."""

READ_MOST = 2000
"""Characters; a longer text is said to be too long, and neither kept nor read closely."""

Fault = tuple[str, tuple[tuple[str, Fact], ...]]
"""A rule and its facts."""

_FOREIGN = re.compile(
    "[\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\u0400-\u052f\U00020000-\U0003134f]+"
)
_MANGLED = re.compile(r"[가-힣]{1,6}+(?=[A-Za-z]*[a-z])[A-Za-z]+[가-힣]{1,6}")
_EMOJI = "[©®‼⁉™ℹ←-⏿Ⓜ▪-⯿〰〽㊗㊙\U0001f000-\U0001faff]"
_JOINED = re.compile(
    f"(?:(?<={_EMOJI})|(?<=[\ufe0f\U0001f3fb-\U0001f3ff]))\u200d(?={_EMOJI})"
    f"|(?:(?<={_EMOJI})|(?<=[#*0-9]))[\ufe0e\ufe0f]"
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_JAMO = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\ud7b0-\ud7ff]+")
_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|<!--|&(?:[A-Za-z]{2,8}|#[0-9]{1,7});"  # HTML
    r"|!?\[[^\[\]\n]*\]\([^()\n]*\)?|^ {0,3}#{1,6} [^\n]*|\*\*[^*\n]+\*\*|__[^_\n]+__|~~[^~\n]+~~"
    r"|`[^`\n]+`|:[a-z]+\[[^\[\]\n]*\]"  # Markdown
    r"|\$(?=[^$\n]*\$)[^$\n]*[\\^_{}][^$\n]*\$|\\[A-Za-z]+\{|\\[(\[]",  # LaTeX
    re.MULTILINE,
)
_HANGUL = re.compile("[가-힣]")
ORDER = re.compile(
    r"(?i)시스템 ?프롬프트|(?:지금까지|이전|앞|위)의? ?(?:나온 |모든 )?"
    r"(?:지시|명령|규칙|프롬프트|안내)(?:문|사항)?[을를은는]? ?(?:모두 |전부 |다 )?(?:무시|잊)"
    r"|system prompt|(?:ignore|disregard|forget) (?:all )?(?:of )?(?:the |your )?"
    r"(?:previous|above|prior|earlier) (?:instruction|prompt|rule|order)s?"
)
"""Words to a model, which belong into no story."""


def faults(field: str, text: str, names: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """All that is odd in the text of a field, in the order of the rule table.

    `names` are stock names without emoji: their particles are checked. Sentences and particles are
    read up to `READ_MOST` characters.
    """
    return _kept(field, text, names) if len(text) <= READ_MOST else _faults(field, text, names)


def _faults(field: str, text: str, names: tuple[str, ...]) -> tuple[Fault, ...]:
    found = [*letters(text), *_length(field, text)]
    if field != "name":
        read = text[:READ_MOST]
        found += _style(read)
        found += (fault for name in names for fault in _particles(read, name))
    return tuple(found)


_kept = lru_cache(maxsize=4096)(_faults)
"""Most texts are the same before and after an edit."""


def letters(text: str) -> Iterator[Fault]:
    """Odd letters, marks and mark-up; each rule once."""
    if found := _FOREIGN.search(text):
        yield "foreign_letters", (("found", short(found[0])),)
    if found := _MANGLED.search(text):
        yield "mangled_word", (("found", short(found[0])),)
    if found := _INVISIBLE.search(_JOINED.sub("", text)):
        yield "invisible", (("found", f"U+{ord(found[0]):04X}"),)
    if "\ufffd" in text:
        yield "replacement", (("found", _around(text, text.index("\ufffd"))),)
    yield from _jamo(text)
    if found := _MARKUP.search(text):
        yield "markup", (("found", short(found[0].strip())),)


def _jamo(text: str) -> Iterator[Fault]:
    composed = unicodedata.normalize("NFC", text)
    if found := _JAMO.search(composed):
        yield "lone_jamo", (("found", short(found[0])),)
    elif composed != text and _JAMO.search(text):
        yield "decomposed", ()


def _length(field: str, text: str) -> Iterator[Fault]:
    """Longer than its field should be, or than the player's box can show."""
    most = MOST.get(field)
    if most and len(text) > most:
        yield "too_long", (("length", len(text)), ("most", most))
    elif field == "news" and (hangul := len(_HANGUL.findall(text))) > NEWS_BOX:
        yield "news_box", (("length", hangul), ("most", NEWS_BOX))


def _style(text: str) -> Iterator[Fault]:
    """Sentences in plain -다, where the game speaks to children in polite -요."""
    for sentence in korean.plain_sentences(text):
        yield "plain_style", (("sentence", short(sentence)),)


def _particles(text: str, name: str) -> Iterator[Fault]:
    for (start, stop), right in korean.misfits(text, name):
        yield "particle", (("found", name + text[start:stop]), ("right", name + right))


def visible(text: str) -> str:
    """The text with its invisible characters spelled out: `[U+200B]`."""
    if not _INVISIBLE.search(text):
        return text
    ends = [0, *(end for found in _JOINED.finditer(text) for end in found.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(
        part if n % 2 else _INVISIBLE.sub(_spelled, part) for n, part in enumerate(parts)
    )


def _spelled(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"


def short(text: str) -> str:
    """At most 24 characters of it, for a message."""
    return text if len(text) <= 24 else text[:23] + "…"


def _around(text: str, pos: int) -> str:
    return text[max(0, pos - 6) : pos + 7]
