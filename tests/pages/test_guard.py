"""The edit page warns when a proposal turns around what the chapter teaches."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.chapter.ops import Group, Price
from core.play.lesson import Lesson
from core.service import wiring
from core.service.settings import Settings
from pages.words import KO

ROOT = Path(__file__).parents[2]
SEA = (ROOT / "pages" / "samples" / "sea_park.json").read_text("utf-8")
MIDDLE = Lesson("own", "all_mid", "losing", "<=", 0.5)
"""All into the middle risk does not lose: so until its last price falls."""


@pytest.fixture(scope="module", autouse=True)
def service(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with wiring.running(wiring.build(settings)) as service:
        yield service


@pytest.fixture
def opened(service):
    return service.library.get(service.library.open(chapters.read(SEA), "바다"))


def proposed(service, opened, to: int) -> str:
    last = len(opened.chapter.turns)
    group = Group("price", (Price(op="price", at=f"t{last}.s2", to=to),), "writer", "")
    return service.acts.offer(opened.id, opened.version.number, (group,), "가격")


def page(opened, edit: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    app.query_params["chapter"], app.query_params["edit"] = opened.id, edit
    app.run()
    assert not app.exception
    return app


def warned(app: AppTest) -> bool:
    return any(KO.guard_title in one.value for one in app.markdown)


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


def test_a_lesson_that_is_turned_around_is_said(service, opened):
    service.library.teach(opened.id, [MIDDLE])

    app = page(opened, proposed(service, opened, 40))

    assert warned(app)
    assert "뒤집" in said(app)


def test_a_lesson_that_still_holds_is_not_spoken_of(service, opened):
    service.library.teach(opened.id, [MIDDLE])

    assert not warned(page(opened, proposed(service, opened, 130)))


def test_a_lesson_that_never_held_is_not_this_edits_fault(service, opened):
    service.library.teach(opened.id, [Lesson("own", "all_mid", "losing", ">=", 0.5)])

    assert not warned(page(opened, proposed(service, opened, 130)))


def test_a_change_that_is_refused_turns_nothing_around(service, opened):
    service.library.teach(opened.id, [MIDDLE])
    edit = proposed(service, opened, 40)
    (unit,) = service.acts.preview(edit).units

    service.edits.decide(edit, {"verdicts": {unit.id: "rejected"}})

    assert not warned(page(opened, edit))


def test_without_lessons_nothing_is_guarded(service, opened):
    assert not warned(page(opened, proposed(service, opened, 40)))
