"""Cuts the power: rebuilds disks as a cut may leave them, from what a real writer wrote and synced.

    python -m bench.power [--states 1000] [--what store|jobs] [--seed 7] [--normal]

Of every file is there what was written before its last completed sync. Of the rest, each sector of
4096 bytes is there, gone or (one in ten) half garbage; names change in order, up to any point. On
every disk the app's own store is opened and must hold all that its writer had acknowledged:
versions and decisions (`store`), or edits handed in and ended, with a model (`jobs`). `--normal`
writes as SQLite does by default with a log, which loses some: so the check is seen to bite.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from bench import crashes, shim
from core.editing.limits import OPEN
from core.errors import TurnsmithError, Unavailable
from core.service.acts import Acts
from core.service.durable import FILE as JOBS
from core.service.durable import Workflows
from core.service.jobs import Desk
from core.store import database as databases
from core.store.edits import UNENDED, Edits
from core.store.library import Library
from core.store.migrations import opened
from tests.store import writer

SECTOR = 4096
ACTS = {"store": 60, "jobs": 25}
Said: TypeAlias = dict[str, str | int | list[str]]
Check: TypeAlias = Callable[[Path, Sequence[Said]], list[str]]


class Act(NamedTuple):
    """One operation on a file, as the shim tells it."""

    kind: str
    """C made, T cut to `at`, W written, s sync begun, S sync ended, D folder synced, R renamed to
    `data`, U removed, A a word of the writer."""
    name: str
    at: int
    data: bytes


# -- the writer, in a process of its own


def saying(folder: Path) -> Callable[[Said], None]:
    number = os.open(folder / "said", os.O_RDWR | os.O_CREAT)
    return lambda said: os.pwrite(number, json.dumps(said).encode(), 0) and None


def write_store(folder: Path) -> None:
    say, left = saying(folder), ACTS["store"]
    database = opened(folder)
    ids = writer.begin(database)
    say({"ids": list(ids)})

    def told(act: writer.Said) -> None:
        nonlocal left
        say(dict(act))  # type: ignore[arg-type]
        left -= 1
        if not left:
            os._exit(0)

    writer.work(database, ids, 1, told)


def write_jobs(folder: Path) -> None:
    say, database = saying(folder), opened(folder)
    desk = Desk(crashes.Slow(folder, 0), journal=Workflows(folder))
    acts = Acts(Library(database), Edits(database), desk, "sim")
    desk.recall = acts.recall
    desk.start()
    for number in range(ACTS["jobs"]):
        instant = f"3턴 조개 매점 가격을 {200 + number}으로"
        asked = f"{crashes.NEWS} #{number}" if number % 3 else instant
        id_ = acts.post(crashes.STORY, asked, OPEN)
        say({"posted": id_})
        while not ((view := desk.view(id_)) and view.over):
            time.sleep(0.005)
        say({"ended": id_})
    os._exit(0)


# -- disks after a cut


def acts_of(trace: Path) -> list[Act]:
    content, at, found = trace.read_bytes(), 0, []
    while at + 19 <= len(content):
        kind, (named, where, size) = chr(content[at]), struct.unpack_from("<HQQ", content, at + 1)
        name = content[at + 19 : at + 19 + named].decode()
        data = content[at + 19 + named : at + 19 + named + size]
        found.append(Act(kind, name, where, data))
        at += 19 + named + size
    return found


@dataclass(slots=True)
class _Disk:
    """Names point to files by number: a file goes on under another name, or under none."""

    dice: random.Random
    names: dict[str, int] = field(default_factory=dict)
    bodies: dict[int, bytearray] = field(default_factory=dict)

    def cut(self, number: int, size: int, *, sure: bool) -> None:
        if sure or self.dice.random() < 0.5:
            body = self._long(number, size)
            del body[size:]

    def written(self, number: int, at: int, data: bytes, *, sure: bool) -> None:
        for start, piece in [(at, data)] if sure else _sectors(at, data):
            if sure or self.dice.random() < 0.5:
                kept = piece if sure else self._perhaps_torn(piece)
                self._long(number, start)[start : start + len(kept)] = kept

    def _perhaps_torn(self, piece: bytes) -> bytes:
        if self.dice.random() >= 0.1:
            return piece
        half = len(piece) // 2
        return piece[:half] + self.dice.randbytes(len(piece) - half)

    def _long(self, number: int, size: int) -> bytearray:
        body = self.bodies.setdefault(number, bytearray())
        body.extend(bytes(max(0, size - len(body))))
        return body


def _sectors(at: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    done = 0
    while done < len(data):
        step = min(SECTOR - (at + done) % SECTOR, len(data) - done)
        yield at + done, data[done : done + step]
        done += step


def _files(acts: Sequence[Act]) -> tuple[list[int], dict[int, int], int]:
    """The file of each act, until when each file was synced, and until when all names were."""
    names: dict[str, int] = {}
    whose, until, begun, named, made = [], dict[int, int](), dict[str, int](), -1, 0
    for number, act in enumerate(acts):
        if act.kind in "CTW" and act.name not in names:
            names[act.name], made = made, made + 1
        file = names.get(act.name, -1)
        if act.kind == "U":
            names.pop(act.name, None)
        elif act.kind == "R" and file >= 0:
            names[act.data.decode()] = names.pop(act.name)
        elif act.kind == "s":
            begun[act.name] = number
        elif act.kind == "S":
            # Any sync of a journalling file system keeps the names that came before it.
            until[file] = named = begun.get(act.name, number)
        elif act.kind == "D":
            named = number
        whose.append(file)
    return whose, until, named


def disk_after(acts: Sequence[Act], dice: random.Random) -> dict[str, bytes]:
    """One of the disks that a cut after these acts may leave: content by name."""
    whose, until, named = _files(acts)
    disk, known = _Disk(dice), set[int]()
    naming = [n for n, act in enumerate(acts) if act.kind in "URCTW"]
    fresh = []
    for n in naming:
        if acts[n].kind in "UR" or whose[n] not in known:
            known.add(whose[n])
            fresh.append(n)
    loose = [n for n in fresh if n > named]
    last = dice.choice([named, *loose])
    for number in fresh:
        if number <= last:
            _rename(disk, acts[number], whose[number])
    there = set(disk.names.values())
    for number, act in enumerate(acts):
        if act.kind in "TW" and whose[number] in there:
            sure = number < until.get(whose[number], -1)
            if act.kind == "T":
                disk.cut(whose[number], act.at, sure=sure)
            else:
                disk.written(whose[number], act.at, act.data, sure=sure)
    return {name: bytes(disk.bodies.get(file, b"")) for name, file in disk.names.items()}


def _rename(disk: _Disk, act: Act, file: int) -> None:
    if act.kind == "U":
        disk.names.pop(act.name, None)
    elif act.kind == "R":
        if act.name in disk.names:
            disk.names[act.data.decode()] = disk.names.pop(act.name)
    else:
        disk.names[act.name] = file


# -- what was promised


def broken_store(folder: Path, said: Sequence[Said]) -> list[str]:
    """Acknowledged versions and decisions that are not there, and any damage."""
    ids = next((act["ids"] for act in said if "ids" in act), None)
    database = opened(folder)
    try:
        if not isinstance(ids, list):
            return []
        return writer.broken(database, (ids[0], ids[1]), said)
    finally:
        database.close()


_PENDING = "SELECT workflow_uuid FROM workflow_status WHERE status = 'PENDING'"


def broken_jobs(folder: Path, said: Sequence[Said]) -> list[str]:
    """Edits that were handed in and are neither over nor noted to be gone on with."""
    database = opened(folder)
    try:
        posted = [str(act["posted"]) for act in said if "posted" in act]
        held = {id_: Edits(database).get(id_) for id_ in posted}
    finally:
        database.close()
    noted = _noted(folder / JOBS)
    lost = [id_ for id_, row in held.items() if row is None]
    lost += [id_ for id_, row in held.items() if row and row.state in UNENDED and id_ not in noted]
    over = [str(act["ended"]) for act in said if "ended" in act]
    lost += [id_ for id_ in over if (row := held.get(id_)) and row.state in UNENDED]
    return [f"lost {id_}" for id_ in lost]


def _noted(file: Path) -> set[str]:
    if not file.exists():
        return set()
    databases.sound(file)
    connection = sqlite3.connect(file)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Unavailable("store_corrupt")
        return {row[0] for row in connection.execute(_PENDING)}
    except sqlite3.OperationalError:
        return set()  # Cut before the tables were made.
    finally:
        connection.close()


WRITERS = {"store": write_store, "jobs": write_jobs}
CHECKS: dict[str, Check] = {"store": broken_store, "jobs": broken_jobs}


# -- the whole


def traced(what: str, folder: Path, *, normal: bool) -> list[Act]:
    """All that a writer does to its files."""
    library, data, trace = shim.built(folder), folder / "data", folder / "trace"
    data.mkdir()
    options = ["--write", str(data), "--what", what, *(["--normal"] if normal else [])]
    shim.run("bench.power", *options, env=shim.under(library, data, trace))
    return acts_of(trace)


def check(what: str, folder: Path, acts: Sequence[Act], dice: random.Random) -> list[str]:
    """Broken promises of one cut, after `acts`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in disk_after(acts, dice).items():
        if not name.endswith(("-shm", "/said", "/calls")):
            (folder / Path(name).name).write_bytes(content)
    said = [json.loads(act.data) for act in acts if act.kind == "A"]
    try:
        return CHECKS[what](folder, said)
    except TurnsmithError as error:
        return [f"unusable: {error.rule}"]


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--states", type=int, default=1000)
    given.add_argument("--what", choices=WRITERS, default="store")
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--normal", action="store_true")
    given.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = given.parse_args()
    if asked.normal:
        databases._WRITER = ("journal_mode=WAL", "synchronous=NORMAL")  # noqa: SLF001
    if asked.write:
        WRITERS[asked.what](asked.write)
    begun, dice, broken, acknowledged = time.monotonic(), random.Random(asked.seed), 0, 0
    with tempfile.TemporaryDirectory(prefix="turnsmith-power-") as name:
        acts = traced(asked.what, Path(name), normal=asked.normal)
        for number in range(asked.states):
            cut = acts[: dice.randrange(1, len(acts))]
            acknowledged += sum(act.kind == "A" for act in cut)
            found = check(asked.what, Path(name, "disk"), cut, dice)
            broken += bool(found)
            if found and broken < 10:
                print(f"state {number}, cut after {len(cut)} acts: {found[:3]}")
    seconds = time.monotonic() - begun
    print(
        f"{asked.states} power cuts in {seconds:.0f} s over {len(acts):,} acts on files, "
        f"{acknowledged:,} acknowledgements checked: {broken} with a promise broken"
    )
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
