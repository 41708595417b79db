"""One turn of a chapter as a card."""

from core.chapter.chapter import RISK_OF_TAG, TURN_TEXTS, Stock, Turn
from core.words.places import Lang
from pages.words import WORDS, fill, label

_LEVELS = {risk: level for level, risk in RISK_OF_TAG.items()}
"""Beginning of a risk label to the tag that moves it."""


def card(turn: Turn, lang: Lang) -> dict[str, object]:
    """The news first: it is what a player reads; then what it came to."""
    shown = [name for name in ("news", "news_hint", "result") if name in turn.values]
    return {
        "key": f"t{turn.position}",
        "title": fill(WORDS[lang].turn, n=turn.position),
        "tag": tag(turn.text("news_tag"), lang) if turn.text("news_tag") else "",
        "fields": [
            {"name": name, "label": label(name, lang), "text": turn.text(name)}
            for name in shown
            if name in TURN_TEXTS
        ],
        "stocks": [_stock(stock) for stock in turn.stocks],
    }


def tag(code: str, lang: Lang) -> str:
    """A news tag in words; an unknown one as it stands."""
    say = WORDS[lang]
    known = {
        "all": say.tag_all,
        "high": say.tag_high,
        "mid": say.tag_mid,
        "low": say.tag_low,
        "": say.tag_none,
    }
    return known.get(code, code)


def _stock(stock: Stock) -> dict[str, object]:
    level = next((tag for risk, tag in _LEVELS.items() if stock.risk.startswith(risk)), "")
    return {
        "name": stock.name,
        "risk": stock.risk,
        "level": level,
        "price": stock.price,
        "opening": stock.opening,
        "outlook": stock.text("expectation"),
        "about": stock.text("description"),
    }
