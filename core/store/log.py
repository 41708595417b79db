"""Who accepted what, as a chain: each entry's hash covers its content and the hash before it.

The log and the text of version 1 are enough to make every later version again.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, text

from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.ops import Group
from core.errors import TurnsmithError, Unavailable, WriterError
from core.store import tables
from core.store.database import Database
from core.store.tables import storable

Act = Literal[
    "open",
    "take",
    "repair",
    "revert",
    "merge",
    "restore",
    "undo",
    "redo",
    "branch",
    "name",
    "rename",
    "lock",
    "teach",
    "remove",
    "recover",
]
MAKING: frozenset[Act] = frozenset({"open", "take", "repair", "revert", "merge", "restore"})
"""What makes a version."""
Fault = Literal["log_chain", "log_text", "log_replay", "log_state"]

_GROUPS = TypeAdapter(tuple[Group, ...])
_KEEP = "INSERT INTO texts (chapter, hash, body) VALUES (:chapter, :hash, :body)"
_ONCE = text(f"{_KEEP} ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry of a chapter's log, without its place in the chain."""

    act: Act
    author: str
    at: float
    """Seconds since 1970."""
    branch: str = ""
    version: int | None = None
    """What was made, gone to, branched from or named."""
    parent: int | None = None
    """What the groups were taken on."""
    other: int | None = None
    """What was merged, restored, undone, or left by undo and redo."""
    request: str = ""
    groups: tuple[Group, ...] = ()
    """Accepted, on the parent."""
    base_hash: str = ""
    result_hash: str = ""
    note: str = ""
    """The new name; of `lock` a JSON list of addresses, of `teach` one of lessons."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something in the log or the tables that is not as it was written."""

    rule: Fault
    """`log_chain` an entry was changed, put in or taken out; `log_text` a version's text is not
    the one that was kept; `log_replay` the accepted groups do not lead to it; `log_state` the
    tables say something else than the log."""
    seq: int
    """Of the entry; 0 for the tables as a whole."""
    version: int | None = None


def append(connection: Connection, id_: str, deed: Deed) -> int:
    """Add an entry and return its number. The caller holds the chapter's row."""
    last = select(tables.log.c.seq, tables.log.c.hash).where(tables.log.c.chapter == id_)
    before = connection.execute(last.order_by(tables.log.c.seq.desc()).limit(1)).one_or_none()
    row = {part.name: getattr(deed, part.name) for part in fields(deed)}
    row |= {"request": storable(deed.request), "groups": _packed(deed.groups)}
    row |= {"chapter": id_, "seq": before.seq + 1 if before else 1}
    row["prev"] = before.hash if before else ""
    connection.execute(insert(tables.log).values(**row, hash=_sealed(row)))
    return int(row["seq"])


def keep(connection: Connection, id_: str, chapter: Chapter) -> None:
    """Keep a version's text, once."""
    body = zlib.compress(chapter.text.encode())
    connection.execute(_ONCE, {"chapter": id_, "hash": chapter.hash, "body": body})


def kept(connection: Connection, id_: str, hash_: str) -> Chapter:
    """The chapter with that text hash. Raises Unavailable when its text is not as it was kept."""
    held = tables.texts.c
    asked = select(held.body).where(held.chapter == id_, held.hash == hash_)
    body = connection.execute(asked).scalar_one_or_none()
    if body is None or (found := _unpacked(body)) is None or _sha(found) != hash_:
        raise Unavailable("store_corrupt")
    return chapters.read(found.decode())


def groups(connection: Connection, id_: str, seq: int) -> tuple[Group, ...]:
    """Of one entry."""
    held = tables.log.c
    asked = select(held.groups).where(held.chapter == id_, held.seq == seq)
    return _groups(connection.execute(asked).scalar_one())


def replay(database: Database, id_: str, number: int) -> Chapter:
    """A version made again from the log and the text of version 1. Raises WriterError."""
    with database.read() as connection:
        made = {deed.version: deed for deed in _deeds(connection, id_) if deed.act in MAKING}
        if number not in made:
            raise WriterError("no_version", number=number)
        chapter = kept(connection, id_, made[1].result_hash)
    for deed in reversed(list(_path(made, number))):
        if deed.groups:
            chapter = changes.apply(chapter, deed.groups).chapter.settled()
    return chapter


def _path(made: Mapping[int | None, Deed], number: int) -> Iterator[Deed]:
    """From a version back to the first."""
    deed = made[number]
    while deed.act != "open":
        yield deed
        deed = made[deed.other if deed.act == "restore" else deed.parent]


def verify(database: Database, id_: str) -> tuple[Broken, ...]:
    """What is not as it was written; empty when all is whole. Raises Unavailable."""
    with database.read() as connection:
        return faults(connection, id_)


def faults(connection: Connection, id_: str) -> tuple[Broken, ...]:
    """The same, of one moment. Behind a broken chain nothing more is looked for."""
    rows = _rows(connection, id_)
    if broken := tuple(_chain(rows)):
        return broken
    deeds = tuple(map(_deed, rows))
    return (*_texts(connection, id_, deeds), *_state(connection, id_, deeds))


# -- the chain


def _rows(connection: Connection, id_: str) -> list[dict[str, Any]]:
    asked = select(tables.log).where(tables.log.c.chapter == id_).order_by(tables.log.c.seq)
    return [row._asdict() for row in connection.execute(asked)]


