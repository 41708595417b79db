"""Every hostile text on every surface of the app: it is read, and nothing but read."""

import csv
import io
import json
import re
import time
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Page, expect

from core.chapter import prose
from core.store.search import cleaned
from pages.words import KO
from tests.e2e.conftest import Tab
from tests.e2e.payloads import HOSTILE, INJECTIONS
from tests.e2e.test_library import Past, Shelf, take
from tests.e2e.test_preview import Designer, got
from tests.e2e.writer import ARRIVE_MS, Writer
from tests.processes import ROOT, Server

DRAWN_S = 10
ALL = [*HOSTILE.values(), *INJECTIONS.values()]
WALK = """
const every = function* (root) {
  for (const one of root.querySelectorAll("*")) {
    yield one;
    if (one.shadowRoot) yield* every(one.shadowRoot);
  }
};
"""
HARM = f"""() => {{ {WALK}
  const found = window.__hit ? ["a script ran"] : [];
  const app = document.querySelector(".stApp");
  if (app && getComputedStyle(app).display === "none") found.push("the page is hidden");
  for (const one of every(document)) {{
    const name = one.localName;
    for (const {{ name: key, value }} of one.attributes) {{
      const link = ["href", "src", "action", "data", "srcdoc", "poster"].includes(key);
      if (link && /^(javascript|vbscript|data:text)|beacon[.]test/i.test(value)) found.push(value);
      if (key.startsWith("on")) found.push(`${{name}} ${{key}}`);
    }}
    if (["object", "embed", "base", "video", "math", "marquee"].includes(name)) found.push(name);
    if (one.id === "pwn" || one.classList.contains("katex")) found.push(`${{name}} drawn`);
    if (name === "style" && one.textContent.includes("beacon")) found.push("a style sheet");
    if (one.textContent === "OVER" && !one.childElementCount) found.push("OVER alone");
  }}
  return found;
}}"""
TEXT = """() => {
  const read = (node) => node.nodeType === 3 ? node.data
    : node.localName === "style" || node.localName === "script" ? ""
    : node.localName === "textarea" || node.localName === "input" ? ` ${node.value} `
    : [...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes].map(read).join("");
  return read(document.body);
}"""


@pytest.fixture
def watched(plain_tab: Tab) -> Iterator[Tab]:
    """Fails on a dialog, a foreign host (as every tab does) and an error of a script."""
    boxes: list[str] = []
    plain_tab.page.on("dialog", lambda box: (boxes.append(box.message), box.dismiss()))
    yield plain_tab
    assert boxes == []


def safe(page: Page) -> None:
    assert page.evaluate(HARM) == []


def bare(text: str) -> str:
    """Without blanks, and with what is invisible spelled out in one way."""
    return re.sub(r"[\s\[\]]", "", prose.visible(text))


def shows(page: Page, texts: Iterable[str]) -> None:
    """As they were written, once all is drawn."""
    left, until = list(texts), time.monotonic() + DRAWN_S
    while left and time.monotonic() < until:
        shown = bare(page.evaluate(TEXT))
        left = [text for text in left if bare(text) not in shown]
        page.wait_for_timeout(100 * bool(left))
    assert left == []


def carrier(sea_park: str, shift: int) -> tuple[str, list[str]]:
    """A chapter whose every text is a hostile one, and all of them; another shift, other places."""
    turns, said = json.loads(sea_park), []

    def another() -> str:
        said.append(ALL[(len(said) + shift) % len(ALL)])
        return said[-1]

    names = [another() for _ in range(3)]
    for turn in turns:
        turn["news"], turn["result"] = another(), another()
        for stock, name in zip(turn["stocks"], names, strict=True):
            stock |= {"name": name, "expectation": another()}
    assert set(said) == set(ALL)
    return json.dumps(turns, ensure_ascii=False), said


# -- a chapter


@pytest.mark.parametrize("shift", [0, 13])
def test_a_chapter_of_nothing_but_attacks_is_only_ever_read(
    watched: Tab, sea_park: str, shift: int
) -> None:
    story, said = carrier(sea_park, shift)
    designer, page = Designer(watched), watched.page
    designer.paste(story)
    safe(page)
    shows(page, said)
    page.get_by_role("button", name="점검").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    safe(page)
    page.keyboard.press("Escape")

    designer.ask("2턴 소식을 비워줘")
    designer.reviewed()
    safe(page)
    shows(page, [json.loads(story)[1]["news"]])
    designer.look()
    for name in (
        *(KO.play_tab_screen, KO.play_tab_chart, KO.play_tab_class),
        *(KO.play_tab_economy, KO.play_tab_reading),
    ):
        designer.open_tab(name)
        safe(page)
    shows(page, said[:3])
    designer.key("files").click()
    sheets(designer)
    page.go_back()
    watched.idle()
    designer.take_all()
    past = Past(watched)
    past.open()
    past.do(1, KO.past_look)
    expect(page.locator(".section .row").first).to_be_attached(timeout=ARRIVE_MS)
    safe(page)
    for place in ("/library", "/costs", "/monitor"):
        watched.open(place)
        safe(page)


