"""How long and how hard each text of a chapter is, beside the texts of real chapters."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal
from unicodedata import normalize

from core.chapter import prose
from core.chapter.chapter import Address, Chapter
from core.errors import Fact
from core.play import game, norms
from core.words.reading import FINANCE, PLAIN

Kind = Literal["news", "expectation", "result", "name"]
Level = Literal["easy", "usual", "hard"]
Note = tuple[str, Mapping[str, Fact]]
"""A rule of `core.words.reading`, and its facts."""

KINDS: Final[tuple[Kind, ...]] = ("news", "expectation", "result", "name")
"""The texts that a player reads."""
LINE: Final = 21
"""Hangul syllables of one line of the news box; it has three."""
FINANCE_MOST: Final = 2
"""Words of finance in one text; no text of the real chapters has more than one."""

_HANGUL = re.compile("[가-힣]")
_END = re.compile(r"[.!?…。！？]+[\"'”’」』)]*(?=\s|$)|\n")
_WORD = re.compile(r"[가-힣]+")
_STEMS: Final = {**dict.fromkeys(PLAIN, "rare"), **dict.fromkeys(FINANCE, "finance")}
_LONGEST: Final = max(map(len, _STEMS))
_TAIL = re.compile(
    "$|[은는이가을를의에로와과도만까부보처하한할해했합되된될돼됐됩였입란라예자금액량율률세성]"
    "|으로|시[키켜킨킬킵켰]|인[데지가]?|들"
)
"""How an eojeol goes on behind a short stem: a particle, a verb's ending, a common suffix."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What can be counted in one text."""

    letters: int
    """Characters, spaces and emoji included."""
    hangul: int
    """Hangul syllables: what the news box is measured in."""
    sentences: int
    longest_sentence: int
    """In eojeol: words between spaces that hold a letter or a digit."""
    longest_eojeol: int
    """In syllables."""
    longest: str
    """That eojeol, without what is no Hangul around it."""
    rare: tuple[str, ...]
    """Words above the players' age, each once; `PLAIN` has a plainer way to say each."""
    finance: tuple[str, ...]
    """Words of investing, each once."""


@dataclass(frozen=True, slots=True)
class Meter:
    """One text that a player reads."""

    at: str
    """Address; `s2.name` where all turns that show the name show the same."""
    kind: Kind
    letters: int
    hangul: int
    lines: float
    """Of the news box, 21 Hangul a line; the box has 3."""
    room: float
    """Share of what suits its field, 1.0 is full: 63 Hangul of a news, else letters."""
    fits: bool
    sentences: int
    longest_sentence: int
    """In eojeol."""
    longest_eojeol: int
    """In syllables."""
    rare: tuple[str, ...]
    finance: tuple[str, ...]
    percentile: int
    """How many of 100 texts of this field of real chapters are at most as long, 0..100."""
    level: Level
    """Hard exactly when there are notes."""
    notes: tuple[Note, ...]


def meters(chapter: Chapter) -> tuple[Meter, ...]:
    """Every filled text that a player sees, in reading order; the names first, each once.

    Also of a chapter that cannot be played, whose texts may yet be mended.
    """
    return tuple(meter(at, kind, text) for at, kind, text in seen(chapter))


def seen(chapter: Chapter) -> Iterator[tuple[str, Kind, str]]:
    """Address, field and text of what `meters` measures."""
    hidden = frozenset(game.unseen(chapter))
    shown = [(at, text) for at, text in chapter.texts() if text.strip() and str(at) not in hidden]
    yield from _names([(at, text) for at, text in shown if at.field == "name"])
    for at, text in shown:
        for kind in KINDS:
            if kind == at.field != "name":
                yield str(at), kind, text


def meter(at: str, kind: Kind, text: str) -> Meter:
    """One text, measured as a text of its field."""
    counts = counted(text)
    notes = tuple(_notes(kind, counts))
    used, most = _use(kind, counts)
    return Meter(
        at=at,
        kind=kind,
        letters=counts.letters,
        hangul=counts.hangul,
        lines=round(counts.hangul / LINE, 2),
        room=round(used / most, 3),
        fits=not any(rule in ("reading_box", "reading_over") for rule, _ in notes),
        sentences=counts.sentences,
        longest_sentence=counts.longest_sentence,
        longest_eojeol=counts.longest_eojeol,
        rare=counts.rare,
        finance=counts.finance,
        percentile=percentile(kind, counts.letters),
        level=_level(kind, counts, notes),
        notes=notes,
    )


