"""Kills a process with -9 again and again while edits run, and tells what became of them.

`python -m bench.crashes FOLDER KILLS [SEED]` prints one line of JSON.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path

from core.chapter import chapter
from core.editing.model import Usage
from core.editing.prompt import Prompt, Schema
from core.service.durable import Workflows
from core.service.jobs import Desk, Job, Payload, View
from tests.processes import ROOT

STORY = chapter.read((ROOT / "tests" / "samples" / "sea_park.json").read_bytes())
NEWS = "3턴 뉴스를 더 두근두근하게 새로 써줘"
LONGEST_S = 0.6
"""From the start of a process to its end."""


def noted(path: Path, *words: object) -> None:
    """One line that is on the disk when this returns."""
    line = " ".join(map(str, words)) + "\n"
    with path.open("ab", buffering=0) as sink:
        sink.write(line.encode())
        os.fsync(sink.fileno())


def lines(path: Path) -> list[list[str]]:
    """Whole lines only: a killed process may have left half of one."""
    text = path.read_text() if path.exists() else ""
    return [line.split() for line in text.split("\n")[:-1]]


class Slow:
    """A model that answers in 50 ms and notes who asked, in which life of the process."""

    def __init__(self, folder: Path, life: int) -> None:
        self.calls, self.life = folder / "calls", life

    async def stream(self, prompt: Prompt, _: Schema) -> AsyncGenerator[str | Usage, None]:
        id_ = prompt.messages[-1].content.rpartition("#")[2]
        noted(self.calls, id_, self.life)
        change = {"op": "set", "at": "t3.news", "to": f"{id_}번 손님이 풍선을 들고 와요."}
        answer = json.dumps({"changes": [change], "reply": "바꿨어요."}, ensure_ascii=False)
        for start in range(0, len(answer), 20):
            await asyncio.sleep(0.01)
            yield answer[start : start + 20]
        yield Usage(100, 20)


def a_desk(folder: Path, life: int) -> Desk:
    """With all that earlier lives left taken up."""

    def job(payload: Payload) -> Job:
        id_ = payload["id"]

        def keep(view: View) -> View:
            made = view.proposal.applied.chapter.hash if view.proposal else "-"
            noted(folder / "ended", id_, view.outcome, made)
            return view

        return Job(STORY, f"{NEWS} #{id_}", keep=keep)

    desk = Desk(Slow(folder, life), journal=Workflows(folder))
    desk.recall = job
    desk.start()
    return desk


def live(folder: Path, life: int) -> None:
    """Take up what was left, and hand in edits until the end comes."""
    desk = a_desk(folder, life)
    for number in range(1000):
        payload = {"id": f"{life}{number:03}"}
        job = desk.recall(payload)
        if job and desk.noted(desk.submit(job, id_=payload["id"], payload=payload)):
            noted(folder / "asked", payload["id"])
        time.sleep(0.03)


def killed(folder: Path, life: int, seconds: float) -> None:
    pid = os.fork()
    if not pid:
        try:
            live(folder, life)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1]), "it ended by itself"


def finish(folder: Path, life: int) -> None:
    """The last life only ends what is left."""
    pid = os.fork()
    if not pid:
        desk = a_desk(folder, life)
        until = time.monotonic() + 60
        while desk.counts.active and time.monotonic() < until:
            time.sleep(0.05)
        os._exit(0)
    os.waitpid(pid, 0)


def told(folder: Path, kills: int) -> dict[str, object]:
    asked = {row[0] for row in lines(folder / "asked")}
    results: dict[str, set[str]] = {}
    for id_, outcome, text in lines(folder / "ended"):
        results.setdefault(id_, set()).add(f"{outcome} {text}")
    calls = Counter(map(tuple, lines(folder / "calls")))
    lives = Counter(id_ for id_, _ in calls)
    return {
        "kills": kills,
        "asked": len(asked),
        "lost": sorted(asked - results.keys()),
        "torn": sorted(id_ for id_, ends in results.items() if len(ends) > 1),
        "not_edited": sorted(
            i for i, ends in results.items() if not min(ends).startswith("edited")
        ),
        "twice_in_a_life": sorted(id_ for (id_, _), count in calls.items() if count > 1),
        "gone_on_with": sum(count > 1 for count in lives.values()),
    }


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    for life in range(1, kills + 1):
        killed(folder, life, chance.uniform(0.02, LONGEST_S))
    finish(folder, kills + 1)
    print(json.dumps(told(folder, kills)))


if __name__ == "__main__":
    main()
