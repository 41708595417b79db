"""Edits as jobs, in this process: what goes in, what comes out, and what is heard meanwhile."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from starlette.testclient import TestClient

from core import errors
from core.api import follow, job, jobs, problem
from core.api.edits import UTF8_JSON
from core.api.job import Ask
from core.api.jobs import Jobs
from core.api.routes import api
from core.editing.limits import OPEN
from core.errors import TurnsmithError, WriterError
from core.service import wiring
from core.service.acts import Acts
from core.service.jobs import Desk
from core.service.settings import Settings
from core.store import edits
from tests.service.fakes import FREE, PRICE, SEA_PARK, Says, awaited, over, says, until

STORY = SEA_PARK.text
HALF = says("바람이 세게 분대요.", "별이 반짝인대요.").partition(', "reply"')[0]


@contextmanager
def serving(folder, model=None, **settings):
    """The running service, with a model that is told what to say."""
    service = wiring.build(Settings(data_dir=folder, **settings))
    service.desk.start()
    service.desk.stop()
    desk = Desk(model)
    service = replace(service, desk=desk, acts=Acts(service.library, service.edits, desk))
    with wiring.running(service):
        yield service
        desk.stop()
    service.database.close()


@contextmanager
def a_client(folder, model=None, **settings):
    with serving(folder, model, **settings), TestClient(api) as client:
        yield client


@pytest.fixture
def client(tmp_path):
    """No model: instant edits only."""
    with a_client(tmp_path) as client:
        yield client


def posted(client, request=PRICE, *, story=STORY, headers=None, **more):
    body = {"story": story, "editRequest": request, **more}
    return client.post("/edits", content=json.dumps(body), headers=headers)


def handed_in(client, request=PRICE, **more):
    heard = posted(client, request, **more)
    assert heard.status_code == 202, heard.text
    return heard.json()["id"]


def ended(client, id_, *, story=False):
    path = f"/edits/{id_}" + ("?story=1" if story else "")
    until(lambda: client.get(path).json()["state"] in ("done", "failed", "cancelled"))
    return client.get(path).json()


def parsed(text):
    """Name, id and data of every event of a stream."""
    blocks = [block for block in text.split("\n\n") if block.startswith("event: ")]
    rows = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [(row["event"], int(row["id"]), json.loads(row["data"])) for row in rows]


def played(events):
    """The changes as a reader has them after these events."""
    changes = []
    for name, _, data in events:
        if name == "change":
            changes[data["from"] :] = data["changes"]
    return [change["at"] for change in changes]


# -- handing in


def test_an_edit_is_accepted_with_its_addresses(client):
    heard = posted(client)

    told = heard.json()
    assert heard.status_code == 202
    assert list(told) == ["id", "status_url", "events_url"]
    assert heard.headers["location"] == told["status_url"] == f"/edits/{told['id']}"
    assert told["events_url"] == f"/edits/{told['id']}/events"
    assert len(told["id"]) >= 20


def test_an_edit_that_is_over_is_told_whole(client):
    told = ended(client, handed_in(client))

    assert (told["state"], told["outcome"], told["kind"]) == ("done", "edited", "instant")
    assert [change["at"] for change in told["changes"]] == [
        "t3.s3.current_value",
        "t4.s3.before_value",
    ]
    assert told["reply"]
    assert told["reason"] is None
    assert told["findings"] == {"added": [], "removed": [], "left_out": 0}
    assert "story" not in told
    assert job.Told.model_validate(told)


def test_the_story_comes_when_it_is_asked_for_and_something_changed(client):
    edited = ended(client, handed_in(client), story=True)
    refused = ended(client, handed_in(client, FREE), story=True)

    assert json.loads(edited["story"])[2]["stocks"][2]["current_value"] == 110
    assert refused["story"] is None
    assert refused["outcome"] == "refused"
    assert refused["reason"]["sentence"]


def test_a_wrapped_story_keeps_its_wrapper(client):
    wrapped = json.dumps({"metadata": {"by": "가"}, "story_data": json.loads(STORY)})

    told = ended(client, handed_in(client, story=wrapped), story=True)

    assert json.loads(told["story"])["metadata"] == {"by": "가"}


def test_what_an_edit_breaks_and_mends_is_told(client):
    turns = json.loads(STORY)
    turns[3]["stocks"][2]["before_value"] = 7
    spoilt = json.dumps(turns, ensure_ascii=False)

    told = ended(client, handed_in(client, "모든 오류를 고쳐줘", story=spoilt))

    assert told["findings"]["added"] == []
    assert told["findings"]["removed"]
    assert all(found["message"] for found in told["findings"]["removed"])


def test_locks_hold_and_the_reason_is_told(client):
    limits = {"locks": ["t3.s3.price"]}

    told = ended(client, handed_in(client, limits=limits), story=True)

    assert told["story"] is None
    assert told["changes"] == []
    assert told["reason"] or told["dropped"]
    assert all({"what", "rule", "sentence"} == set(each) for each in told["dropped"])


def test_a_cost_is_told_when_the_prices_are_known(tmp_path):
    model = Says(says("바람이 세게 분대요."))
    with a_client(tmp_path, model, price_in=10_000, price_out=10_000) as client:
        told = ended(client, handed_in(client, FREE))

    assert told["usage"] == {
        "tokens_in": 100,
        "tokens_out": 20,
        "tokens_cached": 40,
        "cost": pytest.approx(1.2),
    }


# -- what cannot be used


@pytest.mark.parametrize(
    ("change", "status", "rule"),
    [
        ({"story": ""}, 400, "empty"),
        ({"story": " \n"}, 400, "empty"),
        ({"editRequest": ""}, 400, "request_empty"),
        ({"editRequest": "\u200b \n"}, 400, "request_empty"),
        ({"editRequest": "가" * 2001}, 400, "request_too_long"),
        ({"chapterId": " "}, 400, "chapter_id_empty"),
        ({"story": "[]"}, 400, "no_turns"),
        ({"story": "3"}, 400, "not_array"),
        ({"story": '[{"news": "\ud800"}]'}, 400, "surrogate"),
        ({"limits": {"locks": ["t99.news"]}}, 422, "no_place"),
        ({"limits": {"only": ["모든 곳"]}}, 422, None),
        ({"limits": {"lock": ["t1"]}}, 422, "body_format"),
        ({"limits": {"locks": ["t1"] * 257}}, 422, "body_format"),
        ({"limits": {"locks": [""]}}, 422, "body_format"),
        ({"limits": "t1"}, 422, "body_format"),
        ({"story": [1]}, 422, "body_format"),
        ({"story": None}, 422, "body_format"),
        ({"editRequest": 5}, 422, "body_format"),
        ({"editRequest": "\udfff"}, 422, "body_format"),
        ({"chapterId": 1111}, 422, "body_format"),
    ],
)
def test_what_cannot_be_used_is_a_problem_in_korean(client, change, status, rule):
    heard = posted(client, **({"request": PRICE} | renamed(change)))

    told = heard.json()
    assert (heard.status_code, told["status"]) == (status, status)
    assert heard.headers["content-type"] == "application/problem+json"
    assert told["type"] == "about:blank"
    assert told["title"] == problem.TITLES[status]
    assert rule in (None, told["rule"])
    assert any("가" <= letter <= "힣" for letter in told["detail"])
    assert "조개" not in heard.text


def renamed(change):
    return {{"editRequest": "request"}.get(name, name): value for name, value in change.items()}


def test_more_limits_than_a_long_story_takes_are_422_at_once(client):
    story = "[" + ",".join(["{}"] * 60_000) + "]"
    begun = time.monotonic()

    heard = posted(client, story=story, limits={"locks": [f"t{n}" for n in range(1, 257)]})

    assert (heard.status_code, heard.json()["rule"]) == (422, "limits_many")
    assert heard.json()["most"] == job.MOST_WORK // len(story)
    assert time.monotonic() - begun < 2


def test_an_unreadable_story_is_told_with_its_place(client):
    told = posted(client, story='[{"news": "a",,}]').json()

    assert (told["status"], told["line"], told["column"]) == (400, 1, 15)
    assert "15" in told["detail"]


def test_bodies_that_are_no_json_object_are_problems(client):
    for body, status in ((b"", 422), (b"[]", 422), (b"{", 422), (b"\xff\xfe\x00", 400)):
        heard = client.post("/edits", content=body)

        assert heard.status_code == status
        assert heard.headers["content-type"] == "application/problem+json"
        assert heard.json()["detail"]


def test_the_body_of_the_older_contract_will_do(client):
    assert posted(client, chapterId="1111", summary=None).status_code == 202


def test_too_many_edits_are_503_with_a_time_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr("core.service.jobs.MAX_ACTIVE", 1)
    with a_client(tmp_path, Says("", waits=True)) as client:
        handed_in(client, FREE)
        heard = posted(client, FREE, headers={"idempotency-key": "a"})

        assert heard.status_code == 503
        assert heard.json()["rule"] == "busy"
        assert int(heard.headers["retry-after"]) > 0


def test_a_server_that_stops_is_503_with_a_time_to_wait(tmp_path):
    with serving(tmp_path) as service, TestClient(api) as client:
        service.desk.close(0)
        heard = posted(client)

    assert (heard.status_code, heard.json()["rule"]) == (503, "stopping")
    assert "retry-after" in heard.headers


def test_paths_that_are_known_with_another_method_are_problems(client):
    heard = client.get("/edits")

    assert (heard.status_code, heard.headers["allow"]) == (405, "POST")
    assert heard.json()["rule"] == "method"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/edits/nobody"),
        ("GET", "/edits/nobody?story=1"),
        ("GET", "/edits/%00"),
        ("GET", "/edits/" + "a" * 5000),
        ("GET", "/edits/nobody/events"),
        ("DELETE", "/edits/nobody"),
    ],
)
def test_an_unknown_edit_is_a_404_problem(client, method, path):
    heard = client.request(method, path)

    assert (heard.status_code, heard.json()["rule"]) == (404, "edit_forgotten")
    assert heard.headers["content-type"] == "application/problem+json"


def test_every_error_of_a_writer_and_of_ours_has_a_status():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    told = [kind for kind in kinds if issubclass(kind, WriterError | errors.Unavailable)]

    for kind in (kind for kind in told if issubclass(kind, TurnsmithError)):
        assert problem.status_of(kind("anything")) in problem.TITLES
    assert set(problem.RULES.values()) | set(problem.STATUS.values()) <= set(problem.TITLES)


# -- once for a key


def test_the_same_key_with_the_same_body_is_the_same_edit(client):
    first, again = (handed_in(client, headers={"idempotency-key": "k-1"}) for _ in range(2))
    other = handed_in(client, headers={"idempotency-key": "k-2"})

    assert first == again != other
    assert handed_in(client) != handed_in(client)


def test_the_same_key_with_another_body_is_422(client):
    handed_in(client, headers={"idempotency-key": "k"})

    for heard in (
        posted(client, PRICE + " ", headers={"idempotency-key": "k"}),
        posted(client, limits={"locks": ["t1"]}, headers={"idempotency-key": "k"}),
        posted(client, story="[", headers={"idempotency-key": "k"}),
    ):
        assert (heard.status_code, heard.json()["rule"]) == (422, "key_reused")


def test_keys_of_two_callers_are_two_keys(client):
    key = {"idempotency-key": "k"}

    one = handed_in(client, headers={**key, "authorization": "Bearer a"})
    other = handed_in(client, headers={**key, "authorization": "Bearer b"})

    assert one != other


def test_a_refused_post_can_be_mended_under_its_key(client):
    key = {"idempotency-key": "k"}

    assert posted(client, story="[", headers=key).status_code == 400
    assert posted(client, headers=key).status_code == 202


@pytest.mark.parametrize("key", ["", "a" * 256, "é".encode("latin-1"), b"a\tb"])
def test_a_key_that_is_none_is_400(client, key):
    heard = posted(client, headers={"idempotency-key": key})

    assert (heard.status_code, heard.json()["rule"]) == (400, "key_format")


def test_fifty_at_once_are_one_edit_and_a_stranger_among_them_is_told(tmp_path):
    async def story():
        work = Jobs(service)
        ask = Ask(story=STORY, editRequest=FREE)
        posts = [work.post(ask, "k", "api") for _ in range(50)]
        stranger = work.post(Ask(story=STORY, editRequest=PRICE), "k", "api")
        return await asyncio.gather(*posts, stranger, return_exceptions=True)

    with serving(tmp_path, Says("", waits=True)) as service:
        *ids, refused = awaited(story())

        assert len(set(ids)) == 1
        assert refused.rule == "key_reused"
        assert service.desk.counts.active == 1


def test_a_key_holds_for_half_an_hour_and_no_longer(tmp_path, monkeypatch):
    assert edits.KEY_S == 30 * 60
    with a_client(tmp_path) as client:
        first = handed_in(client, headers={"idempotency-key": "k"})
        monkeypatch.setattr(edits, "KEY_S", 0.0)
        time.sleep(0.01)

        assert handed_in(client, PRICE + "!", headers={"idempotency-key": "k"}) != first


def test_a_key_holds_across_a_restart(tmp_path):
    key = {"idempotency-key": "k"}
    with a_client(tmp_path) as client:
        first = handed_in(client, headers=key)
    with a_client(tmp_path) as client:
        assert handed_in(client, headers=key) == first
        assert posted(client, PRICE + " ", headers=key).json()["rule"] == "key_reused"


@pytest.mark.parametrize("request_", [PRICE, FREE])
def test_what_was_noted_and_never_begun_is_begun_when_it_is_posted_again(tmp_path, request_):
    """As after a crash between the two, which a quick restart and a quick client make short."""
    key = {"idempotency-key": "k"}
    model = Says(says("바람이 세게 분대요."))
    with serving(tmp_path, model) as service, TestClient(api) as client:
        begun, service.acts._begun = service.acts._begun, lambda *_: None
        first = handed_in(client, request_, headers=key)
        assert client.get(f"/edits/{first}").status_code == 404

        service.acts._begun = begun
        assert handed_in(client, request_, headers=key) == first
        assert ended(client, first)["outcome"] == "edited"


def test_one_that_is_posted_again_while_it_is_being_begun_is_begun_once(tmp_path):
    key, held = {"idempotency-key": "k"}, threading.Barrier(2)
    model = Says(says("바람이 세게 분대요."))
    with serving(tmp_path, model) as service, TestClient(api) as client:
        begun = service.acts._begun
        service.acts._begun = lambda *given: (held.wait(10), begun(*given))
        with ThreadPoolExecutor(2) as pool:
            ids = list(pool.map(lambda _: handed_in(client, FREE, headers=key), range(2)))

        assert len(set(ids)) == 1
        assert ended(client, ids[0])["outcome"] == "edited"
        assert (service.desk.counts.completed, len(model.heard)) == (1, 1)


# -- results


def test_an_edit_is_still_told_when_the_desk_has_let_go_of_it(tmp_path):
    with serving(tmp_path) as service, TestClient(api) as client:
        id_ = handed_in(client)
        before = ended(client, id_, story=True)
        service.desk.forget(id_)

        assert client.get(f"/edits/{id_}?story=1").json() == before
        assert [name for name, *_ in parsed(client.get(f"/edits/{id_}/events").text)] == ["end"]
        assert client.delete(f"/edits/{id_}").status_code == 204


def test_a_posted_edit_is_told_also_after_a_restart(tmp_path):
    with a_client(tmp_path) as client:
        id_ = handed_in(client)
        before = ended(client, id_, story=True)

    with a_client(tmp_path) as client:
        after = client.get(f"/edits/{id_}?story=1").json()

    assert after == before


def test_what_was_posted_long_ago_is_let_go_of(tmp_path, monkeypatch):
    with serving(tmp_path) as service, TestClient(api) as client:
        id_ = handed_in(client)
        ended(client, id_)
        monkeypatch.setattr("core.store.edits.POSTED_S", 0.0)
        time.sleep(0.01)
        handed_in(client)
        service.desk.forget(id_)

        assert client.get(f"/edits/{id_}").status_code == 404


def test_an_edit_of_a_page_is_told_also_after_a_restart(tmp_path):
    with serving(tmp_path, Says(says("바람이 세게 분대요."))) as service, TestClient(api) as client:
        id_ = service.acts.ask(service.library.open(SEA_PARK, "바다"), FREE)
        over(service.desk, id_)
        before, tag = ended(client, id_, story=True), client.get(f"/edits/{id_}").headers["etag"]
    with a_client(tmp_path) as client:
        again = client.get(f"/edits/{id_}", headers={"if-none-match": tag})
        after = client.get(f"/edits/{id_}?story=1").json()
        events = parsed(client.get(f"/edits/{id_}/events").text)

    assert again.status_code == 304
    assert before == after
    assert after["story"]
    assert [name for name, *_ in events] == ["end"]


def test_nothing_new_is_304(client):
    id_ = handed_in(client)
    ended(client, id_)
    tag = client.get(f"/edits/{id_}").headers["etag"]

    assert client.get(f"/edits/{id_}", headers={"if-none-match": tag}).status_code == 304
    assert client.get(f"/edits/{id_}", headers={"if-none-match": '"0-queued"'}).status_code == 200
    assert client.get(f"/edits/{id_}").headers["content-type"] == UTF8_JSON


# -- events


def heard(service, id_, after=-1, enough=lambda _: False):
    """Events of an edit until one is enough, or to the end."""

    async def story():
        events = []
        source = jobs.of(service).events(id_, after)
        async for event in source:
            events.append((event.name, event.seq, dict(event.data)))
            if enough(events[-1]):
                break
        await source.aclose()
        return events

    return awaited(story())


def submitted(service, request=FREE):
    """As POST does, with an id at once."""
    return service.acts.post(SEA_PARK, request, OPEN)


def test_events_have_growing_numbers_and_end_with_all_of_it(tmp_path):
    with serving(tmp_path, Says(says("바람이 세게 분대요.", "별이 반짝인대요."))) as service:
        events = heard(service, submitted(service))

    numbers = [number for _, number, _ in events]
    assert numbers == sorted(set(numbers))
    assert [name for name, *_ in events][-1] == "end"
    assert "end" not in [name for name, *_ in events][:-1]
    assert events[-1][2]["outcome"] == "edited"
    assert [each["at"] for each in events[-1][2]["changes"]] == ["t1.news", "t2.news"]
    assert all(data["seq"] == number for _, number, data in events)


def test_a_reader_that_comes_back_hears_only_what_is_newer(tmp_path):
    with serving(tmp_path, Says(HALF, waits=True)) as service:
        id_ = submitted(service)
        first = heard(service, id_, enough=lambda event: event[0] == "change")
        until(lambda: len(service.desk.view(id_).changes) == 2)
        service.desk.cancel(id_)
        over(service.desk, id_)
        rest = heard(service, id_, after=first[-1][1])

    assert all(number > first[-1][1] for _, number, _ in rest)
    assert [name for name, *_ in rest] == ["end"]
    assert rest[-1][2]["state"] == "cancelled"


def test_changes_that_were_heard_are_not_told_again(tmp_path):
    with serving(tmp_path, Steps()) as service:
        id_ = submitted(service)
        first = heard(service, id_, enough=lambda event: event[0] == "change")
        rest = heard(service, id_, first[-1][1], lambda event: played_all([event]))
        stranger = heard(service, id_, 1, lambda event: played_all([event]))
        service.desk.cancel(id_)

    assert played(first + rest) == ["t1.news", "t2.news", "t3.news"]
    assert all(data["from"] >= len(played(first)) for name, _, data in rest if name == "change")
    assert played(stranger) == ["t1.news", "t2.news", "t3.news"]


def played_all(events):
    return any(data.get("from", 0) + len(data.get("changes", ())) == 3 for _, _, data in events)


class Steps(Says):
    """Says its changes one by one, with a pause after each, and goes on thinking."""

    def __init__(self):
        texts = ("바람이 세게 분대요.", "별이 반짝인대요.", "눈이 온대요.")
        super().__init__(says(*texts).partition(', "reply"')[0])

    async def stream(self, prompt, schema):
        for piece in self.text.split("}, "):
            await asyncio.sleep(0.3)
            yield piece if piece.endswith("}") else piece + "}, "
        await asyncio.sleep(60)


def test_a_number_from_another_life_is_heard_from_the_start(tmp_path):
    with serving(tmp_path, Says(HALF, waits=True)) as service:
        id_ = submitted(service)
        until(lambda: len(service.desk.view(id_).changes) == 2)
        events = heard(service, id_, 999, lambda event: event[0] == "change")
        service.desk.cancel(id_)

    assert played(events) == ["t1.news", "t2.news"]


def test_after_the_end_the_end_comes_once_more(client):
    id_ = handed_in(client)
    seq = ended(client, id_)["seq"]

    for last in (str(seq), "0", "999", "nonsense", "-1", "9" * 40, ""):
        text = client.get(f"/edits/{id_}/events", headers={"last-event-id": last}).text
        assert [(name, number) for name, number, _ in parsed(text)] == [("end", seq)]
        assert text.startswith("retry: ")


def test_a_silent_stream_shows_that_it_lives(tmp_path):
    async def story(id_):
        events = jobs.of(service).events(id_, -1)
        pieces = follow.stream(events, beat_s=0.02)
        found = [await anext(pieces) for _ in range(8)]
        await pieces.aclose()
        return found

    with serving(tmp_path, Says("", waits=True)) as service:
        found = awaited(story(submitted(service)))

    assert found[-1].startswith(b": ")
    assert follow.BEAT_S == 15


def test_readers_that_leave_leave_nothing_behind(tmp_path):
    async def one(id_):
        pieces = follow.stream(jobs.of(service).events(id_, -1))
        await anext(pieces)
        await anext(pieces)
        waiting = asyncio.ensure_future(anext(pieces))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.wait({waiting})
        await pieces.aclose()

    async def story(id_):
        before = asyncio.all_tasks()
        await asyncio.gather(*(one(id_) for _ in range(100)))
        return asyncio.all_tasks() - before

    with serving(tmp_path, Says("", waits=True)) as service:
        id_ = submitted(service)

        assert awaited(story(id_)) == set()
        assert not service.desk._edits[id_].live._waiting


def test_the_memory_of_what_readers_have_heard_is_bounded(monkeypatch, tmp_path):
    monkeypatch.setattr(follow, "MOST_KNOWN", 3)
    with serving(tmp_path, Says("", waits=True)) as service:
        for _ in range(9):
            heard(service, submitted(service), enough=lambda event: event[1] > 0)

        assert len(jobs.of(service)._events._known) == 3


# -- WebSocket


def closed(socket):
    """The code that it is closed with, whatever it says before."""
    while (message := socket.receive())["type"] != "websocket.close":
        pass
    return message["code"]


def test_frames_say_the_same_as_the_stream(client):
    id_ = handed_in(client)
    ended(client, id_)
    with client.websocket_connect(f"/ws/edits/{id_}") as socket:
        frame = json.loads(socket.receive_text())
        code = closed(socket)

    name, number, data = parsed(client.get(f"/edits/{id_}/events").text)[0]
    assert frame == {"event": name, "id": number, "data": data}
    assert code == 1000


def test_an_unknown_edit_closes_with_4404(client):
    with client.websocket_connect("/ws/edits/nobody") as socket:
        assert closed(socket) == 4404


@pytest.mark.parametrize("sent", ["text", b"\x00\xff", ""])
def test_a_client_that_says_anything_is_closed(tmp_path, sent):
    with serving(tmp_path, Says("", waits=True)) as service, TestClient(api) as client:
        id_ = submitted(service)
        with client.websocket_connect(f"/ws/edits/{id_}") as socket:
            speak = socket.send_bytes if isinstance(sent, bytes) else socket.send_text
            speak(sent)
            assert closed(socket) == 1008


def test_a_plain_get_is_told_to_upgrade(client):
    heard = client.get("/ws/edits/nobody")

    assert (heard.status_code, heard.headers["upgrade"]) == (426, "websocket")


# -- cancelling and the docs


def test_a_cancelled_edit_keeps_what_passed(tmp_path):
    with serving(tmp_path, Says(HALF, waits=True)) as service, TestClient(api) as client:
        id_ = handed_in(client, FREE)
        until(lambda: len(client.get(f"/edits/{id_}").json()["changes"]) == 2)
        running = client.get(f"/edits/{id_}?story=1").json()

        assert client.delete(f"/edits/{id_}").status_code == 204
        told = ended(client, id_, story=True)
        assert client.delete(f"/edits/{id_}").status_code == 204
        assert service.desk.counts.active == 0

    assert (running["state"], running["story"], running["outcome"]) == ("running", None, None)
    assert job.Told.model_validate(running)
    assert told["state"] == "cancelled"
    assert "바람이 세게" in told["story"]


def test_the_docs_tell_all_of_it(client):
    paths, page = client.get("/openapi.json").json()["paths"], client.get("/docs").text

    for path, method, statuses in (
        ("/edits", "post", {"202", "400", "401", "403", "413", "422", "503"}),
        ("/edits/{edit}", "get", {"200", "304", "404"}),
        ("/edits/{edit}", "delete", {"204", "404"}),
        ("/edits/{edit}/events", "get", {"200", "404"}),
        ("/ws/edits/{edit}", "get", {"101", "426"}),
    ):
        assert statuses <= set(paths[path][method]["responses"])
        assert f"{method.upper()} {path}" in page
    names = {each["name"] for each in paths["/edits"]["post"]["parameters"]}
    assert names == {"idempotency-key"}


def test_a_broken_model_is_told_with_its_reason(tmp_path):
    error = partial(errors.ModelDown, "model_down")
    with a_client(tmp_path, Says("", error=error())) as client:
        told = ended(client, handed_in(client, FREE), story=True)

    assert (told["state"], told["outcome"], told["story"]) == ("failed", "failed", None)
    assert told["reason"]["sentence"]
