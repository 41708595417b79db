"""Two writers on one chapter, two versions beside each other, what is locked, and what is said."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

from pages.words import KO, fill
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.test_review import Reviewer
from tests.e2e.writer import ARRIVE_MS
from tests.processes import Server

BASE = "내일은 파도가 잔잔하고 햇볕이 포근하대요."
OTHERS = "내일은 파도가 높고 바람이 세대요."
MINE = "내일은 온종일 비가 온대요."


@pytest.fixture
def writer(plain_tab: Tab) -> Reviewer:
    return Reviewer(plain_tab)


@pytest.fixture
def other(browser: Browser, plain_app: Server) -> Iterator[Reviewer]:
    """Another writer, at another machine."""
    context = browser.new_context(locale="ko-KR", reduced_motion="reduce")
    tab = Tab(context.new_page(), plain_app)
    yield Reviewer(tab)
    tab.close()
    context.close()


def beside(writer: Reviewer, other: Reviewer) -> None:
    """The other one opens the same chapter."""
    chapter = parse_qs(urlsplit(writer.page.url).query)["chapter"][0]
    other.tab.open(f"/?chapter={chapter}")


def clash(writer: Reviewer, other: Reviewer) -> None:
    """Both write the news of turn 2; the other one takes first."""
    writer.propose(f"2턴 뉴스: {MINE}\n5턴 뉴스를 비워 줘")
    beside(writer, other)
    other.ask(f"2턴 뉴스: {OTHERS}")
    other.reviewed()
    other.take_all()
    writer.page.get_by_role("button", name=KO.take_all).click()
    expect(writer.page.locator(".row.clashing")).to_have_count(1, timeout=ARRIVE_MS)
    writer.tab.idle()


def test_two_writers_in_different_places_both_get_what_they_wrote(
    writer: Reviewer, other: Reviewer
) -> None:
    writer.propose(f"2턴 뉴스: {MINE}")
    beside(writer, other)
    other.ask("5턴 뉴스를 비워 줘")
    other.reviewed()
    other.take_all()

    writer.take_all()

    turns = writer.texts()
    assert (turns[1]["news"], turns[4]["news"]) == (MINE, "")


def test_a_place_that_both_changed_is_asked_before_anything_is_taken(
    writer: Reviewer, other: Reviewer
) -> None:
    clash(writer, other)
    row = writer.page.locator(".row.clashing")

    expect(writer.heading()).to_have_text(KO.outcome_conflict)
    expect(row).to_contain_text(BASE)
    expect(row.locator(".side.a")).to_contain_text("파도가 높고 바람이 세")
    expect(writer.page.locator(".columns").first).to_contain_text(KO.before_now)
    assert writer.page.get_by_role("button", name=KO.take_all).is_disabled()
    assert writer.texts()[1]["news"] == OTHERS

    row.focus()
    writer.press("x")
    writer.page.get_by_role("button", name=fill(KO.take_accepted, n=1)).click()
    expect(writer.page.locator(".toolbar")).to_have_count(0, timeout=ARRIVE_MS)
    turns = writer.texts()
    assert (turns[1]["news"], turns[4]["news"]) == (OTHERS, "")


def test_a_conflict_can_be_settled_in_own_words(writer: Reviewer, other: Reviewer) -> None:
    clash(writer, other)
    both = "내일은 비도 오고 바람도 세대요."

    writer.write(writer.page.locator(".row.clashing"), both)
    expect(writer.row(1)).to_contain_text(KO.accepted, timeout=ARRIVE_MS)
    writer.take_all()

    assert writer.texts()[1]["news"] == both


def test_a_conflict_is_reached_from_the_bar_on_a_phone(writer: Reviewer, other: Reviewer) -> None:
    writer.page.set_viewport_size(PHONE)
    clash(writer, other)

    jump = writer.page.locator(".clashes").get_by_role("button", name=fill(KO.conflict_number, n=1))
    jump.click()

    expect(writer.row(1)).to_be_focused()
    expect(writer.row(1)).to_be_in_viewport()
    width = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert writer.page.evaluate(width) <= PHONE["width"]


def test_two_versions_are_compared_without_anything_to_decide(writer: Reviewer) -> None:
    writer.propose(f"2턴 뉴스: {MINE}").take_all()
    page = writer.page
    page.get_by_role("link", name=KO.history).click()
    page.get_by_role("button", name=fill(KO.past_more, n=1)).click()
    page.get_by_role("button", name=KO.past_look).click()

    row = page.get_by_role("group", name="2턴 뉴스, 차이 1/1")
    expect(row).to_be_visible(timeout=ARRIVE_MS)
    expect(page.locator(".columns").first).to_contain_text(fill(KO.past_version, n=1))
    expect(page.locator(".decide")).to_have_count(0)
    row.focus()
    writer.press("x", "a", "e")
    expect(page.locator(".editor, .row.accepted, .row.rejected")).to_have_count(0)

    page.get_by_role("button", name=KO.past_swap).click()
    expect(page.locator(".columns span").first).to_have_text(fill(KO.past_version, n=2))
    expect(row.locator(".side.b ins.strong").first).to_contain_text("파도가 잔잔하고 햇볕이 포근하")


# -- locks


def lock(writer: Reviewer, name: str, now: str) -> None:
    """Press one of the quick locks; `now` is what the page then says is closed."""
    page, body = writer.page, writer.page.get_by_test_id("stPopoverBody")
    if body.count() == 0:
        page.get_by_role("button", name=KO.limits, exact=True).click()
    body.get_by_text(name, exact=True).click()
    badge = page.locator(".stMarkdownBadge")
    if now:
        expect(badge).to_contain_text(now, timeout=ARRIVE_MS)
    else:
        expect(badge).to_have_count(0, timeout=ARRIVE_MS)
    writer.tab.idle()
    expect(body).to_be_visible()


def test_texts_only_keeps_prices_whoever_asks(writer: Reviewer, other: Reviewer) -> None:
    writer.sample()
    lock(writer, KO.limits_texts, KO.limits_texts)
    beside(writer, other)

    other.ask("4턴 해파리 회전차 가격을 120으로 해 줘")

    expect(other.heading()).to_have_text(KO.outcome_refused, timeout=ARRIVE_MS)
    told = other.page.locator(".note li")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("4턴 해파리 회전차")
    expect(told).not_to_contain_text("t4.s2")
    other.ask("5턴 뉴스를 비워 줘")
    other.reviewed()
    other.take_all()
    assert other.texts()[4]["news"] == ""


def test_a_lock_is_let_go_of_as_it_was_set(writer: Reviewer) -> None:
    writer.sample()
    lock(writer, KO.limits_texts, KO.limits_texts)
    lock(writer, KO.limits_names, KO.limits_names)
    lock(writer, KO.limits_names, "")
    writer.press("Escape")

    writer.ask("4턴 해파리 회전차 가격을 120으로 해 줘")

    writer.reviewed()
    expect(writer.rows).to_have_count(1)


# -- in words


def test_a_number_said_is_the_number_seen_when_turns_move(writer: Reviewer) -> None:
    writer.propose(
        "1턴 뉴스를 비워 줘\n4턴을 지워 줘\n5턴 뉴스를 비워 줘\n2턴과 3턴 순서를 바꿔 줘"
    )
    seen = writer.page.locator(".section .row .number").all_text_contents()
    assert list(dict.fromkeys(seen)) == ["1", "2", "3", "4"]

    writer.ask("세 번째는 빼 줘")

    expect(writer.page.locator(".note")).to_contain_text("3번을 빼기로 했어요", timeout=ARRIVE_MS)
    writer.tab.idle()
    dropped = writer.page.locator(".row.rejected .number")
    assert dropped.all_text_contents() == ["3"]
    expect(writer.page.locator("[data-key='gone t4'] .row")).to_have_class(re.compile("rejected"))


def test_a_request_goes_on_or_begins_anew_as_the_switch_says(writer: Reviewer) -> None:
    writer.propose(f"2턴 뉴스: {MINE}")
    switch = writer.page.get_by_role("radio", name=KO.asking_new)
    switch.click()
    writer.tab.idle()
    writer.ask("5턴 뉴스를 비워 줘")
    expect(writer.row(1)).to_contain_text("돌고래", timeout=ARRIVE_MS)
    writer.tab.idle()
    expect(writer.rows).to_have_count(1)

    expect(switch).not_to_be_checked()
    writer.ask("6턴 뉴스를 비워 줘")

    expect(writer.rows).to_have_count(2, timeout=ARRIVE_MS)


def test_a_follow_up_is_worked_into_the_proposal(tab: Tab, model: Server) -> None:
    writer = Reviewer(tab)
    script(model, "t3.news", "등불이 켜진다는 소식이에요. 모두가 손꼽아 기다려요.")
    writer.propose("3턴 뉴스를 더 신나게 써 줘")
    script(model, "t3.news", "등불이 켜져요.")

    writer.ask("3턴은 더 짧게")

    expect(writer.row(1)).to_contain_text("등불이 켜져요.", timeout=ARRIVE_MS)
    writer.tab.idle()
    expect(writer.rows).to_have_count(1)
    script(model)


def script(model: Server, at: str = "", to: str = "") -> None:
    """What the model answers from now on; its own answers without a place."""
    change = {"op": "set", "at": at, "to": to}
    answer = {"changes": [change], "reply": "고쳤어요."} if at else None
    body = json.dumps({"always_answer": answer}).encode()
    kind = {"Content-Type": "application/json"}
    urlopen(Request(f"{model.url}/control", body, kind), timeout=10).close()


# -- a proposal that waits


def test_a_proposal_left_behind_is_offered_beside_the_chapter(
    writer: Reviewer, other: Reviewer
) -> None:
    writer.propose(f"2턴 뉴스: {MINE}")

    beside(writer, other)
    other.page.get_by_role("button", name=KO.waiting_edit).click()

    other.reviewed()
    expect(other.row(1)).to_contain_text("온종일 비가")


def test_the_name_given_beside_the_chapter_stands_in_its_history(writer: Reviewer) -> None:
    writer.sample()
    page = writer.page
    page.get_by_role("button", name=KO.by_label).click()
    page.get_by_role("textbox", name=KO.by_label).fill("민지 선생님")
    page.keyboard.press("Enter")
    writer.tab.idle()
    page.keyboard.press("Escape")
    writer.ask("5턴 뉴스를 비워 줘")
    writer.reviewed()
    writer.take_all()

    page.get_by_role("link", name=KO.history).click()

    expect(page.get_by_text("민지 선생님")).to_be_visible(timeout=ARRIVE_MS)
