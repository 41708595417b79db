"""The trace of a real edit: told over HTTP, and the same after a restart."""

import json
import urllib.request

import pytest

from tests.processes import start_app, start_model
from tests.service.fakes import PRICE, SEA_PARK, until

PHASES = ("line_s", "connect_s", "first_s", "writing_s", "store_s")


def posted(app, request):
    body = json.dumps({"story": SEA_PARK.text, "editRequest": request}).encode()
    asked = urllib.request.Request(app.url + "/edits", body, {"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        id_ = json.load(answer)["id"]
    until(lambda: app.get(f"/edits/{id_}")["outcome"], 30)
    return id_


def recent(app):
    """What the status page is told of the last edits, once they were looked up."""
    with urllib.request.urlopen(app.url + "/live?watch=1", timeout=30) as answer:
        for line in answer:
            field, _, value = line.decode().strip().partition(": ")
            now = json.loads(value).get("now") if field == "data" else None
            if now and now["recent"]:
                return now["recent"]


def test_where_the_seconds_went_is_told_and_survives_a_restart(tmp_path):
    with start_model("--speedup", "1", "--ttft", "0.3", "--rate", "4000") as model:
        settings = {"OPENAI_BASE_URL": f"{model.url}/v1", "DATA_DIR": str(tmp_path)}
        with start_app(settings) as app:
            id_, instant = posted(app, "모든 결과 문장을 새로 써줘"), posted(app, PRICE)
            told = app.get(f"/edits/{id_}")
            assert app.get(f"/edits/{instant}")["trace"] is None
        with start_app(settings) as app:
            again, shown = app.get(f"/edits/{id_}"), recent(app)

    trace, seconds = told["trace"], told["progress"]["seconds"]
    assert sum(trace["shares"].values()) == pytest.approx(seconds, abs=2e-3)
    assert trace["shares"]["first"] + trace["shares"]["connect"] > 0.2
    assert 0 < trace["gates_s"] < seconds
    assert {call["what"] for call in trace["calls"]} >= {"main"}
    for call in trace["calls"]:
        assert call["at_s"] + sum(call[phase] for phase in PHASES) <= seconds + 2e-3
        assert call["first_s"] + call["connect_s"] > 0.2
    (one,) = shown
    assert one["seconds"] == pytest.approx(seconds, abs=2e-3)
    assert sum(one["shares"].values()) == pytest.approx(seconds, abs=1e-2)
    for call, kept in zip(trace["calls"], again["trace"]["calls"], strict=True):
        assert kept == pytest.approx(call, abs=2e-4)
