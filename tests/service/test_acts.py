"""Takes, merges and undone changes of several tabs at once: one version each, nothing lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.chapter.ops import Group, Set
from core.editing import decisions as deciding
from core.editing import editor
from core.errors import WriterError
from core.service.acts import Acts, Asked, kept
from core.service.jobs import API, Desk
from core.store import log
from core.store.edits import Edits
from core.store.library import Library
from tests.service.fakes import FREE, SEA_PARK, Says, over, says, until
from tests.store.conftest import database, place, postgres, postgres_place  # noqa: F401  fixtures

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
    assert rest.kept.conflicts == {}
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
