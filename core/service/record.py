"""Model calls and the edits they were made for, written to a file and played again as a model.

One JSON object a line, `{"kind": "call" | "edit", "edit": id, …}`. The file holds stories, requests
and answers as they are: it is for trying other prompts and models, and off unless asked for.
"""

import json
import logging
import os
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from core.chapter import rules
from core.chapter.ops import Group
from core.editing.model import Model, Usage
from core.editing.prompt import Prompt, Schema
from core.errors import ModelError, ModelSetup, retold, told
from core.service import logs
from core.service.jobs import Job, Terms
from core.service.views import View

_GROUPS: Final = TypeAdapter(tuple[Group, ...])
log = logging.getLogger(__name__)


class Recorder:
    """A model whose calls are written down as they end."""

    def __init__(self, model: Model, file: Path) -> None:
        """The file is added to, and made for its owner alone."""
        self._model, self._file = model, file

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As the model does."""
        call = _Call()
        try:
            async with aclosing(self._model.stream(prompt, schema)) as pieces:
                async for piece in pieces:
                    call.heard(piece)
                    yield piece
        except ModelError as error:
            call.error = told(error)
            raise
        finally:
            asked = {"prompt": prompt.phrasing.version, "schema": schema.name, "key": prompt.key}
            messages = [asdict(message) for message in prompt.messages]
            self._write("call", logs.edit.get(), {**asked, "messages": messages, **call.told()})

    async def close(self) -> None:
        """Let go of the model's connections."""
        if let_go := getattr(self._model, "close", None):
            await let_go()

    def ended(self, view: View, job: Job) -> None:
        """Write down what an edit came to; an instant one has nothing to be played again."""
        if view.kind == "model":
            self._write("edit", view.id, {**_asked(view, job.terms), **_came_to(view)})

    def _write(self, kind: str, edit: str, told: Mapping[str, object]) -> None:
        """A record that cannot be written costs no edit."""
        line = json.dumps({"kind": kind, "edit": edit, "at": time.time(), **told})
        try:
            with open(self._file, "a", encoding="ascii", opener=_private) as sink:
                sink.write(line + "\n")
        except OSError:
            log.exception("a model call could not be recorded")


@dataclass(slots=True)
class _Call:
    """One call as it is heard."""

    begun: float = field(default_factory=time.monotonic)
    texts: list[str] = field(default_factory=list)
    usage: Sequence[int] = ()
    first_s: float | None = None
    error: Mapping[str, object] | None = None

    def heard(self, piece: str | Usage) -> None:
        if isinstance(piece, Usage):
            self.usage = (piece.tokens_in, piece.tokens_out, piece.cached)
            return
        self.texts.append(piece)
        self.first_s = self.first_s or time.monotonic() - self.begun

    def told(self) -> dict[str, object]:
        answer, seconds = "".join(self.texts), time.monotonic() - self.begun
        timings = {"first_s": self.first_s, "seconds": round(seconds, 4)}
        return {"answer": answer, "usage": list(self.usage), **timings, "error": self.error}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _asked(view: View, terms: Terms) -> dict[str, object]:
    bounds = terms.limits
    return {
        "story": view.chapter.text,
        "request": view.request,
        "locks": sorted(bounds.locks),
        "only": sorted(bounds.only),
        "claims": terms.claims,
        "follows": terms.follow is not None,
    }


def _came_to(view: View) -> dict[str, object]:
    offer = view.proposal
    added = rules.added(view.chapter, offer.applied.chapter) if offer else ()
    return {
        "outcome": view.outcome,
        "reply": view.reply,
        "groups": _GROUPS.dump_python(view.groups, mode="json", by_alias=True),
        "dropped": [asdict(one) for one in view.dropped or (offer.dropped if offer else ())],
        "findings": [[one.rule, one.at] for one in added],
        "tokens": [view.tokens_in, view.tokens_out, view.cached],
        "seconds": round(view.seconds, 4),
    }


# -- played again


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file holds."""

    calls: Mapping[str, Mapping[str, Any]]
    """By what was asked; of the same question the last answer."""
    edits: Sequence[Mapping[str, Any]]
    """In the order they ended."""

    @classmethod
    def read(cls, file: Path) -> "Recording":
        """A line that a crash has cut off is passed over."""
        lines = list(_lines(file))
        calls = {one["key"]: one for one in lines if one.get("kind") == "call"}
        return cls(calls, [one for one in lines if one.get("kind") == "edit"])


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="ascii") as source:
        for line in source:
            try:
                yield json.loads(line)
            except ValueError:
                continue


class Replayed:
    """A model that gives the recorded answers, at once."""

    def __init__(self, recording: Recording) -> None:
        self._calls = recording.calls

    async def stream(
        self,
        prompt: Prompt,
        schema: Schema,  # noqa: ARG002  the seam's own
    ) -> AsyncGenerator[str | Usage, None]:
        """Raises ModelSetup `not_recorded` for what was never asked."""
        call = self._calls.get(prompt.key)
        if call is None:
            raise ModelSetup("not_recorded")
        if call["answer"]:
            yield str(call["answer"])
        if call["usage"]:
            yield Usage(*call["usage"])
        if call["error"]:
            raise retold(**call["error"])
