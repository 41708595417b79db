"""What these tests start lies in a Python of its own, so that the app's stays small."""

from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def servers_python() -> Path:
    """With the packages of requirements-servers.txt; `deploy/test.sh` makes it."""
    python = ROOT / ".venv-servers/bin/python"
    if not python.exists():
        pytest.skip("no .venv-servers here: bash deploy/test.sh makes it")
    return python
