"""Calls are never too many, nobody is forgotten or starved, and a dead provider is left alone."""

import asyncio
import random
import selectors
import time
from collections import Counter
from contextlib import aclosing

import pytest

from core import words
from core.editing.prompt import CHAPTER_CHANGES, Message, Prompt
from core.errors import (
    ModelBusy,
    ModelDown,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelSetup,
    ModelTimeout,
    retold,
    told,
)
from core.service import logs, traffic
from core.service.jobs import Job
from core.service.traffic import FAILURES, MOST_HELD_S, MOST_OPEN_S, PATIENCE_S, TOLD_S, Traffic
from tests.service.fakes import FREE, SEA_PARK, Says, a_desk, over, says

PROMPT = Prompt((Message("user", "바꿔 줘"),))
EVER_S = 100_000.0
DOWN = ModelDown("model_down")
NOT_COUNTED = [
    ModelRefused("model_refused"),
    ModelGarbled("model_format"),
    ModelSetup("model_key"),
    ModelBusy("model_busy", 0.01),
]
COUNTED = [DOWN, ModelBusy("model_busy"), ModelTimeout("model_timeout")]


class Skipping(asyncio.SelectorEventLoop):
    """A real loop that does not wait: where nothing is ready, it is later at once."""

    def __init__(self):
        self.now = 1000.0
        super().__init__(_NoWait(self))

    def time(self):
        return self.now


class _NoWait(selectors.SelectSelector):
    def __init__(self, loop):
        super().__init__()
        self._skipping = loop

    def select(self, timeout=None):
        assert timeout is not None, "everybody waits, and nothing will happen"
        self._skipping.now += timeout + 1e-9
        return super().select(0)


class Provider:
    """Answers after a while, or fails as it is told to; keeps who began when."""

    def __init__(self, lasts_s=1.0, error=None, *, after_text=False):
        self.lasts_s, self.error, self.after_text = lasts_s, error, after_text
        self.began = []
        self.running = self.most = 0

    async def stream(self, prompt, schema):
        self.began.append((now(), traffic.lane.get()))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            lasts_s = self.lasts_s() if callable(self.lasts_s) else self.lasts_s
            error = self.error() if callable(self.error) else self.error
            await asyncio.sleep(lasts_s / 2)
            if self.after_text:
                yield "{"
            await asyncio.sleep(lasts_s / 2)
            if error:
                raise retold(**told(error))
            yield "{}"
        finally:
            self.running -= 1

    @property
    def lanes(self):
        return [lane for _, lane in self.began]


def now():
    return asyncio.get_running_loop().time()


def around(model, parallel=4, per_minute=0):
    clock = asyncio.get_running_loop().time
    return Traffic(model, parallel=parallel, per_minute=per_minute, clock=clock)


def skipping(scenario):
    with asyncio.Runner(loop_factory=Skipping) as runner:
        return runner.run(asyncio.wait_for(scenario, EVER_S))


async def ask(model, lane="", edit=""):
    traffic.lane.set(lane)
    logs.edit.set(edit)
    async with aclosing(model.stream(PROMPT, CHAPTER_CHANGES)) as pieces:
        return [piece async for piece in pieces]


def begin(model, lane="", edit=""):
    return asyncio.create_task(ask(model, lane, edit))


async def ended(tasks):
    """What each came to: its pieces, its error, or that it was cancelled."""
    return await asyncio.gather(*tasks, return_exceptions=True)


async def fail(model, times=FAILURES):
    for _ in range(times):
        with pytest.raises(ModelError):
            await ask(model)


async def watched(live, values):
    async with aclosing(live.watch()) as changes:
        return [await anext(changes) for _ in range(values)]


def empty(model):
    standing = model.standing
    return (standing.running, standing.waiting) == (0, 0)


# -- how many, and whose turn


@pytest.mark.parametrize("seed", range(60))
def test_never_too_many_and_everybody_is_served_or_has_left(seed):
    chance = random.Random(seed)
    parallel, per_minute = chance.randint(1, 5), chance.choice([0, 0, 7, 60, 600])
    faults = [None] * 8 + [*NOT_COUNTED, DOWN]

    async def crowd():
        provider = Provider(lambda: chance.expovariate(1), lambda: chance.choice(faults))
        model = around(provider, parallel, per_minute)
        tasks = []
        for _ in range(80):
            tasks.append(begin(model, f"lane {chance.randrange(5)}"))
            if chance.random() < 0.4:
                await asyncio.sleep(chance.choice([0, 0, 0.01, 2]))
            if chance.random() < 0.3:
                chance.choice(tasks).cancel()
        endings = await ended(tasks)
        await asyncio.sleep(TOLD_S)
        return provider, model, endings, model.places.value

    provider, model, endings, places = skipping(crowd())

    assert provider.most <= parallel
    assert empty(model)
    assert (places, model._wheel) == ({}, {})
    kinds = (list, ModelError, asyncio.CancelledError)
    assert all(isinstance(one, kinds) for one in endings)
    assert most_in_a_minute(provider) <= (per_minute or len(endings))


