"""Edits that outlive the process: each is a DBOS workflow, and each model call a step of it.

Everything between the calls is computed again after a restart, from the answers that were kept; so
a call that was finished is never made, nor paid for, twice.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy import URL, Engine, create_engine, event

from core.editing.model import Model, Usage
from core.editing.prompt import Prompt, Schema
from core.errors import ModelError, retold, told
from core.service.jobs import Payload, Perform

FILE = "jobs.db"
VERSION: Final = "1"
"""Of the workflow: one that another version began is not gone on with."""
EXECUTOR = "local"
ATTEMPTS: Final = 1_000_000
"""Restarts that one edit may see."""
KEPT_S: Final = 3600
"""How long what is over can still be looked up."""
_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL")


class Workflows:
    """The journal; one per process, used on the loop that `open` is called on."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """`url` (`postgresql://…`) wins over the folder."""
        self._url = url or f"sqlite:///{folder / FILE}"
        self._engine = None if url else _sqlite(folder / FILE)
        self._open = True

    async def open(self, perform: Perform) -> Sequence[tuple[str, Payload]]:
        """Begin, and return what is left to do: it is performed soon."""
        config: DBOSConfig = {
            "name": "turnsmith",
            "system_database_url": self._url,
            "system_database_engine": self._engine,
            "application_version": VERSION,
            "executor_id": EXECUTOR,
            "log_level": "ERROR",
            "max_executor_threads": 8,
        }
        DBOS(config=config)
        _performing.append(perform)
        DBOS.launch()
        await self._clear()
        left = await DBOS.list_workflows_async(
            name="edit", status=["PENDING", "ENQUEUED"], executor_id=EXECUTOR, load_output=False
        )
        return [(one.workflow_id, one.input["args"][1]) for one in left if one.input]

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

    async def run(self, id_: str, payload: Payload) -> None:
        """Note an edit and begin it; it is noted when this returns."""
        with SetWorkflowID(id_):
            await DBOS.start_workflow_async(_edit, id_, dict(payload))

    def recorded(self, model: Model) -> "Recorded":
        return Recorded(model)

    def close(self) -> None:
        """What is not over goes on when the next process opens. Blocks for a moment."""
        self._open = False
        DBOS.destroy()
        with suppress(IndexError):
            _performing.pop()


_performing: list[Perform] = []
"""DBOS knows functions only; this is where theirs leads."""


@DBOS.workflow(name="edit", max_recovery_attempts=ATTEMPTS)
async def _edit(id_: str, payload: dict[str, Any]) -> None:
    await _performing[-1](id_, payload)


class Recorded:
    """A model whose finished answers are kept with the edit."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As the model does, live; after a restart, a finished answer at once."""
        pieces: asyncio.Queue[str | Usage | None] = asyncio.Queue()
        heard = False
        step = asyncio.ensure_future(DBOS.run_step_async(None, self._call, prompt, schema, pieces))
        step.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                heard = True
                yield piece
            answer = await step
        finally:
            step.cancel()
        if not heard:
            for piece in _pieces(answer):
                yield piece
        if answer["error"]:
            raise retold(**answer["error"])

    async def _call(
        self, prompt: Prompt, schema: Schema, pieces: "asyncio.Queue[str | Usage | None]"
    ) -> dict[str, Any]:
        """One call, as what is kept of it. An error is kept, too: it was told already."""
        texts, usage, error = [], None, None
        try:
            async for piece in self._model.stream(prompt, schema):
                if isinstance(piece, Usage):
                    usage = [piece.tokens_in, piece.tokens_out]
                else:
                    texts.append(piece)
                pieces.put_nowait(piece)
        except ModelError as found:
            error = told(found)
        return {"text": "".join(texts), "usage": usage, "error": error}


def _pieces(answer: Mapping[str, Any]) -> Sequence[str | Usage]:
    text: list[str | Usage] = [answer["text"]] if answer["text"] else []
    return [*text, Usage(*answer["usage"])] if answer["usage"] else text


def _sqlite(file: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(file)), pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
