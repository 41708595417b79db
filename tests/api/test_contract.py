import json

import pytest

from core.chapter import chapter

FIVE = ["chapterId", "story", "isCustom", "summary", "reply"]
PRICE = "3턴 조개 매점 가격을 110으로"


def test_an_edit_answers_the_five_keys_first_on_one_line_with_raw_hangul(app, sea_park):
    heard = app.edit(sea_park, PRICE)

    assert heard.status == 200
    assert heard.headers["content-type"] == "application/json; charset=utf-8"
    assert list(heard.json)[:5] == FIVE
    assert "조개 매점" in heard.body.decode()
    assert b"\n" not in heard.body
    assert heard.body.startswith(b'{"chapterId":"1111","story":"[')
    assert heard.json["chapterId"] == "1111"
    assert heard.json["isCustom"] is True
    assert isinstance(json.loads(heard.json["story"]), list)
    assert 1 <= len(heard.json["reply"]) <= 50
    assert 1 <= len(heard.json["summary"]) <= 120


def test_both_paths_answer_the_same(app, sea_park):
    request = "2턴 돌고래 쇼 가격을 111로 해줘"

    one, other = (
        app.edit(sea_park, request, path) for path in ("/edit-scenario", "/edit-scenario-async")
    )

    assert one.body == other.body


def test_the_proof_counts_the_fields_that_differ(app, sea_park):
    answer = app.edit(sea_park, PRICE).json

    before, after = chapter.read(sea_park), chapter.read(answer["story"])
    assert answer["proof"] == {
        "changed": 2,
        "fields": len(list(before.fields())),
        "before_sha256": before.hash,
        "after_sha256": after.hash,
    }
    assert {change["at"] for change in answer["changes"]} == {
        "t3.s3.current_value",
        "t4.s3.before_value",
    }
    assert {found["level"] for found in answer["findings"]["after"]} <= {"WARN", "NOTE"}


def test_the_chapter_id_comes_back_stripped_and_unknown_fields_are_ignored(app, sea_park):
    body = {"chapterId": "  가-7 ", "story": sea_park, "editRequest": PRICE, "more": [1]}

    assert app.post("/edit-scenario", body).json["chapterId"] == "가-7"


def test_five_rounds_are_stable(app, sea_park):
    story = sea_park
    for price in (110, 120, 110, 120, 110):
        story = app.edit(story, f"3턴 조개 매점 가격을 {price}으로").json["story"]

    assert story == app.edit(sea_park, PRICE).json["story"]
    assert app.edit(story, PRICE).json["story"] == story
    assert app.edit(story, PRICE).json["outcome"] == "no_change"


@pytest.mark.parametrize("request_", ["", "   ", None, "🙂🙂🙂", "99턴 뉴스를 바꿔줘", "안녕?"])
def test_what_changes_nothing_comes_back_byte_for_byte(app, sea_park, request_):
    odd = " " + sea_park.replace('"turn_number"', '"turn_number" ', 1) + "\n\n"

    heard = app.edit(odd, request_)

    assert heard.status == 200
    assert heard.json["story"] == odd
    assert heard.json["outcome"] in ("question", "refused", "no_change")
    assert 1 <= len(heard.json["reply"]) <= 50
    assert heard.json["proof"]["changed"] == 0


def test_a_wrapped_story_keeps_its_wrapper(app, sea_park):
    wrapped = json.dumps({"metadata": {"by": "가"}, "story_data": json.loads(sea_park)})

    story = app.edit(wrapped, PRICE).json["story"]

    assert json.loads(story)["metadata"] == {"by": "가"}
    assert json.loads(story)["story_data"][2]["stocks"][2]["current_value"] == 110
    assert len(story) == len(wrapped)


def test_an_english_request_is_answered_in_english(app, sea_park):
    answer = app.edit(sea_park, "Set the price of 조개 매점 in turn 3 to 110").json

    assert answer["outcome"] == "edited"
    assert answer["reply"][0].isascii()


