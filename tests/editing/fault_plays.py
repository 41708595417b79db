"""What a misbehaving model server sends: 65 faults that any client may meet, and some of our own.

A play writes the answer of one request; it is told how often its model was asked, from 1.
"""

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

NEWS = "새 소식이 왔어요."
"""What a good answer makes of `t1.news`."""
Play = Callable[[asyncio.StreamWriter, int], Awaitable[None]]
HANG_S = 30.0


# -- texts


def written(*changes: object) -> str:
    """A model's text."""
    return json.dumps({"changes": changes, "reply": "바꿨어요."}, ensure_ascii=False)


def news(text: str) -> dict[str, str]:
    return {"op": "set", "at": "t1.news", "to": text}


ANSWER = written(news(NEWS))
PART = ANSWER[: ANSWER.index("소식")]
"""Breaks off inside of its change."""


# -- bytes


def head(status: int = 200, kind: str = "text/event-stream", *extra: str) -> bytes:
    rows = [f"HTTP/1.1 {status} X", f"content-type: {kind}", *extra]
    return ("\r\n".join(rows) + "\r\n\r\n").encode()


STREAM = head(200, "text/event-stream", "transfer-encoding: chunked")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(text: str | None, finish: str | None = None, **delta: object) -> bytes:
    inner = ({"content": text} if text is not None else {}) | delta
    choice = {"index": 0, "delta": inner, "finish_reason": finish}
    data = json.dumps({"id": "x", "choices": [choice]}, ensure_ascii=False).encode()
    return chunk(b"data: " + data + b"\n\n")


END = b"0\r\n\r\n"
DONE = chunk(b"data: [DONE]\n\n") + END
HALF = STREAM + event(PART)
WHOLE = STREAM + event(ANSWER) + event(None, "stop")
PAGE = b"<html><body>captive portal</body></html>"


def error_body(code: str) -> bytes:
    return json.dumps({"error": {"message": "no", "type": code, "code": code}}).encode()


