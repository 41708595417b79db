"""A request as tokens: every word of it is either understood, or kept as a word that is not.

An edit without a model needs all of a request understood; one word left over means that the
writer wants more than this program can read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from core.chapter import korean
from core.chapter.chapter import Chapter
from core.chapter.ops import Op
from core.editing import numerals
from core.errors import Fact

MAX_REQUEST = 2000
"""Characters of a request, after `clean`."""
_PARTED_MOST = 8
"""Words of a name that is also known by its parts: there are n * n / 2 of them."""

Kind = Literal[
    "turn",
    "stock",
    "vague",
    "field",
    "number",
    "percent",
    "ratio",
    "level",
    "quote",
    "verb",
    "mark",
    "filler",
    "word",
]


@dataclass(frozen=True, slots=True)
class Token:
    """One understood word or phrase, or a `word` that is not."""

    kind: Kind
    value: str
    """What it means: a field, a verb, a mark; of a quote its content; else the text as written."""
    tail: str = ""
    """Particles after it."""
    places: tuple[int, ...] = ()
    """Turns or stocks from 1, as written: they may not exist."""
    amount: Fraction = Fraction(0)
    """Of a number, a percentage (10 for 10%) or a ratio (1/2 for half)."""
    quoted: bool = False


_KEPT = "\n\t"
_JOINER = "\u200d"
_BLANKS = "\u115f\u1160\u3164\uffa0\u034f"


def clean(request: str) -> str:
    """Without invisible and control characters, composed, and without space at the ends."""
    kept = (mark for mark in request if mark in _KEPT or not _invisible(mark))
    text = unicodedata.normalize("NFC", "".join(kept))
    text = re.sub(rf"(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]){_JOINER}", "", text)
    return text.strip()


def _invisible(mark: str) -> bool:
    hidden = unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return (hidden and mark != _JOINER) or mark in _BLANKS


# -- lexicon

_POLITE = (
    r"(?:\s?(?:줘|주|줄|봐|놔|버려|다오|부탁)(?:요|라|세요|셔요|십시오|시겠어요|시겠습니까|실래요|래요?"
    r"|시면 돼요?|면 돼요?|시면 좋겠(?:어요|습니다)|면 좋겠(?:어요?|다)"
    r"|시면 감사하겠(?:어요|습니다)"
    r"| 수 있(?:어요?|나요|니|을까요?)|실 수 있(?:어요|나요|을까요)|시길 바랍니다|드려요|드립니다"
    r"|해요?|합니다)?)*"
)
_ENDS = r"(?:기|세요|십시오|시오|라|자|요|죠|어|아|여)?" + _POLITE
_TAIL = (
    r"(?:들)?(?:에서|에게|에|으로|로|이라고|라고|까지|부터|만큼|만|씩|의|을|를|이|가|은|는|도|와|과|이랑"
    r"|랑|하고|['’]s)*"
)
_ORDINALS = ("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_ENGLISH_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_TIMES = {"두": 2, "세": 3, "네": 4, "다섯": 5, "열": 10, "twice": 2, "double": 2, "triple": 3}

_VERBS = {
    "change": (
        r"바꿔|바꾸|변경(?:해|하)?|수정(?:해|하)?|교체(?:해|하)?",
        r"change|update|edit|modify|replace",
    ),
    "rename": (r"개명(?:해|하)?|불러|부르", r"rename|call"),
    "fix": (
        r"고쳐|고치|바로잡아|바로잡|복구(?:해|하)?|정정(?:해|하)?|이어",
        r"fix|repair|correct|mend|restore",
    ),
    "set": (
        r"해|하|설정(?:해|하)?|지정(?:해|하)?|정해|정하|만들어|만들|둬|적어|적|써|넣어|넣",
        r"set|make|put|assign|write",
    ),
    "same": (
        r"맞춰|맞추|통일(?:해|하|시켜)?|같게|똑같이|똑같게|동일하게|일치(?:시켜|하게)",
        r"equali[sz]e|unify|same|identical|consistent|align|level",
    ),
    "swap": (
        r"맞바꿔|맞바꾸|뒤바꿔|뒤바꾸|교환(?:해|하)?|서로",
        r"swap|exchange|switch|interchange",
    ),
    "delete": (
        r"지워|지우|삭제(?:해|하)?|없애|제거(?:해|하)?|빼|떼어|떼",
        r"delete|remove|drop|erase|strip|take out|get rid of",
    ),
    "empty": (r"비워|비우|(?:빈 ?칸|공백)으로", r"empty|clear|blank(?: out)?"),
    "copy": (
        r"복[사제](?:해서|하여|하고|해|하)?|복[사제]본[을도]?|반복(?:해|하)?|(?:한 ?번|하나) 더",
        r"duplicate|copy|repeat|clone",
    ),
    "raise": (
        r"올려|올리|인상(?:해|하)?|높여|높이|더해|더하",
        r"raise|increase|bump(?: up)?|up",
    ),
    "lower": (
        r"내려|내리|인하(?:해|하)?|낮춰|낮추|깎아|깎|줄여|줄이",
        r"lower|decrease|reduce|cut|down|subtract",
    ),
    "fill": (r"채워|채우|메워|메우", r"fill(?: in)?|complete"),
    "move": (
        r"옮겨|옮기|이동(?:해|하|시켜)?|보내|놓아|놓|놔|(?:정렬|배열|배치)(?:해|하)?",
        r"move|shift|send|arrange",
    ),
    "paste": (r"붙여(?:넣어|넣)?|붙이", r"paste"),
    "reverse": (r"뒤집어|뒤집", r"reverse|invert|flip"),
}
_FIELDS = {
    "news": r"뉴스|소식|news",
    "news_hint": r"(?:뉴스 ?)?힌트|(?:news[ _])?hints?",
    "news_tag": r"(?:뉴스 ?)?태그|(?:news[ _])?tags?",
    "result": r"결과|results?",
    "expectation": r"전망|기대|예상|expectations?|outlooks?",
    "name": r"(?:종목 ?)?이름|종목명|명칭|names?",
    "risk_level": r"(?:위험|리스크)(?: ?(?:도|등급|수준))?|risk(?:[ _]levels?|s)?",
    "description": r"설명|소개(?: ?글)?|descriptions?",
    "price": r"(?:현재 ?)?가격|현재가|시세|주가|값|current[_ ]values?|prices?|costs?",
    "before_value": (
        r"(?:이전|직전|(?:앞|전|지난) ?턴의?) ?(?:가격|값)|before[_ ]values?"
        r"|(?:previous|opening) prices?|prices? before|가격 ?(?:연결|사슬|체인)|(?:price )?chain"
    ),
}
_MARKS = {
    "all": r"모든|모두|전부|전체|다|싹|온|all|every|each|everywhere|throughout|whole|entire",
    "order": r"순서|차례|order|places|positions",
    "turns": r"턴|turns?",
    "stocks": r"종목|stocks?",
    "missing": r"빠진|없는|누락된|빈|비어 ?있는|missing|absent",
    "differs": (
        r"다른|달라요?|다릅니다|다르네요|다르게|틀려요?|틀린|어긋난|어긋나요|어긋났어요|끊긴|끊어진"
        r"|끊겼어요|깨진|잘못된|differs?|different|drifted|inconsistent|wrong|broken"
    ),
    "once": r"한 ?(?:턴|곳)만|하나만|턴마다|only (?:in )?one turn|in one turn",
    "emoji": r"이모지|이모티콘|emojis?|emoticons?",
    "before": r"(?:바로 ?)?앞|(?:right )?before",
    "after": r"(?:바로 ?)?(?:뒤|다음)|(?:right )?after",
    "start": r"(?:맨|제일|가장) ?(?:앞|처음)|(?:the )?(?:front|start|beginning)",
    "end": r"(?:맨|제일|가장) ?(?:뒤|끝|마지막)|끝|마지막|(?:the )?(?:very )?end|the back|last",
    "reversed": r"거꾸로|반대로|역순|reversed|backwards?",
    "to": r"to|into|as|=|→|->|=>",
    "by": r"by",
    "none": r"없음|none|nothing",
}
_FILLER = (
    r"좀|제발|그냥|이제|지금|혹시|부탁(?:해요?|드려요|드립니다|합니다)|글자|글|문장|내용|부분|것|곳|및"
    r"|그리고|또|각|각각|안|챕터|please|can|could|would|will|you|the|an?|of|in|for|at|on|i|i['’]d|want"
    r"|like|need|me|my|so|that|is|are|be|it|its|them|their|this|there|here|chapter|just|now|from"
    r"|with|and|both|also|texts?|values?|have|has|[&·:/\-–~]"
)
_LEVELS = (
    r"고위험(?: ?고수익)?|high(?:[- ]risk(?:[, -]+high[- ]return)?)?",
    r"중위험(?: ?균형형)?|균형형|(?:mid|medium|middle)(?:[- ]risk)?",
    r"저위험(?: ?저수익)?|장기 안정형|low(?:[- ]risk(?:[, -]+low[- ]return)?)?",
)
LEVEL_TAGS = ("high", "mid", "low")
"""The tag of each level, in the order of `RISKS`."""

_NUMBER = r"(?P<sign>[+\-−])?(?P<digits>\d[\d,]*(?:\.\d+)?)"
_LIST = r"\d+(?:\s*(?:,|·|/|와|과|및|&|and|,\s*and)\s*\d+){0,30}"
_QUOTES = {"'": "'’", "‘": "’'", '"': '"”', "“": '”"', "「": "」", "『": "』", "《": "》", "`": "`"}


def _ended(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?P<tail>{_TAIL})(?!\w)", re.IGNORECASE)


def _verb(stems: tuple[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{stems[0]}){_ENDS}|(?:{stems[1]}))(?!\w)", re.IGNORECASE)


_LEXICON: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    *(("verb", value, _verb(stems)) for value, stems in _VERBS.items()),
    *(("field", value, _ended(pattern)) for value, pattern in _FIELDS.items()),
    *(("mark", value, _ended(pattern)) for value, pattern in _MARKS.items()),
    *(("level", str(number), _ended(pattern)) for number, pattern in enumerate(_LEVELS)),
    ("filler", "", _ended(_FILLER)),
)
_COIN = r"(?:냥|원|코인|골드|coins?|nyangs?)"
_FULL_NUMBER = _ended(rf"{_NUMBER}\s?{_COIN}?")
_NUMERAL = re.compile(
    rf"(?P<numeral>{numerals.PATTERN}?)"
    rf"(?:\s?{_COIN}(?P<tail>{_TAIL})|(?P<bare>으로|로|까지|만큼|씩))(?!\w)"
)
_PERCENT = _ended(_NUMBER + r"\s?(?:%|퍼센트|percent)")
_RATIO = _ended(
    r"(?P<half>절반|반값|반|half|halve)|(?P<times>\d+(?:\.\d+)?|두|세|네|다섯|열)\s?(?:배|times)"
    r"|(?P<word>twice|double|triple)d?"
)
_TURN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:제 ?)?(?P<list>{_LIST})\s?턴(?P<tail>{_TAIL})",
        rf"(?P<from>\d+)\s?(?:턴\s?)?(?:~|-|–|부터|에서)\s?(?P<to>\d+)\s?턴(?P<tail>{_TAIL})",
        rf"(?P<list>\d+)\s?번째 ?턴(?P<tail>{_TAIL})(?!\w)",
        rf"턴\s?(?P<list>\d+)(?P<tail>{_TAIL})(?!\w)",
        rf"turns?\s+#?(?P<list>{_LIST})(?!\w)(?P<tail>['’]s)?",
        (
            r"(?:turns\s+(?P<from>\d+)\s?(?:-|–|~|to|through)|turn\s+(?P<from2>\d+)\s?[-–~])"
            r"\s?(?P<to>\d+)(?!\w)(?P<tail>)"
        ),
        r"(?P<list>\d+)(?:st|nd|rd|th) turn(?!\w)(?P<tail>['’]s)?",
        r"t(?P<list>\d+)(?!\w)(?P<tail>)",
    )
)
_ORDINAL_TURN = _ended(
    rf"(?P<korean>{'|'.join(_ORDINALS)})\s?(?:번째\s?)?턴"
    rf"|(?P<english>{'|'.join(_ENGLISH_ORDINALS)}) turn|(?P<last>마지막\s?턴|(?:last|final) turn)"
)
_STOCK_NUMBER = _ended(
    r"(?P<a>\d+)\s?번(?:째)?\s?종목|종목\s?(?P<b>\d+)번?|stock\s+#?(?P<c>\d+)"
    rf"|s(?P<d>\d+)|(?P<korean>{'|'.join(_ORDINALS)})\s?번째\s?종목"
    rf"|(?P<english>{'|'.join(_ENGLISH_ORDINALS)}) stock"
)
_SEPARATORS = re.compile(r"[\s,.!?;…~。！？()]*")
_WORD = re.compile(r"[^\s,;:!?()]+")
_MOST_TURNS = 400


# -- reading


def tokens(text: str, chapter: Chapter) -> tuple[Token, ...]:
    """All of `text` but the separators, in order; the longest reading at each place wins."""
    return _tokens(text, _sayable(chapter.names), len(chapter.turns))


def _sayable(names: Sequence[str]) -> tuple[str, ...]:
    """The names that a request may hold; in place of any other ""."""
    few = names[: korean.NAMES_MOST]
    return tuple(name if len(name) <= MAX_REQUEST else "" for name in few)


@lru_cache(maxsize=256)
def _tokens(text: str, spelled: tuple[str, ...], last: int) -> tuple[Token, ...]:
    """Every reader of a request asks for the tokens of the same few texts."""
    names = _names(spelled)
    found: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        token, position = _longest(text, position, last, names)
        found.append(token)
        position = _skip(text, position)
    return tuple(found)


def _skip(text: str, position: int) -> int:
    match = _SEPARATORS.match(text, position)
    return match.end() if match else position


def _longest(text: str, position: int, last: int, names: "_Names") -> tuple[Token, int]:
    """The token that begins here, and where it ends; `last` is the number of the last turn."""
    if quoted := quote(text, position):
        return _quoted(quoted, names)
    readings = [*_turns(text, position, last), *_stocks(text, position, names)]
    readings += [*_numbers(text, position), *_words(text, position)]
    if readings:
        return max(readings, key=lambda reading: reading[1])
    match = _WORD.match(text, position)
    end = match.end() if match else position + 1
    return Token("word", text[position:end]), end


def quote(text: str, position: int) -> tuple[str, str, int] | None:
    """The quoted content that begins here, the particle after it, and where both end."""
    closers = _QUOTES.get(text[position : position + 1])
    if not closers or (position and text[position - 1].isalnum()):
        return None
    found = re.compile(rf"[{closers}](?![A-Za-z0-9])").search(text, position + 1)
    if not found or "\n" in text[position : found.start()]:
        return None
    after = re.compile(rf"{_TAIL}(?!\w)|").match(text, found.end())
    end = after.end() if after else found.end()
    return text[position + 1 : found.start()], text[found.end() : end], end


def _quoted(found: tuple[str, str, int], names: "_Names") -> tuple[Token, int]:
    content, tail, end = found
    places = names.known.get("".join(content.split()), ())
    kind: Kind = "stock" if len(places) == 1 else "quote"
    return Token(kind, content.strip(), tail, places, quoted=True), end


def _turns(text: str, position: int, last: int) -> Iterator[tuple[Token, int]]:
    for pattern in _TURN:
        match = pattern.match(text, position)
        if match and ("," not in match[0] or _rises(_listed(match))):
            yield Token("turn", match[0], match["tail"] or "", _listed(match)), match.end()
    if match := _ORDINAL_TURN.match(text, position):
        place = _ordinal(match) if not match["last"] else last
        yield Token("turn", match[0], match["tail"], (place,)), match.end()


def _rises(places: tuple[int, ...]) -> bool:
    """Not so in "110, 4턴": there the comma ends a thought."""
    return all(one < two for one, two in pairwise(places))


def _listed(match: re.Match[str]) -> tuple[int, ...]:
    groups = match.groupdict()
    if groups.get("list"):
        return tuple(int(digits) for digits in re.findall(r"\d+", groups["list"]))
    first, last = int(groups["from"] or groups["from2"]), int(groups["to"])
    whole = 0 <= last - first <= _MOST_TURNS
    return tuple(range(first, last + 1)) if whole else (first, last)


def _ordinal(match: re.Match[str]) -> int:
    if match["korean"]:
        return _ORDINALS.index(match["korean"]) + 1
    return _ENGLISH_ORDINALS.index(match["english"].lower()) + 1


def _numbers(text: str, position: int) -> Iterator[tuple[Token, int]]:
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("number", _FULL_NUMBER),
        ("percent", _PERCENT),
    )
    for kind, pattern in kinds:
        if match := pattern.match(text, position):
            sign = match["sign"] or ""
            amount = Fraction(match["digits"].replace(",", "")) * (
                -1 if sign in "-−" and sign else 1
            )
            yield Token(kind, sign, match["tail"], amount=amount), match.end()
    if token := _numeral(text, position):
        yield token
    if match := _RATIO.match(text, position):
        yield Token("ratio", match[0], match["tail"], amount=_ratio(match)), match.end()


def _numeral(text: str, position: int) -> tuple[Token, int] | None:
    """백이십냥, or 백이십으로: a bare one has two letters and more, or it might be a word."""
    match = _NUMERAL.match(text, position)
    if not match or (match["bare"] and len(match["numeral"]) == 1):
        return None
    amount = numerals.value(match["numeral"])
    if amount is None:
        return None
    tail = match["bare"] or match["tail"]
    return Token("number", "", tail, amount=Fraction(amount)), match.end()


def _ratio(match: re.Match[str]) -> Fraction:
    if match["half"]:
        return Fraction(1, 2)
    written = (match["times"] or match["word"]).lower()
    return Fraction(_TIMES.get(written, 0)) or Fraction(written)


def _words(text: str, position: int) -> Iterator[tuple[Token, int]]:
    for kind, value, pattern in _LEXICON:
        if match := pattern.match(text, position):
            tail = match.groupdict().get("tail") or ""
            yield Token(kind, value, tail), match.end()


# -- stocks


@dataclass(frozen=True)
class _Names:
    pattern: re.Pattern[str]
    known: dict[str, tuple[int, ...]]
    """Names and their parts without spaces, with the stocks that have them."""
    whole: frozenset[str]
    """Those of `known` that are a name in full."""


@lru_cache(maxsize=64)
def _names(names: tuple[str, ...]) -> _Names:
    known: dict[str, tuple[int, ...]] = {}
    whole: set[str] = set()
    spelled: set[str] = set()
    for number, name in enumerate(names, 1):
        composed = unicodedata.normalize("NFC", name)
        full = {composed, korean.bare(composed)} - {""}
        whole |= {"".join(form.split()) for form in full}
        for form in full | _parts(korean.bare(composed)):
            spelled.add(form)
            key = "".join(form.split())
            known[key] = tuple(dict.fromkeys((*known.get(key, ()), number)))
    forms = sorted(spelled, key=len, reverse=True)
    spaced = (r"\s{0,2}".join(map(re.escape, form.split())) for form in forms)
    pattern = re.compile(rf"(?P<name>{'|'.join(spaced) or '(?!)'})(?P<tail>{_TAIL})(?!\w)")
    return _Names(pattern, known, frozenset(whole))


def _parts(name: str) -> set[str]:
    """Runs of a name's words, at least two letters long; none of a long name."""
    words = name.split()
    count = len(words)
    if count > _PARTED_MOST or len(name) > korean.NAME_MOST:
        return set()
    runs = (" ".join(words[a:b]) for a in range(count) for b in range(a + 1, count + 1))
    return {run for run in runs if len(run) > 1 and run.casefold() not in ("the", "of", "and")}


