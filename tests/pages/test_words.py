"""The interface speaks Korean and English, word for word."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from pages import words
from pages.words import EN, KO, LANGS, WORDS, Words, fill, spoken, table

NAMES = [field.name for field in fields(Words)]
HANGUL = re.compile("[가-힣]")
WATCH = ("watch_", "error_", "trace_")
"""Built from what tests/pages/test_monitor_page.py goes through."""
SAME_IN_BOTH = {"cpu", "cancel_key"}


def blanks(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_every_language_has_its_words():
    assert set(WORDS) == set(LANGS)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_is_filled_with_the_same_facts_in_both_languages(name):
    korean, english = getattr(KO, name), getattr(EN, name)

    assert korean.strip()
    assert english.strip()
    assert blanks(korean) == blanks(english)


@pytest.mark.parametrize("name", sorted(set(NAMES) - SAME_IN_BOTH))
def test_korean_is_korean_and_english_is_not(name):
    assert HANGUL.search(getattr(KO, name))
    assert not HANGUL.search(getattr(EN, name))


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_left_that_nobody_says(name):
    """Python says `say.name`; JavaScript `words.name`, `say.name`, or builds it from parts."""
    sources = [*_sources(Path(words.__file__).parents[1])]
    built = name.startswith(("outcome_", "sample_", "tag_", "limits_", *WATCH)) or name.endswith(
        "_name"
    )

    assert built or any(f".{name}" in text or f'"{name}"' in text for text in sources)


def _sources(folder):
    for path in folder.rglob("*"):
        if path.suffix in (".py", ".js") and path.parent.name != "words":
            yield path.read_text("utf-8")


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("ko-KR", "ko"), ("ko", "ko"), ("en-US", "en"), ("ja", "en"), (None, "ko"), ("", "ko")],
)
def test_the_browsers_locale_chooses_the_language(locale, lang):
    assert spoken(locale) == lang


def test_a_fact_is_not_read_as_a_blank_or_a_format():
    assert fill("{name} {n}", name="{n}", n=3) == "{n} 3"
    assert fill("{name}", name="{0.__class__} %s") == "{0.__class__} %s"


def test_javascript_gets_the_fields_words_too():
    assert table("ko")["news"] == "뉴스"
    assert table("en")["news"] == "News"
