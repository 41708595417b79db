"""A change list applied: what it forces, what it leaves alone, and its way back."""

import json
import random
from pathlib import Path

import pytest

from core.chapter import chapter as chapters
from core.chapter import korean, rules
from core.chapter.changes import apply, invert
from core.chapter.chapter import Chapter
from core.chapter.ops import (
    AddStock,
    AddTurn,
    Applied,
    Carry,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Op,
    Price,
    Rename,
    Reword,
    Set,
)
from core.errors import WriterError

SAMPLES = Path(__file__).parents[1] / "samples"
REAL = Path(__file__).parents[2].parent / "shared" / "chapters" / "real"
FILES = sorted(SAMPLES.glob("*.json")) + sorted(REAL.glob("*.json"))


def sample(name: str) -> Chapter:
    return chapters.read((SAMPLES / f"{name}.json").read_bytes())


def groups(*ops: Op) -> list[Group]:
    return [Group(f"c{n}", (op,), "writer", "test") for n, op in enumerate(ops, 1)]


def done(chapter: Chapter, *ops: Op, claims: bool = True) -> Applied:
    return apply(chapter, groups(*ops), claims=claims)


def places(applied: Applied) -> dict[str, object]:
    return {change.at: change.after for change in applied.changes}


def test_a_price_carries_to_the_next_turn_in_its_group():
    applied = done(sample("sea_park"), Price(op="price", at="t3.s3", to=110))

    assert places(applied) == {"t3.s3.current_value": 110, "t4.s3.before_value": 110}
    assert {change.group for change in applied.changes} == {"c1"}
    assert [change.because for change in applied.changes] == ["test", "next_before_value"]


def test_a_stated_percentage_follows_the_price_unless_told_otherwise():
    op = Price(op="price", at="t4.s2", to=240)
    with_texts = places(done(sample("space_post"), op))
    without = places(done(sample("space_post"), op, claims=False))

    assert "t4.result" in with_texts
    assert "+13%" in str(with_texts["t4.result"])
    assert set(without) == {"t4.s2.current_value", "t5.s2.before_value"}


def test_the_price_of_turn_one_opens_at_itself():
    applied = done(sample("sea_park"), Price(op="price", at="t1.s1", to=90))

    assert places(applied)["t1.s1.before_value"] == 90
    assert places(applied)["t2.s1.before_value"] == 90


def test_a_shared_field_is_set_in_every_turn_and_copies_say_so():
    applied = done(sample("sea_park"), Set(op="set", at="s2.description", to="새 소개예요."))

    assert len(applied.changes) == 7
    assert [change.cause for change in applied.changes] == ["writer", *["rule"] * 6]


def test_only_the_changed_bytes_change():
    before = sample("sea_park")
    after = done(before, Set(op="set", at="t3.news", to="새 소식이에요.")).chapter
    old = json.dumps(before.turns[2].text("news"), ensure_ascii=False)

    assert after.text == before.text.replace(old, '"새 소식이에요."', 1)


@pytest.mark.parametrize(
    "op",
    [
        Set(op="set", at="t9.news", to="없어요"),
        Set(op="set", at="t1.s1.name", to="한 턴만"),
        Set(op="set", at="t1.stocks", to="[]"),
        Set(op="set", at="t3.s2.current_value", to="100"),
        Set(op="set", at="__proto__", to=""),
        Price(op="price", at="t3.s4", to=100),
        Price(op="price", at="t3.news", to=100),
        Rename(op="rename", from_="없는 이름", to="새 이름"),
        MoveTurn(op="move_turn", at="t7", after=2),
        DeleteStock(op="delete_stock", at="s4"),
    ],
)
def test_an_op_that_does_not_fit_is_refused_whole(op):
    with pytest.raises(WriterError):
        done(sample("sea_park"), op)


def test_a_value_that_is_there_already_is_refused():
    before = sample("sea_park")
    with pytest.raises(WriterError, match="same_value"):
        done(before, Set(op="set", at="t3.news", to=before.turns[2].text("news")))


def test_swapping_events_keeps_every_sentence_and_the_chain():
    before = sample("forest_library")
    applied = done(before, MoveTurn(op="move_turn", at="t2", after=3))
    after = applied.chapter

    assert after.turns[1].text("news") == before.turns[2].text("news")
    assert after.turns[2].text("news") == before.turns[1].text("news")
    assert after.turns[2].text("result") == before.turns[3].text("result")
    assert sorted(t for _, t in after.texts()) == sorted(t for _, t in before.texts())
    assert [t.values["turn_number"] for t in after.turns] == [1, 2, 3, 4]
    assert not rules.added(before, after)


