"""The whole way to servers that nobody here wrote: llama.cpp's, and the LiteLLM proxy."""

import asyncio
import json
import time
import urllib.request
from contextlib import aclosing

import pytest

from core.chapter import chapter as chapters
from core.editing import editor, prompt
from core.editing.editor import Ended
from core.editing.model import OpenAIModel, Usage
from core.editing.prompt import CHAPTER_CHANGES, Message, Prompt, Schema, turn_changes
from core.editing.scope import Scope
from core.errors import ModelDown, ModelSetup
from core.service.connection import ITEMS, Connection
from core.service.settings import Settings
from core.service.traffic import Traffic
from tests.processes import start_app
from tests.servers import llama

WISH = "3턴 뉴스를 더 신나게 바꿔 줘"
SERVED = [("honest", llama.NAME), ("litellm", "mock"), ("litellm", "tiny")]
ENDLESS = [("endless", llama.NAME), ("litellm", "endless")]
each = pytest.mark.parametrize(("server", "name"), SERVED, ids=map("-".join, SERVED))


@pytest.fixture
def ask(request, sea_park):
    """One call as an edit makes it; the pieces of the answer, and the form that was taken."""

    def asked(server, name, *, key=llama.KEY, schema=CHAPTER_CHANGES):
        url = request.getfixturevalue(server).url
        told = prompt.ask(chapters.read(sea_park), WISH, scope=Scope())
        return run(heard, url, name, key, told, schema)

    return asked


def run(work, url, name, key=llama.KEY, *rest):
    """With a model of its own, let go of afterwards."""

    async def over():
        model = OpenAIModel(key, f"{url}/v1", name, timeout_s=30.0)
        try:
            return await work(model, *rest)
        finally:
            await model.close()

    with asyncio.Runner() as runner:
        return runner.run(over())


async def heard(model, told, schema):
    async with aclosing(model.stream(told, schema)) as stream:
        return [piece async for piece in stream], model.form


def text(pieces) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))


@each
def test_an_edit_end_to_end(request, sea_park, server, name):
    async def edited(model):
        events = editor.edit(chapters.read(sea_park), WISH, model)
        return [event async for event in events][-1]

    end = run(edited, request.getfixturevalue(server).url, name)

    assert isinstance(end, Ended)
    assert end.proposal is not None
    changes = end.proposal.applied.changes
    assert [(change.at, change.after) for change in changes] == [("t3.news", llama.NEWS)]


