"""The library and a chapter's history as a writer uses them, with hostile names and by phone."""

import json
import re
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.words import KO, fill
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.test_safety import axe
from tests.e2e.writer import ARRIVE_MS, Writer

SAMPLES = Path(__file__).parents[2] / "pages" / "samples"
HOSTILE = "<img src=x onerror=window.hit=1> $x$ **b** ![a](http://evil.example/a.png)"
BIDI = "\u202eab\u2066 العربية " + "긴" * 150
TALL = 40
"""Pixels that a finger needs, at least."""


class Shelf:
    """The library's page."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page

    def open(self) -> None:
        self.tab.open("/library")

    def row(self, name: str) -> Locator:
        return self.page.locator(".chapter").filter(has_text=name)

    def drop(self, *files: tuple[str, bytes]) -> None:
        self.open()
        if self.page.get_by_test_id("stFileUploaderDropzone").count() == 0:
            self.page.get_by_text(KO.files_title).click()
        sent = [{"name": name, "mimeType": "application/json", "buffer": b} for name, b in files]
        self.page.locator("input[type=file]").set_input_files(sent)
        expect(self.page.get_by_role("button", name=KO.files_close)).to_be_visible()
        self.tab.idle()

    def click(self, name: str, button: str) -> None:
        self.row(name).get_by_role("button", name=fill(button, name=name)).click()
        self.tab.idle()

    def bin(self) -> None:
        self.page.get_by_role("radio", name=KO.shelf_bin).click()
        self.tab.idle()

    def find(self, words: str) -> None:
        self.page.get_by_label(KO.shelf_find).fill(words)


class Past:
    """The history's page."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page

    def open(self) -> None:
        chapter = re.search(r"chapter=([\w-]+)", self.page.url)
        assert chapter
        self.tab.open(f"/history?chapter={chapter[1]}")

    def row(self, number: int) -> Locator:
        return self.page.locator(f".version[data-number='{number}']")

    def do(self, number: int, act: str) -> None:
        row = self.row(number)
        row.get_by_role("button", name=fill(KO.past_more, n=number)).click()
        row.get_by_role("button", name=act, exact=True).click()
        self.tab.idle()

    @property
    def present(self) -> Locator:
        return self.page.locator(".version.now h2")


def sample(name: str = "sea_park") -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def take(writer: Writer, request: str) -> None:
    writer.ask(request)
    writer.reviewed()
    writer.take_all()


def edited(tab: Tab) -> Past:
    """A chapter with two edits taken, and its history."""
    writer = Writer(tab)
    writer.sample()
    take(writer, "4턴 해파리 회전차 가격을 120으로 해줘")
    take(writer, "5턴 뉴스를 비워줘")
    past = Past(tab)
    past.open()
    return past


def test_files_dropped_at_once_are_found_and_opened(plain_tab: Tab) -> None:
    shelf = Shelf(plain_tab)
    body = json.dumps({"chapterId": "7", "story": sample().decode(), "editRequest": "짧게"})
    shelf.drop(
        ("하나.json", sample("space_post")), ("둘.json", body.encode()), ("셋.json", b"[1,]")
    )
    expect(plain_tab.page.get_by_text("셋.json")).to_be_visible()

    shelf.find("해파리")
    expect(shelf.row("하나")).to_have_count(0)
    expect(shelf.row("둘").locator("mark").first).to_have_text("해파리")
    shelf.click("둘", KO.shelf_open_name)

    expect(plain_tab.page.get_by_role("heading", name="둘", level=1)).to_be_visible()
    assert "chapter=" in plain_tab.page.url
    plain_tab.page.reload()
    expect(plain_tab.page.get_by_role("heading", name="둘", level=1)).to_be_visible()


