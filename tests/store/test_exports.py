"""What leaves the library as a file: the writer's own bytes, or the form that they asked for."""

import io
import json
import unicodedata
import zipfile

import jsonpatch
import pytest

from core.chapter import changes, rules
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.ops import Group, Price, Rename, Set
from core.store import exports
from core.store.exports import Shelved
from core.store.library import Version

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "$x$ **굵게** [a](http://b.c)",
    "../../etc/passwd",
    "..",
    "C:\\aux|?*",
    "con",
    "COM1.backup",
    "\u202egnp.exe\u2066",
    "가" * 200,
    " \t ",
    "줄\n바꿈",
    "점으로 끝남...",
    "\udcff",
]


def version(number: int = 1, **facts) -> Version:
    told = {"parent": None, "other": None, "act": "open", "author": "", "request": ""}
    told |= {"at": 1_790_000_000.0 + number, "hash": "f" * 64, "name": "", "places": 0}
    return Version(**{"number": number, **told, **facts})


def shelved(name: str, chapter: Chapter, *versions: Version) -> Shelved:
    return Shelved(name, chapter, versions or (version(),))


def archive(*chapters: Shelved) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(exports.library(chapters)))


@pytest.fixture
def chapter(sea_park: str) -> Chapter:
    return chapters.read(sea_park)


@pytest.fixture(params=["bare", "story_data", "body", "string", "fence"])
def wrapped(request, sea_park: str) -> str:
    """The sample in every wrapper that people paste."""
    array = json.loads(sea_park)
    return {
        "bare": sea_park,
        "story_data": json.dumps({"metadata": {"a": 1}, "story_data": array}, indent=1),
        "body": json.dumps({"chapterId": "7", "story": sea_park, "editRequest": "짧게"}),
        "string": json.dumps(sea_park, ensure_ascii=False),
        "fence": f"```json\n{sea_park}\n```\n",
    }[request.param]


def edited(chapter: Chapter) -> Chapter:
    ops = (
        Set(op="set", at="t2.news", to='새 소식이 "왔어요".'),
        Price(op="price", at="t3.s1", to=111),
        Rename.model_validate({"op": "rename", "from": chapter.names[0], "to": "물개 공연"}),
    )
    return changes.apply(chapter, [Group("g1", ops, "writer", "asked")]).chapter


def test_an_untouched_chapter_leaves_as_it_came(wrapped):
    assert exports.original(chapters.read(wrapped)) == wrapped.encode()


def test_an_edited_chapter_keeps_its_wrapper(wrapped):
    after = edited(chapters.read(wrapped))

    again = chapters.read(exports.original(after))

    assert again.array == after.array
    assert exports.wrapped(again) == exports.wrapped(chapters.read(wrapped))


def test_the_array_alone_reads_back_without_its_wrapper(wrapped, sea_park):
    alone = chapters.read(exports.bare(chapters.read(wrapped)))

    assert alone.array == json.loads(sea_park)
    assert not exports.wrapped(alone)


def test_the_array_alone_keeps_its_own_spacing(sea_park):
    fenced = chapters.read(f"```json\n{sea_park.strip()}\n```")

    assert exports.bare(fenced).decode() == sea_park.strip()


def test_a_bare_array_has_nothing_around_it(chapter, sea_park):
    assert not exports.wrapped(chapter)
    assert exports.wrapped(chapters.read(f"```\n{sea_park}\n```"))


def test_a_pretty_array_reads_back_and_has_raw_hangul(wrapped, sea_park):
    lines = exports.pretty(chapters.read(wrapped)).decode()

    assert json.loads(lines) == json.loads(sea_park)
    assert lines.startswith("[\n  {\n    ")
    assert "\\u" not in lines


