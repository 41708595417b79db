"""Data of a person in a text: Korean numbers, addresses and e-mail, however they are written."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from core.chapter.towns import CITIES, COUNTIES, DISTRICTS

Kind = Literal[
    "email",
    "resident",
    "phone",
    "card",
    "business",
    "passport",
    "account",
    "address",
    "handle",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Where two overlap, the one that stands first names both."""


KEPT_MOST = 500
"""Characters of a text whose answer is remembered."""


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is personal data."""

    kind: Kind
    start: int
    end: int


def found(text: str) -> tuple[Span, ...]:
    """All personal data of a text, in its order, none overlapping; in time linear in its length."""
    return _kept(text) if len(text) <= KEPT_MOST else _found(text)


def _found(text: str) -> tuple[Span, ...]:
    plain, places = _plain(text)
    spans: list[Span] = []
    for start, end, kind in sorted((*places(*span), kind) for kind, span in _hits(plain)):
        whole = Span(kind, start, end)
        while spans and whole.start < spans[-1].end:
            whole = _both(spans.pop(), whole)
        spans.append(whole)
    return tuple(spans)


_kept = lru_cache(maxsize=2048)(_found)
"""Most lines of what a model is asked are the same for every edit of a chapter."""


def _both(one: Span, other: Span) -> Span:
    kind = min(one.kind, other.kind, key=KINDS.index)
    return Span(kind, min(one.start, other.start), max(one.end, other.end))


def masked(text: str) -> str:
    """The text with each of them replaced by its kind, such as `[phone]`."""
    return replaced(text, lambda span: f"[{span.kind}]")


def replaced(text: str, by: Callable[[Span], str]) -> str:
    """The text with something else in the place of each."""
    parts, done = [], 0
    for span in found(text):
        parts += [text[done : span.start], by(span)]
        done = span.end
    return "".join((*parts, text[done:]))


def begun(text: str) -> bool:
    """Whether it has three digits in a row, however written, which another text may go on with."""
    return bool(_SOME_DIGITS.search(_plain(text)[0]))


# -- patterns, over plain digits, letters, spaces and hyphens

_DIGIT = "[0-9공영일이삼사오육칠팔구]"
_GAP = r"[-. ·/_~()]{0,3}"
_SOME_DIGITS = re.compile(rf"(?:{_DIGIT}{_GAP}){{3}}")
_SAID_GAP = rf"(?:{_GAP}|\s?(?:다시|대시|하이픈|에|의)\s?)"
_AREA = "(?:2|[3-6][1-5]|70|80|50[0-9]?)"
_PHONE = re.compile(
    rf"(?<![0-9])(?:\+?82{_GAP}\(?0?\)?{_GAP}|0)(?:1[016789]|{_AREA})"
    rf"{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}(?![0-9])"
    rf"|(?:(?<![0-9])0|[공영]){_GAP}[1일]{_GAP}[016789공영일육칠팔구]"
    rf"(?:{_SAID_GAP}{_DIGIT}){{7,8}}(?![0-9])"
    rf"|[공영](?:이|[삼사오육][일이삼사오]|칠[공영])(?:{_SAID_GAP}{_DIGIT}){{7,8}}(?![0-9])"
)
_RESIDENT = re.compile(
    r"(?<![0-9])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[-. ·/_~]{1,3}[0-9]|[1-8])(?:[0-9]{6}(?![0-9])|[*xX●○]{6})"
)
"""Its check digit means nothing since October 2020."""
_CARD = re.compile(
    r"(?<![0-9])(?:[3-69][0-9]{3}(?:[-. ·/_]{0,3}[0-9]{4}){3}"
    r"|3[47][0-9]{2}[-. ]{0,3}[0-9]{6}[-. ]{0,3}[0-9]{5})(?![0-9])"
)
_BUSINESS = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{5}(?![0-9-])")
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[MSRODG][0-9]{8}|[MSRODG][0-9]{3}[A-Z][0-9]{4})(?![A-Za-z0-9])"
    r"|여권[^0-9A-Za-z\n]{0,12}([A-Za-z][0-9]{3}[A-Za-z0-9][0-9]{4})(?![A-Za-z0-9])"
)
_GROUPS = r"[0-9]{2,6}(?:-[0-9]{2,8}){2,3}"
_BANK = r"(?:계좌|은행|뱅크|농협|수협|신협|우체국|새마을금고|입금|송금|예금주)"
_ACCOUNT = re.compile(
    rf"(?<![0-9A-Za-z-]){_GROUPS}(?![0-9A-Za-z-])"
    rf"|{_BANK}[^0-9\n]{{0,12}}([0-9]{{10,14}}|[0-9]{{3,6}} [0-9]{{2,6}} [0-9]{{6,7}})(?![0-9])"
    rf"|(?<![0-9])[0-9]{{10,14}}(?=[^0-9\n가-힣]{{0,3}}[가-힣]{{0,4}}{_BANK})"
)
_EMAIL = re.compile(
    r"(?<=[\w%+-])(?:@|\s?골뱅이\s?)[\w-]{1,63}"
    r"(?:\.[A-Za-z0-9-]{1,63}){0,4}(?:\.[A-Za-z]{2,24}|\s?[점닷]\s?(?:컴|넷|[A-Za-z]{2,24}))"
)
_LATIN_NAME = re.compile(r"[A-Za-z0-9._%+-]")
_NAME = re.compile(r"[\w%+-]")
_HANDLE = re.compile(
    r"(?i)(?:카톡|카카오톡?|텔레그램|인스타(?:그램)?|디스코드|kakao(?:talk)?|telegram|instagram)"
    r"\s?(?:아이디|id)[은는:=\s]{0,3}@?[a-z0-9._-]{4,40}"
)
_PROVINCE = (
    r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충청?[북남]|충청[북남]도|전[북남]|전라[북남]도"
    r"|경[북남]|경상[북남]도|제주)(?:특별자치[시도]|특별시|광역시|시|도)?"
)


_TOWN = f"(?:(?:{CITIES})시|(?:{DISTRICTS})구|(?:{COUNTIES})군)"
_COUNTED = (
    r"(?!,?[0-9]|\s?(?:번(?![길지])|[백천만억]|명|마리|개|배|원|코인|%|시(?![가-힣])|분|년|월|일"
    r"|회|살|위|등(?!\s)|대(?![가-힣])))"
)
"""What makes the number before it a count."""
_LOT = r"[0-9]{1,5}(?:-[0-9]{1,4})?"
_ROAD = rf"[가-힣0-9]{{1,12}}(?:로|길)(?: ?[0-9]{{1,4}}[가나다라]?번?길)? ?{_LOT}"
_VILLAGE = rf"[가-힣0-9]{{1,9}}(?:동|리|가)(?:[0-9]가)? ?(?:산 ?)?{_LOT}"
_FLAT = r"(?:[,\s]{0,2}[가-힣A-Za-z0-9]{0,12} ?[0-9]{2,4}동)?(?:[,\s]{0,2}[0-9]{2,5}호)?"
_NUMBERED = "(?:로|길|동|리|가) ?[0-9]{1,4}(?:-[0-9]{1,4})?번[길지](?: ?[0-9]{1,4})?"
_ROMAN = (
    r"(?:[0-9]{1,5},? ?)?[a-z]{2,20}[0-9]{0,3}-(?:daero|ro|gil)"
    r"(?:,? ?[0-9]{1,4}|(?=,? ?[a-z]{2,20}-(?:gu|si|gun|dong)))"
)
_ADDRESS = re.compile(
    rf"(?<![가-힣])(?=[가-힣])"
    rf"(?:{_PROVINCE} (?:[가-힣]{{1,6}}[시구군] ){{0,2}}|(?:{_TOWN} ){{1,2}})"
    rf"(?:[가-힣0-9]{{1,6}}[읍면] )?(?:{_ROAD}|{_VILLAGE}){_COUNTED}{_FLAT}"
    rf"|(?<![가-힣0-9])[가-힣0-9]{{1,9}}{_NUMBERED}|(?<![0-9])[0-9]{{2,4}}동 ?[0-9]{{2,4}}호"
    rf"|(?i:(?<![A-Za-z0-9]){_ROMAN})(?![A-Za-z0-9])"
    r"|(?:우편번호|\(우\))[ :]{0,3}[0-9]{5}(?![0-9])"
)


# -- hits

_Hit = tuple[Kind, tuple[int, int]]
_Match = re.Match[str]
_HINT = re.compile(rf"[0-9]|[공영]{_GAP}{_DIGIT}{_GAP}{_DIGIT}|@|골뱅이|아이디|(?i:id)")
"""Without one of these there is nothing to be found."""


def _hits(text: str) -> Iterator[_Hit]:
    if not _HINT.search(text):
        return
    for kind, pattern, real in _PATTERNS:
        real_ones = filter(real, pattern.finditer(text))
        yield from ((kind, one.span(one.lastindex or 0)) for one in real_ones)
    for match in _EMAIL.finditer(text):
        yield "email", (_name_before(text, match.start()), match.end())


def _name_before(text: str, at: int) -> int:
    """Where the name begins that ends there: Latin, or else whatever is written without a space."""
    name = _LATIN_NAME if _LATIN_NAME.match(text[at - 1]) else _NAME
    start = at
    while start > max(0, at - 64) and name.match(text[start - 1]):
        start -= 1
    return start


_FLOAT = re.compile(r"[0-9]+\.[0-9]+")


def _phone(match: _Match) -> bool:
    return not _FLOAT.fullmatch(match[0]) and _whole(match)


def _card(match: _Match) -> bool:
    """By Luhn's check digit."""
    digits = [int(one) for one in reversed(match[0]) if one.isdigit()]
    twice = (2 * one - 9 * (one > 4) for one in digits[1::2])
    return (sum(digits[::2]) + sum(twice)) % 10 == 0 and _whole(match)


