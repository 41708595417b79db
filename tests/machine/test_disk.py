"""Power cuts and failing disks, under a shim that sees every operation on a file."""

import subprocess
import sys

import pytest

from bench import shim
from tests.processes import ROOT

pytestmark = pytest.mark.skipif(shim.compiler() is None, reason="no C compiler is installed here")


def told(module, *options) -> str:
    """Its last line."""
    command = [sys.executable, "-m", f"bench.{module}", *options]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.stdout, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("what", ["store", "jobs"])
def test_a_power_cut_loses_nothing_that_was_acknowledged(what):
    said = told("power", "--states", "100", "--what", what)

    assert said.startswith("100 power cuts")
    assert said.endswith(": 0 with a promise broken")


def test_a_store_that_does_not_sync_is_seen_to_lose():
    assert not told("power", "--states", "30", "--normal").endswith(": 0 with a promise broken")


def test_whatever_operation_on_a_file_fails_nothing_is_lost_and_it_works_again():
    assert told("io_errors", "--step", "40").endswith(": 0 promises broken")
