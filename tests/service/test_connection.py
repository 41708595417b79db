"""Trying the operator's model: each part is ok or not, and says what to do."""

import asyncio
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core import words
from core.editing.model import FORMS, OpenAIModel, Usage
from core.errors import ModelBusy, ModelDown, ModelGarbled, ModelRefused, ModelSetup, ModelTimeout
from core.service import connection
from core.service.connection import ITEMS, Connection, Finding, State
from core.service.settings import Settings
from core.service.traffic import Traffic
from core.words import connection as sentences
from tests.processes import ROOT, free_port, start_model
from tests.service.fakes import a_desk, awaited, says, until

GOOD = says("와, 새 공연이 온대요!", "정말 신나요!")
CHOSEN = Settings(openai_api_key="sk-secret-1", openai_base_url="http://h:8000/v1")


class Answers:
    """Says a text in so many pieces, counts or fails at its end; knows a form.

    By its own clock the first piece comes after `first_s`, each other one `each_s` later.
    """

    def __init__(
        self,
        text=GOOD,
        *,
        pieces=20,
        usage=True,
        error=None,
        form="strict",
        first_s=0.6,
        each_s=0.05,
    ):
        self.first_s, self.each_s, self.now = first_s, each_s, 0.0
        self.text, self.usage, self.error, self.form = text, usage, error, form
        self.size = max(1, math.ceil(len(text) / pieces)) if text else 1
        self.heard = []
        self.may_go = threading.Event()
        self.may_go.set()

    async def stream(self, prompt, schema):
        self.heard.append((prompt, schema))
        await asyncio.to_thread(self.may_go.wait, 10)
        for start in range(0, len(self.text), self.size):
            self.now += self.each_s if start else self.first_s
            yield self.text[start : start + self.size]
        if self.error:
            raise self.error
        if self.usage:
            yield Usage(900, 60)


def tried(model, chosen=CHOSEN) -> dict[str, Finding]:
    one = Connection(model, model, chosen, lambda _: None)
    one.clock = lambda: model.now
    found = awaited(one.tried())
    assert [finding.item for finding in found] == list(ITEMS)
    return {finding.item: finding for finding in found}


def worked(found) -> dict[str, bool | None]:
    return {item: finding.works for item, finding in found.items()}


def test_all_is_well():
    found = tried(Answers())

    assert set(worked(found).values()) == {True}
    assert found["address"].facts == {"host": "h:8000"}
    assert found["usage"].facts == {"tokens_in": 900, "tokens_out": 60}


def test_no_key_is_told_as_none():
    assert tried(Answers(), replace(CHOSEN, openai_api_key=""))["key"].rule == "check_keyless"


@pytest.mark.parametrize("form", FORMS)
def test_the_form_that_the_server_took_is_told(form):
    found = tried(Answers(form=form))["format"]

    assert found.works is (form in ("strict", "loose"))
    assert found.rule == f"check_{form}"


@pytest.mark.parametrize(
    ("pieces", "first_s", "each_s", "rule"),
    [
        (20, 0.6, 0.05, "check_streaming"),
        (3, 0.5, 0.1, "check_streaming"),
        (1, 2.0, 0.0, "check_at_once"),
        (20, 2.0, 0.0, "check_at_once"),
        (20, 2.0, 0.001, "check_at_once"),
        (20, 0.1, 0.0, "check_quick"),
        (1, 0.1, 0.0, "check_quick"),
    ],
)
def test_an_answer_is_streamed_when_it_comes_over_time_however_many_pieces_it_has(
    pieces, first_s, each_s, rule
):
    found = tried(Answers(pieces=pieces, first_s=first_s, each_s=each_s))

    assert found["streaming"].rule == rule
    assert found["format"].works


def test_most_of_a_text_in_its_first_piece_is_not_streamed():
    """A proxy that buffers lets the end of the answer through on its own."""
    found = tried(Answers(pieces=1.3, first_s=2.0, each_s=1.0))

    assert found["streaming"].rule == "check_at_once"


def test_tokens_that_are_not_counted_are_told():
    found = tried(Answers(usage=False))

    assert found["usage"].rule == "check_uncounted"
    assert found["speed"].works


@pytest.mark.parametrize(
    "text",
    ["네, 바꿨어요!", "{}", '{"changes":[],"reply":"x"}', '{"changes":[{"op":"sett"}],"reply":""}'],
)
def test_an_answer_that_is_no_list_of_changes_is_told(text):
    found = tried(Answers(text))

    assert found["format"].rule == "model_format"
    assert found["model"].works
    assert found["usage"].works is None


