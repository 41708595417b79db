"""A limit of the day over HTTP: no call beyond it, instant edits go on, restarts forget nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.api.conftest import Client
from tests.processes import postgres_programs, start_app, start_postgres

FREE = "모든 뉴스를 더 신나게 바꿔줘"
PRICE = "3턴 조개 매점 가격을 110으로"
NEWS = {
    "changes": [{"op": "set", "at": "t3.news", "to": "바람이 세게 분대요."}],
    "reply": "바꿨어요.",
}


def test_the_limit_holds_over_http_and_after_a_restart(model_server, model, sea_park, tmp_path):
    model.says(NEWS)
    env = {"OPENAI_BASE_URL": f"{model_server.url}/v1", "DATA_DIR": str(tmp_path)}
    env |= {"MAX_TOKENS_A_DAY": "500"}
    with start_app(env) as server:
        assert Client(server).edit(sea_park, FREE).json["outcome"] == "edited"
    calls = model.calls

    with start_app(env) as server:
        client = Client(server)
        for _ in range(3):
            refused = client.edit(sea_park, "뉴스를 조금만 더 밝게")
        strict = client.edit(sea_park, "뉴스를 조금만 더 밝게", "/edit-scenario?strict=1")
        instant = client.edit(sea_park, PRICE)
        job = client.post("/edits", {"story": sea_park, "editRequest": "뉴스를 더 짧게"}).json
        told = over(client, job["status_url"])

    assert model.calls == calls
    assert (refused.status, refused.json["story"]) == (200, sea_park)
    assert refused.json["reply"].startswith("오늘 쓸 500토큰을 다 썼어요. UTC 0시(")
    assert len(refused.json["reply"]) <= 50
    assert strict.status == 503
    assert until_midnight(int(strict.headers["retry-after"]))
    assert "모델 없이" in strict.json["detail"]
    assert instant.json["outcome"] == "edited"
    assert told["reason"]["rule"] == "model_spent"
    assert told["usage"]["tokens_in"] == 0


def until_midnight(wait_s):
    return abs((time.time() + wait_s) % 86_400 - 43_200) > 43_200 - 30


def over(client, url):
    for _ in range(200):
        told = client.get(url).json
        if told["outcome"]:
            return told
        time.sleep(0.02)
    raise AssertionError(told)


@pytest.fixture
def postgres() -> Iterator[str]:
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL here")
    with start_postgres() as url:
        yield url


def test_the_budget_of_all_is_read_from_the_other_process(model_server, model, sea_park, postgres):
    """Two replicas: what one has spent stops the other."""
    model.says(NEWS)
    env = {"OPENAI_BASE_URL": f"{model_server.url}/v1", "DATABASE_URL": postgres}
    env |= {"MAX_COST_A_DAY": "0.000001", "PRICE_OUT": "2"}
    with start_app(env) as one, start_app(env) as two:
        assert Client(one).edit(sea_park, FREE).json["outcome"] == "edited"
        time.sleep(4)  # longer than the sums of a day are believed

        refused = Client(two).edit(sea_park, "뉴스를 훨씬 더 짧게")

    assert refused.json["reply"].startswith("오늘 쓸 비용(0.000001)을 다 썼어요.")