def test_deleting_an_event_takes_its_result_and_its_move():
    before = sample("sea_park")
    applied = done(before, DeleteTurn(op="delete_turn", at="t3"))
    after = applied.chapter

    assert len(after.turns) == 6
    assert after.turns[2].text("result") == before.turns[2].text("result")
    assert after.turns[2].text("news") == before.turns[3].text("news")
    assert before.turns[3].text("result") not in after.text
    assert [s.price for s in after.turns[2].stocks] == [s.price for s in before.turns[2].stocks]
    assert len({change.group for change in applied.changes}) == 1


def test_repeating_an_event_repeats_its_move():
    before = sample("sea_park")
    after = done(before, CopyTurn(op="copy_turn", at="t2")).chapter
    move = before.turns[2].stocks[0].price - before.turns[1].stocks[0].price

    assert len(after.turns) == 8
    assert after.turns[3].stocks[0].price == before.turns[2].stocks[0].price + move
    assert not [f for f in rules.added(before, after) if f.level in ("STOP", "GAME")]


def test_a_turn_is_added_in_the_manner_of_its_neighbour():
    before = sample("sea_park")
    turn = NewTurn(
        result="잔잔했어요.",
        news="새 소식이 왔어요!",
        news_tag="all",
        stocks=tuple(NewPrice(price=100 + n, expectation="기대돼요.") for n in range(3)),
    )
    after = done(before, AddTurn(op="add_turn", after=3, turn=turn)).chapter

    assert list(after.turns[3].values) == list(before.turns[3].values)
    assert after.turns[4].stocks[0].opening == 100
    assert after.text.startswith(before.text[: before.text.index('"turn_number": 4') - 10])


def lone(turn: int) -> dict[str, object]:
    stock = {"name": "하나", "risk_level": "고위험 고수익", "description": "d"}
    stock |= {"before_value": 100, "current_value": 100, "expectation": "e"}
    return {"turn_number": turn, "result": "r", "news": "n", "news_tag": "all", "stocks": [stock]}


def another(name: str) -> AddStock:
    prices = (NewPrice(price=100, expectation="e"), NewPrice(price=90, expectation="e"))
    stock = NewStock(name=name, risk_level="중위험 균형형", description="d", turns=prices)
    return AddStock(op="add_stock", stock=stock)


def test_two_stocks_make_a_one_stock_chapter_whole():
    before = chapters.read(json.dumps([lone(1), lone(2)], ensure_ascii=False))
    after = done(before, another("둘"), another("셋")).chapter

    assert after.names == ("하나", "둘", "셋")
    assert after.turns[1].stocks[1].opening == 100
    assert not rules.breaks(after)


def test_a_stock_is_taken_out_of_every_turn():
    after = done(sample("sea_park"), DeleteStock(op="delete_stock", at="s2")).chapter

    assert {len(turn.stocks) for turn in after.turns} == {2}


def broken(name: str, field: str) -> Chapter:
    """A sample whose t4.s1 lacks its before_value, or has a wrong one."""
    array = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    if field == "missing":
        del array[3]["stocks"][0]["before_value"]
    else:
        array[3]["stocks"][0]["before_value"] = 77
    return chapters.read(json.dumps(array, ensure_ascii=False))


@pytest.mark.parametrize("fault", ["missing", "wrong"])
@pytest.mark.parametrize("at", ["", "t4.s1"])
def test_carry_repairs_a_broken_chain_and_fills_a_missing_price(fault, at):
    before = broken("sea_park", fault)
    applied = done(before, Carry(op="carry", at=at))

    assert [change.at for change in applied.changes] == ["t4.s1.before_value"]
    assert applied.chapter.turns[3].stocks[0].opening == before.turns[2].stocks[0].price
    assert rules.breaks(before)
    assert not rules.breaks(applied.chapter)


def test_what_was_broken_before_is_not_repaired_in_passing():
    before = broken("sea_park", "wrong")
    applied = done(before, Set(op="set", at="t4.news", to="새 소식이에요."))

    assert applied.chapter.turns[3].stocks[0].opening == 77


def test_a_broken_chain_stays_as_broken_when_turns_move():
    before = broken("sea_park", "wrong")
    gap = before.turns[3].stocks[0].opening - before.turns[2].stocks[0].price
    after = done(before, DeleteTurn(op="delete_turn", at="t5")).chapter

    assert after.turns[3].stocks[0].opening - after.turns[2].stocks[0].price == gap
    assert len(rules.breaks(after)) == len(rules.breaks(before))


