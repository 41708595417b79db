"""Chapters and the tree of their versions, kept in the database for every tab and process."""

import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from core.chapter import changes, rules
from core.chapter.chapter import Chapter
from core.chapter.ops import Group
from core.errors import Breaks, WriterError
from core.play import lesson
from core.play.lesson import Lesson
from core.store import log, search, tables
from core.store.database import Database
from core.store.log import Act, Deed
from core.store.search import cleaned

__all__ = ["Act", "Entry", "Library", "Opened", "Version"]

_Row: TypeAlias = "Row[*tuple[Any, ...]]"
_Select: TypeAlias = "Select[*tuple[Any, ...]]"

MOST: Final = 2**31 - 1
"""More versions than a database counts."""
MAX_CHARACTERS: Final = 24_000_000
"""Of the chapters that are held in memory; the ones unused longest are read again beyond it."""


@dataclass(frozen=True, slots=True)
class Version:
    """What is told about a version; its text is read when asked for."""

    number: int
    """From 1, which is the chapter as it was opened."""
    parent: int | None
    other: int | None
    """The version that was merged in, restored or undone by it."""
    act: Act
    author: str
    request: str
    at: float
    """Seconds since 1970."""
    hash: str
    """SHA-256 of the text in UTF-8, hexadecimal."""
    name: str
    places: int
    """Changed fields, against the parent."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A chapter at the present version of a branch."""

    id: str
    name: str
    branch: str
    """"" is the first one."""
    version: Version
    chapter: Chapter
    versions: int
    """Of all branches together."""
    branches: tuple[str, ...]
    can_undo: bool
    can_redo: bool
    locks: frozenset[str]
    lessons: tuple[Lesson, ...]
    """What the chapter is to teach."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter as a list shows it; turns and stocks are those of the last change."""

    id: str
    name: str
    changed_at: float
    """Seconds since 1970."""
    removed_at: float | None
    """Since when it lies in the bin."""
    versions: int
    turns: int
    stocks: tuple[str, ...]
    author: str
    """Who changed it last."""
    hit: str
    """The text round the found words; "" without a query."""


Along: TypeAlias = Callable[[Connection, Opened], None]
"""What is to be stored together with a version."""


