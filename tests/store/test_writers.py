"""Writers that are processes of their own: beside each other, and killed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.store.edits import Edits
from core.store.library import Library
from tests.store import writer

ROOT = Path(__file__).resolve().parents[2]
TAKES = 25


def start(place, ids, turn):
    command = [sys.executable, "-m", "tests.store.writer", str(place.folder), place.url, *ids]
    command += [str(turn), str(TAKES)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_two_processes_on_one_chapter_lose_nothing_of_each_other(place, database):
    ids = writer.begin(database)
    processes = [start(place, ids, turn) for turn in (1, 2)]
    heard = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    said = [json.loads(line) for lines in heard for line in lines]

    assert [process.returncode for process in processes] == [0, 0]
    assert writer.broken(database, ids, said) == []
    taken = [act["version"] for act in said if "version" in act]
    assert sorted(taken) == list(range(2, 2 * TAKES + 2))
    last = Library(database).get(ids[0]).chapter
    assert all(turn.text("news").endswith("바뀌어요.") for turn in last.turns)
    decided = {act["decided"] for act in said if "decided" in act}
    assert decided <= Edits(database).get(ids[1]).decisions.verdicts.keys()


def test_a_lost_take_and_a_lost_decision_would_be_found(database):
    ids = writer.begin(database)
    said = [{"version": 2, "hash": "x"}, {"decided": "never"}]

    assert writer.broken(database, ids, [{"version": 1, "hash": "x"}, *said]) == [
        "lost {'version': 1, 'hash': 'x'}",
        *[f"lost {act}" for act in said],
    ]


def kill(*options):
    command = [sys.executable, "-m", "bench.kills", *options]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_two_hundred_kills_lose_nothing_that_was_accepted():
    told = kill("--kills", "200")

    assert told.startswith("200 kills")
    assert told.endswith(" 0 promises broken\n")


def test_kills_of_a_writer_on_a_server_lose_nothing_either(postgres_place):
    assert kill("--kills", "20", "--url", postgres_place.url).endswith(" 0 promises broken\n")


@pytest.mark.parametrize("seed", ["7"])
def test_the_database_that_lived_through_kills_goes_on_working(tmp_path, seed):
    kill("--kills", "5", "--seed", seed, "--folder", str(tmp_path))
    database = writer.opened(tmp_path)

    ids = writer.begin(database)

    assert writer.broken(database, ids, []) == []
    database.close()
