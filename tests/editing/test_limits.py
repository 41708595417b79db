"""What is locked stays, and what lies outside stays: for every op, whoever asks for it."""

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words
from core.chapter import chapter as chapters
from core.chapter.chapter import Address, Chapter
from core.chapter.ops import (
    STRUCTURAL,
    AddStock,
    AddTurn,
    Carry,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Put,
    Rename,
    Reword,
    Rewrite,
    Set,
)
from core.editing.gates import Gate, Passed, Refusal
from core.editing.limits import FIELDS, PRESETS, STRUCTURE, Limits
from core.errors import NoSuchPlace
from tests.conftest import SAMPLES
from tests.editing.scripted import Scripted, ended

FREE = "챕터 전체를 더 흥미진진하게 해 줘"


@pytest.fixture
def chapter(sea_park):
    return chapters.read(sea_park)


def put(at: str, to: str) -> Set:
    return Set(op="set", at=at, to=to)


def price(at: str, to: float) -> Price:
    return Price(op="price", at=at, to=to)


def rename(old: str, new: str) -> Rename:
    return Rename(op="rename", from_=old, to=new)


def new_stock(name: str = "구름 배") -> AddStock:
    prices = tuple(NewPrice(price=100, expectation="기대돼요.") for _ in range(7))
    stock = NewStock(name=name, risk_level="중위험 균형형", description="멋져요.", turns=prices)
    return AddStock(op="add_stock", stock=stock)


def new_turn(after: int) -> AddTurn:
    stocks = tuple(NewPrice(price=100, expectation="기대돼요.") for _ in range(3))
    turn = NewTurn(result="좋아요.", news="새 소식이에요.", news_tag="all", stocks=stocks)
    return AddTurn(op="add_turn", after=after, turn=turn)


def verdict(chapter: Chapter, op: Op, *, locks: str = "", only: str = "") -> Passed | Refusal:
    """Of the writer's own op, under limits written with spaces between."""
    limits = Limits(frozenset(locks.split()), frozenset(only.split()))
    found = Gate(chapter, "", limits=limits, cause="instant").check(op)
    assert found is not None
    return found


SHOW = "돌고래 쇼"


@pytest.mark.parametrize(
    ("locks", "op", "rule", "at"),
    [
        ("t2.news", put("t2.news", "새 소식이에요."), "locked", "t2.news"),
        ("news", put("t2.news", "새 소식이에요."), "locked", "t2.news"),
        ("t2", put("t2.s1.expectation", "기대돼요."), "locked", "t2.s1.expectation"),
        ("expectation", put("t2.s1.expectation", "기대돼요."), "locked", "t2.s1.expectation"),
        ("s1.expectation", put("t2.s1.expectation", "기대돼요."), "locked", "t2.s1.expectation"),
        ("t2.expectation", put("t2.s1.expectation", "기대돼요."), "locked", "t2.s1.expectation"),
        ("t3.s1.price", price("t3.s1", 130), "locked", "t3.s1"),
        ("s1.price", price("t3.s1", 130), "locked", "t3.s1"),
        ("price", price("t3.s1", 130), "locked", "t3.s1"),
        ("name", put("s1.name", "물개 공연"), "locked", "s1.name"),
        ("s1.name", put("s1.name", "물개 공연"), "locked", "s1.name"),
        ("t3.s2", put("s2.description", "새 소개예요."), "locked", "s2.description"),
        ("risk_level", put("s2.risk_level", "고위험"), "locked", "s2.risk_level"),
        ("t1.news", rename(SHOW, "물개 공연"), "locked_name", "t1.news"),
        ("news", rename(SHOW, "물개 공연"), "locked_name", "t1.news"),
        ("name", rename(SHOW, "물개 공연"), "locked_name", "t1.s1.name"),
        ("t1.news", Reword(op="reword", at="t1.news", from_="묘기", to="춤"), "locked", None),
        ("t3", DeleteTurn(op="delete_turn", at="t3"), "locked", "t3"),
        ("t3.news", MoveTurn(op="move_turn", at="t3", after=1), "locked", "t3.news"),
        ("t3", DeleteTurn(op="delete_turn", at="t1"), "locked_too", None),
        ("t3", MoveTurn(op="move_turn", at="t1", after=4), "locked_too", None),
        ("t3", new_turn(1), "locked_too", None),
        ("t3", CopyTurn(op="copy_turn", at="t1"), "locked_too", None),
        ("t3", new_stock(), "locked_too", "t3.s4.name"),
        ("news", DeleteTurn(op="delete_turn", at="t2"), "locked_too", "t2.news"),
        ("news", MoveTurn(op="move_turn", at="t1", after=3), "locked_too", None),
        ("price", DeleteTurn(op="delete_turn", at="t2"), "locked_too", None),
        ("s2", DeleteStock(op="delete_stock", at="s2"), "locked", "s2"),
        ("s2.name", DeleteStock(op="delete_stock", at="s1"), "locked_too", "s2.name"),
        ("name", DeleteStock(op="delete_stock", at="s1"), "locked_too", "s1.name"),
        ("structure", DeleteTurn(op="delete_turn", at="t3"), "locked_structure", None),
        ("structure", MoveTurn(op="move_turn", at="t3", after=1), "locked_structure", None),
        ("structure", CopyTurn(op="copy_turn", at="t3"), "locked_structure", None),
        ("structure", new_turn(3), "locked_structure", None),
        ("structure", new_stock(), "locked_structure", None),
        ("structure", DeleteStock(op="delete_stock", at="s3"), "locked_structure", None),
    ],
)
def test_a_lock_keeps_a_change_out_and_says_which_place(chapter, locks, op, rule, at):
    if isinstance(op, DeleteStock):
        chapter = _with_four_stocks(chapter)

    found = verdict(chapter, op, locks=locks)

    assert isinstance(found, Refusal)
    assert (found.gate, found.rule) == ("scope", rule)
    if at:
        assert found.facts["at"] == at


