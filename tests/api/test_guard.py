import base64
import hashlib
import http.client
import os
import re

import pytest

from core.api import policy
from tests.api.conftest import Client
from tests.processes import start_app


def upgraded(client, **headers):
    """Status of a websocket handshake with the pages."""
    connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    asked |= {"Sec-WebSocket-Key": key, "Sec-WebSocket-Protocol": "streamlit"}
    connection.request("GET", "/_stcore/stream", headers=asked | headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("path", ["/health", "/", "/_stcore/health", "/static/nothing.js"])
def test_a_foreign_host_reaches_nothing(app, path):
    assert app.get(path, Host="evil.example").status == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:1", "10.1.2.3", "[::1]:8501", "a.localhost"]
)
def test_loopback_and_plain_addresses_are_served(app, host):
    assert app.get("/health", Host=host).status == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1.evil.example", "localhost.evil.example", "localhos", ""]
)
def test_look_alikes_are_not(app, host):
    assert app.get("/health", Host=host).status in (400, 421)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "", "http://["]
)
def test_a_write_from_another_site_is_refused(app, sea_park, origin):
    assert app.edit(sea_park, "", Origin=origin).status == 403
    assert app.ask("DELETE", "/edits/abc", Origin=origin).status == 403


def test_a_write_from_our_own_page_is_taken(app, sea_park):
    assert app.edit(sea_park, "", Origin=app.server.url).status == 200


def test_a_browser_that_says_cross_site_is_refused_even_without_an_origin(app, sea_park):
    assert app.edit(sea_park, "", Sec_Fetch_Site="cross-site").status == 403


def test_the_pages_socket_opens_for_our_origin_only(app):
    assert upgraded(app, Origin=app.server.url) == 101
    assert upgraded(app, Origin="http://evil.example") == 403
    assert upgraded(app, Origin="http://localhost:3000") == 403
    assert upgraded(app, Host="evil.example", Origin="http://evil.example") == 403


def test_a_body_without_a_length_is_cut_off_too(app):
    connection = http.client.HTTPConnection("127.0.0.1", app.server.port, timeout=20)
    pieces = (b"a" * 100_000 for _ in range(50))
    headers = {"content-type": "application/json"}
    connection.request("POST", "/edit-scenario", pieces, headers, encode_chunked=True)
    answer = connection.getresponse()

    assert answer.status == 413
    assert "MB" in answer.read().decode()
    connection.close()


def test_every_answer_is_hardened(app):
    for path in ("/", "/health", "/docs"):
        headers = app.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "'unsafe-eval'" not in headers["content-security-policy"]


def test_the_policy_knows_the_one_inline_script_of_the_page_that_is_served(app):
    inline = re.findall(r"<script>(.*?)</script>", app.get("/").body.decode(), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in inline]

    assert len(inline) == 1
    assert tuple(f"'sha256-{digest.decode()}'" for digest in digests) == policy.inline_scripts()
    assert policy.inline_scripts()[0] in app.get("/").headers["content-security-policy"]


def test_configured_hosts_and_keys(sea_park):
    settings = {"ALLOWED_HOSTS": "editor.example", "API_KEYS": "first-key,second-key"}
    with start_app(settings) as server:
        client = Client(server)
        key = {"Authorization": "Bearer second-key"}

        assert client.get("/health", Host="editor.example:443").status == 200
        assert client.edit(sea_park, "").status == 401
        assert client.edit(sea_park, "", Authorization="Bearer second-ke").status == 401
        assert client.edit(sea_park, "", **key).status == 200
        told = {"Host": "editor.example", "Origin": "https://editor.example"}
        assert client.edit(sea_park, "", **key, **told).status == 200


def test_a_page_that_a_browser_has_kept_keeps_its_policy(app):
    """What stands in a 304 takes the place of what the kept page came with."""
    first = app.get("/")
    again = app.get("/", If_None_Match=first.headers["etag"])

    assert "script-src" in first.headers["content-security-policy"]
    assert again.status == 304
    assert "content-security-policy" not in again.headers
