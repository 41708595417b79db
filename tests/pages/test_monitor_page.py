"""The status page without a browser: the last hour, and the model's connection, tried here."""

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.editing.providers import PROVIDERS
from core.editing.trace import PHASES, Call, Trace
from core.service import wiring
from core.service.history import PROBLEMS
from core.service.settings import Settings
from core.service.tally import KINDS
from pages.parts.review.seconds import seconds
from pages.words import EN, KO, fill
from pages.words.monitor import EN as EN_HOUR
from tests.processes import start_model
from tests.service.fakes import until

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder, **chosen):
    with wiring.running(wiring.build(Settings(data_dir=folder, **chosen))) as service:
        yield service


@pytest.fixture
def model():
    with start_model() as server:
        yield f"{server.url}/v1"


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return clean(app.switch_page("monitor.py").run())


def clean(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


@pytest.mark.parametrize(("lang", "say"), [("ko", KO), ("en", EN)])
def test_without_a_model_it_says_how_to_set_one(tmp_path, lang, say):
    with serving(tmp_path):
        app = page(lang=lang)

    assert app.info[0].value == say.connection_none
    assert not [button for button in app.button if button.key == "monitor_try"]
    assert all(f"`{one.base_url}`" in app.markdown[-1].value for one in PROVIDERS)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_click_tries_the_model_and_says_what_works(tmp_path, model, lang):
    with serving(tmp_path, openai_api_key="sk-very-secret", openai_base_url=model) as service:
        app = page(lang=lang)
        clean(app.button(key="monitor_try").click().run())
        until(lambda: service.connection.state.value.latest, 10)
        clean(app.run())
        told = service.connection.state.value.latest

        assert told.works
        assert not app.button(key="monitor_try").disabled
        for finding in told.findings:
            assert words.sentence(finding.rule, finding.facts, lang) in texts(app)
        assert "sk-very-secret" not in f"{app.main}"


def test_nobody_can_name_an_address_on_the_page(tmp_path, model):
    with serving(tmp_path, openai_base_url=model):
        app = page()

        assert [box.key for box in app.text_input] == ["shell_by"]
        assert not app.text_area
        assert model in texts(app)


# -- the last hour


def test_every_word_of_the_hour_is_said_or_built_from_what_there_is():
    folder = ROOT / "pages" / "parts"
    said = "".join(path.read_text("utf-8") for path in folder.rglob("*.js"))
    said += "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    built = {f"watch_{rule}" for rule in PROBLEMS} | {"watch_five", "watch_hour"}
    built |= {"watch_five_ago", "watch_hour_ago", *(f"trace_{phase}" for phase in PHASES)}
    built |= {f"error_{kind.lower()}" for kind in KINDS}
    words = [name for name in asdict(EN_HOUR) if name not in built]

    assert built <= set(asdict(EN_HOUR))
    assert [name for name in words if f".{name}" not in said and f'"{name}"' not in said] == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_runs_once_and_its_data_stays_the_same(tmp_path, lang):
    with serving(tmp_path):
        app = page(lang=lang)
        first, again = drawn(app), drawn(clean(app.run()))

    assert first == again
    assert json.loads(first)["path"] == "/live"


def drawn(app):
    (part,) = [one for one in app.main if one.type == "bidi_component" and "monitor" in one.key]
    return part.proto.json


# -- where an edit's seconds went


@pytest.mark.parametrize(("lang", "say"), [("ko", KO), ("en", EN)])
def test_where_the_seconds_went_is_told_by_phase_and_call(lang, say):
    calls = [Call("main", 0.1, 0.1, 0.3, 1.0, 2.0), Call("t3", 2.0, 2.5, 2.5, 3.0, 4.0)]

    told = dict(seconds(Trace(0.0, calls=calls, seconds=4.0), lang))

    assert told[say.trace_writing] == fill(say.trace_share, s="2.0", n=50)
    assert told[fill(say.trace_turn, n=3)] == fill(say.trace_call, at="2.0", s="2.0")
    assert say.trace_store not in told


def test_an_edit_without_a_model_has_no_such_lines():
    assert seconds(Trace(0.0, seconds=0.01), "ko") == []
