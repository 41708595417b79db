"""What a writer left undecided is not lost: the way back to it, and what is left to decide."""

import json

from playwright.sync_api import expect

from pages.words import KO
from tests.e2e.conftest import Tab
from tests.e2e.writer import ARRIVE_MS, Writer

RENAME = "돌고래 쇼를 물개 공연으로 바꿔줘"
NONSENSE = "오늘 점심 뭐 먹지?"


def test_a_proposal_under_review_outlives_a_request_that_came_to_nothing(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)
    writer.sample()
    writer.ask(RENAME)
    writer.reviewed()
    rows = writer.rows.count()
    writer.rows.first.focus()
    plain_tab.page.keyboard.press("x")
    expect(writer.rows.first).to_contain_text(KO.rejected)

    writer.ask(NONSENSE)
    expect(writer.heading()).to_have_text(KO.outcome_question, timeout=ARRIVE_MS)
    plain_tab.page.reload()
    plain_tab.idle()

    writer.reviewed()
    assert writer.rows.count() == rows
    expect(writer.rows.first).to_contain_text(KO.rejected)


def test_a_proposal_left_for_a_new_request_comes_back_with_its_decisions(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)
    writer.sample()
    writer.ask(RENAME)
    writer.reviewed()
    writer.rows.first.focus()
    plain_tab.page.keyboard.press("x")
    plain_tab.page.get_by_role("radio", name=KO.asking_new).click()
    plain_tab.idle()

    writer.ask("5턴 뉴스를 비워줘")
    expect(writer.rows).to_have_count(1, timeout=ARRIVE_MS)
    plain_tab.page.reload()
    plain_tab.idle()
    plain_tab.page.get_by_role("button", name=KO.back_edit).click()

    expect(writer.rows).not_to_have_count(1, timeout=ARRIVE_MS)
    writer.reviewed()
    expect(writer.rows.first).to_contain_text(KO.rejected)


def test_a_request_that_came_to_nothing_can_be_rewritten(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)
    writer.sample()
    writer.ask(NONSENSE)
    expect(writer.heading()).to_have_text(KO.outcome_question, timeout=ARRIVE_MS)

    plain_tab.page.get_by_role("button", name=KO.ask_again).click()

    expect(plain_tab.page.get_by_test_id("stChatInputTextArea")).to_have_value(NONSENSE)


def test_what_is_left_hides_the_turns_with_nothing_to_decide(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)
    writer.sample()
    writer.ask("5턴 뉴스를 비워줘")
    writer.reviewed()

    plain_tab.page.get_by_role("button", name=KO.show_left, exact=True).click()

    expect(plain_tab.page.locator(".section:visible")).to_have_count(1)


def test_a_file_that_is_too_big_is_refused_with_a_sentence(plain_tab: Tab) -> None:
    page = plain_tab.open("/")
    page.get_by_role("tab", name=KO.upload).click()
    big = json.dumps([{"news": "가" * 1_500_000}], ensure_ascii=False).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "big.json", "mimeType": "application/json", "buffer": big}
    )

    expect(page.get_by_text(KO.not_opened)).to_be_visible(timeout=ARRIVE_MS)
