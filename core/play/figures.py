"""All that is shown of a chapter before it is accepted, as one answer in JSON's own types.

A class is remembered by its board, so that an edit of texts plays nothing anew.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from core.chapter.chapter import RISK_OF_TAG, Chapter, Number, Stock
from core.chapter.rules import risk_tag
from core.chapter.text import Json
from core.chapter.way import differing, leaves, written
from core.play import classroom, economy, game, lesson, reading
from core.play.classroom import PLAYERS, SEED, Classroom, Group
from core.play.economy import Profile as Economy
from core.play.game import Board, Profile, Unplayable
from core.play.lesson import Guarded, Lesson
from core.words import finding, place, sentence
from core.words.places import Lang, tag

Told: TypeAlias = dict[str, Any]
"""JSON: numbers are finite."""

ROOMS: Final = 32
"""Classes that are remembered; one of 200 players takes about 20 kB, the largest 0.5 MB."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an answer is to be about, and in which words."""

    chapter_id: str = ""
    """Decides with how many coins a player starts; "" is that which the chapter came with."""
    profile: Profile = "current"
    economy: Economy = "written"
    """The ranges that moves are held against."""
    lang: Lang = "ko"
    lessons: tuple[Lesson, ...] = ()
    players: int = PLAYERS
    """1..MOST_PLAYERS."""
    seed: int = SEED
    room: bool = True
    """Whether to tell of the class; without it `class` is null and there is no verdict."""

    @property
    def start(self) -> int:
        return game.start(self.chapter_id.strip(), self.profile)

    def of(self, chapter: Chapter) -> "Options":
        """With the chapter's own id where none is given."""
        return replace(self, chapter_id=self.chapter_id or chapter.source.chapter_id)


USUAL: Final = Options()


def shown(chapter: Chapter, options: Options = USUAL) -> Told:
    """One chapter."""
    options = options.of(chapter)
    return _told(_Seen.of(chapter, options), options)


def pair(before: Chapter | None, after: Chapter, options: Options = USUAL) -> Told:
    """A chapter as it was and as it would be; what is not playable has no figures of a game."""
    options = options.of(before or after).of(after)
    was = _Seen.of(before, options) if before else None
    now = _Seen.of(after, options)
    return {
        "before": _told(was, options) if was else None,
        "after": _told(now, options),
        "changed": list(_changed(before, after)),
        **_compared(was, now, options),
    }


def playtest(before: Chapter | None, after: Chapter, options: Options = USUAL) -> Told:
    """The classes alone, without what a player sees."""
    options = options.of(before or after).of(after)
    was = _Seen.of(before, options) if before else None
    now = _Seen.of(after, options)
    return {
        "before": _played(was, options) if was else None,
        "after": _played(now, options),
        **_compared(was, now, options),
    }


def room(chapter: Chapter, options: Options = USUAL) -> Classroom | None:
    """The class of a chapter; None where the game cannot play it."""
    return _Seen.of(chapter, replace(options.of(chapter), room=True)).room


@dataclass(frozen=True, slots=True)
class _Seen:
    """A chapter, and its class where the game can play it."""

    chapter: Chapter
    board: Board | None
    room: Classroom | None
    """None too where nobody asks for it."""
    fault: Unplayable | None

    @classmethod
    def of(cls, chapter: Chapter, options: Options) -> "_Seen":
        try:
            board = game.board(chapter)
        except Unplayable as fault:
            return cls(chapter, None, None, fault)
        wanted = options.room or options.lessons
        return cls(chapter, board, _room(board, options) if wanted else None, None)

    @property
    def why(self) -> tuple[Unplayable, ...]:
        return (self.fault,) if self.fault else ()


def _room(board: Board, options: Options) -> Classroom:
    return _class(board, options.start, options.players, options.seed, options.profile)


@lru_cache(maxsize=ROOMS)
def _class(board: Board, start: int, players: int, seed: int, profile: Profile) -> Classroom:
    return classroom.classroom(board, start, players=players, seed=seed, profile=profile)


# -- one chapter


