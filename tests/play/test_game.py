"""The game's rules: plays worked out by hand, and laws that hold for every play."""

import copy
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.chapter import chapter
from core.play import game
from core.play.game import PROFILES, Click, Unplayable

NAMES = ("로켓 정류장", "망원경 가게", "우주 빵집")
RISKS = ("고위험 고수익", "중위험 균형형", "저위험 저수익")
PRICES = ((100, 50, 20), (110, 45, 21), (90, 60, 21), (120, 55, 22))
"""Four entries, so three turns of play."""
CLICKS = (
    *(Click(1, 1, 3), Click(1, 2, 4)),
    *(Click(2, 1, 2), Click(2, 2, -1), Click(2, 3, 20)),
    *(Click(3, 1, -6), Click(3, 2, -1), Click(3, 2, 4)),
)


def entries(prices=PRICES, tags=None, news=None):
    """The array of a chapter with these prices, whose texts all differ."""
    tags, news = tags or [""] * len(prices), news or [f"{k}번 소식" for k in range(len(prices))]
    before = (prices[0], *prices)
    return [
        {
            "turn_number": k + 1,
            "result": f"{k}번 결과",
            "news": news[k],
            "news_tag": tags[k],
            "stocks": [
                {
                    "name": NAMES[i],
                    "risk_level": RISKS[i],
                    "description": f"{i}번 설명",
                    "before_value": before[k][i],
                    "current_value": prices[k][i],
                    "expectation": f"{k}번 {i}번 전망",
                }
                for i in range(3)
            ],
        }
        for k in range(len(prices))
    ]


def read(array):
    return chapter.read(json.dumps(array, ensure_ascii=False))


def a_board(prices=PRICES, **more):
    return game.board(read(entries(prices, **more)))


# -- a play worked out by hand


def test_a_play_that_starts_with_1000_coins():
    played = game.play(a_board(), CLICKS, 1000)

    first, second, third = played.turns
    # 1000 - 3 x 100 - 4 x 50 = 500; at the next prices 500 + 3 x 110 + 4 x 45 = 1010.
    assert (first.points, first.counts, first.averages) == (500, (3, 4, 0), (100, 50, 0))
    assert (first.trades, first.incomes, first.total) == (("BUY", "BUY", "KEEP"), (0, 0, 0), 1010)
    assert first.refused == ()
    # 500 - 2 x 110 + 45 = 325, which is 15 shares of 21 and 10 left: 5 of the 20 are refused.
    # (3 x 100 + 2 x 110) / 5 = 104; 10 + 5 x 90 + 3 x 60 + 15 x 21 = 955; sold at 45 - 50 = -5.
    assert (second.points, second.counts, second.averages) == (10, (5, 3, 15), (104, 50, 21))
    assert (second.trades, second.incomes) == (("BUY", "SELL", "BUY"), (0, -5, 0))
    assert (second.total, second.refused) == (955, (Click(2, 3, 5),))
    # 5 of the 6 can be sold: 5 x (90 - 104) = -70. 10 + 450 + 60 - 240 = 280, counts 3 - 1 + 4 = 6,
    # (3 x 50 + 3 x 60) / 6 = 55; 280 + 6 x 55 + 15 x 22 = 940. The average of stock 1 stays.
    assert (third.points, third.counts, third.averages) == (280, (0, 6, 15), (104, 55, 21))
    assert (third.trades, third.incomes) == (("SELL", "BUY", "KEEP"), (-70, 0, 0))
    assert (third.total, third.refused) == (940, (Click(3, 1, -1),))
    assert (played.final, played.profit) == (940, -60)


def test_the_same_clicks_in_the_build_of_june_2025():
    played = game.play(a_board(), CLICKS, 2000, "2025-06")

    # 1500; then 1500 - 220 + 45 - 20 x 21 = 905; then 905 + 450 + 60 - 240 = 1175.
    assert [turn.points for turn in played.turns] == [1500, 905, 1175]
    # 1500 + 330 + 180; 905 + 450 + 180 + 420; 1175 + 6 x 55 + 20 x 22.
    assert [turn.total for turn in played.turns] == [2010, 1955, 1945]
    # The shares count at the prices of the last turn, not at those behind it: 1175 + 360 + 420.
    assert (played.final, played.profit) == (1955, -45)


