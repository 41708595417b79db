"""A designer in front of a chapter: plays it, turns pending changes on and off, accepts."""

import json
import re
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Locator, Page, Route, WebSocketRoute, expect

from core.chapter import chapter as chapters
from core.play import game
from core.play.game import Board, Click
from pages.parts.files import joined
from pages.words import KO, fill
from tests.e2e.conftest import PHONE, Tab
from tests.e2e.test_review import STANDARDS
from tests.e2e.test_safety import IMAGE, hostile
from tests.e2e.writer import ARRIVE_MS, Writer
from tests.processes import ROOT

SEA = chapters.read((ROOT / "pages" / "samples" / "sea_park.json").read_bytes())
PRICE = "4턴 해파리 회전차 가격을 120으로 해 줘"
NEWS = "2턴 뉴스: 모레는 파도가 잔잔하고 바람이 포근하대요."
LONG = (
    "바다 마을에 아주 큰 잔치가 열려서 구경꾼이 몰려오고, 가게마다 새로운 놀이를 준비하느라 모두가 "
    "밤늦도록 바쁘게 움직이며 내일 아침을 손꼽아 기다린대요. 얼른 가 봐야겠어요!"
)
FALL = "6턴 돌고래 쇼 가격을 70으로 해 줘\n7턴 돌고래 쇼 가격을 60으로 해 줘"
TWO = f"{NEWS}\n{PRICE}"
ALL_IN = 2000 // 100
"""Shares of a stock at 100 that the start points buy."""


class Designer(Writer):
    """Works at the preview."""

    def preview(self, request: str = "") -> "Designer":
        """The sample, with a proposal when there is a request."""
        self.sample()
        return self.look(request)

    def look(self, request: str = "") -> "Designer":
        """The open chapter."""
        if request:
            self.ask(request)
            self.reviewed()
        self.page.get_by_role("button", name=KO.preview).click()
        self.drawn()
        return self

    def drawn(self) -> None:
        expect(self.page.locator(".play .verdict").first).to_be_visible(timeout=ARRIVE_MS)
        self.tab.idle()

    def key(self, name: str) -> Locator:
        return self.page.locator(f'.play [data-key="{name}"]')

    def side(self, which: str = "after") -> Locator:
        return self.page.locator(f".play .side.{which}")

    def tick(self, number: int) -> Locator:
        """By the number that it shows."""
        return self.page.locator(".ticks li").nth(number - 1).get_by_role("checkbox")

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def verdict(self) -> Locator:
        return self.page.locator(".play section.verdict > p")

    def trades(self) -> Locator:
        return self.page.locator(".play .handbar")


@pytest.fixture
def designer(plain_tab: Tab) -> Designer:
    return Designer(plain_tab)


def coins(value: float) -> str:
    return fill(KO.coins, n=f"{value:,}")


# -- playing


def test_six_turns_are_played_to_the_end_by_the_games_own_arithmetic(designer: Designer) -> None:
    designer.preview()
    end = game.play(game.board(SEA), [Click(1, 1, 1), Click(1, 2, 2), Click(3, 2, -1)], 2000)
    designer.key("after buy 1").click()
    for _ in range(2):
        designer.key("after buy 2").click()

    for turn, screen in enumerate(game.screens(SEA), 1):
        side = designer.side()
        expect(side.locator(".hud")).to_contain_text(fill(KO.play_turn_of, n=turn, of=6))
        expect(side.locator(".news")).to_have_text(screen.news)
        if turn == 3:
            designer.key("after sell 2").click()
        designer.key("after finish").click()
        dialog = side.get_by_role("dialog", name=screen.title)
        expect(dialog).to_contain_text(screen.result)
        expect(dialog.locator(".total")).to_contain_text(coins(end.turns[turn - 1].total))
        designer.key("after next").click()

    expect(designer.side().locator(".final")).to_contain_text(coins(end.final))
    expect(designer.side().locator(".final")).to_contain_text(coins(end.profit))


def test_prices_that_rise_are_red_and_point_up_and_prices_that_fall_blue_and_down(
    designer: Designer,
) -> None:
    designer.preview()
    designer.key("turn 4").click()

    up, down = (designer.side().locator(f".stall .{way}").first for way in ("up", "down"))

    expect(up).to_have_text(re.compile("▲.*1냥"))
    expect(down).to_have_text(re.compile("▼.*7냥"))
    red, blue = (one.evaluate("e => getComputedStyle(e).color") for one in (up, down))
    assert parts(red).index(max(parts(red))) == 0
    assert parts(blue).index(max(parts(blue))) == 2


