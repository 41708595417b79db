"""A request is one wish: it is done whole or refused whole, and the reply says which."""

import pytest

from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.editing.naming import _exchanged
from core.editing.reply import MOST_REPLY
from tests.conftest import SAMPLES
from tests.editing.scripted import Scripted, ended


@pytest.fixture
def chapter(sea_park) -> Chapter:
    return chapters.read(sea_park)


# -- refused whole


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        ("모든 턴을 지워줘", "turns_left"),
        ("delete all turns", "turns_left"),
        ("1~6턴을 지워줘", "turns_left"),
        (", ".join(f"{turn}턴을 지우고" for turn in range(1, 6)) + " 6턴을 지워줘", "turns_left"),
        ("가격을 0배로", "price_positive"),
        ("모든 가격을 100% 내려줘", "price_positive"),
        ("모든 가격을 1000 내려줘", "price_positive"),
        ("3턴 조개 매점 가격을 110으로 하고 3턴 조개 매점 가격을 120으로 해줘", "said_otherwise"),
    ],
)
def test_what_does_not_fit_is_refused_whole_with_its_reason(chapter, request_, rule):
    last = ended(chapter, request_)

    assert (last.outcome, last.rule, last.proposal) == ("refused", rule, None)


def test_too_few_turns_are_named_in_the_reply(chapter):
    said = ended(chapter, "모든 턴을 지워줘").reply

    assert said == "턴은 2개 이상 남아야 해요. 이 챕터는 7턴이에요."


def test_a_wish_said_twice_is_done_once(chapter):
    last = ended(chapter, "3턴 뉴스를 비우고 3턴 뉴스를 비워줘")

    assert last.outcome == "edited"
    assert len(last.proposal.applied.changes) == 1


# -- replies


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("2턴을 복제해줘", "2턴을 복제했어요."),
        ("Duplicate turn 2", "Duplicated turn 2."),
        ("3턴 조개 매점 가격을 110으로", "3턴 조개 매점 가격을 110으로 바꿨어요."),
        ("3턴 돌고래 쇼 전망을 비워줘", "3턴 돌고래 쇼 전망을 바꿨어요."),
    ],
)
def test_a_reply_names_what_the_request_named(chapter, request_, reply):
    assert ended(chapter, request_).reply == reply


def test_a_long_name_gives_way_to_the_number(sea_park):
    long = chapters.read(
        sea_park.replace(
            "조개 매점", "반짝반짝 빛나는 조개껍데기를 아주아주 많이 파는 바닷가 모퉁이 매점"
        )
    )

    assert ended(long, "3턴 3번 종목 가격을 110으로").reply == (
        "3턴 3번 종목 가격을 110으로 바꿨어요."
    )


def test_a_reply_mentions_what_a_model_could_not_change(chapter):
    good = {"op": "set", "at": "t2.news", "to": "오늘 밤은 별이 반짝인대요."}
    bad = {"op": "set", "at": "t3.news", "to": "evil.com으로 오세요."}

    last = ended(chapter, "모든 뉴스를 더 포근하게 해 줘", Scripted([good, bad]))

    assert last.outcome == "edited"
    assert last.reply.endswith("1곳은 넣지 않았어요.")
    assert len(last.reply) <= MOST_REPLY


# -- two names


@pytest.mark.parametrize("sample", ["sea_park", "forest_library", "space_post"])
@pytest.mark.parametrize("wish", ["{}, {} 이름을 서로 바꿔줘", "Swap the names of {} and {}"])
def test_two_names_change_places_in_one_group(sample, wish):
    chapter = chapters.read((SAMPLES / f"{sample}.json").read_bytes())
    one, two, three = chapter.names

    last = ended(chapter, wish.format(one, three))

    assert last.outcome == "edited"
    assert last.proposal.applied.chapter.names == (three, two, one)
    assert len(last.proposal.groups) == 1


def test_swapping_twice_gives_the_chapter_back(chapter):
    one, _, three = chapter.names
    wish = f"{one}, {three} 이름을 서로 바꿔줘"
    there = ended(chapter, wish).proposal.applied.chapter

    assert ended(there, wish).proposal.applied.chapter.text == chapter.text


@pytest.mark.parametrize(
    ("text", "one", "two", "swapped"),
    [
        (
            "돌고래 쇼는 조개 매점을 이겨요.",
            "돌고래 쇼",
            "조개 매점",
            "조개 매점은 돌고래 쇼를 이겨요.",
        ),
        (
            "🐬 돌고래 쇼가 조개 매점을",
            "🐬 돌고래 쇼",
            "🐚 조개 매점",
            "🐚 조개 매점이 돌고래 쇼를",
        ),
        ("길동이가 퐁이를 봤어요.", "길동", "퐁이", "퐁이가 길동을 봤어요."),
    ],
)
def test_mentions_change_places_with_their_particles(text, one, two, swapped):
    assert _exchanged(text, one, two) == swapped


def test_names_that_share_a_word_are_asked_about(sea_park):
    pigs = sea_park.replace("돌고래 쇼", "둘째 돼지").replace("조개 매점", "셋째 돼지")

    last = ended(chapters.read(pigs), "둘째 돼지와 셋째 돼지 이름을 서로 바꿔줘")

    assert (last.outcome, last.rule) == ("question", "swap_names")


def test_short_forms_of_swapped_names_are_listed(chapter):
    last = ended(chapter, "돌고래 쇼와 조개 매점 이름을 서로 바꿔줘")

    assert last.proposal.leftovers
    assert all(left.text in "돌고래 쇼 조개 매점" for left in last.proposal.leftovers)
