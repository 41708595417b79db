"""Particles, mentions and plain sentences."""

import json
from pathlib import Path
from unicodedata import normalize

import pytest

from core.chapter import chapter, korean

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

PARTICLES = [
    # word, particle, what follows the word
    ("물개 공연", "는", "은"),
    ("물개 공연", "가", "이"),
    ("물개 공연", "를", "을"),
    ("물개 공연", "와", "과"),
    ("물개 공연", "로", "으로"),
    ("물개 공연", "야", "아"),
    ("물개 공연", "나", "이나"),
    ("물개 공연", "랑", "이랑"),
    ("물개 공연", "예요", "이에요"),
    ("물개 공연", "였어요", "이었어요"),
    ("물개 공연", "라고", "이라고"),
    ("물개 공연", "죠", "이죠"),
    ("여우", "은", "는"),
    ("여우", "이", "가"),
    ("여우", "을", "를"),
    ("여우", "과", "와"),
    ("여우", "으로", "로"),
    ("여우", "아", "야"),
    ("여우", "이나", "나"),
    ("여우", "이랑", "랑"),
    ("여우", "이에요", "예요"),
    ("여우", "이라는", "라는"),
    ("둥실", "으로", "로"),
    ("둥실", "으로서", "로서"),
    ("둥실", "를", "을"),
    # compound tails
    ("공연", "와는", "과는"),
    ("여우", "과의", "와의"),
    ("여우", "으로부터", "로부터"),
    ("공연", "로부터는", "으로부터는"),
    ("공연", "야말로", "이야말로"),
    ("공연", "는커녕", "은커녕"),
    ("공연", "라도", "이라도"),
    # what has one form stays
    ("공연", "에서는", "에서는"),
    ("여우", "까지도", "까지도"),
    ("여우", "입니다", "입니다"),
    # either form of 이다 is right after a vowel
    ("여우", "이고", "이고"),
    ("여우", "고", "고"),
    ("여우", "이었어요", "이었어요"),
    # digits
    ("10", "가", "이"),
    ("0", "는", "은"),
    ("1", "으로", "로"),
    ("3", "와", "과"),
    ("6", "를", "을"),
    ("2", "을", "를"),
    ("1,000", "는", "은"),
    ("30000", "로", "으로"),
    ("1조", "은", "는"),
    ("1000000000000", "은", "는"),
    ("2.5", "은", "는"),
    ("1.0", "는", "은"),
    ("100%", "은", "는"),
    # Latin letters
    ("LED", "을", "를"),
    ("KBS", "이", "가"),
    ("FILM", "가", "이"),
    ("URL", "으로", "로"),
    ("Max", "은", "는"),
    ("robot", "가", "이"),
    ("game", "를", "을"),
    ("Apple", "으로", "로"),
    # passed over
    ("여우🦊", "이", "가"),
    ("‘퐁이’", "은", "는"),
    ("샌드위치 트럭(+1%)", "와", "과"),
    ("별빛 소포 (새 이름)", "은", "는"),
    ("「은하수」", "을", "를"),
    # not for us
    ("漢", "은", "은"),
    ("", "는", "는"),
    ("?", "을", "을"),
    ("공연", "장에서", "장에서"),
]


@pytest.mark.parametrize(("word", "particle", "right"), PARTICLES)
def test_a_particle_follows_the_last_sound(word, particle, right):
    assert korean.josa(word, particle) == right


@pytest.mark.parametrize(("word", "particle", "right"), PARTICLES)
def test_a_right_particle_is_left_alone(word, particle, right):
    assert korean.josa(word, right) == right