def counted(text: str) -> Counts:
    """Counts one text, in linear time."""
    composed = normalize("NFC", text)
    sentences = [count for count in map(_eojeol, _END.split(composed)) if count]
    longest = max(_WORD.findall(composed), key=len, default="")
    words = tuple(dict.fromkeys(_stems(composed)))
    return Counts(
        letters=len(text),
        hangul=len(_HANGUL.findall(text)),
        sentences=len(sentences),
        longest_sentence=max(sentences, default=0),
        longest_eojeol=len(longest),
        longest=longest,
        rare=tuple(word for word in words if _STEMS[word] == "rare"),
        finance=tuple(word for word in words if _STEMS[word] == "finance"),
    )


def percentile(kind: Kind, letters: int) -> int:
    """How many of 100 real texts of this field are at most this long; between deciles, a line."""
    deciles = norms.LETTERS[kind].deciles
    place = bisect_right(deciles, letters)
    if not 0 < place < len(deciles):
        return 100 if place else 0
    below, above = deciles[place - 1], deciles[place]
    return round(10 * (place - 1 + (letters - below) / (above - below)))


def usual(kind: Kind) -> tuple[int, int]:
    """Letters of the middle four fifths of real texts of this field."""
    deciles = norms.LETTERS[kind].deciles
    return deciles[1], deciles[9]


def _names(shown: list[tuple[Address, str]]) -> Iterator[tuple[str, Kind, str]]:
    """Each name of a stock once: as that of all turns, where they agree."""
    by_stock = sorted(shown, key=lambda name: name[0].stock or 0)
    for stock, group in groupby(by_stock, key=lambda name: name[0].stock):
        first: dict[str, Address] = {}
        for at, text in group:
            first.setdefault(text, at)
        every = len(first) == 1
        for text, at in first.items():
            yield str(Address(None, stock, "name") if every else at), "name", text


def _eojeol(sentence: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split())


def _stems(text: str) -> Iterator[str]:
    """Words of the two lists that begin an eojeol, the longest one each."""
    for word in _WORD.findall(text):
        for length in range(min(_LONGEST, len(word)), 1, -1):
            if word[:length] in _STEMS and _ends(word, length):
                yield word[:length]
                break


def _ends(word: str, length: int) -> bool:
    """수요 ends in 수요가, but not in 수요일; a longer stem is never the head of another word."""
    return length > 2 or bool(_TAIL.match(word, length))


def _use(kind: Kind, counts: Counts) -> tuple[int, int]:
    """What a text takes of its field, and what there is."""
    if kind == "news" and counts.letters <= prose.MOST[kind]:
        return counts.hangul, prose.NEWS_BOX
    return counts.letters, prose.MOST[kind]


def _notes(kind: Kind, counts: Counts) -> Iterator[Note]:
    """What is too long or too hard, the gravest first."""
    used, most = _use(kind, counts)
    if used > most:
        rule = "reading_box" if most == prose.NEWS_BOX else "reading_over"
        yield rule, {"field": kind, "length": used, "most": most, "over": used - most}
    elif counts.letters > (high := norms.LETTERS[kind].high):
        yield "reading_long", {"field": kind, "length": counts.letters, "most": high}
    if counts.longest_sentence > (high := norms.SENTENCE[kind].high):
        yield "reading_sentence", {"length": counts.longest_sentence, "most": high}
    if counts.longest_eojeol > (most := norms.EOJEOL[kind].deciles[-1]):
        length, word = counts.longest_eojeol, prose.short(counts.longest)
        yield "reading_eojeol", {"word": word, "length": length, "most": most}
    yield from _hard_words(counts)


def _hard_words(counts: Counts) -> Iterator[Note]:
    if counts.rare:
        plain = (f"{word}({PLAIN[word]})" for word in counts.rare)
        yield "reading_rare", {"words": ", ".join(plain)}
    if len(counts.finance) > FINANCE_MOST:
        words = ", ".join(counts.finance)
        yield (
            "reading_finance",
            {"words": words, "count": len(counts.finance), "most": FINANCE_MOST},
        )


def _level(kind: Kind, counts: Counts, notes: tuple[Note, ...]) -> Level:
    """Easy: without notes, shorter and in shorter sentences than half of the real texts."""
    if notes:
        return "hard"
    median = (norms.LETTERS[kind].deciles[5], norms.SENTENCE[kind].deciles[5])
    short = counts.letters <= median[0] and counts.longest_sentence <= median[1]
    return "easy" if short else "usual"
