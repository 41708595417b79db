"""Word differences between two texts of one field, in phrases that a person can judge.

Two passes. Words, numbers with sign and percent, emoji clusters and marks are aligned by difflib;
changes close to each other inside one sentence are then joined to a phrase. Inside a phrase the
really changed runs are flagged, less the beginning and the ending that two words share.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

Run = tuple[bool, str]
"""Whether it really changed, and the text."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A place where the texts differ. The runs of a side, joined, are that side's text."""

    a: tuple[Run, ...]
    b: tuple[Run, ...]


class _Piece(NamedTuple):
    """Text that both sides share (`same`), or what stands there on each."""

    same: bool
    a: str
    b: str


MAX_TOKENS = 1000
"""A longer field is compared by sentence, and one of more sentences than this as a whole."""
_MAX_PAIRS = 20_000
"""Likewise for a field that repeats its words so often that aligning them would take long."""
_JOIN_CHARS = 12
"""A longer unchanged stretch is never taken into a phrase."""

_MODIFIERS = r"\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u0300-\u036f"
_TOKEN = re.compile(
    rf"\s+|[0-9#*]\ufe0f?\u20e3|[+\-−]?\d+(?:[.,]\d+)*[%％]?|(?:[^\W\d_][\u0300-\u036f]*)+"
    rf"|[\U0001f1e6-\U0001f1ff]{{2}}|.[{_MODIFIERS}]*(?:\u200d.[{_MODIFIERS}]*)*",
    re.DOTALL,
)
_SENTENCE = re.compile(r"[^.!?…。！？\n]*[.!?…。！？\n]+\s*|[^.!?…。！？\n]+")
_STOP = re.compile(r"[.!?…。！？\n]")
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_LETTER = re.compile(
    r"[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7]*[\u11a8-\u11ff]*|.[\u0300-\u036f]*"
)


def words(a: str, b: str) -> tuple[str | Phrase, ...]:
    """Texts that both share, and phrases where they differ, in order; () when both are empty."""
    if a == b:
        return (a,) if a else ()
    return tuple(_phrased(_pieces(a, b)))


# -- aligning


def _pieces(a: str, b: str) -> list[_Piece]:
    """Shared and changed pieces by turns."""
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    old, new = (_TOKEN.findall(text[head : len(text) - tail]) for text in (a, b))
    return _merged([_same(a[:head]), *_aligned(old, new), _same(a[len(a) - tail :])])


def _shared(a: str, b: str) -> int:
    """How many characters both begin with, back to before the last blank; found by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        same = a[low:middle] == b[low:middle]
        low, high = (middle, high) if same else (low, middle - 1)
    whole = a[:low].rsplit(maxsplit=1)
    return len(whole[0]) if len(whole) > 1 else 0


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[_Piece]:
    if _is_cheap(old, new):
        return _matched(old, new)
    sentences = _SENTENCE.findall("".join(old)), _SENTENCE.findall("".join(new))
    if not _is_cheap(*sentences):
        return [_Piece(same=False, a="".join(old), b="".join(new))]
    rough = [(_TOKEN.findall(piece.a), _TOKEN.findall(piece.b)) for piece in _matched(*sentences)]
    return [piece for pair in rough for piece in _narrowed(*pair)]


def _is_cheap(old: Sequence[str], new: Sequence[str]) -> bool:
    if max(len(old), len(new)) > MAX_TOKENS:
        return False
    if len(old) * len(new) <= _MAX_PAIRS:
        return True
    times = Counter(new)
    return sum(times[token] for token in old if not token.isspace()) <= _MAX_PAIRS


def _matched(old: Sequence[str], new: Sequence[str]) -> list[_Piece]:
    """Blanks take no part in the alignment: every text is full of them."""
    pieces: list[_Piece] = []
    i = j = 0
    for x, y in _pairs(old, new):
        pieces += [*_narrowed(old[i:x], new[j:y]), _same(old[x])]
        i, j = x + 1, y + 1
    return [*pieces, *_narrowed(old[i:], new[j:])]


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Positions of the tokens that stay, rising on both sides."""
    left, right = _solid(old), _solid(new)
    keys = [old[at] for at in left], [new[at] for at in right]
    if set(keys[0]).isdisjoint(keys[1]):
        return
    for x, y, size in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        yield from zip(left[x : x + size], right[y : y + size], strict=True)


