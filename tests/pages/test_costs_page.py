"""The page of costs without a browser: its figures, its tables, its file, and when it has none."""

import csv
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.service import wiring
from core.service.settings import Settings
from core.store.costs import DAY_S, Cost, Spent, Sum, day
from pages.parts.costs.costs import csv_file, drawn
from pages.words import EN, KO

ROOT = Path(__file__).parents[2]
TODAY = day(time.time())
ONE = Sum(TODAY, "turn", "sim", "1", 2, Spent(3000, 500, 1000), 8.0, 6000, 9, 3, 1)
TWO = Sum(TODAY - 29, "chapter", "sim", "2", 1, Spent(1000, 9000, 0), 30.0, 3000, 40, 0, 0)
INSTANT = Sum(TODAY, "instant", "", "", 7, Spent(), 0.1, 21_000, 0, 0, 0)
ALL = (ONE, INSTANT, TWO)


def price(spent: Spent) -> float:
    return spent.tokens_out / 1000


@pytest.fixture
def service(tmp_path):
    settings = Settings(data_dir=tmp_path, price_out=1000.0, max_cost_a_day=5.0)
    with wiring.running(wiring.build(settings)) as service:
        yield service


def page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=20).run()
    app.switch_page("costs.py").run()
    assert not app.exception
    return app


def test_with_no_edit_the_page_says_what_will_gather_there(service):
    app = page()

    assert app.info[0].value == KO.costs_none_hint
    assert not app.get("download_button")


def test_the_budget_of_the_day_is_told_with_what_is_used_of_it(service):
    row = Cost("e", time.time(), "지우", "turn", 10, model="sim", prompt="1", tokens_out=1000)
    service.ledger.costs.add([row, replace(row, id="old", at=time.time() - 40 * DAY_S)])

    app = page()

    assert "오늘 모두 합쳐 1.00 썼어요. 하루 예산: 5.00" in [text.value for text in app.text]
    assert not app.info


def test_figures_are_of_edits_that_asked_a_model_and_instant_ones_beside_them():
    cards = drawn(ALL, price, "ko", priced=True)["cards"]

    assert cards == [
        ("비용", "9.50", ""),
        ("토큰", "13,500", "읽기 4,000 · 쓰기 9,500"),
        ("모델에 물어본 편집", "3", "모델 없이 7건 더"),
        ("받아들인 변경", "75%", "4곳 중 3곳"),
        ("아낀 토큰", "-500", KO.cost_saved_hint),
    ]
    assert next(name for name, *_ in drawn(ALL, price, "en", priced=False)["cards"]) == "Tokens"


def test_every_one_of_thirty_days_has_a_bar_and_no_price_draws_tokens():
    bars = drawn(ALL, price, "ko", priced=True)["bars"]
    assert len(bars) == 30
    assert [bars[0]["value"], bars[29]["value"], bars[5]["value"]] == [9.0, 0.5, 0.0]

    assert drawn(ALL, price, "ko", priced=False)["bars"][29]["said"] == "3,500"


def test_a_table_for_each_way_to_look_with_a_dash_where_nothing_was_decided():
    tables = drawn(ALL, price, "en", priced=True)["tables"]

    assert [table["title"] for table in tables] == [
        *(EN.cost_by_kind, EN.cost_by_prompt, EN.cost_by_model, EN.cost_by_day),
    ]
    assert tables[0]["rows"] == [
        ["The whole chapter", "1", "10,000", "9.00", "–", "-6,000"],
        ["One turn", "2", "3,500", "0.5", "75%", "5,500"],
    ]
    assert {len(row) for table in tables for row in table["rows"]} == {6}


def test_the_file_has_a_line_for_each_sum_and_the_instant_ones_too():
    text = csv_file(ALL, price).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["kind"] for row in rows] == ["turn", "instant", "chapter"]
    assert (rows[0]["tokens_in"], rows[0]["cost"], rows[0]["accepted"]) == ("3000", "0.5", "3")