def test_a_percentage_and_a_price_of_two_groups_are_named_as_belonging_together():
    ops = [Price(op="price", at="t2.s1", to=230), Price(op="price", at="t2.s2", to=215)]
    applied = done(sample("space_post"), *ops)

    assert applied.together == (frozenset({"c1", "c2"}),)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:24])
def test_a_rename_there_and_back_is_the_identity(path):
    before = chapters.read(path.read_bytes())
    for name in filter(None, before.names):
        there = done(before, Rename(op="rename", from_=name, to="초록별 우체통")).chapter
        back = done(there, Rename(op="rename", from_="초록별 우체통", to=name)).chapter
        assert back.text == before.text


def first_word(chapter: Chapter, turn: int) -> str:
    return next(iter(chapter.turns[turn - 1].text("result").split()), "x")


def random_op(rnd: random.Random, chapter: Chapter) -> Op:
    turn = rnd.randrange(1, len(chapter.turns) + 1)
    stock = rnd.randrange(1, 4)
    text = f'새로운 글 {rnd.randrange(1000)}번이에요! "따옴표"와 \\도 있어요.'
    return rnd.choice(
        [
            Set(op="set", at=f"t{turn}.{rnd.choice(('news', 'result'))}", to=text),
            Set(op="set", at=f"t{turn}.s{stock}.expectation", to=text),
            Set(op="set", at=f"s{stock}.{rnd.choice(('description', 'name'))}", to=text[:12]),
            Price(op="price", at=f"t{turn}.s{stock}", to=rnd.randrange(60, 180)),
            Rename(op="rename", from_=(chapter.names or ("x",))[0] or "x", to="초록별 우체통"),
            Reword(op="reword", at=f"t{turn}.news", from_=text[:3], to="반짝이"),
            Reword(op="reword", at=f"t{turn}.result", from_=first_word(chapter, turn), to="반짝이"),
            MoveTurn(op="move_turn", at=f"t{turn}", after=rnd.randrange(0, 5)),
            DeleteTurn(op="delete_turn", at=f"t{turn}"),
            CopyTurn(op="copy_turn", at=f"t{turn}"),
        ]
    )


def fitting(rnd: random.Random, before: Chapter, count: int) -> list[Group]:
    """Groups that fit together and, each alone, add nothing that breaks the game."""
    kept: list[Group] = []
    for number in range(count):
        group = Group(f"c{number}", (random_op(rnd, before),), "writer", "")
        try:
            trials = [apply(before, [group]), apply(before, [*kept, group])]
        except WriterError:
            continue
        if not any(breaking(before, trial.chapter) for trial in trials):
            kept.append(group)
    return kept


def breaking(before: Chapter, after: Chapter) -> list[object]:
    return [f for f in rules.added(before, after) if f.level in ("STOP", "GAME")]


@pytest.mark.parametrize("seed", range(60))
def test_any_accepted_subset_leaves_every_other_byte_alone_and_plays(seed):
    rnd = random.Random(seed)
    before = chapters.read(rnd.choice(FILES).read_bytes())
    kept = fitting(rnd, before, 8)
    for _ in range(4):
        subset = [group for group in kept if rnd.random() < 0.5]
        try:
            applied = apply(before, subset)
        except WriterError:
            assert any(group.ops[0].op.endswith("_turn") for group in subset)
            continue
        assert not breaking(before, applied.chapter)
        named = {change.at for change in applied.changes}
        if len(applied.chapter.turns) == len(before.turns) and not any(
            change.op.endswith(("_turn", "_stock")) for change in applied.changes
        ):
            fields = {str(at) for at in before.fields()}
            for at in fields - named:
                address = chapters.Address.parse(at)
                assert applied.chapter.value(address) == before.value(address)
            if all(change.before is not None for change in applied.changes):
                assert rest(before, named) == rest(applied.chapter, named)


def rest(chapter: Chapter, named: set[str]) -> str:
    """The pasted text with the named values cut out."""
    source, out, last = chapter.source, [], 0
    if source.shells:
        return ""
    spans = sorted(
        span
        for path, span in source.spans.items()
        if len(path) > len(source.path)
        and chapters.text.address_of(path[len(source.path) :]) in named
    )
    for start, end in spans:
        out.append(source.text[last:start])
        last = end
    return "".join([*out, source.text[last:]])


@pytest.mark.parametrize("seed", range(40))
def test_what_is_applied_can_be_inverted(seed):
    rnd = random.Random(seed + 1000)
    before = chapters.read(rnd.choice(FILES).read_bytes())
    applied = apply(before, fitting(rnd, before, 4))
    if not applied.changes:
        return
    back = apply(applied.chapter, [invert(before, applied)])

    assert back.chapter.array == before.array


