"""Every error of the model's side has its status, its sentence and a reply that says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import errors
from core.api import wire
from core.api.scenario import verdict
from core.api.wire import MAX_REPLY, STRICT, EditScenario, strict_status
from core.editing.model import OURS
from core.editing.reply import reply
from core.errors import ModelError, Unavailable
from core.words import TABLE, sentence

EDITING = Path(errors.__file__).parent / "editing"
KINDS = {kind.__name__: kind for kind in ModelError.__subclasses__()}
FACTS = {"most": 16_777_216, "count": 400, "status": 503, "seconds": 90, "hours": 12}
FACTS |= {"left": "12000", "needs": "15000"}
GATEWAY = (502, 503, 504)


def raised(path: Path) -> Iterator[tuple[str, str]]:
    """(class, rule) of every model's error that a file makes or has in a table."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            kind, rules = node.func.id, node.args[0]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            kind, rules = getattr(node.elts[0], "id", ""), node.elts[1]
        else:
            continue
        if kind in KINDS or kind == "_FormRefused":
            yield from ((kind, each.value) for each in ast.walk(rules) if is_rule(each))


def is_rule(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).startswith("model_")


SERVICE = EDITING.parent / "service"
FILES = (*EDITING.glob("*.py"), SERVICE / "traffic.py", SERVICE / "costs.py")
ROWS = sorted({row for path in FILES for row in raised(path)})


def test_every_class_has_a_status():
    assert set(STRICT) == {*ModelError.__subclasses__(), Unavailable}
    assert all(STRICT[kind] in GATEWAY for kind in STRICT if kind is not errors.ModelRefused)


def test_every_class_and_every_foreign_error_is_raised_with_some_rule():
    assert {kind for kind, _ in ROWS} - {"_FormRefused"} == set(KINDS)
    assert {(kind.__name__, rule) for kind, rule in OURS.values()} <= set(ROWS)


def test_every_rule_of_the_table_is_raised_and_no_other():
    assert {rule for _, rule in ROWS} == {rule for rule in TABLE if rule.startswith("model_")} - {
        "model_says"  # the model's own sentence: no error
    }


@pytest.mark.parametrize(("kind", "rule"), ROWS)
def test_a_row_has_one_status_and_says_why_in_both_languages(kind, rule):
    error = KINDS.get(kind, errors.ModelSetup)(rule, **FACTS)
    also = {
        strict_status(KINDS[each](rule)) for each, named in ROWS if named == rule and each in KINDS
    }

    assert also <= {strict_status(error)}
    for lang in ("ko", "en"):
        said = reply("failed", (), lang, rule, FACTS)
        assert 1 <= len(said) <= MAX_REPLY
        assert said != sentence("reply_failed", {}, lang), "too long: what happened is not said"
        assert sentence(rule, FACTS, lang)


def test_what_was_never_tried_is_not_kept_and_a_refusal_is():
    ask = EditScenario(chapterId="1", story="[]", editRequest="a")
    rules = ("stopping", "busy", "broken")
    answers = [wire.unavailable(ask, "", Unavailable(rule, most=1)) for rule in rules]

    assert [verdict(each) for each in answers] == ["unasked", "unasked", "failed"]
    assert verdict(wire.refusal(413, "big")) == "good"
