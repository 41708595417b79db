"""The model behind one seam: any OpenAI-compatible server, one door for its errors.

The SDK's own timeout is per read, it follows redirects with the chapter in the body, unpacks any
gzip and takes a cut stream for success; so retries, deadline, byte cap and end of stream are ours.
"""

import asyncio
import hashlib
import json
import random
import time
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
)
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from math import isfinite
from typing import Any, Literal, Protocol, TypeAlias, cast, get_args

import httpx2
import openai

from core.chapter.text import Json
from core.editing import providers, trace
from core.editing.line import Line
from core.editing.prompt import Prompt, Schema
from core.errors import (
    ModelBusy,
    ModelDown,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelSetup,
    ModelTimeout,
)

DEFAULT_URL = "https://api.openai.com/v1"
TRIES = 3
"""Attempts of one call, while nothing of an answer has come."""
CONNECT_S = 5.0
TAIL_S = 0.1
"""How long the end of a finished answer is awaited, so that its connection can be used again."""
IDLE_S = 5.0
"""How long a connection is kept for the next call."""
MAX_WIRE = 16 * 1024 * 1024
"""Bytes of one answer; a token costs about 250 on the wire."""
MAX_LINE = 1024 * 1024
TELLING = 16
"""Letters from which a key is a secret, and no word that an answer may have, such as `ollama`."""

Form: TypeAlias = Literal["strict", "loose", "object", "free"]
FORMS: tuple[Form, ...] = get_args(Form)
"""How an answer's format is asked for: `json_schema`, the same without its patterns, which some
models of Azure refuse, `json_object`, and not at all: it stands in the prompt anyway."""

OURS: Mapping[type[Exception], tuple[type[ModelError], str]] = {
    openai.RateLimitError: (ModelBusy, "model_busy"),
    openai.APITimeoutError: (ModelTimeout, "model_timeout"),
    openai.APIConnectionError: (ModelDown, "model_unreachable"),
    openai.InternalServerError: (ModelDown, "model_down"),
    openai.ConflictError: (ModelDown, "model_down"),
    openai.AuthenticationError: (ModelSetup, "model_key"),
    openai.OAuthError: (ModelSetup, "model_key"),
    openai.PermissionDeniedError: (ModelSetup, "model_key"),
    openai.NotFoundError: (ModelSetup, "model_name"),
    openai.BadRequestError: (ModelSetup, "model_rejects"),
    openai.UnprocessableEntityError: (ModelSetup, "model_rejects"),
    openai.APIStatusError: (ModelSetup, "model_rejects"),
    openai.APIResponseValidationError: (ModelGarbled, "model_protocol"),
    openai.LengthFinishReasonError: (ModelGarbled, "model_cut"),
    openai.ContentFilterFinishReasonError: (ModelRefused, "model_filter"),
    openai.InvalidWebhookSignatureError: (ModelGarbled, "model_protocol"),
    openai.WebSocketConnectionClosedError: (ModelDown, "model_unreachable"),
    openai.WebSocketQueueFullError: (ModelDown, "model_unreachable"),
    openai.APIError: (ModelDown, "model_down"),
    openai.OpenAIError: (ModelSetup, "model_client"),
    httpx2.TimeoutException: (ModelTimeout, "model_timeout"),
    httpx2.ConnectTimeout: (ModelDown, "model_unreachable"),
    httpx2.UnsupportedProtocol: (ModelSetup, "model_address"),
    httpx2.InvalidURL: (ModelSetup, "model_address"),
    httpx2.HTTPError: (ModelDown, "model_unreachable"),
    TimeoutError: (ModelTimeout, "model_timeout"),
    OSError: (ModelDown, "model_unreachable"),
    ValueError: (ModelGarbled, "model_protocol"),
    RecursionError: (ModelGarbled, "model_protocol"),
}
"""What each foreign error is called here; the nearest class counts."""