def parts(colour: str) -> list[int]:
    """Red, green, blue."""
    return [int(part) for part in re.findall(r"\d+", colour)]


def test_nothing_can_be_bought_beyond_the_points_nor_sold_that_is_not_held(
    designer: Designer,
) -> None:
    designer.preview()
    expect(designer.key("after sell 1")).to_be_disabled()

    designer.key("after most 1").click()

    expect(designer.key("after buy 1")).to_be_disabled()
    expect(designer.key("after buy 3")).to_be_disabled()
    expect(designer.key("after sell 1")).to_be_enabled()
    expect(designer.side().locator(".purse")).to_contain_text(coins(0))


def test_trades_survive_a_reload_and_can_be_taken_back(designer: Designer) -> None:
    designer.preview()
    designer.key("after most 1").click()
    designer.page.reload()
    designer.drawn()
    expect(designer.trades()).to_contain_text(fill(KO.play_trades, n=ALL_IN))

    designer.key("take back").click()

    expect(designer.trades()).to_contain_text(KO.play_hand_hint)


def test_the_same_trades_are_replayed_on_the_edited_chapter(designer: Designer) -> None:
    designer.preview(PRICE)
    clicks = [Click(3, 2, 10), Click(4, 2, -10)]
    designer.key("turn 3").click()
    for _ in range(10):
        designer.key("after buy 2").click()
    designer.key("turn 4").click()
    for _ in range(10):
        designer.key("after sell 2").click()

    before = game.play(game.board(SEA), clicks, 2000).final
    after = before + 10 * (120 - 98)

    expect(designer.trades()).to_contain_text(
        fill(KO.play_both_finals, a=f"{before:,}", b=f"{after:,}")
    )
    expect(designer.trades()).to_contain_text(fill(KO.play_same_trades, n=f"+{coins(220)}"))


def test_a_trade_that_the_edited_chapter_does_not_allow_is_told(designer: Designer) -> None:
    designer.preview("1턴 해파리 회전차 가격을 130으로 해 줘")

    designer.key("before most 2").click()

    lost = ALL_IN - 2000 // 130
    expect(designer.trades().locator(".refused")).to_have_text(
        fill(KO.play_refused_after, n=lost, turn=1)
    )


@pytest.mark.parametrize("profile", game.PROFILES)
def test_the_browser_and_the_server_tell_the_same_of_any_play(
    page: Page, profile: game.Profile
) -> None:
    plays = [_random_play(Random(seed)) for seed in range(150)]
    given = [
        {
            "board": {"prices": board.prices, "turnMax": board.turn_max},
            "clicks": list(map(asdict, clicks)),
        }
        for board, clicks in plays
    ]
    page.add_script_tag(content=joined("play/hand.js"))

    told = page.evaluate(
        "([plays, profile]) => plays.map((one) => handPlay(one.board, one.clicks, 3000, profile))",
        [given, profile],
    )

    start = 3000 if profile == "current" else game.START
    for (board, clicks), one in zip(plays, told, strict=True):
        expected = json.loads(json.dumps(asdict(game.play(board, clicks, start, profile))))
        # Python tells a click that was done in full by leaving it out; so does JavaScript, as null.
        assert one == {key: value for key, value in expected.items() if key != "beyond"}


def _random_play(chance: Random) -> tuple[Board, list[Click]]:
    """Of whole and broken prices, with clicks beyond points, shares and turns."""
    entries = chance.randint(2, 8)
    whole = chance.random() < 0.7
    price = lambda: chance.randint(1, 300) if whole else round(chance.uniform(0.1, 300), 2)  # noqa: E731
    rows = tuple((price(), price(), price()) for _ in range(entries))
    three = (("", "", ""),) * entries
    clicks = [
        Click(
            chance.randint(1, entries),
            chance.randint(1, 3),
            chance.choice([-40, -3, -1, 1, 2, 9, 99]),
        )
        for _ in range(chance.randint(0, 25))
    ]
    blank = ("",) * entries
    return Board(rows, three, three, blank, ((),) * entries, entries - 1), clicks


# -- pending changes


