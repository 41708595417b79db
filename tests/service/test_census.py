"""What only the store knows: its size, what runs anywhere, and who is alive."""

import asyncio

import pytest

from core.editing.trace import Call, Trace
from core.service.census import Census
from core.service.costs import Ledger
from core.service.leases import Lease
from core.service.settings import Settings
from core.store import migrations
from core.store.costs import Costs
from core.store.edits import Edits, Kept
from tests.processes import postgres_programs, start_postgres


def looked(database):
    census = Census(database, Ledger(Costs(database), Settings()))
    assert census.look()
    return census.latest


def test_a_file_is_told_with_what_runs(tmp_path):
    database = migrations.opened(tmp_path)
    Edits(database).begin("one", "chapter", "", 1, "request")

    held = looked(database)
    database.close()

    assert held.size > 10_000
    assert (held.unended, held.today, held.replicas) == (1, 0.0, ())


def test_edits_of_before_a_restart_are_told_with_where_their_time_went(tmp_path):
    database = migrations.opened(tmp_path)
    edits, spent = Edits(database), Trace(0.0, calls=[Call("main", 0.0, ended=1.0)], seconds=1.0)
    for name, trace in (("one", spent.to_json()), ("instant", {})):
        edits.begin(name, "chapter", "", 1, "request")
        edits.ended(name, Kept(outcome="edited", seconds=1.0, trace=trace))

    census = Census(database, Ledger(Costs(database), Settings()))
    census.look()
    database.close()

    (one,) = census.earlier
    assert (one.outcome, one.seconds, one.shares["line"]) == ("edited", 1, 1)
    assert "request" not in repr(one)


def test_whoever_holds_a_lease_is_alive_and_nobody_else(tmp_path):
    if not postgres_programs():
        pytest.skip("no PostgreSQL here")
    with start_postgres() as url:
        database = migrations.opened(tmp_path, url)

        async def held():
            one, two = Lease(url, "host-one"), Lease(url, "host-two")
            await one.take()
            await two.take()
            both = await asyncio.to_thread(looked, database)
            async with one.of("host-nobody"):
                again = await asyncio.to_thread(looked, database)
            await two.close()
            return both, again, await asyncio.to_thread(looked, database), await one.close()

        with asyncio.Runner() as runner:
            both, again, left, _ = runner.run(asyncio.wait_for(held(), 30))
        database.close()

    assert both.replicas == again.replicas == ("host-one", "host-two")
    assert left.replicas == ("host-one",)
    assert both.size > 1_000_000
