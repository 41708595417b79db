"""Lessons are tried on hand-made classes, so that each figure is known; then on a played one."""

import re
from dataclasses import replace
from itertools import product
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words
from core.chapter import changes
from core.chapter.chapter import read as open_chapter
from core.chapter.ops import Group as Changes
from core.chapter.ops import Price, Set
from core.errors import WriterError
from core.play import classroom, game, lesson
from core.play.classroom import KINDS, Classroom, Group
from core.play.lesson import MOST_LESSONS, PRESETS, Lesson

START = 2000
TURNS = 3
PLAYED = (*KINDS[:-1],)
OWN = {"kind": "own", "left": "equal", "measure": "mean", "op": ">=", "right": 2100}
both = pytest.mark.parametrize("lang", ["ko", "en"])


def a_group(kind, changes=(0, 0, 0), finals=None):
    """One that gains so many coins in each turn, or ends with `finals`."""
    worth = tuple(START + sum(changes[:turn]) for turn in range(1, TURNS + 1))
    ends = tuple(sorted(finals or (worth[-1],)))
    losing = sum(end < START for end in ends) / len(ends)
    return Group(kind, len(ends), ends, worth, fmean(ends), median(ends), losing, tuple(changes))


def a_room(without=(), turn_max=TURNS, **moved):
    """A class in which nobody gains or loses, but for the kinds named."""
    kinds = [kind for kind in PLAYED if kind not in without]
    groups = tuple(a_group(kind, moved.get(kind, (0, 0, 0))) for kind in kinds)
    finals = sorted(end for group in groups for end in group.finals)
    losing = sum(end < START for end in finals) / len(finals)
    figures = (median(finals), fmean(finals), losing)
    return Classroom(1, len(groups), START, "current", turn_max, groups, *figures, ())


def holds(kind, **moved):
    return lesson.judge(PRESETS[kind], a_room(**moved)).holds


def own(**changed):
    return lesson.read([{**OWN, **changed}])[0]


def own_holds(room=None, **changed):
    return lesson.judge(own(**changed), room or a_room(equal=(100, 50, -40))).holds


def said(before, after, lang="ko"):
    return lesson.said(lesson.verdict(before, after), lang)


# -- as JSON

amounts = st.integers(0, 10**9) | st.floats(0, 10**9)
shares = st.floats(0, 1)
sides = st.sampled_from([*KINDS, None])


def owns(measure, amount):
    between = st.builds(
        Lesson,
        *(st.just("own"), sides, st.just(measure), st.sampled_from([">=", "<="]), sides, amount),
    )
    bound = st.builds(
        Lesson,
        *(st.just("own"), sides, st.just(measure), st.sampled_from([">=", "<="]), amount),
    )
    return between | bound


lessons = (
    st.sampled_from([*PRESETS.values()])
    | owns("mean", amounts)
    | owns("median", amounts)
    | owns("losing", shares)
)


@given(st.lists(lessons, max_size=MOST_LESSONS))
def test_what_is_written_reads_back_equal(taught):
    assert lesson.read(lesson.written(taught)) == tuple(taught)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "lessons"),
        (None, "lessons"),
        ([None], "1.kind"),
        ([{"kind": "news"}, {"kind": "greed"}], "2.kind"),
        ([{"kind": ["news"]}], "1.kind"),
        ([{"kind": "news", "left": "equal"}], "1.left"),
        ([{key: value for key, value in OWN.items() if key != "op"}], "1.op"),
        ([{**OWN, "extra": 1}], "1.extra"),
        ([{**OWN, "left": "lazy"}], "1.left"),
        ([{**OWN, "left": 3}], "1.left"),
        ([{**OWN, "measure": "mode"}], "1.measure"),
        ([{**OWN, "op": ">"}], "1.op"),
        ([{**OWN, "right": "lazy"}], "1.right"),
        ([{**OWN, "right": True}], "1.right"),
        ([{**OWN, "right": -1}], "1.right"),
        ([{**OWN, "right": 10**10}], "1.right"),
        ([{**OWN, "right": []}], "1.right"),
        ([{**OWN, "measure": "losing", "right": 2}], "1.right"),
        ([{**OWN, "right": "random", "by": -1}], "1.by"),
        ([{**OWN, "right": "random", "by": "5"}], "1.by"),
        ([{**OWN, "by": 5}], "1.by"),
    ],
)
def test_a_lesson_that_cannot_be_read_is_refused_by_its_key(value, field):
    with pytest.raises(WriterError) as caught:
        lesson.read(value)

    assert (caught.value.rule, caught.value.facts["field"]) == ("lesson_format", field)
    assert field in words.error(caught.value, "ko")


