"""The model behind one seam: any OpenAI-compatible server, one door for its errors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from core.editing.prompt import Prompt, Schema


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call cost, in tokens; comes last, when the server says it."""

    tokens_in: int
    tokens_out: int


class Model(Protocol):
    """Writes an answer piece by piece."""

    def stream(self, prompt: Prompt, schema: Schema) -> AsyncIterator[str | Usage]:
        """Pieces of the answer's text as they come.

        Raises ModelError and nothing else. Closing the iterator ends the call at once.
        """
        ...


class OpenAIModel:
    """Chat Completions over one client. Make one per process, use it on one event loop."""

    def __init__(
        self, key: str, base_url: str, model: str, *, timeout_s: float = 60.0, max_parallel: int = 8
    ) -> None:
        self.name = model

    def stream(self, prompt: Prompt, schema: Schema) -> AsyncIterator[str | Usage]:
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of all connections."""
