"""Pages, API, faults and kills together, for minutes: is anything lost, does anything grow?

python -m bench.soak [--minutes 8] [--every 15] [--seed 1] [--postgres]

In the first half the server is ended every few seconds, by -9 and by SIGTERM in turn, and started
again on the same data. The second half is one life: a quarter as busy as before, in which all that
is bounded fills up, and a calm one, whose latencies and memory are held against the bars. All the
while callers edit over HTTP under every fault of the simulated model, others hand
in jobs, wait for them and decide on them, tabs open chapters, ten hear the live figures, one asks
for an instant edit and a process of its own for /health. Exit code 1 when anything was lost or a
bar is missed.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import psutil
from websockets.exceptions import WebSocketException

from bench import client, faults, probe, tabs
from bench.bars import RENAME, STORY, Bar, median, shown
from bench.client import Got
from tests.processes import Server, free_port, start_app, start_model, start_postgres

GONE = (OSError, EOFError, ValueError, IndexError)
"""What a caller meets while the server is away, or dies in the middle of an answer."""
TAB_GONE = (*GONE, WebSocketException, TimeoutError)
FAULTS = 100_000
"""Edits that are drawn up; more than any run gets through."""
NEWS = "3턴 뉴스를 더 두근두근하게 새로 써줘 sim-edit={number}"
CREWS = {"faults": 4, "jobs": 3, "tabs": 3, "live": 10}
BUSY_S, CALM_S = 0.2, 1.0
"""Between two acts of one caller. The first fills one core with the server alone; of the second two
cores bear the model and all callers besides, and how long one waits says something."""
RETRY_S = 0.2
PATIENCE_S = 60.0
"""For every edit to end, after the last restart."""


@dataclass(slots=True)
class Tally:
    """What everybody saw."""

    edits: Counter[str] = field(default_factory=Counter)
    """By outcome."""
    wrong: list[str] = field(default_factory=list)
    """Stories that came back damaged, and answers that say nothing."""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Each handed-in edit as it was when it was first seen over; empty before."""
    decided: dict[str, dict[str, str]] = field(default_factory=dict)
    """Decisions that the server has acknowledged."""
    lost: set[str] = field(default_factory=set)
    drawn: int = 0
    blank: list[str] = field(default_factory=list)
    """Tabs that failed while nobody ended the server."""
    ends: Counter[str] = field(default_factory=Counter)
    tracebacks: int = 0
    health: float = 0.0
    """Seconds of the 99th answer of the calm quarter."""
    instant: list[float] = field(default_factory=list)
    """Seconds, of the calm quarter."""
    memory: list[int] = field(default_factory=list)
    """Bytes, once a second of the calm quarter."""


class House:
    """The server under test, ended and started again on one port and one store."""

    def __init__(self, env: dict[str, str], tally: Tally) -> None:
        self.port, self._env, self._tally = free_port(), env, tally
        self._stack = ExitStack()
        self.lives = 0
        self.away = True
        """Whether it is ended just now, so that a failure is nobody's fault."""

    @contextmanager
    def open(self) -> Iterator[None]:
        with self._stack:
            self._start()
            yield
            self._leave()

    def again(self, number: signal.Signals) -> None:
        """End the process so, and start it anew."""
        self.away = True
        self._leave()
        self._app.process.send_signal(number)
        self._app.process.wait(30)
        self._tally.ends[number.name] += 1
        self._start()

    @property
    def memory(self) -> int:
        """Bytes."""
        return int(psutil.Process(self._app.process.pid).memory_info().rss)

    def _start(self) -> None:
        self._app: Server = self._stack.enter_context(start_app(self._env, port=self.port))
        self.lives += 1
        self.away = False

    def _leave(self) -> None:
        said = self._app.log.read_text("utf-8", "replace")
        self._tally.tracebacks += said.count("Traceback (most recent call last)")
        if self._app.process.poll() is not None:
            raise RuntimeError(f"the server ended by itself:\n{said[-4000:]}")


# -- the crews