def altered(**turns) -> Chapter:
    """The sample with values put into turns: `t3={"news": 5}`."""
    array = json.loads((SAMPLES / "sea_park.json").read_text("utf-8"))
    for turn, values in turns.items():
        array[int(turn[1:]) - 1] |= values
    return chapters.read(json.dumps(array, ensure_ascii=False))


@pytest.mark.parametrize("turns", [("t6", "t7"), ("t7", "t6")])
def test_the_last_two_turns_are_deleted_in_whatever_order_they_are_named(turns):
    applied = done(sample("sea_park"), *(DeleteTurn(op="delete_turn", at=turn) for turn in turns))

    assert len(applied.chapter.turns) == 5


def test_the_only_turn_is_not_deleted_even_where_another_one_is_added():
    only = done(
        sample("sea_park"), *(DeleteTurn(op="delete_turn", at=f"t{n}") for n in range(2, 8))
    )
    turn = NewTurn(result="", news="", news_tag="", stocks=(NewPrice(price=1, expectation=""),) * 3)

    with pytest.raises(WriterError, match="no_turns"):
        done(
            only.chapter,
            DeleteTurn(op="delete_turn", at="t1"),
            AddTurn(op="add_turn", after=0, turn=turn),
        )


@pytest.mark.parametrize("price", [1e308, 1e15, 10**15])
def test_a_price_that_could_not_be_read_back_is_refused(price):
    with pytest.raises(WriterError, match="price_range"):
        done(sample("sea_park"), Price(op="price", at="t2.s1", to=price))


def test_repeating_an_event_cannot_bring_a_price_out_of_range():
    array = json.loads((SAMPLES / "sea_park.json").read_text("utf-8"))
    array[3]["stocks"][0]["current_value"] = 999_999_999_999_999
    chapter = chapters.read(json.dumps(array))

    with pytest.raises(WriterError, match="price_range"):
        done(chapter, CopyTurn(op="copy_turn", at="t3"))


def test_a_rename_that_would_blow_up_the_chapter_is_refused_before_it_is_done():
    with pytest.raises(WriterError, match="rename_grows"):
        done(sample("sea_park"), Rename(op="rename", **{"from": "요"}, to="가" * 60_000))


def test_the_same_coins_written_otherwise_keep_their_bytes():
    before = chapters.read(
        (SAMPLES / "sea_park.json").read_text("utf-8").replace(": 100,", ": 100.0,")
    )

    applied = done(before, Set(op="set", at="t3.news", to="비가 와요."))

    assert places(applied) == {"t3.news": "비가 와요."}


def test_a_stock_that_is_no_object_is_left_alone_by_a_rename():
    stocks = [{"name": "돌고래 쇼"}, None, {"name": "조개 매점"}]
    before = altered(t3={"stocks": stocks})

    applied = done(before, Rename(op="rename", **{"from": "돌고래 쇼"}, to="물개 공연"))

    assert applied.chapter.turns[2].values["stocks"] == stocks
    assert "name" not in applied.chapter.turns[2].values


def test_a_repair_of_the_chain_can_be_taken_back():
    before = broken("sea_park", "before_value")
    applied = done(before, Carry(op="carry"))

    back = apply(applied.chapter, [invert(before, applied)])

    assert back.chapter.array == before.array


def test_a_stock_is_deleted_where_turns_have_different_numbers_of_them():
    stocks = list(sample("sea_park").array[2]["stocks"])[:2]
    before = altered(t3={"stocks": stocks, "result": "조개 매점이 5% 올랐어요."})

    applied = done(before, DeleteStock(op="delete_stock", at="s3"))

    assert [len(turn.stocks) for turn in applied.chapter.turns] == [2] * 7


def test_a_price_changes_beside_a_turn_whose_stocks_are_not_all_objects():
    stocks = [{"name": "돌고래 쇼", "current_value": 105}, None, {"name": "조개 매점"}]
    before = altered(t3={"stocks": stocks, "result": "돌고래 쇼가 5% 올랐어요."})

    applied = done(before, Price(op="price", at="t2.s1", to=101))

    assert applied.chapter.turns[2].values["stocks"] == stocks


# -- a word in one place


def reword(at: str, old: str, new: str) -> Reword:
    return Reword(op="reword", at=at, from_=old, to=new)


def rename(old: str, new: str) -> Rename:
    return Rename(op="rename", from_=old, to=new)


