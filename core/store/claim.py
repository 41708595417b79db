"""A folder that one process has to itself.

Two on one SQLite file would lose nothing of each other, but both would go on with the same edits.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Unavailable

FILE = "turnsmith.lock"
STEP_S = 0.1
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def claimed(folder: Path, wait_s: float) -> Iterator[None]:
    """Have the folder until the end, also where that comes as a kill.

    Raises Unavailable; `store_taken` when another process has it for so long.
    """
    try:
        number = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable("store_full" if error.errno in _FULL else "store_down") from error
    try:
        _take(number, folder, time.monotonic() + wait_s)
        yield
    finally:
        os.close(number)


def _take(number: int, folder: Path, until: float) -> None:
    while not _taken(number):
        if time.monotonic() > until:
            raise Unavailable("store_taken", file=str(folder))
        time.sleep(STEP_S)


def _taken(number: int) -> bool:
    """A file system without locks has nothing to wait for."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
