"""Runs edits on one event loop of their own, and keeps what each has come to."""

import asyncio
import logging
import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Mapping,
    Sequence,
)
from concurrent.futures import Future
from contextlib import aclosing, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, Self, TypeAlias, TypeVar, assert_never
from weakref import WeakValueDictionary

import uvloop

from core.chapter.chapter import Chapter
from core.editing import editor, instant
from core.editing.editor import (
    Drafted,
    Dropped,
    Ended,
    Event,
    Outcome,
    Progress,
    Started,
)
from core.editing.followup import Follow
from core.editing.limits import OPEN, Limits
from core.editing.model import Model
from core.editing.pace import Pace
from core.editing.reply import language, reply
from core.editing.trace import Trace, trace
from core.errors import ModelError, TurnsmithError, Unavailable, WriterError
from core.service import logs, traffic
from core.service.live import Lately, Live
from core.service.views import State, View, ended, kept
from core.store.edits import STOP, Kept

MAX_ACTIVE = 4000
"""Edits at once; one more is refused with Unavailable."""
MAX_KEPT = 256
"""Ended edits that can still be looked at; the oldest are forgotten beyond it."""
MAX_CHARACTERS = 8_000_000
"""Of the chapters of all ended edits together."""

STOP_S = 5.0
NOTED_S = 10.0
RECALL_S = 1.0
TOLD_S = 0.2
"""Between two times that other processes are told how far the edits are; five times that long
when only seconds and tokens have changed."""
OURS = "desk"
"""Name of the tasks that are awaited at the end; a workflow's own may never end."""

T = TypeVar("T")
Payload: TypeAlias = Mapping[str, Any]
"""What an edit is made from again after a restart; plain JSON."""
Perform: TypeAlias = Callable[[str, Payload], Awaitable[str | None]]
"""What it came to, where its payload has a `key`; None when another process has it now."""
Leave: TypeAlias = Callable[[str], None]
Hear: TypeAlias = Callable[[str], None]
log = logging.getLogger(__name__)


Keep: TypeAlias = Callable[[View], View]


@dataclass(frozen=True, slots=True)
class Counts:
    """Since the start of the process, pages and API together."""

    active: int
    completed: int
    outcomes: Mapping[str, int]
    """Ended edits by outcome."""
    tokens_in: int
    tokens_out: int
    seconds: float
    """Of all ended edits together."""
    cached: int = 0
    """Of `tokens_in`, those that the provider had read before."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an edit is made."""

    claims: bool = True
    """Whether percentages stated in texts follow a price."""
    limits: Limits = OPEN
    follow: Follow | None = None
    """The proposal that the request goes on from."""


PLAIN = Terms()
_ASKED = Started("model")


@dataclass(frozen=True, slots=True)
class Job:
    """An edit, ready to be made."""

    chapter: Chapter
    request: str
    terms: Terms = PLAIN
    keep: Keep | None = None
    """Called in a thread of its own with the view that is over, before anybody sees that; returns
    how it ended, which another process may have been the first to say."""
    lane: str = ""
    """Whose edit it is: writers' model calls are served in turn."""
    seq: int = 0
    """Of the last view that an earlier process may have shown."""
    stopped: bool = False
    """Whether it was told to end while nobody ran it."""


