"""What is logged: each line by its edit, as text or JSON, with nothing private in it."""

import asyncio
import json
import logging
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import ModelDown, WriterError
from core.service import logs
from core.service.jobs import Job
from core.service.settings import Settings
from tests.processes import start_app, start_model
from tests.service.fakes import FREE, PRICE, SEA_PARK, Says, a_desk, over, says, until

SECRETS = Settings(
    openai_api_key="sk-planted-key",
    database_url="postgresql://me:planted%2Fword@host/turnsmith",
    log_format="json",
)
STORY = "돌고래 쇼가 열렸어요"


class Kept(logging.Handler):
    """Keeps every line."""

    def __init__(self, form):
        super().__init__()
        self.setFormatter(form)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))

    @property
    def told(self):
        return [json.loads(line) for line in self.lines]


@pytest.fixture(params=["json"])
def heard(request):
    """What `core` logs, as it would be written."""
    form = {"json": logs._Json, "text": logs._Text}[request.param](logs.secrets(SECRETS))
    sink, core = Kept(form), logging.getLogger("core")
    before, core.level = core.level, logging.DEBUG
    core.setLevel(logging.DEBUG)
    core.addHandler(sink)
    logs.edit.set("")
    logs.who.set("")
    yield sink
    core.removeHandler(sink)
    core.setLevel(before)


as_text = pytest.mark.parametrize("heard", ["text"], indirect=True)
log = logging.getLogger("core.here")


def test_a_line_is_one_object_with_its_time_in_utc(heard):
    log.warning("%d edits of %s", 3, "two", extra=logs.told(seconds=0.5, rule=None))

    (line,) = heard.told
    assert line["time"].endswith("Z")
    assert {name: line[name] for name in line if name != "time"} == {
        "level": "WARNING",
        "logger": "core.here",
        "message": "3 edits of two",
        "seconds": 0.5,
        "rule": None,
    }


@as_text
def test_a_line_for_people_says_the_same(heard):
    logs.edit.set("e1")

    log.warning("begins", extra=logs.told(seconds=0.5))

    assert heard.lines[0].endswith("Z WARNING core.here [edit=e1]: begins seconds=0.5")
    logs.edit.set("")


@as_text
def test_what_is_told_cannot_pretend_to_be_another_line(heard):
    log.warning("a\n2026 ERROR core.here: %s", "b\r\x1b[31m\u2028c")

    assert "\n" not in heard.lines[0]
    assert heard.lines[0].endswith(r"a\n2026 ERROR core.here: b\r\x1b[31m\u2028c")


def test_the_edit_is_known_in_tasks_and_threads_that_it_begins(heard):
    async def work():
        logs.edit.set("e1")
        await asyncio.gather(asyncio.to_thread(log.info, "thread"), told())

    async def told():
        log.info("task")

    with asyncio.Runner() as runner:
        runner.run(work())
    log.info("outside")

    assert {line["message"]: line.get("edit") for line in heard.told} == {
        "thread": "e1",
        "task": "e1",
        "outside": None,
    }


@pytest.mark.parametrize(
    "planted", ["sk-planted-key", "Bearer planted-door", "planted/word", "planted%2Fword"]
)
def test_no_secret_is_in_a_line(heard, planted):
    logs.who.set(planted)
    try:
        raise OSError(5, f"at {planted}")
    except OSError:
        log.exception("%s, %s", planted, [planted], extra=logs.told(given=planted))
    logs.who.set("")

    assert planted not in heard.lines[0]
    assert heard.told[0]["given"].removeprefix("Bearer ") == logs.HIDDEN


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(STORY), "ValueError"),
        (KeyError(STORY), "KeyError"),
        (WriterError("no_such_place", at=STORY), "WriterError no_such_place"),
        (ModelDown("model_down", status=500), "ModelDown model_down"),
        (OSError(28, "No space left on device", STORY), "OSError No space left on device"),
        (AttributeError("'int' object has no attribute 'x'"), "AttributeError: 'int' object"),
    ],
)
def test_an_exception_is_told_by_its_type_and_frames_and_never_by_a_story(heard, error, said):
    try:
        try:
            raise error
        except Exception as inner:
            raise ExceptionGroup(STORY, [RuntimeError(STORY)]) from inner
    except ExceptionGroup:
        log.exception("it broke")

    lines = heard.told[0]["exception"]
    assert any(line.startswith(said) for line in lines)
    assert any("test_logs.py" in line for line in lines)
    assert STORY not in heard.lines[0]
    assert STORY not in json.dumps(heard.told, ensure_ascii=False)


