"""The figures of edits by a model, measured here and written down: docs/figures.md.

python -m bench.figures [FOLDER]

Runs the benches named below over the chapters of FOLDER (else the samples), and keeps what they
print: numbers, and no sentence of a chapter. Takes ten minutes. Exit code 1 when one of them fails.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.sim_llm import tokens
from core.editing.prompt import FOLDER, VERSION, Phrasing

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "figures.md"
SAMPLES = ROOT / "tests" / "samples"
FEW_LINES = 60


@dataclass(frozen=True, slots=True)
class Run:
    """One bench, and what its figures mean."""

    title: str
    means: str
    command: Sequence[str]
    tail: int = FEW_LINES
    """Lines of what it prints, from its end."""


def runs(folder: Path) -> tuple[Run, ...]:
    return (
        Run(
            "Named changes beside the whole rewrite",
            "Medians over the chapters, each ratio of one run. `whole (s)`: the same model writes "
            "the chapter anew; tokens out are of the change list and of that.",
            ("bench.whole", str(folder)),
        ),
        Run(
            "One answer or a plan",
            "Seconds of what the program chose by the provider's pace, of one call and of a plan.",
            ("bench.ways",),
        ),
        Run(
            "A hijacked model",
            "Hostile answers through whole edits, and a judge that knows no gate.",
            ("bench.containment", str(folder), "--answers", "2000"),
        ),
        Run(
            "Faults",
            "Edits over HTTP while the model misbehaves, and whole rewrites of which turns fail.",
            ("bench.faults", "--edits", "400", "--planned", "136", "--at-once", "16"),
            tail=3,
        ),
    )


def measured(run: Run) -> tuple[str, bool]:
    """What a bench printed last, and whether it ended well."""
    command = [sys.executable, "-m", *run.command]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(ran.stdout, ran.stderr, sep="\n", flush=True)
    # What is indented tells of one chapter, and may quote it.
    lines = [line for line in ran.stdout.splitlines() if not line.startswith(" ")]
    return "\n".join(lines[-run.tail :]), ran.returncode == 0


def told(run: Run, printed: str, folder: Path) -> Iterator[str]:
    words = ["FOLDER" if word == str(folder) else word for word in run.command]
    yield f"\n## {run.title}\n\n{run.means}\n\n`python -m {' '.join(words)}`\n"
    yield f"```\n{printed.strip()}\n```"


def head(chapters: int, load: float) -> Iterator[str]:
    cores, memory = os.cpu_count() or 1, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    machine = f"{cores} cores ({platform.machine()}), {memory / 2**30:.0f} GB"
    phrasing = Phrasing.read(FOLDER / f"{VERSION}.toml")
    yield "# Figures of edits by a model\n"
    yield "Made by `python -m bench.figures`; the model is the simulated one, so ratios count, and"
    yield "seconds only beside each other.\n"
    yield f"- {datetime.now(UTC).date()}, {machine}, Python {platform.python_version()}"
    busy = load > cores / 2
    yield f"- {load:.1f} other programs running at the start{': a busy machine' if busy else ''}"
    size = tokens.count(phrasing.instructions)
    yield f"- {chapters} chapters, prompt {VERSION}: {size} tokens of instructions"


def main() -> int:
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SAMPLES
    lines = list(head(len(list(folder.glob("*.json"))), os.getloadavg()[0]))
    good = True
    for run in runs(folder):
        printed, ended_well = measured(run)
        lines += told(run, printed, folder)
        good &= ended_well
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
