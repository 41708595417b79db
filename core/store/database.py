"""The database: a SQLite file, or PostgreSQL where an address is given; one writer, many readers.

What a driver raises when the database cannot be used becomes Unavailable at this one door:
`store_down`, `store_full`, `store_locked` or `store_corrupt`; `store_moved` where the file is no
longer the one that was opened. All else is a mistake of ours.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DataError as BadData
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from core.errors import Unavailable

Kind = Literal["sqlite", "postgresql"]

FILE = "turnsmith.db"
WAIT_S: Final = 10
"""For another writer, or a free connection."""
CONNECT_S: Final = 5
CHANNEL: Final = "turnsmith"
"""Of PostgreSQL's notifications, by which its processes tell each other."""
READERS = 8
"""Connections kept open; more are opened and closed again while many read at once."""

_OURS = (IntegrityError, ProgrammingError, BadData)
"""The database works; the statement is wrong."""
_BY_CODE: Mapping[int, str] = {
    sqlite3.SQLITE_ERROR: "",
    sqlite3.SQLITE_FULL: "store_full",
    sqlite3.SQLITE_BUSY: "store_locked",
    sqlite3.SQLITE_LOCKED: "store_locked",
    sqlite3.SQLITE_CORRUPT: "store_corrupt",
    sqlite3.SQLITE_NOTADB: "store_corrupt",
}
"""SQLite's primary result codes; what is not here is `store_down`."""
_BY_STATE: Mapping[str, str] = {
    "53100": "store_full",
    "55P03": "store_locked",
    "40P01": "store_locked",
    "57014": "store_locked",
    "XX001": "store_corrupt",
    "XX002": "store_corrupt",
}
"""PostgreSQL's SQLSTATE: disk full; lock timeout, deadlock, cancelled; corrupted data and index."""
_SWITCHING = threading.Lock()
_WRITER = ("journal_mode=WAL", "synchronous=FULL", "journal_size_limit=67108864")
_READER = ("query_only=ON",)
_POSTGRES = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"

_NOTICED: Final = {
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 16_000,
}
"""A server whose machine vanished without a word is given up after 16 s, not two hours."""

_NOTIFY = text("SELECT pg_notify(:channel, :said)")

log = logging.getLogger(__name__)


