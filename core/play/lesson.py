"""What a chapter teaches, tried on the class; and what an edit does to a class, in one sentence."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean, median
from typing import Final, Literal, TypeAlias, TypeVar, get_args

from core import words
from core.chapter.chapter import Number
from core.chapter.text import Json
from core.errors import Fact, WriterError
from core.play.classroom import KINDS, Classroom, Group, Kind
from core.words.places import Lang

Preset = Literal["spread", "news", "risk"]
Measure = Literal["mean", "median", "losing"]
Op = Literal[">=", "<="]
Unit = Literal["coins", "change", "share", "turns"]
State = Literal["kept", "turned", "mended", "fails"]
"""What an edit does to a lesson; kept and fails too where there was nothing before."""

MOST_LESSONS: Final = 8
MOST_COINS: Final = 10**9
"""The largest threshold in coins."""
CLEAR: Final = 0.005
"""Part of the start that a turn must cost before it is called a loss: 10 coins of 2000."""

_T = TypeVar("_T")
_RISKS: Final[tuple[Kind, ...]] = ("all_high", "all_mid", "all_low")
_WATCHED: Final[tuple[Kind, ...]] = ("equal", "follower", "cautious", *_RISKS, "random")
"""Kinds by how much it says of a chapter when they come to lose."""
_MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
_OPS: Final[tuple[Op, ...]] = get_args(Op)
_ROUNDING: Final = 1e-9
_KEY_MOST: Final = 40
_KEYS = frozenset({"kind", "left", "measure", "op", "right"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a chapter is to teach.

    spread  an equal split ends above the middle one of the three all-in bets. (Their mean is the
            equal split itself, up to the coins left over: it would say nothing.)
    news    following the news ends above random trading, in the mean
    risk    the all-in bets: the higher the risk, the more a turn brings in the mean, and high
            risk falls in a turn at least, and in no fewer turns than low risk
    own     `left` has at least (or at most) the measure of `right`, and `by` more (or less)
    """

    kind: Literal["spread", "news", "risk", "own"]
    left: Kind | None = None
    """None: the whole class."""
    measure: Measure = "mean"
    op: Op = ">="
    right: Kind | Number | None = None
    """A kind, the whole class, or a number: coins, of `losing` a share 0..1."""
    by: Number = 0
    """Coins, of `losing` a share; never below 0, and 0 where `right` is a number."""


