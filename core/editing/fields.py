"""Requests about one field: a risk, a tag, a text put, emptied, swapped or made the same."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from core.chapter import korean
from core.chapter.chapter import RISKS, TAGS, Chapter
from core.chapter.ops import Carry, Op, Price, Set
from core.editing import request
from core.editing.request import (
    LEVEL_TAGS,
    Answer,
    Clause,
    Reading,
    Ready,
    Token,
    ask,
    listed,
    ready,
)

TURN_FIELDS = frozenset({"news", "news_hint", "news_tag", "result"})
_LEVELLED = frozenset({"risk_level", "description"})
_PUTTING = frozenset({"change", "set", "fix", "fill", "same"})
_SENTENCE = re.compile(r"(?:[.!?…]|요|니다|까)['’\"”)]?$")
_PLACES = frozenset({"all", "turns", "stocks", "to"})
_COLON = re.compile(r"(?P<head>[^:：\n]{2,40}?)\s?[:：]\s+(?P<text>[^\n]+)")
_WHOLE_TEXT = re.compile(r".*[가-힣].*(?:[.!?…]|요|니다)|[A-Z]\S*(?:\s+\S+){2,}[.!?…]")
_WISH = re.compile(
    r"(?:줘|주세요|주실래요|줄래요?|주십시오|바람|바라요|바랍니다|싶어요?|게(?:요)?|으로|하기|수정|변경)[.!~…]*$"
    r"|(?:바꿔|바꾸|고쳐|고치|써|쓰|줄여|늘려|지워|빼|넣어)(?:요|세요|자)?[.!~…]*$"
    r"|^(?:더|덜|좀|조금)\s"
    r"|^(?:please|make|change|rewrite|write|add|remove|delete|shorten|use|set|put|keep|more|less|be"
    r"|mention|say|let|give|turn|replace|fix|translate|simplify|describe|tell|include|should|must)\b",
    re.IGNORECASE,
)


def read(clause: Clause) -> Reading:
    """The first reader that understands all of the clause."""
    if put := _said_whole(clause):
        return put
    if clause.words:
        return _unknown(clause)
    return next((found for reader in _READERS if (found := reader(clause)) is not None), None)


def _unknown(clause: Clause) -> Reading:
    """A level, or the end of a text, of something that is not in the chapter."""
    named = clause.of("stock", "vague", "turn", "quote")
    if named or not clause.of("level") or clause.fields != ("risk_level",):
        return None
    return ask("name_unknown", clause.chapter, name=" ".join(clause.words))


# -- names


def _emoji(clause: Clause) -> Reading:
    """종목 이름 앞의 이모지만 지워줘."""
    plain = clause.only("field", "mark", "verb", "stock") and not set(clause.fields) - {"name"}
    if not plain or "emoji" not in clause.marks or not clause.verbs & {"delete", "empty"}:
        return None
    chapter = clause.chapter
    if not clause.fields and "stocks" not in clause.marks and not clause.of("stock"):
        fields = {at.field for at, text in chapter.texts() if korean.bare(text) != _level(text)}
        if fields - {"name"}:
            return ask("emoji_where", chapter)
    stocks = clause.places("stock") or range(1, len(chapter.names) + 1)
    names = ((stock, chapter.names[stock - 1]) for stock in stocks)
    bare = [(stock, name, korean.bare(name)) for stock, name in names]
    if any(name and not short for _, name, short in bare):
        return Answer("refused", "name_emptied")
    return ready(_put(stock, "name", new) for stock, old, new in bare if _level(old) != new)


def _level(text: str) -> str:
    return " ".join(text.split())


# -- prices before


def _carry(clause: Clause) -> Reading:
    """Fill or repair before_value."""
    if clause.fields != ("before_value",):
        return None
    if clause.of("number", "percent", "ratio"):
        return Answer("refused", "before_derived")
    plain = clause.only("field", "mark", "verb", "stock", "turn")
    if not plain or not clause.verbs or clause.verbs - _PUTTING:
        return None
    turns, stocks = clause.places("turn"), clause.places("stock")
    if not turns and not stocks:
        return Ready(((Carry(op="carry"),),))
    every = tuple(range(1, len(clause.chapter.turns) + 1))
    found = (clause.chapter.turns[turn - 1] for turn in turns or every)
    rows = (stock for turn in found for stock in turn.stocks)
    return ready(
        Carry(op="carry", at=str(stock.at))
        for stock in rows
        if not stocks or stock.at.stock in stocks
    )


# -- what is the same in every turn


def _same(clause: Clause) -> Reading:
    """Equalise a drifted risk level or description; fill one from the other turns."""
    fields = [field for field in clause.fields if field in _LEVELLED]
    if not fields or set(clause.fields) - _LEVELLED or clause.of("level", "quote", "number"):
        return None
    wanted = clause.verbs & {"same", "fill"} or clause.marks & {"once", "differs", "missing"}
    if not wanted or clause.verbs - _PUTTING or clause.of("vague"):
        return None
    stocks = clause.places("stock") or tuple(range(1, clause.chapter.stock_count + 1))
    return _equalised(clause, fields, stocks)


def _equalised(clause: Clause, fields: list[str], stocks: tuple[int, ...]) -> Reading:
    ops: list[Op] = []
    for field in fields:
        for stock in stocks:
            written = _column(clause.chapter, stock, field)
            usual = _usual(written)
            if usual is None:
                rule = "which_risk" if field == "risk_level" else "which_description"
                name = clause.chapter.names[stock - 1]
                return ask(rule, clause.chapter, name=name, at=f"s{stock}.{field}")
            if any(text != usual for text in written):
                ops.append(_put(stock, field, usual))
    return ready(ops) if ops else Answer("no_change", "no_drift", {"field": fields[0]})


def _column(chapter: Chapter, stock: int, field: str) -> list[str]:
    return [t.stocks[stock - 1].text(field) for t in chapter.turns if len(t.stocks) >= stock]


def _usual(written: list[str]) -> str | None:
    """The text that most turns have, an exact label before another; None in a draw."""
    counts = Counter(text for text in written if text)
    ranked = sorted(counts, key=lambda text: (text in RISKS, counts[text]), reverse=True)
    ranked = sorted(ranked, key=lambda text: counts[text], reverse=True)
    if not ranked:
        return None
    drawn = len(ranked) > 1 and counts[ranked[0]] == counts[ranked[1]]
    return None if drawn and (ranked[0] in RISKS) == (ranked[1] in RISKS) else ranked[0]


def _risks(clause: Clause) -> Reading:
    """빠진 위험도를 채워줘: 타코는 고위험 고수익, 아이스크림은 중위험 균형형."""
    plain = clause.only("field", "mark", "verb", "stock", "level", "vague")
    if not plain or not clause.of("level") or set(clause.fields) - {"risk_level"}:
        return None
    if clause.verbs - _PUTTING or clause.marks - _PLACES - {"missing"}:
        return None
    if vague := clause.of("vague"):
        return _which(clause.chapter, vague[0])
    pairs = _paired(clause)
    if pairs is None:
        bare = not clause.of("stock") and len(clause.of("level")) == 1 and clause.fields
        return ask("which_stock", clause.chapter) if bare else None
    chapter = clause.chapter
    return ready(
        _put(stock, "risk_level", label)
        for stock, level in pairs
        for label in [_label(chapter, level)]
        if any(text != label for text in _column(chapter, stock, "risk_level"))
    )


def _paired(clause: Clause) -> list[tuple[int, int]] | None:
    """Stock and level (0 high to 2 low) in the order said; None when they do not pair up."""
    if "all" in clause.marks and len(clause.of("level")) == 1 and not clause.of("stock"):
        level = int(clause.of("level")[0].value)
        return [(stock, level) for stock in range(1, clause.chapter.stock_count + 1)]
    said = clause.of("stock", "level")
    if said and said[0].kind == "level" and len(clause.of("level")) == len(clause.of("stock")):
        said = tuple(token for pair in zip(said[1::2], said[::2], strict=False) for token in pair)
    pairs: list[tuple[int, int]] = []
    waiting: list[int] = []
    for token in said:
        if token.kind == "stock":
            waiting += token.places
        elif not waiting:
            return None
        else:
            pairs += [(stock, int(token.value)) for stock in waiting]
            waiting = []
    return pairs if pairs and not waiting and _once(pairs) else None


def _once(pairs: list[tuple[int, int]]) -> bool:
    return len({stock for stock, _ in pairs}) == len(pairs)


def _label(chapter: Chapter, level: int) -> str:
    """The exact label, or the short one where the chapter writes only short ones."""
    short = {label.split()[0] for label in RISKS}
    used = {chapter.shared(stock, "risk_level") for stock in range(1, chapter.stock_count + 1)}
    return RISKS[level].split()[0] if used and used <= short else RISKS[level]


# -- tags and texts of a turn


def _tag(clause: Clause) -> Reading:
    """3턴 태그를 high로."""
    value = _tag_value(clause)
    plain = clause.only("turn", "field", "mark", "verb", "level", "quote")
    if clause.fields != ("news_tag",) or value is None or not plain or clause.verbs - _PUTTING:
        return None
    turns = clause.places("turn")
    if not turns:
        return ask("which_turn", clause.chapter, turns=len(clause.chapter.turns))
    return ready(_texts(clause.chapter, turns, "news_tag", value), f"t{turns[0]}.news_tag")


def _tag_value(clause: Clause) -> str | None:
    values = [LEVEL_TAGS[int(token.value)] for token in clause.of("level")]
    values += [token.value for token in clause.of("quote") if token.value in TAGS]
    values += [{"all": "all", "none": ""}[mark] for mark in ("all", "none") if mark in clause.marks]
    said = len(clause.of("level", "quote")) <= 1 and not clause.marks - _PLACES - {"none"}
    return values[0] if said and len(values) == 1 else None


def _empty(clause: Clause) -> Reading:
    """3턴 뉴스를 비워줘."""
    plain = clause.only("turn", "field", "mark", "verb", "stock")
    asked = [token for token in clause.of("verb") if token.value != "set"]
    if not plain or len(asked) != 1 or clause.verbs - {"delete", "empty", "set"}:
        return None
    if clause.marks - _PLACES or not clause.fields or clause.verbs == {"set"}:
        return None
    if set(clause.fields) & {"name", "price", "before_value"}:
        return Answer("refused", "not_empty", {"field": clause.fields[0]})
    turns = _turns_meant(clause)
    if not turns and set(clause.fields) - _LEVELLED:
        return ask("which_turn", clause.chapter, turns=len(clause.chapter.turns))
    if set(clause.fields) & _LEVELLED and not _stocks_meant(clause):
        return ask("which_stock", clause.chapter)
    return ready(op for field in clause.fields for op in _emptied(clause, field, turns))


def _emptied(clause: Clause, field: str, turns: tuple[int, ...]) -> Iterator[Op]:
    chapter = clause.chapter
    if field in TURN_FIELDS:
        yield from _texts(chapter, turns, field, "")
    elif field == "expectation":
        stocks = clause.places("stock")
        for stock in (row for turn in turns for row in chapter.turns[turn - 1].stocks):
            if (not stocks or stock.at.stock in stocks) and stock.text(field):
                yield Set(op="set", at=f"{stock.at}.{field}", to="")
    else:
        for place in _stocks_meant(clause):
            if any(_column(chapter, place, field)):
                yield _put(place, field, "")


def _turns_meant(clause: Clause) -> tuple[int, ...]:
    every = tuple(range(1, len(clause.chapter.turns) + 1))
    return clause.places("turn") or (every if "all" in clause.marks or len(every) == 1 else ())


def _stocks_meant(clause: Clause) -> tuple[int, ...]:
    every = tuple(range(1, clause.chapter.stock_count + 1))
    return clause.places("stock") or (every if "all" in clause.marks or len(every) == 1 else ())


def _text(clause: Clause) -> Reading:
    """2턴 뉴스를 "내일은 비가 와요."로 바꿔줘: a whole sentence, put as it is."""
    quotes = clause.of("quote")
    plain = clause.only("turn", "field", "mark", "verb", "stock", "quote")
    if len(quotes) != 1 or not plain or len(clause.fields) != 1:
        return None
    if clause.verbs - _PUTTING or clause.marks - _PLACES or not _SENTENCE.search(quotes[0].value):
        return None
    places = _text_places(clause, clause.fields[0])
    if not isinstance(places, list):
        return places
    return ready(
        Set(op="set", at=at, to=quotes[0].value)
        for at, old in places
        if any(text != quotes[0].value for text in old)
    )


def _said_whole(clause: Clause) -> Reading:
    """2턴 뉴스: 내일은 비가 와요. The text stands behind a colon, without quotes."""
    found = _COLON.fullmatch(clause.text.strip())
    if not found or not _a_text(found["text"]):
        return None
    head = request.clause(found["head"], clause.chapter)
    plain = head.only("turn", "field", "stock", "verb") and not head.verbs - _PUTTING
    if not plain or len(head.fields) != 1:
        return None
    places = _text_places(head, head.fields[0])
    if not isinstance(places, list):
        return places
    return ready(
        Set(op="set", at=at, to=found["text"])
        for at, old in places
        if any(text != found["text"] for text in old)
    )


def _a_text(said: str) -> bool:
    """Whole sentences for the chapter; not a wish such as "더 짧게 해 주세요"."""
    if not _WHOLE_TEXT.fullmatch(said) or _COLON.search(said):
        return False
    return not any(_WISH.search(part) for part in re.split(r"(?<=[.!?…])\s+", said))


def _text_places(clause: Clause, field: str) -> list[tuple[str, list[str]]] | Reading:
    """Addresses with their present texts, or the question which."""
    chapter = clause.chapter
    turns, stocks = _turns_meant(clause), _stocks_meant(clause)
    if field not in TURN_FIELDS | {"expectation", "description"}:
        return None
    if field != "description" and not turns:
        return ask("which_turn", chapter, turns=len(chapter.turns))
    if field not in TURN_FIELDS and not stocks:
        return ask("which_stock", chapter)
    if field == "description":
        return [(f"s{stock}.{field}", _column(chapter, stock, field)) for stock in stocks]
    holders = (chapter.turns[turn - 1] for turn in turns)
    if field in TURN_FIELDS:
        there = (turn for turn in holders if field != "news_hint" or field in turn.values)
        return [(f"{turn.at}.{field}", [turn.text(field)]) for turn in there]
    rows = (row for turn in holders for row in turn.stocks if row.at.stock in stocks)
    return [(f"{row.at}.{field}", [row.text(field)]) for row in rows]


def _within(clause: Clause) -> Reading:
    """3턴 뉴스에서 '해파리'를 '문어'로 바꿔줘: a word in named texts only."""
    quoted = [token for token in clause.tokens if token.quoted]
    rest = Clause(clause.text, clause.chapter, tuple(t for t in clause.all if not t.quoted))
    if len(quoted) != 2 or not rest.of("turn") or len(rest.fields) != 1:
        return None
    if not rest.only("turn", "field", "mark", "verb", "stock"):
        return None
    if rest.verbs - _PUTTING or rest.marks - _PLACES:
        return None
    places = _text_places(rest, rest.fields[0])
    if not isinstance(places, list):
        return places
    old, new = quoted[0].value, quoted[1].value
    renamed = [(at, texts[0], korean.rename(texts[0], old, new)) for at, texts in places]
    ops = [Set(op="set", at=at, to=after) for at, before, after in renamed if after != before]
    facts = {"name": old, "names": listed(clause.chapter)}
    return ready(ops) if ops else Answer("question", "word_absent", facts)


# -- swapping


def _swap(clause: Clause) -> Reading:
    """3턴 뉴스와 결과를 서로 바꿔줘: two places of one kind."""
    plain = clause.only("turn", "field", "mark", "verb", "stock")
    if not plain or "swap" not in clause.verbs or clause.verbs - {"swap", "change", "set"}:
        return None
    if clause.marks - _PLACES - {"order"} or not clause.fields:
        return None
    places = _swapped(clause)
    return _exchange(clause.chapter, *places) if places else None


def _swapped(clause: Clause) -> tuple[str, str] | None:
    """The two addresses, where exactly two are meant."""
    turns, stocks, fields = clause.places("turn"), clause.places("stock"), clause.fields
    if set(fields) <= TURN_FIELDS and not stocks:
        places = [f"t{turn}.{field}" for turn in turns for field in fields]
    elif set(fields) <= _LEVELLED and not turns:
        places = [f"s{stock}.{field}" for stock in stocks for field in fields]
    elif set(fields) <= {"expectation", "price"}:
        places = [f"t{t}.s{s}.{field}" for t in turns for s in stocks for field in fields]
    else:
        places = []
    kinds = {place.rpartition(".")[2] for place in places}
    alike = len(kinds) == 1 or kinds <= TURN_FIELDS
    return (places[0], places[1]) if len(places) == 2 and alike else _crossed(clause)


def _crossed(clause: Clause) -> tuple[str, str] | None:
    """2턴 뉴스와 5턴 결과: turn and field in turns."""
    said = clause.of("turn", "field", "stock")
    fields = {token.value for token in said if token.kind == "field"}
    if [token.kind for token in said] != ["turn", "field"] * 2 or fields - TURN_FIELDS:
        return None
    one, two = (f"t{said[n].places[0]}.{said[n + 1].value}" for n in (0, 2))
    return one, two


def _exchange(chapter: Chapter, one: str, two: str) -> Reading:
    if one.endswith(".price"):
        return _exchange_prices(chapter, one.removesuffix(".price"), two.removesuffix(".price"))
    first, second = _present(chapter, one), _present(chapter, two)
    if first == second:
        return Answer("no_change", "already", {"at": one})
    return ready([Set(op="set", at=one, to=second), Set(op="set", at=two, to=first)])


def _exchange_prices(chapter: Chapter, one: str, two: str) -> Reading:
    rows = {str(row.at): row.price for turn in chapter.turns for row in turn.stocks}
    first, second = rows.get(one), rows.get(two)
    if first is None or second is None:
        return None
    if first == second:
        return Answer("no_change", "already", {"at": one})
    return ready([Price(op="price", at=one, to=second), Price(op="price", at=two, to=first)])


def _present(chapter: Chapter, at: str) -> str:
    """The text at an address; of a shared field, as the first turn has it."""
    parts = at.split(".")
    if parts[0].startswith("s"):
        return chapter.shared(int(parts[0][1:]), parts[1])
    turn = chapter.turns[int(parts[0][1:]) - 1]
    if len(parts) == 2:
        return turn.text(parts[1])
    stock = int(parts[1][1:])
    return turn.stocks[stock - 1].text(parts[2]) if stock <= len(turn.stocks) else ""


# -- ops


def _put(stock: int, field: str, to: str) -> Op:
    return Set(op="set", at=f"s{stock}.{field}", to=to)


def _texts(chapter: Chapter, turns: tuple[int, ...], field: str, to: str) -> Iterator[Op]:
    """`to` in every turn that has another text there."""
    for turn in turns:
        values = chapter.turns[turn - 1].values
        if chapter.turns[turn - 1].text(field) != to and (field != "news_hint" or field in values):
            yield Set(op="set", at=f"t{turn}.{field}", to=to)


def _which(chapter: Chapter, vague: Token) -> Answer:
    few = ", ".join(chapter.names[place - 1] for place in vague.places)
    return ask("which_stock", chapter, names=few)


_READERS: tuple[Callable[[Clause], Reading], ...] = (
    _emoji,
    _carry,
    _risks,
    _same,
    _tag,
    _swap,
    _empty,
    _text,
    _within,
)
