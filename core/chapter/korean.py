"""Korean in chapters: particles that follow a name, mentions of a name, plain sentences.

Particles follow the last sound as it is read (Standard Korean grammar, Hangul spelling rules 2017:
15, 34 to 36; what stands in brackets is skipped). A mention is a name with a left boundary and a
known tail; what cannot be told apart by form is listed for a yes or no, never changed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from unicodedata import is_normalized, normalize

Span = tuple[int, int]
Sound = Literal["open", "rieul", "closed", "unknown"]

NAME_MOST = 400
"""Characters; a longer name is looked for nowhere: its pattern alone would take seconds."""
NAMES_MOST = 12
"""Stocks whose names are looked for in texts; a chapter has three."""
EMOJI = (
    r"(?:[0-9#*]\ufe0f?\u20e3|[\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2"
    r"\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe0e\ufe0f\u200d\u20e3"
    r"\U0001f000-\U0001faff\U000e0020-\U000e007f])"
)
"""One character of an emoji; a keycap is taken whole."""

# -- particles

_PAIRS = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("으로", "로"),
    ("아", "야"),
    ("이야", "야"),
    ("이야말로", "야말로"),
    ("이여", "여"),
    ("이나", "나"),
    ("이랑", "랑"),
    ("이라", "라"),
    ("이란", "란"),
    ("이래", "래"),
    ("이랍", "랍"),
    ("이에요", "예요"),
)
"""After a final consonant, after a vowel. Where a form is in two rows, the first one counts."""
_IDA_ENDS = "고 며 지만 지요 죠 니 네요 거든 거나 든 던 다 면 더라 더니 요"
_SHRINKING = (*(("이" + end, end) for end in _IDA_ENDS.split()), ("이었", "였"), ("이어요", "여요"))
"""Forms of 이다 that may, but need not, lose 이 after a vowel."""
_FIXED = (
    "에게서 에게 한테서 한테 께서 께 에서 에 의 도 만 까지 부터 처럼 보다 마다 조차 마저 밖에 같이 "
    "하고 대로 만큼 뿐 커녕 끼리 쯤 치고 보고 더러 말고 으로서 로서 으로써 로써 으로 로 "
    "이랑 랑 과 와"
)
_ENDS = (
    "은 는 이 가 을 를 아 야 이야 이야말로 야말로 이여 여 이나마 나마 이나 나 요 은커녕 는커녕 "
    "이에요 예요 이어요 여요 이랍니다 랍니다 입니다 입니까 임"
)
_IDA = (
    r"(?:이었|였)[가-힣]*",
    r"이?라(?:고|는|면|도|서|며|니|니까|더니|네|기보다|거나|던|든가|든지|지만|면서)?(?:는|도|만|요)?",
    r"이?란",
    r"이?래(?:요|서|도)?",
    r"이?(?:고|며|지만|지요|죠|니|니까|네요|거든|거나|든|든지|든가|던|다|면|더라|더니)요?",
    r"인(?:데|지|가|걸)?(?:도|는|요)?",
    r"일(?:까|지|수록)?(?:도|는|요)?",
)


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_TAIL = re.compile(
    rf"(?:들|님|씨|네)?(?:{_any(_FIXED)}){{0,4}}(?:{'|'.join(_IDA)}|(?:{_any(_ENDS)})요?)?"
)
_AGREES_OR_SLIP = frozenset("은는을를와")
"""One-syllable particles that cannot be the end of a longer noun."""

_FINALS: Mapping[int, Sound] = {0: "open", 8: "rieul"}
_LETTERS: Mapping[str, Sound] = {"L": "rieul", "R": "rieul", "M": "closed", "N": "closed"}
_DIGITS: Mapping[str, Sound] = {
    **dict.fromkeys("178", "rieul"),
    **dict.fromkeys("036", "closed"),
    **dict.fromkeys("2459", "open"),
}
_LATIN: tuple[tuple[str, Sound], ...] = (
    (r"le?|[aeiou]ll?e", "rieul"),
    (r"m|n|ng|[aeiou][mn]e", "closed"),
    (r"(?:[^aeiou]|\b)[aeiouy](?:[bpkt]|ck)|ook", "closed"),
)
"""How a loan word ends in Hangul, by its last letters; everything else takes a vowel."""
_SILENT = re.compile(
    rf"(?:\)[^()]*\(|\][^\[\]]*\[|）[^（）]*（|\u20e3\ufe0f?[0-9#*]"
    rf"|[\s'\"’”‘“」』》〉〕\]\)）.,!?…~]|{EMOJI})*"
)
"""What stands behind the last sound, read backwards: marks, emoji, a bracket with what is in it."""


def josa(word: str, particle: str) -> str:
    """The form of `particle`, or of a tail that begins with one, that follows `word`.

    `josa("물개 공연", "는") == "은"`, `josa("여우", "으로부터") == "로부터"`. A tail that is
    not a particle, and any tail after a word whose sound is unknown, comes back as it is.
    """
    return _fitted(sound(word), particle, _PAIRS) if _TAIL.fullmatch(particle) else particle


def sound(word: str) -> Sound:
    """How `word` ends when read aloud; emoji, quotes and a closing bracket are passed over."""
    composed = normalize("NFC", word)
    return _last_sound(_spoken(composed) or composed.strip("()[]（） "))


def _spoken(text: str) -> str:
    """`text` up to its last sound. Read backwards, so that its time is linear."""
    silent = _SILENT.match(text[::-1])
    return text[: len(text) - silent.end()] if silent else text


def _last_sound(word: str) -> Sound:
    word, last = word[-40:], word[-1:]
    if "가" <= last <= "힣":
        return _FINALS.get((ord(last) - ord("가")) % 28, "closed")
    if last in tuple("%％℃°"):
        return "open"
    if found := re.search(r"[0-9][0-9,.]*$", word):
        return _number_sound(found[0])
    if found := re.search(r"[A-Za-z]+$", word):
        return _latin_sound(found[0])
    return "unknown"


def _number_sound(number: str) -> Sound:
    digits = number.replace(",", "").rstrip(".")
    zeros = len(digits) - len(digits.rstrip("0"))
    if "." not in digits and zeros and digits.strip("0"):
        return "open" if 12 <= zeros < 16 else "closed"  # 십 백 천 만 억 … only 조 is open
    return _DIGITS[digits[-1]]


def _latin_sound(word: str) -> Sound:
    if word.isupper():
        return _LETTERS.get(word[-1], "open")
    lower = word.lower()
    return next((heard for end, heard in _LATIN if re.search(rf"(?:{end})$", lower)), "open")


def _fitted(heard: Sound, tail: str, pairs: Iterable[tuple[str, str]]) -> str:
    if heard == "unknown":
        return tail
    if heard == "rieul" and tail.startswith(("으로", "로")):
        return tail.removeprefix("으")
    if heard == "open":
        return _swapped(tail, [(closed, vowel) for closed, vowel in pairs])
    return _swapped(tail, [(vowel, closed) for closed, vowel in (*_PAIRS, *_SHRINKING)])


def _swapped(tail: str, table: Sequence[tuple[str, str]]) -> str:
    fitting = [pair for pair in table if tail.startswith(pair[0])]
    if not fitting:
        return tail
    old, new = max(fitting, key=lambda pair: len(pair[0]))
    longer = any(tail.startswith(form) and len(form) > len(old) for form, _ in _SHRINKING)
    other = old == "이" and tail not in ("이", "이요")
    return tail if longer or other else new + tail[len(old) :]


# -- mentions


@dataclass(frozen=True, slots=True)
class _Mention:
    name: Span
    tail: Span
    """Where its particle stands, behind quotes, emoji and brackets; empty when it has none."""
    whole: bool
    """False when the name's emoji is left out."""
    sure: bool
    """False for a one-syllable name in a sentence, and for a name with an unknown tail."""


