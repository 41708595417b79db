"""Measures what a start costs, against the packages that it cannot do without.

    python -m bench.startup

Processor time of fresh processes, the least of a few, so that a busy machine hardly matters; only
the last bar is by the clock. Takes about twenty seconds and ends what it starts.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.bars import Bar, shown
from tests.processes import start_app

TRIES = 5
PACKAGES = "streamlit, streamlit.starlette, fastapi, sqlalchemy, pydantic, openai, httpx2"
"""What the app stands on; without them nothing of it would be left to import."""
CORE = "core.chapter.changes, core.chapter.merge, core.chapter.rules, core.play.figures"
"""All that a chapter is and may become, pages and model aside."""


def cost(code: str) -> float:
    """Seconds of processor that a fresh Python takes to run this, beyond doing nothing."""
    return min(_spent(code) for _ in range(TRIES))


def _spent(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def imports() -> Iterator[Bar]:
    nothing, page = cost("pass"), cost("import streamlit")
    packages, app = cost(f"import {PACKAGES}"), cost("import streamlit_app")
    core = cost(f"import {CORE}")
    yield Bar("import of the app / of its packages alone", ratio(app, packages, nothing), 1.75, "x")
    yield Bar("import of chapters and play / of Streamlit", ratio(core, page, nothing), 1.0, "x")


def ratio(one: float, other: float, nothing: float) -> float:
    return (one - nothing) / (other - nothing)


def ready() -> Iterator[Bar]:
    """The second start: what Python and the system cache is there."""
    with start_app():
        pass
    begun = time.perf_counter()
    with start_app():
        yield Bar("ready after start", time.perf_counter() - begun, 2.5, "s")


def main() -> int:
    """Exit code 1 when a bar is missed."""
    good = [shown(bar) for measure in (imports, ready) for bar in measure()]
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
