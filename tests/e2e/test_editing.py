"""A writer's day in a real browser: paste, ask, watch, take, download."""

import json

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from pages.words import KO
from tests.e2e.conftest import Tab
from tests.e2e.writer import ARRIVE_MS, Writer
from tests.processes import Server

ONE_LINE = "3턴 뉴스를 더 두근두근하게 새로 써줘"
RESULTS = "모든 결과 문장을 새로 써줘"


@pytest.fixture
def odd(sea_park: str) -> str:
    """The sample as no formatter would write it: tabs, an unknown key, escapes, a wrapper."""
    text = sea_park.replace('  "news_tag"', '\t"memo" : "\\uc2dc\\uc791" ,\n  "news_tag"', 1)
    return '{ "metadata": {"by": "나"},\n"story_data":' + text.rstrip() + "  }\n\n"


def test_a_chapter_comes_out_byte_for_byte_except_where_the_writer_said_yes(
    tab: Tab, odd: str
) -> None:
    writer = Writer(tab)
    writer.paste(odd)
    writer.ask(ONE_LINE)
    writer.reviewed()
    expect(writer.heading()).to_have_text(KO.outcome_edited)
    assert writer.download() == odd

    writer.take_all()

    got = writer.download()
    old, new = (json.loads(text)["story_data"][2]["news"] for text in (odd, got))
    assert new != old
    assert got == odd.replace(
        json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False)
    )


def pause(model: Server, seconds: int) -> None:
    """Let the model fall silent in the middle of its next answer."""
    httpx.post(f"{model.url}/control", json={"faults": [f"stall_mid:{seconds}"]})


def test_changes_are_seen_before_the_edit_has_ended(tab: Tab, model: Server) -> None:
    writer = Writer(tab)
    writer.sample()
    pause(model, 3)
    writer.ask(RESULTS)

    expect(writer.arrivals.first).to_be_visible(timeout=ARRIVE_MS)
    seen = writer.arrivals.count()

    writer.reviewed()
    assert 0 < seen < writer.rows.count()


def test_what_had_passed_before_a_cancel_can_be_taken(tab: Tab, model: Server) -> None:
    writer = Writer(tab)
    writer.sample()
    whole = writer.download()
    pause(model, 60)
    writer.ask(RESULTS)
    expect(writer.arrivals.first).to_be_visible(timeout=ARRIVE_MS)

    tab.page.get_by_role("button", name=KO.cancel).click()

    writer.reviewed()
    expect(writer.heading()).to_have_text(KO.outcome_cancelled)
    assert httpx.get(f"{model.url}/requests").json()[-1]["cancelled"]
    kept = writer.rows.count()
    writer.take_all()
    before, after = json.loads(whole), json.loads(writer.download())
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == kept < 7


def test_a_second_tab_works_while_the_first_one_waits(
    tab: Tab, model: Server, context: BrowserContext
) -> None:
    first = Writer(tab)
    first.sample()
    pause(model, 10)
    first.ask(RESULTS)
    expect(first.arrivals.first).to_be_visible(timeout=ARRIVE_MS)

    other = Tab(context.new_page(), tab.server)
    second = Writer(other)
    second.sample(KO.sample_space_post)
    second.ask("1턴 뉴스를 비워줘")
    second.reviewed()

    assert second.rows.count() == 1
    assert first.rows.count() == 0
    first.reviewed()
    other.close()


def test_an_edit_without_a_model_can_be_taken_and_undone(plain_tab: Tab, sea_park: str) -> None:
    writer = Writer(plain_tab)
    writer.paste(sea_park)
    expect(plain_tab.page.get_by_text(KO.no_model_title)).to_be_visible()
    writer.ask("돌고래 쇼를 물개 공연으로 바꿔줘")
    writer.reviewed()
    writer.take_all()
    renamed = writer.download()
    assert "돌고래 쇼" not in renamed
    assert "물개 공연" in renamed

    plain_tab.page.get_by_role("button", name=KO.undo_take, exact=True).click()
    expect(plain_tab.page.get_by_text(KO.undone_take)).to_be_visible()
    plain_tab.idle()

    assert writer.download() == sea_park


def test_an_example_fills_the_box_and_works(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)
    writer.sample()
    plain_tab.page.locator(".chips .chip").first.click()
    asked = plain_tab.page.get_by_test_id("stChatInputTextArea")
    expect(asked).not_to_be_empty()

    asked.press("Enter")

    writer.reviewed()


def test_a_broken_chapter_stays_in_the_box_beside_what_is_wrong(plain_tab: Tab) -> None:
    broken = '[{"turn_number": 1,\n "news": "하나",, "result": ""}]'
    writer = Writer(plain_tab)

    writer.paste(broken)

    expect(plain_tab.page.get_by_text(KO.not_opened)).to_be_visible()
    expect(plain_tab.page.get_by_text("2줄", exact=False).first).to_be_visible()
    expect(writer.box).to_have_value(broken)


def test_an_edit_survives_a_reload(tab: Tab) -> None:
    writer = Writer(tab)
    writer.sample()
    writer.ask(ONE_LINE)
    writer.reviewed()

    tab.page.reload()

    writer.reviewed()
    expect(writer.heading()).to_have_text(KO.outcome_edited)


def test_only_accepted_changes_are_taken(tab: Tab) -> None:
    writer = Writer(tab)
    writer.sample()
    before = json.loads(writer.download())
    writer.ask(RESULTS)
    writer.reviewed()
    writer.rows.first.focus()
    tab.page.keyboard.press("a")

    rows = writer.rows.count()
    tab.page.get_by_role("button", name=KO.take_accepted.format(n=1)).click()

    expect(writer.rows).to_have_count(rows - 1, timeout=ARRIVE_MS)
    tab.idle()
    after = json.loads(writer.download())
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1
