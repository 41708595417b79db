"""How a value of a chapter is shown."""

from core.chapter.chapter import PRICES, is_number
from core.chapter.text import Json
from core.words.places import Lang
from pages.parts.review.cards import tag
from pages.words import WORDS, fill


def plain(value: Json) -> str:
    """As text; "" for what is not there."""
    return "" if value is None else value if isinstance(value, str) else str(value)


def told(name: str | None, value: Json, lang: Lang) -> str:
    """Likewise, a news tag in words."""
    return tag(value, lang) if name == "news_tag" and isinstance(value, str) else plain(value)


def shown(name: str, value: Json, lang: Lang) -> str:
    """Likewise, a price in coins."""
    if name in PRICES and is_number(value):
        return fill(WORDS[lang].coins, n=value)
    return told(name, value, lang)
