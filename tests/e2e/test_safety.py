"""What must never happen in a browser: foreign scripts, foreign hosts, walls for anyone."""

import json
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.words import EN, KO
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.writer import Writer
from tests.processes import start_app

IMAGE = "<img src=x onerror=window.hit=1>"
SCRIPT = "<script>window.hit=1</script>"
LINK = "[눌러요](javascript:window.hit=1) ![그림](https://evil.example/a.png) $1$"
OWN_PARTS = [["[data-testid=stBidiComponentIsolated]"], [".st-key-edit_heading"]]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACES = {
    "/": KO.start_title,
    "/play": KO.preview,
    "/library": KO.library,
    "/history": KO.history,
    "/monitor": KO.monitor_title,
}
"""Page to its heading."""


def hostile(sea_park: str) -> str:
    """The sample with an attack in every kind of text."""
    turns = json.loads(sea_park)
    for turn in turns:
        turn["news"] = f"{turn['news']} {SCRIPT}{LINK}"
        turn["result"] = f"{IMAGE} {turn['result']}"
        for stock in turn["stocks"]:
            stock["name"] += IMAGE
            stock["description"] += SCRIPT
            stock["expectation"] += LINK
    return json.dumps(turns, ensure_ascii=False)


def opened(tab: Tab) -> None:
    Writer(tab).sample()


def under_review(tab: Tab) -> None:
    writer = Writer(tab)
    writer.sample()
    writer.ask("돌고래 쇼를 물개 공연으로 바꿔줘")
    writer.reviewed()


def watched(tab: Tab) -> None:
    tab.open("/monitor")
    expect(tab.page.locator(".cards .card").first).to_be_visible()


def started(tab: Tab) -> None:
    tab.open("/")


VIEWS = pytest.mark.parametrize("view", [started, opened, under_review, watched])


def test_markup_in_a_chapter_is_only_ever_text(plain_tab: Tab, sea_park: str) -> None:
    writer, page = Writer(plain_tab), plain_tab.page
    writer.paste(hostile(sea_park))
    page.get_by_role("button", name="점검").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=KO.export).click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text(SCRIPT)
    page.keyboard.press("Escape")
    writer.ask("2턴 소식을 비워줘")
    writer.reviewed()
    expect(writer.rows.first).to_contain_text(SCRIPT)
    writer.take_all()

    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


def test_markup_in_a_refused_text_is_only_ever_text(plain_tab: Tab) -> None:
    writer = Writer(plain_tab)

    writer.paste(f'[{{"{IMAGE}": "{SCRIPT}",, }}]')

    expect(plain_tab.page.get_by_text(KO.not_opened)).to_be_visible()
    assert plain_tab.page.evaluate("window.hit") is None


@VIEWS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_parts_have_no_accessibility_fault(
    plain_tab: Tab, view: Callable[[Tab], None], scheme: Literal["light", "dark"]
) -> None:
    plain_tab.page.emulate_media(color_scheme=scheme)
    view(plain_tab)

    found = axe(plain_tab.page)

    assert found == "", found


def axe(page: Page) -> str:
    """Violations in our own parts, one a line."""
    rules = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
    there = [part for part in OWN_PARTS if page.locator(part[0]).count()]
    found = Axe().run(page, context={"include": there}, options=rules)
    return "\n".join(
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
    )


@VIEWS
def test_a_phone_never_scrolls_sideways(plain_tab: Tab, view: Callable[[Tab], None]) -> None:
    plain_tab.page.set_viewport_size(PHONE)
    view(plain_tab)

    widths = plain_tab.page.evaluate(
        "['[data-testid=stMain]', 'html'].map((s) => document.querySelector(s).scrollWidth)"
    )

    assert max(widths) <= PHONE["width"]


@pytest.mark.parametrize(("place", "title"), PLACES.items())
def test_a_deep_link_works_on_a_fresh_server(page: Page, place: str, title: str) -> None:
    with start_app() as server:
        tab = Tab(page, server)
        tab.open(place)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        tab.close()


def test_a_lost_chapter_is_said_and_another_can_be_opened(plain_tab: Tab) -> None:
    plain_tab.open("/?chapter=gone&edit=gone")

    expect(plain_tab.page.get_by_text(KO.lost_chapter)).to_be_visible()
    expect(plain_tab.page.get_by_role("heading", name=KO.start_title)).to_be_visible()


def test_the_browsers_language_is_spoken_and_can_be_changed(plain_tab: Tab) -> None:
    plain_tab.open("/")
    expect(plain_tab.page.get_by_role("heading", name=KO.start_title)).to_be_visible()

    plain_tab.page.get_by_text("English", exact=True).click()

    expect(plain_tab.page.get_by_role("heading", name=EN.start_title)).to_be_visible()


def test_live_figures_arrive_on_every_page(plain_tab: Tab) -> None:
    for place in PLACES:
        plain_tab.open(place)
        figure = plain_tab.page.locator(".strip .figure b").first
        expect(figure).not_to_have_text("–", timeout=5_000)
