"""The log: a line for people or a JSON object for machines, on standard error.

Every record names the edit that it belongs to, and who asked for it, wherever it is written: both
are context variables, which tasks, threads and steps inherit. What is configured as a secret, and
personal data in words, are masked. An exception is told by its type and its frames: its own words
may quote a story.
"""

import json
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from traceback import extract_tb
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from core.chapter import personal
from core.errors import TurnsmithError
from core.service.settings import Settings

edit: ContextVar[str] = ContextVar("edit", default="")
"""Id of the edit that something is done for."""
who: ContextVar[str] = ContextVar("who", default="")
"""Who asked for it: a writer's name, a key's name, or the lane of an edit."""

HIDDEN: Final = "***"
SHORTEST: Final = 4
"""Letters from which a secret is masked: a shorter one stands in every other word."""
FRAMES: Final = 24
"""Of one exception, the innermost."""
CHAIN: Final = 5
"""Exceptions of one chain that are told."""

Fact: TypeAlias = str | int | float | bool | None
_OPEN = (AttributeError, ImportError, MemoryError, NameError, RecursionError, ZeroDivisionError)
"""Their words name code, never data."""
_SHOWN = r"(?<=[Bb]earer )[\w.~+/=:-]+"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def told(**facts: Fact) -> Mapping[str, object]:
    """For `extra=`: facts beside the sentence, keys of their own in JSON."""
    return {"facts": facts}


def begin(chosen: Settings) -> None:
    """Everything that is logged in this process goes through one form from now on."""
    form = _Json if chosen.log_format == "json" else _Text
    sink = logging.StreamHandler()
    sink.setFormatter(form(secrets(chosen)))
    logging.root.handlers = [sink]
    logging.getLogger("core").setLevel(chosen.log_level)
    threading.excepthook = _thread_broke
    adopt()


def adopt() -> None:
    """Give other libraries' own handlers our form; again once further ones may have come."""
    ours = logging.root.handlers[0].formatter
    for logger in _others():
        for handler in logger.handlers:
            handler.setFormatter(ours)


def _others() -> Iterator[logging.Logger]:
    known = tuple(logging.root.manager.loggerDict.values())
    yield from (one for one in known if isinstance(one, logging.Logger) and one.handlers)


def call_us(name: str) -> None:
    """What this process is called among its replicas."""
    for handler in logging.root.handlers:
        if isinstance(handler.formatter, _Form):
            handler.formatter.replica = name


def secrets(chosen: Settings) -> frozenset[str]:
    """What must never be read in a log, also as an address line would write it.

    Of our own keys there are only hashes: whatever is shown as one is masked.
    """
    password = urlsplit(chosen.database_url).password or ""
    plain = {chosen.openai_api_key, chosen.database_url, password}
    both = plain | {unquote(one) for one in plain} | {quote(one, safe="") for one in plain}
    return frozenset(one for one in both if len(one) >= SHORTEST)


def _thread_broke(args: threading.ExceptHookArgs) -> None:
    if args.exc_value and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        error = args.exc_value
        logging.getLogger("core").error("thread %s broke", name, exc_info=error)


class _Form(logging.Formatter):
    """What both forms share."""

    replica = ""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__()
        longest = sorted(hidden, key=len, reverse=True)
        self._hidden = re.compile("|".join([_SHOWN, *map(re.escape, longest)]))

    def masked(self, text: str) -> str:
        return self._hidden.sub(HIDDEN, text)

    def said(self, text: str) -> str:
        """Words, which may hold anything; an id or a name of ours cannot."""
        return personal.masked(self.masked(text))

    def message(self, record: logging.LogRecord) -> str:
        return self.said(record.getMessage())

    def belongs(self, record: logging.LogRecord) -> dict[str, str]:
        """What is known of whose record it is."""
        named = {
            "edit": getattr(record, "edit", None) or edit.get(),
            "who": who.get(),
            "replica": self.replica,
        }
        return {name: self.masked(str(value)) for name, value in named.items() if value}

    def facts(self, record: logging.LogRecord) -> dict[str, Fact]:
        given: Mapping[str, Fact] = getattr(record, "facts", {})
        return {
            name: self.said(value) if isinstance(value, str) else value
            for name, value in given.items()
        }

    def exception(self, record: logging.LogRecord) -> list[str]:
        """The newest error first, each with its frames, the innermost last."""
        error = record.exc_info[1] if record.exc_info else None
        return [self.masked(line) for line in _chain(error)] if error else []


class _Text(_Form):
    """One line for people; what an exception has gone through stands below it."""

    def format(self, record: logging.LogRecord) -> str:
        marks = " ".join(f"{name}={value}" for name, value in self.belongs(record).items())
        facts = "".join(f" {name}={value}" for name, value in self.facts(record).items())
        head = f"{_time(record)} {record.levelname} {record.name}"
        line = f"{head}{f' [{marks}]' if marks else ''}: {self.message(record)}{facts}"
        return "\n    ".join([_one_line(line), *map(_one_line, self.exception(record))])


class _Json(_Form):
    """One object a line, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            **self.belongs(record),
            **self.facts(record),
        }
        if lines := self.exception(record):
            line["exception"] = lines
        return json.dumps(line, separators=(",", ":"))


def _time(record: logging.LogRecord) -> str:
    """In UTC, to the millisecond."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{whole}.{int(record.created % 1 * 1000):03d}Z"


def _one_line(text: str) -> str:
    """A record cannot pretend to be two."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def _chain(error: BaseException) -> Sequence[str]:
    lines: list[str] = []
    waiting: list[BaseException | None] = [error]
    for _ in range(CHAIN):
        if not waiting or (one := waiting.pop(0)) is None:
            break
        lines += [_named(one), *_frames(one)]
        inner = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        hidden = one.__suppress_context__ and one.__cause__ is None
        waiting += [*inner[:CHAIN], None if hidden else one.__cause__ or one.__context__]
        waiting = [each for each in waiting if each is not None]
    return lines


def _named(error: BaseException) -> str:
    """Type and what is safe to say of it."""
    name = type(error).__name__
    if isinstance(error, TurnsmithError):
        return f"{name} {error.rule}"
    if isinstance(error, OSError):
        return f"{name} {error.strerror or error.errno or ''}".rstrip()
    return f"{name}: {error}" if isinstance(error, _OPEN) else name


def _frames(error: BaseException) -> Iterator[str]:
    root = f"{sys.path[0]}/"
    for frame in extract_tb(error.__traceback__)[-FRAMES:]:
        yield f"  {frame.filename.removeprefix(root)}:{frame.lineno} {frame.name}"