def test_a_tick_moves_the_screen_the_chart_and_the_verdict_before_anything_is_accepted(
    designer: Designer,
) -> None:
    designer.preview(TWO)
    with_all = designer.verdict.text_content()
    designer.key("turn 4").click()
    price = designer.side().locator(".stall").nth(1).locator(".price")
    expect(price).to_contain_text("120냥")
    expect(designer.side("before").locator(".stall").nth(1)).to_contain_text("98냥")

    designer.tick(2).uncheck()

    expect(price).to_contain_text("98냥")
    expect(designer.verdict).not_to_have_text(with_all or "")
    designer.open_tab(KO.play_tab_chart)
    cell = designer.page.locator(".fig-table input").nth(3 * 3 + 1)
    expect(cell).to_have_value("98")
    designer.tick(2).check()
    expect(cell).to_have_value("120")
    expect(designer.verdict).to_have_text(with_all or "")
    assert "120" not in stored(designer)


def stored(designer: Designer) -> str:
    """Prices of the chapter as the editor downloads it."""
    designer.page.get_by_role("button", name=KO.preview_edit).click()
    designer.reviewed()
    prices = [
        stock["current_value"]
        for turn in json.loads(designer.download())
        for stock in turn["stocks"]
    ]
    return str(prices)


def test_old_and_new_stand_side_by_side_with_the_changed_words_marked(designer: Designer) -> None:
    designer.preview(NEWS)
    designer.key("turn 2").click()

    expect(designer.side("before").locator(".news del")).to_have_text(["내일은", "햇볕이"])
    expect(designer.side("after").locator(".news ins")).to_have_text(["모레는", "바람이"])
    expect(designer.key("turn 2")).to_have_attribute("aria-label", f"2턴, {KO.play_changed}")
    expect(designer.key("turn 3")).to_have_attribute("aria-label", "3턴")


def test_what_is_on_is_accepted_and_the_rest_stays_to_be_decided(designer: Designer) -> None:
    designer.preview(TWO)
    designer.tick(2).uncheck()

    designer.key("accept").click()

    expect(designer.page.locator(".ticks li")).to_have_count(1, timeout=ARRIVE_MS)
    expect(designer.page.locator(".ticks li")).to_contain_text("120")
    designer.page.get_by_role("button", name=KO.preview_edit).click()
    designer.reviewed()
    turns = json.loads(designer.download())
    assert turns[1]["news"] == NEWS.partition(": ")[2]
    assert turns[3]["stocks"][1]["current_value"] == 98
    expect(designer.rows).to_have_count(1)


def test_a_proposal_opens_where_it_changes_something_and_then_where_it_was_left(
    designer: Designer,
) -> None:
    designer.preview(NEWS)
    turn = designer.page.locator(".steps [aria-current]")
    expect(turn).to_have_text("2")

    designer.key("turn 5").click()
    expect(turn).to_have_text("5")
    designer.page.get_by_role("button", name=KO.preview_edit).click()
    designer.reviewed()
    designer.look()

    expect(turn).to_have_text("5")


def test_everything_accepted_leaves_the_new_chapter_alone(designer: Designer) -> None:
    designer.preview(TWO)

    designer.key("accept").click()

    expect(designer.page.locator(".pending")).to_have_count(0, timeout=ARRIVE_MS)
    designer.key("turn 2").click()
    expect(designer.side().locator(".news")).to_have_text(NEWS.partition(": ")[2])
    assert designer.page.url.count("edit=") == 0


def test_an_answer_that_a_later_tick_has_overtaken_is_dropped(designer: Designer) -> None:
    designer.preview(TWO)
    designer.key("turn 4").click()
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route) if not late else route.continue_()

    designer.page.route("**/edits/*/preview?*", hold)
    designer.tick(2).uncheck()
    designer.tick(2).check()

    price = designer.side().locator(".stall").nth(1).locator(".price")
    expect(designer.page.locator(".play[data-waits]")).to_have_count(0, timeout=ARRIVE_MS)
    with suppress(Error):  # it may have been given up already
        late[0].fulfill(response=late[0].fetch())
    designer.page.wait_for_load_state("networkidle")
    designer.key("turn 3").click()
    designer.key("turn 4").click()
    expect(price).to_contain_text("120냥")
    assert len(late) == 1