_QUOTES = r"['\"’”」』》〉\])]{0,4}"
_GAP = rf"{_QUOTES}(?:[ ]?{EMOJI}){{0,12}}(?:[ ]?\([^()\n]{{0,40}}\))?{_QUOTES}"
_AND = r"\s*(?:와|과|이랑|랑|하고|,|·|및|그리고)\s*"
_CLUSTER = re.compile(
    r"[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7]*[\u11a8-\u11ff]*|.[\u0300-\u036f]*", re.DOTALL
)


def bare(name: str) -> str:
    """The name without emoji and the space after them; "" when it is emoji alone."""
    return " ".join(re.sub(rf"(?:{EMOJI})+\s*", " ", name).split())


def mentions(text: str, name: str) -> list[Span]:
    """Where `text` surely means `name`, without the particle, in reading order.

    Spacing variants and decomposed Hangul count; so does an emoji name without its emoji. A
    one-syllable name counts only when it is quoted or all there is.
    """
    composed, offsets = _composed(text)
    return [_moved(found.name, offsets) for found in _sure(composed, name)]


def rename(text: str, old: str, new: str) -> str:
    """`text` with every sure mention of `old` changed to `new`, and its particle after it."""
    if not old.strip() or old == new:
        return text
    composed, offsets = _composed(text)
    edits = _renaming(composed, _sure(composed, old), old, new)
    return _edited(text, {_moved(span, offsets): put for span, put in edits.items()})


