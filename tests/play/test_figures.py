"""All that is shown of a chapter as one answer: whole, in JSON's own types, and nothing made up."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api import shapes
from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.ops import AddTurn, DeleteTurn, Group, NewPrice, NewTurn, Price, Set
from core.play import classroom, figures, game, lesson, reading
from core.play.figures import Options
from tests.conftest import SAMPLES

SEA, FOREST, POST = (
    chapters.read((SAMPLES / f"{name}.json").read_bytes())
    for name in ("sea_park", "forest_library", "space_post")
)
ALL = tuple(lesson.PRESETS.values())
each = pytest.mark.parametrize("chapter", [SEA, FOREST, POST], ids=["sea", "forest", "post"])


def after(chapter, *ops):
    return changes.apply(chapter, (Group("g", ops, "writer", ""),)).chapter


def price(at, to):
    return Price(op="price", at=at, to=to)


def text(at, to):
    return Set(op="set", at=at, to=to)


def figures_of(told):
    """What is counted, without the texts."""
    kept = ("chart", "economy", "class", "lessons", "start", "turn_max")
    return {name: told[name] for name in kept}


# -- one chapter


@each
@pytest.mark.parametrize("profile", game.PROFILES)
def test_an_answer_is_json_of_the_documented_shape(chapter, profile):
    told = figures.shown(chapter, Options(profile=profile, lessons=ALL))

    assert json.loads(json.dumps(told, allow_nan=False)) == told
    shapes.Seen.model_validate(told)


@each
def test_what_is_told_is_what_the_game_shows(chapter):
    told = figures.shown(chapter)

    played = [turn for turn in told["turns"] if turn["seen"]]
    assert len(told["turns"]) == len(chapter.turns)
    assert len(played) == told["turn_max"] == len(chapter.turns) - 1
    for turn, screen in zip(played, game.screens(chapter), strict=True):
        assert (turn["n"], turn["news"], turn["result"]) == (
            screen.turn,
            screen.news,
            screen.result,
        )
        assert (turn["title"], tuple(turn["moves"])) == (screen.title, screen.moves)
        cards = [(card.name, card.price, card.change) for card in screen.cards]
        shown = [(one["name"], one["price"], one["change"]) for one in turn["stocks"]]
        assert shown == cards


def test_the_last_entry_is_told_and_not_seen_and_the_result_of_a_turn_stands_behind_it():
    first, *_, last = figures.shown(SEA)["turns"]

    assert first["own_result"] == SEA.turns[0].text("result")
    assert first["result"] == SEA.turns[1].text("result")
    assert (last["seen"], last["result"], last["title"], last["moves"]) == (False, "", "", None)
    assert last["own_result"] == SEA.turns[-1].text("result")
    assert last["stocks"][0]["price"] == 135


def test_badges_say_the_risk_and_unknown_labels_themselves():
    odd = after(SEA, text("s1.risk_level", "높음"), text("s2.risk_level", "장기 안정형"))

    stocks = figures.shown(odd)["turns"][0]["stocks"]

    assert [(one["badge"], one["level"]) for one in stocks] == [
        ("높음", ""),
        ("저위험", "low"),
        ("저위험", "low"),
    ]


def test_a_chapter_id_decides_the_start_and_with_it_the_class():
    pig, other = (figures.shown(SEA, Options(chapter_id=id_)) for id_ in ("1111", "9999"))

    assert (pig["start"], other["start"]) == (1000, 2000)
    assert pig["class"]["start"] == 1000
    assert pig["class"]["median"] < other["class"]["median"]


def test_the_class_is_told_kind_by_kind():
    told = figures.shown(SEA, Options(players=100, seed=3))["class"]
    room = classroom.classroom(game.board(SEA), 2000, players=100, seed=3)

    assert (told["players"], told["seed"], told["start"]) == (100, 3, 2000)
    assert [one["kind"] for one in told["groups"]] == [one.kind for one in room.groups]
    assert sum(one["players"] for one in told["groups"]) == 100
    assert sum(count for _, count in told["bins"]) == 100
    for one, group in zip(told["groups"], room.groups, strict=True):
        assert (one["least"], one["most"]) == (
            round(group.finals[0], 2),
            round(group.finals[-1], 2),
        )
        assert len(one["worth"]) == len(one["lost_at"]) == 6
    assert told["best"] == told["groups"][-1]["mean"] >= max(g["most"] for g in told["groups"])


def test_meters_say_where_and_in_words():
    long = after(SEA, text("t2.news", "아주 긴 소식이 있어요. " * 9))

    meter = next(one for one in figures.shown(long)["reading"] if one["at"] == "t2.news")

    assert (meter["place"], meter["fits"], meter["level"]) == ("2턴 뉴스", False, "hard")
    assert meter["notes"]
    assert meter["letters"] == reading.meter("t2.news", "news", long.turns[1].text("news")).letters


def test_the_economy_offers_what_mends_it():
    odd = after(SEA, text("t1.news_tag", "low"))

    row = figures.shown(odd)["economy"]["rows"][0]

    assert (row["tag_name"], row["says"], row["moved"]) == ("저위험", [3], [1])
    assert row["notes"]
    assert row["offers"]
    assert {"id", "sentence"} == row["offers"][0].keys()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_sentence_is_in_the_language_and_fills_its_facts(lang):
    odd = after(
        POST, text("t1.news_tag", "low"), price("t3.s1", 3), text("t2.news", "길어요 " * 60)
    )
    told = figures.pair(POST, odd, Options(lang=lang, lessons=ALL))

    economy = [*told["after"]["economy"]["rows"], told["after"]["economy"]]
    said = [told["verdict"], *(one["sentence"] for one in told["lessons"])]
    said += [one["name"] for one in told["after"]["class"]["groups"]]
    said += [one for meter in told["after"]["reading"] for one in meter["notes"]]
    said += [one for row in economy for one in row.get("notes", row.get("findings"))]
    said += [offer["sentence"] for row in economy for offer in row["offers"]]
    assert len(said) >= 20
    for sentence in said:
        own = re.sub(rf"[‘“].*?[’”]|[(:].*|{'|'.join(odd.names)}", "", sentence)
        assert "…" not in own
        assert bool(re.search("[가-힣]", own)) == (lang == "ko"), sentence


# -- before and after


@each
def test_equal_chapters_have_equal_sides(chapter):
    told = figures.pair(chapter, chapters.read(chapter.text), Options(lessons=ALL))

    assert told["before"] == told["after"]
    assert told["bins"]["before"] == told["bins"]["after"]
    assert told["changed"] == []
    assert {one["state"] for one in told["lessons"]} <= {"kept", "fails"}


@pytest.mark.parametrize("at", ["t1.result", "s2.description", "t7.news", "t7.s1.expectation"])
def test_a_text_that_no_player_sees_changes_no_figure(at):
    told = figures.pair(SEA, after(SEA, text(at, "아무도 못 보는 글이에요.")), Options(lessons=ALL))

    assert figures_of(told["before"]) == figures_of(told["after"])
    assert told["before"]["reading"] == told["after"]["reading"]
    assert told["changed"]
    assert told["after"]["unseen"]


def test_a_text_alone_plays_nothing_anew():
    figures.shown(SEA, Options(seed=77))
    held = figures._class.cache_info()

    figures.pair(SEA, after(SEA, text("t3.s1.expectation", "새 전망이에요.")), Options(seed=77))

    assert figures._class.cache_info().misses == held.misses


def test_a_price_moves_screen_chart_class_and_bins_over_common_edges():
    told = figures.pair(SEA, after(SEA, price("t7.s2", 60)), Options(lessons=ALL))

    assert told["changed"] == ["t7.s2.current_value"]
    assert told["after"]["turns"][5]["moves"][1] == 60 - 95
    assert told["after"]["chart"]["series"][1][-1] == 60
    assert told["before"]["class"] != told["after"]["class"]
    bins = told["bins"]
    assert len(bins["edges"]) == len(bins["before"]) == len(bins["after"])
    assert sum(bins["before"]) == sum(bins["after"]) == 200
    assert "turned" in {one["state"] for one in told["lessons"]}
    assert told["verdict"]


def test_without_a_before_there_is_one_side_and_still_a_verdict():
    told = figures.pair(None, SEA, Options(lessons=ALL))

    assert (told["before"], told["changed"], told["bins"]["before"]) == (None, [], None)
    assert told["after"] == figures.shown(SEA, Options(lessons=ALL))
    assert told["verdict"]
    assert [one["kind"] for one in told["lessons"]] == ["spread", "news", "risk"]


def test_turns_that_come_and_go_are_compared_as_far_as_they_go():
    stocks = tuple(NewPrice(price=100, expectation="") for _ in range(3))
    turn = NewTurn(result="", news="새 소식이에요.", news_tag="all", stocks=stocks)
    longer = after(SEA, AddTurn(op="add_turn", after=2, turn=turn))
    shorter = after(SEA, DeleteTurn(op="delete_turn", at="t2"))

    more, less = (figures.pair(SEA, one) for one in (longer, shorter))

    assert (more["after"]["turn_max"], less["after"]["turn_max"]) == (7, 5)
    assert len(more["after"]["class"]["groups"][0]["worth"]) == 7
    assert "t8.news" in more["changed"]
    assert all("." in at for at in more["changed"])
    assert "t7.news" in less["changed"]


def test_the_class_is_left_out_where_nobody_asks_but_lessons_are_judged():
    told = figures.pair(SEA, after(SEA, price("t7.s2", 60)), Options(lessons=ALL, room=False))

    assert told["after"]["class"] is None
    assert (told["bins"], told["verdict"]) == (None, "")
    assert len(told["lessons"]) == len(told["after"]["lessons"]) == 3


def test_a_playtest_is_the_class_of_a_pair():
    cheap, options = after(SEA, price("t7.s2", 60)), Options(lessons=ALL)

    told, pair = figures.playtest(SEA, cheap, options), figures.pair(SEA, cheap, options)

    for side in ("before", "after"):
        assert told[side]["class"] == pair[side]["class"]
        assert told[side].keys() == {"playable", "why", "start", "profile", "class"}
    for part in ("bins", "verdict", "lessons"):
        assert told[part] == pair[part]


# -- what cannot be played

UNPLAYABLE = [
    '[{"news": "하나", "stocks": []}]',
    '[{"stocks": null}, {}]',
    '[{"stocks": [{"name": "가", "current_value": "104"}]}, {"news": 5}]',
    '[{"stocks": [{"before_value": 1e308, "current_value": -1e308}]}, {"stocks": [{}, {}, {}]}]',
]


@pytest.mark.parametrize("story", UNPLAYABLE)
def test_what_cannot_be_played_has_its_texts_and_the_reason(story):
    broken = chapters.read(story)
    told = figures.pair(SEA, broken, Options(lessons=ALL))

    shapes.Pair.model_validate(told)
    assert json.dumps(told, allow_nan=False)
    assert told["after"]["playable"] is False
    assert told["after"]["why"] == [told["verdict"]]
    assert (told["after"]["class"], told["after"]["chart"]) == (None, None)
    assert not any(turn["seen"] for turn in told["after"]["turns"])
    assert told["lessons"] == []
    assert told["bins"]["after"] is None
    assert len(told["after"]["turns"]) == len(broken.turns)


def test_a_chapter_that_was_broken_and_is_whole_again_has_a_class_afterwards():
    told = figures.pair(chapters.read(UNPLAYABLE[1]), SEA, Options(lessons=ALL))

    assert told["before"]["playable"] is False
    assert told["bins"]["before"] is None
    assert sum(told["bins"]["after"]) == 200
    assert {one["state"] for one in told["lessons"]} <= {"kept", "fails"}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
STOCK = st.dictionaries(
    st.sampled_from(["name", "risk_level", "description", "expectation"])
    | st.sampled_from(["before_value", "current_value"]),
    VALUES,
)
TURN = st.fixed_dictionaries(
    {},
    optional={
        "turn_number": VALUES,
        "news": VALUES,
        "news_tag": st.sampled_from(["all", "high", "mid", "low", ""]) | VALUES,
        "result": VALUES,
        "stocks": st.lists(STOCK, max_size=4) | VALUES,
    },
)


@given(st.lists(TURN, min_size=1, max_size=4), st.lists(TURN, min_size=1, max_size=4))
@settings(max_examples=80)
def test_any_two_chapters_have_an_answer(one, two):
    before, now = (chapters.read(json.dumps(each)) for each in (one, two))

    told = figures.pair(before, now, Options(players=10, lessons=ALL))

    assert json.dumps(told, allow_nan=False)
    shapes.Pair.model_validate(told)


@given(st.lists(st.lists(st.integers(1, 400), min_size=3, max_size=3), min_size=2, max_size=9))
@settings(max_examples=60)
def test_any_prices_have_a_class_and_both_its_sides_hold_every_player(prices):
    turns = [
        {
            "stocks": [
                {"name": f"종목 {number}", "current_value": one} for number, one in enumerate(row)
            ]
        }
        for row in prices
    ]
    told = figures.pair(SEA, chapters.read(json.dumps(turns)), Options(players=20))

    assert told["after"]["playable"]
    assert sum(told["bins"]["before"]) == sum(told["bins"]["after"]) == 20
    assert told["after"]["class"]["best"] >= 2000
