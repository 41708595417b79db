"""Two replicas on one PostgreSQL behind nginx: killed with -9, an edit goes on at the other."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from dbos import DBOSClient

from core.service import leases
from core.service.leases import LEASE
from tests.processes import (
    ROOT,
    nginx_program,
    postgres_programs,
    start_app,
    start_model,
    start_nginx,
    start_postgres,
)

STORY = (ROOT / "tests" / "samples" / "sea_park.json").read_text("utf-8")
EVERYTHING = "문장을 전부 다시 써줘"
"""A plan, then a call for each of the seven turns at the same time."""
CALLS = 8
TAKEN_OVER_S = 10.0

pytestmark = [
    pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL is installed here"),
    pytest.mark.skipif(nginx_program() is None, reason="no nginx is installed here"),
]


@pytest.fixture(scope="module")
def model():
    with start_model("--speedup", "1", "--ttft", "0.4", "--rate", "300") as one:
        yield one


@pytest.fixture(scope="module")
def env(model):
    with start_postgres() as url:
        yield {
            "OPENAI_BASE_URL": f"{model.url}/v1",
            "OPENAI_MODEL": "sim",
            "DATABASE_URL": url,
            "ALLOWED_HOSTS": "stories.example",
        }


@pytest.fixture(scope="module")
def replicas(env):
    """For as long as the module's tests run; the last test kills the first of them."""
    with start_app(env) as one, start_app(env) as two:
        yield one, two


@pytest.fixture(scope="module")
def balancer(replicas):
    with start_nginx(*replicas) as one:
        yield one


def asked(server, number: int) -> tuple[int, dict]:
    body = {
        "chapterId": "1111",
        "story": STORY,
        "summary": None,
        "editRequest": f"{EVERYTHING} ({number}번)",
    }
    data = json.dumps(body).encode()
    posted = urllib.request.Request(
        f"{server.url}/edit-scenario", data, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(posted, timeout=60) as answer:
        return answer.status, json.load(answer)


def pids(replicas) -> list[int]:
    return [one.get("/performance")["process"]["pid"] for one in replicas]


def served_by(balancer, cookie: str) -> int:
    request = urllib.request.Request(f"{balancer.url}/performance", headers={"cookie": cookie})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["process"]["pid"]


def completed(replicas) -> list[int]:
    return [one.get("/async-status")["total_completed"] for one in replicas]


def repeats(model) -> Counter:
    """How often each call was made. From how many turns on it plans, each process finds itself."""
    said = (json.dumps(one["messages"]) for one in model.get("/requests"))
    return Counter(re.sub(r"If texts of \d+ or more", "", one) for one in said)


def states(env) -> Counter:
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT status FROM dbos.workflow_status WHERE name = 'edit'")
        return Counter(status for (status,) in rows)


def until(true, seconds: float = TAKEN_OVER_S):
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def post(model, path: str, **script: object) -> None:
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(model.url + path, json.dumps(script).encode(), headers)
    urllib.request.urlopen(request, timeout=10).close()


def reset(model) -> None:
    post(model, "/reset")


def control(model, **script: object) -> None:
    post(model, "/control", **script)


def heard(balancer, edit: str) -> list[dict]:
    """What a tab hears of an edit up to its end."""
    views, name = [], ""
    with urllib.request.urlopen(f"{balancer.url}/live?edit={edit}", timeout=20) as answer:
        for line in answer:
            field, _, value = line.decode().strip().partition(": ")
            name = value if field == "event" else name
            if field == "data" and name == "edit":
                views.append(json.loads(value))
                if views[-1]["state"] not in ("queued", "running"):
                    return views
    return views


def row_of(env, edit: str) -> tuple:
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        asks = "SELECT state, chapter FROM edits WHERE id = %s"
        return connection.execute(asks, (edit,)).fetchone()


@contextlib.contextmanager
def a_third_replica(env, then: str):
    """It asks, prints the chapter's and the edit's id, and does what it is told."""
    code = (
        "import os, sys, time\n"
        "from core.chapter import chapter\n"
        "from core.service import wiring\n"
        "from core.service.settings import Settings\n"
        f"made = Settings(database_url={env['DATABASE_URL']!r}, openai_model='sim',"
        f" openai_base_url={env['OPENAI_BASE_URL']!r})\n"
        "service = wiring.build(made)\n"
        "with wiring.running(service):\n"
        f"    id_ = service.library.open(chapter.read({STORY!r}), 'a')\n"
        f"    edit = service.acts.ask(id_, {EVERYTHING!r}, author='하니')\n"
        "    print(id_, edit, flush=True)\n"
        f"    {then}\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    run = [sys.executable, "-c", code]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, *process.stdout.readline().split()
        finally:
            process.kill()


# -- what passes through nginx


def test_a_tab_stays_at_the_replica_that_its_cookie_names(balancer, replicas):
    with urllib.request.urlopen(balancer.url, timeout=10) as answer:
        given = answer.headers["set-cookie"]
    cookie = given.partition(";")[0]

    assert "HttpOnly" in given
    assert len({served_by(balancer, cookie) for _ in range(8)}) == 1
    assert {served_by(balancer, f"turnsmith_at={n}") for n in range(40)} == set(pids(replicas))


@pytest.mark.parametrize(("host", "status"), [("stories.example", 101), ("evil.example", 403)])
def test_the_pages_websocket_passes_with_the_host_that_was_asked_for(balancer, host, status):
    asks = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", balancer.port), timeout=10) as wire:
        wire.sendall(asks.encode())
        first = wire.recv(200)

    assert first.startswith(f"HTTP/1.1 {status} ".encode())


def test_figures_pass_as_they_come(balancer):
    begun, times = time.monotonic(), []
    with urllib.request.urlopen(f"{balancer.url}/live", timeout=10) as answer:
        for line in answer:
            times += [time.monotonic() - begun] if line.startswith(b"data:") else []
            if len(times) == 3:
                break

    assert times[0] < 0.9
    assert times[2] - times[0] > 0.8


@pytest.mark.parametrize("size", [2_500_000, 4_000_000])
def test_a_body_that_is_too_large_is_refused_in_our_own_words(balancer, size):
    status, answer = refused(balancer, b" " * size)

    assert status == 413
    assert "2 MB" in answer["detail"]


def refused(server, body: bytes) -> tuple[int, dict]:
    kind = {"content-type": "application/json"}
    request = urllib.request.Request(f"{server.url}/edit-scenario", body, kind)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    with error.value as answer:
        return answer.code, json.load(answer)


def test_the_same_request_many_times_at_once_is_one_edit(balancer, model):
    reset(model)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: asked(balancer, 0), range(50)))

    assert {status for status, _ in answers} == {200}
    assert set(repeats(model).values()) == {1}


