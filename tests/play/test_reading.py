"""How long and how hard a text is: what is counted, what is said, and beside what it is held."""

import ast
import json
from collections import Counter
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import norms as bench
from core import words
from core.chapter import chapter as chapters
from core.chapter import prose
from core.chapter.chapter import Chapter
from core.play import game, norms, reading
from core.play.reading import KINDS, Kind, counted, meter, meters, percentile
from core.words.reading import FINANCE, PLAIN

KOREAN = st.text(st.sampled_from("가나다라 마바사.!\n🐬a1"), max_size=260)
kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def chapter(sea_park: str) -> Chapter:
    return chapters.read(sea_park)


@pytest.fixture(scope="module")
def real(shared: Path) -> list[Chapter]:
    return list(bench.readable(shared / "chapters/real"))


def changed(chapter: Chapter, at: str, to: object) -> Chapter:
    """A chapter with another value at a full address."""
    array = json.loads(json.dumps(chapter.array))
    place = chapters.Address.parse(at)
    turn = array[(place.turn or 1) - 1]
    holder = turn["stocks"][place.stock - 1] if place.stock else turn
    holder[place.field] = to
    return chapters.read(json.dumps(array, ensure_ascii=False))


def rules(kind: Kind, text: str) -> list[str]:
    return [rule for rule, _ in meter("t1.news", kind, text).notes]


# -- counting


def test_a_text_is_counted_as_people_count():
    counts = counted("내일은 파도가 3.5미터래요! 🌊 그래도 ‘퐁이’는 헤엄칠까요?")

    assert (counts.letters, counts.hangul) == (35, 21)
    assert (counts.sentences, counts.longest_sentence) == (2, 3)
    assert (counts.longest_eojeol, counts.longest) == (5, "헤엄칠까요")


def test_a_decimal_point_ends_no_sentence_and_a_lone_emoji_is_no_word():
    assert counted("3.5배 올랐어요... 🎉 🎉").sentences == 1
    assert counted("3.5배 올랐어요... 🎉 🎉").longest_sentence == 2
    assert counted("🎉").sentences == 0


def test_decomposed_hangul_has_the_same_words():
    plain, apart = counted("급등했어요."), counted(normalize("NFD", "급등했어요."))

    assert apart.rare == plain.rare == ("급등",)
    assert apart.longest_eojeol == plain.longest_eojeol == 5


@pytest.mark.parametrize(
    ("text", "rare", "finance"),
    [
        ("가격이 급등했어요. 급등이 이어져요.", ("급등",), ()),
        ("수요가 늘어요.", ("수요",), ()),
        ("수요일에 만나요. 이자벨이 왔어요.", (), ()),
        ("아주 저조하고 미미한 성적이에요.", ("저조", "미미"), ()),
        ("변동성이 커요.", ("변동성",), ()),
        ("배당금과 수익률, 포트폴리오를 배워요.", (), ("배당금", "수익률", "포트폴리오")),
        ("오름세라 마술사도 기술을 써요.", (), ()),
        ("투자자가 분산 투자를 해요.", (), ("투자자", "분산", "투자")),
    ],
)
def test_hard_words_are_found_as_the_beginning_of_an_eojeol_and_nowhere_else(text, rare, finance):
    counts = counted(text)

    assert counts.rare == rare
    assert counts.finance == finance


def test_the_two_lists_share_no_word_and_every_hard_word_has_a_plainer_way():
    assert not FINANCE & set(PLAIN)
    assert all(len(hard) > 1 and plain and plain != hard for hard, plain in PLAIN.items())


# -- the player's box


@kinds
@given(text=KOREAN)
def test_a_text_fits_exactly_where_the_rules_find_it_short_enough(kind, text):
    found = {rule for rule, _ in prose.faults(kind, text)}

    assert meter("t1.news", kind, text).fits == (not found & {"too_long", "news_box"})


def test_the_news_box_has_three_lines_of_21_hangul():
    full, over = meter("t1.news", "news", "가" * 63), meter("t1.news", "news", "가" * 64)

    assert (full.fits, full.lines, full.room) == (True, 3.0, 1.0)
    assert (over.fits, over.notes[0][0]) == (False, "reading_box")
    assert over.notes[0][1]["over"] == 1


@kinds
@given(text=KOREAN)
def test_a_text_is_hard_exactly_when_something_is_said_of_it(kind, text):
    found = meter("t1.news", kind, text)

    assert (found.level == "hard") == bool(found.notes)
    assert found.fits or found.notes


