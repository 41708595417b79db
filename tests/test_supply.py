"""What comes from others: its licences are listed and allowed, its known holes are found."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from deploy import audit, licences
from tests.conftest import ROOT

HOLE = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "A page runs what a link says.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Streamlit"},
            "ranges": [
                {"type": "GIT", "repo": "https://x", "events": [{"introduced": "0"}]},
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "1.60"}, {"fixed": "1.68.0"}],
                },
            ],
        }
    ],
}
PIN = [("altair", "6.3.0"), ("streamlit", "1.67.0")]


def found(folder, hole, pins=PIN):
    (folder / "hole.json").write_text(json.dumps(hole))
    return list(audit.from_files(pins, folder))


def changed(**events):
    ranges = [{"type": "ECOSYSTEM", "events": [{kind: bound} for kind, bound in events.items()]}]
    return {**HOLE, "affected": [{**HOLE["affected"][0], "ranges": ranges}]}


def audited(*arguments, **env):
    command = [sys.executable, "-m", "deploy.audit", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=ROOT, env={**os.environ, **env}
    )
    return done.returncode, done.stdout.decode()


def test_a_known_hole_is_named_with_its_numbers(tmp_path) -> None:
    assert found(tmp_path, HOLE) == [
        "streamlit 1.67.0: PYSEC-2026-1 (CVE-2026-1) A page runs what a link says."
    ]


@pytest.mark.parametrize(
    ("events", "hit"),
    [
        ({"introduced": "0"}, True),
        ({"introduced": "1.67.0"}, True),
        ({"introduced": "1.67.1"}, False),
        ({"introduced": "0", "fixed": "1.67.0"}, False),
        ({"introduced": "0", "last_affected": "1.67.0"}, True),
        ({"introduced": "0", "last_affected": "1.66"}, False),
        ({"fixed": "1.9", "introduced": "0"}, False),
    ],
)
def test_a_range_ends_where_it_was_mended(tmp_path, events, hit) -> None:
    assert bool(found(tmp_path, changed(**events))) == hit


def test_a_listed_version_is_found_without_a_range(tmp_path) -> None:
    package = HOLE["affected"][0]["package"]
    listed = {**HOLE, "affected": [{"package": package, "versions": ["1.67.0"]}]}

    assert found(tmp_path, listed)
    assert not found(tmp_path, listed, [("streamlit", "1.68.0")])


def test_an_advisory_that_was_taken_back_is_none(tmp_path) -> None:
    assert found(tmp_path, {**HOLE, "withdrawn": "2026-10-01T00:00:00Z"}) == []


def test_a_database_in_a_zip_is_read_whole(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2026-1.json", json.dumps(HOLE))
        archive.writestr("PYSEC-2026-2.json", "{not even read: nobody here uses it}")

    code, said = audited(tmp_path / "all.zip")

    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("streamlit 1.67.0: PYSEC-2026-1")


def test_without_a_database_it_says_so_and_does_not_pass(tmp_path) -> None:
    closed = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}

    for code, said in (audited(tmp_path), audited(tmp_path / "no.zip"), audited(**closed)):
        assert code == 77
        assert said.startswith("Not audited, no database")


def test_the_list_of_licences_is_current() -> None:
    page = licences.PAGE.read_text("utf-8")

    assert licences.TABLE.sub(lambda _: licences.table(), page) == page


@pytest.mark.parametrize("name", licences.names())
def test_a_licence_is_known_and_allowed(name: str) -> None:
    assert licences.licence(name)
    assert licences.refused(licences.licence(name)) == []


@pytest.mark.parametrize(
    ("expression", "bad"),
    [
        ("MIT", []),
        ("MIT AND BSD-3-Clause", []),
        ("GPL-3.0-only OR MIT", []),
        ("MIT AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("AGPL-3.0-or-later", ["AGPL-3.0-or-later"]),
        ("", [""]),
    ],
)
def test_one_side_of_a_choice_must_be_allowed(expression: str, bad: list[str]) -> None:
    assert licences.refused(expression) == bad