@dataclass(slots=True)
class _Edit:
    live: Live[View]
    begun: float
    """Monotonic clock."""
    job: Job
    payload: Payload | None = None
    """What it can be made from again; None when it is not to outlive the process."""
    task: asyncio.Task[None] | None = None
    joining: asyncio.Task[None] | None = None
    """Waits for what it comes to in another process."""
    cancelled: bool = False
    left: bool = False
    """For another process to go on with."""
    over: bool = False
    """Its last view is known, and shown once it is stored."""
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the last view, and when another process has it now."""
    shared: View | None = None
    """The last one for readers in other processes."""
    noted: Future[bool] = field(default_factory=Future)
    """Done once it has begun; whether it outlives the process."""

    @property
    def standing(self) -> str:
        """Its state, and whether it was told to end."""
        return "stopping" if self.cancelled else self.live.value.state

    @property
    def slow(self) -> bool:
        """Whether a model is asked."""
        view = self.live.value
        try:
            return bool(self.job.terms.follow) or instant.read(view.request, view.chapter) is None
        except WriterError:
            return False

    @classmethod
    def of(cls, id_: str, job: Job, payload: Payload | None) -> Self:
        begun = time.monotonic()
        live = Live(View(id_, job.chapter, job.request, job.seq, trace=Trace(begun)))
        return cls(live, begun, job, payload, cancelled=job.stopped)


class Journal(Protocol):
    """Keeps edits across a stop of the process; used on the desk's loop."""

    async def open(
        self, perform: Perform, leave: Leave, hear: Hear
    ) -> Sequence[tuple[str, Payload]]:
        """Begin. What an earlier process left to us alone is returned, and performed soon.

        `leave` is called with the id of an edit that is no longer ours, `hear` with what another
        process tells, and with "" now and then, when something may have been missed.
        """
        ...

    async def run(self, id_: str, payload: Payload) -> bool:
        """Note an edit and have it performed; it is noted when this returns.

        False where there is one of that id, and nothing is noted then.
        """
        ...

    async def outcome(self, id_: str) -> str:
        """What an edit came to, once it is over, whoever performed it."""
        ...

    async def runs(self, id_: str) -> bool:
        """Whether some process has an edit, or will have it soon."""
        ...

    def recorded(self, model: Model) -> Model:
        """The model, with answers that are kept; for use while performing."""
        ...

    def close(self) -> None:
        """What is not over goes on when the next process opens."""
        ...


class Others(Protocol):
    """The other processes, as the store knows them. All may block."""

    def show(self, views: Mapping[str, View]) -> None:
        """Show them how far edits are."""
        ...

    def stopping(self, ids: Collection[str]) -> Collection[str]:
        """Those that they have told to end."""
        ...


