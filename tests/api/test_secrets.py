"""Planted secrets are looked for in everything the process says, and story text in its log."""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.api.conftest import Client, Heard
from tests.processes import OWN, ROOT, postgres_programs, start_app, start_postgres

KEY, API_KEY, PASSWORD = "sk-planted-4b1e9c7d", "writer-planted-88d2f0", "pg-planted-c0ffee77"
OTHER_KEY = "somebody-planted-51ce"
SECRETS = (KEY, API_KEY, PASSWORD)
MARK, PHONE = "STORYMARK-q8z3", "010-4929-7711"
FAULTS = ("401", "403", "404", "429", "500", "307", "garbage", "cut", "nothing")


class Echo(BaseHTTPRequestHandler):
    """A provider that tells everybody what it was told: key, headers and story."""

    def do_POST(self) -> None:
        size = int(self.headers["content-length"])
        told = self.rfile.read(size).decode()
        fault = next((one for one in FAULTS if f"fault={one}" in told), "")
        said = f"{dict(self.headers)} {told}"
        if fault.isdigit():
            error = {"error": {"message": said, "code": KEY, "type": said, "param": said}}
            self.say(int(fault), json.dumps(error), location=f"http://127.0.0.1:9/?{KEY}")
        elif fault:
            self.say(200, {"garbage": said, "cut": f"data: {said[:200]}", "nothing": ""}[fault])
        else:
            answer = {"changes": [], "reply": f"{said[:300]}?"}
            chunk = {"choices": [{"delta": {"content": json.dumps(answer)}, "index": 0}]}
            end = {"choices": [{"delta": {}, "index": 0, "finish_reason": "stop"}]}
            self.say(200, "".join(f"data: {json.dumps(one)}\n\n" for one in (chunk, end)))

    def say(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if status == 200 else "text/plain")
        self.send_header("x-echo", self.headers["authorization"])
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing on the test's own output."""


@dataclass
class Told:
    """All that a process has let out."""

    answers: list[Heard] = field(default_factory=list)
    log: str = ""
    command: bytes = b""
    rows: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.fixture(scope="module")