FORMULA = re.compile(r"\s*[=+@\t\r]|-(?![0-9.])")


def sheets(designer: Designer) -> None:
    """No cell is a formula, and a sheet is a PDF without links or scripts."""
    cells = csv.reader(io.StringIO(got(designer, KO.preview_csv).decode("utf-8-sig")))
    assert not [cell for row in cells for cell in row if FORMULA.match(cell)]
    sheet = got(designer, KO.preview_pdf)
    assert sheet.startswith(b"%PDF-")
    assert not [word for word in (b"/URI", b"/JavaScript", b"/Launch") if word in sheet]


# -- names


def test_names_of_files_chapters_versions_and_people_are_only_ever_read(watched: Tab) -> None:
    shelf, page = Shelf(watched), watched.page
    story = (ROOT / "pages/samples/sea_park.json").read_bytes()
    names = [re.sub(r"[/\\\0]", "", text.replace('"', "'"))[:100] for text in ALL]
    for start in range(0, len(names), 9):
        shelf.drop(*((f"{name}.json", story) for name in names[start : start + 9]))
        safe(page)
    shelf.open()
    safe(page)
    shows(page, map(cleaned, names))

    with page.expect_download() as coming:
        page.get_by_role("button", name=KO.files_zip).click()
    inside = zipfile.ZipFile(coming.value.path()).namelist()
    assert not [one for one in inside if one.startswith(("/", "~")) or ".." in one.split("/")]

    writer = Writer(watched)
    writer.sample()
    page.get_by_role("button", name=KO.by_label).click()
    page.get_by_placeholder(KO.by_label).fill(HOSTILE["md-remote-img"][:40])
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    watched.idle()
    take(writer, "5턴 뉴스를 비워줘")
    past = Past(watched)
    for kind in ("img-onerror", "bidi"):
        past.open()
        past.do(2, KO.past_name)
        page.get_by_label(KO.past_name_label).fill(HOSTILE[kind][:120])
        page.get_by_role("button", name=KO.shelf_save).click()
        watched.idle()
        safe(page)
        shows(page, [cleaned(HOSTILE[kind]), HOSTILE["md-remote-img"][:40]])


# -- requests, addresses, answers


def test_a_request_is_quoted_and_not_read_as_mark_up(watched: Tab) -> None:
    writer = Writer(watched)
    writer.sample()
    for start in range(0, len(ALL), 12):
        said = [text.replace("\0", "") for text in ALL[start : start + 12]]
        for asked in ("\n".join(said)[:380], said[0]):
            writer.ask(asked)
            expect(watched.page.locator(".note")).to_contain_text(KO.outcome_refused)
            watched.idle()
            safe(watched.page)
    shows(watched.page, [said[0]])


@pytest.mark.parametrize("kind", ["script", "img-onerror", "latex-href", "bidi"])
def test_an_id_or_a_text_that_cannot_be_read_is_only_ever_text(watched: Tab, kind: str) -> None:
    page, text = watched.page, HOSTILE[kind]
    quoted = urllib.request.quote(text)
    for place in (f"/?chapter={quoted}&edit={quoted}", f"/history?chapter={quoted}"):
        watched.open(place)
        safe(page)
    writer = Writer(watched)
    writer.paste(f'[{{"{json.dumps(text)[1:-1]}": 1,, }}]')
    expect(page.get_by_text(KO.not_opened)).to_be_visible()
    safe(page)


def test_what_a_model_says_is_only_ever_text(
    page: Page, model: Server, app: Server, sea_park: str
) -> None:
    tab = Tab(page, app)
    writer = Writer(tab)
    short = sorted(ALL, key=len)[:16]
    changes = [{"op": "set", "at": "t2.news", "to": text} for text in short]
    odd = [{"op": "set", "at": text, "to": "x"} for text in short[:4]]
    good = {"op": "set", "at": "t2.result", "to": "새 묘기가 모두를 놀라게 했어요!"}
    control(
        model, always_answer={"changes": [*changes, *odd, good], "reply": HOSTILE["img-onerror"]}
    )
    writer.paste(sea_park)
    try:
        writer.ask("2턴을 더 신나게 바꿔 줘")
        writer.reviewed()
    finally:
        control(model, always_answer=None)

    expect(writer.rows).to_have_count(1)
    safe(page)
    tab.close()


def control(model: Server, **told: object) -> None:
    body = json.dumps(told).encode()
    asked = urllib.request.Request(f"{model.url}/control", body, method="POST")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


# -- the API beside the pages


def test_the_apis_pages_and_errors_run_nothing(watched: Tab) -> None:
    page, text = watched.page, HOSTILE["img-onerror"]
    page.goto(f"{watched.server.url}/docs")
    safe(page)
    for place in (f"/edits/{urllib.request.quote(text, safe='')}", "/edits/x?story=<script>"):
        answer = page.goto(watched.server.url + place)
        assert answer is not None
        assert answer.status >= 400
        assert "html" not in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        safe(page)
