"""The figures in a real browser: charts, the price table, the class, the economy, the meters.

Most are drawn on a bare page, in a shadow root as Streamlit makes one; the last ones in the app.
"""

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.play import figures
from core.play.figures import Options
from pages import words
from pages.parts.files import joined
from pages.words import KO, fill
from tests.e2e.conftest import Tab
from tests.e2e.writer import ARRIVE_MS, Writer

ROOT = Path(__file__).parents[2]
SEA = json.loads((ROOT / "pages" / "samples" / "sea_park.json").read_text("utf-8"))
THEMES = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARTS = ("chart", "table", "class", "economy", "reading")
LONG = (
    "아주아주 멀리까지 날아가는 번개 로켓",
    "별빛이반짝이는소포상자를나르는우주우체국장",
    "느림보 엽서 배달 거북이 할아버지의 가게",
)
WIDE, NARROW = 1200, 390
Turns = list[dict[str, Any]]


def chapter(turns: Turns) -> Chapter:
    return chapters.read(json.dumps(turns, ensure_ascii=False))


def priced(turn: int, stock: int, price: int, turns: Turns = SEA) -> Turns:
    """The chapter with one other price, carried over."""
    out = copy.deepcopy(turns)
    out[turn - 1]["stocks"][stock - 1]["current_value"] = price
    if turn < len(out):
        out[turn]["stocks"][stock - 1]["before_value"] = price
    return out


def named(names: tuple[str, ...], turns: Turns = SEA) -> Turns:
    out = copy.deepcopy(turns)
    for turn in out:
        for stock, name in zip(turn["stocks"], names, strict=True):
            stock["name"] = name
    return out


def flat(turns: Turns) -> Turns:
    """Every price 100: the three lines are one."""
    out = copy.deepcopy(turns)
    for turn in out:
        for stock in turn["stocks"]:
            stock["before_value"] = stock["current_value"] = 100
    return out


def many(count: int) -> Turns:
    out = [copy.deepcopy(SEA[place % 6]) for place in range(count)]
    for place, turn in enumerate(out):
        turn["turn_number"] = place + 1
        for number, stock in enumerate(turn["stocks"]):
            stock["current_value"] = 100 + (place * (7 + number)) % 31
            stock["before_value"] = 100 + ((place - 1) * (7 + number)) % 31 if place else 100
    return out


class Figures:
    """All figures on one page; `ctx` as the preview gives it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def draw(
        self,
        after: Turns,
        before: Turns | None = None,
        *,
        theme: str = "light",
        width: int = WIDE,
        options: Options | None = None,
        busy: bool = False,
    ) -> "Figures":
        given = chapter(before) if before else None
        pair = figures.pair(given, chapter(after), options or Options())
        return self.show(pair, theme=theme, width=width, busy=busy)

    def show(
        self, pair: object, *, theme: str = "light", width: int = WIDE, busy: bool = False
    ) -> "Figures":
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.set_content(_page(pair, theme, busy=busy))
        expect(self.page.locator("[data-part=reading] .fig")).to_be_attached()
        return self

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def key(self, name: str) -> Locator:
        return self.page.locator(f'[data-key="{name}"]')

    @property
    def acts(self) -> list[Any]:
        """What was asked of the page, in order."""
        return list(self.page.evaluate("window.acts"))


def _page(pair: object, theme: str, *, busy: bool) -> str:
    names = ("chart", "table", "class", "economy", "meters")
    given = {"pair": pair, "words": words.table("ko"), "parts": PARTS, "busy": busy}
    style = joined("base.css", "play/figures.css")
    return f"""<!doctype html><html lang="ko"><meta charset="utf-8"><title>figures</title>
      <style>:root {{ {_theme(theme)} }} body {{ background: var(--st-background-color); }}
      h1 {{ color: var(--st-text-color); }}</style>
      <main><h1>figures</h1><div id="host"></div></main>
      <script type="application/json" id="given">{_quoted(given)}</script>
      <script type="application/json" id="style">{_quoted(style)}</script>
      <script>{{ {joined("dom.js", *(f"play/{name}.js" for name in names))} {_START} }}</script>"""


_START = """
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { pair, words, parts, busy } = read("given"), hosts = {};
  const root = document.getElementById("host").attachShadow({ mode: "open" });
  const style = document.createElement("style"), box = el("div", { class: "root" });
  const draws = { chart: drawChart, table: drawTable, class: drawClass, economy: drawEconomy };
  draws.reading = drawReading;
  style.textContent = read("style");
  root.append(style, box);
  for (const part of parts) box.append(hosts[part] = el("section", { "data-part": part }));
  window.acts = [];
  const said = (...what) => window.acts.push(what);
  const go = (turn) => said("go", turn);
  const ctx = { words, lang: "ko", turn: 2, edit: "", busy, go, act: said };
  window.redraw = (part) => draws[part](hosts[part], pair, ctx);
  parts.forEach(window.redraw);
