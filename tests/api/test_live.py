import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

FREE = "모든 뉴스를 더 신나게 바꿔줘"


def events(client, path, most, seconds=10):
    """The first events of a stream, as (name, data)."""
    request = urllib.request.Request(client.server.url + path)
    heard, name = [], ""
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer:
            field, _, value = line.decode().strip().partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                heard.append((name, json.loads(value)))
            if len(heard) == most:
                return heard
    return heard


def test_figures_come_at_once_and_then_once_a_second(app):
    begun = time.monotonic()
    heard = events(app, "/live", 3)

    assert {name for name, _ in heard} == {"figures"}
    assert set(heard[0][1]) == {"system", "process", "async_status"}
    assert 0.8 < time.monotonic() - begun < 4


def test_an_unknown_edit_is_said_and_the_figures_go_on(app):
    heard = events(app, "/live?edit=nothing", 3)

    assert ("edit", {"id": "nothing", "state": "unknown"}) in heard
    assert sum(name == "figures" for name, _ in heard) == 2


def test_a_stream_in_a_language_that_is_not_there_is_422(app):
    assert app.get("/live?lang=fr").status == 422


def test_cancelling_an_unknown_edit_is_404_as_problem_details(app):
    heard = app.ask("DELETE", "/edits/nothing")

    assert heard.status == 404
    assert heard.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("tabs", [30])
def test_many_tabs_cost_little_and_leave_nothing_behind(app, tabs):
    process = app.get("/performance").json["process"]["pid"]
    before = cpu_seconds(process)
    with ThreadPoolExecutor(tabs) as pool:
        heard = list(pool.map(lambda _: events(app, "/live", 4), range(tabs)))

    assert all(len(each) == 4 for each in heard)
    assert cpu_seconds(process) - before < 3 * 0.25
    assert app.get("/health").status == 200


def cpu_seconds(pid):
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def test_a_posted_edit_is_counted_as_active_while_the_model_thinks(app_with_model, model):
    model.fails("stall:2000")
    thread = threading.Thread(target=lambda: app_with_model.edit(CHAPTER, FREE))
    thread.start()

    wait_for(lambda: app_with_model.get("/async-status").json["active_tasks"] == 1)
    thread.join()

    assert app_with_model.get("/async-status").json["active_tasks"] == 0


def wait_for(true, seconds=5):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


CHAPTER = json.dumps(
    [{"turn_number": n, "result": "", "news": "비가 와요.", "stocks": []} for n in (1, 2)],
    ensure_ascii=False,
)