def _told(seen: _Seen, options: Options) -> Told:
    chapter, lang = seen.chapter, options.lang
    told = seen.room if options.room else None
    return {
        **_head(seen, options),
        "turn_max": len(chapter.turns) - 1,
        "turns": list(_turns(seen)),
        "unseen": list(game.unseen(chapter)),
        "chart": _chart(seen),
        "economy": _economy(chapter, options),
        "reading": list(_reading(chapter, lang)),
        "class": _classed(told, lang) if told else None,
        "lessons": list(_judged(seen, options)),
    }


def _head(seen: _Seen, options: Options) -> Told:
    """Whether the game can play it, and if not why."""
    names, lang = seen.chapter.names, options.lang
    return {
        "playable": seen.board is not None,
        "why": [sentence(one.rule, one.facts, lang, names) for one in seen.why],
        "start": options.start,
        "profile": options.profile,
    }


def _played(seen: _Seen, options: Options) -> Told:
    told = _classed(seen.room, options.lang) if seen.room else None
    return {**_head(seen, options), "class": told}


def _turns(seen: _Seen) -> Iterator[Json]:
    """Every entry; one that is played has the result, moves and title of its end."""
    screens = game.screens(seen.chapter) if seen.board else ()
    for turn in seen.chapter.turns:
        screen = screens[turn.position - 1] if turn.position <= len(screens) else None
        yield {
            "n": turn.position,
            "seen": screen is not None,
            "news": turn.text("news"),
            "tag": turn.text("news_tag"),
            "result": screen.result if screen else "",
            "own_result": turn.text("result"),
            "title": screen.title if screen else "",
            "moves": list(screen.moves) if screen else None,
            "stocks": [_stock(stock) for stock in turn.stocks],
        }


def _stock(stock: Stock) -> Told:
    level = risk_tag(stock.risk)
    return {
        "name": stock.name,
        "risk": stock.risk,
        "badge": RISK_OF_TAG.get(level, stock.risk),
        "level": level,
        "expectation": stock.text("expectation"),
        "description": stock.text("description"),
        "price": stock.price,
        "change": _change(stock),
    }


def _change(stock: Stock) -> Number | None:
    """As the card says it; None where it is blank."""
    if stock.price is None or stock.opening is None:
        return None
    return _finite(stock.price - stock.opening) or None


def _chart(seen: _Seen) -> Json:
    if seen.board is None:
        return None
    chart = game.chart(seen.chapter)
    series: list[Json] = [list(line) for line in chart.series]
    return {"names": list(chart.names), "colours": list(chart.colours), "series": series}


# -- the economy


def _economy(chapter: Chapter, options: Options) -> Told:
    sheet, lang, names = economy.sheet(chapter, options.economy), options.lang, chapter.names
    return {
        "profile": sheet.profile,
        "rows": [_row(row, lang, names) for row in sheet.rows],
        "ranges": [_range(one) for one in sheet.ranges],
        "findings": [finding(one, lang, names) for one in sheet.findings],
        "offers": [_offer(one, lang, names) for one in sheet.offers],
    }


def _row(row: economy.Row, lang: Lang, names: Sequence[str]) -> Told:
    return {
        "n": row.turn,
        "tag": row.tag,
        "tag_name": tag(row.tag, lang),
        "says": list(row.says),
        "moved": list(row.moved),
        "moves": [_move(move) for move in row.moves],
        "notes": [sentence(rule, facts, lang, names) for rule, facts in row.notes],
        "offers": [_offer(one, lang, names) for one in row.offers],
    }


def _move(move: economy.Move) -> Told:
    claim = move.claimed
    return {
        "stock": move.stock,
        "before": move.before,
        "after": move.after,
        "coins": _finite(move.coins),
        "percent": _rounded(move.percent),
        "allowed": [_rounded(edge) for edge in move.allowed] if move.allowed else None,
        "tagged": move.tagged,
        "claimed": {"at": str(claim.at), "written": claim.written} if claim else None,
        "holds": move.holds,
    }


def _range(one: economy.Range) -> Told:
    return {
        "stock": one.stock,
        "name": one.name,
        "least": one.least,
        "most": one.most,
        "step": _rounded(one.step),
    }


def _offer(one: economy.Offer, lang: Lang, names: Sequence[str]) -> Told:
    return {"id": one.id, "sentence": sentence(one.rule, one.facts, lang, names)}


# -- texts


