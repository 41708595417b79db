"""What edits cost is written behind their backs, and a limit of the day asks no model."""

import asyncio
import threading
import time
from dataclasses import replace

import pytest

from core.editing.prompt import VERSION
from core.errors import ModelDown, ModelSpent, Unavailable
from core.service.acts import Acts
from core.service.costs import Ledger, of
from core.service.jobs import Desk, Job, View
from core.service.settings import BadSetting, Settings
from core.store.costs import FEW, Cost, Costs, Hold, Spent, day
from core.store.edits import Edits
from core.store.library import Library
from tests.service.fakes import FREE, PRICE, SEA_PARK, Says, over, says, until
from tests.store.conftest import database, place, postgres, postgres_place  # noqa: F401  fixtures

NEWS = says("새 소식이에요.")


class Desked:
    """A desk with a ledger, on a model that remembers."""

    def __init__(self, database, model=None, **settings):  # noqa: F811
        self.costs = Costs(database)
        self.model = model or Says(NEWS)
        self.ledger = Ledger(self.costs, Settings(**settings))
        self.desk = Desk(self.model, on_ended=self.ledger.ended, allow=self.ledger.allow)
        self.acts = Acts(Library(database), Edits(database), self.desk, "sim")
        self.desk.start()

    def ask(self, request=FREE, lane="api"):
        return over(self.desk, self.desk.submit(Job(SEA_PARK, request, lane=lane)))

    def spent(self):
        return self.costs.of_day(day(time.time()))


@pytest.fixture
def desked(database):  # noqa: F811
    made = []

    def make(**settings):
        made.append(Desked(database, **settings))
        return made[-1]

    yield make
    for one in made:
        if one.desk.ready:
            one.desk.stop()


def test_an_edit_that_no_store_keeps_is_noted_behind_its_back(desked):
    one = desked()
    one.ask()
    one.ask(PRICE)
    one.ask(PRICE)

    until(lambda: sum(row.edits for row in one.costs.since(0)) == 3)

    assert one.spent()["api"] == Spent(100, 20, 40)
    kinds = {row.kind: (row.edits, row.whole > 1000) for row in one.costs.since(0)}
    assert kinds == {"field": (1, True), "instant": (2, True)}


def test_what_waits_is_written_before_the_desk_stops(desked):
    one = desked()
    one.ask()
    one.desk.stop()

    assert one.spent() == {"api": Spent(100, 20, 40)}


def test_a_kept_edit_is_noted_with_it_and_its_verdict_follows(desked):
    one = desked(model=Says(says("하나예요.", "둘이에요.")))
    id_ = one.acts._library.open(SEA_PARK, "바다")
    edit = one.acts.ask(id_, FREE, author="지우")
    over(one.desk, edit)
    (row,) = one.costs.since(0)
    assert (row.model, row.prompt, row.offered, row.accepted) == ("sim", VERSION, 2, 0)
    assert one.spent() == {"지우": Spent(100, 20, 40)}

    one.acts._edits.decide(edit, {"verdicts": {"g1": "accepted", "g2": "rejected"}})
    one.acts.take(edit, rest=False)

    (row,) = one.costs.since(0)
    assert (row.offered, row.accepted, row.rejected) == (2, 1, 1)


def test_what_is_left_open_is_counted_once_it_is_decided(desked):
    one = desked(model=Says(says("하나예요.", "둘이에요.")))
    id_ = one.acts._library.open(SEA_PARK, "바다")
    edit = one.acts.ask(id_, FREE)
    over(one.desk, edit)
    one.acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})
    rest = one.acts.take(edit, rest=False).rest
    (row,) = one.costs.since(0)
    assert (row.accepted, row.rejected) == (1, 0)

    one.acts.take(rest, rest=True)

    (row,) = one.costs.since(0)
    assert (row.offered, row.accepted, row.rejected) == (2, 2, 0)


def test_over_the_limit_of_a_writer_no_model_is_asked_and_instant_edits_work(desked):
    one = desked(max_tokens_a_day=120)
    assert one.ask(lane="지우").outcome == "edited"

    refused = one.ask(lane="지우")

    assert isinstance(refused.error, ModelSpent)
    assert (refused.outcome, refused.error.facts["used"]) == ("failed", 120)
    assert 0 < refused.error.facts["wait_s"] <= 86_400
    assert len(one.model.heard) == 1
    assert one.ask(PRICE, lane="지우").outcome == "edited"
    assert one.ask(lane="하나").outcome == "edited"


