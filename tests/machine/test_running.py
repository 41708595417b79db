"""The machine fails while the app runs: a sentence, nothing lost, and it goes on by itself."""

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import pytest

from bench.line import Line
from core.store.database import FILE
from tests.api.conftest import Client, Model
from tests.machine.conftest import with_root
from tests.processes import end, postgres_programs, start_app, start_model, start_postgres

INSTANT = "3턴 조개 매점 가격을 {}으로"
INSTANT_ONCE = INSTANT.format(109)
FREE = "모든 뉴스를 더 신나게 바꿔줘 ({})"
NUMBERS = count(110)
LIMITS = ("memory.limit_in_bytes", "memory.max")
USED = ("memory.usage_in_bytes", "memory.current")
"""Of a control group, of either version."""
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def until(true, seconds=30.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


class Caller:
    """Hands edits in and remembers those that were acknowledged."""

    def __init__(self, app, story):
        self.client, self.story, self.acknowledged = Client(app), story, []

    def post(self, request=INSTANT, **headers):
        body = {"story": self.story, "editRequest": request.format(next(NUMBERS))}
        heard = self.client.post("/edits", body, **headers)
        if heard.status == 202:
            self.acknowledged.append(heard.json["id"])
        return heard

    def ended(self, id_) -> dict:
        found = {}

        def over():
            found.update(self.client.get(f"/edits/{id_}").json)
            return found.get("state") in ("done", "failed", "cancelled")

        until(over)
        return found

    def all_edited(self) -> bool:
        return all(self.ended(id_)["outcome"] == "edited" for id_ in self.acknowledged)

    def at(self, app) -> "Caller":
        """The same at another process."""
        other = Caller(app, self.story)
        other.acknowledged = self.acknowledged
        return other


@pytest.fixture(scope="module")
def model_server():
    with start_model() as server:
        yield server


@pytest.fixture
def model(model_server):
    made = Model(model_server)
    made.says(
        {"changes": [{"op": "set", "at": "t3.news", "to": "바람이 세게 분대요."}], "reply": ""}
    )
    return made


@pytest.fixture
def env(model, tmp_path):
    return {"OPENAI_BASE_URL": f"{model.server.url}/v1", "DATA_DIR": str(tmp_path)}


def test_a_disk_that_fills_up_and_is_emptied(env, model, disk, sea_park):
    env |= {"DATA_DIR": str(disk.folder)}
    with start_app(env) as app:
        caller = Caller(app, sea_park)
        caller.post()
        caller.post(FREE)
        assert caller.all_edited()
        model.fails("stall:2")
        running = caller.post(FREE).json["id"]
        disk.fill()

        heard = [caller.post(), caller.post(FREE)]
        assert [one.status for one in heard] == [503, 503]
        assert "디스크" in heard[0].json["detail"] or "가득" in heard[0].json["detail"]
        assert Client(app).edit(sea_park, INSTANT.format(105)).json["outcome"] == "edited"
        assert app.get("/health")["status"] == "healthy"
        assert caller.ended(running)["outcome"] == "edited"
        model.fails("")

        disk.empty()
        assert caller.post().status == 202
        assert caller.post(FREE).status == 202
        assert caller.all_edited()
    with start_app(env) as app:
        assert caller.at(app).all_edited()


def test_a_file_that_is_moved_away_and_put_back(env, tmp_path, sea_park):
    with start_app(env) as app:
        caller = Caller(app, sea_park)
        caller.post()
        (tmp_path / FILE).rename(tmp_path / "away")
        heard = caller.post()
        until(lambda: Client(app).get("/health").status == 503)
        (tmp_path / "away").rename(tmp_path / FILE)
        until(lambda: Client(app).get("/health").status == 200)

        assert heard.status == 503
        assert "옮겨" in heard.json["detail"]
        assert not (tmp_path / "away").exists()
        assert caller.post().status == 202
        assert caller.all_edited()


def test_somebody_who_locks_the_file_for_long(env, tmp_path, sea_park):
    with start_app(env) as app:
        caller = Caller(app, sea_park)
        caller.post()
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        heard = caller.post()
        read = caller.client.get(f"/edits/{caller.acknowledged[0]}")
        other.close()

        assert (heard.status, read.status) == (503, 200)
        assert "오래 쓰고 있어서" in heard.json["detail"]
        assert caller.post().status == 202
        assert caller.all_edited()


def test_no_more_files_can_be_opened(env, sea_park):
    with start_app(env, under=["prlimit", "--nofile=96"]) as app, ExitStack() as held:
        caller = Caller(app, sea_park)
        caller.post(FREE)
        lines = [held.enter_context(socket.socket()) for _ in range(120)]
        for line in lines:
            line.settimeout(5)
            with suppress(OSError):
                line.connect(("127.0.0.1", app.port))
        time.sleep(1)
        for line in lines:
            line.close()

        until(lambda: caller.client.get("/health").status == 200)
        until(lambda: caller.post().status == 202)
        assert caller.post(FREE).status == 202
        assert caller.all_edited()


def test_memory_runs_out(env, sea_park):
    with start_app(env) as app:
        caller = Caller(app, sea_park)
        caller.post(FREE)
        assert caller.all_edited()
        process = psutil.Process(app.process.pid)
        room = process.memory_info().vms + 8 * 2**20
        process.rlimit(psutil.RLIMIT_AS, (room, psutil.RLIM_INFINITY))
        large = b'{"story": "' + b"[" * 19_000_000 + b'"}'
        with ThreadPoolExecutor(4) as pool:
            heard = list(pool.map(lambda _: outcome(caller.client, large), range(4)))
        process.rlimit(psutil.RLIMIT_AS, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

        assert set(heard) <= {400, 413, 422, 500, 503, "gone"}
        assert caller.post().status == 202
        assert caller.post(FREE).status == 202
        assert caller.all_edited()


def outcome(client, body):
    try:
        return client.post("/edits", body).status
    except OSError:
        return "gone"


def one_of(folder, names):
    return next(folder / name for name in names if (folder / name).exists())


@pytest.fixture
def group():
    """A control group whose memory can be limited; skipped where none can be made."""
    with_root("makes a control group")
    for parent in (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")):
        made = parent / f"turnsmith-{secrets.token_hex(4)}"
        with suppress(OSError):
            made.mkdir()
            if any((made / name).exists() for name in LIMITS):
                yield made
                made.rmdir()
                return
            made.rmdir()
    pytest.skip("no control group with a limit of memory can be made here")


def test_a_process_that_the_kernel_kills_for_its_memory_goes_on_at_the_next_start(
    env, model, sea_park, group
):
    model.fails("stall:60")
    inside = ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]
    with start_app(env, under=inside) as app:
        caller = Caller(app, sea_park)
        caller.post(FREE)
        caller.post(FREE)
        used, limit = (one_of(group, names) for names in (USED, LIMITS))
        limit.write_text(str(int(used.read_text()) + 2**22))
        large = b'{"story": "' + b"[" * 1_900_000 + b'"}'
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: outcome(caller.client, large), range(64)))
        assert app.process.wait(20) == -signal.SIGKILL
    model.fails("")

    with start_app(env) as app:
        assert caller.at(app).all_edited()


