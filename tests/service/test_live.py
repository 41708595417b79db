import asyncio
import threading

from core.service.live import Live


def awaited(coroutine):
    with asyncio.Runner() as runner:
        return runner.run(asyncio.wait_for(coroutine, 5))


async def collected(live):
    return [value async for value in live.watch()]


def test_a_watcher_sees_the_present_value_first_and_the_last_one_always():
    live = Live(0)

    def count():
        for number in range(1, 1000):
            live.put(number)
        live.put(1000, last=True)

    async def story():
        watching = asyncio.create_task(collected(live))
        await asyncio.sleep(0)
        threading.Thread(target=count).start()
        return await watching

    seen = awaited(story())

    assert seen[0] == 0
    assert seen[-1] == 1000
    assert seen == sorted(set(seen))


def test_watchers_in_several_loops_are_all_woken():
    live = Live("a")
    heard = []
    threads = [
        threading.Thread(target=lambda: heard.append(awaited(collected(live)))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()

    live.put("b", last=True)
    for thread in threads:
        thread.join(5)

    assert [seen[-1] for seen in heard] == ["b"] * 5


def test_close_ends_a_watch_and_nothing_is_shown_after_the_last_value():
    live = Live(1)
    live.close()
    live.put(2)

    assert awaited(collected(live)) == [1]


def test_a_watcher_that_leaves_is_forgotten():
    live = Live(1)

    async def story():
        watching = asyncio.create_task(collected(live))
        await asyncio.sleep(0.01)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    awaited(story())

    assert not live._waiting
