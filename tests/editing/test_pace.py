"""One call or a plan: worked out from the provider's pace and the texts that may change."""

import pytest

from core.chapter import chapter as chapters
from core.editing import pace, scope
from core.editing.pace import FORGET_S, Pace
from core.editing.prompt import CHAPTER_CHANGES, DIRECT_CHANGES
from tests.editing.scripted import Scripted, ended

SEVEN = [150.0] * 7


class Clock:
    """Stands still until it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def chapter(sea_park):
    return chapters.read(sea_park)


def at_pace(first_s: float, rate: float, clock=None, **terms) -> Pace:
    made = Pace(clock or Clock(), **terms)
    made.first_s.saw(first_s)
    made.rate.saw(rate)
    return made


def test_long_texts_of_many_turns_are_planned_and_short_ones_are_not():
    usual = Pace()

    assert usual.fewest(SEVEN) == 2
    assert usual.fewest([30.0] * 7) is None
    assert usual.fewest([150.0]) is None
    assert usual.fewest([]) is None


def test_where_the_first_token_is_long_in_coming_one_call_is_sooner_done():
    assert at_pace(10, 200).fewest(SEVEN) is None
    assert at_pace(0.1, 20).fewest(SEVEN) == 2


def test_calls_that_wait_for_each_other_are_no_gain():
    assert at_pace(0.6, 80, seats=lambda: 1).fewest(SEVEN) is None
    assert at_pace(0.6, 80, seats=lambda: 4).fewest(SEVEN) == 2


def test_turns_that_slow_each_other_down_are_no_gain_until_that_is_long_ago():
    clock = Clock()
    slow = at_pace(0.6, 80, clock)
    slow.turn_rate.saw(12.0)

    assert slow.fewest(SEVEN) is None
    clock.now = FORGET_S + 1
    assert slow.fewest(SEVEN) == 2


@pytest.mark.parametrize("seed", range(30))
def test_what_is_chosen_is_never_much_slower_by_its_own_figures(seed):
    made = at_pace(0.1 * seed, 10.0 * (seed + 1))
    turns = [20.0 * (1 + (seed * n) % 9) for n in range(1, 2 + seed % 9)]
    few = made.fewest(turns)
    chosen = made.planned_s(turns) if few and few <= len(turns) else made.direct_s(turns)

    assert chosen <= 1.06 * min(made.planned_s(turns), made.direct_s(turns))


def test_a_call_is_timed_from_its_pieces():
    clock = Clock()
    made = Pace(clock)
    timer = made.call(turn=True)
    for at, piece in ((2.0, "{"), (3.0, "x" * 100), (4.0, "y" * 100)):
        clock.now = at
        timer.heard(piece)
    timer.ended()

    assert made.turn_rate.value == pytest.approx(30)
    assert made.turn_first_s.value == pytest.approx(2, abs=0.02)
    assert made.rate.value == 80


def test_an_answer_in_one_piece_was_written_before_it_came():
    clock = Clock()
    made = at_pace(0.5, 100, clock)
    timer = made.call(turn=False)
    clock.now = 4.0
    timer.heard("x" * 1000)
    timer.ended()

    assert made.rate.value == 100
    assert made.first_s.value == pytest.approx((0.5 + 1.0) / 2)


def test_one_odd_call_does_not_count():
    made = at_pace(0.5, 100)
    for first_s in (0.5, 0.6, 30.0):
        made.first_s.saw(first_s)

    assert made.first_s.value == pytest.approx(0.55)


def test_only_what_the_request_may_change_is_counted(chapter):
    every = pace.sizes(chapter, scope.read("문장을 전부 다시 써줘", chapter))
    results = pace.sizes(chapter, scope.read("모든 결과 문장을 새로 써줘", chapter))
    one = pace.sizes(chapter, scope.read("3턴을 더 재미있게 써줘", chapter))

    assert len(every) == len(results) == 7
    assert sum(results) < sum(every) / 3
    assert len(one) == 1


@pytest.mark.parametrize(
    ("request_", "schema"),
    [
        ("문장을 전부 다시 써줘", CHAPTER_CHANGES),
        ("모든 결과 문장을 새로 써줘", DIRECT_CHANGES),
        ("3턴 뉴스를 더 재미있게 써줘", DIRECT_CHANGES),
    ],
)
def test_plans_are_offered_only_where_they_pay(chapter, request_, schema):
    model = Scripted()
    ended(chapter, request_, model)

    assert model.schemas == [schema]


def test_an_unasked_plan_is_carried_out_all_the_same(chapter):
    """After a restart an answer may be played again that was asked for at another pace."""
    plan = {"op": "rewrite", "at": "t3", "fields": ["news"], "brief": "더 신나게"}
    news = {"op": "set", "at": "t3.news", "to": "내일은 모두가 기다린 불꽃 잔치가 열린대요!"}

    end = ended(chapter, "3턴 뉴스를 더 재미있게 써줘", Scripted([plan], [news]))

    assert [change.at for change in end.proposal.applied.changes] == ["t3.news"]


def test_how_long_plans_and_new_texts_are_is_learned(chapter):
    made = Pace(Clock())
    plan = {"op": "rewrite", "at": "t3", "fields": ["news"], "brief": "아주 " * 100}
    news = {"op": "set", "at": "t3.news", "to": chapter.turns[2].text("news")[:-1] + "!"}

    ended(chapter, "3턴 뉴스를 더 재미있게 써줘", Scripted([plan], [news]), pace=made)

    assert made.brief.value > 150
    assert made.stretch.value == pytest.approx(1, abs=0.05)
