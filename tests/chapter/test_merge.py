"""Three chapters into one: what both sides changed is kept, and what clashes is asked."""

import json
import random
import time
from copy import deepcopy

import pytest
from hypothesis import given, settings

from core.chapter import chapter as chapters
from core.chapter import rules
from core.chapter.changes import apply
from core.chapter.chapter import Chapter
from core.chapter.merge import Conflict, difference, merge, rebase
from core.chapter.ops import (
    STRUCTURAL,
    AddTurn,
    Arrange,
    Carry,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewTurn,
    Price,
    Put,
    Rename,
    Set,
)
from core.errors import WriterError
from tests.chapter.test_changes import FILES, another, done, fitting, groups, lone, sample
from tests.chapter.test_patch import TURNS


def typed(chapter: Chapter) -> str:
    return json.dumps(chapter.array, sort_keys=True)


def edited(chapter: Chapter, *ops) -> Chapter:
    return done(chapter, *ops).chapter


def sides(seed: int, most: int = 8) -> tuple[Chapter, Chapter, Chapter]:
    """A chapter and two others that were made of it."""
    rnd = random.Random(seed)
    base = chapters.read(rnd.choice(FILES).read_bytes())
    one, two = (fitting(rnd, base, rnd.choice([1, 3, most])) for _ in range(2))
    return base, apply(base, one).chapter, apply(base, two).chapter


def ops_of(found) -> list:
    return [op for group in found for op in group.ops]


# -- laws


@pytest.mark.parametrize("seed", range(25))
def test_a_difference_leads_exactly_from_one_to_the_other(seed):
    base, ours, theirs = sides(seed)

    for one, two in ((base, theirs), (theirs, base), (ours, theirs)):
        assert typed(apply(one, difference(one, two)).chapter) == typed(two)


@settings(max_examples=50)
@given(TURNS, TURNS)
def test_a_difference_leads_between_any_two_arrays(one, two):
    before, after = (chapters.read(json.dumps(array)) for array in (one, two))

    assert typed(apply(before, difference(before, after)).chapter) == typed(after)


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_merged_that_is_there_already(seed):
    base, ours, theirs = sides(seed)

    assert not merge(base, ours, base).groups
    assert not merge(base, theirs, theirs).groups
    assert not difference(ours, ours)


@pytest.mark.parametrize("seed", range(100, 125))
def test_any_choice_of_merged_groups_applies_and_all_add_no_break(seed):
    base, ours, theirs = sides(seed)
    merged = merge(base, ours, theirs)
    known = [*rules.breaks(ours), *rules.breaks(theirs)]
    rnd = random.Random(seed)

    for _ in range(4):
        apply(ours, [group for group in merged.groups if rnd.random() < 0.5])
    result = apply(ours, merged.groups).chapter
    assert not rules.new(known, rules.breaks(result), reshaped=True)
    assert [group.id for group in merged.groups] == [f"m{n + 1}" for n in range(len(merged.groups))]
    assert set(merged.conflicts) <= {group.id for group in merged.groups}


TEXTS = [
    (f"t{turn}.{name}", "새 글이에요.") for turn in (2, 4) for name in ("news", "s1.expectation")
]
FAR = [
    *(Set(op="set", at=at, to=to) for at, to in TEXTS),
    Set(op="set", at="s2.description", to="새 소개예요."),
    Price(op="price", at="t3.s3", to=111),
    Put(op="put", at="t2.extra", to=[1]),
]


@pytest.mark.parametrize(
    "op",
    [
        DeleteTurn(op="delete_turn", at="t6"),
        MoveTurn(op="move_turn", at="t5", after=5 + 1),
        CopyTurn(op="copy_turn", at="t6"),
        Rename(op="rename", **{"from": "돌고래 쇼"}, to="물개 공연"),
        Price(op="price", at="t6.s1", to=140),
        Set(op="set", at="t5.result", to="잔잔했어요."),
        Set(op="set", at="s1.description", to="다른 소개예요."),
    ],
    ids=lambda op: op.op,
)
@pytest.mark.parametrize("other", FAR, ids=lambda op: str(op.at))
def test_edits_of_different_places_merge_the_same_either_way(op, other):
    base = sample("sea_park")
    ours, theirs = edited(base, op), edited(base, other)
    one, two = merge(base, ours, theirs), merge(base, theirs, ours)

    assert not one.conflicts
    assert not two.conflicts
    result = apply(ours, one.groups).chapter
    assert typed(result) == typed(apply(theirs, two.groups).chapter)
    assert typed(result) == typed(edited(base, op, other))


