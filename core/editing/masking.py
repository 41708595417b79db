"""What a provider does not get to see: tokens stand for personal data, and are put back."""

import json
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from core.chapter import personal
from core.chapter.chapter import Chapter
from core.chapter.personal import Kind, Span
from core.editing.model import Model, Usage
from core.editing.prompt import Message, Prompt, Schema

_TOKEN = re.compile(rf"(?i)\[(?:{'|'.join(personal.KINDS)})_[0-9]+\]")
_BEGUN = re.compile(r"\[[A-Za-z]{0,12}(?:_[0-9]{0,6})?$")
"""What may go on as a token in the next piece."""
_PRICE = re.compile(r"t[0-9]+\.s[0-9]+\.price: [-+.0-9Ee]+")


class Masked:
    """A model that is sent no personal data. What it says of it is put back as it was.

    Which token stands for what hangs on the prompt alone, so that calls with the same beginning
    stay the same up to there.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As the model does."""
        cover = Cover(prompt)
        sent = replace(prompt, messages=tuple(map(cover.message, prompt.messages)))
        async with aclosing(self._model.stream(sent, schema)) as pieces:
            async for piece in pieces:
                said = piece if isinstance(piece, Usage) else cover.uncovered(piece)
                if said:
                    yield said
        if rest := cover.rest():
            yield rest

    async def close(self) -> None:
        """Let go of the model below."""
        if let_go := getattr(self._model, "close", None):
            await let_go()


class Cover:
    """The tokens of one call, such as `[PHONE_1]`; none that the prompt has as its own words."""

    def __init__(self, prompt: Prompt) -> None:
        said = (token for one in prompt.messages for token in _TOKEN.findall(one.content))
        self._taken = {token.upper() for token in said}
        self._tokens: dict[str, str] = {}
        self._data: dict[str, str] = {}
        self._held = ""

    def message(self, message: Message) -> Message:
        """The same with tokens; line by line, for each is a text of its own."""
        lines = message.content.split("\n")
        return replace(message, content="\n".join(map(self._line, lines)))

    def _line(self, line: str) -> str:
        if _PRICE.fullmatch(line):
            return line
        return personal.replaced(line, lambda span: self._token(span, line))

    def _token(self, span: Span, line: str) -> str:
        data = line[span.start : span.end]
        if data not in self._tokens:
            self._tokens[data] = self._free(span.kind)
            self._data[self._tokens[data]] = data
        return self._tokens[data]

    def _free(self, kind: Kind) -> str:
        number = 1
        while (token := f"[{kind.upper()}_{number}]") in self._taken:
            number += 1
        self._taken.add(token)
        return token

    def uncovered(self, piece: str) -> str:
        """A piece of the answer, as JSON, with the data back; less what may be half a token."""
        if not self._data:
            return piece
        text = self._held + piece
        begun = _BEGUN.search(text)
        self._held = begun[0] if begun else ""
        return _TOKEN.sub(self._put_back, text[: len(text) - len(self._held)])

    def rest(self) -> str:
        """What was held back, once the answer is over."""
        rest, self._held = self._held, ""
        return rest

    def _put_back(self, token: re.Match[str]) -> str:
        data = self._data.get(token[0].upper())
        return token[0] if data is None else json.dumps(data, ensure_ascii=False)[1:-1]


def covered(chapter: Chapter, request: str) -> Counter[Kind]:
    """How much of each kind a model does not see of them, the same data once."""
    texts = (request, *(text for _, text in chapter.texts()))
    found = {
        (one.kind, text[one.start : one.end]) for text in texts for one in personal.found(text)
    }
    return Counter(kind for kind, _ in found)