def reword(text: str, short: str, new: str, kept: Sequence[str] = ()) -> str:
    """`text` with every mention of `short` changed to `new`, also one that is not sure.

    What stands inside a mention of a longer name of `kept` stays.
    """
    if not short.strip() or short == new:
        return text
    composed, offsets = _composed(text)
    core = _joined(short)
    longer = [name for name in kept if core in _joined(name) and core != _joined(name)]
    hidden = _hidden(composed, longer)
    meant = [one for one in _found(hidden, short) if _joined(hidden[slice(*one.name)]) == core]
    edits = _renaming(composed, meant, short, new)
    return _edited(text, {_moved(span, offsets): put for span, put in edits.items()})


def _joined(name: str) -> str:
    """Without emoji and spaces, composed."""
    return "".join(normalize("NFC", bare(name) or name).split())


def _renaming(text: str, found: Iterable[_Mention], old: str, new: str) -> dict[Span, str]:
    """What comes in place of each mention, and of the particle after it."""
    sounds, plain = (sound(old), sound(new)), bare(new) or new
    edits: dict[Span, str] = {}
    for one in found:
        edits[one.name] = new if one.whole else plain
        edits[one.tail] = _retailed(*sounds, text[slice(*one.tail)])
    return edits


def misfits(text: str, name: str) -> list[tuple[Span, str]]:
    """Particles after `name` that do not fit its sound: where each stands, and the right one."""
    composed, offsets = _composed(text)
    heard = sound(name)
    wrong: list[tuple[Span, str]] = []
    for found in _sure(composed, name, strict=False):
        tail = composed[slice(*found.tail)]
        right = tail if _is_personal(heard, tail) else josa(name, tail)
        if right != tail:
            wrong.append((_moved(found.tail, offsets), right))
    return wrong


def _sure(text: str, name: str, *, strict: bool = True) -> list[_Mention]:
    return [found for found in _found(text, name, strict=strict) if found.sure]


def _found(text: str, name: str, *, strict: bool = True) -> Iterator[_Mention]:
    core = normalize("NFC", bare(name) or name)
    if not 0 < len("".join(core.split())) <= len(text) or len(core) > NAME_MOST:
        return
    heard = sound(name)
    lonely = len(core) > 1 or bare(text) == core
    for match in _pattern(normalize("NFC", name)).finditer(text):
        known = _known(heard, match["tail"], strict=strict)
        tail = match.span("tail") if known and match["tail"] else (match.end(), match.end())
        sure = (known or match["gap"] != "") and (lonely or _is_quoted(text, match.span()))
        end = match.end() if known or match["gap"] else match.end("tail")
        yield _Mention((match.start(), end), tail, match["whole"] is not None, sure)


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    whole, plain = _spaced(name), _spaced(bare(name) or name)
    return re.compile(
        rf"(?:(?P<whole>{_edge(name)}{whole})|{_edge(bare(name) or name)}{plain})"
        rf"(?=(?P<gap>{_GAP})(?P<tail>\w{{0,40}}))"
    )


