"""The status page in a browser: the last hour drawn, kept up to date, and readable without eyes."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from pages.words import EN, KO
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.test_safety import axe
from tests.e2e.writer import Writer
from tests.processes import Server, start_app
from tests.service.test_trace import posted

FREE = "모든 결과 문장을 새로 써줘"
SHOWN_MS = 15_000
COUNTS_RUNS = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  window.runs = 0;
  const count = () => { window.runs += app.dataset.testScriptState === "running"; };
  new MutationObserver(count).observe(app, { attributes: true });
}"""


@pytest.fixture(scope="module")
def busy(model: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has made an edit or two."""
    folder = tmp_path_factory.mktemp("data")
    env = {"OPENAI_BASE_URL": f"{model.url}/v1", "DATA_DIR": str(folder), "PRICE_OUT": "4"}
    with start_app(env) as server:
        posted(server, FREE)
        yield server


def watched(page: Page, server: Server, query: str = "") -> Tab:
    tab = Tab(page, server)
    tab.open(f"/monitor{query}")
    expect(page.locator(".monitor .body")).to_be_visible(timeout=SHOWN_MS)
    return tab


def test_it_says_at_once_that_all_is_well_and_where_an_edits_time_went(
    page: Page, busy: Server
) -> None:
    tab = watched(page, busy)

    expect(page.locator(".health b")).to_have_text(re.compile(f"{KO.watch_well}|{'살펴볼'}"))
    rows = page.locator(".recent li")
    expect(rows).to_have_count(1)
    expect(rows.locator(".where")).to_have_attribute("aria-label", re.compile(KO.trace_writing))
    expect(page.locator(".card", has_text=KO.watch_store_card)).to_contain_text("MB")
    assert FREE not in page.locator(".monitor").inner_text()
    tab.close()


def test_it_stays_up_to_date_without_the_page_running_again(page: Page, busy: Server) -> None:
    tab = watched(page, busy)
    page.evaluate(COUNTS_RUNS)
    before = page.locator(".recent li").count()

    posted(busy, FREE)

    expect(page.locator(".recent li")).to_have_count(before + 1, timeout=SHOWN_MS)
    assert page.evaluate("window.runs") == 0
    tab.close()


def test_a_range_and_a_table_are_chosen_by_keyboard(page: Page, busy: Server) -> None:
    tab = watched(page, busy)
    hour = page.get_by_role("button", name=KO.watch_hour)
    hour.focus()
    page.keyboard.press("Enter")
    expect(hour).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(KO.watch_hour_ago).first).to_be_visible()

    page.locator(".numbers summary").focus()
    page.keyboard.press("Enter")

    table = page.locator(".numbers table")
    expect(table.get_by_role("columnheader")).to_have_count(11)
    expect(table.get_by_role("row")).not_to_have_count(0)
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_it_has_no_accessibility_fault_and_fits(
    page: Page, busy: Server, scheme: Literal["light", "dark"], size: str
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if size == "phone":
        page.set_viewport_size(PHONE)
    tab = watched(page, busy, "?lang=en")
    page.locator(".numbers summary").click()

    assert axe(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".monitor")).to_contain_text(EN.watch_recent)
    tab.close()


def test_before_anything_ran_it_says_so(plain_tab: Tab) -> None:
    plain_tab.open("/monitor")
    page = plain_tab.page
    expect(page.locator(".monitor .body")).to_be_visible(timeout=SHOWN_MS)

    expect(page.locator(".recent")).to_contain_text(KO.watch_recent_none)
    expect(page.locator(".monitor")).to_contain_text(KO.watch_errors_none)
    expect(page.locator(".monitor")).to_contain_text(KO.watch_model_none)


def test_a_store_that_is_gone_is_said_with_what_to_do(page: Page, tmp_path: Path) -> None:
    with start_app({"DATA_DIR": str(tmp_path)}) as server:
        tab = watched(page, server)
        for file in tmp_path.glob("turnsmith.db*"):
            file.write_bytes(b"not a database any more" * 400)

        expect(page.locator(".health")).to_contain_text(KO.watch_store, timeout=SHOWN_MS)
        tab.close()


def test_an_edits_card_says_where_its_time_went(tab: Tab) -> None:
    writer = Writer(tab)
    writer.sample()
    writer.ask(FREE)
    writer.reviewed()

    spent = tab.page.locator(".note details", has_text=KO.trace)
    spent.locator("summary").click()

    expect(spent).to_contain_text(KO.trace_writing)
    expect(spent).to_contain_text(KO.trace_main)


def test_the_hour_is_sent_once_and_then_each_second(busy: Server) -> None:
    names: list[str] = []
    with urllib.request.urlopen(f"{busy.url}/live?watch=1", timeout=20) as answer:
        for line in answer:
            field, _, value = line.decode().strip().partition(": ")
            names += [value] if field == "event" else []
            if field == "data" and names[-1] == "history":
                told = json.loads(value)
            if names.count("reading") == 3:
                break

    assert names.count("history") == 1
    assert names.index("history") < names.index("reading")
    assert all(len(row) == len(told["fields"]) for row in told["seconds"])
    assert told["now"]["recent"]
    assert not any(word in json.dumps(told, ensure_ascii=False) for word in (FREE, "돌고래"))
