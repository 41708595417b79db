"""Hostile WebSocket frames: the server lives, keeps nothing, and its log tells no story."""

import random
import socket
import struct
import time

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.api import line as limits
from tests.api.conftest import Client
from tests.api.raw import connect, connections, frame, heard, memory, opened, upgrade
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("still_served")
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
RSV1 = 0x40
PAGES = "/_stcore/stream"
STORY = "바다마을돌고래"
"""In every frame that could come to be logged."""
MB = 2**20


def message(story: str = STORY) -> bytes:
    told = BackMsg()
    told.rerun_script.query_string = "a=1"
    state = told.rerun_script.widget_states.widgets.add()
    state.id, state.string_value = "$$ID-x-story", story
    return told.SerializeToString()


def mutated(seed: int) -> bytes:
    dice, raw = random.Random(seed), bytearray(message())
    for _ in range(dice.randrange(1, 8)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    return bytes(raw)


HOSTILE = {
    "noise": frame(BINARY, random.Random(1).randbytes(2000)),
    "nothing": frame(BINARY),
    "text": frame(TEXT, STORY.encode()),
    "text that is no UTF-8": frame(TEXT, b"\xff\xfe" + STORY.encode()),
    "zeros": frame(BINARY, bytes(1 * MB)),
    "more than the pages take": frame(BINARY, bytes(limits.MAX_FRAME - 10)),
    "an unknown opcode": frame(3, STORY.encode()),
    "an unknown control": frame(11),
    "a long ping": frame(PING, b"a" * 200),
    "a ping in pieces": frame(PING, b"a", fin=False),
    "a piece of nothing": frame(CONT, STORY.encode()),
    "two beginnings": frame(BINARY, b"a", fin=False) + frame(BINARY, b"b"),
    "without a mask": b"\x82\x05hello",
    "a reserved bit": frame(BINARY, STORY.encode(), flags=0x20),
    "said to be packed": frame(BINARY, b"\x00" * 100, flags=RSV1),
    "a length without end": b"\x82\xff" + struct.pack("!Q", 2**63 - 1) + bytes(4),
    "a length that is too much": b"\x82\xff" + struct.pack("!Q", 2**31) + bytes(4) + b"a" * 1000,
    "a short length written long": b"\x82\xfe\x00\x05" + bytes(4) + b"hello",
    "a bad close": frame(CLOSE, b"\x00"),
    "a close for no reason that there is": frame(CLOSE, struct.pack("!H", 9999)),
    "a close that is no UTF-8": frame(CLOSE, struct.pack("!H", 1000) + b"\xff"),
    "pongs": frame(PONG, b"x") * 1000,
    "half a frame": frame(BINARY, message())[:20],
    "HTTP": b"GET /health HTTP/1.1\r\n\r\n",
    "a thousand at once": frame(BINARY, message()) * 40,
    **{f"mutated {seed}": frame(BINARY, mutated(seed)) for seed in range(30)},
}


def origin(server: Server) -> str:
    return f"Origin: {server.url}"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_breaks_nothing_and_is_not_logged(server, name):
    logged = len(server.log.read_text())
    with opened(server, PAGES, origin(server)) as line:
        said_and_heard(line, HOSTILE[name])

    told = server.log.read_text()[logged:]
    assert STORY not in told
    assert "Exception in ASGI application" not in told
    assert "Fatal error" not in told


def said_and_heard(line: socket.socket, data: bytes) -> bytes:
    try:
        line.sendall(data)
    except OSError:
        return b""  # Closed before all was said.
    return heard(line, 0.3).raw


def test_text_on_the_pages_socket_is_closed_as_such(server):
    with opened(server, PAGES, origin(server)) as line:
        assert closed_with(said_and_heard(line, HOSTILE["text"])) == 1003


def closed_with(raw: bytes) -> int:
    """Code of the last close frame; 0 for none."""
    at = raw.rfind(b"\x88")
    return int.from_bytes(raw[at + 2 : at + 4], "big") if at >= 0 else 0


@pytest.mark.parametrize("name", ["noise", "text", "nothing", "zeros", "a thousand at once"])
def test_whoever_speaks_to_an_edits_socket_is_closed(server, name):
    with opened(server, "/ws/edits/unknown", origin(server)) as line:
        assert closed_with(heard(line, 2).raw) == 4404
        said_and_heard(line, HOSTILE[name])


def test_what_is_packed_is_not_unpacked(server):
    """permessage-deflate makes a bomb of a frame, so it is not agreed to."""
    asked = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    with connect(server) as line:
        line.sendall(upgrade(server, PAGES, origin(server), asked))
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"permessage-deflate" not in answer


def test_a_message_of_endless_pieces_is_cut_off(server):
    before = memory(server)
    for data in (b"", b"a" * 60_000):
        with opened(server, PAGES, origin(server)) as line:
            pieces = [frame(BINARY, data, fin=False)] + [frame(CONT, data, fin=False)] * 8000
            assert not all(taken(line, piece) for piece in pieces) or over(line)
    assert memory(server) - before < 64 * MB


def taken(line: socket.socket, data: bytes) -> bool:
    try:
        line.sendall(data)
    except OSError:
        return False
    return True


def over(line: socket.socket) -> bool:
    return heard(line, 2).closed


def test_pings_whose_pongs_nobody_reads_do_not_pile_up(server):
    before = memory(server)
    ping = frame(PING, b"a" * 125) * 400
    with opened(server, PAGES, origin(server)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(0.3)
        until = time.monotonic() + limits.TICK_S * 2 + 10
        while taken(line, ping) and time.monotonic() < until:
            pass
        assert memory(server) - before < 32 * MB


def test_a_page_may_be_silent_for_as_long_as_its_writer_thinks(server):
    with opened(server, PAGES, origin(server)) as line:
        said = heard(line, limits.TICK_S * 1.5)
        line.sendall(frame(PING, STORY.encode()))
        line.settimeout(2)
        answer = line.recv(100)

    assert (said.status, said.closed) == (0, False)
    assert answer.endswith(STORY.encode())


@pytest.mark.parametrize("begun", [20, limits.TICK_S * limits.SLOWEST / 2])
def test_a_message_that_does_not_go_on_is_ended(server, begun):
    head = b"\x82\xff" + struct.pack("!Q", 10 * MB) + bytes(4)
    with opened(server, PAGES, origin(server)) as line:
        line.sendall(head + bytes(int(begun)))
        heard(line, limits.TICK_S / 2)
        line.sendall(bytes(20))

        assert heard(line, limits.TICK_S).closed


def test_half_messages_of_many_are_bounded_together(server):
    """Each may be 26 MB; all of them together may not be as much as that times their number."""
    before = memory(server)
    head = b"\x82\xff" + struct.pack("!Q", limits.MAX_FRAME - 1) + bytes(4)
    lines = []
    for _ in range(16):
        line = opened(server, PAGES, origin(server))
        lines.append(line)
        taken(line, head + bytes(limits.MAX_FRAME - 1000))
    grown = memory(server) - before
    for line in lines:
        line.close()

    assert grown < limits.MOST_HELD * 1.5


def test_a_flood_of_sockets_that_break_off_leaves_nothing(server):
    process = psutil.Process(server.process.pid)
    for _ in range(20):
        opened(server, PAGES, origin(server)).close()
    threads = process.num_threads()
    for _ in range(150):
        line = opened(server, PAGES, origin(server))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()
    until = time.monotonic() + 10
    while connections(server) > 5 and time.monotonic() < until:
        time.sleep(0.2)

    assert connections(server) <= 5
    assert process.num_threads() - threads < 20
    # Streamlit keeps 128 tabs that are gone for a while, each with a loop of its own.
    assert process.num_fds() < 100 + 3 * (128 + 20)
    assert Client(server).get("/health").status == 200
