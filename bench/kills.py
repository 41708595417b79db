"""Kills a writer at random moments and checks after each that nothing accepted is lost.

python -m bench.kills [--kills 1000] [--seed 1] [--url postgresql://…] [--folder …]
"""

import argparse
import gc
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from core.store.database import Database
from core.store.migrations import opened
from tests.store import writer
from tests.store.writer import Said

FRESH = 10
"""Kills until another chapter is begun: checking one takes longer the more versions it has."""
LONGEST_S = 0.025
"""How long a writer may write before it is killed."""
START_S = 30.0


@dataclass(slots=True)
class Tally:
    """What came of it."""

    kills: int = 0
    takes: int = 0
    decisions: int = 0
    hot: int = 0
    """Kills that left a log of SQLite behind."""
    broken: list[str] = field(default_factory=list)

    def count(self, said: list[Said]) -> None:
        self.kills += 1
        self.takes += sum("version" in act for act in said)
        self.decisions += sum("decided" in act for act in said)


def run(folder: Path, url: str, kills: int, seed: int) -> Tally:
    """The same database lives through all of them. Children are forked: Python starts slowly."""
    dice, tally = random.Random(seed), Tally()
    ids, said = ("", ""), list[Said]()
    gc.freeze()
    for number in range(kills):
        if number % FRESH == 0:
            ids, said = begun(folder, url), []
        heard = killed(folder, url, ids, dice.uniform(0, LONGEST_S))
        said += heard
        tally.count(heard)
        tally.hot += Path(folder, "turnsmith.db-wal").exists()
        tally.broken += checked(folder, url, ids, said)
    return tally


def begun(folder: Path, url: str) -> tuple[str, str]:
    database = opened(folder, url)
    ids = writer.begin(database)
    database.close()
    return ids


def killed(folder: Path, url: str, ids: tuple[str, str], after_s: float) -> list[Said]:
    """What a writer said until it was killed, so long after its first word."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _write(folder, url, ids, writing)
    os.close(writing)
    select.select([reading], [], [], START_S)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().split(b"\n")
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the writer ended by itself; its reason stands above")
    return [json.loads(line) for line in lines if line.endswith(b"}")]


def _write(folder: Path, url: str, ids: tuple[str, str], pipe: int) -> None:
    """Never comes back."""

    def say(act: Said) -> None:
        os.write(pipe, json.dumps(act).encode() + b"\n")

    try:
        database = Database(folder, url)
        writer.work(database, ids, 1, say)
    except BaseException as error:  # noqa: BLE001  a child must not run its parent's code
        sys.stderr.write(f"{error!r}\n")
    os._exit(3)


def checked(folder: Path, url: str, ids: tuple[str, str], said: list[Said]) -> list[str]:
    database = Database(folder, url)
    found = writer.broken(database, ids, said)
    database.close()
    return found


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--kills", type=int, default=1000)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--url", default="")
    given.add_argument("--folder", type=Path)
    asked = given.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="turnsmith-kills-") as folder:
        tally = run(asked.folder or Path(folder), asked.url, asked.kills, asked.seed)
    seconds = time.monotonic() - start
    print(
        f"{tally.kills} kills in {seconds:.0f} s, {tally.hot} with a hot log: "
        f"{tally.takes} takes and {tally.decisions} decisions accepted, "
        f"{len(tally.broken)} promises broken"
    )
    for promise in tally.broken[:20]:
        print(promise)
    sys.exit(bool(tally.broken))


if __name__ == "__main__":
    main()
