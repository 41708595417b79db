"""One call or a plan: is what the program chooses the faster one?

python -m bench.ways

Chapters of 2, 4, 7 and 10 turns are edited in three ways: as the program chooses by its running
figures, always in one call, always by a plan. The simulated model answers at the design's speed,
at a slow one and at a fast one. Takes a minute; one line each, and the worst ratio.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.editing import editor
from core.editing.events import Ended
from core.editing.model import OpenAIModel
from core.editing.pace import Pace
from core.service.traffic import Traffic
from tests.processes import start_model

SAMPLE = Path(__file__).parents[1] / "tests/samples/space_post.json"
TURNS = (2, 4, 7, 10)
WISHES = {"every result": "모든 결과 문장을 새로 써줘", "everything": "문장을 전부 다시 써줘"}
SPEEDS = {"as designed": (0.6, 80), "slow": (2.0, 25), "fast": (0.3, 200)}
"""Seconds to the first token, and tokens a second."""
MOST = 1.1
ROW = "{:<13}{:<14}{:>6}{:>10}{:>10}{:>10}{:>9}"


class Always(Pace):
    """Plans from two turns on, or never."""

    def __init__(self, *, planned: bool) -> None:
        super().__init__()
        self._planned = planned

    def fewest(self, turns: Sequence[float]) -> int | None:  # noqa: ARG002  whatever they are
        return 2 if self._planned else None


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one edit, each way."""

    speed: str
    wish: str
    turns: int
    chosen: float
    direct: float
    planned: float

    @property
    def ratio(self) -> float:
        """Of what was chosen to the better of both."""
        return self.chosen / min(self.direct, self.planned)

    def __str__(self) -> str:
        seconds = [f"{each:.2f}" for each in (self.chosen, self.direct, self.planned)]
        return ROW.format(self.speed, self.wish, self.turns, *seconds, f"{self.ratio:.2f}x")


def chapter(turns: int) -> Chapter:
    """The sample with so many turns, its own over and over."""
    given = json.loads(SAMPLE.read_text("utf-8"))
    array = [{**given[n % len(given)], "turn_number": n + 1} for n in range(turns)]
    return chapters.read(json.dumps(array, ensure_ascii=False))


async def seconds(calls: Traffic, pace: Pace, turns: int, wish: str) -> float:
    begun, end = time.perf_counter(), None
    async with aclosing(editor.edit(chapter(turns), wish, calls, pace=pace)) as events:
        async for event in events:
            end = event
    if not isinstance(end, Ended) or end.outcome != "edited":
        raise RuntimeError(f"not edited: {end}")
    return time.perf_counter() - begun


async def measured(speed: str, calls: Traffic) -> AsyncIterator[Times]:
    """After one edit each way, by which the pace is known."""
    ways = (Always(planned=False), Always(planned=True))
    await asyncio.gather(*(seconds(calls, way, 4, WISHES["everything"]) for way in ways))
    for name, wish in WISHES.items():
        for turns in TURNS:
            paces = (calls.pace, *ways)
            found = await asyncio.gather(*(seconds(calls, one, turns, wish) for one in paces))
            yield Times(speed, name, turns, *found)


async def every() -> AsyncIterator[Times]:
    for speed, (first_s, rate) in SPEEDS.items():
        with start_model("--speedup", "1", "--ttft", f"{first_s}", "--rate", f"{rate}") as sim:
            model = OpenAIModel("sim", f"{sim.url}/v1", "sim", timeout_s=600, max_parallel=64)
            calls = Traffic(model, parallel=64)
            async with aclosing(measured(speed, calls)) as rows:
                async for row in rows:
                    yield row
            await calls.close()


def _judged(rows: Sequence[Times]) -> Iterator[str]:
    worst = max(one.ratio for one in rows)
    yield f"{'OK' if worst <= MOST else 'MISS'}: at worst {worst:.2f}x of the better, bar {MOST}x"


async def main() -> int:
    """Exit code 1 when the program's choice was slower than the bar allows."""
    rows = []
    print(ROW.format("speed", "wish", "turns", "chosen", "one call", "plan", "of best"))
    async for row in every():
        rows.append(row)
        print(row, flush=True)
    print(*_judged(rows))
    return int(max(row.ratio for row in rows) > MOST)


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        sys.exit(runner.run(main()))
