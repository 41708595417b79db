"""What /openapi.json says holds, whatever is sent: no 5xx, every answer of the told shape."""

import json
import random
from copy import deepcopy
from functools import cache

import pytest
import schemathesis
from fastapi import FastAPI, Response
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as told

from core.api.routes import api
from core.api.wire import EditScenario
from core.chapter import chapter
from core.errors import Unreadable
from tests.api.conftest import Model
from tests.conftest import SAMPLES

CASES = 100
ENDLESS = r"^/live$|/events$"
"""Streams: a GET of them ends when its client does. tests/api/test_live.py reads them."""
ODD = (None, True, 0, -1, 1.5, 1e300, 10**30, "", " ", "\x00", "🙂" * 40, "\ud800", [], {}, [[]])
REQUESTS = (
    "3턴 조개 매점 가격을 110으로",
    "돌고래 쇼를 물개 공연으로 바꿔줘",
    "3턴 뉴스를 더 신나게 바꿔줘",
    "마지막 턴을 지워줘",
    "Set the price of 조개 매점 in turn 3 to 110",
    "모든 오류를 고쳐줘",
)


@cache
def samples() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.json"))]


def spoilt(dice: random.Random) -> str:
    """A real chapter, a part of one, or one with some places spoilt."""
    chapter = json.loads(dice.choice(samples()))
    chapter = chapter[: dice.choice((1, 2, len(chapter)))]
    for _ in range(dice.choice((0, 1, 2, 4, 8))):
        _spoil(chapter, dice)
    whole = chapter if dice.random() < 0.9 else dice.choice((chapter[0], *ODD))
    return json.dumps(whole, ensure_ascii=dice.random() < 0.5)


def _spoil(chapter: list, dice: random.Random) -> None:
    turn, odd = dice.choice(chapter), deepcopy(dice.choice(ODD))
    stocks = turn.get("stocks") if isinstance(turn, dict) else None
    within = dice.choice([turn, *stocks]) if isinstance(stocks, list) else turn
    if not isinstance(within, dict) or dice.random() < 0.1:
        chapter.append(dice.choice((deepcopy(turn), odd)))
    elif within and dice.random() < 0.5:
        del within[dice.choice(sorted(within))]
    else:
        within[dice.choice([*sorted(within), "more"])] = odd


STORIES = st.integers(0, 2**32).map(lambda seed: spoilt(random.Random(seed)))


def real_chapters(context, body):
    """A random string is almost never a chapter: most faults lie behind one that is."""
    if not isinstance(body, dict) or not isinstance(body.get("story"), str):
        return st.just(body)
    wishes = st.sampled_from((*REQUESTS, *filter(None, [body.get("editRequest")])))
    return st.builds(
        lambda story, wish: {**body, "story": story, "editRequest": wish}, STORIES, wishes
    )


contract = schemathesis.openapi.from_dict(api.openapi()).exclude(path_regex=ENDLESS)
contract.hook("flatmap_body")(real_chapters)
CHECKS = [
    checks.not_a_server_error,
    told.status_code_conformance,
    told.content_type_conformance,
    told.response_headers_conformance,
    told.response_schema_conformance,
]


@pytest.fixture(scope="module")
def address(app_with_model, model_server) -> str:
    Model(model_server).control(always_answer=None, always="")
    return app_with_model.server.url


@pytest.fixture(scope="module")
def known(app_with_model) -> str:
    """The id of an edit."""
    story = json.loads(samples()[0])
    body = {"chapterId": "1", "story": json.dumps(story), "editRequest": REQUESTS[0]}
    return app_with_model.post("/edits", body).json["id"]


@contract.parametrize()
@settings(max_examples=CASES)
def test_every_answer_is_as_the_document_says(case, address, known):
    """Every other id is that of an edit, since a random string never is."""
    given = case.path_parameters or {}
    if "edit" in given and len(str(given["edit"])) % 2:
        case.path_parameters["edit"] = known
    case.call_and_validate(base_url=address, checks=CHECKS)


planted = FastAPI()


@planted.post("/edit-scenario")
async def _wrong(ask: EditScenario) -> None:
    """Breaks where a price is none; what is no chapter it never looks at."""
    try:
        turns = chapter.read(ask.story).turns
    except Unreadable:
        return
    [stock.values["current_value"] + 1 for turn in turns for stock in turn.stocks]


@planted.exception_handler(KeyError)
@planted.exception_handler(TypeError)
async def _broke(*_) -> Response:
    return Response(status_code=500)


def search(*hooks) -> None:
    """Three times as many cases as each endpoint gets above. Raises what is found."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", planted)
    for hook in hooks:
        schema.hook("flatmap_body")(hook)

    @given(case=schema["/edit-scenario"]["POST"].as_strategy())
    @settings(max_examples=3 * CASES, phases=[Phase.generate], report_multiple_bugs=False)
    def run(case):
        case.call_and_validate(checks=[checks.not_a_server_error])

    run()


def test_a_planted_fault_is_found_with_real_chapters_and_missed_without():
    search()
    with pytest.raises(FailureGroup):
        search(real_chapters)


def test_every_endpoint_says_what_a_good_answer_looks_like():
    for path, methods in api.openapi()["paths"].items():
        for method, operation in methods.items():
            good = next(each for status, each in operation["responses"].items() if status < "300")
            shapes = [kind["schema"] for kind in good.get("content", {}).values()]
            assert all(shapes), (method, path)
            assert shapes or "204" in operation["responses"], (method, path)