def test_too_many_lessons_are_refused():
    many = [{"kind": "news"}] * (MOST_LESSONS + 1)

    assert len(lesson.read(many[1:])) == MOST_LESSONS
    with pytest.raises(WriterError, match="lesson_many"):
        lesson.read(many)


# -- what the presets mean


@pytest.mark.parametrize(
    ("split", "held"), [((0, 0, 101), True), ((0, 0, 100), False), ((0, 0, 99), False)]
)
def test_spreading_must_beat_two_of_the_three_all_in_bets(split, held):
    bets = {"all_high": (500, 0, 0), "all_mid": (0, 100, 0), "all_low": (0, 0, -20)}

    assert holds("spread", equal=split, **bets) is held


@pytest.mark.parametrize(("gain", "held"), [(11, True), (10, False), (9, False)])
def test_following_the_news_must_pay_more_than_chance(gain, held):
    assert holds("news", follower=(gain, 0, 0), random=(0, 10, 0)) is held


@pytest.mark.parametrize(
    ("high", "mid", "low", "held"),
    [
        ((300, -100, 100), (100, 0, 0), (50, 0, 0), True),
        ((300, -100, 100), (300, 0, 0), (50, 0, 0), True),
        ((300, -100, 100), (301, 0, 0), (50, 0, 0), False),  # the middle one pays most
        ((300, -100, 100), (40, 0, 0), (50, 0, 0), False),  # the lowest pays more than the middle
        ((100, -50, 0), (50, 0, 0), (50, 0, 0), False),  # the highest pays no more than the lowest
        ((100, 100, 100), (100, 0, 0), (50, 0, 0), False),  # the highest never falls
        ((300, -100, 100), (100, 0, 0), (80, -10, -10), False),  # the lowest falls more often
        ((300, -100, 100), (100, 0, 0), (60, -10, 0), True),
    ],
)
def test_higher_risk_must_pay_more_and_fall_no_less_often(high, mid, low, held):
    assert holds("risk", all_high=high, all_mid=mid, all_low=low) is held


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({"right": 2110}, True),
        ({"right": 2111}, False),
        ({"op": "<=", "right": 2110}, True),
        ({"op": "<=", "right": 2109}, False),
        ({"right": "random"}, True),
        ({"right": "random", "by": 110}, True),
        ({"right": "random", "by": 111}, False),
        ({"left": "random", "op": "<=", "right": "equal", "by": 110}, True),
        ({"left": "random", "op": "<=", "right": "equal", "by": 111}, False),
        ({"left": None, "measure": "median", "right": 2000}, True),
        ({"left": None, "measure": "mean", "right": 2000.5}, True),
        ({"left": "equal", "measure": "mean", "right": None}, True),
        ({"left": None, "measure": "losing", "op": "<=", "right": 0}, True),
    ],
)
def test_a_threshold_of_ones_own_counts_its_own_edge(changed, held):
    assert own_holds(**changed) is held


def test_shares_are_compared_as_they_are_said():
    three = a_group("random", finals=[1900] * 3 + [2100] * 7)
    two = a_group("equal", finals=[1900] * 2 + [2100] * 8)
    room = replace(a_room(), groups=(three, two))

    # In binary 0.3 - 0.2 is less than 0.1.
    assert own_holds(room, left="random", measure="losing", right="equal", by=0.1)
    assert not own_holds(room, left="random", measure="losing", right="equal", by=0.11)


@pytest.mark.parametrize(
    ("taught", "lacks"),
    [
        (PRESETS["spread"], "all_mid"),
        (PRESETS["risk"], "all_low"),
        (PRESETS["news"], "follower"),
        (own(left="follower"), "follower"),
        (own(right="all_high"), "all_high"),
    ],
)
@both
def test_what_the_class_lacks_cannot_be_tried_and_does_not_hold(taught, lacks, lang):
    (found,) = lesson.guard([taught], None, a_room(without=[lacks]))

    assert (found.after.holds, found.after.tested, found.state) == (False, False, "fails")
    assert lesson.told(found, lang) == words.sentence(
        "lesson_untested", {"lesson": lesson.name(taught, lang)}, lang
    )


# -- the guard