def _reading(chapter: Chapter, lang: Lang) -> Iterator[Json]:
    names = chapter.names
    for meter in reading.meters(chapter):
        yield {
            **{name: getattr(meter, name) for name in _PLAIN},
            "place": place(meter.at, lang, names),
            "rare": list(meter.rare),
            "finance": list(meter.finance),
            "notes": [sentence(rule, facts, lang, names) for rule, facts in meter.notes],
        }


_PLAIN = (
    *("at", "kind", "letters", "hangul", "lines", "room", "fits", "sentences"),
    *("longest_sentence", "longest_eojeol", "percentile", "level"),
)


# -- the class


def _classed(room: Classroom, lang: Lang) -> Told:
    return {
        "players": room.players,
        "seed": room.seed,
        "start": room.start,
        "median": _rounded(room.median),
        "mean": _rounded(room.mean),
        "losing": _share(room.losing),
        "best": _rounded(_best(room)),
        "bins": [[edge, count] for edge, count in room.bins],
        "groups": [_group(one, lang) for one in room.groups],
    }


def _best(room: Classroom) -> float | None:
    best = room.group("best")
    return best.mean if best else None


def _group(group: Group, lang: Lang) -> Told:
    return {
        "kind": group.kind,
        "name": sentence(f"kind_{group.kind}", {}, lang),
        "players": group.players,
        "median": _rounded(group.median),
        "mean": _rounded(group.mean),
        "least": _rounded(group.finals[0]),
        "most": _rounded(group.finals[-1]),
        "losing": _share(group.losing),
        "worth": [_rounded(one) for one in group.worth],
        "lost_at": [_rounded(one) for one in group.lost_at],
    }


def _rounded(value: float | None) -> float | None:
    """To hundredths; what is whole stays whole."""
    known = _finite(value)
    return None if known is None else round(known, 2)


def _finite(value: Number | None) -> Number | None:
    """None for what is too large to be told."""
    return value if value is not None and math.isfinite(value) else None


def _share(value: float) -> float:
    return round(value, 4)


# -- before and after


def _changed(before: Chapter | None, after: Chapter) -> Iterator[str]:
    """Addresses that differ, by position; what is gone from the later one comes last."""
    if before is not None:
        keys = differing(leaves(before), leaves(after))
        yield from (written(key) for key in keys if key[2])


def _compared(was: _Seen | None, now: _Seen, options: Options) -> Told:
    return {
        "verdict": _verdict(was, now, options),
        "lessons": list(_guarded(was, now, options)),
        "bins": _bins(was, now) if options.room else None,
    }


def _verdict(was: _Seen | None, now: _Seen, options: Options) -> str:
    """What matters most, in one sentence; "" where nobody asks for the class."""
    if now.fault:
        return sentence(now.fault.rule, now.fault.facts, options.lang, now.chapter.names)
    if not options.room or now.room is None:
        return ""
    return lesson.said(lesson.verdict(was.room if was else None, now.room), options.lang)


def _guarded(was: _Seen | None, now: _Seen, options: Options) -> Iterator[Json]:
    """Lessons before and after; none where the later chapter cannot be played."""
    if now.room is None:
        return
    for one in lesson.guard(options.lessons, was.room if was else None, now.room):
        yield {**_lesson(one, options.lang), "state": one.state}


def _judged(seen: _Seen, options: Options) -> Iterator[Json]:
    """Lessons of one chapter alone."""
    if seen.room is not None:
        for one in lesson.guard(options.lessons, None, seen.room):
            yield _lesson(one, options.lang)


def _lesson(one: Guarded, lang: Lang) -> Told:
    return {
        "kind": one.lesson.kind,
        "name": lesson.name(one.lesson, lang),
        "holds": one.after.holds,
        "tested": one.after.tested,
        "sentence": lesson.told(one, lang),
    }


def _bins(was: _Seen | None, now: _Seen) -> Json:
    """Both distributions over the same edges."""
    rooms = {"before": was.room if was else None, "after": now.room}
    finals = {side: room.finals for side, room in rooms.items() if room}
    if not finals:
        return None
    edges = classroom.edges(*finals.values())
    counts = {side: [count for _, count in classroom.bins(finals[side], edges)] for side in finals}
    told: Told = {"edges": list(edges), "before": None, "after": None}
    return {**told, **counts}
