"""Hostile requests over real sockets: each is refused, and others are still served."""

import gzip
import json
import resource
import socket
import time
import zlib

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as dial

from core.api import line as limits
from tests.api.conftest import Client
from tests.api.raw import (
    Answered,
    connect,
    connections,
    exchange,
    heard,
    memory,
    request,
    said,
    upgrade,
)
from tests.processes import Server

JSON = "Content-Type: application/json"
WRITES = ["/edit-scenario", "/edit-scenario-async", "/edits", "/preview", "/playtest"]
pytestmark = pytest.mark.usefixtures("still_served")
SECRET_FILES = (b"root:x:", b"[server]\naddress", b"import streamlit as st")


def write(server: Server, path: str, *headers: str, body: bytes = b"{}") -> Answered:
    return exchange(server, request(server, path, *headers, method="POST", body=body))


def refused(answer: Answered, status: int) -> None:
    """With a sentence that a person can read, and the headers that every answer has."""
    assert answer.status == status, answer.raw[:300]
    assert answer.count == 1
    assert json.loads(answer.body)["detail"].strip().endswith("요.")
    assert b"default-src 'none'" in answer.raw
    assert b"nosniff" in answer.raw


# Other sites.


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1.evil.example",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
def test_a_write_that_another_site_sends_is_refused(server, path, header):
    refused(write(server, path, JSON, header), 403)


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "TEXT/PLAIN; charset=utf-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_a_body_that_needs_no_leave_of_the_browser_is_not_read(server, path, kind):
    refused(write(server, path, f"Content-Type: {kind}", body=b'{"story":"[]"}'), 415)


@pytest.mark.parametrize("path", ["/health", "/performance", "/live", "/", "/_stcore/host-config"])
def test_a_page_of_another_site_reads_nothing(server, path):
    refused(exchange(server, request(server, path, "Origin: http://localhost:3000")), 403)


@pytest.mark.parametrize("path", ["/_stcore/stream", "/ws/edits/abc"])
@pytest.mark.parametrize(
    "headers",
    [
        ("Origin: http://evil.example",),
        ("Origin: null",),
        ("Origin: http://localhost:3000",),
        ("Host: evil.example", "Origin: http://evil.example"),
        ("Origin: http://a", "Origin: http://b"),
        ("Sec-Fetch-Site: cross-site",),
    ],
)
def test_a_socket_of_another_site_does_not_open(server, path, headers):
    assert exchange(server, upgrade(server, path, *headers)).status in (400, 403)


# Hosts.

HOSTS = {
    "another": ("Host: evil.example", 421),
    "another with our port": ("Host: evil.example:8501", 421),
    "none": ("Host:", 421),
    "a look-alike": ("Host: localhost.evil.example", 421),
    "a name in a name": ("Host: evil.example/.localhost", 421),
    "a user before it": ("Host: localhost@evil.example", 421),
    "unicode": ("Host: \xe9vil.localhost", 421),
    "a number": ("Host: 2130706433", 421),
    "spaces": ("Host: evil .localhost", 421),
}


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("path", ["/health", "/", "/edits/abc"])
def test_an_odd_host_is_refused(server, path, name):
    header, status = HOSTS[name]
    refused(exchange(server, request(server, path, header)), status)


def test_two_hosts_are_refused(server):
    ours = f"Host: 127.0.0.1:{server.port}"
    refused(exchange(server, request(server, "/health", ours, "Host: evil.example")), 421)
    refused(exchange(server, request(server, "/health", ours, ours)), 421)


