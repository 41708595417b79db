"""JSONTestSuite over HTTP: as the story, and as the body itself."""

import json

import pytest

from core.api import body
from tests.chapter.json_suite import FINE, NONE, suite

ALL = {**suite(), **NONE, **FINE}
SMALL = {name: raw for name, raw in ALL.items() if len(raw) < 1_500_000}
PATHS = ["/edit-scenario", "/edits", "/preview", "/playtest"]


def as_text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("path", PATHS)
def test_no_such_story_breaks_anything(app, path):
    for name, raw in SMALL.items():
        story = as_text(raw)
        if story is None:
            continue
        asked = {
            "chapterId": "1",
            "story": story,
            "editRequest": "가격을 올려줘",
            "original": story,
        }
        heard = app.post(path, asked)

        assert heard.status in (400, 413, 422), (name, heard.status)
        assert heard.json["detail"]
        assert b"Traceback" not in heard.body
    assert app.get("/health").status == 200


@pytest.mark.parametrize("path", PATHS)
def test_no_such_body_breaks_anything(app, path):
    for name, raw in SMALL.items():
        heard = app.post(path, raw)
        assert heard.status in (400, 422), (name, heard.status)
        assert heard.json["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "more",
    [
        b'"story":"[]"',
        b'"st\\u006fry":"[]"',
        b'"x":NaN',
        b'"x":-Infinity',
        b'"x":1e999',
        b'"x":"\xff"',
        b'"x":{"a":1,"a":2}',
        b'"x":' + b"[" * 5_000 + b"]" * 5_000,
        b'"x":' + b"9" * 5_000,
    ],
)
def test_a_body_that_two_readers_would_read_differently_is_refused(app, path, sea_park, more):
    asked = {"chapterId": "1", "story": sea_park, "editRequest": "3턴 조개 매점 가격을 110으로"}
    whole = json.dumps(asked).encode()
    assert app.post(path, whole).status < 300

    heard = app.post(path, whole[:-1] + b"," + more + b"}")

    assert heard.status == 400
    assert "JSON" in heard.json["detail"]


def test_a_body_in_utf16_is_refused(app, sea_park):
    asked = json.dumps({"chapterId": "1", "story": sea_park, "editRequest": ""})
    assert app.post("/edit-scenario", asked.encode("utf-16")).status == 400
    assert app.post("/edit-scenario", b"\xef\xbb\xbf" + asked.encode()).status == 200


@pytest.mark.parametrize("name", [name for name in suite() if name[0] == "n"])
def test_what_is_no_json_is_no_body(name):
    with pytest.raises((ValueError, RecursionError)):
        body.read(suite()[name])
