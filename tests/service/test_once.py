import asyncio

from core.service.once import Once


class Makes:
    """Makes what it was given, one after the other, and counts the runs."""

    def __init__(self, *values):
        self.values = list(values)
        self.runs = 0

    async def __call__(self):
        self.runs += 1
        await asyncio.sleep(0.01)
        return self.values.pop(0) if len(self.values) > 1 else self.values[0]


def verdict(value):
    return {"bad": "failed", "no": "unasked"}.get(value, "good")


def played(story):
    with asyncio.Runner() as runner:
        return runner.run(asyncio.wait_for(story, 5))


def test_fifty_at_once_are_one_run():
    once, make = Once(len, verdict), Makes("good")

    async def story():
        return await asyncio.gather(*(once.get("k", make) for _ in range(50)))

    assert played(story()) == ["good"] * 50
    assert make.runs == 1


def test_a_key_that_failed_twice_is_not_tried_a_third_time():
    once, make = Once(len, verdict), Makes("bad")

    async def story():
        return [await once.get("k", make) for _ in range(4)]

    assert played(story()) == ["bad"] * 4
    assert make.runs == 2


def test_a_second_try_that_works_is_kept():
    once, make = Once(len, verdict), Makes("bad", "good", "never")

    async def story():
        return [await once.get("k", make) for _ in range(4)]

    assert played(story()) == ["bad", "good", "good", "good"]


def test_what_was_not_asked_of_a_model_is_neither_kept_nor_counted():
    once, make = Once(len, verdict), Makes("no")

    async def story():
        return [await once.get("k", make) for _ in range(4)]

    played(story())

    assert make.runs == 4


def test_a_run_goes_on_when_its_caller_leaves_and_the_next_caller_joins_it():
    once, make = Once(len, verdict), Makes("good")

    async def story():
        first = asyncio.create_task(once.get("k", make))
        await asyncio.sleep(0)
        first.cancel()
        return await once.get("k", make)

    assert played(story()) == "good"
    assert make.runs == 1


def test_results_are_forgotten_after_their_time_and_beyond_the_size():
    make = Makes("good")

    async def story(once):
        for key in ("a", "b", "a"):
            await once.get(key, make)

    played(story(Once(len, verdict, most_bytes=5)))
    assert make.runs == 3

    played(story(Once(len, verdict, keep_s=-1)))
    assert make.runs == 6


def test_an_error_is_everybodys_and_the_next_one_runs_again():
    once = Once(len, verdict)

    async def breaks():
        raise LookupError

    async def story():
        first = await asyncio.gather(
            *(once.get("k", breaks) for _ in range(2)), return_exceptions=True
        )
        return [*first, await once.get("k", Makes("good"))]

    first, second, third = played(story())

    assert isinstance(first, LookupError)
    assert isinstance(second, LookupError)
    assert third == "good"
