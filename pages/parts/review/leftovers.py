"""Short mentions of what was renamed: each in its sentence, for a yes or no."""

from collections.abc import Iterator, Mapping

from core.chapter.chapter import Address
from core.chapter.ops import Rename, Reword
from core.editing.decisions import Decisions, revised
from core.editing.events import Leftover, Proposal
from core.errors import WriterError
from core.words.places import Lang, place

AROUND = 48
"""Letters shown before a mention, and after it."""
Item = dict[str, object]


def leftovers(offer: Proposal, answers: Mapping[str, bool], lang: Lang) -> list[Item]:
    """In reading order; `yes` is None while it is open. Only what a change here would rename."""
    return list(_items(offer, answers, lang)) if offer.leftovers else []


def _items(offer: Proposal, answers: Mapping[str, bool], lang: Lang) -> Iterator[Item]:
    found = {_key(left): left for left in offer.leftovers}
    renamed = _renamed(offer, found)
    for key, left in found.items():
        if key in renamed:
            before, after = _around(offer, left)
            yield {
                "key": key,
                "place": place(left.at, lang, offer.chapter.names),
                "before": before,
                "word": left.text,
                "after": after,
                "to": renamed[key],
                "yes": answers.get(key),
            }


def _key(left: Leftover) -> str:
    return f"{left.at} {left.text}"


def _renamed(offer: Proposal, found: Mapping[str, Leftover]) -> dict[str, str]:
    """What each would become."""
    try:
        all_yes = revised(offer, Decisions(answers=dict.fromkeys(found, True)))
    except WriterError:
        return {}
    ops = {group.id.removeprefix("y:"): group.ops[0] for group in all_yes.groups}
    return {
        key: left.text.replace(op.from_, op.to)
        for key, left in found.items()
        if isinstance(op := ops.get(key), Reword)
    }


def _around(offer: Proposal, left: Leftover) -> tuple[str, str]:
    """What stands before the mention and after it, cut to a line."""
    text = str(offer.chapter.value(Address.parse(left.at)))
    at = max(_unnamed(offer, text).find(left.text), 0)
    before, after = text[:at], text[at + len(left.text) :]
    head = f"…{before[-AROUND:]}" if len(before) > AROUND else before
    tail = f"{after[:AROUND]}…" if len(after) > AROUND else after
    return head, tail


def _unnamed(offer: Proposal, text: str) -> str:
    """As long as it was, with the renamed names themselves blotted out: a mention is short."""
    for op in (op for group in offer.groups for op in group.ops):
        if isinstance(op, Rename):
            text = text.replace(op.from_, "\0" * len(op.from_))
    return text
