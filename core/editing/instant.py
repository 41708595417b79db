"""Edits that need no model: every word of the request is understood, or there is no edit."""

import re
from collections.abc import Callable, Mapping, Sequence

from core.chapter import korean
from core.chapter.changes import apply
from core.chapter.chapter import Chapter
from core.chapter.ops import Group, Price, Rename, Set
from core.editing import fields, naming, prices, turns, whole
from core.editing.request import (
    MAX_REQUEST,
    Answer,
    Clause,
    Outcome,
    Reading,
    Ready,
    ask,
    clause,
    clean,
    listed,
    quote,
    tokens,
)
from core.errors import BadRequest, Fact, WriterError
from core.words.places import Lang

__all__ = ["EXAMPLES", "Answer", "Outcome", "Reading", "Ready", "clean", "examples", "read"]

EXAMPLES: Mapping[Lang, tuple[str, ...]] = {
    "ko": (
        "‘돌고래 쇼’를 ‘물개 공연’으로 바꿔 줘",
        "3턴 조개 매점 가격을 110으로 해 줘",
        "모든 가격을 10% 올려 줘",
        "돌고래 쇼 위험도를 중위험 균형형으로",
        "3턴 뉴스 태그를 고위험으로 해 줘",
        "2턴과 3턴 순서를 바꿔 줘",
        "3턴을 지워 줘",
        "3턴을 복제해 줘",
        "3턴 뉴스와 결과를 서로 바꿔 줘",
        "3턴을 맨 뒤로 옮겨 줘",
        "턴 순서를 거꾸로 해 줘",
        "2턴 뉴스: 내일은 비가 와요.",
        "마지막 턴 전망을 비워 줘",
        "종목 이름의 이모지를 지워 줘",
        "빠진 이전 가격을 채워 줘",
        "턴마다 다른 설명을 같게 맞춰 줘",
        "점검에서 나온 문제를 모두 고쳐 줘",
    ),
    "en": (
        "Rename ‘돌고래 쇼’ to ‘물개 공연’",
        "Set the price of 조개 매점 in turn 3 to 110",
        "Raise all prices by 10%",
        "Change the risk of 돌고래 쇼 to medium",
        "Set the tag of turn 3 to high",
        "Swap turns 2 and 3",
        "Delete turn 3",
        "Duplicate turn 3",
        "Swap the news and result of turn 3",
        "Move turn 3 to the end",
        "Reverse the order of the turns",
        "Turn 2 news: 내일은 비가 와요.",
        "Clear the expectations of the last turn",
        "Remove the emoji from the stock names",
        "Fill the missing before_value",
        "Make the different descriptions the same in every turn",
        "Fix everything the checks found",
    ),
}
"""One request of each kind, with names of a sample chapter."""

_READERS: tuple[Callable[[Clause], Reading], ...] = (
    whole.read,
    turns.read,
    fields.read,
    prices.read,
    naming.read,
)
_SPLITS = (
    re.compile(r"\s*[\n;]+\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)?|(?<=[.!?。])\s+"),
    re.compile(
        r"(?<=[꾸하주우리치이기추애빼넣두적])고,?\s+(?:또\s+)?|,?\s+그리고\s+|,?\s+(?:and\s+)?then\s+"
        r"|,?\s+and\s+(?=(?:also\s+)?(?:set|rename|change|delete|remove|swap|raise|lower|double|halve"
        r"|move|copy|duplicate|clear|empty|fill|replace|make)\b)"
    ),
    re.compile(r",\s*(?!\d{3}(?!\d))"),
)
"""Where one wish ends and the next begins, the surest first."""
_MOST_WISHES = 12
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_COURTESY = re.compile(
    r"(?:안녕(?:하세요)?|고마워요?|감사(?:해요|합니다|드려요)|부탁(?:해요?|드려요|드립니다|합니다)"
    r"|thanks?(?: you)?(?: very much)?|hi|hello|please)?[.!~ ]*",
    re.IGNORECASE,
)
_CHAPTER = re.compile(r"```|~~~|\"(?:turn_number|stocks|story_data|news)\"\s*:")
_GROWING = re.compile(
    r"추가|늘려|늘리|늘어|만들|짜리|까지|새\s|넣어|\b(?:add|extend|insert|new|append|create|make)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"알려|말해|가르쳐|궁금|얼마|뭐|무엇|무슨|누구|언제|어디|왜|어떻게|어때|몇|[?？]\s*$"
    r"|\b(?:what|who|when|where|why|how|which|tell me)\b",
    re.IGNORECASE,
)
_EDITING = re.compile(
    r"바[꿔꾸뀌꿨]|고치|고쳐|만들|써|쓰|적어|넣|추가|더|덜|늘[려리]|줄[여이]|빼|지우|지워|없애|삭제|제거|수정"
    r"|변경|다듬|손[봐보]|채[우워]|비[우워]|올[리려]|내[리려]|높|낮|깎|교체|옮|복[사제]|번역|요약|살려|강조"
    r"|대신|말고|처럼|않게|다시|[가-힣](?:게|도록)(?=\s|$|[.!~])|\b(?:re)?(?:write|make|name|word)\b"
    r"|\b(?:change|add|remove|delete|set|swap|raise|lower|double|halve|move|copy|clear|fill|fix|use|put"
    r"|replace|turn|give|keep|let|shorten|lengthen|simplify|improve|translate|describe|include|mention"
    r"|introduce|more|less|too|should|instead|funnier|shorter|longer|\w{3,}er)\b",
    re.IGNORECASE,
)


