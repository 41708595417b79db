import threading

import pytest

from core.errors import ModelBusy, Unavailable
from core.service import jobs
from core.service.jobs import Desk, Job
from core.service.traffic import Traffic
from tests.service.fakes import FREE, PRICE, SEA_PARK, Says, a_desk, awaited, over, says, until


def test_an_edit_from_a_thread_is_seen_through_to_its_proposal():
    with a_desk() as desk:
        view = over(desk, desk.submit(Job(SEA_PARK, PRICE)))

        assert (view.state, view.outcome, view.kind) == ("done", "edited", "instant")
        assert {change.at for change in view.changes} >= {"t3.s3.current_value"}
        assert view.proposal.applied.chapter.text != SEA_PARK.text
        assert 1 <= len(view.reply) <= 50
        assert 0 < view.seconds < 1


def test_views_only_grow_and_the_last_one_is_over():
    async def watched(desk):
        id_ = desk.submit(Job(SEA_PARK, FREE))
        return [view async for view in desk.watch(id_)]

    with a_desk(Says(says("바람이 세게 분대요.", "별이 반짝인대요."))) as desk:
        views = awaited(watched(desk))

    sequence = [view.seq for view in views]
    assert sequence == sorted(set(sequence))
    assert views[-1].over
    assert {change.at for change in views[-1].changes} == {"t1.news", "t2.news"}
    assert (views[-1].tokens_in, views[-1].tokens_out, views[-1].cached) == (100, 20, 40)


def test_a_cancelled_edit_ends_its_call_at_once_and_keeps_what_passed():
    model = Says(says("바람이 세게 분대요.").partition(', "reply"')[0], waits=True)
    with a_desk(model) as desk:
        id_ = desk.submit(Job(SEA_PARK, FREE))
        until(lambda: desk.view(id_).changes)

        assert desk.cancel(id_)
        view = over(desk, id_)

        assert model.left.wait(1)
        assert (view.state, view.outcome) == ("cancelled", "cancelled")
        assert [change.at for change in view.proposal.applied.changes] == ["t1.news"]
        assert not desk.cancel(id_)


def test_an_edit_that_is_cancelled_before_it_begins_is_cancelled():
    with a_desk(Says("", waits=True)) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE)) for _ in range(20)]
        for id_ in ids:
            desk.cancel(id_)

        assert {over(desk, id_).outcome for id_ in ids} == {"cancelled"}
        assert desk.counts.active == 0
        assert desk.counts.outcomes == {"cancelled": 20}


def test_an_edit_shows_how_many_calls_are_before_it_until_it_has_its_turn():
    model = Traffic(Says(says("바람이 세게 분대요."), waits=True), parallel=1)
    with a_desk(model, places=model.places) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE, lane=lane)) for lane in ("a", "a", "a", "b")]

        until(lambda: [desk.view(id_).place for id_ in ids] == [None, 0, 2, 1])
        for id_ in (ids[0], ids[1]):
            desk.cancel(id_)
        until(lambda: [desk.view(id_).place for id_ in ids] == [None, None, 0, None])


def test_a_models_failure_is_a_failed_view_with_the_error():
    with a_desk(Says("", error=ModelBusy("model_busy"))) as desk:
        view = over(desk, desk.submit(Job(SEA_PARK, FREE)))

    assert (view.state, view.outcome) == ("failed", "failed")
    assert isinstance(view.error, ModelBusy)
    assert view.reply


def test_a_bug_is_a_failed_view_that_says_we_broke_it(caplog):
    with a_desk(Says("", error=ZeroDivisionError("secret story"))) as desk:
        view = over(desk, desk.submit(Job(SEA_PARK, FREE)))

    assert (view.state, view.rule) == ("failed", "broken")
    assert caplog.records


def test_a_request_over_the_limit_is_refused():
    with a_desk() as desk:
        view = over(desk, desk.submit(Job(SEA_PARK, "가" * 20_000)))

    assert (view.state, view.outcome) == ("done", "refused")


def test_two_hundred_at_once_all_end_and_are_counted():
    with a_desk(Says(says("바람이 세게 분대요."))) as desk:
        ids = [desk.submit(Job(SEA_PARK, FREE)) for _ in range(200)]

        assert {over(desk, id_, 30).outcome for id_ in ids} == {"edited"}
        assert (desk.counts.active, desk.counts.completed) == (0, 200)
        assert desk.counts.tokens_in == 20_000


def test_only_so_many_ended_edits_are_kept(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_KEPT", 3)
    with a_desk() as desk:
        ids = [desk.submit(Job(SEA_PARK, PRICE)) for _ in range(10)]
        until(lambda: desk.counts.completed == 10)

        kept = [id_ for id_ in ids if desk.view(id_)]

    assert kept == ids[-3:]


def test_ended_edits_are_kept_up_to_a_size(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_CHARACTERS", 2 * len(SEA_PARK.text))
    with a_desk() as desk:
        ids = [desk.submit(Job(SEA_PARK, PRICE)) for _ in range(5)]
        until(lambda: desk.counts.completed == 5)

        assert [id_ for id_ in ids if desk.view(id_)] == ids[-2:]


def test_a_full_desk_refuses(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_ACTIVE", 2)
    with a_desk(Says("", waits=True)) as desk:
        first = desk.submit(Job(SEA_PARK, FREE))
        desk.submit(Job(SEA_PARK, FREE))

        with pytest.raises(Unavailable):
            desk.submit(Job(SEA_PARK, FREE))

        desk.cancel(first)
        over(desk, first)
        assert desk.submit(Job(SEA_PARK, FREE))


def test_a_closing_desk_takes_nothing_and_cancels_what_outlives_its_grace():
    model = Says("", waits=True)
    with a_desk(model) as desk:
        id_ = desk.submit(Job(SEA_PARK, FREE))
        until(lambda: model.heard)
        desk.close(0.05)

        assert not desk.ready
        with pytest.raises(Unavailable):
            desk.submit(Job(SEA_PARK, FREE))
        assert over(desk, id_).outcome == "cancelled"


def test_the_model_is_let_go_of_last():
    closed = threading.Event()

    async def close():
        closed.set()

    desk = Desk(None, on_stop=close)
    desk.start()
    desk.stop()

    assert closed.is_set()


def test_an_unknown_edit_is_nothing_to_see_and_nothing_to_wait_for():
    async def watched(desk):
        return [view async for view in desk.watch("nothing")]

    with a_desk() as desk:
        assert desk.view("nothing") is None
        assert not desk.cancel("nothing")
        assert awaited(watched(desk)) == []
        with pytest.raises(Unavailable):
            awaited(desk.ended("nothing"))


def test_an_edit_that_is_over_can_be_forgotten_a_running_one_cannot():
    model = Says("", waits=True)
    with a_desk(model) as desk:
        done, running = desk.submit(Job(SEA_PARK, PRICE)), desk.submit(Job(SEA_PARK, FREE))
        over(desk, done)
        for id_ in (done, running, "nothing"):
            desk.forget(id_)

        assert desk.view(done) is None
        assert desk.view(running)
