"""What is said above a review, and which requests are offered to go on with."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.merge import Conflict
from core.chapter.ops import Group, Price, Set
from core.editing.events import Dropped, Proposal
from core.errors import ModelDown, ModelGarbled, ModelSpent
from core.service import wiring
from core.service.settings import Settings
from core.service.views import View
from core.words.places import Lang
from pages.parts.examples import examples
from pages.parts.review.outcome import note
from pages.words import KO

SEA = chapters.read(
    (Path(__file__).parents[2] / "pages" / "samples" / "sea_park.json").read_bytes()
)
NEWS = Set(op="set", at="t2.news", to="모레는 비가 온대요.")
PRICE = Price(op="price", at="t4.s2", to=120)


@pytest.fixture(scope="module", autouse=True)
def service(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with wiring.running(wiring.build(settings)) as service:
        yield service


def offered(*ops) -> Proposal:
    groups = tuple(Group(f"g{n}", (op,), "model", "") for n, op in enumerate(ops, 1))
    return Proposal(SEA, groups, changes.apply(SEA, groups))


def refused(drop: Dropped, lang: Lang = "ko") -> dict:
    view = View("e", SEA, "요청", outcome="refused", dropped=(drop,), reply="t3.s1: 잠긴 곳")
    return note(view, None, lang)


@pytest.mark.parametrize(
    ("rule", "facts", "told"),
    [
        ("locked", {"at": "t3.s1"}, ("3턴 돌고래 쇼", "잠가 둔 자리라 바꾸지 않았어요.")),
        ("scope_field", {"at": "t3.s1"}, ("3턴 돌고래 쇼", "요청한 항목이 아니에요.")),
        ("outside", {"at": "t3.s1"}, ("3턴 돌고래 쇼", "바꾸기로 고른 곳이 아니라 뺐어요.")),
    ],
)
def test_a_place_that_is_kept_out_is_named_once_and_in_words(rule, facts, told):
    (item,) = refused(Dropped("price t3.s1", rule, facts))["lists"][0]["items"]

    assert item["place"] == told[0]
    assert item["text"].startswith(told[1])
    assert "t3.s1" not in item["text"]


def test_another_place_that_is_locked_is_named_in_its_own_sentence():
    (item,) = refused(Dropped("price t1.s1", "locked", {"at": "t3.s1"}))["lists"][0]["items"]

    assert item["place"] == ""
    assert item["text"].startswith("3턴 돌고래 쇼: 잠가 둔")


def test_in_english_the_sentence_holds_the_place_itself():
    drop = Dropped("price t3.s1", "locked", {"at": "t3.s1"})
    (item,) = refused(drop, "en")["lists"][0]["items"]

    assert f"{item['place']} {item['text']}".strip().endswith(
        "is locked and was not changed. Unlock it to change it."
    )
    assert "t3.s1" not in item["text"]


def test_a_missing_turn_can_be_asked_for_alone():
    plan = {"op": "rewrite", "at": "t3", "fields": ["news"], "brief": "더 신나게"}
    offer = replace(
        offered(NEWS), dropped=(Dropped("rewrite t3", "turn_missing", {"at": "t3"}, plan),)
    )
    lists = note(View("e", SEA, "요청", outcome="edited", proposal=offer), offer, "ko")["lists"]

    (missing,) = [one for one in lists if one["title"] == "빠진 턴 1"]
    (item,) = missing["items"]
    assert (item["again"], item["does"]) == ("t3", KO.missing_again)
    assert item["text"].startswith("3턴")


def test_a_garbled_turn_that_is_named_needs_no_other_model():
    missing = Dropped("rewrite t3", "turn_missing", {"at": "t3"})
    offer, garbled = replace(offered(NEWS), dropped=(missing,)), ModelGarbled("model_format")
    view = View("e", SEA, "요청", outcome="edited", proposal=offer, reply="뉴스를 바꿨어요.")

    told = note(replace(view, error=garbled), offer, "ko")["reply"]
    down = note(replace(view, error=ModelDown("model_unreachable")), offer, "ko")["reply"]

    assert told == view.reply
    assert down.startswith(f"{view.reply}\n")


@pytest.mark.parametrize(
    ("op", "told"),
    [
        ({"op": "set", "at": "t3.news", "to": "새 소식이에요."}, "새 소식이에요."),
        ({"op": "price", "at": "t3.s1", "to": 101.0}, "101"),
        ({"op": "delete_turn", "at": "t3"}, KO.suggested_structure),
    ],
)
def test_a_suggestion_can_be_added(op, told):
    offer = replace(offered(NEWS), dropped=(Dropped("x", "scope_turn", {"at": "t3"}, op),))
    lists = note(View("e", SEA, "요청", outcome="edited", proposal=offer), offer, "ko")["lists"]

    (item,) = next(one["items"] for one in lists if one["title"] == "이것도 제안했어요 1")
    assert (item["wish"], item["does"], item["text"]) == ("0", KO.suggested_take, told)
    assert item["place"].endswith("가격") is (op["op"] == "price")


def test_a_refusal_is_said_once_in_the_language_of_the_page():
    spent = ModelSpent("model_spent", most=100, used=100, wait_s=60, hours=1)
    view = View(
        "e", SEA, "더 신나게", outcome="failed", error=spent, reply="오늘 쓸 100토큰을 다 썼어요."
    )

    told = note(view, None, "en")["reply"]

    assert told.startswith("Today's 100 tokens are used up.")


def test_what_the_list_below_says_is_not_said_twice():
    shown = refused(Dropped("price t3.s1", "locked", {"at": "t3.s1"}))

    assert shown["reply"] == ""
    assert shown["lists"][0]["open"]


def test_a_proposal_with_conflicts_says_so_first():
    before = offered(NEWS)
    clash = replace(before, conflicts={"g1": Conflict("t2.news", "가", "나", "다")})
    shown = note(View("e", SEA, "요청", outcome="edited", proposal=clash), clash, "ko")

    assert (shown["title"], shown["reply"]) == (KO.outcome_conflict, KO.asked_conflicts)


def test_only_requests_that_come_to_something_are_offered(service):
    opened = service.library.get(service.library.open(SEA, "바다"))

    assert examples(opened, offered(NEWS, PRICE), "ko") == [KO.follow_drop, KO.follow_keep]
    assert examples(opened, offered(NEWS), "ko") == examples(opened, None, "ko")
    assert len(examples(opened, None, "ko")) > 2


def test_what_no_model_was_shown_is_told_once():
    view = View("e", SEA, "010-1234-5678과 02-123-4567은 빼 줘", kind="model", outcome="no_change")

    (listed,) = note(view, None, "ko")["lists"]

    assert listed["title"].startswith(KO.covered)
    assert [item["text"] for item in listed["items"]] == ["전화번호 2"]
    assert note(replace(view, kind="instant"), None, "ko")["lists"] == []