def told(news: str, *, name: str = "달빛 방패", description: str = "빛나요.") -> Chapter:
    stock = {"name": name, "risk_level": "고위험 고수익", "description": description}
    turns = [
        {"turn_number": n, "result": news, "news": news, "news_tag": "", "stocks": [stock]}
        for n in (1, 2)
    ]
    return chapters.read(json.dumps(turns, ensure_ascii=False))


def test_a_word_is_changed_in_one_place_with_its_particle():
    applied = done(told("오래된 방패가 나타났어요."), reword("t2.news", "방패", "왕관"))

    assert places(applied) == {"t2.news": "오래된 왕관이 나타났어요."}
    assert [change.op for change in applied.changes] == ["reword"]


def test_a_word_is_changed_after_the_rename_that_left_it_whatever_comes_first():
    ops = (reword("t1.news", "방패", "왕관"), rename("달빛 방패", "은빛 왕관"))
    chapter = told("달빛 방패가 왔어요. 방패는 커요.")

    for some in (ops, ops[::-1]):
        found = places(done(chapter, *some))
        assert found["t1.news"] == "은빛 왕관이 왔어요. 왕관은 커요."
        assert found["t2.news"] == "은빛 왕관이 왔어요. 방패는 커요."


def test_a_word_inside_the_new_name_is_not_changed_again():
    ops = (rename("달빛 방패", "방패 왕"), reword("t1.news", "방패", "왕"))

    found = places(done(told("달빛 방패가 왔어요. 방패는 커요."), *ops))

    assert found["t1.news"] == "방패 왕이 왔어요. 왕은 커요."


def test_a_word_inside_the_name_of_another_stock_stays():
    chapter = told("달빛 방패가 왔어요. 방패는 커요.")

    found = places(done(chapter, reword("t1.news", "방패", "칼")))

    assert found["t1.news"] == "달빛 방패가 왔어요. 칼은 커요."


@pytest.mark.parametrize("at", ["t1.s1.description", "s1.description"])
def test_a_word_of_a_shared_text_is_changed_in_every_turn(at):
    chapter = told("네.", description="튼튼한 방패예요.")

    assert places(done(chapter, reword(at, "방패", "왕관"))) == {
        "t1.s1.description": "튼튼한 왕관이에요.",
        "t2.s1.description": "튼튼한 왕관이에요.",
    }


@pytest.mark.parametrize(
    ("text", "short", "to", "after"),
    [
        ("쇼가 열려요. 쇼핑도 해요.", "쇼", "공연", "공연이 열려요. 쇼핑도 해요."),
        ("돌고래 쇼장이 열려요.", "돌고래 쇼장", "물개 무대", "물개 무대가 열려요."),
        ("둘째와 셋째 돼지가 와요.", "둘째와 셋째 돼지", "곰", "곰이 와요."),
        ("‘방패’를 봐요. 방패연은 날아요.", "방패", "왕관", "‘왕관’을 봐요. 방패연은 날아요."),
    ],
)
def test_a_mention_that_is_not_sure_is_changed_when_it_is_named(text, short, to, after):
    assert places(done(told(text), reword("t1.news", short, to))) == {"t1.news": after}


@pytest.mark.parametrize(
    ("op", "rule"),
    [
        (reword("t1.news", "왕관", "칼"), "name_absent"),
        (reword("t1.news", "방패", "방패"), "same_value"),
        (reword("t9.news", "방패", "칼"), "no_place"),
        (reword("t1.news_hint", "방패", "칼"), "no_place"),
        (reword("t1.s1.current_value", "방패", "칼"), "not_settable"),
        (reword("t1", "방패", "칼"), "not_settable"),
    ],
)
def test_a_word_that_is_not_there_is_refused(op, rule):
    with pytest.raises(WriterError) as refused:
        done(told("방패가 왔어요."), op)

    assert refused.value.rule == rule


def test_a_word_and_a_text_put_in_the_same_place_are_decided_together():
    ops = (reword("t1.news", "방패", "칼"), Set(op="set", at="t1.news", to="바다예요."))

    applied = done(told("방패가 왔어요."), *ops)

    assert places(applied) == {"t1.news": "바다예요."}
    assert applied.together == (frozenset({"c1", "c2"}),)


def test_every_short_mention_that_a_rename_leaves_can_be_changed():
    """What `korean.short_mentions` lists is what a reword finds, in every chapter here."""
    for path in FILES:
        chapter = chapters.read(path.read_bytes())
        for name in chapter.names:
            for at, text in chapter.texts():
                for short in korean.short_mentions(text, name, chapter.names):
                    assert places(done(chapter, reword(str(at), short, "반짝이")))
