"""Where an edit's seconds went, as lines of the card above the review."""

from collections.abc import Iterable

from core.editing.trace import MAIN, PHASES, REPAIR, Call, Trace
from core.words.places import Lang
from pages.words import WORDS, fill

LEAST_S = 0.005
"""A shorter phase is not named."""


def seconds(trace: Trace, lang: Lang) -> list[tuple[str, str]]:
    """Name and time, the phases first and then the calls; nothing where no model was asked."""
    if not trace.calls:
        return []
    return [*_phases(trace, lang), *_calls(trace.calls, lang)]


def _phases(trace: Trace, lang: Lang) -> Iterable[tuple[str, str]]:
    say, shares = WORDS[lang], trace.shares()
    whole = sum(shares.values()) or 1.0
    for phase in PHASES:
        if (took := shares[phase]) >= LEAST_S:
            said = fill(say.trace_share, s=_short(took), n=round(100 * took / whole))
            yield getattr(say, f"trace_{phase}"), said


def _calls(calls: Iterable[Call], lang: Lang) -> Iterable[tuple[str, str]]:
    say = WORDS[lang]
    for one in calls:
        took = (one.joined if one.ended is None else one.ended) - one.joined
        said = fill(say.trace_call, at=_short(one.joined), s=_short(took))
        yield _named(one, lang), said


def _named(one: Call, lang: Lang) -> str:
    say = WORDS[lang]
    whole = {MAIN: say.trace_main, REPAIR: say.trace_repair}
    return whole.get(one.what) or fill(say.trace_turn, n=one.what[1:])


def _short(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
