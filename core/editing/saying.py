"""Decisions on a proposal that are said in words: "drop the second", "3번만 남겨줘".

The words are split into chunks. A chunk that is understood to its last word decides; one with any
other word is left for a model. So nothing is decided by half a sentence.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from core.editing.events import Verdict
from core.editing.request import clean, quote

MAX_SAID = 2000
"""Characters of a request that is looked at."""

_Kind = Literal["ref", "bare", "all", "others", "verdict", "except", "only", "noun", "join", "word"]


@dataclass(frozen=True, slots=True)
class Saying:
    """What a request decides, and what is left of it."""

    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    """By the number of the change, from 1."""
    rest: str = ""
    """The words that ask for something else; "" when all is understood."""
    missing: int | None = None
    """A number that was said, but that no change has; nothing is decided then."""


def read(request: str, count: int, known: Collection[int] = ()) -> Saying | None:
    """The decisions on `count` changes; None when the request decides nothing.

    "The rest" are those that it does not name; where it names none, those that are not `known`,
    which is to say decided already.
    """
    text = clean(request)
    if not count or len(text) > MAX_SAID:
        return None
    chunks = _joined(_chunks(text, count))
    alone = all(chunk.decides for chunk in chunks)
    deciding = [chunk for chunk in chunks if chunk.decides and (alone or chunk.refers)]
    rest = [chunk for chunk in chunks if chunk not in deciding]
    if not deciding or _excepted(chunks):
        return None
    wrong = (n for chunk in deciding for n in chunk.numbers if not 1 <= n <= count)
    if (missing := next(wrong, None)) is not None:
        return Saying(missing=missing)
    asked = {number for chunk in rest for number in chunk.numbers}
    named = {number for chunk in deciding for number in chunk.numbers}
    every = [number for number in range(1, count + 1) if number not in asked]
    verdicts: dict[int, Verdict] = {}
    for chunk in deciding:
        verdicts |= _of(chunk, every, named, known)
    return Saying(verdicts, " ".join(text[slice(*chunk.span)] for chunk in rest))


def numbers(request: str, count: int) -> tuple[tuple[int, tuple[int, int]], ...]:
    """The changes that a request speaks of by their number, each with its place in the words."""
    tokens = list(_tokens(clean(request), count))
    found: list[tuple[int, tuple[int, int]]] = []
    for index, token in enumerate(tokens):
        thing = not token.tail and any(after.unit for after in tokens[index + 1 : index + 2])
        told = () if thing or token.kind != "ref" else token.numbers
        found += [(number, token.span) for number in told if 1 <= number <= count]
    return tuple(found)


# -- words


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    span: tuple[int, int]
    text: str
    numbers: tuple[int, ...] = ()
    tail: str = ""
    verdict: Verdict | None = None
    leads: bool = False
    """A verdict that stands before what it is about, as in English."""
    bare: bool = False
    """A verdict that says enough alone."""
    links: bool = False
    """A verb after which another one comes."""

    @property
    def only(self) -> bool:
        return self.kind == "only" or "만" in self.tail

    @property
    def topic(self) -> bool:
        return bool(re.search("[은는건]", self.tail))

    @property
    def unit(self) -> bool:
        """A thing that has numbers of its own: 2번 종목 is no change."""
        return bool(_UNIT.match(self.text))


_UNIT = re.compile(
    r"턴|종목|뉴스|소식|결과|전망|문장|문단|줄|단어|낱말|글자|설명|이름|날|사건|에피소드|이야기|돼지|더|씩|반복"
    r"|(?:turns?|stocks?|news|results?|sentences?|words?|lines?|paragraphs?|names?|days?|events?)\b",
    re.IGNORECASE,
)
_ORDINALS = (
    *("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"),
    *("열한", "열두", "열세", "열네", "열다섯"),
)
_STH = ("첫째", "둘째", "셋째", "넷째", "다섯째", "여섯째")
_ENGLISH = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {"한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5}
_COUNTS |= {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "both": 2}
_PARTICLES = "은|는|이|가|을|를|만|도|이랑|랑|과|와|하고|까지|부터|으로|로|요"
_TAIL = rf"(?P<tail>(?:거|것|건|걸|게|꺼)?(?:들)?(?:{_PARTICLES})*)(?!\w)"
_NOUN = (
    r"(?:바꾸기|변경(?:\s?사항|점|안)?|바뀐\s?[거것]|바꾼\s?[거것]|수정(?:\s?사항|안)?|제안|항목|거|것|건|걸|꺼"
    r"|번째\s?[거것])"
)
_THING = r"(?:\s(?:ones?|changes?|edits?|suggestions?|proposals?|items?|things?))?"
_NUMBER_WORDS = "|".join(sorted(_COUNTS, key=len, reverse=True))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_REFS = (
    _words(rf"#?(?P<from>\d{{1,3}})\s?번?\s?[~–-]\s?#?(?P<to>\d{{1,3}})\s?번{_TAIL}"),
    _words(rf"(?:#|제\s?)?(?P<n>\d{{1,3}})\s?번(?:째)?(?:\s?{_NOUN})?{_TAIL}"),
    _words(rf"#(?P<n>\d{{1,3}}){_TAIL}"),
    _words(rf"(?P<ordinal>{'|'.join(_ORDINALS[::-1])})\s?번째(?:\s?{_NOUN})?{_TAIL}"),
    _words(rf"(?P<sth>{'|'.join(_STH)})(?:\s?{_NOUN})?{_TAIL}"),
    _words(rf"(?:맨\s?)?(?P<last>마지막)(?:\s?번째)?(?:\s?{_NOUN})?{_TAIL}"),
    _words(
        rf"(?:맨\s?)?(?P<start>처음|앞|위)(?:의|에|에\s?있는)?\s(?P<few>{_NUMBER_WORDS}|\d)\s?개{_TAIL}"
    ),
    _words(
        rf"(?:맨\s?)?(?P<end>마지막|뒤|끝|아래)(?:의|에)?\s(?P<few>{_NUMBER_WORDS}|\d)\s?개{_TAIL}"
    ),
    _words(rf"(?:the\s)?(?P<end>last|final)\s(?P<few>{_NUMBER_WORDS}|\d){_THING}(?P<tail>)(?!\w)"),
    _words(rf"(?:the\s)?(?P<start>first)\s(?P<few>{_NUMBER_WORDS}|\d){_THING}(?P<tail>)(?!\w)"),
    _words(
        rf"(?:the\s)?(?P<english>{'|'.join(_ENGLISH)}|(?P<last>last)|(?P<nth>\d{{1,3}})(?:st|nd|rd|th))"
        rf"{_THING}(?P<tail>)(?!\w)"
    ),
    _words(
        r"(?:the\s)?(?:changes?|edits?|numbers?|nos?\.?|items?|suggestions?)\s?#?"
        r"(?P<from>\d{1,3})\s?(?:-|–|~|to|through)\s?#?(?P<to>\d{1,3})(?P<tail>)(?!\w)"
    ),
    _words(
        rf"(?:the\s)?(?:changes?|edits?|numbers?|nos?\.?|items?|suggestions?)\s?"
        rf"(?:#?(?P<n>\d{{1,3}})|(?P<count>{'|'.join(_CARDINALS)}))"
        r"(?P<tail>)(?!\w)"
    ),
)
_BARE = (
    _words(r"(?P<from>\d{1,3})\s?(?:-|–|~|to|through)\s?(?P<to>\d{1,3})(?P<tail>)(?!\w)"),
    _words(r"(?P<n>\d{1,3})(?P<tail>(?:만|은|는|이랑|랑|하고|과|와|을|를)?)(?!\w)"),
)
_ALL = _words(
    rf"(?:(?:이거|이것들?|제안|변경(?:\s?사항)?)\s)?"
    rf"(?:모두|전부|싹|전체|모든\s?{_NOUN}|다)(?:\s?다)?(?:\s?{_NOUN})?{_TAIL}"
    r"|(?:all|everything|every\s(?:change|edit|one))(?:\s(?:of\s)?(?:it|them|these|those|the)(?!\w))?"
    r"(?:\s(?:the\s)?(?:changes|edits|suggestions|ones))?(?!\w)|them\sall(?!\w)"
)
_EACH = _words(
    r"(?P<few>둘|셋|넷|두\s?개|세\s?개|네\s?개|다섯\s?개)\s(?:모두|다)(?!\w)"
    r"|(?P<both>both)(?:\sof\sthem|\schanges|\sedits)?(?!\w)"
)
_OTHERS = _words(
    rf"(?:나머지|다른\s?(?:{_NOUN}|것들|거들|애들)|그\s?(?:외|밖)(?:에)?)(?:\s?{_NOUN})?(?:\s?(?:모두|전부|다))?{_TAIL}"
    r"|(?:all\s)?(?:of\s)?(?:the\s)?(?:rest|others|other\s(?:ones|changes|edits)"
    r"|remaining(?:\s(?:ones|changes|edits))?)(?!\w)"
)
_EXCEPT = _words(
    r"(?:말고|빼고|빼놓고|뺀|제외하고|제외한|제외)(?:는|요)?(?!\w)|이?외에(?:는)?(?!\w)"
    r"|(?:빼면|제외하면)(?=\s(?:다|모두|전부|나머지)(?!\w))"
    r"|(?:but|except(?:\sfor)?|excluding|apart\sfrom|besides|other\sthan)(?!\w)"
)
_ONLY = _words(r"(?:오직|딱)(?!\w)|(?:only|just|nothing\sbut)(?!\w)")
_JOIN = _words(
    r"(?:그리고|그럼|그러면|또|및|하고|근데|그런데|하지만|그래도|대신|and|then|but|while|also|plus|&)(?!\w)"
    r"|[,;.!?…~\n、。！？·/]+"
)
_FILLER = _words(
    r"(?:그|이대로|그대로(?=\s(?:적용|반영|받|좋|승인))|i(?=\s(?:only|just))|좀|그냥|일단|우선|아|음|어|네|예|응|아니|아니요|이제|제발|그건|저는|나는|내가|제가|생각해보니|역시|정말|아주"
    r"|please|can\syou|could\syou|would\syou|i\sthink|i['’]d\slike\sto|i\swant\sto|let['’]?s|let\sme|ok(?:ay)?"
    r"(?=,)|yes(?=,)|no(?=,)|now|actually|thanks?(?:\syou)?|well|really|still|it|this|that|they|them|these|those|고마워요?|감사합니다|감사해요"
    r"|부탁(?:해요?|드려요|드립니다)|of)(?!\w)"
)

_GIVE = (
    r"(?:\s?(?:줘|주라|주세요|주십시오|주실래요?|줄래|주면\s?돼|주시겠어요|줄\s?수\s?있어|봐|버려|버리자|둬|두자"
    r"|두세요|놔|놓자|놓으세요|드려|드릴게))?"
)
_FORMS = r"(?:해|하자|할게|할래|할까|합니다|하세요|하십시오|하면\s?돼|하겠습니다|로|로\s?해)?"
_ENDS = r"(?:요|용|염)?(?!\w)"
_LINKS = r"(?P<links>(?:하|해\s?주|해\s?두)?(?:고|지만|는데|은데)(?:요)?)(?!\w)"
_DO = r"취소|거절|반려|제외|삭제|제거|기각|거부|무시|철회|패스|드롭|드랍|원상\s?복구|원위치"
_TAKE = r"적용|수락|승인|반영|채택|통과|확정|찬성|유지|선택"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    verdict: Verdict
    leads: bool = False
    bare: bool = False


_RULES = (
    # what is said against a verb turns it round
    _Rule(
        _words(
            rf"(?:(?:{_DO})하지|빼지|지우지|없애지|버리지|되돌리지)(?:는|도)?\s?(?:마|말아|말고|말자)"
            rf"{_GIVE}(?:세요|십시오)?{_ENDS}"
        ),
        "accepted",
    ),
    _Rule(
        _words(
            rf"(?:(?:{_TAKE})하지|받지|넣지|쓰지|살리지|바꾸지|하지)(?:는|도)?\s?(?:마|말아|말고|말자)"
            rf"{_GIVE}(?:세요|십시오)?{_ENDS}"
        ),
        "rejected",
    ),
    _Rule(
        _words(
            r"(?:안\s?(?:할래|할게|해도\s?돼|받아|받을래|받을게|써|쓸래|쓸게|넣어|넣을래|좋아|바꿔도\s?돼|바꿀래)"
            r"|(?:좋|괜찮|마음에\s?들|맘에\s?들)지\s?않아|(?:마음|맘)에\s?안\s?들어|필요\s?없어|필요\s?없을\s?것\s?같아"
            rf"|싫어|싫습니다|별로(?:야|예요|네|입니다)?|아닌\s?것\s?같아|반대(?:야|예요)?){_ENDS}"
        ),
        "rejected",
    ),
    _Rule(
        _words(r"(?:싫|별로(?:이|인)?|필요\s?없)(?P<links>고|지만|는데|은데|데)(?!\w)"), "rejected"
    ),
    # Korean verbs stand behind what they are about
    _Rule(_words(rf"(?:취소|거절|반려|거부|철회){_FORMS}{_GIVE}{_ENDS}"), "rejected", bare=True),
    _Rule(_words(rf"(?:{_DO}){_FORMS}{_GIVE}{_ENDS}"), "rejected"),
    _Rule(
        _words(
            rf"(?:빼|뺄게|뺄래|빼자|빼세요|빼라|뺍시다|지워|지우자|지울게|지우세요|없애|없애자|버려|버리자|버릴게"
            rf"|되돌려|되돌리자|되돌릴게|물러|내려놔|날려|원래대로(?:\s?(?:해|돌려|두자|둬|놔|하자))?"
            rf"|원래\s?(?:글|값|것)(?:으|이)?로(?:\s?해)?|(?:빼|지우|없애|버리|되돌리)고\s?싶(?:어|습니다))"
            rf"{_GIVE}{_ENDS}"
        ),
        "rejected",
    ),
    _Rule(_words(rf"(?:{_DO}){_LINKS}"), "rejected"),
    _Rule(
        _words(
            r"(?:빼|지우|없애|버리|되돌리|원래대로\s?(?:하|두|돌리))(?P<links>고|지만)(?:요)?(?!\w)"
        ),
        "rejected",
    ),
    _Rule(
        _words(
            rf"(?:좋아|좋네|좋습니다|좋겠어|좋다|괜찮아|괜찮네|괜찮습니다|괜찮다|(?:마음|맘)에\s?들어|ㅇㅋ|오케이|오케"
            rf"|받을게|받아들일게|승인|수락|확정|통과){_GIVE}{_ENDS}|(?:적용|수락|승인|반영|채택|확정){_FORMS}{_GIVE}{_ENDS}"
        ),
        "accepted",
        bare=True,
    ),
    _Rule(
        _words(
            rf"(?:받아|받자|받아들여|넣어|넣자|넣을게|살려|살리자|살릴게|되살려|쓸게|쓰자|맞아|골라|고를게|남겨|남기자"
            rf"|남길게|남겨놔|두자|둬|둘게|놔둬|다시\s?(?:넣어|살려)|(?<=만\s)(?:할게|할래|하자|해|갈게|가자)"
            rf"|(?:받|넣|살리|쓰|남기)고\s?싶(?:어|습니다)|(?:{_TAKE}){_FORMS}){_GIVE}{_ENDS}"
        ),
        "accepted",
    ),
    _Rule(_words(rf"(?:{_TAKE}){_LINKS}"), "accepted"),
    _Rule(
        _words(
            r"(?:(?:좋|괜찮|(?:마음|맘)에\s?들)(?P<links>고|지만|은데|는데)"
            r"|(?:받|넣|살리|쓰|남기|남겨\s?두|남겨\s?놓|두|놔두)고)(?:요)?(?!\w)"
        ),
        "accepted",
    ),
    # English verbs stand before, adjectives behind
    _Rule(
        _words(
            r"(?:do\snot|don['’]?t|never)\s(?:drop|undo|reject|remove|delete|discard|cancel|revert|skip"
            r"|take\sout|lose)(?!\w)"
        ),
        "accepted",
        leads=True,
    ),
    _Rule(
        _words(
            r"(?:i\s)?(?:do\snot|don['’]?t)\s(?:want|like|need|take|apply|accept|use|keep|include)(?!\w)"
            r"|(?:not|no\sto|without|minus)(?!\w)"
        ),
        "rejected",
        leads=True,
    ),
    _Rule(_words(r"(?:reject|cancel|discard|decline)(?!\w)"), "rejected", leads=True, bare=True),
    _Rule(
        _words(
            r"(?:drop|undo|remove|delete|skip|revert|take\sout|leave\sout|throw\s(?:out|away)|exclude|omit"
            r"|get\srid\sof|refuse|deny|dismiss|scrap|ditch|nix|roll\sback|take\sback)(?!\w)"
        ),
        "rejected",
        leads=True,
    ),
    _Rule(_words(r"(?:accept|apply|approve)(?!\w)"), "accepted", leads=True, bare=True),
    _Rule(
        _words(
            r"(?:i\s(?:like|want|love)|i['’]?(?:ll|\swill)\s(?:take|keep)|take|keep|leave(?=\s(?:only|just))|use|include|allow"
            r"|yes\sto|go\swith|want(?=\s(?:the|only|just|#|\d))|confirm|restore|bring\sback|put\sback|pick|choose|approve\sof)(?!\w)"
        ),
        "accepted",
        leads=True,
    ),
    _Rule(
        _words(
            r"(?:(?:is|are|looks?|sounds?|seems?)\s)?(?:(?:very|really|all|just)\s)?"
            r"(?:good|fine|ok(?:ay)?|great|nice|perfect|lovely|accepted)(?!\w)"
        ),
        "accepted",
        bare=True,
    ),
    _Rule(
        _words(
            r"(?:(?:is|are|looks?|sounds?)\s(?:not\s(?:good|nice|needed)|bad|wrong|out|no\sgood|rejected|unnecessary)"
            r"|(?:isn['’]t|aren['’]t)\s(?:good|nice|needed))(?!\w)"
        ),
        "rejected",
    ),
)
"""In this order: an earlier one wins over one that is as long."""


# -- tokens


def _tokens(text: str, count: int) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _token(text, position, count)
        position = token.span[1]
        yield token


def _token(text: str, at: int, count: int) -> _Token:
    """The longest reading here; a word where there is none. What is quoted is never read."""
    if quoted := quote(text, at):
        return _Token("word", (at, quoted[2]), text[at : quoted[2]])
    found = [*_ref(text, at, count), *_plain(text, at, count), *_verdict(text, at)]
    if found:
        return max(found, key=lambda token: token.span[1])
    match = re.compile(r"[^\s,;!?…()]+|.").match(text, at)
    end = match.end() if match else at + 1
    return _Token("word", (at, end), text[at:end], links=text[at:end].endswith(("고", "고요")))


def _ref(text: str, at: int, count: int) -> Iterator[_Token]:
    for kind, patterns in (("ref", _REFS), ("bare", _BARE)):
        for match in filter(None, (pattern.match(text, at) for pattern in patterns)):
            numbers = _counted(match, count)
            known = kind == "ref" or all(1 <= number <= count for number in numbers)
            if numbers and known:
                kinds: _Kind = "ref" if kind == "ref" else "bare"
                yield _Token(kinds, match.span(), match[0], numbers, match["tail"])


def _counted(match: re.Match[str], count: int) -> tuple[int, ...]:
    """The numbers that a reference names."""
    said = {name: value for name, value in match.groupdict().items() if value}
    if "few" in said:
        few = min(count, _COUNTS.get(said["few"].lower(), 0) or int(said["few"]))
        return tuple(range(1, few + 1) if "start" in said else range(count - few + 1, count + 1))
    if "from" in said:
        first, last = int(said["from"]), int(said["to"])
        return tuple(range(first, last + 1)) if first <= last else ()
    if "last" in said:
        return (count,)
    return (_ordinal(said),)


def _ordinal(said: Mapping[str, str]) -> int:
    if "n" in said or "nth" in said:
        return int(said.get("n") or said["nth"])
    if "ordinal" in said:
        return _ORDINALS.index(said["ordinal"]) + 1
    if "count" in said:
        return _CARDINALS.index(said["count"].lower()) + 1
    if "sth" in said:
        return _STH.index(said["sth"]) + 1
    return _ENGLISH.index(said["english"].lower()) + 1


def _plain(text: str, at: int, count: int) -> Iterator[_Token]:
    kinds: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
        *(("all", _ALL), ("others", _OTHERS), ("except", _EXCEPT), ("only", _ONLY)),
        *(("join", _JOIN), ("noun", _FILLER), ("noun", _words(rf"{_NOUN}{_TAIL}"))),
    )
    for kind, pattern in kinds:
        if match := pattern.match(text, at):
            yield _Token(kind, match.span(), match[0], tail=match.groupdict().get("tail") or "")
    if match := _EACH.match(text, at):
        few = 2 if match["both"] else _COUNTS[match["few"].rstrip("개 ")]
        if few == count:
            yield _Token("all", match.span(), match[0])


def _verdict(text: str, at: int) -> Iterator[_Token]:
    for rule in _RULES:
        if match := rule.pattern.match(text, at):
            links = bool(match.groupdict().get("links")) or match[0].endswith(("고", "고요"))
            token = _Token("verdict", match.span(), match[0], verdict=rule.verdict)
            yield replace(token, leads=rule.leads, bare=rule.bare, links=links)


# -- chunks


@dataclass(slots=True)
class _Chunk:
    """Words up to where the next thought may begin."""

    tokens: list[_Token]

    @property
    def span(self) -> tuple[int, int]:
        return self.tokens[0].span[0], self.tokens[-1].span[1]

    def of(self, *kinds: _Kind) -> list[_Token]:
        return [token for token in self.tokens if token.kind in kinds]

    @property
    def verdict(self) -> _Token | None:
        return next(iter(self.of("verdict")), None)

    @property
    def refers(self) -> bool:
        return bool(self.of("ref", "bare", "all", "others"))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Those named, and those between "1번부터" and "3번까지"."""
        found: list[int] = []
        named = self.of("ref", "bare")
        for token, before in zip(named, [None, *named], strict=False):
            if before and "부터" in before.tail and "까지" in token.tail:
                found += range(before.numbers[-1], token.numbers[0])
            found += token.numbers
        return tuple(dict.fromkeys(found))

    @property
    def only(self) -> bool:
        return any(token.only for token in self.tokens)

    @property
    def topic(self) -> bool:
        return any(token.topic for token in self.of("ref", "bare"))

    @property
    def counts(self) -> bool:
        """It begins with a number of things: 3 turns."""
        return len(self.tokens) > 1 and self.tokens[1].kind == "word" and self.tokens[1].unit

    @property
    def decides(self) -> bool:
        if self.of("word") or not self.sure:
            return False
        return bool(self.verdict) or (self.refers and (self.only or bool(self.of("except"))))

    @property
    def sure(self) -> bool:
        """A bare number alone is no change, unless it stands in a list or with a verb of ours."""
        return self.refers or bool(self.verdict and self.verdict.bare)