def test_what_could_not_be_drawn_is_said_and_tried_again(designer: Designer) -> None:
    designer.preview(TWO)
    designer.key("turn 4").click()
    designer.page.route("**/edits/*/preview?*", lambda route: route.abort())
    designer.tick(2).uncheck()
    expect(designer.page.locator(".play .trouble")).to_contain_text(KO.play_not_drawn)

    designer.page.unroute("**/edits/*/preview?*")
    designer.key("retry").click()

    expect(designer.page.locator(".play .trouble")).to_have_count(0)
    expect(designer.side().locator(".stall").nth(1)).to_contain_text("98냥")


def test_ticks_survive_a_reload(designer: Designer) -> None:
    designer.preview(TWO)
    designer.key("turn 4").click()
    designer.tick(2).uncheck()
    expect(designer.side().locator(".stall").nth(1)).to_contain_text("98냥")

    designer.page.reload()
    designer.drawn()

    expect(designer.tick(2)).not_to_be_checked()
    expect(designer.side().locator(".stall").nth(1)).to_contain_text("98냥")


def test_an_edit_that_was_decided_elsewhere_is_no_longer_offered(
    designer: Designer, browser: Browser
) -> None:
    designer.preview(TWO)
    context = browser.new_context(locale="ko-KR")
    other = Designer(Tab(context.new_page(), designer.tab.server))
    other.page.goto(designer.page.url)
    other.drawn()
    other.key("accept").click()
    expect(other.page.locator(".pending")).to_have_count(0, timeout=ARRIVE_MS)

    designer.tick(1).uncheck()
    designer.key("accept").click()

    expect(designer.page.locator(".pending")).to_have_count(0, timeout=ARRIVE_MS)
    expect(designer.page.get_by_text(KO.edit_taken)).to_be_visible()
    other.tab.close()
    context.close()


def test_an_acceptance_that_is_lost_on_its_way_can_be_pressed_again(designer: Designer) -> None:
    lost: list[str | bytes] = []
    away = False

    def between(near: WebSocketRoute) -> None:
        far = near.connect_to_server()

        def pass_on(said: str | bytes) -> None:
            if away:
                lost.append(said)
            else:
                far.send(said)

        near.on_message(pass_on)

    designer.page.route_web_socket("**/_stcore/stream", between)
    designer.preview(TWO)
    away = True
    designer.key("accept").click()
    expect(designer.key("accept")).to_be_disabled()
    expect(designer.page.locator(".play .trouble")).to_contain_text(
        KO.play_not_heard, timeout=ARRIVE_MS
    )
    assert lost

    away = False
    designer.key("accept").click()

    expect(designer.page.locator(".pending")).to_have_count(0, timeout=ARRIVE_MS)
    expect(designer.page.locator(".play .trouble")).to_have_count(0)


# -- what a child does not see


def test_news_beyond_its_box_is_cut_and_told_outside_the_frame(designer: Designer) -> None:
    designer.preview(f"1턴 뉴스: {LONG}")
    lines = designer.side().locator(".news .line")
    expect(lines).to_have_count(3)
    seen, over = lines.all_text_contents(), designer.side().locator(".mark.over")

    cut = over.locator("li span").text_content() or ""

    assert all(len(re.findall("[가-힣]", line)) == 21 for line in seen)
    assert "".join("".join([*seen, cut]).split()) == "".join(LONG.split())
    expect(over).to_contain_text(fill(KO.play_cut, n=len(cut)))
    expect(designer.side("before").locator(".mark.over")).to_have_count(0)


def test_texts_that_no_player_sees_are_listed_with_their_turn(designer: Designer) -> None:
    designer.preview()
    hid = designer.side().locator(".mark.hid")

    expect(hid.locator("summary")).to_have_text(fill(KO.play_unseen, n=4))
    hid.locator("summary").click()

    expect(hid).to_contain_text(SEA.turns[0].text("result"))
    expect(hid).to_contain_text(SEA.turns[0].stocks[2].text("description"))


def test_a_change_that_no_player_sees_is_marked_so(designer: Designer) -> None:
    designer.preview("조개 매점 설명을 '작은 간식 가게예요.'로 바꿔줘")

    expect(designer.page.locator(".ticks .hid")).to_have_attribute("title", KO.play_not_seen)
    expect(designer.page.locator(".steps .changed")).to_have_count(0)