RENAMES = [
    # text, old, new, after
    ("여우가 왔어요.", "여우", "곰돌", "곰돌이 왔어요."),
    ("여우와 곰은 여우를 봐요.", "여우", "너구리", "너구리와 곰은 너구리를 봐요."),
    ("여우들이 여우에게", "여우", "곰돌", "곰돌들이 곰돌에게"),
    ("공연으로의 초대", "공연", "놀이터", "놀이터로의 초대"),
    ("공연이고 공연이지만", "공연", "놀이", "놀이고 놀이지만"),
    ("놀이고 놀이였고 놀이예요", "놀이", "공연", "공연이고 공연이었고 공연이에요"),
    # left boundary
    ("멧돼지와 돼지는", "돼지", "곰돌", "멧돼지와 곰돌은"),
    ("이별과 특별한 별빛", "별빛", "달빛", "이별과 특별한 달빛"),
    ("12턴과 2턴은", "2턴", "첫 장면", "12턴과 첫 장면은"),
    # a longer noun is another word
    ("평론가가 평론을 써요.", "평론", "노래", "평론가가 노래를 써요."),
    ("돼지고기", "돼지", "곰", "돼지고기"),
    # spacing variants
    ("달빛도둑은 달빛 도둑을", "달빛 도둑", "해님", "해님은 해님을"),
    ("마법 연구소가 마법연구소로", "마법연구소", "꿈 공방", "꿈 공방이 꿈 공방으로"),
    # quotes, brackets and emoji stand between
    ("‘퐁이’가 웃어요.", "퐁이", "둥실", "‘둥실’이 웃어요."),
    ("'달빛 쇼'가 \"달빛 쇼\"를", "달빛 쇼", "별밤 공연", "'별밤 공연'이 \"별밤 공연\"을"),
    (
        "여우 트럭(+1%)과 여우 트럭 (+1%)은",
        "여우 트럭",
        "새 마차",
        "새 마차(+1%)와 새 마차 (+1%)는",
    ),
    ("여우🦊가", "여우", "곰돌", "곰돌🦊이"),
    ("'달빛 쇼'열린", "달빛 쇼", "공연", "'공연'열린"),
    # an emoji name without its emoji is a mention, and stays without
    ("🦊 여우가 여우를", "🦊 여우", "🐻 곰돌", "🐻 곰돌이 곰돌을"),
    ("🦊 여우가 여우를", "🦊 여우", "곰돌", "곰돌이 곰돌을"),
    ("🦊 여우가 여우를", "여우", "곰돌", "🦊 곰돌이 곰돌을"),
    ("🌬️ 바람이", "🌬 바람", "🌊 파도", "🌊 파도가"),
    # the 이 of a given name
    ("길동이는 길동이에게 길동이를", "길동", "민수", "민수는 민수에게 민수를"),
    ("길동이는 길동이와", "길동", "영민", "영민이는 영민이와"),
    ("길동아, 길동이야!", "길동", "민수", "민수야, 민수야!"),
    # a one-syllable name: quoted or all there is
    ("빵", "빵", "떡집", "떡집"),
    ("🍞 빵", "빵", "떡집", "🍞 떡집"),
    ("'빵'을 사요.", "빵", "포도", "'포도'를 사요."),
    ("할 수 있어요. 빵을 사요.", "수", "물", "할 수 있어요. 빵을 사요."),
    # slips are mended where a name changes
    ("여우은 왔어요.", "여우", "곰돌", "곰돌은 왔어요."),
    # nothing to do
    ("여우가", "곰", "여우", "여우가"),
    ("여우가", "", "곰", "여우가"),
    ("여우은", "여우", "여우", "여우은"),
    ("", "여우", "곰", ""),
    # digits and Latin in the new name
    ("여우가 여우로", "여우", "로봇 10", "로봇 10이 로봇 10으로"),
    ("여우가 여우를", "여우", "별 CEO", "별 CEO가 별 CEO를"),
    ("a+b가 a+b를", "a+b", "셋", "셋이 셋을"),
]


@pytest.mark.parametrize(("text", "old", "new", "after"), RENAMES)
def test_a_rename_changes_every_sure_mention_and_its_particle(text, old, new, after):
    assert korean.rename(text, old, new) == after


@pytest.mark.parametrize("text", ["여우가 여우를 여우와는 여우로", "‘여우’는 여우예요. 여우죠"])
@pytest.mark.parametrize("new", ["물개 공연", "너구리", "둥실", "로봇 3"])
def test_renaming_there_and_back_is_the_identity(text, new):
    assert korean.rename(korean.rename(text, "여우", new), new, "여우") == text


def test_decomposed_hangul_is_matched_and_stays_decomposed():
    text = normalize("NFD", "돌고래 쇼는 새 돌고래쇼를")

    renamed = korean.rename(text, "돌고래 쇼", "물개 공연")

    assert renamed == normalize("NFD", "물개 공연은 새 물개 공연을")
    assert korean.rename("돌고래 쇼는", normalize("NFD", "돌고래 쇼"), "공연") == "공연은"


def test_mentions_are_places_of_the_name_alone_in_the_given_text():
    text = normalize("NFD", "돌고래 ") + "여우가 '여우'를"

    assert [text[start:end] for start, end in korean.mentions(text, "여우")] == ["여우", "여우"]


@pytest.mark.parametrize(
    ("text", "name", "others", "left"),
    [
        ("방패를 들고 달빛 방패를", "달빛 방패", [], ["방패"]),
        (
            "구름 우산 모임이",
            "구름 우산 고치기 모임",
            ["구름 장화 고치기 모임"],
            ["구름 우산 모임"],
        ),
        ("달빛이 밝아요. 작전 시작!", "달빛 방패 작전", ["달빛 가루 작전"], []),
        ("둘째와 셋째 돼지는", "🪵 둘째 돼지", ["🧱 셋째 돼지"], ["둘째와 셋째 돼지"]),
        (
            "첫째, 둘째와 셋째 돼지",
            "첫째 돼지",
            ["둘째 돼지", "셋째 돼지"],
            ["첫째, 둘째와 셋째 돼지"],
        ),
        ("세 마리 돼지가", "둘째 돼지", ["셋째 돼지"], []),
        ("낭독회가 잘되면", "달빛 낭독회", ["여우 이야기방"], ["낭독회"]),
        ("돌고래와 쇼를 봐요. 쇼핑도 해요.", "돌고래 쇼", [], ["돌고래", "쇼"]),
        ("연구소가 좋아요.", "마법연구소", ["서커스단", "빵집"], ["연구소"]),
        ("서커스도 인기예요.", "서커스단", ["빵집"], ["서커스"]),
        ("돌고래 쇼장에서", "돌고래 쇼", [], ["돌고래 쇼장에서"]),
        ("별이 빛나고 별빛이 별을", "별", [], ["별"]),
        ("아무 말도 없어요.", "돌고래 쇼", [], []),
        ("방패 방패 방패", "달빛 방패", [], ["방패"]),
    ],
)
def test_what_may_mean_the_name_is_listed_for_a_yes_or_no(text, name, others, left):
    assert korean.short_mentions(text, name, others) == left


