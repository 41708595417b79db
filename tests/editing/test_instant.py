"""Requests that need no model: understood whole, asked back, or left to a model."""

import json
from collections.abc import Mapping
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from core.chapter import chapter as chapters
from core.chapter import rules
from core.chapter.changes import apply
from core.chapter.chapter import Chapter
from core.chapter.ops import Applied, Group
from core.editing import instant, numerals
from core.editing.instant import Answer, Ready
from core.errors import BadRequest
from core.words import TABLE, sentence
from core.words import instant as words

SAMPLES = Path(__file__).parents[1] / "samples"
SHARED = Path(__file__).parents[2].parent / "shared"
CASES = sorted((SHARED / "cases").glob("D*.json"))
MECHANICAL = [*(f"D{number:02}" for number in range(1, 14)), "D18", "D19"]


def sample(name: str = "sea_park") -> Chapter:
    return chapters.read((SAMPLES / f"{name}.json").read_bytes())


def changed(chapter: Chapter, *swaps: tuple[str, str]) -> Chapter:
    text = chapter.text
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    return chapters.read(text)


def applied(request: str, chapter: Chapter) -> Applied:
    reading = instant.read(request, chapter)
    assert isinstance(reading, Ready), reading
    groups = [Group(f"c{n}", ops, "instant", request) for n, ops in enumerate(reading.groups, 1)]
    return apply(chapter, groups, claims=False)


def own(request: str, chapter: Chapter | None = None) -> dict[str, object]:
    """Place to value of what the request itself changes."""
    found = applied(request, chapter or sample()).changes
    return {change.at: change.after for change in found if change.cause != "rule"}


def answer(request: str, chapter: Chapter | None = None) -> Answer:
    reading = instant.read(request, chapter or sample())
    assert isinstance(reading, Answer), reading
    return reading


# -- renames


@pytest.mark.parametrize(
    "request_",
    [
        "돌고래 쇼를 물개 공연으로 바꿔주세요",
        "돌고래쇼 이름을 물개 공연으로 변경해 주세요.",
        '"돌고래 쇼"를 "물개 공연"으로 변경',
        "돌고래 쇼를 물개 공연으로 이름을 바꿔 줄래요?",
        "「돌고래 쇼」의 이름을 「물개 공연」으로 고쳐 줘!",
        "돌고래 쇼 → 물개 공연",
        "1번 종목 이름을 물개 공연으로 바꿔줘",
        "첫 번째 종목의 이름을 '물개 공연'으로 해줘",
        "돌고래 쇼를 물개 공연이라고 불러줘",
        "돌고래 쇼 대신 물개 공연으로 해줘",
        "이 챕터에서 돌고래 쇼를 전부 물개 공연으로 바꿔줘",
        "Rename 돌고래 쇼 to 물개 공연.",
        "please change the stock 돌고래 쇼 to 물개 공연 everywhere",
        "Change 돌고래 쇼's name to 물개 공연",
        "Could you replace ‘돌고래 쇼’ with ‘물개 공연’ in every turn, please?",
        "Use 물개 공연 instead of 돌고래 쇼",
        "rename stock 1 to 물개 공연",
    ],
)
def test_a_stock_is_renamed_in_every_phrasing(request_):
    after = applied(request_, sample()).chapter

    assert after.names[0] == "물개 공연"
    assert "돌고래 쇼" not in after.text
    assert "물개 공연의 대장" in after.text


def test_a_word_of_the_texts_is_renamed_with_its_particle():
    after = applied("Change the name ‘퐁이’ to ‘둥실’ everywhere.", sample()).chapter

    assert after.turns[5].text("result") == "푹 쉬고 온 ‘둥실’이 그 어느 때보다 높이 뛰어올랐어요."


def test_two_renames_reach_a_text_that_mentions_both():
    request = "번개 로켓 편지를 우주선 편지로 바꾸고 느림보 엽서를 거북이 엽서로 바꿔줘"
    result = applied(request, sample("space_post")).chapter.turns[1].text("result")

    assert "우주선 편지는" in result
    assert "거북이 엽서는" in result