def _deeds(connection: Connection, id_: str) -> tuple[Deed, ...]:
    return tuple(map(_deed, _rows(connection, id_)))


def _deed(row: Mapping[str, Any]) -> Deed:
    found = {part.name: row[part.name] for part in fields(Deed)}
    return Deed(**{**found, "groups": _groups(row["groups"])})


def _chain(rows: Sequence[Mapping[str, Any]]) -> Iterator[Broken]:
    before = ""
    for seq, row in enumerate(rows, 1):
        if (row["seq"], row["prev"], row["hash"]) != (seq, before, _sealed(row)):
            yield Broken("log_chain", seq, row["version"])
        before = row["hash"]


def _sealed(row: Mapping[str, Any]) -> str:
    """SHA-256 of everything in the row but `hash`, as canonical JSON."""
    content = {name: row[name] for name in tables.log.c.keys() if name != "hash"}  # noqa: SIM118
    content["groups"] = (_unpacked(row["groups"] or b"") or b"").decode(errors="replace")
    return _sha(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _packed(made: Sequence[Group]) -> bytes | None:
    return zlib.compress(_GROUPS.dump_json(tuple(made), by_alias=True)) if made else None


def _unpacked(body: bytes) -> bytes | None:
    """None for bytes that nobody packed."""
    try:
        return zlib.decompress(body)
    except zlib.error:
        return None


def _groups(body: bytes | None) -> tuple[Group, ...]:
    return _GROUPS.validate_json(_unpacked(body) or b"[]") if body else ()


# -- what the log says, against what the tables say


def _texts(connection: Connection, id_: str, deeds: Sequence[Deed]) -> Iterator[Broken]:
    """Make each version once more from the one that it was made from."""
    hashes: dict[int | None, str] = {}
    was: Chapter | None = None
    for seq, deed in enumerate(deeds, 1):
        if deed.act not in MAKING:
            continue
        source = hashes.get(deed.other if deed.act == "restore" else deed.parent, "")
        hashes[deed.version] = deed.result_hash
        try:
            made = kept(connection, id_, deed.result_hash)
            if deed.act != "open" and (was is None or was.hash != source):
                was = kept(connection, id_, source)
        except Unavailable:
            yield Broken("log_text", seq, deed.version)
            continue
        if was is not None and not _leads(was, deed, made):
            yield Broken("log_replay", seq, deed.version)
        was = made


def _leads(was: Chapter, deed: Deed, made: Chapter) -> bool:
    try:
        again = changes.apply(was, deed.groups).chapter if deed.groups else was
    except TurnsmithError:
        return False
    return again.text == made.text


@dataclass(frozen=True, slots=True)
class _State:
    """All of a chapter that the log decides."""

    name: str = ""
    locks: str = "[]"
    lessons: str = "[]"
    removed: bool = False
    heads: Mapping[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    versions: Mapping[int, tuple[int | None, int | None, int, str, str]] = field(
        default_factory=dict
    )
    """Parent, other, entry, text hash and name by number."""

    def after(self, seq: int, deed: Deed) -> Self:
        """What an entry makes of it."""
        version = deed.version or 0
        state = self
        if deed.act in MAKING:
            row = (deed.parent, deed.other, seq, deed.result_hash, "")
            state = replace(state, versions={**state.versions, version: row})
        if deed.act in MAKING or deed.act in ("undo", "redo", "branch"):
            ahead = _ahead(deed, self.heads.get(deed.branch, (0, ()))[1])
            state = replace(state, heads={**state.heads, deed.branch: (version, ahead)})
        return state.told(deed, version)

    def told(self, deed: Deed, version: int) -> Self:
        """What is only said of the chapter."""
        match deed.act:
            case "open" | "rename":
                return replace(self, name=deed.note)
            case "lock":
                return replace(self, locks=deed.note)
            case "teach":
                return replace(self, lessons=deed.note)
            case "remove" | "recover":
                return replace(self, removed=deed.act == "remove")
            case "name":
                named = (*self.versions[version][:-1], deed.note)
                return replace(self, versions={**self.versions, version: named})
        return self


def _ahead(deed: Deed, before: tuple[int, ...]) -> tuple[int, ...]:
    if deed.act == "undo":
        return (*before, deed.other or 0)
    return before[:-1] if deed.act == "redo" else ()


def _state(connection: Connection, id_: str, deeds: Sequence[Deed]) -> Iterator[Broken]:
    state = _State()
    for seq, deed in enumerate(deeds, 1):
        state = state.after(seq, deed)
    if state != _stored(connection, id_):
        yield Broken("log_state", 0)


def _stored(connection: Connection, id_: str) -> _State:
    held, one, spot = tables.chapters.c, tables.versions.c, tables.branches.c
    row = connection.execute(
        select(held.name, held.locks, held.lessons, held.removed_at).where(held.id == id_)
    ).one_or_none()
    if row is None:
        return _State()
    numbers = select(one.number, one.parent, one.other, one.seq, one.hash, one.name)
    heads = select(spot.name, spot.head, spot.ahead).where(spot.chapter == id_)
    return _State(
        row.name,
        row.locks,
        row.lessons,
        row.removed_at is not None,
        {name: (head, tuple(json.loads(a))) for name, head, a in connection.execute(heads)},
        {made[0]: made[1:] for made in connection.execute(numbers.where(one.chapter == id_))},
    )