def test_without_a_model_a_free_request_is_refused_and_says_so(app, sea_park):
    answer = app.edit(sea_park, "3턴 뉴스를 더 신나게 바꿔줘").json

    assert answer["outcome"] == "refused"
    assert answer["story"] == sea_park


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("chapterId", "", "chapterId는 비어있을 수 없습니다."),
        ("chapterId", " \t", "chapterId는 비어있을 수 없습니다."),
        ("story", "", "원본 스토리는 비어있을 수 없습니다."),
        ("story", "  \n", "원본 스토리는 비어있을 수 없습니다."),
    ],
)
@pytest.mark.parametrize("query", ["", "?strict=1"])
def test_a_blank_field_is_400(app, sea_park, field, value, detail, query):
    body = {"chapterId": "1", "story": sea_park, "editRequest": PRICE, field: value}

    heard = app.post("/edit-scenario" + query, body)

    assert (heard.status, heard.json["detail"]) == (400, detail)


@pytest.mark.parametrize(
    "strictly", [{"path": "/edit-scenario?strict=1"}, {"X_Strict": "1"}], ids=["query", "header"]
)
def test_strictly_a_blank_request_is_400_and_a_null_one_422(app, sea_park, strictly):
    blank, null = (app.edit(sea_park, request, **strictly) for request in (" ", None))

    assert (blank.status, blank.json["detail"]) == (400, "편집 요청은 비어있을 수 없습니다.")
    assert null.status == 422
    assert null.json["detail"][0]["loc"] == ["body", "editRequest"]


def test_stories_that_are_no_array_of_turns_are_400(app):
    for story in ('{"a": 1}', "3", '"text"', "null", "[]", "[1]"):
        heard = app.edit(story, PRICE)

        assert heard.status == 400, story
        assert heard.json["detail"]


def test_a_story_that_is_no_json_is_400_with_the_place(app):
    heard = app.edit('[{"news": "a",,}]', PRICE)

    assert heard.status == 400
    assert heard.json["detail"] == "원본 스토리가 유효한 JSON 형식이 아닙니다."
    assert (heard.json["line"], heard.json["column"]) == (1, 15)
    assert "15" in heard.json["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"chapterId": None},
        {"chapterId": 1111},
        {"story": [{"turn_number": 1}]},
        {"story": None},
        {"editRequest": ["a"]},
        {"summary": 5},
        {"chapterId": "\ud800"},
        {"editRequest": "\udfff"},
    ],
)
def test_a_wrong_type_is_422_without_an_echo(app, sea_park, change):
    body = {"chapterId": "1", "story": sea_park, "editRequest": PRICE} | change

    heard = app.post("/edit-scenario", json.dumps(body).encode())

    assert heard.status == 422
    assert [error["loc"][1] for error in heard.json["detail"]] == [next(iter(change))]
    assert "조개" not in heard.body.decode()


@pytest.mark.parametrize("missing", ["chapterId", "story", "editRequest"])
def test_a_missing_field_is_422(app, sea_park, missing):
    body = {"chapterId": "1", "story": sea_park, "editRequest": PRICE}
    del body[missing]

    heard = app.post("/edit-scenario", body)

    assert heard.status == 422
    assert heard.json["detail"][0]["type"] == "missing"


def test_bodies_that_are_no_utf8_json_are_refused_with_a_sentence(app):
    cp949 = '{"chapterId": "일", "story": "[]", "editRequest": ""}'.encode("cp949")

    for body in (cp949, b"\xff\xfe\x00", b"[" * 100_000):
        heard = app.post("/edit-scenario", body)
        assert heard.status == 400
        assert "UTF-8" in heard.json["detail"]
    assert app.post("/edit-scenario", b'{"chapterId":').status == 422
    assert app.post("/edit-scenario", b"").status == 422


def test_a_half_character_in_the_story_is_400_with_the_place(app):
    heard = app.post(
        "/edit-scenario",
        b'{"chapterId": "1", "story": "[{\\"news\\": \\"\\ud800\\"}]", "editRequest": "a"}',
    )

    assert heard.status == 400
    assert "1" in heard.json["message"]