@pytest.mark.parametrize(
    "request_",
    [
        "change 돌고래 쇼 to 물개 쇼 and 조개 매점 to 새우 매점",
        "Please rename 돌고래 쇼 to 물개 쇼, 조개 매점 to 새우 매점.",
        "rename stock 1 to 물개 쇼 and stock 3 into 새우 매점 everywhere",
        "Replace ‘돌고래 쇼’ with ‘물개 쇼’ and ‘조개 매점’ with ‘새우 매점’",
        "rename 돌고래 쇼 -> 물개 쇼 and 조개 매점 -> 새우 매점",
        "change 돌고래 쇼 to 물개 쇼 and also rename 조개 매점 to 새우 매점",
        "돌고래 쇼 → 물개 쇼, 조개 매점 → 새우 매점",
        "돌고래 쇼를 물개 쇼로, 조개 매점을 새우 매점으로 바꿔줘",
        "돌고래 쇼를 물개 쇼로 조개 매점을 새우 매점으로 바꿔줘",
        "돌고래 쇼는 물개 쇼로 그리고 조개 매점은 새우 매점으로 바꿔 주세요",
    ],
)
def test_renames_listed_in_one_sentence_are_a_decision_each(request_):
    reading = instant.read(request_, sample())

    assert isinstance(reading, Ready)
    assert len(reading.groups) == 2
    assert applied(request_, sample()).chapter.names == ("물개 쇼", "해파리 회전차", "새우 매점")


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        ("rename 돌고래 쇼 to Road to Rome", "name_whole"),
        ("rename 돌고래 쇼 to 물개 쇼 and 조개 매점", "name_whole"),
        ("돌고래 쇼 → 물개 쇼와 조개 매점 친구들", "name_whole"),
        ("rename 돌고래 쇼 to 물개 쇼 and the villain to Bob", "name_unknown"),
    ],
)
def test_a_new_name_that_might_hold_a_second_wish_is_asked_back(request_, rule):
    assert (answer(request_).outcome, answer(request_).rule) == ("question", rule)


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("rename 돌고래 쇼 to Salt and Pepper", "Salt and Pepper"),
        ("rename 돌고래 쇼 to “Road to Rome”", "Road to Rome"),
        ("돌고래 쇼를 바로 서점으로 바꿔줘", "바로 서점"),
        ("돌고래 쇼를 거꾸로 쇼로 바꿔줘", "거꾸로 쇼"),
    ],
)
def test_a_name_that_only_looks_like_a_list_is_one_name(request_, name):
    assert applied(request_, sample()).chapter.names[0] == name


@pytest.mark.parametrize("name", ["주인공", "배경", "대화", "악역"])
def test_what_is_not_in_the_chapter_is_asked_for_with_the_stocks_named(name):
    found = answer(f"{name}을 고양이로 바꿔줘")

    assert (found.outcome, found.rule) == ("question", "name_unknown")
    assert found.facts == {"name": name, "names": "돌고래 쇼, 해파리 회전차, 조개 매점"}


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        ("돌고래 쇼 이름을 바꿔줘", "new_name"),
        ("rename 돌고래 쇼", "new_name"),
        ("이름을 바꿔줘", "which_name"),
        ("악당 이름을 바꿔줘", "name_unknown"),
        ("Rename the villain to Bob", "name_unknown"),
        ("돌고래 이름을 물개로 바꿔줘", "name_part"),
    ],
)
def test_an_unfinished_rename_is_a_question(request_, rule):
    assert answer(request_).rule == rule
    assert answer(request_).outcome == "question"


def test_a_name_that_another_stock_has_is_refused():
    found = answer("돌고래 쇼를 조개 매점으로 바꿔줘")

    assert (found.outcome, found.rule) == ("refused", "name_taken")


# -- prices


