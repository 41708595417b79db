"""The simulated model does what tests and the bench ask of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.processes import Server, start_model

CHAPTER = "t1.news: 하나예요\nt2.result: 둘이에요\nt2.news: 셋이에요\nt2.s1.expectation: 넷이에요"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with start_model() as one:
        yield one


@pytest.fixture
def model(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        client.post("/reset")
        yield client


def ask(model: httpx.Client, request: str, **more: Any) -> httpx.Response:
    messages = [
        {"role": "user", "content": CHAPTER},
        {"role": "user", "content": request},
    ]
    return model.post("/v1/chat/completions", json={"model": "sim", "messages": messages, **more})


def said(answer: httpx.Response) -> str:
    return str(answer.json()["choices"][0]["message"]["content"])


def places(answer: httpx.Response) -> list[str]:
    changes = httpx.Response(200, text=said(answer)).json()["changes"]
    return [change.get("at", change["op"]) for change in changes]


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ("2턴 뉴스를 새로 써줘", ["t2.news"]),
        ("1턴 사건을 바꿔줘", ["t1.news", "t2.result"]),
        ("모든 결과 문장을 짧게", ["t2.result"]),
        ("문장을 전부 다시 써줘", ["t1.news", "t2.result", "t2.news", "t2.s1.expectation"]),
        ("「하나」를 「다섯」으로", ["rename"]),
        ("안녕?", []),
    ],
)
def test_a_request_of_the_bench_is_answered_as_a_change_list(
    model: httpx.Client, request_: str, wanted: list[str]
) -> None:
    assert places(ask(model, request_)) == wanted


@pytest.mark.parametrize(
    ("fewest", "schema", "wanted"),
    [
        (2, "chapter_changes", ["t1", "t2"]),
        (2, "", ["t1", "t2"]),
        (3, "chapter_changes", ["t1.news", "t2.news"]),
        (2, "direct_changes", ["t1.news", "t2.news"]),
    ],
)
def test_plans_are_made_only_where_they_are_asked_for_and_offered(
    model: httpx.Client, fewest: int, schema: str, wanted: list[str]
) -> None:
    line = f"If texts of {fewest} or more turns change, plan them."
    given = f"t1.news: 하나예요\nt2.news: 셋이에요\n{line}"
    messages = [("system", "S"), ("user", given), ("user", "문장을 전부 다시 써줘")]
    body = {"messages": [{"role": role, "content": text} for role, text in messages]}
    if schema:
        form = {"type": "json_schema", "json_schema": {"name": schema}}
        body |= {"response_format": form}

    assert places(model.post("/v1/chat/completions", json=body)) == wanted


def test_one_turn_of_a_plan_is_written_for_that_turn_alone(model: httpx.Client) -> None:
    schema = {"name": "turn_changes", "schema": {"pattern": r"^t2\.news$"}}
    form = {"type": "json_schema", "json_schema": schema}

    written = places(ask(model, "Write turn t2 now", response_format=form))
    order = "Write turn t2 now: t2.news, t2.sM.expectation of every stock. Brief: 짧게."
    some = places(ask(model, order, response_format=form))

    assert written == ["t2.result", "t2.news", "t2.s1.expectation"]
    assert some == ["t2.news", "t2.s1.expectation"]


def test_scripted_answers_come_in_order_and_then_always_the_same(model: httpx.Client) -> None:
    model.post("/control", json={"answers": ["하나", {"둘": 2}], "always_answer": "셋"})

    assert [said(ask(model, "?")) for _ in range(4)] == ["하나", '{"둘":2}', "셋", "셋"]


def test_faults_come_in_order_and_refused_formats_are_400(model: httpx.Client) -> None:
    model.post("/control", json={"faults": ["429:7", "500"], "refuse": ["json_schema"]})
    form = {"type": "json_schema", "json_schema": {"name": "chapter_changes"}}

    busy, down, good = (ask(model, "?") for _ in range(3))

    assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
    assert (down.status_code, good.status_code) == (500, 200)
    assert ask(model, "?", response_format=form).status_code == 400


def test_what_was_sent_can_be_looked_at(model: httpx.Client) -> None:
    ask(model, "2턴 뉴스를 새로 써줘", stream=True)

    (entry,) = model.get("/requests").json()

    assert entry["messages"][-1]["content"] == "2턴 뉴스를 새로 써줘"
    assert (entry["status"], entry["cancelled"]) == (200, False)
