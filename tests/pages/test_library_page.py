"""The library's page without a browser. Its list is JavaScript: what it is given is tested here."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.chapter.ops import Group, Set
from core.service import wiring
from core.service.settings import Settings
from core.store.library import Entry
from pages.parts.library import actions
from pages.parts.library.shelf import listed
from pages.words import EN, KO, fill

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "pages" / "samples"
SEA = chapters.read((SAMPLES / "sea_park.json").read_bytes())
HOSTILE = "<img src=x onerror=alert(1)> $x$ **b** :red[r]"


@pytest.fixture(autouse=True)
def service(tmp_path):
    with wiring.running(wiring.build(Settings(data_dir=tmp_path))) as service:
        yield service


@pytest.fixture
def library(service):
    return service.library


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return clean(app.switch_page("library.py").run())


def clean(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


def desk(app: AppTest) -> actions.Desk:
    return app.session_state["library"]


def entry(**facts) -> Entry:
    told = {"id": "a", "name": "바다", "changed_at": 1.0, "removed_at": None, "versions": 2}
    told |= {"turns": 7, "stocks": ("가", "나"), "author": "", "hit": ""}
    return Entry(**{**told, **facts})


def test_an_empty_library_says_how_a_chapter_gets_in():
    app = page()

    assert app.header[0].value == KO.library
    assert app.info[0].value == KO.shelf_empty


def test_chapters_are_counted_and_found_by_their_texts(library):
    library.open(SEA, "바다")
    library.open(chapters.read((SAMPLES / "space_post.json").read_bytes()), "우주")

    app = page()
    assert fill(KO.shelf_count, n=2) in [caption.value for caption in app.caption]
    clean(app.text_input(key=actions.FIND).set_value("해파리").run())
    assert fill(KO.shelf_count, n=1) in [caption.value for caption in app.caption]
    clean(app.text_input(key=actions.FIND).set_value("없는말").run())

    assert app.info[0].value == KO.shelf_none


def test_a_request_that_was_taken_is_found(library):
    id_ = library.open(SEA, "바다")
    group = Group("g1", (Set(op="set", at="t2.news", to="새 소식이에요."),), "writer", "")
    library.take(id_, 1, [group], "두근두근하게")

    app = clean(page().text_input(key=actions.FIND).set_value("두근두근").run())

    assert fill(KO.shelf_count, n=1) in [caption.value for caption in app.caption]


def test_the_bin_shows_what_was_removed(library):
    library.remove(library.open(SEA, "바다"))

    app = page()
    assert app.info[0].value == KO.shelf_empty
    clean(app.segmented_control(key=actions.VIEW).set_value("bin").run())

    assert fill(KO.shelf_count, n=1) in [caption.value for caption in app.caption]
    assert not app.expander


def test_a_removed_chapter_comes_back_with_one_click(library):
    id_ = library.open(SEA, HOSTILE)
    library.remove(id_)
    app = page()
    app.session_state["library"] = actions.Desk(removed=id_, removed_name=HOSTILE)
    clean(app.run())

    assert HOSTILE in texts(app)
    clean(app.button(key="library_unremove").click().run())

    assert library.get(id_)
    assert app.toast[0].value == KO.shelf_recovered
    assert KO.shelf_removed not in texts(app)


def test_a_new_name_is_given_in_a_dialog(library):
    id_ = library.open(SEA, "바다")
    app = page()
    app.session_state["library"] = actions.Desk(asked=actions.Asked("rename", id_, "바다"))
    app.session_state[actions.NAME] = "바다"
    clean(app.run())

    app.text_input(key=actions.NAME).set_value(HOSTILE)
    clean(app.button(key="library_rename").click().run())

    assert library.get(id_).name == HOSTILE


def test_a_name_without_letters_is_refused_with_a_sentence(library):
    id_ = library.open(SEA, "바다")
    app = page()
    app.session_state["library"] = actions.Desk(asked=actions.Asked("rename", id_, "바다"))
    clean(app.run())

    app.text_input(key=actions.NAME).set_value("  \u202e ")
    clean(app.button(key="library_rename").click().run())

    assert library.get(id_).name == "바다"
    assert "이름" in texts(app)


def test_deleting_for_good_is_asked_once_more(library):
    id_ = library.open(SEA, HOSTILE)
    library.remove(id_)
    app = page()
    app.session_state["library"] = actions.Desk(asked=actions.Asked("purge", id_, HOSTILE))
    clean(app.run())
    assert HOSTILE in texts(app)
    assert library.find(removed=True)

    clean(app.button(key="library_purge").click().run())

    assert library.find(removed=True) == ()


def test_many_files_are_opened_and_the_others_told_with_a_reason(library):
    app = page()
    body = {"chapterId": "1", "story": SEA.text, "editRequest": "짧게"}
    files = [
        ("바다.json", SEA.text.encode(), "application/json"),
        ("본문.json", json.dumps(body).encode(), "application/json"),
        ("울타리.md", f"```json\n{SEA.text}\n```".encode(), "text/markdown"),
        ("utf16.txt", SEA.text.encode("utf-16"), "text/plain"),
        ("깨짐 <img src=x>.json", b'[{"a": 1,,}]', "application/json"),
        ("그림.png", b"\x89PNG\r\n\x1a\n\xff", "image/png"),
        ("빈.json", b"", "application/json"),
    ]

    app.file_uploader(key=f"{actions.FILES}_0").set_value(files)
    clean(app.run())

    assert {one.name for one in library.find()} == {"바다", "본문", "울타리", "utf16"}
    assert "깨짐 <img src=x>.json" in texts(app)
    assert texts(app).count("\n") >= 3
    assert desk(app).opened == 4
    assert len(desk(app).failed) == 3
    clean(app.button(key="library_came_close").click().run())
    assert "깨짐" not in texts(app)


def test_the_whole_library_is_one_archive(library):
    library.open(SEA, "바다")
    library.open(SEA, "바다")
    library.remove(library.open(SEA, "버림"))

    names = zipfile.ZipFile(io.BytesIO(actions.archive())).namelist()

    assert sorted(names) == ["library.json", "바다 (2).json", "바다.json"]


def test_the_list_is_given_names_as_they_are_and_its_words():
    data = listed([entry(name=HOSTILE, hit="방패를")], " 방패 ", "a", "ko")

    (row,) = data["rows"]
    assert (row["name"], row["here"], row["hit"]) == (HOSTILE, True, "방패를")
    assert data["query"] == "방패"
    assert data["words"]["shelf_open"] == KO.shelf_open
    json.dumps(data)


def test_the_list_is_the_same_until_something_in_it_changes():
    one = listed([entry()], "", "", "ko")

    assert listed([entry()], "", "", "ko") == one
    assert listed([entry(name="숲")], "", "", "ko")["stamp"] != one["stamp"]
    assert listed([entry()], "", "", "en")["words"]["shelf_open"] == EN.shelf_open


def test_a_chapter_with_many_stocks_names_a_few():
    data = listed([entry(stocks=tuple("가나다라마바사아"))], "", "", "ko")

    assert data["rows"][0]["stocks"] == [*"가나다라마바", "…"]


def test_a_row_in_the_bin_tells_when_it_was_thrown_away():
    data = listed([entry(removed_at=9.0)], "", "", "ko")

    assert (data["bin"], data["rows"][0]["at"]) == (True, 9.0)
