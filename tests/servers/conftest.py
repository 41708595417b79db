"""What these tests start lies in a Python of its own, so that the app's stays small."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.processes import Server, free_port, started

HERE = Path(__file__).parent
DARK = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "NO_PROXY": "*"}
"""The proxy fetches nothing and tells nobody."""


@pytest.fixture(scope="session")
def servers_python() -> Path:
    """With the packages of requirements-servers.txt; `deploy/test.sh` makes it."""
    python = ROOT / ".venv-servers/bin/python"
    if not python.exists():
        pytest.skip("no .venv-servers here: bash deploy/test.sh makes it")
    return python


def needs(python: Path, *packages: str) -> None:
    """Skips where one of them could not be installed."""
    for package in packages:
        found = subprocess.run(
            [python, "-c", f"import {package}"], capture_output=True, check=False
        )
        if found.returncode:
            pytest.skip(f"{package} does not run here: {found.stderr.decode()[-200:]}")


def llama(python: Path, kind: str, folder: Path) -> Iterator[Server]:
    needs(python, "xllamacpp", "gguf")
    port = free_port()
    command = [str(python), str(HERE / "llama.py"), str(port), kind, str(folder)]
    with started(command, {}, port, "/health") as server:
        yield server


@pytest.fixture(scope="session")
def honest(servers_python, tmp_path_factory) -> Iterator[Server]:
    """llama.cpp with a model that answers as it should, where a grammar makes it."""
    yield from llama(servers_python, "honest", tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="session")
def endless(servers_python, tmp_path_factory) -> Iterator[Server]:
    """llama.cpp with a model that never comes to an end."""
    yield from llama(servers_python, "endless", tmp_path_factory.mktemp("endless"))


@pytest.fixture(scope="session")
def litellm(servers_python, honest, endless) -> Iterator[Server]:
    """The LiteLLM proxy, with both behind it."""
    needs(servers_python, "litellm")
    port = free_port()
    command = [str(servers_python.with_name("litellm")), "--config", str(HERE / "litellm.yaml")]
    command += ["--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    behind = {"LLAMA_URL": f"{honest.url}/v1", "ENDLESS_URL": f"{endless.url}/v1"}
    with started(command, {**DARK, **behind}, port, "/health/liveliness") as server:
        yield server
