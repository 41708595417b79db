"""Percentages stated in results, tied to their stocks."""

import json
import time
from pathlib import Path

import pytest

from core.chapter import chapter, claims

HERE = Path(__file__).resolve()
SAMPLES = HERE.parents[1] / "samples"
REAL = HERE.parents[2].parent / "shared" / "chapters" / "real"
NAMES = ("🥪 샌드위치 가게", "🍦 아이스크림 가게", "퓨전 국수 가게")


def a_chapter(result, names=NAMES, before=100, after=110):
    """Two turns; the second one has this result, and every price moves alike."""
    return chapter.read(
        json.dumps(
            [
                {"result": "", "stocks": [stock(name, before, before) for name in names]},
                {"result": result, "stocks": [stock(name, before, after) for name in names]},
            ],
            ensure_ascii=False,
        )
    )


def stock(name, before, after):
    return {"name": name, "before_value": before, "current_value": after}


def stated(result):
    return [(one.written, one.percent, one.stock) for one in claims.claims(a_chapter(result))]


def a_claim(written, percent):
    return claims.Claim(chapter.Address(2, None, "result"), 0, 0, written, percent, 1, 2)


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("샌드위치 가게가 올랐어요(+4%).", [("+4%", 4, 1)]),
        ("아이스크림은 대박(+12%), 샌드위치는 글쎄요 (-3%).", [("+12%", 12, 2), ("-3%", -3, 1)]),
        ("샌드위치 가게(+1%)와 퓨전 국수 가게(−1%)도", [("+1%", 1, 1), ("−1%", -1, 3)]),
        # nearest before it, even a sentence away
        ("여왕이 국수 가게에 왔어요! 덕분에 크게 올랐답니다(+10%).", [("+10%", 10, 3)]),
        ("두 가게 이야기예요. 퓨전 국수는 (+2.5%)", [("+2.5%", 2.5, 3)]),
        # without a sign, a word beside it says the way
        ("샌드위치는 4% 올랐고 국수는 3퍼센트나 떨어졌어요.", [("4%", 4, 1), ("3퍼센트", -3, 3)]),
        ("국수 가게는 값이 뚝 하락(7%)했어요.", [("7%", -7, 3)]),
        ("아이스크림이 5 % 더 올랐어요.", [("5 %", 5, 2)]),
        # of the stock that follows
        ("5% 오른 샌드위치 가게, 3% 내린 국수 가게", [("5%", 5, 1), ("3%", -3, 3)]),
        # no claims
        ("샌드위치 가게가 50% 할인을 했어요.", []),
        ("비가 올 확률이 80%래요.", []),
        ("모든 것이 올랐어요(+5%).", []),
        ("샌드위치 가게와 국수 가게 모두 올랐어요(+5%).", []),
        ("샌드위치 가게가 웃었어요. 모든 가게가 올랐어요(+5%).", []),
        ("샌드위치 가게는 +3%였다가 +5%가 됐어요.", []),
        ("샌드위치 가게가 10~20% 올랐어요.", []),
        ("", []),
    ],
)
def test_a_stated_percentage_is_tied_to_the_stock_it_is_said_of(result, found):
    assert stated(result) == found


def test_a_claim_knows_its_place_and_its_move():
    opened = a_chapter("샌드위치 가게가 올랐어요(+10%).")

    (claim,) = claims.claims(opened)

    assert str(claim.at) == "t2.result"
    assert opened.turns[1].text("result")[claim.start : claim.end] == "+10%" == claim.written
    assert (claim.turn, claim.stock) == (2, 1)
    assert claims.move(opened, claim) == (100, 110)


def test_a_move_without_both_prices_is_none():
    opened = chapter.read('[{"result": "여우 +3%", "stocks": [{"name": "여우"}]}]')

    (claim,) = claims.claims(opened)

    assert claims.move(opened, claim) is None


def test_only_results_make_claims():
    shop = {**stock("여우", 100, 105), "expectation": "여우가 올랐어요(+5%)."}
    turn = {"result": "", "news": "여우가 올랐어요(+5%).", "stocks": [shop]}

    assert claims.claims(chapter.read(json.dumps([turn]))) == ()