def test_a_chapter_that_the_game_cannot_open_says_why(designer: Designer, sea_park: str) -> None:
    designer.paste(json.dumps(json.loads(sea_park)[:1], ensure_ascii=False))
    designer.look()

    expect(designer.page.locator(".play .broken")).to_contain_text(KO.play_broken)
    expect(designer.page.locator(".play .broken p")).to_have_count(1)
    for name in (KO.play_tab_chart, KO.play_tab_class, KO.play_tab_economy, KO.play_tab_reading):
        designer.open_tab(name)


def test_markup_in_a_chapter_is_only_ever_text_here_too(designer: Designer, sea_park: str) -> None:
    designer.paste(hostile(sea_park))
    designer.look("2턴 소식을 비워줘")

    expect(designer.side().locator(".stall h3").first).to_contain_text(IMAGE)
    for name in (KO.play_tab_chart, KO.play_tab_class, KO.play_tab_economy, KO.play_tab_reading):
        designer.open_tab(name)
    designer.key("files").click()
    expect(designer.page.get_by_role("dialog")).to_be_visible()
    assert designer.page.evaluate("window.hit") is None
    assert designer.page.locator("img[src=x]").count() == 0


# -- settings and files


def test_the_older_build_of_the_game_counts_the_last_turn_otherwise(designer: Designer) -> None:
    designer.preview()
    designer.key("after most 1").click()
    before, after = (
        game.play(game.board(SEA), [Click(1, 1, ALL_IN)], 2000, profile).final
        for profile in game.PROFILES
    )
    expect(designer.trades()).to_contain_text(coins(before))

    designer.page.get_by_role("combobox", name=KO.preview_build).click()
    designer.page.get_by_role("option", name=KO.preview_build_old).click()

    expect(designer.trades()).to_contain_text(coins(after), timeout=ARRIVE_MS)
    assert before != after


def test_a_chapter_id_decides_what_a_child_starts_with(designer: Designer, sea_park: str) -> None:
    body = {"chapterId": "1111", "story": sea_park, "editRequest": ""}
    designer.paste(json.dumps(body, ensure_ascii=False))

    designer.look()

    expect(designer.side().locator(".purse")).to_contain_text(coins(1000))
    expect(designer.page.get_by_text(fill(KO.preview_start, n="1,000"))).to_be_visible()


def test_a_lesson_is_watched_over_and_says_when_an_edit_turns_it_around(
    designer: Designer,
) -> None:
    designer.preview(FALL)
    designer.page.get_by_role("button", name=KO.lessons, exact=True).click()
    box = designer.page.get_by_test_id("stPopoverBody")

    for number in range(3):
        box.get_by_test_id("stCheckbox").nth(number).locator("label").click()
        designer.tab.idle()

    lessons = designer.page.locator(".play .lessons li")
    expect(lessons).to_have_count(3, timeout=ARRIVE_MS)
    expect(lessons.locator("xpath=self::*[contains(@class, 'bad')]")).not_to_have_count(0)
    designer.page.reload()
    designer.drawn()
    expect(lessons).to_have_count(3)


def test_a_threshold_of_ones_own_is_added_and_removed(designer: Designer) -> None:
    designer.preview()
    designer.page.get_by_role("button", name=KO.lessons, exact=True).click()
    box = designer.page.get_by_test_id("stPopoverBody")
    box.get_by_role("button", name=KO.lessons_add).click()
    lessons = designer.page.locator(".play .lessons li")
    expect(lessons).to_have_count(1, timeout=ARRIVE_MS)
    expect(lessons).to_contain_text("2,000")

    box.get_by_role("button", name=KO.lessons_remove).click()

    expect(lessons).to_have_count(0, timeout=ARRIVE_MS)


def test_files_hold_what_is_on(designer: Designer) -> None:
    designer.preview(TWO)
    designer.tick(1).uncheck()

    designer.key("files").click()

    table = got(designer, KO.preview_csv).decode("utf-8-sig").splitlines()
    assert table[4].split(",")[2] == "120"
    told = json.loads(got(designer, KO.preview_json))
    assert told["after"]["class"]["seed"] == 1
    assert told["before"]["class"] != told["after"]["class"]
    expect(designer.page.get_by_text(fill(KO.preview_files_pending, n=1))).to_be_visible()


def got(designer: Designer, name: str) -> bytes:
    with designer.page.expect_download() as coming:
        designer.page.get_by_role("button", name=name).click()
    return Path(coming.value.path()).read_bytes()


# -- keys, themes, a phone