def _solid(tokens: Sequence[str]) -> list[int]:
    return [at for at, token in enumerate(tokens) if not token.isspace()]


def _narrowed(old: Sequence[str], new: Sequence[str]) -> list[_Piece]:
    """A stretch less the words and blanks that both sides begin and end with."""
    before, after = _ends(old, new)
    head, tail = "".join(old[:before]), "".join(old[len(old) - after :])
    a, b = old[before : len(old) - after], new[before : len(new) - after]
    return [_same(head), _Piece(same=False, a="".join(a), b="".join(b)), _same(tail)]


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many items both begin with, and how many of the rest both end with."""
    most = min(len(old), len(new))
    before = next((at for at in range(most) if old[at] != new[at]), most)
    most -= before
    return before, next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)


def _same(text: str) -> _Piece:
    return _Piece(same=True, a=text, b=text)


def _merged(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Neighbours of one kind in one piece, empty ones left out."""
    kept: list[_Piece] = []
    for piece in pieces:
        if not (piece.a or piece.b):
            continue
        last = kept.pop() if kept and kept[-1].same == piece.same else _Piece(piece.same, "", "")
        kept.append(_Piece(piece.same, last.a + piece.a, last.b + piece.b))
    return kept


# -- phrases


def _phrased(pieces: Sequence[_Piece]) -> Iterator[str | Phrase]:
    group: list[_Piece] = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if not piece.same or _is_within(group, piece.a, following):
            group.append(piece)
            continue
        if group:
            yield _phrase(group)
        group = []
        yield piece.a
    if group:
        yield _phrase(group)


def _is_within(group: Sequence[_Piece], text: str, following: _Piece | None) -> bool:
    """Whether unchanged `text` is too little to stand between two phrases."""
    if not group or not following:
        return False
    visible = len(text.strip())
    if visible <= 1 and _is_moved(group[-1], following):
        return True
    left, right = sum(map(_size, group)), _size(following)
    small = visible <= 1 or (visible <= _JOIN_CHARS and visible * 2 <= min(left, right))
    return small and not _STOP.search(text)


def _is_moved(last: _Piece, following: _Piece) -> bool:
    """An insertion on one side of a mark, a deletion on the other."""
    return not (last.a or following.b) or not (last.b or following.a)


def _size(piece: _Piece) -> int:
    return len(piece.a) + len(piece.b)


def _phrase(group: Sequence[_Piece]) -> Phrase:
    a: list[Run] = []
    b: list[Run] = []
    for piece in group:
        begin, end = (0, 0) if piece.same else _kept(piece.a, piece.b)
        a += _runs(piece.a, piece.same, begin, end)
        b += _runs(piece.b, piece.same, begin, end)
    return Phrase(_smooth(a), _smooth(b))


def _kept(a: str, b: str) -> tuple[int, int]:
    """Characters that two words share: at both ends of one word, at the end of several."""
    old, new = _LETTER.findall(a), _LETTER.findall(b)
    before, after = _ends(old, new)
    last = min(len(_last_word(a)), len(_last_word(b)))
    if not (_WORD.fullmatch(a) and _WORD.fullmatch(b)):
        before = 0
    end = len("".join(old[len(old) - after :]))
    return len("".join(old[:before])), end if end <= last else 0


def _last_word(text: str) -> str:
    found = _WORD.fullmatch(_TOKEN.findall(text)[-1]) if text else None
    return found[0] if found else ""


def _runs(text: str, same: bool, begin: int, end: int) -> list[Run]:
    stop = len(text) - end
    return [(False, text[:begin]), (not same, text[begin:stop]), (False, text[stop:])]


def _smooth(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Neighbours of one flag in one run; a blank between changed runs is changed with them."""
    kept: list[Run] = []
    for changed, text in (run for run in runs if run[1]):
        if changed and len(kept) > 1 and not kept[-1][1].strip() and kept[-2][0]:
            kept[-2:] = [(True, kept[-2][1] + kept[-1][1])]
        joins = bool(kept) and kept[-1][0] == changed
        kept[len(kept) - joins :] = [(changed, (kept[-1][1] if joins else "") + text)]
    return tuple(kept)
