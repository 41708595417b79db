"""The strict reader over JSONTestSuite: it takes all that is JSON, and nothing else."""

from contextlib import suppress

import pytest

from core.chapter import text
from core.errors import Unreadable
from tests.chapter.json_suite import FINE, NONE, TWICE, suite

SUITE = suite()


def taken(raw: bytes) -> bool:
    """Whether these are one JSON value, by the reader that chapters and models go through."""
    try:
        text.parse(text._decoded(raw))
    except Unreadable:
        return False
    return True


def test_the_suite_is_whole():
    kinds = [name[0] for name in SUITE]
    assert [kinds.count(kind) for kind in "yni"] == [95, 188, 35]


@pytest.mark.parametrize("name", [name for name in SUITE if name[0] == "y"])
def test_what_is_json_is_taken(name):
    assert taken(SUITE[name]) == (name not in TWICE)


@pytest.mark.parametrize("name", [name for name in SUITE if name[0] == "n"])
def test_what_is_no_json_is_refused(name):
    assert not taken(SUITE[name])


@pytest.mark.parametrize("name", [*SUITE, *NONE, *FINE])
def test_reading_a_chapter_ends_in_no_other_way_than_a_refusal(name):
    with suppress(Unreadable):
        assert text.read({**SUITE, **NONE, **FINE}[name]).array is not None


@pytest.mark.parametrize("name", NONE)
def test_what_misleads_is_refused(name):
    with pytest.raises(Unreadable):
        text.read(NONE[name])


@pytest.mark.parametrize("name", FINE)
def test_what_does_not_mislead_is_taken(name):
    assert taken(FINE[name])
