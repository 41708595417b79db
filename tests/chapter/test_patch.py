"""From one chapter to another as JSON Patch."""

import json
import random

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chapter import chapter as chapters
from core.chapter.changes import apply
from core.chapter.ops import CopyTurn, DeleteStock, DeleteTurn, MoveTurn, Price, Set
from core.chapter.patch import json_patch
from tests.chapter.test_changes import FILES, another, done, fitting, lone, sample

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-9, 9)
    | st.text('a/~"가', max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("a/~0가", max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
STOCK = st.dictionaries(st.sampled_from(["name", "expectation", "a/b", "m~n"]), ANY, max_size=3)
TURN = st.fixed_dictionaries(
    {},
    optional={
        "news": ANY,
        "result": ANY,
        "x/~y": ANY,
        "stocks": st.lists(STOCK | ANY, max_size=3) | ANY,
    },
)
TURNS = st.lists(TURN, min_size=1, max_size=5)


def leads(before, after):
    return jsonpatch.apply_patch(before.array, json_patch(before, after))


def opened(array):
    return chapters.read(json.dumps(array))


def typed(value):
    return json.dumps(value, sort_keys=True)


@given(TURNS, TURNS)
def test_the_patch_of_any_two_arrays_leads_from_one_to_the_other(one, two):
    before, after = opened(one), opened(two)

    assert typed(leads(before, after)) == typed(after.array)
    assert json_patch(after, after) == []


@pytest.mark.parametrize("seed", range(60))
def test_the_patch_of_an_edit_leads_to_the_edited_chapter_and_back(seed):
    rnd = random.Random(seed)
    before = chapters.read(rnd.choice(FILES).read_bytes())
    after = apply(before, fitting(rnd, before, 6)).chapter

    assert typed(leads(before, after)) == typed(after.array)
    assert typed(leads(after, before)) == typed(before.array)


def test_a_changed_text_is_one_replacement():
    before = sample("sea_park")
    after = done(before, Set(op="set", at="t3.news", to="새 소식이에요.")).chapter

    assert json_patch(before, after) == [
        {"op": "replace", "path": "/2/news", "value": "새 소식이에요."}
    ]


def test_a_price_names_its_stock_and_the_opening_that_follows():
    before = sample("sea_park")
    after = done(before, Price(op="price", at="t3.s1", to=111)).chapter

    assert [step["path"] for step in json_patch(before, after)] == [
        "/2/stocks/0/current_value",
        "/3/stocks/0/before_value",
    ]


@pytest.mark.parametrize(
    ("op", "kind"),
    [
        (DeleteTurn(op="delete_turn", at="t2"), "remove"),
        (MoveTurn(op="move_turn", at="t5", after=1), "move"),
        (CopyTurn(op="copy_turn", at="t3"), "add"),
    ],
)
def test_a_turn_that_comes_goes_or_moves_does_so_as_a_whole(op, kind):
    before = sample("sea_park")
    patch = json_patch(before, done(before, op).chapter)

    assert [step["op"] for step in patch if str(step["path"]).count("/") == 1] == [kind]


def test_a_stock_that_goes_is_removed_and_one_that_comes_is_added():
    before = opened([lone(1), lone(2)])
    two = done(before, another("둘")).chapter
    back = done(two, DeleteStock(op="delete_stock", at="s1")).chapter

    assert [(step["op"], step["path"]) for step in json_patch(before, two)] == [
        ("add", "/0/stocks/1"),
        ("add", "/1/stocks/1"),
    ]
    assert [(step["op"], step["path"]) for step in json_patch(two, back)] == [
        ("remove", "/0/stocks/0"),
        ("remove", "/1/stocks/0"),
    ]


def test_a_key_with_a_slash_or_a_tilde_is_escaped():
    before, after = opened([{"a/b": 1, "m~n": 1}]), opened([{"a/b": 2}])

    assert json_patch(before, after) == [
        {"op": "remove", "path": "/0/m~0n"},
        {"op": "replace", "path": "/0/a~1b", "value": 2},
    ]


def test_a_number_of_another_type_is_replaced():
    before, after = opened([{"x": 1, "y": True}]), opened([{"x": 1.0, "y": 1}])

    assert typed([step["value"] for step in json_patch(before, after)]) == "[1.0, 1]"
