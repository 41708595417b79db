"""What a writer sees of a model that is busy, or away."""

import json
import re
import urllib.request
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from core.words import sentence
from pages.words import KO, fill
from tests.e2e.conftest import Tab
from tests.e2e.writer import ARRIVE_MS, Writer
from tests.processes import Server, start_app

NEWS = "3턴 뉴스를 더 두근두근하게 새로 써줘"
EVERYTHING = "문장을 전부 다시 써줘"


@pytest.fixture(scope="module")
def narrow_app(model: Server) -> Iterator[Server]:
    """One call at once, and one failure opens the circuit."""
    settings = {"MAX_PARALLEL_CALLS": "1", "CIRCUIT_FAILURES": "1", "OPENAI_TIMEOUT_S": "20"}
    base = {"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_MODEL": "sim"}
    with start_app({**base, **settings}) as server:
        yield server


@pytest.fixture
def narrow_tab(page: Page, narrow_app: Server, model: Server) -> Iterator[Tab]:
    one = Tab(page, narrow_app)
    yield one
    control(model, "")
    one.close()


def control(model: Server, always: str) -> None:
    told(model, always=always)


def told(model: Server, **script: object) -> None:
    """What the simulated model answers from now on."""
    httpx.post(f"{model.url}/control", json=script).raise_for_status()


def handed_in(server: Server, story: str, number: int) -> str:
    body = json.dumps({"story": story, "editRequest": f"{NEWS} ({number}번)"}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{server.url}/edits", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["id"])


def test_the_place_in_line_is_said_and_the_edit_comes_when_it_is_its_turn(
    narrow_tab: Tab, model: Server, sea_park: str
) -> None:
    writer = Writer(narrow_tab)
    writer.sample()
    control(model, "stall:60")
    before = [handed_in(narrow_tab.server, sea_park, number) for number in range(2)]

    writer.ask(NEWS)
    title = narrow_tab.page.locator(".panel [role=status]").first
    expect(title).to_have_text(fill(KO.in_line, n=1), timeout=ARRIVE_MS)

    control(model, "")
    for id_ in before:
        httpx.delete(f"{narrow_tab.server.url}/edits/{id_}")
    writer.reviewed()


def test_a_model_that_is_left_alone_is_said_until_it_is_asked_again(
    narrow_tab: Tab, model: Server
) -> None:
    writer, page = Writer(narrow_tab), narrow_tab.page
    said = re.escape(sentence("model_circuit", {"wait_s": 7}, "ko")).replace("7", "[0-9]+")
    warning = page.get_by_test_id("stAlert").filter(has_text=re.compile(said))
    writer.sample()
    expect(warning).to_have_count(0)
    control(model, "500")

    writer.ask(NEWS)
    expect(warning).to_be_visible(timeout=30_000)

    control(model, "")
    page.wait_for_timeout(2500)
    writer.ask(f"{NEWS}!")
    writer.reviewed()
    expect(warning).to_have_count(0)


def test_what_a_model_suggests_unasked_is_added_to_the_review_on_a_click(
    narrow_tab: Tab, model: Server
) -> None:
    writer, page = Writer(narrow_tab), narrow_tab.page
    asked = {"op": "set", "at": "t3.news", "to": "내일은 해변에서 모래성 대회가 열린대요!"}
    unasked = {"op": "set", "at": "t5.news", "to": "내일은 바람이 시원하게 분대요."}
    answer = {"changes": [asked, unasked], "reply": "바꿨어요."}
    told(model, always="", answers=[answer])
    writer.sample()

    writer.ask("3턴 뉴스만 더 신나게 바꿔 줘")
    writer.reviewed()
    expect(writer.rows).to_have_count(1)
    expect(page.get_by_text(fill(KO.suggested, n=1))).to_be_visible()
    expect(page.get_by_text(unasked["to"])).to_be_visible()

    page.get_by_role("button", name=KO.suggested_take).click()
    expect(writer.rows).to_have_count(2, timeout=ARRIVE_MS)
    expect(page.get_by_text(fill(KO.suggested, n=1))).to_have_count(0)


def test_a_turn_that_failed_is_named_and_written_alone_on_a_click(tab: Tab, model: Server) -> None:
    """Its call is garbled twice, the others stand; then the same button asks for it alone."""
    writer, page = Writer(tab), tab.page
    missing = page.get_by_text(fill(KO.missing, n=1))
    told(model, turn_answers={"3": "no JSON"})
    writer.sample()

    writer.ask(EVERYTHING)
    writer.reviewed()
    expect(missing).to_be_visible()
    expect(page.get_by_text(sentence("turn_missing", {"at": "t3"}, "ko"))).to_be_visible()
    others = writer.rows.count()

    told(model, turn_answers={})
    page.get_by_role("button", name=KO.missing_again).click()
    expect(writer.rows.nth(others)).to_be_attached(timeout=ARRIVE_MS)
    expect(missing).to_have_count(0)
    writer.take_all()