def most_in_a_minute(provider):
    times = [at for at, _ in provider.began]
    return max(sum(at <= other < at + 60 for other in times) for at in times)


@pytest.mark.parametrize("per_minute", [1, 9, 10, 11, 60, 599])
def test_a_minutes_calls_are_used_but_not_exceeded(per_minute):
    async def crowd():
        provider = Provider(0.1)
        model = around(provider, 1000, per_minute)
        await ended([begin(model) for _ in range(3 * per_minute)])
        return provider, now() - 1000

    provider, seconds = skipping(crowd())

    assert per_minute * 0.9 <= most_in_a_minute(provider) <= per_minute
    assert seconds <= 60 * 3 / 0.9


@pytest.mark.parametrize("seed", range(30))
def test_a_person_waits_for_one_turn_of_the_wheel_at_most(seed):
    chance = random.Random(seed)
    lanes = [f"batch {n}" for n in range(chance.randint(1, 6))]

    async def crowd():
        provider = Provider(lambda: chance.uniform(0.5, 2))
        model = around(provider, chance.randint(1, 4))
        batch = [begin(model, chance.choice(lanes)) for _ in range(200)]
        await asyncio.sleep(chance.uniform(0, 20))
        before = len(provider.began)
        await begin(model, "person")
        for task in batch:
            task.cancel()
        await ended(batch)
        return provider.lanes[before:].index("person")

    assert skipping(crowd()) <= len(lanes)


def test_lanes_are_served_in_turn_and_each_in_order():
    async def crowd():
        provider = Provider()
        model = around(provider, 1)
        await ended([begin(model, name) for name in ("a", "a", "a", "b", "c", "b")])
        return provider.lanes

    assert skipping(crowd()) == ["a", "a", "b", "c", "a", "b"]


def test_a_cancelled_waiter_leaves_at_once_and_takes_nobodys_turn():
    async def crowd():
        provider = Provider()
        model = around(provider, 1)
        first, second, third = (begin(model, name) for name in "abc")
        await asyncio.sleep(0.5)
        second.cancel()
        await asyncio.sleep(0)
        waiting = model.standing.waiting
        await ended([first, second, third])
        return waiting, provider.began

    assert skipping(crowd()) == (1, [(pytest.approx(1000), "a"), (pytest.approx(1001), "c")])


def test_a_seat_given_to_one_who_has_just_left_goes_to_the_next():
    async def crowd():
        provider = Provider()
        model = around(provider, 1)
        first, second, third = (begin(model, name) for name in "abc")
        await asyncio.sleep(0.5)
        second_waits = next(call for call in model._line() if call.lane == "b")
        second_waits.turn.add_done_callback(lambda _: second.cancel())
        return await ended([first, second, third]), model

    (first, second, third), model = skipping(crowd())

    assert first == third == ["{}"]
    assert isinstance(second, asyncio.CancelledError)
    assert empty(model)


def test_a_long_line_waits_on_one_timer():
    async def crowd():
        model = around(Provider(), 8, per_minute=1)
        tasks = [begin(model) for _ in range(200)]
        await asyncio.sleep(10)
        timers = [one for one in asyncio.get_running_loop()._scheduled if not one.cancelled()]
        for task in tasks:
            task.cancel()
        await ended(tasks)
        return len(timers)

    # One for the line, and one for this test's own patience.
    assert skipping(crowd()) == 2


def test_a_stream_that_is_closed_early_gives_its_seat_back():
    async def leave():
        model = around(Provider(after_text=True), 1)
        async with aclosing(model.stream(PROMPT, CHAPTER_CHANGES)) as pieces:
            await anext(pieces)
        return await ask(model), empty(model)

    assert skipping(leave()) == (["{", "{}"], True)


# -- the place in line