def _stocks(text: str, position: int, names: _Names) -> Iterator[tuple[Token, int]]:
    if match := names.pattern.match(text, position):
        key = "".join(match["name"].split())
        kind: Kind = "stock" if len(names.known[key]) == 1 else "vague"
        yield Token(kind, match["name"], match["tail"], names.known[key]), match.end()
    if match := _STOCK_NUMBER.match(text, position):
        digits = next((match[name] for name in "abcd" if match[name]), "")
        place = int(digits) if digits else _ordinal(match)
        yield Token("stock", "", match["tail"], (place,)), match.end()


# -- what a reader answers

Outcome = Literal["question", "refused", "no_change"]


@dataclass(frozen=True, slots=True)
class Ready:
    """An edit that needs no model."""

    groups: tuple[tuple[Op, ...], ...]
    """Each is what one decision covers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Nothing is changed; `rule` and `facts` are a sentence of `core.words`."""

    outcome: Outcome
    rule: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


Reading: TypeAlias = Ready | Answer | None
"""None: only a model can do it."""


def ask(rule: str, chapter: Chapter, **facts: Fact) -> Answer:
    """A question that names the stocks, so that the next request can be answered."""
    return Answer("question", rule, {"names": listed(chapter), **facts})


def listed(chapter: Chapter) -> str:
    return ", ".join(name for name in chapter.names if name)