def test_no_host_is_refused_but_for_an_old_health_check(server):
    refused(exchange(server, b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"), 400)
    assert exchange(server, b"GET /health HTTP/1.0\r\n\r\n").status == 200
    refused(exchange(server, b"POST /edits HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}"), 400)


def test_the_host_of_an_absolute_address_does_not_help(server):
    asked = b"GET http://127.0.0.1/health HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    refused(exchange(server, asked), 421)


# Paths and ids.

TRICKS = (
    "..",
    "../../../../etc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252f%252e%252e%252fetc%252fpasswd",
    "..%5c..%5cstreamlit_app.py",
    "..\\..\\streamlit_app.py",
    "..%c0%af..%c0%afetc/passwd",
    "%00",
    "a%00.json",
    "a%0d%0aSet-Cookie:%20x=1",
    "%ed%a0%80",
    "%ff%fe",
    "%EA%B0%80" * 200,
    "x" * 4000,
    "%2f%2f%2fetc%2fpasswd",
    "....//....//etc/passwd",
    ";/../x",
    "file:///etc/passwd",
    "$%7Bjndi:ldap://x%7D",
    "'%20OR%201=1--",
)
PLACES = (
    "/edits/{}",
    "/edits/{}/events",
    "/edits/{}/preview",
    "/edits/{}/decisions",
    "/ws/edits/{}",
    "/_stcore/{}",
    "/_stcore/upload_file/{}/{}",
    "/_stcore/bidi-components/{}",
    "/media/{}",
    "/component/{}",
    "/static/{}",
    "/app/static/{}",
    "/{}",
    "//{}",
    "/health/{}",
    "/?chapter={}",
    "/live?edit={}&lang={}",
)


@pytest.mark.parametrize("place", PLACES)
def test_no_path_or_id_reads_what_is_outside(server, place):
    for trick in TRICKS:
        path = place.replace("{}", trick)
        answer = exchange(server, request(server, path), quiet_s=1 if "live" in place else QUIET)
        assert answer.status in ALLOWED, (path, answer.raw[:200])
        assert not any(secret in answer.raw for secret in SECRET_FILES), path
        assert b"Traceback" not in answer.raw
        assert b"\r\nset-cookie: x=1" not in answer.raw.lower()


QUIET = 3.0
ALLOWED = {200, 301, 307, 400, 403, 404, 405, 414, 422, 426}
"""What is unknown to the pages is answered with their page."""


@pytest.mark.parametrize("place", ["/edits/{}", "/edits/{}/decisions", "/_stcore/upload_file/{}/x"])
def test_no_id_that_is_written_to_breaks_anything(server, place):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for trick in TRICKS:
            path = place.replace("{}", trick)
            asked = request(server, path, JSON, method=method, body=b"{}")
            answer = exchange(server, asked)
            assert answer.status in ALLOWED | {204, 409}, (method, path, answer.raw[:200])
            assert b"Traceback" not in answer.raw


@pytest.mark.parametrize("path", ["/" + "a" * 9000, "/health?" + "a" * 9000, "/edits/" + "가" * 9])
def test_an_address_that_is_too_long_or_no_ascii_is_refused(server, path):
    asked = request(server).replace(b"/health", path.encode(), 1)
    answer = exchange(server, asked)
    refused(answer, 400 if "가" in path else 414)


# Heads.


def test_a_head_that_is_too_large_is_refused_at_once(server):
    refused(exchange(server, request(server, "/health", "X: " + "a" * 70_000)), 431)
    refused(exchange(server, request(server, "/health", *[f"X-{n}: y" for n in range(200)])), 431)


@pytest.mark.parametrize("flood", [b"a" * 65_536, b"\r\nX: " + b"y" * 65_530, b"\r\nX: y" * 13_000])
def test_a_head_without_an_end_is_cut_off(server, flood):
    """Each of these was kept in memory for as long as it came."""
    before = memory(server)
    begun = request(server).removesuffix(b"\r\n\r\n")
    refused(exchange(server, begun, b"\r\nX: ", *[flood] * 100), 431)
    assert memory(server) - before < 16 * 2**20


def test_trailers_without_an_end_are_cut_off(server):
    begun = request(server, "/edit-scenario", JSON, "Transfer-Encoding: chunked", method="POST")
    answer = exchange(server, begun, b"2\r\n{}\r\n0\r\n", *[b"X: " + b"y" * 9000 + b"\r\n"] * 100)
    refused(answer, 431)


def test_a_socket_with_a_large_head_is_refused_and_not_broken_off(server):
    logged = len(server.log.read_text())
    for header in ("Cookie: " + "a" * 20_000, "X: " + "b" * 70_000):
        refused(exchange(server, upgrade(server, "/_stcore/stream", header)), 431)
    many = [f"X-{n}: y" for n in range(120)]
    refused(exchange(server, upgrade(server, "/_stcore/stream", *many)), 431)
    assert "Traceback" not in server.log.read_text()[logged:]


SMUGGLED = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}   \n",
    "a list of lengths": b"Content-Length: 5, 5\r\n\r\n{}   ",
    "a signed length": b"Content-Length: +5\r\n\r\n{}   ",
    "a negative length": b"Content-Length: -1\r\n\r\n{}",
    "a huge length": b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a huge chunk": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "a bad chunk": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a NUL": b"X: a\0b\r\n\r\n",
    "a folded header": b"X: a\r\n b\r\n\r\n",
    "a bare line feed": b"X: a\nContent-Length: 3\r\n\r\n{}",
    "a bare return": b"X: a\rContent-Length: 3\r\n\r\n{}",
}