def test_an_api_body_opens_again_with_its_id_and_request(wrapped):
    before = chapters.read(wrapped)

    body = exports.api_body(before, "1111", "3턴을 지워줘")

    again = chapters.read(body)
    assert list(json.loads(body)) == ["chapterId", "story", "summary", "editRequest"]
    assert json.loads(body)["summary"] is None
    assert (again.source.chapter_id, again.source.request) == ("1111", "3턴을 지워줘")
    assert again.array == before.array
    assert b"\n" not in body


def test_a_json_patch_leads_from_one_array_to_the_other(chapter):
    after = edited(chapter)

    steps = json.loads(exports.json_patch(chapter, after))

    assert jsonpatch.apply_patch(chapter.array, steps) == after.array


def test_an_archive_holds_every_chapters_own_bytes(chapter, wrapped):
    other = chapters.read(wrapped)

    found = archive(shelved("바다", chapter), shelved("다른 것", other))

    names = [name for name in found.namelist() if name != exports.INDEX]
    assert found.testzip() is None
    assert found.read("바다.json") == exports.original(chapter)
    assert found.read(names[1]) == exports.original(other)


def test_an_archive_tells_how_each_version_came_to_be(chapter):
    taken = version(
        2, parent=1, act="take", author="지우", request="더 짧게", places=3, name="초안"
    )

    found = archive(shelved("바다", chapter, version(), taken))

    (told,) = json.loads(found.read(exports.INDEX))["chapters"]
    assert (told["file"], told["name"], told["sha256"]) == ("바다.json", "바다", chapter.hash)
    assert told["stocks"] == list(chapter.names)
    assert told["versions"][1] == {
        "number": 2,
        "parent": 1,
        "other": None,
        "act": "take",
        "name": "초안",
        "author": "지우",
        "request": "더 짧게",
        "at": "2026-09-21T14:13:22+00:00",
        "places": 3,
        "sha256": "f" * 64,
    }


def test_an_archive_of_nothing_opens():
    assert json.loads(archive().read(exports.INDEX)) == {"chapters": []}


def test_the_same_library_is_the_same_archive(chapter):
    assert exports.library([shelved("가", chapter)]) == exports.library([shelved("가", chapter)])


def test_chapters_with_one_name_are_files_with_two(chapter):
    names = ["가", "가", "library", "Sea", "sea", "가 (2)", "긴" * 90, "긴" * 91]

    found = archive(*(shelved(name, chapter) for name in names)).namelist()

    assert len({name.casefold() for name in found}) == len(names) + 1
    assert found[:2] == ["가.json", "가 (2).json"]
    assert found.count(exports.INDEX) == 1


def test_thousands_of_chapters_with_one_name_are_named_at_once(chapter):
    found = archive(*[shelved("붙여 넣은 챕터", chapter)] * 2000).namelist()

    assert len(set(found)) == 2001


@pytest.mark.parametrize("name", HOSTILE)
def test_a_files_name_is_one_that_every_system_takes(name, chapter):
    file = exports.file_name(name, chapter)

    stem = file.removesuffix(".json")
    assert 0 < len(stem) <= exports.MAX_STEM + 1
    assert not set(stem) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(letter)[0] == "C" for letter in file)
    assert stem[0] not in ". "
    assert stem[-1] not in ". "
    assert stem.partition(".")[0].lower() not in ("con", "aux", "com1")
    assert len(file.encode()) <= 255


def test_a_chapter_in_a_fence_is_a_markdown_file(sea_park):
    assert exports.file_name("가", chapters.read(f"~~~\n{sea_park}\n~~~")) == "가.md"


def test_real_chapters_leave_as_they_came(shared):
    for file in sorted((shared / "chapters" / "real").glob("*.json")):
        chapter = chapters.read(file.read_bytes())

        assert exports.original(chapter) == file.read_bytes().removeprefix(b"\xef\xbb\xbf")
        assert chapters.read(exports.bare(chapter)).array == chapter.array
        assert rules.findings(chapters.read(exports.pretty(chapter))) == rules.findings(chapter)
