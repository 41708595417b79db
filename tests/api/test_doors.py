"""Who comes in: keys with roles, every route's least role, and a start that is refused."""

import asyncio
import base64
import http.client
import json
import os
import subprocess
import sys

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Route

from core.api.doors import NEEDED, Doors, needed
from core.api.routes import api
from core.service.entrance import Entrance
from core.service.identity import Keys, Role
from core.service.settings import Settings
from tests.api.conftest import Client
from tests.processes import OWN, ROOT, free_port, start_app

KEYS = {role: f"{role}-key-0123456789" for role in ("read", "edit", "admin")}
SETTING = ",".join(f"{role}-er:{role}:{key}" for role, key in KEYS.items())
RENAME = "돌고래 쇼를 물개 공연으로 바꿔줘"


@pytest.fixture(scope="module")
def closed():
    with start_app({"API_KEYS": SETTING}) as server:
        yield Client(server)


def bearer(role):
    return {"Authorization": f"Bearer {KEYS[role]}"}


def routes():
    """Every route of the API as `METHOD path`, those of included routers too."""
    for path, methods in api.openapi()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in methods)
    for route in flat(api.routes):
        if isinstance(route, APIRoute | Route):
            yield from (f"{method} {route.path}" for method in route.methods - {"HEAD"})
        else:
            assert isinstance(route, APIWebSocketRoute), route
            yield f"GET {route.path}"


def flat(found):
    for route in found:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        yield from flat(inner) if inner else (route,)


# -- the table


def test_the_table_is_complete_and_names_nothing_else():
    assert set(routes()) == set(NEEDED)


@pytest.mark.parametrize("route", NEEDED)
def test_a_real_path_has_the_role_of_its_route(route):
    method, path = route.split(" ")

    assert (
        needed(method, path.replace("{edit}", "0a1b-c.d").replace("{provider}", "x"))
        == NEEDED[route]
    )


@pytest.mark.parametrize(
    "path", ["/", "/play", "/_stcore/stream", "/edits", "/health/", "/media/a"]
)
def test_what_is_in_no_table_is_for_readers_and_changes_need_an_editor(path):
    assert needed("GET", path) == needed("HEAD", path) == Role.READ
    assert needed("POST", path) == needed("PUT", path) == Role.EDIT


def test_only_health_asks_nobody():
    opened = [route for route, role in NEEDED.items() if role is None]

    assert [route for route in opened if "/sign-" not in route] == ["GET /health"]


# -- over HTTP


@pytest.mark.parametrize("route", [route for route in NEEDED if NEEDED[route] is not None])
def test_nobody_gets_through_any_other_route(closed, route):
    method, path = route.split(" ")
    heard = closed.ask(method, path.replace("{edit}", "x"), b"{}" if method != "GET" else None)

    assert heard.status == 401
    assert heard.headers["www-authenticate"].startswith("Bearer")
    assert heard.json["detail"]


@pytest.mark.parametrize("route", NEEDED)
@pytest.mark.parametrize("role", KEYS)
def test_a_role_gets_through_what_it_may_and_no_further(closed, route, role):
    method, path = route.split(" ")
    if path == "/live" or "/sign-" in path:
        return
    body = b"{}" if method in ("POST", "PUT") else None
    heard = closed.ask(method, path.replace("{edit}", "x"), body, **bearer(role))

    enough = Role[role.upper()] >= (NEEDED[route] or Role.READ)
    assert (heard.status == 403) == (not enough)
    assert heard.status != 401


def test_health_answers_a_probe_that_has_no_key(closed):
    assert closed.get("/health").status == 200
    assert closed.get("/health", Authorization="Bearer wrong-key").status == 200


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer wrong-key-0123456789",
        f"Basic {KEYS['admin']}",
        KEYS["admin"],
        "Bearer",
        "Bearer ",
        f"Bearer {KEYS['admin']}, Bearer x",
        f"Bearer {KEYS['admin'].upper()}",
    ],
)
def test_what_is_no_key_of_ours_is_nobody(closed, sent):
    assert closed.get("/performance", Authorization=sent).status == 401


def test_refusals_are_problem_details_where_the_path_speaks_them(closed):
    none, low = closed.get("/edits/x"), closed.post("/edits", b"{}", **bearer("read"))

    assert (none.status, none.json["rule"]) == (401, "api_key")
    assert (low.status, low.json["rule"]) == (403, "role_edit")
    assert none.headers["content-type"] == low.headers["content-type"] == "application/problem+json"
    assert "www-authenticate" not in low.headers


def test_a_large_body_without_a_key_hears_the_answer(closed):
    assert closed.post("/edits", b"a" * 1_500_000).status == 401


