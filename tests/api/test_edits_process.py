"""Edits as jobs over real sockets: cut streams, many readers, WebSockets beside the pages' own."""

import json
import os
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.api.conftest import KEY, Client, Model
from tests.api.test_edits import parsed
from tests.api.test_guard import upgraded
from tests.processes import start_app, start_model

PRICE = "3턴 조개 매점 가격을 110으로"
FREE = "모든 뉴스를 더 신나게 바꿔줘"
NUMBERS = count(1)


def posted(client, story, request=PRICE, **headers):
    return client.post("/edits", {"story": story, "editRequest": request}, **headers)


def handed_in(client, story, request=PRICE, **headers):
    heard = posted(client, story, request, **headers)
    assert heard.status == 202, heard.body
    return heard.json["id"]


def state(client, id_):
    return client.get(f"/edits/{id_}").json["state"]


def ended(client, id_, seconds=15):
    wait_for(lambda: state(client, id_) not in ("queued", "running"), seconds)
    return client.get(f"/edits/{id_}?story=1").json


def wait_for(true, seconds=15):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def events(client, id_, last=None, most=10_000):
    """Up to `most` events of a stream, and then the line is cut."""
    headers = {**client.headers, **({} if last is None else {"Last-Event-ID": str(last)})}
    request = urllib.request.Request(f"{client.server.url}/edits/{id_}/events", headers=headers)
    pieces, seen = [], 0
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        for line in answer:
            pieces.append(line.decode())
            seen += line.startswith(b"data: ")
            if seen == most:
                break
    return parsed("".join(pieces) + "\n\n")


def socket_url(client, id_, query=""):
    return client.server.url.replace("http", "ws") + f"/ws/edits/{id_}{query}"


def frames(client, id_, query="", **told):
    """All frames, and the code it was closed with."""
    found = []
    url, named = socket_url(client, id_, query), client.headers
    with connect(url, **{"additional_headers": named, **told}) as line:
        try:
            while True:
                found.append(json.loads(line.recv(timeout=30)))
        except ConnectionClosed as gone:
            return found, gone.rcvd.code if gone.rcvd else None


def test_an_edit_is_handed_in_followed_and_read(app, sea_park):
    heard = posted(app, sea_park)
    told = ended(app, heard.json["id"])

    assert heard.headers["location"] == heard.json["status_url"]
    assert told["outcome"] == "edited"
    assert json.loads(told["story"])[2]["stocks"][2]["current_value"] == 110
    assert [name for name, *_ in events(app, told["id"])] == ["end"]
    assert "매점" in app.get(heard.json["status_url"]).body.decode()


def written(turn):
    text = f"바람이 {turn}번이나 세게 분대요!"
    return {"changes": [{"op": "set", "at": f"t{turn}.news", "to": text}], "reply": "바꿨어요."}


def plans(model, turns):
    """The model plans one rewrite a turn, and then writes them side by side."""
    plan = {"op": "rewrite", "fields": ["news"], "brief": "더 신나게"}
    model.control(
        always="",
        answers=[{"changes": [{**plan, "at": f"t{n}"} for n in turns], "reply": "바꿀게요."}],
        turn_answers={str(n): written(n) for n in turns},
    )
    return [f"t{n}.news" for n in turns]


def test_parallel_turns_of_the_simulated_model_are_heard_to_the_end(
    app_with_model, model, sea_park
):
    places = plans(model, range(1, 8))
    id_ = handed_in(app_with_model, sea_park, f"{FREE} ({next(NUMBERS)})")

    heard = events(app_with_model, id_)
    told = ended(app_with_model, id_)

    assert heard[-1][0] == "end"
    assert [number for _, number, _ in heard] == sorted({number for _, number, _ in heard})
    assert told["outcome"] == "edited"
    assert [change["at"] for change in told["changes"]] == places
    assert heard[-1][2]["changes"] == told["changes"]
    assert told["usage"]["tokens_out"] > 0
    assert told["progress"]["first_s"] is not None