class Library:
    """Thread-safe, and for several processes on one database.

    An id cannot be guessed: who has it may read and change the chapter. Every method raises
    Unavailable when the database cannot be used; one that takes an id raises WriterError
    `forgotten` when the id is unknown or, where something is to be changed, in the bin.
    """

    def __init__(self, database: Database, *, most: int = MAX_CHARACTERS) -> None:
        self._database = database
        self._held = _Held(most)

    # reading

    def get(self, id_: str, branch: str = "") -> Opened | None:
        """None when there is no such chapter or branch, or it is in the bin."""
        with self._database.read() as connection:
            return _Hand(connection, id_, self._held).opened(branch)

    def find(self, query: str = "", *, removed: bool = False, most: int = 200) -> tuple[Entry, ...]:
        """Chapters that have every word in a text, a request or the name; newest first."""
        words = search.words(query)
        with self._database.read() as connection:
            rows = connection.execute(_found(words, removed=removed).limit(most)).all()
        return tuple(_entry(row, words) for row in rows)

    def versions(self, id_: str) -> tuple[Version, ...]:
        """Oldest first."""
        held = tables.versions.c
        with self._database.read() as connection:
            asked = _told().where(held.chapter == id_).order_by(held.number)
            rows = connection.execute(asked).all()
        if not rows:
            raise WriterError("forgotten")
        return tuple(map(_version, rows))

    def chapter(self, id_: str, number: int) -> Chapter:
        """The text of a version. Raises WriterError `no_version`."""
        with self._database.read() as connection:
            return _Hand(connection, id_, self._held).chapter(number)

    def groups(self, id_: str, number: int) -> tuple[Group, ...]:
        """What was accepted on the parent; none for the first version and restored ones."""
        with self._database.read() as connection:
            seq = _Hand(connection, id_, self._held).one(number).seq
            return log.groups(connection, id_, seq)

    def ancestor(self, id_: str, one: int, two: int) -> int:
        """The newest version that both come from, merges counted. Raises WriterError."""
        known = {version.number: version for version in self.versions(id_)}
        for number in (one, two):
            if number not in known:
                raise WriterError("no_version", number=number)
        return max(_lineage(known, one) & _lineage(known, two))

    # making versions

    def open(self, chapter: Chapter, name: str, *, author: str = "") -> str:
        """Keep a chapter as version 1 and return its id. Raises WriterError `name_empty`."""
        id_, settled = secrets.token_urlsafe(16), chapter.settled()
        deed = Deed("open", cleaned(author), _now(), version=1, note=_name(name))
        with self._database.write() as connection:
            connection.execute(insert(tables.chapters).values(_blank(id_, deed)))
            hand = _Hand(connection, id_, self._held)
            hand.begin("", 1)
            hand.make(deed, settled, 0)
        return id_

    def take(  # noqa: PLR0913  what a version is made of
        self,
        id_: str,
        base: int,
        groups: Sequence[Group],
        request: str,
        *,
        author: str = "",
        act: Act = "take",
        other: int | None = None,
        branch: str = "",
        along: Along | None = None,
    ) -> Opened:
        """Make a version of groups on `base`; what changes nothing makes none, but for a merge.

        `along` is done in the same transaction: what it raises keeps the version out.

        Raises WriterError `moved_on` when `base` is not the branch's head any more, Breaks when the
        game could not play the result, and what `changes.apply` raises.
        """
        before = self.chapter(id_, base)
        applied = changes.apply(before, groups)
        if broken := rules.new_breaks(before, applied.chapter):
            raise Breaks(broken[0].rule, **{**broken[0].facts, "at": broken[0].at})
        after = applied.chapter.settled()
        deed = Deed(act, cleaned(author), _now(), branch, parent=base, other=other, request=request)
        deed = replace(deed, groups=tuple(groups), base_hash=before.hash)
        with self._holding(id_) as hand:
            if (head := hand.spot(branch).head) != base:
                raise WriterError("moved_on", version=head)
            if after.hash != before.hash or (act == "merge" and other):
                hand.make(deed, after, len(applied.changes))
            done = hand.known(branch)
            if along:
                along(hand.connection, done)
            return done

    def restore(self, id_: str, number: int, *, branch: str = "", author: str = "") -> Opened:
        """Make a version with the very text of `number`; none when that is the present one.

        Raises WriterError `no_version`, `no_branch`.
        """
        with self._holding(id_) as hand:
            head = hand.spot(branch).head
            if head != number:
                before, after = hand.chapter(head), hand.chapter(number)
                deed = Deed("restore", cleaned(author), _now(), branch, parent=head, other=number)
                deed = replace(deed, base_hash=before.hash)
                hand.make(deed, after, _differences(before, after))
            return hand.known(branch)

    # walking along a branch

    def undo(self, id_: str, *, branch: str = "", author: str = "") -> Opened:
        """Go back to the version that the present one was made on; the first one stays."""
        with self._holding(id_) as hand:
            spot = hand.spot(branch)
            parent = hand.one(spot.head).parent
            if parent is not None:
                deed = Deed("undo", cleaned(author), _now(), branch, parent, other=spot.head)
                hand.go(deed, [*json.loads(spot.ahead), spot.head])
            return hand.known(branch)

    def redo(self, id_: str, *, branch: str = "", author: str = "") -> Opened:
        """Go forward to what was undone last, if anything was."""
        with self._holding(id_) as hand:
            spot = hand.spot(branch)
            if ahead := json.loads(spot.ahead):
                deed = Deed("redo", cleaned(author), _now(), branch, ahead[-1], other=spot.head)
                hand.go(deed, ahead[:-1])
            return hand.known(branch)

    def branch(self, id_: str, name: str, number: int, *, author: str = "") -> Opened:
        """Begin a branch at a version.

        Raises WriterError `name_empty`, `branch_exists`, `no_version`.
        """
        deed = Deed("branch", cleaned(author), _now(), _name(name), number)
        with self._holding(id_) as hand:
            made = hand.one(number)
            if deed.branch in hand.branches():
                raise WriterError("branch_exists", name=deed.branch)
            hand.begin(deed.branch, number)
            hand.log(replace(deed, result_hash=made.hash))
            hand.describe(deed.branch)
            return hand.known(deed.branch)

    # what is said of a chapter

    def name(self, id_: str, number: int, name: str, *, author: str = "") -> None:
        """Give a version a name. Raises WriterError `name_empty`, `no_version`."""
        deed = Deed("name", cleaned(author), _now(), version=number, note=_name(name))
        held = tables.versions
        spot = (held.c.chapter == id_, held.c.number == number)
        with self._holding(id_) as hand:
            hand.one(number)
            hand.connection.execute(update(held).where(*spot).values(name=deed.note))
            hand.log(deed)

    def rename(self, id_: str, name: str, *, author: str = "") -> None:
        """Call the chapter something else. Raises WriterError `name_empty`."""
        deed = Deed("rename", cleaned(author), _now(), note=_name(name))
        with self._holding(id_) as hand:
            hand.log(deed, name=deed.note)
            hand.index()

    def lock(self, id_: str, locks: Collection[str], *, author: str = "") -> None:
        """Remember which places an edit may not change."""
        note = json.dumps(sorted(set(locks)))
        with self._holding(id_) as hand:
            hand.log(Deed("lock", cleaned(author), _now(), note=note), locks=note)

    def teach(self, id_: str, lessons: Sequence[Lesson], *, author: str = "") -> None:
        """Remember what the chapter is to teach. Raises WriterError, as `lesson.read`."""
        told = lesson.written(lessons)
        lesson.read(told)
        note = json.dumps(told, sort_keys=True)
        with self._holding(id_) as hand:
            hand.log(Deed("teach", cleaned(author), _now(), note=note), lessons=note)

    def remove(self, id_: str, *, author: str = "") -> None:
        """Lay a chapter into the bin."""
        deed = Deed("remove", cleaned(author), _now())
        with self._holding(id_) as hand:
            hand.log(deed, removed_at=deed.at)

    def recover(self, id_: str, *, author: str = "") -> None:
        """Take a chapter out of the bin. Raises WriterError `forgotten` when it is not there."""
        deed = Deed("recover", cleaned(author), _now())
        with self._holding(id_, removed=True) as hand:
            hand.log(deed, removed_at=None)

    def purge(self, id_: str) -> None:
        """Take a chapter out of the bin for good, with its versions, edits and log."""
        parts = (tables.edits, tables.log, tables.branches, tables.versions, tables.texts)
        with self._holding(id_, removed=True) as hand:
            for table in parts:
                hand.connection.execute(delete(table).where(table.c.chapter == id_))
            held = tables.chapters
            hand.connection.execute(delete(held).where(held.c.id == id_))

    @contextmanager
    def _holding(self, id_: str, *, removed: bool = False) -> Iterator["_Hand"]:
        """A transaction that no other writer of the chapter runs beside."""
        held = tables.chapters.c
        with self._database.write() as connection:
            asked = select(held.removed_at).where(held.id == id_).with_for_update()
            row = connection.execute(asked).one_or_none()
            if row is None or (row.removed_at is not None) != removed:
                raise WriterError("forgotten")
            yield _Hand(connection, id_, self._held)