def _with_four_stocks(chapter: Chapter) -> Chapter:
    array = json.loads(json.dumps(chapter.array))
    for turn in array:
        turn["stocks"].append({**turn["stocks"][0], "name": "구름 배"})
    return chapters.read(json.dumps(array, ensure_ascii=False))


@pytest.mark.parametrize(
    ("locks", "op"),
    [
        ("t4", price("t3.s1", 130)),
        ("t4.s1", price("t3.s1", 130)),
        ("t3 s2 t2.result", put("t2.news", "새 소식이에요.")),
        ("t3 name structure", put("t2.news", "새 소식이에요.")),
        ("name", new_turn(3)),
        ("name", DeleteTurn(op="delete_turn", at="t3")),
        ("name description", CopyTurn(op="copy_turn", at="t3")),
        ("t1 t2", DeleteTurn(op="delete_turn", at="t5")),
        ("t1 t2 t3", new_turn(5)),
        ("news expectation", new_turn(3)),
        ("name", put("t2.news", "돌고래가 쉬어요.")),
    ],
)
def test_a_lock_beside_a_change_lets_it_through(chapter, locks, op):
    assert isinstance(verdict(chapter, op, locks=locks), Passed)


@pytest.mark.parametrize(
    ("only", "op", "rule"),
    [
        ("t2", put("t3.news", "새 소식이에요."), "outside"),
        ("news", put("t3.result", "새 결과예요."), "outside"),
        ("t3.s2", price("t3.s1", 130), "outside"),
        ("t3", rename(SHOW, "물개 공연"), "outside_name"),
        ("t3.s1", put("s1.description", "새 소개예요."), "outside"),
        ("t3", DeleteTurn(op="delete_turn", at="t3"), "outside_structure"),
        ("price", new_stock(), "outside_structure"),
        ("t3 news", new_turn(3), "outside_structure"),
        ("structure", put("t3.news", "새 소식이에요."), "outside"),
    ],
)
def test_what_lies_outside_of_what_may_change_is_refused(chapter, only, op, rule):
    found = verdict(chapter, op, only=only)

    assert isinstance(found, Refusal)
    assert found.rule == rule