def test_a_slow_model_is_told(monkeypatch):
    monkeypatch.setattr(connection, "TOKENS_S", 1e9)

    assert tried(Answers())["speed"].rule == "check_slow"


@pytest.mark.parametrize(
    ("error", "at"),
    [
        (ModelDown("model_unreachable"), "address"),
        (ModelDown("model_circuit", wait_s=3), "address"),
        (ModelTimeout("model_timeout"), "address"),
        (ModelSetup("model_key"), "key"),
        (ModelSetup("model_quota"), "key"),
        (ModelSetup("model_name"), "model"),
        (ModelBusy("model_busy"), "model"),
        (ModelRefused("model_refused"), "format"),
        (ModelGarbled("model_empty"), "format"),
    ],
)
def test_a_failure_stands_where_it_was_met(error, at):
    found = tried(Answers("", error=error))

    place = ITEMS.index(at)
    assert found[at].rule == error.rule
    assert list(worked(found).values())[place:] == [False] + [None] * (len(ITEMS) - place - 1)
    seen = {item for item in ITEMS[:place] if found[item].works is not None}
    assert seen == set(ITEMS[:place]) - {"streaming"}


def test_an_answer_that_stalls_is_the_speeds_fault():
    found = tried(Answers(error=ModelTimeout("model_timeout")))

    assert found["speed"].rule == "model_timeout"
    assert found["format"].works


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("model", [Answers(), Answers(usage=False), Answers("", pieces=1)])
def test_every_part_has_a_whole_sentence(model, lang):
    for finding in tried(model).values():
        said = words.sentence(finding.rule, finding.facts, lang)
        assert "…" not in said
        assert "sk-secret" not in said


def test_no_sentence_is_left_that_nobody_says():
    source = (ROOT / "core/service/connection.py").read_text("utf-8")
    forms = {f"check_{form}" for form in FORMS}

    assert [
        rule for rule in sentences.TABLE if f'"{rule}"' not in source and rule not in forms
    ] == []


# -- one at a time


def test_it_runs_once_at_a_time_and_the_result_is_kept(monkeypatch):
    model = Answers()
    model.may_go.clear()
    with a_desk() as desk:
        one = Connection(model, model, CHOSEN, desk.run)
        one.clock = lambda: model.now
        one.begin()
        until(lambda: model.heard)
        one.begin()
        assert one.state.value == State(running=True)
        model.may_go.set()
        until(lambda: one.state.value.latest)
        kept = one.state.value
        one.begin()
        assert one.state.value is kept, "it rests"
        monkeypatch.setattr(connection, "REST_S", 0.0)
        one.begin()
        until(lambda: len(model.heard) == 2)
        until(lambda: one.state.value.latest is not kept.latest)

    assert kept.latest.works
    assert not kept.running
    assert len(model.heard) == 2


# -- over the wire


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.editing.fault_model"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.terminate()


def over_the_wire(base_url: str, name: str) -> dict[str, Finding]:
    chosen = Settings(openai_api_key="k", openai_base_url=base_url, openai_model=name)

    async def once():
        model = OpenAIModel("k", base_url, name, timeout_s=2.0)
        try:
            calls = Traffic(model, parallel=1)
            return await Connection(calls, model, chosen, lambda _: None).tried()
        finally:
            await model.close()

    return {finding.item: finding for finding in awaited(once())}


@pytest.mark.parametrize(
    ("name", "item", "rule"),
    [
        ("401", "key", "model_key"),
        ("404", "model", "model_name"),
        ("400", "model", "model_rejects"),
        ("html-200", "address", "model_protocol"),
        ("close", "address", "model_unreachable"),
        ("only:patternless", "format", "check_loose"),
        ("only:json_object", "format", "check_object"),
        ("only:", "format", "check_free"),
    ],
)
def test_what_a_server_says_stands_where_it_belongs(port, name, item, rule):
    assert over_the_wire(f"http://127.0.0.1:{port}/v1", name)[item].rule == rule


def test_nobody_at_the_address():
    found = over_the_wire(f"http://127.0.0.1:{free_port()}/v1", "m")

    assert found["address"].rule == "model_unreachable"


def test_the_simulated_model_passes_every_part():
    with start_model() as server:
        found = over_the_wire(f"{server.url}/v1", "sim")

    parts = worked(found)
    assert parts.keys() == set(ITEMS)
    # How fast it is depends on what else the machine does.
    assert {item for item, good in parts.items() if not good} <= {"speed", "streaming"}
