"""Every rule has a sentence in both languages, short, polite, and saying where and what to do."""

import ast
import re
import string
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from core import errors, words
from core.chapter import rules
from core.chapter.chapter import PRICES, STOCK_TEXTS, TURN_TEXTS
from core.chapter.rules import Finding
from core.errors import NoSuchPlace, Unreadable
from core.words import chapter, places

ROOT = Path(__file__).resolve().parents[1]
FACTS = {
    **dict.fromkeys(("turns", "least", "most", "count", "usual", "right", "other", "digits"), 7),
    **dict.fromkeys(("price", "was", "length", "line", "column", "bytes", "found"), 12),
    **dict.fromkeys(("name", "target", "named", "sentence", "risk", "key"), "조개 매점"),
    **dict.fromkeys(("written", "percent", "move"), "+10%"),
    "tag": "mid",
    "number": "NaN",
    "kind": "text",
    "field": "description",
    "close": "]",
    "at": "t3.s2.news",
}
"""A value for every fact that the chapter's sentences use."""
PLACES = ("where", "place", "at")
both = pytest.mark.parametrize("lang", ["ko", "en"])


RULE_AT = {"_Fault": 0, "fail": 0, "Refusal": 1, "Answer": 1}
RULE_AT |= {name: 0 for name in dir(errors) if name[0].isupper()}
"""Which argument of a call is a rule."""


def rules_named() -> set[str]:
    """Rules in the source of core: what errors, refusals and answers are given."""
    paths = (ROOT / "core").rglob("*.py")
    return {rule for path in paths for rule in rules_in(ast.parse(path.read_text("utf-8")))}


def rules_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > RULE_AT.get(called(node), 99):
            named = node.args[RULE_AT[called(node)]]
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def tables() -> dict[str, dict[str, tuple[str, str]]]:
    found = {path.stem for path in (ROOT / "core/words").glob("*.py")} - {"__init__", "places"}
    modules = {name: __import__(f"core.words.{name}", fromlist=["TABLE"]) for name in found}
    return {name: module.TABLE for name, module in modules.items()}


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@both
@pytest.mark.parametrize("rule", rules.LEVELS)
def test_every_rule_that_is_found_has_a_sentence_that_needs_no_unknown_fact(rule, lang):
    said = words.finding(Finding(rules.LEVELS[rule], rule, "t3.s2.news", FACTS), lang)

    assert rule in chapter.TABLE
    assert "…" not in said.replace("{…}", "")
    assert "{" not in said.replace("{…}", "")


@pytest.mark.parametrize("rule", sorted(rules_named()))
def test_every_rule_that_an_error_or_refusal_names_has_a_sentence(rule):
    assert rule in words.TABLE


def test_no_rule_has_two_sentences_and_no_table_is_forgotten():
    found = tables()

    for (one, first), (other, second) in combinations(found.items(), 2):
        assert not set(first) & set(second), (one, other)
    assert set().union(*found.values()) == set(words.TABLE)


@pytest.mark.parametrize("rule", words.TABLE)
def test_both_languages_use_the_facts_and_korean_is_korean(rule):
    korean, english = words.TABLE[rule]

    assert names_in(english) - set(PLACES) <= names_in(korean)
    assert re.search("[가-힣]", korean)
    assert len(korean) <= 120
    assert len(english) <= 160


@pytest.mark.parametrize("rule", chapter.TABLE)
def test_sentences_are_polite_and_end(rule):
    korean, english = chapter.TABLE[rule]

    told = re.sub(r"\([^()]*\)", "", korean.replace("이에요}", "}이에요"))
    assert all(end.endswith("요") for end in re.split(r"[.?](?:\s|$)", told)[:-1])
    assert korean.endswith((".", "?"))
    assert english.endswith((".", "?"))


@pytest.mark.parametrize(
    ("at", "korean", "english"),
    [
        ("", "챕터 전체", "the whole chapter"),
        ("t3", "3턴", "turn 3"),
        ("t3.news", "3턴 뉴스", "turn 3 news"),
        ("t3.s2.expectation", "3턴 2번 종목 전망", "turn 3, stock 2 expectation"),
        ("s2.description", "모든 턴 2번 종목 설명", "every turn, stock 2 description"),
        ("t1.1.1.1", "1턴", "turn 1"),
        ("t1.odd_key", "1턴 odd_key", "turn 1 odd_key"),
    ],
)
def test_places_are_said_in_words(at, korean, english):
    assert words.place(at, "ko") == korean
    assert words.place(at, "en") == english


def test_a_place_is_named_by_its_stock_where_the_names_are_known():
    names = ("돌고래 쇼", "해파리 회전차")

    assert words.place("t3.s2.news", "ko", names) == "3턴 해파리 회전차 뉴스"
    assert words.place("t3.s3.news", "ko", names) == "3턴 3번 종목 뉴스"
    assert words.place("t3.s1", "en", names) == "turn 3, 돌고래 쇼"


def test_every_field_of_a_chapter_has_words():
    fields = {*TURN_TEXTS, *STOCK_TEXTS, *PRICES, "stocks", "turn_number"}

    assert fields <= set(places.FIELDS)


def test_an_error_says_line_column_and_place():
    error = Unreadable("not_a_number", line=45, column=26, at="t2.s1.current_value", number="NaN")

    assert words.error(error, "ko") == (
        "45줄 26칸(t2.s1.current_value, 2턴 1번 종목 가격): NaN 값은 JSON에 쓸 수 없어요."
        " 실제 숫자를 적어 주세요."
    )
    assert words.error(error, "en").startswith("At line 45, column 26 (t2.s1.current_value, turn 2")


def test_particles_follow_what_they_are_given():
    facts = {"right": 105, "found": 77}

    said = words.finding(Finding("GAME", "before_wrong", "t4.s2.before_value", facts), "ko")

    assert said == (
        "4턴 2번 종목 이전 가격(t4.s2.before_value): 이전 가격이 77인데 앞 턴의 가격은 105예요."
        " 105로 맞춰 주세요."
    )


def test_what_cannot_be_seen_is_spelled_out():
    facts = {"found": "돌고래\u200b 쇼", "usual": "돌고래 쇼"}

    said = words.finding(Finding("GAME", "name_differs", "t4.s1.name", facts), "ko")

    assert "‘돌고래[U+200B] 쇼’" in said


@both
def test_a_sentence_stays_short_whatever_it_quotes(lang):
    facts = {"found": "길" * 9000, "usual": "둘" * 9000}

    assert len(words.finding(Finding("GAME", "name_differs", "t4.s1.name", facts), lang)) < 320


def test_a_fact_cannot_smuggle_in_a_format():
    said = words.error(NoSuchPlace("address", at="{0.__class__} %s"), "ko")

    assert "{0.__class__} %s" in said


def test_a_rule_without_a_sentence_names_itself():
    assert "no_such_rule" in words.sentence("no_such_rule", {}, "ko")


def test_a_sentence_costs_the_same_however_many_stocks_there_are():
    started = time.perf_counter()
    names = ["🐬" * 400] * 20_000
    for _ in range(200):
        words.sentence("locked", {"at": "t1.s15000.name"}, "ko", names)

    assert time.perf_counter() - started < 2