def _chunks(text: str, count: int) -> list[_Chunk]:
    chunks: list[_Chunk] = [_Chunk([])]
    tokens = [*_tokens(text, count), None]
    for read, after in pairwise(tokens):
        last = chunks[-1]
        if read is None:
            break
        token = _fitting(read, last, after)
        opens = token.leads and (last.verdict or last.refers) and not last.of("word")
        if token.kind == "join" or opens:
            chunks.append(_Chunk([token] if opens else []))
            continue
        last.tokens.append(token)
        if _closes(token, last):
            chunks.append(_Chunk([]))
    return [chunk for chunk in chunks if any(token.kind != "noun" for token in chunk.tokens)]


def _fitting(token: _Token, last: _Chunk, after: _Token | None) -> _Token:
    """A verb that goes on with a word is a word itself; "but" excepts from all, or joins."""
    final = token.kind == "verdict" and not (token.leads or token.links)
    if final and after is not None and after.kind == "word":
        return replace(token, kind="word")
    if token.text.lower() == "but" and not (last.tokens and last.tokens[-1].kind == "all"):
        return replace(token, kind="join")
    return token


def _closes(token: _Token, last: _Chunk) -> bool:
    """Korean verbs end a thought where nothing else is said in it; -고 always does."""
    excepts = token.kind == "except" and re.search("[가-힣]", token.text) is not None
    ends = excepts or (token.kind == "verdict" and not token.leads)
    return (ends and not last.of("word")) or (token.links and token.kind != "join")