@pytest.mark.parametrize(
    ("only", "op"),
    [
        ("t3", put("t3.news", "새 소식이에요.")),
        ("news", put("t3.news", "새 소식이에요.")),
        ("t3.s1.price", price("t3.s1", 130)),
        ("price", price("t3.s1", 130)),
        ("structure", DeleteTurn(op="delete_turn", at="t3")),
        ("structure", new_turn(3)),
        ("structure news", CopyTurn(op="copy_turn", at="t2")),
        ("s1", put("s1.description", "새 소개예요.")),
    ],
)
def test_what_lies_inside_passes_with_all_that_it_forces(chapter, only, op):
    assert isinstance(verdict(chapter, op, only=only), Passed)


def test_a_lock_wins_over_what_may_change(chapter):
    found = verdict(chapter, put("t3.news", "새 소식이에요."), locks="news", only="t3")

    assert isinstance(found, Refusal)
    assert found.rule == "locked"


def test_a_percentage_that_would_have_to_follow_into_a_locked_text_keeps_the_price_out():
    chapter = chapters.read((SAMPLES / "space_post.json").read_bytes())
    ops = [price(f"t{t}.s{s}", 230) for t in range(2, 7) for s in range(1, 4)]
    free = [op for op in ops if isinstance(verdict(chapter, op), Passed)]
    found = [verdict(chapter, op, locks="result news") for op in free]

    assert "locked_too" in {one.rule for one in found if isinstance(one, Refusal)}


# -- plans


def rewrite(*fields: str, at: str = "t3") -> Rewrite:
    return Rewrite(op="rewrite", at=at, fields=fields, brief="더 신나게")


@pytest.mark.parametrize(
    ("limits", "fields"),
    [
        (Limits(frozenset({"t3.news"})), ("result", "expectation")),
        (Limits(frozenset({"result", "expectation"})), ("news",)),
        (Limits(frozenset({"t3.s1"})), ("news", "result", "expectation")),
        (Limits(only=frozenset({"news"})), ("news",)),
        (Limits(frozenset({"t2"})), ("news", "result", "expectation")),
    ],
)
def test_a_plan_loses_the_fields_that_must_stay(chapter, limits, fields):
    plan = Gate(chapter, FREE, limits=limits).plan(rewrite("news", "result", "expectation"))

    assert isinstance(plan, Rewrite)
    assert set(plan.fields) == set(fields)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(frozenset({"t3"})), "locked"),
        (Limits(frozenset({"news", "result"})), "locked"),
        (Limits(only=frozenset({"t2"})), "outside"),
        (Limits(only=frozenset({"price"})), "outside"),
    ],
)
def test_a_turn_of_which_nothing_may_change_is_not_planned(chapter, limits, rule):
    refusal = Gate(chapter, FREE, limits=limits).plan(rewrite("news", "result"))

    assert isinstance(refusal, Refusal)
    assert (refusal.rule, refusal.facts["at"]) == (rule, "t3")


# -- what can be limited


@pytest.mark.parametrize(
    "limit",
    [
        *("t1", "t7", "s3", "t3.s2", "t3.news", "t3.s2.price", "t3.s2.expectation", "s2.name"),
        *("s2.price", "s2.expectation", "t3.expectation", "t3.price", "t3.turn_number"),
        *("structure", *sorted(FIELDS)),
    ],
)
def test_a_limit_on_what_is_there_is_taken(chapter, limit):
    Limits(frozenset({limit})).check(chapter)
    Limits(only=frozenset({limit})).check(chapter)


@pytest.mark.parametrize(
    "limit",
    [
        "t8",
        "s4",
        "t3.s4",
        "t3.nothing",
        "t3.s2.news",
        "t0",
        "",
        "everything",
        "prices",
        "t3.stocks",
    ],
)
def test_a_limit_on_what_is_not_there_is_refused(chapter, limit):
    with pytest.raises(NoSuchPlace):
        Limits(frozenset({limit})).check(chapter)


@pytest.mark.parametrize(
    ("preset", "op", "passes"),
    [
        ("texts", put("t2.news", "새 소식이에요."), True),
        ("texts", put("s2.description", "새 소개예요."), True),
        ("texts", price("t3.s1", 130), False),
        ("texts", put("t2.news_tag", "high"), False),
        ("texts", rename(SHOW, "물개 공연"), False),
        ("texts", new_turn(3), False),
        ("numbers", price("t3.s1", 130), True),
        ("numbers", put("t2.news", "새 소식이에요."), False),
        ("numbers", DeleteTurn(op="delete_turn", at="t3"), False),
        ("names", put("t2.news", "새 소식이에요."), True),
        ("names", price("t3.s1", 130), True),
        ("names", rename(SHOW, "물개 공연"), False),
        ("names", put("s1.name", "물개 공연"), False),
    ],
)
def test_a_preset_leaves_what_its_name_says(chapter, preset, op, passes):
    found = verdict(chapter, op, locks=" ".join(PRESETS[preset]))

    assert isinstance(found, Passed) == passes