def test_an_edit_sees_how_many_calls_are_before_its_first():
    async def crowd():
        model = around(Provider(), 1)
        callers = [("a", "now"), ("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b1"), ("c", "c1")]
        tasks = [begin(model, *each) for each in callers]
        await asyncio.sleep(0.5)
        first = dict(model.places.value)
        await asyncio.sleep(1)
        second = dict(model.places.value)
        await ended(tasks)
        return first, second

    first, second = skipping(crowd())

    assert first == {"a1": 0, "b1": 1, "c1": 2, "a2": 3}
    assert second == {"b1": 0, "c1": 1, "a2": 2}


@pytest.mark.parametrize("seed", range(20))
def test_places_are_the_order_in_which_calls_are_served(seed):
    chance = random.Random(seed)

    async def crowd():
        provider = Provider()
        model = around(provider, 1)
        tasks = [begin(model, f"lane {chance.randrange(4)}", str(n)) for n in range(30)]
        await asyncio.sleep(0.5)
        line = [call.lane for call in model._line()]
        places = sorted(model.places.value.values())
        await ended(tasks)
        return line, places, provider.lanes[1:]

    line, places, served = skipping(crowd())

    assert line == served
    assert places == list(range(29))


def test_who_watches_the_line_sees_it_move_and_end():
    async def crowd():
        model = around(Provider(), 1)
        watching = asyncio.create_task(watched(model.places, 4))
        await ended([begin(model, name) for name in "abc"])
        return [places.get("c") for places in await watching], model.place("c")

    assert skipping(crowd()) == ([None, 1, 0, None], None)


def test_a_place_is_looked_up_by_lane_where_no_edit_is_named():
    async def crowd():
        model = around(Provider(), 1)
        tasks = [begin(model, "a"), begin(model, "b")]
        await asyncio.sleep(0.5)
        place = model.place("b")
        await ended(tasks)
        return place

    assert skipping(crowd()) == 0


# -- a provider that is down


@pytest.mark.parametrize("error", COUNTED, ids=lambda error: error.rule)
def test_a_provider_that_keeps_failing_is_left_alone(error):
    async def down():
        provider = Provider(0.1, error)
        model = around(provider)
        await fail(model)
        with pytest.raises(ModelDown) as refused:
            await ask(model)
        return len(provider.began), refused.value, model.standing

    calls, refused, standing = skipping(down())

    assert calls == FAILURES
    assert (refused.rule, refused.facts) == ("model_circuit", {"wait_s": 2})
    assert standing.circuit == "open"
    assert 1.5 <= standing.wait_s <= 2


@pytest.mark.parametrize("error", NOT_COUNTED, ids=lambda error: error.rule)
def test_what_says_nothing_of_the_provider_opens_no_circuit(error):
    async def fine():
        model = around(Provider(0.1, error))
        await fail(model, FAILURES * 2)
        return model.standing.circuit

    assert skipping(fine()) == "closed"


def test_an_answer_that_comes_too_slowly_is_no_sign_that_nobody_is_there():
    async def slow():
        model = around(Provider(9, ModelTimeout("model_timeout"), after_text=True))
        await fail(model, FAILURES * 2)
        return model.standing.circuit

    assert skipping(slow()) == "closed"


def test_a_whole_answer_between_failures_keeps_the_circuit_closed():
    async def flaky():
        provider = Provider(0.1)
        model = around(provider)
        for _ in range(5):
            provider.error = DOWN
            await fail(model, FAILURES - 1)
            provider.error = None
            await ask(model)
        return model.standing.circuit

    assert skipping(flaky()) == "closed"


def test_failures_that_are_far_apart_open_nothing():
    async def rare():
        model = around(Provider(50, DOWN))
        await fail(model, FAILURES * 2)
        return model.standing.circuit

    assert skipping(rare()) == "closed"


@pytest.mark.parametrize(("per_minute", "opens_s"), [(0, FAILURES), (6, 41)])
def test_who_stands_in_line_is_told_at_once_when_the_circuit_opens(per_minute, opens_s):
    async def crowd():
        provider = Provider(1, DOWN)
        model = around(provider, 1, per_minute)
        endings = await ended([begin(model, f"lane {n % 3}") for n in range(21)])
        return Counter(error.rule for error in endings), now() - 1000

    rules, seconds = skipping(crowd())

    assert rules == {"model_down": FAILURES, "model_circuit": 21 - FAILURES}
    assert seconds == pytest.approx(opens_s, abs=0.1)


