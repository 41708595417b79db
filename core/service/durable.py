"""Edits that outlive the process: each is a DBOS workflow, and each model call a step of it.

Everything between the calls is computed again after a restart, from the answers that were kept; so
a call that was finished is never made, nor paid for, twice.

On PostgreSQL several processes share the journal. Each holds a lease under a name of its own; the
edits of one whose lease can be had are gone on with by whoever had it.
"""

import asyncio
import logging
import secrets
import socket
import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowStatus, error
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from core.editing import trace
from core.editing.model import Model, Usage
from core.editing.prompt import Prompt, Schema
from core.errors import ModelError, Unavailable, retold, told
from core.service.jobs import Hear, Leave, Payload, Perform
from core.service.leases import Lease, Lost
from core.store.database import sound, unavailable

FILE = "jobs.db"
VERSION: Final = "2"
"""Of the workflow: one that another version began is not gone on with."""
ALONE: Final = "local"
"""Name of the one process that a file has."""
JOINED_S: Final = 0.2
"""How often it is looked whether another process's edit is over, where somebody waits for it."""
BEAT_S: Final = 1.0
"""How often it is looked who is dead."""
WRITERS: Final = 2
"""Threads that write into a file: it takes one writer at a time, and the others would only wake up
again and again to ask whether it is their turn."""
WRITERS_SERVER: Final = 8
"""The same where a server takes many."""
UNFINISHED: Final = ["PENDING", "ENQUEUED"]
ATTEMPTS: Final = 1_000_000
"""Restarts that one edit may see."""
KEPT_S: Final = 3600
"""How long what is over can still be looked up."""
CLOSE_S: Final = 5.0
SUBSECONDS: Final = (3, 42)
"""SQLite that has `unixepoch('subsec')`. DBOS asks for it from Python 3.12 on, whatever SQLite is
there, and an older one (Debian 12 has 3.40) answers NULL."""
_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL")


log = logging.getLogger(__name__)


