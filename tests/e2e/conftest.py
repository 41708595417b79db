"""A real browser against real servers: Chromium, loopback only, no retries."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, ViewportSize, sync_playwright

from tests.processes import Server, start_app, start_model

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE: ViewportSize = {"width": 390, "height": 844}
IDLE = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
}"""
"""Streamlit has drawn everything and waits."""


def chromium() -> str | None:
    """A browser of this machine; None when Playwright's own must do."""
    named = os.environ.get("CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str:
    """Why the browser tests cannot run; "" when they can."""
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False
    )
    if not driver.stdout:
        return f"Playwright's driver does not run here: {driver.stderr.decode()[-200:].strip()}"
    if chromium():
        return ""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return "" if Path(path).exists() else "no Chromium here: install it or set CHROMIUM to its path"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright keeps a loop running in this thread to its end, so all other tests come first.
    items.sort(key=lambda item: HERE in item.path.parents)
    ours = [item for item in items if HERE in item.path.parents]
    if ours and (reason := missing()):
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    small = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    return {"executable_path": chromium(), "headless": True, "args": [*small, *quiet]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {
        "locale": "ko-KR",
        "timezone_id": "Asia/Seoul",
        "viewport": {"width": 1280, "height": 900},
        "reduced_motion": "reduce",
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture(scope="session")
def plain_app() -> Iterator[Server]:
    """The app as a newcomer starts it: no key, no model."""
    with start_app() as server:
        yield server


@pytest.fixture(scope="session")
def model() -> Iterator[Server]:
    """A model that writes as fast as a person may watch it."""
    with start_model("--speedup", "1", "--ttft", "0.2", "--rate", "400") as one:
        yield one


@pytest.fixture(scope="session")
def app(model: Server) -> Iterator[Server]:
    """The app with that model."""
    with start_app({"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_MODEL": "sim"}) as server:
        yield server


class Tab:
    """One browser tab at one server; a request to any other host fails the test."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.route("**/*", self._gate)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _gate(self, route: Route) -> None:
        url = route.request.url
        if url.startswith((self.server.url, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.server.url + path)
        self.idle()
        return self.page

    def idle(self) -> None:
        self.page.wait_for_function(IDLE, timeout=20_000)

    def close(self) -> None:
        assert self.outside == [], f"asked another host: {self.outside}"
        assert self.errors == [], f"a script failed: {self.errors}"


@pytest.fixture
def tab(page: Page, app: Server) -> Iterator[Tab]:
    one = Tab(page, app)
    yield one
    one.close()


@pytest.fixture
def plain_tab(page: Page, plain_app: Server) -> Iterator[Tab]:
    one = Tab(page, plain_app)
    yield one
    one.close()
