import json

import pytest

from core.chapter import chapter as chapters
from core.chapter.ops import AddTurn, DeleteTurn, Group, Price, Put, Rename, Set
from core.errors import Breaks, NoSuchPlace, WriterError
from core.play.lesson import MOST_LESSONS, PRESETS, Lesson
from core.store import log
from core.store.library import Library
from tests.conftest import SAMPLES

SEA = (SAMPLES / "sea_park.json").read_text("utf-8")


@pytest.fixture
def id_(library):
    return library.open(chapters.read(SEA), "바다 공원.json", author="하나")


def news(text, at="t1.news"):
    return Group("g1", (Set(op="set", at=at, to=text),), "model", "비를 내려 줘")


def refusal(step, *given, **named):
    with pytest.raises(WriterError) as raised:
        step(*given, **named)
    return raised.value.rule


# -- opening


def test_a_chapter_is_found_by_its_id_only(library, id_):
    other = library.open(chapters.read(SEA), "바다 공원.json")

    assert len({id_, other}) == 2
    assert min(len(id_), len(other)) >= 22
    assert library.get(id_[:-1]) is None
    assert library.get(id_, "no branch") is None


def test_what_was_opened_is_kept_byte_for_byte(library, id_):
    opened = library.get(id_)

    assert opened.chapter.text == SEA
    assert (opened.id, opened.name, opened.branch) == (id_, "바다 공원.json", "")
    assert (opened.version.number, opened.version.parent, opened.version.act) == (1, None, "open")
    assert opened.version.author == "하나"
    assert opened.version.hash == opened.chapter.hash
    assert (opened.versions, opened.branches) == (1, ("",))
    assert not opened.can_undo
    assert not opened.can_redo
    assert opened.locks == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"story_data": json.loads(SEA)}, indent=1),
        json.dumps({"chapterId": "1", "story": SEA, "editRequest": "x"}),
        f"```json\n{SEA}\n```\n",
        '[{"news": "\\u0000 \\ud83c\\udf88", "odd": 1e3, "stocks": []}]',
        "[{}]",
    ],
)
def test_every_wrapper_is_kept_byte_for_byte(library, text):
    id_ = library.open(chapters.read(text), "a.json")

    assert Library(library._database).get(id_).chapter.text == text


def test_the_same_chapter_object_is_drawn_again_as_long_as_it_is_present(library, id_):
    assert library.get(id_).chapter is library.get(id_).chapter


