"""Edits and the decisions on them outlive the process and do not lose each other's words."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors
from core.chapter import chapter as chapters
from core.chapter.merge import Conflict
from core.chapter.ops import (
    AddStock,
    AddTurn,
    Arrange,
    Carry,
    Change,
    CopyTurn,
    DeleteStock,
    DeleteTurn,
    Group,
    MoveTurn,
    NewPrice,
    NewStock,
    NewTurn,
    Price,
    Put,
    Rename,
    Reword,
    Set,
)
from core.editing import editor
from core.editing.decisions import Decisions
from core.editing.events import Dropped
from core.errors import ModelBusy, TurnsmithError, Unavailable, WriterError
from core.store.edits import Edits, Kept, Key, Shown
from core.store.migrations import opened
from tests.conftest import SAMPLES

SEVERAL = 8
STORY = chapters.read((SAMPLES / "sea_park.json").read_bytes())


@pytest.fixture
def edits(database):
    return Edits(database)


def news(at, to="새 소식이에요."):
    return Set(op="set", at=at, to=to)


def kept(**more):
    groups = (
        Group("g1", (news("t2.news"),), "model", "더 재미있게"),
        Group("g2", (Price(op="price", at="t3.s1", to=110),), "model", "더 재미있게"),
    )
    return Kept(
        **{"kind": "model", "outcome": "edited", "groups": groups, "reply": "바꿨어요.", **more}
    )


def begun(edits, id_="e1", **more):
    edits.begin(id_, "c1", "", 3, "더 재미있게", **more)
    return id_


def under_review(edits, id_="e1", **more):
    edits.ended(begun(edits, id_), kept(**more))
    return id_


# -- what an edit came to

TEXT = st.text(max_size=12)
FACTS = st.dictionaries(
    st.sampled_from(["at", "name", "count", "price"]),
    st.one_of(TEXT, st.integers(), st.floats(allow_nan=False)),
)
CLEAN = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAME = CLEAN.filter(bool)
COINS = st.one_of(st.integers(1, 10**14), st.floats(0.5, 1e6))
PRICE = st.builds(NewPrice, price=COINS, expectation=CLEAN)
PRICES = st.lists(PRICE, max_size=3).map(tuple)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.floats(-1e6, 1e6), CLEAN
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(CLEAN, inner, max_size=2),
    max_leaves=4,
)
TURN = st.builds(NewTurn, result=CLEAN, news=CLEAN, news_tag=CLEAN, stocks=PRICES)
STOCK = st.builds(NewStock, name=NAME, risk_level=CLEAN, description=CLEAN, turns=PRICES)
AT = st.sampled_from(["t1.news", "t2.s1", "s3.name", "t4"])
NUMBER = st.integers(0, 20)
OPS = st.one_of(
    st.builds(Set, op=st.just("set"), at=AT, to=CLEAN),
    st.builds(Price, op=st.just("price"), at=AT, to=COINS),
    st.builds(Rename, op=st.just("rename"), from_=NAME, to=NAME),
    st.builds(Reword, op=st.just("reword"), at=AT, from_=NAME, to=NAME),
    st.builds(AddTurn, op=st.just("add_turn"), after=NUMBER, turn=TURN),
    st.builds(DeleteTurn, op=st.just("delete_turn"), at=AT),
    st.builds(MoveTurn, op=st.just("move_turn"), at=AT, after=NUMBER),
    st.builds(AddStock, op=st.just("add_stock"), stock=STOCK),
    st.builds(DeleteStock, op=st.just("delete_stock"), at=AT),
    st.builds(CopyTurn, op=st.just("copy_turn"), at=AT),
    st.builds(Carry, op=st.just("carry"), at=AT),
    st.builds(Put, op=st.just("put"), at=AT, to=JSON, present=st.booleans()),
    st.builds(
        Arrange,
        op=st.just("arrange"),
        turns=st.lists(st.dictionaries(CLEAN, JSON, max_size=2), max_size=2).map(tuple),
        origins=st.lists(NUMBER, max_size=2).map(tuple),
    ),
)
CAUSES = st.sampled_from(["model", "instant", "rule", "writer"])
GROUP = st.builds(Group, CLEAN, st.lists(OPS, max_size=3).map(tuple), CAUSES, CLEAN)
KEPT = st.builds(
    Kept,
    kind=st.sampled_from([None, "model", "instant"]),
    state=st.sampled_from(["done", "failed", "cancelled"]),
    outcome=st.sampled_from([None, "edited", "question", "refused", "failed"]),
    groups=st.lists(GROUP, max_size=3).map(tuple),
    dropped=st.lists(st.builds(Dropped, TEXT, TEXT, FACTS), max_size=2).map(tuple),
    tokens_in=st.integers(0, 10**9),
    cached=st.integers(0, 10**9),
    model=st.text(max_size=20),
    prompt=st.sampled_from(["", "1"]),
    tokens_out=st.integers(0, 10**9),
    first_s=st.none() | st.floats(0, 100),
    seconds=st.floats(0, 1000),
    reply=TEXT,
    rule=TEXT,
    facts=FACTS,
    verdicts=st.dictionaries(TEXT, st.sampled_from(["accepted", "rejected"]), max_size=3),
    conflicts=st.dictionaries(TEXT, st.builds(Conflict, TEXT, JSON, JSON, JSON), max_size=2),
    act=st.sampled_from(["take", "merge", "revert"]),
    other=st.none() | NUMBER,
)


@given(KEPT)
def test_what_is_kept_reads_back_as_it_was(one):
    two = Kept.from_json(one.to_json())

    assert two == one
    assert repr(two) == repr(one)


def kinds(root=TurnsmithError):
    return {root, *(kind for sub in root.__subclasses__() for kind in kinds(sub))}


@pytest.mark.parametrize(
    "kind", sorted((k for k in kinds() if k.__module__ == errors.__name__), key=str)
)
def test_an_error_reads_back_as_one_of_its_class(kind):
    error = kind("model_down", status=503, at="t3.news", share=0.5)

    back = Kept.from_json(kept(error=error).to_json()).error

    assert type(back) is kind
    assert (back.rule, back.facts) == (error.rule, error.facts)


def test_a_rate_limit_keeps_how_long_to_wait():
    back = Kept.from_json(kept(error=ModelBusy("model_busy", 2.5)).to_json()).error

    assert isinstance(back, ModelBusy)
    assert back.wait_s == 2.5


def test_an_error_of_a_class_that_is_gone_is_still_an_error():
    body = kept(error=Unavailable("stopping")).to_json().replace(b"Unavailable", b"Elsewhere")

    back = Kept.from_json(body).error

    assert type(back) is TurnsmithError
    assert back.rule == "stopping"


# -- the table


def test_an_edit_runs_then_is_under_review_then_taken(edits):
    begun(edits, author="지은", follows="e0")
    first = edits.get("e1")
    edits.ended("e1", kept())
    second = edits.get("e1")
    edits.close("e1", "taken")
    third = edits.get("e1")

    assert (first.state, first.kept) == ("running", None)
    assert (first.chapter, first.branch, first.base, first.request) == ("c1", "", 3, "더 재미있게")
    assert (first.author, first.follows, first.seq) == ("지은", "e0", 0)
    assert first.decisions == Decisions()
    assert (second.state, second.kept) == ("open", kept())
    assert (third.state, third.kept) == ("taken", kept())


def test_what_was_kept_first_stays_and_so_do_the_decisions_on_it(edits):
    begun(edits)
    assert edits.ended("e1", kept()) is None
    edits.decide("e1", {"verdicts": {"g1": "accepted"}})
    before = edits.get("e1")

    assert edits.ended("e1", kept(groups=(), outcome="cancelled", reply="멈췄어요.")) == kept()
    assert edits.get("e1") == before


def test_of_many_that_end_one_edit_at_once_one_is_kept_and_all_know_it(edits):
    begun(edits)
    ready = threading.Barrier(SEVERAL)

    def end(number):
        ready.wait()
        return edits.ended("e1", kept(reply=f"{number}번")) or kept(reply=f"{number}번")

    with ThreadPoolExecutor(SEVERAL) as pool:
        told = list(pool.map(end, range(SEVERAL)))

    assert {one.reply for one in told} == {edits.get("e1").kept.reply}


def test_an_edit_without_an_offer_is_over(edits):
    edits.ended(begun(edits), kept(groups=(), outcome="question"))

    assert edits.get("e1").state == "over"


def test_an_unknown_edit_is_none_and_ends_in_nothing(edits):
    edits.ended("nobody", kept())
    edits.close("nobody", "taken")

    assert edits.get("nobody") is None
    assert edits.get("\x00\ud800") is None
    assert edits.of("nobody") == ()


def test_a_discarded_edit_stays_so_when_it_ends(edits):
    begun(edits)
    edits.close("e1", "discarded")
    edits.ended("e1", kept())
    edits.close("e1", "taken")

    assert edits.get("e1").state == "discarded"
    assert edits.get("e1").kept == kept()


def test_any_request_and_author_can_be_kept(edits):
    edits.begin("e1", "c1", "가지", 1, "줄\x00바꿈\ud800 ‘ \U0001f42c", author="\x00")

    assert edits.get("e1").request == "줄\ufffd바꿈\ufffd ‘ \U0001f42c"


def test_edits_of_a_chapter_come_newest_first(edits):
    for number in range(3):
        begun(edits, f"e{number}")
    edits.begin("other", "c2", "", 1, "다른 챕터")

    assert [row.id for row in edits.of("c1")] == ["e2", "e1", "e0"]


def test_what_no_model_made_is_proposed_with_its_decisions(edits):
    chapter = chapters.read((SAMPLES / "sea_park.json").read_bytes())
    conflict = Conflict("t2.news", "어제", "오늘", "내일")
    offer = editor.proposal(chapter, kept().groups)
    offer = replace(offer, verdicts={"g2": "accepted"}, conflicts={"g1": conflict})

    id_ = edits.propose("c1", "", 4, offer, "", author="지은", act="merge", other=2, follows="e1")

    row = edits.get(id_)
    assert (row.state, row.base, row.author, row.follows) == ("open", 4, "지은", "e1")
    assert row.kept.groups == offer.groups
    assert row.kept.conflicts == {"g1": conflict}
    assert (row.kept.kind, row.kept.act, row.kept.other) == (None, "merge", 2)
    assert row.decisions == Decisions(verdicts={"g2": "accepted"})
    assert len(id_) >= 20


# -- decisions


def test_decisions_survive_a_restart(place):
    first = opened(*place)
    edits = Edits(first)
    under_review(edits)
    edits.decide("e1", {"verdicts": {"g1": "accepted"}, "picks": {"t2.news": "ax"}})
    first.close()

    again = opened(*place)
    row = Edits(again).get("e1")
    again.close()

    assert row.decisions == Decisions({"g1": "accepted"}, {"t2.news": "ax"})
    assert row.kept == kept()


def test_the_last_word_on_a_key_counts_and_is_numbered(edits):
    under_review(edits)

    first, one = edits.decide("e1", {"verdicts": {"g1": "accepted", "g2": "accepted"}})
    second, two = edits.decide("e1", {"verdicts": {"g1": "rejected", "g2": None}})

    assert (one, two) == (1, 2)
    assert first.verdicts == {"g1": "accepted", "g2": "accepted"}
    assert second == edits.get("e1").decisions == Decisions({"g1": "rejected"})


def test_decisions_that_hold_from_the_start_are_there_and_can_be_taken_back(edits):
    under_review(edits, verdicts={"g1": "accepted", "g2": "rejected"})

    assert edits.get("e1").decisions.verdicts == {"g1": "accepted", "g2": "rejected"}
    assert edits.decide("e1", {"verdicts": {"g1": None}})[0].verdicts == {"g2": "rejected"}


@pytest.mark.parametrize(
    ("id_", "rule"), [("nobody", "edit_forgotten"), ("e1", "edit_decided"), ("e2", "edit_decided")]
)
def test_what_is_decided_or_unknown_takes_no_decisions(edits, id_, rule):
    under_review(edits)
    edits.close("e1", "taken")
    under_review(edits, "e2")
    edits.close("e2", "discarded")

    with pytest.raises(WriterError) as refused:
        edits.decide(id_, {"verdicts": {"g1": "accepted"}})

    assert refused.value.rule == rule


def test_what_is_refused_leaves_no_trace(edits):
    under_review(edits)

    def check(made):
        raise WriterError("price_least", at=str(made.texts))

    with pytest.raises(WriterError, match="price_least"):
        edits.decide("e1", {"texts": {"t2.s1.current_value": 0}}, check)
    with pytest.raises(WriterError, match="decisions_format"):
        edits.decide("e1", {"verdict": {}})

    assert edits.get("e1").decisions == Decisions()
    assert edits.get("e1").seq == 0


def test_tabs_and_processes_do_not_lose_each_others_decisions(place):
    databases = [opened(*place) for _ in range(2)]
    stores = [Edits(database) for database in databases]
    under_review(stores[0])
    start = threading.Barrier(SEVERAL)

    def tab(number):
        start.wait()
        return [
            stores[number % 2].decide("e1", {"verdicts": {f"g{number}.{each}": "accepted"}})[1]
            for each in range(5)
        ]

    with ThreadPoolExecutor(SEVERAL) as pool:
        numbers = [seq for seqs in pool.map(tab, range(SEVERAL)) for seq in seqs]
    row = stores[1].get("e1")
    for database in databases:
        database.close()

    assert sorted(numbers) == list(range(1, 5 * SEVERAL + 1))
    assert len(row.decisions.verdicts) == 5 * SEVERAL
    assert row.seq == 5 * SEVERAL


# -- what runs, and in which process


FAR = Shown(
    seq=7,
    state="running",
    kind="model",
    place=2,
    changes=(Change("g1.1", "set", "t1.news", "비", "눈 \ud800", "model", "바꿔줘", "g1"),),
    dropped=(Dropped("set t9.news", "no_place", {"at": "t9"}),),
    tokens_in=5,
    tokens_out=6,
    first_s=0.5,
    seconds=1.5,
)


def test_how_far_an_edit_is_can_be_read_until_it_has_ended(edits):
    begun(edits)
    edits.show({"e1": replace(FAR, seq=1)})
    edits.show({"e1": FAR, "nobody": FAR})

    assert edits.get("e1").far == FAR
    edits.ended("e1", kept())
    edits.show({"e1": FAR})
    assert edits.get("e1").far is None


def test_who_is_told_to_stop_is_so_until_it_has_ended(edits):
    begun(edits)

    assert edits.stop("e1")
    assert edits.stop("e1")
    assert edits.stopping(["e1", "e2"]) == ["e1"]
    edits.ended("e1", kept())
    assert not edits.stop("e1")
    assert not edits.stop("nobody")
    assert edits.stopping(["e1"]) == []
    assert edits.get("e1").state == "open"


# -- keys


def test_of_many_that_post_under_one_key_at_once_one_is_noted(edits):
    ready = threading.Barrier(SEVERAL)

    def post(number):
        ready.wait()
        return edits.post(f"e{number}", STORY, "바꿔줘", Key("k", "m"))

    with ThreadPoolExecutor(SEVERAL) as pool:
        ids = list(pool.map(post, range(SEVERAL)))

    assert len(set(ids)) == 1
    assert [number for number in range(SEVERAL) if edits.get(f"e{number}")] == [int(ids[0][1:])]


def test_a_key_asks_for_one_thing(edits):
    edits.post("e1", STORY, "바꿔줘", Key("k", "m"))

    other = Key("k", "another")
    for step in (lambda: edits.post("e2", STORY, "", other), lambda: edits.keyed(other)):
        with pytest.raises(WriterError, match="key_reused"):
            step()
    assert edits.get("e2") is None
    assert edits.keyed(Key("k", "m")) == "e1"
    assert edits.keyed(Key("k2", "m")) is None


def test_what_was_withdrawn_leaves_its_key_free(edits):
    edits.post("e1", STORY, "바꿔줘", Key("k\x00", "m"))
    edits.withdraw("e1")

    assert edits.post("e2", STORY, "바꿔줘", Key("k\x00", "n")) == "e2"
    assert edits.get("e1").state == "discarded"