_DATE = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[0-3][0-9](?![0-9])")


def _account(match: _Match) -> bool:
    number = match[match.lastindex or 0]
    return 10 <= sum(one.isdigit() for one in number) <= 16 and not _DATE.match(number)


_WORD_BEFORE = re.compile(r"[0-9A-Za-z]{0,40}$")
_WORD_AFTER = re.compile(r"[0-9A-Za-z]{0,40}")


def _whole(match: _Match) -> bool:
    """Whether it is no run of digits in something longer of letters and digits, such as an id."""
    if not match[0].isdecimal():
        return True
    before = _WORD_BEFORE.search(match.string, max(0, match.start() - 40), match.start())
    after = _WORD_AFTER.match(match.string, match.end())
    around = (before[0] if before else "") + (after[0] if after else "")
    return not any(one.isdigit() for one in around)


_PATTERNS: tuple[tuple[Kind, re.Pattern[str], Callable[[_Match], bool] | None], ...] = (
    ("resident", _RESIDENT, _whole),
    ("phone", _PHONE, _phone),
    ("card", _CARD, _card),
    ("business", _BUSINESS, None),
    ("passport", _PASSPORT, None),
    ("account", _ACCOUNT, _account),
    ("address", _ADDRESS, None),
    ("handle", _HANDLE, None),
)


