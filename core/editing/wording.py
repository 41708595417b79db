"""The third gate: is a new text fit for a children's chapter, whatever it was asked to say.

Only what the new text has and the old one had not counts, so that no old fault blocks an edit.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from core.chapter import personal, prose
from core.chapter.chapter import RISKS, SHARED, TAGS, Chapter
from core.chapter.ops import Change
from core.chapter.text import Json
from core.editing import debris
from core.errors import Fact

SAYABLE_MOST = 400
"""Characters of a model's own sentence that is worth showing; a reply has 50."""

_ENDINGS = (
    "com|net|org|io|kr|me|app|xyz|info|biz|shop|site|online|store|link|click|gg|ly|co|ru|cn|jp|dev"
    "|ai|edu|gov"
)
_LINK = re.compile(
    r"(?i)[a-z]{2,10}(?::|%3a)(?://|%2f)|h(?:tt|xx)ps?\s?(?::|%3a)|[a-z0-9-]\.[a-z]{2,}/|ftp:|javascript:|data:[a-z]|www\s?\."
    r"|(?<![a-z0-9-])[a-z0-9-]{1,63}(?:[.。]|\s?[\[({<]\s?(?:\.|dot|점)\s?[\])}>]\s?|\s(?:dot|닷)\s)"
    rf"(?:{_ENDINGS})(?![a-z0-9])|[가-힣]\.(?:com|net|org|kr|xyz)(?![a-z0-9])|[가-힣a-z0-9]닷컴"
    r"|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[0-9])"
)
_REACH = 40
"""Characters of a text beside which may finish what another begins."""
_FORMAT = re.compile(
    r'"(?:op|changes|reply)"\s*:|\b[ts][1-9][0-9]*\.(?:s[1-9]|result|news|name|expectation|risk)'
    rf"|\[(?i:{'|'.join(personal.KINDS)})_[0-9]+\]"
)
_PARTICLES = (
    r"(?=(?:은|는|이|가|을|를|과|와|의|도|만|에서|에게|에|으?로|부터|까지|처럼|예요|이에요|입니다|하고|하|했"
    r"|한|할|당|범|자|꾼|장|들|아|야){0,4}(?![가-힣]))"
)
_KILLING = r"죽(?:여|였|임|이(?:는|려|겠)|인(?!데|가|지|걸)|일\s?(?:거|것|테|듯|놈))"
_SWEARING = ("씨발", "시발", "씹할", "병신", "지랄", "섹스", "야동")
_SPELLED = ("개새끼", "포르노", "성폭행", "성매매", "필로폰", "대마초", "카지노")


def _apart(words: Sequence[str], between: str) -> str:
    return "|".join(between.join(word) for word in words)


