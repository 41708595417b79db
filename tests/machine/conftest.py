"""Real faults of a machine: small file systems, limits, other processes. Most need root."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import sea_park  # noqa: F401


class Disk:
    """A small file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def free(self) -> int:
        """Bytes."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, *, but: int = 0) -> None:
        """Leave so many bytes."""
        with self._ballast.open("wb") as sink:
            sink.truncate(0)
            for size in (65536, 4096):
                while self.free - but >= size:
                    sink.write(bytes(size))
                    sink.flush()

    def empty(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Eight megabytes."""
    with_root("mounts a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder))
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


def with_root(why: str) -> None:
    if os.getuid() != 0:
        pytest.skip(f"only root {why}")


def mount(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