def test_a_call_that_got_its_seat_as_the_circuit_opened_does_not_go():
    async def crowd():
        provider = Provider(0.1, DOWN)
        model = around(provider, 2)
        await fail(model, FAILURES - 1)
        errors = iter([NOT_COUNTED[0], DOWN, None])
        provider.error = lambda: next(errors)
        endings = await ended([begin(model) for _ in range(3)])
        return [error.rule for error in endings], len(provider.began)

    assert skipping(crowd()) == (["model_refused", "model_down", "model_circuit"], FAILURES + 1)


def test_one_call_tries_when_it_is_time_and_its_first_piece_closes_the_circuit():
    async def back():
        provider = Provider(0.1, DOWN)
        model = around(provider)
        await fail(model)
        await asyncio.sleep(2)
        provider.error, provider.after_text, provider.lasts_s = None, True, 4
        crowd = [begin(model) for _ in range(10)]
        await asyncio.sleep(1)
        trying = model.standing.circuit
        await asyncio.sleep(2)
        after = model.standing.circuit
        return trying, after, Counter(type(one) for one in await ended(crowd))

    assert skipping(back()) == ("trying", "closed", {list: 1, ModelDown: 9})


def test_the_circuit_stays_open_longer_each_time_and_begins_anew_after_an_answer():
    async def down():
        provider, waits = Provider(0.01, DOWN), []
        model = around(provider)
        await fail(model)
        for _ in range(8):
            waits.append(model.standing.wait_s)
            await asyncio.sleep(model.standing.wait_s + 0.001)
            await fail(model, 1)
        await asyncio.sleep(MOST_OPEN_S)
        provider.error = None
        await ask(model)
        provider.error = DOWN
        await fail(model)
        return waits, model.standing.wait_s, len(provider.began)

    waits, anew, calls = skipping(down())

    expected = [2, 4, 8, 16, 32, 60, 60, 60]
    assert all(0.74 * most <= wait <= most for wait, most in zip(waits, expected, strict=True))
    assert anew <= 2
    assert calls == FAILURES + 8 + 1 + FAILURES


def test_a_provider_that_only_begins_to_answer_is_soon_left_alone_again():
    async def cut():
        provider = Provider(0.1, DOWN, after_text=True)
        model = around(provider)
        await fail(model)
        await asyncio.sleep(2)
        await fail(model, 1)
        return model.standing

    standing = skipping(cut())

    assert standing.circuit == "open"
    assert standing.wait_s > 2


def test_a_try_that_its_writer_ends_lets_the_next_one_try():
    async def leave():
        provider = Provider(0.1, DOWN)
        model = around(provider)
        await fail(model)
        await asyncio.sleep(2)
        provider.error, provider.lasts_s = None, 30
        first = begin(model)
        await asyncio.sleep(1)
        first.cancel()
        await ended([first])
        between = model.standing.circuit
        return between, await ask(model), model.standing.circuit

    assert skipping(leave()) == ("open", ["{}"], "closed")


@pytest.mark.parametrize("error", NOT_COUNTED, ids=lambda error: error.rule)
def test_a_try_that_is_answered_with_another_error_closes_the_circuit(error):
    async def back():
        provider = Provider(0.1, DOWN)
        model = around(provider)
        await fail(model)
        await asyncio.sleep(2)
        provider.error = error
        await fail(model, 1)
        return model.standing.circuit

    assert skipping(back()) == "closed"


def test_calls_from_before_the_circuit_opened_do_not_open_it_again():
    async def late():
        provider = Provider(20, ModelTimeout("model_timeout"))
        model = around(provider, 100)
        old = [begin(model) for _ in range(50)]
        await asyncio.sleep(1)
        provider.lasts_s = 0.1
        await fail(model)
        await asyncio.sleep(2)
        provider.error = None
        await ask(model)
        await ended(old)
        return model.standing.circuit

    assert skipping(late()) == "closed"


@pytest.mark.parametrize("seed", range(40))
def test_never_more_than_one_call_tries(seed):
    chance = random.Random(seed)

    async def storm():
        begun = Counter()

        def fate():
            """Called by the provider as a call begins."""
            standing, opened = model.standing, model._circuit._round
            assert standing.circuit != "open"
            if standing.circuit == "trying":
                begun[opened] += 1
            return chance.choice([*COUNTED, *COUNTED, *NOT_COUNTED, None])

        model = around(Provider(lambda: chance.expovariate(2), fate), chance.randint(1, 8))
        tasks = []
        for _ in range(300):
            tasks.append(begin(model, f"lane {chance.randrange(5)}"))
            await asyncio.sleep(chance.choice([0, 0, 0.1, 1]))
        endings = await ended(tasks)
        return begun, endings, model

    begun, endings, model = skipping(storm())

    assert begun
    assert max(begun.values()) == 1
    assert all(isinstance(one, (list, ModelError)) for one in endings)
    assert empty(model)


