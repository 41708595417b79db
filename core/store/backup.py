"""A copy of the database while edits run: `python -m core.store.backup OUT.db`.

It reads DATA_DIR from the environment or `.env`, as the app does. OUT.db appears only when it is
whole and was checked, and replaces an older one at once. To put it back, stop the app, remove
`turnsmith.db`, `turnsmith.db-wal` and `turnsmith.db-shm` from DATA_DIR, copy OUT.db there as
`turnsmith.db`, and start the app.

With DATABASE_URL the database's own program makes the copy, also while edits run:
`pg_dump --format=custom --file=OUT.dump "$DATABASE_URL"`, and puts it back into an empty database:
`pg_restore --no-owner --dbname="$DATABASE_URL" OUT.dump`.
"""

import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from core import environment
from core.environment import BadSetting
from core.store.database import FILE, WAIT_S

USAGE = "Usage: python -m core.store.backup OUT.db"
POSTGRES = (
    "The database is PostgreSQL (DATABASE_URL): copy it with "
    'pg_dump --format=custom --file=OUT.dump "$DATABASE_URL", and put it back with '
    'pg_restore --no-owner --dbname="$DATABASE_URL" OUT.dump.'
)


class NoCopy(Exception):
    """No copy was made; the text says why, and what stood there before still does."""


def copy(source: Path, target: Path) -> int:
    """Copy a SQLite database as it is at one moment; bytes of the copy. Raises NoCopy."""
    if not source.is_file():
        raise NoCopy(f"There is no database at {source}: set DATA_DIR to the app's folder.")
    if target.exists() and target.samefile(source):
        raise NoCopy(f"{target} is the database itself: give the copy another name.")
    try:
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            made = Path(folder, target.name)
            _copied(source, made)
            made.chmod(0o600)
            _lasting(made)
            made.replace(target)
        _lasting(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise NoCopy(f"{source} could not be copied to {target}: {error}.") from error
    return target.stat().st_size


def _copied(source: Path, made: Path) -> None:
    """One step, so that it is one moment and writers go on meanwhile; one file, without a log."""
    uri = f"{source.resolve().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=WAIT_S)) as here,
        closing(sqlite3.connect(made)) as there,
    ):
        here.execute("PRAGMA query_only=ON")
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
        found = there.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise NoCopy(f"{source} is damaged, so no copy was kept: {found}.")


def _lasting(path: Path) -> None:
    """On the disk, also when the power fails."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Make the copy and say so. Ends the process with a sentence when none was made."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit(USAGE)
    try:
        given = environment.read(environ, Path(".env"))
        if given.get("DATABASE_URL", "").strip():
            sys.exit(POSTGRES)
        folder = Path(given.get("DATA_DIR", "").strip() or environment.DATA)
        size = copy(folder / FILE, Path(arguments[0]))
    except (BadSetting, NoCopy) as wrong:
        sys.exit(f"turnsmith: {wrong}")
    return f"{arguments[0]}: {size:,} bytes, checked."


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:], os.environ) + "\n")
