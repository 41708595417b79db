"""The third gate: is a new text fit for a children's chapter, whatever it was asked to say.

Only what the new text has and the old one had not counts, so that no old fault blocks an edit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.chapter import prose
from core.chapter.chapter import RISKS, TAGS, Chapter
from core.chapter.ops import Change
from core.chapter.text import Json
from core.editing.prompt import CANARY, INSTRUCTIONS
from core.errors import Fact

LEAK = 32
"""Characters in a row that a text may not share with the instructions."""

_LINK = re.compile(
    r"(?i)https?:|ftp:|javascript:|data:[a-z]|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|kr|me|app|xyz)\b"
)
_PERSONAL = re.compile(
    r"(?<![0-9])(?:\+82[- .]?)?0?1[016789][- .]?[0-9]{3,4}[- .]?[0-9]{4}(?![0-9])"  # mobile
    r"|(?<![0-9])0[2-6][0-9]?[- .)][0-9]{3,4}[- .][0-9]{4}(?![0-9])"  # telephone
    r"|(?<![0-9])[0-9]{6}-[1-8][0-9]{6}(?![0-9])"  # resident number
    r"|(?<![0-9])[0-9]{2,6}-[0-9]{2,6}-[0-9]{4,8}(?![0-9])"  # bank account
    r"|(?<![0-9])(?:[0-9]{4}[- ]){3}[0-9]{4}(?![0-9])"  # card
    r"|[\w.+-]+@[\w-]+\.[A-Za-z]{2,}"
)
_FORMAT = re.compile(
    r'"(?:op|changes|reply)"\s*:|\b[ts][1-9][0-9]*\.(?:s[1-9]|result|news|name|expectation|risk)'
    r"|시스템 프롬프트|(?i:system prompt|ignore (?:all )?(?:the )?(?:previous|above) instructions)"
)
_UNFIT = re.compile(
    r"(?i)(?<![가-힣a-z])(?:"
    r"(?:씨발|시발|씹할|병신|개새끼|지랄|좆|섹스|야동|포르노|강간|성폭행|성매매|마약|필로폰|대마초|자살"
    r"|자해|살인|학살|참수|도박|카지노|담배|흡연)"
    r"(?=(?:은|는|이|가|을|를|과|와|의|도|만|에서|에게|에|으?로|부터|까지|처럼|예요|이에요|입니다|하고|하|했|한|할|당|범|자|꾼|장|들)*(?![가-힣]))"
    r"|(?:fuck|fucking|shit|sex|porn|rape|suicide|murder|cocaine|heroin|gambling|casino)(?![a-z]))"
)
_HANGUL = re.compile("[가-힣]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_LATIN_ASKED = re.compile(r"(?i)영어|english|translat|번역")
_EMPTY_ASKED = re.compile(
    r"(?i)비워|비우|삭제|지워|지우|빼|없애|제거|생략|remove|delete|empty|clear|erase|drop|without"
)
_TALKING = frozenset({"result", "news", "news_hint", "expectation", "description"})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a new text."""

    rule: str
    at: str
    facts: Mapping[str, Fact]


class Wording:
    """Judges the texts of one edit."""

    def __init__(self, chapter: Chapter, request: str) -> None:
        texts = [value for _, value in chapter.texts()]
        self._all = "\n".join(texts)
        self._letters = frozenset(self._all)
        self._korean = len(_HANGUL.findall(self._all)) > len(_LATIN_WORD.findall(self._all))
        self._korean = self._korean and not _LATIN_ASKED.search(request)
        self._emptying = bool(_EMPTY_ASKED.search(request))
        risks = {chapter.shared(n, "risk_level") for n in range(1, chapter.stock_count + 1)}
        self._labels = {"news_tag": frozenset(TAGS), "risk_level": risks | frozenset(RISKS)}

    def judge(self, changes: Sequence[Change]) -> Fault | None:
        """The first fault of what these changes write; what a rule derived is not judged."""
        for change in changes:
            if change.cause == "rule":
                continue
            for field, old, new in _texts(change):
                if found := next(self._faults(field, old, new), None):
                    return Fault(found[0], change.at, {**dict(found[1]), "at": change.at})
        return None

    def sayable(self, sentence: str) -> bool:
        """Whether a model's own sentence may be shown to the writer."""
        faults = [*prose.letters(sentence), *self._strange("", sentence)]
        return bool(sentence.strip()) and not faults

    def _faults(self, field: str, old: str, new: str) -> Iterator[prose.Fault]:
        if field in self._labels:
            if new not in self._labels[field]:
                yield ("tag_unknown" if field == "news_tag" else "risk_unknown"), _found(new)
            return
        if old.strip() and not new.strip() and not self._emptying:
            yield "emptied", ()
        had = {rule for rule, _ in prose.faults(field, old)}
        for fault in prose.faults(field, new):
            if not self._bearable(fault, had, longer=len(new) > len(old)):
                yield fault
        yield from self._strange(old, new)
        if field in _TALKING and self._korean and _other_language(new):
            yield "other_language", ()

    def _bearable(self, fault: prose.Fault, had: set[str], *, longer: bool) -> bool:
        """Old faults, foreign letters that the chapter uses, and news that fills its box."""
        rule, facts = fault
        if rule == "foreign_letters":
            return set(str(dict(facts)["found"]).rstrip("…")) <= self._letters
        if rule == "too_long":
            return not longer
        return rule in had or rule == "news_box"

    def _strange(self, old: str, new: str) -> Iterator[prose.Fault]:
        """What never belongs into a story: links, numbers of people, the prompt, unfit words."""
        for rule, pattern in _STRANGE:
            if (found := pattern.search(new)) and found[0] not in self._all + old:
                yield rule, _found(found[0])
        if CANARY in new or _shared_run(new):
            yield "leaked", ()


_STRANGE = (("link", _LINK), ("personal", _PERSONAL), ("leaked", _FORMAT), ("unfit", _UNFIT))


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


def _other_language(new: str) -> bool:
    return len(_LATIN_WORD.findall(new)) >= 3 and not _HANGUL.search(new)


def _found(text: str) -> tuple[tuple[str, Fact], ...]:
    return (("found", text[:40]),)


def _squeezed(text: str) -> str:
    return _SPACE.sub(" ", text)


_RUNS = frozenset(
    _squeezed(INSTRUCTIONS)[start : start + LEAK]
    for start in range(len(_squeezed(INSTRUCTIONS)) - LEAK + 1)
)


def _shared_run(new: str) -> bool:
    text = _squeezed(new)
    return any(text[start : start + LEAK] in _RUNS for start in range(len(text) - LEAK + 1))
