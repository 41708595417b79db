"""Who has signed in on the pages: random tokens, of which only hashes are kept."""

import time
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from core.store.database import Database
from core.store.tables import sessions


@dataclass(frozen=True, slots=True)
class Visit:
    """One signed-in browser."""

    mark: str
    """What stands for the key that was shown."""
    until: float
    """Seconds since 1970."""


class Sessions:
    """Thread-safe. Raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, token: str, visit: Visit) -> None:
        """Keep a visit under its token's hash; those that are over are forgotten."""
        values = {"token": token, "mark": visit.mark, "until": visit.until}
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.until < time.time()))
            connection.execute(insert(sessions).values(**values))

    def get(self, token: str) -> Visit | None:
        asked = select(sessions.c.mark, sessions.c.until).where(sessions.c.token == token)
        with self._database.read() as connection:
            row = connection.execute(asked).one_or_none()
        return Visit(row.mark, row.until) if row else None

    def end(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == token))
