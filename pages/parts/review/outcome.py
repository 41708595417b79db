"""What came out of an edit, said before the review: reply, proof, findings, what was refused."""

from collections.abc import Iterable, Mapping, Sequence

from core import words as sentences
from core.chapter import rules
from core.chapter.chapter import Chapter
from core.chapter.text import Json
from core.editing.events import MISSING, Dropped, Outcome, Proposal
from core.editing.masking import covered
from core.errors import ModelGarbled
from core.service.costs import whole
from core.service.proof import prove
from core.service.views import View
from core.words.places import Lang, place, short
from pages import wiring
from pages.parts.review.remarks import Told
from pages.parts.review.seconds import seconds
from pages.words import WORDS, fill, money

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


def note(
    view: View, offer: Proposal | None, lang: Lang, told: Told = frozenset()
) -> dict[str, object]:
    """The card above the review. `closes` when there is nothing to decide.

    `offer` is what is under review; the findings `told` stand beside its rows.
    """
    say, result = WORDS[lang], view.outcome or "failed"
    clash = bool(offer and offer.conflicts)
    told_below = result == "refused" and offer is None and bool(view.dropped)
    title: str = say.outcome_conflict if clash else getattr(say, f"outcome_{result}")
    proof, hashes = _proof(offer, lang) if offer else ("", "")
    return {
        "tone": "ask" if clash else _TONES[result],
        "title": title,
        "asked": view.request if len(view.request) <= QUOTED else f"{view.request[:QUOTED]}…",
        "reply": say.asked_conflicts if clash else "" if told_below else _reply(view, lang),
        "meta": _meta(view, offer, lang),
        "proof": proof,
        "hash": hashes,
        "closes": not proof,
        "lists": [listed for listed in _lists(view, offer, lang, told) if listed["items"]],
    }


def _reply(view: View, lang: Lang) -> str:
    """With what went wrong, unless the turns that came out garbled are named below.

    Of an edit that brought nothing that is all: its reply says the same in the request's language.
    """
    dropped = view.proposal.dropped if view.proposal else ()
    if isinstance(view.error, ModelGarbled) and any(one.rule == MISSING for one in dropped):
        return view.reply
    error = sentences.error(view.error, lang, view.chapter.names) if view.error else ""
    if error and (view.outcome in ("failed", "refused") or view.reply in error):
        return error
    return "\n".join(filter(None, (view.reply, error)))


def _meta(view: View, offer: Proposal | None, lang: Lang) -> list[str]:
    say, used = WORDS[lang], view.tokens_in + view.tokens_out
    seconds = f"{view.seconds:.1f}" if view.seconds >= 0.1 else f"{max(view.seconds, 0.01):.2f}"
    new = len(rules.added(offer.chapter, offer.applied.chapter)) if offer else 0
    calm = [fill(say.found_count, n=new) if new else say.found_none] if offer else []
    cost = wiring.current().settings.cost(view.tokens_in, view.tokens_out, view.cached)
    saved = whole(view.chapter) - view.tokens_out if view.changes else 0
    return [
        fill(say.seconds, n=seconds),
        *([fill(say.tokens, n=f"{used:,}")] if used else ()),
        *([fill(say.cached, n=f"{view.cached:,}")] if view.cached else ()),
        *([fill(say.cost, n=money(cost))] if cost else ()),
        *([fill(say.saved, n=f"{saved:,}")] if saved > 0 else ()),
        *calm,
    ]


def _proof(offer: Proposal, lang: Lang) -> tuple[str, str]:
    say, seal = WORDS[lang], prove(offer.chapter, offer.applied)
    same = seal.fields - seal.changed
    proof = fill(say.proof, total=seal.fields, changed=seal.changed, same=same)
    before, after = seal.before_sha256[:8], seal.after_sha256[:8]
    return proof, fill(say.proof_hash, before=before, after=after)


