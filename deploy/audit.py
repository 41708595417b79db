"""Holds requirements.lock against known vulnerabilities.

    python -m deploy.audit                  asks PyPI, which has the advisories of pypa and OSV
    python -m deploy.audit FOLDER_OR_ZIP    reads OSV files: a clone of pypa/advisory-database, or
                                            https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip

Ends with 0 when none is known, 1 when one is, 77 when no database could be read.
"""

import json
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

from deploy.locked import pins

Advisory = dict[str, Any]
ASKED_AT_ONCE = 8
PATIENCE_S = 10.0


class NoDatabaseError(Exception):
    """What kept it from being read."""


def from_pypi(found: list[tuple[str, str]]) -> Iterator[str]:
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        for (name, version), known in zip(found, pool.map(_asked, found), strict=True):
            yield from (f"{name} {version}: {told(one)}" for one in known if not one["withdrawn"])


def _asked(pin: tuple[str, str]) -> list[Advisory]:
    url = "https://pypi.org/pypi/{}/{}/json".format(*pin)
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - https
            known: list[Advisory] = json.load(answer)["vulnerabilities"]
    except (OSError, ValueError, KeyError) as error:
        raise NoDatabaseError(f"{url}: {error}") from error
    return known


def from_files(found: list[tuple[str, str]], place: Path) -> Iterator[str]:
    """Raises NoDatabaseError where there is not one advisory about anything in PyPI."""
    versions: dict[str, set[str]] = {}
    for name, version in found:
        versions.setdefault(name, set()).add(version)
    read = 0
    for text in _texts(place, set(versions)):
        advisory = yaml.safe_load(text) or {}
        read += 1
        if not advisory.get("withdrawn"):
            yield from _hits(advisory, versions)
    if not read:
        raise NoDatabaseError(f"{place} has no advisory about any of these packages")


def _texts(place: Path, names: set[str]) -> Iterator[str]:
    """Those that name one of the packages; to parse them all would take minutes."""
    spelled = "|".join(name.replace("-", "[-_.]") for name in sorted(names))
    wanted = re.compile(rf"""name["']?: ["']?({spelled})\b""", re.IGNORECASE)
    return (text for text in _files(place) if wanted.search(text))


def _files(place: Path) -> Iterator[str]:
    if place.is_dir():
        paths = (path for path in place.rglob("*") if path.suffix in (".json", ".yaml", ".yml"))
        yield from (path.read_text("utf-8") for path in paths)
    else:
        try:
            with zipfile.ZipFile(place) as archive:
                yield from (archive.read(one).decode() for one in archive.namelist())
        except (OSError, zipfile.BadZipFile) as error:
            raise NoDatabaseError(str(error)) from error


def _hits(advisory: Advisory, versions: dict[str, set[str]]) -> Iterator[str]:
    for affected in advisory.get("affected", ()):
        name = re.sub(r"[-_.]+", "-", affected.get("package", {}).get("name", "")).lower()
        for version in versions.get(name, ()):
            if is_affected(version, affected):
                yield f"{name} {version}: {told(advisory)}"


def is_affected(version: str, affected: Advisory) -> bool:
    """By its list of versions or by one of its ranges, as OSV's rules have it."""
    ranges = [one for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    listed = version in affected.get("versions", ())
    return listed or any(_within(Version(version), one["events"]) for one in ranges)


def _within(version: Version, events: Iterable[dict[str, str]]) -> bool:
    inside = False
    for kind, limit in sorted(_limits(events), key=lambda one: one[1]):
        if kind == "introduced" and version >= limit:
            inside = True
        if (kind == "fixed" and version >= limit) or (kind == "last_affected" and version > limit):
            inside = False
    return inside


def _limits(events: Iterable[dict[str, str]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, bound in event.items():
            with suppress(InvalidVersion):
                yield kind, Version(bound)


def told(advisory: Advisory) -> str:
    """Its number, its other names, and one line."""
    others = ", ".join(advisory.get("aliases", ())[:2])
    line = (advisory.get("summary") or advisory.get("details") or "").strip().partition("\n")[0]
    return f"{advisory['id']} ({others}) {line[:100]}"


def main() -> int:
    found = [(name, version) for name, version, _ in pins()]
    try:
        known = sorted(from_files(found, Path(sys.argv[1])) if sys.argv[1:] else from_pypi(found))
    except NoDatabaseError as error:
        print(f"Not audited, no database of advisories could be read: {error}")
        return 77
    print("\n".join(known) or f"{len(found)} packages, no known vulnerability")
    return bool(known)


if __name__ == "__main__":
    sys.exit(main())
