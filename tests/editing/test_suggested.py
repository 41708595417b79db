"""What a model adds unasked is held back; what of it would pass can still be wished."""

import pytest

from core.chapter import chapter as chapters
from core.editing.limits import Limits
from core.errors import ModelDown
from tests.conftest import SAMPLES
from tests.editing.scripted import Scripted, ended

ASKED = {"op": "set", "at": "t3.news", "to": "내일은 해변에서 모래성 대회가 열린대요!"}
REQUEST = "3턴 뉴스만 더 신나게 바꿔 줘"


@pytest.fixture
def chapter():
    return chapters.read((SAMPLES / "sea_park.json").read_bytes())


def held_back(chapter, *unasked, **terms):
    end = ended(chapter, REQUEST, Scripted([ASKED, *unasked]), **terms)
    assert end.outcome == "edited"
    assert [change.at for change in end.proposal.applied.changes] == ["t3.news"]
    return end.proposal.dropped


@pytest.mark.parametrize(
    "unasked",
    [
        {"op": "set", "at": "t5.news", "to": "내일은 바람이 시원하게 분대요."},
        {"op": "price", "at": "t4.s2", "to": 101},
        {"op": "rename", "from": "sea", "to": "바다"},
    ],
    ids=lambda op: str(op["op"]),
)
def test_what_was_not_asked_for_changes_nothing(chapter, unasked) -> None:
    if unasked["op"] == "rename":
        unasked = {**unasked, "from": chapter.names[0]}

    (dropped,) = held_back(chapter, unasked)

    assert dropped.rule.startswith("scope_")
    assert dropped.fits is not None
    assert {name: dropped.fits[name] for name in unasked} == unasked


@pytest.mark.parametrize(
    "unasked",
    [
        {"op": "set", "at": "t5.news", "to": "<b>클릭</b> http://evil.example.com"},
        {"op": "set", "at": "t5.news", "to": "비가 온다."},
        {"op": "set", "at": "t99.news", "to": "없는 턴이에요."},
        {"op": "price", "at": "t4.s2", "to": -5},
        {"op": "price", "at": "t4.s2", "to": 0.5},
        {"op": "delete_stock", "at": "s1"},
    ],
    ids=["link", "plain style", "no such turn", "negative", "half a coin", "too few stocks"],
)
def test_what_would_not_pass_is_no_suggestion(chapter, unasked) -> None:
    assert all(dropped.fits is None for dropped in held_back(chapter, unasked))


def test_what_is_locked_is_no_suggestion(chapter) -> None:
    unasked = {"op": "set", "at": "t5.news", "to": "내일은 바람이 시원하게 분대요."}

    dropped = held_back(chapter, unasked, limits=Limits(frozenset({"t5"})))

    assert [one.fits for one in dropped] == [None]


def test_a_flood_of_suggestions_is_cut(chapter) -> None:
    fields = [(turn, stock) for turn in (1, 2, 4, 5, 6) for stock in (1, 2, 3)]
    flood = [
        {"op": "set", "at": f"t{turn}.s{stock}.expectation", "to": f"{turn}월에 더 붐빌 거래요."}
        for turn, stock in fields
    ]

    dropped = held_back(chapter, *flood)

    assert len(dropped) == len(flood)
    assert sum(one.fits is not None for one in dropped) == 12


# -- turns that are missing

EVERYTHING = "문장을 전부 다시 써줘"


class Breaking(Scripted):
    """Plans two turns and never finishes the second one."""

    async def stream(self, prompt, schema):
        at = prompt.messages[-1].content.removeprefix("Write turn ")[:2]
        if at == "t2":
            yield '{"changes":['
            raise ModelDown("model_cut_off")
        plans = [
            {"op": "rewrite", "at": turn, "fields": ["news"], "brief": f"{turn}를 신나게"}
            for turn in ("t1", "t2")
        ]
        news = {"op": "set", "at": "t1.news", "to": "내일은 해변에서 모래성 대회가 열린대요!"}
        self.answers = [[news]] if at == "t1" else [plans]
        async for piece in super().stream(prompt, schema):
            yield piece


def test_a_turn_that_never_comes_is_named_with_its_plan(chapter) -> None:
    model = Breaking()

    end = ended(chapter, EVERYTHING, model)

    (missing,) = end.proposal.dropped
    assert (missing.rule, missing.facts) == ("turn_missing", {"at": "t2"})
    assert (missing.fits["op"], missing.fits["brief"]) == ("rewrite", "t2를 신나게")
    assert [change.at for change in end.proposal.applied.changes] == ["t1.news"]
    assert end.error.rule == "model_cut_off"


def test_a_turn_of_which_nothing_gets_through_is_missing_too(chapter) -> None:
    plan = {"op": "rewrite", "at": "t4", "fields": ["news"], "brief": "더"}
    astray = {"op": "set", "at": "t99.news", "to": "내일은 바람이 시원하게 분대요."}

    end = ended(chapter, EVERYTHING, Scripted([ASKED, plan], [astray]))

    rules = {one.rule: one.facts["at"] for one in end.proposal.dropped}
    assert rules == {"turn_missing": "t4", "other_turn": "t4"}


def test_a_turn_of_which_nothing_is_written_is_missing_too(chapter) -> None:
    plan = {"op": "rewrite", "at": "t4", "fields": ["news"], "brief": "더"}

    end = ended(chapter, EVERYTHING, Scripted([ASKED, plan], []))

    assert [(one.rule, one.facts["at"]) for one in end.proposal.dropped] == [("turn_missing", "t4")]
