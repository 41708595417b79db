"""What ships beside the code: the lock, the image's recipe and the services of compose.yaml."""

import re
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

WANTED = (ROOT / "requirements.txt").read_text().split()
LOCK = (ROOT / "requirements.lock").read_text()
PIN = re.compile(r"^(\S+==\S+(?: ; .+?)?) \\\n((?:    --hash=.+\n)+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?: \\)?")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = sorted(COMPOSE["services"])


def locked() -> dict[str, list[Requirement]]:
    """By name; one name has several versions where Python's version decides."""
    found: dict[str, list[Requirement]] = {}
    for pin, _ in PIN.findall(LOCK):
        found.setdefault(canonicalize_name(Requirement(pin).name), []).append(Requirement(pin))
    return found


def here(name: str) -> list[str]:
    """The versions of a package that the lock has for this Python and this system."""
    pins = locked().get(canonicalize_name(name), [])
    return [str(pin.specifier) for pin in pins if pin.marker is None or pin.marker.evaluate()]


def needed(names: list[str]) -> set[str]:
    """These packages and all that they need, as they are installed here."""
    seen: set[str] = set()
    queue = [(name, "") for name in names]
    while queue:
        name, extra = queue.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in metadata.requires(name) or ():
            one = Requirement(line)
            if one.marker is None or one.marker.evaluate({"extra": extra}):
                queue += [(one.name, more) for more in (*one.extras, "")]
    return {canonicalize_name(name) for name, _ in seen}


def test_every_line_of_the_lock_has_a_version_and_its_hashes() -> None:
    rest = PIN.sub("", LOCK)
    hashes = [line.strip() for _, lines in PIN.findall(LOCK) for line in lines.splitlines()]

    assert [line for line in rest.splitlines() if not line.startswith("#")] == []
    assert len(hashes) > 1000
    assert all(HASH.fullmatch(line) for line in hashes)


@pytest.mark.parametrize("wanted", WANTED)
def test_the_lock_has_what_is_wanted_and_no_test_tools(wanted: str) -> None:
    pin = Requirement(wanted)

    assert here(pin.name) == ([] if pin.name == "pytest" else [str(pin.specifier)])


def test_what_runs_here_needs_nothing_that_is_not_locked() -> None:
    names = [Requirement(line).name for line in WANTED if not line.startswith("pytest==")]

    assert {name: f"=={metadata.version(name)}" for name in needed(names)} == {
        name: here(name)[0] if here(name) else None for name in needed(names)
    }


def test_the_image_is_built_from_a_named_release_and_from_hashed_wheels() -> None:
    recipe = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^ARG PYTHON=python:3\.1[1-3]-slim-[a-z]+$", recipe, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)) == {"${PYTHON}"}
    assert "--require-hashes --only-binary :all: --no-deps" in recipe
    assert "requirements.txt" not in recipe


def test_only_what_runs_goes_into_the_image() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"]

    assert (ROOT / ".dockerignore").read_text().startswith("**\n")
    assert sorted(kept) == [
        ".streamlit/config.toml",
        "core/**",
        "pages/**",
        "requirements.lock",
        "streamlit_app.py",
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_bounded_and_may_do_nothing_that_it_need_not(name: str) -> None:
    service = COMPOSE["services"][name]
    limits = service["deploy"]["resources"]["limits"] if "deploy" in service else {}

    assert service.get("build") == "." or re.search(r":[a-z]*\d+[.\d]*", service["image"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "memory" in limits or service["restart"] == "on-failure:3"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize("name", SERVICES)
def test_who_waits_for_a_service_waits_until_it_is_healthy(name: str) -> None:
    for other, how in COMPOSE["services"][name].get("depends_on", {}).items():
        awaited = COMPOSE["services"][other]
        checked = "healthcheck" in awaited or awaited.get("build") == "."

        assert how["condition"] == (
            "service_healthy" if checked else "service_completed_successfully"
        )
