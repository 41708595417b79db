"""A change is there as soon as its object closes, however the text around it is cut."""

import json
import random
from itertools import pairwise

import pytest

from core.editing.stream import MAX_ANSWER, MAX_OBJECT, Answer
from core.errors import ModelGarbled

FIRST = '{"op": "set", "at": "t1.news", "to": "괄호 } ] { [ 와 \\"따옴표\\" 와 \\\\"}'
SECOND = '{"op":"add_stock","stock":{"name":"별","turns":[{"price":100,"expectation":"음"}]}}'
WHOLE = f'{{"changes": [{FIRST}, {SECOND}], "reply": "\\"다\\" 했어요."}}'


def read(text: str, cuts: list[int] | None = None) -> tuple[list[str], Answer]:
    answer = Answer()
    edges = [0, *(cuts or []), len(text)]
    found = [one for a, b in pairwise(edges) for one in answer.feed(text[a:b])]
    return found, answer


def test_changes_and_reply_are_read():
    found, answer = read(WHOLE)

    assert found == [FIRST, SECOND]
    assert answer.reply == '"다" 했어요.'
    assert answer.complete


@pytest.mark.parametrize("seed", range(60))
def test_the_cuts_do_not_matter(seed):
    rnd = random.Random(seed)
    cuts = sorted(rnd.sample(range(1, len(WHOLE)), rnd.randrange(len(WHOLE) - 1)))

    found, answer = read(WHOLE, cuts)

    assert (found, answer.reply, answer.complete) == ([FIRST, SECOND], '"다" 했어요.', True)


@pytest.mark.parametrize("odd", ["[[]]", '{"changes": [[]]}', '{"changes": ["t1.news"]}'])
def test_a_list_of_anything_but_changes_is_none(odd):
    assert not read(odd)[1].complete
    assert read(f"{odd} {WHOLE}")[1].complete
    assert read('{"changes": []}')[1].complete


def test_a_change_comes_before_the_answer_ends():
    answer = Answer()

    assert list(answer.feed('{"changes": [' + FIRST[:-1])) == []
    assert list(answer.feed("}")) == [FIRST]
    assert not answer.complete


@pytest.mark.parametrize(
    "around",
    ["```json\n{}\n```", "네! [1] 이렇게 고쳤어요:\n{}\n더 바꿀까요?", '"따옴표" {}', "{} {{}}"],
)
def test_prose_and_fences_are_passed_over(around):
    found, answer = read(around.replace("{}", WHOLE, 1))

    assert found == [FIRST, SECOND]
    assert answer.complete


def test_a_bare_list_is_taken():
    found, answer = read(f"[{FIRST},{SECOND}]")

    assert found == [FIRST, SECOND]
    assert answer.complete


@pytest.mark.parametrize(
    "text",
    [
        "",
        "물론이죠! 바꿔 드릴게요.",
        '{"edits": [{"op": "set"}], "reply": ""}',
        '{"changes": 3}',
        '{"a": {"changes": [{"op": "set"}]}}',
        '{"changes": {"op": "set"}}',
        "]]}}",
        "[" * 5000 + "]" * 5000,
    ],
)
def test_objects_anywhere_else_are_no_changes(text):
    assert read(text)[0] == []


@pytest.mark.parametrize("length", range(5, len(WHOLE), 7))
def test_a_cut_answer_keeps_what_closed_and_is_not_complete(length):
    found, answer = read(WHOLE[:length])

    assert found == [FIRST, SECOND][: len(found)]
    assert answer.complete is (WHOLE.find("]", WHOLE.find(SECOND) + len(SECOND)) < length)


@pytest.mark.parametrize("endless", ["가" * 97, '{"op":"set"},', "[", '\\"', " "])
def test_endless_text_ends(endless):
    text = '{"changes": [{"op": "' + endless * (MAX_ANSWER // len(endless) + 1)

    with pytest.raises(ModelGarbled):
        read(text, list(range(21, len(text), len(endless))))


def test_limits_leave_room_for_the_largest_real_answer():
    changes = [{"op": "set", "at": f"t{n}.news", "to": "가" * 300} for n in range(1, 200)]
    text = json.dumps({"changes": changes, "reply": ""}, ensure_ascii=False)

    assert len(read(text, list(range(4, len(text), 4)))[0]) == 199
    assert len(text) < MAX_ANSWER / 4
    assert MAX_OBJECT > 20_000
