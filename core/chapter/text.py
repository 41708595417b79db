"""JSON text in and out: read strictly with the place of every value, written back byte for byte.

Grammar: RFC 8259, stricter where its sections 4, 6 and 8.2 leave room to mislead: no key twice, no
number that a JavaScript reader would round, no lone surrogate, no depth over 32.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from core.errors import Fact, Unreadable

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices (from 0) that lead from the root to a value."""
Span: TypeAlias = tuple[int, int]
Piece: TypeAlias = Span | str
"""A slice that is kept, or new text."""

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 15
MAX_SHELLS = 3

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
_STRING_HEAD = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"true|false|null")
_NOT_A_NUMBER = re.compile(r"[+-]?(?:NaN|Infinity)\b")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FENCE = re.compile(r"\s*+(`{3,}+|~{3,}+)[^\n]*+\n")
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class Restructured(list[Json]):
    """A list whose items came from other positions: `origins[i]` is the old index of item i."""

    def __init__(self, items: Sequence[Json], origins: Sequence[int]) -> None:
        super().__init__(items)
        self.origins = tuple(origins)


@dataclass(frozen=True, slots=True)
class Shell:
    """A string literal that holds JSON text: where each inner character stands outside."""

    outer: str
    offsets: Sequence[int]
    """One more than the inner text has characters; the last is the closing quote."""


@dataclass(frozen=True, slots=True)
class Source:
    """A pasted text and the array of turns inside it."""

    text: str
    """The whole pasted text, without its byte order mark."""
    inner: str
    """The text that directly holds the array: `text`, or what its string literal spells."""
    shells: tuple[Shell, ...]
    """Outermost first."""
    path: Path
    """Of the array within `inner`."""
    array: list[Json]
    spans: Mapping[Path, Span]
    """Of every value within `inner`."""
    keys: Mapping[Path, int]
    """Where the key of a member begins within `inner`."""
    request: str = ""
    """`editRequest` of an API body, else empty."""
    chapter_id: str = ""
    """`chapterId` of an API body, else empty."""


def read(raw: bytes | str) -> Source:
    """Find the array of turns in a pasted text.

    Takes a bare array, `{"story_data": […]}`, an API body `{"story": "[…]"}`, a JSON string of any
    of these, or a Markdown fence around them; UTF-8 with or without a mark, or UTF-16.
    Raises Unreadable with `line` and `column` (from 1), and `at` where an address is known.
    """
    text = _decoded(raw)
    if not text.strip():
        raise Unreadable("empty")
    return _unwrapped(text, text, *_unfenced(text), ())


def write(source: Source, array: list[Json]) -> str:
    """The pasted text with its array replaced; every value equal to the old one keeps its bytes."""
    start, end = source.spans[source.path]
    pieces: list[Piece] = [(0, start), *_rendered(source, source.path, source.array, array)]
    pieces.append((end, len(source.inner)))
    inner = source.inner
    for shell in reversed(source.shells):
        pieces = _outside(shell, inner, pieces)
        inner = shell.outer
    return "".join(piece if isinstance(piece, str) else inner[slice(*piece)] for piece in pieces)


def parse(text: str) -> Json:
    """One JSON value, by the same strict rules as a chapter. Raises Unreadable."""
    try:
        return _Scanner(text, len(text)).root(0)
    except _Fault as fault:
        raise _refusal(fault, text, ()) from None


def address_of(path: Path) -> str:
    """A path below the array as an address: `(2, "stocks", 1, "name")` is `t3.s2.name`."""
    names: list[str] = []
    for depth, step in enumerate(path):
        if isinstance(step, int):
            kind = "t" if depth == 0 else "s" if path[depth - 1] == "stocks" else ""
            names.append(f"{kind}{step + 1}")
        elif step != "stocks" or depth == len(path) - 1:
            names.append(step)
    return ".".join(names)


# -- in


def _decoded(raw: bytes | str) -> str:
    if isinstance(raw, str):
        text = raw.removeprefix("\ufeff")
        size = len(text.encode("utf-8", "surrogatepass"))
    else:
        size = len(raw)
        text = _from_bytes(raw) if size <= MAX_BYTES else ""
    if size > MAX_BYTES:
        raise Unreadable("size", bytes=size, most=MAX_BYTES)
    if found := _SURROGATE.search(text):
        line, column = _place(text, found.start())
        raise Unreadable("surrogate", line=line, column=column)
    return text


