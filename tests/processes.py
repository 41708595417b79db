"""Starts the app and the simulated model as processes of their own, on free loopback ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_S = 60.0
OWN = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "OPENAI_TIMEOUT_S",
    "MAX_PARALLEL_CALLS",
    "PRICE_IN",
    "PRICE_OUT",
    "STRICT_API",
    "API_KEYS",
    "ALLOWED_HOSTS",
    "LOG_LEVEL",
)
"""Settings that are blanked, so that neither the shell's nor `.env`'s reach a test."""


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    url: str
    """Such as `http://127.0.0.1:50123`, without a slash at the end."""
    process: subprocess.Popen[bytes]
    log: Path
    """All that it has printed."""

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def get(self, path: str) -> object:
        """JSON of a GET."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def start_app(env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`streamlit run streamlit_app.py` with these settings and no others, until it is healthy."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command += ["--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]
    settings = {**dict.fromkeys(OWN, ""), **(env or {})}
    with started(command, settings, port, "/health") as server:
        yield server


@contextmanager
def start_model(*options: str) -> Iterator[Server]:
    """The simulated model; its OpenAI base URL is `server.url + "/v1"`. Fast unless told."""
    port = free_port()
    command = [sys.executable, "-m", "bench.sim_llm.server", "--port", str(port)]
    speed = () if "--speedup" in options else ("--speedup", "1000")
    with started([*command, *speed, *options], {}, port, "/stats") as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], env: Mapping[str, str], port: int, ready: str) -> Iterator[Server]:
    """Run a command in the checkout until `ready` answers, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="turnsmith-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **env}, stdout=sink, stderr=sink
            )
        server = Server(f"http://127.0.0.1:{port}", process, log)
        try:
            await_answer(server, ready)
            yield server
        finally:
            end(process)


def await_answer(server: Server, path: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise RuntimeError(f"ended while starting:\n{server.log.read_text()[-4000:]}")
        try:
            server.get(path)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(server.log.read_text()[-4000:])


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
