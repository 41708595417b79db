"""What a writer does with a chapter: ask, decide, take, undo one change, merge, compare."""

import asyncio
import json
import time
from collections.abc import (
    AsyncGenerator,
    Callable,
    Collection,
    Container,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from core import words
from core.chapter import changes, merge
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.merge import Conflict, Merged
from core.chapter.ops import Change, Group, Op, Price, Rewrite
from core.chapter.text import Json
from core.editing import decisions as deciding
from core.editing import editor, followup, instant, scope
from core.editing.decisions import Decisions, Delta, Own
from core.editing.events import MISSING, Dropped, Proposal, Verdict
from core.editing.followup import Follow, Round
from core.editing.gates import Gate, Refusal, read_op
from core.editing.limits import Limits
from core.editing.prompt import Said
from core.editing.reply import language, reply
from core.errors import Fact, Unavailable, WriterError
from core.play import figures
from core.play.figures import Options
from core.play.lesson import Lesson
from core.service import costs, logs
from core.service.identity import API
from core.service.jobs import Desk, Job, Payload, Terms, new_id
from core.service.views import View, ended, far, kept, offered, remembered, shown
from core.store.edits import UNENDED, After, EditRow, Edits, Judged, Kept, Key, settle
from core.store.library import Act, Along, Library, Opened, Version
from core.words import Lang, sentence

T = TypeVar("T")
TRIES = 50
"""How often a step is made anew because another writer was quicker: each time that one is done."""
AGAIN_S = 0.5
UNTOLD = 1000
"""Views that a process may have shown its own readers and no others: one that goes on with its
edit counts on from beyond them."""
MOST_BRIEF = 300
"""Characters of a turn's plan that is asked for again."""
MOST_ROUNDS = 12
"""Rounds of one conversation that a model is told."""


@dataclass(frozen=True, slots=True)
class Taken:
    """It is a version now."""

    opened: Opened
    places: int
    """Fields that changed."""
    rest: str = ""
    """The proposal that holds what was left undecided; "" when nothing was."""
    merged: bool = False
    """Another writer had changed other places meanwhile; both are kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Another writer changed the same places: this proposal asks which shall stand."""

    edit: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What is decided together of a proposal."""

    id: str
    changes: tuple[Change, ...]
    """With all groups taken; without numbers that only follow, where there is anything else."""
    verdict: Verdict | None
    """What is decided on it; word by word counts as accepted."""
    on: bool
    """Whether it is part of what was tried."""

    def told(self, number: int, lang: Lang, names: Sequence[str]) -> figures.Told:
        """As JSON; the writer counts from 1."""
        return {
            "id": self.id,
            "n": number,
            "title": reply("edited", self.changes, lang, names=names),
            "at": list(dict.fromkeys(change.at for change in self.changes)),
            "verdict": self.verdict,
            "on": self.on,
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """A proposal with some of its units taken, to be looked at."""

    base: Chapter
    after: Chapter
    """The base itself where the units that are on cannot stand together."""
    units: tuple[Unit, ...]
    """In reading order."""
    problem: WriterError | None = None
    lessons: tuple[Lesson, ...] = ()
    """What the chapter is to teach."""

    def told(self, options: Options = figures.USUAL) -> figures.Told:
        """`figures.pair` with the units beside it, as JSON.

        Lessons that are not given are the chapter's own.
        """
        lessons = options.lessons or self.lessons
        names, lang, why = self.base.names, options.lang, self.problem
        units = [unit.told(number, lang, names) for number, unit in enumerate(self.units, 1)]
        return {
            **figures.pair(self.base, self.after, replace(options, lessons=lessons)),
            "units": units,
            "problem": words.error(why, lang, names) if why else None,
        }


class Acts:
    """Thread-safe; what it remembers is in the store. Errors are WriterError and Unavailable."""

    def __init__(self, library: Library, edits: Edits, desk: Desk, model: str = "") -> None:
        """`model` is the name of the one that the desk asks."""
        self._library, self._edits, self._desk, self._model = library, edits, desk, model

    # -- asking

    def ask(  # noqa: PLR0913  the request and its terms
        self,
        chapter: str,
        request: str,
        *,
        branch: str = "",
        author: str = "",
        only: frozenset[str] = frozenset(),
        follows: str = "",
    ) -> str:
        """Hand a request in and return its edit's id. It goes on from the proposal `follows`."""
        opened = self._opened(chapter, branch)
        row = self._open_row(follows) if follows else None
        base = row.base if row else opened.version.number
        given = self._library.chapter(chapter, base) if row else opened.chapter
        follow = self._follow(row, given) if row else None
        Limits(only=only).check(given)
        terms = Terms(limits=Limits(opened.locks, only), follow=follow)
        id_ = new_id()
        logs.edit.set(id_)
        before = follows or None
        lane = author or chapter
        keep = partial(self._keep, follows, follow, lane)
        job = Job(given, request, terms, keep, lane=lane)
        self._edits.begin(id_, chapter, branch, base, request, author=author, follows=before)
        payload = {"edit": id_, "locks": sorted(opened.locks), "only": sorted(only)}
        try:
            self._desk.submit(job, id_=id_, payload=payload)
            self._desk.noted(id_)
        except Exception:
            self._edits.close(id_, "discarded")
            raise
        return id_

    def asks(self, opened: Opened, request: str, follows: str = "") -> bool:
        """Whether a model would be asked; False too for what would be refused, and without one."""
        row = self._edits.get(follows) if follows else None
        given = self._given(row) if row and row.kept else opened.chapter
        follow = self._follow(row, given) if row and row.kept else None
        try:
            return self._desk.has_model and editor.asks(given, request, follow)
        except WriterError:
            return False

    def post(
        self,
        story: Chapter,
        request: str,
        limits: Limits,
        key: Key | None = None,
        author: str = "",
    ) -> str:
        """Hand in an edit of a story that is in no library, and return its id.

        Once for a key, in whichever process. Raises WriterError `key_reused`.
        """
        id_ = self._edits.post(ours := new_id(), story.settled(), request, key, author)
        logs.edit.set(id_)
        if id_ == ours or self._dropped(id_):
            self._begun(id_, story, request, limits, author or API)
        return id_

    def posted(self, key: Key) -> str | None:
        """The edit that was handed in under a key. Raises WriterError `key_reused`."""
        id_ = self._edits.keyed(key)
        return None if id_ and self._dropped(id_) else id_

    def _dropped(self, id_: str) -> bool:
        """Whether it was noted and nobody has begun it: whoever did may have died in between.

        Who is only slower finds it begun: the desk and the journal take an id once.
        """
        row = self._edits.get(id_)
        return row is not None and row.state in UNENDED and self.view(id_) is None

    def _begun(self, id_: str, story: Chapter, request: str, limits: Limits, lane: str) -> None:
        keep = partial(self._keep, "", None, lane)
        job = Job(story, request, Terms(limits=limits), keep, lane=lane)
        payload = {"edit": id_, "locks": sorted(limits.locks), "only": sorted(limits.only)}
        try:
            self._desk.submit(job, id_=id_, payload=payload)
            self._desk.noted(id_)
        except Exception:
            self._edits.withdraw(id_)
            raise

    def offer(  # noqa: PLR0913  groups, and what they go on from
        self,
        chapter: str,
        base: int,
        groups: Sequence[Group],
        request: str,
        *,
        branch: str = "",
        author: str = "",
        follows: str = "",
        on: frozenset[str] | None = None,
        dropped: Sequence[Dropped] = (),
    ) -> str:
        """Propose one or more groups of our own on version `base`, and return their edit's id.

        With `follows`, an open proposal, they are made on what `preview` shows of it with `on`, and
        the new proposal takes its place: its groups as they are decided, then these. `dropped` is
        told beside them.

        Raises WriterError for what does not fit, breaks the game or is locked.
        """
        opened = self._opened(chapter, branch)
        if follows:
            after = partial(self._after, follows, groups, request, opened.locks, on)
            return _anew(lambda: self._edits.replace(*after(dropped)))
        given = self._library.chapter(chapter, base)
        offer = editor.proposal(given, _judged(given, groups, request, opened.locks), dropped)
        return self._edits.propose(chapter, branch, base, offer, request, author=author)

    def _after(  # noqa: PLR0913, PLR0917  as `offer`
        self,
        follows: str,
        groups: Sequence[Group],
        request: str,
        locks: frozenset[str],
        on: frozenset[str] | None,
        dropped: Sequence[Dropped],
    ) -> tuple[EditRow, After]:
        """An open proposal, and what it becomes with these groups worked in."""
        row = self._open_row(follows)
        given = self._library.chapter(row.chapter, row.base)
        follow, shown = self._follow(row, given), _tried(row, given, on).after
        around = Round(follow)
        meant = merge.rebase(shown, around.present, groups).groups or groups
        passed = _judged(around.present, meant, request, locks, first=around.first)
        offer = editor.proposal(given, passed, dropped, follow=follow)
        said = deciding.carried(offered(row, given), row.decisions, offer)
        return row, After(row.base, offer, said, request)

    def wish(self, id_: str, number: int, *, author: str = "") -> str:
        """Propose what a model suggested unasked, by its place among what was kept out.

        Raises as `offer`, and WriterError `moved_on` when it is not there.
        """
        row = self._edits.get(id_)
        left = row.kept.dropped if row and row.kept else ()
        fits = left[number].fits if 0 <= number < len(left) else None
        op = read_op(json.dumps(fits)) if fits else None
        if row is None or op is None or isinstance(op, Refusal | Rewrite):
            raise WriterError("moved_on")
        return self.offer(
            row.chapter,
            row.base,
            (Group("wish", (op,), "model", row.request),),
            row.request,
            branch=row.branch,
            author=author,
            follows=id_ if row.state == "open" else "",
            dropped=(*left[:number], *left[number + 1 :]),
        )

    def recall(self, payload: Payload) -> Job | None:
        """An edit that an earlier process began; None when it needs no going on."""
        if "story" in payload:
            opened = chapters.read(payload["story"])
            return Job(
                opened, payload["request"], Terms(claims=False), lane=payload.get("lane", API)
            )
        row = self._edits.get(payload["edit"])
        if row is None or row.state not in UNENDED:
            return None
        given = self._given(row)
        before = self._edits.get(row.follows) if row.follows else None
        follow = self._follow(before, given) if before and before.kept else None
        limits = Limits(frozenset(payload["locks"]), frozenset(payload["only"]))
        lane = row.author or row.chapter or API
        return Job(
            given,
            row.request,
            Terms(limits=limits, follow=follow),
            partial(self._keep, row.follows or "", follow, lane),
            lane=lane,
            seq=row.far.seq + UNTOLD if row.far else 0,
            stopped=row.state == "stopping",
        )

    def _given(self, row: EditRow) -> Chapter:
        """The chapter that an edit was made on."""
        if not row.chapter:
            return self._edits.story(row.id)
        return self._library.chapter(row.chapter, row.base)

    def _keep(self, follows: str, follow: Follow | None, lane: str, view: View) -> View:
        """Store an edit that is over; where another process has stored it, that is how it ended."""
        before = self._stored(follows, follow, lane, view)
        return ended(view, before) if before else view

    def _stored(self, follows: str, follow: Follow | None, lane: str, view: View) -> Kept | None:
        """The proposal that it goes on from is decided in it."""
        cost = costs.of(view, lane, self._model, time.time())
        before = self._edits.get(follows) if follow and view.proposal else None
        if before is None or follow is None or view.proposal is None:
            return self._edits.ended(view.id, kept(view, self._model), cost=cost)
        said = deciding.carried(offered(before, view.chapter), before.decisions, view.proposal)
        heard = followup.heard(view.request, follow).follow.verdicts
        late = _late(before, follow, heard, view.proposal)
        carried: Delta = {"verdicts": late, "picks": said.picks, "answers": said.answers}
        told: Delta = {"verdicts": {**heard, **late}}
        came_to, decided = kept(view, self._model), (follows, told)
        return self._edits.ended(view.id, came_to, carried, before=decided, cost=cost)

    def _follow(self, row: EditRow, chapter: Chapter) -> Follow:
        offer = deciding.revised(offered(row, chapter), row.decisions)
        rounds = self._rounds(row)
        said = tuple(Said(one.request, one.kept.reply if one.kept else "") for one in rounds)
        return Follow(said, offer, row.decisions.verdicts, tuple(self._refused(rounds)))

    def _rounds(self, row: EditRow) -> list[EditRow]:
        """The conversation up to this edit, oldest first."""
        rounds: list[EditRow] = [row]
        while rounds[0].follows and len(rounds) < MOST_ROUNDS:
            before = self._edits.get(rounds[0].follows)
            if before is None:
                break
            rounds.insert(0, before)
        return rounds

    def _refused(self, rounds: Sequence[EditRow]) -> list[Op]:
        return [
            op
            for row in rounds
            for group in (row.kept.groups if row.kept else ())
            if row.decisions.verdicts.get(group.id) == "rejected"
            for op in group.ops
        ]

    # -- for other processes, and of theirs

    def show(self, views: Mapping[str, View]) -> None:
        self._edits.show({id_: shown(view) for id_, view in views.items()})

    def stopping(self, ids: Collection[str]) -> Collection[str]:
        return self._edits.stopping(ids)

    def stop(self, id_: str) -> bool:
        """End an edit whichever process runs it; False when it is over, or not known.

        Its model call stops at once and what passed is kept. Not for a loop.
        """
        if self._desk.cancel(id_):
            return True
        row = self._edits.get(id_)
        return row is not None and row.state in UNENDED and self._edits.stop(id_)

    async def watch(self, id_: str) -> AsyncGenerator[View, None]:
        """Its views up to the last one, whichever process runs it; none when nobody knows it.

        Ends without a last one when we stop.
        """
        last: View | None = None
        news = self._desk.news(id_)
        async with aclosing(news.watch()) as told:
            async for _ in told:
                async with aclosing(self._desk.watch(id_)) as here:
                    async for last in here:
                        yield last
                view = last if last and last.over else await self._told(id_, last)
                if view and view is not last:
                    yield view
                last = view
                if view is None or view.over:
                    return

    async def _told(self, id_: str, last: View | None) -> View | None:
        """What cannot be read now is read again."""
        while True:
            try:
                return await asyncio.to_thread(self._newer, id_, last)
            except Unavailable:
                if not self._desk.ready:
                    return last
                await asyncio.sleep(AGAIN_S)

    def _newer(self, id_: str, last: View | None) -> View | None:
        """How far it is; `last` itself, when nothing has come since."""
        row = self._edits.get(id_) if last else None
        if last is None or row is None or row.far is None:
            view = self.view(id_)
            known = last and view and not view.over and view.seq <= last.seq
            return last if known else view
        return far(last, row.far) if row.far.seq > last.seq else last

    # -- looking

    def asked(self, id_: str) -> EditRow | None:
        """What is stored of an edit, also of one that a stop of the server has cut off."""
        return self._edits.get(id_)

    def view(self, id_: str) -> View | None:
        """An edit that runs, is under review or is decided; None when nobody knows it.

        One that another process runs is as that has told last. Not for a loop.
        """
        if running := self._desk.view(id_):
            return running
        row = self._edits.get(id_)
        away = row is not None and row.kept is None and self._desk.elsewhere(id_)
        if running := self._desk.view(id_):
            return running
        if row and row.kept is None and not away:
            row = self._edits.get(id_)  # It may have ended in between.
        if row is None or not (away or row.kept):
            return None
        given = self._given(row)
        if away:
            seconds = max(0.0, time.time() - row.at)
            view = View(id_, given, row.request, state="running", kind="model", seconds=seconds)
            return far(view, row.far) if row.far else view
        return remembered(row, given)

    def preview(self, id_: str, on: frozenset[str] | None = None) -> Tried:
        """What an edit makes of its base with the units `on` taken; None: all not rejected.

        Units are named by their ids; an unknown one is passed over. Raises WriterError
        `edit_forgotten`.
        """
        row = self._edits.get(id_)
        if row is None:
            raise WriterError("edit_forgotten")
        opened = self._library.get(row.chapter) if row.chapter else None
        tried = _tried(row, self._given(row), on)
        return replace(tried, lessons=opened.lessons if opened else ())

    def again(self, id_: str, turn: str, *, author: str = "") -> str:
        """Ask for one turn that an edit did not write to its end (`t3`), by the same plan.

        Goes on from what is under review. Only the texts of the plan may change, whatever its
        brief says. Returns the new edit's id. Raises WriterError where there is no such turn.
        """
        row, view = self._edits.get(id_), self.view(id_)
        plan = _missing(view, turn) if view else None
        if row is None or view is None or plan is None:
            raise WriterError("edit_forgotten")
        request = _again(view, int(turn[1:]), plan)
        only = _planned(view.chapter, turn, plan)
        follows = id_ if view.proposal and row.state == "open" else ""
        return self.ask(
            row.chapter, request, branch=row.branch, author=author, only=only, follows=follows
        )

    def write(self, id_: str, at: str, to: Own | None) -> None:
        """Put the writer's own text or price at a place; None takes it back.

        Raises WriterError, Breaks too, for what does not fit: it is not kept then.
        """
        self._decide(id_, lambda offer, said: deciding.wrote(offer, said, at, to))

    def answer(self, id_: str, key: str, *, yes: bool | None) -> None:
        """Say whether a short mention means the renamed thing; None takes it back."""
        self._decide(id_, lambda offer, said: deciding.answered(offer, said, key, yes=yes))

    def _decide(self, id_: str, made: "_Deciding") -> None:
        row = self._open_row(id_)
        offer = offered(row, self._library.chapter(row.chapter, row.base))
        delta = made(offer, row.decisions)
        self._edits.decide(id_, delta, lambda said: deciding.revised(offer, said))

    def compare(self, chapter: str, one: int, two: int) -> Proposal:
        """What leads from version `one` to version `two`, to be looked at."""
        before, after = (self._library.chapter(chapter, number) for number in (one, two))
        return editor.proposal(before, merge.difference(before, after))

    # -- deciding

    def take(self, id_: str, *, rest: bool, author: str = "") -> Taken | Asked:
        """Make a version of what is accepted; with `rest` also of what is undecided."""
        return _anew(lambda: self._taken(self._open_row(id_), rest=rest, author=author))

    def discard(self, id_: str) -> None:
        self._edits.close(id_, "discarded")

    def apply(  # noqa: PLR0913  a group, and where it goes
        self,
        chapter: str,
        base: int,
        group: Group,
        request: str,
        *,
        branch: str = "",
        author: str = "",
    ) -> Taken | Asked:
        """Make a version of one group of our own, such as a repair, seen on version `base`."""
        seen = self._library.chapter(chapter, base)
        step = _Step(chapter, branch, request, author, "repair", None)
        return _anew(lambda: self._made(step, lambda ours: merge.rebase(seen, ours, (group,))))

    def dependents(
        self, chapter: str, number: int, groups: frozenset[str] | None, *, branch: str = ""
    ) -> tuple[Conflict, ...]:
        """What was changed later in the places that undoing these groups would touch."""
        head = self._opened(chapter, branch)
        return tuple(self._without(chapter, number, groups)(head.chapter).conflicts.values())

    def revert(
        self,
        chapter: str,
        number: int,
        groups: frozenset[str] | None = None,
        *,
        branch: str = "",
        author: str = "",
    ) -> Taken | Asked:
        """Undo a version, or some groups of it, and keep what came after."""
        request = self._version(chapter, number).request
        step = _Step(chapter, branch, request, author, "revert", number)
        without = self._without(chapter, number, groups)
        return _anew(lambda: self._made(step, without))

    def merge(
        self, chapter: str, number: int, *, branch: str = "", author: str = ""
    ) -> Taken | Asked:
        """Bring what version `number` has, and the branch's head has not, into the branch."""
        step = _Step(chapter, branch, "", author, "merge", number)
        return _anew(lambda: self._made(step, self._merging(chapter, number, branch)))

    # -- steps

    def _taken(self, row: EditRow, *, rest: bool, author: str) -> Taken | Asked:
        """In one transaction: the version, the end of the edit, and what is left of it."""
        base = self._library.chapter(row.chapter, row.base)
        offer = deciding.revised(offered(row, base), row.decisions)
        if asked := deciding.conflicts_open(offer, row.decisions):
            raise WriterError("conflicts_open", count=len(asked))
        groups = deciding.taken(offer, row.decisions, rest=rest)
        if not groups:
            raise WriterError("nothing_accepted")
        left = () if rest else deciding.left(offer, row.decisions)
        head = self._opened(row.chapter, row.branch)
        found = merge.rebase(base, head.chapter, groups)
        if found.conflicts:
            return Asked(self._edits.replace(row, _asking(row, offer, head, groups, left)))
        settled: list[str] = []
        judged = _counted(offer, groups, left)

        def along(connection: Connection, opened: Opened) -> None:
            after = _leaving(row, offer, opened, groups, left)
            settled.append(settle(connection, row, "taken", after, judged))

        done = self._added(_step(row, author), head, found.groups, along)
        return replace(done, rest=settled[0], merged=head.version.number != row.base)

    def _made(self, step: "_Step", merging: Callable[[Chapter], Merged]) -> Taken | Asked:
        """Make a version of what `merging` makes on the head, or ask where both sides changed."""
        head = self._opened(step.chapter, step.branch)
        found = merging(head.chapter)
        if found.conflicts:
            return Asked(self._asked(step, head, found))
        return self._added(step, head, found.groups) if found.groups else Taken(head, 0)

    def _added(
        self, step: "_Step", head: Opened, groups: Sequence[Group], along: Along | None = None
    ) -> Taken:
        opened = self._library.take(
            step.chapter,
            head.version.number,
            groups,
            step.request,
            author=step.author,
            act=step.act,
            other=step.other,
            branch=step.branch,
            along=along,
        )
        new = opened.version.number != head.version.number
        return Taken(opened, opened.version.places if new else 0)

    def _asked(self, step: "_Step", head: Opened, found: Merged) -> str:
        offer = editor.proposal(head.chapter, found.groups)
        agreed: dict[str, Verdict] = {
            group.id: "accepted" for group in found.groups if group.id not in found.conflicts
        }
        return self._edits.propose(
            step.chapter,
            step.branch,
            head.version.number,
            replace(offer, verdicts=agreed, conflicts=found.conflicts),
            step.request,
            author=step.author,
            act=step.act,
            other=step.other,
        )

    def _merging(self, chapter: str, number: int, branch: str) -> Callable[[Chapter], Merged]:
        theirs = self._library.chapter(chapter, number)
        head = self._opened(chapter, branch)
        common = self._library.ancestor(chapter, head.version.number, number)
        base = self._library.chapter(chapter, common)
        origins = self._origins(chapter, common, number)
        return lambda ours: merge.merge(base, ours, theirs, origins=origins)

    def _without(
        self, chapter: str, number: int, groups: frozenset[str] | None
    ) -> Callable[[Chapter], Merged]:
        version = self._version(chapter, number)
        if version.parent is None:
            raise WriterError("first_version")
        before = self._library.chapter(chapter, version.parent)
        after = self._library.chapter(chapter, number)
        kept_ = [
            group
            for group in self._library.groups(chapter, number)
            if groups is not None and group.id not in groups
        ]
        theirs = changes.apply(before, kept_).chapter if kept_ else before
        return lambda ours: merge.merge(after, ours, theirs)

    def _origins(self, chapter: str, base: int, number: int) -> Mapping[str, str]:
        """By address, the version and group that changed it last on the way to `number`."""
        versions = self._library.versions(chapter)
        found: dict[str, str] = {}
        at: int | None = number
        while at is not None and at != base:
            version = versions[at - 1]
            if version.parent is None:
                break
            before = self._library.chapter(chapter, version.parent)
            applied = changes.apply(before, self._library.groups(chapter, at))
            for change in applied.changes:
                found.setdefault(change.at, f"{at}.{change.group}")
            at = version.parent
        return found

    def _version(self, chapter: str, number: int) -> Version:
        """Raises WriterError `no_version`."""
        versions = self._library.versions(chapter)
        if not 0 < number <= len(versions):
            raise WriterError("no_version", number=number)
        return versions[number - 1]

    def _opened(self, chapter: str, branch: str) -> Opened:
        opened = self._library.get(chapter, branch)
        if opened is None:
            raise WriterError("forgotten")
        return opened

    def _open_row(self, id_: str) -> EditRow:
        row = self._edits.get(id_)
        if row is None or row.kept is None:
            raise WriterError("edit_forgotten")
        if row.state != "open":
            raise WriterError("edit_decided")
        return row


def _missing(view: View, turn: str) -> Mapping[str, Json] | None:
    """The plan of a turn that was not written to its end."""
    told = view.proposal.dropped if view.proposal else view.dropped
    found = (one.fits for one in told if one.rule == MISSING and one.facts.get("at") == turn)
    return next(found, None)


def _planned(chapter: Chapter, turn: str, plan: Mapping[str, Json]) -> frozenset[str]:
    """The places that a plan may write."""
    given = plan.get("fields")
    fields = [str(one) for one in given] if isinstance(given, list) else []
    stocks = range(1, chapter.stock_count + 1) if "expectation" in fields else ()
    own = {f"{turn}.{name}" for name in fields if name != "expectation"}
    return frozenset({*own, *(f"{turn}.s{stock}.expectation" for stock in stocks)})


def _again(view: View, turn: int, plan: Mapping[str, Json]) -> str:
    """The request for one turn. A brief is a model's: what would ask for more is left out."""
    brief = " ".join(str(plan.get("brief", "")).split())[:MOST_BRIEF]
    facts: dict[str, Fact] = {"number": turn, "brief": brief}
    lang = language(view.request)
    plain, whole = (sentence(rule, facts, lang) for rule in ("turn_anew", "turn_again"))
    alike = scope.read(whole, view.chapter) == scope.read(plain, view.chapter)
    return whole if brief and alike and instant.read(whole, view.chapter) is None else plain


_Deciding = Callable[[Proposal, Decisions], Delta]


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a new version goes, and what its log says."""

    chapter: str
    branch: str
    request: str
    author: str
    act: Act
    other: int | None


def _tried(row: EditRow, base: Chapter, on: frozenset[str] | None) -> Tried:
    """As `Acts.preview`."""
    said = row.decisions
    offer = deciding.revised(offered(row, base), said)
    stands = deciding.standing(offer, said)
    ticked = {id_ for id_, how in stands.items() if how != "rejected"} if on is None else on
    units = tuple(_units(offer, stands, ticked))
    verdicts: dict[str, Verdict] = {
        group: "accepted" if unit in ticked else "rejected"
        for group, unit in deciding.units(offer).items()
    }
    try:
        groups = deciding.taken(offer, replace(said, verdicts=verdicts), rest=False)
        return Tried(base, changes.apply(base, groups).chapter if groups else base, units)
    except WriterError as problem:
        return Tried(base, base, units, problem)


def _units(
    offer: Proposal, stands: Mapping[str, deciding.Standing], ticked: Container[str]
) -> Iterator[Unit]:
    unit = deciding.units(offer)
    for id_, how in stands.items():
        own = [one for one in offer.applied.changes if unit.get(one.group) == id_]
        told = [one for one in own if not deciding.derived(one)]
        yield Unit(id_, tuple(told or own), _VERDICTS[how], id_ in ticked)


_VERDICTS: Mapping[deciding.Standing, Verdict | None] = {
    "accepted": "accepted",
    "partly": "accepted",
    "rejected": "rejected",
    "open": None,
}


def _judged(
    chapter: Chapter, groups: Sequence[Group], request: str, locks: frozenset[str], first: int = 1
) -> tuple[Group, ...]:
    """Groups of our own as the gates let them through; raises what keeps one out."""
    gate = Gate(chapter, request, limits=Limits(locks), cause=groups[0].cause, first=first)
    for group in groups:
        low = [op.at for op in group.ops if isinstance(op, Price) and op.to < deciding.LEAST_PRICE]
        if low:
            raise WriterError("price_least", at=low[0])
        if isinstance(refused := gate.check(*group.ops), Refusal):
            raise WriterError(refused.rule, **refused.facts)
    return gate.groups


def _late(
    before: EditRow, follow: Follow, heard: Mapping[str, Verdict], offer: Proposal
) -> dict[str, Verdict]:
    """What another tab decided on a proposal while a request went on from it, and still fits."""
    same = (
        {group.id for group in before.kept.groups if group in offer.groups} if before.kept else ()
    )
    return {
        id_: verdict
        for id_, verdict in before.decisions.verdicts.items()
        if id_ in same and verdict != follow.verdicts.get(id_) == heard.get(id_)
    }


def _anew(step: Callable[[], T]) -> T:
    """Done from the start again while another writer was quicker."""
    for _ in range(TRIES - 1):
        try:
            return step()
        except WriterError as error:
            if error.rule != "moved_on":
                raise
    return step()


def _step(row: EditRow, author: str) -> _Step:
    one = row.kept or Kept()
    by = author or row.author
    return _Step(row.chapter, row.branch, row.request, by, one.act, one.other)


def _counted(offer: Proposal, taken: Sequence[Group], left: Sequence[Group]) -> Judged:
    """By places; what was accepted in part is accepted."""
    yes = {group.id for group in taken}
    open_ = {group.id for group in left} - yes
    by_group = [change.group for change in offer.applied.changes]
    accepted = sum(id_ in yes for id_ in by_group)
    return Judged(accepted, len(by_group) - accepted - sum(id_ in open_ for id_ in by_group))


def _leaving(
    row: EditRow, offer: Proposal, opened: Opened, taken: Sequence[Group], left: Sequence[Group]
) -> After | None:
    """What is left undecided, offered on the new version."""
    found = merge.rebase(offer.chapter, opened.chapter, left)
    if not found.groups:
        return None
    own = {group.id for group in taken}
    conflicts = {id_: one for id_, one in found.conflicts.items() if id_ not in own}
    rest = replace(editor.proposal(opened.chapter, found.groups), conflicts=conflicts)
    return After(opened.version.number, rest, deciding.carried(offer, row.decisions, rest))


def _asking(
    row: EditRow, offer: Proposal, head: Opened, taken: Sequence[Group], left: Sequence[Group]
) -> After:
    """All that is not refused, offered on the head, where both sides changed a place."""
    undecided = {group.id: group for group in left}
    chosen = {group.id: group for group in taken} | undecided
    groups = [chosen[group.id] for group in offer.groups if group.id in chosen]
    found = merge.rebase(offer.chapter, head.chapter, groups)
    open_ = undecided.keys() | found.conflicts.keys()
    agreed: dict[str, Verdict] = {
        group.id: "accepted" for group in found.groups if group.id not in open_
    }
    asked = editor.proposal(head.chapter, found.groups)
    asked = replace(asked, verdicts=agreed, conflicts=found.conflicts)
    return After(head.version.number, asked, deciding.carried(offer, row.decisions, asked))