def test_the_june_build_takes_2000_off_whatever_the_start_was():
    assert game.play(a_board(), (), 1000, "2025-06").profit == -1000
    assert game.play(a_board(), (), 1000).profit == 0


def test_the_average_is_rounded_down_at_every_purchase_and_starts_anew_from_the_rounded_one():
    board = a_board(((10, 9, 9), (11, 9, 9), (13, 9, 9), (13, 9, 9)))

    played = game.play(board, [Click(1, 1, 2), Click(2, 1, 1), Click(3, 1, 1)], 100)

    # (2 x 10 + 11) / 3 = 10.33 and (3 x 10 + 13) / 4 = 10.75; the true average is 11.
    assert [turn.averages[0] for turn in played.turns] == [10, 10, 10]


def test_after_everything_is_sold_a_purchase_begins_a_new_average():
    board = a_board(((10, 9, 9), (20, 9, 9), (30, 9, 9), (30, 9, 9)))

    played = game.play(board, [Click(1, 1, 2), Click(2, 1, -2), Click(3, 1, 1)], 100)

    assert [turn.averages[0] for turn in played.turns] == [10, 10, 30]
    assert [turn.incomes[0] for turn in played.turns] == [0, 20, 0]


def test_what_is_bought_and_sold_in_one_turn_is_no_trade():
    (first, *_) = game.play(a_board(), [Click(1, 1, 3), Click(1, 1, -3)], 1000).turns

    assert (first.trades[0], first.incomes[0], first.averages[0]) == ("KEEP", 0, 0)
    assert first.points == 1000


def test_the_order_of_the_clicks_of_a_turn_matters():
    sold_first = game.play(a_board(), [Click(1, 1, 10), Click(2, 1, -1), Click(2, 2, 2)], 1000)
    bought_first = game.play(a_board(), [Click(1, 1, 10), Click(2, 2, 2), Click(2, 1, -1)], 1000)

    assert sold_first.turns[1].refused == ()
    assert bought_first.turns[1].refused == (Click(2, 2, 2),)


def test_clicks_where_this_chapter_has_no_turn_or_stock_are_told():
    strange = [Click(0, 1, 1), Click(4, 1, 1), Click(1, 0, 1), Click(1, 4, 1)]

    played = game.play(a_board(), [*strange, Click(1, 3, 1)], 1000)

    assert played.beyond == tuple(strange)
    assert played.turns[0].counts == (0, 0, 1)


def test_a_price_that_equals_the_points_can_be_paid():
    assert game.play(a_board(((7, 8, 9), (7, 8, 9))), [Click(1, 1, 1)], 7).turns[0].points == 0
    assert game.play(a_board(((8, 8, 9), (7, 8, 9))), [Click(1, 1, 1)], 7).turns[0].refused


@pytest.mark.parametrize(
    ("id_", "current"),
    [("1111", 1000), ("2222", 2000), ("3333", 3000), ("4444", 4000), ("5555", 2000), ("", 2000)],
)
def test_the_start_depends_on_the_chapter_only_in_the_current_build(id_, current):
    assert game.start(id_) == current
    assert game.start(id_, "2025-06") == 2000


# -- laws of every play

coins = st.integers(20, 300)
rows = st.lists(st.tuples(coins, coins, coins), min_size=2, max_size=9).map(tuple)
clicked = st.lists(
    st.builds(Click, st.integers(1, 8), st.integers(1, 3), st.integers(-30, 30)), max_size=30
)
starts = st.integers(0, 5000)
profiles = st.sampled_from(PROFILES)


def one_by_one(prices, clicks, start):
    """Points and counts after each turn, by the letter of the rules: one share a click."""
    points, counts, kept = start, [0, 0, 0], []
    for turn in range(1, len(prices)):
        for click in (one for one in clicks if one.turn == turn):
            price = prices[turn - 1][click.stock - 1]
            for _ in range(abs(click.count)):
                if click.count > 0 and price <= points:
                    points, counts[click.stock - 1] = points - price, counts[click.stock - 1] + 1
                elif click.count < 0 and counts[click.stock - 1] > 0:
                    points, counts[click.stock - 1] = points + price, counts[click.stock - 1] - 1
        kept.append((points, tuple(counts)))
    return kept


def pairs(two):
    return zip(*two, strict=True)


@given(rows, clicked, starts)
def test_many_clicks_come_to_what_single_ones_do(prices, clicks, start):
    played = game.play(a_board(prices), clicks, start)

    assert [(t.points, t.counts) for t in played.turns] == one_by_one(prices, clicks, start)


