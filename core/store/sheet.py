"""A chapter as a sheet for a meeting (PDF), and its prices as a table (CSV)."""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import typst

from core import words
from core.chapter import diff, korean, prose, shape
from core.chapter.chapter import Chapter, Number, Stock, Turn
from core.chapter.rules import STOCKS
from core.chapter.shape import Shape
from core.errors import Fact, Unavailable, WriterError
from core.play import game
from core.play.classroom import Classroom, Group
from core.words import Lang, places

Run: TypeAlias = tuple[Literal["", "old", "new"], str]
"""A stretch of text: as it is, struck out, or underlined."""
Told: TypeAlias = Mapping[str, Any]
"""JSON for the template, `sheet.typ`."""

TURNS_MOST: Final = 120
"""Turns that a sheet shows; the others are counted."""
TEXT_MOST: Final = 600
"""Characters of one text; the rest is cut off with an ellipsis."""
NAME_MOST: Final = 40
WHOLE_MOST: Final = 1200
"""Characters of JSON up to which a turn stays on one page: about 800 of text."""
SIZE_MOST: Final = 120_000
"""Characters of JSON of all turns: more would take seconds and hundreds of megabytes."""
FONTS: Final = (
    *("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "Pretendard"),
    *("Apple SD Gothic Neo", "Malgun Gothic", "NanumBarunGothic", "NanumGothic", "Nanum Gothic"),
    *("Noto Serif CJK KR", "AppleGothic", "Gulim", "UnDotum", "Baekmuk Dotum"),
)
"""Families with Hangul, the best first."""
EMOJI_FONTS: Final = ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji")
FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Beginnings that make a spreadsheet take a text for a formula."""

_TEMPLATE: Final = Path(__file__).with_suffix(".typ")
_EMOJI: Final = re.compile(rf"(?:{korean.EMOJI})+ ?")
_BLANK: Final = re.compile(r"[^\S\n]+")
_NAMES_APART: Final = 0.075
"""Least distance of two names at the end of their lines, of the chart's height."""
_SIGNS_MOST: Final = 30
"""Turns up to which every price has a sign on its line."""
_NUMBERED_MOST: Final = 20
"""Turns whose numbers fit under the chart."""


def pdf(  # noqa: PLR0913  the chapter, its class, and what both were
    chapter: Chapter,
    name: str,
    lang: Lang,
    *,
    classroom: Classroom | None = None,
    before: Chapter | None = None,
    classroom_before: Classroom | None = None,
) -> bytes:
    """The sheet, A4: one or two pages for a usual chapter. Equal arguments make equal bytes.

    With `before`, all texts and prices show what was changed. Raises Unavailable where the system
    has no font with Hangul.
    """
    fonts, families = _fonts()
    pen = _Pen(lang, emoji=any(family in EMOJI_FONTS for family in families))
    old = _Old(before, _led(before, chapter)) if before else None
    told = {
        **_Sheet(chapter, pen, old).told(name),
        "fonts": families,
        "lang": lang,
        "room": _room(pen, classroom, classroom_before) if classroom else None,
    }
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=fonts)
    written = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(told)})
    return b"".join([written] if isinstance(written, bytes) else written or ())


def prices_csv(chapter: Chapter, lang: Lang = "ko") -> bytes:
    """A row a turn, a column a stock; UTF-8 with a byte order mark, so that Excel reads Hangul.

    What is no number is left empty, and a name that looks like a formula begins with an apostrophe.
    """
    names = chapter.names[: korean.NAMES_MOST]
    pen = _Pen(lang, emoji=True)
    heads = [_safe(name) or pen.say("sheet_stock", n=n) for n, name in enumerate(names, 1)]
    sink = io.StringIO()
    table = csv.writer(sink)
    table.writerow([pen.say("sheet_turn"), *heads])
    for turn in chapter.turns:
        table.writerow([turn.position, *(stock.price for stock in turn.stocks[: len(names)])])
    return sink.getvalue().encode("utf-8-sig")


