"""The last hour in memory: bounded, true to what happened, and what it says is wrong."""

import asyncio
import threading
import time
from array import array

import pytest

from core.errors import ModelDown, Unavailable
from core.service.census import Census
from core.service.history import FIELDS, LONG_LINE, PROBLEMS, SECONDS, TEN, TENS, History, Hour
from core.service.jobs import Job
from core.service.metrics import Lag, Pulse, Sampler
from core.service.settings import Settings
from core.service.tally import BOUNDS, LATELY, MOST_SERIES, Called, Histogram, Histograms, Tally
from core.service.traffic import Traffic
from core.service.views import View
from pages.words import WORDS
from tests.service.fakes import FREE, PRICE, SEA_PARK, Says, a_desk, over, says, until


def a_row(**given):
    return array("d", [float(given.get(name, 0)) for name in FIELDS])


def told(row):
    return dict(zip(FIELDS, row, strict=True))


class Looked:
    """A census of its own."""

    latest = Census(None, None).latest
    earlier = None


def a_history(desk, *, calls=None, price=lambda _: 0.5, **chosen):
    pulse = Pulse(lambda: True)
    return History(Settings(**chosen), desk, Tally(price), Looked(), pulse, calls)


# -- rows


def test_an_hour_is_kept_and_no_more_however_long_it_runs():
    hour = Hour()
    for second in range(2 * 3600):
        hour.put(a_row(at=second))

    assert (len(hour.seconds), len(hour.tens)) == (SECONDS, TENS)
    size = sum(row.itemsize * len(row) for rows in (hour.seconds, hour.tens) for row in rows)
    assert size < 200_000
    assert told(hour.tens[0])["at"] == 3600 + TEN - 1


def test_ten_seconds_come_to_means_maxima_sums_and_the_last():
    hour = Hour()
    made = [hour.put(a_row(cpu=n, lag=n, done=n, size=n)) for n in range(TEN)]

    assert [reading.ten is not None for reading in made] == [*[False] * (TEN - 1), True]
    ten = told(made[-1].ten)
    assert (ten["cpu"], ten["lag"], ten["done"], ten["size"]) == (4.5, 9, 45, 9)


def test_a_second_holds_what_came_in_it_and_not_what_was_before():
    with a_desk(Says(says("비가 와요!"))) as desk:
        history, sampler = a_history(desk), Sampler()
        for request in (FREE, FREE, PRICE):
            history.tally.ended(over(desk, desk.submit(Job(SEA_PARK, request))))
        history.note(sampler.latest)
        first = history.latest
        history.note(sampler.latest)
        second = history.latest

    assert (first["done"], first["edit_n"], first["read"], first["cached"]) == (3, 2, 200, 80)
    assert first["cost"] == 1.5
    assert {second[name] for name in ("done", "edit_n", "read", "cost")} == {0}


def test_what_runs_waits_and_stops_is_told_apart():
    with a_desk(Says(says("비가 와요!"), waits=True)) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE)) for _ in range(3)]
        until(lambda: desk.states == {"running": 3})
        desk._edits[ids[0]].cancelled = True

        assert desk.states == {"running": 2, "stopping": 1}


def test_watchers_hear_each_second_until_the_end():
    with a_desk() as desk:
        history = a_history(desk)
        sampler = Sampler(period_s=0.01, hear=history.note)

        async def heard():
            rows = []
            async for reading in history.watch():
                rows.append(reading)
                if len(rows) == 4:
                    history.close()
            return rows

        sampler.start()
        with asyncio.Runner() as runner:
            rows = runner.run(asyncio.wait_for(heard(), 10))
        sampler.stop()

    assert [row for row in rows[1:] if row is None] == []


# -- loops


def test_a_loop_that_is_held_up_is_late_while_it_is_and_afterwards():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    lag = Lag(period_s=0.01)
    lag.start(loop)
    until(lambda: lag._due is not None)

    loop.call_soon_threadsafe(time.sleep, 0.3)
    until(lambda: lag.take() > 0.1)
    until(lambda: lag.take() > 0.2 or not lag._due)
    lag.stop()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()

    assert lag.take() < 5


# -- counts


def test_buckets_hold_all_that_took_at_most_so_long():
    one = Histogram()
    for seconds in (0.001, 0.005, 0.3, 500.0):
        one.saw(seconds)

    buckets = dict(one.buckets())
    assert list(buckets) == [*map(str, BOUNDS), "+Inf"]
    assert (buckets["0.005"], buckets["0.25"], buckets["0.5"], buckets["+Inf"]) == (2, 2, 3, 4)
    assert one.seconds == pytest.approx(500.306)


