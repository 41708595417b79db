"""Every fault of a model, once, over HTTP: no story is damaged and none comes back in silence."""

import json

import pytest

from bench import faults
from tests.editing.fault_plays import PLAYS


def test_no_fault_damages_a_story_or_leaves_it_unchanged_in_silence():
    every = len(faults.SAID) + len(PLAYS)
    table = faults.measure(faults.asks(every, [1.0], seed=7), at_once=32, timeout_s=2)
    rows = list(table.values())

    assert [row.edits for row in rows] == [1] * every
    assert [each for row in rows for each in row.bad] == []
    assert sum(row.edited for row in rows) > 20


def test_turns_that_fail_in_a_plan_are_named_and_the_others_stand():
    table = faults.measure(faults.planned(len(faults.SAID), seed=3), at_once=8, timeout_s=2)
    rows = list(table.values())

    assert [row.edits for row in rows] == [1] * len(faults.SAID)
    assert [each for row in rows for each in row.bad] == []
    assert sum(row.edited for row in rows) > len(rows) / 2
    assert sum(row.unplanned for row in rows) < len(rows) / 2
    assert 0 < sum(row.named for row in rows) < sum(row.failing for row in rows)


def test_the_judge_sees_a_turn_that_nobody_names():
    told = {"outcome": "edited", "changes": [{"at": "t1.news"}], "story": "[{}, {}, {}]"}
    named = {"what": "rewrite t2", "message": "…"}

    assert faults.untold({**told, "dropped": [named]}) == "nothing is said of t3"
    assert faults.untold({**told, "dropped": [named, {"what": "set t3.news"}]}) == ""


def answer(before, after, **more):
    told = {"outcome": "edited", "reply": "바꿨어요.", "story": json.dumps(after)}
    return json.dumps(before), {**told, **more}


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ([{"news": "다", "stocks": [{"name": "나", "current_value": 1}]}], ""),
        ([{"news": "", "stocks": [{"name": "나", "current_value": 1}]}], "t1.news became empty"),
        ([{"news": "다", "stocks": [{"name": "나", "current_value": 2}]}], "more than texts"),
        ([{"news": "다", "stocks": [{"name": "라", "current_value": 1}]}], "t1.s1.name changed"),
        ([{"news": "다", "stocks": []}], "more than texts"),
    ],
)
def test_the_judge_sees_damage(after, found):
    before = [{"news": "가", "stocks": [{"name": "나", "current_value": 1}]}]
    news = after[0]["news"]

    story, told = answer(before, after, changes=[{"at": "t1.news", "after": news}])

    assert faults.damage(story, told).startswith(found)
    assert bool(faults.damage(story, told)) == bool(found)


def test_the_judge_sees_silence_and_a_change_that_nobody_told():
    story, same = answer([{"news": "가"}], [{"news": "가"}])
    _, other = answer([], [{"news": "나"}], outcome="failed")

    assert faults.silence(story, same)
    assert faults.silence(story, {**other, "reply": " "})
    assert faults.damage(story, other) == "changed without saying so"