@kinds
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_note_is_a_sentence_that_lacks_nothing(kind, lang):
    text = "급등과 배당 손실 투자 " + "가나다라마바사아자차카타파하" + " 가나" * 90 + "."
    found = meter("t1.news", kind, text)

    said = [words.sentence(rule, facts, lang) for rule, facts in found.notes]

    assert {"reading_over", "reading_sentence", "reading_eojeol", "reading_rare"} <= set(
        rules(kind, text)
    )
    assert "reading_finance" in rules(kind, text)
    assert all("…" not in one and "{" not in one for one in said)


def test_a_long_text_is_told_from_one_that_does_not_fit():
    assert rules("news", "가 " * 40) == ["reading_long", "reading_sentence"]
    assert rules("news", "가" * 5) == []


# -- beside real chapters


@kinds
@given(short=st.integers(0, 400), more=st.integers(0, 400))
def test_a_longer_text_never_stands_lower(kind, short, more):
    assert 0 <= percentile(kind, short) <= percentile(kind, short + more) <= 100


@kinds
def test_the_percentile_is_that_of_the_deciles(kind):
    deciles = norms.LETTERS[kind].deciles
    last = {letters: place for place, letters in enumerate(deciles)}

    assert {letters: percentile(kind, letters) for letters in last} == {
        letters: 10 * place for letters, place in last.items()
    }
    assert percentile(kind, deciles[0] - 1) == 0
    assert reading.usual(kind) == (deciles[1], deciles[9])


def test_the_norms_are_numbers_alone():
    tree = ast.parse(Path(norms.__file__).read_text("utf-8"))

    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert not any(isinstance(text, str) and any("가" <= c <= "힣" for c in text) for text in texts)
    for table in (norms.LETTERS, norms.SENTENCE, norms.EOJEOL):
        assert set(table) == set(KINDS)
        assert all(list(s.deciles) == sorted(s.deciles) for s in table.values())
        assert all(len(s.deciles) == 11 and s.high in range(1, 200) for s in table.values())


def test_the_norms_are_what_the_real_chapters_measure(shared, capsys):
    bench.main(shared / "chapters/real")

    assert capsys.readouterr().out == Path(norms.__file__).read_text("utf-8")


def test_real_chapters_raise_few_alarms(real):
    found = [meter for chapter in real for meter in meters(chapter)]
    levels = Counter(meter.level for meter in found)

    assert sum(len(meter.rare) for meter in found) < len(found) / 10
    assert levels["hard"] < len(found) / 8
    assert min(levels["easy"], levels["usual"]) > len(found) / 5


# -- of a chapter


def test_every_text_that_a_player_sees_is_measured_once(chapter):
    shown = [text for screen in game.screens(chapter) for text in (screen.news, screen.result)]
    shown += [card.expectation for screen in game.screens(chapter) for card in screen.cards]
    found = Counter(text for _, kind, text in reading.seen(chapter) if kind != "name")

    assert found == Counter(filter(None, shown))
    assert [meter.at for meter in meters(chapter)][:4] == [
        "s1.name",
        "s2.name",
        "s3.name",
        "t1.news",
    ]


def test_a_name_that_differs_is_measured_where_it_differs(chapter):
    drifted = changed(chapter, "t3.s2.name", "해파리 회전목마")

    names = [meter.at for meter in meters(drifted) if meter.kind == "name"]

    assert names == ["s1.name", "t1.s2.name", "t3.s2.name", "s3.name"]


def test_what_no_player_sees_changes_no_meter(chapter):
    before = meters(chapter)

    for at in game.unseen(chapter):
        assert meters(changed(chapter, at, "급등 " * 80)) == before
    assert meters(changed(chapter, "t2.news", "급등 " * 80)) != before


def test_prices_and_tags_change_no_meter(chapter):
    dearer = changed(chapter, "t3.s1.current_value", 1999)

    assert meters(changed(dearer, "t3.news_tag", "low")) == meters(chapter)


def test_a_chapter_that_cannot_be_played_is_measured_and_one_turn_shows_nothing(chapter):
    broken = changed(chapter, "t2.s1.current_value", "104")

    assert meters(broken) == meters(chapter)
    assert meters(chapters.read(json.dumps(chapter.array[:1], ensure_ascii=False))) == ()


@pytest.mark.parametrize("at", ["t2.news", "t2.s1.expectation", "t3.result"])
def test_texts_of_another_type_and_blank_ones_are_passed_over(chapter, at):
    for to in (None, 7, ["글"], "", " \n"):
        assert at not in [meter.at for meter in meters(changed(chapter, at, to))]
