"""The status page without a browser: the model's connection, set by the operator and tried here."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import words
from core.editing.providers import PROVIDERS
from core.service import wiring
from core.service.settings import Settings
from pages.words import EN, KO
from tests.processes import start_model
from tests.service.fakes import until

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder, **chosen):
    with wiring.running(wiring.build(Settings(data_dir=folder, **chosen))) as service:
        yield service
        service.desk.stop()


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
