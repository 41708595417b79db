"""Measures the simulated class over chapters, and how it grows with players and turns.

    python -m bench.playtest [folder of chapters]

Without a folder: the chapters beside the checkout when they are there, else the samples. Prints
each chapter's medians, then each bar with OK or MISS. Takes about a minute.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from bench.bars import Bar, median, shown
from core.chapter import chapter
from core.errors import WriterError
from core.play import game
from core.play.classroom import MOST_PLAYERS, PLAYERS, SEED, Classroom, classroom
from core.play.game import STARTS, Board

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (ROOT.parent / "shared/chapters/real", ROOT / "tests/samples")
TURNS_MOST = 100
TIMES = 9


def boards(folder: Path) -> dict[str, Board]:
    """The chapters that can be played; of the others it says why not."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = game.board(chapter.read(path.read_bytes()))
        except WriterError as problem:
            print(f"     {path.stem[:44]:<44} {problem.rule} {dict(problem.facts)}")
    return found


def long_board(turns: int) -> Board:
    """A chapter of so many turns of play, like the newest generator's."""
    chance, rows = Random(SEED), [(100, 100, 100)]
    for _ in range(turns):
        moves = (chance.randint(-span, span) for span in (20, 10, 5))
        rows.append(tuple(max(30, was + move) for was, move in zip(rows[-1], moves, strict=True)))
    tags = tuple(chance.choice(("all", "high", "mid", "low")) for _ in rows)
    aims = tuple({"all": (1, 2, 3), "high": (1,), "mid": (2,), "low": (3,)}[tag] for tag in tags)
    names, risks = ("가", "나", "다"), ("고위험 고수익", "중위험 균형형", "저위험 저수익")
    count = len(rows)
    return Board(tuple(rows), (names,) * count, (risks,) * count, tags, aims, turns)


def told(name: str, room: Classroom) -> str:
    """A chapter in one line: the class, then the median of each kind."""
    kinds = " ".join(f"{group.kind} {group.median:.0f}" for group in room.groups)
    whole = f"median {room.median:.0f} mean {room.mean:.0f} losing {room.losing:.0%}"
    return f"     {name[:44]:<44} {whole}: {kinds}"


def took(run: Callable[[], object], times: int = TIMES) -> float:
    """Median milliseconds."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        spent.append((time.perf_counter() - begun) * 1000)
    return median(spent)


def bars(folder: Path) -> Iterator[Bar]:
    found = boards(folder)
    for name, board in found.items():
        print(told(name, classroom(board, STARTS["2222"])))
    slowest = max(took(lambda b=board: classroom(b, 2000)) for board in found.values())
    yield Bar(f"the slowest of {len(found)} chapters, {PLAYERS} players", slowest, 30, "ms")
    yield from growth()


def growth() -> Iterator[Bar]:
    """What a turn of one player costs, in a large class against a usual one."""
    usual = cost(PLAYERS, 6)
    yield Bar("a turn of a player, 200 players x 6 turns", usual, 25, "us")
    yield Bar("the same, 10,000 players x 6 turns / that", cost(MOST_PLAYERS, 6) / usual, 2, "x")
    yield Bar("the same, 200 players x 100 turns / that", cost(PLAYERS, TURNS_MOST) / usual, 2, "x")
    whole = took(lambda: classroom(long_board(TURNS_MOST), 2000, players=MOST_PLAYERS), 1)
    yield Bar("10,000 players x 100 turns", whole / 1000, 10, "s")


def cost(players: int, turns: int) -> float:
    board = long_board(turns)
    spent = took(lambda: classroom(board, 2000, players=players))
    return spent * 1000 / (players * turns)


def main() -> int:
    """Exit code 1 when a bar is missed."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else next(f for f in FOLDERS if f.is_dir())
    good = [shown(bar) for bar in bars(folder)]
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
