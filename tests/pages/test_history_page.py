"""A chapter's history without a browser. Its list is JavaScript: here is what it is given."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.chapter.ops import DeleteTurn, Group, Op, Price, Rename, Set
from core.editing import editor
from core.service import wiring
from core.service.settings import Settings
from core.store import tables
from core.store.library import Version
from pages.parts.history import actions, tree
from pages.parts.history.past import act_words, listed
from pages.parts.history.singles import singles
from pages.words import EN, KO, fill

ROOT = Path(__file__).parents[2]
SEA = chapters.read((ROOT / "pages" / "samples" / "sea_park.json").read_bytes())
HOSTILE = "<img src=x onerror=alert(1)> $x$ **b** :red[r]"


@pytest.fixture(autouse=True)
def service(tmp_path):
    with wiring.running(wiring.build(Settings(data_dir=tmp_path))) as service:
        yield service


@pytest.fixture
def library(service):
    return service.library


@pytest.fixture
def id_(library):
    """A chapter with two versions, the second of three changes."""
    id_ = library.open(SEA, "바다")
    rename = Rename.model_validate({"op": "rename", "from": SEA.names[2], "to": "소라 매점"})
    price = Price(op="price", at="t3.s2", to=111)
    taken(library, id_, 1, news("t2", "첫 소식이에요."), price, rename)
    return id_


def news(at: str, text: str) -> Set:
    return Set(op="set", at=f"{at}.news", to=text)


def taken(library, id_: str, base: int, *ops: Op, branch: str = "", request: str = "두근두근하게"):
    groups = [Group(f"g{n}", (op,), "writer", "") for n, op in enumerate(ops, 1)]
    return library.take(id_, base, groups, request, author="지우", branch=branch)


def page(chapter: str = "", **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    for name, value in {"chapter": chapter, **query}.items():
        app.query_params[name] = value
    app.run()
    return clean(app.switch_page("history.py").run())


def with_desk(app: AppTest, chapter: str, **facts) -> AppTest:
    app.session_state["history"] = actions.Desk(chapter, **facts)
    return clean(app.run())


def clean(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in (*app.text, *app.caption))


def version(number: int, parent: int | None = None, **facts) -> Version:
    told = {"other": None, "act": "take" if parent else "open", "author": "", "request": ""}
    told |= {"at": 1.0, "hash": "f" * 64, "name": "", "places": 1}
    return Version(**{"number": number, "parent": parent, **told, **facts})


# -- the page


def test_without_an_open_chapter_the_way_leads_to_the_library():
    app = page()

    assert app.info[0].value == KO.past_none
    assert app.button(key="history_library").label == KO.past_to_library


def test_an_unknown_branch_in_the_address_is_the_first_one(id_):
    app = page(id_)
    app.session_state["session"].branch = "없는 갈래"
    clean(app.run())

    assert app.query_params["chapter"] == id_
    assert "branch" not in app.query_params


def test_the_name_of_the_writer_stays_in_the_address(id_):
    app = clean(page(id_).text_input(key="shell_by").set_value(f"  {HOSTILE}  {'x' * 99}").run())

    assert app.query_params["by"].startswith("<img src=x")
    assert len(app.query_params["by"]) <= 40


def test_another_branch_is_turned_to(library, id_):
    library.branch(id_, HOSTILE, 1)
    app = page(id_)
    assert app.selectbox[0].value == ""

    clean(app.selectbox[0].set_value(HOSTILE).run())

    assert app.query_params["branch"] == HOSTILE
    assert clean(page(id_, branch=HOSTILE)).selectbox[0].value == HOSTILE


def test_the_record_is_checked_and_said_to_be_whole(id_):
    app = clean(page(id_).button(key="history_verify").click().run())

    assert fill(KO.past_whole, n=2) in texts(app)
    clean(app.button(key="history_unchecked").click().run())
    assert fill(KO.past_whole, n=2) not in texts(app)


def test_a_record_that_was_changed_is_found_out(service, id_):
    with service.database.write() as connection:
        connection.execute(update(tables.log).values(author="누군가"))

    app = clean(page(id_).button(key="history_verify").click().run())

    assert fill(KO.past_whole, n=2) not in texts(app)
    assert fill(KO.past_broken_at, n=1) in texts(app)


def test_a_version_is_given_a_name(library, id_):
    app = with_desk(page(id_), id_, asked=actions.Question("name", 2))

    app.text_input(key=actions.NAME).set_value(HOSTILE)
    clean(app.button(key="history_name_save").click().run())

    assert library.versions(id_)[1].name == HOSTILE


def test_a_branch_is_started_and_turned_to(library, id_):
    app = with_desk(page(id_), id_, asked=actions.Question("fork", 1))

    app.text_input(key=actions.NAME).set_value("짧은 판")
    clean(app.button(key="history_fork_save").click().run())

    assert library.get(id_, "짧은 판").version.number == 1
    assert app.query_params["branch"] == "짧은 판"


def test_a_branch_of_the_same_name_is_refused_with_a_sentence(library, id_):
    library.branch(id_, "짧은 판", 1)
    app = with_desk(page(id_), id_, asked=actions.Question("fork", 1))

    app.text_input(key=actions.NAME).set_value("짧은 판")
    clean(app.button(key="history_fork_save").click().run())

    assert "짧은 판" in texts(app)
    assert "branch" not in app.query_params


def test_two_versions_are_compared(library, id_):
    taken(library, id_, 2, news("t4", "둘째 소식이에요."))
    app = page(id_)
    with_desk(app, id_, looking=(1, 3))

    assert app.selectbox(key=actions.ONE).value == 1
    clean(app.button(key="history_swap").click().run())
    assert app.selectbox(key=actions.ONE).value == 3
    clean(app.selectbox(key=actions.TWO).set_value(3).run())
    assert app.info[0].value == KO.past_same
    clean(app.button(key="history_back").click().run())

    assert not app.subheader


def test_single_changes_are_listed_and_one_is_undone(library, id_):
    app = with_desk(page(id_), id_, undoing=2)
    assert [box.label for box in app.checkbox] == [
        fill(KO.past_undo_change, n=n) for n in (1, 2, 3)
    ]
    assert app.button(key="history_undo").disabled

    number = next(n for n, text in enumerate(lines(app), 1) if "첫 소식" in text)
    clean(app.checkbox(key=f"{actions.CHOSEN}_2_{number}").check().run())
    assert KO.past_undo_free in texts(app)
    clean(app.button(key="history_undo").click().run())

    after = library.get(id_).chapter
    assert after.turns[1].text("news") == SEA.turns[1].text("news")
    assert after.names[2] == "소라 매점"
    assert library.get(id_).version.act == "revert"


def lines(app: AppTest) -> list[str]:
    """What is told of each change that can be chosen."""
    return [text.value for text in app.text if "→" in text.value]


def test_what_was_changed_again_is_named_before_the_button(library, service, id_):
    taken(library, id_, 2, news("t2", f"나중 소식 {HOSTILE}"))
    app = with_desk(page(id_), id_, undoing=2)

    clean(app.button(key="history_all_1").click().run())
    said = [text.value for text in app.text]
    assert any("나중 소식" in text for text in said)
    clean(app.button(key="history_undo").click().run())

    assert library.get(id_).version.number == 3
    assert service.acts.asked(app.query_params["edit"]).state == "open"


def test_a_restored_version_can_only_be_undone_as_a_whole(library, id_):
    library.restore(id_, 1)
    app = with_desk(page(id_), id_, undoing=3)

    assert KO.past_undo_none in texts(app)
    assert app.button(key="history_undo").label == KO.past_undo_whole
    clean(app.button(key="history_undo").click().run())

    assert library.get(id_).chapter.names[2] == "소라 매점"


def test_the_history_of_another_chapter_forgets_what_was_looked_at(library, id_):
    app = with_desk(page(id_), library.open(SEA, "다른 것"), undoing=2)

    assert not app.checkbox


# -- single changes in words


def told(*ops: Op, lang: str = "ko") -> list[str]:
    groups = [Group(f"g{n}", (op,), "writer", "") for n, op in enumerate(ops, 1)]
    return [single.text for single in singles(editor.proposal(SEA, groups), lang)]


def test_a_change_is_told_with_its_place_and_both_values():
    (text,) = told(news("t2", "새 소식이에요."))

    assert text.startswith("2턴 뉴스\n“")
    assert text.endswith("→ “새 소식이에요.”")


def test_a_price_is_told_in_coins():
    (text,) = told(Price(op="price", at="t3.s2", to=111))

    assert text.startswith(f"3턴 {SEA.names[1]} 가격")
    assert text.endswith("→ 111냥")


def test_a_rename_is_told_once_for_all_turns():
    rename = Rename.model_validate({"op": "rename", "from": SEA.names[0], "to": "물개 공연"})
    (text,) = told(rename)

    assert text.startswith("이름 바꾸기, ")
    assert text.endswith(f"“{SEA.names[0]}” → “물개 공연”")


def test_a_risk_level_is_told_for_all_turns():
    (text,) = told(Set(op="set", at="s1.risk_level", to="중위험 균형형"))

    assert text.startswith(f"모든 턴 {SEA.names[0]} 위험 등급")


def test_a_removed_turn_is_told_as_a_whole():
    (text,) = told(DeleteTurn(op="delete_turn", at="t5"))

    assert KO.turn_removed in text


def test_an_emptied_text_is_told_as_nothing():
    (text,) = told(news("t2", ""), lang="en")

    assert text.endswith(f"→ {EN.past_gone}")


# -- the tree


def test_a_straight_line_needs_one_lane():
    drawn = tree.rows([version(1), version(2, 1), version(3, 2)], {"": 3})

    assert [row.version.number for row in drawn] == [3, 2, 1]
    assert tree.width(drawn) == 1
    assert [(row.above, row.below) for row in drawn] == [
        ((), ((0, 0),)),
        (((0, 0),), ((0, 0),)),
        (((0, 0),), ()),
    ]
    assert not any(row.forked or row.undone for row in drawn)


def test_a_branch_runs_beside_and_says_where_it_came_from():
    drawn = tree.rows([version(1), version(2, 1), version(3, 1)], {"": 2, "짧은 판": 3})

    three, two, one = drawn
    assert (three.lane, two.lane) == (0, 1)
    assert set(one.above) == {(0, 0), (1, 0)}
    assert (three.heads, three.forked, two.forked) == (("짧은 판",), True, False)


def test_a_merge_has_lines_to_both_that_it_came_from():
    merged = version(4, 2, act="merge", other=3)
    drawn = tree.rows([version(1), version(2, 1), version(3, 1), merged], {"": 4})

    assert len(drawn[0].below) == 2
    assert tree.width(drawn) == 2
    assert not any(row.undone for row in drawn)


def test_what_was_undone_is_marked_and_is_no_fork():
    drawn = tree.rows([version(1), version(2, 1), version(3, 1)], {"": 3})

    assert [row.undone for row in drawn] == [False, True, False]
    assert not any(row.forked for row in drawn)


def test_lines_go_on_from_row_to_row():
    """What leaves a row below arrives at the next one above."""
    made = [version(1)]
    for number in range(2, 60):
        merge = number % 7 == 0
        other = max(1, number - 5) if merge else None
        act = "merge" if merge else "take"
        made.append(version(number, max(1, number - 1 - number % 3), act=act, other=other))

    drawn = tree.rows(made, {"": 59})

    for upper, lower in pairwise(drawn):
        assert {to for _, to in upper.below} == {at for at, _ in lower.above}
    assert drawn[-1].below == ()


def test_the_list_offers_what_can_be_done_with_each_version():
    versions = [version(1), version(2, 1), version(3, 1)]

    rows = listed(versions, {"": 2, "b": 3}, "", "ko")["rows"]

    kinds = {row["number"]: {kind for kind, _ in row["acts"]} for row in rows}
    assert kinds[1] == {"look", "restore", "fork", "name"}
    assert kinds[2] == {"look", "pick", "fork", "name"}
    assert kinds[3] == {"look", "restore", "merge", "fork", "name"}


def test_the_first_version_alone_has_nothing_to_compare_with():
    (row,) = listed([version(1)], {"": 1}, "", "ko")["rows"]

    assert [kind for kind, _ in row["acts"]] == ["fork", "name"]


def test_the_list_is_given_texts_as_they_are():
    data = listed([version(1, name=HOSTILE, request=HOSTILE * 20)], {"": 1}, "", "en")

    (row,) = data["rows"]
    assert row["name"] == HOSTILE
    assert row["request"].endswith("…")
    json.dumps(data)


@pytest.mark.parametrize("act", ["open", "take", "repair", "revert", "merge", "restore", "lock"])
def test_how_a_version_came_to_be_is_said_in_words(act):
    for lang in ("ko", "en"):
        said = act_words(version(4, 3, act=act, other=2), lang)
        assert said
        assert "{" not in said
