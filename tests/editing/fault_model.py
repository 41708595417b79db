"""An OpenAI-shaped server that misbehaves as the model's name says; a process of its own.

    python -m tests.editing.fault_model

Prints its port. GET /log tells the requests seen, as JSON; `left` is when the client hung up.
A model named `by-request` misbehaves as the request says: `wire-fault=rst#7`, where the number
tells the calls of one edit from those of all others.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from contextlib import suppress

from tests.editing.fault_plays import ANSWER, PLAYS, head, says, status

LOG: list[dict[str, object]] = []
SEEN: Counter[str] = Counter()
"""Requests by model."""


async def serve(source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        await exchange(source, out)
    out.close()


async def exchange(source: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    """One request and its answer; a client that leaves in the middle of it is nothing new."""
    request = await source.readuntil(b"\r\n\r\n")
    line, *rows = request.decode("latin-1").split("\r\n")
    fields = dict(row.lower().split(": ", 1) for row in rows if ": " in row)
    body = await source.readexactly(int(fields.get("content-length", 0)))
    if line.startswith("GET /log"):
        data = json.dumps(LOG).encode()
        out.write(head(200, "application/json", f"content-length: {len(data)}") + data)
    else:
        await answer(source, out, json.loads(body), fields)


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
    """As a model's name; `ok` where the request says nothing."""
    found = re.search(r"wire-fault=([\w-]+)#(\d+)", json.dumps(asked["messages"]))
    return f"{found[1]}|{found[2]}" if found else "ok"


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
