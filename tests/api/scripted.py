"""A policy of the simulated model: says what the file named by SCRIPT has for the request."""

import json
import os
from pathlib import Path

NOTHING = {"changes": [], "reply": "무엇을 바꿀까요?"}


def answer(body):
    """The longest request of the script that the last user message holds decides."""
    script = json.loads(Path(os.environ["SCRIPT"]).read_text("utf-8"))
    asked = body["messages"][-1]["content"]
    known = [request for request in script if request in asked]
    said = script[max(known, key=len)] if known else NOTHING
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