def test_fifty_at_once_under_one_key_are_one_edit_and_one_call(app_with_model, model, sea_park):
    before, request = model.calls, f"{FREE} ({next(NUMBERS)})"
    key = f"fifty-{os.getpid()}"
    with ThreadPoolExecutor(50) as pool:
        asked = [
            pool.submit(handed_in, app_with_model, sea_park, request, Idempotency_Key=key)
            for _ in range(50)
        ]
        ids = {each.result() for each in asked}
    other = posted(app_with_model, sea_park, request + "!", Idempotency_Key=key)

    assert len(ids) == 1
    ended(app_with_model, ids.pop())
    assert model.calls == before + 1
    assert (other.status, other.json["rule"]) == (422, "key_reused")


def test_a_stream_that_is_cut_after_every_event_tells_each_thing_once(sea_park):
    with start_model("--speedup", "3") as slow:
        places = plans(Model(slow), range(1, 8))
        with start_app({"OPENAI_BASE_URL": slow.url + "/v1"}) as server:
            client = Client(server)
            id_ = handed_in(client, sea_park, FREE)
            heard = events(client, id_, most=1)
            while heard[-1][0] != "end":
                heard += events(client, id_, last=heard[-1][1], most=1)
            again = events(client, id_, last=heard[-1][1])

    numbers = [number for _, number, _ in heard]
    told = [each["at"] for name, _, data in heard if name == "change" for each in data["changes"]]
    assert len(heard) > 5
    assert numbers == sorted(set(numbers))
    assert len(told) == len(set(told)) > 0
    assert [change["at"] for change in heard[-1][2]["changes"]] == places
    assert again == heard[-1:]


def test_a_cancelled_edit_ends_its_stream_and_its_socket(app_with_model, model, sea_park):
    model.fails("stall:20000")
    id_ = handed_in(app_with_model, sea_park, f"{FREE} ({next(NUMBERS)})")
    with ThreadPoolExecutor(2) as pool:
        streamed = pool.submit(events, app_with_model, id_)
        framed = pool.submit(frames, app_with_model, id_)
        wait_for(lambda: state(app_with_model, id_) == "running")
        assert app_with_model.ask("DELETE", f"/edits/{id_}").status == 204

        assert streamed.result(10)[-1][2]["state"] == "cancelled"
        found, code = framed.result(10)

    assert (found[-1]["event"], code) == ("end", 1000)
    assert app_with_model.ask("DELETE", f"/edits/{id_}").status == 204


def test_a_hundred_readers_hear_the_end_and_leave_nothing_behind(app_with_model, model, sea_park):
    model.fails("stall:1500")
    id_ = handed_in(app_with_model, sea_park, f"{FREE} ({next(NUMBERS)})")
    process = psutil.Process(app_with_model.server.process.pid)
    before = process.num_fds()
    with ThreadPoolExecutor(100) as pool:
        heard = list(pool.map(lambda _: events(app_with_model, id_), range(100)))

    assert {each[-1][0] for each in heard} == {"end"}
    assert len({json.dumps(each[-1][2]) for each in heard}) == 1
    wait_for(lambda: process.num_fds() <= before + 3)
    assert app_with_model.get("/health").status == 200


def test_readers_that_leave_in_the_middle_are_let_go(app_with_model, model, sea_park):
    model.fails("stall:20000")
    id_ = handed_in(app_with_model, sea_park, f"{FREE} ({next(NUMBERS)})")
    process = psutil.Process(app_with_model.server.process.pid)
    wait_for(lambda: state(app_with_model, id_) == "running")
    before = process.num_fds()
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(lambda _: events(app_with_model, id_, most=1), range(30)))

    wait_for(lambda: process.num_fds() <= before + 3)
    assert app_with_model.ask("DELETE", f"/edits/{id_}").status == 204


# -- WebSocket


def test_frames_are_the_events_and_only_newer_ones_come_after_a_number(app, sea_park):
    id_ = handed_in(app, sea_park)
    seq = ended(app, id_)["seq"]

    for query in ("", f"?after={seq}", "?after=0", "?after=nonsense"):
        found, code = frames(app, id_, query)
        assert [(each["event"], each["id"]) for each in found] == [("end", seq)]
        assert code == 1000
    name, number, data = events(app, id_)[0]
    assert found[0] == {"event": name, "id": number, "data": data}