# -- a replica dies


def test_an_edit_of_another_replica_is_seen_to_run_and_its_end_within_a_second(balancer, env):
    then = "service.desk.run(service.desk.ended(edit)).result(20); print(time.time(), flush=True)"
    with a_third_replica(env, then) as (process, chapter, edit):
        seen = heard(balancer, edit)
        told = time.time()
        ended = float(process.stdout.readline())

    assert {view["state"] for view in seen[:-1]} == {"running"}
    assert seen[-1]["state"] == "done"
    assert seen[-1]["from"] + len(seen[-1]["changes"]) > 7
    assert row_of(env, edit) == ("open", chapter)
    assert told - ended < 1


def test_a_killed_replicas_edit_goes_on_where_its_writer_is_attached_again(balancer, env, model):
    reset(model)
    with a_third_replica(env, "time.sleep(0.7)") as (process, chapter, edit):
        process.wait(10)
        killed = time.monotonic()
        seen = heard(balancer, edit)
        took = time.monotonic() - killed

    assert (seen[0]["state"], seen[-1]["outcome"]) == ("running", "edited")
    assert took < TAKEN_OVER_S
    assert {one["at"][:2] for view in seen for one in view["changes"]} >= {"t1", "t7"}
    assert row_of(env, edit) == ("open", chapter)
    assert len(repeats(model)) == CALLS
    assert max(repeats(model).values()) <= 2


def lease_of(env, edit: str) -> tuple[str, int]:
    """The process that has an edit, and the number of its session."""
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        asked = (
            "SELECT executor_id, pid FROM dbos.workflow_status JOIN pg_stat_activity AS a"
            " ON a.application_name = %s || executor_id WHERE workflow_uuid = %s"
        )
        return connection.execute(asked, (LEASE, edit)).fetchone()


