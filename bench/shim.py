"""Compiles `bench/iofault.c` and runs programs under it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("iofault.c")


def compiler() -> str | None:
    """None where none is installed."""
    return shutil.which("cc") or shutil.which("gcc")


def built(folder: Path) -> Path:
    """The shim, made in a folder. Raises FileNotFoundError without a C compiler."""
    program = compiler()
    if program is None:
        raise FileNotFoundError("no C compiler here: neither cc nor gcc")
    made = folder / "iofault.so"
    options = ["-O2", "-w", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run([program, *options], check=True)
    return made


def under(shim: Path, watched: Path, trace: Path | None = None) -> Mapping[str, str]:
    """The environment of a process whose files in a folder are watched."""
    given = {"LD_PRELOAD": str(shim), "IOF_DIR": str(watched), "IOF_TRACE": str(trace or "")}
    return {**os.environ, **given}


def run(module: str, *arguments: str, env: Mapping[str, str]) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, env=env)


def ended(module: str, *arguments: str, env: Mapping[str, str]) -> int:
    """How a program of ours ended."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], check=False, env=env
    ).returncode
