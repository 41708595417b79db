"""Edits over HTTP while the model misbehaves in every known way: is a story ever damaged?

python -m bench.faults [--edits 2000] [--rates 0.3,0.6,0.9] [--at-once 64] [--seed 1] [--timeout 2]

A real server asks the simulated model (faults of what it says) or the fault model of the tests
(the 65 that any client may meet, and more). Prints a row per fault; exit code 1 when a story came
back damaged, or unchanged without a reason, or an edit had more calls than it may have, or none.
"""

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench import client
from bench.sim_llm.answers import FLOODS, SPOIL
from bench.sim_llm.wire import ERRORS
from core.chapter import chapter, rules
from core.editing.model import TRIES
from core.errors import Unreadable
from tests.editing.fault_plays import LONG, PLAYS
from tests.processes import Server, start_app, start_model

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples"
EVERYTHING = "모든 문장을 흥미진진하게 바꿔줘"
"""Makes a plan, then a call a turn."""
STALLS = ("stall:60", "stall_mid:60")
SAID = (*ERRORS, *SPOIL, *FLOODS, *STALLS, "drop", "cut", "filtered", "declined")
"""Every fault of the simulated model."""
WISHES = ("{turn}턴 뉴스를 더 신나게 바꿔줘", "모든 결과 문장을 더 생생하게 바꿔줘", EVERYTHING)
MOST_CALLS = 2 * (TRIES + 2)
"""Of one call and its repair: attempts, and two answer formats that may be refused before."""
MOST_ANSWER = 262_144
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
NUMBER = re.compile(r"[=#](\d+)$")
WIRE = "wire "
NO_FAULT = "(none)"
GRAVE = frozenset({"STOP", "GAME"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One edit."""

    fault: str
    """Of the wire when it begins with `wire `; "" for none."""
    story: str
    request: str
    most: int
    """Model calls that it may take."""

    @property
    def number(self) -> str:
        return NUMBER.search(self.request)[1]  # type: ignore[index]


@dataclass(slots=True)
class Row:
    """What came of all edits with one fault."""

    edits: int = 0
    edited: int = 0
    seconds: list[float] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """Replies of those that changed nothing."""
    damaged: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    stormed: list[str] = field(default_factory=list)
    """Those with more calls than an edit may have."""
    unmet: list[str] = field(default_factory=list)
    """Those that never asked the model, and so show nothing of its fault."""

    def enter(self, ask: Ask, got: client.Got) -> None:
        self.edits += 1
        self.seconds.append(got.seconds)
        if got.status != 200:
            self.damaged.append(f"{ask.request}: status {got.status}")
            return
        self.edited += got.body["outcome"] == "edited"
        if wrong := damage(ask.story, got.body):
            self.damaged.append(f"{ask.request}: {wrong}")
        if why := silence(ask.story, got.body):
            self.silent.append(f"{ask.request}: {why}")
        if got.body["outcome"] != "edited":
            self.reasons[got.body["reply"]] += 1

    @property
    def bad(self) -> list[str]:
        return [*self.damaged, *self.silent, *self.stormed, *self.unmet]


Table = dict[str, Row]


def asks(edits: int, rates: Sequence[float], seed: int) -> list[Ask]:
    """As many at each rate as at any other, one rate after the other; the faults likewise."""
    dice = random.Random(seed)
    stories = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.json"))]
    faults = [*SAID, *(f"{WIRE}{name}" for name in PLAYS)]
    order = chain.from_iterable(dice.sample(faults, k=len(faults)) for _ in count())
    at = [rates[number * len(rates) // edits] for number in range(edits)]
    return [
        _ask(next(order) if dice.random() < rate else "", dice.choice(stories), number, dice)
        for number, rate in enumerate(at)
    ]


def _ask(fault: str, story: str, number: int, dice: random.Random) -> Ask:
    if fault.startswith(WIRE):
        request = f"1턴 뉴스를 더 신나게 바꿔줘 wire-fault={fault.removeprefix(WIRE)}#{number}"
        return Ask(fault, story, request, MOST_CALLS)
    turns, wish = len(json.loads(story)), dice.choice(WISHES)
    often = dice.choice(("", "-always"))
    mark = f" sim-fault{often}={fault}" if fault else ""
    request = f"{wish.format(turn=dice.randint(1, turns))}{mark} sim-edit={number}"
    return Ask(fault, story, request, MOST_CALLS * (1 + turns if wish == EVERYTHING else 1))


# -- the judge


def damage(before: str, answer: dict[str, Any]) -> str:
    """What is wrong with an answer; "" when nothing is."""
    story = answer.get("story")
    if not isinstance(story, str):
        return "no story"
    if answer["outcome"] != "edited":
        return "" if story == before else "changed without saying so"
    try:
        return next(_wrong(before, story, answer), "")
    except (Unreadable, ValueError) as error:
        return f"cannot be read: {error}"


def _wrong(old: str, new: str, answer: dict[str, Any]) -> Iterator[str]:
    """All that was asked for are texts: the rest stays to the byte, and none becomes empty."""
    if STRINGS.sub("", old) != STRINGS.sub("", new):
        yield "more than texts changed"
        return
    past, now = dict(_leaves(old)), dict(_leaves(new))
    named = {change["at"]: change["after"] for change in answer.get("changes", ())}
    if past.keys() != now.keys():
        yield "other places than before"
        return
    for at in (at for at in past if past[at] != now[at]):
        if "changes" in answer and now[at] != named.get(at):
            yield f"{at} changed without saying so"
        if not str(now[at]).strip():
            yield f"{at} became empty"
    if graver := _grave(new) - _grave(old):
        yield f"breaks the game: {sorted(graver)}"


def _leaves(story: str) -> Iterator[tuple[str, Any]]:
    """By address; read by Python's own reader, not by ours."""
    for number, turn in enumerate(json.loads(story), 1):
        stocks = turn.pop("stocks", ())
        yield from ((f"t{number}.{name}", value) for name, value in turn.items())
        for place, stock in enumerate(stocks, 1):
            yield from ((f"t{number}.s{place}.{name}", value) for name, value in stock.items())


def _grave(story: str) -> set[tuple[str, str]]:
    found = rules.findings(chapter.read(story))
    return {(each.rule, each.at) for each in found if each.level in GRAVE}


def silence(before: str, answer: dict[str, Any]) -> str:
    """Whether nothing changed and nobody says why; "" when that is not so."""
    reply = str(answer.get("reply", "")).strip()
    if not 1 <= len(reply) <= 50:
        return f"a reply of {len(reply)} characters"
    if answer["outcome"] == "edited" and answer["story"] == before:
        return "edited, but nothing changed"
    return ""


# -- the run


@contextmanager
def fault_model() -> Iterator[Server]:
    """The server of tests/editing/fault_model.py, as a process of its own."""
    command = [sys.executable, "-m", "tests.editing.fault_model"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        yield Server(f"http://127.0.0.1:{port}", process, Path("/dev/null"))
        process.terminate()


async def run(app: Server, wishes: Sequence[Ask], at_once: int, table: Table) -> None:
    """All edits, so many at the same time; their answers go into the table."""
    seats = asyncio.Semaphore(at_once)

    async def one(number: int, ask: Ask) -> None:
        async with seats:
            body = {"chapterId": f"{number}", "story": ask.story, "summary": None}
            body |= {"editRequest": ask.request}
            got = await client.post(app.port, "/edit-scenario", body)
        table.setdefault(ask.fault or NO_FAULT, Row()).enter(ask, got)

    await asyncio.gather(*(one(number, ask) for number, ask in enumerate(wishes)))


def measure(wishes: Sequence[Ask], *, at_once: int, timeout_s: float) -> Table:
    """Edits by fault, sorted by name."""
    table: Table = {}
    said, wire, long = (
        [ask for ask in wishes if _part(ask) == part] for part in ("said", "wire", "long")
    )
    env = {"OPENAI_TIMEOUT_S": f"{timeout_s}", "CIRCUIT_FAILURES": "0"}
    with asyncio.Runner() as runner, start_model() as model, fault_model() as broken:
        at, by = ({**env, "OPENAI_BASE_URL": f"{each.url}/v1"} for each in (model, broken))
        with start_app(at) as app:
            runner.run(run(app, said, at_once, table))
        for part in (wire, long):
            with start_app({**by, "OPENAI_MODEL": "by-request"}) as app:
                runner.run(run(app, part, at_once, table))
        _count_calls(wishes, table, _calls(model, broken))
    return dict(sorted(table.items()))


def _part(ask: Ask) -> str:
    """An app has one provider, so what keeps all calls from it is tried in an app of its own."""
    if not ask.fault.startswith(WIRE):
        return "said"
    return "long" if ask.fault.removeprefix(WIRE) in LONG else "wire"


def _calls(model: Server, broken: Server) -> Counter[str]:
    """Calls that the models saw, by the number of the edit."""
    stats, log = model.get("/stats"), broken.get("/log")
    assert isinstance(stats, dict)
    assert isinstance(log, list)
    return Counter(stats["by_edit"]) + Counter(row["model"].partition("|")[2] for row in log)


def _count_calls(wishes: Sequence[Ask], table: Table, calls: Counter[str]) -> None:
    for ask in wishes:
        row, made = table[ask.fault or NO_FAULT], calls[ask.number]
        row.calls.append(made)
        if made > ask.most:
            row.stormed.append(f"{ask.request}: {made} calls, at most {ask.most}")
        if not made and _part(ask) != "long":
            row.unmet.append(f"{ask.request}: no call")


def shown(table: Table) -> Iterator[str]:
    """The table as lines, widest column last."""
    head = ("edits", 6), ("edited", 8), ("median s", 10), ("most s", 8), ("calls", 7), ("most", 6)
    yield f"{'fault':<24}" + "".join(f"{name:>{width}}" for name, width in head)
    for name, row in table.items():
        calls = f"{mean(row.calls):7.1f}{max(row.calls):6}"
        figures = f"{row.edits:6}{row.edited:8}{median(row.seconds):10.2f}{max(row.seconds):8.2f}"
        why = "; ".join(f"{times} x {reply}" for reply, times in row.reasons.most_common(2))
        yield f"{name:<24}{figures}{calls}  {why}"


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--edits", type=int, default=2000)
    given.add_argument(
        "--rates", default="0.3,0.6,0.9", help="shares of edits with a fault, in turn"
    )
    given.add_argument("--at-once", type=int, default=64)
    given.add_argument("--timeout", type=float, default=2.0, help="OPENAI_TIMEOUT_S")
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    begun = time.monotonic()
    wishes = asks(asked.edits, [float(rate) for rate in asked.rates.split(",")], asked.seed)
    table = measure(wishes, at_once=asked.at_once, timeout_s=asked.timeout)
    print("\n".join(shown(table)))
    rows = table.values()
    edited, edits = sum(row.edited for row in rows), sum(row.edits for row in rows)
    damaged, silent, stormed, unmet = (
        [each for row in rows for each in getattr(row, kind)]
        for kind in ("damaged", "silent", "stormed", "unmet")
    )
    print(
        f"\n{edits} edits under {len(table)} faults in {time.monotonic() - begun:.0f} s: "
        f"{edited} edited, {edits - edited} unchanged with a reason; "
        f"{len(damaged)} damaged, {len(silent)} silently empty, "
        f"{len(stormed)} with too many calls, {len(unmet)} with none"
    )
    for each in (*damaged, *silent, *stormed, *unmet)[:40]:
        print(each)
    return bool(damaged or silent or stormed or unmet)


if __name__ == "__main__":
    sys.exit(main())
