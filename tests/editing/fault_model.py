"""An OpenAI-shaped server that misbehaves as the model's name says; a process of its own.

    python -m tests.editing.fault_model

Prints its port. GET /log tells the requests seen, as JSON; `left` is when the client hung up.
A model named `by-request` misbehaves as the request says: `wire-fault=reset#7`, where the number
tells the calls of one edit from those of all others.
"""

import asyncio
import gzip
import json
import re
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

ANSWER = json.dumps(
    {"changes": [{"op": "set", "at": "t1.news", "to": "새 소식이 왔어요."}], "reply": "바꿨어요."},
    ensure_ascii=False,
)
LOG: list[dict[str, object]] = []
SEEN: Counter[str] = Counter()
"""Requests by model."""
Play = Callable[[asyncio.StreamWriter, int], Awaitable[None]]
HANG_S = 30.0


def head(status: int = 200, kind: str = "text/event-stream", *extra: str) -> bytes:
    rows = [f"HTTP/1.1 {status} X", f"content-type: {kind}", *extra]
    return ("\r\n".join(rows) + "\r\n\r\n").encode()


def stream_head() -> bytes:
    return head(200, "text/event-stream", "transfer-encoding: chunked")


def packed(data: bytes) -> bytes:
    kind = "text/event-stream"
    return head(200, kind, "content-encoding: gzip", f"content-length: {len(data)}")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(text: str | None, finish: str | None = None, **delta: str) -> bytes:
    inner = ({"content": text} if text is not None else {}) | delta
    choice = {"index": 0, "delta": inner, "finish_reason": finish}
    data = json.dumps({"id": "x", "choices": [choice]}, ensure_ascii=False).encode()
    return chunk(b"data: " + data + b"\n\n")


DONE = chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"


def error_body(code: str) -> bytes:
    return json.dumps({"error": {"message": "no", "type": code, "code": code}}).encode()


def says(text: str, finish: str = "stop") -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(stream_head())
        for start in range(0, len(text), 5):
            out.write(event(text[start : start + 5]))
        out.write(event(None, finish) + DONE)

    return play


def status(code: int, *extra: str, body: bytes = b"", kind: str = "application/json") -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        data = body or error_body("server_error")
        out.write(head(code, kind, f"content-length: {len(data)}", *extra) + data)

    return play


def first(bad: Play) -> Play:
    async def play(out: asyncio.StreamWriter, seen: int) -> None:
        await (bad if seen == 1 else says(ANSWER))(out, seen)

    return play


def raw(*parts: bytes, hang_s: float = 0.0) -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        for part in parts:
            out.write(part)
        await out.drain()
        await asyncio.sleep(hang_s)

    return play


async def reset(out: asyncio.StreamWriter, _seen: int) -> None:
    out.write(stream_head() + event(ANSWER[:20]))
    await out.drain()
    await asyncio.sleep(0.05)
    peer = out.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    out.transport.abort()


def repeated(part: bytes, pause_s: float, *before: bytes) -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(b"".join(before))
        while True:
            out.write(part)
            await out.drain()
            await asyncio.sleep(pause_s)

    return play


