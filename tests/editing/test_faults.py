"""The 65 faults of a model's server, each met by a whole edit over a real socket."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import words
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.editing import editor
from core.editing.editor import Ended
from core.editing.model import OpenAIModel
from core.errors import ModelError
from tests.editing.fault_plays import NEWS, RIG

ROOT = Path(__file__).resolve().parents[2]
REQUEST = "1턴 뉴스를 더 신나게 바꿔줘"
TIMEOUT_S = 2.5
ENDED_S = 20.0
"""Well before a fault lets go by itself, however busy the machine is."""
"""Of a call; an edit has two of them at most, its own and a repair."""
HEAVY = ("stream-endless", "big", "bomb", "deep")
"""Floods, played one after the other."""
EDITED = "edited"
ENDS = {
    "ok": EDITED,
    "slow": EDITED,
    "429-once-ra1": EDITED,
    "429-forever-ra1": "model_busy",
    "429-ra-3600": "model_busy",
    "429-ra-60": "model_busy",
    "429-ra-neg": "model_busy",
    "429-ra-junk": "model_busy",
    "429-ms": EDITED,
    "429-quota": "model_quota",
    "500-once": EDITED,
    "500-forever": "model_down",
    "502": "model_down",
    "503-once": EDITED,
    "408-once": EDITED,
    "409-once": EDITED,
    "400": "model_rejects",
    "401": "model_key",
    "403": "model_key",
    "404": "model_name",
    "413": "model_context",
    "422": "model_rejects",
    "hang": "model_timeout",
    "hang-body": "model_timeout",
    "loris": "model_timeout",
    "sse-comments": "model_timeout",
    "rst": "model_unreachable",
    "close": "model_unreachable",
    "short-body": "model_unreachable",
    "stream-drop": "model_cut_off",
    "stream-clean-cut": "model_cut_off",
    "stream-rst": "model_cut_off",
    "stream-stall": "model_timeout",
    "stream-error": "model_down",
    "stream-badjson": "model_protocol",
    "stream-badchunk": "model_cut_off",
    "stream-endless": "model_too_long",
    "trunc-json": "model_format",
    "finish-length": "model_cut",
    "content-filter": "model_filter",
    "refusal": "model_refused",
    "null-content": "model_empty",
    "empty-content": "model_empty",
    "wrong-schema": "model_format",
    "prose": "model_format",
    "fenced": EDITED,
    "dup-keys": EDITED,
    "nan": "model_unusable",
    "bigint": "model_unusable",
    "deep": "model_format",
    "surrogate": "model_unusable",
    "outside": "scope_turn",
    "empty-choices": "model_protocol",
    "no-choices": "model_protocol",
    "json-array": "model_protocol",
    "html-200": "model_protocol",
    "not-json": "model_protocol",
    "empty-200": "model_cut_off",
    "bom": "model_protocol",
    "204": "model_cut_off",
    "big": "model_too_long",
    "bomb": "model_protocol",
    "headers-1600k": "model_unreachable",
    "redirect": "model_address",
    "redirect-loop": "model_address",
}
"""The rule that each ends with; `edited` where it does no harm."""


@dataclass(frozen=True)
class Ending:
    event: Ended
    seconds: float

    @property
    def rule(self) -> str:
        return EDITED if self.event.outcome == "edited" else self.event.rule


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return chapters.read((ROOT / "tests/samples/sea_park.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def endings(chapter) -> Iterator[dict[str, Ending]]:
    """What an edit comes to under each fault, the light ones at the same time."""
    command = [sys.executable, "-m", "tests.editing.fault_model"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        with asyncio.Runner() as runner:
            yield runner.run(every(chapter, address))
        process.terminate()


async def every(chapter: Chapter, address: str) -> dict[str, Ending]:
    light = [fault for fault in RIG if fault not in HEAVY]
    found = await asyncio.gather(*(one(chapter, address, fault) for fault in light))
    heavy = {fault: await one(chapter, address, fault) for fault in HEAVY}
    return dict(zip(light, found, strict=True)) | heavy


async def one(chapter: Chapter, address: str, fault: str) -> Ending:
    begun = time.monotonic()
    model = OpenAIModel("key", address, fault, timeout_s=TIMEOUT_S)
    *_, last = [event async for event in editor.edit(chapter, REQUEST, model)]
    await model.close()
    assert isinstance(last, Ended)
    return Ending(last, time.monotonic() - begun)


@pytest.mark.parametrize(("fault", "rule"), ENDS.items())
def test_every_fault_ends_as_the_table_says_and_in_time(endings, fault, rule):
    ending = endings[fault]

    assert ending.rule == rule
    assert ending.seconds < ENDED_S


@pytest.mark.parametrize("fault", RIG)
def test_no_fault_leaves_anything_but_the_story_or_the_edit(endings, chapter, fault):
    proposal, rule = endings[fault].event.proposal, endings[fault].rule

    if rule == EDITED:
        assert proposal.applied.chapter.text == told_anew(chapter)
    else:
        assert proposal is None


def told_anew(chapter: Chapter) -> str:
    before, after = (
        json.dumps(each, ensure_ascii=False) for each in (chapter.turns[0].text("news"), NEWS)
    )
    assert chapter.text.count(before) == 1
    return chapter.text.replace(before, after)


@pytest.mark.parametrize("fault", [fault for fault, rule in ENDS.items() if rule != EDITED])
def test_every_fault_that_does_harm_is_told_in_a_sentence(endings, fault):
    event = endings[fault].event

    assert event.reply
    if fault != "outside":
        assert isinstance(event.error, ModelError)
        assert words.error(event.error, "ko").startswith(event.reply)


def test_each_of_the_65_has_its_ending():
    assert set(ENDS) == set(RIG)
    assert len(ENDS) == 65


def test_the_65_are_those_of_the_rig(shared):
    rig = [sys.executable, shared / "rigs/fault_llm.py", "--list"]

    assert set(subprocess.check_output(rig, text=True).split()) == set(RIG)
