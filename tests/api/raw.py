"""Bytes over a plain socket: what no decent client sends."""

import base64
import os
import re
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from tests.processes import Server

QUIET_S = 3.0


@dataclass(frozen=True)
class Answered:
    """All that came back before the server closed, or was quiet for a while."""

    raw: bytes
    closed: bool

    @property
    def status(self) -> int:
        """0 for no answer."""
        found = re.match(rb"HTTP/1\.1 (\d{3}) ", self.raw)
        return int(found[1]) if found else 0

    @property
    def count(self) -> int:
        """Answers; a 100 Continue is none."""
        return len(re.findall(rb"HTTP/1\.1 [2-5]\d\d ", self.raw))

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def exchange(server: Server, *pieces: bytes, quiet_s: float = QUIET_S) -> Answered:
    with connect(server) as line:
        return said(line, pieces, quiet_s=quiet_s)


def said(line: socket.socket, pieces: Iterable[bytes], quiet_s: float = QUIET_S) -> Answered:
    try:
        for piece in pieces:
            line.sendall(piece)
    except OSError:
        pass  # Refused before all was said; the answer may still be there.
    return heard(line, quiet_s)


def heard(line: socket.socket, quiet_s: float = QUIET_S) -> Answered:
    line.settimeout(quiet_s)
    came = bytearray()
    try:
        while piece := line.recv(65_536):
            came += piece
    except TimeoutError:
        return Answered(bytes(came), closed=False)
    except OSError:
        pass
    return Answered(bytes(came), closed=True)


def request(
    server: Server, path: str = "/health", *headers: str, method: str = "GET", body: bytes = b""
) -> bytes:
    told = [f"{method} {path} HTTP/1.1", "Connection: close", *headers]
    if not any(header.lower().startswith("host:") for header in headers):
        told.append(f"Host: 127.0.0.1:{server.port}")
    if body:
        told.append(f"Content-Length: {len(body)}")
    return "\r\n".join(told).encode("latin-1") + b"\r\n\r\n" + body


def upgrade(server: Server, path: str, *headers: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    asked = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    if path == "/_stcore/stream":
        asked.append("Sec-WebSocket-Protocol: streamlit")
    whole = request(server, path, *asked, *headers)
    return whole.replace(b"Connection: close", b"Connection: Upgrade")


def frame(opcode: int, data: bytes = b"", *, fin: bool = True, flags: int = 0) -> bytes:
    """As a client sends it: masked."""
    head = bytes([(0x80 if fin else 0) | flags | opcode])
    size = len(data)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65_536:
        head += bytes([0x80 | 126]) + struct.pack("!H", size)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", size)
    return head + b"\0\0\0\0" + data


def opened(server: Server, path: str, *headers: str) -> socket.socket:
    """A WebSocket whose handshake is done."""
    line = connect(server)
    line.sendall(upgrade(server, path, *headers))
    came = b""
    while b"\r\n\r\n" not in came:
        piece = line.recv(1)
        assert piece, came
        came += piece
    assert came.startswith(b"HTTP/1.1 101 "), came
    return line


def memory(server: Server) -> int:
    return psutil.Process(server.process.pid).memory_info().rss


def connections(server: Server) -> int:
    told = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(each.status == "ESTABLISHED" for each in told)