def told(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One server with everything logged that can be, through successes and every fault."""
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL here")
    folder = tmp_path_factory.mktemp("data")
    with start_postgres() as url:
        settings = {
            "OPENAI_BASE_URL": provider,
            "OPENAI_API_KEY": KEY,
            "API_KEYS": API_KEY,
            "DATABASE_URL": url.replace("turnsmith@", f"turnsmith:{PASSWORD}@"),
            "DATA_DIR": str(folder),
            "OPENAI_TIMEOUT_S": "2",
            "CIRCUIT_FAILURES": "0",
            "LOG_LEVEL": "DEBUG",
            "OPENAI_LOG": "debug",
            "RECORD_FILE": str(folder / "record"),
        }
        out = Told()
        with start_app(settings) as server:
            drive(Client(server), out)
            out.command = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
            out.rows = rows(url)
            server.process.terminate()
            server.process.wait(30)
            out.log = server.log.read_text("utf-8", "replace")
        out.files = {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
        yield out


def drive(client: Client, out: Told) -> None:
    """Good and bad, with and without a key."""
    array = json.loads((ROOT / "pages/samples/sea_park.json").read_text("utf-8"))
    array[1]["news"] = f"{MARK} {PHONE}로 전화해요."
    story = json.dumps(array, ensure_ascii=False)
    bearer = {"authorization": f"Bearer {API_KEY}"}

    def asked(request: str, path: str = "/edit-scenario", **headers: str) -> None:
        out.answers.append(client.edit(story, request, path, **{**bearer, **headers}))

    asked("2턴 뉴스를 비워줘")
    asked(f"돌고래 쇼를 {MARK} 공연으로 바꿔줘")
    for fault in ("none", *FAULTS):
        asked(f"{MARK} 2턴을 신나게 fault={fault}", "/edit-scenario?strict=1")
    asked("더 신나게", authorization=f"Bearer {OTHER_KEY}")
    job = {"story": story, "editRequest": f"{MARK} 3턴을 신나게 fault=500"}
    out.answers.append(client.post("/edits", job, **bearer))
    bad = (f'{{"{MARK}{API_KEY}"', f'{{"story":"{MARK}","editRequest":1}}', "[" * 5000, '"\\ud800"')
    for body in bad:
        out.answers.append(client.post("/edit-scenario", body.encode(), **bearer))
    for path in (
        *("/", "/health", "/metrics", "/performance", "/async-status", "/docs", "/openapi.json"),
        *("/edits/gone", "/edits/%00", f"/nothing?key={OTHER_KEY}", "/edits?limit=x"),
    ):
        out.answers.append(client.get(path, **bearer))


def rows(url: str) -> list[str]:
    """Every row of every table."""
    with psycopg.connect(url) as line:
        found = line.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema')"
            " and table_type = 'BASE TABLE'"
        ).fetchall()
        tables = [str(name) for (name,) in found]
        return [str(row) for one in tables for row in line.execute(f"table {one}").fetchall()]


def spelled(secret: str) -> tuple[bytes, ...]:
    """As it is, and packed into base64 at each of its three places."""
    packed = [base64.b64encode(b"x" * skip + secret.encode())[4:-4] for skip in range(3)]
    return (secret.encode(), *packed)


def leaks(text: bytes, *secrets: str) -> list[str]:
    return [one for one in secrets if any(form in text for form in spelled(one))]


def test_everything_was_driven(told: Told) -> None:
    statuses = {answer.status for answer in told.answers}

    assert statuses >= {200, 202, 401, 404}
    assert any(status >= 500 for status in statuses)
    assert len(told.log.splitlines()) > 20
    assert any(MARK in row for row in told.rows)
    assert MARK.encode() in b"".join(told.files.values())


def test_no_answer_and_no_page_holds_a_secret(told: Told) -> None:
    for answer in told.answers:
        sent = answer.body + json.dumps(answer.headers).encode()
        assert leaks(sent, *SECRETS, OTHER_KEY) == []


def test_the_log_holds_no_secret_and_no_story(told: Told) -> None:
    shown = [line for line in told.log.splitlines() if leaks(line.encode(), *SECRETS, OTHER_KEY)]
    quoted = [line for line in told.log.splitlines() if MARK in line or PHONE in line]

    assert shown == []
    assert quoted == []


def test_nothing_that_is_kept_holds_a_secret(told: Told) -> None:
    assert [row for row in told.rows if leaks(row.encode(), *SECRETS, OTHER_KEY)] == []
    assert [name for name, data in told.files.items() if leaks(data, *SECRETS)] == []
    assert leaks(told.command, *SECRETS) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"OPENAI_BASE_URL": f"http://user:{PASSWORD}@127.0.0.1:9/v1"},
        {"DATABASE_URL": f"postgresql://user:{PASSWORD}@127.0.0.1:9/db"},
        {"DATABASE_URL": f"mysql://user:{PASSWORD}@127.0.0.1/db"},
        {"OPENAI_API_KEY": f"{KEY} 한글"},
        {"API_KEYS": f"{API_KEY} with blanks"},
        {"OPENAI_TIMEOUT_S": "soon", "OPENAI_API_KEY": KEY},
    ],
)
def test_a_start_that_fails_repeats_no_secret(wrong: dict[str, str], tmp_path: Path) -> None:
    blank = dict.fromkeys(OWN, "")
    settings = {**os.environ, **blank, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "DEBUG", **wrong}
    program = (
        "import asyncio\n"
        "from core.service import wiring\n"
        "async def main():\n"
        "    async with wiring.lifespan(None):\n"
        "        pass\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=settings, capture_output=True, check=False
    )

    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert b"turnsmith: " in said
    assert leaks(said, *SECRETS) == []