@pytest.mark.parametrize("shape", SMUGGLED)
def test_what_two_servers_could_read_differently_is_refused(server, shape):
    head = f"POST /edit-scenario HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{JSON}\r\n"
    answer = exchange(server, head.encode() + SMUGGLED[shape])

    assert answer.status in (400, 413), answer.raw[:300]
    assert answer.count == 1
    assert answer.closed
    assert json.loads(answer.body)["detail"]


@pytest.mark.parametrize("between", [b"", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
def test_no_answer_is_written_into_another(server, between):
    live = request(server, "/live").replace(b"Connection: close\r\n", b"")
    with connect(server) as line:
        line.sendall(live)
        assert line.recv(15) == b"HTTP/1.1 200 OK"
        answer = said(line, [between + b"no HTTP at all\r\n\r\n"])

    assert answer.closed
    assert answer.count == 0


# Bodies.


@pytest.mark.parametrize("path", WRITES)
def test_a_body_that_says_it_is_too_large_is_refused(server, path):
    big = b'{"story":"' + b"a" * (3 << 20) + b'"}'
    refused(write(server, path, JSON, body=big), 413)


def test_a_body_that_says_nothing_of_its_size_is_cut_off(server):
    begun = request(server, "/edits", JSON, "Transfer-Encoding: chunked", method="POST")
    piece = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    refused(exchange(server, begun, *[piece] * 64), 413)


def test_a_body_that_is_longer_than_it_says_is_not_read_on(server):
    asked = request(server, "/edits", JSON, "Content-Length: 2", method="POST")
    answer = exchange(server, asked + b"{}" + b"GET /health HTTP/1.1\r\n\r\n")
    assert answer.status == 422
    assert answer.count == 1


BOMB = b" " * (8 << 20) + b"{}"
CODED = {
    "gzip": gzip.compress(BOMB),
    "deflate": zlib.compress(BOMB),
    "br": b"\x0b\x02\x80{}\x03",
    "zstd": b"(\xb5/\xfd",
    "gzip, gzip": gzip.compress(gzip.compress(BOMB)),
    "x-unknown": b"{}",
}


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("path", WRITES)
def test_a_compressed_body_is_not_unpacked(server, path, coding):
    answer = write(server, path, JSON, f"Content-Encoding: {coding}", body=CODED[coding])
    refused(answer, 415)
    assert b"accept-encoding: identity" in answer.raw


@pytest.mark.parametrize("session", ["abc", "..", "0" * 36])
def test_nothing_is_uploaded_without_a_page_that_is_open(server, session):
    before = memory(server)
    path = f"/_stcore/upload_file/{session}/file"
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n'
    kind = "Content-Type: multipart/form-data; boundary=b"
    token = "X-Xsrftoken: 2|a|b|1"
    cookie = "Cookie: _streamlit_xsrf=2|a|b|1"
    for _ in range(5):
        asked = request(
            server, path, kind, token, cookie, method="PUT", body=form + b"a" * 20_000_000
        )
        assert exchange(server, asked).status in (400, 403)
    assert memory(server) - before < 24 * 2**20


def test_an_upload_that_is_too_large_is_refused(server):
    asked = request(server, "/_stcore/upload_file/a/b", "Content-Length: 99000000", method="PUT")
    refused(exchange(server, asked), 413)


# Slow clients.


def test_slow_heads_and_bodies_are_ended_while_others_are_served(server):
    """Hundreds at once: silent, with half a head, dripping a head, and with half a body."""
    half = request(server).removesuffix(b"\r\n\r\n")
    begun = request(server, "/edits", JSON, "Content-Length: 999", method="POST") + b'{"a":'
    lines = [(connect(server), kind) for kind in (b"", half, begun) for _ in range(100)]
    drips = [connect(server) for _ in range(20)]
    for line, kind in lines:
        line.sendall(kind)
    until = time.monotonic() + limits.TICK_S * 2 + 5
    open_still = set(range(len(drips)))
    while open_still and time.monotonic() < until:
        assert Client(server).get("/health").status == 200
        for number in list(open_still):
            if not dripped(drips[number]):
                open_still.discard(number)
        time.sleep(0.5)

    assert not open_still
    answers = [(heard(line), kind) for line, kind in lines]
    assert all(answer.closed for answer, _ in answers)
    assert {answer.status for answer, kind in answers if not kind} == {0}
    assert {answer.status for answer, kind in answers if kind} == {408}
    for line in [*drips, *(line for line, _ in lines)]:
        line.close()


def dripped(line: socket.socket) -> bool:
    """Whether one more byte was taken."""
    try:
        line.sendall(b"\r\n")
        line.settimeout(0.01)
        return bool(line.recv(1)) and False
    except TimeoutError:
        return True
    except OSError:
        return False


def test_what_nobody_reads_is_not_kept(server):
    """Answers that are asked for again and again, and not read."""
    before = memory(server)
    lines = []
    for _ in range(10):
        line = connect(server)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(0.5)
        lines.append(line)
        asked = request(server, "/openapi.json").replace(b"Connection: close\r\n", b"")
        try:
            for _ in range(400):
                line.sendall(asked)
        except TimeoutError:
            pass
    assert memory(server) - before < 48 * 2**20
    ended = time.monotonic() + limits.TICK_S * 2 + 5
    while connections(server) > 5 and time.monotonic() < ended:
        time.sleep(0.5)
    assert connections(server) <= 5
    for line in lines:
        line.close()


def test_thousands_of_silent_connections_make_room_for_who_asks(server):
    files = limits.MOST_OPEN + 1000
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < files:
        pytest.skip("this process may not open so many files")
    before, lines = memory(server), []
    for _ in range(limits.MOST_OPEN + 500):
        lines.append(connect(server))
        if len(lines) % 500 == 0:
            assert Client(server).get("/health").status == 200
    assert connections(server) <= limits.MOST_OPEN + 5
    assert memory(server) - before < 96 * 2**20
    until = time.monotonic() + limits.TICK_S + 10
    while connections(server) > 5 and time.monotonic() < until:
        time.sleep(0.5)
    assert connections(server) <= 5
    for line in lines:
        line.close()


def test_one_tab_uploads_so_much_and_no_more(server):
    """Streamlit keeps each file until its tab is gone."""
    cookie = Client(server).get("/_stcore/health").headers["set-cookie"].partition(";")[0]
    token = f"X-Xsrftoken: {cookie.partition('=')[2]}"
    kind = "Content-Type: multipart/form-data; boundary=b"
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.json"\r\n\r\n'
    body = form + bytes(20 * 2**20 - 1000) + b"\r\n--b--\r\n"
    where = server.url.replace("http", "ws") + "/_stcore/stream"
    with dial(where, subprotocols=["streamlit"], max_size=None) as line:
        tab = session_of(line)
        told = [uploaded(server, f"{tab}/{n}", kind, token, f"Cookie: {cookie}", body=body)
                for n in range(5)]  # fmt: skip
        removed = request(
            server, f"/_stcore/upload_file/{tab}/0", token, f"Cookie: {cookie}", method="DELETE"
        )
        assert exchange(server, removed).status == 204
        again = uploaded(server, f"{tab}/9", kind, token, f"Cookie: {cookie}", body=body)

    assert [answer.status for answer in told] == [204, 204, 204, 204, 413]
    assert json.loads(told[-1].body)["detail"].startswith("이 탭에서 올린 파일이 너무 많아요")
    assert again.status == 204


def uploaded(server: Server, place: str, *headers: str, body: bytes) -> Answered:
    path = f"/_stcore/upload_file/{place}"
    return exchange(server, request(server, path, *headers, method="PUT", body=body))


def session_of(socket: ClientConnection) -> str:
    """Its id, which the server tells with the first run."""
    asked, told = BackMsg(), ForwardMsg()
    asked.rerun_script.query_string = ""
    socket.send(asked.SerializeToString())
    while not told.new_session.initialize.session_id:
        told.ParseFromString(socket.recv(timeout=10))
    return told.new_session.initialize.session_id