class _Held:
    """Chapters by text hash: they never change, and what is known of each is kept with it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._by_hash: OrderedDict[str, Chapter] = OrderedDict()

    def get(self, hash_: str) -> Chapter | None:
        with self._lock:
            if hash_ in self._by_hash:
                self._by_hash.move_to_end(hash_)
            return self._by_hash.get(hash_)

    def put(self, chapter: Chapter) -> Chapter:
        with self._lock:
            if chapter.hash not in self._by_hash:
                self._by_hash[chapter.hash] = chapter
                self._size += len(chapter.text)
            while self._size > self._most and len(self._by_hash) > 1:
                self._size -= len(self._by_hash.popitem(last=False)[1].text)
            return self._by_hash.get(chapter.hash, chapter)


@dataclass(frozen=True, slots=True)
class _Hand:
    """One chapter in one transaction."""

    connection: Connection
    id: str
    held: _Held

    # reading

    def opened(self, branch: str) -> Opened | None:
        given = {"id": self.id, "branch": branch}
        row = self.connection.execute(_PRESENT, given).one_or_none()
        if row is None:
            return None
        return Opened(
            id=self.id,
            name=row.title,
            branch=branch,
            version=_version(row),
            chapter=self.text(row.hash),
            versions=row.versions,
            branches=self.branches(),
            can_undo=row.parent is not None,
            can_redo=row.ahead != "[]",
            locks=frozenset(json.loads(row.locks)),
            lessons=lesson.read(json.loads(row.lessons)),
        )

    def known(self, branch: str) -> Opened:
        """After something was done on the branch."""
        opened = self.opened(branch)
        if opened is None:
            raise WriterError("forgotten")
        return opened

    def one(self, number: int) -> _Row:
        """Parent, entry and hash of a version. Raises WriterError `forgotten`, `no_version`."""
        held = tables.versions.c
        asked = select(held.parent, held.seq, held.hash)
        asked = asked.where(held.chapter == self.id, held.number == min(max(number, 0), MOST))
        row = self.connection.execute(asked).one_or_none()
        if row is None and not self.branches():
            raise WriterError("forgotten")
        if row is None:
            raise WriterError("no_version", number=number)
        return row

    def spot(self, branch: str) -> _Row:
        """Head and what was undone. Raises WriterError `no_branch`."""
        held = tables.branches.c
        asked = select(held.head, held.ahead).where(held.chapter == self.id, held.name == branch)
        row = self.connection.execute(asked).one_or_none()
        if row is None:
            raise WriterError("no_branch", name=branch)
        return row

    def branches(self) -> tuple[str, ...]:
        """The first one first, then by name."""
        held = tables.branches.c
        names = self.connection.execute(select(held.name).where(held.chapter == self.id))
        return tuple(sorted(names.scalars()))

    def chapter(self, number: int) -> Chapter:
        return self.text(self.one(number).hash)

    def text(self, hash_: str) -> Chapter:
        found = self.held.get(hash_)
        return found or self.held.put(log.kept(self.connection, self.id, hash_))

    # writing

    def begin(self, branch: str, head: int) -> None:
        row = {"chapter": self.id, "name": branch, "head": head, "ahead": "[]"}
        self.connection.execute(insert(tables.branches).values(row))

    def make(self, deed: Deed, after: Chapter, places: int) -> None:
        """Make the next version; the branch stands there then, with nothing to redo."""
        log.keep(self.connection, self.id, after)
        self.held.put(after)
        number = deed.version or self.count() + 1
        deed = replace(deed, version=number, result_hash=after.hash)
        seq = self.log(deed, versions=number)
        row = {"chapter": self.id, "number": number, "parent": deed.parent, "other": deed.other}
        row |= {"seq": seq, "hash": after.hash, "name": "", "places": places}
        self.connection.execute(insert(tables.versions).values(row))
        self.move(deed.branch, number, [])

    def go(self, deed: Deed, ahead: list[int]) -> None:
        """From version `other` to the deed's own."""
        hashes = [self.one(number or 0).hash for number in (deed.other, deed.version)]
        self.log(replace(deed, base_hash=hashes[0], result_hash=hashes[1]))
        self.move(deed.branch, deed.version or 0, ahead)

    def move(self, branch: str, head: int, ahead: list[int]) -> None:
        held = tables.branches
        spot = (held.c.chapter == self.id, held.c.name == branch)
        values = {"head": head, "ahead": json.dumps(ahead)}
        self.connection.execute(update(held).where(*spot).values(values))
        self.describe(branch)

    def count(self) -> int:
        held = tables.chapters.c
        asked = select(held.versions).where(held.id == self.id)
        return int(self.connection.execute(asked).scalar_one())

    def log(self, deed: Deed, **values: float | str | None) -> int:
        """Write it down, with what changes in the chapter's row."""
        self.put(changed_at=deed.at, author=deed.author, **values)
        return log.append(self.connection, self.id, deed)

    def describe(self, branch: str) -> None:
        """Tell lists of the chapter as it is at the head of a branch."""
        head = self.chapter(self.spot(branch).head)
        self.put(turns=len(head.turns), stocks=json.dumps(head.names))
        self.index()

    def index(self) -> None:
        """Let everything be found that is there now."""
        lines = [line for line in dict.fromkeys(map(search.line, self.lines())) if line]
        self.put(shown="\n".join(lines), search="\n".join(map(search.folded, lines)))

    def lines(self) -> Iterator[str]:
        """The texts at every branch's head, the requests, the name."""
        held, spot, one = tables.log.c, tables.branches.c, tables.versions.c
        at = (spot.chapter == one.chapter) & (spot.head == one.number)
        heads = select(one.hash).distinct().join_from(tables.branches, tables.versions, at)
        asked = select(held.request).where(held.chapter == self.id).order_by(held.seq.desc())
        name = select(tables.chapters.c.name).where(tables.chapters.c.id == self.id)
        for hash_ in self.connection.execute(heads.where(one.chapter == self.id)).scalars().all():
            yield from (text for _, text in self.text(hash_).texts())
        yield from self.connection.execute(asked).scalars()
        yield from self.connection.execute(name).scalars()

    def put(self, **values: float | str | None) -> None:
        held = tables.chapters
        self.connection.execute(update(held).where(held.c.id == self.id).values(values))