@pytest.mark.parametrize("seed", range(20))
def test_rebased_groups_apply_in_any_choice(seed):
    rnd = random.Random(seed)
    base = chapters.read(rnd.choice(FILES).read_bytes())
    ours = apply(base, fitting(rnd, base, 4)).chapter
    given_ = fitting(rnd, base, 6)
    merged = rebase(base, ours, given_)

    assert {group.id for group in merged.groups} <= {group.id for group in given_}
    for _ in range(4):
        apply(ours, [group for group in merged.groups if rnd.random() < 0.5])


# -- one field


def test_both_sides_in_one_field_is_a_conflict_that_tells_all_three():
    base = sample("sea_park")
    ours = edited(base, Set(op="set", at="t3.news", to="우리 소식이에요."))
    theirs = edited(base, Set(op="set", at="t3.news", to="저쪽 소식이에요."))
    merged = merge(base, ours, theirs)

    was = base.turns[2].text("news")
    assert merged.conflicts == {
        "m1": Conflict("t3.news", was, "우리 소식이에요.", "저쪽 소식이에요.")
    }
    assert typed(apply(ours, merged.groups).chapter) == typed(theirs)


def test_a_price_carries_and_its_before_value_is_no_change_of_its_own():
    base = sample("sea_park")
    found = difference(base, edited(base, Price(op="price", at="t3.s1", to=111)))

    assert ops_of(found) == [Price(op="price", at="t3.s1", to=111)]


def test_a_percentage_that_follows_its_price_is_no_change_of_its_own():
    base = sample("space_post")
    found = difference(base, edited(base, Price(op="price", at="t4.s2", to=240)))

    assert [op.op for op in ops_of(found)] == ["price"]


def test_a_percentage_that_was_left_false_is_left_so():
    base = sample("space_post")
    op = Price(op="price", at="t4.s2", to=240)
    theirs = done(base, op, claims=False).chapter

    assert typed(apply(base, difference(base, theirs)).chapter) == typed(theirs)


def test_a_text_that_is_the_same_in_every_turn_is_set_once():
    base = sample("sea_park")
    op = Set(op="set", at="s2.description", to="새 소개예요.")

    assert ops_of(difference(base, edited(base, op))) == [op]


def test_a_rename_is_found_and_reaches_what_ours_wrote_meanwhile():
    base = sample("sea_park")
    rename = Rename(op="rename", **{"from": "돌고래 쇼"}, to="물개 공연")
    ours = edited(base, Set(op="set", at="t2.news", to="돌고래 쇼가 새로 열려요."))
    merged = merge(base, ours, edited(base, rename))

    assert not merged.conflicts
    after = apply(ours, merged.groups).chapter
    assert "물개 공연이 새로" in after.turns[1].text("news")
    assert "돌고래 쇼" not in after.text


def test_two_names_for_one_stock_are_a_conflict():
    base = sample("sea_park")
    name = base.names[0]
    ours, theirs = (
        [Group(to, (Rename(op="rename", **{"from": name}, to=to),), "writer", "")]
        for to in ("물개 공연", "바다사자 춤")
    )
    now = apply(base, ours).chapter
    merged = rebase(base, now, theirs)

    assert list(merged.conflicts) == ["바다사자 춤"]
    assert apply(now, merged.groups).chapter.names[0].endswith("바다사자 춤")


def test_a_broken_chain_is_repaired_by_a_carry_and_stays_where_nobody_repaired_it():
    array = deepcopy(sample("sea_park").array)
    array[3]["stocks"][0]["before_value"] = 77
    array[5]["stocks"][1]["before_value"] = 78
    base = chapters.read(json.dumps(array))
    theirs = edited(base, Carry(op="carry", at="t4.s1"))
    ours = edited(base, Set(op="set", at="t4.news", to="새 소식이에요."))
    merged = merge(base, ours, theirs)

    assert ops_of(merged.groups) == [Carry(op="carry", at="t4.s1")]
    assert apply(ours, merged.groups).chapter.turns[5].stocks[1].opening == 78


