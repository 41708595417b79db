import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, inspect, select

from core.chapter import chapter as chapters
from core.errors import Unavailable
from core.play.lesson import PRESETS
from core.store import log, tables
from core.store.database import Database
from core.store.library import Library
from core.store.migrations import MIGRATIONS, migrate, opened
from core.words import error

TABLES = (
    *(tables.texts, tables.chapters, tables.versions, tables.branches, tables.log, tables.edits),
    *(tables.keys, tables.costs, tables.sessions),
)


def test_a_database_of_the_first_version_opens_with_all_that_it_holds(place, sea_park):
    old = Database(*place)
    migrate(old, until=1)
    id_ = Library(old).open(chapters.read(sea_park), "바다")
    old.close()

    new = opened(*place)

    assert Library(new).get(id_).chapter.text == sea_park
    assert log.verify(new, id_) == ()
    with new.read() as connection:
        assert connection.execute(select(tables.edits)).all() == []
    new.close()


def test_chapters_from_before_lessons_teach_none_and_can_be_taught(place, sea_park):
    old = Database(*place)
    migrate(old, until=2)
    id_ = Library(old).open(chapters.read(sea_park), "바다")
    old.close()

    new = opened(*place)
    assert Library(new).get(id_).lessons == ()
    Library(new).teach(id_, [PRESETS["risk"]])

    assert Library(new).get(id_).lessons == (PRESETS["risk"],)
    assert log.verify(new, id_) == ()
    new.close()


def test_the_tables_are_what_the_program_takes_them_for(database):
    with database.read() as connection:
        found = inspect(connection)
        for table in TABLES:
            columns = {row["name"]: row["nullable"] for row in found.get_columns(table.name)}
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]
            assert columns.keys() == set(table.c.keys())
            assert all(columns[c.name] == c.nullable for c in table.c if not c.primary_key)


def test_a_database_that_is_up_to_date_is_left_alone(place):
    for _ in range(3):
        opened(*place).close()

    database = opened(*place)
    with database.read() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM migrations ORDER BY 1").scalars()
        assert numbers.all() == list(range(1, len(MIGRATIONS) + 1))
    database.close()


def test_a_database_of_a_newer_program_is_refused_with_both_numbers(place):
    database = opened(*place)
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO migrations (number, at) VALUES (99, 0)")
    database.close()

    with pytest.raises(Unavailable) as raised:
        opened(*place)

    assert raised.value.rule == "store_newer"
    for lang in ("ko", "en"):
        said = error(raised.value, lang)
        assert re.findall("[0-9]+", said) == ["99", str(len(MIGRATIONS))]


def test_a_migration_that_fails_leaves_the_database_as_it_was(place, monkeypatch):
    broken = (*MIGRATIONS[:1], ("CREATE TABLE half (x INTEGER)", "CREATE NONSENSE"))
    database = Database(*place)
    monkeypatch.setattr("core.store.migrations.MIGRATIONS", broken)
    with pytest.raises(Exception, match="NONSENSE"):
        migrate(database, until=2)
    monkeypatch.undo()

    migrate(database)

    with database.read() as connection:
        assert not inspect(connection).has_table("half")
        assert inspect(connection).has_table("edits")
    database.close()


def test_many_that_start_at_once_migrate_once(place):
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: opened(*place), range(6)))

    with made[0].write() as connection:
        connection.execute(insert(tables.texts).values(chapter="c", hash="h", body=b""))
    with made[5].read() as connection:
        assert connection.execute(select(tables.texts)).all()
    for database in made:
        database.close()