# -- through a whole edit


@pytest.mark.parametrize(
    ("request_", "limits", "rule"),
    [
        (f"'{SHOW}'를 '물개 공연'으로 바꿔줘", Limits(frozenset({"name"})), "locked_name"),
        (f"'{SHOW}'를 '물개 공연'으로 바꿔줘", Limits(frozenset({"t1.news"})), "locked_name"),
        ("3턴을 지워줘", Limits(frozenset({"structure"})), "locked_structure"),
        ("3턴을 지워줘", Limits(only=frozenset({"news"})), "outside_structure"),
        ("모든 가격을 10% 올려줘", Limits(frozenset({"t3.s1.price"})), "locked"),
        ("2턴 뉴스를 비워줘", Limits(only=frozenset({"t3"})), "outside"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_instant_edit_says_what_was_kept_out_and_why(chapter, request_, limits, rule, lang):
    end = ended(chapter, request_, limits=limits)

    assert (end.outcome, end.rule, end.proposal) == ("refused", rule, None)
    said = words.sentence(end.rule, end.facts, lang, chapter.names)
    named = words.place(str(end.facts["at"]), lang, chapter.names) if end.facts else ""
    assert named.casefold() in said.casefold()
    assert "…" not in said


def test_a_model_is_told_of_the_limits_and_held_to_them(chapter):
    model = Scripted(
        [
            {"op": "set", "at": "t2.news", "to": "오늘 밤은 별이 반짝여요."},
            {"op": "set", "at": "t3.news", "to": "오늘 밤은 별이 반짝여요."},
            {"op": "rename", "from": SHOW, "to": "물개 공연"},
        ]
    )
    limits = Limits(frozenset({"t3", "name", "structure"}), frozenset({"news", "price"}))

    end = ended(chapter, FREE, model, limits=limits)

    given = model.prompts[0].messages[1].content.split("\n")
    assert "Locked, must stay as they are: every name, the list of turns and stocks, t3" in given
    assert "Nothing but this may change, whatever is asked: every news, every price" in given
    assert [change.at for change in end.proposal.applied.changes] == ["t2.news"]
    assert {one.rule for one in end.proposal.dropped} <= {"locked", "locked_name", "scope_name"}


# -- laws


def places(chapter: Chapter) -> list[str]:
    turns, stocks = range(1, len(chapter.turns) + 1), range(1, chapter.stock_count + 1)
    found = [f"t{t}" for t in turns] + [f"s{s}" for s in stocks]
    found += [f"t{t}.{name}" for t in turns for name in ("news", "result", "expectation", "price")]
    found += [f"t{t}.s{s}{name}" for t in turns for s in stocks for name in ("", ".price")]
    found += [f"s{s}.{name}" for s in stocks for name in ("name", "description", "price")]
    return [*found, *sorted(FIELDS), STRUCTURE]


def random_op(rnd: random.Random, chapter: Chapter) -> Op:
    turn, other = (rnd.randrange(1, len(chapter.turns) + 1) for _ in "ab")
    stock, text = rnd.randrange(1, 4), f"새로운 글 {rnd.randrange(99)}번이에요."
    name = rnd.choice(chapter.names)
    return rnd.choice(
        [
            put(f"t{turn}.{rnd.choice(('news', 'result'))}", text),
            put(f"t{turn}.news_tag", rnd.choice(("all", "high", "mid"))),
            put(f"t{turn}.s{stock}.expectation", text),
            put(f"s{stock}.{rnd.choice(('description', 'name', 'risk_level'))}", text[:12]),
            price(f"t{turn}.s{stock}", rnd.randrange(60, 180)),
            rename(name, "초록별 우체통"),
            rename(rnd.choice(("바다", "오늘", "소식")), "하늘"),
            Reword(op="reword", at=f"t{turn}.news", from_=name.split()[-1], to="우체통"),
            Carry(op="carry"),
            Put(op="put", at=f"t{turn}.s{stock}.before_value", to=rnd.randrange(60, 180)),
            MoveTurn(op="move_turn", at=f"t{turn}", after=other - 1),
            DeleteTurn(op="delete_turn", at=f"t{turn}"),
            CopyTurn(op="copy_turn", at=f"t{turn}"),
            new_turn(turn),
            new_stock(),
        ]
    )


def under(lock: str, chapter: Chapter) -> Iterator[Address]:
    """Every field that a lock of one turn covers, but a derived before_value."""
    place = Address.parse(lock.replace(".price", ".current_value"))
    for at in chapter.fields():
        turn, stock = at.turn == place.turn, place.stock in (None, at.stock)
        named = place.field in (None, at.field)
        if turn and stock and named and at.field != "before_value":
            yield at


def column(lock: str, chapter: Chapter) -> list[object]:
    """What a field of every turn says, turn by turn."""
    stock, _, name = lock.rpartition(".")
    name = name.replace("price", "current_value")
    found = [at for at in chapter.fields() if at.field == name]
    return [chapter.value(at) for at in found if not stock or at.stock == int(stock[1:])]


def is_kept(lock: str, before: Chapter, after: Chapter, *, reshaped: bool) -> bool:
    if lock == STRUCTURE:
        return not reshaped
    if lock[0] == "t" and lock[1].isdigit():
        old, new = list(under(lock, before)), list(under(lock, after))
        return old == new and all(before.value(at) == after.value(at) for at in old)
    if "." not in lock and lock[0] == "s" and lock[1].isdigit():
        return all(is_kept(f"{lock}.{name}", before, after, reshaped=reshaped) for name in FIELDS)
    old, new = column(lock, before), column(lock, after)
    if not reshaped:
        return old == new
    if lock.rpartition(".")[2] in ("name", "risk_level", "description"):
        return set(map(str, old)) <= set(map(str, new)) if "." not in lock else {*old} == {*new}
    rest = iter(new)
    return all(any(value == one for one in rest) for value in old)


@given(st.integers(0, 10**6))
def test_nothing_under_a_lock_ever_changes_whatever_is_done(seed):
    rnd = random.Random(seed)
    sample = rnd.choice(["sea_park", "space_post"])
    chapter = chapters.read((SAMPLES / f"{sample}.json").read_bytes())
    locks = frozenset(rnd.sample(places(chapter), rnd.randrange(1, 5)))
    gate = Gate(chapter, "", limits=Limits(locks), cause="instant")
    for _ in range(rnd.randrange(1, 7)):
        gate.check(*(random_op(rnd, chapter) for _ in range(rnd.choice((1, 1, 1, 2)))))
    applied = gate.applied()

    reshaped = any(op.op in STRUCTURAL for group in gate.groups for op in group.ops)
    for lock in locks:
        assert is_kept(lock, chapter, applied.chapter, reshaped=reshaped), (lock, gate.groups)


@given(st.integers(0, 10**6))
def test_nothing_outside_of_what_may_change_ever_does(seed):
    rnd = random.Random(seed)
    chapter = chapters.read((SAMPLES / "sea_park.json").read_bytes())
    only = frozenset(rnd.sample([p for p in places(chapter) if p != STRUCTURE], 6))
    gate = Gate(chapter, "", limits=Limits(only=only), cause="instant")
    for _ in range(6):
        gate.check(random_op(rnd, chapter))
    after = gate.applied().chapter

    assert len(after.turns) == len(chapter.turns)
    for at in chapter.fields():
        inside = any(_covers(limit, at) for limit in only)
        if not inside and at.field != "before_value":
            assert after.value(at) == chapter.value(at), (at, only)


def _covers(limit: str, at: Address) -> bool:
    if limit in FIELDS:
        return at.field == limit.replace("price", "current_value")
    place = Address.parse(limit.replace(".price", ".current_value"))
    pairs = ((place.turn, at.turn), (place.stock, at.stock), (place.field, at.field))
    return all(a is None or a == b for a, b in pairs)
