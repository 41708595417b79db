import random
import zlib

import pytest
from sqlalchemy import delete, insert, select, update

from core.chapter import chapter as chapters
from core.chapter.ops import Group, Price, Rename, Set
from core.errors import Unavailable, WriterError
from core.play.lesson import PRESETS
from core.store import log, tables
from core.store.library import Library
from tests.conftest import SAMPLES

SEA = (SAMPLES / "sea_park.json").read_text("utf-8")
COLUMNS = [column.name for column in tables.log.c if not column.primary_key]
OTHER = {
    "at": 1.5,
    "act": "repair",
    "version": 7,
    "parent": 1,
    "other": 1,
    "groups": zlib.compress(b"[]"),
}
"""A value that was not there; of other columns, a text."""


def group(number, *ops):
    return Group(f"g{number}", ops, "model", "because")


@pytest.fixture
def id_(library):
    """Four versions, two of them on a branch of their own, with all that is said of them."""
    id_ = library.open(chapters.read(SEA), "바다")
    library.take(
        id_, 1, [group(1, Set(op="set", at="t1.news", to="비가 와요."))], "비", author="나"
    )
    library.take(id_, 2, [group(2, Price(op="price", at="t2.s1", to=7))], "값")
    library.branch(id_, "b", 2)
    rename = Rename(op="rename", from_="돌고래 쇼", to="물개 공연")
    library.take(id_, 2, [group(3, rename)], "이름", branch="b")
    library.undo(id_)
    library.name(id_, 2, "둘")
    library.rename(id_, "바다 둘")
    library.lock(id_, {"t1"})
    library.teach(id_, [PRESETS["spread"]])
    return id_


def change(database, *statements):
    with database.write() as connection:
        for statement in statements:
            connection.execute(statement)


def rules(database, id_):
    return {broken.rule for broken in log.verify(database, id_)}


def test_what_the_library_writes_is_whole(database, library, id_):
    assert log.verify(database, id_) == ()
    library.remove(id_)
    assert log.verify(database, id_) == ()
    assert log.verify(database, "nobody") == ()


def test_every_version_comes_again_from_the_log_and_the_first_text(database, library, id_):
    texts = {number: library.chapter(id_, number).text for number in (1, 2, 3, 4)}
    first = library.chapter(id_, 1).hash
    held = tables.texts.c
    change(database, delete(tables.texts).where(held.chapter == id_, held.hash != first))

    assert {number: log.replay(database, id_, number).text for number in texts} == texts
    with pytest.raises(WriterError):
        log.replay(database, id_, 9)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_changed_entry_is_found(database, library, id_, column, seq):
    held = tables.log.c
    spot = (held.chapter == id_, held.seq == seq)
    with database.read() as connection:
        before = connection.execute(select(held[column]).where(*spot)).scalar_one()
    other = OTHER.get(column, "other")
    assert other != before
    change(database, update(tables.log).where(*spot).values({column: other}))

    found = log.verify(database, id_)

    assert found[0].rule == "log_chain"
    assert found[0].seq == seq


def test_an_entry_taken_out_or_put_in_is_found(database, library, id_):
    held = tables.log.c
    with database.read() as connection:
        rows = connection.execute(select(tables.log).where(held.chapter == id_)).mappings().all()
    last = max(row["seq"] for row in rows)
    for seq in (1, 3, last):
        change(database, delete(tables.log).where(held.chapter == id_, held.seq == seq))
        assert log.verify(database, id_)
        change(database, insert(tables.log).values(dict(rows[seq - 1])))
    assert log.verify(database, id_) == ()

    again = {**rows[-1], "seq": last + 1, "prev": rows[-1]["hash"]}
    change(database, insert(tables.log).values(again))
    assert rules(database, id_) == {"log_chain"}