def test_a_laptop_that_sleeps(env, model, sea_park):
    model.fails("stall_mid:3")
    with start_app(env) as app:
        caller = Caller(app, sea_park)
        caller.post(FREE)
        until(lambda: app.get("/async-status")["active_tasks"] == 1)
        app.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        app.process.send_signal(signal.SIGCONT)

        assert caller.all_edited()
        assert caller.post().status == 202


@pytest.mark.skipif(not FAKETIME, reason="no libfaketime is installed here")
def test_a_clock_that_jumps(env, model, tmp_path, sea_park):
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(FAKETIME[-1]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    model.fails("stall_mid:2")
    with start_app(env | faked) as app:
        caller = Caller(app, sea_park)
        for jump in ("+3000", "-172800"):
            caller.post(FREE)
            until(lambda: app.get("/async-status")["active_tasks"] > 0)
            clock.write_text(jump)
            first, again = (caller.post(INSTANT_ONCE, Idempotency_Key=jump) for _ in "ab")
            assert first.json["id"] == again.json["id"]
            assert caller.all_edited()
    clock.write_text("-400d")
    with start_app(env | faked) as app:
        assert caller.at(app).all_edited()
        running = caller.at(app).post(FREE).json["id"]
        clock.write_text("+86400")
        assert caller.at(app).post().status == 202
        assert caller.at(app).ended(running)["outcome"] == "edited"


def test_a_machine_without_fonts(env, sea_park):
    with_root("hides the fonts of the system from one process")
    hidden = ["unshare", "--mount", "sh", "-c"]
    hidden += ['mount -t tmpfs none /usr/share/fonts && exec "$@"', "sh"]
    with start_app(env | {"HOME": "/nonexistent"}, under=hidden) as app:
        client = Client(app)
        body = {"story": sea_park}
        heard = client.post("/preview?format=pdf", body)
        assert heard.status == 503
        assert "글꼴" in heard.json["detail"]
        assert client.post("/preview", body).status == 200

        inside = ["nsenter", f"--target={app.process.pid}", "--mount", "umount", "/usr/share/fonts"]
        subprocess.run(inside, check=True)
        assert client.post("/preview?format=pdf", body).body.startswith(b"%PDF")


@contextmanager
def lined(to):
    line = Line(to)
    try:
        yield line
    finally:
        line.close()


@pytest.mark.parametrize("way", ["cut", "hole", "slow"])
def test_no_network_to_the_model(env, model, sea_park, way):
    with lined(model.server.url.removeprefix("http://")) as line:
        cut_off_from_the_model(env, sea_park, line, way)


def cut_off_from_the_model(env, sea_park, line, way):
    env |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{line.port}/v1", "OPENAI_TIMEOUT_S": "3"}
    with start_app(env | {"CIRCUIT_FAILURES": "0"}) as app:
        client = Client(app)
        assert client.edit(sea_park, FREE.format(next(NUMBERS))).json["outcome"] == "edited"
        line.turn(way)
        begun = time.monotonic()
        heard = client.edit(sea_park, FREE.format(next(NUMBERS)))
        assert heard.json["outcome"] == ("edited" if way == "slow" else "failed")
        assert heard.json["reply"]
        assert time.monotonic() - begun < 30
        assert client.edit(sea_park, INSTANT.format(120)).json["outcome"] == "edited"
        line.turn("pass")

        assert client.edit(sea_park, FREE.format(next(NUMBERS))).json["outcome"] == "edited"
        assert "Traceback" not in app.log.read_text()


def test_no_name_service(env, sea_park):
    with start_app(env | {"OPENAI_BASE_URL": "http://model.invalid/v1"}) as app:
        heard = Client(app).edit(sea_park, FREE.format(next(NUMBERS)), "/edit-scenario?strict=1")

        assert heard.status == 503
        assert Client(app).edit(sea_park, INSTANT.format(121)).json["outcome"] == "edited"
        assert "Traceback" not in app.log.read_text()


@pytest.fixture(scope="module")
def postgres():
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL is installed here")
    with start_postgres() as url:
        yield url


@pytest.mark.parametrize("way", ["cut", "hole"])
def test_no_network_to_postgresql(env, postgres, sea_park, way):
    folder = postgres.partition("host=")[2]
    with lined(f"{folder}/.s.PGSQL.5432") as line:
        cut_off_from_postgresql(env, sea_park, line, way)


def cut_off_from_postgresql(env, sea_park, line, way):
    url = f"postgresql://turnsmith@127.0.0.1:{line.port}/postgres"
    with start_app(env | {"DATABASE_URL": url}) as app:
        caller = Caller(app, sea_park)
        caller.post()
        caller.post(FREE)
        assert caller.all_edited()
        line.turn(way)
        until(lambda: Client(app).get("/health").status == 503)
        if way == "cut":
            assert caller.post().status == 503
        line.turn("pass")

        until(lambda: Client(app).get("/health").status == 200)
        until(lambda: caller.post().status == 202)
        assert caller.post(FREE).status == 202
        assert caller.all_edited()


def test_postgresql_restarts_under_load(env, postgres, sea_park):
    with start_app(env | {"DATABASE_URL": postgres}) as app, ThreadPoolExecutor(4) as pool:
        caller = Caller(app, sea_park)
        until_ = time.monotonic() + 6

        def load(request):
            while time.monotonic() < until_:
                assert caller.post(request).status in (202, 503)
                time.sleep(0.05)

        running = [pool.submit(load, request) for request in (INSTANT, INSTANT, FREE, FREE)]
        time.sleep(1.5)
        with restarted(Path(postgres.partition("host=")[2])):
            for one in running:
                one.result()
            until(lambda: caller.post().status == 202)
            assert caller.post(FREE).status == 202
            assert caller.all_edited()


@contextmanager
def restarted(folder):
    """The same server once more, after it was told to end at once."""
    process = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
    command, ids = process.cmdline(), (process.uids().real, process.gids().real)
    process.send_signal(signal.SIGINT)
    process.wait(30)
    user = {"user": ids[0], "group": ids[1], "extra_groups": []} if os.getuid() == 0 else {}
    with (folder / "log").open("ab") as sink:
        again = subprocess.Popen(command, cwd=folder, stdout=sink, stderr=sink, **user)
    try:
        yield
    finally:
        end(again, signal.SIGINT)