class Workflows:
    """The journal; one per process, used on the loop that `open` is called on."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """`url` (`postgresql://…`) wins over the folder."""
        self._url = url or f"sqlite:///{folder / FILE}"
        self._file = None if url else folder / FILE
        self._engine = sqlite(self._file) if self._file else None
        self._name = f"{socket.gethostname()}-{secrets.token_hex(8)}" if url else ALONE
        self._lease = Lease(url, self._name) if url else None
        self._open = self._held = True
        self._doubted = False
        """Whether the lease was lost, and it is not yet sorted out what others have taken."""

    @property
    def name(self) -> str:
        """Of this process, as its lease has it."""
        return self._name

    async def open(
        self, perform: Perform, leave: Leave, hear: Hear
    ) -> Sequence[tuple[str, Payload]]:
        """Begin, and return what only we can go on with: it is performed soon.

        Raises Unavailable.
        """
        self._loop = asyncio.get_running_loop()
        self._leave, self._hear = leave, hear
        config: DBOSConfig = {
            "name": "turnsmith",
            "system_database_url": self._url,
            "system_database_engine": self._engine,
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "ERROR",
            "max_executor_threads": WRITERS_SERVER if self._lease else WRITERS,
        }
        DBOS(config=config)
        self._perform = perform
        _performing.append(self._performed)
        if self._lease:
            await self._lease.take()
        self._launch()
        await self._clear()
        if self._lease:
            with suppress(Lost):
                await self._take_over(self._lease)
            self._guarding = self._loop.create_task(self._guard(self._lease))
            return []
        left = await DBOS.list_workflows_async(
            name="edit", status=UNFINISHED, executor_id=self._name, load_output=False
        )
        return [(one.workflow_id, one.input["args"][1]) for one in left if one.input]

    def _launch(self) -> None:
        """What DBOS would log of a file that it cannot use is told by whoever started us."""
        spoken = logging.getLogger("dbos")
        level = spoken.level
        spoken.setLevel(logging.CRITICAL)
        try:
            if self._file:
                sound(self._file)
            DBOS.launch()
        except DBAPIError as error:
            raise self._unusable(unavailable(error)) from error
        except Unavailable as error:
            raise self._unusable(error) from error
        finally:
            spoken.setLevel(level)

    def _unusable(self, found: Unavailable | None) -> Unavailable:
        rule = found.rule if found else "store_corrupt"
        if not self._file:
            return Unavailable(rule)
        return Unavailable(rule.replace("store_corrupt", "jobs_corrupt"), file=str(self._file))

    async def run(self, id_: str, payload: Payload) -> bool:
        """Note an edit and begin it, unless one of that id is noted already."""
        fresh = id_ not in _here
        _here.add(id_)
        _new.update({id_} if fresh else ())
        try:
            with SetWorkflowID(id_, workflow_id_reuse_policy="reject"):
                await DBOS.start_workflow_async(_edit, id_, dict(payload))
        except BaseException as wrong:
            if fresh:
                _here.discard(id_)
                _new.discard(id_)
            if isinstance(wrong, error.DBOSWorkflowIDInUseError):
                return False
            raise
        return True

    async def _performed(self, id_: str, payload: Payload) -> str | None:
        """Without the lease nothing is begun: whoever has it would go on with it once more."""
        if self._held:
            return await self._perform(id_, payload)
        self._leave(id_)
        return None

    async def outcome(self, id_: str) -> str:
        handle: Any = await DBOS.retrieve_workflow_async(id_)
        return str(await handle.get_result(polling_interval_sec=JOINED_S))

    def recorded(self, model: Model) -> "Recorded":
        new = DBOS.workflow_id in _new
        _new.discard(DBOS.workflow_id or "")
        return Recorded(model, self._leave, new=new)

    async def runs(self, id_: str) -> bool:
        """Whether some process has it, or will have it soon."""
        return bool(await _listed(UNFINISHED, ids=[id_]))

    def close(self) -> None:
        """What is not over goes on when the next process opens. Blocks for a moment."""
        self._open = False
        DBOS.destroy()
        if self._lease:
            asyncio.run_coroutine_threadsafe(self._let_go(self._lease), self._loop).result(CLOSE_S)
        if self._engine:
            self._engine.dispose()
        with suppress(IndexError):
            _performing.pop()

    # -- several processes

    async def _guard(self, lease: Lease) -> None:
        while self._open:
            try:
                await self._beat(lease)
            except Exception:  # whatever the store says, the next beat asks again
                log.exception("it could not be seen who is dead")

    async def _beat(self, lease: Lease) -> None:
        try:
            async for said in lease.hold(BEAT_S):
                self._hear(said)
        except Lost:
            self._held, self._doubted = False, True
            self._held = await self._retaken(lease)
        if not self._held:
            return
        if self._doubted:
            await self._sort_out()
        with suppress(Lost):
            await self._take_over(lease)
        self._hear("")

    async def _take_over(self, lease: Lease) -> None:
        """Go on with the edits of the dead. Whoever has their lock is alone in doing so."""
        found = await _listed(["PENDING"])
        for name in {one.executor_id or ALONE for one in found} - {self._name}:
            async with lease.of(name) as dead:
                # What was read before the lock was had may be another's by now.
                left = [one.workflow_id for one in await _listed(["PENDING"], name)] if dead else []
                if left:
                    log.warning("going on with %d edits of %s", len(left), name)
                    await DBOS.resume_workflows_async(left)

    async def _retaken(self, lease: Lease) -> bool:
        """Take the lease again; where that cannot be done at once, stop all that runs here."""
        try:
            await lease.take()
        except Lost:
            log.warning("the lease is lost: %d edits stop here", len(_here))
            self._stop(_here)
            await asyncio.sleep(BEAT_S)
            return False
        return True

    async def _sort_out(self) -> None:
        """What others have taken meanwhile stops here; what stopped, and is still ours, goes on."""
        known = _here - _new
        ours = {one.workflow_id for one in await _listed(["PENDING"], self._name)}
        self._stop(known - ours)
        if stopped := ours - _here:
            await DBOS.resume_workflows_async(sorted(stopped))
        self._doubted = False

    def _stop(self, ids: Iterable[str]) -> None:
        for id_ in tuple(ids):
            self._leave(id_)

    async def _let_go(self, lease: Lease) -> None:
        self._guarding.cancel()
        with suppress(asyncio.CancelledError):
            await self._guarding
        await lease.close()

    # -- what is over

    async def _clear(self) -> None:
        """Let go of what has been over for long, now and every hour."""
        asyncio.get_running_loop().call_later(KEPT_S, self._again)
        until = datetime.fromtimestamp(time.time() - KEPT_S, UTC).isoformat()
        over = await DBOS.list_workflows_async(
            name="edit", completed_before=until, limit=5000, load_input=False, load_output=False
        )
        if over:
            await DBOS.delete_workflows_async([one.workflow_id for one in over])

    def _again(self) -> None:
        if self._open:
            self._clearing = asyncio.get_running_loop().create_task(self._clear())


async def _listed(
    states: list[str],
    executor: str | None = None,
    *,
    ids: list[str] | None = None,
) -> Sequence[WorkflowStatus]:
    return await DBOS.list_workflows_async(
        name="edit",
        status=states,
        executor_id=executor,
        workflow_ids=ids,
        app_version=VERSION,
        load_input=False,
        load_output=False,
    )


_performing: list[Perform] = []
"""DBOS knows functions only; this is where theirs leads."""
_here: set[str] = set()
"""Ids of what is performed, or will be at once."""
_new: set[str] = set()
"""Those of them that were noted here and are not performed yet."""


@DBOS.workflow(name="edit", max_recovery_attempts=ATTEMPTS)
async def _edit(id_: str, payload: dict[str, Any]) -> str:
    _here.add(id_)
    try:
        ended = await _performing[-1](id_, payload)
    finally:
        _here.discard(id_)
        _new.discard(id_)
    if ended is None:
        # In DBOS's words: another has it, so nothing is noted of how it went here.
        raise error.DBOSWorkflowConflictIDError(id_)
    return ended


class Recorded:
    """A model whose finished answers are kept with the edit."""

    def __init__(self, model: Model, leave: Leave, *, new: bool) -> None:
        """`leave` is called with an edit that another process has gone on with.

        Of a `new` edit nothing is kept yet, so nothing is looked for.
        """
        self._model, self._leave = model, leave
        self._known: dict[str, deque[_Answer]] | None = {} if new else None

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As the model does, live; after a restart, a finished answer at once."""
        if self._known is None:
            self._known = await _answers(DBOS.workflow_id or "")
        asked = prompt.key
        if again := self._known.get(asked):
            for piece in _pieces(answer := again.popleft()):
                yield piece
            if answer["error"]:
                raise retold(**answer["error"])
            return
        texts, usage, failure = [], None, None
        try:
            async with aclosing(self._model.stream(prompt, schema)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Usage):
                        usage = [piece.tokens_in, piece.tokens_out, piece.cached]
                    else:
                        texts.append(piece)
                    yield piece
        except ModelError as found:
            failure = found
        said = {"text": "".join(texts), "usage": usage, "error": failure and told(failure)}
        await self._keep({"asked": asked, **said})
        if failure:
            raise failure

    async def _keep(self, answer: "_Answer") -> None:
        """An error is kept, too: it was told already.

        Where nothing can be kept just now the edit goes on; a crash would have it ask again.
        """
        begun = time.monotonic()
        try:
            await DBOS.run_step_async(None, _kept, answer)
            trace.stored(time.monotonic() - begun)
        except error.DBOSWorkflowConflictIDError:
            self._leave(DBOS.workflow_id or "")
            raise asyncio.CancelledError from None
        except DBAPIError as wrong:
            if not unavailable(wrong):
                raise


