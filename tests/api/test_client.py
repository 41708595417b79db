"""A day of the real client: what it does with every answer, over every fault of the model."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest

from bench.faults import MOST_CALLS, damage
from tests.api.conftest import Model
from tests.processes import Server, start_app, start_model

DECODE_BYTES = 262_144
SUMMARY_COLUMN = 255
KEY_POSTS = 60
"""How often one request is sent until the key has expired: its 30 minutes, compressed."""
FAULTS = (
    *("429:1", "429:9", "quota", "500", "503", "400", "401", "404", "stall:60", "stall_mid:60"),
    *("drop", "cut", "truncated", "filtered", "declined", "refusal", "invalid_json", "nan"),
    *("wrong_schema", "other_shape", "wrong_place", "empty_list", "empty", "surrogate", "bigint"),
    *("deep", "dup_keys", "blank", "endless", "huge"),
)
NUMBERS = count(1)
DAY = "3턴 뉴스를 더 신나게 바꿔줘"


class Poisoned(Exception):
    """The client cannot read an answer, or cannot keep it: its session is lost."""


@dataclass
class Spring:
    """The back end: keeps the last whole answer, and sends its story with the next request."""

    url: str
    kept: str
    """The story as it would be sent now."""
    posts: int = 0
    answers: list[dict] = field(default_factory=list)

    def edit(self, request: str) -> dict | None:
        """The answer; None when the key expired before there was one."""
        body = {"chapterId": "1111", "story": self.kept, "summary": None, "editRequest": request}
        for _ in range(KEY_POSTS):
            status, data = self._post(json.dumps(body).encode())
            if 200 <= status < 300:
                return self._keep(data)
        return None

    def _post(self, body: bytes) -> tuple[int, bytes]:
        self.posts += 1
        kind = {"content-type": "application/json"}
        request = urllib.request.Request(self.url + "/edit-scenario-async", body, kind)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def _keep(self, data: bytes) -> dict:
        if len(data) > DECODE_BYTES:
            raise Poisoned("DataBufferLimitException")
        answer = json.loads(data.decode("utf-8"), parse_constant=_refuse)
        kinds = {"chapterId": str, "story": str, "isCustom": bool, "summary": str, "reply": str}
        for name, kind in kinds.items():
            if not isinstance(answer.get(name), kind):
                raise Poisoned(name)
        if len(answer["summary"].encode("utf-16-le")) // 2 > SUMMARY_COLUMN:
            raise Poisoned("summary: value too long for the column")
        if not isinstance(json.loads(answer["story"], parse_constant=_refuse), list):
            raise Poisoned("story is no list")
        self.answers.append(answer)
        self.kept = answer["story"]
        return answer


def _refuse(constant: str) -> None:
    raise Poisoned(constant)


@pytest.fixture(scope="module")
def sim() -> Iterator[Server]:
    with start_model() as server:
        yield server


@pytest.fixture(scope="module", params=["", "1"], ids=["default", "strict"])
def service(sim, request) -> Iterator[tuple[str, bool]]:
    env = {"OPENAI_BASE_URL": sim.url + "/v1", "OPENAI_TIMEOUT_S": "1"}
    with start_app({**env, "STRICT_API": request.param}) as server:
        yield server.url, bool(request.param)


@pytest.fixture
def model(sim) -> Model:
    model = Model(sim)
    model.control(always_answer=None, always="")
    return model


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_makes_a_storm_or_loses_the_story(service, model, sea_park, fault):
    """All calls of the model fail, then it is well again."""
    url, strict = service
    client, before = Spring(url, sea_park), model.calls
    model.fails(fault)

    answer = client.edit(f"{DAY} ({next(NUMBERS)})")
    called = model.calls - before
    model.control(always_answer=None, always="")
    held = client.kept
    well = client.edit(f"{DAY} ({next(NUMBERS)})")

    assert called <= (2 * MOST_CALLS if strict else MOST_CALLS)
    if answer is None:
        assert strict
        assert held == sea_park
    else:
        assert client.posts <= 3 if strict else client.posts == 2
        assert damage(sea_park, answer) == ""
    assert well is not None
    assert well["outcome"] == "edited"
    assert damage(held, well) == ""


def test_a_day_of_changing_faults_keeps_one_story_whole(service, model, sea_park):
    """Every answer is stored and comes back as the next story, whatever came in between."""
    url, strict = service
    client = Spring(url, sea_park)
    for fault in ("", "500", "", "invalid_json", "cut", "429:1", "", "huge", "drop", "refusal", ""):
        held, before = client.kept, model.calls
        model.control(always_answer=None, always=fault)

        answer = client.edit(f"{next(NUMBERS) % 7 + 1}턴 뉴스를 더 신나게 ({fault})")

        assert model.calls - before <= (2 * MOST_CALLS if strict else MOST_CALLS)
        if answer is None:
            assert strict
            assert client.kept == held
        else:
            assert damage(held, answer) == ""
        if not fault:
            assert answer is not None
            assert answer["outcome"] == "edited"


def test_five_rounds_are_stable(service, model, sea_park):
    """Of one request that was met at once, and of one that the model never meets."""
    url, _ = service
    change = {"op": "set", "at": "t3.news", "to": "바람이 세게 분대요."}
    model.says({"changes": [change], "reply": "바꿨어요."})
    client, number = Spring(url, sea_park), next(NUMBERS)
    rounds = [client.edit(f"{DAY} ({number})") for _ in range(5)]

    assert all(answer is not None for answer in rounds)
    assert len({answer["story"] for answer in rounds}) == 1
    assert damage(sea_park, rounds[0]) == ""

    model.fails("500")
    held, before = client.kept, model.calls
    for _ in range(5):
        client.edit(f"{DAY} (다시 {number})")
    assert client.kept == held
    assert model.calls - before <= 2 * MOST_CALLS


def test_a_class_that_repeats_itself_is_no_storm(service, model, sea_park):
    """Twenty clients with the same request at once, each sending it until its key expires."""
    url, strict = service
    model.fails("500")
    request, before = f"{DAY} ({next(NUMBERS)})", model.calls
    clients = [Spring(url, sea_park) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda client: client.edit(request), clients))

    assert model.calls - before <= 2 * MOST_CALLS
    assert {client.kept for client in clients} == {sea_park}
    assert {client.posts for client in clients} == {KEY_POSTS if strict else 1}


@pytest.mark.parametrize("story", ["", "[", "[" * 100_000, "[1]", '{"a": 1}', "[{}]" * 200_000])
def test_a_story_that_is_none_costs_no_call_however_often_it_comes(service, model, story):
    url, _ = service
    client, before = Spring(url, story), model.calls

    assert client.edit(DAY) is None
    assert model.calls == before
