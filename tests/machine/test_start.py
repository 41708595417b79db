"""What stops the start: one sentence says the cause and what to do, and nothing is touched."""

import os
import shutil
import socket
import sqlite3
import subprocess

import pytest

from core.chapter.ops import Group, Set
from core.service.durable import FILE as JOBS
from core.store.database import FILE
from core.store.library import Library
from core.store.log import verify
from core.store.migrations import opened
from tests.api.conftest import Client
from tests.machine.conftest import mount, with_root
from tests.processes import refused_app, start_app
from tests.store import writer

NOBODY = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
"""A model that is never asked."""


def refused(folder, env=None) -> str:
    """The one sentence."""
    said = refused_app({"DATA_DIR": str(folder), **(env or {})})
    assert "Traceback" not in said
    (sentence,) = (line for line in said.splitlines() if line.startswith("turnsmith: "))
    return sentence


@pytest.fixture
def kept(tmp_path):
    """A folder with a chapter of two versions, and its id."""
    database = opened(tmp_path)
    id_ = writer.begin(database)[0]
    news = Set(op="set", at="t1.news", to="눈이 와요.")
    Library(database).take(id_, 1, [Group("g", (news,), "model", "")], "눈")
    database.close()
    return tmp_path, id_


def whole(folder, id_) -> bool:
    database = opened(folder)
    try:
        return verify(database, id_) == ()
    finally:
        database.close()


def test_a_disk_without_room(disk):
    disk.fill()

    assert "turnsmith.db: It cannot be written: the disk is full. Free some" in refused(disk.folder)

    disk.empty()
    with start_app({"DATA_DIR": str(disk.folder)}) as app:
        assert app.get("/health")["status"] == "healthy"


def test_a_folder_on_a_disk_that_is_read_only(disk):
    assert mount("-o", "remount,ro", str(disk.folder)).returncode == 0

    said = refused(disk.folder)

    assert "DATA_DIR must be a folder that can be written" in said
    assert "Read-only file system" in said


def test_a_folder_that_may_not_be_changed(tmp_path):
    with_root("makes a folder immutable")
    if subprocess.run(["chattr", "+i", tmp_path], check=False, capture_output=True).returncode:
        pytest.skip("this file system knows no immutable folders")
    try:
        assert "DATA_DIR must be a folder that can be written" in refused(tmp_path)
    finally:
        subprocess.run(["chattr", "-i", tmp_path], check=True)


@pytest.mark.parametrize("what", ["foreign", "cut", "emptied"])
def test_a_file_that_is_damaged_stays_as_it_is_and_a_backup_takes_its_place(kept, what):
    folder, id_ = kept
    file, backup = folder / FILE, folder / "backup"
    shutil.copy(file, backup)
    content = file.read_bytes()
    damaged = {"foreign": b"GIF89a" * 9999, "cut": content[: len(content) // 2], "emptied": b""}
    file.write_bytes(damaged[what])
    if what == "emptied":
        (folder / f"{FILE}-wal").write_bytes(b"\0" * 4096)

    said = refused(folder)

    assert f"{FILE}: It is damaged, or no database. Put a backup in its place" in said
    assert file.read_bytes() == damaged[what]

    (folder / f"{FILE}-wal").unlink(missing_ok=True)
    shutil.copy(backup, file)
    assert whole(folder, id_)


def test_a_log_of_sqlite_that_is_no_log_hides_nothing_that_is_in_the_file(kept):
    folder, id_ = kept
    (folder / f"{FILE}-wal").write_bytes(os.urandom(200_000))
    (folder / f"{FILE}-shm").write_bytes(os.urandom(32768))

    with start_app({"DATA_DIR": str(folder)}) as app:
        assert app.get("/health")["status"] == "healthy"
        assert whole(folder, id_)


def test_the_journal_of_running_edits_may_be_moved_away(kept):
    folder, id_ = kept
    (folder / JOBS).write_bytes(os.urandom(50_000))

    assert f"{JOBS}: It is damaged. Move it away and start again" in refused(folder, NOBODY)

    (folder / JOBS).rename(folder / "moved")
    with start_app({"DATA_DIR": str(folder), **NOBODY}) as app:
        assert app.get("/health")["status"] == "healthy"
        assert whole(folder, id_)


def test_a_file_that_somebody_has_locked(kept):
    folder, _ = kept
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    said = refused(folder)
    other.close()

    assert f"{FILE}: Another program has it locked. End that program" in said


def test_a_second_process_does_not_share_the_folder_and_follows_when_the_first_has_ended(tmp_path):
    settings = {"DATA_DIR": str(tmp_path), "GRACE_S": "0", **NOBODY}
    with start_app(settings) as first:
        said = refused(tmp_path, settings)
        assert first.get("/health")["status"] == "healthy"
        first.process.kill()
        first.process.wait()

        with start_app(settings) as second:
            assert second.get("/health")["status"] == "healthy"

    assert f"{tmp_path}: Another Turnsmith uses this folder. End that one" in said


def test_a_server_of_postgresql_that_is_not_there_or_has_no_address(tmp_path):
    for host in ("127.0.0.1:9", "nowhere.invalid"):
        said = refused(tmp_path, {"DATABASE_URL": f"postgresql://ann:secret@{host}/turnsmith"})

        assert "DATABASE_URL: PostgreSQL does not answer. See that it runs" in said
        assert "secret" not in said


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused_app({"DATA_DIR": str(tmp_path)}, port=port)

    assert f"Port {port} is not available" in said
    assert "Traceback" not in said


def test_neither_a_home_nor_a_place_for_temporary_files_is_needed(disk, sea_park):
    assert mount("-o", "remount,ro", str(disk.folder)).returncode == 0
    nowhere = {"HOME": "/nonexistent/home", "TMPDIR": str(disk.folder)}

    with start_app(nowhere) as app:
        edited = Client(app).edit(sea_park, "3턴 조개 매점 가격을 110으로").json
        sheet = Client(app).post("/preview?format=pdf", {"story": sea_park})

        assert edited["outcome"] == "edited"
        assert sheet.body.startswith(b"%PDF")
        assert "Traceback" not in app.log.read_text()