def _edge(name: str) -> str:
    return r"(?<!\w)" if re.match(r"\w", name) else ""


def _spaced(name: str) -> str:
    return r"\s{0,2}".join(_loose(word) for word in name.split())


def _loose(word: str) -> str:
    """A compound may be written in two words where both have two syllables: 마법 연구소."""
    if not re.fullmatch(r"[가-힣]{4,24}", word):
        return re.sub(EMOJI, "\\g<0>\ufe0f?", re.escape(word.replace("\ufe0f", "")))
    return word[:2] + "".join(" ?" + letter for letter in word[2:-1]) + word[-1]


def _known(heard: Sound, tail: str, *, strict: bool = True) -> bool:
    """Whether `tail` is one of a word that ends so; a slip counts unless it may be a noun's end."""
    if not _TAIL.fullmatch(tail):
        return _is_personal(heard, tail)
    sure = len(tail) != 1 or tail in _AGREES_OR_SLIP or not strict
    return sure or _fitted(heard, tail, _PAIRS) == tail


def _is_personal(heard: Sound, tail: str) -> bool:
    """길동이는, 길동이에게: an 이 that a given name takes after a consonant."""
    if heard not in ("closed", "rieul") or tail[:1] != "이" or _TAIL.fullmatch(tail):
        return False
    return bool(_TAIL.fullmatch(tail[1:]))


def _retailed(was: Sound, heard: Sound, tail: str) -> str:
    if _is_personal(was, tail):
        return tail[1:] if heard == "open" else tail
    return _fitted(heard, tail, _PAIRS if was == heard else (*_PAIRS, *_SHRINKING))


def _is_quoted(text: str, span: Span) -> bool:
    before, after = text[max(0, span[0] - 1) : span[0]], text[span[1] : span[1] + 1]
    return before in tuple("'\"‘“「『《〈") and after in tuple("'\"’”」』》〉")


def _edited(text: str, edits: dict[Span, str]) -> str:
    pieces, position = [], 0
    for (start, end), put in sorted(edits.items()):
        old = text[start:end]
        form: Literal["NFC", "NFD"] = "NFC" if is_normalized("NFC", old) else "NFD"
        pieces += [text[position:start], put if form == "NFC" else normalize(form, put)]
        position = end
    return "".join([*pieces, text[position:]])


def _composed(text: str) -> tuple[str, Sequence[int]]:
    """`text` in NFC, and for each of its positions the one in `text`."""
    if is_normalized("NFC", text):
        return text, range(len(text) + 1)
    letters, offsets = [], []
    for found in _CLUSTER.finditer(text):
        composed = normalize("NFC", found[0])
        letters.append(composed)
        offsets += [found.start()] * len(composed)
    return "".join(letters), [*offsets, len(text)]


def _moved(span: Span, offsets: Sequence[int]) -> Span:
    return offsets[span[0]], offsets[span[1]]


# -- what is left for a yes or no

_MAX_WORDS = 12
"""A longer name has no short forms."""


def short_mentions(text: str, name: str, others: Sequence[str]) -> list[str]:
    """Forms in `text` (as it was before the rename) that may mean `name`, each once.

    Short forms (방패 for 달빛 방패), shared heads (둘째와 셋째 돼지), names with an unknown
    tail, and one-syllable names. `others` are the chapter's other names.
    """
    found = (text[start:end] for start, end in short_spans(text, name, others))
    return list(dict.fromkeys(normalize("NFC", one) for one in found))


def short_spans(text: str, name: str, others: Sequence[str]) -> list[Span]:
    """Where the forms of `short_mentions` stand, without their particles, in reading order."""
    composed, offsets = _composed(text)
    rivals = [bare(other) for other in others[:NAMES_MOST] if bare(other) != bare(name)]
    rivals = [rival for rival in rivals if len(rival) <= NAME_MOST]
    unsure = [found.name for found in _found(composed, name) if _may_be(composed, found, name)]
    return [_moved(span, offsets) for span in sorted({*unsure, *_short(composed, name, rivals)})]