_BY_CODE: Mapping[str, tuple[type[ModelError], str]] = {
    "insufficient_quota": (ModelSetup, "model_quota"),
    "invalid_api_key": (ModelSetup, "model_key"),
    "model_not_found": (ModelSetup, "model_name"),
    "context_length_exceeded": (ModelRefused, "model_context"),
    "content_filter": (ModelRefused, "model_filter"),
    "content_policy_violation": (ModelRefused, "model_filter"),
}
_BY_WORDS: Mapping[str, str] = {
    "API_KEY_INVALID": "invalid_api_key",
    "no_db_connection": "invalid_api_key",
    "Invalid model name": "model_not_found",
}
"""What stands in an answer with status 400 instead of a code: Google's, then LiteLLM's."""
_BY_STATUS: Mapping[int, tuple[type[ModelError], str]] = {
    408: (ModelDown, "model_down"),
    413: (ModelRefused, "model_context"),
    402: (ModelSetup, "model_quota"),
}
_FORM_REFUSED = frozenset({400, 422})


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call cost so far, in tokens; comes when the server says it."""

    tokens_in: int
    tokens_out: int
    cached: int = 0
    """Of `tokens_in`, those that the server had read before."""


class Model(Protocol):
    """Writes an answer piece by piece."""

    def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """Pieces of the answer's text as they come.

        Raises ModelError and nothing else. Closing the iterator ends the call at once.
        """
        ...


class OpenAIModel:
    """Chat Completions over one client. Make one per process, use it on one event loop."""

    name: str
    """As the server knows it."""
    on_retry: Callable[[ModelError], None] = staticmethod(lambda _: None)
    """Hears why an attempt failed that is going to be repeated."""

    def __init__(
        self, key: str, base_url: str, model: str, *, timeout_s: float = 60.0, max_parallel: int = 8
    ) -> None:
        """Raises ModelSetup for an address that is none."""
        self.name = model
        self._timeout_s = timeout_s
        self._seats = asyncio.Semaphore(max_parallel)
        self._form = 0
        http = httpx2.AsyncClient(transport=_Guarded(), follow_redirects=False, trust_env=False)
        with _door(_Call(0.0, 0)):
            self._client = openai.AsyncOpenAI(
                api_key=key or "none",
                base_url=base_url or DEFAULT_URL,
                max_retries=0,
                timeout=httpx2.Timeout(None, connect=min(CONNECT_S, timeout_s)),
                http_client=http,
                default_headers={"accept-encoding": "identity"},
            )
        self._key = key
        self._keyed = providers.takes_cache_key(base_url)

    @property
    def form(self) -> Form:
        """How the server takes the answer's format, as far as it has shown; once it answered."""
        return FORMS[self._form]

    async def stream(self, prompt: Prompt, schema: Schema) -> AsyncGenerator[str | Usage, None]:
        """As `Model.stream`, within `timeout_s` from the moment a seat is free.

        An attempt is repeated only while no text has come; what broke later is raised.
        """
        async with self._seats:
            call = _Call(time.monotonic() + self._timeout_s, self._form)
            while call.open:
                try:
                    async with aclosing(self._once(prompt, schema, call)) as pieces:
                        async for piece in pieces:
                            yield piece
                except _FormRefused:
                    call.form += 1
                except ModelError as error:
                    wait_s = call.pause(error)
                    self.on_retry(error)
                    await asyncio.sleep(wait_s)

    async def _once(
        self, prompt: Prompt, schema: Schema, call: "_Call"
    ) -> AsyncGenerator[str | Usage, None]:
        with _door(call):
            async with asyncio.timeout(call.left):
                body = _body(self.name, prompt, schema, call.form, keyed=self._keyed)
                response = await self._post(body)
            trace.reached("opened")
            end = ""
            try:
                async for piece in _pieces(_lines(response.aiter_raw(), call)):
                    end = self._keyless(end, piece)
                    call.started, self._form = True, call.form
                    yield piece
            finally:
                await response.aclose()
        call.open = False

    def _keyless(self, end: str, piece: str | Usage) -> str:
        """The end of what was said. Answers are kept, so none may hold the key that we sent."""
        if isinstance(piece, Usage) or len(self._key) < TELLING:
            return end
        said = end + piece
        if self._key in said:
            raise ModelGarbled("model_protocol")
        return said[-len(self._key) :]

    async def _post(self, body: bytes) -> httpx2.Response:
        """By the SDK's own way for any path: its typed one spends a third of an edit on types."""
        answer = await self._client.post(
            "/chat/completions",
            cast_to=httpx2.Response,
            content=body,
            options={"security": {"bearer_auth": True}},
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )
        return cast(httpx2.Response, answer)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.close()