"""


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _theme(name: str) -> str:
    """Streamlit's theme as it reaches a component."""
    values = {**THEMES[name], "font": THEMES["font"], "codeFont": THEMES["codeFont"]}
    return " ".join(f"--st-{_kebab(key)}: {value};" for key, value in values.items())


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.fixture
def shown(page: Page):
    one = Figures(page)
    yield one
    assert one.errors == []


def boxes(found: Locator) -> list[dict[str, float]]:
    return [box for one in found.all() if (box := one.bounding_box())]


def apart(some: list[dict[str, float]], halo: float = 1) -> bool:
    """Whether no two boxes share a pixel, but for what is drawn around their words."""
    return not any(
        one["x"] < other["x"] + other["width"] - halo
        and other["x"] < one["x"] + one["width"] - halo
        and one["y"] < other["y"] + other["height"] - halo
        and other["y"] < one["y"] + one["height"] - halo
        for place, one in enumerate(some)
        for other in some[place + 1 :]
    )


# -- the chart


def test_a_turn_of_the_chart_tells_every_price_and_opens_its_screen(shown: Figures) -> None:
    shown.draw(priced(4, 2, 140), SEA)

    shown.key("at 2").focus()
    shown.page.keyboard.press("ArrowRight")
    shown.page.keyboard.press("ArrowRight")
    expect(shown.key("at 4")).to_be_focused()
    label = shown.key("at 4").get_attribute("aria-label") or ""
    assert "돌고래 쇼 124냥" in label
    assert fill(KO.chart_value_was, name="해파리 회전차", price="140냥", was="98냥") in label
    expect(shown.part("chart").locator(".tip")).to_contain_text("140냥")
    shown.page.keyboard.press("Enter")
    shown.key("at 7").click()

    assert shown.acts == [["go", 4], ["go", 7]]


def test_only_one_turn_of_the_chart_stands_in_the_tab_order(shown: Figures) -> None:
    shown.draw(many(100))

    expect(shown.part("chart").locator(".at")).to_have_count(100)
    expect(shown.part("chart").locator('.at[tabindex="0"]')).to_have_count(1)


def test_what_was_is_a_ghost_only_while_something_differs(shown: Figures) -> None:
    shown.draw(priced(4, 2, 140), SEA)
    expect(shown.part("chart").locator(".plot g.ghost path")).to_have_count(18)

    shown.draw(SEA, SEA)

    expect(shown.part("chart").locator(".plot g.ghost path")).to_have_count(0)
    expect(shown.part("chart").get_by_text(KO.chart_before)).to_have_count(0)


def test_the_axis_begins_at_zero_as_in_the_game_and_can_come_closer(shown: Figures) -> None:
    shown.draw(SEA)
    ticks = shown.part("chart").locator(".grid text")
    assert "0" in ticks.all_text_contents()

    shown.part("chart").get_by_role("button", name=KO.chart_near).click()

    assert "0" not in ticks.all_text_contents()


