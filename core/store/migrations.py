"""An older database brought up to date, step by step; a newer one is refused.

A migration is never changed once it was released: a new one is added at the end. Each is one
transaction, so a database always stands between two of them.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from core.errors import Unavailable
from core.store.database import Database

MIGRATIONS: Sequence[tuple[str, ...]] = (
    (
        """CREATE TABLE texts (
            chapter TEXT NOT NULL, hash TEXT NOT NULL, body {blob} NOT NULL,
            PRIMARY KEY (chapter, hash))""",
        """CREATE TABLE chapters (
            id TEXT PRIMARY KEY, name TEXT NOT NULL,
            created_at DOUBLE PRECISION NOT NULL, changed_at DOUBLE PRECISION NOT NULL,
            removed_at DOUBLE PRECISION, locks TEXT NOT NULL, author TEXT NOT NULL,
            versions INTEGER NOT NULL, turns INTEGER NOT NULL, stocks TEXT NOT NULL,
            search TEXT NOT NULL, shown TEXT NOT NULL)""",
        "CREATE INDEX chapters_changed ON chapters (changed_at)",
        """CREATE TABLE versions (
            chapter TEXT NOT NULL, number INTEGER NOT NULL, parent INTEGER, other INTEGER,
            seq INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, places INTEGER NOT NULL,
            PRIMARY KEY (chapter, number))""",
        """CREATE TABLE branches (
            chapter TEXT NOT NULL, name TEXT NOT NULL, head INTEGER NOT NULL, ahead TEXT NOT NULL,
            PRIMARY KEY (chapter, name))""",
        """CREATE TABLE log (
            chapter TEXT NOT NULL, seq INTEGER NOT NULL, at DOUBLE PRECISION NOT NULL,
            author TEXT NOT NULL, act TEXT NOT NULL, branch TEXT NOT NULL, version INTEGER,
            parent INTEGER, other INTEGER, request TEXT NOT NULL, groups {blob},
            base_hash TEXT NOT NULL, result_hash TEXT NOT NULL, note TEXT NOT NULL,
            prev TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (chapter, seq))""",
    ),
    (
        """CREATE TABLE edits (
            id TEXT PRIMARY KEY, chapter TEXT NOT NULL, branch TEXT NOT NULL,
            base INTEGER NOT NULL, follows TEXT, request TEXT NOT NULL,
            at DOUBLE PRECISION NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL,
            body {blob}, decisions TEXT NOT NULL, seq INTEGER NOT NULL)""",
        "CREATE INDEX edits_chapter ON edits (chapter)",
    ),
    (
        "ALTER TABLE edits ADD COLUMN shown {blob}",
        """CREATE TABLE keys (
            name TEXT PRIMARY KEY, mark TEXT NOT NULL, edit TEXT NOT NULL,
            at DOUBLE PRECISION NOT NULL)""",
        "CREATE INDEX keys_at ON keys (at)",
    ),
    ("ALTER TABLE chapters ADD COLUMN lessons TEXT NOT NULL DEFAULT '[]'",),
    (
        """CREATE TABLE costs (
            id TEXT PRIMARY KEY, day INTEGER NOT NULL, at DOUBLE PRECISION NOT NULL,
            writer TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
            model TEXT NOT NULL, prompt TEXT NOT NULL, outcome TEXT NOT NULL,
            edits INTEGER NOT NULL, tokens_in BIGINT NOT NULL, tokens_out BIGINT NOT NULL,
            cached BIGINT NOT NULL, seconds DOUBLE PRECISION NOT NULL, whole BIGINT NOT NULL,
            offered INTEGER NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL)""",
        "CREATE INDEX costs_day ON costs (day)",
        "CREATE INDEX costs_kind ON costs (kind, at)",
    ),
    (
        """CREATE TABLE holds (
            id TEXT PRIMARY KEY, writer TEXT NOT NULL, tokens_in BIGINT NOT NULL,
            tokens_out BIGINT NOT NULL, cached BIGINT NOT NULL,
            until DOUBLE PRECISION NOT NULL)""",
    ),
    ("CREATE INDEX edits_at ON edits (at)", "CREATE INDEX edits_state ON edits (state)"),
    (
        """CREATE TABLE sessions (
            token TEXT PRIMARY KEY, mark TEXT NOT NULL, until DOUBLE PRECISION NOT NULL)""",
    ),
)
"""Statements by number, from 1. `{blob}` is the database's own word for bytes."""

_KEPT = """CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, at DOUBLE PRECISION NOT NULL)"""
_LOCK = 0x7475726E
"""Of all processes that start at once on one PostgreSQL."""
_LONG = "SET LOCAL lock_timeout = '10min'"


def opened(folder: Path, url: str = "") -> Database:
    """The database in a folder or at an address, brought up to date.

    Raises Unavailable; `store_newer` when a newer program has written it.
    """
    database = Database(folder, url)
    try:
        migrate(database)
    except Unavailable:
        database.close()
        raise
    return database


def migrate(database: Database, *, until: int = len(MIGRATIONS)) -> None:
    """Do what is missing, up to that number."""
    while _step(database, until) < until:
        pass


def _step(database: Database, until: int) -> int:
    """One missing migration in a transaction of its own; the number that was reached."""
    with database.write() as connection:
        if database.kind == "postgresql":
            connection.exec_driver_sql(_LONG)
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        number = _number(connection)
        if number > len(MIGRATIONS):
            raise Unavailable("store_newer", found=number, known=len(MIGRATIONS))
        if number >= until:
            return number
        _do(connection, number + 1)
        return number + 1


def _number(connection: Connection) -> int:
    connection.exec_driver_sql(_KEPT)
    asked = connection.exec_driver_sql("SELECT COALESCE(MAX(number), 0) FROM migrations")
    return int(asked.scalar_one())


def _do(connection: Connection, number: int) -> None:
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in MIGRATIONS[number - 1]:
        connection.exec_driver_sql(statement.format(blob=blob))
    done = f"INSERT INTO migrations (number, at) VALUES ({number}, {time.time()})"  # noqa: S608
    connection.exec_driver_sql(done)
