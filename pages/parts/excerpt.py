"""The place where a text stops being a chapter: its line, and a caret below the letter."""

import unicodedata

AROUND = 36
"""Letters shown before the place, and after it."""
_WIDE = "\u3000"
"""A blank as wide as a Hangul letter."""


def excerpt(text: str, line: int, column: int) -> str:
    """Two lines: what stands around `column` (from 1) of `line` (from 1), and the caret.

    "" when the text has no such line.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    written = lines[line - 1].removesuffix("\r")
    at = min(max(column - 1, 0), len(written))
    start = max(0, at - AROUND)
    before, after = _plain(written[start:at]), _plain(written[at : at + AROUND])
    head = "…" if start else ""
    tail = "…" if at + AROUND < len(written) else ""
    return f"{head}{before}{after}{tail}\n{_blank(head + before)}^"


def _plain(text: str) -> str:
    """Letters that would shift the line or hide in it are shown as one dot each."""
    shown = (" " if letter == "\t" else letter for letter in text)
    return "".join("·" if unicodedata.category(letter)[0] == "C" else letter for letter in shown)


def _blank(text: str) -> str:
    return "".join(_WIDE if unicodedata.east_asian_width(c) in "WF" else " " for c in text)
