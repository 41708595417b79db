"""A chapter as its players meet it, over HTTP: posted whole, or as an edit would make it."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from core.api import preview, problem
from core.api.routes import api
from core.chapter import chapter as chapters
from core.chapter.ops import Group, Price, Rename, Set
from core.editing import editor
from core.errors import Unavailable
from core.play import classroom, figures
from core.play.lesson import PRESETS
from tests.api.test_edits import STORY, serving
from tests.conftest import SAMPLES
from tests.service.fakes import SEA_PARK, awaited

POST = (SAMPLES / "space_post.json").read_text("utf-8")
CHEAPER = Group("g1", (Price(op="price", at="t5.s2", to=70),), "model", "")
RENAMED = Group("g2", (Rename(op="rename", from_="돌고래 쇼", to="물개 공연"),), "model", "")
NEWS = Group("g3", (Set(op="set", at="t2.news", to="내일은 먹구름이 몰려온대요."),), "model", "")
LESSONS = [{"kind": "spread"}, {"kind": "risk"}]


@pytest.fixture
def service(tmp_path):
    with serving(tmp_path) as service:
        yield service


@pytest.fixture
def client(service):
    with TestClient(api) as client:
        yield client


@pytest.fixture
def edit(service):
    """A proposal of three units on a chapter that teaches something."""
    id_ = service.library.open(SEA_PARK, "바다")
    service.library.teach(id_, [PRESETS["news"]])
    offer = editor.proposal(SEA_PARK, (CHEAPER, RENAMED, NEWS))
    return service.edits.propose(id_, "", 1, offer, "더 아슬아슬하게")


def asked(client, path, **body):
    return client.post(path, content=json.dumps({"story": STORY, **body}))


def edited(*prices):
    turns = json.loads(STORY)
    for turn, stock, price in prices:
        turns[turn - 1]["stocks"][stock - 1]["current_value"] = price
    return json.dumps(turns, ensure_ascii=False)


# -- POST /preview


def test_a_chapter_is_told_as_the_player_sees_it(client):
    told = asked(client, "/preview").json()

    assert told == figures.pair(None, SEA_PARK, figures.Options(room=False))
    assert told["before"] is None
    assert told["after"]["class"] is None
    assert [turn["n"] for turn in told["after"]["turns"] if turn["seen"]] == [1, 2, 3, 4, 5, 6]


def test_beside_its_original_it_is_told_what_changed(client):
    told = asked(client, "/preview", story=edited((5, 2, 70)), original=STORY, lang="en").json()

    assert told["changed"] == ["t5.s2.current_value"]
    assert told["before"]["turns"][4]["stocks"][1]["price"] == 94
    assert told["after"]["turns"][4]["stocks"][1]["price"] == 70
    assert told["verdict"] == ""


def test_the_chapter_id_and_profile_decide_what_a_player_starts_with(client):
    starts = [
        asked(client, "/preview", chapterId=id_, profile=profile).json()["after"]["start"]
        for id_, profile in (("1111", "current"), ("9", "current"), ("1111", "2025-06"))
    ]

    assert starts == [1000, 2000, 2000]


@pytest.mark.parametrize("id_", ["1111", " 1111\n"])
def test_a_story_in_the_wrapper_of_an_edit_starts_as_the_chapter_that_it_names(client, id_):
    story = json.dumps({"chapterId": id_, "story": STORY, "editRequest": "x"})

    heard = [
        asked(client, "/preview", story=story),
        asked(client, "/playtest", story=story),
        asked(client, "/preview", original=story),
        asked(client, "/preview", story=story, chapterId="4444"),
    ]

    assert [one.json()["after"]["start"] for one in heard] == [1000, 1000, 1000, 4000]


def test_lessons_are_judged_and_told_in_the_language(client):
    told = asked(client, "/preview", lessons=LESSONS, lang="en").json()

    assert [one["kind"] for one in told["lessons"]] == ["spread", "risk"]
    assert told["lessons"][0]["state"] in ("kept", "fails")
    assert told["lessons"] != asked(client, "/preview", lessons=LESSONS).json()["lessons"]


def test_a_chapter_that_cannot_be_played_is_told_with_the_reason(client):
    told = asked(client, "/preview", story='[{"news": "하나"}, {"result": "둘"}]', original=STORY)

    after = told.json()["after"]
    assert told.status_code == 200
    assert (after["playable"], after["chart"], after["class"]) == (False, None, None)
    assert "1턴" in after["why"][0]
    assert told.json()["verdict"] == after["why"][0]


def test_prices_come_as_a_table_that_excel_reads(client):
    heard = client.post("/preview?format=csv", content=json.dumps({"story": STORY}))

    assert heard.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in heard.headers["content-disposition"]
    assert heard.content.startswith(b"\xef\xbb\xbf")
    assert heard.content.decode("utf-8-sig").splitlines()[1] == "1,100,100,100"


def test_a_sheet_comes_as_pdf_or_with_what_is_missing(client):
    body = {"story": edited((5, 2, 70)), "original": STORY, "chapterId": "1111"}
    heard = client.post("/preview?format=pdf", content=json.dumps(body))

    if heard.status_code == 503:
        assert heard.json()["rule"] == "no_font"
    else:
        assert heard.headers["content-type"] == "application/pdf"
        assert heard.content.startswith(b"%PDF-")


# -- POST /playtest


def test_a_class_is_told_and_equal_bodies_have_equal_answers(client):
    heard = asked(client, "/playtest", players=50, seed=7)

    told = heard.json()["after"]["class"]
    assert heard.status_code == 200
    assert (told["players"], told["seed"]) == (50, 7)
    assert sum(count for _, count in told["bins"]) == 50
    assert asked(client, "/playtest", players=50, seed=7).content == heard.content
    assert asked(client, "/playtest", players=50, seed=8).content != heard.content


def test_classes_before_and_after_share_their_edges(client):
    told = asked(
        client, "/playtest", story=edited((7, 2, 60)), original=STORY, lessons=LESSONS
    ).json()

    assert sum(told["bins"]["before"]) == sum(told["bins"]["after"]) == 200
    assert len(told["bins"]["edges"]) == len(told["bins"]["before"]) == len(told["bins"]["after"])
    assert told["before"]["class"]["median"] > told["after"]["class"]["median"]
    assert told["verdict"]
    assert {one["state"] for one in told["lessons"]} <= {"kept", "turned", "mended", "fails"}


# -- what is refused


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"story": "{"}, 400, "cut_off"),
        ({"story": "[]"}, 400, "no_turns"),
        ({"original": "nothing"}, 400, None),
        ({"story": 7}, 422, "body_format"),
        ({"profile": "2026"}, 422, "body_format"),
        ({"lang": "fr"}, 422, "body_format"),
        ({"chapterId": "\ud800"}, 422, "body_format"),
        ({"lessons": [{"kind": "luck"}]}, 422, "lesson_format"),
        ({"lessons": [{"kind": "own", "left": "equal"}]}, 422, "lesson_format"),
        ({"lessons": [{"kind": "news"}] * 9}, 422, "body_format"),
        ({"lessons": "spread"}, 422, "body_format"),
    ],
)
@pytest.mark.parametrize("path", ["/preview", "/playtest"])
def test_what_cannot_be_used_is_a_problem_that_says_what(client, path, body, status, rule):
    heard = asked(client, path, **body)

    assert heard.status_code == status
    assert heard.headers["content-type"] == problem.KIND
    assert rule is None or heard.json()["rule"] == rule


@pytest.mark.parametrize(
    "body",
    [{"players": 0}, {"players": 10_001}, {"players": True}, {"seed": -1}, {"seed": 2**53}],
)
def test_a_class_has_a_size_and_a_seed_that_can_be_told(client, body):
    assert asked(client, "/playtest", **body).json()["rule"] == "body_format"


def test_the_largest_class_plays_and_more_work_is_refused_before_it_is_begun(client, monkeypatch):
    turns = json.loads(STORY)
    long = json.dumps([*turns, *turns] * 15, ensure_ascii=False)

    def played(*_, **__):
        raise AssertionError

    assert asked(client, "/playtest", players=10_000).status_code == 200
    monkeypatch.setattr(classroom, "classroom", played)
    heard = asked(client, "/playtest", story=long, players=10_000)

    assert (heard.status_code, heard.json()["rule"]) == (422, "playtest_long")


def test_an_unknown_format_is_no_json(client):
    heard = client.post("/preview?format=png", content=json.dumps({"story": STORY}))

    assert (heard.status_code, heard.json()["rule"]) == (422, "body_format")


def test_only_so_many_wait_and_they_go_in_order():
    queue, ready, leave = preview._Queue(), threading.Semaphore(0), threading.Event()
    done = []

    def slow(number):
        ready.release()
        assert leave.wait(5)
        done.append(number)
        return number

    async def full():
        works = [
            asyncio.ensure_future(queue.done(lambda number=number: slow(number)))
            for number in range(preview.WAITING)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await queue.done(lambda: slow(-1))
        leave.set()
        return refused.value.rule, await asyncio.gather(*works)

    rule, answers = awaited(full())

    assert rule == "playtest_busy"
    assert answers == list(range(preview.WAITING))
    assert set(done[: preview.AT_ONCE]) == set(range(preview.AT_ONCE))
    assert awaited(queue.done(lambda: "free")) == "free"


@pytest.mark.parametrize("door", ["tried", "posted"])
def test_previews_in_numbers_leave_threads_to_decide_in(client, service, edit, monkeypatch, door):
    """Those of asyncio are as many as cores and a few more: all else would stand behind them."""
    ready, leave, running = threading.Semaphore(0), threading.Event(), []

    def slow(*_):
        running.append(1)
        ready.release()
        assert leave.wait(10)
        raise Unavailable("playtest_busy", most=1)

    monkeypatch.setattr(service.acts, "preview", slow)
    monkeypatch.setattr(figures, "pair", slow)
    ask = {
        "tried": lambda: client.get(f"/edits/{edit}/preview"),
        "posted": lambda: asked(client, "/preview"),
    }[door]
    with ThreadPoolExecutor(12) as writers:
        heard = [writers.submit(ask) for _ in range(12)]
        try:
            assert all(ready.acquire(timeout=5) for _ in range(preview.AT_ONCE))
            assert not ready.acquire(timeout=0.3)
        finally:
            leave.set()

    assert {one.result().status_code for one in heard} == {503}
    assert len(running) == 12


# -- an edit, tried


def test_all_that_is_not_rejected_is_shown_beside_the_chapter(client, service, edit):
    service.edits.decide(edit, {"verdicts": {"g1": "accepted", "g3": "rejected"}})

    told = client.get(f"/edits/{edit}/preview").json()

    assert [(one["id"], one["n"], one["on"], one["verdict"]) for one in told["units"]] == [
        ("g2", 1, True, None),
        ("g3", 2, False, "rejected"),
        ("g1", 3, True, "accepted"),
    ]
    assert told["before"]["turns"][0]["stocks"][0]["name"] == "돌고래 쇼"
    assert told["after"]["turns"][0]["stocks"][0]["name"] == "물개 공연"
    assert told["after"]["turns"][1]["news"] == told["before"]["turns"][1]["news"]
    assert told["after"]["turns"][4]["stocks"][1]["price"] == 70
    assert told["problem"] is None
    assert [one["kind"] for one in told["lessons"]] == ["news"]
    assert told["after"]["class"]["players"] == 200


def test_ticked_units_alone_are_shown_and_nothing_is_decided(client, service, edit):
    one = client.get(f"/edits/{edit}/preview?on=g3,nobody").json()
    none = client.get(f"/edits/{edit}/preview?on=").json()

    assert one["changed"] == ["t2.news"]
    assert none["changed"] == []
    assert none["before"] == none["after"]
    assert service.edits.get(edit).decisions.verdicts == {}


def test_a_text_alone_leaves_the_class_as_it_was(client, edit):
    told = client.get(f"/edits/{edit}/preview?on=g3").json()

    assert told["before"]["class"] == told["after"]["class"]
    assert told["bins"]["before"] == told["bins"]["after"]


def test_units_that_cannot_stand_together_say_so(client, service):
    id_ = service.library.open(chapters.read(POST), "우주")
    named = tuple(
        Group(f"g{n}", (Set(op="set", at=f"s{n}.name", to="같은 이름"),), "model", "")
        for n in (1, 2)
    )
    kept = editor.proposal(service.library.get(id_).chapter, named[:1])
    offer = editor.Proposal(kept.chapter, named, kept.applied)
    edit = service.edits.propose(id_, "", 1, offer, "이름")

    both = client.get(f"/edits/{edit}/preview").json()
    one = client.get(f"/edits/{edit}/preview?on=g1").json()

    assert both["problem"]
    assert both["after"] == both["before"]
    assert one["problem"] is None
    assert one["changed"]


def test_words_profile_and_start_follow_the_query(client, edit):
    query = "profile=2025-06&lang=en&economy=generator&chapterId=1111"
    told = client.get(f"/edits/{edit}/preview?{query}").json()

    assert told["after"]["profile"] == "2025-06"
    assert told["after"]["economy"]["profile"] == "generator"
    assert told["units"][1]["title"] == "Changed turn 2 news."
    assert client.get(f"/edits/{edit}/preview?chapterId=3333").json()["after"]["start"] == 3000


def test_a_chapter_that_came_with_its_id_starts_as_that_one(client, service):
    body = json.dumps({"chapterId": "1111", "story": STORY, "editRequest": ""})
    opened = chapters.read(body)
    id_ = service.library.open(opened, "돼지")
    offer = editor.proposal(opened, (CHEAPER,))
    edit = service.edits.propose(id_, "", 1, offer, "가격")

    starts = [
        client.get(f"/edits/{edit}/preview{query}").json()["after"]["start"]
        for query in ("", "?chapterId=4444")
    ]

    assert starts == [1000, 4000]


def test_an_edit_that_was_posted_is_shown_too(client):
    body = {"story": STORY, "editRequest": "5턴 해파리 회전차 가격을 70으로"}
    id_ = client.post("/edits", content=json.dumps(body)).json()["id"]
    while client.get(f"/edits/{id_}").json()["state"] in ("queued", "running"):
        pass

    told = client.get(f"/edits/{id_}/preview").json()

    assert told["after"]["turns"][4]["stocks"][1]["price"] == 70
    assert len(told["units"]) == 1


def test_an_unknown_edit_and_a_wrong_query_are_problems(client, edit):
    unknown = client.get("/edits/nobody/preview")
    wrong = client.get(f"/edits/{edit}/preview?profile=old")

    assert (unknown.status_code, unknown.json()["rule"]) == (404, "edit_forgotten")
    assert (wrong.status_code, wrong.json()["rule"]) == (422, "body_format")


def test_answers_are_not_stored_on_the_way(client, edit):
    for heard in (client.get(f"/edits/{edit}/preview"), asked(client, "/playtest")):
        assert heard.headers["cache-control"] == "no-store"