def _joined(chunks: Sequence[_Chunk]) -> list[_Chunk]:
    """Lists put together again: "2번, 3번은 빼줘", "drop 2, 3 and 4", "1번 빼고 다 좋아"."""
    found: list[_Chunk] = []
    for chunk in chunks:
        before = found[-1] if found else None
        if before is not None and _continues(before, chunk):
            before.tokens += chunk.tokens
        elif before is None or not _instead(before, chunk):
            found.append(_Chunk(list(chunk.tokens)))
        else:
            found[-1] = _Chunk(list(chunk.tokens))
    return found


def _continues(before: _Chunk, chunk: _Chunk) -> bool:
    if before.of("word") or not before.refers:
        return False
    listed = chunk.tokens[0].kind in ("ref", "bare")
    if (before.verdict and before.verdict.leads) or before.of("only"):
        plain = not chunk.of("verdict", "word", "all", "others")
        return listed and (plain or chunk.counts)
    if before.of("except") and not before.topic:
        return bool(chunk.of("all", "others")) and chunk.decides
    if before.of("verdict", "except", "all", "others") or before.only:
        return False
    return chunk.refers or bool(chunk.of("verdict"))


def _instead(before: _Chunk, chunk: _Chunk) -> bool:
    """Whether the first is only not meant: "1번 말고 2번을 빼줘" says nothing against it."""
    left = before.decides and any(token.text == "말고" for token in before.of("except"))
    verdict = chunk.verdict
    return left and chunk.decides and verdict is not None and verdict.verdict == "rejected"