def test_the_budget_is_of_all_and_holds_in_another_process_and_after_a_restart(desked):
    prices = {"price_in": 1.0, "price_out": 1.0, "max_cost_a_day": 0.00012}
    one = desked(**prices)
    one.ask(lane="지우")
    one.desk.stop()
    two = desked(**prices)

    refused = two.ask(lane="하나")

    assert refused.rule == "model_spent_all"
    assert two.model.heard == []
    assert two.ledger.spent("누구").rule == "model_spent_all"


def known(one, count=FEW, **spent):
    """So many edits of the kind that FREE is of, yesterday."""
    cost = Cost("", time.time() - 86_400, "", "field", len(SEA_PARK.text), outcome="edited")
    one.costs.add([replace(cost, id=f"k{n}", **spent) for n in range(count)])


class Slow(Says):
    """A model that answers when it is told to."""

    def __init__(self, answer):
        super().__init__(answer)
        self.may = threading.Event()

    async def stream(self, prompt, schema):
        await asyncio.to_thread(self.may.wait, 20)
        async for piece in super().stream(prompt, schema):
            yield piece


def test_what_runs_is_set_aside_so_that_many_at_once_do_not_pass_the_limit(desked):
    model = Slow(NEWS)
    one = desked(model=model, max_tokens_a_day=600)
    known(one, tokens_in=100, tokens_out=20)
    ids = [one.desk.submit(Job(SEA_PARK, FREE, lane="지우")) for _ in range(20)]
    until(lambda: sum(one.desk.view(id_).over for id_ in ids) == 15)
    model.may.set()

    ends = [over(one.desk, id_) for id_ in ids]

    rules = sorted(view.rule for view in ends if view.outcome == "failed")
    assert [view.outcome for view in ends].count("edited") == 5
    assert rules == ["model_held"] * 15
    until(lambda: one.spent() == {"지우": Spent(500, 100, 200)})
    assert one.ask(lane="지우").rule == "model_spent"


def test_two_processes_that_begin_many_at_once_keep_one_limit(desked):
    models = [Slow(NEWS) for _ in range(2)]
    both = [desked(model=model, max_tokens_a_day=600) for model in models]
    known(both[0], tokens_in=100, tokens_out=20)
    ids = [
        (one, one.desk.submit(Job(SEA_PARK, FREE, lane="지우"))) for _ in range(10) for one in both
    ]
    until(lambda: sum(one.desk.view(id_).over for one, id_ in ids) == 15, 10)
    for model in models:
        model.may.set()

    ends = [over(one.desk, id_) for one, id_ in ids]

    assert [view.outcome for view in ends].count("edited") == 5
    until(lambda: both[0].spent() == {"지우": Spent(500, 100, 200)})


def test_what_is_left_is_too_little_for_a_request_and_a_smaller_one_is_done(desked):
    one = desked(max_tokens_a_day=1000)
    known(one, tokens_in=900, tokens_out=20)
    one.costs.add([Cost("t", time.time(), "지우", "turn", 1, tokens_in=200)])

    refused = one.ask(lane="지우")

    assert (refused.rule, dict(refused.error.facts)) == (
        "model_short",
        {"left": "800", "needs": "920"},
    )
    assert one.model.heard == []
    assert one.ask("1턴 뉴스를 더 신나게", lane="지우").outcome == "edited"


def test_the_budget_of_all_is_set_aside_by_its_cost(desked):
    one = desked(max_cost_a_day=0.001, price_in=1.0, price_out=1.0)
    known(one, tokens_in=900, tokens_out=20)
    one.costs.hold(Hold("other", "하나", Spent(500), time.time() + 60), (), lambda _: None)

    refused = one.ask(lane="지우")

    assert (refused.rule, refused.error.facts["left"]) == ("model_short_all", "0.0005")


def test_a_hold_of_a_process_that_died_lapses_and_an_edit_that_goes_on_keeps_its_own(desked):
    one = desked(max_tokens_a_day=1000)
    past = Hold("dead", "지우", Spent(5000), time.time() - 1)
    one.costs.hold(past, (), lambda _: None)
    assert one.ask(lane="지우").outcome == "edited"

    own = Hold("mine", "지우", Spent(5000), time.time() + 60)
    one.costs.hold(own, (), lambda _: None)
    assert one.ask(lane="지우").rule == "model_held"
    again = one.desk.submit(Job(SEA_PARK, FREE, lane="지우"), id_="mine")
    assert over(one.desk, again).outcome == "edited"
    assert one.ask(lane="지우").outcome == "edited"