def _name(name: str) -> str:
    """Raises WriterError `name_empty`."""
    if not (called := cleaned(name)):
        raise WriterError("name_empty")
    return called


def _now() -> float:
    return round(time.time(), 3)


def _differences(one: Chapter, two: Chapter) -> int:
    """Fields that are in one only, or not the same."""
    left, right = (
        {str(at): repr(chapter.value(at)) for at in chapter.fields()} for chapter in (one, two)
    )
    return sum(left.get(at) != right.get(at) for at in left.keys() | right.keys())


def _lineage(known: Mapping[int, Version], number: int) -> set[int]:
    """A version and all that it comes from."""
    found: set[int] = set()
    ahead = [number]
    while ahead:
        version = known[ahead.pop()]
        if version.number not in found:
            found.add(version.number)
            merged = version.other if version.act == "merge" else None
            ahead += [came for came in (version.parent, merged) if came]
    return found


# -- rows


def _told() -> _Select:
    """All that a Version tells."""
    one, held = tables.versions.c, tables.log.c
    by = (one.chapter == held.chapter) & (one.seq == held.seq)
    columns = (one.number, one.parent, one.other, one.hash, one.name, one.places)
    said = (held.act, held.author, held.request, held.at)
    return select(*columns, *said).join_from(tables.versions, tables.log, by)


