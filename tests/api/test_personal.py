"""What a provider gets to see of a person, at the real server."""

import json
from collections.abc import Iterator

import pytest

from tests.api.conftest import Client, Model
from tests.processes import Server, start_app

PHONE, EMAIL = "010-1234-5678", "po.po@naver.com"
TOLD = {"op": "set", "at": "t2.news", "to": "신나는 표는 [PHONE_1]에서 바로 사요!"}


@pytest.fixture(scope="module")
def open_app(model_server: Server) -> Iterator[Client]:
    """By its operator's word the provider sees all."""
    settings = {"OPENAI_BASE_URL": model_server.url + "/v1", "SEND_PERSONAL_DATA": "1"}
    with start_app(settings) as server:
        yield Client(server)


def story(sea_park: str) -> str:
    array = json.loads(sea_park)
    array[1]["news"] = f"표는 {PHONE}로 사요."
    return json.dumps(array, ensure_ascii=False)


def asked(model: Model, client: Client, story: str, request: str) -> tuple[dict, str]:
    """The answer, and all that the provider has heard."""
    Client(model.server).post("/reset", {})
    model.says({"changes": [TOLD], "reply": "바꿨어요."})
    answer = client.edit(story, request).json
    return answer, json.dumps(model.server.get("/requests"), ensure_ascii=False)


def test_a_provider_hears_tokens_and_the_story_gets_the_data(model, app_with_model, sea_park):
    before = story(sea_park)

    answer, heard = asked(model, app_with_model, before, f"2턴 뉴스를 신나게, {EMAIL}은 빼고")

    assert "[PHONE_1]" in heard
    assert "[EMAIL_1]은 빼고" in heard
    assert not {one for one in (PHONE, EMAIL) if one in heard}
    expected = before.replace(f"표는 {PHONE}로 사요.", f"신나는 표는 {PHONE}에서 바로 사요!")
    assert answer["story"] == expected
    assert [one["rule"] for one in answer["findings"]["after"]].count("personal_data") == 1


def test_an_operator_may_let_the_provider_see_it(model, open_app, sea_park):
    answer, heard = asked(model, open_app, story(sea_park), f"2턴 뉴스를 신나게, {EMAIL}은 빼고")

    assert PHONE in heard
    assert EMAIL in heard
    assert answer["story"] == story(sea_park)