@contextlib.contextmanager
def stolen_lease(env, edit: str):
    """Another session has the lock of the process that has an edit."""
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(env["DATABASE_URL"], autocommit=True) as thief,
        psycopg.connect(env["DATABASE_URL"], autocommit=True) as operator,
    ):
        name, session = lease_of(env, edit)
        lock = (leases._key(name),)
        waiting = pool.submit(thief.execute, "SELECT pg_advisory_lock(%s)", lock)
        asks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until(lambda: operator.execute(asks).fetchone() == (1,))
        operator.execute("SELECT pg_terminate_backend(%s)", (session,))
        waiting.result()
        yield
        thief.execute("SELECT pg_advisory_unlock(%s)", lock)


def test_who_has_lost_the_lease_stops_and_the_edit_ends_once(balancer, env, model):
    reset(model)
    control(model, always="stall:30")
    with a_third_replica(env, "time.sleep(30)") as (_, chapter, edit):
        until(lambda: model.get("/stats")["active"])
        with stolen_lease(env, edit):
            until(lambda: not model.get("/stats")["active"], 3)
            control(model, always="")
        seen = heard(balancer, edit)

    assert model.get("/stats")["cancelled"] == 1
    assert (seen[0]["state"], seen[-1]["outcome"]) == ("running", "edited")
    assert row_of(env, edit) == ("open", chapter)
    assert len(repeats(model)) == CALLS
    assert max(repeats(model).values()) <= 2


def handed_out_again(url: str, edit: str) -> None:
    client = DBOSClient(system_database_url=url)
    client.resume_workflow(edit)
    client.destroy()


def test_who_has_lost_the_lease_begins_nothing_that_is_handed_out_again(env, model):
    """As when a replica that has its lock hands its edits out, and it is there to take them."""
    reset(model)
    control(model, always="stall:30")
    with start_postgres() as url:
        alone = {**env, "DATABASE_URL": url}
        with a_third_replica(alone, "time.sleep(30)") as (_, chapter, edit):
            until(lambda: model.get("/stats")["active"])
            with stolen_lease(alone, edit):
                until(lambda: not model.get("/stats")["active"], 3)
                control(model, always="")
                handed_out_again(url, edit)
                until(lambda: states(alone)["PENDING"])
                time.sleep(1)
                called = model.get("/stats")["requests"]
            until(lambda: states(alone)["SUCCESS"])

        assert row_of(alone, edit) == ("open", chapter)
    assert called == 1
    assert len(repeats(model)) == CALLS
    assert max(repeats(model).values()) == 2


def test_who_takes_the_lease_again_at_once_goes_on(balancer, env, model):
    reset(model)
    leased = "FROM pg_stat_activity WHERE starts_with(application_name, %s)"
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(env["DATABASE_URL"], autocommit=True) as operator,
    ):
        waiting = pool.submit(asked, balancer, 100)
        until(lambda: len(repeats(model)) == CALLS)
        ended = operator.execute(f"SELECT pg_terminate_backend(pid) {leased}", (LEASE,)).rowcount
        answer = waiting.result()[1]
        again = operator.execute(f"SELECT pid {leased}", (LEASE,)).rowcount

    assert ended == again == 2
    assert answer["outcome"] == "edited"
    assert set(repeats(model).values()) == {1}


def test_killing_a_replica_loses_no_edit_and_ends_none_twice(balancer, replicas, model, env):
    reset(model)
    before, ended = states(env), completed(replicas)
    one, two = replicas
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(asked, balancer, number) for number in range(1, 17)]
        until(lambda: len(repeats(model)) > 40)
        spread = [each.get("/async-status")["active_tasks"] for each in replicas]
        os.kill(pids(replicas)[0], signal.SIGKILL)
        one.process.wait(10)
        killed = time.monotonic()
        answers = [each.result() for each in waiting]
        took = time.monotonic() - killed

    assert min(spread) >= 2, spread
    assert {(status, answer["outcome"]) for status, answer in answers} == {(200, "edited")}
    assert took < 20
    assert states(env) - before == {"SUCCESS": 16}
    assert two.get("/async-status")["total_completed"] <= ended[1] + 16
    assert len(repeats(model)) == 16 * CALLS
    assert max(repeats(model).values()) <= 2


def test_without_any_replica_the_answer_is_still_one_that_a_client_can_read(balancer, replicas):
    for one in replicas:
        one.process.kill()
        one.process.wait(10)

    status, answer = refused(balancer, b"{}")

    assert status == 503
    assert answer["detail"]
