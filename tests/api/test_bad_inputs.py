"""Every chapter and request of the shared bad inputs, over HTTP."""

import json
import re
import time

import pytest

from tests.api.conftest import SHARED

FOLDER = SHARED / "badinputs"
SEA_PARK = SHARED / "chapters" / "samples" / "sea_park.json"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8")) if FOLDER.is_dir() else []
HARMLESS = "'없는 말'을 '다른 말'로 바꿔줘"
BADNESS = {"STOP": "stop", "GAME": "game", "WARN": "warn"}

pytestmark = pytest.mark.skipif(not INDEX, reason="../shared/badinputs is not here")


def cases(target):
    return [pytest.param(case, id=case["file"]) for case in INDEX if case["target"] == target]


def said(heard):
    answer = heard.json
    messages = [found["message"] for found in answer.get("findings", {}).get("before", ())]
    told = [str(answer.get(name, "")) for name in ("reply", "detail", "message")]
    return "\n".join([*messages, *told])


def level(heard):
    """What the worst finding is; an answer that is no 200 stopped."""
    if heard.status != 200:
        return "stop"
    found = {found["level"] for found in heard.json["findings"]["before"]}
    return next((BADNESS[name] for name in BADNESS if name in found), "ok")


def posted(client, raw):
    """The bytes as a story; what is no UTF-8 can only come as the bytes of the body."""
    begun = time.monotonic()
    try:
        heard = client.edit(raw.decode("utf-8"), HARMLESS)
    except UnicodeDecodeError:
        text = json.dumps(raw.decode("latin-1"), ensure_ascii=False).encode("latin-1")
        heard = client.post(
            "/edit-scenario", b'{"chapterId":"1","editRequest":"","story":%b}' % text
        )
    return heard, time.monotonic() - begun


@pytest.mark.parametrize("case", cases("story"))
def test_a_bad_chapter_has_the_named_outcome_within_a_second(app, case):
    heard, seconds = posted(app, (FOLDER / case["file"]).read_bytes())

    assert heard.status in (200, 400, 413)
    assert level(heard) in [case["expect"], *case["or_expect"]]
    for words in case["message_mentions"]:
        assert re.search(words, said(heard)), (words, said(heard))
    assert seconds < 1


@pytest.mark.parametrize("case", cases("story"))
def test_a_bad_chapter_comes_back_as_it_was_when_nothing_changes(app, case):
    raw = (FOLDER / case["file"]).read_bytes()
    heard, _ = posted(app, raw)

    if heard.status == 200:
        assert heard.json["story"] == raw.decode("utf-8")


@pytest.mark.parametrize("case", cases("request"))
def test_a_bad_request_has_the_named_outcome_within_a_second(app_with_model, model, case):
    changes = [{"op": "set", "at": "t3.news", "to": "바람이 세게 분대요."}]
    model.says({"changes": changes, "reply": "바꿨어요."})
    story, request = SEA_PARK.read_text("utf-8"), (FOLDER / case["file"]).read_text("utf-8")

    begun = time.monotonic()
    heard = app_with_model.edit(story, request)

    assert heard.status == 200
    assert heard.json["outcome"] in [case["expect"], *case["or_expect"]]
    for words in case["message_mentions"]:
        assert re.search(words, said(heard))
    if heard.json["outcome"] != "edited":
        assert heard.json["story"] == story
    assert time.monotonic() - begun < 1
