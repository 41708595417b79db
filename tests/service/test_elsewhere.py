"""An edit that one replica runs, seen and stopped at another one."""

import json
import os
import signal
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from websockets.sync.client import connect

from core.service.leases import LEASE
from tests.processes import ROOT, postgres_programs, start_app, start_model, start_postgres

STORY = (ROOT / "tests" / "samples" / "sea_park.json").read_text("utf-8")
EVERYTHING = "문장을 전부 다시 써줘"
"""A plan, then a call for each of the seven turns at the same time."""
EVENT = "3턴 사건을 새로 써줘"
"""One call that sets five texts."""
SOON_S = 0.5

pytestmark = pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL is installed")


@pytest.fixture(scope="module")
def model():
    with start_model("--speedup", "1", "--ttft", "0.2", "--rate", "200") as one:
        yield one


@pytest.fixture(scope="module")
def postgres():
    with start_postgres() as url:
        yield url


@pytest.fixture(scope="module")
def env(model, postgres):
    return {
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "OPENAI_MODEL": "sim",
        "DATABASE_URL": postgres,
    }


@pytest.fixture(scope="module")
def replicas(env):
    with start_app(env) as one, start_app(env) as two:
        yield one, two


@pytest.fixture
def edit(replicas, model):
    """Runs at the first replica, and has passed a change."""
    post(model.url, "/reset", {})
    id_ = post(replicas[0].url, "/edits", {"story": STORY, "editRequest": EVERYTHING})["id"]
    until(lambda: look(replicas[0], id_)["changes"])
    yield id_
    ask(replicas[0].url, "DELETE", f"/edits/{id_}")


