"""A wire to a server that can be cut, slowed, silenced or reset while it is in use.

`python -m bench.line HOST:PORT` (or the path of a socket) prints its own port and takes ways, one a
line: `pass`, `refuse` (each connection is reset), `hole` (nothing passes, nothing ends), `slow`
(one kilobyte a tenth of a second) or `cut` (what is open is reset, too).
"""

import asyncio
import socket
import struct
import sys
import threading
from contextlib import suppress
from typing import Literal, get_args

Way = Literal["pass", "refuse", "hole", "slow", "cut"]

_AT_ONCE = struct.pack("ii", 1, 0)


class Line:
    """Listens on a free port of 127.0.0.1 from its making to `close`; in a thread of its own."""

    def __init__(self, to: str) -> None:
        self._to, self._way = to, "pass"
        self._passing = asyncio.Event()
        self._passing.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def turn(self, way: Way) -> None:
        """At once, for what is open and what comes."""
        asyncio.run_coroutine_threadsafe(self._turned(way), self._loop).result(10)

    def close(self) -> None:
        self.turn("cut")
        asyncio.run_coroutine_threadsafe(self._closed(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._heard, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _closed(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        mine = asyncio.current_task()
        for task in asyncio.all_tasks() - {mine}:
            task.cancel()
        await asyncio.sleep(0)

    async def _turned(self, way: Way) -> None:
        self._way = way
        self._passing.clear() if way == "hole" else self._passing.set()
        for writer in tuple(self._open) if way == "cut" else ():
            _reset(writer)

    async def _heard(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._way in ("refuse", "cut"):
            _reset(writer)
            return
        try:
            there, back = await self._connected()
        except OSError:
            _reset(writer)
            return
        both = {writer, back}
        self._open |= both
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._open -= both
            for each in both:
                each.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._to.startswith("/"):
            return await asyncio.open_unix_connection(self._to)
        host, _, port = self._to.rpartition(":")
        return await asyncio.open_connection(host, int(port))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(1024 if self._way == "slow" else 65536):
                await self._passing.wait()
                if self._way == "slow":
                    await asyncio.sleep(0.1)
                writer.write(piece)
                await writer.drain()
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    with suppress(OSError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()


def main() -> None:
    line = Line(sys.argv[1])
    print(line.port, flush=True)
    for said in sys.stdin:
        if said.strip() in get_args(Way):
            line.turn(said.strip())  # type: ignore[arg-type]
    line.close()


if __name__ == "__main__":
    main()