@pytest.mark.parametrize("name", [HOSTILE, BIDI], ids=["markup", "bidi"])
def test_a_hostile_name_is_only_ever_text(plain_tab: Tab, name: str) -> None:
    shelf, page = Shelf(plain_tab), plain_tab.page
    shelf.drop(("이름 바꿀 챕터.json", sample()))
    shelf.click("이름 바꿀 챕터", KO.shelf_rename_name)
    page.get_by_label(KO.shelf_new_name).fill(name[:120])
    page.get_by_role("button", name=KO.shelf_save).click()
    kept = "onerror" if name == HOSTILE else "العربية"
    row = shelf.row(kept).first
    expect(row).to_be_visible()

    row.locator("[data-kind=remove]").click()
    expect(page.get_by_role("button", name=KO.shelf_back)).to_be_visible()
    page.get_by_role("button", name=KO.shelf_back).click()
    row.locator("[data-kind=open]").first.click()
    expect(page.locator("h1").filter(has_text=kept)).to_be_visible(timeout=ARRIVE_MS)
    Past(plain_tab).open()
    Past(plain_tab).do(1, KO.past_name)
    page.get_by_label(KO.past_name_label).fill(name[:120])
    page.get_by_role("button", name=KO.shelf_save).click()
    expect(page.locator(".tag.name")).to_contain_text(kept)

    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x]").count() == 0


def test_a_chapter_goes_to_the_bin_and_comes_back_or_is_gone_for_good(plain_tab: Tab) -> None:
    shelf, page = Shelf(plain_tab), plain_tab.page
    shelf.drop(("버릴 챕터.json", sample()), ("살릴 챕터.json", sample()))
    for name in ("버릴 챕터", "살릴 챕터"):
        shelf.click(name, KO.shelf_remove_name)
        expect(shelf.row(name)).to_have_count(0)

    shelf.bin()
    shelf.click("살릴 챕터", KO.shelf_recover_name)
    expect(shelf.row("살릴 챕터")).to_have_count(0)
    shelf.click("버릴 챕터", KO.shelf_purge_name)
    page.get_by_role("dialog").get_by_role("button", name=KO.shelf_purge).click()
    expect(shelf.row("버릴 챕터")).to_have_count(0)

    shelf.open()
    expect(shelf.row("살릴 챕터").first).to_be_visible()
    expect(shelf.row("버릴 챕터")).to_have_count(0)


def test_the_whole_library_is_downloaded_with_every_chapters_own_bytes(plain_tab: Tab) -> None:
    shelf = Shelf(plain_tab)
    shelf.drop(("모두 받을 챕터.json", sample("forest_library")))

    with plain_tab.page.expect_download() as coming:
        plain_tab.page.get_by_role("button", name=KO.files_zip).click()

    archive = zipfile.ZipFile(coming.value.path())
    assert archive.read("모두 받을 챕터.json") == sample("forest_library")
    assert json.loads(archive.read("library.json"))["chapters"]


def test_an_old_version_is_compared_restored_and_kept(plain_tab: Tab) -> None:
    past, page = edited(plain_tab), plain_tab.page
    expect(past.present).to_have_text(fill(KO.past_version, n=3))

    past.do(1, KO.past_look)
    expect(page.locator(".section .row").first).to_be_attached(timeout=ARRIVE_MS)
    assert page.get_by_role("button", name=KO.take_all).count() == 0
    page.get_by_role("button", name=KO.past_back).click()
    past.do(1, KO.past_restore)

    expect(past.present).to_have_text(fill(KO.past_version, n=4))
    expect(page.locator(".version")).to_have_count(4)
    page.get_by_role("button", name=KO.past_verify).click()
    expect(page.get_by_text(fill(KO.past_whole, n=4))).to_be_visible()
    page.get_by_role("button", name=KO.past_to_edit).click()
    plain_tab.idle()
    assert Writer(plain_tab).download() == sample().decode()


def test_an_earlier_change_is_undone_and_the_later_one_stays(plain_tab: Tab) -> None:
    past, page = edited(plain_tab), plain_tab.page

    past.do(2, KO.past_pick)
    page.get_by_text(fill(KO.past_undo_change, n=1), exact=True).click()
    expect(page.get_by_text(KO.past_undo_free)).to_be_visible()
    page.get_by_role("button", name=fill(KO.past_undo_go, n=1)).click()

    expect(past.present).to_have_text(fill(KO.past_version, n=4))
    page.get_by_role("button", name=KO.past_to_edit).click()
    plain_tab.idle()
    turns, was = json.loads(Writer(plain_tab).download()), json.loads(sample())
    assert turns[3]["stocks"] == was[3]["stocks"]
    assert turns[4]["news"] == ""