_DOTTED = _apart(_SWEARING + _SPELLED, r"[^\w\s,]")
_SPREAD = _apart(_SPELLED, r"[^\w,]{1,3}")
_SPACED = _apart(_SWEARING, r"\s{1,3}")
_UNFIT = re.compile(
    r"(?i)(?<![가-힣a-z])(?:"
    r"(?:씨발|시발|씹할|병신|개새끼|지랄|좆|섹스|야동|포르노|강간|성폭행|성매매|마약|필로폰|대마초|자살"
    rf"|자해|살인|학살|참수|도박|카지노|담배|흡연|멍청이|등신|찌질이|미친\s?(?:놈|년)|닥쳐){_PARTICLES}"
    r"|(?:fuck|fucking|shit|sex|porn|rape|suicide|murder|cocaine|heroin|gambling|casino|bitch|bastard"
    r"|asshole|idiots?|moron)(?![a-z])"
    rf"|{_KILLING})"
    r"|(?:을|를)\s?죽이[고며면지자네]"
    rf"|(?<![가-힣a-z0-9])(?:{_DOTTED}){_PARTICLES}|(?<![가-힣])(?:{_SPREAD}){_PARTICLES}"
    rf"|(?<![가-힣])(?<![0-9한두세네섯곱덟홉열]\s)(?:{_SPACED})"
    r"(?=[!?.~…]|\s?(?:놈|년|새끼|아(?![가-힣])|같은)|\s*$)"
)
"""Spelled apart only what is nothing else then: 자 해 봐요, 세 시 발을 and 야 동이 are innocent."""
_INNOCENT = re.compile(
    r"(?<![가-힣])(?:숨|[가-힣]{0,2}소리|기척|울음|기|풀|빛|불빛|불|맛|속도|열기)"
    r"(?:(?:을|를|도)\s?(?:[가-힣]{1,5}\s)?|\s?)죽[이여였인일임]"
)
"""숨을 죽이다 is to hold one's breath."""
_TAUNT = re.compile(r"(?<![가-힣])(?:바보|멍청|똥개|못난이)")
"""No name for anything, unless the writer says so."""
_BREAKS = frozenset("\n\r\t\x0b\x0c")
_HANGUL = re.compile("[가-힣]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_LATIN_ASKED = re.compile(r"(?i)영어|english|translat|번역")
_EMPTY_ASKED = re.compile(
    r"(?i)비워|비우|삭제|지워|지우|빼|없애|제거|생략|remove|delete|empty|clear|erase|drop|without"
)
_TALKING = frozenset({"result", "news", "news_hint", "expectation", "description"})
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a new text."""

    rule: str
    at: str
    facts: Mapping[str, Fact]


class _Voice:
    """How a chapter is written: what it says already is no fault of an edit.

    All of it is worked out only when a text is in doubt, which most are not.
    """

    def __init__(self, chapter: Chapter) -> None:
        self.by_place = {str(at): value for at, value in chapter.texts()}
        self._texts = list(self.by_place.values())
        labels = (chapter.shared(n, "risk_level") for n in range(1, chapter.stock_count + 1))
        self.risks = frozenset({*labels, *RISKS})

    @cached_property
    def said(self) -> str:
        """All texts, as written and folded."""
        said = "\n".join(self._texts)
        return said if _folded(said) == said else f"{said}\n{_folded(said)}"

    def says(self, words: str) -> bool:
        return words in self.said

    @cached_property
    def letters(self) -> frozenset[str]:
        return frozenset("".join(self._texts))

    @cached_property
    def beside(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """What stands before and after each text: on the page, and in the turns beside it."""
        columns: dict[str, list[str]] = {}
        read = [at for at in self.by_place if at.rpartition(".")[2] not in _LABELS]
        for at in read:
            columns.setdefault(at.partition(".")[2], []).append(at)
        found: dict[str, list[tuple[str, str]]] = {}
        told = [at for at in read if ".s" not in at]
        for row in (read, told, *columns.values()):
            for before, at, after in zip(["", *row], row, [*row[1:], ""], strict=False):
                found.setdefault(at, []).append((before, after))
        return found

    @cached_property
    def korean(self) -> bool:
        said = "\n".join(self._texts)
        return len(_HANGUL.findall(said)) > len(_LATIN_WORD.findall(said))


_LABELS = frozenset({*SHARED, "news_tag"})
_NOTHING: Mapping[str, str] = {}
_VOICES: WeakKeyDictionary[Chapter, _Voice] = WeakKeyDictionary()


def _voice(chapter: Chapter) -> _Voice:
    if chapter not in _VOICES:
        _VOICES[chapter] = _Voice(chapter)
    return _VOICES[chapter]


class Wording:
    """Judges the texts of one edit."""

    def __init__(self, chapter: Chapter, request: str) -> None:
        self._voice = _voice(chapter)
        self._latin_asked = bool(_LATIN_ASKED.search(request))
        self._request = request
        self._emptying = bool(_EMPTY_ASKED.search(request))
        self._labels = {"news_tag": frozenset(TAGS), "risk_level": self._voice.risks}

    def judge(self, changes: Sequence[Change], now: Mapping[str, str] = _NOTHING) -> Fault | None:
        """The first fault of what these changes write; what a rule derived is not judged.

        `now`: texts by address that have changed before, beside which these will stand.
        """
        now = {**now, **{one.at: one.after for one in changes if isinstance(one.after, str)}}
        for change in changes:
            if change.cause == "rule":
                continue
            for field, old, new in _texts(change):
                found = next(self._faults(field, old, new), None) or self._taunt(change, new)
                if found := found or self._split(change.at, now):
                    return Fault(found[0], change.at, {**dict(found[1]), "at": change.at})
        return None

    def _taunt(self, change: Change, new: str) -> prose.Fault | None:
        named = change.op == "rename" or change.at.endswith(".name")
        found = _TAUNT.search(new) if named else None
        if not found or found[0] in self._voice.said or found[0] in self._request:
            return None
        return "unfit", _found(found[0])

    def _split(self, at: str, now: Mapping[str, str]) -> prose.Fault | None:
        """A number of a person that is begun in one text and finished in the next."""
        if not personal.begun(now.get(at, "")):
            return None
        for before, after in self._voice.beside.get(at, ()):
            parts = [now.get(one, self._voice.by_place.get(one, "")) for one in (before, at, after)]
            joined = " ".join((parts[0][-_REACH:], parts[1], parts[2][:_REACH]))
            if found := self._private(joined, ""):
                return "personal", _found(found)
        return None

    def _private(self, text: str, old: str) -> str:
        """Personal data that neither chapter nor request says; "" for none."""
        spans = personal.found(text)
        heard = (old, self._request, self._voice.said) if spans else ()
        found = (text[span.start : span.end] for span in spans)
        return next((one for one in found if not any(one in text for text in heard)), "")

    def sayable(self, sentence: str) -> bool:
        """Whether a model's own sentence may be shown to the writer."""
        if not sentence.strip() or len(sentence) > SAYABLE_MOST:
            return False
        return not any(True for _ in (*prose.letters(sentence), *self._strange("", sentence)))

    def _faults(self, field: str, old: str, new: str) -> Iterator[prose.Fault]:
        if field in self._labels:
            if new not in self._labels[field]:
                yield ("tag_unknown" if field == "news_tag" else "risk_unknown"), _found(new)
            return
        if old.strip() and not new.strip() and not self._emptying:
            yield "emptied", ()
        if len(new) > max(prose.READ_MOST, len(old)):
            yield "too_long", (("length", len(new)), ("most", prose.MOST.get(field, 0)))
            return
        had = {rule for rule, _ in prose.faults(field, old)}
        for fault in prose.faults(field, new):
            if not self._bearable(fault, had, longer=len(new) > len(old)):
                yield fault
        yield from self._strange(old, new)
        foreign = field in _TALKING and not self._latin_asked and _other_language(new, old)
        if foreign and self._voice.korean:
            yield "other_language", ()

    def _bearable(self, fault: prose.Fault, had: set[str], *, longer: bool) -> bool:
        """Old faults, foreign letters that the chapter uses, and news that fills its box."""
        rule, facts = fault
        if rule == "foreign_letters":
            return set(str(dict(facts)["found"]).rstrip("…")) <= self._voice.letters
        if rule == "too_long":
            return not longer
        return rule in had or rule == "news_box"

    def _strange(self, old: str, new: str) -> Iterator[prose.Fault]:
        """What never belongs into a story: links, numbers of people, the prompt, unfit words."""
        breaks = set(new) & _BREAKS
        if breaks and breaks - (set(old) or self._voice.letters):
            yield "line_break", ()
        for text in dict.fromkeys((new, _folded(new))):
            for rule, pattern in _STRANGE:
                if found := self._unheard(pattern, text, old):
                    yield rule, _found(found)
        if found := self._private(new, old):
            yield "personal", _found(found)
        for text in dict.fromkeys((new, _folded(new))):
            yield from debris.found(old, text, self._voice.says)

    def _unheard(self, pattern: re.Pattern[str], text: str, old: str) -> str:
        """What the pattern finds and neither the chapter nor the old text says; "" for nothing."""
        read = _INNOCENT.sub(" ", text) if pattern is _UNFIT else text
        found = dict.fromkeys(match[0] for match in pattern.finditer(read))
        return next((one for one in found if one not in self._voice.said and one not in old), "")


_STRANGE = (("link", _LINK), ("leaked", _FORMAT), ("leaked", prose.ORDER), ("unfit", _UNFIT))


def _texts(change: Change) -> Iterator[tuple[str, str, str]]:
    """Field, old and new text of everything that a change writes."""
    field = change.at.rpartition(".")[2]
    if isinstance(change.after, str):
        yield field, change.before if isinstance(change.before, str) else "", change.after
    elif change.op in ("add_turn", "add_stock"):
        yield from ((name, "", value) for name, value in _strings("", change.after))


def _strings(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(name, inner)


def _folded(text: str) -> str:
    """With full-width, raised and foreign digits and letters as plain ones."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _OTHER_DIGIT.sub(lambda digit: str(int(digit[0])), plain)


def _other_language(new: str, old: str) -> bool:
    """Mostly Latin, or no word at all where there were some."""
    hangul, words = len(_HANGUL.findall(new)), _LATIN_WORD.findall(new)
    if not hangul and not words:
        return not old.strip() or bool(_HANGUL.search(old))
    return len(words) >= 3 and sum(map(len, words)) > 2 * hangul


def _found(text: str) -> tuple[tuple[str, Fact], ...]:
    return (("found", text[:40]),)