def read(request: str, chapter: Chapter) -> Reading:
    """What the request does to the chapter without a model; None when it needs one.

    A Ready applies to `chapter` as it is. Raises BadRequest over `MAX_REQUEST` characters.
    """
    text = clean(request)
    if len(text) > MAX_REQUEST:
        raise BadRequest("request_too_long", length=len(text), most=MAX_REQUEST)
    first = _unusable(text, chapter) or _nowhere(text, chapter)
    reading = first or _piece(text, chapter, 0)
    if isinstance(reading, Ready):
        return _checked(reading, chapter)
    return reading or _no_request(text, chapter)


def examples(chapter: Chapter, lang: Lang) -> tuple[str, ...]:
    """Requests about this very chapter, by its names and prices; each is Ready."""
    wishes = _korean_examples(chapter) if lang == "ko" else _english_examples(chapter)
    return tuple(wish for wish in wishes if isinstance(read(wish, chapter), Ready))


# -- what is no edit


def _unusable(text: str, chapter: Chapter) -> Reading:
    if not text:
        return Answer("refused", "request_empty")
    if _CHAPTER.search(text):
        return Answer("question", "whole_chapter")
    if not re.search(r"[^\W\d_]", text):
        return ask("request_unclear", chapter)
    return None


def _nowhere(text: str, chapter: Chapter) -> Reading:
    """A turn or stock that this chapter does not have."""
    said = tokens(text, chapter)
    last = len(chapter.turns)
    turns = [place for token in said if token.kind == "turn" for place in token.places]
    wrong = [turn for turn in turns if turn < 1 or (turn > last and not _GROWING.search(text))]
    if wrong:
        return Answer("refused", "no_turn", {"turn": wrong[0], "turns": last})
    stocks = [place for token in said if token.kind == "stock" for place in token.places]
    missing = [stock for stock in stocks if not 1 <= stock <= chapter.stock_count]
    if missing and not _GROWING.search(text):
        count, names = chapter.stock_count, listed(chapter)
        facts: dict[str, Fact] = {"stock": missing[0], "stocks": count, "names": names}
        return Answer("refused", "no_stock", facts)
    return None


def _no_request(text: str, chapter: Chapter) -> Reading:
    """A question, or words that have nothing to do with the chapter; None for a real wish."""
    if _EDITING.search(text):
        return None
    if _ASKING.search(text):
        return ask("asked", chapter)
    said = {token.kind for token in tokens(text, chapter)}
    words = re.findall(r"[^\W\d_]{2,}", text)
    known = said & {"turn", "stock", "vague", "field"} or any(w in chapter.text for w in words)
    return None if known else ask("request_unclear", chapter)


# -- one wish or several


def _piece(text: str, chapter: Chapter, level: int) -> Reading:
    """The whole as one wish; else as several, when each of them is understood."""
    whole = _clause(text, chapter)
    if isinstance(whole, Ready):
        return whole
    for depth in range(level, len(_SPLITS)):
        parts = [part for part in _split(text, _SPLITS[depth]) if not _COURTESY.fullmatch(part)]
        if parts != [text] and 0 < len(parts) <= _MOST_WISHES:
            joined = _joined([_piece(part, chapter, depth + (len(parts) > 1)) for part in parts])
            if isinstance(joined, Ready) or (joined and not whole):
                return joined
    return whole