def plays() -> Mapping[str, Play]:
    bomb = gzip.compress(b"0" * 50_000_000)
    small = gzip.compress(b"data: {}\n\n")
    refused = event(None, None, refusal="I cannot help with that.")
    whole = stream_head() + event(ANSWER) + event(None, "stop")
    half = stream_head() + event(ANSWER[:20])
    page = b"<html><body>captive portal</body></html>"
    padding = [f"x-{n}: {'p' * 8000}" for n in range(99)]
    reason = {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}
    google = json.dumps([{"error": reason}]).encode()
    keyless = {"message": "No connected db.", "type": "no_db_connection", "code": "400"}
    litellm_key = json.dumps({"error": keyless}).encode()
    nobody = {"message": "/chat/completions: Invalid model name passed in model=x", "code": "400"}
    litellm_name = json.dumps({"error": nobody}).encode()
    plain = json.dumps({"id": "x", "choices": [{"message": {"content": ANSWER}}]}).encode()
    return {
        "fine": says(ANSWER),
        "429-once": first(status(429, "retry-after-ms: 200")),
        "429-then-date": first(status(429, "retry-after: Thu, 01 Jan 1970 00:00:00 GMT")),
        "429-negative": first(status(429, "retry-after: -5")),
        "429-junk": first(status(429, "retry-after: soon")),
        "429-far": status(429, "retry-after: 3600"),
        "429-always": status(429, "retry-after-ms: 100"),
        "429-quota": status(429, body=error_body("insufficient_quota")),
        "500-once": first(status(500)),
        "500": status(500),
        "502-page": status(502, body=page, kind="text/html"),
        "503-wait": first(status(503, "retry-after-ms: 200")),
        "408-once": first(status(408)),
        "409-once": first(status(409)),
        "400": status(400),
        "400-filter": status(400, body=error_body("content_filter")),
        "400-context": status(400, body=error_body("context_length_exceeded")),
        "401": status(401, body=error_body("invalid_api_key")),
        "402": status(402),
        "403": status(403),
        "404": status(404, body=error_body("model_not_found")),
        "400-google-key": status(400, body=google),
        "400-litellm-key": status(400, body=litellm_key),
        "400-litellm-name": status(400, body=litellm_name),
        "404-page": status(404, body=page, kind="text/html"),
        "413": status(413),
        "418": status(418),
        "422": status(422),
        "204": status(204, body=b" "),
        "301": status(301, "location: /v1/chat/completions"),
        "307-away": status(307, "location: http://127.0.0.1:9/latest/meta-data/"),
        "hang": raw(hang_s=HANG_S),
        "hang-after-head": raw(stream_head(), hang_s=HANG_S),
        "stall": raw(half, hang_s=HANG_S),
        "comments": repeated(chunk(b": ping\n\n"), 0.1, stream_head()),
        "drip": repeated(chunk(b"d"), 0.1, stream_head()),
        "endless": repeated(event("가" * 2000), 0.0, stream_head()),
        "endless-line": repeated(chunk(b"x" * 65536), 0.0, stream_head()),
        "endless-error": repeated(b"x" * 65536, 0.0, head(500, "text/plain")),
        "close": raw(),
        "reset": reset,
        "drop": raw(half),
        "cut": raw(half, b"0\r\n\r\n"),
        "cut-after-nothing": raw(stream_head(), b"0\r\n\r\n"),
        "bad-chunk": raw(half, b"ZZ\r\nxx\r\n"),
        "short-body": raw(head(200, "text/event-stream", "content-length: 9999"), b"data: {"),
        "error-event": raw(stream_head(), chunk(b'data: {"error": {"message": "busy"}}\n\n'), DONE),
        "bad-json": raw(stream_head(), chunk(b"data: {not json\n\n"), DONE),
        "deep-json": raw(stream_head(), chunk(b"data: " + b"[" * 200_000 + b"\n\n"), DONE),
        "not-utf8": raw(stream_head(), chunk(b'data: {"choices": "\xff\xfe"}\n\n'), DONE),
        "json-list": raw(stream_head(), chunk(b"data: [1, 2]\n\n"), DONE),
        "json-text": raw(stream_head(), chunk(b'data: "hi"\n\n'), DONE),
        "odd-choices": raw(stream_head(), chunk(b'data: {"choices": {"a": 1}}\n\n'), DONE),
        "odd-delta": raw(stream_head(), chunk(b'data: {"choices": [{"delta": 3}]}\n\n'), DONE),
        "number-content": raw(stream_head(), event(None, "stop", content=5), DONE),  # type: ignore[arg-type]
        "no-stream": raw(head(200, "application/json", f"content-length: {len(plain)}"), plain),
        "page": raw(head(200, "text/html", f"content-length: {len(page)}"), page),
        "empty-body": raw(head(200, "text/event-stream", "content-length: 0")),
        "big-head": raw(head(200, "text/event-stream", *padding)),
        "not-http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "empty": says(""),
        "length": says(ANSWER[:-6], "length"),
        "filter": says(ANSWER[:20], "content_filter"),
        "tool-calls": says("", "tool_calls"),
        "refusal": raw(stream_head(), refused, event(None, "stop"), DONE),
        "bomb": raw(packed(bomb), bomb),
        "gzip": raw(packed(small), small),
        "no-done": raw(whole, b"0\r\n\r\n"),
        "slow-tail": raw(whole, DONE[:-5], hang_s=HANG_S),
        "line-separator": says("가\u2028나\u2029다\x85라"),
    }


PLAYS = plays()


async def serve(source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    request = await source.readuntil(b"\r\n\r\n")
    line, *rows = request.decode("latin-1").split("\r\n")
    fields = dict(row.lower().split(": ", 1) for row in rows if ": " in row)
    body = await source.readexactly(int(fields.get("content-length", 0)))
    if line.startswith("GET /log"):
        data = json.dumps(LOG).encode()
        out.write(head(200, "application/json", f"content-length: {len(data)}") + data)
    else:
        await answer(source, out, json.loads(body), fields)
    out.close()


async def answer(
    source: asyncio.StreamReader,
    out: asyncio.StreamWriter,
    asked: dict[str, object],
    fields: dict[str, str],
) -> None:
    model = str(asked["model"])
    if model == "by-request":
        model = tagged(asked)
    name = model.partition("|")[0]
    form = asked.get("response_format") or {}
    row: dict[str, object] = {
        "model": model,
        "form": kind_of(form),
        "encoding": fields.get("accept-encoding"),
        "at": time.monotonic(),
    }
    LOG.append(row)
    SEEN[model] += 1
    playing = asyncio.ensure_future(play(name, asked, out, SEEN[model]))
    leaving = asyncio.ensure_future(source.read())
    await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    if leaving.done():
        row["left"] = time.monotonic()
    playing.cancel()
    leaving.cancel()
    await asyncio.gather(playing, leaving, return_exceptions=True)


def kind_of(form: object) -> str | None:
    """The kind of answer format; a schema without patterns is `patternless`."""
    if not isinstance(form, dict) or not form:
        return None
    loose = form["type"] == "json_schema" and '"pattern"' not in json.dumps(form)
    return "patternless" if loose else str(form["type"])


def tagged(asked: dict[str, object]) -> str:
    """As a model's name; `fine` where the request says nothing."""
    found = re.search(r"wire-fault=([\w-]+)#(\d+)", json.dumps(asked["messages"]))
    return f"{found[1]}|{found[2]}" if found else "fine"


async def play(name: str, asked: dict[str, object], out: asyncio.StreamWriter, seen: int) -> None:
    """A model named `only:json_object` or `only:` takes no stricter answer format."""
    if name.startswith("only:"):
        kind = kind_of(asked.get("response_format")) or ""
        allowed = kind in ("", name.removeprefix("only:"))
        await (says(ANSWER) if allowed else status(400))(out, seen)
    else:
        await PLAYS[name](out, seen)
    await out.drain()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
