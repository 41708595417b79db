"""Measures Turnsmith against the bars of its design and prints each with OK or MISS.

    python -m bench.bars

Real processes over loopback: the app, and the simulated model at the design's speed (0.6 s to the
first token, 5,000 tokens a second in, 80 out). Takes about two minutes and ends what it starts.
"""

import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench import client, probe, tabs
from bench.client import Got
from bench.sim_llm import tokens
from core.chapter import chapter
from core.editing.model import OpenAIModel
from core.service.jobs import Desk, Job
from tests.processes import Server, start_app, start_model

STORY = (Path(__file__).parents[1] / "tests/samples/sea_park.json").read_text("utf-8")
ONE_LINE = "3턴 뉴스를 더 두근두근하게 새로 써줘"
RESULTS = "모든 결과 문장을 새로 써줘"
EVERYTHING = "문장을 전부 다시 써줘"
RENAME = "돌고래 쇼를 물개 공연으로 바꿔줘"
FIRST_S, PREFILL, RATE = 0.6, 5000.0, 80.0
WATCHED_S = 30
SPEED = ("--speedup", "1", "--ttft", f"{FIRST_S}", "--prefill", f"{PREFILL}", "--rate", f"{RATE}")


@dataclass(frozen=True)
class Bar:
    """One measured figure against what it may be at most."""

    name: str
    measured: float
    most: float
    unit: str

    def __str__(self) -> str:
        verdict = "OK  " if self.measured <= self.most else "MISS"
        figures = f"{self.measured:8.3g} {self.unit:<3} bar {self.most:g} {self.unit}"
        return f"{verdict} {self.name:<58} {figures}"