def test_a_turn_is_played_with_keys_alone(designer: Designer) -> None:
    designer.preview()
    designer.page.evaluate("document.activeElement.blur()")
    turn = designer.page.locator(".steps [aria-current]")

    designer.press("ArrowRight")
    expect(designer.side().get_by_role("dialog")).to_be_visible()
    designer.press("Escape")
    expect(designer.side().get_by_role("dialog")).to_have_count(0)
    designer.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
    expect(turn).to_have_text("2")
    designer.key("later").focus()
    designer.press("End")
    expect(turn).to_have_text(KO.play_over_short)
    designer.press("Home")
    expect(turn).to_have_text("1")
    designer.key("after buy 1").focus()
    designer.press("Enter", "Enter")
    expect(designer.side().locator(".held").first).to_have_text(fill(KO.play_held, n=2))
    expect(designer.key("after buy 1")).to_be_focused()
    designer.key("after finish").focus()
    designer.press("Enter")
    expect(designer.key("after next")).to_be_focused()
    designer.press("Enter")
    expect(designer.key("after finish")).to_be_focused()
    expect(turn).to_have_text("2")


def test_tabs_are_walked_with_arrows_and_letters_stay_inside(designer: Designer) -> None:
    designer.preview()
    designer.page.evaluate(
        "document.addEventListener('keydown', (e) => { window.heard = `${window.heard}${e.key}`; })"
    )
    designer.key("tab screen").focus()

    designer.press("ArrowRight", "r", "c")

    expect(designer.key("tab chart")).to_be_focused()
    expect(designer.key("tab chart")).to_have_attribute("aria-selected", "true")
    expect(designer.page.locator(".fig-table")).to_be_visible()
    assert designer.page.evaluate("window.heard") == "undefinedArrowRight"


VIEWS = (KO.play_tab_screen, KO.play_tab_chart, KO.play_tab_class)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
def test_no_theme_and_no_phone_has_an_accessibility_fault(
    plain_tab: Tab, scheme: Literal["light", "dark"], phone: bool
) -> None:
    plain_tab.page.emulate_media(color_scheme=scheme)
    if phone:
        plain_tab.page.set_viewport_size(PHONE)
    designer = Designer(plain_tab).preview(f"{TWO}\n1턴 뉴스: {LONG.partition(' 얼른')[0]}")
    designer.key("after buy 1").click()

    found = [axe(designer)]
    designer.key("after finish").click()
    found.append(axe(designer))
    designer.key("over").click()
    found.append(axe(designer))

    assert found == [[], [], []]


def axe(designer: Designer) -> list[tuple[str, str]]:
    found = Axe().run(
        designer.page,
        context={"include": [["[data-testid=stBidiComponentIsolated]"]]},
        options={"runOnly": STANDARDS, "resultTypes": ["violations"]},
    )
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]


def test_a_phone_shows_one_side_at_a_time_and_a_thumb_finds_every_button(plain_tab: Tab) -> None:
    plain_tab.page.set_viewport_size(PHONE)
    designer = Designer(plain_tab).preview(TWO)
    expect(designer.page.locator(".play .side")).to_have_count(1)
    expect(designer.page.locator(".play .device.phone")).to_have_count(1)
    designer.key("turn 2").click()

    designer.key("view before").click()

    expect(designer.side("before").locator(".news")).to_have_text(SEA.turns[1].text("news"))
    sizes = designer.page.locator(".play .trade, .play .finish, .play .looks button").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect()).map((b) => Math.min(b.width, b.height))"
    )
    assert min(sizes) >= 40
    widths = designer.page.evaluate(
        "['[data-testid=stMain]', 'html'].map((s) => document.querySelector(s).scrollWidth)"
    )
    assert max(widths) <= PHONE["width"]


def test_the_games_screen_is_the_same_paper_in_both_themes(plain_tab: Tab) -> None:
    colours = []
    designer = Designer(plain_tab).preview()
    for scheme in ("light", "dark"):
        plain_tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        designer.page.reload()
        designer.drawn()
        stall = designer.side().locator(".stall").first
        colours.append(
            stall.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        )

    assert colours[0] == colours[1]


def test_without_a_chapter_the_page_says_so(plain_tab: Tab) -> None:
    plain_tab.open("/play")

    expect(plain_tab.page.get_by_text(KO.preview_none)).to_be_visible()
    plain_tab.page.get_by_role("button", name=KO.open_button).click()
    expect(plain_tab.page.get_by_role("heading", name=KO.start_title)).to_be_visible()
