"""Every bad chapter at the upload box: refused or opened as it should be, in words that help."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.words import KO
from tests.e2e.conftest import Tab
from tests.processes import Server

FOLDER = Path(__file__).resolve().parents[2].parent / "shared/badinputs"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8")) if FOLDER.is_dir() else []
CHAPTERS = [case for case in INDEX if case["target"] == "story"]

pytestmark = pytest.mark.skipif(not INDEX, reason="no ../shared/badinputs beside the checkout")


@pytest.fixture(scope="module")
def one_tab(browser: Browser, plain_app: Server) -> Iterator[Tab]:
    """One tab for all files, as a patient writer would use it."""
    context = browser.new_context(locale="ko-KR")
    tab = Tab(context.new_page(), plain_app)
    yield tab
    tab.close()
    context.close()


@pytest.mark.parametrize("case", CHAPTERS, ids=lambda case: case["file"].removesuffix(".json"))
def test_a_bad_chapter_is_answered_on_the_page(one_tab: Tab, case: dict[str, Any]) -> None:
    wanted = {case["expect"], *case["or_expect"]}
    page = one_tab.open("/")
    page.get_by_role("tab", name=KO.upload).click()
    page.locator(".st-key-open_file input[type=file]").set_input_files(FOLDER / case["file"])

    problem = page.locator(".st-key-open_problem, .st-key-open_file [role=alert]")
    opened = page.get_by_role("button", name=KO.download)
    expect(problem.or_(opened).first).to_be_visible(timeout=10_000)

    assert ("stop" in wanted) if problem.count() else (wanted - {"stop"})
    assert page.get_by_test_id("stException").count() == 0
    if problem.count() or wanted & {"game", "warn"}:
        said = (problem if problem.count() else findings(page)).inner_text()
        assert [one for one in case["message_mentions"] if not re.search(one, said)] == [], said


def findings(page: Page) -> Locator:
    """What the checks say about the open chapter."""
    page.locator(".st-key-edit_checks button").first.click()
    body = page.get_by_test_id("stPopoverBody")
    expect(body).not_to_be_empty()
    expect(body.get_by_test_id("stText").first).to_be_visible()
    return body
