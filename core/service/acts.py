"""What a writer does with a chapter: ask, decide, take, undo one change, merge, compare."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.chapter import changes, merge
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.merge import Conflict, Merged
from core.chapter.ops import Group, Op
from core.editing import decisions as deciding
from core.editing import editor, followup
from core.editing.decisions import Decisions, Own
from core.editing.events import Proposal, Verdict
from core.editing.followup import Follow
from core.editing.limits import Limits
from core.editing.prompt import Said
from core.errors import WriterError
from core.service.jobs import Desk, Job, Payload, Terms, View, new_id
from core.store.edits import EditRow, Edits, Kept
from core.store.library import Act, Library, Opened

TRIES = 5
"""How often a take is made anew because another writer was quicker."""
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


class Acts:
    """Thread-safe; what it remembers is in the store. Errors are WriterError and Unavailable."""

    def __init__(self, library: Library, edits: Edits, desk: Desk) -> None:
        self._library, self._edits, self._desk = library, edits, desk

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
        before = follows or None
        job = Job(given, request, terms, partial(self._keep, follows, follow))
        self._edits.begin(id_, chapter, branch, base, request, author=author, follows=before)
        payload = {"edit": id_, "locks": sorted(opened.locks), "only": sorted(only)}
        try:
            self._desk.submit(job, id_=id_, payload=payload)
            self._desk.noted(id_)
        except Exception:
            self._edits.close(id_, "discarded")
            raise
        return id_

    def recall(self, payload: Payload) -> Job | None:
        """An edit that an earlier process began; None when it needs no going on."""
        if "story" in payload:
            opened = chapters.read(payload["story"])
            return Job(opened, payload["request"], Terms(claims=False))
        row = self._edits.get(payload["edit"])
        if row is None or row.state != "running":
            return None
        given = self._library.chapter(row.chapter, row.base)
        before = self._edits.get(row.follows) if row.follows else None
        follow = self._follow(before, given) if before and before.kept else None
        limits = Limits(frozenset(payload["locks"]), frozenset(payload["only"]))
        keep = partial(self._keep, row.follows or "", follow)
        return Job(given, row.request, Terms(limits=limits, follow=follow), keep)

    def _keep(self, follows: str, follow: Follow | None, view: View) -> None:
        """Store an edit that is over; the proposal that it goes on from is decided in it."""
        self._edits.ended(view.id, kept(view))
        before = self._edits.get(follows) if follow and view.proposal else None
        if before is None or follow is None or view.proposal is None:
            return
        said = deciding.carried(offered(before, view.chapter), before.decisions, view.proposal)
        self._edits.decide(view.id, {"picks": said.picks, "answers": said.answers})
        heard = followup.heard(view.request, follow).follow.verdicts
        self._edits.decide(follows, {"verdicts": {**heard}})
        self._edits.close(follows, "discarded")

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

    # -- looking

    def asked(self, id_: str) -> EditRow | None:
        """What is stored of an edit, also of one that a stop of the server has cut off."""
        return self._edits.get(id_)

    def view(self, id_: str) -> View | None:
        """An edit that runs, is under review or is decided; None when nobody knows it.

        Of one that another process runs only this is known. Not for a loop.
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
        given = self._library.chapter(row.chapter, row.base)
        if away:
            seconds = max(0.0, time.time() - row.at)
            return View(id_, given, row.request, state="running", kind="model", seconds=seconds)
        return remembered(row, given)

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
        row = self._open_row(id_)
        base = self._library.chapter(row.chapter, row.base)
        offer = deciding.revised(offered(row, base), row.decisions)
        if asked := deciding.conflicts_open(offer, row.decisions):
            raise WriterError("conflicts_open", count=len(asked))
        groups = deciding.taken(offer, row.decisions, rest=rest)
        if not groups:
            raise WriterError("nothing_accepted")
        act: Act = row.kept.act if row.kept else "take"
        other = row.kept.other if row.kept else None
        step = _Step(row.chapter, row.branch, row.request, author or row.author, act, other)
        done = self._make(step, row.base, base, partial(merge.rebase, groups=groups), id_)
        if isinstance(done, Taken):
            self._edits.close(id_, "taken")
            left = () if rest else _left(offer, row.decisions, groups)
            return replace(done, rest=self._continue(step, base, left, id_))
        return done

    def discard(self, id_: str) -> None:
        self._edits.close(id_, "discarded")

    def apply(
        self, chapter: str, group: Group, request: str, *, branch: str = "", author: str = ""
    ) -> Taken:
        """Make a version of one group of our own, such as a repair, on the present head."""
        head = self._opened(chapter, branch)
        step = _Step(chapter, branch, request, author, "repair", None)
        return self._added(step, head, (group,))

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
        undone = self._library.versions(chapter)[number - 1]
        step = _Step(chapter, branch, undone.request, author, "revert", number)
        head = self._opened(chapter, branch)
        without = self._without(chapter, number, groups)
        return self._make(step, 0, head.chapter, lambda _, ours: without(ours), "")

    def merge(
        self, chapter: str, number: int, *, branch: str = "", author: str = ""
    ) -> Taken | Asked:
        """Bring what version `number` has, and the branch's head has not, into the branch."""
        theirs = self._library.chapter(chapter, number)
        head = self._opened(chapter, branch)
        common = self._library.ancestor(chapter, head.version.number, number)
        base = self._library.chapter(chapter, common)
        origins = self._origins(chapter, common, number)
        step = _Step(chapter, branch, "", author, "merge", number)
        joined: _Merging = lambda _, ours: merge.merge(base, ours, theirs, origins=origins)  # noqa: E731
        return self._make(step, 0, head.chapter, joined, "")

    # -- steps

    def _make(
        self, step: "_Step", base: int, given: Chapter, merging: "_Merging", follows: str
    ) -> Taken | Asked:
        """Take what `merging` makes on the head, or ask where both sides changed a place."""
        for _ in range(TRIES):
            head = self._opened(step.chapter, step.branch)
            found = merging(given, head.chapter)
            if found.conflicts:
                return Asked(self._asked(step, head, found, follows))
            if not found.groups:
                return Taken(head, 0)
            try:
                moved = bool(base) and head.version.number != base
                return replace(self._added(step, head, found.groups), merged=moved)
            except WriterError as error:
                if error.rule != "moved_on":
                    raise
        raise WriterError("moved_on")

    def _added(self, step: "_Step", head: Opened, groups: Sequence[Group]) -> Taken:
        opened = self._library.take(
            step.chapter,
            head.version.number,
            groups,
            step.request,
            author=step.author,
            act=step.act,
            other=step.other,
            branch=step.branch,
        )
        return Taken(opened, opened.version.places)

    def _asked(self, step: "_Step", head: Opened, found: Merged, follows: str) -> str:
        offer = editor.proposal(head.chapter, found.groups)
        agreed: dict[str, Verdict] = {
            group.id: "accepted" for group in found.groups if group.id not in found.conflicts
        }
        offer = replace(offer, verdicts=agreed, conflicts=found.conflicts)
        id_ = self._proposed(step, head, offer, follows)
        if follows:
            self._edits.close(follows, "discarded")
        return id_

    def _proposed(self, step: "_Step", head: Opened, offer: Proposal, follows: str) -> str:
        return self._edits.propose(
            step.chapter,
            step.branch,
            head.version.number,
            offer,
            step.request,
            author=step.author,
            act=step.act,
            other=step.other,
            follows=follows or None,
        )

    def _continue(self, step: "_Step", base: Chapter, left: Sequence[Group], follows: str) -> str:
        """What was left undecided, offered again on the new version."""
        if not left:
            return ""
        head = self._opened(step.chapter, step.branch)
        found = merge.rebase(base, head.chapter, left)
        if not found.groups:
            return ""
        offer = replace(editor.proposal(head.chapter, found.groups), conflicts=found.conflicts)
        return self._proposed(step, head, offer, follows)

    def _without(
        self, chapter: str, number: int, groups: frozenset[str] | None
    ) -> Callable[[Chapter], Merged]:
        version = self._library.versions(chapter)[number - 1]
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