def test_labels_are_bounded_whatever_comes():
    many = Histograms("route", "status")
    for number in range(10 * MOST_SERIES):
        many.saw(1.0, f"/{number}", "200")

    assert len(many.by) == MOST_SERIES + 1
    assert sum(dict(one.buckets())["+Inf"] for one in many.by.values()) == 10 * MOST_SERIES


def test_what_is_remembered_one_by_one_is_bounded():
    tally = Tally(lambda _: 0.0)
    view = View("id", SEA_PARK, FREE, kind="model", state="failed", outcome="failed")
    for _ in range(3 * LATELY):
        tally.ended(view)

    assert tally.spread()["edits"][0] == LATELY
    assert tally.failures() == [("none", "", LATELY)]
    assert len(tally.recent) == 12


def test_a_recent_edit_holds_neither_its_id_nor_its_texts():
    with a_desk(Says(says("비가 와요!"))) as desk:
        tally = Tally(lambda _: 0.0)
        view = over(desk, desk.submit(Job(SEA_PARK, FREE)))
        tally.ended(view)

    (one,) = tally.recent
    assert view.id not in repr(one)
    assert FREE not in repr(one)
    assert sum(one.shares.values()) == pytest.approx(one.seconds, abs=1e-3)


def test_calls_are_counted_by_how_they_went():
    called, retried = [], []
    traffic = Traffic(Says(says("비가 와요!"), error=ModelDown("model_down")), parallel=2)
    traffic.on_call, traffic.on_retry = called.append, retried.append
    with a_desk(traffic) as desk:
        over(desk, desk.submit(Job(SEA_PARK, FREE)))

    assert {one.error for one in called} == {"ModelDown"}
    assert not any(one.whole for one in called)
    assert all(one.first_s is not None and one.waited_s >= 0 for one in called)


def test_a_rate_is_of_what_came_after_the_first_piece():
    assert Called(0.1, 1.0, 3.0, 100.0, "", whole=True).rate == 50.0
    assert Called(0.1, 1.0, 3.0, 0.0, "", whole=True).rate is None
    assert Called(0.1, None, 3.0, 0.0, "ModelTimeout", whole=False).rate is None


# -- what is wrong


def rules(history):
    return [problem.rule for problem in history.problems()]


def test_all_is_well_until_it_is_not():
    with a_desk() as desk:
        history = a_history(desk, max_cost_a_day=2.0)
        history.note(Sampler().latest)
        assert rules(history) == []

        history._store._good = False
        assert rules(history) == ["store"]

    assert rules(history) == ["store", "stopping"]


def test_edits_that_fail_are_a_problem_when_they_are_many_and_a_good_part():
    def ends(outcome, count):
        view = View("id", SEA_PARK, FREE, kind="model", outcome=outcome)
        for _ in range(count):
            history.tally.ended(view)
        history.note(Sampler().latest)

    with a_desk() as desk:
        history = a_history(desk)
        ends("failed", 2)
        assert rules(history) == []
        ends("failed", 1)
        assert rules(history) == ["failing"]
        ends("edited", 40)
        assert rules(history) == []


@pytest.mark.parametrize(
    ("row", "rule"), [({"lag": 800}, "lag"), ({"desk_lag": 800}, "lag"), ({"memory": 97}, "memory")]
)
def test_a_machine_that_cannot_keep_up_is_a_problem(row, rule):
    with a_desk() as desk:
        history = a_history(desk)
        history.hour.put(a_row(**row))

        assert rules(history) == [rule]


def test_a_long_line_is_a_problem():
    traffic = Traffic(Says(says("비가 와요!"), waits=True), parallel=1)
    with a_desk(traffic) as desk:
        history = a_history(desk, calls=traffic)
        for _ in range(LONG_LINE + 1):
            desk.submit(Job(SEA_PARK, FREE))
        until(lambda: traffic.standing.waiting >= LONG_LINE)

        assert rules(history) == ["line"]


def test_every_problem_has_a_sentence_in_both_languages():
    for words in WORDS.values():
        assert all(getattr(words, f"watch_{rule}") for rule in PROBLEMS)


# -- the store


def test_a_store_that_is_away_leaves_the_last_look_as_it_was():
    class Away:
        kind = "sqlite"

        def read(self):
            raise Unavailable("store_down")

    census = Census(Away(), None)

    assert not census.look()
    assert census.latest.size is None
