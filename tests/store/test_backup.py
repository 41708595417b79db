import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.chapter import chapter as chapters
from core.chapter.ops import Group, Set
from core.store import backup, log
from core.store.database import FILE
from core.store.library import Library
from core.store.migrations import opened
from tests.conftest import SAMPLES
from tests.processes import postgres_programs

ROOT = Path(__file__).resolve().parents[2]
SEA = (SAMPLES / "sea_park.json").read_text("utf-8")


@pytest.fixture
def running(tmp_path):
    """The folder of an app at work."""
    folder = tmp_path / "app"
    database = opened(folder)
    yield folder, Library(database), database
    database.close()


def take(library, id_, number):
    group = Group("g", (Set(op="set", at="t1.news", to=f"{number}번 와요."),), "model", "")
    library.take(id_, number, [group], "")


def put_back(copy, folder):
    folder.mkdir()
    shutil.copy(copy, folder / FILE)
    return opened(folder)


def test_a_copy_made_while_writers_run_is_whole_and_one_moment(tmp_path, running):
    folder, library, database = running
    ids = [library.open(chapters.read(SEA), name) for name in "가나"]
    done, stop = [1, 1], threading.Event()

    def write(place):
        while not stop.is_set():
            take(library, ids[place], done[place])
            done[place] += 1

    threads = [threading.Thread(target=write, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for number in range(5):
        before = list(done)
        backup.copy(folder / FILE, tmp_path / "copy.db")
        after = list(done)
        copy = put_back(tmp_path / "copy.db", tmp_path / f"back{number}")
        for id_, least, most in zip(ids, before, after, strict=True):
            assert log.verify(copy, id_) == ()
            assert least <= Library(copy).get(id_).versions <= most + 1
        copy.close()
    stop.set()
    for thread in threads:
        thread.join()

    assert min(done) > 5
    assert [log.verify(database, id_) for id_ in ids] == [(), ()]


def test_a_database_put_back_goes_on_where_the_copy_was_made(tmp_path, running):
    folder, library, _ = running
    id_ = library.open(chapters.read(SEA), "바다")
    backup.copy(folder / FILE, tmp_path / "copy.db")
    take(library, id_, 1)

    back = put_back(tmp_path / "copy.db", tmp_path / "back")

    assert Library(back).get(id_).chapter.text == SEA
    take(Library(back), id_, 1)
    assert Library(back).get(id_).versions == 2
    back.close()


def test_a_copy_is_one_file_that_only_its_owner_reads(tmp_path, running):
    folder, _, _ = running
    out = tmp_path / "out"
    out.mkdir()

    size = backup.copy(folder / FILE, out / "copy.db")

    assert [path.name for path in out.iterdir()] == ["copy.db"]
    assert (out / "copy.db").stat().st_size == size
    assert (out / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_database_that_was_killed_is_copied_with_all_that_stands_in_its_log(tmp_path, running):
    folder, library, _ = running
    id_ = library.open(chapters.read(SEA), "바다")
    dead = tmp_path / "dead"
    shutil.copytree(folder, dead)
    (dead / f"{FILE}-shm").unlink()

    backup.copy(dead / FILE, tmp_path / "copy.db")

    back = put_back(tmp_path / "copy.db", tmp_path / "back")
    assert Library(back).get(id_).chapter.text == SEA
    back.close()


def test_a_damaged_database_leaves_the_older_copy_alone(tmp_path, running):
    folder, library, database = running
    library.open(chapters.read(SEA), "바다")
    database.close()
    older = tmp_path / "copy.db"
    backup.copy(folder / FILE, older)
    kept, size = older.read_bytes(), (folder / FILE).stat().st_size
    with (folder / FILE).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(backup.NoCopy):
        backup.copy(folder / FILE, older)

    assert older.read_bytes() == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app", "copy.db"]


@pytest.mark.parametrize("name", ["app/turnsmith.db", "app/../app/turnsmith.db", "no/folder/x.db"])
def test_a_place_where_no_copy_can_be_is_refused(tmp_path, running, name):
    folder, library, _ = running
    id_ = library.open(chapters.read(SEA), "바다")

    with pytest.raises(backup.NoCopy):
        backup.copy(folder / FILE, tmp_path / name)

    assert library.get(id_)


# -- the command


def command(*arguments, **env):
    line = [sys.executable, "-m", "core.store.backup", *arguments]
    settings = {"PATH": "/usr/bin:/bin", "DATA_DIR": "", "DATABASE_URL": "", **env}
    return subprocess.run(
        line, check=False, cwd=ROOT, capture_output=True, text=True, env=settings, timeout=30
    )


def test_the_command_copies_and_says_what_it_made(tmp_path, running):
    folder, _, _ = running
    out = tmp_path / "out.db"

    done = command(str(out), DATA_DIR=str(folder))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{out}: ")
    with sqlite3.connect(out) as copy:
        assert copy.execute("SELECT count(*) FROM migrations").fetchone()[0] >= 2
    copy.close()


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        ((), {}, "Usage: python -m core.store.backup OUT.db"),
        (("--help",), {}, "Usage"),
        (("a.db", "b.db"), {}, "Usage"),
        (("out.db",), {"DATA_DIR": "/no/such"}, "There is no database at /no/such/turnsmith.db"),
        (("out.db",), {"DATABASE_URL": "postgresql://me:secret@host/t"}, "pg_dump"),
    ],
)
def test_the_command_says_what_to_do_instead(arguments, env, said):
    done = command(*arguments, **env)

    assert done.returncode == 1
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert not (ROOT / "out.db").exists()


def test_what_is_said_of_a_server_works(postgres_place, tmp_path):
    """pg_dump and pg_restore as the sentence names them, on a schema of the server."""
    programs = backup_programs()
    database = opened(*postgres_place)
    id_ = Library(database).open(chapters.read(SEA), "바다")
    url = postgres_place.url.partition("&options")[0]
    out = tmp_path / "out.dump"
    schema = postgres_place.url.rpartition("%3D")[2]

    run(programs / "pg_dump", "--format=custom", f"--file={out}", f"--schema={schema}", url)
    with database.write() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    run(programs / "pg_restore", "--no-owner", f"--dbname={url}", out)

    assert log.verify(database, id_) == ()
    assert Library(database).get(id_).chapter.text == SEA
    database.close()


def run(*line):
    subprocess.run([str(part) for part in line], check=True, timeout=60)


def backup_programs():
    found = postgres_programs()
    if found is None or not (found / "pg_dump").exists():
        pytest.skip("no pg_dump is installed here")
    return found
