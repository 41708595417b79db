"""GET /metrics as Prometheus reads it, and the dashboard and scrape config that go with it."""

import json
import re
import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.service.history import PROBLEMS
from tests.api.conftest import Model
from tests.processes import ROOT
from tests.service.fakes import SEA_PARK

GRAFANA = ROOT / "deploy" / "grafana" / "turnsmith.json"
SCRAPE = ROOT / "deploy" / "prometheus.yml"
FREE = "모든 결과 문장을 새로 써줘"
NAME = re.compile(r"\bturnsmith_[a-z0-9_]+")


@pytest.fixture(scope="module")
def served(app_with_model, model_server):
    """What is told after edits that went well, went wrong and were asked twice."""
    # Another test may have left it failing.
    Model(model_server).says({"changes": [], "reply": "무엇을 바꿀까요?"})
    sea_park = SEA_PARK.text
    for _ in range(2):
        app_with_model.edit(sea_park, "3턴 조개 매점 가격을 110으로")
    app_with_model.edit(sea_park, FREE)
    app_with_model.get("/no-such-page")
    app_with_model.get("/edits/nothing")
    return app_with_model.get("/metrics").body.decode()


@pytest.fixture(scope="module")
def families(served):
    return {family.name: family for family in text_string_to_metric_families(served)}


def total(family, suffix, **labels):
    named = [one for one in family.samples if one.name == family.name + suffix]
    return sum(one.value for one in named if labels.items() <= one.labels.items())


def test_every_name_has_its_unit_its_type_and_a_word_of_what_it_is(families):
    ours = {name: family for name, family in families.items() if name.startswith("turnsmith_")}

    assert len(ours) > 30
    for name, family in ours.items():
        assert family.documentation, name
        assert family.type in ("gauge", "counter", "histogram"), name
        if family.type == "histogram":
            assert name.endswith("_seconds"), name


def test_an_edit_is_in_one_bucket_and_all_above_it(families):
    times = families["turnsmith_edit_duration_seconds"]

    assert total(times, "_count", kind="instant", outcome="edited") >= 1
    assert total(times, "_count", kind="model") >= 1
    for labels in ({"kind": "instant"}, {"kind": "model"}):
        bounds = dict.fromkeys(
            one.labels["le"] for one in times.samples if one.name.endswith("_bucket")
        )
        counts = [total(times, "_bucket", le=bound, **labels) for bound in bounds]
        assert counts == sorted(counts)
        assert counts[-1] == total(times, "_count", **labels)


def test_calls_requests_and_repeats_are_counted(families):
    assert total(families["turnsmith_call_duration_seconds"], "_count") >= 1
    assert total(families["turnsmith_requests_repeated"], "_total") >= 1
    requests = families["turnsmith_http_request_duration_seconds"]
    assert total(requests, "_count", route="/edit-scenario", status="200") >= 3
    assert total(requests, "_count", route="/edits/{edit}", status="404") >= 1
    assert {one.labels["route"] for one in requests.samples if "nothing" in str(one)} == set()


def test_every_problem_is_told_whether_there_is_one(families):
    told = {one.labels["rule"]: one.value for one in families["turnsmith_problem"].samples}

    assert tuple(told) == PROBLEMS
    assert told["store"] == told["stopping"] == 0


def test_no_label_is_anything_that_a_caller_chose(families):
    known = re.compile(r"[A-Za-z0-9_/{}+.-]*")
    labels = {
        value for each in families.values() for one in each.samples for value in one.labels.values()
    }

    assert [value for value in labels if not known.fullmatch(value)] == []
    assert len(labels) < 200


def test_promtool_finds_nothing_wrong(served):
    if not shutil.which("promtool"):
        pytest.skip("no promtool here: apt-get install prometheus")
    found = subprocess.run(
        ["promtool", "check", "metrics"], input=served, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr
    config = ["promtool", "check", "config", str(SCRAPE)]
    assert subprocess.run(config, capture_output=True, check=False).returncode == 0


# -- the dashboard


@pytest.fixture(scope="module")
def dashboard():
    return json.loads(GRAFANA.read_text("utf-8"))


def expressions(dashboard):
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_every_expression_names_what_is_served(dashboard, families):
    samples = {one.name for family in families.values() for one in family.samples}
    # A counter that nothing was counted of yet has a type and no sample.
    samples |= {f"{name}_total" for name, family in families.items() if family.type == "counter"}
    asked = {name for each in expressions(dashboard) for name in NAME.findall(each)}

    assert len(asked) > 20
    assert asked - samples == set()


def test_every_label_that_is_asked_for_is_one_of_its_metric(dashboard, families):
    labels = {name for each in families.values() for one in each.samples for name in one.labels}
    asked = {
        name
        for each in expressions(dashboard)
        for group in re.findall(r"by \(([^)]*)\)", each)
        for name in group.split(", ")
    }
    seen = asked - {"le", "kind", "rule", "instance"}

    assert seen <= labels


def test_it_is_of_grafanas_shape(dashboard):
    ids = [panel["id"] for panel in dashboard["panels"]]
    names = {one["name"] for one in dashboard["templating"]["list"]}

    assert dashboard["schemaVersion"] >= 36
    assert len(set(ids)) == len(ids)
    assert {"datasource", "job", "instance"} <= names
    for panel in dashboard["panels"]:
        assert panel["type"] in ("timeseries", "stat")
        assert set(panel["gridPos"]) == {"x", "y", "w", "h"}
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert panel["datasource"]["uid"] == "${datasource}"
        assert [target["refId"] for target in panel["targets"]] == list(
            "ABCD"[: len(panel["targets"])]
        )


def test_no_two_panels_lie_on_each_other(dashboard):
    taken = [
        (x, y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize("pairs", ["()", "{}", "[]"])
def test_every_expression_is_closed(dashboard, pairs):
    for each in expressions(dashboard):
        assert each.count(pairs[0]) == each.count(pairs[1]), each