def test_chapters_in_memory_are_bounded_and_read_again(database):
    library = Library(database, most=1)
    ids = [library.open(chapters.read(SEA.replace("바다", word)), word) for word in "가나다"]

    assert [library.get(id_).chapter.text == SEA for id_ in ids] == [False, False, False]
    assert [library.get(id_).name for id_ in ids] == ["가", "나", "다"]
    assert len(library._held._by_hash) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  a\n\tb.json ", "a b.json"),
        ("\x00\x07\u202e가\u200b나", "가나"),
        ("가" * 200, "가" * 120),
        ("cafe\u0301", "caf\u00e9"),
        ("\ud800.json", ".json"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_a_name_is_one_clean_line(library, given, kept):
    id_ = library.open(chapters.read(SEA), given)

    assert library.get(id_).name == kept


@pytest.mark.parametrize("name", ["", " \n", "\x00\x1f", "\u200b\u202e"])
def test_an_empty_name_is_refused(library, id_, name):
    assert refusal(library.open, chapters.read(SEA), name) == "name_empty"
    assert refusal(library.rename, id_, name) == "name_empty"
    assert refusal(library.name, id_, 1, name) == "name_empty"
    assert refusal(library.branch, id_, name, 1) == "name_empty"


# -- taking


def test_taking_makes_the_next_version_and_keeps_who_asked_what(library, id_):
    opened = library.take(id_, 1, [news("비가 와요.")], "비를 내려 줘", author="둘\x00")

    version = opened.version
    assert opened.chapter.turns[0].text("news") == "비가 와요."
    assert (version.number, version.parent, version.other) == (2, 1, None)
    assert (version.act, version.author, version.request) == ("take", "둘", "비를 내려 줘")
    assert version.places == 1
    assert version.hash == opened.chapter.hash
    assert (opened.can_undo, opened.versions) == (True, 2)
    assert opened == library.get(id_)


def test_an_older_version_keeps_its_text_and_the_groups_that_made_the_next(library, id_):
    groups = [news("비가 와요."), Group("g2", (Price(op="price", at="t2.s1", to=7),), "writer", "")]

    library.take(id_, 1, groups, "")

    assert library.chapter(id_, 1).text == SEA
    assert library.groups(id_, 2) == tuple(groups)
    assert library.groups(id_, 1) == ()


def test_what_a_change_forces_is_taken_with_it(library, id_):
    opened = library.take(
        id_, 1, [Group("g1", (Price(op="price", at="t2.s1", to=7),), "writer", "")], ""
    )

    assert opened.chapter.turns[2].stocks[0].opening == 7
    assert opened.version.places >= 2


def test_changes_on_an_older_version_are_refused_and_change_nothing(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")

    with pytest.raises(WriterError) as raised:
        library.take(id_, 1, [news("눈이 와요.")], "")

    assert raised.value.rule == "moved_on"
    assert raised.value.facts == {"version": 2}
    assert library.get(id_).versions == 2


def test_what_the_game_could_not_play_is_refused_with_the_finding(library, id_):
    gone = Group("g1", (Put(op="put", at="t2.s1.current_value", present=False),), "writer", "")

    with pytest.raises(Breaks) as raised:
        library.take(id_, 1, [gone], "")

    assert raised.value.facts["at"].startswith("t2")
    assert library.get(id_).version.number == 1


def test_what_does_not_fit_is_refused(library, id_):
    with pytest.raises(NoSuchPlace):
        library.take(id_, 1, [news("x", at="t99.news")], "")

    assert library.get(id_).versions == 1


def test_taking_nothing_makes_no_version_but_a_merge_is_remembered(library, id_):
    assert library.take(id_, 1, [], "").version.number == 1
    merged = library.take(id_, 1, [], "", act="merge", other=1).version

    assert (merged.number, merged.parent, merged.other, merged.act) == (2, 1, 1, "merge")


def test_turns_that_came_and_went_are_kept(library, id_):
    first = library.get(id_).chapter
    turn = {"result": "a", "news": "b", "news_tag": "all", "stocks": []}
    turn["stocks"] = [{"price": 9, "expectation": "x"}] * first.stock_count
    add = AddTurn.model_validate_json(json.dumps({"op": "add_turn", "after": 2, "turn": turn}))
    ops = (add, DeleteTurn(op="delete_turn", at="t5"))

    library.take(id_, 1, [Group("g1", ops, "model", "")], "")

    assert library.groups(id_, 2)[0].ops == ops
    assert Library(library._database).get(id_).chapter.turns[2].text("news") == "b"


def test_unknown_chapters_versions_and_branches_are_told_apart(library, id_):
    assert refusal(library.take, "nobody", 1, [news("x")], "") == "forgotten"
    assert refusal(library.take, id_, 9, [news("x")], "") == "no_version"
    assert refusal(library.take, id_, 1, [news("x")], "", branch="b") == "no_branch"
    assert refusal(library.chapter, id_, 0) == "no_version"
    assert refusal(library.versions, "nobody") == "forgotten"
    assert refusal(library.undo, "nobody") == "forgotten"
    assert refusal(library.redo, id_, branch="b") == "no_branch"
    assert refusal(library.ancestor, id_, 1, 2) == "no_version"


# -- walking


def test_undoing_and_redoing_walk_the_versions(library, id_):
    rain = library.take(id_, 1, [news("비가 와요.")], "").chapter

    assert library.undo(id_).chapter.text == SEA
    assert library.get(id_).can_redo
    assert not library.undo(id_).can_undo
    assert library.redo(id_).chapter.text == rain.text
    assert library.redo(id_).version.number == 2
    assert library.get(id_).versions == 2


def test_several_undone_versions_come_back_in_their_order(library, id_):
    for number in (1, 2, 3):
        library.take(id_, number, [news(f"{number}번 와요.")], "")
    for _ in range(3):
        library.undo(id_)

    assert [library.redo(id_).version.number for _ in range(4)] == [2, 3, 4, 4]


def test_taking_after_an_undo_makes_a_new_version_and_forgets_what_was_undone(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")
    library.undo(id_)

    taken = library.take(id_, 1, [news("눈이 와요.")], "")

    assert (taken.version.number, taken.version.parent, taken.can_redo) == (3, 1, False)
    assert library.redo(id_).version.number == 3
    assert [version.number for version in library.versions(id_)] == [1, 2, 3]
    assert library.chapter(id_, 2).turns[0].text("news") == "비가 와요."


def test_restoring_is_a_new_version_with_the_very_bytes(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")

    restored = library.restore(id_, 1, author="하나")

    version = restored.version
    assert restored.chapter.text == SEA
    assert (version.number, version.parent, version.other) == (3, 2, 1)
    assert (version.act, version.places) == ("restore", 1)
    assert library.groups(id_, 3) == ()
    assert library.restore(id_, 3).version.number == 3
    assert refusal(library.restore, id_, 9) == "no_version"


# -- branches


def test_branches_go_their_own_ways(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")
    branched = library.branch(id_, " 다른 끝 ", 1)
    library.take(id_, 1, [news("해가 떠요.")], "", branch="다른 끝")

    assert (branched.branch, branched.version.number) == ("다른 끝", 1)
    assert branched.branches == ("", "다른 끝")
    assert library.get(id_).version.number == 2
    assert library.get(id_, "다른 끝").version.number == 3
    assert library.undo(id_, branch="다른 끝").version.number == 1
    assert library.get(id_).version.number == 2


def test_a_branch_needs_a_name_of_its_own_and_a_version(library, id_):
    library.branch(id_, "다른 끝", 1)

    assert refusal(library.branch, id_, "다른 끝", 1) == "branch_exists"
    assert refusal(library.branch, id_, "또 다른", 7) == "no_version"
    assert library.get(id_).branches == ("", "다른 끝")


def test_the_common_version_of_two_branches_moves_on_with_a_merge(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")
    library.branch(id_, "b", 1)
    library.take(id_, 1, [news("해가 떠요.", at="t2.news")], "", branch="b")
    assert library.ancestor(id_, 2, 3) == 1

    library.take(id_, 2, [news("해가 떠요.", at="t2.news")], "", act="merge", other=3)
    library.take(id_, 3, [news("달이 떠요.", at="t2.news")], "", branch="b")

    assert library.ancestor(id_, 4, 5) == 3
    assert library.ancestor(id_, 2, 5) == 1
    assert library.ancestor(id_, 4, 4) == 4


# -- names, locks, the bin


def test_versions_and_chapters_are_named(library, id_):
    library.take(id_, 1, [news("비가 와요.")], "")
    library.name(id_, 2, "비 오는 판")
    library.rename(id_, "새 이름")

    assert library.get(id_).version.name == "비 오는 판"
    assert [version.name for version in library.versions(id_)] == ["", "비 오는 판"]
    assert library.get(id_).name == "새 이름"
    assert refusal(library.name, id_, 9, "x") == "no_version"


def test_locks_are_remembered(library, id_):
    library.lock(id_, {"t3", "s2.name"})
    assert library.get(id_).locks == {"t3", "s2.name"}

    library.lock(id_, frozenset())
    assert library.get(id_).locks == frozenset()


def test_lessons_are_remembered_and_logged(library, id_):
    own = Lesson("own", left="equal", measure="losing", op="<=", right=0.25)
    assert library.get(id_).lessons == ()

    library.teach(id_, [PRESETS["spread"], own], author="나")

    assert library.get(id_).lessons == (PRESETS["spread"], own)
    assert Library(library._database).get(id_).lessons == (PRESETS["spread"], own)
    assert library.find()[0].author == "나"
    assert log.verify(library._database, id_) == ()

    library.teach(id_, ())
    assert library.get(id_).lessons == ()


def test_more_lessons_than_can_be_read_again_are_refused(library, id_):
    assert refusal(library.teach, id_, [PRESETS["news"]] * (MOST_LESSONS + 1)) == "lesson_many"
    assert refusal(library.teach, "nobody", ()) == "forgotten"
    assert library.get(id_).lessons == ()


def test_what_lies_in_the_bin_is_not_open_and_comes_back_whole(library, id_):
    library.remove(id_)

    assert library.get(id_) is None
    assert library.find() == ()
    assert library.find(removed=True)[0].removed_at > 0
    assert refusal(library.take, id_, 1, [news("x")], "") == "forgotten"
    assert refusal(library.remove, id_) == "forgotten"

    library.recover(id_)

    assert library.get(id_).chapter.text == SEA
    assert library.find(removed=True) == ()
    assert refusal(library.recover, id_) == "forgotten"


def test_only_what_lies_in_the_bin_is_gone_for_good(library, id_):
    other = library.open(chapters.read(SEA), "other")
    assert refusal(library.purge, id_) == "forgotten"

    library.remove(id_)
    library.purge(id_)

    assert library.find(removed=True) == ()
    assert refusal(library.versions, id_) == "forgotten"
    assert refusal(library.purge, id_) == "forgotten"
    assert Library(library._database).get(other).chapter.text == SEA


# -- finding


def found(library, query):
    return [entry.name for entry in library.find(query)]


@pytest.fixture
def shelf(library):
    text = json.dumps(
        [
            {
                "turn_number": 1,
                "news": "Moon RABBIT이 100%_ 떡을 빚어요.",
                "stocks": [{"name": "달 떡집"}],
            }
        ]
    )
    moon = library.open(chapters.read(text), "달나라.json", author="하나")
    library.open(chapters.read(SEA), "바다.json")
    sea_two = library.open(chapters.read(SEA), "바다 둘.json")
    library.take(sea_two, 1, [news("비가 와요.")], "우산을 팔자", author="둘")
    library.rename(moon, "달나라 이야기")
    return library


def test_without_a_query_all_are_listed_newest_first(shelf):
    assert found(shelf, "") == ["달나라 이야기", "바다 둘.json", "바다.json"]
    assert found(shelf, " \n") == found(shelf, "")
    assert [entry.hit for entry in shelf.find()] == ["", "", ""]
    assert len(shelf.find(most=2)) == 2


def test_a_list_tells_enough_to_choose(shelf):
    moon, two, _ = shelf.find()

    assert (moon.turns, moon.stocks, moon.versions) == (1, ("달 떡집",), 1)
    assert (two.turns, len(two.stocks), two.versions) == (7, 3, 2)
    assert two.author == "둘"
    assert two.changed_at > 1_600_000_000
    assert two.removed_at is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("moon rabbit", ["달나라 이야기"]),
        ("떡을 MOON", ["달나라 이야기"]),
        ("달 떡집", ["달나라 이야기"]),
        ("우산", ["바다 둘.json"]),
        ("비가 와요", ["바다 둘.json"]),
        ("바다.json", ["바다.json"]),
        ("나라.json", []),
        ("%", ["달나라 이야기"]),
        ("100%_", ["달나라 이야기"]),
        ("1__%", []),
        ("/", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("x" * 100_000, []),
    ],
)
def test_words_are_found_in_texts_requests_and_names_exactly_as_written(shelf, query, names):
    assert found(shelf, query) == names


def test_what_was_found_is_shown_as_it_was_written(shelf):
    assert shelf.find("rabbit")[0].hit == "Moon RABBIT이 100%_ 떡을 빚어요."
    assert shelf.find("우산")[0].hit == "우산을 팔자"


def test_a_long_text_is_cut_round_the_word(library):
    text = "가 " * 200 + "무지개 " + "나 " * 200
    library.open(chapters.read(json.dumps([{"news": text, "stocks": []}])), "a")

    hit = library.find("무지개")[0].hit

    assert hit.startswith("…가")
    assert hit.endswith("나…")
    assert len(hit) < 90


def test_decomposed_hangul_finds_what_is_composed(shelf):
    assert found(shelf, "\u1103\u1161\u11af \u1104\u1165\u11a8\u110c\u1175\u11b8") == [
        "달나라 이야기"
    ]


def test_texts_of_every_branch_are_found_and_texts_of_the_past_are_not(library, id_):
    library.branch(id_, "b", 1)
    library.take(id_, 1, [news("무지개가 떠요.")], "", branch="b")
    assert len(library.find("무지개가")) == 1

    library.undo(id_, branch="b")
    assert library.find("무지개가") == ()


def test_a_rename_in_a_chapter_is_found_at_once(library, id_):
    group = Group("g1", (Rename(op="rename", from_="돌고래 쇼", to="물개 공연"),), "instant", "")
    library.take(id_, 1, [group], "")

    assert library.find("물개 공연")[0].stocks[0] == "물개 공연"
    assert library.find("돌고래 쇼") == ()


@pytest.mark.parametrize("hostile", ["\0", "a\0b", "\ud800", "%", "'; --", "x" * 100_000])
def test_any_text_may_be_asked_for_as_an_id_or_a_branch(library, id_, hostile):
    assert library.get(hostile) is None
    assert library.get(id_, hostile) is None
    for step in (library.undo, library.remove, library.recover, library.purge, library.versions):
        assert refusal(step, hostile) == "forgotten"
    assert refusal(library.undo, id_, branch=hostile) == "no_branch"
    assert library.rename(id_, "아직 열려요") is None


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63, 2**70])
def test_any_number_may_be_asked_for_as_a_version(library, id_, number):
    for step in (library.chapter, library.groups, library.restore):
        assert refusal(step, id_, number) == "no_version"
    assert refusal(library.branch, id_, "갈래", number) == "no_version"
    assert refusal(library.name, id_, number, "이름") == "no_version"
    assert library.rename(id_, "아직 열려요") is None