def _may_be(text: str, found: _Mention, name: str) -> bool:
    """별 of 별빛 is another word; 쇼장 of 돌고래 쇼장 may be meant."""
    core = bare(name) or name
    return not found.sure and (len(core) > 1 or bare(text[slice(*found.name)]) == core)


def _short(text: str, name: str, rivals: Sequence[str]) -> Iterator[Span]:
    words, own = _parts(bare(name), rivals)
    if not own or len(words) > _MAX_WORDS or len(name) > NAME_MOST:
        return
    hidden = _hidden(text, [name, *rivals])
    for match in _runs(words).finditer(hidden):
        if any(word in match[0] for word in own) and _known(sound(match[0]), match["tail"]):
            yield match.start(), _shared_head(text, match.end(), name, rivals)


def _parts(core: str, rivals: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Words that may stand for the name, and those of them that no other name has.

    A long single word is taken apart: 연구소 and 서커스 for 마법연구소 and 서커스단. A
    one-syllable word counts only as the head, which comes last.
    """
    words = tuple(word for word in core.split()[:-1] if len(word) > 1) + tuple(core.split()[-1:])
    if len(core.split()) > 1:
        taken = {word for rival in rivals for word in rival.split()}
        return words, [word for word in words if word not in taken]
    if not re.fullmatch(r"[가-힣]{4,24}", core):
        return (), []
    parts = [*(core[start:] for start in range(1, len(core) - 1)), core[:-1]]
    own = [part for part in parts if not any(part in rival for rival in rivals)]
    return tuple(own), own


@lru_cache(maxsize=256)
def _runs(words: tuple[str, ...]) -> re.Pattern[str]:
    """One or more of the words, in their order."""
    later = [
        "".join(rf"(?:\s{{0,2}}{re.escape(w)})?" for w in words[n:])
        for n in range(1, len(words) + 1)
    ]
    runs = (re.escape(word) + more for word, more in zip(words, later, strict=False))
    return re.compile(rf"(?<!\w)(?:{'|'.join(runs)})(?={_GAP}(?P<tail>\w{{0,40}}))")


def _hidden(text: str, names: Iterable[str]) -> str:
    """`text` with every sure mention of `names` blotted out, as long as it was."""
    for name in names:
        spans = [found.name for found in _sure(text, name)]
        text = _edited(text, {span: "\0" * (span[1] - span[0]) for span in spans})
    return text


def _shared_head(text: str, end: int, name: str, rivals: Sequence[str]) -> int:
    """Where 둘째와 셋째 돼지 ends, when `end` is behind 둘째 of 둘째 돼지; else `end`."""
    head = bare(name).split()[-1]
    leads = [rival.removesuffix(head).strip() for rival in rivals if rival.endswith(" " + head)]
    if not leads:
        return end
    lead = "|".join(map(re.escape, leads))
    found = re.compile(rf"(?:{_AND}(?:{lead}))+\s*{re.escape(head)}").match(text, end)
    return found.end() if found else end


# -- words and sentences

_SENTENCE = re.compile(r"[^.!?…。！？\n]+[.!?…。！？]*")
_PAST = "".join(map(chr, range(ord("갔"), ord("힣"), 28)))
"""Every syllable that ends in ㅆ."""
_PLAIN = re.compile(rf"(?<!니)다$|[{_PAST}없]음$|됨$")
_NOUNS_IN_DA = ("바다", "판다", "사이다", "소다", "수다", "캐나다")


def plain_sentences(text: str) -> list[str]:
    """Sentences that end in plain -다 or -음, not in -니다 or -요, without their end marks."""
    sentences = (_spoken(found[0]).strip() for found in _SENTENCE.finditer(text))
    return [one for one in sentences if _PLAIN.search(one) and not one.endswith(_NOUNS_IN_DA)]
