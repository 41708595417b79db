"""Random work of several writers on one chapter, with restarts: it always plays and replays."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.chapter import changes, rules
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.ops import CopyTurn, DeleteTurn, Group, MoveTurn, Op, Price, Rename, Set
from core.editing import editor
from core.editing.decisions import phrases, pickable, revised, taken
from core.editing.events import Proposal
from core.errors import WriterError
from core.service import wiring
from core.service.acts import Asked, Taken
from core.service.settings import Settings
from core.store import log
from tests.conftest import SAMPLES

REQUESTS = (
    "{a}을(를) {new}(으)로 바꿔줘",
    "{b} 이름을 {new} 가게로 바꿔줘",
    "{t}턴 {a} 가격을 {coins}냥으로",
    "{t}턴 {c} 가격을 {coins}냥으로 바꿔줘",
    "{t}턴을 지워줘",
    "{t}턴이랑 {u}턴 순서를 바꿔줘",
    "{t}턴을 복사해줘",
    "{t}턴 뉴스를 비워줘",
    "{b} 설명을 ‘{new} 이야기예요.’로 바꿔줘",
)
MORE = ("1번은 빼줘", "1번만 좋아", "2번 빼고 다 좋아", "다 빼줘", "2번은 받고 {t}턴 뉴스를 비워줘")
NAMES = ("은빛 왕관", "물개 공연", "구름 빵집", "달님 열차")
WORDS = ("오늘은 맑아요.", "비가 와요.", "줄이 길어요.", "새 묘기가 생길지도 모른다는 말이 돌아요.")
PLACES = ("t1.news", "t3.news", "t2.result", "s1.name", "s2.description", "t2.s1", "t4.s2", "t1.s1")
VERDICTS = st.sampled_from(["accepted", "rejected", None])
WAIT_S = 20.0


def an_op(data, chapter: Chapter) -> Op:
    """One change that may fit a chapter."""
    turn = st.integers(1, len(chapter.turns))
    stock = st.integers(1, max(1, chapter.stock_count))
    at, words = data.draw(turn), data.draw(st.sampled_from(WORDS))
    match data.draw(st.sampled_from(["set", "set", "price", "rename", "move", "copy", "delete"])):
        case "set":
            return Set(
                op="set", at=f"t{at}.{data.draw(st.sampled_from(['news', 'result']))}", to=words
            )
        case "price":
            to = data.draw(st.integers(5, 400))
            return Price(op="price", at=f"t{at}.s{data.draw(stock)}", to=to)
        case "rename":
            old = data.draw(st.sampled_from(chapter.names))
            return Rename(op="rename", from_=old, to=data.draw(st.sampled_from(NAMES)))
        case "move":
            return MoveTurn(op="move_turn", at=f"t{at}", after=data.draw(turn))
        case "copy":
            return CopyTurn(op="copy_turn", at=f"t{at}")
    return DeleteTurn(op="delete_turn", at=f"t{at}")


class Writers(RuleBasedStateMachine):
    """Every step is one that a page offers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="turnsmith-"))
        self.start()
        self.branches = [""]
        self.edits: list[str] = []
        self.made: dict[int, str] = {}

    def start(self) -> None:
        self.service = wiring.build(Settings(data_dir=self.folder))
        self.running = wiring.running(self.service)
        self.running.__enter__()

    def stop(self) -> None:
        self.running.__exit__(None, None, None)

    @initialize(sample=st.sampled_from(["sea_park", "forest_library", "space_post"]))
    def open(self, sample: str) -> None:
        self.first = chapters.read((SAMPLES / f"{sample}.json").read_bytes())
        self.id = self.service.library.open(self.first, sample, author="하니")

    def head(self, branch: str = ""):
        return self.service.library.get(self.id, branch)

    def an_edit(self, data) -> str:
        """Ids are random, so the draw is a place in the list."""
        return self.edits[data.draw(st.integers(0, len(self.edits) - 1))]

    def a_version(self, data) -> int:
        """The newest ones first: they shrink to what is at hand."""
        count = len(self.service.library.versions(self.id))
        return count - data.draw(st.integers(0, count - 1))

    def tried(self, step) -> object:
        """A refusal with its reason is an answer, too."""
        try:
            done = step()
        except WriterError:
            return None
        if isinstance(done, Asked):
            self.edits.append(done.edit)
            event("asked")
        elif getattr(done, "rest", ""):
            self.edits.append(done.rest)
            event("rest")
        return done

    def offer(self, id_: str) -> Proposal:
        """As the review shows it."""
        row, view = self.service.acts.asked(id_), self.service.acts.view(id_)
        return revised(view.proposal, row.decisions)

    @rule(
        request=st.sampled_from(REQUESTS),
        new=st.sampled_from(NAMES),
        turn=st.integers(1, 7),
        coins=st.integers(5, 400),
        data=st.data(),
    )
    def ask(self, request: str, new: str, turn: int, coins: int, data) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        self.asked(self.filled(request, branch, new, turn, coins), branch, "")

    @precondition(lambda self: self.edits)
    @rule(
        request=st.sampled_from(MORE + REQUESTS),
        new=st.sampled_from(NAMES),
        turn=st.integers(1, 7),
        data=st.data(),
    )
    def go_on(self, request: str, new: str, turn: int, data) -> None:
        follows = self.an_edit(data)
        branch = self.service.acts.asked(follows).branch
        self.asked(self.filled(request, branch, new, turn, 90), branch, follows)
        if self.service.acts.asked(follows).state != "open":
            self.edits.remove(follows)
            event("followed")

    def filled(self, request: str, branch: str, new: str, turn: int, coins: int) -> str:
        a, b, c = (*self.head(branch).chapter.names, "", "", "")[:3]
        facts = {"a": a, "b": b, "c": c, "t": turn, "u": turn % 6 + 1, "new": new, "coins": coins}
        return request.format(**facts)

    def asked(self, request: str, branch: str, follows: str) -> None:
        terms = {"branch": branch, "author": "두리", "follows": follows}
        id_ = self.service.acts.ask(self.id, request, **terms)
        until = time.monotonic() + WAIT_S
        while not self.service.acts.view(id_).over and time.monotonic() < until:
            time.sleep(0.002)
        assert self.service.acts.view(id_).kept
        row = self.service.acts.asked(id_)
        assert row.state != "running"
        if row.state == "open":
            self.edits.append(id_)

    @rule(data=st.data(), count=st.integers(1, 5))
    def propose(self, data, count: int) -> None:
        self.proposed(data, count)

    @rule(data=st.data(), count=st.integers(1, 5), rest=st.booleans())
    def propose_and_take(self, data, count: int, rest: bool) -> None:
        """Some accepted, some refused, some left."""
        if self.proposed(data, count):
            row = self.service.acts.asked(self.edits[-1])
            said = {group.id: data.draw(VERDICTS) for group in row.kept.groups}
            self.service.edits.decide(row.id, {"verdicts": said})
            self.taken(row.id, rest)

    def proposed(self, data, count: int) -> bool:
        """What a model might: several changes, also on a version of long ago."""
        branch = data.draw(st.sampled_from(self.branches))
        base = self.a_version(data)
        chapter = self.service.library.chapter(self.id, base)
        ops = [an_op(data, chapter) for _ in range(count)]
        groups = [Group(f"g{n}", (op,), "model", "") for n, op in enumerate(ops, 1)]
        while groups:
            try:
                offer = editor.proposal(chapter, groups)
            except WriterError:
                groups.pop()
                continue
            if offer.applied.changes and not rules.new_breaks(chapter, offer.applied.chapter):
                break
            groups.pop()
        if groups:
            id_ = self.service.edits.propose(self.id, branch, base, offer, "모델처럼")
            self.edits.append(id_)
        return bool(groups)

    @precondition(lambda self: self.edits)
    @rule(data=st.data())
    def decide(self, data) -> None:
        row = self.service.acts.asked(self.an_edit(data))
        groups = [group.id for group in row.kept.groups]
        delta = data.draw(st.dictionaries(st.sampled_from(groups), VERDICTS, max_size=6))
        self.tried(lambda: self.service.edits.decide(row.id, {"verdicts": delta}))

    @precondition(lambda self: self.edits)
    @rule(data=st.data())
    def pick(self, data) -> None:
        id_ = self.an_edit(data)
        texts = list(pickable(self.offer(id_)).values())
        if texts:
            one = data.draw(st.sampled_from(texts))
            count = sum(not isinstance(part, str) for part in phrases(one))
            if count:
                signs = data.draw(st.text("ax.", min_size=count, max_size=count))
                self.service.edits.decide(id_, {"picks": {one.at: signs}})
                event("picked")

    @precondition(lambda self: self.edits)
    @rule(data=st.data(), yes=st.sampled_from([True, False, None]))
    def answer(self, data, yes) -> None:
        id_ = self.an_edit(data)
        keys = [f"{one.at} {one.text}" for one in self.offer(id_).leftovers]
        if keys:
            key = data.draw(st.sampled_from(keys))
            self.tried(lambda: self.service.acts.answer(id_, key, yes=yes))
            event("answered")

    @precondition(lambda self: self.edits)
    @rule(
        data=st.data(),
        at=st.sampled_from(PLACES),
        words=st.sampled_from(WORDS),
        coins=st.integers(1, 500),
        back=st.booleans(),
    )
    def write_in_place(self, data, at: str, words: str, coins: int, back: bool) -> None:
        id_ = self.an_edit(data)
        priced = at.startswith("t") and at[-3:-1] == ".s"
        place = f"{at}.current_value" if priced else at
        to = None if back else coins if priced else words.rstrip(".") if at == "s1.name" else words
        self.tried(lambda: self.service.acts.write(id_, place, to))

    @precondition(lambda self: self.edits)
    @rule(data=st.data(), rest=st.booleans())
    def take(self, data, rest: bool) -> None:
        self.taken(self.an_edit(data), rest)

    def taken(self, id_: str, rest: bool) -> None:
        row, before = self.service.acts.asked(id_), self.offer(id_)
        head = self.head(row.branch)
        done = self.tried(lambda: self.service.acts.take(id_, rest=rest, author="세나"))
        if self.service.acts.asked(id_).state != "open":
            self.edits.remove(id_)
        if isinstance(done, Taken) and head.version.number == row.base:
            groups = taken(before, row.decisions, rest=rest)
            wanted = changes.apply(before.chapter, groups).chapter.settled()
            assert done.opened.chapter.text == wanted.text
            event("taken as it was shown")
        if isinstance(done, Taken):
            event("merged" if done.merged else "taken")

    @precondition(lambda self: self.edits)
    @rule(data=st.data())
    def settle_conflicts(self, data) -> None:
        id_ = self.an_edit(data)
        asked = list(self.service.acts.asked(id_).kept.conflicts)
        if asked:
            said = {group: data.draw(st.sampled_from(["accepted", "rejected"])) for group in asked}
            self.service.edits.decide(id_, {"verdicts": said})
            event("conflicts decided")
            self.taken(id_, rest=True)

    @rule(data=st.data(), back=st.booleans())
    def step_through_history(self, data, back: bool) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        step = self.service.library.undo if back else self.service.library.redo
        step(self.id, branch=branch)

    @rule(data=st.data(), one=st.booleans())
    def undo_out_of_order(self, data, one: bool) -> None:
        number = self.a_version(data)
        groups = None
        if one and number > 1 and (taken := self.service.library.groups(self.id, number)):
            groups = frozenset({data.draw(st.sampled_from([group.id for group in taken]))})
        done = self.tried(lambda: self.service.acts.revert(self.id, number, groups, author="하니"))
        event(f"reverted: {type(done).__name__}")

    @rule(data=st.data())
    def restore(self, data) -> None:
        number = self.a_version(data)
        opened = self.service.library.restore(self.id, number)
        text = self.service.library.chapter(self.id, number).text
        assert opened.chapter.text == text

    @rule(data=st.data())
    def branch(self, data) -> None:
        number = self.a_version(data)
        name = f"갈래 {len(self.branches)}"
        self.service.library.branch(self.id, name, number)
        self.branches.append(name)

    @rule(data=st.data())
    def merge(self, data) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        number = self.a_version(data)
        done = self.tried(lambda: self.service.acts.merge(self.id, number, branch=branch))
        event(f"joined: {type(done).__name__}")

    @rule(data=st.data())
    def compare(self, data) -> None:
        """The difference of any two versions leads from the one to the other."""
        one, two = self.a_version(data), self.a_version(data)
        shown = self.service.acts.compare(self.id, one, two).applied.chapter
        assert shown.array == self.service.library.chapter(self.id, two).array

    @rule()
    def restart(self) -> None:
        self.stop()
        self.start()

    @invariant()
    def it_plays(self) -> None:
        for branch in self.branches if hasattr(self, "id") else ():
            assert rules.new_breaks(self.first, self.head(branch).chapter) == ()

    @invariant()
    def no_version_is_lost(self) -> None:
        now = self.service.library.versions(self.id) if hasattr(self, "id") else ()
        hashes = {version.number: version.hash for version in now}
        assert hashes.items() >= self.made.items()
        if hashes != self.made:
            self.it_is_the_replay_of_its_log()
        self.made = hashes

    @invariant()
    def no_open_proposal_is_lost(self) -> None:
        for id_ in self.edits:
            row = self.service.acts.asked(id_)
            assert row.state == "open"
            assert self.service.acts.view(id_).proposal.groups == row.kept.groups
            assert self.offer(id_).groups or row.decisions.texts or row.decisions.answers

    def it_is_the_replay_of_its_log(self) -> None:
        assert log.verify(self.service.database, self.id) == ()

    def teardown(self) -> None:
        if hasattr(self, "id"):
            self.it_is_the_replay_of_its_log()
        self.stop()
        shutil.rmtree(self.folder)


Writers.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
TestWriters = pytest.mark.filterwarnings("ignore::ResourceWarning")(Writers.TestCase)
