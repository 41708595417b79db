import asyncio
import os
import time
import urllib.error
import urllib.request

from core.service.metrics import Pulse, Sampler
from tests.processes import start_app


def test_the_latest_reading_is_there_at_once_and_costs_nothing():
    sampler = Sampler()

    begun = time.perf_counter()
    for _ in range(10_000):
        figures = sampler.latest

    assert time.perf_counter() - begun < 0.5
    assert figures.pid == os.getpid()
    assert 0 < figures.memory_rss < figures.memory_total


def test_watchers_hear_each_reading_until_the_sampler_stops():
    sampler = Sampler(period_s=0.01)
    sampler.start()

    async def three():
        heard = []
        async for figures in sampler.watch():
            heard.append(figures)
            if len(heard) == 3:
                sampler.stop()
        return heard

    with asyncio.Runner() as runner:
        heard = runner.run(asyncio.wait_for(three(), 5))

    assert len(heard) >= 3
    assert len(set(map(id, heard))) == len(heard)


def test_a_pulse_follows_what_it_asks_and_nobody_waits_for_it():
    answers = [True, False]
    pulse = Pulse(lambda: answers[-1], period_s=0.005)
    assert pulse.good

    pulse.start()
    seen = heard_as(pulse, good=False)
    answers.append(True)
    seen += heard_as(pulse, good=True)
    pulse.stop()

    assert seen == [False, True]


def heard_as(pulse, *, good):
    until = time.monotonic() + 5
    while pulse.good is not good and time.monotonic() < until:
        time.sleep(0.002)
    return [pulse.good]


def test_health_tells_of_a_store_that_is_gone(tmp_path):
    with start_app({"DATA_DIR": str(tmp_path)}) as app:
        assert app.get("/health")["status"] == "healthy"
        for file in tmp_path.glob("turnsmith.db*"):
            file.write_bytes(b"not a database any more" * 400)

        until = time.monotonic() + 15
        while (status := status_of(app)) != 503 and time.monotonic() < until:
            time.sleep(0.1)

    assert status == 503


def status_of(app):
    try:
        with urllib.request.urlopen(app.url + "/health", timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
