"""Starts the app, a simulated model, PostgreSQL and nginx as processes of their own, here."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
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
    "MAX_CALLS_PER_MINUTE",
    "CIRCUIT_FAILURES",
    "SEND_PERSONAL_DATA",
    "PRICE_IN",
    "PRICE_CACHED",
    "RECORD_FILE",
    "PRICE_OUT",
    "MAX_TOKENS_A_DAY",
    "MAX_COST_A_DAY",
    "STRICT_API",
    "API_KEYS",
    "OPEN_TO_NETWORK",
    "OIDC_READERS",
    "OIDC_EDITORS",
    "OIDC_ADMINS",
    "ALLOWED_HOSTS",
    "DATA_DIR",
    "DATABASE_URL",
    "GRACE_S",
    "LOG_LEVEL",
    "LOG_FORMAT",
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
def start_app(
    env: Mapping[str, str] | None = None,
    *,
    address: str = "127.0.0.1",
    port: int | None = None,
    under: Sequence[str] = (),
) -> Iterator[Server]:
    """`streamlit run streamlit_app.py` with these settings and no others, until it is healthy.

    What it keeps lies in a folder of its own, which is gone afterwards, unless DATA_DIR names one.
    `under` is a command that runs it, such as `prlimit --nofile=64`.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="turnsmith-data-") as folder:
        settings = {**dict.fromkeys(OWN, ""), "DATA_DIR": folder, **(env or {})}
        with started([*under, *app_command(port, address)], settings, port, "/health") as server:
            yield server


def app_command(port: int, address: str = "127.0.0.1") -> list[str]:
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--server.port={port}", f"--server.address={address}", "--server.headless=true"]
    return [*command, "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"]


def refused_app(env: Mapping[str, str], *, port: int = 0) -> str:
    """What an app that cannot start says on standard error. Raises where it starts."""
    settings = {**os.environ, **dict.fromkeys(OWN, ""), **env}
    done = subprocess.run(
        app_command(port or free_port()),
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )
    assert done.returncode > 0, done.stdout + done.stderr
    return done.stderr


@contextmanager
def start_model(*options: str) -> Iterator[Server]:
    """The simulated model; its OpenAI base URL is `server.url + "/v1"`. Fast unless told."""
    port = free_port()
    command = [sys.executable, "-m", "bench.sim_llm.server", "--port", str(port)]
    speed = () if "--speedup" in options else ("--speedup", "1000")
    with started([*command, *speed, *options], {}, port, "/stats") as server:
        yield server


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's `initdb` and `postgres`; None where it is not installed."""
    found = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major)
    programs = [Path(found)] if found else installed[-1:]
    return programs[0].resolve().parent if programs else None


def _major(program: Path) -> int:
    return int(program.parts[-3]) if program.parts[-3].isdigit() else 0


@contextmanager
def start_postgres() -> Iterator[str]:
    """A new PostgreSQL server; the address of its database `postgres`, where anything may be made.

    Raises FileNotFoundError where it is not installed. It listens on a socket in its own folder.
    """
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL here: neither on PATH nor in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="turnsmith-pg-") as name:
        folder, log = Path(name), Path(name, "log")
        user = _plain_user(folder)
        make = [f"{programs}/initdb", "-D", f"{folder}/data", "-U", "turnsmith", "-A", "trust"]
        make += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*user, *make], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        serve = [f"{programs}/postgres", "-D", f"{folder}/data", "-k", str(folder), "-F"]
        serve += ["-c", "listen_addresses=", "-c", "max_connections=200"]
        with log.open("wb") as sink:
            process = subprocess.Popen([*user, *serve], cwd=folder, stdout=sink, stderr=sink)
        try:
            _await_socket(folder / ".s.PGSQL.5432", process, log)
            yield f"postgresql://turnsmith@/postgres?host={folder}"
        finally:
            end(process, signal.SIGINT)


def _plain_user(folder: Path) -> list[str]:
    """What runs a command as somebody else than root, as which PostgreSQL refuses to run."""
    if os.getuid() != 0:
        return []
    somebody = next(user for user in ("postgres", "nobody") if _known(user))
    account = pwd.getpwnam(somebody)
    os.chown(folder, account.pw_uid, account.pw_gid)
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
    return ["setpriv", *ids, "--clear-groups"]


def _known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _await_socket(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            if path.exists() and probe.connect_ex(str(path)) == 0 and b"ready" in log.read_bytes():
                return
        time.sleep(0.05)
    raise RuntimeError(log.read_text()[-4000:])


def nginx_program() -> str | None:
    """None where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def start_nginx(*replicas: Server) -> Iterator[Server]:
    """`deploy/nginx.conf` in front of two replicas. Raises FileNotFoundError without nginx."""
    program, port = nginx_program(), free_port()
    if program is None:
        raise FileNotFoundError("no nginx here")
    with tempfile.TemporaryDirectory(prefix="turnsmith-nginx-") as folder:
        text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        moved = {"listen 8080;": f"listen 127.0.0.1:{port};", " /tmp/": f" {folder}/"}
        for name, one in zip(("one", "two"), replicas, strict=True):
            moved[f"server {name}:8501"] = f"server 127.0.0.1:{one.port}"
        for before, after in moved.items():
            assert before in text, before
            text = text.replace(before, after)
        file = Path(folder, "nginx.conf")
        file.write_text(text, "utf-8")
        user = "user root; " if os.getuid() == 0 else ""
        command = [program, "-c", str(file), "-g", f"{user}daemon off;"]
        with started(command, {}, port, "/health") as server:
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


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
