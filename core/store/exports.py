"""A chapter or a library as the bytes of a file."""

import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.chapter import patch
from core.chapter.chapter import Chapter
from core.store.library import Version

INDEX = "library.json"
"""In a library's archive: what the chapters are called and how each version came to be."""
MAX_STEM = 60
"""Characters of a file's name: three bytes each, they stay below what file systems take."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)")
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can write."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A chapter of a library with all that is told about it."""

    name: str
    chapter: Chapter
    versions: Sequence[Version]
    """Oldest first."""


def original(chapter: Chapter) -> bytes:
    """All that was pasted, wrapper included, changed only where changes were accepted."""
    return chapter.text.encode()


def bare(chapter: Chapter) -> bytes:
    """The array alone, with its own spacing, out of whatever it came in."""
    return _array(chapter).encode()


def wrapped(chapter: Chapter) -> bool:
    """Whether there is more around the array than blanks."""
    return chapter.text.strip() != _array(chapter)


def pretty(chapter: Chapter) -> bytes:
    """The array with two spaces a level and raw Hangul."""
    return _indented(chapter.array)


def api_body(chapter: Chapter, chapter_id: str, request: str) -> bytes:
    """A body for POST /edit-scenario, on one line."""
    story = _array(chapter)
    body = {"chapterId": chapter_id, "story": story, "summary": None, "editRequest": request}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def json_patch(before: Chapter, after: Chapter) -> bytes:
    """RFC 6902: what leads from one array of turns to another."""
    return _indented(patch.json_patch(before, after))


def library(shelved: Iterable[Shelved]) -> bytes:
    """A ZIP archive: each chapter as it would be downloaded alone, and INDEX."""
    stems = _Stems(INDEX.removesuffix(".json"))
    index: list[Mapping[str, object]] = []
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in shelved:
            file = stems.next(one.name) + suffix(one.chapter)
            archive.writestr(_entry(file, one.versions[-1].at), original(one.chapter))
            index.append(_told(file, one))
        archive.writestr(_entry(INDEX, 0), _indented({"chapters": index}))
    return sink.getvalue()


def file_name(name: str, chapter: Chapter) -> str:
    """A file's name that every system takes, for the chapter as it was pasted."""
    return stem(name) + suffix(chapter)


def suffix(chapter: Chapter) -> str:
    """`.md` for a chapter that came in a Markdown fence, else `.json`."""
    return ".md" if chapter.text.lstrip()[:1] in ("`", "~") else ".json"


def stem(name: str) -> str:
    """A file's name without its suffix: at most MAX_STEM characters, none that a system refuses."""
    plain = unicodedata.normalize("NFC", name)
    shown = (" " if letter.isspace() else letter for letter in plain)
    kept = "".join(letter for letter in shown if unicodedata.category(letter)[0] != "C")
    safe = " ".join(_FORBIDDEN.sub("_", kept).split())[:MAX_STEM].strip(". ")
    return _DEVICE.sub(lambda found: f"_{found[0]}", safe) or "chapter"


def _array(chapter: Chapter) -> str:
    source = chapter.source
    return source.inner[slice(*source.spans[source.path])]


def _indented(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()


class _Stems:
    """Stems that no other file has, also where `A.json` and `a.json` are one."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)
        self._count: Counter[str] = Counter()

    def next(self, name: str) -> str:
        first = found = stem(name)
        while found.casefold() in self._taken:
            self._count[first] += 1
            mark = f" ({self._count[first] + 1})"
            found = first[: MAX_STEM - len(mark)].rstrip(". ") + mark
        self._taken.add(found.casefold())
        return found


def _entry(file: str, at: float) -> zipfile.ZipInfo:
    moment = datetime.fromtimestamp(at, UTC).timetuple()[:6]
    entry = zipfile.ZipInfo(file, max(moment, _OLDEST))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _told(file: str, one: Shelved) -> Mapping[str, object]:
    chapter = one.chapter
    return {
        "file": file,
        "name": one.name,
        "turns": len(chapter.turns),
        "stocks": list(chapter.names),
        "sha256": chapter.hash,
        "versions": [_version(version) for version in one.versions],
    }


def _version(version: Version) -> Mapping[str, object]:
    return {
        "number": version.number,
        "parent": version.parent,
        "other": version.other,
        "act": version.act,
        "name": version.name,
        "author": version.author,
        "request": version.request,
        "at": datetime.fromtimestamp(version.at, UTC).isoformat(timespec="seconds"),
        "places": version.places,
        "sha256": version.hash,
    }