def test_the_whole_app_edits_with_llama_cpp(honest, sea_park):
    settings = {"OPENAI_BASE_URL": f"{honest.url}/v1", "OPENAI_API_KEY": llama.KEY}
    body = {"chapterId": "1", "story": sea_park, "editRequest": WISH}
    with start_app(settings) as app:
        asked = urllib.request.Request(
            f"{app.url}/edit-scenario",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            told = json.load(answer)

    before, after = json.loads(sea_park), json.loads(told["story"])
    assert after[2].pop("news") == llama.NEWS
    before[2].pop("news")
    assert after == before


@each
@pytest.mark.parametrize("schema", [CHAPTER_CHANGES, turn_changes("t3")], ids=lambda one: one.name)
def test_the_strictest_form_is_taken_and_the_answer_comes_in_pieces(ask, server, name, schema):
    pieces, form = ask(server, name, schema=schema)

    assert form == "strict"
    assert sum(isinstance(piece, str) for piece in pieces) >= 3
    assert json.loads(text(pieces))["changes"][0]["to"] == llama.NEWS


@each
def test_tokens_are_counted(ask, server, name):
    pieces, _ = ask(server, name)

    assert isinstance(pieces[-1], Usage)
    assert pieces[-1].tokens_in > 1000
    assert pieces[-1].tokens_out > 0


def test_llama_cpp_counts_what_it_had_read_before(ask):
    ask("honest", llama.NAME)
    pieces, _ = ask("honest", llama.NAME)

    assert pieces[-1].cached > pieces[-1].tokens_in * 0.9


@each
def test_a_wrong_key_is_told_as_one(ask, server, name):
    with pytest.raises(ModelSetup) as caught:
        ask(server, name, key="sk-wrong")

    assert caught.value.rule == "model_key"


def test_a_wrong_key_behind_the_proxy_is_told_as_one(ask):
    with pytest.raises(ModelSetup) as caught:
        ask("litellm", "wrong")

    assert caught.value.rule == "model_key"


def test_nobody_behind_the_proxy_is_the_servers_problem(ask):
    with pytest.raises(ModelDown) as caught:
        ask("litellm", "unreachable")

    assert caught.value.rule == "model_down"


def test_an_unknown_model_is_told_by_the_proxy(ask):
    with pytest.raises(ModelSetup) as caught:
        ask("litellm", "nobody")

    assert caught.value.rule == "model_name"


def test_llama_cpp_has_one_model_whatever_it_is_called(ask):
    pieces, _ = ask("honest", "nobody")

    assert text(pieces).startswith("{")


# -- structured output


@pytest.mark.parametrize(("server", "name"), [("honest", llama.NAME), ("litellm", "tiny")])
def test_it_is_the_schema_that_makes_the_model_answer_in_form(request, sea_park, server, name):
    """Without one the same model chats."""

    async def freely(model):
        model._form = 3
        told = prompt.ask(chapters.read(sea_park), WISH, scope=Scope())
        return await heard(model, told, CHAPTER_CHANGES)

    pieces, form = run(freely, request.getfixturevalue(server).url, name)

    assert form == "free"
    assert text(pieces).startswith(llama.CHAT)


@pytest.mark.parametrize(("server", "name"), [("honest", llama.NAME), ("litellm", "tiny")])
def test_a_schema_that_it_cannot_compile_is_asked_for_without_patterns(ask, server, name):
    body = json.loads(json.dumps(CHAPTER_CHANGES.body))
    body["properties"]["reply"]["pattern"] = "^(unclosed$"

    pieces, form = ask(server, name, schema=Schema("odd", body))

    assert form == "loose"
    assert json.loads(text(pieces))["reply"] == llama.REPLY


# -- cancel


@pytest.mark.parametrize(("server", "name"), ENDLESS, ids=map("-".join, ENDLESS))
def test_a_cancel_ends_the_work_of_the_server_too(request, server, name):
    async def left(model):
        told = Prompt((Message("user", WISH),))
        async with aclosing(model.stream(told, CHAPTER_CHANGES)) as stream:
            for _ in range(5):
                await anext(stream)
            assert busy(slots)
        begun = time.monotonic()
        while busy(slots):
            await asyncio.sleep(0.02)
            assert time.monotonic() - begun < 5

    slots = request.getfixturevalue("endless").url
    run(left, request.getfixturevalue(server).url, name)


def busy(url: str) -> bool:
    asked = urllib.request.Request(f"{url}/slots", headers={"Authorization": f"Bearer {llama.KEY}"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return any(slot["is_processing"] for slot in json.load(answer))


# -- trying it from the page


@each
def test_trying_the_connection_finds_all_well(request, server, name):
    tried = connection(request.getfixturevalue(server).url, name, llama.KEY)

    # How fast it is, and so whether its few words are seen to stream, is the machine's.
    assert {one.item for one in tried if not one.works} <= {"speed", "streaming"}
    assert [one.item for one in tried] == list(ITEMS)


def test_trying_a_wrong_key_says_so(honest):
    tried = connection(honest.url, llama.NAME, "sk-wrong")

    assert [(one.item, one.rule) for one in tried if one.works is False] == [("key", "model_key")]


def connection(url, name, key):
    chosen = Settings(openai_api_key=key, openai_base_url=f"{url}/v1", openai_model=name)

    async def tried(model):
        return await Connection(Traffic(model, parallel=1), model, chosen, lambda _: None).tried()

    return run(tried, url, name, key)
