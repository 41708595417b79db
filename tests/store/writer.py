"""A writer that takes and decides as fast as it can, and says each thing once it is kept.

As a process: `python -m tests.store.writer FOLDER URL CHAPTER EDIT TURN TIMES`.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import TypeAlias

from core.chapter import changes
from core.chapter import chapter as chapters
from core.chapter.ops import Group, Price, Set
from core.editing.events import Proposal
from core.errors import WriterError
from core.store import log
from core.store.database import Database
from core.store.edits import Edits
from core.store.library import Library
from core.store.migrations import opened

Said: TypeAlias = Mapping[str, object]
"""`version` and `hash` of a take, `decided` of a decision, or `moved` when another was quicker."""


def begin(database: Database) -> tuple[str, str]:
    """A small chapter and an edit of it that is decided on; their ids."""
    chapter = chapters.read(json.dumps([_turn(1), _turn(2)], ensure_ascii=False))
    id_ = Library(database).open(chapter, "작은 이야기")
    groups = (Group("g0", (Set(op="set", at="t1.news", to="비가 와요."),), "model", "비"),)
    proposal = Proposal(chapter, groups, changes.apply(chapter, groups))
    return id_, Edits(database).propose(id_, "", 1, proposal, "비를 내려 줘")


def _turn(number: int) -> dict[str, object]:
    stocks = [
        {"name": name, "risk_level": "중위험 균형형", "before_value": 100, "current_value": 100}
        for name in ("조개 매점", "돌고래 쇼", "물개 공연")
    ]
    return {"turn_number": number, "result": "", "news": f"{number}턴이에요.", "stocks": stocks}


def work(database: Database, ids: tuple[str, str], turn: int, say: Callable[[Said], None]) -> None:
    """One take and one decision, each said when it is done."""
    library, edits = Library(database), Edits(database)
    chapter, edit = ids
    for number in count(1):
        present = library.get(chapter)
        assert present is not None
        head = present.version.number
        price = Price(op="price", at=f"t{turn}.s1", to=100 + head % 997)
        text = Set(op="set", at=f"t{turn}.news", to=f"{head}번 다음에 {turn}턴이 바뀌어요.")
        try:
            taken = library.take(chapter, head, [Group("g", (text, price), "model", "")], "바꿔 줘")
            say({"version": taken.version.number, "hash": taken.version.hash})
        except WriterError as refused:
            if refused.rule != "moved_on":
                raise
            say({"moved": head})
        key = f"{turn}.{head}.{number}"
        edits.decide(edit, {"verdicts": {key: "accepted"}})
        say({"decided": key})


def broken(database: Database, ids: tuple[str, str], said: Iterable[Said]) -> list[str]:
    """Promises that were not kept; empty when all were."""
    library, found = Library(database), []
    if database.kind == "sqlite":
        found += _damage(database.file)
    found += [f"{fault}" for fault in log.verify(database, ids[0])]
    kept = {version.number: version.hash for version in library.versions(ids[0])}
    if sorted(kept) != list(range(1, len(kept) + 1)):
        found.append(f"versions {sorted(kept)}")
    edit = Edits(database).get(ids[1])
    verdicts = edit.decisions.verdicts if edit else {}
    for act in said:
        if "version" in act and kept.get(int(str(act["version"]))) != act["hash"]:
            found.append(f"lost {act}")
        if "decided" in act and str(act["decided"]) not in verdicts:
            found.append(f"lost {act}")
    return found


def _damage(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        told = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return [] if told == "ok" else [f"damaged: {told}"]


def main(folder: str, url: str, chapter: str, edit: str, turn: str, times: str) -> None:
    said: list[Said] = []

    def say(act: Said) -> None:
        said.append(act)
        if sum("version" in done for done in said) == int(times):
            raise StopIteration

    database = opened(Path(folder), url)
    try:
        work(database, (chapter, edit), int(turn), say)
    except StopIteration:
        sys.stdout.write("\n".join(map(json.dumps, said)))
    database.close()


if __name__ == "__main__":
    main(*islice(sys.argv, 1, None))
