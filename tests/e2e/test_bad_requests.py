"""Every odd request at the request box: answered in words, and nothing changes unasked."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pages.words import KO
from tests.e2e.conftest import Tab
from tests.e2e.writer import ARRIVE_MS, Writer

FOLDER = Path(__file__).resolve().parents[2].parent / "shared/badinputs"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8")) if FOLDER.is_dir() else []
REQUESTS = [case for case in INDEX if case["target"] == "request"]

pytestmark = pytest.mark.skipif(not INDEX, reason="no ../shared/badinputs beside the checkout")


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["file"].removesuffix(".txt"))
def test_an_odd_request_is_answered_on_the_page(
    tab: Tab, sea_park: str, case: dict[str, Any]
) -> None:
    writer, request = Writer(tab), (FOLDER / case["file"]).read_text("utf-8")
    writer.sample()
    writer.ask(request)
    if request.strip():
        expect(writer.heading()).to_be_visible(timeout=ARRIVE_MS)
        wanted = {case["expect"], *case["or_expect"]}
        titles = {getattr(KO, f"outcome_{outcome}") for outcome in wanted}
        assert writer.heading().inner_text() in titles
    else:
        expect(tab.page.locator(".panel, .note")).to_have_count(0)

    assert tab.page.get_by_test_id("stException").count() == 0
    assert writer.download() == sea_park
