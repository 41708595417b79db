"""A model that says what it is told to, and the end of an edit by it."""

import asyncio
import json
from collections.abc import AsyncGenerator

from core.chapter.chapter import Chapter
from core.editing import editor
from core.editing.editor import Ended
from core.editing.prompt import Prompt, Schema


class Scripted:
    """Gives its answers in one piece each, then empty lists; keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers: list[dict]) -> None:
        self.answers = list(answers)
        self.prompts: list[Prompt] = []
        self.schemas: list[Schema] = []

    @property
    def calls(self) -> int:
        return len(self.prompts)

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str, None]:
        self.prompts.append(prompt)
        self.schemas.append(schema)
        changes = self.answers.pop(0) if self.answers else []
        yield json.dumps({"changes": changes, "reply": "바꿨어요."}, ensure_ascii=False)


def ended(chapter: Chapter, request: str, model: Scripted | None = None, **terms) -> Ended:
    """How the edit ends."""

    async def last() -> editor.Event:
        return [event async for event in editor.edit(chapter, request, model, **terms)][-1]

    with asyncio.Runner() as runner:
        event = runner.run(last())
    assert isinstance(event, Ended)
    return event
