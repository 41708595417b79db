"""What a writer says to a proposal, and what is applied because of it."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chapter import chapter as chapters
from core.chapter import rules
from core.chapter.changes import apply
from core.chapter.diff import Phrase
from core.chapter.merge import Conflict
from core.chapter.ops import (
    AddTurn,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewTurn,
    Price,
    Rename,
    Reword,
    Set,
)
from core.editing import decisions as deciding
from core.editing import editor
from core.editing.decisions import Decisions
from core.editing.gates import Gate
from core.errors import Breaks, NoSuchPlace, WriterError
from tests.conftest import ROOT, SAMPLES
from tests.editing.scripted import Scripted, ended

REAL = ROOT.parent / "shared" / "chapters" / "real"
FILES = sorted(SAMPLES.glob("*.json")) + sorted(REAL.glob("*.json"))


@pytest.fixture
def chapter(sea_park):
    return chapters.read(sea_park)


def put(at, to):
    return Set(op="set", at=at, to=to)


def price(at, to):
    return Price(op="price", at=at, to=to)


def rename(old, new):
    return Rename(op="rename", from_=old, to=new)


def offer(chapter, *ops):
    """Each op or tuple of ops is a group: g1, g2 and on."""
    parts = [one if isinstance(one, tuple) else (one,) for one in ops]
    groups = [Group(f"g{n}", ops, "model", "더 재미있게") for n, ops in enumerate(parts, 1)]
    return editor.proposal(chapter, groups)


def after(proposal, decisions, *, rest=False):
    taken = deciding.taken(proposal, decisions, rest=rest)
    return apply(proposal.chapter, taken).chapter


def text(chapter, at):
    return chapter.value(chapters.Address.parse(at))


def said(**kinds):
    return Decisions().merged(kinds)


NEWS = "바다 공원에 커다란 고래가 놀러 왔어요. 아이들은 손을 흔들며 기뻐해요."


@pytest.fixture
def two_phrases(chapter):
    """The news of turn 2, new at its beginning and its end."""
    old = text(chapter, "t2.news")
    first, last = old.split()[0], old.split()[-1]
    new = old.replace(first, "갑자기", 1)[: -len(last)] + "반짝였어요!"
    found = offer(chapter, put("t2.news", new))
    parts = deciding.phrases(deciding.pickable(found)["g1"])
    assert sum(isinstance(part, Phrase) for part in parts) == 2
    return found


# -- what is kept


def test_a_later_word_on_a_key_counts_and_none_takes_it_back():
    one = said(verdicts={"g1": "accepted", "g2": "rejected"}, picks={"t2.news": "a."})

    two = one.merged({"verdicts": {"g1": "rejected", "g2": None}, "answers": {"t1.news 쇼": False}})

    assert two.verdicts == {"g1": "rejected"}
    assert two.picks == {"t2.news": "a."}
    assert two.answers == {"t1.news 쇼": False}


def test_own_words_let_go_of_the_picks_in_the_same_place():
    one = said(picks={"t2.news": "ax", "t1.s1.description": "a", "t3.news": "x"})

    two = one.merged({"texts": {"t2.news": "새 글이에요.", "s1.description": "새 소개예요."}})

    assert two.picks == {"t3.news": "x"}


@pytest.mark.parametrize(
    "delta",
    [
        {"verdict": {}},
        {"verdicts": {"g1": "maybe"}},
        {"verdicts": {"g1": True}},
        {"verdicts": {"": "accepted"}},
        {"verdicts": []},
        {"picks": {"t2.news": "ab"}},
        {"picks": {"t2.news": ""}},
        {"picks": {"t2.news": "a\n"}},
        {"picks": {"t2.news": "a" * 5000}},
        {"texts": {"t2.news": True}},
        {"texts": {"t2.news": ["글"]}},
        {"texts": {"t2.news": "\ud800"}},
        {"texts": {"t2.news": "가" * (deciding.MOST_TEXT + 1)}},
        {"texts": {"t2.s1.current_value": float("nan")}},
        {"texts": {"t2.s1.current_value": 10**31}},
        {"answers": {"t2.news 쇼": "yes"}},
        {"verdicts": {f"g{n}": "accepted" for n in range(deciding.MOST_KEYS + 1)}},
        {"texts": {f"t{n}.news": "가" * 20_000 for n in range(1, 40)}},
    ],
)
def test_what_is_no_decision_is_refused(delta):
    with pytest.raises(WriterError) as refused:
        Decisions().merged(delta)

    assert refused.value.rule == "decisions_format"


def test_decisions_do_not_grow_over_many_deltas_beyond_their_limit():
    whole = said(verdicts={f"g{n}": "accepted" for n in range(deciding.MOST_KEYS)})

    with pytest.raises(WriterError, match="decisions_format"):
        whole.merged({"verdicts": {"one more": "accepted"}})


@pytest.mark.parametrize("written", ["", "[]", "null", "{", '{"more":{}}', "[" * 100_000])
def test_a_text_that_holds_no_decisions_is_refused(written):
    with pytest.raises(WriterError, match="decisions_format"):
        Decisions.from_json(written)


KEYS = st.text("gtsn.0123456789 쇼왕\U0001f42c", min_size=1, max_size=12)
OWN = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.integers(-(10**20), 10**20),
    st.floats(-1e9, 1e9),
)


@given(
    st.dictionaries(KEYS, st.sampled_from(["accepted", "rejected"])),
    st.dictionaries(KEYS, st.text("ax.", min_size=1)),
    st.dictionaries(KEYS, OWN),
    st.dictionaries(KEYS, st.booleans()),
)
def test_decisions_read_back_as_they_were(verdicts, picks, texts, answers):
    one = Decisions(verdicts, picks, texts, answers)

    two = Decisions.from_json(one.to_json())

    assert two.verdicts == one.verdicts
    assert two.answers == one.answers
    assert {at: (type(to), to) for at, to in two.texts.items()} == {
        at: (type(to), to) for at, to in one.texts.items()
    }
    assert one.to_json().isascii()


# -- units


def test_groups_with_a_hand_in_one_place_are_one_unit(chapter):
    name = chapter.names[0]
    found = offer(
        chapter,
        put("t1.news", f"{name}가 보여요."),
        put("t2.news", NEWS),
        rename(name, "물개 공연"),
    )

    assert name in text(chapter, "t1.news")
    assert deciding.units(found) == {"g1": "g1", "g2": "g2", "g3": "g1"}


def test_units_join_over_a_chain_of_shared_places(chapter):
    found = offer(chapter, *(put(f"t{n}.news", NEWS) for n in (1, 2, 3, 4)))
    chain = (frozenset({"g3", "g4"}), frozenset({"g2", "g3"}), frozenset({"g9", "g1"}))

    joined = replace(found, applied=replace(found.applied, together=chain))

    assert deciding.units(joined) == {"g1": "g1", "g2": "g2", "g3": "g2", "g4": "g2"}


def test_units_are_counted_in_the_order_of_reading(chapter):
    found = offer(chapter, put("t5.news", NEWS), put("t2.news", NEWS), price("t3.s1", 105))

    assert deciding.in_order(found) == ("g2", "g3", "g1")


def test_a_verdict_on_a_unit_covers_its_groups(chapter):
    found = offer(chapter, put("t2.news", NEWS), put("t3.news", NEWS), put("t4.news", NEWS))
    joined = replace(found, applied=replace(found.applied, together=(frozenset({"g1", "g3"}),)))

    assert deciding.verdicts(joined, said(verdicts={"g1": "accepted"})) == {
        "g1": "accepted",
        "g3": "accepted",
    }
    apart = said(verdicts={"g3": "rejected"})
    assert deciding.verdicts(joined, apart) == {"g1": "rejected", "g3": "rejected"}
    assert deciding.state(joined, apart) == deciding.State(accepted=0, rejected=1, open=1)


# -- what is taken


def test_only_what_was_accepted_is_taken_and_with_the_rest_all_but_what_was_rejected(chapter):
    found = offer(chapter, put("t2.news", NEWS), put("t3.news", NEWS), put("t4.news", NEWS))
    decided = said(verdicts={"g1": "accepted", "g2": "rejected"})

    assert [one.id for one in deciding.taken(found, decided, rest=False)] == ["g1"]
    assert [one.id for one in deciding.taken(found, decided, rest=True)] == ["g1", "g3"]
    assert deciding.state(found, decided) == deciding.State(1, 1, 1)


def test_a_picked_phrase_is_taken_and_the_other_keeps_its_words(two_phrases):
    parts = deciding.phrases(deciding.pickable(two_phrases)["g1"])

    def wanted(signs):
        rest = iter(signs)
        sides = (p if isinstance(p, str) else (p.b if next(rest) == "a" else p.a) for p in parts)
        return "".join(s if isinstance(s, str) else "".join(t for _, t in s) for s in sides)

    for signs in ("ax", "xa", "aa"):
        decided = said(picks={"t2.news": signs})
        assert text(after(two_phrases, decided), "t2.news") == wanted(signs)
    assert deciding.taken(two_phrases, said(picks={"t2.news": "xx"}), rest=True) == ()


def test_an_open_phrase_goes_with_the_rest(two_phrases):
    decided = said(picks={"t2.news": "a."})
    old, new = (text(one, "t2.news") for one in (two_phrases.chapter, two_phrases.applied.chapter))

    assert text(after(two_phrases, decided, rest=True), "t2.news") == new
    assert text(after(two_phrases, decided), "t2.news") not in (old, new)
    assert deciding.taken(two_phrases, said(picks={"t2.news": ".x"}), rest=False) == ()
    accepted = said(picks={"t2.news": "x."}, verdicts={"g1": "accepted"})
    assert text(after(two_phrases, accepted), "t2.news") not in (old, new)


def test_a_rejected_text_stays_out_whatever_was_picked_in_it(two_phrases):
    decided = said(picks={"t2.news": "aa"}, verdicts={"g1": "rejected"})

    assert deciding.taken(two_phrases, decided, rest=True) == ()


def test_picks_of_another_text_are_passed_over(two_phrases):
    decided = said(picks={"t2.news": "axa", "t3.news": "a", "nonsense": "a"})

    assert deciding.taken(two_phrases, decided, rest=False) == ()
    assert deciding.taken(two_phrases, decided, rest=True) == two_phrases.groups


@pytest.mark.parametrize(
    ("signs", "verdict", "stands"),
    [
        ("ax", None, "partly"),
        ("aa", None, "accepted"),
        ("xx", None, "rejected"),
        ("a.", None, "open"),
        ("x.", "accepted", "partly"),
        ("aa", "rejected", "rejected"),
    ],
)
def test_a_text_stands_as_its_phrases_do(two_phrases, signs, verdict, stands):
    decided = said(picks={"t2.news": signs}, verdicts={"g1": verdict})

    assert deciding.standing(two_phrases, decided) == {"g1": stands}


def test_a_shared_text_is_picked_once_for_all_turns(chapter):
    old = text(chapter, "t1.s1.description")
    new = "갑자기 " + old.replace(old.split()[-1], "반짝였어요!")
    found = offer(chapter, put("s1.description", new))
    count = sum(isinstance(p, Phrase) for p in deciding.phrases(deciding.pickable(found)["g1"]))

    for key in ("t1.s1.description", "s1.description"):
        made = after(found, said(picks={key: "a" + "x" * (count - 1)}))
        assert len({turn.stocks[0].text("description") for turn in made.turns}) == 1
        assert text(made, "t4.s1.description") not in (old, new)


def test_words_are_picked_where_a_turn_has_moved(two_phrases):
    gone = Group("g2", (DeleteTurn(op="delete_turn", at="t1"),), "model", "")
    found = editor.proposal(two_phrases.chapter, (*two_phrases.groups, gone))

    made = after(found, said(picks={"t1.news": "ax"}, verdicts={"g2": "accepted"}))

    old, new = (text(one, "t2.news") for one in (two_phrases.chapter, two_phrases.applied.chapter))
    assert text(made, "t1.news") not in (old, new)


def test_what_is_decided_with_other_places_has_no_phrases(chapter):
    found = offer(chapter, (put("t2.news", NEWS), put("t3.news", NEWS)), price("t3.s1", 105))

    assert deciding.pickable(found) == {}


def test_a_choice_that_the_game_could_not_play_is_refused(chapter):
    one, two, _ = chapter.names
    found = offer(chapter, put("s1.name", "물개 공연"), put("s2.name", one))

    with pytest.raises(Breaks) as broken:
        deciding.taken(found, said(verdicts={"g2": "accepted"}), rest=False)

    assert broken.value.rule == "name_twice"
    assert two not in after(found, Decisions(), rest=True).names


def test_a_conflict_is_open_until_its_unit_is_decided(chapter):
    found = offer(chapter, put("t2.news", NEWS), put("t3.news", NEWS))
    asked = replace(found, conflicts={"g2": Conflict("t3.news", "", "", NEWS)})

    assert deciding.conflicts_open(asked, Decisions()) == ("g2",)
    assert deciding.conflicts_open(asked, said(verdicts={"g2": "rejected"})) == ()


# -- the writer's own words


def test_own_words_take_the_place_of_what_was_offered(chapter):
    found = offer(chapter, put("t2.news", NEWS))

    made = deciding.revised(found, said(texts={"t2.news": "내 글이에요."}))

    (group,) = made.groups
    assert (group.id, group.cause) == ("g1", "writer")
    assert group.ops == (put("t2.news", "내 글이에요."),)
    assert [change.cause for change in made.applied.changes] == ["writer"]


def test_own_words_elsewhere_are_a_group_of_their_own(chapter):
    found = offer(chapter, put("t2.news", NEWS))

    made = deciding.revised(
        found, said(texts={"t4.result": "내 글이에요.", "s2.description": "나."})
    )

    assert [group.id for group in made.groups] == ["g1", "w:t4.result", "w:s2.description"]
    assert len({turn.stocks[1].text("description") for turn in made.applied.chapter.turns}) == 1


def test_an_own_price_is_carried_on(chapter):
    found = offer(chapter, price("t3.s3", 110))

    made = deciding.revised(
        found, said(texts={"t3.s3.current_value": 120, "t5.s1.current_value": 99})
    )

    assert text(made.applied.chapter, "t4.s3.before_value") == 120
    assert text(made.applied.chapter, "t6.s1.before_value") == 99
    assert [group.id for group in made.groups] == ["g1", "w:t5.s1.current_value"]


def test_the_original_words_reject_what_was_offered(chapter):
    found = offer(chapter, put("t2.news", NEWS), price("t3.s3", 110))
    texts = {"t2.news": text(chapter, "t2.news")}
    texts["t3.s3.current_value"] = float(text(chapter, "t3.s3.current_value"))

    made = deciding.revised(found, said(texts=texts))

    assert made.groups == found.groups
    assert made.verdicts == {"g1": "rejected", "g2": "rejected"}
    assert deciding.taken(found, said(texts=texts), rest=True) == ()


def test_the_original_words_in_one_place_of_many_leave_the_others_changed(chapter):
    name = chapter.names[0]
    found = offer(chapter, rename(name, "물개 공연"))
    at = next(c.at for c in found.applied.changes if c.at.endswith(".news"))

    made = after(found, said(texts={at: text(chapter, at)}), rest=True)

    assert text(made, at) == text(chapter, at)
    assert made.names[0] == "물개 공연"


def test_the_original_words_where_nothing_is_offered_change_nothing(chapter):
    found = offer(chapter, put("t2.news", NEWS))

    made = deciding.revised(found, said(texts={"t5.news": text(chapter, "t5.news")}))

    assert made.groups == found.groups
    assert made.verdicts == {}


def test_another_new_name_is_put_everywhere(chapter):
    found = offer(chapter, rename(chapter.names[0], "물개 공연"))

    made = deciding.revised(found, said(texts={"t1.s1.name": "바다사자 쇼"}))

    assert made.groups[0].ops == (rename(chapter.names[0], "바다사자 쇼"),)
    assert "물개 공연" not in made.applied.chapter.text
    texts = [value for at, value in made.applied.chapter.texts() if at.field == "news"]
    assert any("바다사자 쇼" in value for value in texts)


@pytest.mark.parametrize(
    ("texts", "kind", "rule"),
    [
        ({"s1.name": ""}, Breaks, "name_missing"),
        ({"t2.s1.current_value": 0}, WriterError, "price_least"),
        ({"t2.s1.current_value": "100"}, WriterError, "decisions_format"),
        ({"t2.news": 100}, WriterError, "decisions_format"),
        ({"t2.s1.current_value": 10**16}, WriterError, "price_range"),
        ({"t2.s1.before_value": "1"}, NoSuchPlace, "not_settable"),
        ({"t99.news": "글"}, NoSuchPlace, "no_place"),
        ({"somewhere": "글"}, NoSuchPlace, "address"),
    ],
)
def test_own_words_that_do_not_fit_are_refused(chapter, texts, kind, rule):
    found = offer(chapter, put("t2.news", NEWS))

    with pytest.raises(kind) as refused:
        deciding.revised(found, said(texts=texts))

    assert refused.value.rule == rule


def test_a_name_that_another_stock_has_is_refused(chapter):
    found = offer(chapter, rename(chapter.names[0], "물개 공연"))

    with pytest.raises(Breaks) as refused:
        deciding.wrote(found, Decisions(), "t1.s1.name", chapter.names[1])

    assert refused.value.rule == "name_twice"


def test_own_words_find_their_place_where_turns_have_moved(chapter):
    moved = MoveTurn(op="move_turn", at="t2", after=4)
    found = offer(chapter, put("t5.news", NEWS), moved, DeleteTurn(op="delete_turn", at="t1"))
    at = next(c.at for c in found.applied.changes if c.after == NEWS)
    other = "t1.news"

    made = deciding.revised(found, said(texts={at: "내 글이에요.", other: "또 내 글이에요."}))

    assert text(made.applied.chapter, at) == "내 글이에요."
    assert text(made.applied.chapter, other) == "또 내 글이에요."
    assert made.groups[0].ops == (put("t5.news", "내 글이에요."),)
    assert made.groups[-1].id == "w:t3.news"


def test_what_is_new_has_no_place_for_own_words_yet(chapter):
    prices = tuple(NewPrice(price=one.price, expectation="") for one in chapter.turns[1].stocks)
    turn = NewTurn(result="결과예요.", news="소식이에요.", news_tag="all", stocks=prices)
    found = offer(chapter, AddTurn(op="add_turn", after=2, turn=turn))

    with pytest.raises(NoSuchPlace):
        deciding.revised(found, said(texts={"t3.news": "내 글이에요."}))


# -- what to note


def test_own_words_are_accepted_and_the_original_ones_reject(chapter):
    found = offer(chapter, put("t2.news", NEWS))

    delta = deciding.wrote(found, said(verdicts={"g1": "rejected"}), "t2.news", "내 글이에요.")
    assert delta == {"texts": {"t2.news": "내 글이에요."}, "verdicts": {"g1": "accepted"}}

    back = deciding.wrote(found, Decisions().merged(delta), "t2.news", text(chapter, "t2.news"))
    decided = Decisions().merged(delta).merged(back)
    assert decided == said(verdicts={"g1": "rejected"})
    assert deciding.wrote(found, decided, "t1.s2.name", None) == {"texts": {"s2.name": None}}


def test_own_words_in_one_place_of_a_rename_leave_its_decision_alone(chapter):
    found = offer(chapter, rename(chapter.names[0], "물개 공연"))
    at = next(c.at for c in found.applied.changes if c.at.endswith(".news"))

    delta = deciding.wrote(found, said(verdicts={"g1": "accepted"}), at, "내 글이에요.")

    assert delta == {"texts": {at: "내 글이에요."}, "verdicts": {}}
    made = deciding.revised(found, Decisions().merged(delta))
    assert set(deciding.units(made).values()) == {"g1"}


def test_own_words_in_a_place_that_was_refused_with_others_are_asked_about(chapter):
    found = offer(chapter, rename(chapter.names[0], "물개 공연"))
    at = next(c.at for c in found.applied.changes if c.at.endswith(".news"))

    delta = deciding.wrote(found, said(verdicts={"g1": "rejected"}), at, "내 글이에요.")

    assert delta["verdicts"] == {"g1": None}


def test_own_words_where_nothing_was_offered_are_accepted_unless_they_are_the_original(chapter):
    found = offer(chapter, put("t2.news", NEWS))

    delta = deciding.wrote(found, Decisions(), "t4.result", "내 글이에요.")
    back = deciding.wrote(found, Decisions(), "t4.result", text(chapter, "t4.result"))

    assert delta["verdicts"] == {"w:t4.result": "accepted"}
    assert back == {"texts": {"t4.result": None}}


# -- leftovers


def short_offer(chapter, texts, *ops):
    for at, value in texts.items():
        chapter = apply(chapter, [Group("x", (put(at, value),), "writer", "")]).chapter
    return offer(chapter.settled(), *ops)


@pytest.fixture
def leftover(chapter):
    texts = {"t3.news": "오늘 쇼장은 어떨까요? 돌고래는 신나요."}
    return short_offer(chapter, texts, rename(chapter.names[0], "물개 공연"))


def test_a_yes_renames_the_short_mention_with_its_particle(leftover):
    key = "t3.news 돌고래"
    assert [f"{one.at} {one.text}" for one in leftover.leftovers if one.at == "t3.news"] == [key]

    made = deciding.revised(leftover, said(answers={key: True}))

    assert made.groups[-1] == Group(
        f"y:{key}", (Reword(op="reword", at="t3.news", from_="돌고래", to="물개"),), "writer", ""
    )
    assert text(made.applied.chapter, "t3.news") == "오늘 쇼장은 어떨까요? 물개는 신나요."
    assert set(deciding.units(made).values()) == {"g1"}
    assert text(after(leftover, said(answers={key: False}), rest=True), "t3.news").endswith(
        "돌고래는 신나요."
    )


def test_an_old_name_that_a_models_own_rewriting_left_is_asked_about(sea_park):
    """The name is set, one text is told anew, and the others still say the old one."""
    news = "물개 공연에 하늘까지 솟는 새 묘기가 생길지도 모른대요!"
    answer = [
        {"op": "set", "at": "s1.name", "to": "물개 공연"},
        {"op": "set", "at": "t1.news", "to": news},
    ]
    wish = "이야기 전체를 물개가 나오게 바꾸고 캐릭터도 새로 지어 줘"
    proposal = ended(chapters.read(sea_park), wish, Scripted(answer)).proposal

    left = {one.at: one.text for one in proposal.leftovers}
    assert left["t2.result"] == "돌고래 쇼"
    assert "t1.news" not in left
    made = deciding.revised(proposal, said(answers={"t2.result 돌고래 쇼": True}))
    assert "물개 공연 앞에" in text(made.applied.chapter, "t2.result")


def test_an_answer_is_rejected_with_its_rename(leftover):
    decided = said(answers={"t3.news 돌고래": True}, verdicts={"g1": "rejected"})

    assert deciding.taken(leftover, decided, rest=True) == ()


def test_an_answer_follows_another_new_name(leftover):
    decided = said(answers={"t3.news 돌고래": True}, texts={"s1.name": "하얀 바다사자 쇼"})

    made = deciding.revised(leftover, decided)

    assert text(made.applied.chapter, "t3.news").endswith("쇼는 신나요.")


def test_a_mention_inside_a_longer_one_is_renamed_once(chapter):
    name, news = "별빛 물병 굴리기 놀이", "별빛 물병 놀이가 시작됐어요. 놀이는 즐거워요."
    found = short_offer(chapter, {"s1.name": name, "t3.news": news}, rename(name, "은빛 왕관 경주"))
    keys = [f"{one.at} {one.text}" for one in found.leftovers if one.at == "t3.news"]
    assert sorted(keys) == ["t3.news 놀이", "t3.news 별빛 물병 놀이"]

    for order in (keys, keys[::-1]):
        made = deciding.revised(found, said(answers=dict.fromkeys(order, True)))
        now = text(made.applied.chapter, "t3.news")
        assert now == "은빛 왕관 경주가 시작됐어요. 경주는 즐거워요."


def test_an_answer_to_nothing_that_was_asked_changes_nothing(leftover):
    assert (
        deciding.revised(leftover, said(answers={"t1.news 바다": True})).groups == leftover.groups
    )


@pytest.mark.parametrize(
    ("mention", "old", "new", "wanted"),
    [
        ("방패", "달빛 방패", "은빛 왕관", ("방패", "왕관")),
        ("달빛", "달빛 방패", "은빛 왕관", ("달빛", "은빛")),
        ("방패", "달빛 방패", "왕관", ("방패", "왕관")),
        ("방패", "달빛 방패", "아주 큰 왕관", ("방패", "왕관")),
        ("큰 방패", "달빛 큰 방패", "왕관", ("큰 방패", "왕관")),
        ("달빛 방패군", "달빛 방패", "은빛 왕관", ("달빛 방패군", "은빛 왕관군")),
        ("별", "별", "큰 달", ("별", "큰 달")),
        ("둘째와 셋째 돼지", "둘째 돼지", "은빛 여우", ("둘째", "은빛 여우")),
        ("방패", "🛡️ 달빛 방패", "👑 은빛 왕관", ("방패", "왕관")),
        ("연구소", "마법연구소", "비밀 실험실", ("연구소", "실험실")),
    ],
)
def test_a_short_name_becomes_the_like_words_of_the_new_one(mention, old, new, wanted):
    assert deciding._shortened(mention, old, new) == wanted


def test_an_answer_that_joins_units_asks_anew_where_they_were_decided_apart(leftover):
    second = Group("g2", (put("t3.news", "새 돌고래 소식이에요."),), "model", "")
    found = editor.proposal(leftover.chapter, (*leftover.groups, second))
    decided = said(verdicts={"g1": "accepted", "g2": "rejected"})

    delta = deciding.answered(found, decided, "t3.news 돌고래", yes=True)

    assert delta == {
        "answers": {"t3.news 돌고래": True},
        "verdicts": {"g1": None, "g2": None},
    }


# -- what follows


def test_what_still_holds_is_carried_to_the_next_proposal(chapter, two_phrases):
    decided = said(verdicts={"g1": "accepted"}, picks={"t2.news": "ax", "t4.news": "a"})
    more = Group("g2", (put("t4.news", NEWS),), "model", "")
    following = editor.proposal(chapter, (*two_phrases.groups, more))
    following = replace(following, verdicts={"g1": "accepted"})

    carried = deciding.carried(two_phrases, decided, following)

    assert carried == said(verdicts={"g1": "accepted"}, picks={"t2.news": "ax"})


# -- laws


def wild(rng, chapter):
    """An op of any kind, fit or not."""
    turns, stocks = len(chapter.turns), max(1, chapter.stock_count)
    turn, stock = rng.randint(1, turns), rng.randint(1, stocks)
    names = [name for name in chapter.names if name] or ["이름"]
    prices = tuple(
        NewPrice(price=one.price or 100, expectation="기대돼요.")
        for one in chapter.turns[turn - 1].stocks
    )
    new = NewTurn(result="그랬어요.", news="소식이에요.", news_tag="all", stocks=prices)
    return rng.choice(
        [
            put(f"t{turn}.news", sentence(rng, chapter.turns[turn - 1].text("news"))),
            put(f"t{turn}.result", sentence(rng, chapter.turns[turn - 1].text("result"))),
            put(f"t{turn}.s{stock}.expectation", sentence(rng, "")),
            put(f"s{stock}.description", sentence(rng, chapter.shared(stock, "description"))),
            put(f"s{stock}.name", rng.choice([*names, "물개 공연", "은빛 왕관"])),
            price(f"t{turn}.s{stock}", rng.randint(50, 200)),
            rename(rng.choice(names), rng.choice([*names, "물개 공연", "은빛 왕관"])),
            DeleteTurn(op="delete_turn", at=f"t{turn}"),
            MoveTurn(op="move_turn", at=f"t{turn}", after=rng.randint(0, turns)),
            AddTurn(op="add_turn", after=turn, turn=new),
        ]
    )


def sentence(rng, old):
    """`old` with some words new, gone or added."""
    words = old.split() or ["새로운", "소식이에요."]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(words) + 1)
        words[at : at + rng.randint(0, 1)] = rng.choices(["별이", "반짝", "3%", "바다에서"], k=1)
    return " ".join(words)


def random_offer(rng, chapter):
    """What passes the gate of an edit, some of it with several ops in a group."""
    gate = Gate(chapter, "바꿔 줘")
    for _ in range(rng.randint(1, 8)):
        gate.check(*(wild(rng, chapter) for _ in range(rng.choice([1, 1, 1, 2]))))
    return editor.proposal(chapter, gate.groups) if gate.groups else None


def random_delta(rng, proposal):
    changes = proposal.applied.changes
    ids = [group.id for group in proposal.groups]
    texts = {}
    for change in rng.sample(changes, min(len(changes), rng.randint(0, 3))):
        if isinstance(change.after, str):
            texts[change.at] = rng.choice([change.before or "", sentence(rng, change.after)])
        elif change.at.endswith("current_value"):
            texts[change.at] = rng.choice([change.before or 1, rng.randint(50, 200)])
    answers = {f"{one.at} {one.text}": rng.random() < 0.7 for one in proposal.leftovers}
    return {
        "verdicts": {i: rng.choice(["accepted", "rejected"]) for i in ids if rng.random() < 0.6},
        "texts": texts,
        "answers": answers,
    }


def random_picks(rng, offer_):
    picks = {}
    for change in deciding.pickable(offer_).values():
        count = sum(isinstance(part, Phrase) for part in deciding.phrases(change))
        if rng.random() < 0.7 and count:
            picks[change.at] = "".join(rng.choices("ax.", k=count))
    return picks


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:12])
def test_no_decision_breaks_the_game_and_picks_are_the_chosen_words(path):
    chapter = chapters.read(path.read_bytes())
    tried = 0
    for seed in range(12):
        rng = random.Random(f"{seed} {path.stem[:7]}")
        found = random_offer(rng, chapter)
        if found is None:
            continue
        decided = Decisions().merged(random_delta(rng, found))
        try:
            made = deciding.revised(found, decided)
        except WriterError:
            decided = replace(decided, texts={}, answers={})
            made = found
        decided = decided.merged({"picks": random_picks(rng, made)})
        assert same(deciding.revised(made, decided), made)
        tried += check(chapter, made, decided, rest=rng.random() < 0.5)
    assert tried > 4


def same(one, two):
    told = [
        (each.groups, each.applied.chapter.array, each.applied.changes, each.verdicts)
        for each in (one, two)
    ]
    return told[0] == told[1] and deciding.units(one) == deciding.units(two)


def check(chapter, made, decided, *, rest):
    try:
        groups = deciding.taken(made, decided, rest=rest)
    except Breaks:
        return False
    applied = apply(chapter, groups)
    assert rules.new_breaks(chapter, applied.chapter) == ()
    verdicts = deciding.verdicts(made, decided)
    units = deciding.units(made)
    ids = {group.id for group in groups}
    assert not [id_ for id_ in ids if verdicts.get(id_) == "rejected"]
    assert ids >= {
        id_
        for id_, verdict in verdicts.items()
        if verdict == "accepted" and id_ not in deciding.pickable(made)
    }
    whole = {units[id_] for id_ in ids}
    assert ids == {id_ for id_ in units if units[id_] in whole}
    for id_, change in deciding.pickable(made).items():
        if id_ in ids and not made.applied.restructured:
            assert_words(change, applied.chapter, made, decided, rest=rest)
    return True


def assert_words(change, chapter, made, decided, *, rest):
    signs = decided.picks.get(change.at, "." * 999)
    yes = deciding.verdicts(made, decided).get(change.group) == "accepted" or rest
    rest_ = iter(signs)
    wanted = ""
    for part in deciding.phrases(change):
        if isinstance(part, str):
            wanted += part
            continue
        sign = next(rest_)
        new = sign == "a" or (sign == "." and yes)
        wanted += "".join(run for _, run in (part.b if new else part.a))
    assert text(chapter, change.at) == wanted
