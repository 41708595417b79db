"""Signing in on the pages by a key, in a real browser: what each role sees and may do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core.service.entrance import COOKIE
from pages.words import EN, KO
from tests.e2e.conftest import PHONE, Tab
from tests.processes import Server, start_app

KEYS = {role: f"{role}-key-0123456789" for role in ("read", "edit", "admin")}
SETTING = ",".join(f"{role}er:{role}:{key}" for role, key in KEYS.items())
KEY, GO = "#key", "main form button"
SLOW = 20_000
"""Milliseconds that a page may take to be drawn on a busy machine."""


@pytest.fixture(scope="module")
def closed(tmp_path_factory, model: Server) -> Iterator[Server]:
    folder = str(tmp_path_factory.mktemp("data"))
    env = {"API_KEYS": SETTING, "DATA_DIR": folder, "OPENAI_BASE_URL": f"{model.url}/v1"}
    with start_app(env) as server:
        yield server


@pytest.fixture
def door(page: Page, closed: Server) -> Iterator[Tab]:
    one = Tab(page, closed)
    yield one
    one.close()


def enter(tab: Tab, role: str, path: str = "/") -> Page:
    """Give a key where one is asked for it, and wait for the page that was wanted."""
    tab.page.goto(tab.server.url + path)
    tab.page.fill(KEY, KEYS[role])
    tab.page.click(GO)
    tab.idle()
    return tab.page


def opened(page: Page, tab: Tab) -> None:
    """The sample, as an editor opens it."""
    page.get_by_role("button", name=KO.sample_sea_park).click()
    expect(page.get_by_placeholder(KO.ask)).to_be_visible()
    tab.idle()


def test_a_page_is_shown_only_after_signing_in_and_then_the_one_that_was_wanted(door):
    page = enter(door, "edit", "/library?lang=ko")

    assert page.url.startswith(f"{door.server.url}/library")
    expect(page.get_by_role("heading", name=KO.library)).to_be_visible()


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(door):
    page = enter(door, "edit")
    cookie = next(one for one in page.context.cookies() if one["name"] == COOKIE)

    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert KEYS["edit"] not in cookie["value"]
    assert COOKIE not in page.evaluate("document.cookie")
    assert cookie["expires"] > 0


def test_a_wrong_key_is_told_and_can_be_mended(door):
    door.page.goto(door.server.url)
    door.page.fill(KEY, "wrong-key-0123456789")
    door.page.click(GO)
    expect(door.page.get_by_role("alert")).to_contain_text("이 키로는")

    door.page.fill(KEY, KEYS["read"])
    door.page.click(GO)
    door.idle()


def test_nothing_of_the_pages_is_served_to_nobody(door):
    ask = door.page.request
    for path in ("/", "/library", "/static/js/x.js", "/_stcore/host-config", "/media/x", "/live"):
        assert ask.get(door.server.url + path, headers={"accept": "*/*"}).status == 401, path
    assert ask.put(f"{door.server.url}/_stcore/upload_file/a/b").status == 401
    answer = ask.get(f"{door.server.url}/library", headers={"accept": "text/html"}, max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=%2Flibrary")


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(door, there):
    door.page.goto(f"{door.server.url}/sign-in?next={there}")
    door.page.fill(KEY, KEYS["read"])
    door.page.click(GO)
    door.idle()

    assert (
        door.page.url.startswith(f"{door.server.url}/?") or door.page.url == f"{door.server.url}/"
    )


def test_signing_out_ends_the_session_and_open_tabs_say_so(door):
    page = enter(door, "edit")
    other = page.context.new_page()
    other.goto(door.server.url)
    expect(other.get_by_role("button", name=KO.signed_in)).to_be_visible(timeout=SLOW)

    page.get_by_role("button", name=KO.signed_in).click()
    page.get_by_role("button", name=KO.sign_out).click()
    expect(page.locator(KEY)).to_be_visible()
    other.get_by_role("radio", name="English").click()

    expect(other.get_by_text(EN.signed_out_hint)).to_be_visible()
    other.get_by_role("button", name=EN.sign_in, exact=True).click()
    expect(other.locator(KEY)).to_be_visible()


def test_what_is_taken_is_in_the_record_under_the_keys_name(door):
    page = enter(door, "edit", "/?by=Somebody+Else")
    opened(page, door)
    page.goto(page.url.replace(f"{door.server.url}/?", f"{door.server.url}/history?"))
    door.idle()

    expect(page.get_by_text("editer").first).to_be_visible()
    assert page.get_by_text("Somebody Else").count() == 0


def test_a_reader_sees_everything_and_changes_nothing(door, closed, browser: Browser):
    page = enter(door, "edit")
    opened(page, door)
    address = page.url
    context = browser.new_context(locale="ko-KR")
    reading = Tab(context.new_page(), closed)
    looked = enter(reading, "read", address.removeprefix(closed.url))

    expect(looked.get_by_text(KO.reader)).to_be_visible()
    expect(looked.get_by_text("돌고래 쇼").first).to_be_visible()
    expect(looked.get_by_placeholder(KO.ask)).to_be_disabled()
    for name in (KO.open_chapter, KO.limits):
        assert looked.get_by_role("button", name=name).count() == 0
    reading.close()
    context.close()


def test_a_readers_click_is_refused_where_it_is_done(door, closed, browser: Browser):
    """The list of chapters shows its menu to everybody: the service refuses."""
    page = enter(door, "edit")
    opened(page, door)
    context = browser.new_context(locale="ko-KR")
    reading = Tab(context.new_page(), closed)
    looked = enter(reading, "read", "/library")
    rows = looked.locator(".row").count()
    looked.get_by_role("button", name=re.compile(KO.shelf_remove)).first.click()

    expect(looked.get_by_text(re.compile("보기만 할 수 있는 권한"))).to_be_visible()
    reading.idle()
    assert looked.locator(".row").count() == rows
    reading.close()
    context.close()


@pytest.mark.parametrize(("role", "may"), [("edit", False), ("admin", True)])
def test_only_an_admin_tries_the_model(door, role, may):
    page = enter(door, role, "/monitor")
    button = page.get_by_role("button", name=KO.connection_try)

    expect(button).to_be_enabled() if may else expect(button).to_be_disabled()


def test_a_session_outlives_the_process_and_ends_with_its_key(page, tmp_path):
    env = {"API_KEYS": SETTING, "DATA_DIR": str(tmp_path)}
    with start_app(env) as one:
        enter(Tab(page, one), "edit")
    page.goto("about:blank")
    page.unroute_all()
    with start_app(env) as two:
        page.goto(two.url)
        expect(page.get_by_role("button", name=KO.signed_in)).to_be_visible(timeout=SLOW)
    page.goto("about:blank")
    with start_app({**env, "API_KEYS": SETTING.replace("edit-key", "new-key")}) as three:
        page.goto(three.url)
        expect(page.locator(KEY)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_to_sign_in_fits_a_phone_and_passes_axe(closed, browser, lang, scheme, tmp_path):
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale=lang)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(closed.url)
    expect(page.locator(KEY)).to_be_focused()
    assert page.locator("html").get_attribute("lang") == lang
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = Axe().run(page).response["violations"]
    page.screenshot(path=str(Path(tmp_path) / "sign-in.png"))

    assert wide <= PHONE["width"]
    assert [(each["id"], each["nodes"]) for each in found] == []
    assert errors == []
    context.close()