def _lists(view: View, offer: Proposal | None, lang: Lang, told: Told) -> Iterable[Listed]:
    say, names = WORDS[lang], view.chapter.names
    yield _list(say.covered, _covered(view, lang), "", opened=True, hint=say.covered_hint)
    if offer:
        yield from _findings(offer, lang, told)
    refused = offer.dropped if offer else view.dropped
    missing = [_missing(drop, lang, names) for drop in refused if drop.rule == MISSING]
    wishes = [(n, drop.fits) for n, drop in enumerate(refused) if drop.fits]
    suggested = [_suggested(n, op, lang, names) for n, op in wishes if op["op"] != "rewrite"]
    dropped = [_dropped(drop, lang, names) for drop in refused if not drop.fits]
    alone = view.outcome == "refused"
    few = len(suggested) <= FEW
    yield _list(say.missing, missing, "warn", opened=True)
    yield _list(say.suggested, suggested, "", opened=alone or few, hint=say.suggested_hint)
    yield _list(say.dropped, dropped, "warn", opened=alone or len(dropped) <= FEW)
    spent = [_item(name, took) for name, took in seconds(view.trace, lang)]
    yield _list(say.trace, spent, "")


def _covered(view: View, lang: Lang) -> list[Item]:
    """What no model was shown."""
    if view.kind != "model" or wiring.current().settings.send_personal_data:
        return []
    counts = covered(view.chapter, view.request).items()
    said = (sentences.sentence(f"covered_{kind}", {"count": n}, lang) for kind, n in counts)
    return [_item("", text) for text in said]


def _findings(offer: Proposal, lang: Lang, told: Told) -> Iterable[Listed]:
    say, before, after = WORDS[lang], offer.chapter, offer.applied.chapter
    added, removed = rules.added(before, after), rules.removed(before, after)
    kept = [found for found in rules.findings(after) if found not in added]
    added, removed = _untold(added, told), _untold(removed, told)
    worst = min((_HEAT.index(found.level) for found in added), default=0)
    tone = ("bad", "bad", "warn", "")[worst]
    yield _list(say.found_added, _said(added, after, lang), tone, opened=True)
    yield _list(say.found_removed, _said(removed, before, lang), "good")
    yield _list(say.found_same, _said(kept, after, lang), "")


def _untold(found: Iterable[rules.Finding], told: Told) -> tuple[rules.Finding, ...]:
    """Those that stand beside no row."""
    return tuple(one for one in found if (one.rule, one.at) not in told)


def _said(findings: Iterable[rules.Finding], chapter: Chapter, lang: Lang) -> list[Item]:
    return [_item("", sentences.finding(found, lang, chapter.names)) for found in findings]


def _item(where: str, text: str) -> Item:
    return {"place": where, "text": text}


def _dropped(drop: Dropped, lang: Lang, names: Sequence[str]) -> Item:
    """The place of a refused change in words, once; what names none, as the model wrote it."""
    at = next((word for word in reversed(drop.what.split()) if short(word)), "")
    why = sentences.sentence(drop.rule, drop.facts, lang, names)
    if not at:
        return _item(drop.what, why)
    where, code = place(at, lang, names), str(drop.facts.get("at", at))
    plain = why.replace(f" ({code})", "").replace(f"({code})", "")
    plain = plain.removeprefix(f"{code}: ").removeprefix(f"{where}: ")
    named = plain.startswith(place(code, lang, names))
    return _item("" if named else where, plain)


def _missing(drop: Dropped, lang: Lang, names: Sequence[str]) -> Item:
    """A turn of a plan that was not written to its end; it can be asked for alone."""
    again = {"again": str(drop.facts["at"]), "does": WORDS[lang].missing_again} if drop.fits else {}
    return {**_item("", sentences.sentence(drop.rule, drop.facts, lang, names)), **again}


def _suggested(number: int, op: Mapping[str, Json], lang: Lang, names: Sequence[str]) -> Item:
    """What was not asked for; by its number it can be wished."""
    at, to = str(op.get("at", "")), op.get("to", "")
    at = f"{at}.current_value" if op.get("op") == "price" else at
    said = f"{to:g}" if isinstance(to, int | float) else str(to)
    shown = said or WORDS[lang].suggested_structure
    told = _item(place(at, lang, names) if at else "", shown)
    return {**told, "wish": str(number), "does": WORDS[lang].suggested_take}


def _list(
    title: str, items: list[Item], tone: str, *, opened: bool = False, hint: str = ""
) -> Listed:
    said = {"title": fill(title, n=len(items)), "tone": tone, "hint": hint}
    return {**said, "items": items, "open": opened}
