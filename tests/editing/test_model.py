"""The model's door: every fault of a server ends as a typed error, in time, and nothing hangs."""

import asyncio
import http.client
import inspect
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import openai
import pytest

from core.editing.model import FORMS, OURS, OpenAIModel
from core.editing.prompt import CHAPTER_CHANGES, Message, Prompt
from core.errors import (
    ModelBusy,
    ModelDown,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelSetup,
    ModelTimeout,
)
from tests.editing.fault_plays import ANSWER, PLAYS, RIG

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 2.5
PROMPT = Prompt((Message("system", "규칙"), Message("user", "바꿔 줘")))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.editing.fault_model"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.terminate()


def log(port: int, model: str) -> list[dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/log")
    rows = json.loads(connection.getresponse().read())
    connection.close()
    return [row for row in rows if row["model"] == model]


def ours(port: int, model: str, timeout_s: float = DEADLINE_S, seats: int = 8) -> OpenAIModel:
    address = f"http://127.0.0.1:{port}/v1"
    return OpenAIModel("key", address, model, timeout_s=timeout_s, max_parallel=seats)


async def pieces(model: OpenAIModel) -> AsyncIterator[str]:
    async with aclosing(model.stream(PROMPT, CHAPTER_CHANGES)) as stream:
        async for piece in stream:
            if isinstance(piece, str):
                yield piece


async def text(model: OpenAIModel) -> str:
    return "".join([piece async for piece in pieces(model)])


def answer(port: int, model: str) -> str:
    async def whole() -> str:
        asked = ours(port, model)
        try:
            return await text(asked)
        finally:
            await asked.close()

    with asyncio.Runner() as runner:
        return runner.run(whole())


ANSWERED = ["429-then-date", "429-negative-once", "503-wait", "no-done", "slow-tail"]
HEAVY = ("endless-line", "endless-error")
"""Floods, played one after the other."""
ENDS = {
    "400-filter": ModelRefused,
    "400-context": ModelRefused,
    "400-google-key": ModelSetup,
    "400-litellm-key": ModelSetup,
    "400-litellm-name": ModelSetup,
    "402": ModelSetup,
    "404-name": ModelSetup,
    "404-page": ModelSetup,
    "418": ModelSetup,
    "301": ModelSetup,
    "hang-after-head": ModelTimeout,
    "drip": ModelTimeout,
    "endless-line": ModelGarbled,
    "endless-error": ModelGarbled,
    "cut-after-nothing": ModelDown,
    "short-stream": ModelDown,
    "deep-json": ModelGarbled,
    "not-utf8": ModelGarbled,
    "json-list": ModelGarbled,
    "json-text": ModelGarbled,
    "odd-choices": ModelDown,
    "odd-delta": ModelDown,
    "number-content": ModelGarbled,
    "no-stream": ModelGarbled,
    "not-http": ModelDown,
    "length-mid-word": ModelGarbled,
    "filter-mid-word": ModelRefused,
    "tool-calls": ModelGarbled,
    "gzip": ModelGarbled,
}
"""Beside the 65 of test_faults.py."""


@pytest.fixture(scope="module")
def endings(port: int) -> dict[str, tuple[str | ModelError, float]]:
    """What each fault came to and after how many seconds, all at the same time."""

    async def one(model: OpenAIModel) -> tuple[str | ModelError, float]:
        begun = time.monotonic()
        try:
            ending: str | ModelError = await text(model)
        except ModelError as error:
            ending = error
        return ending, time.monotonic() - begun

    async def every() -> dict[str, tuple[str | ModelError, float]]:
        models = {fault: ours(port, fault) for fault in (*ANSWERED, *ENDS)}
        light = [fault for fault in models if fault not in HEAVY]
        found = await asyncio.gather(*(one(models[fault]) for fault in light))
        heavy = {fault: await one(models[fault]) for fault in HEAVY}
        await asyncio.gather(*(model.close() for model in models.values()))
        return dict(zip(light, found, strict=True)) | heavy

    with asyncio.Runner() as runner:
        return runner.run(every())


@pytest.mark.parametrize("fault", ANSWERED)
def test_a_fault_that_passes_is_answered_all_the_same(endings, fault):
    assert endings[fault][0] == ANSWER


@pytest.mark.parametrize(("fault", "kind"), ENDS.items())
def test_every_fault_ends_typed_and_within_the_deadline(endings, fault, kind):
    ending, seconds = endings[fault]

    assert type(ending) is kind
    assert seconds < DEADLINE_S + 1


def test_every_fault_of_the_server_has_a_test():
    assert {*ANSWERED, *ENDS, *RIG, "line-separator"} == set(PLAYS)


def test_a_line_separator_inside_a_text_does_not_cut_it(port):
    assert answer(port, "line-separator") == "가\u2028나\u2029다\x85라"


def test_an_address_where_nobody_listens_is_down():
    with pytest.raises(ModelDown):
        answer(9, "ok")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/v1", "127.0.0.1:9/v1", "http://[::1/v1"])
def test_an_address_that_is_none_is_the_operators_to_mend(address):
    async def ask() -> None:
        await text(OpenAIModel("key", address, "m", timeout_s=1))

    with asyncio.Runner() as runner, pytest.raises(ModelSetup):
        runner.run(ask())


def test_a_named_wait_beyond_the_deadline_is_told_at_once(port):
    begun = time.monotonic()

    with pytest.raises(ModelBusy) as caught:
        answer(port, "429-ra-3600|once")

    assert caught.value.wait_s == 3600
    assert time.monotonic() - begun < 0.7
    assert len(log(port, "429-ra-3600|once")) == 1


def test_a_named_wait_is_kept(port):
    answer(port, "429-ms|wait")

    first, second = log(port, "429-ms|wait")
    assert 0.3 <= second["at"] - first["at"] < 0.6


@pytest.mark.parametrize(
    ("only", "asked"),
    [
        ("json_schema", ["json_schema"]),
        ("patternless", ["json_schema", "patternless"]),
        ("json_object", ["json_schema", "patternless", "json_object"]),
        ("", ["json_schema", "patternless", "json_object", None]),
    ],
)
def test_a_server_without_schemas_is_asked_more_simply_and_remembered(port, only, asked):
    model = f"only:{only}|{len(asked)}"

    async def twice() -> None:
        server = ours(port, model)
        assert [await text(server), await text(server)] == [ANSWER] * 2
        assert server.form == FORMS[len(asked) - 1]
        await server.close()

    with asyncio.Runner() as runner:
        runner.run(twice())

    assert [row["form"] for row in log(port, model)] == [*asked, asked[-1]]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("400-google-key", "model_key"),
        ("400-litellm-key", "model_key"),
        ("400-litellm-name", "model_name"),
    ],
)
def test_a_wrong_key_or_name_with_status_400_is_not_taken_for_a_refused_form(port, name, rule):
    with pytest.raises(ModelSetup) as caught:
        answer(port, f"{name}|once")

    assert caught.value.rule == rule
    assert len(log(port, f"{name}|once")) == 1