@pytest.mark.parametrize(
    "request_",
    [
        "3턴 조개 매점 가격을 110으로",
        "조개 매점의 3턴 가격을 110원으로 바꿔 주세요",
        "세 번째 턴 3번 종목 값을 110으로 맞춰줘",
        "3턴 조개매점을 110으로 해줘",
        "3턴 '조개 매점' 가격 = 110",
        "3턴 조개 매점 가격을 7 올려줘",
        "3턴 조개 매점 가격을 7만큼 높여 주세요",
        "3턴 조개 매점 가격 +7",
        "3턴 조개 매점 가격을 7% 인상해줘",
        "3턴 조개 매점 가격을 110까지 올려줘",
        "Set the price of 조개 매점 in turn 3 to 110.",
        "raise 조개 매점's turn 3 price by 7",
        "increase the price of 조개 매점 in the third turn by 7 percent",
        "3턴 조개 매점 가격을 110냥으로 해주세요",
        "3턴 조개 매점 가격을 110 냥으로 바꿔줘",
        "3턴 조개 매점 가격을 110코인으로",
        "3턴 조개 매점 가격을 백십냥으로 바꿔 주세요",
        "3턴 조개 매점 가격을 백십 원으로",
        "3턴 조개 매점 가격을 백십으로 해줘",
        "3턴 조개 매점 가격을 칠 냥 올려줘",
        "3턴 조개 매점 가격을 7냥만큼 올려줘",
        "Set the price of 조개 매점 in turn 3 to 110 coins",
        "set 조개 매점's turn 3 price to 110 nyang please",
    ],
)
def test_one_price_is_set_or_moved_in_every_phrasing(request_):
    assert own(request_) == {"t3.s3.current_value": 110}


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("십", 10),
        ("백오", 105),
        ("구십구", 99),
        ("삼천오백", 3500),
        ("만", 10_000),
        ("이만 천", None),
        ("이만천이백삼십사", 21_234),
        ("이삼", None),
        ("이삼백", None),
        ("십백", None),
        ("만만", None),
        ("", None),
    ],
)
def test_a_number_in_korean_words_is_read_or_none(written, price):
    assert numerals.value(written) == price


@pytest.mark.parametrize(
    ("request_", "first"),
    [
        ("모든 가격을 절반으로 줄여줘", 50),
        ("모든 가격을 반값으로", 50),
        ("가격을 전부 두 배로 해줘", 200),
        ("모든 종목의 가격을 1.5배로", 150),
        ("모든 가격을 10% 올려줘", 110),
        ("가격을 모두 10씩 내려줘", 90),
        ("double all prices", 200),
        ("halve every price please", 50),
        ("Raise all prices by 10%", 110),
    ],
)
def test_all_prices_are_scaled_as_one_decision(request_, first):
    reading = instant.read(request_, sample())
    places = own(request_)

    assert isinstance(reading, Ready)
    assert len(reading.groups) == 1
    assert places["t1.s1.current_value"] == first
    assert sum(at.endswith("current_value") for at in places) == 21


def test_halves_are_rounded_up_and_never_below_one():
    cheap = changed(sample(), ('"current_value": 115', '"current_value": 1'))
    after = applied("모든 가격을 절반으로", cheap).chapter

    assert after.turns[1].stocks[0].price == 1
    assert after.turns[1].stocks[1].price == 51  # of 101


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        ("돌고래 쇼 가격을 두 배로", [f"t{turn}.s1" for turn in range(1, 8)]),
        ("3턴부터 5턴까지 조개 매점 가격을 10% 올려줘", ["t3.s3", "t4.s3", "t5.s3"]),
        ("2턴과 4턴 조개 매점 가격을 99로", ["t2.s3", "t4.s3"]),
        ("3턴 가격을 모두 10씩 올려줘", ["t3.s1", "t3.s2", "t3.s3"]),
        ("3턴 돌고래 쇼 가격을 120, 조개 매점 가격을 105로 해줘", ["t3.s1", "t3.s3"]),
        ("3턴 조개 매점 가격을 99로 바꾸고 4턴 돌고래 쇼를 99로 해줘", ["t3.s3", "t4.s1"]),
    ],
)
def test_the_turns_and_stocks_that_are_named_move(request_, places):
    assert list(own(request_)) == [f"{place}.current_value" for place in places]


