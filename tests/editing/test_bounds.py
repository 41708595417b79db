"""However much a model or a chapter says, an edit stays cheap."""

import json
import time
from collections.abc import Callable
from itertools import chain

import pytest

from core import words
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.ops import (
    AddStock,
    AddTurn,
    DeleteStock,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Rename,
    Rewrite,
    Set,
)
from core.editing import instant, scope
from core.editing.gates import Gate, Passed, Refusal
from core.editing.scope import Scope
from tests.editing.scripted import Scripted, ended

OPEN = Scope(prices=True, names=True, structure=True, risks=True)


@pytest.fixture
def chapter(sea_park) -> Chapter:
    return chapters.read(sea_park)


def gate_of(chapter: Chapter) -> Gate:
    return Gate(chapter, "더 재미있게", scope=OPEN)


def put(at: str, to: str) -> Set:
    return Set(op="set", at=at, to=to)


def price(at: str, to: float) -> Price:
    return Price(op="price", at=at, to=to)


def rewrite(at: str) -> Rewrite:
    return Rewrite(op="rewrite", at=at, fields=("news",), brief="더 신나게")


# -- names


@pytest.mark.parametrize(
    "name",
    [
        " ".join(f"말{n}" for n in range(400)),
        " ".join(["나"] * 700),
        " ".join(f"{n}" + "가" * 47 for n in range(8)),
        "나" * 20_000,
    ],
)
def test_a_long_name_costs_a_request_nothing(sea_park, name):
    array = json.loads(sea_park)
    for stock in chain.from_iterable(turn["stocks"] for turn in array):
        stock["name"] = f"{name} {stock['name']}"
    chapter = chapters.read(json.dumps(array, ensure_ascii=False))
    begun = time.process_time()

    instant.read("모든 가격을 10% 올려 줘", chapter)
    instant.read("돌고래 쇼를 물개 공연으로 바꿔줘", chapter)
    scope.read("3턴 뉴스를 재미있게", chapter)

    assert time.process_time() - begun < 1


def test_a_name_of_many_words_is_still_known_in_full(sea_park):
    name = "아주 높이 뛰고 멀리 보고 오래 노는 우리 돌고래 쇼"
    chapter = chapters.read(sea_park.replace("돌고래 쇼", name))

    assert isinstance(instant.read(f"3턴 {name} 가격을 140으로", chapter), instant.Ready)


# -- plans


@pytest.mark.parametrize("at", ["t" + "1" * 5000, "t02", "t002", "t0", "t8", "t٣", "2", "t", ""])
def test_a_plan_of_no_turn_is_refused(chapter, at):
    refusal = gate_of(chapter).plan(rewrite(at))

    assert isinstance(refusal, Refusal)
    assert refusal.rule == "no_place"


def test_there_is_one_call_a_turn_however_the_plans_are_written(chapter):
    places = [f"t{'0' * zeros}{turn}" for turn in range(1, 8) for zeros in range(9)]
    plan = {"op": "rewrite", "fields": ["news"], "brief": "더 신나게"}
    model = Scripted([{**plan, "at": at} for at in places])

    ended(chapter, "챕터 전체를 더 흥미진진하게 해 줘", model)

    assert model.calls <= 1 + len(chapter.turns) + 1


# -- many changes


def _turn(n: int) -> AddTurn:
    stocks = tuple(NewPrice(price=100 + n % 30, expectation="음.") for _ in range(3))
    turn = NewTurn(result="네.", news=f"소식{n}이에요.", news_tag="all", stocks=stocks)
    return AddTurn(op="add_turn", after=n % 8, turn=turn)


def _stock(n: int) -> AddStock:
    turns = tuple(NewPrice(price=100, expectation="음.") for _ in range(7))
    name, risk = f"배{n}", "중위험 균형형"
    stock = NewStock(name=name, risk_level=risk, description="네.", turns=turns)
    return AddStock(op="add_stock", stock=stock)


def _renamed(n: int) -> Rename:
    old = ("바다", "돌고래", "조개", "오늘", "사람")[n % 5]
    return Rename(op="rename", from_=old, to=f"말{n}이")


FLOODS: dict[str, Callable[[int], Op]] = {
    "one leaf": lambda n: put("t2.news", f"소식 {n}이에요."),
    "prices": lambda n: price(f"t{n % 7 + 1}.s{n % 3 + 1}", 90 + n),
    "names": lambda n: put(f"s{n % 3 + 1}.name", f"이름{n}"),
    "turns": _turn,
    "moves": lambda n: MoveTurn(op="move_turn", at=f"t{n % 6 + 1}", after=n // 6 % 7),
    "stocks": _stock,
    "deletions": lambda n: DeleteStock(op="delete_stock", at=f"s{n % 3 + 1}"),
    "renames": _renamed,
    "all": lambda n: FLOODS[list(FLOODS)[n % 8]](n),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_four_hundred_changes_take_no_time(chapter, kind):
    gate = gate_of(chapter)
    begun = time.process_time()

    for n in range(400):
        gate.check(FLOODS[kind](n))
    list(gate.finish())
    gate.applied()

    assert time.process_time() - begun < 4  # under 1.5 s on a quiet machine


def test_the_first_writing_of_a_place_counts(chapter):
    gate = gate_of(chapter)
    first = gate.check(put("t2.news", "첫 소식이에요."))
    again = gate.check(put("t2.news", "다른 소식이에요."))

    assert isinstance(first, Passed)
    assert isinstance(again, Refusal)
    assert again.rule == "said_otherwise"
    assert gate.applied().chapter.turns[1].text("news") == "첫 소식이에요."


def test_all_prices_of_a_long_chapter_can_change(sea_park):
    array = json.loads(sea_park)
    array = [{**json.loads(json.dumps(array[n % 7])), "turn_number": n + 1} for n in range(20)]
    chapter = chapters.read(json.dumps(array, ensure_ascii=False))
    gate = gate_of(chapter)

    places = [str(stock.at) for turn in chapter.turns for stock in turn.stocks]
    verdicts = [gate.check(price(at, 300 + n)) for n, at in enumerate(places)]

    assert all(isinstance(one, Passed) for one in verdicts)


# -- prices of a model


@pytest.mark.parametrize(
    ("to", "rule"), [(5e-324, "price_least"), (0.5, "price_least"), (104.5, "price_whole")]
)
def test_a_models_price_is_a_whole_coin_at_least(chapter, to, rule):
    turn = _turn(1)
    first, *rest = turn.turn.stocks
    stocks = (first.model_copy(update={"price": to}), *rest)
    odd = turn.model_copy(update={"turn": turn.turn.model_copy(update={"stocks": stocks})})

    for op in (price("t3.s1", to), odd):
        refusal = gate_of(chapter).check(op)
        assert isinstance(refusal, Refusal)
        assert refusal.rule == rule
        assert words.sentence(rule, refusal.facts, "ko") != words.sentence("?", {}, "ko")


def test_a_chapter_with_parts_of_coins_may_get_more_of_them(sea_park):
    array = json.loads(sea_park)
    array[-1]["stocks"][0]["current_value"] += 0.5
    chapter = chapters.read(json.dumps(array, ensure_ascii=False))

    assert isinstance(gate_of(chapter).check(price("t3.s1", 134.5)), Passed)
