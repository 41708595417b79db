"""What is looked for, and the text round it; names as one line."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from core.store.tables import storable

NAME_MOST: Final = 120
"""Characters of a name."""
QUERY_MOST: Final = 200
"""Characters of a query that are looked for."""
HIT_BEFORE: Final = 24
HIT_AFTER: Final = 56
"""Characters of an excerpt before the found words, and from them on."""

_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]")
"""Marks that turn or hide the text around them."""


def cleaned(name: str) -> str:
    """A name as one line: no control characters, stripped, at most 120 characters."""
    seen = _UNSEEN.sub("", storable(name))
    plain = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in seen)
    return line(plain)[:NAME_MOST].strip()


def line(text: str) -> str:
    """In NFC, with one space wherever there was any."""
    return " ".join(unicodedata.normalize("NFC", storable(text)).split())


def folded(text: str) -> str:
    """The same for every way to write it in small and capital letters."""
    return unicodedata.normalize("NFC", line(text).casefold())


def words(query: str) -> tuple[str, ...]:
    """What must be in a chapter, each anywhere in it."""
    return tuple(folded(query[:QUERY_MOST]).split())


def hit(search: str, shown: str, wanted: Sequence[str]) -> str:
    """The line of `shown` with most of the words, cut round the first; `search` is it, folded."""
    lines = list(zip(search.split("\n"), shown.split("\n"), strict=True))
    small, told = max(lines, key=lambda pair: sum(word in pair[0] for word in wanted))
    first = min((small.find(word) for word in wanted if word in small), default=0)
    start = max(0, min(first, len(told)) - HIT_BEFORE)
    end = min(len(told), first + HIT_AFTER)
    return ("…" if start else "") + told[start:end].strip() + ("…" if end < len(told) else "")