@pytest.mark.parametrize(
    ("request_", "outcome", "rule"),
    [
        ("조개 매점 가격을 110으로", "question", "which_turn"),
        ("3턴 가격을 110으로", "question", "which_stock"),
        ("3턴 오징어 집 가격을 110으로", "question", "name_unknown"),
        ("Set the price of squid shop in turn 3 to 110", "question", "name_unknown"),
        ("3턴 조개 매점 가격을 0으로", "refused", "price_positive"),
        ("3턴 조개 매점 가격을 -5로", "refused", "price_positive"),
        ("모든 가격을 999999999999배로", "refused", "price_most"),
        ("3턴 조개 매점 가격을 103으로", "no_change", "already"),
        ("3턴 조개 매점 이전 가격을 90으로", "refused", "before_derived"),
    ],
)
def test_a_price_that_cannot_be_set_says_why(request_, outcome, rule):
    assert (answer(request_).outcome, answer(request_).rule) == (outcome, rule)


def test_a_part_of_several_names_is_asked_back_with_those_names():
    text = sample().text.replace("해파리 회전차", "조개 회전차")
    found = answer("3턴 조개 가격을 110으로", chapters.read(text))

    assert found.rule == "which_stock"
    assert found.facts["names"] == "조개 회전차, 조개 매점"


# -- risks, tags, texts


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("돌고래 쇼 위험도를 중위험으로", {"s1": "중위험 균형형"}),
        ("change the risk of 돌고래 쇼 to low risk", {"s1": "저위험 저수익"}),
        (
            "돌고래 쇼는 저위험, 조개 매점은 고위험으로 위험도를 바꿔줘",
            {"s1": "저위험 저수익", "s3": "고위험 고수익"},
        ),
    ],
)
def test_risk_levels_are_set_by_their_exact_label(request_, expected):
    after = applied(request_, sample()).chapter

    for place, label in expected.items():
        assert {turn.stocks[int(place[1]) - 1].risk for turn in after.turns} == {label}


def test_a_drifted_description_is_made_the_same_again():
    description = "누구나 들르는 작은 간식 가게예요."
    drifted = changed(sample(), (description, "작은 간식 가게예요."))
    after = applied("턴마다 다른 조개 매점 설명을 같게 맞춰줘", drifted).chapter

    assert after.text == sample().text


def test_a_missing_before_value_is_filled():
    broken = changed(sample(), ('"before_value": 115', '"before_value": 999'))
    after = applied("이전 가격을 고쳐 주세요", broken).chapter

    assert after.text == sample().text


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("3턴 태그를 high로 바꿔줘", {"t3.news_tag": "high"}),
        ("3턴 뉴스 태그를 전체로", {"t3.news_tag": "all"}),
        ("set the tag of turn 3 to low", {"t3.news_tag": "low"}),
        ("3턴 뉴스를 비워줘", {"t3.news": ""}),
        ("clear the news of turn 3", {"t3.news": ""}),
        ("3턴 조개 매점 전망을 지워줘", {"t3.s3.expectation": ""}),
        ('2턴 뉴스를 "내일은 비가 와요."로 바꿔 줘', {"t2.news": "내일은 비가 와요."}),
        (
            "3턴 뉴스에서 '해파리 회전차'를 '문어 그네'로 바꿔줘",
            {"t3.news": "문어 그네에 밤마다 빛나는 등불을 달 거라는 소식이 있어요."},
        ),
        ("2턴 뉴스: 내일은 비가 와요.", {"t2.news": "내일은 비가 와요."}),
        ("2턴의 뉴스 : “내일은 비가 와요.”", {"t2.news": "내일은 비가 와요."}),
        ("2턴 뉴스를 바꿔줘: 비가 와요. 다들 뛰어요!", {"t2.news": "비가 와요. 다들 뛰어요!"}),
        ("turn 2 news: 내일은 비가 와요.", {"t2.news": "내일은 비가 와요."}),
        ("Set the news of turn 2: It will rain soon.", {"t2.news": "It will rain soon."}),
        ("마지막 턴 결과: 모두 행복했어요.", {"t7.result": "모두 행복했어요."}),
        ("3턴 조개 매점 전망: 손님이 늘어요.", {"t3.s3.expectation": "손님이 늘어요."}),
        (
            "2턴 뉴스: 내일은 비가 와요.\n3턴 결과: 해가 떠요.",
            {"t2.news": "내일은 비가 와요.", "t3.result": "해가 떠요."},
        ),
    ],
)
def test_one_text_is_put_as_it_was_said(request_, expected):
    assert own(request_) == expected


