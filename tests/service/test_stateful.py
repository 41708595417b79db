"""Random work of several writers on one chapter, with restarts: it always plays and replays."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.chapter import chapter as chapters
from core.chapter import rules
from core.errors import WriterError
from core.service import wiring
from core.service.acts import Asked
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
NAMES = ("은빛 왕관", "물개 공연", "구름 빵집", "달님 열차")
WAIT_S = 20.0


class Writers(RuleBasedStateMachine):
    """Every step is one that a page offers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="turnsmith-"))
        self.start()
        self.branches = [""]
        self.edits: list[str] = []

    def start(self) -> None:
        self.service = wiring.build(Settings(data_dir=self.folder))
        self.running = wiring.running(self.service)
        self.running.__enter__()

    def stop(self) -> None:
        self.service.desk.stop()
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

    def tried(self, step) -> object:
        """A refusal with its reason is an answer, too."""
        try:
            done = step()
        except WriterError:
            return None
        if isinstance(done, Asked):
            self.edits.append(done.edit)
        elif getattr(done, "rest", ""):
            self.edits.append(done.rest)
        return done

    @rule(
        request=st.sampled_from(REQUESTS),
        new=st.sampled_from(NAMES),
        turn=st.integers(1, 7),
        coins=st.integers(5, 400),
        goes_on=st.booleans(),
        data=st.data(),
    )
    def ask(self, request: str, new: str, turn: int, coins: int, goes_on, data) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        follows = self.an_edit(data) if goes_on and self.edits else ""
        a, b, c = (*self.head(branch).chapter.names, "", "", "")[:3]
        facts = {"a": a, "b": b, "c": c, "t": turn, "u": turn % 6 + 1, "new": new, "coins": coins}
        request = request.format(**facts)
        terms = {"branch": branch, "author": "두리", "follows": follows}
        id_ = self.service.acts.ask(self.id, request, **terms)
        until = time.monotonic() + WAIT_S
        while not self.service.acts.view(id_).over and time.monotonic() < until:
            time.sleep(0.002)
        row = self.service.acts.asked(id_)
        assert row.state != "running"
        if row.state == "open":
            self.edits.append(id_)
        if follows and self.service.acts.asked(follows).state != "open":
            self.edits.remove(follows)

    @precondition(lambda self: self.edits)
    @rule(data=st.data())
    def decide(self, data) -> None:
        row = self.service.acts.asked(self.an_edit(data))
        groups = [group.id for group in row.kept.groups]
        verdict = st.sampled_from(["accepted", "rejected", None])
        delta = data.draw(st.dictionaries(st.sampled_from(groups), verdict, max_size=6))
        self.tried(lambda: self.service.edits.decide(row.id, {"verdicts": delta}))

    @precondition(lambda self: self.edits)
    @rule(data=st.data(), words=st.sampled_from(["오늘은 맑아요.", "비가 와요.", "줄이 길어요."]))
    def write_in_place(self, data, words: str) -> None:
        id_ = self.an_edit(data)
        turn = data.draw(st.integers(1, len(self.first.turns)))
        self.tried(lambda: self.service.acts.write(id_, f"t{turn}.news", words))

    @precondition(lambda self: self.edits)
    @rule(data=st.data(), rest=st.booleans())
    def take(self, data, rest: bool) -> None:
        id_ = self.an_edit(data)
        self.tried(lambda: self.service.acts.take(id_, rest=rest, author="세나"))
        if self.service.acts.asked(id_).state != "open":
            self.edits.remove(id_)

    @rule(data=st.data(), back=st.booleans())
    def step_through_history(self, data, back: bool) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        step = self.service.library.undo if back else self.service.library.redo
        step(self.id, branch=branch)

    @rule(data=st.data(), one=st.booleans())
    def undo_out_of_order(self, data, one: bool) -> None:
        versions = self.service.library.versions(self.id)
        number = data.draw(st.integers(1, len(versions)))
        groups = None
        if one and number > 1 and (taken := self.service.library.groups(self.id, number)):
            groups = frozenset({data.draw(st.sampled_from([group.id for group in taken]))})
        self.tried(lambda: self.service.acts.revert(self.id, number, groups, author="하니"))

    @rule(data=st.data())
    def restore(self, data) -> None:
        number = data.draw(st.integers(1, len(self.service.library.versions(self.id))))
        opened = self.service.library.restore(self.id, number)
        text = self.service.library.chapter(self.id, number).text
        assert opened.chapter.text == text

    @rule(data=st.data())
    def branch(self, data) -> None:
        number = data.draw(st.integers(1, len(self.service.library.versions(self.id))))
        name = f"갈래 {len(self.branches)}"
        self.service.library.branch(self.id, name, number)
        self.branches.append(name)

    @rule(data=st.data())
    def merge(self, data) -> None:
        branch = data.draw(st.sampled_from(self.branches))
        number = data.draw(st.integers(1, len(self.service.library.versions(self.id))))
        self.tried(lambda: self.service.acts.merge(self.id, number, branch=branch))

    @rule()
    def restart(self) -> None:
        self.stop()
        self.start()

    @invariant()
    def it_plays(self) -> None:
        for branch in self.branches if hasattr(self, "id") else ():
            assert rules.new_breaks(self.first, self.head(branch).chapter) == ()

    @invariant()
    def it_is_the_replay_of_its_log(self) -> None:
        if hasattr(self, "id"):
            assert log.verify(self.service.database, self.id) == ()

    @invariant()
    def no_open_proposal_is_lost(self) -> None:
        for id_ in self.edits:
            view = self.service.acts.view(id_)
            assert view.proposal.groups

    def teardown(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)


Writers.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
TestWriters = pytest.mark.filterwarnings("ignore::ResourceWarning")(Writers.TestCase)