@pytest.mark.parametrize(
    ("was", "to"),
    [
        ({"news_hint": "힌트"}, {"news_hint": "새 힌트"}),
        ({"news_hint": "힌트"}, {}),
        ({}, {"news_hint": "힌트"}),
        ({"x": {"y": [1]}}, {"x": {"y": [2]}}),
        ({"news": None}, {"news": "소식"}),
        ({"turn_number": 3}, {"turn_number": 3.0}),
        ({"stocks": None}, {"stocks": "none"}),
        ({"stocks": []}, {"stocks": [None]}),
    ],
    ids=str,
)
def test_any_leaf_is_put_as_it_is_there(was, to):
    array = deepcopy(sample("sea_park").array)
    first, second = ([{**array[0], **side}, *array[1:]] for side in (was, to))
    base, theirs = (chapters.read(json.dumps(side)) for side in (first, second))

    assert typed(apply(base, difference(base, theirs)).chapter) == typed(theirs)


def test_what_belongs_together_by_its_origin_is_one_group():
    base = sample("sea_park")
    theirs = edited(
        base,
        Set(op="set", at="t2.news", to="하나"),
        Set(op="set", at="t5.result", to="둘"),
        Set(op="set", at="t6.news", to="셋"),
    )
    merged = merge(base, base, theirs, origins={"t2.news": "a", "t5.result": "a"})

    assert [len(group.ops) for group in merged.groups] == [2, 1]


def test_names_that_change_places_are_one_group():
    base = sample("sea_park")
    one, two = base.names[:2]
    ops = Set(op="set", at="s1.name", to=two), Set(op="set", at="s2.name", to=one)
    found = difference(base, edited(base, *ops))

    assert [len(group.ops) for group in found] == [2]


def test_a_merge_that_gives_two_stocks_one_name_is_a_conflict():
    base = sample("sea_park")
    ours = edited(base, Set(op="set", at="s1.name", to="등대"))
    theirs = edited(base, Set(op="set", at="s2.name", to="등대"))

    assert len(merge(base, ours, theirs).conflicts) == 1


# -- turns and stocks


def test_a_deleted_event_leaves_room_for_decisions_on_the_rest():
    base = sample("sea_park")
    theirs = edited(
        base, DeleteTurn(op="delete_turn", at="t3"), Set(op="set", at="t5.news", to="새 소식")
    )
    found = difference(base, theirs)

    assert ops_of(found) == [
        DeleteTurn(op="delete_turn", at="t3"),
        Set(op="set", at="t5.news", to="새 소식"),
    ]
    assert len(found) == 2


@pytest.mark.parametrize("at", ["t3.news", "t4.result", "t3.s1.expectation"])
def test_a_change_of_what_the_other_side_deleted_is_asked_either_way(at):
    base = sample("sea_park")
    gone = edited(base, DeleteTurn(op="delete_turn", at="t3"))
    kept = edited(base, Set(op="set", at=at, to="아직 있어요."))
    deleting, restoring = merge(base, kept, gone), merge(base, gone, kept)

    assert [conflict.theirs for conflict in deleting.conflicts.values()] == [None]
    assert [conflict.ours for conflict in restoring.conflicts.values()] == [None]
    assert typed(apply(kept, deleting.groups).chapter) == typed(gone)
    assert typed(apply(gone, restoring.groups).chapter) == typed(kept)


def test_many_changes_of_a_deleted_turn_bring_it_back_once():
    base = sample("sea_park")
    gone = edited(base, DeleteTurn(op="delete_turn", at="t3"))
    kept = edited(
        base,
        Set(op="set", at="t3.news", to="하나"),
        Set(op="set", at="t3.s2.expectation", to="둘"),
        Set(op="set", at="t6.news", to="셋"),
    )
    merged = merge(base, gone, kept)

    assert len(merged.groups) == 2
    assert len(merged.conflicts) == 1
    assert typed(apply(gone, merged.groups).chapter) == typed(kept)


def test_both_sides_deleting_the_same_event_is_nothing_to_ask():
    base = sample("sea_park")
    gone = DeleteTurn(op="delete_turn", at="t3")
    ours = edited(base, gone, Set(op="set", at="t5.news", to="하나"))
    theirs = edited(base, gone, Set(op="set", at="t6.news", to="둘"))
    merged = merge(base, ours, theirs)

    assert not merged.conflicts
    assert ops_of(merged.groups) == [Set(op="set", at="t5.news", to="둘")]


def test_both_sides_deleting_different_events_deletes_both():
    base = sample("sea_park")
    one, two = DeleteTurn(op="delete_turn", at="t2"), DeleteTurn(op="delete_turn", at="t5")
    ours = edited(base, one)
    merged = merge(base, ours, edited(base, two))

    assert not merged.conflicts
    assert typed(apply(ours, merged.groups).chapter) == typed(edited(base, one, two))


