"""A reply is one short, truthful sentence; a summary is short too."""

from pathlib import Path

import pytest

from core.chapter import chapter as chapters
from core.chapter.changes import apply
from core.chapter.chapter import Chapter
from core.chapter.ops import AddStock, DeleteStock, Group, NewPrice, NewStock, Op, Set
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
        ("턴 순서를 거꾸로 해줘", "턴 순서를 바꿨어요."),
        ("Raise all prices by 10%", "Changed 21 prices."),
        ("모든 가격을 10% 올려줘", "가격 21곳을 바꿨어요."),
        ("swap the news of turn 2 and turn 5", "Changed 2 news texts."),
        ("Swap the news and result of turn 3", "Changed 1 result, 1 news text."),
        (
            "돌고래 쇼를 물개 쇼로, 조개 매점을 새우 매점으로 바꿔줘",
            "이름 2개를 바꿨어요 (17곳).",
        ),
        (
            "change 돌고래 쇼 to 물개 쇼 and 조개 매점 to 새우 매점",
            "Renamed 2 stocks (17).",
        ),
        ("3턴을 지우고 5턴 뉴스를 비워줘", "3턴을 지우고 글 1곳을 고쳤어요."),
        ("Delete turn 3 and clear the news of turn 5", "Deleted turn 3 and changed 1 text."),
        (
            "되돌려줘",
            "위의 ‘되돌리기’를 누르면 지난 버전으로 돌아가요. 여기서는 아무것도 바꾸지 않았어요.",
        ),
        ("undo", "Undo above brings back the last version."),
        ("점검에서 나온 문제 다 고쳐줘", "점검에서 나온 문제가 없어요."),
        ("99턴 뉴스를 바꿔줘", "99턴은 없어요. 1턴부터 7턴까지예요."),
        ("", "편집 요청이 비어 있어요. 무엇을 어떻게 바꿀지 적어 주세요."),
    ],
)
def test_a_reply_says_what_changed_or_why_nothing_did(request_, sentence):
    assert said(request_) == sentence


def new_stock(name: str) -> AddStock:
    turns = tuple(NewPrice(price=100, expectation="손님이 늘어요.") for _ in sample().turns)
    stock = NewStock(name=name, risk_level="저위험 저수익", description="새 가게예요.", turns=turns)
    return AddStock(op="add_stock", stock=stock)


def test_new_stocks_and_rewritten_texts_are_both_told():
    ops: list[Op] = [new_stock("오징어 집"), new_stock("고래 찻집")]
    ops += [Set(op="set", at=f"t{turn}.news", to="새 소식이 왔어요.") for turn in (2, 3, 4)]
    changes = apply(sample(), [Group("c1", tuple(ops), "model", "")]).changes

    assert reply("edited", changes, "ko") == "종목 2개를 추가하고 글 3곳을 고쳤어요."
    assert reply("edited", changes, "en") == "Added 2 stocks and changed 3 texts."


def test_what_does_not_fit_is_left_out_from_the_end():
    ops: tuple[Op, ...] = (
        DeleteStock(op="delete_stock", at="s1"),
        DeleteStock(op="delete_stock", at="s2"),
        new_stock("오징어 집"),
        new_stock("고래 찻집"),
        Set(op="set", at="t2.news", to="새 소식이 왔어요."),
    )
    changes = apply(sample(), [Group("c1", ops, "model", "")]).changes

    assert reply("edited", changes, "ko") == (
        "종목 2개를 지우고 종목 2개를 추가하고 글 1곳을 고쳤어요."
    )
    assert reply("edited", changes, "en") == "Deleted 2 stocks and added 2 stocks."


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
        ("<b>3턴</b> 뉴스를 <script>alert(1)</script> 짧게 바꿔줘", "ko"),
        ("Turn 3 뉴스를 짧게 해줘", "ko"),
        ("Set 3턴 태그를 high로", "ko"),
        ("please 뉴스를 짧게 바꿔주세요", "ko"),
        ("돌고래 쇼 should be funnier", "en"),
        ("rename 돌고래 쇼 to 물개 쇼 and 조개 매점 to 새우 매점", "en"),
        ("undo", "en"),
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
