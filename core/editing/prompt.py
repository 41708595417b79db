"""What a model is asked: fixed instructions, the chapter as addressed lines, the request last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.chapter.text import Json

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one call, in order; the request is alone in the last one."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """What the answer must look like, for a server's structured output."""

    name: str
    """`chapter_changes`, or `turn_changes` for one turn of a plan."""
    body: Mapping[str, Json]
    """JSON Schema, strict mode."""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier request of the conversation and what was answered."""

    request: str
    reply: str
