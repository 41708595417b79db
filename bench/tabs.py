"""Tabs without a browser: the pages' websocket, and the stream of live figures."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

SAMPLE = "open_sea_park"
"""Key of the button that opens a sample of seven turns."""
DRAWN = "edit_review"
"""Key of the part that shows an open chapter."""


async def drawn(port: int) -> float:
    """Seconds from a click on a sample until its page has been drawn and sent."""
    async with _tab(port) as socket:
        _, heard = await _run(socket, BackMsg())
        ask = BackMsg()
        widget = ask.rerun_script.widget_states.widgets.add()
        widget.id, widget.trigger_value = _button(heard, SAMPLE), True
        seconds, heard = await _run(socket, ask)
        _check(heard)
        return seconds


@asynccontextmanager
async def watching(port: int, tabs: int) -> AsyncIterator[None]:
    """So many tabs that show the first page and hear the live figures, all of them to the end."""
    async with AsyncExitStack() as stack:
        sockets = []
        for _ in range(tabs):
            sockets.append(await stack.enter_async_context(_tab(port)))
            await _run(sockets[-1], BackMsg())
            await stack.enter_async_context(_listening(port))
        yield
        if cut := sum(socket.close_code is not None for socket in sockets):
            raise RuntimeError(f"{cut} of {tabs} tabs were cut off")


@asynccontextmanager
async def _listening(port: int) -> AsyncIterator[None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    reading = asyncio.create_task(_drain(reader))
    try:
        yield
    finally:
        reading.cancel()
        writer.close()


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


def _tab(port: int) -> connect:
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    return connect(url, max_size=None, subprotocols=[Subprotocol("streamlit")], ping_interval=None)


async def _run(socket: ClientConnection, ask: BackMsg) -> tuple[float, list[ForwardMsg]]:
    """Seconds until the script has finished, and all that it sent."""
    ask.rerun_script.query_string = ask.rerun_script.query_string
    heard: list[ForwardMsg] = []
    begun = time.perf_counter()
    await socket.send(ask.SerializeToString())
    while not heard or heard[-1].WhichOneof("type") != "script_finished":
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(socket.recv(), 30))
        heard.append(message)
    return time.perf_counter() - begun, heard


def _elements(heard: list[ForwardMsg]) -> Iterator[tuple[str, str]]:
    """(kind, widget id) of every element that was sent."""
    for message in heard:
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            kind = element.WhichOneof("type") or ""
            yield kind, getattr(getattr(element, kind, None), "id", "")


def _button(heard: list[ForwardMsg], key: str) -> str:
    return next(id_ for kind, id_ in _elements(heard) if kind == "button" and key in id_)


def _check(heard: list[ForwardMsg]) -> None:
    elements = list(_elements(heard))
    if any(kind == "exception" for kind, _ in elements):
        raise RuntimeError("the page failed")
    if not any(DRAWN in id_ for _, id_ in elements):
        raise RuntimeError("no chapter was drawn")
