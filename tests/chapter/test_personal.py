"""Data of a person is found in any dress, and nothing else is taken for it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import personal as bench
from core.chapter.personal import found, masked
from tests.conftest import SAMPLES

FOUND = [
    ("phone", "０１０-１２３４-５６７８", "로 전화해요."),
    ("phone", "⁰¹⁰-¹²³⁴-⁵⁶⁷⁸", ""),
    ("phone", "٠١٠١٢٣٤٥٦٧٨", ""),
    ("phone", "010 – 1234 – 5678", "입니다"),
    ("phone", "0 1 0 1 2 3 4 5 6 7 8", ""),
    ("phone", "010\u200b-1234-\u20605678", "이에요"),
    ("phone", "+82(0)10 1234 5678", ""),
    ("phone", "070-1234-5678", ""),
    ("phone", "공일공에 일이삼사에 오육칠팔", "이에요"),
    ("phone", "공이 일이삼사 오육칠팔", "로"),
    ("phone", "zero one zero one two three four 오육칠팔", "로 와요"),
    ("resident", "9001011234567", ""),
    ("resident", "201231-4999999", ""),
    ("resident", "900101-1******", ""),
    ("card", "4111 1111 1111 1111", ""),
    ("card", "3782-822463-10005", ""),
    ("account", "110-123-456789", "로 보내요"),
    ("account", "1234567890123", " 카카오뱅크"),
    ("passport", "M123A4567", "예요"),
    ("business", "123-45-67890", ""),
    ("address", "서울시 강남구 테헤란로 123번길 45", "로 오세요."),
    ("address", "강남구 역삼동 736-1", "에서"),
    ("address", "역삼동 736-1번지", ""),
    ("address", "101동 1203호", "로 와요."),
    ("address", "152 Teheran-ro", ", Gangnam-gu"),
    ("email", "kim.x@naver.com", "으로"),
    ("email", "kim골뱅이naver점com", "이에요"),
    ("handle", "카톡 아이디 evil_123", "으로"),
]


@pytest.mark.parametrize(("kind", "data", "after"), FOUND)
def test_data_of_a_person_is_found_where_it_stands(kind, data, after):
    text = f"뽀뽀의 번호: {data}{after}"

    assert [(span.kind, text[span.start : span.end]) for span in found(text)] == [(kind, data)]
    assert masked(text) == f"뽀뽀의 번호: [{kind}]{after}"


@pytest.mark.parametrize(
    "text",
    [
        "0, 10, 20, 30원",
        "0, 1, 1, 2, 3, 5, 8, 13, 21, 34",
        "1,000-2,000명이 2025.06.13에 10.5배로 늘었어요.",
        "가격은 100코인→110코인, 첫째: 010, 둘째: 020",
        "하나, 둘, 셋! one, two, three, four, five! 모두 함께 영어로 세어 봐요.",
        "공이 일 공간을 굴러 101호 앞에 멈췄어요.",
        "골뱅이 세 마리가 점심에 왔어요.",
        "친구 앞으로 3번 달려가요. 놀이길 7번 문에서 만나요.",
        "제주시 앞바다로 3번 배가 떠나요. 서울 사람들로 3만 명이 북적여요.",
        "1000 1100 1200 1300",
        "2026-11-23 02:42:11,123 2026-11-23-024211",
        "550e8400-e29b-41d4-a716-446655440000",
        "f01012345678a1 0.1012345678 3.141592653589793",
        "4111 1111 1111 1112",
        "901301-1234567",
    ],
)
def test_nothing_else_is_taken_for_it(text):
    assert found(text) == ()
    assert masked(text) == text


@pytest.mark.parametrize("kind", sorted(bench.MADE))
def test_whatever_is_made_at_random_is_found_whole(kind):
    assert bench.missed(kind, seed=7) == []


def test_the_samples_hold_none():
    assert bench.alarms(SAMPLES)[2] == {}


def test_real_chapters_hold_none(shared):
    texts, _, seen = bench.alarms(shared / "chapters")

    assert texts > 1000
    assert seen == {}


PIECES = st.sampled_from(
    [
        *(data for _, data, _ in FOUND),
        *("010", "-", " ", "공", "일", "@", ".", "서울 ", "로", "길", "12", "5678", "번지", "계좌"),
        *("\u200b", "\u1100", "ﷺ", "one", "M", "가", "[phone]", "\n", "😀"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=80))
def test_spans_stand_in_order_and_nothing_is_left_of_them(text):
    spans = found(text)

    ends = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
    assert ends == sorted(ends)
    assert all(span.start < span.end for span in spans)
    assert found(masked(text)) == ()


@given(
    st.sampled_from(FOUND), st.sampled_from(["", "뽀뽀 ", "<b>", "😀", "\u200b", "\n", "가나다: "])
)
def test_what_stands_around_it_does_not_hide_it(one, before):
    kind, data, after = one
    assert any(span.kind == kind for span in found(f"{before}{data}{after}"))


@pytest.mark.parametrize("piece", [*bench.SLOW, *bench.SLOW_TOO])
def test_the_time_grows_with_the_length_alone(piece):
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        found(text)
        return time.process_time() - begun

    assert seconds(100_000) < 2
