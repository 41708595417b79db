"""A writer at the edit page: what they click and what they see, by the page's own words."""

from playwright.sync_api import Locator, expect

from pages.words import KO
from tests.e2e.conftest import Tab

ARRIVE_MS = 15_000


class Writer:
    """Works in one tab, in Korean."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page

    def paste(self, text: str) -> None:
        self.tab.open("/")
        self.box.fill(text)
        self.page.get_by_role("button", name=KO.open_button).click()
        self.tab.idle()

    def sample(self, name: str = KO.sample_sea_park) -> None:
        self.tab.open("/")
        self.page.get_by_role("button", name=name).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        self.tab.idle()

    @property
    def box(self) -> Locator:
        """Where a chapter is pasted."""
        return self.page.get_by_label(KO.paste_label)

    def ask(self, request: str) -> None:
        asked = self.page.get_by_test_id("stChatInputTextArea")
        asked.fill(request)
        asked.press("Enter")

    @property
    def arrivals(self) -> Locator:
        """Changes of a running edit."""
        return self.page.locator(".panel .arrivals li")

    @property
    def rows(self) -> Locator:
        """Changes under review."""
        return self.page.locator(".section .row")

    def reviewed(self) -> None:
        """The edit has ended and its review is drawn."""
        expect(self.rows.first).to_be_attached(timeout=ARRIVE_MS)
        self.tab.idle()

    def heading(self) -> Locator:
        """What came out."""
        return self.page.locator(".note h2")

    def take_all(self) -> None:
        self.page.get_by_role("button", name=KO.take_all).click()
        expect(self.page.locator(".toolbar")).to_have_count(0, timeout=ARRIVE_MS)
        self.tab.idle()

    def download(self) -> str:
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=KO.download).click()
        return coming.value.path().read_bytes().decode()