def _present() -> _Select:
    """What an Opened tells of chapter `id` at `branch`."""
    one, spot, held = tables.versions.c, tables.branches.c, tables.chapters.c
    at = (spot.chapter == one.chapter) & (spot.head == one.number)
    asked = _told().join(tables.branches, at).join(tables.chapters, held.id == one.chapter)
    told = (held.name.label("title"), held.versions, held.locks, held.lessons, spot.ahead)
    asked = asked.add_columns(*told)
    given = (held.id == bindparam("id"), spot.name == bindparam("branch"))
    return asked.where(*given, held.removed_at.is_(None))


_PRESENT = _present()


def _version(row: _Row) -> Version:
    return Version(
        number=row.number,
        parent=row.parent,
        other=row.other,
        act=row.act,
        author=row.author,
        request=row.request,
        at=row.at,
        hash=row.hash,
        name=row.name,
        places=row.places,
    )


def _blank(id_: str, deed: Deed) -> Mapping[str, object]:
    """A new chapter's row; the rest is filled in with its first version."""
    row = {"id": id_, "name": deed.note, "created_at": deed.at, "changed_at": deed.at}
    row |= {"locks": "[]", "author": deed.author, "versions": 1, "turns": 0}
    return {**row, "stocks": "[]", "search": "", "shown": ""}


def _found(words: Sequence[str], *, removed: bool) -> _Select:
    held = tables.chapters.c
    columns = [held.id, held.name, held.changed_at, held.removed_at, held.versions, held.turns]
    columns += [held.stocks, held.author, *((held.search, held.shown) if words else ())]
    order = held.removed_at if removed else held.changed_at
    there = held.removed_at.is_not(None) if removed else held.removed_at.is_(None)
    has = (held.search.contains(word, autoescape=True) for word in words)
    return select(*columns).where(there, *has).order_by(order.desc(), held.id)


def _entry(row: _Row, words: Sequence[str]) -> Entry:
    return Entry(
        id=row.id,
        name=row.name,
        changed_at=row.changed_at,
        removed_at=row.removed_at,
        versions=row.versions,
        turns=row.turns,
        stocks=tuple(json.loads(row.stocks)),
        author=row.author,
        hit=search.hit(row.search, row.shown, words) if words else "",
    )
