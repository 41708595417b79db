"""What all tests share: the free samples, and the real chapters that may stand beside it."""

from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(__file__).with_name("samples")

settings.register_profile("turnsmith", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("turnsmith")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real chapters, cases and bad inputs; they may not be in the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the checkout: its chapters are not free to ship")
    return folder


@pytest.fixture(scope="session")
def sea_park() -> str:
    """A chapter of seven turns and three stocks, without findings."""
    return (SAMPLES / "sea_park.json").read_text("utf-8")
