"""Who is alive: a process holds a lock of PostgreSQL that is named after it, as long as it lives.

The lock belongs to a session, so it is free as soon as the server has noticed that the process, or
its machine, is gone. What the processes tell each other comes over the same session.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from core.store.database import CHANNEL

LEASE = "turnsmith lease "
"""What the session is called in `pg_stat_activity`, before the name of its process."""
ANSWER_S = 4.0
"""How long the server may take; after that the lease counts as lost."""
_NOTICED = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=16000 -c idle_session_timeout=0"
)
"""A machine that vanished without a word is given up by the server after 16 s, not two hours. Its
own process, if it lives, has found the server away by then: a beat, an answer, 10 s of psycopg's
trying to cancel."""


class Lost(Exception):
    """The session has ended, or the lock is another's: whoever has it may act in our name."""


class Lease:
    """The lock of one process, on a connection of its own; used on one event loop."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._session: psycopg.AsyncConnection | None = None

    async def take(self) -> None:
        """Take it, again where it was lost. Raises Lost."""
        await self.close()
        try:
            async with asyncio.timeout(ANSWER_S):
                self._session = await self._connected()
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise Lost(self._name) from error
        if not await self._asked("SELECT pg_try_advisory_lock(%s)", self._name):
            await self.close()
            raise Lost(self._name)

    async def hold(self, seconds: float) -> AsyncIterator[str]:
        """What is told in so long a time. Raises Lost, at once when the server hangs up."""
        if self._session is None:
            raise Lost(self._name)
        try:
            async for one in self._session.notifies(timeout=seconds):
                yield one.payload
        except (psycopg.Error, OSError) as error:
            raise Lost(self._name) from error
        await self._asked("SELECT true", "")

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[bool]:
        """Whether another's lock could be had, so that it is dead; ours alone until the end.

        Raises Lost.
        """
        had = await self._asked("SELECT pg_try_advisory_lock(%s)", name)
        try:
            yield had
        finally:
            if had:
                await self._asked("SELECT pg_advisory_unlock(%s)", name)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _asked(self, question: str, name: str) -> bool:
        if self._session is None:
            raise Lost(self._name)
        try:
            async with asyncio.timeout(ANSWER_S):
                cursor = await self._session.execute(question, (_key(name),) if name else ())
                row = await cursor.fetchone()
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise Lost(self._name) from error
        return bool(row and row[0])

    async def _connected(self) -> psycopg.AsyncConnection:
        given = psycopg.conninfo.conninfo_to_dict(self._url).get("options") or ""
        options = f"{given} {_NOTICED}".strip()
        session = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, options=options, application_name=f"{LEASE}{self._name}"
        )
        await session.execute(f"LISTEN {CHANNEL}")
        return session


def _key(name: str) -> int:
    """The number of a lock: 64 bits with a sign."""
    digest = hashlib.blake2b(f"turnsmith:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
