"""Chat Completions as bytes: whole answers, stream chunks and errors."""

import json
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bench.sim_llm import tokens

Body = dict[str, Any]

ERRORS: dict[str, Body] = {
    "400": {"message": "Invalid request", "type": "invalid_request_error", "code": None},
    "401": {"message": "Incorrect API key", "type": "auth_error", "code": "invalid_api_key"},
    "403": {"message": "Not allowed", "type": "auth_error", "code": None},
    "404": {"message": "No such model", "type": "not_found", "code": "model_not_found"},
    "429": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"},
    "quota": {"message": "Out of quota", "type": "requests", "code": "insufficient_quota"},
    "500": {"message": "The server had an error", "type": "server_error", "code": None},
    "503": {"message": "Overloaded", "type": "server_error", "code": None},
}
FINISH = {"truncated": "length", "filtered": "content_filter"}


@dataclass
class Job:
    """One request being answered."""

    model: str
    text: str
    tokens_in: int
    cached: int
    """Of them, those of the messages that a request before began with, too."""
    fault: str
    amount: float
    """The number behind a fault: seconds to stall or to retry after."""
    usage: bool
    """Whether the stream ends with a usage chunk."""
    entry: Body
    """This request's line in the log; filled in when the request ends."""
    started: float = field(default_factory=time.monotonic)

    @cached_property
    def tokens_out(self) -> int:
        return tokens.count(self.text)

    @property
    def finish(self) -> str:
        return FINISH.get(self.fault, "stop")


def error(job: Job) -> tuple[Body, int, dict[str, str]]:
    """Body, status and headers of a refusal."""
    status = 429 if job.fault == "quota" else int(job.fault)
    headers = {"Retry-After": f"{job.amount or 1:g}"} if job.fault == "429" else {}
    return {"error": {"param": None, **ERRORS[job.fault]}}, status, headers


def no_format(kind: str) -> Body:
    """What servers say that do not know a response format."""
    message = f"'response_format' of type '{kind}' is not supported with this model."
    return {
        "error": {"message": message, "type": "invalid_request_error", "param": "response_format"}
    }


def whole(job: Job) -> Body:
    message = {"role": "assistant", "content": job.text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": job.finish, "logprobs": None}
    return {**_head(job, "chat.completion"), "choices": [choice], "usage": usage(job)}


def opening(job: Job) -> bytes:
    return _chunk(job, {"role": "assistant", "content": ""})


def delta(job: Job, text: str) -> bytes:
    return _chunk(job, {"refusal": text} if job.fault == "declined" else {"content": text})


def closing(job: Job) -> bytes:
    """The last chunks; the fault `cut` ends the stream cleanly but without a finish reason."""
    if job.fault == "cut":
        return b""
    out = _chunk(job, {}, job.finish)
    if job.usage:
        out += _sse({**_head(job, "chat.completion.chunk"), "choices": [], "usage": usage(job)})
    return out + b"data: [DONE]\n\n"


def usage(job: Job) -> Body:
    total = job.tokens_in + job.tokens_out
    return {
        "prompt_tokens": job.tokens_in,
        "completion_tokens": job.tokens_out,
        "total_tokens": total,
        "prompt_tokens_details": {"cached_tokens": job.cached},
    }


def _head(job: Job, kind: str) -> Body:
    return {"id": "chatcmpl-sim", "object": kind, "created": int(time.time()), "model": job.model}


def _chunk(job: Job, said: Body, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": said, "finish_reason": finish, "logprobs": None}
    return _sse({**_head(job, "chat.completion.chunk"), "choices": [choice]})


def _sse(data: Body) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