def test_a_changed_text_is_found_and_never_shown(database, library, id_):
    hash_ = library.chapter(id_, 3).hash
    forged = zlib.compress(SEA.replace("바다", "하늘").encode())
    spot = (tables.texts.c.chapter == id_, tables.texts.c.hash == hash_)
    for body in (forged, b"no zlib", b""):
        change(database, update(tables.texts).where(*spot).values(body=body))

        assert "log_text" in rules(database, id_)
        with pytest.raises(Unavailable) as raised:
            Library(database).chapter(id_, 3)
        assert raised.value.rule == "store_corrupt"


def test_a_missing_text_is_found(database, library, id_):
    change(database, delete(tables.texts).where(tables.texts.c.chapter == id_))

    assert rules(database, id_) == {"log_text"}


def test_tables_that_say_something_else_than_the_log_are_found(database, library, id_):
    held, one, spot = tables.chapters, tables.versions, tables.branches
    second = (one.c.chapter == id_, one.c.number == 2)
    main = (spot.c.chapter == id_, spot.c.name == "")
    statements = [
        update(held).where(held.c.id == id_).values(name="anders"),
        update(held).where(held.c.id == id_).values(locks="[]"),
        update(held).where(held.c.id == id_).values(lessons="[]"),
        update(held).where(held.c.id == id_).values(removed_at=1.0),
        update(one).where(*second).values(name="anders"),
        update(one).where(*second).values(parent=None),
        update(one).where(*second).values(hash="anders"),
        delete(one).where(one.c.chapter == id_, one.c.number == 4),
        update(spot).where(*main).values(head=1),
        update(spot).where(*main).values(ahead="[]"),
        delete(spot).where(spot.c.chapter == id_, spot.c.name == "b"),
        delete(held).where(held.c.id == id_),
    ]
    for statement in statements:
        with pytest.raises(KeyError), database.write() as connection:  # noqa: PT012
            connection.execute(statement)
            faults = log.faults(connection, id_)
            raise KeyError
        assert {fault.rule for fault in faults} == {"log_state"}, str(statement)


def test_groups_that_do_not_lead_to_the_text_are_found(database, library, id_, monkeypatch):
    """As if the rules of a change were other ones than when it was accepted."""
    apply = log.changes.apply
    monkeypatch.setattr(log.changes, "apply", lambda chapter, groups: apply(chapter, groups[:0]))

    assert rules(database, id_) == {"log_replay"}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_the_log_is_whole_and_leads_to_every_version(database, library, seed):
    dice = random.Random(seed)
    id_ = library.open(chapters.read(SEA), "바다")
    texts = {1: SEA}
    for step in range(25):
        branch = dice.choice(library.get(id_).branches)
        opened = walk(dice, library, id_, branch, step)
        assert texts.setdefault(opened.version.number, opened.chapter.text) == opened.chapter.text

    assert log.verify(database, id_) == ()
    again = Library(database)
    for version in again.versions(id_):
        assert again.chapter(id_, version.number).text == texts[version.number]
        assert log.replay(database, id_, version.number).text == texts[version.number]


def walk(dice, library, id_, branch, step):
    """One thing that a writer may do; the branch afterwards."""
    opened = library.get(id_, branch)
    number = dice.randint(1, opened.versions)
    to = f"{dice.randint(0, 99)}번 와요."
    ops = [
        Set(op="set", at=f"t{dice.randint(1, 7)}.news", to=to),
        Price(op="price", at=f"t{dice.randint(1, 7)}.s{dice.randint(1, 3)}", to=200 + step),
        Set(op="set", at=f"s{dice.randint(1, 3)}.description", to=to),
    ]
    match dice.randint(0, 7):
        case 0:
            return library.undo(id_, branch=branch)
        case 1:
            return library.redo(id_, branch=branch)
        case 2:
            return library.restore(id_, number, branch=branch)
        case 3:
            return library.branch(id_, f"b{step}", number)
        case 4:
            library.name(id_, number, f"n{step}")
            return library.get(id_, branch)
        case _:
            return library.take(
                id_,
                opened.version.number,
                [group(step, op) for op in dice.sample(ops, 2)],
                to,
                act=dice.choice(["take", "merge"]),
                other=number,
                branch=branch,
            )
