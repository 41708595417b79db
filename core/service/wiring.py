"""The composition root: builds the service once per process and hands it to pages and API."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

from core import words
from core.errors import Unavailable
from core.service import logs, network
from core.service.acts import Acts
from core.service.census import Census
from core.service.connection import Connection, Formed
from core.service.costs import Ledger
from core.service.entrance import Entrance, Provider
from core.service.history import History
from core.service.jobs import Desk, Job
from core.service.metrics import Pulse, Sampler
from core.service.record import Recorder
from core.service.settings import BadSetting, Settings
from core.service.tally import Tally
from core.service.traffic import Traffic
from core.service.views import View
from core.store import migrations
from core.store.claim import claimed
from core.store.costs import Costs
from core.store.database import FILE, Database
from core.store.edits import Edits
from core.store.library import Library
from core.store.sessions import Sessions

LOOK_S = 5.0
"""Between two looks at what only the store knows."""
LAST_S = 1.0
"""Of the grace: for what an edit leaves behind, and for the answers that tell of it."""
SWITCH_S = 0.001
"""How long one thread may compute before another gets its turn: with Python's 5 ms, /health waits
several times that long behind the desk."""

GARBAGE = (50_000, 20, 100)
"""When cycles are looked for: 200 edits at once hold some hundred thousand values, and with
Python's 700 they were walked through again and again, an eighth of an edit's time."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that lives longer than an edit."""

    settings: Settings
    database: Database
    library: Library
    edits: Edits
    desk: Desk
    acts: Acts
    sampler: Sampler
    ledger: Ledger
    entrance: Entrance
    history: History
    looks: Pulse
    """Looks now and then at what only the store knows."""
    calls: Traffic | None = None
    """To the model's provider; None without a model."""
    store: Pulse | None = None
    """Whether the store answers."""
    connection: Connection | None = None
    """Tries the model when the operator asks; None without a model."""


_running: list[Service] = []


def current() -> Service:
    """The running service, for script threads and handlers. Raises Unavailable `not_running`."""
    if not _running:
        raise Unavailable("not_running")
    return _running[-1]


@cache
def settings() -> Settings:
    """Of this process. A wrong one ends the process with the sentence that names it."""
    try:
        return Settings.read(os.environ, Path(".env"))
    except BadSetting as wrong:
        sys.exit(f"turnsmith: {wrong}")


@asynccontextmanager
async def lifespan(_: object, *, provider: Provider | None = None) -> AsyncIterator[None]:
    """Runs the service as long as the server runs; the server calls it with its app.

    `provider` signs people in by OIDC, where that is configured.
    """
    logs.begin(settings())
    sys.setswitchinterval(SWITCH_S)
    if not (provider or settings().api_keys.all or settings().open_to_network):
        network.close()
    with _started(provider) as service, _on_signal(lambda: _end(service)):
        logs.adopt()
        service.history.lag.start(asyncio.get_running_loop())
        # What is imported by now never dies: keep it out of every later collection.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        yield
        await asyncio.to_thread(service.desk.stop)


def build(chosen: Settings, provider: Provider | None = None) -> Service:
    """All parts, not yet started. Raises BadSetting, and Unavailable for an unusable store."""
    chosen.make_folder()
    database = migrations.opened(chosen.data_dir, chosen.database_url)
    library, edits = Library(database), Edits(database)
    calls = _calls(chosen)
    ledger = Ledger(Costs(database), chosen)
    tally = Tally(ledger.cost)
    desk = _desk(chosen, calls, ledger, tally)
    desk.repeats = tally.repeats
    acts = Acts(library, edits, desk, chosen.openai_model if chosen.has_model else "")
    desk.recall = acts.recall
    desk.others = acts if chosen.database_url else None
    pulse = Pulse(database.usable)
    traffic = calls.traffic if calls else None
    tries = Connection(calls.traffic, calls.model, chosen, desk.run) if calls else None
    entrance = Entrance(chosen, Sessions(database), provider)
    census = Census(database, ledger)
    history = History(chosen, desk, tally, census, pulse, traffic)
    return Service(
        chosen,
        database,
        library,
        edits,
        desk,
        acts,
        Sampler(hear=history.note),
        ledger,
        entrance,
        history,
        Pulse(census.look, period_s=LOOK_S),
        traffic,
        pulse,
        tries,
    )


class _Calls(NamedTuple):
    traffic: Traffic
    recorder: Recorder | None
    model: Formed


def _calls(chosen: Settings) -> _Calls | None:
    """One per provider: its limits and its circuit are the provider's."""
    if not chosen.has_model:
        return None
    # The client costs 40 MB and half a second, which an app without a model should not pay.
    from core.editing.masking import Masked  # noqa: PLC0415
    from core.editing.model import OpenAIModel  # noqa: PLC0415

    model = OpenAIModel(
        chosen.openai_api_key,
        chosen.openai_base_url,
        chosen.openai_model,
        timeout_s=chosen.openai_timeout_s,
        max_parallel=chosen.max_parallel_calls,
    )
    seen = model if chosen.send_personal_data else Masked(model)
    recorder = Recorder(seen, chosen.record_file) if chosen.record_file else None
    most = chosen.max_parallel_calls
    traffic = Traffic(
        recorder or seen,
        parallel=most,
        per_minute=chosen.max_calls_per_minute,
        failures=chosen.circuit_failures,
    )
    model.on_retry = traffic.retried
    return _Calls(traffic, recorder, model)


