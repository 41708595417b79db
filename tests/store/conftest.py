"""Each test of the store runs on SQLite and on a real PostgreSQL server."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from core.store.database import Database
from core.store.library import Library
from core.store.migrations import opened
from tests.processes import postgres_programs, start_postgres


class Place(NamedTuple):
    """Where a database is: `opened(*place)`."""

    folder: Path
    url: str


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own."""
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL server is installed here")
    with start_postgres() as url:
        yield url


@pytest.fixture
def postgres_place(postgres: str, tmp_path: Path) -> Iterator[Place]:
    """An empty schema of its own on the server: a database of its own takes a quarter second."""
    name = f"t{secrets.token_hex(6)}"
    _run(postgres, f"CREATE SCHEMA {name}")
    yield Place(tmp_path, f"{postgres}&options=-c%20search_path%3D{name}")
    _run(postgres, f"DROP SCHEMA {name} CASCADE")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for a database."""
    if request.param == "sqlite":
        return Place(tmp_path, "")
    found: Place = request.getfixturevalue("postgres_place")
    return found


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    """An empty database, brought up to date."""
    made = opened(*place)
    yield made
    made.close()


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)