def ask(url, method, path, body=None, more=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **(more or {})}
    request = urllib.request.Request(url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def post(url, path, body):
    return ask(url, "POST", path, body)


def look(server, id_):
    return server.get(f"/edits/{id_}?story=1")


def until(true, seconds=15.0):
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def events(server, path, name=""):
    """Data of what a stream tells, as it comes: (seconds, event, data)."""
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        for line in answer:
            field, _, value = line.decode().strip().partition(": ")
            name = value if field == "event" else name
            if field == "data" and name != "figures":
                yield time.monotonic(), name, json.loads(value)
                if name == "end" or json.loads(value)["state"] in ("done", "cancelled", "failed"):
                    return


def heard(server, path):
    """For each number of changes, when it was first known; and the last thing told."""
    times, known, last = {}, 0, {}
    for at, _, data in events(server, path):
        known = data["from"] + len(data["changes"]) if "from" in data else known
        times.setdefault(known, at)
        last = data
    return times, last


@pytest.mark.parametrize("path", ["/edits/{}/events", "/live?edit={}"])
def test_each_change_is_seen_at_another_replica_while_the_edit_runs(replicas, edit, path):
    with ThreadPoolExecutor(2) as pool:
        (here, end), (there, told) = pool.map(lambda one: heard(one, path.format(edit)), replicas)

    assert min(len(here), len(there)) > 2, (here, there)
    assert told["changes"] == end["changes"]
    late = [there[count] - here[count] for count in here.keys() & there.keys()]
    assert sorted(late)[len(late) // 2] < SOON_S


def test_a_socket_at_another_replica_tells_the_changes_too(replicas, edit):
    url = replicas[1].url.replace("http", "ws", 1)
    with connect(f"{url}/ws/edits/{edit}") as line:
        frames = [json.loads(frame) for frame in line]

    assert sum(frame["event"] == "change" for frame in frames) > 3
    assert frames[-1]["event"] == "end"


def test_a_look_at_another_replica_tells_how_far_it_is(replicas, edit):
    until(lambda: look(replicas[1], edit)["changes"])
    first, second = (look(one, edit) for one in replicas)

    assert second["state"] == "running"
    assert second["seq"] <= first["seq"] + 50
    assert second["changes"] == first["changes"][: len(second["changes"])]
    assert second["progress"]["tokens_out"] > 0


def test_what_one_replica_told_is_gone_on_from_at_the_other(replicas, edit):
    stream = events(replicas[1], f"/edits/{edit}/events")
    seq = next(data["seq"] for _, name, data in stream if name == "change")
    stream.close()

    request = urllib.request.Request(
        f"{replicas[0].url}/edits/{edit}/events", headers={"Last-Event-ID": str(seq)}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        first = next(line for line in answer if line.startswith(b"id: "))

    assert int(first[4:]) > seq


def test_a_stop_at_another_replica_ends_the_call_at_once_and_keeps_what_passed(
    replicas, edit, model
):
    until(lambda: model.get("/stats")["active"] > 2)
    begun = time.monotonic()
    ask(replicas[1].url, "DELETE", f"/edits/{edit}")
    until(lambda: not model.get("/stats")["active"])
    took = time.monotonic() - begun
    told = until(lambda: (one := look(replicas[1], edit))["state"] == "cancelled" and one)

    assert took < SOON_S
    assert model.get("/stats")["cancelled"] > 2
    assert told["changes"]
    assert told["story"] != STORY
    assert look(replicas[0], edit)["changes"] == told["changes"]


def test_a_stop_that_could_not_be_heard_is_seen_with_the_next_beat(replicas, postgres):
    """As when the session of the lease is away for a moment."""
    asked = {"story": STORY, "editRequest": f"{EVENT} (sim-fault=stall_mid:30)"}
    edit = post(replicas[0].url, "/edits", asked)["id"]
    until(lambda: look(replicas[0], edit)["changes"])
    with psycopg.connect(postgres, autocommit=True) as operator:
        operator.execute("UPDATE edits SET state = 'stopping' WHERE id = %s", (edit,))

    until(lambda: look(replicas[0], edit)["state"] == "cancelled")


def test_who_lost_its_session_hears_again_once_it_has_another(replicas, edit, postgres):
    with psycopg.connect(postgres, autocommit=True) as operator:
        lost = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        operator.execute(f"{lost} WHERE starts_with(application_name, %s)", (LEASE,))
    ask(replicas[1].url, "DELETE", f"/edits/{edit}")

    until(lambda: look(replicas[0], edit)["state"] == "cancelled", 5)


def test_a_stop_while_nobody_runs_it_ends_it_where_it_is_gone_on_with(replicas, env, postgres):
    with start_app(env) as third:
        id_ = post(third.url, "/edits", {"story": STORY, "editRequest": EVERYTHING})["id"]
        until(lambda: look(third, id_)["changes"])
        os.kill(third.get("/performance")["process"]["pid"], signal.SIGKILL)
        third.process.wait(10)
    ask(replicas[0].url, "DELETE", f"/edits/{id_}")

    told = until(lambda: (one := look(replicas[1], id_))["outcome"] and one, 10)
    assert told["state"] == "cancelled"


def test_one_key_at_two_replicas_in_the_same_moment_is_one_edit(replicas, model):
    def posted(server, number, ready):
        body = {"story": STORY, "editRequest": f"{EVERYTHING} ({number}번)"}
        ready.wait()
        return ask(server.url, "POST", "/edits", body, {"idempotency-key": f"k-{number}"})["id"]

    post(model.url, "/reset", {})
    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            ready = threading.Barrier(8)
            ids = set(pool.map(lambda n: posted(replicas[n % 2], number, ready), range(8)))  # noqa: B023  done within the round
            assert len(ids) == 1
            until(lambda: look(replicas[number % 2], min(ids))["outcome"])  # noqa: B023

    calls = [json.dumps(one["messages"]) for one in model.get("/requests")]
    assert len(set(calls)) == len(calls) >= 10


def test_one_request_at_two_replicas_in_the_same_moment_is_one_edit(replicas, model):
    def asked(server, ready):
        body = {"chapterId": "1", "story": STORY, "summary": None, "editRequest": EVERYTHING}
        ready.wait()
        return ask(server.url, "POST", "/edit-scenario", body)

    post(model.url, "/reset", {})
    with ThreadPoolExecutor(8) as pool:
        ready = threading.Barrier(8)
        answers = list(pool.map(lambda n: asked(replicas[n % 2], ready), range(8)))

    calls = [json.dumps(one["messages"]) for one in model.get("/requests")]
    assert len(set(calls)) == len(calls) > 1
    assert {one["outcome"] for one in answers} == {"edited"}
    assert len({one["story"] for one in answers}) == 1


def test_what_one_replica_has_answered_the_other_answers_without_a_call(replicas, model):
    body = {"chapterId": "2", "story": STORY, "summary": None, "editRequest": f"{EVERYTHING}!"}
    post(model.url, "/reset", {})
    first = ask(replicas[0].url, "POST", "/edit-scenario", body)
    before = model.get("/stats")["requests"]

    assert ask(replicas[1].url, "POST", "/edit-scenario", body) == first
    assert model.get("/stats")["requests"] == before
