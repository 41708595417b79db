import json

from core.chapter import chapter
from core.service.proof import prove


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