# -- the text with plain digits, letters, spaces and hyphens

_SPOKEN = dict(
    zip(
        ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        "00123456789",
        strict=True,
    )
)
_ODD = re.compile(rf"[\u1100-\u11ff]+|[^\x00-\x7f가-힣]|[\t\n\r]|\b(?i:{'|'.join(_SPOKEN)})\b")
_Places = Callable[[int, int], tuple[int, int]]


def _plain(text: str) -> tuple[str, _Places]:
    """And where a piece of it stands in the text as given."""
    parts, plain_at, text_at = [], [0], [0]
    done = size = 0
    for odd in _ODD.finditer(text):
        for part, end in ((text[done : odd.start()], odd.start()), (_as_plain(odd[0]), odd.end())):
            parts.append(part)
            size += len(part)
            plain_at.append(size)
            text_at.append(end)
        done = odd.end()
    parts.append(text[done:])
    return "".join(parts), _placer(plain_at, text_at, len(text))


def _placer(plain_at: Sequence[int], text_at: Sequence[int], most: int) -> _Places:
    def at(position: int, cut: int) -> int:
        beyond = text_at[cut + 1] if cut + 1 < len(text_at) else most
        return min(text_at[cut] + position - plain_at[cut], beyond)

    def places(start: int, end: int) -> tuple[int, int]:
        last = bisect_left(plain_at, end)
        exact = last < len(plain_at) and plain_at[last] == end
        return at(start, bisect_right(plain_at, start) - 1), at(end, last if exact else last - 1)

    return places


@lru_cache(maxsize=4096)
def _as_plain(odd: str) -> str:
    """An odd letter or English digit in its plain form; at most three characters of it."""
    if odd.lower() in _SPOKEN:
        return _SPOKEN[odd.lower()]
    kind = unicodedata.category(odd) if len(odd) == 1 else ""
    if kind == "Cf":
        return ""
    if kind == "Pd" or odd == "\u2212":
        return "-"
    if kind[:1] == "Z":
        return " "
    digit = unicodedata.digit(odd, None) if len(odd) == 1 else None
    plain = str(digit) if digit is not None else unicodedata.normalize("NFKC", odd)
    return plain if len(plain) <= 3 or len(odd) > 1 else odd
