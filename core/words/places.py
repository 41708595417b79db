"""Places in words: `t3.s2.news` for people."""

from collections.abc import Mapping, Sequence
from typing import Literal

from core.chapter.chapter import Address
from core.errors import NoSuchPlace

Lang = Literal["ko", "en"]

FIELDS: Mapping[str, tuple[str, str]] = {
    "turn_number": ("턴 번호", "turn number"),
    "turn": ("턴 번호", "turn number"),
    "result": ("결과", "result"),
    "news": ("뉴스", "news"),
    "news_hint": ("뉴스 힌트", "news hint"),
    "news_tag": ("뉴스 태그", "news tag"),
    "stocks": ("종목 목록", "stock list"),
    "name": ("이름", "name"),
    "risk_level": ("위험 등급", "risk level"),
    "description": ("설명", "description"),
    "before_value": ("이전 가격", "price before"),
    "current_value": ("가격", "price"),
    "expectation": ("전망", "expectation"),
}
"""Field names of a chapter, in Korean and English."""


TAGS: Mapping[str, str] = {"all": "모두", "high": "고위험", "mid": "중위험", "low": "저위험"}
"""News tags in Korean; in English they are words as they are written."""


def place(at: str, lang: Lang, names: Sequence[str] = ()) -> str:
    """An address in words: `t3.s2.expectation` is "3턴 2번 종목 전망".

    `names` are the chapter's stock names by position; with them it is "3턴 돌고래 쇼 전망". An
    empty address is the whole chapter. Of a path deeper than an address, the known beginning.
    """
    known = _known(at)
    if known is None:
        return ("챕터 전체", "the whole chapter")[_index(lang)]
    parts = _korean(known, names) if lang == "ko" else _english(known, names)
    return " ".join(part for part in parts if part)


def field(name: str, lang: Lang) -> str:
    """A field in words; an unknown one as it is written."""
    return FIELDS[name][_index(lang)] if name in FIELDS else name


def tag(code: str, lang: Lang) -> str:
    """A news tag in words; an unknown one as it is written."""
    return TAGS.get(code, code) if lang == "ko" else code


def short(at: str) -> str:
    """The part of `at` that is an address: `t1.1.1` is `t1`."""
    known = _known(at)
    return str(known) if known else ""


def _index(lang: Lang) -> int:
    return 0 if lang == "ko" else 1


def _known(at: str) -> Address | None:
    parts = at.split(".")[:3]
    for count in range(len(parts), 0, -1):
        try:
            return Address.parse(".".join(parts[:count]))
        except NoSuchPlace:
            continue
    return None


def _korean(at: Address, names: Sequence[str]) -> tuple[str, ...]:
    turn = f"{at.turn}턴" if at.turn else "모든 턴"
    stock = _named(at, names) or (f"{at.stock}번 종목" if at.stock else "")
    return turn, stock, field(at.field, "ko") if at.field else ""


def _english(at: Address, names: Sequence[str]) -> tuple[str, ...]:
    turn = f"turn {at.turn}," if at.turn else "every turn,"
    stock = _named(at, names) or (f"stock {at.stock}" if at.stock else "")
    what = field(at.field, "en") if at.field else ""
    return (turn if stock else turn.rstrip(",")), stock, what


def _named(at: Address, names: Sequence[str]) -> str:
    return names[at.stock - 1] if at.stock and at.stock <= len(names) else ""
