"""Measures the texts of a folder of chapters and prints core/play/norms.py: numbers only.

    python -m bench.norms FOLDER > norms.py

Texts are taken as the game shows them, each once a chapter. A file that is no chapter, and one of
a single turn, which shows none, is left out and named on stderr.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.errors import Unreadable
from core.play.reading import KINDS, Counts, counted, seen

HEAD = Path(__file__).parents[1] / "core/play/norms.py"
FIGURES: Mapping[str, tuple[str, Callable[[Counts], int]]] = {
    "LETTERS": ("Characters of a text.", lambda counts: counts.letters),
    "SENTENCE": ("Eojeol of a text's longest sentence.", lambda counts: counts.longest_sentence),
    "EOJEOL": ("Syllables of a text's longest eojeol.", lambda counts: counts.longest_eojeol),
}


def readable(folder: Path) -> Iterator[Chapter]:
    for path in sorted(folder.glob("*.json")):
        try:
            chapter = chapters.read(path.read_bytes())
        except Unreadable as error:
            print(f"{path.name}: left out, {error.rule}", file=sys.stderr)
            continue
        if any(seen(chapter)):
            yield chapter
        else:
            print(f"{path.name}: left out, it shows no text", file=sys.stderr)


def quantile(values: list[int], percent: int) -> int:
    """The value that `percent` of 100 are at or below; `values` ascend."""
    return values[max(0, -(-percent * len(values) // 100) - 1)]


def spread(values: list[int]) -> str:
    deciles = tuple(quantile(values, percent) for percent in range(0, 101, 10))
    return f"Spread({deciles}, {quantile(values, 95)})"


def measured(found: list[Chapter]) -> dict[str, list[Counts]]:
    texts = [text for chapter in found for text in {(k, t) for _, k, t in seen(chapter)}]
    return {kind: [counted(text) for of, text in texts if of == kind] for kind in KINDS}


def table(name: str, by_kind: Mapping[str, list[Counts]]) -> str:
    says, figure = FIGURES[name]
    rows = (
        f'    "{kind}": {spread(sorted(map(figure, counts)))},\n'
        for kind, counts in by_kind.items()
    )
    return f'{name}: Final[Mapping[str, Spread]] = {{\n{"".join(rows)}}}\n"""{says}"""\n'


def main(folder: Path) -> None:
    found = list(readable(folder))
    by_kind = measured(found)
    texts = {kind: len(counts) for kind, counts in by_kind.items()}
    written = HEAD.read_text("utf-8").partition("CHAPTERS")[0]
    written += f'CHAPTERS: Final = {len(found)}\n"""Measured."""\n'
    shown = str(texts).replace("'", '"')
    written += f'TEXTS: Final[Mapping[str, int]] = {shown}\n"""Measured, by field."""\n'
    print(written + "".join(table(name, by_kind) for name in FIGURES), end="")
    every = list(chain(*by_kind.values()))
    rare, most = sum(len(c.rare) for c in every), max(len(c.finance) for c in every)
    print(f"rare words: {rare} in {len(every)} texts; finance: at most {most}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
