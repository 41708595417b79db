"""Figures of the texts of real chapters, measured by `python -m bench.norms FOLDER`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure is spread over the texts of one field."""

    deciles: tuple[int, ...]
    """Eleven: the least, each tenth, the most."""
    high: int
    """19 of 20 texts are at or below it."""


CHAPTERS: Final = 11
"""Measured."""
TEXTS: Final[Mapping[str, int]] = {"news": 71, "expectation": 145, "result": 71, "name": 33}
"""Measured, by field."""
LETTERS: Final[Mapping[str, Spread]] = {
    "news": Spread((17, 24, 30, 34, 41, 47, 51, 56, 61, 65, 80), 69),
    "expectation": Spread((11, 19, 23, 24, 27, 29, 32, 37, 41, 47, 74), 51),
    "result": Spread((31, 40, 44, 46, 50, 55, 88, 99, 115, 126, 172), 131),
    "name": Spread((2, 4, 5, 5, 5, 7, 7, 8, 8, 12, 14), 14),
}
"""Characters of a text."""
SENTENCE: Final[Mapping[str, Spread]] = {
    "news": Spread((4, 6, 7, 7, 8, 9, 9, 10, 12, 14, 18), 14),
    "expectation": Spread((2, 4, 5, 6, 7, 7, 8, 8, 9, 11, 15), 12),
    "result": Spread((7, 9, 10, 11, 11, 12, 12, 13, 14, 15, 23), 18),
    "name": Spread((1, 1, 2, 2, 2, 2, 2, 2, 3, 4, 4), 4),
}
"""Eojeol of a text's longest sentence."""
EOJEOL: Final[Mapping[str, Spread]] = {
    "news": Spread((3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 7), 6),
    "expectation": Spread((3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 7), 6),
    "result": Spread((3, 4, 5, 5, 5, 5, 5, 6, 6, 6, 7), 6),
    "name": Spread((2, 2, 2, 2, 2, 2, 3, 4, 4, 5, 5), 5),
}
"""Syllables of a text's longest eojeol."""
