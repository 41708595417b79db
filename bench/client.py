"""A small HTTP client whose own cost does not hide what is measured."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    body: dict[str, Any]
    seconds: float
    """From before the connection to the last byte."""


async def get(port: int, path: str) -> Got:
    return await _ask(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}", b"")


async def post(
    port: int, path: str, body: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Got:
    return await _send("POST", port, path, body, headers or {})


async def put(port: int, path: str, body: dict[str, Any]) -> Got:
    return await _send("PUT", port, path, body, {})


async def _send(
    method: str, port: int, path: str, body: dict[str, Any], headers: Mapping[str, str]
) -> Got:
    said = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json", **headers}
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in said.items())])
    return await _ask(port, head, json.dumps(body, ensure_ascii=False).encode())


async def _ask(port: int, head: str, data: bytes) -> Got:
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        size = f"\r\nContent-Length: {len(data)}" if data else ""
        writer.write(f"{head}{size}\r\nConnection: close\r\n\r\n".encode() + data)
        answer = await reader.read()
    finally:
        writer.close()
    seconds = time.perf_counter() - begun
    top, _, rest = answer.partition(b"\r\n\r\n")
    return Got(int(top.split(b" ", 2)[1]), json.loads(rest), seconds)