def _safe(name: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = " ".join(prose.visible(name).split())
    return f"'{line}" if line.startswith(FORMULA) else line


@cache
def _fonts() -> tuple[typst.Fonts, tuple[str, ...]]:
    """All fonts of this system, and the families to write with."""
    fonts = typst.Fonts(include_embedded_fonts=False)
    known = set(fonts.families())
    hangul = [family for family in FONTS if family in known]
    if not hangul:
        raise Unavailable("no_font")
    return fonts, (hangul[0], *(family for family in EMOJI_FONTS if family in known))


# -- texts


@dataclass(frozen=True)
class _Pen:
    lang: Lang
    emoji: bool
    """Whether there is a font to draw them with."""

    def say(self, rule: str, **facts: Fact) -> str:
        return words.sentence(rule, facts, self.lang)

    def text(self, said: str, most: int = TEXT_MOST) -> str:
        """As it can be drawn: what is invisible spelled out, and without what has no font."""
        shown = prose.visible(said[: most + 1])
        drawn = _BLANK.sub(" ", shown if self.emoji else _EMOJI.sub("", shown))
        return drawn if len(drawn) <= most else drawn[: most - 1] + "…"

    def runs(self, now: str, was: str | None = None, most: int = TEXT_MOST) -> list[Run]:
        """What it is, with what it was (None: the same) struck out beside it."""
        new, old = self.text(now, most), None if was is None else self.text(was, most)
        if old is None or old == new:
            return [("", new)] if new else []
        return list(_marked(diff.words(old, new)))

    def coins(self, now: Number | None, was: Number | None = None) -> list[Run]:
        return self.runs(_figure(now), None if was is None else _figure(was))


def _marked(pieces: Sequence[str | diff.Phrase]) -> Iterator[Run]:
    for piece in pieces:
        if isinstance(piece, str):
            yield "", piece
            continue
        old, new = ("".join(text for _, text in side) for side in (piece.a, piece.b))
        if old:
            yield "old", old
        if old.strip() and new.strip():
            yield "", " "
        if new:
            yield "new", new


def _figure(number: Number | None) -> str:
    """Coins as people write them: 1,234 or 99.5; very large ones shortened."""
    if number is None:
        return "–"
    if abs(number) >= 10**10:
        return f"{number:.3g}"
    return f"{number:,.2f}".rstrip("0").rstrip(".") if number % 1 else f"{int(number):,}"


def _move(was: Number | None, now: Number | None) -> Told | None:
    if was is None or now is None:
        return None
    return {"sign": (now > was) - (now < was), "said": _figure(abs(now - was))}


# -- what it was


@dataclass(frozen=True)
class _Old:
    """The chapter before, asked by places of the one now."""

    chapter: Chapter
    shape: Shape

    def text(self, turn: int, stock: int, field: str) -> str:
        """Empty for what is new."""
        holder = self._holder(turn, stock, field)
        return holder.text(field) if holder else ""

    def price(self, turn: int, stock: int) -> Number | None:
        holder = self._holder(turn, stock, "current_value")
        return holder.price if isinstance(holder, Stock) else None

    def name(self, stock: int, field: str) -> str:
        """A text that all turns of a stock share."""
        place = self.shape.places[stock - 1] if stock <= len(self.shape.places) else 0
        return self.chapter.shared(place, field)

    def _holder(self, turn: int, stock: int, field: str) -> Turn | Stock | None:
        if turn > len(self.shape.rows) or stock > len(self.shape.places):
            return None
        source = self.shape.source((turn, stock, field))
        turns = self.chapter.turns
        if not source or source[0] > len(turns):
            return None
        found = turns[source[0] - 1]
        if not stock:
            return found
        return found.stocks[source[1] - 1] if source[1] <= len(found.stocks) else None


def _led(before: Chapter, after: Chapter) -> Shape:
    """Which turns and stocks are which; by position where there are too many to look."""
    both = (before, after)
    if any(len(c.turns) > TURNS_MOST or c.stock_count > korean.NAMES_MOST for c in both):
        return shape.same_shape(before)
    return next(shape.shapes(before, after), None) or shape.likely(before, after)


# -- the sheet


@dataclass(frozen=True)
class _Sheet:
    chapter: Chapter
    pen: _Pen
    old: _Old | None

    @cached_property
    def turns(self) -> Sequence[Turn]:
        return self.chapter.turns[:TURNS_MOST]

    @cached_property
    def stocks(self) -> range:
        """Numbers of the stocks that the game shows; one at least."""
        return range(1, max(1, min(STOCKS, self.chapter.stock_count)) + 1)

    def told(self, name: str) -> Told:
        """All that the template draws, but for the class."""
        chapter, say, rows = self.chapter, self.pen.say, list(self._rows())
        turns, left = len(chapter.turns), self._played - len(rows)
        title = " ".join(self.pen.text(name, NAME_MOST).split()) or say("sheet_chapter")
        return {
            "title": title,
            "facts": say("sheet_facts", turns=turns, stocks=chapter.stock_count),
            "foot": f"{title} · Turnsmith {chapter.hash[:8]}",
            "banner": self._banner(),
            "legend": self._legend(),
            "more": say("sheet_more", count=left) if left else "",
            "heads": {key: say(f"sheet_{key}") for key in ("turn", "story", "prices")},
            "colours": game.COLOURS,
            "stocks": [self._stock(number) for number in self.stocks],
            "chart": _chart(self),
            "rows": rows,
        }

    @property
    def _played(self) -> int:
        """The last entry is no turn of its own, unless it is the only one."""
        return max(1, len(self.chapter.turns) - 1)

    def _rows(self) -> Iterator[Told]:
        """As many turns as there is room for."""
        left = SIZE_MOST
        for turn in self.turns[: self._played]:
            row = self._row(turn)
            size = len(json.dumps(row, ensure_ascii=False))
            left -= size
            if left < 0:
                return
            yield {**row, "long": size > WHOLE_MOST}

    def _banner(self) -> str:
        """Why the game could not be played."""
        try:
            game.board(self.chapter)
        except WriterError as problem:
            return self.pen.text(words.error(problem, self.pen.lang, self.chapter.names))
        return ""

    def _legend(self) -> str:
        """How to read what was changed."""
        if not self.old:
            return ""
        was, now = len(self.old.chapter.turns), len(self.chapter.turns)
        counted = self.pen.say("sheet_turns_were", was=was) if was != now else ""
        return f"{self.pen.say('sheet_legend')} {counted}".strip()

    def _stock(self, number: int) -> Told:
        name = self.chapter.shared(number, "name") or self.pen.say("sheet_stock", n=number)
        return {
            "name": self._shared(number, "name", name),
            "short": self.pen.text(name, NAME_MOST),
            "risk": self._shared(number, "risk_level"),
            "about": self._shared(number, "description"),
        }

    def _shared(self, number: int, field: str, now: str = "") -> list[Run]:
        was = self.old.name(number, field) if self.old else None
        return self.pen.runs(now or self.chapter.shared(number, field), was, NAME_MOST * 4)

    def _row(self, turn: Turn) -> Told:
        """Play turn t: what it shows, and what its end tells."""
        at = turn.position
        later = self.chapter.turns[at] if at < len(self.chapter.turns) else None
        tag = places.tag(turn.text("news_tag"), self.pen.lang)
        return {
            "turn": _titled(places.place(str(turn.at), self.pen.lang)),
            "tag": self.pen.runs(tag, self._was_tag(at), NAME_MOST),
            "news": self._runs(turn, "news"),
            "result": self._runs(later, "result") if later else [],
            "cells": [self._cell(number, turn, later) for number in self.stocks],
        }

    def _was_tag(self, at: int) -> str | None:
        return places.tag(self.old.text(at, 0, "news_tag"), self.pen.lang) if self.old else None

    def _runs(self, holder: Turn | Stock, field: str) -> list[Run]:
        at = holder.at
        was = self.old.text(at.turn or 0, at.stock or 0, field) if self.old else None
        return self.pen.runs(holder.text(field), was)

    def _cell(self, number: int, turn: Turn, later: Turn | None) -> Told:
        """The price of the turn, what its end makes of it, and the card's small print."""
        stock = _stock_of(turn, number)
        now, then = self.price(turn, number), self.price(later, number) if later else None
        price = self._coins(turn, number, now)
        if later:
            price += [("", " → "), *self._coins(later, number, then)]
        about = self._runs(stock, "expectation") if stock else []
        return {"price": price, "move": _move(now, then), "about": about}

    def _coins(self, turn: Turn, number: int, now: Number | None) -> list[Run]:
        was = self.old.price(turn.position, number) if self.old else None
        return self.pen.coins(now, was)

    def price(self, turn: Turn, number: int) -> Number | None:
        stock = _stock_of(turn, number)
        return stock.price if stock else None

    def series(self, number: int) -> list[Number | None]:
        """Prices of a stock by turn; None where there is none."""
        return [self.price(turn, number) for turn in self.turns]

    def ghost(self, number: int) -> list[Number | None]:
        """What these prices were; empty where nothing has changed."""
        if not self.old:
            return []
        was = [self.old.price(turn.position, number) for turn in self.turns]
        return was if was != self.series(number) else []


def _titled(said: str) -> str:
    return said[:1].upper() + said[1:]


def _stock_of(turn: Turn, number: int) -> Stock | None:
    return turn.stocks[number - 1] if number <= len(turn.stocks) else None


# -- the chart


def _chart(sheet: _Sheet) -> Told:
    """Lines over the turns as in the game's end chart: prices from 0."""
    series = {number: (sheet.series(number), sheet.ghost(number)) for number in sheet.stocks}
    prices = [price for pair in series.values() for line in pair for price in line if price]
    ticks = _ticks(min([0, *prices]), max([0, *prices]))
    scale = _Scale(len(sheet.turns), ticks[0], ticks[-1])
    ends = _apart([scale.end(line) for line, _ in series.values()])
    names = [sheet.chapter.shared(number, "name") for number in series]
    said = [_figure(tick) for tick in ticks]
    return {
        "alt": sheet.pen.say("sheet_chart"),
        "left": 2.5 + 1.3 * max(map(len, said)),
        "ticks": [{"at": scale.y(t), "said": s} for t, s in zip(ticks, said, strict=True)],
        "turns": scale.numbered(),
        "signs": len(sheet.turns) <= _SIGNS_MOST,
        "lines": [
            {
                "name": sheet.pen.text(name, NAME_MOST),
                "line": scale.pieces(line),
                "ghost": scale.pieces(ghost),
                "end": end,
            }
            for name, (line, ghost), end in zip(names, series.values(), ends, strict=True)
        ],
    }


@dataclass(frozen=True)
class _Scale:
    """Where turns and prices stand on a chart, each 0..1."""

    turns: int
    least: float
    most: float

    def x(self, place: int) -> float:
        return place / (self.turns - 1) if self.turns > 1 else 0.5

    def y(self, price: float) -> float:
        return (price - self.least) / (self.most - self.least)

    def pieces(self, line: Sequence[Number | None]) -> list[list[tuple[float, float]]]:
        """The line, in pieces where a price is missing."""
        points = [None if p is None else (self.x(k), self.y(p)) for k, p in enumerate(line)]
        return [[p for p in group if p] for there, group in groupby(points, bool) if there]

    def end(self, line: Sequence[Number | None]) -> float | None:
        known = [price for price in line if price is not None]
        return self.y(known[-1]) if known else None

    def numbered(self) -> list[Told]:
        step = -(-self.turns // _NUMBERED_MOST)
        return [{"at": self.x(k), "said": str(k + 1)} for k in range(0, self.turns, step)]


def _ticks(least: float, most: float) -> list[float]:
    """About five round figures from at most `least` to at least `most`; a coin apart, or more."""
    rough = max(most - least, 4) / 4
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * part for part in (1, 2, 5, 10) if size * part >= rough)
    first, last = math.floor(least / step), math.ceil(most / step)
    return [step * place for place in range(first, max(last, first + 1) + 1)]


def _apart(ends: Sequence[float | None]) -> list[float | None]:
    """The same heights, none nearer to another than a line of text, within the chart."""
    known = {place: end for place, end in enumerate(ends) if end is not None}
    order = sorted(known, key=known.__getitem__)
    found = list(ends)
    floor = -math.inf
    for place in order:
        floor = found[place] = max(known[place], floor + _NAMES_APART)
    ceiling = 1 + _NAMES_APART
    for place in reversed(order):
        ceiling = found[place] = min(found[place] or 0, ceiling - _NAMES_APART)
    return found


# -- the class


def _room(pen: _Pen, now: Classroom, before: Classroom | None) -> Told:
    """Where the players of each kind end, in the middle of them."""
    title = pen.say("sheet_class", players=now.players, start=_figure(now.start), seed=now.seed)
    everyone = {
        "name": pen.say("sheet_everyone"),
        "median": _whole(now.median),
        "was": _changed(before.median if before else None, now.median),
        "move": _move(now.start, round(now.median)),
        "losing": f"{now.losing:.0%}",
    }
    groups = [_group(pen, now, group, before) for group in now.groups]
    heads = [pen.say(f"sheet_{head}") for head in ("kind", "median", "gain", "losing")]
    return {"title": title, "heads": heads, "rows": [everyone, *groups]}


def _group(pen: _Pen, now: Classroom, group: Group, before: Classroom | None) -> Told:
    was = before.group(group.kind) if before else None
    return {
        "name": _titled(pen.say(f"kind_{group.kind}")),
        "median": _whole(group.median),
        "was": _changed(was.median if was else None, group.median),
        "move": _move(now.start, round(group.median)),
        "losing": f"{group.losing:.0%}" if group.players else "–",
    }


def _whole(coins: float) -> str:
    return _figure(round(coins))


def _changed(was: float | None, now: float) -> str | None:
    return None if was is None or _whole(was) == _whole(now) else _whole(was)