def handshake(client, path, **headers):
    """Status of a WebSocket's handshake."""
    connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=10)
    key = base64.b64encode(os.urandom(16)).decode()
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    asked |= {"Sec-WebSocket-Key": key, "Origin": client.server.url}
    connection.request("GET", path, headers=asked | headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("path", ["/ws/edits/x", "/_stcore/stream"])
def test_a_websocket_needs_somebody_too(closed, path):
    assert handshake(closed, path) == 401
    assert handshake(closed, path, **bearer("read")) == 101


def test_an_edit_over_http_is_its_keys_own(closed, sea_park):
    body = {"story": sea_park, "editRequest": RENAME}
    ids = {
        closed.post("/edits", body, **bearer(role), Idempotency_Key="a-1").json["id"]
        for role in ("edit", "admin", "edit")
    }

    assert len(ids) == 2


# -- where it listens


def ended(*command, **env):
    """A server that ends by itself."""
    settings = {**os.environ, **dict.fromkeys(OWN, ""), **env}
    line = [sys.executable, "-m", *command]
    return subprocess.run(
        line, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False
    )


STREAMLIT = ("streamlit", "run", "streamlit_app.py", "--server.headless=true")


@pytest.mark.parametrize(
    ("command", "env"),
    [
        ((*STREAMLIT, "--server.address=0.0.0.0", "--browser.serverAddress=localhost"), {}),
        (STREAMLIT, {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}),
        ((*STREAMLIT, "--server.address="), {}),
        (("uvicorn", "streamlit_app:app", "--host", "0.0.0.0"), {}),
        (("uvicorn", "streamlit_app:app", "--host", "::", "--loop", "asyncio"), {}),
    ],
)
def test_a_start_that_would_be_open_to_the_network_is_refused(tmp_path, command, env):
    number = str(free_port())
    port = ("--port", number) if command[0] == "uvicorn" else (f"--server.port={number}",)

    done = ended(*command, *port, **env, DATA_DIR=str(tmp_path))

    told = [line for line in done.stderr.splitlines() if line.startswith("turnsmith:")]
    assert done.returncode != 0
    assert len(told) == 1
    assert all(name in told[0] for name in ("API_KEYS", "OIDC", "OPEN_TO_NETWORK"))
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("env", [{"API_KEYS": SETTING}, {"OPEN_TO_NETWORK": "1"}])
def test_with_keys_or_when_told_so_it_listens_anywhere(env):
    with start_app({**env, "STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}, address="0.0.0.0") as server:
        client = Client(server)
        status = client.get("/performance").status

        assert client.get("/health").status == 200
        assert status == (401 if "API_KEYS" in env else 200)


def passed(settings, server, path="/performance"):
    """Status that the doors answer on a connection to that address; 0 when they let it through."""
    heard = []

    async def app(*_):
        heard.append({"status": 0})

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        heard.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "server": server}
    doors = Doors(app, entrance=lambda: Entrance(settings, None))
    asyncio.run(doors(scope, receive, send))  # noqa: TID251
    return heard[0]["status"], heard


def test_a_connection_from_the_network_is_the_last_to_be_refused():
    """For a server that begins to listen later, or in a way that the system does not tell."""
    status, heard = passed(Settings(), ("192.0.2.2", 8501))

    assert status == 403
    assert "OPEN_TO_NETWORK" in json.loads(heard[1]["body"])["detail"]
    assert passed(Settings(), ("127.0.0.1", 8501))[0] == 0
    assert passed(Settings(), ("/run/turnsmith.sock", None))[0] == 0
    assert passed(Settings(open_to_network=True), ("192.0.2.2", 8501))[0] == 0


def test_with_keys_the_network_needs_one():
    keys = Keys.read([SETTING.split(",")[0]])

    assert passed(Settings(api_keys=keys), ("192.0.2.2", 8501))[0] == 401
    assert passed(Settings(api_keys=keys), ("192.0.2.2", 8501), "/health")[0] == 0


# -- the model's address


def test_nothing_that_is_sent_changes_the_models_address(app_with_model, model, sea_park):
    """There is no other address that it could have asked: nothing listens there."""
    model.says({"changes": [], "reply": "무엇을 바꿀까요?"})
    elsewhere = f"http://127.0.0.1:{free_port()}/v1"
    names = ("base_url", "OPENAI_BASE_URL", "openai_base_url", "api_base", "url", "model", "proxy")
    body = {"chapterId": "1", "story": sea_park, "editRequest": f"뉴스를 신나게 {elsewhere}"}
    body |= dict.fromkeys(names, elsewhere)
    headers = {"X-Base-Url": elsewhere, "OpenAI-Base-Url": elsewhere, "Forwarded": elsewhere}
    query = "&".join(f"{name}={elsewhere}" for name in names)
    before = model.calls

    heard = app_with_model.post(f"/edit-scenario?strict=1&{query}", body, **headers)

    assert heard.status == 200
    assert model.calls == before + 1