def test_orders_that_both_changed_are_one_conflict():
    base = sample("sea_park")
    ours = edited(base, MoveTurn(op="move_turn", at="t2", after=4))
    theirs = edited(
        base,
        MoveTurn(op="move_turn", at="t5", after=1),
        Set(op="set", at="t6.news", to="새 소식"),
    )
    merged = merge(base, ours, theirs)

    assert len(merged.conflicts) == 1
    kept = [group for group in merged.groups if group.id not in merged.conflicts]
    assert ops_of(kept) == [Set(op="set", at="t6.news", to="새 소식")]


def test_an_undone_deletion_comes_back_between_what_was_written_since():
    base = sample("sea_park")
    gone = edited(base, DeleteTurn(op="delete_turn", at="t3"))
    head = edited(gone, Set(op="set", at="t5.news", to="나중 소식"))
    merged = merge(gone, head, base)

    assert not merged.conflicts
    after = apply(head, merged.groups).chapter
    assert typed(after) == typed(edited(base, Set(op="set", at="t6.news", to="나중 소식")))


def test_an_undone_addition_goes_and_leaves_what_was_written_since():
    base = sample("sea_park")
    stocks = tuple(NewPrice(price=100 + n, expectation="기대돼요.") for n in range(3))
    turn = NewTurn(result="잔잔했어요.", news="새로워요!", news_tag="all", stocks=stocks)
    more = edited(base, AddTurn(op="add_turn", after=3, turn=turn))
    head = edited(more, Set(op="set", at="t7.news", to="나중 소식"))
    merged = merge(more, head, base)

    assert not merged.conflicts
    after = apply(head, merged.groups).chapter
    assert typed(after) == typed(edited(base, Set(op="set", at="t6.news", to="나중 소식")))


def test_a_stock_that_comes_and_one_that_goes():
    base = chapters.read(json.dumps([lone(1), lone(2)], ensure_ascii=False))
    two = edited(base, another("둘"), another("셋"))
    less = edited(two, DeleteStock(op="delete_stock", at="s2"))
    text = Set(op="set", at="t1.s3.expectation", to="좋아요")

    assert [op.op for op in ops_of(difference(base, two))] == ["add_stock", "add_stock"]
    assert ops_of(difference(two, less)) == [DeleteStock(op="delete_stock", at="s2")]
    merged = merge(two, less, edited(two, text))
    assert [op.at for op in ops_of(merged.groups)] == ["t1.s2.expectation"]
    asked = merge(two, edited(two, Set(op="set", at="t1.s2.expectation", to="x")), less)
    assert [conflict.at for conflict in asked.conflicts.values()] == ["t1.s2.expectation"]


def test_a_change_of_a_stock_that_is_gone_is_asked():
    base = sample("sea_park")
    gone = edited(base, DeleteStock(op="delete_stock", at="s2"))
    kept = edited(base, Price(op="price", at="t3.s2", to=140))
    merged = merge(base, gone, kept)

    assert [conflict.at for conflict in merged.conflicts.values()] == ["t3.s2"]
    assert typed(apply(gone, merged.groups).chapter) == typed(kept)


# -- groups of an edit, on a head that has moved


def test_rebased_groups_keep_their_ids_ops_and_reasons():
    base = sample("sea_park")
    ours = edited(base, Set(op="set", at="t2.news", to="그사이에 바뀌었어요."))
    given_ = [
        Group("c1", (Set(op="set", at="t3.news", to="새 소식"),), "model", "부드럽게"),
        Group("c2", (DeleteTurn(op="delete_turn", at="t5"),), "instant", "5턴 삭제"),
        Group("c3", (Rename(op="rename", **{"from": "돌고래 쇼"}, to="물개"),), "instant", "이름"),
    ]
    merged = rebase(base, ours, given_)

    assert list(merged.groups) == given_
    assert not merged.conflicts


def test_a_rebased_group_that_has_nothing_left_to_do_is_left_out():
    base = sample("sea_park")
    same, other = Set(op="set", at="t3.news", to="같은 글"), Price(op="price", at="t4.s1", to=111)
    rename = Rename(op="rename", **{"from": "돌고래 쇼"}, to="물개 공연")
    ours = edited(base, same, other, rename, Set(op="set", at="t5.news", to="x"))

    assert not rebase(base, ours, groups(same, other, rename)).groups


