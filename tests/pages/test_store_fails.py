"""Every page while the database cannot be used: a sentence, and all is there again afterwards."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.service import wiring
from core.service.settings import Settings

ROOT = Path(__file__).parents[2]
SEA = chapters.read((ROOT / "pages" / "samples" / "sea_park.json").read_bytes())
REQUEST = "3턴 조개 매점 가격을 110으로"


@pytest.fixture
def service(tmp_path):
    with wiring.running(wiring.build(Settings(data_dir=tmp_path))) as service:
        # Who looks at the store by the clock might open it between its end and what replaces it.
        service.store.stop()
        service.looks.stop()
        yield service


def page(chapter: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    app.query_params["chapter"] = chapter
    return app.run()


def broken(service) -> bytes:
    """Put something else in the database's place, and give what was there."""
    service.database.close()
    before = service.database.file.read_bytes()
    service.database.file.write_bytes(b"no database" * 1000)
    return before


def mended(service, before: bytes) -> None:
    service.database.close()
    service.database.file.write_bytes(before)


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(text.value for text in app.text)


@pytest.mark.parametrize("name", ["edit", "library", "history"])
def test_a_page_says_that_the_store_is_damaged_and_comes_back(service, name):
    id_ = service.library.open(SEA, "바다")
    app = page(id_)
    app.switch_page(f"{name}.py").run()
    before = broken(service)

    app.run()
    assert "망가져 있어요" in told(app)

    mended(service, before)
    app.button(key="shell_again").click().run()
    assert "망가져 있어요" not in told(app)
    assert app.query_params["chapter"] == id_


def test_a_request_stays_in_the_box_while_the_store_is_away(service):
    app = page(service.library.open(SEA, "바다"))
    before = broken(service)

    app.chat_input[0].set_value(REQUEST).run()
    assert "망가져 있어요" in told(app)

    mended(service, before)
    app.button(key="shell_again").click().run()
    assert app.chat_input[0].proto.value == REQUEST
    assert "망가져 있어요" in told(app)
    assert not app.run().exception


@pytest.mark.parametrize("key", ["edit_undo", "edit_redo"])
def test_a_click_that_the_store_refuses_is_told(service, key):
    id_ = service.library.open(SEA, "바다")
    edit = service.acts.ask(id_, REQUEST)
    while not service.acts.view(edit).over:
        pass
    service.acts.take(edit, rest=True)
    if key == "edit_redo":
        service.library.undo(id_)
    app = page(id_)
    before = broken(service)

    app.button(key=key).click().run()
    assert "망가져 있어요" in told(app)

    mended(service, before)
    assert not app.run().exception
