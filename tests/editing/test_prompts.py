"""Prompts are versioned files: a version that was used never changes."""

import hashlib
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from core.chapter import chapter as chapters
from core.editing import prompt, scope
from core.editing.prompt import CURRENT, FOLDER, VERSION, Phrasing
from tests.conftest import SAMPLES

VERSIONS = sorted(FOLDER.glob("*.toml"))
CHANGES = (FOLDER / "CHANGELOG.md").read_text("utf-8")


def test_the_newest_version_is_the_one_in_use() -> None:
    assert VERSIONS
    assert max(int(file.stem) for file in VERSIONS) == int(VERSION)
    assert CURRENT.version == VERSION


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_a_version_is_in_the_changelog_as_it_is(file: Path) -> None:
    told = re.search(rf"^## {file.stem} · .*\n\n`(\w+)`$", CHANGES, re.MULTILINE)

    assert told is not None
    assert told[1] == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_a_version_says_all_and_nothing_else(file: Path) -> None:
    told = tomllib.loads(file.read_text("utf-8"))

    later = {field.name for field in fields(Phrasing) if field.default == ""}
    said = {field.name for field in fields(Phrasing)} - {"version"}
    assert said - later <= set(told) <= said
    assert file.stem != VERSION or set(told) == said
    assert all(isinstance(text, str) and text.strip() for text in told.values())


def test_the_request_stands_alone_at_the_end_and_what_is_always_the_same_first() -> None:
    chapter = chapters.read((SAMPLES / "sea_park.json").read_bytes())
    asked = [
        prompt.ask(chapter, request, scope=scope.read(request, chapter))
        for request in ("더 재미있게 해 줘", "3턴 뉴스를 더 짧게 써 줘")
    ]

    first, second = (one.messages for one in asked)
    assert first[-1].content == "더 재미있게 해 줘"
    assert first[0] == second[0]
    assert first[0].content == CURRENT.instructions
    assert CURRENT.canary in first[0].content


@pytest.mark.parametrize(
    ("fewest", "line"),
    [(3, "If texts of 3 or more turns change"), (None, "Set each text that changes; no rewrite.")],
)
def test_how_many_texts_are_written_is_said_after_the_chapter(
    fewest: int | None, line: str
) -> None:
    chapter = chapters.read((SAMPLES / "sea_park.json").read_bytes())
    asked = prompt.ask(chapter, "바꿔 줘", scope=scope.read("바꿔 줘", chapter), fewest=fewest)

    assert asked.messages[1].content.splitlines()[-1].startswith(line)
    assert asked.messages[1].content.endswith(asked.way)
    assert line not in asked.messages[0].content


def test_another_phrasing_reaches_every_call() -> None:
    chapter = chapters.read((SAMPLES / "sea_park.json").read_bytes())
    other = Phrasing("x", "c", "I", "H", "U", "$at|$fields|$brief", "P", "C", "R")
    main = prompt.ask(chapter, "바꿔 줘", scope=scope.read("바꿔 줘", chapter), phrasing=other)
    plan = prompt.Rewrite(op="rewrite", at="t2", fields=("news",), brief="$5 짜리 풍선")

    assert main.messages[0].content == "I"
    assert main.messages[2].content == "H"
    asked = prompt.ask_turn(main, (plan,), plan).messages[-1].content
    assert asked == "t2|t2.news|$5 짜리 풍선"
    assert prompt.ask_again(main, (plan,), (), cut=True).messages[-1].content == "P\nC"
