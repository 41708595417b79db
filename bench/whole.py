"""Named changes beside a rewrite of the whole chapter: seconds and tokens for the same wish.

python -m bench.whole [FOLDER]

For every chapter of FOLDER (else the samples) five wishes are sent to the real app, and the same
chapter is written whole, as a tool without change lists would have it, by the simulated model at
the design's speed. Prints medians; each ratio is of one run. Takes a minute.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import client
from bench.bars import SPEED, Bench, running
from bench.sim_llm.reading import Body, messages
from core.chapter import chapter as chapters
from core.chapter import korean
from core.chapter.chapter import Chapter
from tests.processes import start_model

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
WISHES = {
    "one news line": "3턴 뉴스를 더 두근두근하게 새로 써줘",
    "one turn's event": "3턴 사건을 새로 써줘",
    "every result": "모든 결과 문장을 새로 써줘",
    "everything": "문장을 전부 다시 써줘",
}
ORDER = "Write the whole chapter again as JSON with what the writer asks for."
ROW = "{:<18}{:>9}{:>11}{:>12}{:>12}{:>13}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one wish took."""

    seconds: float
    written: int
    """Tokens, of all calls."""


def answer(body: Body) -> str:
    """The other way's model: the chapter as it came, whole. `--policy callable:bench.whole`."""
    return messages(body)[1][1]


async def _whole(port: int, story: str) -> Cost:
    said = [("system", ORDER), ("user", story), ("user", WISHES["everything"])]
    body: dict[str, Any] = {
        "model": "sim",
        "messages": [{"role": role, "content": text} for role, text in said],
    }
    begun = time.perf_counter()
    got = await client.post(port, "/v1/chat/completions", body)
    tokens = got.body["usage"]["completion_tokens"]
    return Cost(time.perf_counter() - begun, tokens)


async def _named(bench: Bench, number: int, story: str, request: str) -> Cost | None:
    """None where the chapter has no such place."""
    await bench.reset()
    ask = {"chapterId": f"{number}", "story": story, "summary": None, "editRequest": request}
    got = await client.post(bench.app.port, "/edit-scenario-async", ask)
    if got.body.get("outcome") != "edited":
        return None
    return Cost(got.seconds, sum(call["out"] for call in await bench.calls()))


def _rename(chapter: Chapter) -> str:
    old = korean.bare(chapter.names[0])
    return f"{old}{korean.josa(old, '을')} 반짝 상점으로 바꿔줘"


def _row(name: str, named: Sequence[Cost], whole: Sequence[Cost]) -> str:
    ours, theirs = (statistics.median(one.seconds for one in each) for each in (named, whole))
    few, many = (statistics.median(one.written for one in each) for each in (named, whole))
    ratio = f"{theirs / ours:.0f}x" if ours >= 0.1 else f"{theirs / ours:,.0f}x"
    return ROW.format(
        name, len(named), f"{ours:.2f}", f"{theirs:.1f}", ratio, f"{few:.0f}/{many:.0f}"
    )


def _opened(folder: Path) -> list[Chapter]:
    return [chapters.read(file.read_bytes()) for file in sorted(folder.glob("*.json"))]


async def main(opened: Sequence[Chapter]) -> None:
    with running() as bench, start_model(*SPEED, "--policy", "callable:bench.whole") as other:
        whole = await asyncio.gather(*(_whole(other.port, one.text) for one in opened))
        print(ROW.format("wish", "chapters", "seconds", "whole (s)", "faster", "tokens out"))
        wishes = {"rename": "", **WISHES}
        for name, request in wishes.items():
            asked = [(n, one.text, request or _rename(one)) for n, one in enumerate(opened)]
            costs = [await _named(bench, *one) for one in asked]
            pairs = [(one, two) for one, two in zip(costs, whole, strict=True) if one]
            named, beside = zip(*pairs, strict=True)
            print(_row(name, named, beside), flush=True)


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main(_opened(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)))