LOSES, WINS = {"follower": (-5, 0, 0)}, {"follower": (5, 0, 0)}


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (WINS, WINS, "kept"),
        (WINS, LOSES, "turned"),
        (LOSES, WINS, "mended"),
        (LOSES, LOSES, "fails"),
        (None, WINS, "kept"),
        (None, LOSES, "fails"),
        ({"without": ["follower"]}, WINS, "mended"),
        (WINS, {"without": ["follower"]}, "turned"),
    ],
)
def test_the_guard_says_what_an_edit_did_to_a_lesson(before, after, state):
    was = None if before is None else a_room(**before)

    (found,) = lesson.guard([PRESETS["news"]], was, a_room(**after))

    assert found.state == state


def test_a_lesson_that_an_edit_turns_around_is_told_with_its_figures_and_what_to_do():
    (found,) = lesson.guard([PRESETS["news"]], a_room(**WINS), a_room(**LOSES))

    assert lesson.told(found, "ko") == (
        "이 편집이 ‘뉴스를 따르면 아무렇게나 살 때보다 더 벌어요’ 교훈을 뒤집어요."
        " 뉴스 따라 담기 2,005냥 → 1,995냥, 아무렇게나 사고팔기 2,000냥."
        " 가격을 다시 살펴봐 주세요."
    )
    assert lesson.told(found, "en") == (
        "This edit turns a lesson around: “Following the news beats random trading”."
        " Following the news 2,005 → 1,995 coins, random trading 2,000 coins."
        " Look at the prices again."
    )


def test_risks_are_told_by_turn_and_by_falls():
    bets = {"all_high": (300, -120, 120), "all_mid": (0, 60, 0), "all_low": (3, 0, 0)}
    (found,) = lesson.guard([PRESETS["risk"]], None, a_room(**bets))

    assert "평균 고위험 +100냥, 중위험 +20냥, 저위험 +1냥, 떨어진 턴은 고위험 1번, 저위험 0번." in (
        lesson.told(found, "ko")
    )


@given(st.lists(lessons, max_size=4))
def test_without_an_edit_no_lesson_turns(taught):
    room = a_room(equal=(10, -30, 50), random=(-20, 0, 10))

    assert {one.state for one in lesson.guard(taught, room, room)} <= {"kept", "fails"}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("measure", ["mean", "median", "losing"])
def test_every_name_is_short_enough_to_be_quoted_whole(measure, lang):
    number, by = (0.125, 0.125) if measure == "losing" else (10**6, 1000)
    rights = [(number, 0), *product([*KINDS, None], (0, by))]
    for left, op, (right, more) in product([*KINDS, None], (">=", "<="), rights):
        taught = own(left=left, measure=measure, op=op, right=right, by=more)
        name = lesson.name(taught, lang)

        assert len(name) <= words.FACT_MOST
        assert "…" not in name
        assert not re.search("kind_|measure_", name)


@given(lessons, st.sampled_from(["ko", "en"]))
def test_no_sentence_of_a_lesson_lacks_a_fact(taught, lang):
    rooms = (a_room(equal=(10, 20, 30)), a_room(equal=(-40, 20, 30), all_high=(9, 9, 9)))
    (found,) = lesson.guard([taught], *rooms)

    assert "…" not in lesson.told(found, lang)
    assert "{" not in lesson.told(found, lang)


# -- the verdict


def test_spreading_that_loses_in_a_turn_is_what_is_told():
    before = a_room(equal=(100, 20, 10), random=(10, 10, 10))
    after = a_room(equal=(100, -35, 65), random=(10, -90, 110))

    assert said(before, after) == "이 편집으로 2턴에서 나눠 담기가 손해를 봐요(+20냥 → -35냥)."
    assert (
        said(before, after, "en") == "This edit makes spreading lose in turn 2 (+20 → -35 coins)."
    )


VERDICTS = [
    ("verdict_end_loses", {"equal": (0, 0, 1)}, {"equal": (0, 0, -1)}),
    ("verdict_end_gains", {"equal": (0, 0, -1)}, {"equal": (0, 0, 1)}),
    ("verdict_turn_loses", {"equal": (60, 0, 0)}, {"equal": (60, -10, 0)}),
    ("verdict_turn_gains", {"equal": (60, -10, 0)}, {"equal": (60, 0, 0)}),
    ("verdict_ahead", {"equal": (60, 0, 0)}, {"equal": (60, 0, 0), "random": (61, 0, 0)}),
    (
        "verdict_up",
        dict.fromkeys(PLAYED, (5, 0, 0)),
        dict.fromkeys(PLAYED, (5, 1, 0)),
    ),
    (
        "verdict_down",
        dict.fromkeys(PLAYED, (5, 1, 0)),
        dict.fromkeys(PLAYED, (5, 0, 0)),
    ),
    ("verdict_one", {"equal": (60, 0, 0)}, {"equal": (60, 7, 0)}),
    ("verdict_same", {"equal": (60, 0, 0)}, {"equal": (60, 0, 0.2)}),
]


