"""The shared cases through POST /edit-scenario, judged by the shared checker."""

import importlib.util
import json
from functools import cache

import pytest

from tests.api.conftest import SHARED

FOLDER = SHARED / "cases"
CASES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("D*.json"))]

pytestmark = pytest.mark.skipif(not CASES, reason="../shared/cases is not here")


@cache
def checker():
    spec = importlib.util.spec_from_file_location("check_case", FOLDER / "check_case.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(wanted):
    return [pytest.param(case, id=case["id"]) for case in CASES if wanted(case)]


def story_of(case):
    """The chapter alone, as text; an API body's story is taken out of it."""
    path = FOLDER / case["story"]
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    text = path.read_text("utf-8")
    whole = json.loads(text)
    return (
        whole["story"] if isinstance(whole, dict) and isinstance(whole.get("story"), str) else text
    )


def violations(case, before, answer):
    found = answer["findings"]
    messages = [each["message"] for each in found["after"]] + [answer["reply"]]
    arrays = (json.loads(text) for text in (before, answer["story"]))
    return checker().check(case, *arrays, answer["outcome"], "\n".join(messages))


def scripted(pairs):
    changes = [{"op": "set", "at": at, "to": text} for at, text in pairs]
    return {"changes": changes, "reply": "바꿨어요."}


@pytest.mark.parametrize("case", named(lambda case: case["class"] != "model"))
def test_a_case_that_needs_no_model_holds(app, case):
    before = story_of(case)

    answer = app.edit(before, case["request"]).json

    assert violations(case, before, answer) == []


@pytest.mark.parametrize("case", named(lambda case: case["class"] == "model"))
def test_a_case_with_a_good_model_holds(app_with_model, model, case):
    before = story_of(case)
    model.says(scripted(case["fake_model"]))

    answer = app_with_model.edit(before, case["request"]).json

    assert violations(case, before, answer) == []


@pytest.mark.parametrize("case", named(lambda case: case.get("bad_models")))
def test_what_a_bad_model_adds_does_not_get_through(app_with_model, model, case):
    before = story_of(case)
    for number, pairs in enumerate(case["bad_models"]):
        request = case["request"] + " " * (number + 1)
        model.says(scripted(pairs))
        answer = app_with_model.edit(before, request).json

        taken = {change["at"] for change in answer["changes"]}
        allowed = {*case["expect"]["must_change"], *case["expect"].get("may_change", ())}
        assert taken <= allowed
        assert answer["dropped"] or answer["outcome"] in ("failed", "refused")


@pytest.mark.parametrize("case", named(lambda case: "warnings_expected" in case["expect"]))
def test_what_became_untrue_is_reported(app, app_with_model, model, case):
    before = story_of(case)
    model.says(scripted(case.get("fake_model", ())))
    client = app_with_model if case["class"] == "model" else app

    findings = client.edit(before, case["request"]).json["findings"]["after"]

    for at, words in case["expect"]["warnings_expected"]:
        told = [each for each in findings if each["at"].startswith(at)]
        assert any(words in each["message"] + each["rule"] for each in told), (at, words)


@pytest.mark.parametrize("case", named(lambda case: "left_over_to_report" in case["expect"]))
def test_short_mentions_are_listed(app, case):
    answer = app.edit(story_of(case), case["request"]).json

    assert [left["text"] for left in answer["leftovers"]] == case["expect"]["left_over_to_report"]


def test_stated_percentages_stay_as_written_for_this_client(app):
    case = next(case for case in CASES if case["id"] == "D05")
    before = story_of(case)

    answer = app.edit(before, case["request"]).json

    assert {change["at"].rsplit(".", 1)[1] for change in answer["changes"]} == {
        "current_value",
        "before_value",
    }