@pytest.mark.parametrize("turns", [2, 7, 10, 100])
@pytest.mark.parametrize("make", [lambda turns: turns, flat], ids=["moving", "flat"])
def test_no_words_of_the_chart_lie_on_each_other(
    shown: Figures, turns: int, make: Callable[[Turns], Turns]
) -> None:
    shown.draw(named(LONG, make(many(turns))))

    assert apart(boxes(shown.part("chart").locator(".end")))
    assert apart(boxes(shown.part("chart").locator(".grid text")))
    plot = shown.part("chart").locator(".plot").bounding_box()
    last = max(box["x"] + box["width"] for box in boxes(shown.part("chart").locator(".end")))
    assert plot
    assert last <= plot["x"] + plot["width"] + 1


def test_lines_that_lie_on_each_other_are_all_seen(shown: Figures) -> None:
    shown.draw(flat(SEA))

    widths = (
        shown.part("chart")
        .locator("g.line path")
        .evaluate_all("all => all.map((path) => parseFloat(path.style.strokeWidth))")
    )
    assert widths[0] > widths[6] > widths[12]
    sizes = [box["width"] for box in boxes(shown.key("at 3").locator(".glyph"))]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


# -- the table


def test_a_price_that_is_put_is_asked_for(shown: Figures) -> None:
    shown.draw(SEA)
    cell = shown.key("price 4 2")

    cell.fill("1,120")
    expect(shown.part("table").locator("td.open")).to_contain_text("1,015")
    cell.press("Enter")

    assert shown.acts == [["price", {"turn": 4, "stock": 2, "to": 1120}]]


def test_a_price_can_be_put_with_a_thumb(shown: Figures) -> None:
    shown.draw(SEA, width=NARROW)
    shown.key("price 2 1").fill("99")

    shown.part("table").get_by_role("button", name=KO.table_send).click()

    assert shown.acts == [["price", {"turn": 2, "stock": 1, "to": 99}]]


@pytest.mark.parametrize(
    "wrong", ["0", "-5", "1.5", "", "열", "1,5", "１２０x", "1e3", "9999999999"]
)
def test_what_is_no_price_is_told_and_not_asked_for(shown: Figures, wrong: str) -> None:
    shown.draw(SEA)
    cell = shown.key("price 4 2")

    cell.fill(wrong)
    cell.press("Enter")

    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(shown.part("table").get_by_role("alert")).to_have_count(1)
    assert shown.acts == []


def test_escape_brings_the_price_back(shown: Figures) -> None:
    shown.draw(SEA)
    cell = shown.key("price 4 2")
    was = cell.input_value()

    cell.fill("x")
    cell.press("Escape")

    expect(cell).to_have_value(was)
    expect(cell).to_have_attribute("aria-invalid", "false")


def test_what_is_being_typed_outlives_a_redraw(shown: Figures) -> None:
    shown.draw(SEA)
    cell = shown.key("price 4 2")
    cell.fill("12")
    cell.evaluate("e => e.setSelectionRange(1, 1)")

    shown.page.evaluate("window.redraw('table')")
    shown.page.keyboard.insert_text("5")

    expect(shown.key("price 4 2")).to_have_value("152")


def test_a_changed_price_stands_beside_the_old_one(shown: Figures) -> None:
    shown.draw(priced(4, 2, 140), SEA)

    changed = shown.part("table").locator("td.changed")

    expect(changed).to_have_count(1)
    expect(changed.locator("del")).to_contain_text("98")
    expect(changed.locator("input")).to_have_value("140")


def test_nothing_is_handed_in_while_the_page_is_busy(shown: Figures) -> None:
    shown.draw(SEA, busy=True)
    shown.key("price 4 2").focus()

    shown.page.keyboard.press("Enter")

    expect(shown.key("price 4 2")).not_to_be_editable()
    assert shown.acts == []


