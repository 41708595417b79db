"""What only the store knows, looked up every few seconds by a thread of its own."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.editing.trace import Trace
from core.errors import Unavailable
from core.service.costs import Ledger
from core.service.tally import RECENT, Recent
from core.store.costs import Spent
from core.store.database import Database
from core.store.edits import Edits

PERIOD_S: Final = 5.0
LEASE: Final = "turnsmith lease "
_ALIVE = f"""SELECT DISTINCT substr(one.application_name, {len(LEASE) + 1})
    FROM pg_stat_activity AS one JOIN pg_locks AS held ON held.pid = one.pid
    WHERE held.locktype = 'advisory' AND held.granted AND one.datname = current_database()
    AND starts_with(one.application_name, '{LEASE}') ORDER BY 1"""  # noqa: S608 - our own words
_UNENDED = "SELECT count(*) FROM edits WHERE state IN ('running', 'stopping')"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """How it stood at the last look."""

    size: int | None = None
    """Bytes of the store; None while it could not be looked up."""
    today: float | None = None
    """What all edits of the day have cost."""
    unended: int | None = None
    """Edits that run, in whichever process."""
    replicas: Sequence[str] = ()
    """Processes whose lease is held; none where there are no leases."""


class Census:
    """Asking for the latest look never waits and reads nothing."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database, self._ledger = database, ledger
        self.latest = Held()
        self.earlier: Sequence[Recent] | None = None
        """Edits that had ended before this process began, the latest first; None: not looked up."""

    def look(self) -> bool:
        """Whether all could be looked up; what could not is as it was."""
        try:
            if self.earlier is None:
                self.earlier = tuple(self._earlier())
            self.latest = self._held()
        except (Unavailable, OSError):
            return False
        return True

    def _earlier(self) -> Iterator[Recent]:
        for row in Edits(self._database).lately(RECENT):
            if (one := row.kept) and one.trace:
                spent = Spent(one.tokens_in, one.tokens_out, one.cached)
                yield Recent(
                    row.at + one.seconds,
                    one.outcome or "failed",
                    one.rule,
                    one.seconds,
                    one.first_s,
                    one.tokens_in + one.tokens_out,
                    self._ledger.price(spent),
                    len(one.groups),
                    Trace.from_json(one.trace),
                )

    def _held(self) -> Held:
        shared = self._database.kind == "postgresql"
        with self._database.read() as connection:
            unended = connection.exec_driver_sql(_UNENDED).scalar_one()
            names = connection.exec_driver_sql(_ALIVE).scalars().all() if shared else ()
        return Held(self._database.size, self._ledger.today(), int(unended), tuple(names))