def test_an_unknown_edit_closes_with_4404(app):
    assert frames(app, "nobody") == ([], 4404)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:3000", "null"])
def test_a_socket_from_another_site_is_refused(app, sea_park, origin):
    id_ = handed_in(app, sea_park)

    with pytest.raises(InvalidStatus) as refused:
        frames(app, id_, origin=origin)

    assert refused.value.response.status_code == 403
    assert frames(app, id_, origin=app.server.url)[1] == 1000


def test_the_pages_keep_their_own_socket(app):
    assert upgraded(app, Origin=app.server.url) == 101


def test_a_client_that_speaks_floods_or_breaks_the_protocol_is_closed(
    app_with_model, model, sea_park
):
    model.fails("stall:20000")
    id_ = handed_in(app_with_model, sea_park, f"{FREE} ({next(NUMBERS)})")
    for said in ("hello", b"\x00" * 1_000_000, "가" * 100_000):
        with connect(socket_url(app_with_model, id_)) as line:
            with pytest.raises(ConnectionClosed) as gone:
                flood(line, said)
            assert gone.value.rcvd is None or gone.value.rcvd.code == 1008
    for garbage in (b"\xff" * 5000, os.urandom(5000), b"\xc1\xff" + os.urandom(100)):
        raw_socket(app_with_model, id_, garbage)

    assert app_with_model.get("/health").status == 200
    assert state(app_with_model, id_) == "running"
    assert b"Traceback" not in app_with_model.server.log.read_bytes()
    app_with_model.ask("DELETE", f"/edits/{id_}")


def flood(line, said):
    for _ in range(1000):
        line.send(said)
    while True:
        line.recv(timeout=10)


def raw_socket(client, id_, garbage):
    """A handshake, and then no frames at all."""
    with socket.create_connection(("127.0.0.1", client.server.port), timeout=10) as line:
        line.sendall(
            f"GET /ws/edits/{id_} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert b" 101 " in line.recv(4096)
        line.sendall(garbage)
        try:
            while line.recv(65536):
                pass
        except ConnectionResetError:
            return


# -- the guard


def test_what_the_guard_refuses_is_a_problem_here_too(app, sea_park):
    big = b'{"story": "' + b"a" * (3 * 1024 * 1024) + b'"}'
    for heard, status in (
        (app.post("/edits", big), 413),
        (posted(app, sea_park, Origin="http://evil.example"), 403),
        (posted(app, sea_park, Host="evil.example"), 421),
    ):
        assert (heard.status, heard.json["status"]) == (status, status)
        assert heard.headers["content-type"] == "application/problem+json"
        assert heard.json["detail"]
        assert heard.json["rule"]


def test_a_key_is_needed_to_hand_in_and_to_read(sea_park):
    with start_app({"API_KEYS": KEY}) as server:
        refused = posted(Client(server), sea_park)
        client = Client(server, {"Authorization": f"Bearer {KEY}"})
        id_ = handed_in(client, sea_park)

        assert (refused.status, refused.json["rule"]) == (401, "api_key")
        assert refused.headers["content-type"] == "application/problem+json"
        assert ended(client, id_)["outcome"] == "edited"
        assert events(client, id_)[-1][0] == "end"
        assert frames(client, id_)[1] == 1000
        assert client.ask("DELETE", f"/edits/{id_}").status == 204


def test_streams_and_sockets_end_with_the_server_and_the_edit_waits_for_the_next(
    sea_park, model_server, model
):
    model.fails("stall:60000")
    with start_app({"OPENAI_BASE_URL": model_server.url + "/v1"}) as server:
        client = Client(server)
        id_ = handed_in(client, sea_park, FREE)
        with ThreadPoolExecutor(2) as pool:
            streamed, framed = pool.submit(events, client, id_), pool.submit(frames, client, id_)
            wait_for(lambda: state(client, id_) == "running")
            server.process.terminate()

            assert streamed.result(15)[-1][0] != "end"
            assert framed.result(15)[1] in (1000, 1012)
        assert server.process.wait(15) is not None
