"""Model calls on file: every edit can be played again, with another prompt or model as well."""

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bench.replay import after, before, replay, rows
from core.chapter import chapter as chapters
from core.editing.limits import Limits
from core.editing.prompt import CURRENT, FOLDER, VERSION, Phrasing
from core.errors import ModelDown
from core.service.jobs import Desk, Job, Terms
from core.service.record import Recorder, Recording, Replayed
from tests.api.conftest import Client
from tests.conftest import ROOT, SAMPLES
from tests.editing.scripted import Scripted
from tests.processes import start_app, start_model
from tests.service.fakes import Says

REQUEST = "3턴 뉴스만 더 신나게 바꿔 줘"
NEWS = {"op": "set", "at": "t3.news", "to": "내일은 해변에서 모래성 대회가 열린대요!"}
OTHER = {"op": "set", "at": "t5.news", "to": "내일은 바람이 시원하게 분대요."}


@pytest.fixture
def chapter():
    return chapters.read((SAMPLES / "sea_park.json").read_bytes())


def run(work):
    with asyncio.Runner() as runner:
        return runner.run(work)


def recorded(file: Path, chapter, model, **terms) -> Recording:
    recorder = Recorder(model, file)
    desk = Desk(recorder, on_ended=recorder.ended)
    desk.start()
    try:
        id_ = desk.submit(Job(chapter, REQUEST, Terms(**terms), None))
        desk.run(desk.ended(id_)).result(10)
    finally:
        desk.stop()
    return Recording.read(file)


def test_an_edit_is_played_again_as_it_was(tmp_path, chapter) -> None:
    recording = recorded(tmp_path / "r", chapter, Scripted([NEWS, OTHER]))

    ((request, old, new),) = run(replay(recording, Replayed(recording), CURRENT))

    assert request == REQUEST
    assert old.outcome == new.outcome == "edited"
    assert old.texts == new.texts == {("t3.news", NEWS["to"])}
    assert (old.passed, old.refused) == (new.passed, new.refused) == (1, 1)
    assert old.acceptance == 0.5


def test_another_prompt_is_not_in_the_recording_and_another_model_may_answer(
    tmp_path, chapter
) -> None:
    recording = recorded(tmp_path / "r", chapter, Scripted([NEWS]))
    (told,) = recording.edits
    other = Phrasing("2", "c", "I", "H", "U", "$at $fields $brief", "P", "C", "R")

    unknown = run(after(told, Replayed(recording), other))
    asked = Scripted([{**NEWS, "to": "내일은 바닷가에서 연 날리기를 한대요!"}])
    answered = run(after(told, asked, other))

    assert unknown.outcome == "failed"
    assert answered.outcome == "edited"
    assert answered.texts != before(told).texts
    assert asked.prompts[0].messages[0].content == "I"


def test_limits_and_errors_are_recorded_and_played_again(tmp_path, chapter) -> None:
    limits = Limits(frozenset({"t3"}))
    locked = recorded(tmp_path / "a", chapter, Scripted([NEWS]), limits=limits)
    failing = recorded(tmp_path / "b", chapter, Says("", error=ModelDown("model_down")))

    kept = run(after(locked.edits[0], Replayed(locked), CURRENT))
    failed = run(after(failing.edits[0], Replayed(failing), CURRENT))

    assert locked.edits[0]["locks"] == ["t3"]
    assert kept.passed == 0
    assert failed.outcome == "failed" == failing.edits[0]["outcome"]


def test_the_file_is_its_owners_and_a_cut_line_loses_only_itself(tmp_path, chapter) -> None:
    file = tmp_path / "r"
    recorded(file, chapter, Scripted([NEWS]))
    file.write_bytes(file.read_bytes() + b'{"kind": "edit", "req')

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(Recording.read(file).edits) == 1


def test_a_record_that_cannot_be_written_costs_no_edit(tmp_path, chapter) -> None:
    file = tmp_path / "no such folder" / "r"
    recorder = Recorder(Scripted([NEWS]), file)
    desk = Desk(recorder, on_ended=recorder.ended)
    desk.start()
    try:
        id_ = desk.submit(Job(chapter, REQUEST, Terms(), None))
        assert desk.run(desk.ended(id_)).result(10).outcome == "edited"
    finally:
        desk.stop()


def test_the_command_prints_what_changed(tmp_path, chapter) -> None:
    file = tmp_path / "r"
    recorded(file, chapter, Scripted([NEWS, OTHER]))
    command = [sys.executable, "-m", "bench.replay", str(file), "--prompt"]

    same = subprocess.run(
        [*command, str(FOLDER / f"{VERSION}.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert same.returncode == 0, same.stderr
    assert "now: same" in same.stdout
    assert f"1 edits, prompt {VERSION}; 0 that followed others left out" in same.stdout


def test_rows_say_what_differs(tmp_path, chapter) -> None:
    recording = recorded(tmp_path / "r", chapter, Scripted([NEWS]))
    asked = Scripted([{**NEWS, "to": "내일은 바닷가에서 연 날리기를 한대요!"}])

    printed = list(rows(run(replay(recording, asked, CURRENT))))

    assert "now: 2 differ" in printed[2]


def test_what_an_app_has_recorded_is_compared_under_two_prompts_by_the_command(tmp_path) -> None:
    """From RECORD_FILE to the printed sums: the recorded answers, then a model by each prompt."""
    file, story = tmp_path / "calls.jsonl", (SAMPLES / "sea_park.json").read_text("utf-8")
    wishes = (REQUEST, "모든 결과 문장을 새로 써줘")
    with start_model() as model:
        base = f"{model.url}/v1"
        env = {"OPENAI_BASE_URL": base, "OPENAI_MODEL": "sim", "RECORD_FILE": str(file)}
        with start_app(env) as server:
            told = [Client(server).edit(story, wish).json["outcome"] for wish in wishes]
        again = replayed(file)
        asked = ("--model", "sim", "--base-url", base, "--prompt")
        old, new = (replayed(file, *asked, str(FOLDER / f"{name}.toml")) for name in ("2", VERSION))

    assert told == ["edited", "edited"]
    for printed, version in ((again, VERSION), (old, "2"), (new, VERSION)):
        assert f"2 edits, prompt {version}; 0 that followed others left out" in printed
        assert len([line for line in printed.splitlines() if line.startswith("all, ")]) == 2
    assert again.count("now: same") == 2
    assert sums(old)[0] == sums(new)[0] == sums(again)[0]
    assert sums(old)[1][3] < sums(new)[1][3], "the newer prompt has more to read"


def replayed(file: Path, *options: str) -> str:
    command = [sys.executable, "-m", "bench.replay", str(file), *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def sums(printed: str) -> list[list[int]]:
    """Passed, refused, findings and tokens, before and now."""
    lines = [line.split() for line in printed.splitlines() if line.startswith("all, ")]
    return [[int(each) for each in line[3:7]] for line in lines]
