"""Ids are the caller's: they come back as they are, and no model ever hears them."""

import json

import pytest

from tests.e2e.payloads import HOSTILE, INJECTIONS
from tests.processes import Server


@pytest.mark.parametrize("id_", [*INJECTIONS.values(), HOSTILE["bidi"], HOSTILE["script"]])
def test_an_id_is_a_name_and_no_word_to_a_model(
    app_with_model, model, model_server: Server, sea_park: str, id_: str
) -> None:
    news = {"op": "set", "at": "t3.news", "to": "내일은 바람이 시원하게 분대요!"}
    model.says({"changes": [news], "reply": "바꿨어요."})
    body = {"chapterId": id_, "story": sea_park, "summary": None}
    asked = body | {"editRequest": "3턴 뉴스를 더 신나게"}

    answer = app_with_model.post("/edit-scenario", asked)

    assert answer.status == 200
    assert answer.json["chapterId"] == id_
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    heard = json.dumps(model_server.get("/requests"), ensure_ascii=False)
    assert id_ not in heard