def _from_bytes(raw: bytes) -> str:
    encoding = "utf-8-sig"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in raw[:2]:
        encoding = "utf-16-be" if raw[:1] == b"\x00" else "utf-16-le"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable("encoding", line=line, byte=error.start + 1) from None


def _unfenced(text: str) -> Span:
    """Where the JSON stands: everywhere, or inside of a Markdown fence."""
    fence = _FENCE.match(text)
    end = len(text.rstrip())
    if fence and text.endswith(fence[1], fence.end(), end):
        return fence.end(), end - len(fence[1])
    return 0, len(text)


def _unwrapped(text: str, inner: str, start: int, end: int, shells: tuple[Shell, ...]) -> Source:
    scanner = _Scanner(inner, end)
    path: Path = ()
    try:
        value = scanner.root(start)
        about: dict[str, str] = {}
        if isinstance(value, dict):
            key = next((k for k in ("story_data", "story") if k in value), None)
            if key is None:
                raise _Fault("not_array", scanner.spans[()][0], found="object")
            about = {name: str(value.get(name) or "") for name in ("chapterId", "editRequest")}
            value, path = value[key], (key,)
        if isinstance(value, str) and len(shells) < MAX_SHELLS:
            shell = _shell(inner, scanner.spans[path])
            source = _unwrapped(text, value, 0, len(value), (*shells, shell))
            return _about(source, about)
        if not isinstance(value, list):
            raise _Fault("not_array", scanner.spans[path][0], found=_kind(value))
    except _Fault as fault:
        raise _refusal(fault, inner, shells) from None
    source = Source(text, inner, shells, path, value, scanner.spans, scanner.keys)
    return _about(source, about)


def _about(source: Source, about: Mapping[str, str]) -> Source:
    if not about:
        return source
    fields = {name: getattr(source, name) for name in source.__dataclass_fields__}
    fields |= {"request": about["editRequest"], "chapter_id": about["chapterId"]}
    return Source(**fields)


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    return {bool: "boolean", str: "text", dict: "object"}.get(type(value), "number")


def _shell(outer: str, span: Span) -> Shell:
    inside = _CHARACTER.finditer(outer, span[0] + 1, span[1] - 1)
    return Shell(outer, [*(match.start() for match in inside), span[1] - 1])


class _Fault(Exception):
    """A refusal, before its place is known outside of the shells."""

    def __init__(self, rule: str, pos: int, path: Path = (), **facts: Fact) -> None:
        super().__init__(rule)
        self.rule, self.pos, self.path, self.facts = rule, pos, path, facts


def _refusal(fault: _Fault, inner: str, shells: tuple[Shell, ...]) -> Unreadable:
    pos, text = fault.pos, inner
    for shell in reversed(shells):
        pos, text = shell.offsets[min(pos, len(shell.offsets) - 1)], shell.outer
    line, column = _place(text, pos)
    facts = dict(fault.facts)
    below = fault.path[1:] if fault.path[:1] in (("story_data",), ("story",)) else fault.path
    if below and isinstance(below[0], int):
        facts["at"] = address_of(below)
    return Unreadable(fault.rule, line=line, column=column, **facts)


def _place(text: str, pos: int) -> tuple[int, int]:
    return text.count("\n", 0, pos) + 1, pos - (text.rfind("\n", 0, pos) + 1) + 1


