"""What came out of an edit, said before the review: reply, proof, findings, what was refused."""

from collections.abc import Iterable, Mapping, Sequence

from core import words as sentences
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.editing.editor import Outcome, Proposal
from core.service import wiring
from core.service.jobs import View
from core.service.proof import prove
from core.words.places import Lang, place, short
from pages.words import WORDS, fill

Item = dict[str, str]
Listed = dict[str, object]
_HEAT: tuple[rules.Level, ...] = ("STOP", "GAME", "WARN", "NOTE")
QUOTED = 400
"""Letters of a request that are shown above its answer."""
FEW = 3
"""So many refused changes are listed at once; more, on a click."""
_TONES: Mapping[Outcome, str] = {
    "edited": "done",
    "question": "ask",
    "refused": "warn",
    "no_change": "ask",
    "failed": "bad",
    "cancelled": "warn",
}


def note(view: View, lang: Lang) -> dict[str, object]:
    """The card above the review. `closes` when there is nothing to decide."""
    say, offer, result = WORDS[lang], view.proposal, view.outcome or "failed"
    title: str = getattr(say, f"outcome_{result}")
    proof, hashes = _proof(offer, lang) if offer and offer.applied.changes else ("", "")
    return {
        "tone": _TONES[result],
        "title": title,
        "asked": view.request if len(view.request) <= QUOTED else f"{view.request[:QUOTED]}…",
        "reply": _reply(view, lang),
        "meta": _meta(view, lang),
        "proof": proof,
        "hash": hashes,
        "closes": not proof,
        "lists": [listed for listed in _lists(view, lang) if listed["items"]],
    }


def _reply(view: View, lang: Lang) -> str:
    error = sentences.error(view.error, lang, view.chapter.names) if view.error else ""
    return "\n".join(part for part in (view.reply, error) if part)


def _meta(view: View, lang: Lang) -> list[str]:
    say, used = WORDS[lang], view.tokens_in + view.tokens_out
    seconds = f"{view.seconds:.1f}" if view.seconds >= 0.1 else f"{max(view.seconds, 0.01):.2f}"
    offer = view.proposal
    calm = offer is not None and not rules.added(offer.chapter, offer.applied.chapter)
    cost = wiring.current().settings.cost(view.tokens_in, view.tokens_out)
    return [
        fill(say.seconds, n=seconds),
        *([fill(say.tokens, n=f"{used:,}")] if used else ()),
        *([fill(say.cost, n=_money(cost))] if cost else ()),
        *([say.found_none] if calm else ()),
    ]


def _money(cost: float) -> str:
    """Cents from 1 on, below it all that a call costs."""
    return f"{cost:,.2f}" if cost >= 1 else f"{cost:.6f}".rstrip("0.") or "0"


def _proof(offer: Proposal, lang: Lang) -> tuple[str, str]:
    say, seal = WORDS[lang], prove(offer.chapter, offer.applied)
    same = seal.fields - seal.changed
    proof = fill(say.proof, total=seal.fields, changed=seal.changed, same=same)
    before, after = seal.before_sha256[:8], seal.after_sha256[:8]
    return proof, fill(say.proof_hash, before=before, after=after)


def _lists(view: View, lang: Lang) -> Iterable[Listed]:
    say, offer, names = WORDS[lang], view.proposal, view.chapter.names
    if offer and offer.applied.changes:
        yield from _findings(offer, lang)
    dropped = [
        _item(_what(drop.what, lang, names), sentences.sentence(drop.rule, drop.facts, lang, names))
        for drop in (offer.dropped if offer else view.dropped)
    ]
    yield _list(say.dropped, dropped, "warn", opened=len(dropped) <= FEW)
    if offer:
        left = [_item(place(item.at, lang, names), item.text) for item in offer.leftovers]
        yield {**_list(say.leftovers, left, "", opened=True), "hint": say.leftovers_hint}


def _findings(offer: Proposal, lang: Lang) -> Iterable[Listed]:
    say, before, after = WORDS[lang], offer.chapter, offer.applied.chapter
    added, removed = rules.added(before, after), rules.removed(before, after)
    kept = [found for found in rules.findings(after) if found not in added]
    worst = min((_HEAT.index(found.level) for found in added), default=0)
    tone = ("bad", "bad", "warn", "")[worst]
    yield _list(say.found_added, _said(added, after, lang), tone, opened=True)
    yield _list(say.found_removed, _said(removed, before, lang), "good")
    yield _list(say.found_same, _said(kept, after, lang), "")


def _said(findings: Iterable[rules.Finding], chapter: Chapter, lang: Lang) -> list[Item]:
    return [_item("", sentences.finding(found, lang, chapter.names)) for found in findings]


def _item(where: str, text: str) -> Item:
    return {"place": where, "text": text}


def _what(written: str, lang: Lang, names: Sequence[str]) -> str:
    """The place of a refused change in words; what names none, as the model wrote it."""
    at = next((word for word in reversed(written.split()) if short(word)), "")
    return place(at, lang, names) if at else written


def _list(title: str, items: list[Item], tone: str, *, opened: bool = False) -> Listed:
    said = {"title": fill(title, n=len(items)), "tone": tone, "hint": ""}
    return {**said, "items": items, "open": opened}