# -- class, economy, meters


def test_the_class_is_drawn_before_and_after_on_the_same_edges(shown: Figures) -> None:
    after, before = chapter(priced(7, 2, 40)), chapter(SEA)
    pair = figures.pair(before, after, Options())
    shown.show(pair)
    room = shown.part("class")

    expect(room.locator(".picture .ghost")).to_have_count(1)
    expect(room.locator(".bars rect")).to_have_count(sum(n > 0 for n in pair["bins"]["after"]))
    expect(room.locator(".kinds li:not(.heads)")).to_have_count(
        len(pair["after"]["class"]["groups"])
    )
    label = room.locator(".picture svg").get_attribute("aria-label") or ""
    assert f"{round(pair['after']['class']['median']):,}냥" in label
    assert f"{round(pair['before']['class']['median']):,}냥" in label
    expect(room).to_contain_text(fill(KO.class_told, n="200", start="2,000냥", seed=1))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_words_above_the_class_lie_on_each_other(shown: Figures, width: int) -> None:
    for price in (20, 90, 104, 160):
        shown.draw(priced(7, 2, price), SEA, width=width)

        assert apart(boxes(shown.part("class").locator(".pins text")), halo=8)
        assert apart(boxes(shown.part("class").locator(".grid text")))


def test_a_class_that_is_not_there_is_said(shown: Figures) -> None:
    shown.draw(SEA, options=Options(room=False))

    expect(shown.part("class")).to_have_text(KO.class_none)


def test_a_repair_is_asked_for_by_its_id(shown: Figures) -> None:
    shown.draw(priced(4, 2, 300))
    economy = shown.part("economy")
    economy.get_by_role("button", name=KO.economy_only).click()
    assert 0 < economy.locator(".rows > li:not(.heads)").count() < 6

    economy.locator(".offer").first.click()

    assert [act[0] for act in shown.acts] == ["repair"]
    assert shown.acts[0][1]["id"]


def test_texts_that_are_too_long_come_first_when_asked_for(shown: Figures) -> None:
    turns = copy.deepcopy(SEA)
    turns[4]["news"] = "파도가 아주 높게 일어서 놀이공원 사람들이 모두 놀랐어요. " * 4
    shown.draw(turns)
    meters = shown.part("reading")
    place = f"{fill(KO.turn, n=5)} 뉴스"
    expect(meters.locator(".rows > li").first).not_to_contain_text(place)

    meters.get_by_role("button", name=KO.reading_by_over).click()

    first = meters.locator(".rows > li").first
    expect(first).to_contain_text(place)
    expect(first).to_contain_text(KO.reading_over)
    first.get_by_role("button").click()
    assert shown.acts == [["go", 5]]


# -- all of them


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("turns", [2, 7, 100])
def test_nothing_is_wider_than_the_page(shown: Figures, width: int, turns: int) -> None:
    shown.draw(named(LONG, many(turns)), named(LONG, flat(many(turns))), width=width)

    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_figures_are_accessible(shown: Figures, theme: str, width: int) -> None:
    shown.draw(priced(4, 2, 300), SEA, theme=theme, width=width)

    found = Axe().run(shown.page, options={"runOnly": STANDARDS})

    assert found.violations_count == 0, found.generate_report()


def test_what_the_game_cannot_open_is_said_and_its_prices_can_be_mended(shown: Figures) -> None:
    turns = copy.deepcopy(SEA)
    turns[2]["stocks"][1]["current_value"] = 0

    shown.draw(turns)

    for part in ("chart", "table", "class", "economy"):
        expect(shown.part(part).locator(".lack b")).to_have_text(KO.figure_unplayable)
    shown.key("price 3 2").fill("103")
    shown.key("price 3 2").press("Enter")
    assert shown.acts == [["price", {"turn": 3, "stock": 2, "to": 103}]]