def test_over_two_megabytes_is_413_declared_or_not(app):
    big = b'{"story": "' + b"a" * (5 * 1024 * 1024) + b'"}'

    for path in ("/edit-scenario", "/edit-scenario?strict=1"):
        heard = app.post(path, big)
        assert heard.status == 413
        assert "MB" in heard.json["detail"]
    assert app.get("/health").status == 200


def test_a_story_that_no_answer_can_hold_is_413_at_once(app):
    turns = [{"turn_number": n, "news": "가" * 5000, "stocks": []} for n in range(1, 20)]

    heard = app.edit(json.dumps(turns, ensure_ascii=False), PRICE)

    assert heard.status == 413
    assert "262144" in heard.json["detail"].replace(",", "")


def test_an_answer_near_the_limit_leaves_out_the_extras_and_keeps_the_story(app, sea_park):
    turns = json.loads(sea_park)
    turns[0]["note"] = "가" * 80_000
    story = json.dumps(turns, ensure_ascii=False)

    heard = app.edit(story, "돌고래 쇼를 물개 공연으로 이름을 바꿔줘")

    assert len(heard.body) <= 262_144
    assert "물개 공연" in heard.json["story"]
    assert list(heard.json)[:5] == FIVE


def test_the_story_that_an_edit_makes_too_large_comes_back_as_it_was(app, sea_park):
    turns = json.loads(sea_park)
    turns[0]["news"] = "돌고래 쇼 " * 13_000
    turns[0]["note"] = "a" * 15_000
    story = json.dumps(turns, ensure_ascii=False)

    heard = app.edit(story, "돌고래 쇼를 아주아주 커다란 물개 공연으로 이름을 바꿔줘")

    assert len(heard.body) <= 262_144
    assert heard.json["story"] == story
    assert heard.json["outcome"] == "refused"


def test_the_readings_have_the_names_of_the_contract(app):
    health, status = app.get("/health").json, app.get("/async-status").json
    performance = app.get("/performance").json

    assert health == {
        "status": "healthy",
        "llm_initialized": False,
        "prompt_template_ready": True,
        "task_manager_ready": True,
        "async_support": True,
    }
    assert list(status) == [
        "task_manager_available",
        "active_tasks",
        "total_completed",
        "server_mode",
    ]
    assert status["server_mode"] == "async_enabled"
    assert {part: list(values) for part, values in performance.items()} == {
        "system": ["cpu_percent", "memory_total", "memory_available", "memory_percent"],
        "process": ["pid", "memory_rss", "memory_vms", "cpu_percent"],
        "async_status": ["task_manager_available", "active_tasks", "completed_tasks"],
    }
    assert performance["process"]["pid"] == app.server.process.pid


def test_every_edit_is_counted(app, sea_park):
    before = app.get("/async-status").json["total_completed"]

    app.edit(sea_park, "5턴 조개 매점 가격을 117로")

    assert app.get("/async-status").json["total_completed"] == before + 1
    assert b'turnsmith_edits_total{outcome="edited"}' in app.get("/metrics").body


def test_the_docs_load_nothing_from_elsewhere_and_name_every_path(app):
    page, schema = app.get("/docs"), app.get("/openapi.json").json

    assert "text/html" in page.headers["content-type"]
    assert b"//" not in page.body.replace(b"localhost:8501", b"")
    for path in ("/health", "/edit-scenario", "/live"):
        assert path in schema["paths"]
        assert path.encode() in page.body


def test_a_known_path_with_a_wrong_method_is_405_and_an_unknown_one_is_the_pages(app):
    assert app.get("/edit-scenario").status == 405
    assert app.post("/health", {}).status == 405
    assert b"<html" in app.get("/monitor").body


def test_only_the_gravest_findings_are_told_and_the_rest_is_counted(app):
    answer = app.edit(json.dumps([{}] * 3000), "").json

    assert answer["story"] == json.dumps([{}] * 3000)
    assert len(answer["findings"]["before"]) <= 200
    assert answer["left_out"] > 3000


def test_a_body_without_a_content_type_is_read_as_json(app, sea_park):
    body = {"chapterId": "1", "story": sea_park, "editRequest": "3턴 조개 매점 가격을 110으로"}

    assert app.post("/edit-scenario", body, Content_Type="").json["outcome"] == "edited"
