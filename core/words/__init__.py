"""Sentences for people, in Korean and English: every rule of an error or a finding has one.

A table maps a rule to `(Korean, English)` format strings. They are filled with the rule's facts and
with `{where}` (line, column and place), `{place}` (in words). `{name:은}` adds the particle that
follows the last sound of the name.
"""

from collections.abc import Mapping, Sequence

from core.chapter import korean, prose
from core.chapter.rules import Finding
from core.errors import Fact, TurnsmithError
from core.words import (
    changes,
    chapter,
    connection,
    edge,
    editing,
    instant,
    play,
    reading,
    service,
)
from core.words.places import Lang, field, place, short, tag

__all__ = ["TABLE", "Lang", "error", "finding", "place", "sentence"]

TABLE: Mapping[str, tuple[str, str]] = {
    **chapter.TABLE,
    **changes.TABLE,
    **editing.TABLE,
    **instant.TABLE,
    **play.TABLE,
    **reading.TABLE,
    **service.TABLE,
    **edge.TABLE,
    **connection.TABLE,
}
"""Rule to its sentence in Korean and English."""

FACT_MOST = 80
"""Characters that a sentence quotes."""
_LEADING = ("{where}", "{place}")


class _Word(str):
    """A fact that knows the particle after it: `{name:을}`, `‘{name:’을}`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        particle = spec.lstrip("’”)")
        mark = spec.removesuffix(particle)
        return str(self) + mark + (korean.josa(self, particle) if particle else "")


class _Facts(dict[str, _Word]):
    """What a sentence is filled with; a fact that nobody gave shows as "…"."""

    def __missing__(self, key: str) -> _Word:
        return _Word("…")


def sentence(rule: str, facts: Mapping[str, Fact], lang: Lang, names: Sequence[str] = ()) -> str:
    """The sentence of a rule. `names` are the chapter's stock names, to name places by them."""
    shown = tuple(map(_quoted, names[: korean.NAMES_MOST]))
    korean_text, english_text = TABLE.get(rule, chapter.UNKNOWN)
    template = korean_text if lang == "ko" else english_text
    filled = _Facts({key: _Word(_said(rule, key, fact, lang)) for key, fact in facts.items()})
    at = str(facts.get("at", ""))
    filled["at"] = _Word(short(at)) or filled["at"]
    filled["place"] = _Word(place(at, lang, shown))
    filled["where"] = _Word(_where(facts, lang, shown))
    filled["rule"] = _Word(rule)
    text = template.format_map(filled)
    return text[:1].upper() + text[1:] if template.startswith(_LEADING) else text


def error(problem: TurnsmithError, lang: Lang, names: Sequence[str] = ()) -> str:
    """What went wrong, where, and what to do."""
    return sentence(problem.rule, problem.facts, lang, names)


def finding(found: Finding, lang: Lang, names: Sequence[str] = ()) -> str:
    """What is broken, where, and what to do."""
    return sentence(found.rule, {**found.facts, "at": found.at}, lang, names)


def _said(rule: str, key: str, fact: Fact, lang: Lang) -> str:
    """A fact as people say it: kinds and fields in words, large counts with separators."""
    if (key == "kind" or rule == "not_array") and fact in chapter.KINDS:
        return chapter.KINDS[str(fact)][0 if lang == "ko" else 1]
    if key == "field":
        return field(str(fact), lang)
    if key == "tag":
        return tag(str(fact), lang)
    if key in chapter.GROUPED and isinstance(fact, int):
        return f"{fact:,}"
    return _quoted(str(fact))


def _quoted(text: str) -> str:
    """Its beginning, with what is invisible spelled out."""
    said = prose.visible(text[: FACT_MOST + 1])
    return said if len(said) <= FACT_MOST else said[: FACT_MOST - 1] + "…"


def _where(facts: Mapping[str, Fact], lang: Lang, names: Sequence[str]) -> str:
    """As exactly as the facts know: "6줄 24칸(t1.news, 1턴 뉴스)"."""
    line, column, at = facts.get("line"), facts.get("column"), str(facts.get("at", ""))
    gap = "" if lang == "ko" else " "
    spot = ""
    if line is not None:
        spot = f"{line}줄" if lang == "ko" else f"at line {line}"
    if line is not None and column is not None:
        spot += f" {column}칸" if lang == "ko" else f", column {column}"
    known = short(at)
    if spot and known:
        return f"{spot}{gap}({known}, {place(at, lang, names)})"
    if known:
        return f"{place(at, lang, names)}{gap}({known})"
    return spot or place("", lang)