@pytest.mark.parametrize(
    ("written", "percent", "before", "current", "true"),
    [
        ("+9%", 9, 107, 117, True),  # 9.35 rounded down, to nearest
        ("+10%", 10, 107, 117, True),  # rounded up, and in points
        ("+11%", 11, 107, 117, False),
        ("-10%", -10, 80, 70, True),  # points; -12.5 %
        ("-12%", -12, 80, 70, True),
        ("-13%", -13, 80, 70, True),
        ("-11%", -11, 80, 70, False),
        ("+12%", 12, 80, 70, False),
        ("+0%", 0, 103, 103, True),
        ("+0%", 0, 100, 101, False),
        ("+9.3%", 9.3, 107, 117, True),
        ("+9.4%", 9.4, 107, 117, True),
        ("+9.5%", 9.5, 107, 117, False),
        ("+5%", 5, 0, 5, True),
        ("+5%", 5, 0, 6, False),
        ("+1%", 1, 99.5, 100.5, True),
    ],
)
def test_floor_round_ceil_and_points_are_true(written, percent, before, current, true):
    assert claims.holds(a_claim(written, percent), before, current) is true


@pytest.mark.parametrize(
    ("written", "percent", "before", "current", "now"),
    [
        ("+10%", 10, 100, 120, "+20%"),
        ("+10%", 10, 100, 85, "-15%"),
        ("-5%", -5, 100, 108, "+8%"),
        ("−5%", -5, 100, 92, "−8%"),
        ("＋5％", 5, 100, 108, "＋8％"),
        ("+10%", 10, 100, 100, "+0%"),
        ("-10%", -10, 100, 100, "+0%"),
        ("+2.5%", 2.5, 107, 117, "+9.3%"),
        ("4%", 4, 100, 107, "7%"),
        ("3 퍼센트", -3, 100, 92, "8 퍼센트"),
        ("4%", 4, 100, 97, "-3%"),
        ("+5%", 5, 80, 90, "+13%"),
        ("-5%", -5, 80, 70, "-13%"),
        ("+5%", 5, 0, 70, "+5%"),
    ],
)
def test_a_restated_percentage_keeps_its_style(written, percent, before, current, now):
    assert claims.restate(a_claim(written, percent), before, current) == now


@pytest.mark.parametrize("seed", range(50))
def test_what_is_restated_holds(seed):
    before, current = 60 + 7 * seed % 140, 55 + 11 * seed % 150
    opened = a_chapter("샌드위치 가게가 움직였어요(+1%).", before=before, after=current)
    (claim,) = claims.claims(opened)

    now = claims.restate(claim, before, current)

    (again,) = claims.claims(a_chapter(f"샌드위치 가게가 움직였어요({now})."))
    assert claims.holds(again, before, current)


SPOKEN_ORDER = {
    "game_scenario_foodtruck_kingdom_20250609_173005": [
        *(1, 2, 3),
        *(1, 3, 2),
        *(1, 2, 3),
        *(2, 1, 3),
        *(1, 2, 3),
        *(3, 1, 2),
    ],
    "57442ef_food_truck_20250602_135106": [*(1, 2, 3) * 3, *(2, 1, 3), *(1, 2, 3) * 4],
}
"""Read by a person: which stock each stated percentage of the chapter is said of."""


@pytest.mark.parametrize("name", SPOKEN_ORDER)
def test_every_percentage_of_the_real_chapters_is_tied_right_and_true(name):
    path = REAL / f"{name}.json"
    if not path.exists():
        pytest.skip("the real chapters are not here")
    opened = chapter.read(path.read_bytes())

    found = claims.claims(opened)

    assert [claim.stock for claim in found] == SPOKEN_ORDER[name]
    assert len(found) == sum(text.count("%") for _, text in opened.texts())
    assert all(claims.holds(claim, *claims.move(opened, claim)) for claim in found)


def test_every_percentage_of_the_shipped_sample_is_true():
    opened = chapter.read((SAMPLES / "space_post.json").read_bytes())

    found = claims.claims(opened)

    assert [claim.stock for claim in found] == [1, 2, 3, 1, 2, 3, 2, 1, 3, 1, 2, 3, 1, 2, 3]
    assert all(claims.holds(claim, *claims.move(opened, claim)) for claim in found)


def test_a_percentage_of_a_stock_that_the_turn_lacks_is_no_claim():
    array = a_chapter("퓨전 국수 가게가 5% 올랐어요.").array
    array[1]["stocks"].pop()

    assert claims.claims(chapter.read(json.dumps(array))) == ()


def test_no_percentage_is_written_for_a_move_beyond_reason():
    assert claims.restate(a_claim("+5%", 5), 5e-324, 1e308) == "+5%"


@pytest.mark.parametrize("text", ["국수 가게 +5% ", "국수 가게 ", "+5% "])
def test_long_results_are_read_in_little_time(text):
    started = time.perf_counter()
    claims.claims(a_chapter("퓨전 국수 가게 " + text * 20_000 + "+5%"))

    assert time.perf_counter() - started < 2