def ready(ops: Iterable[Op], at: str = "") -> Reading:
    """One decision over the ops; without any the chapter is so already."""
    group = tuple(ops)
    return Ready((group,)) if group else Answer("no_change", "already", {"at": at} if at else {})


# -- a clause


@dataclass(frozen=True)
class Clause:
    """One thing that a request asks, with what its words mean."""

    text: str
    chapter: Chapter
    all: tuple[Token, ...]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Without fillers."""
        return tuple(token for token in self.all if token.kind != "filler")

    def of(self, *kinds: Kind) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.kind in kinds)

    def values(self, kind: Kind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(token.value for token in self.of(kind)))

    def places(self, kind: Kind) -> tuple[int, ...]:
        """Turns or stocks named, each once, as written."""
        named = (place for token in self.of(kind) for place in token.places)
        return tuple(dict.fromkeys(named))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return self.values("field")

    @cached_property
    def verbs(self) -> frozenset[str]:
        return frozenset(self.values("verb"))

    @cached_property
    def marks(self) -> frozenset[str]:
        return frozenset(self.values("mark"))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What was not understood."""
        return tuple(token.value for token in self.of("word"))

    def only(self, *kinds: Kind) -> bool:
        """Whether nothing but these kinds (and fillers) is said."""
        return all(token.kind in kinds for token in self.tokens)


def clause(text: str, chapter: Chapter) -> Clause:
    return Clause(text, chapter, tokens(text, chapter))