def _desk(chosen: Settings, calls: _Calls | None, ledger: Ledger, tally: Tally) -> Desk:
    recorder = calls.recorder if calls else None

    def heard(view: View, job: Job) -> None:
        log.info("edit ends", extra=_came_to(view, ledger))
        ledger.ended(view, job)
        tally.ended(view)
        if recorder:
            recorder.ended(view, job)

    if calls is None:
        return Desk(None, on_ended=heard)
    # DBOS costs a fifth of a second, which is only of use to a model's edits.
    from core.service.durable import Workflows  # noqa: PLC0415

    journal = Workflows(chosen.data_dir, chosen.database_url)
    logs.call_us(journal.name if chosen.database_url else "")
    line = calls.traffic
    line.on_call, line.on_retry = tally.called, tally.retried
    return Desk(
        line,
        on_stop=line.close,
        journal=journal,
        places=line.places,
        pace=line.pace,
        on_ended=heard,
        allow=ledger.allow,
    )


def _came_to(view: View, ledger: Ledger) -> Mapping[str, object]:
    """For the log; nothing of a story, a request or an answer."""
    if not log.isEnabledFor(logging.INFO):
        return {}
    facts = logs.told(
        outcome=view.outcome,
        kind=view.kind,
        rule=view.rule or (view.error.rule if view.error else None),
        seconds=round(view.seconds, 3),
        first_s=view.first_s and round(view.first_s, 3),
        tokens_in=view.tokens_in,
        tokens_out=view.tokens_out,
        cached=view.cached,
        cost=round(ledger.cost(view), 6),
        changes=len(view.changes),
        kept=view.kept,
    )
    return {**facts, "edit": view.id}


@contextmanager
def _started(provider: Provider | None) -> Iterator[Service]:
    """Of this process. A store that cannot be used ends it with the sentence that says why."""
    chosen = settings()
    with ExitStack() as held:
        try:
            chosen.make_folder()
            if not chosen.database_url:
                # A process that was told to end may take its grace.
                held.enter_context(claimed(chosen.data_dir, chosen.grace_s + LAST_S))
            service = held.enter_context(running(build(chosen, provider)))
        except BadSetting as wrong:
            _refuse(str(wrong))
        except Unavailable as wrong:
            _refuse(_unusable(wrong, chosen))
        yield service


def _unusable(wrong: Unavailable, chosen: Settings) -> str:
    """What cannot be used, and what to do. The address of a database may hold a password."""
    at = "DATABASE_URL" if chosen.database_url else str(chosen.data_dir / FILE)
    server = chosen.database_url and wrong.rule == "store_down"
    rule = "start_server_down" if server else f"start_{wrong.rule}"
    said = words.sentence(rule if rule in words.TABLE else wrong.rule, wrong.facts, "en")
    return f"{wrong.facts.get('file', at)}: {said}"


def _refuse(why: str) -> NoReturn:
    """End the process: the server would print an exception with all that led to it."""
    sys.stderr.write(f"turnsmith: {why}\n")
    sys.stderr.flush()
    os._exit(1)


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Make a service the current one, with its threads started; in the end it lets go of all."""
    service.desk.start()
    service.history.desk_lag.start(service.desk.loop)
    service.sampler.start()
    service.looks.start()
    if service.store:
        service.store.start()
    _running.append(service)
    try:
        yield service
    finally:
        _running.remove(service)
        _close(service)
        service.desk.stop()
        # Last: whoever asks it something would open it again.
        service.database.close()


def _close(service: Service) -> None:
    """Take no more edits and end every stream of figures: a server waits for open streams."""
    service.desk.close(max(0.0, service.settings.grace_s - LAST_S))
    service.sampler.stop()
    service.history.close()
    service.looks.stop()
    if service.store:
        service.store.stop()


def _end(service: Service) -> None:
    """A server waits for its clients without limit, and one of them may never read or write on."""
    _close(service)
    last = threading.Timer(service.settings.grace_s, _gone)
    last.daemon = True
    last.start()


def _gone() -> None:
    """As after a crash: what runs goes on at the next start."""
    log.warning("the grace is over, and somebody is still connected")
    os._exit(0)


@contextmanager
def _on_signal(act: Callable[[], None]) -> Iterator[None]:
    """Act when the process is told to end. The lifespan's own end comes after all requests."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    loop = asyncio.get_running_loop()

    def heard(number: int, frame: FrameType | None) -> None:
        # Not here: the thread that is interrupted may hold the locks that `act` takes.
        loop.call_soon_threadsafe(act)
        if callable(handler := before[signal.Signals(number)]):
            handler(number, frame)

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
