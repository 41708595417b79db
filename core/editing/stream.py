"""Reads a model's answer while it is being written: each change as soon as its object closes."""

import re
from collections.abc import Iterator

from core.chapter import text
from core.errors import ModelGarbled, Unreadable

MAX_ANSWER = 400_000
"""Characters of one answer."""
MAX_OBJECT = 64_000
"""Characters of one change."""

_MARK = re.compile(r'[{}\[\]":]')
_IN_STRING = re.compile(r'["\\]')
_CLOSES = {"}": "{", "]": "["}


class Answer:
    """An answer so far: `{"changes": [{…}, …], "reply": "…"}`, or the bare list of changes.

    Prose and code fences around it are passed over; objects anywhere else are ignored.
    """

    reply = ""
    """The model's sentence, once it is complete."""
    complete = False
    """Whether a whole list of changes was read."""

    def __init__(self) -> None:
        self._text = ""
        self._pos = 0
        self._total = 0
        self._open: list[str] = []
        self._string = -1
        self._object = -1
        self._odd = False
        """Whether the present list holds anything but objects."""
        self._last = ""
        self._key = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The text of every change that closes in this piece. Raises ModelGarbled over a limit."""
        self._total += len(piece)
        self._text += piece
        if self._total > MAX_ANSWER or len(self._text) > MAX_OBJECT + len(piece):
            raise ModelGarbled("model_too_long", most=MAX_ANSWER)
        while (mark := self._next()) is not None:
            if closed := self._step(mark):
                yield closed
        self._forget()

    def _next(self) -> str | None:
        """The next character that matters; None when the piece is used up."""
        pattern = _IN_STRING if self._string >= 0 else _MARK
        found = pattern.search(self._text, self._pos)
        if found is None or (found[0] == "\\" and found.end() == len(self._text)):
            self._pos = found.start() if found else len(self._text)
            return None
        self._pos = found.end() + (found[0] == "\\")
        return found[0]

    def _step(self, mark: str) -> str:
        if mark == "\\":
            return ""
        if self._string >= 0:
            self._end_string()
        elif mark == '"':
            self._string = self._pos - 1 if self._open else -1
        elif mark == ":":
            self._key = self._last if self._open == ["{"] else self._key
        elif mark in "{[":
            self._start(mark)
        else:
            return self._end(mark)
        return ""

    def _end_string(self) -> None:
        literal, self._string = self._text[self._string : self._pos], -1
        self._odd = self._odd or self._in_changes()
        if self._open == ["{"]:
            self._last = _spelled(literal)
            if self._key == "reply":
                self.reply, self._key = self._last, ""

    def _start(self, mark: str) -> None:
        if self._in_changes():
            self._odd = self._odd or mark == "["
            self._object = self._pos - 1 if mark == "{" else -1
        self._open.append(mark)
        if mark == "[" and self._in_changes():
            self._odd = False

    def _in_changes(self) -> bool:
        return self._open == ["["] or (self._open == ["{", "["] and self._key == "changes")

    def _end(self, mark: str) -> str:
        if self._open[-1:] != [_CLOSES[mark]]:
            self._open.clear()
            self._object = -1
            return ""
        if mark == "]" and self._in_changes():
            self.complete = self.complete or not self._odd
        self._open.pop()
        if mark == "}" and self._object >= 0 and self._in_changes():
            start, self._object = self._object, -1
            return self._text[start : self._pos]
        return ""

    def _forget(self) -> None:
        """Drop what was read and is no part of an open object or string."""
        held = [start for start in (self._object, self._string) if start >= 0]
        cut = min([self._pos, *held])
        self._text = self._text[cut:]
        self._pos -= cut
        self._object -= cut if self._object >= 0 else 0
        self._string -= cut if self._string >= 0 else 0


def _spelled(literal: str) -> str:
    try:
        return str(text.parse(literal))
    except Unreadable:
        return ""
