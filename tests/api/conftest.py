"""The real server process, and the simulated model that says what a test tells it to."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest

from tests.processes import OWN, ROOT, Server, free_port, start_app, start_model, started

SHARED = ROOT.parent / "shared"
KEY = "test-key-7f3a"


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
class Model:
    """The simulated model, told what to say."""

    server: Server

    def says(self, answer) -> None:
        """The same to every request, until told otherwise."""
        self.control(always_answer=answer, always="")

    def fails(self, fault) -> None:
        """`500`, `stall:5` and so on, until told otherwise."""
        self.control(always=fault)

    def control(self, **settings) -> None:
        told = {"answers": [], "turn_answers": {}, "faults": [], **settings}
        assert Client(self.server).post("/control", told).status == 200

    @property
    def calls(self) -> int:
        return self.server.get("/stats")["requests"]


@pytest.fixture(scope="session")
def app() -> Iterator[Client]:
    """No model: instant edits only."""
    with start_app() as server:
        yield Client(server)


@pytest.fixture(scope="session")
def model_server() -> Iterator[Server]:
    with start_model() as server:
        yield server


@pytest.fixture
def model(model_server) -> Model:
    """Says that nothing changes until a test tells it what to say."""
    model = Model(model_server)
    model.says({"changes": [], "reply": "무엇을 바꿀까요?"})
    return model


@pytest.fixture(scope="session")
def app_with_model(model_server) -> Iterator[Client]:
    settings = {"OPENAI_BASE_URL": model_server.url + "/v1", "OPENAI_API_KEY": KEY}
    with start_app(settings | {"OPENAI_TIMEOUT_S": "3", "CIRCUIT_FAILURES": "0"}) as server:
        yield Client(server)


@pytest.fixture
def sea_park() -> str:
    return (ROOT / "pages" / "samples" / "sea_park.json").read_text("utf-8")


def start_bare(folder: str) -> AbstractContextManager[Server]:
    """`uvicorn streamlit_app:app`, with no settings of Streamlit's command line."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "streamlit_app:app", "--port", str(port)]
    settings = {**dict.fromkeys(OWN, ""), "DATA_DIR": folder}
    return started(command, settings, port, "/health")


@pytest.fixture(scope="module", params=["streamlit run", "uvicorn"])
def server(request, tmp_path_factory):
    """The same app, started in both ways."""
    if request.param == "uvicorn":
        with start_bare(str(tmp_path_factory.mktemp("data"))) as one:
            yield one
    else:
        with start_app() as one:
            yield one


@pytest.fixture
def still_served(server):
    yield
    assert Client(server).get("/health").status == 200
    assert server.process.poll() is None