@dataclass(slots=True)
class _Call:
    """One call and its attempts."""

    deadline: float
    """Of the monotonic clock."""
    form: int
    """Index in `FORMS` of the answer format asked for."""
    started: bool = False
    ended: bool = False
    open: bool = True
    attempt: int = 1

    @property
    def left(self) -> float:
        """Seconds to the deadline, or to the end of a finished answer's tail."""
        return min(self.deadline - time.monotonic(), TAIL_S if self.ended else float("inf"))

    def pause(self, error: ModelError) -> float:
        """Seconds to the next attempt; raises the error when there is none in time."""
        wait: float = min(0.5 * 2 ** (self.attempt - 1), 4.0) * random.uniform(0.75, 1)
        if isinstance(error, ModelBusy) and error.wait_s is not None:
            wait = error.wait_s * random.uniform(1, 1.1)
        if self.started or not error.retry or self.attempt >= TRIES or wait > self.left:
            raise error
        self.attempt += 1
        return wait


class _FormRefused(ModelSetup):
    """The server may not know the answer format that was asked for."""


# -- the request


def _body(name: str, prompt: Prompt, schema: Schema, form: int, *, keyed: bool = False) -> bytes:
    """`form` is an index in `FORMS`.

    `keyed` names the chapter, so that its calls meet the same cache.
    """
    messages = [{"role": one.role, "content": one.content} for one in prompt.messages]
    body: dict[str, Any] = {"model": name, "messages": messages, "stream": True}
    if form < _LAST_FORM:
        wanted = _format(schema, FORMS[form])
        body |= {"response_format": wanted, "stream_options": {"include_usage": True}}
    if keyed:
        body["prompt_cache_key"] = _key(prompt)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _format(schema: Schema, form: Form) -> Mapping[str, Any]:
    if form == "object":
        return {"type": "json_object"}
    body = _patternless(dict(schema.body)) if form == "loose" else schema.body
    wanted = {"name": schema.name, "strict": True, "schema": body}
    return {"type": "json_schema", "json_schema": wanted}


def _patternless(part: Json) -> Json:
    if isinstance(part, list):
        return [_patternless(one) for one in part]
    if isinstance(part, dict):
        return {name: _patternless(one) for name, one in part.items() if name != "pattern"}
    return part


def _key(prompt: Prompt) -> str:
    """The same for all calls about one chapter; tells nothing of it."""
    always = "".join(one.content for one in prompt.messages[:2])
    return hashlib.sha256(always.encode(errors="replace")).hexdigest()[:32]


_LAST_FORM = len(FORMS) - 1


# -- the answer


async def _lines(wire: AsyncIterator[bytes], call: _Call) -> AsyncIterator[bytes]:
    """Lines by LF alone: a text reader would also split at U+2028 inside a JSON string."""
    rest = b""
    while True:
        try:
            async with asyncio.timeout(call.left):
                chunk = await anext(wire, None)
        except TimeoutError:
            if call.ended:
                return
            raise
        *lines, rest = (rest + (chunk or b"\n")).split(b"\n")
        if len(rest) > MAX_LINE:
            raise ModelGarbled("model_too_long", most=MAX_LINE)
        for line in lines:
            call.ended = call.ended or line.strip() == b"data: [DONE]"
            yield line.strip()
        if chunk is None:
            return


_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")
"""How a line of an event stream may begin."""


async def _pieces(lines: AsyncIterator[bytes]) -> AsyncIterator[str | Usage]:
    """The text of the answer. Raises ModelError when it does not end as it should."""
    finish, written, foreign = None, False, False
    async for line in lines:
        if not line.startswith(b"data:") or line.endswith(b"[DONE]"):
            foreign = foreign or bool(line and not line.startswith(_FIELDS))
            continue
        event = json.loads(line[5:])
        if piece := _content(event):
            written = True
            yield piece
        finish = _finish(event) or finish
        if usage := _usage(event):
            yield usage
    if foreign:
        raise ModelGarbled("model_protocol")
    if finish != "stop":
        raise _unfinished(finish)
    if not written:
        raise ModelGarbled("model_empty")


def _choice(event: Any) -> Mapping[str, Any]:
    if not isinstance(event, dict):
        raise ModelGarbled("model_protocol")
    if event.get("error"):
        raise ModelDown("model_down", status=200)
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    return first if isinstance(first, dict) else {}