class Desk:
    """Where edits are handed in and looked at. All public methods may be called in any thread.

    The loop is not the server's, so that a page or /health never waits for an edit's work.
    """

    recall: Callable[[Payload], Job | None] = staticmethod(lambda _: None)
    """Makes an edit that an earlier process left from its payload; None when that is gone."""
    others: Others | None = None
    """None where this process is alone."""
    repeats: Callable[[bool], None] = staticmethod(lambda _: None)
    """Hears of every request that names itself whether its edit was known."""

    def __init__(  # noqa: PLR0913  what it may need beside a model
        self,
        model: Model | None,
        *,
        on_stop: Callable[[], Awaitable[None]] | None = None,
        journal: Journal | None = None,
        places: Live[Mapping[str, int]] | None = None,
        pace: Pace | None = None,
        on_ended: "Callable[[View, Job], None] | None" = None,
        allow: "Callable[[View, str], Awaitable[None]] | None" = None,
    ) -> None:
        """`on_stop` is awaited on the desk's loop after the last edit, to let go of the model.
        `on_ended` hears of every edit that is over. `allow` is awaited with an edit and its lane
        before its model is asked, and raises what forbids that.

        With a `journal`, edits that are submitted with a payload outlive the process.
        """
        self._model = model
        self._on_stop = on_stop
        self._journal = journal
        self._places = places
        self._pace = pace
        self._on_ended = on_ended
        self._allow = allow
        self._loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="desk", daemon=True)
        self._lock = threading.Lock()
        self._edits: OrderedDict[str, _Edit] = OrderedDict()
        self._active: set[str] = set()
        self._lately = Lately(self._tell, TOLD_S)
        self._news: WeakValueDictionary[str, Live[int]] = WeakValueDictionary()
        self._stopping = self._gone = False
        self._counts = Counts(0, 0, {}, 0, 0, 0.0)

    # -- the process

    def start(self) -> None:
        """Takes up what an earlier process left before it takes anything new."""
        self._thread.start()
        if self._places:
            self.run(self._follow(self._places))
        if self._journal:
            self.run(self._resume(self._journal)).result()

    async def _resume(self, journal: Journal) -> None:
        for id_, payload in await journal.open(self._perform, self._leave, self._hear):
            if job := await self._recalled(payload):
                self._enter(_Edit.of(id_, job, payload))

    def close(self, grace_s: float) -> None:
        """Take nothing more and cancel what still runs after `grace_s`. Does not wait."""
        if not self._stopping:
            self._stopping = True
            self._loop.call_soon_threadsafe(self._loop.call_later, grace_s, self._cancel_all)

    def stop(self) -> None:
        """Cancel what runs, let go of the model and end the loop, once. Blocks for a moment."""
        self._stopping = True
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._clear(), self._loop).result(STOP_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the desk's loop, beside the edits."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    @property
    def ready(self) -> bool:
        """Whether edits are taken."""
        return self._thread.is_alive() and not self._stopping

    @property
    def has_model(self) -> bool:
        return self._model is not None

    @property
    def counts(self) -> Counts:
        return replace(self._counts, active=len(self._active))

    @property
    def states(self) -> Counter[str]:
        """How many edits are queued, running and stopping."""
        return Counter(edit.standing for edit in map(self._edits.get, tuple(self._active)) if edit)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    # -- edits

    def submit(self, job: Job, *, id_: str = "", payload: Payload | None = None) -> str:
        """Hand in an edit and return its id at once; ids cannot be guessed.

        With a `payload`, which `recall` understands, it outlives the process. One whose id is known
        already goes on as it is. Raises Unavailable.
        """
        edit = _Edit.of(id_ or new_id(), job, payload)
        if not self.ready:
            raise Unavailable("stopping")
        if len(self._active) >= MAX_ACTIVE:
            raise Unavailable("busy", most=MAX_ACTIVE)
        if self._enter(edit):
            self._loop.call_soon_threadsafe(self._begin, edit)
        return edit.live.value.id

    def _enter(self, edit: _Edit) -> bool:
        """False when one of that id is here already."""
        id_ = edit.live.value.id
        with self._lock:
            if id_ in self._edits:
                return False
            self._edits[id_] = edit
            self._active.add(id_)
        return True

    def view(self, id_: str) -> View | None:
        """The edit as it stands; None when there is no such edit, or no longer."""
        edit = self._edits.get(id_)
        return edit.live.value if edit else None

    def watch(self, id_: str) -> AsyncGenerator[View, None]:
        """The present view at once, then newer ones up to the one that is over."""
        edit = self._edits.get(id_)
        return edit.live.watch() if edit else _nothing()

    def news(self, id_: str) -> Live[int]:
        """Changes whenever another process tells something of an edit; ends when we stop."""
        with self._lock:
            news = self._news.setdefault(id_, Live(0))
        if self._gone:
            news.close()
        return news

    async def ended(self, id_: str) -> View:
        """Wait until an edit is over.

        Raises Unavailable: `forgotten` for an unknown id, `stopping` when another process ends it.
        """
        known = self.view(id_) is not None
        async for view in self.watch(id_):
            if view.over:
                return view
        raise Unavailable("stopping" if self._stopping or known else "forgotten")

    def noted(self, id_: str) -> bool:
        """Wait until an edit has begun; whether it outlives the process. Not for a loop."""
        edit = self._edits.get(id_)
        return edit.noted.result(NOTED_S) if edit else False

    def elsewhere(self, id_: str) -> bool:
        """Whether another process has an edit, or this one will soon. Not for a loop.

        Raises Unavailable.
        """
        if self._journal is None or not self.ready:
            return self._journal is not None and self._stopping
        try:
            return self.run(self._journal.runs(id_)).result(NOTED_S)
        except TimeoutError as error:
            raise Unavailable("store_down") from error

    def find(self, key: str) -> str | None:
        """The edit whose payload has this `key`, running or over."""
        with self._lock:
            edits = [edit for edit in self._edits.values() if edit.payload]
        found = (edit for edit in edits if edit.payload and edit.payload.get("key") == key)
        return next((edit.live.value.id for edit in found), None)

    def cancel(self, id_: str) -> bool:
        """End an edit; its model call stops at once and what passed is kept as a proposal.

        False when there is no such edit or it is over.
        """
        edit = self._edits.get(id_)
        if edit is None or edit.live.value.over:
            return False
        self._loop.call_soon_threadsafe(self._cancel, edit)
        return True

    def forget(self, id_: str) -> None:
        """Let go of an edit that is over."""
        with self._lock:
            edit = self._edits.get(id_)
            if edit and edit.live.value.over:
                del self._edits[id_]

    # -- on the loop

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _begin(self, edit: _Edit) -> None:
        """An instant edit needs no journal: it counts as begun once it is over, and stored."""
        journal, payload = self._journal, edit.payload
        if journal and payload is not None and self._model and edit.slow:
            self._loop.create_task(self._noted(edit, journal, payload), name=OURS)
            return
        self._work(edit, self._model)
        if payload is None or (self._model and edit.slow):
            edit.noted.set_result(False)
        else:
            self._loop.create_task(self._stored(edit))

    async def _stored(self, edit: _Edit) -> None:
        await edit.shown.wait()
        edit.noted.set_result(False)

    async def _noted(self, edit: _Edit, journal: Journal, payload: Payload) -> None:
        """Begun by way of the journal; where that cannot be written, without it."""
        id_ = edit.live.value.id
        try:
            ours = await journal.run(id_, payload)
        except Exception:  # whatever the store says, the writer gets an edit
            log.exception("an edit could not be noted", extra={"edit": id_})
            self._work(edit, self._model)
            edit.noted.set_result(False)
            return
        edit.noted.set_result(True)
        if not ours and "key" in payload:
            edit.joining = self._loop.create_task(self._join(edit, journal))
        elif not ours:
            self._leave(id_)

    async def _join(self, edit: _Edit, journal: Journal) -> None:
        """Ends as it did elsewhere, unless the process there dies and it is gone on with here."""
        view = edit.live.value
        try:
            told = await journal.outcome(view.id)
            found = ended(view, Kept.from_json(told.encode()))
        except Exception:  # whatever the store says, the edit is over and must be seen
            log.exception("what an edit came to elsewhere is not known", extra={"edit": view.id})
            found = _failed(view, Unavailable("broken"), edit.job.terms)
        if not edit.task and not edit.left:
            self._show(edit, found)

    async def _perform(self, id_: str, payload: Payload) -> str | None:
        """The body of a workflow: done once the edit is stored, and never when we stop first."""
        edit = self._edits.get(id_)
        if edit is None and self._stopping:
            return None
        if edit is None and (job := await self._recalled(payload)):
            edit = _Edit.of(id_, job, payload)
            self._enter(edit)
        if edit is None or edit.live.value.over:
            return ""
        model, journal = self._model, self._journal
        self._work(edit, journal.recorded(model) if journal and model else model)
        await edit.shown.wait()
        if edit.left or not await self._kept_late(edit):
            return None
        return kept(edit.live.value).to_json().decode() if "key" in payload else ""

    async def _kept_late(self, edit: _Edit) -> bool:
        """Store what could not be stored when it ended; False when we stop first."""
        keep, view = edit.job.keep, edit.live.value
        while keep and not view.kept and not self._stopping:
            await asyncio.sleep(RECALL_S)
            with suppress(Unavailable):
                await asyncio.to_thread(keep, replace(view, kept=True))
                return True
        return view.kept

    async def _recalled(self, payload: Payload) -> Job | None:
        """What cannot be read now is not lost: it is read again."""
        while True:
            try:
                return await asyncio.to_thread(self.recall, payload)
            except Unavailable:
                await asyncio.sleep(RECALL_S)

    def _leave(self, id_: str) -> None:
        """Stop an edit that another process may have gone on with, and forget it."""
        edit = self._edits.get(id_)
        if edit is None or edit.over:
            return
        edit.left = True
        self._cancel(edit)
        with self._lock:
            for name in (id_, edit.live.value.id):
                self._active.discard(name)
                self._edits.pop(name, None)
        edit.live.close()
        edit.shown.set()

    # -- other processes

    def _hear(self, said: str) -> None:
        """What another process tells of one edit; "" when something may have been missed."""
        what, _, id_ = said.partition(" ")
        if not said and self.others and self._active:
            self._loop.create_task(self._look(self.others), name=OURS)
        if what == STOP:
            self._end_early(id_)
        for news in self._watched(id_):
            news.change(lambda count: count + 1)

    def _watched(self, id_: str = "") -> Sequence[Live[int]]:
        """What those look at who wait for news of one edit, or of any."""
        with self._lock:
            if not id_:
                return list(self._news.values())
            found = self._news.get(id_)
        return [found] if found else []

    def _end_early(self, id_: str) -> None:
        edit = self._edits.get(id_)
        if edit and not edit.over:
            self._cancel(edit)

    async def _look(self, others: Others) -> None:
        """End what was told to end while that could not be heard."""
        with suppress(Unavailable):
            for id_ in await asyncio.to_thread(others.stopping, tuple(self._active)):
                self._end_early(id_)

    def _share(self, edit: _Edit, view: View) -> None:
        """Instant edits are over before anybody could look, and an answer's are in no store."""
        if not self.others or not edit.job.keep or view.kind != "model":
            return
        if not _news(edit.shared, view):
            return
        edit.shared = view
        if self._lately.put(view.id, view):
            self._loop.create_task(self._lately.run(), name=OURS)

    async def _tell(self, views: Mapping[str, View]) -> None:
        with suppress(Unavailable):
            if self.others:
                await asyncio.to_thread(self.others.show, views)

    # -- one edit

    def _work(self, edit: _Edit, model: Model | None) -> None:
        about = _about(edit)
        edit.task = self._loop.create_task(self._run(edit, model), name=OURS, context=about)
        edit.task.add_done_callback(partial(self._settle, edit), context=about)
        if edit.cancelled:
            edit.task.cancel()

    def _cancel(self, edit: _Edit) -> None:
        edit.cancelled = True
        for task in (edit.task, edit.joining):
            if task:
                task.cancel()

    async def _run(self, edit: _Edit, model: Model | None) -> None:
        view, terms = edit.live.value, edit.job.terms
        view.trace.noted = time.monotonic() - edit.begun
        log.info("edit begins", extra=logs.told(characters=len(view.chapter.text)))
        events = editor.edit(
            view.chapter,
            view.request,
            model,
            limits=terms.limits,
            claims=terms.claims,
            follow=terms.follow,
            pace=self._pace,
        )
        async with aclosing(events):
            async for event in events:
                self._show(edit, _after(edit.live.value, event))
                if self._allow and event == _ASKED:
                    await self._allow(edit.live.value, edit.job.lane)

    async def _follow(self, line: Live[Mapping[str, int]]) -> None:
        """Show every edit how many model calls are before its own."""
        async for places in line.watch():
            for edit in [self._edits[id_] for id_ in tuple(self._active)]:
                view, place = edit.live.value, places.get(edit.live.value.id)
                if view.place != place:
                    self._show(edit, replace(view, place=place))

    def _settle(self, edit: _Edit, task: asyncio.Task[None]) -> None:
        """Ends the view whatever way the task ended: cancelled, failed, or without an end."""
        view = edit.live.value
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, TurnsmithError):
            log.error("an edit broke", exc_info=error)
        if edit.over or edit.left:
            return
        if task.cancelled():
            self._show(edit, _cancelled(view, edit.job.terms))
        else:
            ours = error if isinstance(error, TurnsmithError) else Unavailable("broken")
            self._show(edit, _failed(view, ours, edit.job.terms))

    def _show(self, edit: _Edit, view: View) -> None:
        seconds = time.monotonic() - edit.begun
        place = None if view.over else view.place
        view = replace(view, seq=edit.live.value.seq + 1, seconds=seconds, place=place)
        if edit.over:
            return
        if not view.over:
            edit.live.put(view)
            self._share(edit, view)
            return
        edit.over = True
        view.trace.seconds = seconds
        self._lately.drop(view.id)
        if edit.job.keep:
            saving = self._loop.create_task(self._kept(edit.job.keep, view), name=OURS)
            saving.add_done_callback(lambda done: self._end(edit, done.result()))
        else:
            self._end(edit, view)

    async def _kept(self, keep: Keep, view: View) -> View:
        """The view, stored: only then may anybody see that the edit is over."""
        try:
            return await asyncio.shield(asyncio.to_thread(keep, view))
        except Exception:  # whatever the store says, the edit is over and must be seen
            log.exception("an edit could not be stored")
            return replace(view, kept=False)

    def _end(self, edit: _Edit, view: View) -> None:
        self._count(view)
        if self._on_ended:
            self._on_ended(view, edit.job)
        edit.live.put(view, last=True)
        edit.shown.set()

    def _count(self, view: View) -> None:
        with self._lock:
            self._active.discard(view.id)
            self._edits.move_to_end(view.id)
            self._counts = _counted(self._counts, view)
            self._trim()

    def _trim(self) -> None:
        over = [id_ for id_ in self._edits if id_ not in self._active]
        size = sum(len(self._edits[id_].live.value.chapter.text) for id_ in over)
        for id_ in over[:-1]:
            if len(over) <= MAX_KEPT and size <= MAX_CHARACTERS:
                return
            size -= len(self._edits.pop(id_).live.value.chapter.text)
            over.remove(id_)

    def _cancel_all(self) -> None:
        """What outlives the process is left as it is; the rest ends with what has passed."""
        for edit in [self._edits[id_] for id_ in tuple(self._active)]:
            edit.left = bool(self._journal) and edit.payload is not None
            self._cancel(edit)
            if edit.left:
                edit.live.close()
        self._gone = True
        for news in self._watched():
            news.close()

    async def _clear(self) -> None:
        """What is cancelled ends in tasks of its own, which store it."""
        self._cancel_all()
        until = time.monotonic() + STOP_S / 2
        while tasks := {task for task in asyncio.all_tasks() if task.get_name() == OURS}:
            if time.monotonic() > until:
                break
            await asyncio.wait(tasks, timeout=STOP_S / 4)
        if self._places:
            self._places.close()
        if self._on_stop:
            await self._on_stop()
        if self._journal:
            await asyncio.to_thread(self._journal.close)


