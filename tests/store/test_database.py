import resource
import sqlite3
import threading
import time

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from core.errors import Unavailable
from core.store import database as databases
from core.store.database import Database
from core.store.migrations import opened
from core.store.tables import storable, texts

ROW = {"chapter": "c", "hash": "h", "body": b"\x00\xff"}


def rows(database):
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(texts))]


def write(database, **values):
    with database.write() as connection:
        connection.execute(insert(texts).values({**ROW, **values}))


def test_what_was_written_is_there_for_another_process(place, database):
    write(database)
    other = Database(*place)

    assert rows(other) == [("c", "h", b"\x00\xff")]
    other.close()


def test_a_transaction_that_fails_leaves_nothing(database):
    def fail():
        with database.write() as connection:
            connection.execute(insert(texts).values(ROW))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert rows(database) == []


def test_a_reader_sees_one_moment_and_never_half_a_transaction(database):
    with database.read() as reading:
        assert reading.execute(select(texts)).all() == []
        write(database)
        assert reading.execute(select(texts)).all() == []

    assert len(rows(database)) == 1


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.write() as writing:
        writing.execute(insert(texts).values(ROW))
        assert rows(database) == []


def test_a_reader_cannot_write(database):
    with pytest.raises((Unavailable, OperationalError)), database.read() as connection:
        connection.execute(insert(texts).values(ROW))

    assert rows(database) == []


def test_our_own_mistakes_are_not_called_a_database_that_is_down(database):
    write(database)

    with pytest.raises(IntegrityError) as raised:
        write(database)
    with pytest.raises((OperationalError, ProgrammingError)), database.read() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")

    assert "\\xff" not in str(raised.value)
    assert rows(database)


def test_many_threads_write_and_read_at_once(database):
    def work(number):
        for step in range(10):
            write(database, hash=f"{number}.{step}")
            rows(database)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rows(database)) == 120


def test_it_tells_whether_it_is_usable_and_how_large_it_is(database):
    assert database.usable()
    assert database.size > 0


def test_text_that_no_database_holds_is_made_storable(database):
    write(database, hash=storable("a\x00b\ud800c🎈"))

    assert rows(database)[0][1] == "a�b�c🎈"


# -- SQLite


@pytest.fixture
def file(tmp_path):
    made = opened(tmp_path)
    yield made
    made.close()


def test_sqlite_survives_a_power_cut_by_its_settings(file):
    def setting(connection, name):
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    with file.write() as writing, file.read() as reading:
        assert setting(writing, "journal_mode") == "wal"
        assert setting(writing, "synchronous") == 2
        assert setting(reading, "query_only") == 1


def test_only_its_owner_may_look_into_the_folder(tmp_path):
    database = opened(tmp_path / "made" / "here")

    assert (tmp_path / "made" / "here").stat().st_mode & 0o777 == 0o700
    database.close()


def test_another_writer_that_takes_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "WAIT_S", 0.2)
    database = opened(tmp_path)
    other = sqlite3.connect(database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable) as raised:
        write(database)
    other.execute("ROLLBACK")
    other.close()
    write(database)

    assert raised.value.rule == "store_locked"
    database.close()


def test_a_second_transaction_of_the_same_thread_is_refused_and_not_awaited_for_ever(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(databases, "WAIT_S", 0.2)
    database = opened(tmp_path)

    with pytest.raises(Unavailable) as raised, database.write(), database.write():
        pass

    assert raised.value.rule == "store_locked"
    database.close()


def test_a_full_disk_is_told_and_what_was_written_before_stays(file):
    write(file)
    with file.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")

    with pytest.raises(Unavailable) as raised:
        write(file, hash="i", body=b"x" * 1_000_000)
    write(file, hash="j")

    assert raised.value.rule == "store_full"
    assert [row[1] for row in rows(file)] == ["h", "j"]


def test_after_a_failed_write_the_file_is_opened_anew_and_nothing_is_lost(file):
    write(file)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(Unavailable) as raised:
            write(file, hash="i", body=b"x" * 4_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    write(file, hash="j")

    assert raised.value.rule in ("store_down", "store_full")
    assert [row[1] for row in rows(file)] == ["h", "j"]


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / databases.FILE).write_bytes(b"not a database at all" * 1000)

    with pytest.raises(Unavailable) as raised:
        opened(tmp_path)

    assert raised.value.rule == "store_corrupt"


@pytest.mark.parametrize("other", [b"", b"another file"])
def test_a_file_that_is_moved_away_is_missed_and_nothing_is_made_in_its_place(file, other):
    write(file)
    away = file.file.with_name("away")
    file.file.rename(away)
    if other:
        file.file.write_bytes(other)

    for use in (write, rows):
        with pytest.raises(Unavailable) as raised:
            use(file)
        assert raised.value.rule == "store_moved"
    assert not file.usable()
    assert file.file.exists() == bool(other)

    away.rename(file.file)
    write(file, hash="i")
    assert [row[1] for row in rows(file)] == ["h", "i"]


def test_a_file_that_was_emptied_is_not_taken_for_a_new_one_beside_its_log(tmp_path):
    (tmp_path / databases.FILE).touch()
    (tmp_path / f"{databases.FILE}-wal").write_bytes(b"x")

    with pytest.raises(Unavailable) as raised:
        opened(tmp_path)

    assert raised.value.rule == "store_corrupt"
    assert (tmp_path / f"{databases.FILE}-wal").read_bytes() == b"x"


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Unavailable) as raised:
        opened(tmp_path / "file" / "data")

    assert raised.value.rule == "store_down"


# -- PostgreSQL


def test_a_server_that_is_away_is_told(tmp_path):
    with pytest.raises(Unavailable) as raised:
        opened(tmp_path, f"postgresql:///turnsmith?host={tmp_path}")

    assert raised.value.rule == "store_down"


def test_connections_that_the_server_closed_are_opened_again(postgres_place):
    database, other = opened(*postgres_place), opened(*postgres_place)
    write(database)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with other.write() as connection:
        connection.exec_driver_sql(ended)

    write(database, hash="i")

    assert len(rows(database)) == 2
    database.close()
    other.close()


def test_a_row_that_someone_else_holds_is_told_after_a_while(postgres_place, monkeypatch):
    monkeypatch.setattr(databases, "_POSTGRES", "-c lock_timeout=200ms")
    database, other = opened(*postgres_place), opened(*postgres_place)

    with other.write() as holding:
        holding.execute(insert(texts).values(ROW))
        with pytest.raises(Unavailable) as raised:
            write(database)

    assert raised.value.rule == "store_locked"
    database.close()
    other.close()


def test_a_value_that_no_statement_takes_leaves_no_lock_behind(database):
    def asked(connection):
        select_ = "SELECT number FROM migrations WHERE number = :given"
        connection.execute(text(select_), {"given": "\ud800"})

    kept = []
    try:
        with database.write() as connection:
            asked(connection)
    except Exception as error:  # noqa: BLE001  the traceback keeps the connection alive
        kept.append(error)

    begun = time.monotonic()
    write(database)
    assert kept
    assert time.monotonic() - begun < 5