@given(rows, clicked, starts)
def test_money_is_conserved(prices, clicks, start):
    """A total changes only by what the held shares move, and every figure is a whole number."""
    total = start
    for turn in game.play(a_board(prices), clicks, start).turns:
        moves = (now - was for was, now in pairs(prices[turn.turn - 1 : turn.turn + 1]))
        total += sum(count * move for count, move in zip(turn.counts, moves, strict=True))
        figures = (turn.points, turn.total, *turn.counts, *turn.averages, *turn.incomes)
        assert turn.total == total
        assert all(type(figure) is int for figure in figures)
        assert turn.points >= 0
        assert min(turn.counts) >= 0


@given(rows, clicked, starts)
def test_the_builds_differ_by_the_last_move_of_what_is_held(prices, clicks, start):
    now = game.play(a_board(prices), clicks, start)
    june = game.play(a_board(prices), clicks, start, "2025-06")

    last = (after - before for before, after in pairs(prices[-2:]))
    assert now.turns == june.turns
    assert now.final == now.turns[-1].total == now.profit + start
    assert now.final - june.final == sum(map(int.__mul__, now.turns[-1].counts, last))
    assert june.profit == june.final - 2000


@given(rows, clicked, starts)
def test_what_is_not_refused_is_done(prices, clicks, start):
    before = (0, 0, 0)
    for turn in game.play(a_board(prices), clicks, start).turns:
        asked = [one for one in clicks if one.turn == turn.turn]
        for stock in (1, 2, 3):
            wanted = sum(one.count for one in asked if one.stock == stock)
            rest = sum(one.count for one in turn.refused if one.stock == stock)
            assert turn.counts[stock - 1] - before[stock - 1] == wanted - rest
        before = turn.counts


