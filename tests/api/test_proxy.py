"""What only the proxy in front can bound: how much of a server one address takes."""

import time

import pytest

from tests.api.conftest import Client
from tests.api.raw import connect, exchange, heard, request, upgrade
from tests.processes import nginx_program, start_app, start_nginx

pytestmark = pytest.mark.skipif(nginx_program() is None, reason="no nginx here")
MOST = 300


@pytest.fixture(scope="module")
def proxy():
    with start_app() as app, start_nginx(app, app) as one:
        yield one


def test_one_address_takes_so_many_connections_and_no_more(proxy):
    lines = []
    for _ in range(MOST + 20):
        line = connect(proxy)
        line.sendall(upgrade(proxy, "/_stcore/stream", f"Origin: {proxy.url}"))
        lines.append(line)
    told = [line.recv(64)[:12] for line in lines]
    for line in lines:
        line.close()

    assert told.count(b"HTTP/1.1 101") <= MOST
    assert told.count(b"HTTP/1.1 503") >= 20
    until = time.monotonic() + 10
    while Client(proxy).get("/health").status != 200:
        assert time.monotonic() < until


def test_a_slow_head_does_not_reach_the_app(proxy):
    with connect(proxy) as line:
        line.sendall(request(proxy).removesuffix(b"\r\n\r\n"))
        assert heard(line, 20).closed


def test_a_large_head_is_refused_by_the_proxy(proxy):
    assert exchange(proxy, request(proxy, "/health", "X: " + "a" * 20_000)).status == 400
    assert exchange(proxy, request(proxy, "/" + "a" * 20_000)).status == 414


def test_the_edge_holds_behind_the_proxy(proxy):
    gzip = request(
        proxy, "/edits", "Content-Encoding: gzip", "Content-Type: application/json",
        method="POST", body=b"{}",
    )  # fmt: skip
    assert exchange(proxy, gzip).status == 415
    assert exchange(proxy, request(proxy, "/", "Host: evil.example")).status == 421
    foreign = request(proxy, "/edits", "Origin: http://evil.example", method="POST", body=b"{}")
    assert exchange(proxy, foreign).status == 403
    assert Client(proxy).get("/").status == 200
