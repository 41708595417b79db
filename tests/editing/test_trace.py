"""Where one edit's seconds went: each counted once, and the same after it was kept."""

import json
import random

import pytest

from core.editing.trace import MOST, PHASES, Call, Trace


def a_trace(seed):
    chance = random.Random(seed)
    one = Trace(0.0, noted=chance.random() / 10, seconds=20 * chance.random())
    for number in range(chance.randrange(9)):
        marks = sorted(one.seconds * chance.random() for _ in range(5))
        passed = chance.randrange(1, 5)
        kept = [*marks[1:passed], *[None] * (4 - passed)][:3]
        one.calls.append(Call(f"t{number}", marks[0], *kept, marks[4], stored=chance.random() / 50))
    return one


@pytest.mark.parametrize("seed", range(200))
def test_the_shares_are_all_of_the_seconds_and_nothing_twice(seed):
    one = a_trace(seed)

    shares = one.shares()

    assert set(shares) == set(PHASES)
    assert all(share >= -1e-9 for share in shares.values())
    assert sum(shares.values()) == pytest.approx(one.seconds)


@pytest.mark.parametrize("seed", range(50))
def test_what_is_kept_reads_back_equal(seed):
    one = a_trace(seed)

    again = Trace.from_json(json.loads(json.dumps(one.to_json())))

    assert again.to_json() == one.to_json()
    assert list(again.shares().values()) == pytest.approx(list(one.shares().values()), abs=1e-4)


def test_a_call_is_told_by_its_phases_in_order():
    one = Call("main", 1.0, seated=1.5, opened=2.0, first=3.0, ended=6.0, stored=0.5)

    assert list(one.spans(9.0)) == [
        ("line", 1.0, 1.5),
        ("connect", 1.5, 2.0),
        ("first", 2.0, 3.0),
        ("writing", 3.0, 5.5),
        ("store", 5.5, 6.0),
    ]


@pytest.mark.parametrize(
    ("marks", "at"),
    [
        ({}, "line"),
        ({"seated": 1.0}, "connect"),
        ({"seated": 1.0, "opened": 1.0}, "first"),
        ({"seated": 1.0, "opened": 1.0, "first": 1.0}, "writing"),
    ],
)
def test_a_call_that_ended_early_spent_the_rest_on_what_it_was_at(marks, at):
    one = Trace(0.0, calls=[Call("main", 1.0, **marks, ended=4.0)], seconds=5.0)

    assert one.shares() == {**dict.fromkeys(PHASES, 0.0), at: 3.0, "work": 2.0}


def test_of_calls_at_once_the_farthest_counts():
    plan = Call("main", 0.0, 0.0, 0.0, 1.0, 2.0)
    turns = [Call("t1", 2.0, 2.0, 2.0, 3.0, 6.0), Call("t2", 2.0, 5.0, 5.0, 5.0, 8.0)]

    shares = Trace(0.0, calls=[plan, *turns], seconds=8.0).shares()

    assert {name: share for name, share in shares.items() if share} == {"first": 2, "writing": 6}


def test_an_edit_with_many_calls_stays_small():
    one = Trace()
    for number in range(4 * MOST):
        one.begin(f"t{number}")

    assert len(one.calls) == MOST
    assert one.more == 3 * MOST
    assert len(json.dumps(one.to_json())) < 120 * MOST
