"""Uses the app inside the container that is tried: python probe.py edit | hand-in | ended ID.

Standard library only: it runs with the image's Python, beside the app, on its loopback.
"""

import http.client
import json
import sys
import time
from pathlib import Path

STORY = Path("/try/tests/samples/sea_park.json").read_text("utf-8")
RENAME = "돌고래 쇼를 물개 공연으로 바꿔줘"
REWRITE = "3턴 뉴스를 더 두근두근하게 새로 써줘"
PATIENCE_S = 60.0


def ask(method: str, path: str, body: object = None) -> dict[str, object]:
    """The JSON of an answer; SystemExit with it where it is not a 2xx."""
    link = http.client.HTTPConnection("127.0.0.1", 8501, timeout=30)
    text = None if body is None else json.dumps(body).encode()
    link.request(method, path, text, {"Content-Type": "application/json"})
    heard = link.getresponse()
    answer: dict[str, object] = json.loads(heard.read())
    if heard.status >= 300:
        raise SystemExit(f"{method} {path}: {heard.status} {str(answer)[:300]}")
    return answer


def edit() -> str:
    """One chapter, edited at once; what is not about the dolphins stays."""
    body = {"chapterId": "image", "summary": None, "story": STORY, "editRequest": RENAME}
    answer = ask("POST", "/edit-scenario", body)
    story = str(answer["story"])
    if answer["outcome"] != "edited" or "물개 공연" not in story or "돌고래 쇼" in story:
        raise SystemExit(f"not edited: {str(answer)[:300]}")
    return "a chapter is edited"


def hand_in() -> str:
    """The id of an edit that has begun to ask the model."""
    id_ = str(ask("POST", "/edits", {"story": STORY, "editRequest": REWRITE})["id"])
    until = time.monotonic() + PATIENCE_S
    while ask("GET", f"/edits/{id_}")["state"] != "running" and time.monotonic() < until:
        time.sleep(0.05)
    return id_


def ended(id_: str) -> str:
    """Waits for it; SystemExit when it failed or changed nothing."""
    until = time.monotonic() + PATIENCE_S
    while (state := ask("GET", f"/edits/{id_}")["state"]) in ("queued", "running"):
        if time.monotonic() > until:
            raise SystemExit(f"still {state} after {PATIENCE_S:g} s")
        time.sleep(0.1)
    answer = ask("GET", f"/edits/{id_}?story=1")
    if not answer["changes"] or answer["story"] == STORY:
        raise SystemExit(f"{state}, nothing changed: {str(answer)[:300]}")
    return f"the edit is {state}"


if __name__ == "__main__":
    acts = {"edit": edit, "hand-in": hand_in, "ended": ended}
    print(acts[sys.argv[1]](*sys.argv[2:]))
