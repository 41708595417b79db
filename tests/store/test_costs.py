"""What edits cost is noted once, with the edit, and settled when its changes are taken or left."""

import time
from dataclasses import replace

import pytest

from core.chapter.ops import Group, Set
from core.editing.decisions import Decisions
from core.store.costs import FEW, Cost, Costs, Spent, Sum, day
from core.store.edits import After, Edits, Judged, Kept, settle
from tests.store.test_edits import STORY, kept

NOW = time.time()
ROW = Cost(
    *("e1", NOW, "지우", "turn", 4000),
    model="sim",
    prompt="1",
    outcome="edited",
    tokens_in=1000,
    tokens_out=200,
    cached=600,
    seconds=3.5,
    whole=2500,
    offered=4,
)


@pytest.fixture
def costs(database):
    return Costs(database)


@pytest.fixture
def edits(database):
    return Edits(database)


def ended(edits, cost=ROW, **more):
    edits.begin(cost.id, "c1", "", 1, "더 재미있게", author="지우")
    edits.ended(cost.id, kept(**more), cost=cost)


def counts(costs):
    (one,) = costs.since(0)
    return one.offered, one.accepted, one.rejected


def test_a_row_is_kept_whole_and_once_however_often_it_comes(costs):
    costs.add([ROW, ROW])
    costs.add([replace(ROW, tokens_in=9)])

    assert costs.since(day(NOW)) == (
        Sum(day(NOW), "turn", "sim", "1", 1, Spent(1000, 200, 600), 3.5, 2500, 4, 0, 0),
    )
    assert costs.of_day(day(NOW)) == {"지우": Spent(1000, 200, 600)}
    assert costs.since(day(NOW) + 1) == ()


def test_the_edits_of_a_day_that_asked_no_model_are_one_row(costs):
    one = Cost("instant 1", NOW, "", "instant", 0, edits=3, seconds=0.5, whole=100)
    costs.add([one])
    costs.add([replace(one, edits=2, whole=50)])

    (told,) = costs.since(0)
    assert (told.kind, told.edits, told.whole, told.seconds) == ("instant", 5, 150, 1.0)
    assert told.spent == Spent()


def test_days_kinds_models_and_prompts_are_told_apart_and_large_sums_fit(costs):
    yesterday = replace(ROW, id="e2", at=NOW - 86_400)
    other = replace(ROW, id="e3", prompt="2", tokens_in=2**40)
    costs.add([ROW, yesterday, other, replace(other, id="e4")])

    told = [(one.day, one.prompt, one.edits, one.spent.tokens_in) for one in costs.since(0)]
    assert told == [
        (day(NOW), "1", 1, 1000),
        (day(NOW), "2", 2, 2**41),
        (day(NOW) - 1, "1", 1, 1000),
    ]


def test_a_cost_is_noted_in_the_transaction_of_the_edit_and_not_for_one_that_ended_elsewhere(
    edits, costs
):
    ended(edits)
    edits.ended("e1", kept(), cost=replace(ROW, tokens_in=5))
    edits.ended("nobody", kept(), cost=replace(ROW, id="nobody"))

    assert costs.of_day(day(NOW)) == {"지우": Spent(1000, 200, 600)}


def test_what_is_taken_and_refused_is_counted_and_a_discard_refuses_the_rest(
    edits, costs, database
):
    ended(edits)
    with database.write() as connection:
        left = settle(connection, edits.get("e1"), "taken", after(), Judged(1, 1))

    assert counts(costs) == (4, 1, 1)

    edits.close(left, "discarded")
    edits.close(left, "discarded")

    assert counts(costs) == (4, 1, 3)


def after():
    from core.editing import editor  # noqa: PLC0415

    group = Group("g1", (Set(op="set", at="t2.news", to="새 소식이에요."),), "model", "")
    return After(2, editor.proposal(STORY, (group,)), Decisions())


def test_what_another_edit_goes_on_with_is_counted_there(edits, costs):
    ended(edits)
    second = replace(ROW, id="e2", prompt="2", offered=6)
    edits.begin("e2", "c1", "", 1, "더", follows="e1")
    edits.ended("e2", kept(), before=("e1", {}), cost=second)

    edits.close("e2", "discarded")

    assert {one.prompt: (one.offered, one.rejected) for one in costs.since(0)} == {
        "1": (0, 0),
        "2": (6, 6),
    }


def test_an_edit_without_a_model_leaves_the_verdict_to_the_one_it_goes_on_from(edits, costs):
    ended(edits)
    edits.begin("e2", "c1", "", 1, "두 번째는 빼 줘", follows="e1")
    edits.ended("e2", kept(kind="instant"), before=("e1", {}))
    assert counts(costs) == (4, 0, 0)

    edits.close("e2", "discarded")

    assert counts(costs) == (4, 0, 4)


def test_an_edit_that_was_discarded_before_it_ended_costs_and_refuses_nothing(edits, costs):
    edits.begin("e1", "c1", "", 1, "더 재미있게")
    edits.close("e1", "discarded")
    edits.ended("e1", Kept(kind="model", outcome="cancelled"), cost=replace(ROW, offered=0))

    assert counts(costs) == (0, 0, 0)


def test_like_edits_are_of_one_kind_and_of_about_one_size_where_these_are_enough(costs):
    like = [replace(ROW, id=f"a{n}", tokens_in=n) for n in range(FEW)]
    large = [replace(ROW, id=f"b{n}", size=90_000, tokens_in=50) for n in range(FEW)]
    other = [replace(ROW, id=f"c{n}", kind="chapter", tokens_in=7) for n in range(FEW - 1)]
    failed = replace(ROW, id="f", outcome="failed", tokens_in=9999)
    old = replace(ROW, id="o", at=NOW - 40 * 86_400)
    assert costs.alike("turn", 4000) == ()

    costs.add([*like, *large, *other, failed, old])

    def read(kind, size):
        return sorted(spent.tokens_in for spent, _ in costs.alike(kind, size))

    assert read("turn", 4000) == list(range(FEW))
    assert read("turn", 1_000_000) == sorted([*range(FEW), *[50] * FEW])
    assert read("chapter", 4000) == [7] * (FEW - 1)
    assert read("field", 4000) == []
    assert len(costs.latest()) == 3 * FEW - 1