GOOGLE_KEY = json.dumps(
    [{"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}]
).encode()
LITELLM_KEY = json.dumps(
    {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}}
).encode()
LITELLM_NAME = json.dumps(
    {"error": {"message": "/chat/completions: Invalid model name passed in model=x", "code": "400"}}
).encode()


def completion(**instead: object) -> bytes:
    """An answer that is no stream, which nobody asked for."""
    said = {"role": "assistant", "content": ANSWER}
    choice = {"index": 0, "finish_reason": "stop", "message": said}
    return json.dumps({"id": "x", "choices": [choice]} | instead, ensure_ascii=False).encode()


# -- plays


def raw(*parts: bytes, hang_s: float = 0.0) -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(b"".join(parts))
        await out.drain()
        await asyncio.sleep(hang_s)

    return play


def status(
    code: int, *extra: str, body: bytes | None = None, kind: str = "application/json"
) -> Play:
    """A whole answer of a known length; the body of an error where none is given."""
    data = error_body("server_error") if body is None else body
    return raw(head(code, kind, f"content-length: {len(data)}", *extra), data)


def says(text: str, finish: str = "stop", size: int = 5) -> Play:
    pieces = [event(text[start : start + size]) for start in range(0, len(text), size)]
    return raw(STREAM, *pieces, event(None, finish), DONE)


def tells(*events: bytes) -> Play:
    """A stream of these data lines."""
    return raw(STREAM, *(chunk(b"data: " + each + b"\n\n") for each in events), DONE)


def first(bad: Play) -> Play:
    good = says(ANSWER)

    async def play(out: asyncio.StreamWriter, seen: int) -> None:
        await (bad if seen == 1 else good)(out, seen)

    return play


def later(pause_s: float, then: Play) -> Play:
    async def play(out: asyncio.StreamWriter, seen: int) -> None:
        await asyncio.sleep(pause_s)
        await then(out, seen)

    return play


def repeated(part: bytes, pause_s: float, *before: bytes) -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(b"".join(before))
        while True:
            out.write(part)
            await out.drain()
            await asyncio.sleep(pause_s)

    return play


def drop_by_drop(data: bytes, pause_s: float, *before: bytes) -> Play:
    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(b"".join(before))
        for byte in data:
            out.write(bytes([byte]))
            await out.drain()
            await asyncio.sleep(pause_s)

    return play


def reset(*before: bytes) -> Play:
    """The connection is broken, not ended."""

    async def play(out: asyncio.StreamWriter, _seen: int) -> None:
        out.write(b"".join(before))
        await out.drain()
        await asyncio.sleep(0.05)
        peer = out.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        out.transport.abort()

    return play


async def bomb(out: asyncio.StreamWriter, seen: int) -> None:
    data = await asyncio.to_thread(_zeros)
    await status(200, "content-encoding: gzip", body=data)(out, seen)


@cache
def _zeros() -> bytes:
    """256 MiB, packed into one thousandth."""
    return gzip.compress(bytes(256 << 20), compresslevel=1)


def _rig() -> Mapping[str, Play]:
    refusal = event(None, refusal="I cannot help with that.")
    big = written(news("가" * (10 * 1024 * 1024 // 3)))
    price = '{"changes": [{"op": "price", "at": "t1.s1", "to": %s}], "reply": ""}'
    outside = {"op": "price", "at": "t7.s3", "to": 1}, {**news("x"), "at": "t1.__proto__"}
    padding = [f"x-pad-{n}: {'p' * 8000}" for n in range(200)]
    return {
        "ok": says(ANSWER),
        "slow": later(1.0, says(ANSWER)),
        "429-once-ra1": first(status(429, "retry-after: 1")),
        "429-forever-ra1": status(429, "retry-after: 1"),
        "429-ra-3600": status(429, "retry-after: 3600"),
        "429-ra-60": status(429, "retry-after: 60"),
        "429-ra-neg": status(429, "retry-after: -5"),
        "429-ra-junk": status(429, "retry-after: soon"),
        "429-ms": first(status(429, "retry-after-ms: 300")),
        "429-quota": status(429, "x-should-retry: false", body=error_body("insufficient_quota")),
        "500-once": first(status(500)),
        "500-forever": status(500),
        "502": status(502, body=b"<html>bad gateway</html>", kind="text/html"),
        "503-once": first(status(503)),
        "408-once": first(status(408)),
        "409-once": first(status(409)),
        "400": status(400),
        "401": status(401, body=error_body("invalid_api_key")),
        "403": status(403),
        "404": status(404),
        "413": status(413),
        "422": status(422),
        "hang": raw(hang_s=HANG_S),
        "hang-body": raw(
            head(200, "application/json", "content-length: 1000"), b'{"id":', hang_s=HANG_S
        ),
        "loris": drop_by_drop(event("가") * 400, 0.4, STREAM),
        "sse-comments": repeated(chunk(b": ping\n\n"), 0.4, STREAM),
        "rst": reset(),
        "close": raw(),
        "short-body": raw(head(200, "application/json", "content-length: 999"), completion()),
        "stream-drop": raw(HALF),
        "stream-clean-cut": raw(HALF, END),
        "stream-rst": reset(HALF),
        "stream-stall": raw(HALF, hang_s=HANG_S),
        "stream-error": raw(HALF, chunk(b'data: {"error": {"message": "overloaded"}}\n\n'), END),
        "stream-badjson": raw(STREAM, chunk(b"data: {not json\n\n"), END),
        "stream-badchunk": raw(STREAM, event("x"), b"ZZ\r\nxx\r\n"),
        "stream-endless": repeated(event("가" * 2000), 0.0, STREAM),
        "trunc-json": says(PART),
        "finish-length": says(PART, "length"),
        "content-filter": says("", "content_filter"),
        "refusal": raw(STREAM, refusal, event(None, "stop"), DONE),
        "null-content": raw(STREAM, event(None, content=None), event(None, "stop"), DONE),
        "empty-content": says(""),
        "wrong-schema": says('{"edits": 3}'),
        "prose": says("물론이죠! 바꿔 드릴게요."),
        "fenced": says(f"```json\n{ANSWER}\n```"),
        "dup-keys": says(ANSWER.replace("{", '{"changes": [], ', 1)),
        "nan": says(price % "NaN"),
        "bigint": says(price % ("9" * 5000), size=500),
        "deep": says("[" * 100_000 + "]" * 100_000, size=200_000),
        "surrogate": says(ANSWER.replace(NEWS, r"\ud83d")),
        "outside": says(written(*outside)),
        "empty-choices": status(200, body=completion(choices=[])),
        "no-choices": status(200, body=b'{"id": "x", "object": "chat.completion"}'),
        "json-array": status(200, body=b"[]"),
        "html-200": status(200, body=PAGE, kind="text/html"),
        "not-json": status(200, body=b"{nope"),
        "empty-200": status(200, body=b""),
        "bom": status(200, body=b"\xef\xbb\xbf" + completion()),
        "204": status(204, body=b""),
        "big": says(big, size=2000),
        "bomb": bomb,
        "headers-1600k": status(200, *padding, body=completion()),
        "redirect": status(307, "location: http://127.0.0.1:9/latest/meta-data/", body=b""),
        "redirect-loop": status(307, "location: /v1/chat/completions", body=b""),
    }


def _more() -> Mapping[str, Play]:
    """What they leave out."""
    packed = gzip.compress(b"data: {}\n\n")
    return {
        "429-then-date": first(status(429, "retry-after: Thu, 01 Jan 1970 00:00:00 GMT")),
        "429-negative-once": first(status(429, "retry-after: -5")),
        "503-wait": first(status(503, "retry-after-ms: 200")),
        "400-filter": status(400, body=error_body("content_filter")),
        "400-context": status(400, body=error_body("context_length_exceeded")),
        "400-google-key": status(400, body=GOOGLE_KEY),
        "400-litellm-key": status(400, body=LITELLM_KEY),
        "400-litellm-name": status(400, body=LITELLM_NAME),
        "402": status(402),
        "404-name": status(404, body=error_body("model_not_found")),
        "404-page": status(404, body=PAGE, kind="text/html"),
        "418": status(418),
        "301": status(301, "location: /v1/chat/completions"),
        "hang-after-head": raw(STREAM, hang_s=HANG_S),
        "drip": repeated(chunk(b"d"), 0.1, STREAM),
        "endless-line": repeated(chunk(b"x" * 65536), 0.0, STREAM),
        "endless-error": repeated(b"x" * 65536, 0.0, head(500, "text/plain")),
        "cut-after-nothing": raw(STREAM, END),
        "short-stream": raw(head(200, "text/event-stream", "content-length: 9999"), b"data: {"),
        "deep-json": tells(b"[" * 200_000),
        "not-utf8": tells(b'{"choices": "\xff\xfe"}'),
        "json-list": tells(b"[1, 2]"),
        "json-text": tells(b'"hi"'),
        "odd-choices": tells(b'{"choices": {"a": 1}}'),
        "odd-delta": tells(b'{"choices": [{"delta": 3}]}'),
        "number-content": raw(STREAM, event(None, "stop", content=5), DONE),
        "no-stream": status(200, body=completion()),
        "not-http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "length-mid-word": says(ANSWER[:-6], "length"),
        "filter-mid-word": says(ANSWER[:20], "content_filter"),
        "tool-calls": says("", "tool_calls"),
        "gzip": status(200, "content-encoding: gzip", body=packed, kind="text/event-stream"),
        "no-done": raw(WHOLE, END),
        "slow-tail": raw(WHOLE, DONE[:-5], hang_s=HANG_S),
        "line-separator": says("가\u2028나\u2029다\x85라"),
    }


RIG = _rig()
"""The 65, by the names that they have outside of this program, too."""
PLAYS = {**RIG, **_more()}
LONG = frozenset({"429-ra-60", "429-ra-3600"})
"""Name a wait that nobody sits out: every other call is kept from that provider meanwhile."""
