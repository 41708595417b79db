"""What a tab hears of one edit, in this process."""

import asyncio
import json

from core.api.live import Stream, encoded
from core.service.acts import Acts
from core.service.census import Census
from core.service.history import History
from core.service.jobs import Job
from core.service.metrics import Pulse, Sampler
from core.service.settings import Settings
from core.service.tally import Tally
from core.service.wiring import Service
from tests.service.fakes import FREE, SEA_PARK, Says, a_desk, awaited, over, says, until


def service(desk):
    """A stream of what runs here needs no store."""
    acts = Acts(None, None, desk)
    chosen, pulse = Settings(), Pulse(lambda: True)
    history = History(chosen, desk, Tally(lambda _: 0.0), Census(None, None), pulse, None)
    sampler = Sampler(period_s=60)
    return Service(chosen, None, None, None, desk, acts, sampler, None, None, history, pulse)


def parsed(piece):
    """Name, id and data of one event."""
    lines = dict(line.split(": ", 1) for line in piece.decode().strip().splitlines())
    return lines.get("event"), lines.get("id"), json.loads(lines.get("data", "null"))


async def heard(running, edit, enough):
    """The data of `edit` events until `enough` is true of one."""
    events = []
    async for piece in Stream(running, edit, "ko").events():
        name, id_, data = parsed(piece)
        if name == "edit":
            events.append(data)
            assert id_ == str(data.get("seq", "None")) or id_ is None
            if enough(data):
                return events
    return events


def played(events):
    """The changes as a tab has them after all events."""
    changes = []
    for event in events:
        changes[event["from"] :] = event["changes"]
    return [change["at"] for change in changes]


def test_changes_come_one_by_one_and_end_with_the_final_state():
    with a_desk(Says(says("바람이 세게 분대요.", "별이 반짝인대요."))) as desk:
        edit = desk.submit(Job(SEA_PARK, FREE))
        events = awaited(heard(service(desk), edit, lambda data: data["outcome"]))

    assert played(events) == ["t1.news", "t2.news"]
    assert (events[-1]["state"], events[-1]["outcome"]) == ("done", "edited")
    assert events[-1]["reply"]
    assert (events[-1]["tokens_in"], events[-1]["tokens_out"]) == (100, 20)
    assert all("place" in change for event in events for change in event["changes"])
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})


def test_a_tab_that_joins_late_hears_everything():
    with a_desk(Says(says("바람이 세게 분대요.", "별이 반짝인대요."))) as desk:
        edit = desk.submit(Job(SEA_PARK, FREE))
        over(desk, edit)
        events = awaited(heard(service(desk), edit, lambda data: data["outcome"]))

    assert len(events) == 1
    assert played(events) == ["t1.news", "t2.news"]


def test_an_edit_cancelled_half_way_ends_with_what_passed():
    text = says("바람이 세게 분대요.").partition(', "reply"')[0]
    with a_desk(Says(text, waits=True)) as desk:
        edit = desk.submit(Job(SEA_PARK, FREE))
        until(lambda: desk.view(edit).changes)
        desk.cancel(edit)
        events = awaited(heard(service(desk), edit, lambda data: data["outcome"]))

    assert events[-1]["state"] == "cancelled"
    assert played(events) == ["t1.news"]


def test_one_reading_is_encoded_once_for_all_tabs():
    with a_desk() as desk:
        running = service(desk)
        figures = running.sampler.latest

        assert encoded(running, figures) is encoded(running, figures)


def test_the_stream_ends_when_the_server_does():
    async def story(running):
        stream = Stream(running, "", "ko").events()
        first = [await anext(stream), await anext(stream)]
        running.sampler.stop()
        return [*first, *[piece async for piece in stream]]

    with a_desk() as desk:
        pieces = awaited(story(service(desk)))

    assert pieces[0].startswith(b"retry: ")
    assert parsed(pieces[1])[0] == "figures"
    assert len(pieces) == 2


def test_a_tab_that_leaves_leaves_no_task_behind():
    async def story(running, edit):
        stream = Stream(running, edit, "ko").events()
        await anext(stream)
        await anext(stream)
        await stream.aclose()
        return [task for task in asyncio.all_tasks() if "Stream" in repr(task)]

    with a_desk(Says("", waits=True)) as desk:
        edit = desk.submit(Job(SEA_PARK, FREE))
        assert awaited(story(service(desk), edit)) == []