_Answer: TypeAlias = dict[str, Any]
"""What is kept of one call."""


def _kept(answer: _Answer | None) -> _Answer | None:
    """A step, once the call is over: a step around the call would cost two threads more."""
    return answer


async def _answers(id_: str) -> dict[str, deque[_Answer]]:
    """What an edit was answered before, by what it asked."""
    # Looked for from outside of the edit: inside, a look would be a step of it.
    looking = DBOS.list_workflow_steps_async(id_)
    steps = await asyncio.create_task(looking, context=Context())
    found: dict[str, deque[_Answer]] = {}
    for answer in (step["output"] for step in steps):
        if answer:
            found.setdefault(answer["asked"], deque()).append(answer)
    # The next step is to come after these, and after one that was begun and is not there.
    for _ in range(max((step["function_id"] for step in steps), default=0)):
        await DBOS.run_step_async(None, _kept, None)
    return found


def _pieces(answer: Mapping[str, Any]) -> Sequence[str | Usage]:
    text: list[str | Usage] = [answer["text"]] if answer["text"] else []
    return [*text, Usage(*answer["usage"])] if answer["usage"] else text


def sqlite(file: Path) -> Engine:
    """For DBOS, which neither asks for a file that outlives power nor lets go of an engine."""
    engine = create_engine(URL.create("sqlite", database=str(file)), pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        if sqlite3.sqlite_version_info < SUBSECONDS:
            connection.create_function("unixepoch", 1, lambda _: time.time())
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