def test_a_branch_is_started_edited_and_merged(plain_tab: Tab) -> None:
    past, page = edited(plain_tab), plain_tab.page
    past.do(2, KO.past_fork)
    page.get_by_label(KO.past_fork_label).fill("짧은 판")
    page.get_by_role("dialog").get_by_role("button", name=KO.past_fork).click()
    expect(past.present).to_have_text(fill(KO.past_version, n=2))
    page.get_by_role("button", name=KO.past_to_edit).click()
    plain_tab.idle()
    take(Writer(plain_tab), "2턴 뉴스를 비워줘")
    past.open()
    expect(past.present).to_have_text(fill(KO.past_version, n=3))

    past.do(4, KO.past_merge)

    expect(past.present).to_have_text(fill(KO.past_version, n=5))
    page.get_by_role("button", name=KO.past_to_edit).click()
    plain_tab.idle()
    turns = json.loads(Writer(plain_tab).download())
    assert (turns[1]["news"], turns[4]["news"]) == ("", "")


def test_a_merge_of_one_place_changed_on_both_sides_is_asked(plain_tab: Tab) -> None:
    writer, page = Writer(plain_tab), plain_tab.page
    writer.sample()
    past = Past(plain_tab)
    take(writer, "4턴 해파리 회전차 가격을 120으로 해줘")
    past.open()
    past.do(1, KO.past_fork)
    page.get_by_label(KO.past_fork_label).fill("다른 값")
    page.get_by_role("dialog").get_by_role("button", name=KO.past_fork).click()
    expect(past.present).to_have_text(fill(KO.past_version, n=1))
    page.get_by_role("button", name=KO.past_to_edit).click()
    plain_tab.idle()
    take(writer, "4턴 해파리 회전차 가격을 125로 해줘")
    past.open()

    past.do(3, KO.past_merge)

    writer.reviewed()
    assert "edit=" in page.url
    assert page.url.split("?")[0] == plain_tab.server.url + "/"


@pytest.mark.parametrize("place", ["/library", "/history"])
def test_by_phone_nothing_is_cut_off_and_buttons_suit_a_finger(plain_tab: Tab, place: str) -> None:
    page: Page = plain_tab.page
    page.set_viewport_size(PHONE)
    past = edited(plain_tab)
    if place == "/history":
        past.row(2).get_by_role("button", name=fill(KO.past_more, n=2)).click()
    else:
        Shelf(plain_tab).open()
    part = page.locator(".root")
    expect(part).to_be_visible()

    wide = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth")
    sizes = part.locator("button.button:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert wide <= PHONE["width"]
    assert sizes
    assert min(min(size) for size in sizes) >= TALL


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_parts_have_no_accessibility_fault(
    plain_tab: Tab, scheme: Literal["light", "dark"]
) -> None:
    plain_tab.page.emulate_media(color_scheme=scheme)
    past = edited(plain_tab)
    past.row(2).get_by_role("button", name=fill(KO.past_more, n=2)).click()
    found = axe(plain_tab.page)
    past.row(2).get_by_role("button", name=KO.past_pick, exact=True).click()
    plain_tab.idle()
    found += axe(plain_tab.page)
    Shelf(plain_tab).open()
    found += axe(plain_tab.page)

    assert found == "", found


def test_a_chapter_leaves_in_the_form_that_is_asked_for(plain_tab: Tab) -> None:
    writer, page = Writer(plain_tab), plain_tab.page
    writer.sample()
    take(writer, "5턴 뉴스를 비워줘")
    page.get_by_role("button", name=KO.export).click()

    def got(form: str) -> str:
        page.get_by_role("radio", name=form).click()
        plain_tab.idle()
        with page.expect_download() as coming:
            page.get_by_role("button", name=KO.export_get).click()
        return coming.value.path().read_text("utf-8")

    assert json.loads(got(KO.export_patch)) == [{"op": "replace", "path": "/4/news", "value": ""}]
    assert got(KO.export_pretty).startswith('[\n  {\n    "turn_number"')
    body = json.loads(got(KO.export_body))
    assert json.loads(body["story"])[4]["news"] == ""
    assert got(KO.export_original) == body["story"] + "\n" * (sample()[-1:] == b"\n")
