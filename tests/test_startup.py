"""What a start does not load: each of these is slow or large, and most starts never need it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.processes import start_app

NEVER = ("altair", "PIL", "pyarrow", "pydeck", "pytest", "watchdog", "tests", "bench")
LATER = ("dbos", "numpy", "pandas", "psycopg", "requests")
"""Once an edit, a table or PostgreSQL needs them."""
MODEL = ("openai", "streamlit", "fastapi", "sqlalchemy", "psycopg", "dbos", "typst", "psutil")


def loaded(code: str) -> set[str]:
    """The top names of all modules, after a fresh Python has run this."""
    told = f"{code}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, cwd=ROOT)
    return set(run.stdout.decode().split())


def test_the_app_is_imported_without_what_it_may_never_need() -> None:
    assert loaded("import streamlit_app").isdisjoint({*NEVER, *LATER})


@pytest.mark.parametrize(
    "room", ["chapter.changes", "chapter.merge", "chapter.rules", "play.figures"]
)
def test_chapters_and_play_are_imported_without_any_service(room: str) -> None:
    assert loaded(f"import core.{room}").isdisjoint(MODEL)


def test_a_server_that_is_ready_has_not_read_the_large_libraries() -> None:
    with start_app() as app:
        mapped = Path(f"/proc/{app.process.pid}/maps")
        if not mapped.exists():
            pytest.skip("no /proc here")
        libraries = mapped.read_text()

    assert "site-packages/pydantic_core" in libraries
    assert [name for name in (*NEVER, *LATER) if f"site-packages/{name}" in libraries] == []