def new_id() -> str:
    """An id that cannot be guessed: who has it may read and decide."""
    return secrets.token_urlsafe(16)


def _about(edit: _Edit) -> Context:
    """Where an edit is worked on: everything that it does knows whose it is."""
    context = copy_context()
    context.run(logs.edit.set, edit.live.value.id)
    context.run(logs.who.set, edit.job.lane)
    context.run(trace.set, edit.live.value.trace)
    context.run(traffic.lane.set, edit.job.lane)
    return context


async def _nothing() -> AsyncGenerator[View, None]:
    return
    yield


def _news(told: View | None, view: View) -> bool:
    if told is None or view.seconds - told.seconds >= 5 * TOLD_S:
        return True
    marks = [(one.state, one.place, one.groups, one.dropped) for one in (told, view)]
    return marks[0] != marks[1]


def _after(view: View, event: Event) -> View:
    match event:
        case Started(kind):
            return replace(view, state="running", kind=kind)
        case Drafted():
            return _drafted(view, event)
        case Dropped():
            return replace(view, dropped=(*view.dropped, event))
        case Progress(spent, written, first_s, cached):
            view = replace(view, tokens_in=spent, tokens_out=written, cached=cached)
            return replace(view, first_s=first_s)
        case Ended():
            return _ended(view, event)
    assert_never(event)


