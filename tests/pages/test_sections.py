"""A proposal becomes the rows that a writer decides on."""

import json
from pathlib import Path

import pytest

from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.ops import (
    AddStock,
    AddTurn,
    CopyTurn,
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
from core.editing.editor import Proposal
from pages.parts.review.cards import card
from pages.parts.review.sections import sections, units

SAMPLES = Path(__file__).parents[2] / "pages" / "samples"
SEA = chapters.read((SAMPLES / "sea_park.json").read_bytes())
FIRST, SECOND, THIRD = SEA.names


def rename(old: str, new: str) -> Op:
    return Rename.model_validate({"op": "rename", "from": old, "to": new})


def proposed(*groups: tuple[Op, ...], chapter: chapters.Chapter = SEA) -> Proposal:
    named = tuple(Group(f"g{n}", ops, "instant", "asked") for n, ops in enumerate(groups, 1))
    return Proposal(chapter, named, changes.apply(chapter, named))


def drawn(*groups: tuple[Op, ...]) -> dict[str, dict]:
    found = sections(proposed(*groups), "ko")
    json.dumps(found)
    return {section["key"]: section for section in found}


def test_a_changed_text_is_one_row_with_its_difference():
    (row,) = drawn((Set(op="set", at="t2.news", to="내일은 비가 와요."),))["t2"]["rows"]

    assert (row["kind"], row["unit"], row["label"]) == ("text", "g1", "뉴스")
    assert row["name"] == "2턴 뉴스"
    assert any(isinstance(segment, dict) for segment in row["segments"])


def test_other_turns_stay_folded_with_their_fields():
    found = drawn((Set(op="set", at="t2.news", to="내일은 비가 와요."),))

    assert found["t2"]["status"] == "changed"
    assert found["t3"]["status"] == "same"
    assert {"stock": "", "label": "뉴스", "text": SEA.turns[2].text("news")} in found["t3"]["same"]


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


def test_groups_with_a_hand_in_one_place_are_decided_together():
    offer = proposed((rename(FIRST, "물개 공연"),), (Set(op="set", at="t1.news", to=f"{FIRST}!"),))

    assert set(units(offer)) == {"g1", "g2"}
    together = [sorted(who) for who in offer.applied.together]
    assert len(set(units(offer).values())) == (1 if ["g1", "g2"] in together else 2)


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
