"""A model that says what it was given, and a desk to try it on."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager

from core.chapter import chapter
from core.editing.model import Usage
from core.service.jobs import Desk
from tests.processes import ROOT

SEA_PARK = chapter.read((ROOT / "pages" / "samples" / "sea_park.json").read_bytes())
PRICE = "3턴 조개 매점 가격을 110으로"
FREE = "모든 뉴스를 더 신나게 바꿔줘"


def says(*texts, reply="바꿨어요."):
    """An answer that puts the first turns' news."""
    changes = [{"op": "set", "at": f"t{n}.news", "to": text} for n, text in enumerate(texts, 1)]
    return json.dumps({"changes": changes, "reply": reply}, ensure_ascii=False)


class Says:
    """Says one text in small pieces, then waits when told to, or raises; keeps what it heard."""

    def __init__(self, text, *, waits=False, error=None):
        self.text, self.waits, self.error = text, waits, error
        self.heard = []
        self.left = threading.Event()

    async def stream(self, prompt, schema):
        self.heard.append(prompt)
        try:
            for start in range(0, len(self.text), 20):
                await asyncio.sleep(0)
                yield self.text[start : start + 20]
            if self.error:
                raise self.error
            if self.waits:
                await asyncio.sleep(60)
            yield Usage(100, 20, 40)
        finally:
            self.left.set()


@contextmanager
def a_desk(model=None, *, places=None):
    desk = Desk(model, places=places)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()


def over(desk, id_, seconds=5.0):
    """The last view, when it is there."""
    until(lambda: desk.view(id_).over, seconds)
    return desk.view(id_)


def until(true, seconds=5.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def awaited(coroutine):
    with asyncio.Runner() as runner:
        return runner.run(asyncio.wait_for(coroutine, 10))