@pytest.mark.parametrize(("rule", "before", "after"), VERDICTS, ids=[rule for rule, *_ in VERDICTS])
@both
def test_every_verdict_is_found_and_said(rule, before, after, lang):
    found = lesson.verdict(a_room(**before), a_room(**after))

    assert found.rule == rule
    assert "…" not in lesson.said(found, lang)
    assert "kind_" not in lesson.said(found, lang)


def test_an_ending_is_told_before_a_turn_and_a_loss_before_a_gain():
    before = a_room(equal=(0, -50, 50), all_low=(-1, 0, 0), random=(5, 0, 0))
    after = a_room(equal=(-50, 0, 50), all_low=(1, 0, 0), random=(0, 0, -5))

    assert said(before, after).startswith("이 편집으로 아무렇게나 사고팔기가 손해로 끝나요")


def test_the_turn_that_changed_most_is_named():
    found = lesson.verdict(a_room(equal=(50, 50, 50)), a_room(equal=(-20, -30, 200)))

    assert (found.facts["turn"], found.facts["now"]) == (2, "-30")


@pytest.mark.parametrize(("was", "now"), [(-9, -10), (-10, -9), (-1, -60), (-60, -1)])
def test_who_lost_before_and_loses_after_has_not_turned(was, now):
    found = lesson.verdict(a_room(equal=(60, was, 0)), a_room(equal=(60, now, 0)))

    assert not found.rule.startswith("verdict_turn")


def test_turns_are_not_compared_where_their_number_changed():
    before, after = a_room(equal=(50, 0, 0)), a_room(equal=(70, -20, 0), turn_max=TURNS + 1)

    assert lesson.verdict(before, after).rule == "verdict_same"


def test_without_an_earlier_class_the_verdict_says_how_this_one_does():
    room = a_room(equal=(0, 0, 300), random=(0, 0, -300))

    assert said(None, room) == (
        "가운데 값은 2,000냥, 손해 비율은 14.3%이고, 나눠 담기가 가장 많이 벌어요(2,300냥)."
    )


def test_the_bound_is_nobody_who_earns_most_and_halves_are_rounded_up():
    room = a_room(equal=(0, 0, 300))
    room = replace(room, groups=(*room.groups, bound(9000)), median=2000.5, losing=0.0125)

    assert said(None, room) == (
        "가운데 값은 2,001냥, 손해 비율은 1.2%이고, 나눠 담기가 가장 많이 벌어요(2,300냥)."
    )


def bound(most):
    return replace(a_group("best", finals=[most]), players=0)


# -- on a played class


def played(chapter):
    return classroom.classroom(game.board(chapter), START, players=40)


def edited(chapter, *ops):
    return changes.apply(chapter, [Changes("g", ops, "writer", "")]).chapter


def test_a_lower_last_price_turns_two_lessons_of_the_sample(sea_park):
    chapter = open_chapter(sea_park)
    lower = edited(chapter, Price(op="price", at="t7.s1", to=100))
    taught = [PRESETS["spread"], PRESETS["risk"]]

    found = lesson.guard(taught, played(chapter), played(lower))

    # 6 x 100 + 6 x 103 + 6 x 103 + 200 left over is 2036; the bets end at 2000, 2060 and 2060.
    assert [one.state for one in found] == ["turned", "turned"]
    assert "나눠 담기 2,246냥 → 2,036냥, 몰아 담은 셋의 가운데 2,060냥" in lesson.told(
        found[0], "ko"
    )


def test_the_verdict_on_the_sample_says_who_loses_and_where(sea_park):
    chapter = open_chapter(sea_park)
    lower = edited(chapter, Price(op="price", at="t6.s1", to=109))

    found = lesson.verdict(played(chapter), played(lower))

    # 6 shares of each: 6 x (18 + 1 + 1) before, 6 x (-7 + 1 + 1) after.
    assert (
        lesson.said(found, "ko") == "이 편집으로 5턴에서 나눠 담기가 손해를 봐요(+120냥 → -30냥)."
    )


def test_an_edit_that_no_player_sees_leaves_everything_as_it_is(sea_park):
    chapter = open_chapter(sea_park)
    silent = edited(chapter, Set(op="set", at="s2.description", to="다른 말이에요."))

    assert said(played(chapter), played(silent)) == "학급의 결과는 그대로예요."
    found = lesson.guard([*PRESETS.values()], played(chapter), played(silent))
    assert all(one.before == one.after for one in found)
