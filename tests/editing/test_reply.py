"""A reply is one short, truthful sentence; a summary is short too."""

from pathlib import Path

import pytest

from core.chapter import chapter as chapters
from core.chapter.changes import apply
from core.chapter.chapter import Chapter
from core.chapter.ops import Group
from core.editing import instant
from core.editing.instant import Answer, Ready
from core.editing.reply import MOST_REPLY, MOST_SUMMARY, language, reply, summary
from core.words import TABLE

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str = "sea_park") -> Chapter:
    return chapters.read((SAMPLES / f"{name}.json").read_bytes())


def said(request: str, chapter: Chapter | None = None) -> str:
    chapter = chapter or sample()
    reading, lang = instant.read(request, chapter), language(request)
    if isinstance(reading, Answer):
        return reply(reading.outcome, (), lang, reading.rule, reading.facts)
    assert isinstance(reading, Ready)
    groups = [Group(f"c{n}", ops, "instant", request) for n, ops in enumerate(reading.groups, 1)]
    return reply("edited", apply(chapter, groups).changes, lang)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ("돌고래 쇼를 물개 공연으로 바꿔줘", "이름을 ‘물개 공연’으로 바꿨어요 (10곳)."),
        ("퐁이를 둥실로 바꿔줘", "낱말을 3곳에서 바꿨어요."),
        ("3턴 조개 매점 가격을 110으로", "3턴 3번 종목 가격을 110으로 바꿨어요."),
        ("3턴 조개 매점 가격을 109로", "3턴 3번 종목 가격을 109로 바꿨어요."),
        ("3턴 뉴스를 비워줘", "3턴 뉴스를 바꿨어요."),
        ("3턴 뉴스와 결과를 서로 바꿔줘", "결과 1곳, 뉴스 1곳을 바꿨어요."),
        ("3턴을 지워줘", "3턴을 지웠어요."),
        ("2턴과 3턴 순서를 바꿔줘", "턴 순서를 바꿨어요."),
        ("delete turn 3", "Deleted turn 3."),
        ("Rename 돌고래 쇼 to 물개 공연", "Renamed to ‘물개 공연’ (10)."),
        ("99턴 뉴스를 바꿔줘", "99턴은 없어요. 1턴부터 7턴까지예요."),
        ("", "편집 요청이 비어 있어요. 무엇을 어떻게 바꿀지 적어 주세요."),
    ],
)
def test_a_reply_says_what_changed_or_why_nothing_did(request_, sentence):
    assert said(request_) == sentence


def test_names_that_do_not_fit_leave_the_sentence_that_does():
    long = chapters.read(sample().text.replace("돌고래 쇼", "아주 높이 뛰는 돌고래들의 쇼"))
    long = chapters.read(long.text.replace("해파리 회전차", "둥실둥실 떠다니는 해파리 회전차"))

    assert said("악당을 용으로 바꿔줘", long) == "‘악당’은 이 챕터에 없어요."


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(
    "outcome", ["edited", "question", "refused", "no_change", "failed", "cancelled"]
)
def test_every_reply_is_between_one_and_fifty_characters(outcome, lang):
    facts = {"name": "이름" * 30, "names": "종목, " * 30, "at": "t3.s2.expectation", "turn": 99}

    for rule in ("", *TABLE):
        assert 1 <= len(reply(outcome, (), lang, rule, facts)) <= MOST_REPLY


@pytest.mark.parametrize(
    ("request_", "lang"),
    [
        ("돌고래 쇼를 The Show로 바꿔줘", "ko"),
        ("3턴 news를 바꿔줘", "ko"),
        ("Rename 셋째 돼지 to 막내 여우.", "en"),
        ("Change the name ‘퐁이’ to ‘둥실’ everywhere.", "en"),
        ("Rewrite the turn 4 news so it mentions a flying carpet (하늘을 나는 양탄자).", "en"),
        ("more fun", "en"),
        ("🙂", "ko"),
        ("", "ko"),
    ],
)
def test_the_language_is_that_of_the_request_not_of_its_names(request_, lang):
    assert language(request_) == lang


def test_a_summary_tells_stocks_length_and_beginning():
    assert summary(sample()) == (
        "돌고래 쇼, 해파리 회전차, 조개 매점 (7턴): 바다 놀이공원의 문이 열렸어요."
    )
    assert summary(sample(), "en").startswith("돌고래 쇼, 해파리 회전차, 조개 매점 (7 turns): ")


def test_a_summary_of_any_chapter_is_short_and_of_one_line():
    bare = chapters.read("[{}]")
    wide = chapters.read(sample().text.replace("조개 매점", "조개\\n매점" * 60))

    assert summary(bare) == "1턴"
    assert len(summary(wide)) <= MOST_SUMMARY
    assert "\n" not in summary(wide)
