"""An edit outlives its process: kill -9 at any moment, and it ends once, whole."""

import contextlib
import json
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import psycopg
import pytest

from core.service import durable, wiring
from core.service.settings import Settings
from tests.processes import ROOT, start_app, start_model
from tests.store.conftest import Place, postgres  # noqa: F401  a fixture

STORY = (ROOT / "tests" / "samples" / "sea_park.json").read_text("utf-8")
EVERYTHING = "문장을 전부 다시 써줘"
"""A plan, then a call for each of the seven turns at the same time."""


@pytest.fixture(scope="module")
def model():
    with start_model("--speedup", "1", "--ttft", "0.15", "--rate", "900") as one:
        yield one


def calls(model) -> int:
    return int(model.get("/stats")["requests"])


def asked(app, request: str) -> dict:
    body = {"chapterId": "1111", "story": STORY, "summary": None, "editRequest": request}
    data = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    posted = urllib.request.Request(f"{app.url}/edit-scenario", data, headers)
    with urllib.request.urlopen(posted, timeout=60) as answer:
        return json.load(answer)


def left_running(app, request: str) -> threading.Thread:
    """Ask and do not wait; the connection dies with the server."""

    def post() -> None:
        with contextlib.suppress(OSError):
            asked(app, request)

    thread = threading.Thread(target=post)
    thread.start()
    return thread


def control(model, **script: object) -> None:
    data = json.dumps(script).encode()
    posted = urllib.request.Request(
        f"{model.url}/control", data, {"content-type": "application/json"}
    )
    urllib.request.urlopen(posted, timeout=10).close()


def until(true, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where edits are kept: a schema of one's own would not do, the journal has its own."""
    if request.param == "sqlite":
        yield Place(tmp_path, "")
        return
    url, name = request.getfixturevalue("postgres"), f"t{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield Place(tmp_path, url.replace("/postgres?", f"/{name}?"))


@pytest.fixture
def env(model, place):
    return {
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "OPENAI_MODEL": "sim",
        "DATA_DIR": str(place.folder),
        "DATABASE_URL": place.url,
    }


def test_a_killed_edit_goes_on_by_itself_and_pays_no_finished_call_twice(model, env):
    before = calls(model)
    with start_app(env) as app:
        thread = left_running(app, EVERYTHING)
        until(lambda: calls(model) - before >= 8)
        app.process.send_signal(signal.SIGKILL)
        thread.join()
    cut = calls(model) - before

    with start_app(env) as app:
        until(lambda: app.get("/async-status")["total_completed"] == 1)
        answer = asked(app, EVERYTHING)

    assert answer["outcome"] == "edited"
    assert {one["at"][:2] for one in answer["changes"]} == {f"t{n}" for n in range(1, 8)}
    assert calls(model) - before <= 8 + cut - 1


def test_a_stopped_server_leaves_its_edits_to_the_next(model, env):
    with start_app(env) as app:
        control(model, always="stall:30")
        thread = left_running(app, EVERYTHING)
        until(lambda: app.get("/async-status")["active_tasks"] == 1)
        app.process.send_signal(signal.SIGTERM)
        app.process.wait(15)
        thread.join()

    control(model, always="")
    with start_app(env) as app:
        until(lambda: app.get("/async-status")["total_completed"] == 1)
        assert asked(app, EVERYTHING)["outcome"] == "edited"


KILLS = 300
CUT_OFF = 200
"""Of them at least, by which edits were cut off."""


def test_no_edit_is_lost_or_paid_for_twice_however_often_the_process_is_killed(place):
    url = place.url
    command = [sys.executable, "-m", "bench.crashes", str(place.folder), str(KILLS), "1", "4", url]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    told = json.loads(done.stdout or "{}")

    assert told.pop("kills") == KILLS, done.stderr
    assert told.pop("cutting_edits_off") >= CUT_OFF
    # An edit may be noted, and its process killed before whoever asked has heard so.
    assert told["calls"] - told.pop("called") <= told.pop("cut_off")
    assert told.pop("calls") > told.pop("asked") > KILLS
    assert told.pop("gone_on_with") > 0
    assert set(map(tuple, told.values())) == {()}


def test_a_page_edit_that_was_killed_is_reviewed_after_the_restart(model, place):
    settings = Settings(
        data_dir=place.folder,
        database_url=place.url,
        openai_base_url=f"{model.url}/v1",
        openai_model="sim",
    )
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from core.chapter import chapter\n"
        "from core.service import wiring\n"
        "from core.service.settings import Settings\n"
        f"made = Settings(data_dir=Path({str(place.folder)!r}), database_url={place.url!r},"
        f" openai_base_url={model.url + '/v1'!r}, openai_model='sim')\n"
        "service = wiring.build(made)\n"
        "with wiring.running(service):\n"
        f"    id_ = service.library.open(chapter.read({STORY!r}), 'a')\n"
        f"    edit = service.acts.ask(id_, {EVERYTHING!r}, author='하니')\n"
        "    print(id_, edit, flush=True)\n"
        "    time.sleep(0.3)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    run = [sys.executable, "-c", code]
    out = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    chapter, edit = out.stdout.split()

    with wiring.running(wiring.build(settings)) as service:
        assert service.acts.view(edit) is not None
        until(lambda: service.acts.view(edit).over)
        row = service.acts.asked(edit)

    assert (row.state, row.chapter) == ("open", chapter)
    assert {change.at[:2] for change in service.desk.view(edit).changes} >= {"t1", "t7"}


def test_a_fraction_of_a_second_is_told_by_every_release_of_sqlite(tmp_path):
    """DBOS asks for it from Python 3.12 on; before SQLite 3.42 the answer would be NULL."""
    engine = durable.sqlite(tmp_path / "jobs.db")
    with engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT unixepoch('subsec')").scalar_one()
    engine.dispose()

    assert abs(told - time.time()) < 5