@dataclass(frozen=True)
class Bench:
    """The app under test and its model."""

    app: Server
    model: Server
    process: psutil.Process

    async def edit(self, name: str, request: str) -> Got:
        """One edit; the name makes it one of its own, not a repeat."""
        ask = {"chapterId": name, "story": STORY, "summary": None, "editRequest": request}
        return await client.post(self.app.port, "/edit-scenario-async", ask)

    async def calls(self) -> list[dict[str, Any]]:
        """The model's log: tokens and seconds of each call since the last reset."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.model.port)
        writer.write(b"GET /requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        found: list[dict[str, Any]] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return found

    async def reset(self) -> None:
        await client.post(self.model.port, "/reset", {})

    def cpu(self) -> float:
        used = self.process.cpu_times()
        return float(used.user) + float(used.system)


def ideal(call: dict[str, Any]) -> float:
    """Seconds that the model itself takes for a call."""
    return FIRST_S + float(call["in"]) / PREFILL + float(call["out"]) / RATE


async def one_line(bench: Bench) -> AsyncIterator[Bar]:
    ratios = []
    for number in range(5):
        await bench.reset()
        got = await bench.edit(f"line {number}", ONE_LINE)
        (call,) = await bench.calls()
        ratios.append(_edited(got).seconds / ideal(call))
    yield Bar("one news line / (first token + prompt + its tokens)", median(ratios), 1.1, "x")


async def everything(bench: Bench) -> AsyncIterator[Bar]:
    ratios = []
    for number in range(3):
        await bench.reset()
        got = await bench.edit(f"all {number}", EVERYTHING)
        plan, *turns = await bench.calls()
        best = ideal(plan) + max(map(ideal, turns))
        ratios.append(_edited(got).seconds / best)
    yield Bar("every text of 7 turns / (plan + longest turn)", median(ratios), 1.25, "x")


async def first_change(bench: Bench) -> AsyncIterator[Bar]:
    """On a desk in this process: what a page hears, as soon as it is there."""
    model = OpenAIModel("sim", f"{bench.model.url}/v1", "sim")
    desk = Desk(model, on_stop=model.close)
    desk.start()
    await bench.reset()
    try:
        late = [await _lateness(bench, desk) for _ in range(5)]
    finally:
        desk.stop()
    yield Bar("first change visible - its object closed by the model", median(late), 0.25, "s")


async def _lateness(bench: Bench, desk: Desk) -> float:
    begun = time.perf_counter()
    id_ = desk.submit(Job(chapter.read(STORY), RESULTS))
    seen, closed = 0.0, 0.0
    async for view in desk.watch(id_):
        if view.changes and not seen:
            seen = time.perf_counter() - begun
            op = {"op": "set", "at": view.changes[0].at, "to": view.changes[0].after}
            head = '{"changes":[' + json.dumps(op, ensure_ascii=False, separators=(",", ":"))
            closed = tokens.count(head) / RATE
    call = (await bench.calls())[-1]
    return seen - (FIRST_S + float(call["in"]) / PREFILL + closed)


async def instant(bench: Bench) -> AsyncIterator[Bar]:
    got = [await bench.edit(f"instant {number}", RENAME) for number in range(20)]
    times = [_edited(one).seconds * 1000 for one in got]
    yield Bar("instant edit over HTTP, median", median(times), 50, "ms")


async def at_once(bench: Bench) -> AsyncIterator[Bar]:
    alone = _edited(await bench.edit("alone", RESULTS)).seconds
    asked = await probe.asking(bench.app.port)
    got = await asyncio.gather(*(bench.edit(f"200 {n}", RESULTS) for n in range(200)))
    worst = await probe.worst(asked)
    times = sorted(one.seconds for one in got)
    yield Bar("200 at once, p95 / one alone (every result)", times[189] / alone, 1.05, "x")
    yield Bar("200 at once, edits that failed", _failed(got), 0, "")
    yield Bar("/health p99 meanwhile", worst * 1000, 20, "ms")


async def own_cpu(bench: Bench) -> AsyncIterator[Bar]:
    """Of the edits alone: to answer /health meanwhile costs as much as some of them."""
    for name, request in (("one news line", ONE_LINE), ("every result", RESULTS)):
        used = bench.cpu()
        got = await asyncio.gather(*(bench.edit(f"cpu {name} {n}", request) for n in range(200)))
        used = bench.cpu() - used
        yield Bar(f"own CPU an edit ({name}, of 200 at once)", used * 1000 / 200, 10, "ms")
        yield Bar(f"{name}, 200 at once, edits that failed", _failed(got), 0, "")


async def thousand(bench: Bench) -> AsyncIterator[Bar]:
    got = await asyncio.gather(*(bench.edit(f"1000 {n}", ONE_LINE) for n in range(1000)))
    yield Bar("1,000 at once, edits that failed", _failed(got), 0, "")


async def memory(bench: Bench) -> AsyncIterator[Bar]:
    """Of 5,000 edits by a model, 250 at a time: what is kept is bounded, so it is to stay flat."""
    rss = []
    for lot in range(20):
        await asyncio.gather(*(bench.edit(f"lot {lot}.{n}", ONE_LINE) for n in range(250)))
        rss.append(bench.process.memory_info().rss)
    yield Bar("memory after 5,000 edits / after 2,500", rss[19] / rss[9], 1.05, "x")
    yield Bar("memory after 5,000 edits (RSS)", rss[19] / 1e6, 400, "MB")


async def pages(bench: Bench) -> AsyncIterator[Bar]:
    drawn = [await tabs.drawn(bench.app.port) for _ in range(5)]
    yield Bar("chapter drawn, server time", median(drawn) * 1000, 300, "ms")
    async with tabs.watching(bench.app.port, 30):
        used = bench.cpu()
        await asyncio.sleep(WATCHED_S)
        used = bench.cpu() - used
    yield Bar("30 open tabs with live figures, of one core", used / WATCHED_S * 100, 25, "%")


def start() -> Iterator[Bar]:
    """A second start, with everything cached, and what it needs while it waits."""
    with start_app():
        pass
    begun = time.perf_counter()
    with start_app() as app:
        yield Bar("ready after start", time.perf_counter() - begun, 2.5, "s")
        time.sleep(3)
        rss = psutil.Process(app.process.pid).memory_info().rss
        yield Bar("idle memory (RSS)", rss / 1e6, 200, "MB")


@contextmanager
def running() -> Iterator[Bench]:
    with start_model(*SPEED) as model:
        env = {"OPENAI_BASE_URL": f"{model.url}/v1", "MAX_PARALLEL_CALLS": "1000"}
        with start_app(env) as app:
            yield Bench(app, model, psutil.Process(app.process.pid))


def median(values: list[float]) -> float:
    return statistics.median(values)


def _edited(got: Got) -> Got:
    if got.status != 200 or got.body.get("outcome") != "edited":
        raise RuntimeError(f"not edited: {got.status} {str(got.body)[:400]}")
    return got


def _failed(got: list[Got]) -> int:
    """How many; what they answered goes to stderr, the commonest first."""
    bad = [one for one in got if one.status != 200 or one.body.get("outcome") != "edited"]
    reasons = Counter(f"{one.status} {one.body.get('reply', one.body)}" for one in bad)
    for reason, times in reasons.most_common(3):
        print(f"     {times} x {reason}", file=sys.stderr)
    return len(bad)


MEASURES: tuple[Callable[[Bench], AsyncIterator[Bar]], ...] = (
    one_line,
    everything,
    first_change,
    instant,
    at_once,
    own_cpu,
    thousand,
    memory,
    pages,
)


async def _measure(chosen: set[str]) -> list[bool]:
    with running() as bench:
        await bench.edit("warm", RENAME)
        await bench.edit("warm", ONE_LINE)
        found = (measure for measure in MEASURES if measure.__name__ in chosen)
        return [shown(bar) for measure in found async for bar in measure(bench)]


def shown(bar: Bar) -> bool:
    print(bar, flush=True)
    return bar.measured <= bar.most


def main() -> int:
    """Exit code 1 when a bar is missed. Arguments choose measures by name."""
    chosen = set(sys.argv[1:]) or {"start", *(measure.__name__ for measure in MEASURES)}
    good = [shown(bar) for bar in start()] if "start" in chosen else []
    if chosen - {"start"}:
        with asyncio.Runner() as runner:
            good += runner.run(_measure(chosen))
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
