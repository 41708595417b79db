"""Takes, merges and undone changes of several tabs at once: one version each, nothing lost."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from core.chapter import chapter as chapters
from core.chapter import claims
from core.chapter.ops import AddTurn, DeleteTurn, Group, NewPrice, NewTurn, Price, Set
from core.editing import decisions as deciding
from core.editing import editor
from core.editing.events import Dropped
from core.errors import WriterError
from core.service.acts import Acts, Asked
from core.service.identity import API
from core.service.jobs import Desk
from core.service.views import View, kept, offered
from core.store import log, migrations
from core.store.edits import Edits
from core.store.library import Library
from tests.conftest import SAMPLES
from tests.service.fakes import FREE, SEA_PARK, Says, a_desk, over, says, until
from tests.store.conftest import database, place, postgres, postgres_place  # noqa: F401  fixtures

POST = chapters.read((SAMPLES / "space_post.json").read_bytes())
"""A chapter that states percentages."""
WORDS = "아주 " + SEA_PARK.turns[0].text("news").replace("돌아요.", "들려요.")


@pytest.fixture
def acts(database):  # noqa: F811  the fixture
    desk = Desk(Says(says("새 소식이에요.")))
    desk.start()
    yield Acts(Library(database), Edits(database), desk)
    desk.stop()


def news(number, text, id_=""):
    op = Set(op="set", at=f"t{number}.news", to=text)
    return Group(id_ or f"g{number}", (op,), "model", "")


def proposed(acts, id_, *groups, base=1):
    offer = editor.proposal(acts._library.chapter(id_, base), groups)
    return acts._edits.propose(id_, "", base, offer, "더 재미있게")


def test_phrases_left_open_are_offered_again_beside_those_that_were_taken(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, WORDS), news(2, "둘이에요."))
    acts._edits.decide(edit, {"picks": {"t1.news": "a."}})

    done = acts.take(edit, rest=False)

    rest = acts.asked(done.rest)
    assert done.opened.chapter.turns[0].text("news") == WORDS.replace("들려요.", "돌아요.")
    assert [group.id for group in rest.kept.groups] == ["g1", "g2"]
    assert (rest.kept.conflicts, rest.request) == ({}, "더 재미있게")
    assert acts.take(done.rest, rest=True).opened.chapter.turns[0].text("news") == WORDS


def test_what_was_refused_word_by_word_is_not_offered_again(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, WORDS), news(2, "둘이에요."))
    acts._edits.decide(edit, {"picks": {"t1.news": "xx"}, "verdicts": {"g2": "accepted"}})

    assert acts.take(edit, rest=False).rest == ""


def test_phrases_decided_in_what_is_left_stay_decided(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, WORDS), news(2, "둘이에요."))
    acts._edits.decide(edit, {"picks": {"t1.news": "x."}, "verdicts": {"g2": "accepted"}})

    rest = acts.asked(acts.take(edit, rest=False).rest)

    assert rest.decisions.picks == {"t1.news": "x."}


def test_a_conflict_keeps_what_was_not_decided_yet(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."), news(3, "셋이에요."))
    acts._library.take(id_, 1, (news(1, "남의 말이에요."),), "")
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted", "g3": "accepted"}})

    asked = acts.take(edit, rest=False)

    assert isinstance(asked, Asked)
    row = acts.asked(asked.edit)
    assert [group.id for group in row.kept.groups] == ["g1", "g2", "g3"]
    assert list(row.kept.conflicts) == ["g1"]
    assert row.decisions.verdicts == {"g3": "accepted"}
    assert acts.asked(edit).state == "discarded"


def test_two_tabs_that_take_one_edit_at_once_make_one_version_and_one_rest(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."))
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})
    ready = threading.Barrier(4)

    def take(_):
        ready.wait()
        try:
            return acts.take(edit, rest=False).rest
        except WriterError as refused:
            return refused.rule

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(take, range(4)))

    assert heard.count("edit_decided") == 3
    assert [row.state for row in acts._edits.of(id_)].count("open") == 1
    assert len(acts._library.versions(id_)) == 2
    assert log.verify(acts._library._database, id_) == ()


def test_a_decision_that_comes_while_it_is_taken_is_taken_too(acts, monkeypatch):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."))
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})
    taken = deciding.taken

    def slowly(offer, said, *, rest):
        monkeypatch.setattr(deciding, "taken", taken)
        acts._edits.decide(edit, {"verdicts": {"g2": "accepted"}})
        return taken(offer, said, rest=rest)

    monkeypatch.setattr(deciding, "taken", slowly)
    done = acts.take(edit, rest=False)

    assert done.rest == ""
    assert done.opened.chapter.turns[1].text("news") == "둘이에요."


def test_a_version_and_the_end_of_its_edit_are_stored_together(acts, monkeypatch):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."))
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.service.acts.settle", stopped)
    with pytest.raises(KeyboardInterrupt):
        acts.take(edit, rest=False)

    assert acts.asked(edit).state == "open"
    assert len(acts._library.versions(id_)) == 1


def test_an_edit_whose_proposal_was_taken_meanwhile_is_stored_all_the_same(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(2, "둘이에요."), news(3, "셋이에요."))
    keep, gone = acts._edits.ended, []

    def late(*args, **more):
        gone.append(acts.take(edit, rest=True))
        return keep(*args, **more)

    acts._edits.ended = late
    after = acts.ask(id_, "1턴 뉴스를 더 신나게 바꿔줘", follows=edit)

    assert over(acts._desk, after).kept
    until(lambda: acts.asked(after).state == "open")
    assert acts.asked(edit).state == "taken"
    assert gone


def test_what_another_tab_decides_while_a_request_goes_on_from_it_is_kept(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(2, "둘이에요."), news(3, "셋이에요."))
    keep = acts._keep

    def late(*given):
        acts._edits.decide(edit, {"verdicts": {"g2": "accepted", "g3": "rejected"}})
        return keep(*given)

    acts._keep = late
    after = acts.ask(id_, "1턴 뉴스를 더 신나게 바꿔줘", follows=edit)

    assert over(acts._desk, after).kept
    assert acts.asked(after).decisions.verdicts == {"g2": "accepted", "g3": "rejected"}


def test_a_repair_of_a_version_that_moved_on_goes_to_its_own_place(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    acts.take(acts_of(acts, id_, "2턴을 지워줘"), rest=True)

    done = acts.apply(id_, 1, news(5, "다섯이에요."), "고치기")

    assert done.opened.chapter.turns[3].text("news") == "다섯이에요."


def acts_of(acts, id_, request):
    edit = acts.ask(id_, request)
    over(acts._desk, edit)
    return edit


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**70])
@pytest.mark.parametrize("name", ["revert", "merge", "dependents"])
def test_a_version_that_is_not_there_is_named(acts, number, name):
    id_ = acts._library.open(SEA_PARK, "바다")
    more = (None,) if name == "dependents" else ()

    with pytest.raises(WriterError) as refused:
        getattr(acts, name)(id_, number, *more)

    assert refused.value.rule == "no_version"


def test_takes_of_many_edits_on_one_chapter_at_once_are_all_kept(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    turns = range(1, len(SEA_PARK.turns) + 1)
    ids = [proposed(acts, id_, news(n, f"{n}번째예요.")) for n in turns]

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda edit: acts.take(edit, rest=True), ids))

    head = acts._library.get(id_).chapter
    assert not any(isinstance(one, Asked) for one in done)
    assert [turn.text("news") for turn in head.turns] == [f"{n}번째예요." for n in turns]
    assert log.verify(acts._library._database, id_) == ()


def test_an_edit_that_another_process_has_ended_ends_here_as_it_did_there(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = acts.ask(id_, FREE)
    there = over(acts._desk, edit)
    late = replace(there, outcome="cancelled", state="cancelled", proposal=None, reply="멈췄어요.")

    seen = acts._keep("", None, API, late)

    assert (seen.outcome, seen.reply, seen.changes) == (there.outcome, there.reply, there.changes)
    assert acts.asked(edit).kept == kept(there)


def test_who_goes_on_with_an_edit_counts_on_and_ends_what_was_told_to_end(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    acts._edits.begin("e1", id_, "", 1, FREE)
    acts.show({"e1": View("e1", SEA_PARK, FREE, 70, "running", "model")})
    acts._edits.stop("e1")

    job = acts.recall({"edit": "e1", "locks": [], "only": []})

    assert job.seq > 70
    assert job.stopped
    assert acts._newer("e1", View("e1", SEA_PARK, FREE, 3)).seq == 70


# -- trying a proposal


def price(at, to, id_="p"):
    return Group(id_, (Price(op="price", at=at, to=to),), "writer", "")


def test_units_are_tried_together_or_alone_without_deciding_them(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."))

    both, one, none = (
        acts.preview(edit, on) for on in (None, frozenset({"g2"}), frozenset({"gone"}))
    )

    def told(tried):
        return [turn.text("news") for turn in tried.after.turns[:2]]

    assert told(both) == ["하나예요.", "둘이에요."]
    assert told(one) == [SEA_PARK.turns[0].text("news"), "둘이에요."]
    assert none.after.text == SEA_PARK.text == none.base.text
    assert [(unit.id, unit.on, unit.verdict) for unit in one.units] == [
        ("g1", False, None),
        ("g2", True, None),
    ]
    assert [change.at for change in one.units[0].changes] == ["t1.news"]
    assert acts.asked(edit).decisions.verdicts == {}


def test_what_is_rejected_is_off_until_it_is_ticked(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, WORDS), news(2, "둘이에요."), news(3, "셋이에요."))
    acts._edits.decide(edit, {"verdicts": {"g2": "rejected"}, "picks": {"t1.news": "ax"}})

    seen = acts.preview(edit)
    ticked = acts.preview(edit, frozenset({"g2"}))

    assert [(unit.on, unit.verdict) for unit in seen.units] == [
        (True, "accepted"),
        (False, "rejected"),
        (True, None),
    ]
    assert seen.after.turns[1].text("news") == SEA_PARK.turns[1].text("news")
    assert seen.after.turns[0].text("news") == f"아주 {SEA_PARK.turns[0].text('news')}"
    assert ticked.after.turns[1].text("news") == "둘이에요."


def test_own_words_are_tried_too(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."))
    acts.write(edit, "t1.news", "제 말이에요.")

    assert acts.preview(edit).after.turns[0].text("news") == "제 말이에요."


def test_units_that_cannot_stand_together_leave_the_chapter_and_say_why(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    short = tuple(DeleteTurn(op="delete_turn", at=f"t{n}") for n in range(1, 7))
    edit = proposed(acts, id_, Group("g1", short, "model", ""))

    tried = acts.preview(edit)

    assert tried.problem.rule == "too_few_turns"
    assert tried.after is tried.base


def test_an_edit_that_still_runs_has_nothing_to_try(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    acts._edits.begin("e1", id_, "", 1, "더 신나게")

    tried = acts.preview("e1")

    assert (tried.units, tried.problem) == ((), None)
    assert tried.after.text == SEA_PARK.text
    with pytest.raises(WriterError):
        acts.offer(id_, 1, [price("t3.s2", 91)], "가격", follows="e1")


def test_an_edit_that_nobody_knows_cannot_be_tried(acts):
    with pytest.raises(WriterError) as refused:
        acts.preview("nobody")

    assert refused.value.rule == "edit_forgotten"


# -- offering groups of our own


def test_a_price_is_offered_with_all_that_it_forces_and_reviewed_like_any_other(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    was = SEA_PARK.turns[2].stocks[1].price

    edit = acts.offer(id_, 1, [price("t3.s2", was + 6)], "3턴 가격", author="나")

    row = acts.asked(edit)
    assert (row.state, row.request, row.author, row.base) == ("open", "3턴 가격", "나", 1)
    assert row.decisions.verdicts == {}
    tried = acts.preview(edit)
    assert tried.after.turns[2].stocks[1].price == was + 6
    assert tried.after.turns[3].stocks[1].opening == was + 6
    assert acts.take(edit, rest=True).opened.chapter.text == tried.after.text


def test_percentages_that_a_text_states_follow_an_offered_price_in_its_own_unit(acts):
    id_ = acts._library.open(POST, "우주")
    was = POST.turns[1].stocks[0].price

    tried = acts.preview(acts.offer(id_, 1, [price("t2.s1", was + 20)], "가격"))

    (unit,) = tried.units
    assert {change.at for change in unit.changes} == {
        *("t2.s1.current_value", "t2.result", "t3.result"),
    }
    assert all(
        claims.holds(claim, *claims.move(tried.after, claim))
        for claim in claims.claims(tried.after)
    )


def test_an_offer_takes_the_place_of_the_proposal_that_it_follows(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."), news(2, "둘이에요."), news(3, "셋이에요."))
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted", "g2": "rejected"}})

    after = acts.offer(id_, 1, [price("t3.s2", 91)], "3턴 가격", follows=edit)

    row = acts.asked(after)
    assert acts.asked(edit).state == "discarded"
    assert (row.state, row.follows, row.request) == ("open", edit, "3턴 가격")
    assert [group.id for group in row.kept.groups] == ["g1", "g3", "g4"]
    assert row.decisions.verdicts == {"g1": "accepted"}
    tried = acts.preview(after)
    assert tried.after.turns[2].stocks[1].price == 91
    assert tried.after.turns[1].text("news") == SEA_PARK.turns[1].text("news")


def test_an_offer_on_what_is_shown_finds_its_place_whatever_is_ticked(acts):
    """Turn 3 is shown as turn 3 while the unit that takes turn 1 out is off."""
    id_ = acts._library.open(SEA_PARK, "바다")
    gone = Group("g1", (DeleteTurn(op="delete_turn", at="t1"),), "model", "")
    edit = proposed(acts, id_, gone, news(5, "다섯이에요."))

    after = acts.offer(
        id_, 1, [news(3, "셋이에요.")], "3턴 뉴스", follows=edit, on=frozenset({"g2"})
    )

    told = [turn.text("news") for turn in acts.preview(after).after.turns]
    assert told[1] == "셋이에요."
    assert told[3] == "다섯이에요."
    assert len(told) == len(SEA_PARK.turns) - 1


def test_a_price_of_a_turn_that_a_proposal_adds_is_worked_into_it(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    prices = tuple(NewPrice(price=100, expectation="") for _ in range(3))
    turn = NewTurn(result="새 결과예요.", news="새 소식이에요.", news_tag="all", stocks=prices)
    edit = proposed(
        acts, id_, Group("g1", (AddTurn(op="add_turn", after=2, turn=turn),), "model", "")
    )
    shown = acts.preview(edit).after.turns[2]
    assert shown.text("news") == "새 소식이에요."

    after = acts.offer(id_, 1, [price("t4.s2", 101)], "가격", follows=edit)

    tried = acts.preview(after)
    assert tried.after.turns[3].stocks[1].price == 101
    assert tried.after.turns[2].text("news") == "새 소식이에요."


def test_a_price_that_a_proposal_sets_already_is_set_anew_and_asked_again(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, price("t3.s2", 91, "g1"), news(2, "둘이에요."))
    acts._edits.decide(edit, {"verdicts": {"g1": "accepted", "g2": "accepted"}})

    row = acts.asked(acts.offer(id_, 1, [price("t3.s2", 97)], "가격", follows=edit))

    assert [(group.id, group.ops[0].op) for group in row.kept.groups] == [
        ("g1", "price"),
        ("g2", "set"),
    ]
    assert row.kept.groups[0].ops[0].to == 97
    assert row.decisions.verdicts == {"g2": "accepted"}


@pytest.mark.parametrize(
    ("group", "rule"),
    [
        (price("t3.s2", 0.5), "price_least"),
        (price("t3.s2", SEA_PARK.turns[2].stocks[1].price), "same_value"),
        (price("t9.s2", 5), "no_place"),
        (price("t3.s1", 50), "locked"),
        (Group("g", (DeleteTurn(op="delete_turn", at="t9"),), "rule", ""), "no_place"),
    ],
)
@pytest.mark.parametrize("follows", [False, True])
def test_an_offer_that_does_not_fit_is_refused_and_leaves_the_proposal(acts, group, rule, follows):
    id_ = acts._library.open(SEA_PARK, "바다")
    acts._library.lock(id_, {"t3.s1.price"})
    edit = proposed(acts, id_, news(1, "하나예요."))

    with pytest.raises(WriterError) as refused:
        acts.offer(id_, 1, [group], "가격", follows=edit if follows else "")

    assert refused.value.rule == rule
    assert acts.asked(edit).state == "open"
    assert len(acts._edits.of(id_)) == 1


def test_an_offer_on_a_decided_proposal_is_refused(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."))
    acts.discard(edit)

    with pytest.raises(WriterError) as refused:
        acts.offer(id_, 1, [price("t3.s2", 91)], "가격", follows=edit)

    assert refused.value.rule == "edit_decided"


def test_offers_of_two_tabs_on_one_proposal_make_one_in_its_place(acts):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."))
    ready = threading.Barrier(3)

    def offer(number):
        ready.wait()
        try:
            return acts.offer(id_, 1, [price(f"t{number + 2}.s2", 91)], "가격", follows=edit)
        except WriterError as refused:
            return refused.rule

    with ThreadPoolExecutor(3) as pool:
        heard = list(pool.map(offer, range(3)))

    assert heard.count("edit_decided") == 2
    assert [row.state for row in acts._edits.of(id_)].count("open") == 1


def test_a_decision_that_comes_while_an_offer_is_made_is_kept(acts, monkeypatch):
    id_ = acts._library.open(SEA_PARK, "바다")
    edit = proposed(acts, id_, news(1, "하나예요."))
    replace = acts._edits.replace

    def slowly(row, after):
        monkeypatch.setattr(acts._edits, "replace", replace)
        acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})
        return replace(row, after)

    monkeypatch.setattr(acts._edits, "replace", slowly)
    after = acts.offer(id_, 1, [price("t3.s2", 91)], "가격", follows=edit)

    assert acts.asked(after).decisions.verdicts == {"g1": "accepted"}


# -- what a model suggested unasked

NEWS_ALONE = "3턴 뉴스만 더 신나게 바꿔 줘"
ASKED = {"op": "set", "at": "t3.news", "to": "내일은 해변에서 모래성 대회가 열린대요!"}
UNASKED = [
    {"op": "set", "at": "t5.news", "to": "내일은 바람이 시원하게 분대요."},
    {"op": "price", "at": "t4.s2", "to": 101},
]


@contextmanager
def suggesting(tmp_path, *answer):
    said = json.dumps({"changes": answer, "reply": "바꿨어요."}, ensure_ascii=False)
    with a_desk(Says(said)) as desk:
        database = migrations.opened(tmp_path)
        yield Acts(Library(database), Edits(database), desk)
        database.close()


def test_a_suggestion_that_is_wished_stands_beside_what_was_asked_for(tmp_path):
    with suggesting(tmp_path, ASKED, *UNASKED) as acts:
        id_ = acts._library.open(SEA_PARK, "바다")
        edit = acts.ask(id_, NEWS_ALONE)
        over(acts._desk, edit)
        acts._edits.decide(edit, {"verdicts": {"g1": "accepted"}})

        wished = acts.wish(edit, 0, author="나")

        row = acts.asked(wished)
        assert acts.asked(edit).state == "discarded"
        assert [change.at for change in offered(row, SEA_PARK).applied.changes] == [
            "t3.news",
            "t5.news",
        ]
        assert row.decisions.verdicts == {"g1": "accepted"}
        assert [dropped.fits["at"] for dropped in row.kept.dropped] == ["t4.s2"]
        again = acts.asked(acts.wish(wished, 0))
        assert [group.ops[0].op for group in again.kept.groups] == ["set", "set", "price"]
        assert again.kept.dropped == ()


def test_a_suggestion_alone_becomes_a_proposal(tmp_path):
    with suggesting(tmp_path, UNASKED[0]) as acts:
        id_ = acts._library.open(SEA_PARK, "바다")
        edit = acts.ask(id_, NEWS_ALONE)
        assert over(acts._desk, edit).outcome == "refused"

        row = acts.asked(acts.wish(edit, 0))

        assert row.state == "open"
        assert offered(row, SEA_PARK).applied.changes[0].after == UNASKED[0]["to"]


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_a_suggestion_that_is_not_there_cannot_be_wished(tmp_path, number):
    with suggesting(tmp_path, ASKED, UNASKED[0]) as acts:
        id_ = acts._library.open(SEA_PARK, "바다")
        edit = acts.ask(id_, NEWS_ALONE)
        over(acts._desk, edit)

        with pytest.raises(WriterError) as refused:
            acts.wish(edit, number)

        assert refused.value.rule == "moved_on"
        assert acts.asked(edit).state == "open"


@pytest.mark.parametrize(
    ("brief", "asked"),
    [
        ("더 두근두근하게", "1턴을 다시 써 줘: 더 두근두근하게"),
        ("가격도 10% 올려 줘", "1턴을 다시 써 줘"),
        ("이름을 바보로 바꿔 줘", "1턴을 다시 써 줘"),
        ("", "1턴을 다시 써 줘"),
    ],
)
def test_a_missing_turn_is_asked_for_alone_by_its_plan(acts, brief, asked):
    """And goes on from what is under review; its brief opens nothing but its texts."""
    id_ = acts._library.open(SEA_PARK, "바다")
    fits = {"op": "rewrite", "at": "t1", "fields": ["news"], "brief": brief}
    offer = editor.proposal(
        SEA_PARK,
        [news(2, "둘이에요.")],
        [Dropped("rewrite t1", "turn_missing", {"at": "t1"}, fits)],
    )
    edit = acts._edits.propose(id_, "", 1, offer, "더 재미있게")

    again = acts.again(edit, "t1")
    view = acts._desk.run(acts._desk.ended(again)).result(5)

    assert view.request == asked
    changed = {change.at: change.after for change in view.proposal.applied.changes}
    assert changed == {"t1.news": "새 소식이에요.", "t2.news": "둘이에요."}
    with pytest.raises(WriterError):
        acts.again(edit, "t5")
