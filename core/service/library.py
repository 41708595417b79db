"""Open chapters with their versions, in memory, for every tab of this process."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.chapter.chapter import Chapter
from core.chapter.ops import Change
from core.errors import WriterError

MAX_VERSIONS = 50
"""Of one chapter; the oldest but the first are forgotten beyond it."""
MAX_CHARACTERS = 24_000_000
"""Of all versions together; the chapters unused longest are forgotten beyond it."""


@dataclass(frozen=True, slots=True)
class Version:
    """A chapter as it stood after one decision."""

    number: int
    """From 1, which is the chapter as it was opened."""
    chapter: Chapter
    request: str = ""
    """What the writer asked; "" for the first version."""
    changes: tuple[Change, ...] = ()
    """What was taken, on top of the version before."""
    taken_at: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A chapter in the library."""

    id: str
    name: str
    versions: tuple[Version, ...]
    """Oldest first; the last is the present one."""
    undone: tuple[Version, ...] = ()
    """What redo brings back, the next one last."""

    @property
    def chapter(self) -> Chapter:
        return self.versions[-1].chapter

    @property
    def first(self) -> Chapter:
        """The chapter as it was opened."""
        return self.versions[0].chapter


class Library:
    """Thread-safe. An id cannot be guessed: who has it may read and change the chapter."""

    def __init__(self, *, most: int = MAX_CHARACTERS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Opened] = OrderedDict()

    def open(self, chapter: Chapter, name: str) -> str:
        """Keep a chapter as version 1 and return its id."""
        id_ = secrets.token_urlsafe(16)
        version = Version(1, chapter, taken_at=time.time())
        with self._lock:
            self._keep(Opened(id_, name, (version,)))
        return id_

    def get(self, id_: str) -> Opened | None:
        """None when there is no such chapter, or no longer."""
        with self._lock:
            if id_ in self._open:
                self._open.move_to_end(id_)
            return self._open.get(id_)

    def take(
        self,
        id_: str,
        chapter: Chapter,
        changes: Sequence[Change],
        request: str,
        *,
        base: str = "",
    ) -> Opened:
        """Add a version. `base` is the hash of the chapter that the changes were made on.

        Raises WriterError: `forgotten` when the id is unknown, `moved_on` when another tab has
        changed the chapter since.
        """
        with self._lock:
            opened = self._known(id_)
            if base and opened.chapter.hash != base:
                raise WriterError("moved_on", version=opened.versions[-1].number)
            number = opened.versions[-1].number + 1
            version = Version(number, chapter.settled(), request, tuple(changes), time.time())
            versions = _bounded((*opened.versions, version))
            return self._keep(replace(opened, versions=versions, undone=()))

    def undo(self, id_: str) -> Opened:
        """Go back one version; the first one stays. Raises WriterError `forgotten`."""
        with self._lock:
            opened = self._known(id_)
            if len(opened.versions) == 1:
                return opened
            undone = (*opened.undone, opened.versions[-1])
            return self._keep(replace(opened, versions=opened.versions[:-1], undone=undone))

    def redo(self, id_: str) -> Opened:
        """Go forward one undone version, if there is one. Raises WriterError `forgotten`."""
        with self._lock:
            opened = self._known(id_)
            if not opened.undone:
                return opened
            versions = (*opened.versions, opened.undone[-1])
            return self._keep(replace(opened, versions=versions, undone=opened.undone[:-1]))

    def close(self, id_: str) -> None:
        """Forget a chapter; nothing happens when it is unknown."""
        with self._lock:
            self._open.pop(id_, None)

    def _known(self, id_: str) -> Opened:
        if id_ not in self._open:
            raise WriterError("forgotten")
        return self._open[id_]

    def _keep(self, opened: Opened) -> Opened:
        self._open[opened.id] = opened
        self._open.move_to_end(opened.id)
        size = sum(map(_size, self._open.values()))
        while size > self._most and len(self._open) > 1:
            _, oldest = self._open.popitem(last=False)
            size -= _size(oldest)
        return opened


def _bounded(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    return versions if len(versions) <= MAX_VERSIONS else (versions[0], *versions[2:])


def _size(opened: Opened) -> int:
    return sum(len(version.chapter.text) for version in (*opened.versions, *opened.undone))