@pytest.mark.parametrize(
    ("request_", "one", "two"),
    [
        ("3턴 뉴스와 결과를 서로 바꿔줘", "t3.news", "t3.result"),
        ("swap the news of turn 2 and turn 5", "t2.news", "t5.news"),
        ("2턴 뉴스와 5턴 결과를 맞바꿔줘", "t2.news", "t5.result"),
        (
            "3턴 돌고래 쇼와 조개 매점 가격을 서로 바꿔줘",
            "t3.s1.current_value",
            "t3.s3.current_value",
        ),
    ],
)
def test_two_places_are_swapped(request_, one, two):
    before, places = sample(), own(request_)
    at = chapters.Address.parse

    assert places == {one: before.value(at(two)), two: before.value(at(one))}


@pytest.mark.parametrize(
    "request_",
    [
        "종목 이름 앞의 이모지만 지워줘",
        "이모지를 없애줘",
        "remove the emojis from the stock names",
    ],
)
def test_emoji_leave_the_names(request_):
    after = applied(request_, sample("forest_library")).chapter

    assert after.names == ("여우 이야기방", "부엉이 책방", "거북 서가")


# -- turns


@pytest.mark.parametrize(
    ("request_", "order"),
    [
        ("2턴과 3턴 순서를 바꿔줘", [1, 3, 2, 4, 5, 6, 7]),
        ("2턴하고 5턴을 서로 바꿔줘", [1, 5, 3, 4, 2, 6, 7]),
        ("swap turns 5 and 2", [1, 5, 3, 4, 2, 6, 7]),
        ("2턴을 4턴 뒤로 옮겨줘", [1, 3, 4, 2, 5, 6, 7]),
        ("5턴을 맨 앞으로 옮겨줘", [5, 1, 2, 3, 4, 6, 7]),
        ("move turn 5 before turn 2", [1, 5, 2, 3, 4, 6, 7]),
        ("3턴을 지워줘", [1, 2, 4, 5, 6, 7]),
        ("delete turns 2 and 3", [1, 4, 5, 6, 7]),
        ("3턴을 복제해줘", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("duplicate turn 3", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("3턴 복사해서 뒤에 붙여줘", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("3턴을 복사해서 바로 뒤에 붙여 주세요", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("3턴 복사본을 만들어줘", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("copy turn 3 and paste it after turn 3", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("copy turn 6 to the end", [1, 2, 3, 4, 5, 6, 6, 7]),
        ("3턴을 맨 뒤로", [1, 2, 4, 5, 6, 3, 7]),
        ("3턴을 제일 끝으로 보내줘", [1, 2, 4, 5, 6, 3, 7]),
        ("move turn 3 to the end", [1, 2, 4, 5, 6, 3, 7]),
        ("Please put turn 3 last.", [1, 2, 4, 5, 6, 3, 7]),
        ("3턴을 5턴 뒤로", [1, 2, 4, 5, 3, 6, 7]),
        ("5턴 뒤로 3턴을 옮겨줘", [1, 2, 4, 5, 3, 6, 7]),
        ("after turn 5 put turn 3", [1, 2, 4, 5, 3, 6, 7]),
        ("턴 순서를 거꾸로 해줘", [6, 5, 4, 3, 2, 1, 7]),
        ("모든 턴을 역순으로 배열해 주세요", [6, 5, 4, 3, 2, 1, 7]),
        ("턴 순서를 뒤집어줘", [6, 5, 4, 3, 2, 1, 7]),
        ("reverse the order of the turns", [6, 5, 4, 3, 2, 1, 7]),
        ("Put the turns in reverse order, please", [6, 5, 4, 3, 2, 1, 7]),
        ("1턴부터 5턴까지 순서를 거꾸로 해줘", [5, 4, 3, 2, 1, 6, 7]),
    ],
)
def test_turns_are_put_in_the_order_that_was_asked(request_, order):
    news = [turn.text("news") for turn in sample().turns]
    after = applied(request_, sample()).chapter

    assert [turn.text("news") for turn in after.turns] == [news[number - 1] for number in order]


@pytest.mark.parametrize("name", ["forest_library", "sea_park", "space_post"])
@pytest.mark.parametrize("request_", ["턴 순서를 거꾸로 해줘", "1턴부터 3턴까지 순서를 거꾸로"])
def test_reversed_turns_break_nothing_and_each_says_where_it_stays(name, request_):
    before = sample(name)
    found = applied(request_, before)
    moved = {c.at: f"t{c.before}" for c in found.changes if c.op == "move_turn"}

    assert rules.new_breaks(before, found.chapter) == ()
    for now, was in moved.items():
        text = before.turns[int(was[1:]) - 1].text("news")
        assert found.chapter.turns[int(now[1:]) - 1].text("news") == text


def test_turns_reversed_twice_are_as_they_were():
    once = applied("턴 순서를 거꾸로 해줘", sample()).chapter

    assert applied("턴 순서를 거꾸로 해줘", once).chapter.array == sample().array


@pytest.mark.parametrize(
    ("request_", "outcome", "rule"),
    [
        ("6턴과 7턴을 바꿔줘", "refused", "last_turn"),
        ("1턴부터 6턴까지 지워줘", "refused", "turns_left"),
        ("조개 매점을 지워줘", "refused", "three_stocks"),
        ("턴 순서를 바꿔줘", "question", "which_turns"),
        ("0턴 뉴스를 바꿔줘", "refused", "no_turn"),
        ("99턴 뉴스를 바꿔줘", "refused", "no_turn"),
        ("12턴을 지워줘", "refused", "no_turn"),
        ("99999999999999999999턴 뉴스를 바꿔줘", "refused", "no_turn"),
        ("4번 종목 이름을 바꿔줘", "refused", "no_stock"),
        ("이름을 지워줘", "refused", "not_empty"),
        ("뉴스를 비워줘", "question", "which_turn"),
        ("뉴스: 내일은 비가 와요.", "question", "which_turn"),
        ("copy turn 2 after turn 5", "question", "copy_beside"),
        ("2턴을 복사해서 5턴 뒤에 붙여줘", "question", "copy_beside"),
        ("2턴을 복제해서 맨 뒤에 넣어줘", "question", "copy_beside"),
        ("5턴을 복사해서 맨 앞에 붙여줘", "question", "copy_first"),
        ("7턴을 맨 앞으로", "refused", "last_turn"),
        ("6턴을 맨 뒤로", "no_change", "already"),
        ("2턴, 5턴 순서를 거꾸로 해줘", "question", "which_turns"),
        ("5턴부터 7턴까지 순서를 거꾸로", "refused", "last_turn"),
    ],
)
def test_what_cannot_be_done_says_why(request_, outcome, rule):
    assert (answer(request_).outcome, answer(request_).rule) == (outcome, rule)


def test_turn_twelve_is_not_turn_two():
    text = json.dumps(sample().array + sample().array, ensure_ascii=False)

    assert list(own("12턴 뉴스를 비워줘", chapters.read(text))) == ["t12.news"]


def test_a_copy_for_another_place_says_the_two_steps_that_lead_there():
    facts = answer("copy turn 2 after turn 5").facts
    copied = applied("duplicate turn 2", sample()).chapter
    after = applied(f"move turn {facts['copy']} after turn {facts['after']}", copied).chapter
    news = [turn.text("news") for turn in sample().turns]
    wanted = [*news[:5], news[1], *news[5:]]

    assert [turn.text("news") for turn in after.turns] == wanted


# -- all of it


@pytest.mark.parametrize(
    "request_",
    [
        "점검에서 나온 문제 다 고쳐줘",
        "점검 결과에서 나온 문제를 모두 고쳐 주세요.",
        "점검에서 찾은 오류를 전부 수정해줘",
        "문제를 한꺼번에 해결해 주세요",
        "fix everything the checks found",
        "Please fix all the issues that the checks reported.",
        "repair all problems",
    ],
)
def test_everything_that_can_be_repaired_is_repaired_as_one_decision(request_):
    broken = changed(
        sample(),
        ('"before_value": 115', '"before_value": 999'),
        ("누구나 들르는 작은 간식 가게예요.", "작은 간식 가게예요."),
    )
    reading = instant.read(request_, broken)

    assert isinstance(reading, Ready)
    assert len(reading.groups) == 1
    assert applied(request_, broken).chapter.text == sample().text


def test_a_chapter_without_problems_has_nothing_to_repair():
    found = answer("점검에서 나온 문제 다 고쳐줘")

    assert (found.outcome, found.rule) == ("no_change", "nothing_found")


def test_what_needs_taste_is_not_repaired_and_the_answer_says_so():
    odd = changed(sample(), ('"news_tag": "high"', '"news_tag": "banana"'))
    found = answer("fix everything the checks found", odd)

    assert (found.outcome, found.rule, found.facts["count"]) == (
        "no_change",
        "nothing_repairable",
        1,
    )


@pytest.mark.parametrize(
    "request_",
    [
        "되돌려줘",
        "방금 바꾼 거 되돌려 주세요!",
        "마지막 변경을 취소해줘",
        "실행 취소",
        "이전 버전으로 돌려줘",
        "원래대로 되돌려 줘",
        "undo",
        "Undo the last change, please.",
        "revert my last edit",
        "go back to the previous version",
    ],
)
def test_undo_is_a_button(request_):
    assert (answer(request_).outcome, answer(request_).rule) == ("no_change", "undo_above")


# -- several wishes, and what is left to a model


def test_several_wishes_are_decided_one_by_one():
    request = (
        "안녕하세요. 3턴 조개 매점 가격을 110으로 바꾸고, 퐁이를 둥실로 바꿔 주세요. 감사합니다!"
    )
    reading = instant.read(request, sample())

    assert isinstance(reading, Ready)
    assert len(reading.groups) == 2


def test_a_question_in_one_of_several_wishes_holds_all_of_them():
    assert answer("3턴 조개 매점 가격을 110으로 바꾸고 악당을 용으로 바꿔줘").rule == "name_unknown"


@pytest.mark.parametrize(
    "request_",
    [
        "더 재미있게 해줘",
        "make it more exciting",
        "2턴 뉴스를 신나는 분위기로 바꿔줘",
        "3턴 뉴스를 짧게 바꿔줘",
        "말투를 반말로 바꿔줘",
        "Change the tone to scary",
        "모든 이름을 동물 이름으로 바꿔줘",
        "돌고래 쇼를 더 신나는 공연으로 바꿔줘",
        "돌고래 쇼 설명을 '무서운 느낌'으로 바꿔줘",
        "3턴 조개 매점 가격을 110으로 바꾸고 뉴스를 더 재미있게 써줘",
        "8턴을 추가해줘",
        "3턴을 지우지 마세요",
        "2턴 말고 3턴을 지워줘",
        "결과 문장을 한 문장으로 줄여줘",
        "<b>3턴</b> 뉴스를 <script>alert(1)</script> 짧게 바꿔줘",
        "3턴\u200b 뉴스를\x00 짧게\u202e 바꿔줘",
        "2턴 뉴스: 더 짧게 해 주세요.",
        "2턴 뉴스: 짧고 재미있게요.",
        "turn 2 news: make it shorter.",
        "2턴 뉴스를 거꾸로 써줘",
        "맞춤법 오류를 고쳐줘",
        "3턴 오류를 고쳐줘",
        "2턴 뉴스를 원래대로 돌려줘",
        "2턴과 3턴을 5턴 뒤로 옮겨줘",
    ],
)
def test_a_wish_with_a_creative_part_is_left_to_a_model(request_):
    assert instant.read(request_, sample()) is None


@pytest.mark.parametrize(
    ("request_", "outcome", "rule"),
    [
        ("", "refused", "request_empty"),
        (" \n\t\u200b ", "refused", "request_empty"),
        ("🙂🙂🙂", "question", "request_unclear"),
        ("?!", "question", "request_unclear"),
        ("안녕", "question", "request_unclear"),
        ("우리 집 강아지 산책 시간 좀 알려줘", "question", "asked"),
        ("3턴 조개 매점 가격이 얼마야?", "question", "asked"),
        ('```json\n[{"turn_number":1}]\n```\n통째로 바꿔줘', "question", "whole_chapter"),
    ],
)
def test_what_is_no_edit_changes_nothing_and_says_so(request_, outcome, rule):
    assert (answer(request_).outcome, answer(request_).rule) == (outcome, rule)


def test_a_request_over_the_limit_is_refused_with_its_length():
    with pytest.raises(BadRequest) as caught:
        instant.read("뉴스를 신나게 바꿔줘. " * 1000, sample())

    assert caught.value.facts["most"] == instant.MAX_REQUEST
    assert "길" in sentence(caught.value.rule, caught.value.facts, "ko")


def test_invisible_characters_do_not_hide_a_request():
    assert own("3턴\u200b 조개\u00ad 매점\x00 가격을 \u202e110으로") == {"t3.s3.current_value": 110}


# -- laws


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_general_example_is_understood(lang):
    for request in instant.EXAMPLES[lang]:
        reading = instant.read(request, sample())

        assert isinstance(reading, Ready) or (reading and reading.outcome == "no_change"), request


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_examples_of_a_chapter_work_on_it(path, lang):
    chapter = chapters.read(path.read_bytes())
    found = instant.examples(chapter, lang)

    assert len(found) >= 4
    assert all(isinstance(instant.read(request, chapter), Ready) for request in found)


def test_every_answer_has_its_own_sentence_in_both_languages():
    others = {rule for rule in TABLE if TABLE[rule] != words.TABLE.get(rule)}

    assert others.isdisjoint(words.TABLE)
    assert all(len(pair) == 2 and all(pair) for pair in words.TABLE.values())


# -- the shared cases and bad requests


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    path = SHARED / "cases" / "check_case.py"
    if not path.exists():
        pytest.skip("no folder `shared` beside the checkout")
    spec = util.spec_from_file_location("check_case", path)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", MECHANICAL)
def test_a_mechanical_case_holds_to_the_last_byte(checker, name):
    case = json.loads((SHARED / "cases" / f"{name}.json").read_text("utf-8"))
    before = chapters.read((SHARED / "cases" / case["story"]).read_bytes())
    outcome, after, said = result(case["request"], before)

    wrong = checker.check(case, json.loads(before.text), json.loads(after.text), outcome, said)

    assert wrong == []


def result(request: str, before: Chapter) -> tuple[str, Chapter, str]:
    reading = instant.read(request, before)
    if isinstance(reading, Answer):
        return reading.outcome, before, sentence(reading.rule, reading.facts, "ko")
    return "edited", applied(request, before).chapter, ""


def expected(name: str) -> Mapping[str, object]:
    index = SHARED / "badinputs" / "index.json"
    if not index.exists():
        pytest.skip("no folder `shared` beside the checkout")
    listed = json.loads(index.read_text("utf-8"))
    rows = listed if isinstance(listed, list) else next(iter(listed.values()))
    return next(row for row in rows if row["file"] == name)


@pytest.mark.parametrize(
    "name",
    [
        "r01_empty.txt",
        "r02_spaces.txt",
        "r07_emoji_only.txt",
        "r08_turn_99.txt",
        "r09_code_fence.txt",
        "r10_unrelated.txt",
    ],
)
def test_a_bad_request_has_the_named_outcome(name):
    row = expected(name)
    found = answer((SHARED / "badinputs" / name).read_text("utf-8"))

    assert found.outcome in {row["expect"], *row["or_expect"]}