def test_a_group_with_one_place_in_conflict_keeps_its_other_ops():
    base = sample("sea_park")
    ours = edited(base, Set(op="set", at="t3.news", to="우리"))
    ops = Set(op="set", at="t3.news", to="저쪽"), Set(op="set", at="t3.result", to="저쪽")
    merged = rebase(base, ours, [Group("c1", ops, "model", "")])

    assert merged.groups[0].ops == ops
    assert merged.conflicts["c1"].at == "t3.news"


def test_groups_follow_their_turns_where_one_was_deleted_meanwhile():
    base = sample("sea_park")
    ours = edited(base, DeleteTurn(op="delete_turn", at="t2"))
    ops = [
        Set(op="set", at="t5.news", to="새 소식"),
        Set(op="set", at="t5.result", to="새 결과"),
        MoveTurn(op="move_turn", at="t3", after=5),
        Carry(op="carry", at="t6.s2"),
    ]
    given_ = [Group(f"c{n}", (op,), "model", "") for n, op in enumerate(ops)]
    merged = rebase(base, ours, given_)

    assert ops_of(merged.groups) == [
        Set(op="set", at="t4.news", to="새 소식"),
        Set(op="set", at="t4.result", to="새 결과"),
        MoveTurn(op="move_turn", at="t2", after=4),
    ]
    assert [group.id for group in merged.groups] == ["c0", "c1", "c2"]


def test_all_turns_anew_take_in_what_ours_changed():
    base = sample("sea_park")
    turns = tuple(deepcopy(base.array[at]) for at in (0, 1, 2, 3))
    whole = Group("undo", (Arrange(op="arrange", turns=turns, origins=(1, 2, 3, 4)),), "writer", "")
    ours = edited(base, Set(op="set", at="t2.news", to="우리 소식"))
    after = apply(ours, rebase(base, ours, [whole]).groups).chapter

    assert len(after.turns) == 4
    assert after.turns[1].text("news") == "우리 소식"


def test_a_wrapped_chapter_keeps_its_wrapping():
    plain = sample("sea_park")
    base = chapters.read(json.dumps({"chapterId": "7", "story": json.dumps(plain.array)}))
    op = Set(op="set", at="t3.news", to="새 소식")
    ours, theirs = edited(base, Set(op="set", at="t2.news", to="x")), edited(base, op)
    after = apply(ours, merge(base, ours, theirs).groups).chapter

    assert json.loads(after.text)["chapterId"] == "7"
    assert chapters.read(after.text).array == after.array


# -- size


def long_chapter() -> Chapter:
    turns = []
    for at in range(100):
        turn = deepcopy(sample("sea_park").array[at % 6])
        turn |= {"turn_number": at + 1, "news": f"{at} {turn['news']}", "result": f"결과 {at}"}
        for stock in turn["stocks"]:
            stock |= {"before_value": 100, "current_value": 100, "expectation": f"전망 {at}"}
        turns.append(turn)
    return chapters.read(json.dumps(turns, ensure_ascii=False))


def test_a_hundred_turns_merge_in_well_under_a_second():
    base = long_chapter()
    texts = [
        Set(op="set", at=f"t{n}.{name}", to=f"새 글 {n}")
        for n in range(1, 101)
        for name in ("news", "result")
    ]
    ours = edited(base, *texts, DeleteTurn(op="delete_turn", at="t50"))
    theirs = edited(base, *(Price(op="price", at=f"t{n}.s1", to=101 + n % 5) for n in range(1, 50)))
    started = time.process_time()
    one = merge(base, ours, theirs)
    two = merge(base, theirs, ours)

    assert time.process_time() - started < 2
    assert len(one.groups) == 49
    assert any(op.op in STRUCTURAL for op in ops_of(two.groups))


def test_a_group_that_does_not_fit_any_more_is_asked_or_left_out():
    base = sample("sea_park")
    ours = edited(base, *(DeleteTurn(op="delete_turn", at=f"t{n}") for n in range(3, 8)))
    given_ = groups(*(DeleteTurn(op="delete_turn", at=f"t{n}") for n in (1, 2)))
    merged = rebase(base, ours, given_)

    with pytest.raises(WriterError):
        apply(base, groups(*(DeleteTurn(op="delete_turn", at=f"t{n}") for n in range(1, 8))))
    apply(ours, merged.groups)
