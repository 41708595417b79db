"""The edit page without a browser: what a click leads to. The parts' JavaScript is tested e2e."""

import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.chapter import chapter as chapters
from core.service import wiring
from core.service.settings import Settings
from pages.words import KO

ROOT = Path(__file__).parents[2]
SEA = (ROOT / "pages" / "samples" / "sea_park.json").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def service(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with wiring.running(wiring.build(settings)) as service:
        yield service


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def clean(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def opened() -> AppTest:
    return clean(page().button(key="open_sea_park").click().run())


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in app.text)


def test_a_new_tab_asks_for_a_chapter():
    app = clean(page())

    assert app.header[0].value == "어떤 챕터를 고칠까요?"
    assert app.text_area(key="open_text").value == ""


def test_a_pasted_chapter_opens_and_its_id_goes_into_the_address(service):
    app = page()
    app.text_area(key="open_text").set_value(SEA)
    clean(app.button(key="open_paste").click().run())

    id_ = app.query_params["chapter"]
    assert service.library.get(id_).chapter.text == SEA


def test_what_is_no_chapter_stays_in_the_box_and_the_place_is_shown():
    broken = '[\n  {"turn_number": 1,, "news": "가"}\n]'
    app = page()
    app.text_area(key="open_text").set_value(broken)
    clean(app.button(key="open_paste").click().run())

    assert app.text_area(key="open_text").value == broken
    assert "2줄 21칸" in texts(app)
    assert app.code[0].value.split("\n")[1].endswith("^")


def test_an_api_body_offers_its_request():
    app = page()
    body = {"chapterId": "1111", "story": SEA, "editRequest": "3턴을 지워줘"}
    app.text_area(key="open_text").set_value(json.dumps(body, ensure_ascii=False))
    clean(app.button(key="open_paste").click().run())

    assert app.chat_input[0].proto.value == "3턴을 지워줘"


def test_without_a_model_the_page_says_which_edits_work():
    app = opened()

    assert "OPENAI_API_KEY" in app.info[0].value


def test_a_request_becomes_an_edit_in_the_address_and_a_reload_keeps_it(service):
    app = opened()
    app.chat_input[0].set_value("4턴 해파리 회전차 가격을 120으로 해줘").run()
    clean(app)
    edit = app.query_params["edit"]
    chapter = app.query_params["chapter"]

    again = clean(page(chapter=chapter, edit=edit))

    assert service.desk.view(edit) is not None
    assert again.query_params["edit"] == edit


def test_a_chapter_that_the_server_lost_is_asked_for_again():
    app = clean(page(chapter="gone", edit="gone"))

    assert "chapter" not in app.query_params
    assert app.toast[0].value == "이 챕터는 서버에 남아 있지 않아요. 다시 열어 주세요."


@pytest.mark.parametrize("branch", ["", "갈래"])
def test_an_edit_of_another_chapter_or_branch_is_not_offered_here(service, branch):
    other = service.library.open(chapters.read(SEA), "다른 챕터")
    service.library.branch(other, "갈래", 1)
    edit = service.acts.ask(other, "3턴을 지워줘", branch=branch)
    here = other if branch else opened().query_params["chapter"]

    app = clean(page(chapter=here, edit=edit))

    assert "edit" not in app.query_params
    assert not app.chat_input[0].proto.value or branch


def test_a_lost_edit_leaves_the_chapter_open():
    chapter = opened().query_params["chapter"]

    app = clean(page(chapter=chapter, edit="gone"))

    assert app.query_params["chapter"] == chapter
    assert "edit" not in app.query_params


def test_markup_in_a_name_stays_text(service):
    hostile = SEA.replace("돌고래 쇼", "<img src=x onerror=alert(1)> $x$ :red[a]")
    app = page()
    app.text_area(key="open_text").set_value(hostile)
    clean(app.button(key="open_paste").click().run())

    shown = [element.value for element in app.markdown]
    assert not any("onerror" in value for value in shown)


def test_the_language_can_be_switched():
    app = page()
    app.segmented_control(key="shell_lang").set_value("en").run()

    assert clean(app).header[0].value == "Which chapter shall we edit?"
    assert app.query_params["lang"] == "en"


def asked(app: AppTest, request: str) -> AppTest:
    app.chat_input[0].set_value(request).run()
    settled(app.query_params["edit"])
    return clean(app.run())


def settled(edit: str) -> None:
    until = time.monotonic() + 10
    while not (view := wiring.current().acts.view(edit)) or not view.over:
        assert time.monotonic() < until
        time.sleep(0.01)


def kept(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.key == "edit_back"]


def anew(app: AppTest, request: str) -> AppTest:
    """Asked beside the proposal under review, not in going on from it."""
    clean(app.segmented_control(key="edit_fresh").set_value("new").run())
    return asked(app, request)


def offered(app: AppTest) -> set[str]:
    return {change.at for change in view_of(app).proposal.applied.changes}


def view_of(app: AppTest):
    return wiring.current().acts.view(app.query_params["edit"])


def test_a_request_goes_on_from_the_proposal_under_review():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    first = app.query_params["edit"]

    asked(app, "5턴 뉴스를 비워줘")

    assert offered(app) >= {"t4.s2.current_value", "t5.news"}
    assert wiring.current().acts.asked(first).state == "discarded"
    assert not kept(app)


def test_a_number_in_a_request_decides_on_the_change_that_has_it():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    asked(app, "5턴 뉴스를 비워줘")

    asked(app, "두 번째는 빼줘")

    view = view_of(app)
    row = wiring.current().acts.asked(app.query_params["edit"])
    assert sorted(row.decisions.verdicts.values()) == ["rejected"]
    assert view.outcome != "failed"


def test_a_request_asked_anew_leaves_a_way_back_to_the_proposal_under_review():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    first = app.query_params["edit"]
    assert not kept(app)

    anew(app, "5턴 뉴스를 비워줘")
    second = app.query_params["edit"]
    assert kept(app) == [KO.back_edit]
    clean(app.button(key="edit_back").click().run())

    assert app.query_params["edit"] == first
    clean(app.button(key="edit_back").click().run())
    assert app.query_params["edit"] == second


def test_the_way_back_survives_a_reload():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    first = app.query_params["edit"]
    anew(app, "오늘 점심 뭐 먹지?")

    again = page(**{name: app.query_params[name] for name in ("chapter", "edit", "back")})
    clean(again.button(key="edit_back").click().run())

    assert again.query_params["edit"] == first
    assert not kept(again)


def test_a_proposal_for_an_older_version_is_merged_into_the_present_one():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    first = app.query_params["edit"]
    anew(app, "5턴 뉴스를 비워줘")
    acts = wiring.current().acts
    acts.take(app.query_params["edit"], rest=True)
    clean(app.run())

    clean(app.button(key="edit_back").click().run())
    done = acts.take(first, rest=True)

    assert done.merged
    assert done.opened.chapter.turns[4].text("news") == ""
    assert done.opened.chapter.turns[3].stocks[1].price == 120


def test_a_proposal_survives_a_restart_with_its_decisions(service, tmp_path):
    settings = Settings(data_dir=tmp_path)
    with wiring.running(wiring.build(settings)) as first:
        app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
        ids = {name: app.query_params[name] for name in ("chapter", "edit")}
        group = view_of(app).proposal.groups[0].id
        first.edits.decide(ids["edit"], {"verdicts": {group: "accepted"}})

    with wiring.running(wiring.build(settings)) as second:
        again = clean(page(**ids))
        row = second.acts.asked(ids["edit"])

        assert again.query_params["edit"] == ids["edit"]
        assert row.decisions.verdicts == {group: "accepted"}
        assert second.acts.view(ids["edit"]).proposal.applied.changes


def test_an_edit_that_a_stop_cut_off_gives_its_request_back(tmp_path):
    with wiring.running(wiring.build(Settings(data_dir=tmp_path))) as service:
        chapter = opened().query_params["chapter"]
        service.edits.begin("cut-off", chapter, "", 1, "5턴 뉴스를 비워줘")

        app = clean(page(chapter=chapter, edit="cut-off"))

        assert app.chat_input[0].proto.value == "5턴 뉴스를 비워줘"
        assert app.toast[0].value == KO.lost_edit


def test_another_chapter_leaves_a_way_back_to_the_first():
    app = asked(opened(), "4턴 해파리 회전차 가격을 120으로 해줘")
    first, edit = app.query_params["chapter"], app.query_params["edit"]
    clean(app.button(key="edit_open").click().run())
    clean(app.button(key="open_forest_library").click().run())
    assert app.query_params["chapter"] != first

    assert kept(app) == [KO.back_chapter]
    clean(app.button(key="edit_back").click().run())

    assert (app.query_params["chapter"], app.query_params["edit"]) == (first, edit)


def test_an_address_with_a_way_back_to_nowhere_is_harmless():
    chapter = opened().query_params["chapter"]

    app = clean(page(chapter=chapter, back="x.y,.,,z"))

    assert not kept(app)


def test_an_unknown_branch_in_the_address_is_the_first_one_and_is_said():
    chapter = opened().query_params["chapter"]

    app = clean(page(chapter=chapter, branch="없는 갈래"))

    assert app.query_params["chapter"] == chapter
    assert "branch" not in app.query_params
    assert app.toast[0].value == KO.lost_branch


def test_the_way_back_leads_to_the_branch_that_was_left(service):
    app = asked(opened(), "5턴 뉴스를 비워줘")
    chapter, branch = app.query_params["chapter"], "짧은, 판.2"
    service.library.branch(chapter, branch, 1)
    on_branch = asked(clean(page(chapter=chapter, branch=branch)), "4턴을 지워줘")
    clean(on_branch.button(key="edit_open").click().run())
    clean(on_branch.button(key="open_space_post").click().run())

    again = page(**{name: on_branch.query_params[name] for name in ("chapter", "back")})
    clean(again.button(key="edit_back").click().run())

    assert again.query_params["branch"] == branch
    assert again.query_params["chapter"] == chapter


def test_a_proposal_that_waits_is_offered_beside_the_chapter():
    app = asked(opened(), "5턴 뉴스를 비워줘")
    edit = app.query_params["edit"]

    again = clean(page(chapter=app.query_params["chapter"]))
    clean(again.button(key="edit_resume").click().run())

    assert again.query_params["edit"] == edit


def test_a_writer_gives_their_name_where_they_take_changes():
    app = clean(opened().text_input(key="shell_by").set_value("  민지   선생님 ").run())

    assert app.query_params["by"] == "민지 선생님"