def test_a_chapter_without_turns_of_play_is_no_trouble(shown: Figures) -> None:
    shown.draw(SEA[:1])

    expect(shown.part("chart").locator(".lack b")).to_have_text(KO.figure_unplayable)


def test_a_story_stays_text(shown: Figures) -> None:
    bad = '<img src=x onerror="window.hurt = 1">'
    shown.draw(named((bad, "<b>굵게</b>", "${alert(1)}")))
    shown.key("at 2").focus()

    assert shown.page.evaluate("window.hurt") is None
    assert shown.page.locator("[data-part] img, [data-part] .who b").count() == 0
    expect(shown.part("table").locator("thead")).to_contain_text("<img src=x")


# -- in the app


class Designer(Writer):
    """A writer in front of the figures."""

    def look(self, tab: str) -> None:
        self.page.get_by_role("button", name=KO.preview, exact=True).click()
        self.page.get_by_role("tab", name=tab).click()

    def price(self, turn: int, stock: int) -> Locator:
        return self.page.locator(f'[data-key="price {turn} {stock}"]')

    def put(self, turn: int, stock: int, coins: int) -> None:
        self.price(turn, stock).fill(str(coins))
        self.price(turn, stock).press("Enter")
        expect(self.page.locator("td.changed", has=self.price(turn, stock))).to_be_visible(
            timeout=ARRIVE_MS
        )
        self.tab.idle()

    @property
    def pending(self) -> Locator:
        """Changes that can be ticked."""
        return self.page.locator(".ticks li")


@pytest.fixture
def designer(plain_tab: Tab) -> Designer:
    return Designer(plain_tab)


def test_a_price_of_the_table_becomes_a_change_like_any_other(designer: Designer) -> None:
    designer.sample()
    designer.look(KO.play_tab_chart)

    designer.put(4, 2, 120)
    expect(designer.pending).to_have_count(1)
    expect(designer.page.locator(".plot g.ghost path")).to_have_count(18)
    designer.put(6, 1, 120)
    expect(designer.pending).to_have_count(2)
    expect(designer.price(6, 1)).to_be_focused()
    designer.page.get_by_role("button", name=KO.preview_edit).click()

    designer.reviewed()
    designer.take_all()
    turns = json.loads(designer.download())
    assert [turns[3]["stocks"][1]["current_value"], turns[4]["stocks"][1]["before_value"]] == [
        120,
        120,
    ]
    assert turns[5]["stocks"][0]["current_value"] == 120


def test_a_price_goes_on_from_what_waits_to_be_decided(designer: Designer) -> None:
    designer.sample()
    designer.ask("5턴 뉴스를 비워 줘")
    designer.reviewed()
    designer.look(KO.play_tab_chart)
    expect(designer.pending).to_have_count(1)

    designer.put(4, 2, 120)

    expect(designer.pending).to_have_count(2)


def test_a_repair_of_the_sheet_becomes_a_change(designer: Designer) -> None:
    designer.paste(json.dumps(priced(4, 2, 300), ensure_ascii=False))
    designer.look(KO.play_tab_economy)
    offer = designer.page.locator(".offer").first
    key = offer.get_attribute("data-key")

    offer.click()

    expect(designer.pending).to_have_count(1, timeout=ARRIVE_MS)
    expect(designer.page.locator(f'[data-key="{key}"]')).to_have_count(0)


def test_why_a_price_is_refused_is_said_and_it_stays_in_its_cell(designer: Designer) -> None:
    designer.sample()
    designer.page.get_by_role("button", name=KO.limits).click()
    designer.page.get_by_text(KO.limits_texts).click()
    designer.tab.idle()
    designer.look(KO.play_tab_chart)

    designer.price(4, 2).fill("120")
    designer.price(4, 2).press("Enter")

    expect(designer.page.get_by_role("alert")).to_contain_text("잠", timeout=ARRIVE_MS)
    expect(designer.price(4, 2)).to_have_value("120")