@given(rows, clicked, starts, st.integers(1, 3))
def test_clicks_beyond_the_means_change_nothing(prices, clicks, start, stock):
    board = a_board(prices)
    played = game.play(board, clicks, start)
    end, price = played.turns[-1], prices[-2][stock - 1]
    much = Click(end.turn, stock, end.points // price + 1)
    more = Click(end.turn, stock, -end.counts[stock - 1] - 1)

    bought = game.play(board, [*clicks, much], start).turns[-1]
    sold = game.play(board, [*clicks, more], start).turns[-1]

    assert bought.refused == (*end.refused, Click(end.turn, stock, 1))
    assert sold.refused == (*end.refused, Click(end.turn, stock, -1))
    assert bought.total - end.total == (end.points // price) * (prices[-1][stock - 1] - price)


@given(rows, clicked, starts, profiles, st.randoms())
def test_only_the_order_within_a_turn_matters(prices, clicks, start, profile, chance):
    turns = list(range(10))
    chance.shuffle(turns)
    mixed = sorted(clicks, key=lambda one: turns[one.turn])

    first, second = (game.play(a_board(prices), each, start, profile) for each in (clicks, mixed))

    assert first.turns == second.turns
    assert first.final == second.final


@given(st.lists(st.tuples(*[st.floats(20, 300)] * 3), min_size=2, max_size=6), clicked, starts)
def test_fractions_of_coins_never_leave_debts(prices, clicks, start):
    for turn in game.play(a_board(prices), clicks, start).turns:
        assert turn.points >= 0
        assert min(turn.counts) >= 0


@example(106.41999999999999, 3.13)
@given(st.integers(0, 10**12) | st.floats(0, 1e12), st.integers(1, 10**6) | st.floats(0.001, 1e6))
def test_what_points_suffice_for_is_never_one_too_many_and_never_two_too_few(points, price):
    count = game.affordable(points, price)

    assert count * price <= points
    assert (count + 2) * price > points


# -- what the game cannot play


def broken(change):
    array = entries()
    change(array)
    return read(array)


UNPLAYABLE = {
    "one entry": (lambda a: a.__delitem__(slice(1, None)), "unplayable_turns", None),
    "stocks null": (lambda a: a[3].update(stocks=None), "unplayable_stocks", "t4"),
    "no stocks key": (lambda a: a[1].pop("stocks"), "unplayable_stocks", "t2"),
    "stocks an object": (lambda a: a[1].update(stocks={}), "unplayable_stocks", "t2"),
    "two stocks": (lambda a: a[2]["stocks"].pop(), "unplayable_stocks", "t3"),
    "a stock null": (lambda a: a[2]["stocks"].__setitem__(1, None), "unplayable_price", "t3.s2"),
    "price gone": (lambda a: a[3]["stocks"][0].pop("current_value"), "unplayable_price", "t4.s1"),
    "price text": (lambda a: put(a, "104"), "unplayable_price", "t2.s3"),
    "price true": (lambda a: put(a, True), "unplayable_price", "t2.s3"),
    "price null": (lambda a: put(a, None), "unplayable_price", "t2.s3"),
    "price 0": (lambda a: put(a, 0), "unplayable_price_sign", "t2.s3"),
    "price below 0": (lambda a: put(a, -3), "unplayable_price_sign", "t2.s3"),
    "price next to 0": (lambda a: put(a, 5e-324), "unplayable_price_size", "t2.s3"),
    "price next to infinity": (lambda a: put(a, 1e300), "unplayable_price_size", "t2.s3"),
    "a fortune": (lambda a: put(a, 0.001) or a[2].update(rich()), "unplayable_growth", "t3"),
}


def put(array, price):
    array[1]["stocks"][2]["current_value"] = price


def rich():
    return entries(((10**13,) * 3,))[0]


@pytest.mark.parametrize("case", UNPLAYABLE)
def test_what_would_crash_the_game_is_refused_with_its_place(case):
    change, rule, place = UNPLAYABLE[case]
    story = broken(change)

    for look in (game.board, game.screens, game.chart):
        with pytest.raises(Unplayable) as refused:
            look(story)
        assert refused.value.rule == rule
        assert str(refused.value.facts.get("at", None)).startswith(str(place))


def test_a_chapter_of_one_turn_is_refused_with_its_count():
    with pytest.raises(Unplayable) as refused:
        game.board(read(entries(PRICES[:1])))

    assert refused.value.facts == {"turns": 1, "least": 2}


def test_two_entries_are_one_turn():
    board = a_board(PRICES[:2])

    played = game.play(board, [Click(1, 3, 1)], 1000, "2025-06")

    # 1000 - 20 + 21 in the dialog; the June build counts the share at the 20 it was bought for.
    assert board.turn_max == 1
    assert (played.turns[0].total, played.final) == (1001, 1000)


def test_a_fourth_stock_is_never_looked_at():
    four = entries()
    for entry in four:
        entry["stocks"].append({"name": "넷째", "current_value": "no price"})

    assert game.board(read(four)) == a_board()
    assert "t2.s4.name" in game.unseen(read(four))


# -- what a player sees


def test_a_turn_shows_one_entry_and_its_end_the_next():
    first, second, third = game.screens(read(entries()))

    assert (second.turn, second.of, second.news, second.result) == (2, 3, "1번 소식", "2번 결과")
    assert second.moves == (-20, 15, 0)
    card = second.cards[1]
    assert (card.name, card.risk, card.expectation) == (NAMES[1], RISKS[1], "1번 1번 전망")
    assert (card.price, card.change, card.description) == (45, -5, "1번 설명")
    assert [one.change for one in first.cards] == [None, None, None]
    assert [one.title for one in (first, second, third)] == ["2턴 시작!", "3턴 시작!", "4턴 시작!"]


def test_the_change_on_a_card_is_that_of_the_file_even_where_it_is_wrong():
    array = entries()
    array[1]["stocks"][0]["before_value"] = 77
    del array[1]["stocks"][1]["before_value"]
    array[1]["stocks"][2]["before_value"] = 21

    (_, second, _) = game.screens(read(array))

    assert [card.change for card in second.cards] == [110 - 77, None, None]
    assert second.moves == (90 - 110, 60 - 45, 0)


def test_titles_count_to_six_whatever_the_length_of_the_chapter():
    titles = [one.title for one in game.screens(read(entries(PRICES[:1] * 9)))]

    assert titles[:5] == [f"{turn}턴 시작!" for turn in (2, 3, 4, 5, 6)]
    assert titles[5:] == ["6턴 종료!", "7턴 종료!", "8턴 종료!"]


def test_what_no_player_ever_sees_is_listed_in_reading_order():
    array = entries(tags=["high", "mid", "low", "all"])
    array[1]["news_hint"] = "귀띔"
    array[2]["news_hint"] = array[3]["stocks"][1]["expectation"] = ""

    last = ("t4.news", "t4.news_tag")
    shared = ("name", "risk_level", "description")
    assert game.unseen(read(array)) == (
        "t1.result",
        *("t1.s1.description", "t1.s2.description", "t1.s3.description"),
        "t2.news_hint",
        *("t2.s1.description", "t2.s2.description", "t2.s3.description"),
        *("t3.s1.description", "t3.s2.description", "t3.s3.description"),
        *last,
        *(f"t4.s1.{field}" for field in (*shared, "expectation")),
        *(f"t4.s2.{field}" for field in shared),
        *(f"t4.s3.{field}" for field in (*shared, "expectation")),
    )


def test_a_text_is_unseen_exactly_when_no_screen_changes_with_it(sea_park):
    story = chapter.read(sea_park)
    unseen = set(game.unseen(story))
    for at, text in story.texts():
        array = copy.deepcopy(story.array)
        holder = array[at.turn - 1] if not at.stock else array[at.turn - 1]["stocks"][at.stock - 1]
        holder[at.field] = f"{text}!"
        if text and at.field != "news_tag":
            assert (shown(read(array)) == shown(story)) == (str(at) in unseen), at


def shown(story):
    """All that is on screen, without what a card only carries."""
    seen = [(one.news, one.result, one.moves, one.title) for one in game.screens(story)]
    cards = [card for one in game.screens(story) for card in one.cards]
    texts = [(card.name, card.risk, card.expectation, card.price, card.change) for card in cards]
    return seen, texts, game.chart(story)


def test_the_end_chart_has_a_line_a_name_over_all_entries():
    drawn = game.chart(read(entries()))

    assert drawn.names == NAMES
    assert drawn.series == ((100, 110, 90, 120), (50, 45, 60, 55), (20, 21, 21, 22))
    assert drawn.colours == ("#FF6B6B", "#4ECDC4", "#FFD93D")


def test_the_end_chart_takes_its_names_from_the_last_turn_that_is_played():
    array = entries()
    array[2]["stocks"][0]["name"], array[3]["stocks"][1]["name"] = "새 이름", "안 보이는 이름"

    assert game.chart(read(array)).names == ("새 이름", *NAMES[1:])


def test_stocks_of_one_name_are_one_line_with_the_prices_of_the_last():
    array = entries()
    for entry in array:
        entry["stocks"][2]["name"] = NAMES[0]

    drawn = game.chart(read(array))

    assert drawn.names == NAMES[:2]
    assert drawn.series == ((20, 21, 21, 22), (50, 45, 60, 55))
    assert drawn.colours == ("#FF6B6B", "#4ECDC4")


# -- whom the news means


@pytest.mark.parametrize(
    ("tag", "news", "aims"),
    [
        ("high", "", (1,)),
        ("low", "로켓 정류장 소식이에요.", (3,)),
        ("all", "", (1, 2, 3)),
        ("", "망원경 가게와 우주 빵집에 손님이 와요.", (2, 3)),
        ("문장이 든 꼬리표", "로켓 정류장이 붐벼요.", (1,)),
        ("", "손님이 와요.", ()),
    ],
)
def test_the_tag_says_whom_the_news_means_and_else_the_names_in_it(tag, news, aims):
    board = a_board(tags=[tag, "", "", ""], news=[news, "", "", ""])

    assert board.aims[0] == aims


def test_a_tag_means_the_stock_of_that_risk_wherever_it_stands():
    array = entries(tags=["high", "high", "", ""])
    array[1]["stocks"].reverse()
    for stock in array[1]["stocks"]:
        stock["risk_level"] = {"고": "고위험", "중": "균형형", "저": "저위험"}[
            stock["risk_level"][0]
        ]

    assert game.board(read(array)).aims[:2] == ((1,), (3,))


def test_every_real_chapter_is_played_but_the_two_that_crash_the_game(shared):
    refused = {}
    for path in sorted((shared / "chapters/real").glob("*.json")):
        story = chapter.read(path.read_bytes())
        try:
            assert len(game.screens(story)) == game.board(story).turn_max
        except Unplayable as problem:
            refused[path.name] = problem.rule

    assert refused == {
        "5d18cfe_moon_result_json_5_20250613_070248.json": "unplayable_stocks",
        "test_async_payload.json": "unplayable_turns",
    }