class Database:
    """Thread-safe. `with database.write() as connection` is one transaction."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """`url` (`postgresql://…`) wins over the folder. Raises Unavailable.

        Use `migrations.opened`, which also brings the tables up to date.
        """
        self.kind: Kind = "postgresql" if url else "sqlite"
        self.file = folder / FILE
        """Of SQLite; PostgreSQL has none."""
        if url:
            address = make_url(url).set(drivername="postgresql+psycopg")
            self._writer, self._reader = _postgres(address), _postgres(address, reads=True)
        else:
            _make(self.file)
            self._opened = _which(self.file)
            self._writer = _sqlite(self.file, _WRITER, "BEGIN IMMEDIATE", most=1)
            self._reader = _sqlite(self.file, _READER, "BEGIN")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end and rolled back on any exception.

        On SQLite there is one writer at a time: never open a second one inside. Raises Unavailable.
        """
        with self._door(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment of the database, which writers do not change. Raises Unavailable."""
        with self._door(), self._reader.begin() as connection:
            yield connection

    def tell(self, connection: Connection, *said: str) -> None:
        """Tell the other processes once the transaction is done; SQLite has no others."""
        if self.kind == "postgresql":
            for each in said:
                connection.execute(_NOTIFY, {"channel": CHANNEL, "said": each})

    def close(self) -> None:
        """The writer last: it is the one that may move the log of SQLite into the file."""
        self._reader.dispose()
        self._writer.dispose()

    def usable(self) -> bool:
        """Whether it answers. PostgreSQL may take seconds to be found away."""
        try:
            with self.read() as connection:
                connection.exec_driver_sql("SELECT number FROM migrations LIMIT 1")
        except Unavailable:
            return False
        return True

    @property
    def size(self) -> int:
        """Bytes on disk."""
        if self.kind == "sqlite":
            beside = (self.file, Path(f"{self.file}-wal"))
            return sum(path.stat().st_size for path in beside if path.exists())
        with self.read() as connection:
            asked = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
            return int(asked.scalar_one())

    @contextmanager
    def _door(self) -> Iterator[None]:
        if self.kind == "sqlite" and _which(self.file) != self._opened:
            # A new connection would write the old file's log into whatever lies there now.
            raise Unavailable("store_moved")
        try:
            yield
        except PoolTimeout as error:
            raise Unavailable("store_locked") from error
        except DBAPIError as error:
            if not (found := unavailable(error)):
                raise
            if found.rule != "store_locked":
                self.close()  # What is open may hold what is no longer true of the file.
            raise found from error


def unavailable(error: DBAPIError) -> Unavailable | None:
    """What it means that a driver raised this, which is logged; None for a mistake of ours."""
    rule = "" if isinstance(error, _OURS) else _rule(error.orig)
    if not rule:
        return None
    log.warning("%s: %s", rule, _told(error.orig))
    return Unavailable(rule)


def sound(file: Path) -> None:
    """Look whether a SQLite file can be used, where it is there. Raises Unavailable.

    It gets its log (WAL) here, once: SQLite waits for nobody who switches it in the same moment.
    """
    if not file.exists():
        return
    if _emptied(file):
        raise Unavailable("store_corrupt")
    try:
        with _SWITCHING, closing(_connected(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL").close()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise Unavailable(_rule(error) or "store_corrupt") from error


def _emptied(file: Path) -> bool:
    """Whether the file was cut to nothing: SQLite would then throw its log away, too."""
    kept = Path(f"{file}-wal")
    return file.is_file() and not file.stat().st_size and kept.exists() and kept.stat().st_size > 0


def _make(file: Path) -> None:
    """Make the file: no connection does, or one would stand where another file was moved away."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise Unavailable("store_down") from error
    sound(file)


def _which(file: Path) -> tuple[int, int] | None:
    """The file itself, whatever its name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connected(file: Path) -> sqlite3.Connection:
    uri = f"{file.resolve().as_uri()}?mode=rw"
    return sqlite3.connect(
        uri, uri=True, timeout=WAIT_S, check_same_thread=False, isolation_level=None
    )


def _sqlite(file: Path, pragmas: tuple[str, ...], begin: str, *, most: int = 0) -> Engine:
    """Connections that begin transactions by that statement; `most` at once, 0 for no limit."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connected(file),
        poolclass=QueuePool,
        pool_size=most or READERS,
        max_overflow=0 if most else -1,
        pool_timeout=WAIT_S,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _with(pragmas))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    event.listen(engine, "handle_error", _reopen)
    return engine


def _with(pragmas: tuple[str, ...]) -> Callable[[sqlite3.Connection, object], None]:
    def connected(connection: sqlite3.Connection, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    return connected


def _reopen(context: ExceptionContext) -> None:
    """After a failed read or write of the file, what a connection remembers may be wrong.

    Not after a value that no statement takes: given up without a rollback it keeps its lock.
    """
    error = context.original_exception
    if isinstance(error, sqlite3.Error) and _rule(error) in ("store_down", "store_corrupt"):
        context.is_disconnect = True


def _postgres(address: URL, *, reads: bool = False) -> Engine:
    given = address.query.get("options", "")
    options = " ".join((_POSTGRES, *((given,) if isinstance(given, str) else given))).strip()
    engine = create_engine(
        address,
        connect_args={"connect_timeout": CONNECT_S, "options": options, **_NOTICED},
        isolation_level="REPEATABLE READ" if reads else "READ COMMITTED",
        pool_size=READERS,
        max_overflow=3 * READERS,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    if reads:
        event.listen(engine, "connect", _read_only)
    return engine


def _read_only(connection: PoolProxiedConnection, _: object) -> None:
    connection.read_only = True  # type: ignore[attr-defined]  # psycopg's


def _rule(error: BaseException | None) -> str:
    """What it means for a writer; "" for a mistake in a statement."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR)
        return _BY_CODE.get(code & 0xFF, "store_down")
    return _BY_STATE.get(getattr(error, "sqlstate", None) or "", "store_down")


def _told(error: BaseException | None) -> str:
    """For the operator's log; a driver's own words may quote addresses and texts."""
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
    return f"{type(error).__name__} {code}".rstrip()
