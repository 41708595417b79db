import json

import pytest

from core.chapter import chapter
from core.errors import WriterError
from core.service.library import MAX_VERSIONS, Library


def a_chapter(news="비가 와요."):
    return chapter.read(json.dumps([{"turn_number": 1, "news": news, "stocks": []}]))


def test_a_chapter_is_found_by_its_id_only():
    library = Library()
    first, second = library.open(a_chapter(), "a.json"), library.open(a_chapter(), "a.json")

    assert first != second
    assert library.get(first).name == "a.json"
    assert library.get(first[:-1]) is None


def test_taking_undoing_and_redoing_walk_the_versions():
    library, before, after = Library(), a_chapter(), a_chapter("눈이 와요.")
    id_ = library.open(before, "a.json")

    assert library.take(id_, after, (), "눈으로", base=before.hash).chapter.text == after.text
    assert library.undo(id_).chapter is before
    assert library.undo(id_).chapter is before
    assert library.redo(id_).chapter.text == after.text
    assert library.redo(id_).versions[-1].request == "눈으로"


def test_taking_after_an_undo_forgets_what_was_undone():
    library, before = Library(), a_chapter()
    id_ = library.open(before, "a.json")
    library.take(id_, a_chapter("눈이 와요."), (), "눈으로")
    library.undo(id_)

    taken = library.take(id_, a_chapter("해가 떠요."), (), "해로")

    assert taken.undone == ()
    assert [version.number for version in taken.versions] == [1, 2]


def test_changes_made_on_an_older_version_are_refused():
    library, before = Library(), a_chapter()
    id_ = library.open(before, "a.json")
    library.take(id_, a_chapter("눈이 와요."), (), "눈으로", base=before.hash)

    with pytest.raises(WriterError) as raised:
        library.take(id_, a_chapter("해가 떠요."), (), "해로", base=before.hash)

    assert raised.value.rule == "moved_on"


def test_the_first_version_survives_many_edits():
    library, before = Library(), a_chapter()
    id_ = library.open(before, "a.json")
    for number in range(MAX_VERSIONS + 10):
        opened = library.take(id_, a_chapter(f"{number}번째예요."), (), "다음")

    assert opened.first is before
    assert len(opened.versions) == MAX_VERSIONS
    assert opened.versions[-1].number == MAX_VERSIONS + 11


def test_the_chapters_unused_longest_are_forgotten_beyond_the_limit():
    library = Library(most=3 * len(a_chapter().text))
    first, second, third = (library.open(a_chapter(), name) for name in "abc")
    library.get(first)

    library.open(a_chapter(), "d")

    assert library.get(first)
    assert library.get(second) is None
    assert library.get(third)
    with pytest.raises(WriterError):
        library.undo(second)


def test_a_closed_chapter_is_gone():
    library = Library()
    id_ = library.open(a_chapter(), "a.json")
    library.close(id_)
    library.close(id_)

    assert library.get(id_) is None
