"""Errors planted for real: where they come up, nobody sees or logs their words."""

import asyncio
import sys
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.api.conftest import Client
from tests.api.raw import exchange, request
from tests.processes import OWN, Server, free_port, started

SECRETS = ("sk-planted", "바다마을돌고래", "ValueError", "planted_app.py", "Traceback")


@pytest.fixture(scope="module", params=["streamlit run", "uvicorn"])
def planted(request, tmp_path_factory):
    port = free_port()
    folder = "tests/api/planted"
    if request.param == "uvicorn":
        command = ["uvicorn", "planted_app:app", f"--port={port}", f"--app-dir={folder}"]
    else:
        command = ["streamlit", "run", f"{folder}/planted_app.py", f"--server.port={port}"]
    settings = {**dict.fromkeys(OWN, ""), "DATA_DIR": str(tmp_path_factory.mktemp("data"))}
    settings |= {"PYTHONPATH": "."}
    with started([sys.executable, "-m", *command], settings, port, "/health") as server:
        yield server


@pytest.mark.parametrize("path", ["/planted", "/planted-outside", "/edits/planted/broken"])
def test_an_error_is_answered_with_a_sentence_and_logged_by_its_place(planted, path):
    logged = len(planted.log.read_text())

    heard = Client(planted).post(path, {"story": "바다마을돌고래"})

    assert heard.status == 500
    assert heard.json["detail"].endswith("요.")
    assert "default-src 'none'" in heard.headers["content-security-policy"]
    assert not any(secret.encode() in heard.body for secret in SECRETS)
    until = time.monotonic() + 5
    while "planted_app.py" not in (told := planted.log.read_text()[logged:]):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "sk-planted" not in told
    assert "바다마을돌고래" not in told


def test_an_error_in_the_middle_of_an_answer_ends_it(planted):
    answer = exchange(planted, request(planted, "/planted-later"))

    assert answer.status == 200
    assert b"begun" in answer.raw
    assert not answer.raw.endswith(b"0\r\n\r\n"), "it must not look whole"
    assert not any(secret.encode() in answer.raw for secret in SECRETS)
    assert "sk-planted" not in planted.log.read_text()


def test_an_error_behind_a_socket_closes_it(planted):
    async def heard() -> int:
        async with connect(f"ws://127.0.0.1:{planted.port}/ws/planted") as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.reason == ""
            return closed.value.rcvd.code

    assert run(heard()) == 1011
    assert "sk-planted" not in planted.log.read_text()


def test_an_error_of_a_page_shows_nothing_of_itself(planted):
    drawn = run(first_run(planted))

    assert b"drawn" in drawn
    assert "문제가 생겼어요".encode() in drawn
    assert not any(secret.encode() in drawn for secret in SECRETS)
    assert "sk-planted" not in planted.log.read_text()


async def first_run(server: Server) -> bytes:
    """All that a page is sent until its script has ended."""
    asked, came = BackMsg(), b""
    asked.rerun_script.query_string = ""
    where = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    async with connect(where, subprotocols=["streamlit"], max_size=None) as socket:
        await socket.send(asked.SerializeToString())
        async with asyncio.timeout(20):
            while "문제가 생겼어요".encode() not in came:
                try:
                    came += await asyncio.wait_for(socket.recv(), 3)
                except TimeoutError:
                    return came
    return came


def run(work):
    with asyncio.Runner() as runner:
        return runner.run(work)
