"""The process: settings that stop it, and its end while people are connected."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.api.conftest import Client, Model
from tests.processes import OWN, ROOT, start_app, start_model

FREE = "모든 뉴스를 더 신나게 바꿔줘"


def test_a_wrong_setting_stops_the_start_with_one_sentence_that_names_it():
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port=0"]
    settings = {**dict.fromkeys(OWN, ""), "OPENAI_TIMEOUT_S": "soon", "OPENAI_API_KEY": "hidden"}

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "turnsmith: OPENAI_TIMEOUT_S must be a number" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stdout + done.stderr


def test_the_server_ends_at_once_with_tabs_open():
    with start_app() as server:
        tabs = [urllib.request.urlopen(server.url + "/live", timeout=20) for _ in range(5)]
        for tab in tabs:
            tab.readline()

        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)

        assert time.monotonic() - begun < 3
        assert all(tab.read() is not None for tab in tabs)
        for tab in tabs:
            tab.close()


def test_a_running_edit_gets_its_answer_within_the_grace_when_the_server_ends(sea_park):
    with start_model() as model_server:
        model = Model(model_server)
        model.fails("stall:60000")
        settings = {"OPENAI_BASE_URL": model_server.url + "/v1"}
        with start_app(settings) as server, ThreadPoolExecutor(1) as pool:
            client = Client(server)
            asked = pool.submit(client.edit, sea_park, FREE)
            wait_for(lambda: client.get("/async-status").json["active_tasks"] == 1)
            server.process.send_signal(signal.SIGTERM)

            heard = asked.result(15)

            assert heard.status == 200
            assert heard.json["story"] == sea_park
            assert heard.json["outcome"] == "failed"
            server.process.wait(10)


@pytest.mark.parametrize(("grace", "ended"), [("6", True), ("1", False)])
def test_the_grace_is_a_setting(sea_park, grace, ended):
    with start_model() as model_server:
        Model(model_server).fails("stall:2")
        settings = {"OPENAI_BASE_URL": model_server.url + "/v1", "GRACE_S": grace}
        with start_app(settings) as server, ThreadPoolExecutor(1) as pool:
            client = Client(server)
            asked = pool.submit(client.edit, sea_park, FREE)
            wait_for(lambda: client.get("/async-status").json["active_tasks"] == 1)
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            refused = client.edit(sea_park, FREE + "!") if ended else None
            server.process.wait(20)

            assert time.monotonic() - begun < int(grace) + 0.5
            assert (asked.result(15).json["outcome"] != "failed") is ended
            assert refused is None or refused.json["outcome"] == "failed"


def test_a_client_that_hangs_does_not_outlive_the_grace():
    with (
        start_app({"GRACE_S": "2"}) as server,
        socket.create_connection(("127.0.0.1", server.port)) as line,
    ):
        line.sendall(
            b"POST /edit-scenario HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )
        time.sleep(0.3)
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)

        assert 1.5 < time.monotonic() - begun < 3
        assert "the grace is over" in server.log.read_text()


def test_an_idle_server_is_small(app):
    app.get("/")
    process = psutil.Process(app.server.process.pid)

    assert process.memory_info().rss < 200 * 2**20


def wait_for(true, seconds=10):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_log_says_how_an_edit_ended_and_nothing_of_the_story(sea_park):
    with start_app({"LOG_LEVEL": "INFO"}) as server:
        Client(server).edit(sea_park, "3턴 조개 매점 가격을 110으로")

        wait_for(lambda: "outcome=edited " in server.log.read_text())
        assert "조개" not in server.log.read_text()