def _excepted(chunks: Sequence[_Chunk]) -> bool:
    """Whether one is left out of a wish, not refused: "2번 빼고 다 더 짧게"."""
    for one, two in pairwise(chunks):
        said = [token.text for token in one.of("except") if one.decides and not two.decides]
        whole = two.tokens[0].kind in ("all", "others") and not one.topic
        if said and (whole or "말고" in said):
            return True
    return False


# -- verdicts


def _of(
    chunk: _Chunk, every: Sequence[int], named: set[int], known: Collection[int]
) -> dict[int, Verdict]:
    """What one chunk decides; a later one wins, and all that is said of all of them yields."""
    plain: Verdict = "rejected" if chunk.of("except") else "accepted"
    verdict = (chunk.verdict.verdict if chunk.verdict else None) or plain
    other: Verdict = "rejected" if verdict == "accepted" else "accepted"
    numbers = chunk.numbers
    if chunk.of("except") and numbers:
        whole = chunk.of("all", "others")
        rest: dict[int, Verdict] = dict.fromkeys(every, verdict) if whole else {}
        return rest | dict.fromkeys(numbers, other if whole else "rejected")
    left = named or (known if chunk.of("others") else ())
    others = [number for number in every if number not in left]
    if chunk.of("all", "others") or not chunk.refers:
        return dict.fromkeys((*others, *numbers), verdict)
    dropped = others if chunk.only and verdict == "accepted" else ()
    found: dict[int, Verdict] = dict.fromkeys(dropped, "rejected")
    return found | dict.fromkeys(numbers, verdict)