PRESETS: Final[Mapping[str, Lesson]] = {kind: Lesson(kind) for kind in get_args(Preset)}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that a lesson is judged by."""

    name: str
    """Rule of its name in `core.words`."""
    value: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Judged:
    """A lesson, tried on one class."""

    lesson: Lesson
    holds: bool
    """False too when it cannot be tried."""
    figures: tuple[Figure, ...]
    """Empty when the class lacks a kind that it needs: no such risk, no news that name anybody."""

    @property
    def tested(self) -> bool:
        return bool(self.figures)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A lesson before and after an edit."""

    lesson: Lesson
    before: Judged | None
    after: Judged

    @property
    def state(self) -> State:
        held = self.before.holds if self.before else self.after.holds
        if self.after.holds:
            return "kept" if held else "mended"
        return "turned" if held else "fails"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence, for `said`."""

    rule: str
    facts: Mapping[str, Fact]


# -- as JSON


def read(value: Json) -> tuple[Lesson, ...]:
    """Lessons from a list of objects. Raises WriterError, naming the lesson and its key."""
    if not isinstance(value, list):
        raise WriterError("lesson_format", field="lessons")
    if len(value) > MOST_LESSONS:
        raise WriterError("lesson_many", count=len(value), most=MOST_LESSONS)
    return tuple(_lesson(number, one) for number, one in enumerate(value, 1))


def written(lessons: Sequence[Lesson]) -> list[Json]:
    """`read(written(lessons)) == lessons`."""
    return [_written(lesson) for lesson in lessons]


def _lesson(number: int, value: Json) -> Lesson:
    """The `number`th of a list, from 1."""
    given = value if isinstance(value, dict) else {}
    kind = _choice(given.get("kind"), (*PRESETS, "own"), number, "kind")
    needed = _KEYS if kind == "own" else {"kind"}
    known = {*needed, "by"} if kind == "own" else needed
    for key in (*sorted(needed - set(given)), *sorted(set(given) - known)):
        raise _unread(number, key)
    return PRESETS[kind] if kind != "own" else _own(given, number)


def _own(given: Mapping[str, Json], number: int) -> Lesson:
    left, right = given["left"], given["right"]
    measure = _choice(given["measure"], _MEASURES, number, "measure")
    by = _amount(given.get("by", 0), measure, number, "by")
    if by and right is not None and not isinstance(right, str):
        raise _unread(number, "by")
    return Lesson(
        kind="own",
        left=None if left is None else _choice(left, KINDS, number, "left"),
        measure=measure,
        op=_choice(given["op"], _OPS, number, "op"),
        right=_right(right, measure, number),
        by=by,
    )


def _right(value: Json, measure: Measure, number: int) -> Kind | Number | None:
    if isinstance(value, str):
        return _choice(value, KINDS, number, "right")
    return None if value is None else _amount(value, measure, number, "right")


def _choice(value: Json, known: Sequence[_T], number: int, key: str) -> _T:
    found = next((one for one in known if isinstance(value, str) and one == value), None)
    if found is None:
        raise _unread(number, key)
    return found


def _amount(value: Json, measure: Measure, number: int, key: str) -> Number:
    most = 1 if measure == "losing" else MOST_COINS
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise _unread(number, key)
    return value


def _unread(number: int, key: str) -> WriterError:
    return WriterError("lesson_format", field=f"{number}.{key[:_KEY_MOST]}")


def _written(lesson: Lesson) -> Json:
    if lesson.kind != "own":
        return {"kind": lesson.kind}
    told: dict[str, Json] = {"kind": lesson.kind, "left": lesson.left, "measure": lesson.measure}
    told |= {"op": lesson.op, "right": lesson.right}
    return {**told, "by": lesson.by} if lesson.by else told


# -- trying


def judge(lesson: Lesson, room: Classroom) -> Judged:
    """Whether it holds for this class."""
    missing = [kind for kind in _needed(lesson) if room.group(kind) is None]
    if missing:
        return Judged(lesson, False, ())
    holds, figures = _TRIALS[lesson.kind](lesson, room)
    return Judged(lesson, holds, figures)


def guard(
    lessons: Sequence[Lesson], before: Classroom | None, after: Classroom
) -> tuple[Guarded, ...]:
    """Each lesson before and after an edit; `before` is None where nothing could be played."""
    return tuple(
        Guarded(lesson, judge(lesson, before) if before else None, judge(lesson, after))
        for lesson in lessons
    )


_NEEDED: Final[Mapping[str, tuple[Kind, ...]]] = {
    "spread": ("equal", *_RISKS),
    "news": ("follower", "random"),
    "risk": _RISKS,
}


def _needed(lesson: Lesson) -> tuple[Kind, ...]:
    sides = (lesson.left, lesson.right)
    return _NEEDED.get(lesson.kind) or tuple(kind for kind in KINDS if kind in sides)


_Tried: TypeAlias = tuple[bool, tuple[Figure, ...]]


def _spread(_lesson: Lesson, room: Classroom) -> _Tried:
    split = _measured(room, "equal", "median")
    middle = median(_measured(room, kind, "median") for kind in _RISKS)
    figures = Figure("kind_equal", split, "coins"), Figure("figure_middle", middle, "coins")
    return split > middle, figures


def _news(_lesson: Lesson, room: Classroom) -> _Tried:
    told, chance = (_measured(room, kind, "mean") for kind in _NEEDED["news"])
    figures = Figure("kind_follower", told, "coins"), Figure("kind_random", chance, "coins")
    return told > chance, figures


def _risk(_lesson: Lesson, room: Classroom) -> _Tried:
    changes = {kind: group.lost_at for kind in _RISKS if (group := room.group(kind))}
    high, mid, low = gains = [fmean(each) for each in changes.values()]
    falls = {kind: sum(change < 0 for change in each) for kind, each in changes.items()}
    often, seldom = falls["all_high"], falls["all_low"]
    figures = (
        *(
            Figure(f"figure_{kind}", gain, "change")
            for kind, gain in zip(_RISKS, gains, strict=True)
        ),
        Figure("figure_falls_high", often, "turns"),
        Figure("figure_falls_low", seldom, "turns"),
    )
    return high >= mid >= low and high > low and often >= max(1, seldom), figures


def _own_threshold(lesson: Lesson, room: Classroom) -> _Tried:
    right, unit = lesson.right, _unit(lesson)
    one = _measured(room, lesson.left, lesson.measure)
    figures = [Figure(_who(lesson.left), one, unit)]
    if isinstance(right, int | float):
        two: float = right
    else:
        two = _measured(room, right, lesson.measure)
        figures.append(Figure(_who(right), two, unit))
    over = one - two if lesson.op == ">=" else two - one
    return over >= lesson.by - _ROUNDING, tuple(figures)


_TRIALS: Final[Mapping[str, Callable[[Lesson, Classroom], _Tried]]] = {
    "spread": _spread,
    "news": _news,
    "risk": _risk,
    "own": _own_threshold,
}


def _unit(lesson: Lesson) -> Unit:
    return "share" if lesson.measure == "losing" else "coins"


def _measured(room: Classroom, kind: Kind | None, measure: Measure) -> float:
    """Of a kind that the class has, or of the whole class."""
    group: Classroom | Group = (room.group(kind) if kind else None) or room
    return {"mean": group.mean, "median": group.median, "losing": group.losing}[measure]


# -- in words


def name(lesson: Lesson, lang: Lang) -> str:
    """What it says of the chapter; at most 80 characters."""
    return _begun(said(_says(lesson), lang))


def _says(lesson: Lesson) -> Verdict:
    if lesson.kind != "own":
        return Verdict(f"lesson_{lesson.kind}", {})
    least = "least" if lesson.op == ">=" else "most"
    facts: dict[str, Fact] = {
        "left": _who(lesson.left),
        "measure": f"measure_{lesson.measure}",
        "by": _exactly(lesson.by, _unit(lesson)),
    }
    if isinstance(lesson.right, int | float):
        facts["right"] = _exactly(lesson.right, _unit(lesson))
        return Verdict(f"lesson_{least}_{_unit(lesson)}", facts)
    facts["right"] = _who(lesson.right)
    against = f"by_{_unit(lesson)}" if lesson.by else "kind"
    return Verdict(f"lesson_{least}_{against}", facts)


def told(guarded: Guarded, lang: Lang) -> str:
    """How it stands, and the figures that say so."""
    lesson: Mapping[str, Fact] = {"lesson": name(guarded.lesson, lang)}
    if not guarded.after.tested:
        return words.sentence("lesson_untested", lesson, lang)
    earlier = guarded.before.figures if guarded.before else ()
    was = {figure.name: figure for figure in earlier}
    figures = ", ".join(_figure(was.get(now.name), now, lang) for now in guarded.after.figures)
    parts = [words.sentence(f"lesson_{guarded.state}", lesson, lang), f"{_begun(figures)}."]
    if not guarded.after.holds:
        parts.append(words.sentence("lesson_advice", {}, lang))
    return " ".join(parts)


def said(verdict: Verdict, lang: Lang) -> str:
    """The sentence; kinds and measures among its facts are said in the language too."""
    facts = {
        key: words.sentence(fact, {}, lang) if isinstance(fact, str) and fact in _SAID else fact
        for key, fact in verdict.facts.items()
    }
    return words.sentence(verdict.rule, facts, lang)


def _figure(was: Figure | None, now: Figure, lang: Lang) -> str:
    who, new = words.sentence(now.name, {}, lang), _shown(now.value, now.unit)
    old = _shown(was.value, was.unit) if was else new
    rule = f"figure_{now.unit}" if old == new else f"figure_{now.unit}_moved"
    return words.sentence(rule, {"who": who, "was": old, "now": new}, lang)


def _who(kind: Kind | None) -> str:
    return f"kind_{kind}" if kind else "kind_class"


_SAID = frozenset({*map(_who, (*KINDS, None)), *(f"measure_{one}" for one in _MEASURES)})


def _shown(value: float, unit: Unit) -> str:
    """Whole coins, half rounded up; a share as percent, to a tenth."""
    if unit == "share":
        return f"{round(100 * value, 1):g}"
    coins = math.floor(value + 0.5)
    return f"{coins:+,}" if unit == "change" and coins else f"{coins:,}"


# -- the verdict


def verdict(before: Classroom | None, after: Classroom) -> Verdict:
    """The most important thing that an edit does to the class; without `before`, how it does.

    In this order: who comes to end with a loss, or ceases to; who loses in a turn, or ceases to;
    which kind is ahead; the class's median; any other figure.
    """
    if before is None:
        return _alone(after)
    both = [
        (was, now)
        for kind in _WATCHED
        if (was := before.group(kind)) and (now := after.group(kind))
    ]
    found = chain(
        _endings(both, before, after),
        _turns(both, before, after),
        _ahead(before, after),
        _middle(before, after),
        _rest(before, after),
    )
    return next(found, Verdict("verdict_same", {}))


_Both: TypeAlias = Sequence[tuple[Group, Group]]
_TURNED: Final = {"loses": (False, True), "gains": (True, False)}
"""Whether there was a loss before, and whether there is one after."""


def _alone(room: Classroom) -> Verdict:
    first = _first(room)
    facts: dict[str, Fact] = {"median": _coins(room.median), "losing": _shown(room.losing, "share")}
    return Verdict(
        "verdict_alone", {**facts, "who": _who(first.kind), "most": _coins(first.median)}
    )


def _endings(both: _Both, before: Classroom, after: Classroom) -> Iterator[Verdict]:
    for rule, way in _TURNED.items():
        for was, now in both:
            if (was.median < before.start, now.median < after.start) == way:
                yield _moved(f"verdict_end_{rule}", was, now)


def _turns(both: _Both, before: Classroom, after: Classroom) -> Iterator[Verdict]:
    """Of chapters with as many turns."""
    if before.turn_max == after.turn_max:
        for rule, way in _TURNED.items():
            for was, now in both:
                yield from _turn(rule, way, was, now, -CLEAR * after.start)


def _turn(
    rule: str, way: tuple[bool, bool], was: Group, now: Group, loss: float
) -> Iterator[Verdict]:
    """The turn that changed most of those that turned `way`, if there are any."""
    changes = list(enumerate(zip(was.lost_at, now.lost_at, strict=True), 1))
    turned = [
        (turn, old, new)
        for turn, (old, new) in changes
        if (_is_lost(old, loss), _is_lost(new, loss)) == way
    ]
    if turned:
        turn, old, new = max(turned, key=lambda each: abs(each[2] - each[1]))
        facts: dict[str, Fact] = {"was": _shown(old, "change"), "now": _shown(new, "change")}
        yield Verdict(f"verdict_turn_{rule}", {**facts, "turn": turn, "who": _who(now.kind)})


def _is_lost(change: float, loss: float) -> bool | None:
    """None for a fall that is too small to be called a loss."""
    return None if loss < change < 0 else change <= loss


def _ahead(before: Classroom, after: Classroom) -> Iterator[Verdict]:
    was, now = _first(before), _first(after)
    if was.kind != now.kind:
        yield Verdict("verdict_ahead", {"was": _who(was.kind), "now": _who(now.kind)})


def _middle(before: Classroom, after: Classroom) -> Iterator[Verdict]:
    old, new = _coins(before.median), _coins(after.median)
    if old != new:
        rule = "verdict_up" if after.median > before.median else "verdict_down"
        yield Verdict(rule, {"was": old, "now": new})


def _rest(before: Classroom, after: Classroom) -> Iterator[Verdict]:
    """The kind whose median moves most, though the class's stays."""
    pairs = [(was, now) for now in after.groups if (was := before.group(now.kind))]
    was, now = max(pairs, key=lambda pair: abs(pair[1].median - pair[0].median))
    if _coins(was.median) != _coins(now.median):
        yield _moved("verdict_one", was, now)


def _moved(rule: str, was: Group, now: Group) -> Verdict:
    old, new = _coins(was.median), _coins(now.median)
    return Verdict(rule, {"who": _who(now.kind), "was": old, "now": new})


def _first(room: Classroom) -> Group:
    """The kind of players that ends with most."""
    return max((one for one in room.groups if one.players), key=lambda one: one.median)


def _exactly(value: float, unit: Unit) -> str:
    """A threshold as it was chosen, to hundredths."""
    return f"{round(100 * value if unit == 'share' else value, 2):,.12g}"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _coins(value: float) -> str:
    return _shown(value, "coins")
