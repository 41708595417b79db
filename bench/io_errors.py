"""Lets the 1st, 2nd, 3rd … operation on a file fail, in a run each, and checks what was promised.

    python -m bench.io_errors [--step 1]

The disk is full or broken, once or from then on, and a write may be torn; a writer takes versions
and decisions meanwhile. What it was told is done must stay, what fails must be told as Unavailable
and nothing else, nothing may be damaged, and with the fault gone the same folder works again.
"""

import argparse
import ctypes
import errno
import gc
import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from bench import shim
from core.errors import TurnsmithError, Unavailable
from core.store.database import Database
from core.store.migrations import opened
from tests.store import writer
from tests.store.writer import Said

TRIES: Final = 8
"""Takes and decisions that a writer tries in a run."""
QUIET: Final = 12
"""Runs without a fault after which all operations have had their turn."""
SHIM: Final = "TURNSMITH_SHIM"


class Fault(NamedTuple):
    error: int
    sticky: bool
    torn: bool


FAULTS: Final = (
    Fault(errno.ENOSPC, sticky=False, torn=False),
    Fault(errno.ENOSPC, sticky=True, torn=False),
    Fault(errno.EIO, sticky=False, torn=False),
    Fault(errno.EIO, sticky=True, torn=False),
    Fault(errno.ENOSPC, sticky=True, torn=True),
)


@dataclass(slots=True)
class Tally:
    runs: int = 0
    reached: int = 0
    """Runs in which the fault came to the program."""
    said: Counter[str] = field(default_factory=Counter)
    """How it was told."""
    broken: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Heard:
    """What a writer was told in one run."""

    ids: tuple[str, str] | None = None
    acts: list[Said] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class _Enough(Exception):
    pass


def written(folder: Path) -> Heard:
    """Goes on after each refusal, as pages do."""
    heard, database = Heard(), None
    for _ in range(TRIES):
        try:
            database = database or opened(folder)
            heard.ids = heard.ids or writer.begin(database)
            _work(database, heard)
        except Unavailable as error:
            heard.errors.append(error.rule)
    return heard


def _work(database: Database, heard: Heard) -> None:
    def say(act: Said) -> None:
        heard.acts.append(act)
        if "decided" in act:
            raise _Enough

    assert heard.ids
    try:
        writer.work(database, heard.ids, 1, say)
    except _Enough:
        return


def child(folder: Path, library: ctypes.CDLL, number: int, fault: Fault, pipe: int) -> None:
    """Never comes back."""
    told: dict[str, object] = {"unexpected": "died"}
    try:
        library.iof_fail(number, fault.error, int(fault.sticky), int(fault.torn))
        heard = written(folder)
        told = {"ids": heard.ids, "acts": heard.acts, "errors": heard.errors}
    except BaseException as error:  # noqa: BLE001  whatever it is, it was not promised
        told = {"unexpected": repr(error)[:200]}
    os.write(pipe, json.dumps(told).encode())
    os._exit(0)


def run(folder: Path, library: ctypes.CDLL, number: int, fault: Fault) -> dict[str, list[str]]:
    """Errors that were told, and promises that were broken."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        child(folder, library, number, fault, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = json.loads(pipe.read() or '{"unexpected": "no word"}')
    os.waitpid(pid, 0)
    broken = [told["unexpected"]] if "unexpected" in told else []
    return {"errors": told.get("errors", []), "broken": broken + checked(folder, told)}


def checked(folder: Path, told: dict[str, list[Said]]) -> list[str]:
    """With the fault gone."""
    try:
        database = opened(folder)
        ids = told.get("ids") or writer.begin(database)
        found = writer.broken(database, (str(ids[0]), str(ids[1])), told.get("acts", []))
        after = Heard(ids=writer.begin(database))
        _work(database, after)
        database.close()
    except TurnsmithError as error:
        return [f"not usable again: {error.rule}"]
    return found


def sweep(folder: Path, library: ctypes.CDLL, fault: Fault, step: int, tally: Tally) -> None:
    number, quiet = 1, 0
    while quiet < QUIET:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        found = run(folder, library, number, fault)
        reached = bool(found["errors"] or found["broken"])
        quiet = 0 if reached else quiet + 1
        tally.runs += 1
        tally.reached += reached
        tally.said.update(found["errors"])
        tally.broken += [f"{fault}, operation {number}: {one}" for one in found["broken"]]
        number += step


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--step", type=int, default=1)
    asked = given.parse_args()
    if SHIM not in os.environ:
        with tempfile.TemporaryDirectory(prefix="turnsmith-io-") as name:
            made = shim.built(Path(name))
            env = {**shim.under(made, Path(name, "data")), SHIM: str(made)}
            sys.exit(shim.ended("bench.io_errors", f"--step={asked.step}", env=env))
    begun, tally, library = time.monotonic(), Tally(), ctypes.CDLL(os.environ[SHIM])
    gc.freeze()
    logging.disable()
    for fault in FAULTS:
        sweep(Path(os.environ["IOF_DIR"]), library, fault, asked.step, tally)
    for promise in tally.broken[:20]:
        print(promise)
    print(f"told as {dict(tally.said.most_common())} in {time.monotonic() - begun:.0f} s")
    print(
        f"{tally.runs:,} runs with a failing operation, {tally.reached:,} in which it was felt:"
        f" {len(tally.broken)} promises broken"
    )
    sys.exit(bool(tally.broken))


if __name__ == "__main__":
    main()
