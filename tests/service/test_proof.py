import json

from core.chapter import chapter
from core.chapter.changes import Applied, DeleteTurn, Group, MoveTurn, apply
from core.service import proof as proofs
from tests.processes import ROOT


def prove(before, after):
    return proofs.prove(before, Applied(after, ()))


def a_chapter(**fields):
    stock = {"name": "가", "current_value": 100}
    first = {"turn_number": 1, "news": "비가 와요.", "stocks": [dict(stock)]}
    second = {"turn_number": 2, "news": "", "stocks": [stock | fields]}
    return chapter.read(json.dumps([first, second], ensure_ascii=False))


def test_the_same_chapter_has_no_changed_field():
    proof = prove(a_chapter(), a_chapter())

    assert (proof.changed, proof.fields) == (0, 8)
    assert proof.before_sha256 == proof.after_sha256 == a_chapter().hash


def test_changed_added_and_retyped_fields_are_counted():
    assert prove(a_chapter(), a_chapter(name="나")).changed == 1
    assert prove(a_chapter(), a_chapter(risk_level="", name="나")).changed == 2
    assert prove(a_chapter(), a_chapter(risk_level="")).fields == 9
    assert prove(a_chapter(), a_chapter(current_value=100.0)).changed == 1
    assert prove(a_chapter(current_value=1), a_chapter(current_value=True)).changed == 1


def test_what_only_moved_with_its_turn_is_not_counted():
    before = chapter.read((ROOT / "tests/samples/forest_library.json").read_bytes())
    moved = MoveTurn(op="move_turn", at="t2", after=3)
    gone = DeleteTurn(op="delete_turn", at="t2")

    swapped = apply(before, [Group("g1", (moved,), "writer", "")])
    shorter = apply(before, [Group("g1", (gone,), "writer", "")])

    assert proofs.prove(before, swapped).changed <= 6
    assert 0 < proofs.prove(before, shorter).changed - len(before.array[1]) < 40