@dataclass(slots=True)
class _Scanner:
    """Reads one value by recursive descent and notes where each one stands."""

    text: str
    end: int
    spans: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)

    def root(self, pos: int) -> Json:
        start = self.space(pos)
        value, stop = self.value(start, ())
        rest = self.space(stop)
        if rest < self.end:
            self.fail("text_after", rest, (), found=self.text[rest])
        return value

    def space(self, pos: int) -> int:
        found = _SPACE.match(self.text, pos, self.end)
        return found.end() if found else pos

    def fail(self, rule: str, pos: int, path: Path, **facts: Fact) -> NoReturn:
        if pos >= self.end:
            pos, rule, facts = len(self.text[: self.end].rstrip()), "cut_off", {}
        raise _Fault(rule, pos, path, **facts)

    def value(self, pos: int, path: Path) -> tuple[Json, int]:
        head = self.text[pos] if pos < self.end else ""
        value: Json
        if head == "{":
            value, stop = self.object(pos, path)
        elif head == "[":
            value, stop = self.array(pos, path)
        elif head == '"':
            value, stop = self.string(pos, path)
        else:
            value, stop = self.plain(pos, path)
        self.spans[path] = (pos, stop)
        return value, stop

    def object(self, start: int, path: Path) -> tuple[dict[str, Json], int]:
        members: dict[str, Json] = {}
        pos = self.opened(start, path)
        while self.text[pos : pos + 1] != "}" or members:
            key, stop = self.key(pos, path)
            if key in members:
                self.fail("key_twice", pos, (*path, key), key=key)
            self.keys[(*path, key)] = pos
            pos = self.expect(":", self.space(stop), path)
            members[key], stop = self.value(self.space(pos), (*path, key))
            pos, more = self.after(stop, "}", path)
            if not more:
                return members, pos
        return members, pos + 1

    def array(self, start: int, path: Path) -> tuple[list[Json], int]:
        items: list[Json] = []
        pos = self.opened(start, path)
        while self.text[pos : pos + 1] != "]" or items:
            item, stop = self.value(pos, (*path, len(items)))
            items.append(item)
            pos, more = self.after(stop, "]", path)
            if not more:
                return items, pos
        return items, pos + 1

    def opened(self, start: int, path: Path) -> int:
        if len(path) >= MAX_DEPTH:
            self.fail("depth", start, path, most=MAX_DEPTH)
        return self.space(start + 1)

    def key(self, pos: int, path: Path) -> tuple[str, int]:
        if self.text[pos : pos + 1] == '"' and pos < self.end:
            return self.string(pos, path)
        found = self.text[pos : pos + 1]
        rule = {",": "double_comma", "}": "trailing_comma", "'": "single_quotes"}.get(found, "key")
        self.fail("comment" if found in ("/", "#") else rule, pos, path, found=found)

    def expect(self, mark: str, pos: int, path: Path) -> int:
        if self.text[pos : pos + 1] != mark or pos >= self.end:
            self.fail("colon", pos, path, found=self.text[pos : pos + 1])
        return pos + 1

    def after(self, stop: int, close: str, path: Path) -> tuple[int, bool]:
        """Where to go on after an item, and whether another one follows."""
        pos = self.space(stop)
        found = self.text[pos : pos + 1] if pos < self.end else ""
        if found == close:
            return pos + 1, False
        if found == ",":
            return self.following(self.space(pos + 1), close, path), True
        if found.isdigit() and self.text[stop - 1] == "0":
            self.fail("leading_zero", stop - 1, path)
        if found in ("/", "#"):
            self.fail("comment", pos, path)
        rule = "bare_quote" if self.text[stop - 1] == '"' and found != '"' else "separator"
        self.fail(rule, pos, path, found=found, close=close)

    def following(self, pos: int, close: str, path: Path) -> int:
        found = self.text[pos : pos + 1] if pos < self.end else ""
        if found == close:
            self.fail("trailing_comma", pos, path)
        if found == ",":
            self.fail("double_comma", pos, path)
        return pos

    def string(self, pos: int, path: Path) -> tuple[str, int]:
        found = _STRING.match(self.text, pos, self.end)
        if not found:
            self.bad_string(pos, path)
        value = found[1]
        if "\\" in value:
            value = str(json.loads(found[0]))
            if _SURROGATE.search(value):
                self.fail("surrogate", pos, path)
        return value, found.end()

    def bad_string(self, pos: int, path: Path) -> NoReturn:
        head = _STRING_HEAD.match(self.text, pos, self.end)
        stop = head.end() if head else pos
        found = self.text[stop : stop + 1]
        rule = "bad_escape" if found == "\\" else "raw_newline" if found in "\n\r" else "control"
        self.fail(rule, stop, path, found=found)

    def plain(self, pos: int, path: Path) -> tuple[Json, int]:
        if word := _WORD.match(self.text, pos, self.end):
            return _WORDS[word[0]], word.end()
        if odd := _NOT_A_NUMBER.match(self.text, pos, self.end):
            self.fail("not_a_number", pos, path, number=odd[0])
        if number := _NUMBER.match(self.text, pos, self.end):
            return self.number(number, path), number.end()
        found = self.text[pos : pos + 1]
        rule = {"'": "single_quotes", ",": "double_comma", "/": "comment", "#": "comment"}
        self.fail(rule.get(found, "value" if path else "text_before"), pos, path, found=found)

    def number(self, found: re.Match[str], path: Path) -> int | float:
        literal, (fraction, exponent) = found[0], found.groups()
        if fraction is None and exponent is None:
            digits = len(literal.lstrip("-"))
            if digits > MAX_DIGITS:
                self.fail("digits", found.start(), path, digits=digits, most=MAX_DIGITS)
            return int(literal)
        value = float(literal)
        if value in (float("inf"), float("-inf")):
            self.fail("range", found.start(), path, number=literal[:24])
        return value