def test_old_edits_become_the_sums_of_their_days_and_the_page_says_the_same(desked, monkeypatch):
    monkeypatch.setattr("core.service.costs.KEPT_DAYS", 20)
    one = desked()
    cost = Cost("", 0.0, "지우", "turn", 9, "sim", "2", "edited", 1, 100, 20, 40, 1.5, 300, 2)
    rows = [replace(cost, id=f"{n}", at=time.time() - n % 40 * 86_400) for n in range(400)]
    one.costs.add(rows)
    before = one.costs.since(0)

    one.ask(PRICE)

    today = day(time.time())
    until(lambda: one.costs.of_day(today - 21) == {"": Spent(1000, 200, 400)})
    assert one.costs.of_day(today - 20) == {"지우": Spent(1000, 200, 400)}
    until(lambda: {row.kind for row in one.costs.since(0)} == {"turn", "instant"})
    assert tuple(row for row in one.costs.since(0) if row.kind == "turn") == before
    one.costs.fold(today - 20)
    assert tuple(row for row in one.costs.since(0) if row.kind == "turn") == before


def test_a_limit_comes_back_with_the_next_day(desked):
    one = desked(max_tokens_a_day=100)
    one.costs.add([Cost("y", time.time() - 86_400, "지우", "turn", 1, tokens_in=500)])

    assert one.ledger.spent("지우") is None
    assert one.ask(lane="지우").outcome == "edited"


def test_a_store_that_is_away_stops_nobody_and_what_was_spent_is_written_when_it_is_back(
    desked, monkeypatch
):
    monkeypatch.setattr("core.service.costs.AGAIN_S", 0.1)
    one = desked(max_tokens_a_day=100)
    away = []

    def down(*_):
        away.append(1)
        raise Unavailable("store_down")

    with monkeypatch.context() as gone:
        gone.setattr(one.costs, "add", down)
        gone.setattr(one.costs, "of_day", down)
        assert one.ask().outcome == "edited"
        until(lambda: len(away) > 2)

    until(lambda: one.spent() == {"api": Spent(100, 20, 40)})
    assert one.ask().rule == "model_spent"


def test_a_request_that_goes_on_over_the_limit_leaves_the_proposal_under_review(desked):
    one = desked(max_tokens_a_day=100)
    id_ = one.acts._library.open(SEA_PARK, "바다")
    first = one.acts.ask(id_, FREE, author="지우")
    over(one.desk, first)

    second = one.acts.ask(id_, "1턴을 더 무섭게", author="지우", follows=first)

    view = over(one.desk, second)
    assert view.rule == "model_spent"
    assert [change.at for change in view.changes] == ["t1.news"]
    assert one.acts.asked(second).state == "open"
    one.acts.take(second, rest=True)
    (row,) = one.costs.since(0)
    assert (row.edits, row.accepted) == (1, 1)


def test_an_estimate_is_of_like_edits_and_none_where_there_are_none(desked):
    one = desked(price_in=1.0, price_out=2.0)
    assert one.ledger.estimate(FREE, SEA_PARK) is None
    size = len(SEA_PARK.text)
    rows = [
        Cost(f"{n}", time.time(), "", "field", size, outcome="edited", tokens_in=n, seconds=n / 10)
        for n in range(1, 12)
    ]
    one.costs.add(rows)

    found = one.ledger.estimate(FREE, SEA_PARK)

    assert (found.edits, found.tokens, found.seconds) == (11, (6, 10), (0.6, 1.0))
    assert found.cost == pytest.approx((0.000006, 0.00001))


def test_a_call_that_was_never_answered_is_not_charged_and_a_refusal_is_no_row(desked):
    one = desked(model=Says("", error=ModelDown("model_circuit", wait_s=3)))
    view = one.ask()
    assert view.tokens_in == 0

    spent = replace(view, error=ModelSpent("model_spent"))
    assert of(spent, "", "", 0.0) is None
    assert of(View("e", SEA_PARK, FREE, kind="instant"), "", "", 0.0) is None


def test_many_at_once_are_written_together(desked):
    one = desked()
    writes = []
    add = one.costs.add
    one.costs.add = lambda rows: (writes.append(len(rows)), add(rows))
    ids = [one.desk.submit(Job(SEA_PARK, FREE, lane="api")) for _ in range(50)]
    for id_ in ids:
        over(one.desk, id_)

    until(lambda: sum(writes) == 50)

    assert len(writes) < 10


def test_a_budget_without_prices_stops_the_start(tmp_path):
    with pytest.raises(BadSetting, match="MAX_COST_A_DAY needs PRICE_IN"):
        Settings.read({"MAX_COST_A_DAY": "5"}, tmp_path / "none")

    read = Settings.read({"MAX_COST_A_DAY": "5", "PRICE_IN": "1"}, tmp_path / "none")
    assert read.max_cost_a_day == 5
