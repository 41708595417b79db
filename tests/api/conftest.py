"""The real server process, and the simulated model that says what a test tells it to."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.processes import ROOT, Server, start_app, start_model

SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Heard:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks to one server over a socket, as the back end and an operator's curl do."""

    server: Server
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method, path, body=None, **headers) -> Heard:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"content-type": "application/json"} if data is not None else {}
        request = urllib.request.Request(
            self.server.url + path, data, {**kind, **self.headers, **named}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Heard(answer.status, lowered(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Heard(error.code, lowered(error.headers), error.read())

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body, **headers):
        return self.ask("POST", path, body, **headers)

    def edit(self, story, request, path="/edit-scenario", **headers):
        body = {"chapterId": "1111", "story": story, "summary": None, "editRequest": request}
        return self.post(path, body, **headers)


def lowered(headers):
    return {name.lower(): value for name, value in headers.items()}


@dataclass(frozen=True)
class Script:
    """What the model says: answers by request, read anew for every call."""

    path: Path

    def says(self, answers):
        self.path.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")


@pytest.fixture(scope="session")
def app() -> Iterator[Client]:
    """No model: instant edits only."""
    with start_app() as server:
        yield Client(server)


@pytest.fixture(scope="session")
def script(tmp_path_factory) -> Script:
    script = Script(tmp_path_factory.mktemp("model") / "script.json")
    script.says({})
    return script


@pytest.fixture(scope="session")
def model(script) -> Iterator[Server]:
    policy = "callable:tests.api.scripted"
    with start_model(policy, env={"SCRIPT": str(script.path)}) as server:
        yield server


@pytest.fixture(scope="session")
def app_with_model(model) -> Iterator[Client]:
    settings = {"OPENAI_BASE_URL": model.url + "/v1", "OPENAI_API_KEY": "test-key-7f3a"}
    with start_app(settings) as server:
        yield Client(server)


@pytest.fixture
def sea_park() -> str:
    return (ROOT / "pages" / "samples" / "sea_park.json").read_text("utf-8")