_Merging = Callable[[Chapter, Chapter], Merged]
"""What is to be done to the second chapter, made for the first."""
_Deciding = Callable[[Proposal, Decisions], deciding.Delta]


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a new version goes, and what its log says."""

    chapter: str
    branch: str
    request: str
    author: str
    act: Act
    other: int | None


def kept(view: View) -> Kept:
    """What is stored of an edit that is over."""
    offer = view.proposal
    return Kept(
        kind=view.kind,
        state=view.state,
        outcome=view.outcome,
        groups=offer.groups if offer else (),
        dropped=offer.dropped if offer else view.dropped,
        tokens_in=view.tokens_in,
        tokens_out=view.tokens_out,
        first_s=view.first_s,
        seconds=view.seconds,
        reply=view.reply,
        error=view.error,
        rule=view.rule,
        facts=view.facts,
        verdicts=offer.verdicts if offer else {},
        conflicts=offer.conflicts if offer else {},
    )


def remembered(row: EditRow, chapter: Chapter) -> View:
    """A stored edit as it was seen when it ended."""
    one = row.kept or Kept()
    offer = offered(row, chapter) if one.groups else None
    return View(
        row.id,
        chapter,
        row.request,
        state=one.state,
        kind=one.kind,
        groups=one.groups,
        changes=offer.applied.changes if offer else (),
        dropped=one.dropped,
        tokens_in=one.tokens_in,
        tokens_out=one.tokens_out,
        first_s=one.first_s,
        seconds=one.seconds,
        outcome=one.outcome,
        proposal=offer,
        reply=one.reply,
        error=one.error,
        rule=one.rule,
        facts=one.facts,
    )


def offered(row: EditRow, chapter: Chapter) -> Proposal:
    """What a stored edit offers, before the writer's own words are worked in."""
    one = row.kept or Kept()
    offer = editor.proposal(chapter, one.groups, one.dropped)
    return replace(offer, verdicts=one.verdicts, conflicts=one.conflicts)


def _left(offer: Proposal, decisions: Decisions, taken: Sequence[Group]) -> tuple[Group, ...]:
    """Groups that were neither accepted nor refused."""
    done = {group.id for group in taken}
    unit = deciding.units(offer)
    settled = {unit[id_] for id_ in decisions.verdicts if id_ in unit}
    return tuple(
        group for group in offer.groups if group.id not in done and unit[group.id] not in settled
    )