def test_only_a_plain_answer_is_asked_for(port):
    answer(port, "ok|encoding")

    assert log(port, "ok|encoding")[0]["encoding"] == "identity"


def test_closing_the_stream_hangs_up_at_once(port):
    async def leave() -> float:
        async with aclosing(pieces(ours(port, "stream-stall|close", 10))) as stream:
            await anext(stream)
        return time.monotonic()

    with asyncio.Runner() as runner:
        closed = runner.run(leave())

    assert _left(port, "stream-stall|close") - closed < 0.3


def test_cancelling_the_task_hangs_up_at_once(port):
    async def leave() -> float:
        task = asyncio.create_task(text(ours(port, "hang|cancel", 10)))
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.wait({task})
        return time.monotonic()

    with asyncio.Runner() as runner:
        closed = runner.run(leave())

    assert _left(port, "hang|cancel") - closed < 0.3


def _left(port: int, model: str) -> float:
    for _ in range(40):
        if left := log(port, model)[0].get("left"):
            return left
        time.sleep(0.05)
    raise AssertionError("the connection stayed open")


def test_what_waits_for_a_seat_does_not_lose_its_time(port):
    async def crowd() -> list[str]:
        asked = ours(port, "slow-tail|seat", timeout_s=0.5, seats=1)
        answers = await asyncio.gather(*(text(asked) for _ in range(8)))
        await asked.close()
        return answers

    with asyncio.Runner() as runner:
        assert runner.run(crowd()) == [ANSWER] * 8


def test_the_door_knows_every_error_of_the_sdk():
    errors = {value for name in openai.__all__ if _error(value := getattr(openai, name))}

    assert errors - set(OURS) == set()


def _error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def test_no_error_shows_the_key(port):
    with pytest.raises(ModelSetup) as caught:
        answer(port, "401")

    assert "key" not in str(caught.value.facts)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("address", "keyed"), [("", True), ("http://127.0.0.1:1/v1", False)])
def test_calls_about_one_chapter_ask_for_the_same_cache_where_there_is_one(
    address: str, keyed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict] = []

    async def caught(self: OpenAIModel, body: bytes) -> object:
        sent.append(json.loads(body))
        raise ModelSetup("model_rejects")

    async def asked() -> None:
        model = OpenAIModel("key", address, "any")
        for request in ("바꿔 줘", "더 짧게"):
            prompt = Prompt((*CHAPTER, Message("user", request)))
            with pytest.raises(ModelSetup):
                await anext(model.stream(prompt, CHAPTER_CHANGES))
        await model.close()

    monkeypatch.setattr(OpenAIModel, "_post", caught)
    with asyncio.Runner() as runner:
        runner.run(asked())

    keys = {body.get("prompt_cache_key") for body in sent}
    assert len(sent) == 2
    assert len(keys) == 1
    assert (keys != {None}) is keyed


CHAPTER = (Message("system", "규칙"), Message("user", "t1.news: 비가 와요."))
