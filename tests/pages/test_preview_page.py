"""The preview page without a browser: what its component is given, and what a click leads to."""

import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.chapter.ops import Group, Price
from core.play.lesson import PRESETS, Lesson
from core.service import wiring
from core.service.acts import Taken
from core.service.settings import Settings
from pages.parts.play import play, sheets
from pages.parts.play.sight import Desk, sight
from pages.session import Session
from pages.words import KO

ROOT = Path(__file__).parents[2]
SEA = chapters.read((ROOT / "pages" / "samples" / "sea_park.json").read_bytes())
TWO = "2턴 뉴스: 모레는 파도가 잔잔하고 바람이 포근하대요.\n4턴 해파리 회전차 가격을 120으로 해 줘"


@pytest.fixture(autouse=True)
def service(tmp_path):
    with wiring.running(wiring.build(Settings(data_dir=tmp_path))) as service:
        yield service


@pytest.fixture
def id_(service) -> str:
    return service.library.open(SEA, "바다")


@pytest.fixture
def edit(service, id_) -> str:
    """A proposal of two units."""
    return asked(service, id_, TWO)


def asked(service, id_: str, request: str) -> str:
    edit = service.acts.ask(id_, request)
    until = time.monotonic() + 10
    while not (view := service.acts.view(edit)) or not view.over:
        assert time.monotonic() < until
        time.sleep(0.01)
    return edit


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("preview.py").run()
    assert not app.exception
    return app


def units(service, edit: str) -> list[str]:
    return [unit.id for unit in service.acts.preview(edit).units]


def verdicts(service, edit: str) -> dict[str, str]:
    return dict(service.acts.asked(edit).decisions.verdicts)


def test_without_a_chapter_it_says_where_to_open_one():
    app = page()

    assert app.info[0].value == KO.preview_none
    assert app.button(key="preview_open").label == KO.open_button


def test_it_draws_the_chapter_of_the_address(id_):
    app = page(chapter=id_)

    assert app.query_params["chapter"] == id_
    assert not app.info


def test_a_decided_proposal_leaves_the_address(service, id_, edit):
    service.acts.take(edit, rest=True)

    app = page(chapter=id_, edit=edit)

    assert "edit" not in app.query_params


def test_the_other_build_stays_chosen_on_every_run(id_):
    app = page(chapter=id_)

    app.selectbox(key=play.BUILD).set_value("2025-06").run()

    assert app.run().selectbox(key=play.BUILD).value == "2025-06"
    assert app.session_state["preview"] == Desk(profile="2025-06")


def test_the_editor_leads_here_and_back(id_):
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    app.query_params["chapter"] = id_
    app.run().button(key="edit_preview").click().run()
    assert not app.exception

    app.button(key="preview_edit").click().run()

    assert app.button(key="edit_preview").label == KO.preview


def seen(service, id_: str, edit: str = "", on: frozenset[str] | None = None):
    return sight(service.library.get(id_), Session("ko", id_, edit), on)


def test_the_component_is_given_json(service, id_, edit, monkeypatch):
    monkeypatch.setattr(play.actions, "session", lambda: Session("ko", id_, edit))
    look = seen(service, id_, edit)

    data = play.drawn(id_, 1, look, Session("ko", id_, edit))

    assert json.loads(json.dumps(data))["first"]["units"][1]["at"] == ["t4.s2.current_value"]
    assert data["edit"] == edit
    assert data["first"]["before"]["turns"][3]["stocks"][1]["price"] == 98
    assert data["first"]["after"]["turns"][3]["stocks"][1]["price"] == 120


def test_equal_looks_have_one_stamp_and_a_decision_another(service, id_, edit, monkeypatch):
    monkeypatch.setattr(play.actions, "session", lambda: Session("ko", id_, edit))
    one, two = (seen(service, id_, edit).stamp for _ in range(2))
    service.edits.decide(edit, {"verdicts": {units(service, edit)[0]: "rejected"}})

    assert one == two != seen(service, id_, edit).stamp


def test_what_is_on_is_taken_and_the_rest_stays_open(service, edit):
    _, price = units(service, edit)

    done = play.accept(edit, frozenset({price}))

    assert isinstance(done, Taken)
    assert done.opened.chapter.turns[3].stocks[1].price == 120
    assert done.opened.chapter.turns[1].text("news") == SEA.turns[1].text("news")
    assert [change.at for change in _changes(service, done.rest)] == ["t2.news"]
    assert verdicts(service, done.rest) == {}


def test_what_was_accepted_before_but_is_off_now_is_not_taken(service, edit):
    news, price = units(service, edit)
    service.edits.decide(edit, {"verdicts": {news: "accepted"}})

    done = play.accept(edit, frozenset({price}))

    assert done.opened.chapter.turns[1].text("news") == SEA.turns[1].text("news")
    assert [unit.at for unit in _changes(service, done.rest)] == ["t2.news"]


def test_words_that_were_picked_are_let_go_where_their_unit_is_off(service, edit):
    _, price = units(service, edit)
    service.edits.decide(edit, {"picks": {"t2.news": "ax"}})

    done = play.accept(edit, frozenset({price}))

    assert done.opened.chapter.turns[1].text("news") == SEA.turns[1].text("news")


def test_what_was_refused_stays_refused(service, edit):
    news, price = units(service, edit)
    service.edits.decide(edit, {"verdicts": {news: "rejected"}})

    done = play.accept(edit, frozenset({price}))

    assert done.rest == ""
    assert verdicts(service, edit)[news] == "rejected"


def test_a_version_of_somebody_else_is_kept_beside_what_is_taken(service, id_, edit):
    op = Price(op="price", at="t6.s3", to=90)
    service.library.take(id_, 1, (Group("g", (op,), "writer", ""),), "")

    done = play.accept(edit, frozenset(units(service, edit)))

    assert done.merged
    assert done.opened.chapter.turns[5].stocks[2].price == 90
    assert done.opened.chapter.turns[3].stocks[1].price == 120


def _changes(service, edit: str):
    return [change for unit in service.acts.preview(edit).units for change in unit.changes]


def test_lessons_are_ticked_added_and_removed(service, id_):
    app = page(chapter=id_)
    app.session_state["preview_lessons"] = True
    app.run()

    app.checkbox(key="preview_lessons_spread").check().run()
    app.button(key="preview_lessons_add").click().run()
    lessons = service.library.get(id_).lessons
    assert lessons == (PRESETS["spread"], Lesson("own", None, "mean", ">=", 2000))

    app.button(key="preview_lessons_remove_0").click().run()
    app.checkbox(key="preview_lessons_spread").uncheck().run()

    assert service.library.get(id_).lessons == ()
    assert not app.exception


def test_the_files_that_were_asked_for_are_offered_once(id_):
    app = page(chapter=id_)
    app.session_state["preview"].files = frozenset()

    app.run()

    assert not app.exception
    assert app.session_state["preview"].files is None


def test_the_class_is_told_as_json_with_its_seed(service, id_):
    told = json.loads(sheets._json(seen(service, id_)))

    assert told["after"]["class"]["players"] == 200
    assert told["after"]["class"]["seed"] == 1
    assert told["before"] is None
