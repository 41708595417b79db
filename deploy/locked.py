"""The packages of requirements.lock: what the image has."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;]+)(?: ; (.+?))? \\$", re.MULTILINE)


def pins() -> list[tuple[str, str, str]]:
    """Name, version and marker ("" for everywhere) of each, by name."""
    return PIN.findall((ROOT / "requirements.lock").read_text("utf-8"))


def names() -> list[str]:
    """Of those that any system but a browser may have."""
    return sorted({name for name, _, marker in pins() if "== 'emscripten'" not in marker})
