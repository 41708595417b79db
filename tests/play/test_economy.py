"""Whom the news means and who moves; every repair mends what it is for, and breaks nothing."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import words
from core.chapter import changes, chapter, rules
from core.chapter.chapter import RISKS, Address
from core.chapter.ops import Carry, Group, Price, Set
from core.play import economy
from core.play.economy import Sheet

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NAMES = ("sea_park", "forest_library", "space_post")
GONE = object()
"""Put in place of a value, it takes the key away."""
samples = pytest.mark.parametrize("name", NAMES)
profiles = pytest.mark.parametrize("profile", ["written", "generator"])


def array_of(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def read(array):
    return chapter.read(json.dumps(array, ensure_ascii=False))


def mutated(name="sea_park", **values):
    """A sample with other values at these places; `__` stands for a dot."""
    array = array_of(name)
    for written, value in values.items():
        at = Address.parse(written.replace("__", "."))
        for turn in [at.turn] if at.turn else range(1, len(array) + 1):
            put(array, Address(turn, at.stock, at.field), value)
    return read(array)


def put(array, at, value):
    holder = array[at.turn - 1]
    holder = holder["stocks"][at.stock - 1] if at.stock else holder
    if value is GONE:
        holder.pop(at.field, None)
    else:
        holder[at.field] = value
    if at.field == "current_value" and at.turn < len(array):
        array[at.turn]["stocks"][at.stock - 1]["before_value"] = value


def applied(before, offer):
    return changes.apply(before, [Group("repair", offer.ops, "rule", offer.rule)]).chapter


def notes(sheet: Sheet):
    return {(row.turn, rule) for row in sheet.rows for rule, _ in row.notes}


def told(sheet: Sheet, rule, turn):
    return [facts for one, facts in sheet.rows[turn - 1].notes if one == rule]


def offers(sheet: Sheet, turn):
    return [offer.id for offer in sheet.rows[turn - 1].offers]


# -- a sound chapter


@samples
def test_nothing_is_said_of_a_sound_chapter(name):
    sheet = economy.sheet(read(array_of(name)))

    assert (notes(sheet), sheet.all_offers(), sheet.findings) == (set(), (), ())


@pytest.mark.parametrize("name", NAMES[:2])
def test_samples_at_100_coins_keep_the_generators_economy(name):
    assert notes(economy.sheet(read(array_of(name)), "generator")) == set()


def test_a_row_says_whom_the_tag_means_and_who_moved():
    row = economy.sheet(read(array_of("sea_park"))).rows[2]

    assert (row.turn, row.tag, row.says, row.moved) == (3, "mid", (2,), (2,))
    assert [(one.before, one.after, one.coins) for one in row.moves] == [
        (123, 124, 1),
        (105, 98, -7),
        (103, 104, 1),
    ]
    assert [one.tagged for one in row.moves] == [False, True, False]
    assert row.moves[1].percent == pytest.approx(-100 / 15)


def test_the_stock_is_found_by_its_risk_and_not_by_its_place():
    array = array_of("sea_park")
    for turn in array:
        turn["stocks"].reverse()

    sheet = economy.sheet(read(array), "generator")

    assert [row.says for row in sheet.rows] == [(3,), (1, 2, 3), (2,), (1, 2, 3), (3,), (2,)]
    assert notes(sheet) == set()


def test_older_labels_mean_the_same_risk():
    labels = {"s1__risk_level": "고위험", "s2__risk_level": "균형형"}
    sheet = economy.sheet(mutated(**labels, s3__risk_level="장기 안정형"))

    assert [row.says for row in sheet.rows[:3]] == [(1,), (1, 2, 3), (2,)]


def test_a_move_is_clear_over_two_coins_and_two_percent():
    prices = {"t2__s1__current_value": 103, "t2__s2__current_value": 102}
    row = economy.sheet(mutated(**prices, t2__s3__current_value=97)).rows[0]
    dear = economy.sheet(mutated("space_post", t2__s3__current_value=203)).rows[0]

    assert row.moved == (1, 3)
    assert 3 not in dear.moved


def test_ranges_tell_the_least_the_most_and_the_largest_step():
    sheet = economy.sheet(read(array_of("sea_park")))

    assert [(one.name, one.least, one.most) for one in sheet.ranges] == [
        ("돌고래 쇼", 100, 135),
        ("해파리 회전차", 94, 105),
        ("조개 매점", 100, 104),
    ]
    steps = [one.step for one in sheet.ranges]
    assert steps == pytest.approx([1800 / 116, 800 / 95, 200 / 101])


def test_each_profile_says_how_far_a_stock_may_go():
    sound = read(array_of("sea_park"))
    written, generator = (economy.sheet(sound, profile) for profile in ("written", "generator"))

    assert [one.allowed for one in written.rows[0].moves] == [(-30.5, 30.5)] * 3
    assert [one.allowed for one in generator.rows[0].moves] == [(-20, 20), (0, 2), (0, 2)]
    assert [one.allowed for one in generator.rows[1].moves] == [(-10, 10), (-5, 5), (-2.5, 2.5)]


def test_stated_percentages_stand_beside_the_moves():
    row = economy.sheet(mutated("space_post", t2__s1__current_value=220)).rows[0]

    assert [(one.claimed.written, one.holds) for one in row.moves] == [
        ("+12%", False),
        ("+5%", True),
        ("+2%", True),
    ]
    assert economy.sheet(read(array_of("sea_park"))).rows[0].moves[0].holds is None


# -- what does not fit

FAULTS = [
    ("economy_no_tag", 1, {"t1__news_tag": ""}, ["offer_tag:t1.news_tag:high"]),
    ("economy_no_tag", 2, {"t2__news_tag": ""}, ["offer_tag:t2.news_tag:all"]),
    (
        "economy_no_target",
        3,
        {"s2__risk_level": ""},
        ["offer_risk:s2.risk_level:중위험 균형형"],
    ),
    ("economy_no_target", 3, {"s2__risk_level": "보통"}, []),
    (
        "economy_other_instead",
        1,
        {"t1__news_tag": "low", "t1__news": "새 소식이에요."},
        ["offer_tag:t1.news_tag:high"],
    ),
    (
        "economy_not_all",
        3,
        {"t3__news_tag": "all", "t4__s3__current_value": 103},
        ["offer_tag:t3.news_tag:mid"],
    ),
    (
        "economy_other_too",
        3,
        {"t4__s3__current_value": 110},
        ["offer_tag:t3.news_tag:all", "offer_prices:t4.s3:105"],
    ),
    (
        "economy_other_too",
        5,
        {"t6__s2__current_value": 85},
        ["offer_tag:t5.news_tag:all", "offer_prices:t6.s2:94"],
    ),
    ("tag_unknown", 1, {"t1__news_tag": "최고예요"}, ["offer_tag:t1.news_tag:high"]),
    (
        "step",
        6,
        {"t7__s1__current_value": 200},
        ["offer_price:t7.s1:174"],
    ),
    ("price_fraction", 6, {"t7__s1__current_value": 130.5}, ["offer_price:t7.s1:131"]),
    ("before_wrong", 3, {"t4__s2__before_value": 77}, ["offer_carry:t4.s2:"]),
    ("price_sign", 3, {"t4__s2__current_value": -5}, []),
    ("price_missing", 6, {"t7__s2__current_value": GONE}, []),
]


@pytest.mark.parametrize(("rule", "turn", "values", "repairs"), FAULTS)
def test_what_does_not_fit_is_noted_in_its_row_with_its_repairs(rule, turn, values, repairs):
    sheet = economy.sheet(mutated(**values))

    assert told(sheet, rule, turn)
    assert set(repairs) <= set(offers(sheet, turn))
    assert repairs or not offers(sheet, turn)


def test_a_rumour_that_moves_nobody_is_no_fault():
    values = {f"t2__s{n}__current_value": 101 for n in (1, 2, 3)}

    assert not [rule for turn, rule in notes(economy.sheet(mutated(**values))) if turn == 1]


def test_a_chapter_without_any_tags_is_not_asked_for_them():
    values = {f"t{turn}__news_tag": "" for turn in range(1, 8)}

    assert notes(economy.sheet(mutated(**values))) == set()


def test_the_tag_of_those_that_moved_is_not_offered_where_the_news_names_others():
    news = "조개 매점에 새 진주가 들어온대요."
    sheet = economy.sheet(mutated(t1__news=news, t1__news_tag=""))

    assert told(sheet, "economy_no_tag", 1)
    assert offers(sheet, 1) == []


def test_a_slip_in_one_price_is_put_right_alone():
    sheet = economy.sheet(mutated(t4__s1__current_value=1240))

    assert {(3, "step"), (4, "step")} <= notes(sheet)
    (offer,) = [one for one in sheet.rows[2].offers if one.mends == "step"]
    assert [op.to for op in offer.ops] == [160]
    assert not {rule for _, rule in notes(economy.sheet(applied(mutated(), offer)))} & {"step"}
    assert (
        offers(economy.sheet(mutated(t4__s1__current_value=161)), 3)[-1] == "offer_price:t4.s1:160"
    )


def test_later_moves_stay_where_a_repair_shifts_them():
    before = mutated(t4__s3__current_value=110)
    (offer,) = [one for one in economy.sheet(before).rows[2].offers if one.rule == "offer_prices"]

    was, now = (economy.sheet(one).rows for one in (before, applied(before, offer)))

    assert [row.moves[2].coins for row in now[3:]] == [row.moves[2].coins for row in was[3:]]
    assert now[2].moves[2].coins == rules.STILL


def test_a_false_percentage_is_put_right_in_the_text_or_in_the_price():
    before = mutated("space_post", t4__s2__current_value=230)
    text, price = (one for one in economy.sheet(before).rows[2].offers)

    assert (text.rule, price.rule) == ("offer_restate", "offer_price")
    assert dict(text.facts) == {"turn": 4, "changes": "+10% → +8%"}
    assert "+8%" in applied(before, text).turns[3].text("result")
    assert price.ops == (Price(op="price", at="t4.s2", to=233),)


@pytest.mark.parametrize(
    ("stated", "offered"),
    [("50% 올랐어요", None), ("50% 내렸어요", "2% 내렸어요"), ("+50%", "-2%")],
)
def test_a_result_is_never_restated_against_its_own_words(stated, offered):
    before = mutated("sea_park", t5__result=f"조개 매점 {stated}")

    texts = [one for one in economy.sheet(before).all_offers() if one.rule == "offer_restate"]

    assert [one.ops[0].to for one in texts] == ([f"조개 매점 {offered}"] if offered else [])


def test_what_belongs_to_no_row_is_told_for_the_chapter():
    first = {f"t1__s{n}__before_value": GONE for n in (1, 2, 3)}
    sheet = economy.sheet(mutated(**first, s1__risk_level="고위험", t7__news_tag="뭐지"))

    assert [one.rule for one in sheet.findings] == ["before_missing", "risk_label", "tag_unknown"]
    assert [offer.ops[0] for offer in sheet.offers] == [
        Carry(op="carry", at=""),
        Set(op="set", at="s1.risk_level", to=RISKS[0]),
    ]


def test_an_offer_is_found_again_by_its_id():
    before = mutated(t4__s3__current_value=110, s1__risk_level="고위험")
    sheet = economy.sheet(before)

    found = [economy.sheet(before).offer(offer.id) for offer in sheet.all_offers()]

    assert found == [*sheet.all_offers()]
    assert len({offer.id for offer in found}) == len(found) == 3
    assert sheet.offer("offer_tag:t9.news_tag:mid") is None


# -- laws

TAGS = ("all", "high", "mid", "low", "", "좋아요")
LABELS = (*RISKS, "고위험", "균형형", "", "보통")
STATED = ("+12%", "-20%", "5% 올랐어요", "3퍼센트 내렸어요", "+3.5%", "-0%")
numbers = st.integers(0, 20)


def some(*parts):
    return st.lists(st.tuples(*parts), max_size=3)


spoils = st.tuples(
    st.sampled_from(NAMES),
    some(numbers, st.integers(1, 3), st.integers(40, 400) | st.just(99.5)),
    some(numbers, st.sampled_from(TAGS)),
    some(st.integers(1, 3), st.sampled_from(LABELS)),
    some(numbers, st.integers(1, 3), st.sampled_from(STATED)),
)


def spoiled(spoil):
    """A sample in which some prices, tags, risks and results are others."""
    name, prices, tags, risks, stated = spoil
    array = array_of(name)
    for number, stock, price in prices:
        put(array, Address(number % len(array) + 1, stock, "current_value"), price)
    for number, tag in tags:
        array[number % len(array)]["news_tag"] = tag
    for turn in array:
        for stock, risk in risks:
            turn["stocks"][stock - 1]["risk_level"] = risk
    for number, stock, percent in stated:
        turn = array[number % len(array)]
        turn["result"] += f" {turn['stocks'][stock - 1]['name']} {percent}."
    return read(array)


def broken_places(sheet: Sheet):
    """What is said of the rows, without figures, and without who moved most, that may change."""
    return {
        (row.turn, rule, *(facts.get(key) for key in _KEYS.get(rule, ("at", "name", "written"))))
        for row in sheet.rows
        for rule, facts in row.notes
    }


_KEYS = {"economy_no_tag": (), "economy_no_target": ()}


@given(spoils, st.sampled_from(["written", "generator"]))
@settings(max_examples=60)
def test_a_repair_mends_its_note_and_adds_none(spoil, profile):
    before = spoiled(spoil)
    sheet = economy.sheet(before, profile)
    was = broken_places(sheet)
    tried = [offer for row in sheet.rows for offer in row.offers]

    for offer in tried:
        after = applied(before, offer)
        now = broken_places(economy.sheet(after, profile))

        assert now < was
        assert any(one[1] == offer.mends for one in was - now)
        assert rules.new_breaks(before, after) == ()


@given(spoils, st.sampled_from(["written", "generator"]))
@settings(max_examples=25)
def test_every_sentence_of_a_sheet_has_its_facts(spoil, profile):
    before = spoiled(spoil)
    sheet = economy.sheet(before, profile)
    said = [note for row in sheet.rows for note in row.notes]
    said += [(offer.rule, offer.facts) for offer in sheet.all_offers()]

    for rule, facts in said:
        for lang in ("ko", "en"):
            sentence = words.sentence(rule, facts, lang, before.names)
            assert rule in words.TABLE
            assert "…" not in sentence
            assert "{" not in sentence


@profiles
def test_every_repair_offered_on_a_real_chapter_mends_it(shared, profile):
    for path in sorted((shared / "chapters/real").glob("*.json")):
        before = chapter.read(path.read_bytes())
        sheet = economy.sheet(before, profile)
        for offer in sheet.all_offers():
            after = applied(before, offer)
            later = economy.sheet(after, profile)
            now = broken_places(later) | {(one.rule, one.at) for one in later.findings}
            was = broken_places(sheet) | {(one.rule, one.at) for one in sheet.findings}

            assert was - now, (path.name, offer.id)
            assert rules.new_breaks(before, after) == (), (path.name, offer.id)


def test_real_chapters_are_rarely_found_fault_with(shared):
    rows = noted = 0
    for path in sorted((shared / "chapters/real").glob("*_result_json_*.json")):
        sheet = economy.sheet(chapter.read(path.read_bytes()))
        rows += len(sheet.rows)
        noted += sum(any(rule != "economy_no_target" for rule, _ in r.notes) for r in sheet.rows)

    assert rows > 30
    assert noted == 0


# -- any chapter


@pytest.mark.parametrize(
    "array",
    [
        [{}],
        [{}, {}],
        [{"stocks": None}, {"stocks": [{}]}],
        [{"stocks": [{"current_value": "5"}]}, {"stocks": [{"current_value": 0}]}],
        [{"news_tag": "all", "stocks": [{"current_value": -1}]}] * 3,
        [{"news_tag": "high", "stocks": [{"current_value": 5e-324}]}, {"stocks": [{}]}] * 2,
        [{"news_tag": "mid", "stocks": [{"current_value": 1e308}] * 5}, {"stocks": []}] * 2,
        [{"news_tag": "low", "stocks": [{"current_value": 3}, {"current_value": 0.1}]}] * 2,
    ],
)
@profiles
def test_a_chapter_that_cannot_be_played_has_a_sheet_too(array, profile):
    sheet = economy.sheet(read(array), profile)

    assert len(sheet.rows) == len(array) - 1


@profiles
def test_stocks_in_another_order_get_no_prices_that_might_be_another_stocks(profile):
    array = array_of("sea_park")
    array[4]["stocks"].reverse()

    rules_offered = {one.rule for one in economy.sheet(read(array), profile).all_offers()}

    assert not rules_offered & {"offer_price", "offer_prices"}


def test_a_chapter_of_hundreds_of_faults_is_not_searched_for_a_repair_of_each():
    turn = array_of("sea_park")[2]
    array = [{**copy.deepcopy(turn), "news": ""} for _ in range(400)]
    for number in range(1, 401):
        put(array, Address(number, 3, "current_value"), 100 + 9 * (number % 2))

    rows = economy.sheet(read(array)).rows
    repaired = [
        row.turn for row in rows if any(o.mends == "economy_other_instead" for o in row.offers)
    ]

    assert all("economy_other_instead" in [rule for rule, _ in row.notes] for row in rows)
    assert 0 < len(repaired) <= economy.WORK_MOST // 400