# -- out


def _same(old: Json, new: Json) -> bool:
    """Equal with the same types all the way down: 1, 1.0 and true differ."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return old == new


def _rendered(source: Source, path: Path, old: Json, new: Json) -> Iterator[Piece]:
    if _same(old, new):
        yield source.spans[path]
    elif isinstance(old, dict) and isinstance(new, dict) and old:
        yield from _object(source, path, old, new)
    elif isinstance(old, list) and isinstance(new, Restructured) and old:
        yield from _items(source, path, old, new, new.origins)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        yield from _items(source, path, old, new, range(len(new)))
    else:
        yield _literal(source, new)


def _literal(source: Source, value: Json) -> str:
    plain = source.inner.isascii() and "\\u" in source.inner
    return json.dumps(value, ensure_ascii=plain)


def _items(
    source: Source, path: Path, old: list[Json], new: list[Json], origins: Sequence[int]
) -> Iterator[Piece]:
    spans = [source.spans[(*path, index)] for index in range(len(old))]
    bodies = [
        list(_rendered(source, (*path, origin), old[origin], item))
        for origin, item in zip(origins, new, strict=True)
    ]
    yield from _joined(source, path, spans, bodies, origins)


def _object(
    source: Source, path: Path, old: dict[str, Json], new: dict[str, Json]
) -> Iterator[Piece]:
    names = list(old)
    spans = [(source.keys[(*path, key)], source.spans[(*path, key)][1]) for key in names]
    first = source.spans[(*path, names[0])][0]
    colon = source.inner[source.keys[(*path, names[0])] : first].removeprefix(
        source.inner[slice(*_key_span(source, (*path, names[0])))]
    )
    bodies: list[list[Piece]] = []
    for key, value in new.items():
        if key in old:
            start = (source.keys[(*path, key)], source.spans[(*path, key)][0])
            bodies.append([start, *_rendered(source, (*path, key), old[key], value)])
        else:
            bodies.append([_literal(source, key) + colon + _literal(source, value)])
    origins = [names.index(key) if key in old else len(names) for key in new]
    yield from _joined(source, path, spans, bodies, origins)


def _key_span(source: Source, path: Path) -> Span:
    start = source.keys[path]
    found = _STRING.match(source.inner, start)
    return start, found.end() if found else start


def _joined(
    source: Source,
    path: Path,
    spans: Sequence[Span],
    bodies: Sequence[list[Piece]],
    origins: Sequence[int],
) -> Iterator[Piece]:
    """Bodies between the old brackets, separated as the old neighbours were."""
    start, end = source.spans[path]
    if not bodies:
        yield (start, start + 1)
        yield (end - 1, end)
        return
    yield (start, spans[0][0])
    for index, body in enumerate(bodies):
        if index and len(spans) == 1:
            yield "," + source.inner[start + 1 : spans[0][0]]
        elif index:
            yield _separator(spans, origins[index - 1], origins[index])
        yield from body
    yield (spans[-1][1], end)


def _separator(spans: Sequence[Span], left: int, right: int) -> Span:
    at = left if right == left + 1 and right < len(spans) else 0
    return spans[at][1], spans[at + 1][0]


def _outside(shell: Shell, inner: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces one shell further out: slices move, new text is escaped."""
    plain = shell.outer.isascii() and not inner.isascii()
    out: list[Piece] = [(0, shell.offsets[0])]
    for piece in pieces:
        if isinstance(piece, str):
            out.append(json.dumps(piece, ensure_ascii=plain)[1:-1])
        else:
            out.append((shell.offsets[piece[0]], shell.offsets[piece[1]]))
    return [*out, (shell.offsets[-1], len(shell.outer))]
