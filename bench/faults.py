"""Edits over HTTP while the model misbehaves in every known way: is a story ever damaged?

python -m bench.faults [--edits 2000] [--rates 0.3,0.6,0.9] [--at-once 64] [--seed 1] [--timeout 2]
                       [--planned 300]

A real server asks the simulated model (faults of what it says) or the fault model of the tests
(the 65 that any client may meet, and more). Then it rewrites whole chapters by plans, while the
calls for some of their turns fail. Prints a row per fault, and the sums of both apart; exit code 1
when a story came back damaged, or unchanged without a reason, or a turn was left out and not named,
or an edit had more calls than it may have, or none.
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
PLACE = re.compile(r"\bt[1-9][0-9]*\b")
NUMBER = re.compile(r"[=#](\d+)$")
WIRE = "wire "
IN_TURNS = "turns: "
PLANNING = ("--speedup", "1", "--ttft", "0.05", "--rate", "300")
"""A speed at which turns are sooner written beside each other."""
PLANNED_S = 8.0
"""OPENAI_TIMEOUT_S of a plan at that speed."""
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
    calls: int = 1
    """Model calls that show its fault: of a plan, one for each turn besides."""

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
    unplanned: int = 0
    """Those that one call wrote, because the pace of the provider was such just then."""
    failing: int = 0
    """Turns whose calls were to fail."""
    named: int = 0
    """Turns that were named as missing."""

    def enter(self, ask: Ask, got: client.Got) -> None:
        self.edits += 1
        self.seconds.append(got.seconds)
        if got.status != 200:
            self.damaged.append(f"{ask.request}: status {got.status}")
            return
        self.edited += got.body["outcome"] == "edited"
        if wrong := damage(ask.story, got.body):
            self.damaged.append(f"{ask.request}: {wrong}")
        planned = ask.fault.startswith(IN_TURNS)
        if why := silence(ask.story, got.body) or (planned and untold(got.body)):
            self.silent.append(f"{ask.request}: {why}")
        self.failing += ask.request.count("sim-fault-turn")
        self.named += len(_missing(got.body))
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


def planned(edits: int, seed: int) -> list[Ask]:
    """Whole rewrites of which some turns' calls fail in one of the ways, once or for good."""
    dice = random.Random(seed)
    stories = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.json"))]
    order = chain.from_iterable(dice.sample(SAID, k=len(SAID)) for _ in count())
    return [_planned(next(order), dice.choice(stories), number, dice) for number in range(edits)]


def _planned(fault: str, story: str, number: int, dice: random.Random) -> Ask:
    turns = len(json.loads(story))
    failing = sorted(dice.sample(range(1, turns + 1), k=dice.randint(1, turns)))
    marks = " ".join(f"sim-fault-turn{n}{dice.choice(('', '-once'))}={fault}" for n in failing)
    request = f"{EVERYTHING} {marks} sim-edit=9{number:06}"
    return Ask(f"{IN_TURNS}{fault}", story, request, MOST_CALLS * (1 + turns), 1 + turns)


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


def untold(answer: dict[str, Any]) -> str:
    """Turns that nothing is said of: neither changed, nor named as left out."""
    if answer["outcome"] != "edited":
        return ""
    changed = {change["at"].partition(".")[0] for change in answer["changes"]}
    turns = range(1, len(json.loads(answer["story"])) + 1)
    left = [f"t{n}" for n in turns if f"t{n}" not in changed | _missing(answer)]
    return f"nothing is said of {', '.join(left)}" if left else ""


def _missing(answer: dict[str, Any]) -> set[str]:
    told = (PLACE.search(each["what"]) for each in answer.get("dropped", ()))
    return {found[0] for found in told if found}


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
    said, wire, long, turns = (
        [ask for ask in wishes if _part(ask) == part] for part in ("said", "wire", "long", "turns")
    )
    env = {"OPENAI_TIMEOUT_S": f"{timeout_s}", "CIRCUIT_FAILURES": "0"}
    with (
        asyncio.Runner() as runner,
        start_model() as model,
        start_model(*PLANNING) as slow,
        fault_model() as broken,
    ):
        bases = (model, slow, broken)
        at, plans, by = ({**env, "OPENAI_BASE_URL": f"{each.url}/v1"} for each in bases)
        plans["OPENAI_TIMEOUT_S"] = f"{PLANNED_S}"
        for address, part in ((at, said), (plans, turns)):
            with start_app(address) as app:
                runner.run(run(app, part, at_once, table))
        for part in (wire, long):
            with start_app({**by, "OPENAI_MODEL": "by-request"}) as app:
                runner.run(run(app, part, at_once, table))
        _count_calls(wishes, table, _calls(model, slow, broken))
    return dict(sorted(table.items()))


def _part(ask: Ask) -> str:
    """An app has one provider, so what keeps all calls from it is tried in an app of its own."""
    if ask.fault.startswith(IN_TURNS):
        return "turns"
    if not ask.fault.startswith(WIRE):
        return "said"
    return "long" if ask.fault.removeprefix(WIRE) in LONG else "wire"


def _calls(model: Server, slow: Server, broken: Server) -> Counter[str]:
    """Calls that the models saw, by the number of the edit."""
    stats, more, log = model.get("/stats"), slow.get("/stats"), broken.get("/log")
    assert isinstance(stats, dict)
    assert isinstance(more, dict)
    assert isinstance(log, list)
    heard = Counter(row["model"].partition("|")[2] for row in log)
    return Counter(stats["by_edit"]) + Counter(more["by_edit"]) + heard


def _count_calls(wishes: Sequence[Ask], table: Table, calls: Counter[str]) -> None:
    for ask in wishes:
        row, made = table[ask.fault or NO_FAULT], calls[ask.number]
        row.calls.append(made)
        if made > ask.most:
            row.stormed.append(f"{ask.request}: {made} calls, at most {ask.most}")
        row.unplanned += made < ask.calls
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
    given.add_argument("--planned", type=int, default=300, help="whole rewrites with failing turns")
    asked = given.parse_args()
    begun = time.monotonic()
    wishes = asks(asked.edits, [float(rate) for rate in asked.rates.split(",")], asked.seed)
    wishes += planned(asked.planned, asked.seed)
    table = measure(wishes, at_once=asked.at_once, timeout_s=asked.timeout)
    print("\n".join(shown(table)))
    turns = [row for name, row in table.items() if name.startswith(IN_TURNS)]
    rest = [row for name, row in table.items() if not name.startswith(IN_TURNS)]
    bad = [each for row in table.values() for each in row.bad]
    print("\n".join(bad[:40]))
    print(f"{len(table)} faults in {time.monotonic() - begun:.0f} s")
    print(f"one answer: {summed(rest)}")
    failing, named = sum(row.failing for row in turns), sum(row.named for row in turns)
    alone = sum(row.unplanned for row in turns)
    print(f"plans: {failing} turns failing, {named} named, {alone} unplanned; {summed(turns)}")
    return bool(bad)


def summed(rows: Sequence[Row]) -> str:
    edited, edits = sum(row.edited for row in rows), sum(row.edits for row in rows)
    kinds = ("damaged", "silent", "stormed", "unmet")
    damaged, silent, stormed, unmet = (sum(len(getattr(r, k)) for r in rows) for k in kinds)
    return (
        f"{edits} edits, {edited} edited, {edits - edited} unchanged with a reason; "
        f"{damaged} damaged, {silent} silently empty, {stormed} with too many calls, "
        f"{unmet} with none"
    )


if __name__ == "__main__":
    sys.exit(main())
