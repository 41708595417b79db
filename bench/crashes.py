"""Kills processes with -9 again and again while edits run, and tells what became of them.

`python -m bench.crashes FOLDER KILLS [SEED [BESIDE [URL]]]` prints one line of JSON. So many are
killed `BESIDE` each other: each on a file of its own, or with a URL all on one PostgreSQL, where
they go on with each other's edits.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path

from core.chapter import chapter
from core.editing.model import Usage
from core.editing.prompt import Prompt, Schema
from core.service.durable import Workflows
from core.service.jobs import Desk, Job, Payload
from core.service.views import View
from tests.processes import ROOT

STORY = chapter.read((ROOT / "tests" / "samples" / "sea_park.json").read_bytes())
NEWS = "3턴 뉴스를 더 두근두근하게 새로 써줘"
LONGEST_S = 0.5
"""From the first edit of a process to its end."""
EARLY = 0.1
"""Part of them that may end while it still starts."""
FINISH_S = 90.0


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
    """A model that answers in a tenth of a second and notes who asked, in which life."""

    def __init__(self, folder: Path, life: int) -> None:
        self.calls, self.life = folder / "calls", life

    async def stream(self, prompt: Prompt, _: Schema) -> AsyncGenerator[str | Usage, None]:
        id_ = prompt.messages[-1].content.rpartition("#")[2]
        noted(self.calls, id_, self.life)
        change = {"op": "set", "at": "t3.news", "to": f"{id_}번 손님이 풍선을 들고 와요."}
        answer = json.dumps({"changes": [change], "reply": "바꿨어요."}, ensure_ascii=False)
        for start in range(0, len(answer), 20):
            await asyncio.sleep(0.015)
            yield answer[start : start + 20]
        yield Usage(100, 20)


def a_desk(folder: Path, url: str, life: int) -> Desk:
    """With all that earlier lives left taken up."""

    def job(payload: Payload) -> Job:
        id_ = payload["id"]

        def keep(view: View) -> View:
            made = view.proposal.applied.chapter.hash if view.proposal else "-"
            noted(folder / "ended", id_, view.outcome, made)
            return view

        return Job(STORY, f"{NEWS} #{id_}", keep=keep)

    desk = Desk(Slow(folder, life), journal=Workflows(folder, url))
    desk.recall = job
    desk.start()
    return desk


def live(folder: Path, url: str, life: int, begun: int) -> None:
    """Take up what was left, and hand in edits until the end comes."""
    desk = a_desk(folder, url, life)
    os.write(begun, b".")
    for number in range(1000):
        payload = {"id": f"{life}{number:03}"}
        job = desk.recall(payload)
        if job and desk.noted(desk.submit(job, id_=payload["id"], payload=payload)):
            noted(folder / "asked", payload["id"])
        time.sleep(0.03)


def killed(folder: Path, url: str, life: int, chance: random.Random) -> None:
    """One life. Notes how many edits it cut off that it had begun, or gone on with."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            live(folder, url, life, writes)
        finally:
            os._exit(1)
    os.close(writes)
    if chance.random() > EARLY:
        os.read(reads, 1)
    time.sleep(chance.uniform(0, LONGEST_S))
    os.kill(pid, signal.SIGKILL)
    os.close(reads)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1]), "it ended by itself"
    begun = {id_ for id_ in ids(folder, "asked") if id_[:-3] == str(life)}
    called = {row[0] for row in lines(folder / "calls") if row[1] == str(life)}
    noted(folder / "kills", life, len((begun | called) - ids(folder, "ended")))


def ids(folder: Path, name: str) -> set[str]:
    return {row[0] for row in lines(folder / name)}


def unended(folder: Path) -> set[str]:
    return ids(folder, "asked") - ids(folder, "ended")


def finish(folder: Path, url: str, life: int) -> None:
    """The last life only ends what is left."""
    pid = os.fork()
    if not pid:
        desk = a_desk(folder, url, life)
        until = time.monotonic() + FINISH_S
        while (unended(folder) or desk.counts.active) and time.monotonic() < until:
            time.sleep(0.05)
        os._exit(0)
    os.waitpid(pid, 0)


def told(folders: list[Path]) -> dict[str, object]:
    def all_lines(name: str) -> list[list[str]]:
        return [row for folder in folders for row in lines(folder / name)]

    asked = {row[0] for row in all_lines("asked")}
    results: dict[str, set[str]] = {}
    for id_, outcome, text in all_lines("ended"):
        results.setdefault(id_, set()).add(f"{outcome} {text}")
    calls = Counter(map(tuple, all_lines("calls")))
    lives = Counter(id_ for id_, _ in calls)
    kills = all_lines("kills")
    return {
        "kills": len(kills),
        "cutting_edits_off": sum(count != "0" for _, count in kills),
        "cut_off": sum(int(count) for _, count in kills),
        "asked": len(asked),
        "lost": sorted(asked - results.keys()),
        "torn": sorted(id_ for id_, ends in results.items() if len(ends) > 1),
        "not_edited": sorted(
            i for i, ends in results.items() if not min(ends).startswith("edited")
        ),
        "twice_in_a_life": sorted(id_ for (id_, _), count in calls.items() if count > 1),
        "gone_on_with": sum(count > 1 for count in lives.values()),
        "calls": calls.total(),
        "called": len(lives),
    }


def lives(folder: Path, url: str, slot: int, kills: int, seed: int) -> None:
    chance = random.Random(f"{seed} {slot}")
    for number in range(1, kills + 1):
        killed(folder, url, slot * 10_000 + number, chance)


def beside(steps: list[Callable[[], None]]) -> None:
    """Each in a process of its own."""
    pids = []
    for step in steps:
        pids.append(os.fork())
        if not pids[-1]:
            try:
                step()
                os._exit(0)
            finally:
                os._exit(1)
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0, "one of them failed"


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    seed, slots, url = (*sys.argv[3:], *("1", "1", "")[len(sys.argv) - 3 :])
    folders = [folder / ("all" if url else str(slot)) for slot in range(1, int(slots) + 1)]
    for each in folders:
        each.mkdir(exist_ok=True)
    each_one = -(-kills // len(folders))
    beside(
        [
            partial(lives, each, url, slot, each_one, int(seed))
            for slot, each in enumerate(folders, 1)
        ]
    )
    beside([partial(finish, each, url, 90_000) for each in dict.fromkeys(folders)])
    print(json.dumps(told(list(dict.fromkeys(folders)))))


if __name__ == "__main__":
    main()
