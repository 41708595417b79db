"""Recorded edits run anew against another prompt or model: what changed?

python -m bench.replay FILE [--prompt core/editing/prompts/3.toml] [--model NAME] [--base-url URL]

FILE is what RECORD_FILE wrote. Without a model the recorded answers are played again, which shows
what a change of the gates does; with one (its key in OPENAI_API_KEY), it is asked. Prints a row an
edit and the sums before and after: changes that passed and that were refused, findings added,
tokens, seconds. Exit code 1 when an edit that came out before fails now.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.chapter import chapter as chapters
from core.chapter import rules
from core.editing import editor
from core.editing.events import Dropped, Ended, Progress
from core.editing.limits import Limits
from core.editing.masking import Masked
from core.editing.model import Model, OpenAIModel
from core.editing.prompt import CURRENT, Phrasing
from core.service.record import Recording, Replayed

ROW = "{:<34}{:>10}{:>8}{:>9}{:>10}{:>9}{:>9}"
WIDTH = 32
"""Letters of a request that are printed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an edit came to."""

    outcome: str
    passed: int
    refused: int
    findings: int
    tokens: int
    seconds: float
    texts: frozenset[tuple[str, str]]
    """Address and new value of every change."""

    @property
    def acceptance(self) -> float:
        """Share of the named changes that got through the gates."""
        return self.passed / max(1, self.passed + self.refused)


def before(told: Mapping[str, Any]) -> Result:
    """As it was recorded."""
    told_groups, dropped = told["groups"], told["dropped"]
    texts = {
        (str(op.get("at", op["op"])), str(op.get("to", "")))
        for group in told_groups
        for op in group["ops"]
    }
    tokens = sum(told["tokens"][:2])
    counts = len(told_groups), len(dropped), len(told["findings"])
    return Result(str(told["outcome"]), *counts, tokens, told["seconds"], frozenset(texts))


async def after(told: Mapping[str, Any], model: Model, phrasing: Phrasing) -> Result:
    """As it comes out now."""
    given = chapters.read(told["story"])
    limits = Limits(frozenset(told["locks"]), frozenset(told["only"]))
    begun, tokens, dropped, end = time.monotonic(), 0, 0, None
    edit = editor.edit(
        given, told["request"], model, limits=limits, claims=told["claims"], phrasing=phrasing
    )
    async with aclosing(edit) as events:
        async for event in events:
            tokens = event.tokens_in + event.tokens_out if isinstance(event, Progress) else tokens
            dropped += isinstance(event, Dropped)
            end = event if isinstance(event, Ended) else end
    assert end is not None
    return _result(given, end, dropped, tokens, time.monotonic() - begun)


def _result(
    given: chapters.Chapter, end: Ended, dropped: int, tokens: int, seconds: float
) -> Result:
    offer = end.proposal
    groups = offer.groups if offer else ()
    found = rules.added(given, offer.applied.chapter) if offer else ()
    texts = {
        (str(getattr(op, "at", op.op)), str(getattr(op, "to", "")))
        for group in groups
        for op in group.ops
    }
    sums = len(groups), dropped, len(found), tokens, seconds
    return Result(end.outcome, *sums, frozenset(texts))


# -- what is printed


def rows(pairs: Sequence[tuple[str, Result, Result]]) -> Iterator[str]:
    """A row an edit, then the sums."""
    yield ROW.format("request", "outcome", "passed", "refused", "findings", "tokens", "seconds")
    for request, old, new in pairs:
        same = "same" if old.texts == new.texts else f"{len(old.texts ^ new.texts)} differ"
        short = request if len(request) <= WIDTH else request[: WIDTH - 1] + "…"
        yield _row(short, old.outcome, old)
        yield _row(f"  now: {same}", new.outcome, new)
    olds, news = [old for _, old, _ in pairs], [new for _, _, new in pairs]
    yield _sum("all, before", olds)
    yield _sum("all, now", news)


def _row(name: str, outcome: str, one: Result) -> str:
    counts = one.passed, one.refused, one.findings, one.tokens
    return ROW.format(name, outcome, *counts, f"{one.seconds:.2f}")


def _sum(name: str, all_: Sequence[Result]) -> str:
    share = sum(one.passed for one in all_) / max(1, sum(o.passed + o.refused for o in all_))
    sums = [sum(getattr(one, f) for one in all_) for f in ("passed", "refused", "findings")]
    tokens, seconds = sum(one.tokens for one in all_), sum(one.seconds for one in all_)
    return ROW.format(name, f"{share:.0%}", *sums, tokens, f"{seconds:.2f}")


async def replay(
    recording: Recording, model: Model, phrasing: Phrasing
) -> list[tuple[str, Result, Result]]:
    """Every edit that began anew, one after the other; what went on from another is left out."""
    alone = [told for told in recording.edits if not told["follows"]]
    return [(one["request"], before(one), await after(one, model, phrasing)) for one in alone]


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--prompt", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--base-url", default="")
    given = parser.parse_args()
    recording = Recording.read(given.file)
    key = os.environ.get("OPENAI_API_KEY", "")
    asked = OpenAIModel(key, given.base_url, given.model) if given.model else None
    phrasing = Phrasing.read(given.prompt) if given.prompt else CURRENT
    model = Masked(asked) if asked else Replayed(recording)
    pairs = await replay(recording, model, phrasing)
    print("\n".join(rows(pairs)))
    left = len(recording.edits) - len(pairs)
    print(f"{len(pairs)} edits, prompt {phrasing.version}; {left} that followed others left out")
    if asked:
        await asked.close()
    return int(any(old.outcome == "edited" != new.outcome for _, old, new in pairs))


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        raise SystemExit(runner.run(main()))
