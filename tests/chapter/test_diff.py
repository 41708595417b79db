"""Word differences in phrases."""

import random
from itertools import pairwise

import pytest

from core.chapter import diff
from core.chapter.diff import Phrase


def side(found, name):
    """One side of a difference as plain text."""
    return "".join(
        piece if isinstance(piece, str) else "".join(text for _, text in getattr(piece, name))
        for piece in found
    )


def drawn(found):
    """A difference as text: <old|new>, what really changed in brackets."""
    return "".join(
        piece if isinstance(piece, str) else f"<{runs(piece.a)}|{runs(piece.b)}>" for piece in found
    )


def runs(pieces):
    return "".join(f"[{text}]" if changed else text for changed, text in pieces)


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("여우가 왔어요.", "여우가 왔어요.", "여우가 왔어요."),
        ("", "", ""),
        ("", "새 글", "<|[새 글]>"),
        ("옛 글", "", "<[옛 글]|>"),
        # one word, less the ending and beginning that both share
        ("둘째 여우의 집", "둘째 비버의 집", "둘째 <[여우]의|[비버]의> 집"),
        ("모두 먹었어요.", "모두 먹어요.", "모두 <먹[었]어요|먹어요>."),
        # several words, less the last ending
        ("돌고래 쇼에 와요.", "물개 공연에 와요.", "<[돌고래 쇼]에|[물개 공연]에> 와요."),
        # inserted and taken out with one blank
        ("하나 셋", "하나 둘 셋", "하나 <|[둘 ]>셋"),
        ("하나 둘 셋", "하나 셋", "하나 <[둘 ]|>셋"),
        # neighbours in one sentence are one phrase, and a number keeps its sign
        (
            "값이 올랐고(+4%), 좋아요",
            "값이 내렸고(-3%), 좋아요",
            "값이 <[올랐]고([+4%]|[내렸]고([-3%]>), 좋아요",
        ),
        ("값은 104 냥", "값은 108 냥", "값은 <[104]|[108]> 냥"),
        # never across the end of a sentence
        (
            "곰이 왔다. 밤이 됐다.",
            "곰이 갔다. 낮이 됐다.",
            "곰이 <[왔]다|[갔]다>. <[밤]이|[낮]이> 됐다.",
        ),
        # marks and emoji clusters are tokens
        ("좋아요.", "좋아요!", "좋아요<[.]|[!]>"),
        ("👨‍👩‍👧 가족", "👨‍👩‍👦 가족", "<[👨‍👩‍👧]|[👨‍👩‍👦]> 가족"),
        ("❤️ 빵", "❤ 빵", "<[❤️]|[❤]> 빵"),
        ("🇰🇷 빵", "🇰🇵 빵", "<[🇰🇷]|[🇰🇵]> 빵"),
        ("1️⃣ 빵", "2️⃣ 빵", "<[1️⃣]|[2️⃣]> 빵"),
        # blanks count
        ("가  나", "가 나", "가<[  ]|[ ]>나"),
    ],
)
def test_a_difference_is_the_phrase_that_a_person_would_mark(a, b, shown):
    assert drawn(diff.words(a, b)) == shown


def test_equal_texts_are_one_text():
    assert diff.words("여우", "여우") == ("여우",)
    assert diff.words("", "") == ()


def test_a_decomposed_syllable_is_never_cut():
    a, b = "\u1100\u1161\u11a8\u1100\u1161", "\u1100\u1161\u1100\u1161"

    (phrase,) = diff.words(a, b)

    assert runs(phrase.a) == "[\u1100\u1161\u11a8]\u1100\u1161"


ALPHABET = [*"가나 \n.!a\u200d", "다라", "  ", "12", "+3%", "👨\u200d👩\u200d👧", "e\u0301", "“"]


@pytest.mark.parametrize("seed", range(200))
def test_both_sides_are_kept_to_the_last_character(seed):
    dice = random.Random(seed)
    a, b = ("".join(dice.choices(ALPHABET, k=dice.randrange(40))) for _ in "ab")

    found = diff.words(a, b)

    assert (side(found, "a"), side(found, "b")) == (a, b)


@pytest.mark.parametrize("seed", range(200))
def test_phrases_stand_apart_and_say_what_changed(seed):
    dice = random.Random(seed)
    a, b = ("".join(dice.choices(ALPHABET, k=dice.randrange(40))) for _ in "ab")

    found = diff.words(a, b)

    kinds = [isinstance(piece, Phrase) for piece in found]
    assert all(now != after for now, after in pairwise(kinds))
    assert all(any(changed for changed, _ in p.a + p.b) for p in found if isinstance(p, Phrase))
    assert all(text for p in found if isinstance(p, Phrase) for _, text in p.a + p.b)


def test_a_field_over_the_cap_is_compared_by_sentence():
    before = [f"{n}째 여우가 왔어요." for n in range(600)]
    after = [*before[:100], "새 손님이 왔어요.", *before[101:500], "문을 닫아요.", *before[501:]]

    found = diff.words(" ".join(before), " ".join(after))

    assert len([piece for piece in found if isinstance(piece, Phrase)]) >= 2
    assert side(found, "b") == " ".join(after)
    assert sum(len(piece) for piece in found if isinstance(piece, str)) > 6000


def test_one_word_in_a_megabyte_is_one_phrase():
    dice = random.Random(1)
    words = ["".join(chr(dice.randrange(0xAC00, 0xD7A3)) for _ in range(3)) for _ in range(200)]
    text = " ".join(dice.choices(words, k=105_000))
    middle = text.index(" ", len(text) // 2)
    assert len(text.encode()) > 1_000_000

    found = diff.words(text, text[:middle] + " 새말" + text[middle:])

    assert [drawn([piece]) for piece in found if isinstance(piece, Phrase)] == ["<|[새말 ]>"]
