"""Requests to rename: A를 B로 바꿔줘. It is a rename only where A occurs in the chapter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakKeyDictionary

from core.chapter import korean
from core.chapter.chapter import SHARED, Address, Chapter
from core.chapter.ops import Op, Rename, Set
from core.editing.request import Answer, Clause, Reading, Ready, ask, quote, tokens

_MOST_NAME = 40
_MOST_TEXT = 200
"""Characters of a clause that renames: every reading of it looks through the whole chapter."""
_MOST_READINGS = 6
_RENAMING = frozenset({"change", "rename", "fix", "set"})

_INTO = re.compile(r"(?:으로|로|이라고|라고)(?=\s|$)")
_OBJECT = re.compile(r"(?:을|를|은|는|대신에?)\s+")
_ARROW = re.compile(r"\s*(?:→|⇒|->|=>)\s*")
_LEAD = re.compile(
    r"^(?:(?:이\s)?(?:챕터|이야기|글|모든\s?턴|모든\s?곳|전체)(?:\s?전체)?(?:에서|에|의)\s*(?:나오는\s*)?"
    r"|(?:모든|모두|전부|그리고|또|그|이)\s+"
    r"|(?:종목|캐릭터|단어|낱말|글자|이름)(?:\s이름)?\s+(?=['‘\"“「『]))"
)
_CALLED = re.compile(
    r"\s*(?:의|이라는|라는|이란|란)?\s*(?:이름|명칭|말|단어|낱말|글자|종목명)$|\s*(?:의|이라는|라는)$"
)
_ALL = re.compile(r"^(?:(?:모두|전부|다|싹|이제|그냥|각각)\s+)+")
_NAME_ASKED = re.compile(r"이름|명칭|종목명|\bnames?\b|\brename\b", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:please|(?:can|could|would) you|i want(?: you)? to|i['’]d like(?: you)? to|let['’]s"
    r"|now|then|and|also)\s+)+",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    r"(?:\s+(?:everywhere|throughout(?: the (?:whole |entire )?(?:chapter|story))?|for me|too"
    r"|in (?:all|every) (?:the )?turns?|in the (?:whole |entire )?(?:chapter|story)))+$",
    re.IGNORECASE,
)
_ENGLISH_LEAD = re.compile(
    r"^(?:all |every )?(?:the )?(?:(?:stock|company|character|word|term|name)s?(?: name)?"
    r"(?: of(?: the)?| called| named)?(?: stock)? +)(?!#?\d)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?:rename|change|update|replace|switch|turn|call)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL
)
_INSTEAD = re.compile(r"use\s+(?P<new>.+?)\s+instead of\s+(?P<old>.+)", re.IGNORECASE)
_ENGLISH_INTO = re.compile(r"\s+(?:to|into|with|by|as|for)\s+", re.IGNORECASE)
_ENGLISH_LIST = re.compile(
    r"\s*(?:[,;]\s*(?:(?:and|then)\s+)?|\s(?:and|&|plus|then)\s+)(?:also\s+)?"
    r"(?:(?:rename|change|turn|replace)\s+)?",
    re.IGNORECASE,
)
_KOREAN_LIST = re.compile(r"(?<=로)(?:,\s*|\s+)(?:그리고\s+|또\s+)?(?=.*?[을를은는]\s.*로)")
_LISTED_INTO = re.compile(r"\s+(?:to|into|with|by|as)\s+|\s*(?:→|⇒|->|=>)\s*", re.IGNORECASE)
_OLD_AND_NEW = 2
_TAILED = re.compile(r"\s(?:to|into)\s", re.IGNORECASE)
_NO_NEW = re.compile(r"(?P<a>.*?)(?:의)?\s*(?:이름|명칭)(?:을|를|도|만|은|좀)?(?P<rest>(?:\s.*)?)$")
_ENGLISH_NO_NEW = re.compile(
    r"(?:rename\s+(?P<a>.+)|(?:change|update)\s+(?:the name of\s+(?P<b>.+)|(?P<c>.+?)['’]s name"
    r"|(?P<d>the )?name))",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"이야기|스토리|내용|문장|말투|문체|분위기|글|전체|표현|느낌|제목|줄거리|설정|세계관|장르|난이도|톤|결말"
    r"|언어|이것|이걸|그것|그걸|모두|\b(?:tone|style|mood|story|plot|ending|everything|it|language"
    r"|texts?|sentences?|all|this|that|them|chapter|genre|setting|theme|contents?|wording)\b",
    re.IGNORECASE,
)
_TASTE = re.compile(
    r"(?:^|\s)(?:더|덜|조금|좀|훨씬|매우|아주|다른|새로운|어울리는|적당한|비슷한|여러|재미있는)(?:\s|$)"
    r"|(?:하|롭|스럽|있|없|나|지|쉽|렵|쁘|르|운)게(?:\s|$)|(?:이름|느낌|분위기|스타일|버전|풍|이야기|표현|말투|말|것|거|식|톤|배경|설정)$"
    r"|[가-힣]{2,}(?:을|를)\s"
    r"|\b(?:more|less|better|something|someone|another|different|other|new|fitting|suitable|so|be)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """Old and new as written, and whether they stood in quotes."""

    old: str
    new: str
    old_quoted: bool
    new_quoted: bool


def read(clause: Clause) -> Reading:
    """A rename or several, or the question which name is meant or what it becomes."""
    if _swaps_names(clause):
        return _swapped(clause.chapter, *clause.places("stock"))
    text = clause.text.strip().rstrip(".!~… ")
    if len(text) > _MOST_TEXT:
        return None
    return _several(clause, text) or _single(clause, text)


def _several(clause: Clause, text: str) -> Reading:
    """A to B and C to D: a rename each; None where the text is no such list."""
    for parts in (_english_parts(text), _parted(text, _KOREAN_LIST)):
        if 1 < len(parts) <= _MOST_READINGS:
            found = [_single(replace(clause, text=part), part) for part in parts]
            if all(found):
                return _joined(found)
    return None


def _english_parts(text: str) -> list[str]:
    """Each as a sentence, where each has one `to` or arrow."""
    found = _ENGLISH.fullmatch(_helped(text))
    parts = _parted(found["rest"] if found else text, _ENGLISH_LIST)
    into = _LISTED_INTO if found else _ARROW
    if any(len(_parted(part, into)) != _OLD_AND_NEW for part in parts):
        return []
    return [part if _ARROW.search(part) else f"rename {part}" for part in parts]


def _parted(text: str, cut: re.Pattern[str]) -> list[str]:
    """The parts between what is cut away outside quotes."""
    held, parts, start = _quotes(text), [], 0
    for found in cut.finditer(text):
        if not _inside(found.start(), held):
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _joined(readings: Iterable[Reading]) -> Reading:
    """All renames, or the first answer that is none."""
    groups: list[tuple[Op, ...]] = []
    for reading in readings:
        if not isinstance(reading, Ready):
            return reading
        groups += reading.groups
    return Ready(tuple(groups))


def _single(clause: Clause, text: str) -> Reading:
    wishes = [*_korean(text, clause.chapter), *_arrows(text, clause.chapter), *_english(text)]
    if len(wishes) > _MOST_READINGS:
        return None
    if wishes:
        return _chosen(clause, wishes)
    return _without_new(clause, text)


# -- what is said


def _korean(text: str, chapter: Chapter) -> Iterator[_Wish]:
    """Every reading of `A를 B로 …` whose rest is only a verb."""
    held = _quotes(text)
    for into in reversed([*_INTO.finditer(text)]):
        if _inside(into.start(), held) or not _just_a_verb(text[into.end() :], chapter):
            continue
        left = text[: into.start()]
        for cut in _OBJECT.finditer(left):
            if not _inside(cut.start(), held):
                yield _wish(_bared(left[: cut.start()]), left[cut.end() :])
        return


def _arrows(text: str, chapter: Chapter) -> Iterator[_Wish]:
    held = _quotes(text)
    cuts = [cut for cut in _ARROW.finditer(text) if not _inside(cut.start(), held)]
    if len(cuts) != 1:
        return
    old, new = text[: cuts[0].start()], text[cuts[0].end() :]
    into = next((m for m in _INTO.finditer(new) if _just_a_verb(new[m.end() :], chapter)), None)
    yield _wish(_bared(old), new[: into.start()] if into else new)


def _english(text: str) -> Iterator[_Wish]:
    plain = _helped(text)
    if found := _INSTEAD.fullmatch(plain):
        yield _wish(_led(found["old"]), found["new"])
    elif found := _ENGLISH.fullmatch(plain):
        rest, held = found["rest"], _quotes(found["rest"])
        for cut in _ENGLISH_INTO.finditer(rest):
            if not _inside(cut.start(), held):
                yield _wish(_led(rest[: cut.start()]), rest[cut.end() :])


def _helped(text: str) -> str:
    """Without the politeness around an English sentence."""
    plain = _POLITE.sub("", re.sub(r",?\s+please$", "", text.rstrip("? "), flags=re.IGNORECASE))
    return _EVERYWHERE.sub("", plain)


def _led(old: str) -> str:
    old = re.sub(r"['’]s names?$", "", old.strip(), flags=re.IGNORECASE)
    return re.sub(r"^the\s+", "", _ENGLISH_LEAD.sub("", old), flags=re.IGNORECASE).strip()


def _bared(old: str) -> str:
    """The name in "챕터 전체에서 'A'라는 말"."""
    old = old.strip()
    while (shorter := _LEAD.sub("", old)) != old:
        old = shorter
    return _CALLED.sub("", old).strip()


def _wish(old: str, new: str) -> _Wish:
    new = _ALL.sub("", new.strip())
    bare_old, bare_new = _unquoted(old), _unquoted(new)
    return _Wish(bare_old, bare_new, bare_old != old, bare_new != new)


def _unquoted(text: str) -> str:
    found = quote(text, 0)
    whole = found and found[2] - len(found[1]) == len(text)
    return found[0].strip() if found and whole else text


def _quotes(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    position = 0
    while position < len(text):
        found = quote(text, position)
        if found:
            spans.append((position, found[2] - len(found[1])))
        position = spans[-1][1] if found else position + 1
    return spans


def _inside(position: int, held: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in held)


def _just_a_verb(rest: str, chapter: Chapter) -> bool:
    for token in tokens(rest, chapter):
        verb = token.kind == "verb" and token.value in _RENAMING
        named = token.kind == "field" and token.value == "name"
        everywhere = token.kind == "mark" and token.value in ("all", "turns")
        if not (verb or named or everywhere or token.kind == "filler"):
            return False
    return True


# -- what a model did of it

_NAME_WORDS = 3
"""Most words of a name that stands in a longer request."""
_NAMELESS = re.compile(r"(?:이름|명칭|\bnames?)$", re.IGNORECASE)


def replaced(request: str, before: str, after: str) -> tuple[str, str] | None:
    """The name that a new text no longer has because the request gives another, and that one.

    Also where the request does not say the old name, and nothing else has changed in the text.
    """
    for old, new in _exchanges(request):
        if not korean.mentions(after, new) or korean.mentions(before, new):
            continue
        if old and korean.mentions(before, old) and not korean.mentions(after, old):
            return old, new
        if not old and (found := _renamed_alone(before, after, new)):
            return found, new
    return None


def _renamed_alone(before: str, after: str, new: str) -> str:
    """What the new name stands for, where renaming it is all that was done; "" where it is not."""
    words = before.split()
    starts = {word[:end].strip("‘’'\"“”") for word in words for end in range(2, len(word) + 1)}
    for old in sorted(starts - {""}, key=len):
        if len(old) > 1 and korean.rename(before, old, new) == after:
            return old
    return ""


@lru_cache(maxsize=64)
def _exchanges(request: str) -> tuple[tuple[str, str], ...]:
    """Every old and new name that a longer request may mean, the longest first.

    The old one is "" where it is only called a name.
    """
    text = request[:_MOST_TEXT]
    found = {
        ("" if _NAMELESS.search(old) else _unquoted(_bared(old)), _unquoted(new))
        for left, right in _sides(text)
        for old in _ends(left.split(), last=True)
        for new in _ends(right.split(), last=False)
    }
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), -len(pair[1]), pair)))


def _sides(text: str) -> Iterator[tuple[str, str]]:
    """What stands before and after the place where one becomes the other."""
    for into in _INTO.finditer(text):
        left = text[: into.start()]
        for cut in _OBJECT.finditer(left):
            if len(left[cut.end() :].split()) <= _NAME_WORDS:
                yield left[: cut.start()], left[cut.end() :]
    for cut in (*_ARROW.finditer(text), *_ENGLISH_INTO.finditer(text)):
        yield text[: cut.start()], text[cut.end() :]


def _ends(words: Sequence[str], *, last: bool) -> Iterator[str]:
    for count in range(1, min(len(words), _NAME_WORDS) + 1):
        yield " ".join(words[-count:] if last else words[:count]).strip(",.;!?")


# -- what it means


def _chosen(clause: Clause, wishes: list[_Wish]) -> Reading:
    present = [w for w in wishes if occurs(clause.chapter, _old(clause, w))]
    plain = [w for w in present if w.new_quoted or _plain_name(w.new, clause.chapter)]
    if len(plain) == 1 and _runs_on(plain[0], clause.chapter):
        return ask("name_whole", clause.chapter, name=plain[0].new)
    if len(plain) == 1:
        return _renamed(clause, plain[0])
    if present or len(wishes) != 1:
        return None
    return _unknown(clause, wishes[0])


def _runs_on(wish: _Wish, chapter: Chapter) -> bool:
    """Whether the new name might hold a second wish: "B and C to D"."""
    others = {korean.bare(name) for name in chapter.names} - {wish.old, korean.bare(wish.old), ""}
    if wish.new_quoted or wish.new in others:
        return False
    longer = any(korean.mentions(wish.new, name) for name in others - {korean.bare(wish.new)})
    return longer or bool(_TAILED.search(wish.new))


def occurs(chapter: Chapter, name: str) -> bool:
    """Whether some text of the chapter surely mentions `name`."""
    letters = {_squeezed(name), _squeezed(korean.bare(name))} - {""}
    if not any(form in _letters(chapter) for form in letters):
        return False
    return any(korean.mentions(text, name) for _, text in chapter.texts())


_LETTERS: WeakKeyDictionary[Chapter, str] = WeakKeyDictionary()


def _letters(chapter: Chapter) -> str:
    """All texts without what a mention may have more or less than the name."""
    if chapter not in _LETTERS:
        _LETTERS[chapter] = _squeezed("\0".join(text for _, text in chapter.texts()))
    return _LETTERS[chapter]


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).replace("\ufe0f", "").split())


def _old(clause: Clause, wish: _Wish) -> str:
    """The name as the chapter writes it, where a stock is named by its number or spaced anew."""
    said = tokens(wish.old, clause.chapter)
    if len(said) != 1 or said[0].kind != "stock" or occurs(clause.chapter, wish.old):
        return wish.old
    place, numbered = said[0].places[0], not said[0].value
    name = clause.chapter.names[place - 1] if place <= len(clause.chapter.names) else ""
    whole = "".join(korean.bare(name).split()) == "".join(wish.old.split())
    return name if numbered else korean.bare(name) if whole else wish.old


def _renamed(clause: Clause, wish: _Wish) -> Reading:
    chapter, old = clause.chapter, _old(clause, wish)
    if old == wish.new:
        return Answer("no_change", "already")
    whole = _whole_name(chapter, old)
    if whole and not wish.old_quoted and _NAME_ASKED.search(_outside(clause.text)):
        return ask("name_part", chapter, name=whole, part=old)
    names = [korean.rename(name, old, wish.new) for name in chapter.names]
    if len(set(names)) < len(set(chapter.names)):
        return Answer("refused", "name_taken", {"name": wish.new})
    return Ready(((Rename.model_validate({"op": "rename", "from": old, "to": wish.new}),),))


def _outside(text: str) -> str:
    """What stands outside quotes, and is no rename said in English: there a name may be a part."""
    for start, end in reversed(_quotes(text)):
        text = text[:start] + text[end:]
    return re.sub(r"\brename\b", "", text, flags=re.IGNORECASE)


def _whole_name(chapter: Chapter, part: str) -> str:
    """The one stock name that has `part` but is longer; "" when `part` is a name or no part."""
    key = "".join(part.split())
    keys = ["".join(korean.bare(name).split()) for name in chapter.names]
    if key in keys or "".join(korean.bare(part).split()) in keys:
        return ""
    longer = [name for name, known in zip(chapter.names, keys, strict=True) if key in known]
    return longer[0] if len(longer) == 1 else ""


def _unknown(clause: Clause, wish: _Wish) -> Reading:
    said = {token.kind for token in tokens(wish.old, clause.chapter)}
    free = not wish.old_quoted
    if free and (said & {"turn", "field", "verb"} or _ABSTRACT.search(wish.old)):
        return None
    if not wish.new_quoted and not _plain_name(wish.new, clause.chapter):
        return None
    if len(wish.old) > _MOST_NAME or not wish.old:
        return None
    return ask("name_unknown", clause.chapter, name=wish.old)


def _plain_name(new: str, chapter: Chapter) -> bool:
    """A name, not a wish how the name should be."""
    if not new or len(new) > _MOST_NAME or re.search(r"[,;:\n\"“”‘’'→]", new):
        return False
    kinds = {token.kind for token in tokens(new, chapter)}
    return not kinds & {"turn", "field", "verb", "percent"} and not _TASTE.search(new)


def _without_new(clause: Clause, text: str) -> Reading:
    """악당 이름을 바꿔줘: nobody said what it becomes."""
    old = _old_alone(text, clause.chapter)
    if old is None or _TASTE.search(old) or len(old.split()) > 4:
        return None
    said = {token.kind for token in tokens(old, clause.chapter)}
    if not old or old in ("종목", "캐릭터", "등장인물", "stock", "the stock"):
        return ask("which_name", clause.chapter)
    if said & {"stock"} or occurs(clause.chapter, old):
        return ask("new_name", clause.chapter, name=old)
    if said & {"turn", "field", "verb", "vague", "mark"} or _ABSTRACT.search(old):
        return None
    return ask("name_unknown", clause.chapter, name=old)


def _old_alone(text: str, chapter: Chapter) -> str | None:
    if found := _NO_NEW.fullmatch(text):
        verbs = [t for t in tokens(found["rest"], chapter) if t.kind == "verb"]
        said = verbs and _just_a_verb(found["rest"], chapter)
        return _unquoted(_bared(found["a"])) if said else None
    if found := _ENGLISH_NO_NEW.fullmatch(_helped(text)):
        return _unquoted(_led(found["a"] or found["b"] or found["c"] or ""))
    return None


# -- two names that change places

_VEIL = "쀍"
"""Stands before a name that is already in its new place."""


def _swaps_names(clause: Clause) -> bool:
    """A와 B 이름을 서로 바꿔줘."""
    plain = clause.only("field", "verb", "stock") and clause.fields == ("name",)
    swaps = "swap" in clause.verbs and clause.verbs <= {"swap", "change", "set"}
    return plain and swaps and len(clause.places("stock")) == 2


def _swapped(chapter: Chapter, first: int, second: int) -> Reading:
    """One decision over both names and all that mentions them, where that is beyond doubt."""
    one, two = chapter.names[first - 1], chapter.names[second - 1]
    if not _distinct(chapter, one, two):
        return ask("swap_names", chapter)
    put = {f"s{first}.name": two, f"s{second}.name": one}
    for at, text in chapter.texts():
        if at.field != "name" and (new := _exchanged(text, one, two)) != text:
            place = str(Address(None, at.stock, at.field) if at.field in SHARED else at)
            if put.setdefault(place, new) != new:
                return ask("swap_names", chapter)
    return Ready((tuple(Set(op="set", at=at, to=to) for at, to in put.items()),))


def _distinct(chapter: Chapter, one: str, two: str) -> bool:
    """Whether each mention is surely of one of the two, and its particle can be put right."""
    names = [name for name in chapter.names if name not in (one, two)]
    rows = [stock for turn in chapter.turns for stock in turn.stocks]
    if len(names) != len(chapter.names) - 2 or _VEIL in _letters(chapter):
        return False
    if any(row.name != chapter.names[(row.at.stock or 1) - 1] for row in rows):
        return False
    pairs = ((one, [two, *names]), (two, [one, *names]))
    return all(_clear(name, others) for name, others in pairs)


def _clear(name: str, others: list[str]) -> bool:
    """Whether no other name shares a word with it: 둘째와 셋째 돼지 names two."""
    bare = korean.bare(name)
    known = bool(bare) and bare in name and korean.sound(name) != "unknown"
    shared = set(bare.split()) & {word for other in others for word in other.split()}
    return known and not shared and not any(korean.mentions(other, name) for other in others)


def _exchanged(text: str, one: str, two: str) -> str:
    """Both names in each other's place, with their particles; an emoji only where one was."""
    new_one = two if korean.bare(one) != one else korean.bare(two)
    new_two = one if korean.bare(two) != two else korean.bare(one)
    veiled = new_one.replace(korean.bare(two), _VEIL + korean.bare(two))
    return korean.rename(korean.rename(text, one, veiled), two, new_two).replace(_VEIL, "")
