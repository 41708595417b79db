"""What is renamed among other wishes, and is no stock: where the old name stands is asked about."""

import pytest

from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.editing import decisions as deciding
from core.editing.decisions import Decisions
from core.editing.naming import replaced
from tests.editing.scripted import Scripted, ended

LEAPT = "푹 쉬고 온 ‘몽이’가 누구보다 높이 뛰어올라 모두가 손뼉을 쳤어요!"


@pytest.fixture
def chapter(sea_park) -> Chapter:
    return chapters.read(sea_park)


def put(at: str, to: str) -> dict[str, str]:
    return {"op": "set", "at": at, "to": to}


def left(chapter: Chapter, request: str, *changes: dict[str, str]) -> list[tuple[str, str]]:
    offer = ended(chapter, request, Scripted(list(changes))).proposal
    assert len(offer.groups) == len(changes)
    return [(one.at, one.text) for one in offer.leftovers]


@pytest.mark.parametrize(
    "request_",
    [
        "퐁이를 몽이로 바꾸고 이야기를 더 신나게 다시 써 줘",
        "대장 돌고래 '퐁이'를 '몽이'로 바꾸면서 문장을 전부 더 신나게 써 줘",
        "Turn 퐁이 into 몽이 and make every text more exciting",
        "퐁이 → 몽이, 그리고 문장을 전부 더 신나게",
    ],
)
def test_a_person_of_another_name_is_asked_about_where_the_old_one_stands(chapter, request_):
    found = left(chapter, request_, put("t6.result", LEAPT))

    assert found == [("t5.news", "퐁이"), ("t5.s1.expectation", "퐁이")]


def test_the_old_name_need_not_be_said_where_nothing_else_has_changed():
    request = "대장 돌고래의 이름을 몽이로 바꿔 줘"

    assert replaced(request, "‘퐁이’가 뛰어요.", "‘몽이’가 뛰어요.") == ("퐁이", "몽이")
    assert replaced(request, "‘퐁이’가 뛰어요.", "‘몽이’가 날아요.") is None


def test_a_place_and_a_show_are_asked_about_too(chapter):
    place = put("t3.result", "포근한 날씨에 가족 손님이 몰려와 동산 전체가 북적였어요.")
    found = left(chapter, "공원을 동산으로 바꾸고 문장을 전부 더 밝게 써 줘", place)
    assert found == [("t4.news", "공원")]

    show = put("t1.news", "아기 물개 묘기에 하늘까지 솟는 재주가 더해질지도 모른대요.")
    wish = "돌고래 쇼를 아기 물개 묘기로 바꾸면서 문장을 전부 더 신나게 써 줘"
    assert ("t2.result", "돌고래 쇼") in left(chapter, wish, show)


def test_nothing_is_asked_outside_of_the_turns_that_are_meant(chapter):
    request = "6턴에서만 퐁이를 몽이로 바꾸고 더 신나게 다시 써 줘"

    assert left(chapter, request, put("t6.result", LEAPT)) == []


def test_a_yes_puts_the_new_name_with_its_particle(chapter):
    request = "퐁이를 콩콩으로 바꾸고 이야기를 더 신나게 다시 써 줘"
    leapt = put("t6.result", LEAPT.replace("몽이", "콩콩").replace("콩콩’가", "콩콩’이"))
    offer = ended(chapter, request, Scripted([leapt])).proposal

    made = deciding.revised(offer, Decisions(answers={"t5.news 퐁이": True}))

    after = made.applied.chapter.value(chapters.Address.parse("t5.news"))
    assert after == "돌고래 쇼의 대장 돌고래 ‘콩콩’이 낮잠을 오래 잔다는 소문이 있어요."


@pytest.mark.parametrize(
    ("request_", "before", "after"),
    [
        ("더 신나게 다시 써 줘", "퐁이가 뛰어요.", "몽이가 뛰어요."),
        ("퐁이를 더 멋지게 바꿔 줘", "퐁이가 뛰어요.", "고래가 뛰어요."),
        ("퐁이를 몽이로 바꿔 줘", "파도가 쳐요.", "몽이가 뛰어요."),
        ("퐁이를 몽이로 바꿔 줘", "퐁이가 뛰어요.", "퐁이와 몽이가 뛰어요."),
        ("신나게 뉴스로 바꿔 줘", "퐁이가 뛰어요.", "뉴스가 나왔어요."),
    ],
)
def test_a_text_that_says_something_else_renames_nothing(request_, before, after):
    assert replaced(request_, before, after) is None
