"""docs/reliability.md says what was measured, of commands that exist."""

import re
from pathlib import Path

import pytest

from bench import reliability

ROOT = Path(__file__).parents[1]
ROWS = reliability.rows()


def test_the_page_is_made_of_the_rows_and_their_figures():
    assert reliability.PAGE.read_text("utf-8") == reliability.page(ROWS, reliability.figures())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.threat[:60])
def test_every_row_has_a_figure_and_it_is_good(row):
    figure = reliability.figures()[row.tried]

    assert figure.good
    assert re.search(r"\d", figure.said)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.threat[:60])
def test_what_a_command_runs_exists(row):
    named = [word for word in row.command if word.startswith("tests/")]
    ours = [word for word in row.command if word.startswith(("bench.", "deploy."))]
    modules = [f"{word.replace('.', '/')}.py" for word in ours]

    assert [*named, *modules]
    for path in (*named, *modules):
        assert (ROOT / path.partition("::")[0]).exists(), path


@pytest.mark.parametrize(
    ("said", "figure"),
    [
        ("=== 3 passed in 1.20s ===", "3 passed"),
        ("12 passed, 2 skipped in 63.04s (0:01:03)", "12 passed, 2 skipped"),
        ("1,000 kills: 0 lost", "1,000 kills: 0 lost"),
        ("", ""),
    ],
)
def test_a_closing_line_of_pytest_is_told_without_its_time(said, figure):
    assert reliability.last(f"first\n{said}\n\n") == (figure or "first")