def test_personal_data_in_words_is_masked_and_an_id_is_not(heard):
    phone, mail = "010-1234-5678", "kim@example.com"

    log.warning("%s, %s", phone, mail, extra={**logs.told(given=phone), "edit": "1234-5678-9012"})

    (line,) = heard.told
    assert phone not in heard.lines[0]
    assert mail not in heard.lines[0]
    assert line["edit"] == "1234-5678-9012"


def test_a_line_that_nobody_reads_is_not_made(heard):
    class Costly:
        def __str__(self):
            raise AssertionError

    logging.getLogger("core").setLevel(logging.WARNING)

    log.info("%s", Costly())

    assert heard.lines == []


def test_what_an_edit_logs_is_under_its_id_and_its_writers_name(heard):
    with a_desk(Says(says("비가 와요!"), error=ModelDown("model_down"))) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE, lane=name)) for name in ("하나", "둘")]
        for id_ in ids:
            over(desk, id_)

    begun = [line for line in heard.told if line["message"] == "edit begins"]
    assert {(line["edit"], line["who"]) for line in begun} == set(
        zip(ids, ("하나", "둘"), strict=True)
    )


def test_what_breaks_after_an_edit_is_still_under_its_id(heard):
    def keep(view):
        raise RuntimeError(view.request)

    with a_desk() as desk:
        id_ = desk.submit(Job(SEA_PARK, PRICE, keep=keep))
        over(desk, id_)

    (line,) = [line for line in heard.told if line["level"] == "ERROR"]
    assert (line["edit"], line["message"]) == (id_, "an edit could not be stored")
    assert PRICE not in json.dumps(line, ensure_ascii=False)


def test_a_thread_that_breaks_is_logged_without_its_words(heard, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", logs._thread_broke)

    def breaks():
        raise ValueError(STORY)

    thread = threading.Thread(target=breaks, name="sampler")
    thread.start()
    thread.join()

    assert heard.told[0]["message"] == "thread sampler broke"
    assert STORY not in json.dumps(heard.told, ensure_ascii=False)


# -- the process


def test_every_line_of_a_process_is_json_and_names_its_edit():
    with start_model() as model:
        settings = {"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_API_KEY": "sk-planted-key"}
        with start_app({**settings, "LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}) as app:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda n: ask(app, f"{n}턴 뉴스를 더 신나게"), range(1, 4)))
            until(lambda: app.log.read_text().count("edit ends") == 3, 20)
            lines = own(app.log.read_text())

    ends = [line for line in lines if line["message"] == "edit ends"]
    asked = [line for line in lines if line.get("route") == "/edit-scenario"]
    assert {line["outcome"] for line in ends} == {"edited"}
    assert all(line["tokens_in"] > 0 and line["seconds"] > 0 for line in ends)
    assert [line["status"] for line in asked] == [200] * 3
    begun = {line["edit"] for line in lines if line["message"] == "edit begins"}
    assert begun == {line["edit"] for line in ends}
    assert "planted" not in json.dumps(lines)


def ask(app, request):
    body = {"chapterId": "1", "story": SEA_PARK.text, "editRequest": request, "summary": None}
    asked = urllib.request.Request(
        app.url + "/edit-scenario",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def own(text):
    """All that a process wrote to standard error; Streamlit greets on standard output."""
    greeting = ("You can now view", "URL:", "Local URL", "Network URL")
    lines = [line for line in text.splitlines() if line.strip()]
    return [json.loads(line) for line in lines if not any(word in line for word in greeting)]