def test_short_places_are_places_of_the_given_text():
    text = normalize("NFD", "새 방패를")

    assert [normalize("NFC", text[a:b]) for a, b in korean.short_spans(text, "달빛 방패", [])] == [
        "방패"
    ]


@pytest.mark.parametrize(
    ("text", "name", "right"),
    [
        ("물개 공연는 좋아요.", "물개 공연", ["은"]),
        ("‘여우 책방’가 열려요.", "여우 책방", ["이"]),
        ("물개 공연은 물개 공연에서", "물개 공연", []),
        ("해파리가 해파리이고 해파리였어요.", "해파리", []),
        ("길동이는 가요.", "길동", []),
    ],
)
def test_a_particle_that_does_not_fit_is_found_with_the_right_one(text, name, right):
    assert [put for _, put in korean.misfits(text, name)] == right


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("🪵 둘째 돼지", "둘째 돼지"),
        ("별빛 소포🚀", "별빛 소포"),
        ("꿈 🌙 공방", "꿈 공방"),
        ("1️⃣ 첫째", "첫째"),
        ("👨‍👩‍👧 가족", "가족"),
        ("🦊", ""),
        ("여우 3호", "여우 3호"),
    ],
)
def test_a_bare_name_has_no_emoji(name, plain):
    assert korean.bare(name) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("문을 열었다. 손님이 왔어요!", ["문을 열었다"]),
        ("환영합니다! 좋아요. 갔답니다?", []),
        ("정말 좋았다!! 😀", ["정말 좋았다"]),
        ("'비가 온다.' 하고 말했어요.", ["'비가 온다"]),
        ("줄이 생겼음. 문이 닫힘", ["줄이 생겼음"]),
        ("드넓은 바다! 시원한 사이다.", []),
        ("비가 온다고 해요.\n끝이다", ["끝이다"]),
        ("", []),
    ],
)
def test_a_sentence_in_plain_style_is_found(text, plain):
    assert korean.plain_sentences(text) == plain


@pytest.mark.parametrize("case", ["D01", "D02", "D07", "D09", "D10", "D13"])
def test_the_acceptance_renames_change_what_they_should_and_nothing_else(case):
    path = SHARED / "cases" / f"{case}.json"
    if not path.exists():
        pytest.skip("the shared cases are not here")
    wanted = json.loads(path.read_text(encoding="utf-8"))
    opened = chapter.read((path.parent / wanted["story"]).read_bytes())
    old, new = ASKED[case]

    renamed = {str(at): korean.rename(text, old, new) for at, text in opened.texts()}

    before = {str(at): text for at, text in opened.texts()}
    changed = {at: text for at, text in renamed.items() if text != before[at]}
    assert changed == dict(wanted["expect"]["exact_changes"])


ASKED = {
    "D01": ("돌고래 쇼", "물개 공연"),
    "D02": ("퐁이", "둥실"),
    "D07": ("달빛 낭독회", "별밤 공연"),
    "D09": ("셋째 돼지", "막내 여우"),
    "D10": ("🪵 둘째 돼지", "🪵 둘째 비버"),
    "D13": ("평론가", "맛 탐정"),
}


@pytest.mark.parametrize(
    ("case", "left"),
    [("D01", ["돌고래"]), ("D07", ["낭독회"]), ("D10", ["둘째와 셋째 돼지"]), ("D13", [])],
)
def test_the_acceptance_renames_leave_their_short_mentions_to_the_writer(case, left):
    path = SHARED / "cases" / f"{case}.json"
    if not path.exists():
        pytest.skip("the shared cases are not here")
    story = path.parent / json.loads(path.read_text(encoding="utf-8"))["story"]
    opened = chapter.read(story.read_bytes())
    old, _ = ASKED[case]

    found = [korean.short_mentions(text, old, opened.names) for _, text in opened.texts()]

    assert [form for forms in found for form in forms] == left


@pytest.mark.parametrize(
    "path", sorted((SHARED / "chapters").glob("*/*.json")), ids=lambda p: p.stem
)
def test_no_known_good_chapter_has_a_wrong_particle_or_a_plain_sentence(path):
    opened = chapter.read(path.read_bytes())

    texts = [text for at, text in opened.texts() if at.field in ("result", "news", "expectation")]

    assert [korean.misfits(text, name) for text in texts for name in opened.names if name] == [
        [] for text in texts for name in opened.names if name
    ]
    assert [plain for text in texts for plain in korean.plain_sentences(text)] == []
