import asyncio
import os
import time

from core.service.metrics import Sampler


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
