"""Writes docs/reliability.md: threat or fault, promise, how it is tried, and what was measured.

python -m bench.reliability [WORD...] [--write]

Runs the command of every row of reliability.toml whose area, threat or command holds one of the
words (of all without any), prints each figure, which is the command's last line, and keeps it with
its date. `--write` runs nothing. Exit code 1 when a command failed: its figure says so.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = Path(__file__).with_suffix(".toml")
FIGURES = Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "reliability.md"
AREAS = {
    "people": "What writers accepted, and who may do what",
    "model": "The model and its provider",
    "network": "The network and its clients",
    "text": "Hostile text, personal data, secrets",
    "machine": "The machine",
    "supply": "What it is made of",
}
"""Area to its heading, in the page's order."""
LONGEST_S = 1800
COUNTED = re.compile(r"^=*\s*(.*?\d+ (?:passed|failed|skipped|error).*?)(?: in [\d.:]+.*)?$")
"""pytest's closing line without its time, which says nothing."""
HEAD = """# What Turnsmith promises, and how each promise was tried

Made by `python -m bench.reliability`, which runs the command of every row and writes down its last
line. The column beside it says what the most trusted systems promise for the same.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One threat or fault."""

    area: str
    threat: str
    promise: str
    tried: str
    """A command that runs in a development set-up."""
    others: str

    @property
    def command(self) -> list[str]:
        program, *rest = shlex.split(self.tried)
        return [sys.executable if program == "python" else program, *rest]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a command said last, and when."""

    said: str
    date: str
    good: bool


def rows() -> list[Row]:
    found = [Row(**each) for each in tomllib.loads(ROWS.read_text("utf-8"))["row"]]
    return sorted(found, key=lambda row: list(AREAS).index(row.area))


def figures() -> dict[str, Figure]:
    """By command."""
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    return {tried: Figure(**figure) for tried, figure in kept.items()}


def measured(row: Row) -> Figure:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        ran = subprocess.run(  # noqa: PLW1510 - a failure is a figure, too
            row.command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=LONGEST_S
        )
        said, good = last(ran.stdout), ran.returncode == 0
    except subprocess.TimeoutExpired:
        said, good = f"no end after {LONGEST_S} s", False
    return Figure(said, f"{datetime.now(UTC):%Y-%m-%d}", good)


def last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = lines[-1] if lines else ""
    return found[1] if (found := COUNTED.match(said)) else said


def kept(known: Mapping[str, Figure]) -> None:
    body = {tried: {"said": f.said, "date": f.date, "good": f.good} for tried, f in known.items()}
    FIGURES.write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def page(table: list[Row], known: Mapping[str, Figure]) -> str:
    return HEAD + "".join(_area(area, table, known) for area in AREAS)


def _area(area: str, table: list[Row], known: Mapping[str, Figure]) -> str:
    lines = [_line(row, known.get(row.tried)) for row in table if row.area == area]
    head = "| threat or fault | promise | tried by | measured | what others promise |"
    body = "\n".join([head, "| --- | --- | --- | --- | --- |", *lines])
    return f"\n## {AREAS[area]}\n\n{body}\n" if lines else ""


def _line(row: Row, figure: Figure | None) -> str:
    said = "not measured yet" if figure is None else f"{figure.said} ({figure.date})"
    said = said if figure is None or figure.good else f"**failed**: {said}"
    cells = (row.threat, row.promise, f"`{row.tried}`", said, row.others)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def chosen(table: list[Row], words: list[str]) -> Iterator[Row]:
    """Each command once."""
    tried = set[str]()
    for row in table:
        text = f"{row.area} {row.threat} {row.tried}"
        if row.tried not in tried and (not words or any(word in text for word in words)):
            tried.add(row.tried)
            yield row


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("words", nargs="*")
    given.add_argument("--write", action="store_true", help="the page alone, from what is known")
    asked = given.parse_args()
    table = rows()
    for row in () if asked.write else chosen(table, asked.words):
        figure = measured(row)
        print(f"{'OK  ' if figure.good else 'FAIL'} {row.threat}: {figure.said}", flush=True)
        kept({**figures(), row.tried: figure})  # Another one may run beside this.
    tried = {row.tried for row in table}
    known = {each: figure for each, figure in figures().items() if each in tried}
    kept(known)
    PAGE.write_text(page(table, known), "utf-8")
    return not all(figure.good for figure in known.values())


if __name__ == "__main__":
    sys.exit(main())