def _drafted(view: View, event: Drafted) -> View:
    """With a group added at the end, in place of those it replaces."""
    gone = {event.group.id, *event.replaces}
    groups = tuple(group for group in view.groups if group.id not in gone)
    changes = tuple(change for change in view.changes if change.group not in gone)
    return replace(view, groups=(*groups, event.group), changes=(*changes, *event.changes))


def _ended(view: View, event: Ended) -> View:
    proposal = event.proposal
    states: Mapping[Outcome, State] = {"failed": "failed", "cancelled": "cancelled"}
    return replace(
        view,
        state=states.get(event.outcome, "done"),
        outcome=event.outcome,
        proposal=proposal,
        groups=proposal.groups if proposal else (),
        changes=proposal.applied.changes if proposal else (),
        reply=event.reply,
        error=event.error,
        rule=event.rule,
        facts=event.facts,
    )


def _cancelled(view: View, terms: Terms) -> View:
    offer = None
    if view.groups or terms.follow:
        offer = editor.proposal(
            view.chapter,
            view.groups,
            view.dropped,
            claims=terms.claims,
            follow=terms.follow,
            request=view.request,
        )
    changes = offer.applied.changes if offer else ()
    said = reply("cancelled", changes, language(view.request))
    return replace(
        view, state="cancelled", outcome="cancelled", proposal=offer, changes=changes, reply=said
    )


def _failed(view: View, error: TurnsmithError, terms: Terms) -> View:
    """A request that cannot be used is refused; everything else is a failure.

    What a request went on from stays under review when its model could not be asked.
    """
    offer = _cancelled(view, terms).proposal if isinstance(error, ModelError) else None
    refused = isinstance(error, WriterError)
    outcome: Outcome = "refused" if refused else "failed"
    said = reply(outcome, (), language(view.request), error.rule, error.facts)
    return replace(
        view,
        state="done" if refused else "failed",
        outcome=outcome,
        error=error,
        rule=error.rule,
        facts=error.facts,
        reply=said,
        proposal=offer,
        changes=offer.applied.changes if offer else (),
    )


def _counted(counts: Counts, view: View) -> Counts:
    outcome = view.outcome or "failed"
    outcomes = {**counts.outcomes, outcome: counts.outcomes.get(outcome, 0) + 1}
    return replace(
        counts,
        completed=counts.completed + 1,
        outcomes=outcomes,
        tokens_in=counts.tokens_in + view.tokens_in,
        tokens_out=counts.tokens_out + view.tokens_out,
        seconds=counts.seconds + view.seconds,
        cached=counts.cached + view.cached,
    )