# -- a provider that names a wait


def test_a_named_wait_holds_everybody_then_half_as_many_go_on_and_soon_all():
    async def limited():
        provider = Provider(1, ModelBusy("model_busy", 10.0))
        model = around(provider, 8)
        tasks = [begin(model, f"lane {n}") for n in range(40)]
        await asyncio.sleep(2)
        held, provider.error, provider.most = model.standing, None, 0
        await ended(tasks)
        return held, [at - 1000 for at, _ in provider.began], provider.most

    held, began, most = skipping(limited())

    assert 8.9 <= held.held_s <= 10
    assert (held.circuit, held.running, held.waiting) == ("closed", 0, 32)
    again = began[8]
    assert 11 <= again <= 12.1
    assert sum(at < again + 0.5 for at in began) == 8 + 4
    assert most == 8


def test_a_wait_beyond_patience_is_told_at_once_to_those_in_line_and_those_who_come():
    async def limited():
        model = around(Provider(1, ModelBusy("model_busy", 86_400.0)), 1)
        endings = await ended([begin(model) for _ in range(5)])
        with pytest.raises(ModelBusy) as refused:
            await ask(model)
        return endings, refused.value, now() - 1000

    (first, *others), refused, seconds = skipping(limited())

    assert first.rule == "model_busy"
    assert {error.rule for error in others} == {refused.rule} == {"model_busy_for"}
    assert PATIENCE_S < refused.wait_s <= MOST_HELD_S * 1.1
    assert refused.facts["seconds"] >= refused.wait_s
    assert seconds < 2


def test_a_wait_named_inside_a_call_that_goes_on_holds_the_others():
    async def limited():
        provider = Provider(0.1)
        model = around(provider, 8)
        model.retried(ModelBusy("model_busy", 5.0))
        await ended([begin(model) for _ in range(8)])
        return [at - 1000 for at, _ in provider.began]

    assert min(skipping(limited())) >= 5


def test_a_retry_inside_a_call_is_one_of_the_minutes_requests():
    async def limited():
        provider = Provider(0.1)
        model = around(provider, 100, per_minute=60)
        for _ in range(7):
            model.retried(DOWN)
        await ended([begin(model) for _ in range(7)])
        return [at - 1000 for at, _ in provider.began]

    assert min(skipping(limited())) > 1


# -- in real time, and at the desk


def test_in_real_time_calls_wait_as_long_as_they_must_and_no_longer():
    async def crowd():
        provider = Provider(0.05)
        model = Traffic(provider, parallel=2, per_minute=60_000)
        begun = time.monotonic()
        await asyncio.wait_for(ended([begin(model, str(n)) for n in range(8)]), 5)
        return provider.most, time.monotonic() - begun

    with asyncio.Runner() as runner:
        most, seconds = runner.run(crowd())

    assert most == 2
    assert 0.19 < seconds < 1


def test_the_desk_works_through_it():
    model = Traffic(Says(says("바람이 세게 분대요.")), parallel=1)

    with a_desk(model) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE)) for _ in range(5)]
        outcomes = [over(desk, id_).outcome for id_ in ids]

    assert outcomes == ["edited"] * 5
    assert empty(model)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_refused_call_is_told_in_words_with_its_wait(lang):
    errors = [ModelDown("model_circuit", wait_s=7), ModelBusy("model_busy_for", 7.0, seconds=7)]

    assert all("7" in words.error(error, lang) for error in errors)
    assert [told(retold(**told(error))) for error in errors] == list(map(told, errors))


# -- the pace


class Writing:
    """Half a second to the first token, then 40 a second."""

    async def stream(self, prompt, schema):
        await asyncio.sleep(0.5)
        for _ in range(20):
            yield "가" * 6
            await asyncio.sleep(0.1)


def test_the_pace_is_that_of_the_calls_once_they_have_a_seat():
    async def scenario():
        model = around(Writing(), parallel=1)
        await asyncio.gather(*(ask(model) for _ in range(3)))
        return model.pace.first_s.value, model.pace.rate.value, model.pace.seats()

    first_s, rate, seats = skipping(scenario())

    assert first_s == pytest.approx(0.5, abs=0.11)
    assert rate == pytest.approx(40, rel=0.1)
    assert seats == 1