@dataclass(slots=True)
class Crew:
    """Everybody who uses the server until the time is over."""

    house: House
    tally: Tally
    seed: int
    pause_s: float = BUSY_S
    over: bool = False
    number: int = 0

    async def misled(self, wishes: Iterator[faults.Ask]) -> None:
        """Edits whose model misbehaves, each sent until it is answered, as the client does."""
        while not self.over:
            ask = next(wishes)
            body = {"chapterId": ask.number, "story": ask.story, "summary": None}
            got = await self.until(
                self.posted("/edit-scenario", body | {"editRequest": ask.request})
            )
            if got is not None:
                self.judge(ask, got)
            await asyncio.sleep(self.pause_s)

    def judge(self, ask: faults.Ask, got: Got) -> None:
        if got.status != 200:
            self.tally.wrong.append(f"{ask.request}: status {got.status}")
            return
        self.tally.edits[got.body["outcome"]] += 1
        wrong = faults.damage(ask.story, got.body) or faults.silence(ask.story, got.body)
        self.tally.wrong += [f"{ask.request}: {wrong}"] if wrong else []

    async def hand_in(self) -> None:
        """Hand in, wait for the end, decide."""
        while not self.over:
            self.number += 1
            ask = {"story": STORY, "editRequest": NEWS.format(number=1_000_000 + self.number)}
            key = {"Idempotency-Key": f"soak-{self.seed}-{self.number}"}
            if posted := await self.until(self.posted("/edits", ask, key)):
                id_ = posted.body["id"]
                self.tally.jobs[id_] = {}
                await self.ended(id_)
                await self.decide(id_)
            await asyncio.sleep(self.pause_s)

    async def ended(self, id_: str) -> None:
        while not self.over:
            if (body := await self.look(id_)) and body["outcome"]:
                self.tally.jobs[id_] = body
                return
            await asyncio.sleep(RETRY_S)

    async def look(self, id_: str) -> dict[str, Any] | None:
        """An edit as it is now; None while the server is away."""
        try:
            got = await client.get(self.house.port, f"/edits/{id_}?story=1")
        except GONE:
            return None
        if got.status == 404:
            self.tally.lost.add(f"edit {id_} is not known")
        return got.body if got.status == 200 else None

    async def decide(self, id_: str) -> None:
        """Only what is acknowledged may be missed."""
        made = {"w:t3.news": random.Random(id_).choice(("accepted", "rejected"))}
        try:
            got = await client.put(self.house.port, f"/edits/{id_}/decisions", {"verdicts": made})
        except GONE:
            return
        if got.status == 200:
            self.tally.decided[id_] = made

    async def look_at_pages(self) -> None:
        while not self.over:
            away, lives = self.house.away, self.house.lives
            try:
                async with asyncio.timeout(30):
                    await tabs.drawn(self.house.port)
                self.tally.drawn += 1
            except (*TAB_GONE, RuntimeError) as failed:
                if not (away or self.house.away or lives != self.house.lives):
                    self.tally.blank.append(repr(failed))
            await asyncio.sleep(self.pause_s * 5)

    async def listen(self) -> None:
        """Hears the figures, and comes back when the stream ends."""
        while not self.over:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.house.port)
                writer.write(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                while not self.over and await asyncio.wait_for(reader.read(65536), 10):
                    pass
                writer.close()
            except TAB_GONE:
                pass
            await asyncio.sleep(RETRY_S)

    async def figures(self) -> None:
        """What one more user feels: of the calm quarter alone."""
        while not self.over:
            asked = {"chapterId": f"i{time.monotonic()}", "story": STORY, "summary": None}
            try:
                got = await client.post(
                    self.house.port, "/edit-scenario", asked | {"editRequest": RENAME}
                )
            except GONE:
                continue
            finally:
                await asyncio.sleep(self.pause_s)
            if self.pause_s == CALM_S:
                self.tally.instant.append(got.seconds)
                self.tally.memory.append(self.house.memory)

    def posted(
        self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Callable[[], Awaitable[Got]]:
        return lambda: client.post(self.house.port, path, body, headers)

    async def until(self, act: Callable[[], Awaitable[Got]]) -> Got | None:
        """Again and again while the server is away; None when the time is over before."""
        while not self.over:
            try:
                if (got := await act()).status < 500:
                    return got
            except GONE:
                pass
            await asyncio.sleep(RETRY_S)
        return None


# -- the run


@asynccontextmanager
async def working(crew: Crew) -> AsyncIterator[None]:
    """Everybody at work; at the end all that was promised is looked at."""
    wishes = iter(faults.asks(FAULTS, (0.5,), crew.seed))
    work = [crew.misled(wishes) for _ in range(CREWS["faults"])]
    work += [crew.hand_in() for _ in range(CREWS["jobs"])]
    work += [crew.look_at_pages() for _ in range(CREWS["tabs"])]
    work += [crew.listen() for _ in range(CREWS["live"])]
    async with asyncio.TaskGroup() as group:
        for each in (*work, crew.figures()):
            group.create_task(each)
        yield
        crew.over = True
    await promised(crew)


async def run(crew: Crew, minutes: float, every_s: float) -> None:
    half = minutes * 30
    async with working(crew):
        until, turn = time.monotonic() + half, 0
        while time.monotonic() < until:
            await asyncio.sleep(every_s * random.Random(f"{crew.seed} {turn}").uniform(0.5, 1.5))
            number = (signal.SIGKILL, signal.SIGTERM)[turn % 2]
            await asyncio.to_thread(crew.house.again, number)
            turn += 1
        await asyncio.sleep(half / 2)
        crew.pause_s, asked = CALM_S, await probe.asking(crew.house.port)
        await asyncio.sleep(half / 2)
        crew.tally.health = await probe.worst(asked)


async def promised(crew: Crew) -> None:
    """Every edit that was taken has ended once, and every decision is there."""
    until = time.monotonic() + PATIENCE_S
    for id_, seen in crew.tally.jobs.items():
        now = await crew.look(id_)
        while now and not now["outcome"] and time.monotonic() < until:
            await asyncio.sleep(RETRY_S)
            now = await crew.look(id_)
        if not now or not now["outcome"]:
            crew.tally.lost.add(f"edit {id_} has not ended: {now and now['state']}")
        elif seen and (seen["outcome"], seen["story"]) != (now["outcome"], now["story"]):
            crew.tally.lost.add(f"edit {id_} ended as {seen['outcome']}, now {now['outcome']}")
    for id_, made in crew.tally.decided.items():
        got = await client.get(crew.house.port, f"/edits/{id_}/decisions")
        if not made.items() <= got.body.get("verdicts", {}).items():
            crew.tally.lost.add(f"decision on {id_} is gone")


def bars(tally: Tally) -> Iterator[Bar]:
    yield Bar("damaged stories and silent answers", len(tally.wrong), 0, "")
    yield Bar("edits and decisions lost or changed", len(tally.lost), 0, "")
    yield Bar("tabs that failed while the server was up", len(tally.blank), 0, "")
    yield Bar("tracebacks in the log", tally.tracebacks, 0, "")
    yield Bar("/health, 99th of the calm quarter", tally.health * 1000, 20, "ms")
    yield Bar("instant edit over HTTP, median meanwhile", median(tally.instant) * 1000, 50, "ms")
    yield Bar("memory at its end / at its beginning", tally.memory[-1] / tally.memory[0], 1.05, "x")


def told(tally: Tally, seconds: float) -> str:
    ends = ", ".join(f"{count} {name}" for name, count in tally.ends.items())
    return (
        f"{seconds / 60:.0f} min, {ends}: {sum(tally.edits.values())} edits under faults, "
        f"{len(tally.jobs)} jobs, {len(tally.decided)} decisions, {tally.drawn} chapters drawn; "
        f"{len(tally.wrong)} damaged or silent, {len(tally.lost)} lost, "
        f"{len(tally.blank)} tabs failed; {tally.memory[-1] / 1e6:.0f} MB at the end"
    )


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--minutes", type=float, default=8)
    given.add_argument("--every", type=float, default=15, help="seconds between two ends")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--postgres", action="store_true", help="instead of the SQLite file")
    asked = given.parse_args()
    tally, begun = Tally(), time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="turnsmith-soak-") as folder,
        start_postgres() if asked.postgres else nullcontext("") as url,
        start_model("--speedup", "20") as model,
        asyncio.Runner() as runner,
    ):
        env = {"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_TIMEOUT_S": "3"}
        env |= {"DATA_DIR": folder, "DATABASE_URL": url, "CIRCUIT_FAILURES": "0"}
        house = House(env, tally)
        with house.open():
            runner.run(run(Crew(house, tally, asked.seed), asked.minutes, asked.every))
    for each in (*tally.wrong, *tally.lost, *tally.blank)[:20]:
        print(each, file=sys.stderr)
    good = [shown(bar) for bar in bars(tally)]
    print(told(tally, time.monotonic() - begun))
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