def _clause(text: str, chapter: Chapter) -> Reading:
    said = clause(_BULLET.sub("", text), chapter)
    return next((found for reader in _READERS if (found := reader(said)) is not None), None)


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Parts between separators that stand outside quotes."""
    if not pattern.search(text):
        return [text.strip(" ,")] if text.strip(" ,.!?~") else []
    parts: list[str] = []
    start = position = 0
    while position < len(text):
        held, cut = quote(text, position), pattern.match(text, position)
        if cut and cut.end() > position and position > start:
            parts.append(text[start:position])
            start = cut.end()
        position = held[2] if held and not cut else max(position + 1, cut.end() if cut else 0)
    return [part.strip(" ,") for part in (*parts, text[start:]) if part.strip(" ,.!?~")]


def _joined(readings: Sequence[Reading]) -> Reading:
    """All groups together; instead a question or refusal of one; None when one needs a model."""
    if any(reading is None for reading in readings):
        return None
    answers = [reading for reading in readings if isinstance(reading, Answer)]
    firm = [answer for answer in answers if answer.outcome != "no_change"]
    groups = tuple(
        group for reading in readings if isinstance(reading, Ready) for group in reading.groups
    )
    if firm or not groups:
        return next(iter(firm or answers), None)
    return Ready(groups)


def _checked(reading: Ready, chapter: Chapter) -> Reading:
    """The reading where it applies and changes something, else why it does not.

    Texts and prices were compared when they were read: only the others are tried.
    """
    if all(isinstance(op, Rename | Price | Set) for ops in reading.groups for op in ops):
        return reading
    groups = [Group(f"i{n}", ops, "instant", "") for n, ops in enumerate(reading.groups, 1)]
    try:
        applied = apply(chapter, groups, claims=False)
    except WriterError as problem:
        same = problem.rule == "same_value"
        return Answer("no_change" if same else "refused", problem.rule, problem.facts)
    return reading if applied.changes else Answer("no_change", "already")


# -- examples


def _korean_examples(chapter: Chapter) -> list[str]:
    turn, name, price = _someplace(chapter)
    old, new = _renamed(chapter)
    return [
        f"‘{old}’{korean.josa(old, '를')} ‘{new}’{korean.josa(new, '로')} 바꿔 줘",
        f"{turn}턴 {name} 가격을 {price}{korean.josa(str(price), '로')} 해 줘",
        "모든 가격을 10% 올려 줘",
        "2턴과 3턴 순서를 바꿔 줘",
        f"{turn}턴 뉴스 태그를 전체로 해 줘",
        "점검에서 나온 문제를 모두 고쳐 줘",
        "종목 이름의 이모지를 지워 줘",
        "빠진 이전 가격을 채워 줘",
        "턴마다 다른 위험도를 같게 맞춰 줘",
        "턴마다 다른 설명을 같게 맞춰 줘",
        f"{turn}턴을 복제해 줘",
    ]


def _english_examples(chapter: Chapter) -> list[str]:
    turn, name, price = _someplace(chapter)
    old, new = _renamed(chapter)
    return [
        f"Rename ‘{old}’ to ‘{new}’",
        f"Set the price of {name} in turn {turn} to {price}",
        "Raise all prices by 10%",
        "Swap turns 2 and 3",
        f"Set the tag of turn {turn} to all",
        "Fix everything the checks found",
        "Remove the emoji from the stock names",
        "Fill the missing before_value",
        "Make the different risk levels the same in every turn",
        "Make the different descriptions the same in every turn",
        f"Duplicate turn {turn}",
    ]


def _renamed(chapter: Chapter) -> tuple[str, str]:
    """The first stock's name, and one that suits whatever it is."""
    old = korean.bare(chapter.names[0]) if chapter.names else ""
    korean_word = "새" if old.startswith("반짝") else "반짝"
    return old, f"{korean_word if re.search('[가-힣]', old) else 'Sparkly'} {old}"


def _someplace(chapter: Chapter) -> tuple[int, str, int]:
    """A turn in the middle, its last stock, and a price a little over the present one."""
    turn = chapter.turns[len(chapter.turns) // 2]
    if not turn.stocks:
        return turn.position, "", 100
    stock = turn.stocks[-1]
    return turn.position, korean.bare(stock.name), int(stock.price or 100) + 5
