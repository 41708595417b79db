"""A proposal becomes the rows that a writer decides on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.merge import Conflict
from core.chapter.ops import (
    AddStock,
    AddTurn,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Rename,
    Set,
)
from core.editing.decisions import Decisions, in_order, phrases, pickable, revised
from core.editing.events import Leftover, Proposal
from pages.parts.review.cards import card
from pages.parts.review.leftovers import leftovers
from pages.parts.review.review import stamp
from pages.parts.review.sections import Laid, laid

SAMPLES = Path(__file__).parents[2] / "pages" / "samples"
SEA = chapters.read((SAMPLES / "sea_park.json").read_bytes())
FIRST, SECOND, THIRD = SEA.names


DELETED = DeleteTurn(op="delete_turn", at="t4")
MOVED = MoveTurn(op="move_turn", at="t2", after=3)


def rename(old: str, new: str) -> Op:
    return Rename.model_validate({"op": "rename", "from": old, "to": new})


def proposed(*groups: tuple[Op, ...], chapter: chapters.Chapter = SEA) -> Proposal:
    named = tuple(Group(f"g{n}", ops, "instant", "asked") for n, ops in enumerate(groups, 1))
    return Proposal(chapter, named, changes.apply(chapter, named))


def drawn(*groups: tuple[Op, ...]) -> dict[str, dict]:
    return by_key(laid(proposed(*groups), "ko"))


def by_key(out: Laid) -> dict[str, dict]:
    json.dumps([out.sections, out.units, out.reasons])
    return {section["key"]: section for section in out.sections}


def rows(out: Laid) -> list[dict]:
    return [row for section in out.sections for row in section["rows"]]


def test_a_changed_text_is_one_row_with_its_difference():
    (row,) = drawn((Set(op="set", at="t2.news", to="내일은 비가 와요."),))["t2"]["rows"]

    assert (row["kind"], row["unit"], row["label"]) == ("text", "g1", "뉴스")
    assert row["name"] == "2턴 뉴스"
    assert any(isinstance(segment, dict) for segment in row["segments"])


def test_other_turns_stay_folded_with_their_fields():
    found = drawn((Set(op="set", at="t2.news", to="내일은 비가 와요."),))

    assert found["t2"]["status"] == "changed"
    assert found["t3"]["status"] == "same"
    news = SEA.turns[2].text("news")
    edit = {"at": "t3.news", "kind": "text", "now": news}
    assert {"stock": "", "label": "뉴스", "text": news, "edit": edit} in found["t3"]["same"]


def test_a_price_brings_the_next_opening_price_along_in_the_same_row():
    found = drawn((Price(op="price", at="t4.s2", to=120),))
    (row,) = found["t4"]["rows"]

    assert (row["kind"], row["a"], row["b"]) == ("price", SEA.turns[3].stocks[1].price, 120)
    assert row["chips"] == ["다음 턴의 이전 가격도"]
    assert not found["t5"]["rows"]


def test_a_shared_text_is_shown_once_for_all_turns():
    found = drawn((Set(op="set", at="s3.description", to="작고 예쁜 간식 가게예요."),))
    rows = [row for section in found.values() for row in section["rows"]]

    assert [row["chips"] for row in rows] == [["7개 턴 모두"]]
    assert rows[0]["places"] == 1


def test_a_rename_is_one_decision_in_many_places():
    found = drawn((rename(FIRST, "물개 공연"),))
    rows = [row for section in found.values() for row in section["rows"]]

    assert {row["unit"] for row in rows} == {"g1"}
    assert [row["places"] for row in rows] == [10] + [0] * (len(rows) - 1)


def test_a_news_tag_is_told_in_words_and_as_a_whole():
    (row,) = drawn((Set(op="set", at="t1.news_tag", to="low"),))["t1"]["rows"]

    assert row["segments"] == [{"a": [(True, "고위험")], "b": [(True, "저위험")]}]


def test_a_removed_turn_stands_where_it_was_with_its_texts():
    found = drawn((DeleteTurn(op="delete_turn", at="t3"),))
    keys = list(found)
    (row,) = found["gone t3"]["rows"]

    assert keys.index("gone t3") == keys.index("t3") - 1
    assert (row["kind"], row["verb"]) == ("shape", "removed")
    assert SEA.turns[2].text("news") in [part["text"] for part in row["parts"]]
    assert all(row["unit"] == "g1" for section in found.values() for row in section["rows"])


def test_a_moved_turn_says_from_where():
    found = drawn((MoveTurn(op="move_turn", at="t2", after=4),))
    (row,) = [r for s in found.values() for r in s["rows"] if r["kind"] == "shape"]

    assert (row["verb"], row["from"]) == ("moved", "2턴")


def test_derived_prices_of_moved_turns_are_counted_not_listed():
    found = drawn((MoveTurn(op="move_turn", at="t2", after=4),))
    rows = [row for section in found.values() for row in section["rows"]]

    assert "이전 가격" not in [row["label"] for row in rows]
    assert any("이전 가격" in chip for row in rows for chip in row["chips"])


def test_a_repeated_turn_is_marked():
    found = drawn((CopyTurn(op="copy_turn", at="t2"),))

    assert found["t3"]["mark"] == "한 번 더 나오는 턴"
    assert "added" in [section["status"] for section in found.values()]


def test_a_new_turn_is_shown_whole():
    new = NewTurn(
        result="새 결과예요.",
        news="새 소식이에요.",
        news_tag="all",
        stocks=tuple(NewPrice(price=100 + n, expectation=f"{n}번 전망이에요.") for n in range(3)),
    )
    found = drawn((AddTurn(op="add_turn", after=7, turn=new),))
    (row,) = [r for s in found.values() for r in s["rows"] if r["kind"] == "shape"]

    assert (row["verb"], found["t8"]["status"]) == ("added", "added")
    assert {"label": SECOND, "text": "101냥 · 1번 전망이에요."} in row["parts"]


def test_a_new_stock_concerns_the_whole_chapter():
    stock = NewStock(
        name="등대 찻집",
        risk_level="저위험 저수익",
        description="따뜻한 차를 파는 가게예요.",
        turns=tuple(NewPrice(price=100, expectation="조용해요.") for _ in SEA.turns),
    )
    (row,) = drawn((AddStock(op="add_stock", stock=stock),))["all"]["rows"]

    assert (row["kind"], row["verb"], row["text"]) == ("shape", "added", "새 종목")
    assert {"label": "이름", "text": "등대 찻집"} in row["parts"]


NEWS = SEA.turns[1].text("news")
SOFTER = f"모두 들어요. {NEWS} 정말 그래요."


def set_news(to: str = SOFTER) -> Op:
    return Set(op="set", at="t2.news", to=to)


def test_groups_with_a_hand_in_one_place_are_decided_together():
    both = proposed((rename(FIRST, "물개 공연"),), (Set(op="set", at="t1.news", to=f"{FIRST}!"),))
    (unit,) = laid(both, "ko").units

    assert unit == {"id": "g1", "groups": ["g1", "g2"], "conflict": False}


def test_units_are_numbered_as_a_request_names_them():
    offer = proposed((Price(op="price", at="t4.s2", to=120),), (set_news(),))

    assert [unit["id"] for unit in laid(offer, "ko").units] == list(in_order(offer)) == ["g2", "g1"]


@pytest.mark.parametrize(
    "ops",
    [
        (DELETED, MOVED, set_news()),
        (MOVED, Set(op="set", at="t1.news", to=""), DELETED),
        (Set(op="set", at="t6.news", to=""), DeleteStock(op="delete_stock", at="s3"), MOVED),
        (DeleteTurn(op="delete_turn", at="t7"), Price(op="price", at="t1.s1", to=111), MOVED),
    ],
)
def test_numbers_run_down_the_page_whatever_moves(ops):
    offer = proposed(*((op,) for op in ops))
    out = laid(offer, "ko")
    number = {unit["id"]: place for place, unit in enumerate(out.units, 1)}

    seen = list(dict.fromkeys(number[row["unit"]] for row in rows(out)))

    assert [unit["id"] for unit in out.units] == list(in_order(offer))
    assert seen == list(range(1, len(seen) + 1))


def test_a_reason_is_said_where_it_differs_from_the_row_above():
    out = laid(proposed((set_news(),), (Price(op="price", at="t4.s2", to=120),)), "ko")

    assert [row["again"] for row in rows(out)] == [False, True]


def test_only_a_text_of_its_own_is_decided_phrase_by_phrase():
    out = laid(proposed((set_news(),), (rename(THIRD, "진주 매점"),)), "ko")

    assert [row["id"] for row in rows(out) if row["pick"]] == ["g1.1"]


def test_a_row_has_the_phrases_that_its_picks_count():
    offer = proposed((set_news(),))
    (row,) = rows(laid(offer, "ko"))
    (change,) = pickable(offer).values()
    shown = [part for part in row["segments"] if isinstance(part, dict)]

    assert row["pick"] == change.at == "t2.news"
    assert len(shown) == sum(not isinstance(part, str) for part in phrases(change)) == 2


def test_a_text_that_changes_in_one_phrase_is_decided_as_a_whole():
    (row,) = rows(laid(proposed((set_news(f"{NEWS} 정말 그래요."),)), "ko"))

    assert row["pick"] == ""


def test_every_row_says_who_and_why():
    model = Group("g1", (set_news(),), "model", "더 두근두근하게")
    own = Group("g2", (Set(op="set", at="t3.news", to="제가 쓴 소식이에요."),), "writer", "")
    offer = Proposal(SEA, (model, own), changes.apply(SEA, (model, own)))
    out = laid(offer, "ko")

    said = [out.reasons[row["reason"]] for row in rows(out)]
    assert said == [("모델", "더 두근두근하게"), ("작가", "직접 고침")]


def test_what_a_rule_forced_says_the_rule():
    offer = proposed((MoveTurn(op="move_turn", at="t2", after=4),))
    out = laid(offer, "ko")

    assert ("규칙", "턴 순서에 맞춰 가격을 이었어요") in out.reasons


def test_a_finding_stands_beside_the_row_that_brings_it():
    out = laid(proposed((Set(op="set", at="t1.news_tag", to="low"),)), "ko")
    (row,) = rows(out)

    assert [found["tone"] for found in row["found"]] == ["warn"]
    assert ("tag_other_stock", "t1.news_tag") in out.told


def test_a_solved_finding_stands_beside_the_row_too():
    bad = chapters.with_array(SEA, [{**turn, "news_tag": "odd"} for turn in SEA.array])
    offer = proposed((Set(op="set", at="t3.news_tag", to="all"),), chapter=bad)
    (row,) = rows(laid(offer, "ko"))

    assert "good" in [found["tone"] for found in row["found"]]


def test_texts_prices_tags_and_risks_are_written_over_where_they_stand():
    found = drawn((rename(FIRST, "물개 공연"), Price(op="price", at="t4.s2", to=120), set_news()))
    edits = {row["edit"]["at"]: row["edit"]["kind"] for row in found["t1"]["rows"]}
    edits |= {one["edit"]["at"]: one["edit"]["kind"] for one in found["t1"]["same"] if one["edit"]}

    assert edits["s1.name"] == edits["t1.news"] == "text"
    assert (edits["t1.news_tag"], edits["s2.risk_level"]) == ("tag", "risk")
    assert found["t4"]["rows"][0]["edit"] == {
        "at": "t4.s2.current_value",
        "kind": "price",
        "now": 120,
    }
    assert not any(".before_value" in at for at in edits)


def test_where_turns_move_only_what_was_asked_is_written_over():
    found = drawn((MoveTurn(op="move_turn", at="t2", after=4), set_news()))
    forced = [
        row for section in found.values() for row in section["rows"] if row["kind"] == "price"
    ]

    assert forced
    assert not any(row["edit"] for row in forced)
    assert not any(one["edit"] for section in found.values() for one in section["same"])


def test_own_words_are_drawn_as_the_writers():
    offer = proposed((set_news(),))
    said = Decisions(texts={"t2.news": "제가 쓴 소식이에요."})
    out = laid(revised(offer, said), "ko", "더 두근두근하게", own=said.texts.keys())
    (row,) = rows(out)

    assert out.reasons[row["reason"]] == ("작가", "직접 고침")
    assert row["edit"]["now"] == "제가 쓴 소식이에요."


def test_a_conflict_shows_what_both_sides_came_from():
    offer = proposed((set_news(),), (Price(op="price", at="t4.s2", to=120),))
    clash = {"g1": Conflict("t2.news", "옛 소식이에요.", NEWS, SOFTER)}
    out = laid(replace(offer, conflicts=clash), "ko")

    assert [unit["conflict"] for unit in out.units] == [True, False]
    assert [row["conflict"] for row in rows(out)] == [{"base": "옛 소식이에요."}, None]


def test_a_conflict_over_a_price_is_told_in_coins():
    clash = {"g1": Conflict("t4.s2.current_value", 90, SEA.turns[3].stocks[1].price, 120)}
    offer = replace(proposed((Price(op="price", at="t4.s2", to=120),)), conflicts=clash)

    assert rows(laid(offer, "ko"))[0]["conflict"] == {"base": "90냥"}


def short_named() -> Proposal:
    array = [{**turn, "result": f"{FIRST} 앞 {FIRST.split()[0]} 동상이에요."} for turn in SEA.array]
    chapter = chapters.with_array(SEA, array)
    mention = Leftover("t3.result", FIRST.split()[0])
    return replace(proposed((rename(FIRST, "물개 공연"),), chapter=chapter), leftovers=(mention,))


def test_a_short_name_is_asked_in_its_sentence_with_what_it_would_become():
    (item,) = leftovers(short_named(), {}, "ko")

    assert (
        item["before"] + item["word"] + item["after"]
        == f"{FIRST} 앞 {FIRST.split()[0]} 동상이에요."
    )
    assert item["before"] == f"{FIRST} 앞 "
    assert (item["to"], item["yes"]) == ("물개", None)


def test_an_answer_is_shown_where_it_was_given():
    key = f"t3.result {FIRST.split()[0]}"
    (item,) = leftovers(short_named(), {key: False}, "ko")

    assert (item["key"], item["yes"]) == (key, False)


def test_verdicts_do_not_draw_the_page_anew_but_own_words_do():
    begun = stamp("c 1 e", Decisions())

    assert stamp("c 1 e", Decisions(verdicts={"g1": "accepted"}, picks={"t2.news": "a."})) == begun
    assert stamp("c 1 e", Decisions(texts={"t2.news": "제 글"})) != begun
    assert stamp("c 1 e", Decisions(answers={"t3.news 쇼": True})) != begun


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_is_drawn_as_cards_in_both_languages(path):
    chapter = chapters.read(path.read_bytes())

    for lang in ("ko", "en"):
        found = [card(turn, lang) for turn in chapter.turns]
        assert all(len(one["stocks"]) == 3 and one["fields"] for one in found)
        assert {stock["level"] for one in found for stock in one["stocks"]} == {
            "high",
            "mid",
            "low",
        }
