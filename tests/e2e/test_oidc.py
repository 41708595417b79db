"""Signing in by OIDC: a real provider in a process of its own, a real browser, nothing patched."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.words import KO
from tests.e2e.conftest import IDLE
from tests.processes import OWN, Server, free_port, started

SLOW = 20_000
LISTED = {"OIDC_EDITORS": "@school.example", "OIDC_READERS": "lee@else.example"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "tests.provider", "--port", str(port)]
    with started(command, {}, port, "/jwks") as server:
        yield server


@pytest.fixture(scope="module")
def closed(provider: Server, tmp_path_factory) -> Iterator[Server]:
    """`[auth]` in the home's secrets.toml, so that none has to lie in the checkout."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    home.joinpath(".streamlit").mkdir()
    home.joinpath(".streamlit", "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        f'cookie_secret = "{"s" * 40}"\nclient_id = "turnsmith"\nclient_secret = "x"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    env = {**dict.fromkeys(OWN, ""), **LISTED, "HOME": str(home), "DATA_DIR": str(home / "data")}
    with started(command, env, port, "/health") as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ko-KR")
    yield context.new_page()
    context.close()


def come(page: Page, closed: Server, provider: Server, email: str, verified: str = "true") -> None:
    """Sign in as somebody whom the provider knows."""
    provider.get(f"/person?email={email}&verified={verified}")
    page.goto(closed.url)
    page.click("a.way")


@pytest.mark.parametrize(
    ("email", "role"), [("kim@school.example", KO.role_edit), ("lee@else.example", KO.role_read)]
)
def test_who_is_on_a_list_comes_in_under_their_address_and_goes_out(
    page, closed, provider, email, role
):
    come(page, closed, provider, email)
    page.wait_for_function(IDLE, timeout=SLOW)
    page.get_by_role("button", name=KO.signed_in).click()

    expect(page.get_by_text(email)).to_be_visible()
    expect(page.get_by_text(KO.role.format(name=role))).to_be_visible()

    page.get_by_role("button", name=KO.sign_out).click()
    expect(page.locator("a.way")).to_be_visible(timeout=SLOW)
    assert page.request.get(f"{closed.url}/performance").status == 401


@pytest.mark.parametrize(
    ("email", "verified"), [("eve@evil.example", "true"), ("kim@school.example", "false")]
)
def test_who_is_on_none_or_not_verified_is_told_so_and_reaches_nothing(
    page, closed, provider, email, verified
):
    come(page, closed, provider, email, verified)

    expect(page.get_by_role("alert")).to_contain_text(email, timeout=SLOW)
    assert page.request.get(f"{closed.url}/performance").status == 401
