"""The text gate: what hides in other letters is seen, innocent words pass, in no time."""

import time

import pytest

from core.chapter import chapter as chapters
from core.editing.wording import Wording
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(chapters.read('[{"news": "가나다라"}]'), "")


def faults(wording: Wording, text: str, old: str = "") -> list[str]:
    return [rule for rule, _ in wording._strange(old, text)]


@pytest.mark.parametrize(
    "text",
    [
        "ｅｖｉｌ．ｃｏｍ으로 와요.",
        "evil.com에서 만나요.",
        "놀러와요evil.com",
        "evil[.]com에서 봐요.",
        "evil (dot) com",
        "evil dot com",
        "hxxps://a",
        "192.168.0.1로 오세요.",
    ],
)
def test_a_link_in_any_dress_is_a_link(wording, text):
    assert "link" in faults(wording, text)


@pytest.mark.parametrize(
    "text",
    [
        "０１０-１２３４-５６７８로 전화해요.",
        "⁰¹⁰-¹²³⁴-⁵⁶⁷⁸",
        "٠١٠١٢٣٤٥٦٧٨",
        "010 – 1234 – 5678",
        "0 1 0 1 2 3 4 5 6 7 8",
        "공일공-일이삼사-오육칠팔",
        "kim.x@naver.com",
    ],
)
def test_a_number_of_a_person_in_any_dress_is_one(wording, text):
    assert "personal" in faults(wording, text)


@pytest.mark.parametrize(
    "text",
    [
        "악당을 죽여요.",
        "너를 죽일 거야.",
        "사람을 죽이고 도망쳐요.",
        "아기를 죽였어요.",
        "시 발 놈아",
        "시.발",
        "병 신 같은",
        "카 지 노에 가요.",
        "포.르.노",
        "ⓈⒺⓍ",
    ],
)
def test_an_unfit_word_in_pieces_is_unfit(wording, text):
    assert "unfit" in faults(wording, text)


@pytest.mark.parametrize(
    "text",
    [
        "모두가 숨을 죽였어요.",
        "숨을 꾹 죽이고 기다렸어요.",
        "발소리를 죽이고 걸었어요.",
        "호박죽이 맛있어요. 죽이 식었어요. 점심은 죽이에요.",
        "자 해 봐요!",
        "세 시 발을 구르며 3시 발표를 기다려요.",
        "다섯 시 발 열차!",
        "야 동이 텄어요.",
        "물약 세 병 신기해요.",
        "개 새끼 두 마리가 태어났어요.",
        "카 지나갔어요. 참 수고했어요.",
        "0, 10, 20, 30원",
        "1,000-2,000명이 2025.06.13에 10.5배로 늘었어요.",
        "가격은 100코인→110코인, 첫째: 010, 둘째: 020",
    ],
)
def test_an_innocent_text_is_not_suspected(wording, text):
    assert faults(wording, text) == []


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_the_samples_are_innocent(wording, sample):
    chapter = chapters.read((SAMPLES / sample).read_bytes())

    assert [text for _, text in chapter.texts() if faults(wording, text)] == []


def test_a_second_link_does_not_hide_behind_one_that_was_there(wording):
    assert faults(wording, "a.com에서 evil.com으로", old="a.com에서") == ["link"]
    assert faults(wording, "a.com에서 놀아요.", old="a.com에서") == []


@pytest.mark.parametrize("mark", ["\n", "\r", "\t", "\x0b"])
def test_a_line_break_that_was_not_there_is_refused(wording, mark):
    assert faults(wording, f"하나{mark}둘", old="하나 둘") == ["line_break"]
    assert faults(wording, f"하나{mark}둘셋", old=f"하나{mark}둘") == []


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "0", "0 ", "010", "가 ", "시 ", "을 죽", "소리", "공일공", "숨 ", "(.", "a@", "ﷺ"],
)
def test_a_long_text_takes_no_time(wording, piece):
    text = piece * (60_000 // len(piece))
    begun = time.process_time()
    list(wording._strange("", text))
    read = time.process_time() - begun

    assert read < 2
    assert not wording.sayable(text)
    assert time.process_time() - begun - read < 0.1