def _content(event: Any) -> str:
    delta = _choice(event).get("delta")
    delta = delta if isinstance(delta, dict) else {}
    if delta.get("refusal"):
        raise ModelRefused("model_refused")
    content = delta.get("content")
    return content if isinstance(content, str) else ""


def _finish(event: Any) -> str | None:
    reason = _choice(event).get("finish_reason")
    return reason if isinstance(reason, str) else None


def _usage(event: Any) -> Usage | None:
    usage = event.get("usage")
    if not isinstance(usage, dict):
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(*map(_count, (usage.get("prompt_tokens"), usage.get("completion_tokens"), cached)))


def _count(value: object) -> int:
    return max(value, 0) if type(value) is int else 0


def _unfinished(finish: str | None) -> ModelError:
    if finish is None:
        return ModelDown("model_cut_off")
    if finish == "content_filter":
        return ModelRefused("model_filter")
    return ModelGarbled("model_cut" if finish == "length" else "model_protocol")


# -- the door


@contextmanager
def _door(call: _Call) -> Iterator[None]:
    """Foreign errors out, ours through."""
    try:
        yield
    except openai.APIStatusError as error:
        raise _by_status(error, call) from None
    except tuple(OURS) as error:
        kind, rule = _ours(error)
        cut = call.started and rule == "model_unreachable"
        raise kind("model_cut_off" if cut else rule) from None


def _ours(error: BaseException) -> tuple[type[ModelError], str]:
    """By the nearest class of the table; what the SDK calls a connection error, by its cause."""
    cause = error.__cause__
    if isinstance(error, openai.APIConnectionError) and cause and isinstance(cause, tuple(OURS)):
        return _ours(cause)
    return next(OURS[each] for each in type(error).__mro__ if each in OURS)


def _by_status(error: openai.APIStatusError, call: _Call) -> ModelError:
    status = error.status_code
    wait_s = _retry_after(error.response.headers)
    if named := _BY_CODE.get(_code(error)) or _BY_STATUS.get(status):
        return named[0](named[1], status=status)
    if 300 <= status < 400:
        return ModelSetup("model_address", status=status)
    if status in _FORM_REFUSED and call.form < _LAST_FORM:
        return _FormRefused("model_rejects", status=status)
    if status == 429 or (status == 503 and wait_s is not None):
        return ModelBusy("model_busy", wait_s, status=status)
    kind, rule = _ours(error)
    return kind(rule, status=status)


def _code(error: openai.APIStatusError) -> str:
    if error.code in _BY_CODE or error.status_code != HTTPStatus.BAD_REQUEST:
        return error.code or ""
    said = str(error.body)
    return next((code for words, code in _BY_WORDS.items() if words in said), "")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by `retry-after-ms` or `retry-after` (RFC 9110 10.2.3); None for nonsense."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if value := headers.get(name):
            try:
                wait = float(value) * unit
            except ValueError:
                wait = _until(value)
            return wait if isfinite(wait) and wait >= 0 else None
    return None


def _until(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - time.time()
    except ValueError:
        return float("nan")


class _Guarded(httpx2.AsyncBaseTransport):
    """Plain answers of bounded size only: what is packed is refused before it is unpacked."""

    def __init__(self) -> None:
        self._trusted = httpx2.create_ssl_context(trust_env=False)
        self._idle: deque[tuple[float, Line]] = deque()
        """Since when, the longest first."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        line = self._idle.pop()[1] if self._idle else Line(self._trusted)
        try:
            response = await line.handle_async_request(request)
        except BaseException:
            await self._back(line)
            raise
        stream = _Capped(response.stream, partial(self._back, line))
        if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
            await stream.aclose()
            raise ModelGarbled("model_protocol")
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=stream,
            extensions=response.extensions,
        )

    async def _back(self, line: Line) -> None:
        now = time.monotonic()
        self._idle.append((now, line))
        while self._idle and self._idle[0][0] < now - IDLE_S:
            await self._idle.popleft()[1].aclose()

    async def aclose(self) -> None:
        while self._idle:
            await self._idle.pop()[1].aclose()


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, inner: Any, after: Callable[[], Awaitable[None]]) -> None:
        self._inner, self._after = inner, after
        self._open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        async for chunk in self._inner:
            total += len(chunk)
            if total > MAX_WIRE:
                raise ModelGarbled("model_too_long", most=MAX_WIRE)
            yield chunk

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            try:
                await self._inner.aclose()
            finally:
                await self._after()
