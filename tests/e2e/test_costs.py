"""What a request will cost is said beforehand, and a limit of the day where it is met."""

import csv
import io
import time
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from core.store import migrations
from core.store.costs import DAY_S, Cost, Costs
from pages.words import KO
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.test_safety import axe
from tests.e2e.writer import Writer
from tests.processes import Server, start_app

FREE = "모든 결과 문장을 새로 써줘"
PRICE = "3턴 조개 매점 가격을 110으로"


@pytest.fixture
def env(model: Server, tmp_path: Path) -> dict[str, str]:
    base = {"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_MODEL": "sim"}
    return {**base, "DATA_DIR": str(tmp_path), "PRICE_IN": "1", "PRICE_OUT": "4"}


def typed(page: Page, request: str) -> None:
    page.get_by_test_id("stChatInputTextArea").fill(request)


def test_an_estimate_stands_beside_the_box_and_a_limit_holds_after_a_restart(
    page: Page, env: dict[str, str]
) -> None:
    line = page.locator(".estimate")
    with start_app(env) as server:
        tab = Tab(page, server)
        writer = Writer(tab)
        tab.open("/costs")
        expect(page.get_by_text(KO.costs_none)).to_be_visible()
        writer.sample()
        typed(page, FREE)
        page.wait_for_timeout(1500)
        expect(line).to_be_empty()
        writer.ask(FREE)
        writer.reviewed()
        expect(page.locator(".note")).to_contain_text("통째로 다시 쓰기보다")
        writer.take_all()

        typed(page, FREE)
        expect(line).to_contain_text("보통 ", timeout=10_000)
        expect(line).to_contain_text("비용 0.0")
        typed(page, PRICE)
        expect(line).to_be_empty(timeout=10_000)
        typed(page, FREE)
        expect(line).to_contain_text("보통 ", timeout=10_000)
        page.locator(".chip").first.click()
        expect(line).to_be_empty(timeout=10_000)
        address = page.url.removeprefix(server.url)
        tab.close()

    page.unroute_all()
    with start_app({**env, "MAX_TOKENS_A_DAY": "100"}) as server:
        tab = Tab(page, server)
        writer = Writer(tab)
        tab.open(address)
        expect(line).to_contain_text("오늘 쓸 100토큰을 다 썼어요.", timeout=10_000)
        writer.ask(FREE)
        expect(page.locator(".note")).to_contain_text("UTC 0시(", timeout=10_000)
        page.get_by_role("button", name=KO.dismiss).first.click()
        tab.idle()
        writer.ask(PRICE)
        writer.reviewed()

        tab.open("/costs")
        expect(page.locator(".costs .figure").nth(3)).to_contain_text("100%")
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        with page.expect_download() as coming:
            page.get_by_role("button", name=KO.costs_csv).click()
        rows = list(csv.DictReader(io.StringIO(coming.value.path().read_text("utf-8-sig"))))
        asked = next(row for row in rows if row["kind"] != "instant")
        assert (asked["kind"], asked["model"], asked["edits"]) == ("field", "sim", "1")
        tab.close()


def noted(folder: Path) -> None:
    """A month of edits, as a busy writers' room has them."""
    database = migrations.opened(folder)
    kinds = ("chapter", "field", "turn", "place", "structure")
    cost = {
        "tokens_in": 2400,
        "tokens_out": 380,
        "cached": 1200,
        "whole": 2700,
        "outcome": "edited",
    }
    Costs(database).add(
        [
            Cost(
                f"{n}", time.time() - n % 30 * DAY_S, "지우", kinds[n % 5], 4000, "sim", "2", **cost
            )
            for n in range(200)
        ]
    )
    database.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE["width"]])
def test_the_costs_are_read_by_everybody(
    page: Page, env: dict[str, str], tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    noted(tmp_path)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    with start_app({**env, "MAX_COST_A_DAY": "5"}) as server:
        tab = Tab(page, server)
        tab.open("/costs")
        expect(page.locator(".costs table")).to_have_count(4)

        found = axe(page)

        assert found == "", found
        assert page.evaluate("document.documentElement.scrollWidth") == width
        tab.close()
