"""Decisions sent by the page: noted at once, merged by key, refused where they cannot be."""

import asyncio
import json
import threading

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.api import review
from core.chapter.ops import Group, Set
from core.store.edits import Edits, Kept
from core.store.migrations import opened


@pytest.fixture
def edits(tmp_path):
    """With one edit under review, `e1`, and one that was taken, `e2`."""
    database = opened(tmp_path)
    store = Edits(database)
    group = Group("g1", (Set(op="set", at="t2.news", to="새 소식이에요."),), "model", "")
    for id_ in ("e1", "e2"):
        store.begin(id_, "c1", "", 1, "더 재미있게")
        store.ended(id_, Kept(groups=(group,)))
    store.close("e2", "taken")
    yield store
    database.close()


@pytest.fixture
def client(edits):
    api = FastAPI()
    api.include_router(review.router(lambda: edits))
    with TestClient(api) as client:
        yield client


def sent(client, body, edit="e1"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.put(f"/edits/{edit}/decisions", content=data)


def test_decisions_are_noted_and_read_back(client, edits):
    heard = sent(client, {"verdicts": {"g1": "accepted"}, "picks": {"t2.news": "ax"}})

    assert heard.status_code == 200
    assert heard.json() == {
        "seq": 1,
        "verdicts": {"g1": "accepted"},
        "picks": {"t2.news": "ax"},
    }
    again = client.get("/edits/e1/decisions")
    assert again.json() == heard.json()
    assert again.headers["cache-control"] == "no-store"
    assert edits.get("e1").decisions.verdicts == {"g1": "accepted"}


def test_null_takes_a_decision_back_and_other_keys_stay(client):
    sent(client, {"verdicts": {"g1": "accepted", "w:t3.news": "rejected"}})

    heard = sent(client, {"verdicts": {"g1": None}})

    assert heard.json() == {"seq": 2, "verdicts": {"w:t3.news": "rejected"}, "picks": {}}


def test_own_texts_do_not_leave_by_this_way(client, edits):
    edits.decide("e1", {"texts": {"t2.news": "비밀이에요."}})

    assert "비밀" not in client.get("/edits/e1/decisions").text


def test_an_empty_delta_answers_with_what_is_there(client):
    assert sent(client, {}).json()["verdicts"] == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"verdicts":{"g1":"accepted","g1":"rejected"}}',
        b'{"verdicts":{"g1":"\\ud800"}}',
        b"[" * 10_000,
        {"verdicts": {"g1": "maybe"}},
        {"verdicts": "accepted"},
        {"picks": {"t2.news": "yes"}},
        {"texts": {"t2.news": "글"}},
        {"answers": {"t2.news 쇼": True}},
        {"seq": 1},
    ],
)
def test_what_is_no_decision_is_422_and_changes_nothing(client, edits, body):
    heard = sent(client, body)

    assert heard.status_code == 422
    assert heard.headers["content-type"] == "application/problem+json"
    assert heard.json()["rule"] == "decisions_format"
    assert edits.get("e1").seq == 0


def test_an_unknown_edit_is_404(client):
    unknown = [sent(client, {}, "nobody"), client.get("/edits/nobody/decisions")]
    unknown += [sent(client, {}, "%00"), client.get("/edits/%00/decisions")]

    assert [heard.status_code for heard in unknown] == [404] * 4
    assert unknown[0].json()["status"] == 404


def test_a_taken_edit_is_409_and_can_still_be_read(client):
    assert sent(client, {"verdicts": {"g1": "accepted"}}, "e2").status_code == 409
    assert client.get("/edits/e2/decisions").status_code == 200


def test_a_slow_store_does_not_hold_up_the_loop(edits):
    class Slow(Edits):
        """Waits for leave."""

        def get(self, id_):
            assert leave.wait(5)
            return edits.get(id_)

    leave = threading.Event()
    routes = {route.name: route.endpoint for route in review.router(lambda: Slow(None)).routes}

    async def both():
        waiting = asyncio.ensure_future(routes["decided"]("e1"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        leave.set()
        return await waiting

    with asyncio.Runner() as runner:
        assert runner.run(both()).status_code == 200


def test_the_server_takes_decisions_from_its_own_pages_alone(app):
    path, body = "/edits/nobody/decisions", {"verdicts": {"g1": "accepted"}}

    assert app.ask("PUT", path, body).status == 404
    assert app.ask("PUT", path, body, origin="https://elsewhere.example").status == 403
    assert app.get(path).headers["content-type"] == "application/problem+json"
