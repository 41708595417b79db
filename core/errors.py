"""What can go wrong, sorted by who must act.

TurnsmithError
├── WriterError            the writer changes the text or the request
│   ├── Unreadable         the text is not a chapter (STOP); says line and column, or address
│   ├── NoSuchPlace        an address that this chapter does not have
│   ├── Breaks             what was chosen would break the game; rule and facts of the finding
│   └── BadRequest         an edit request that cannot be used: empty, too long
├── ModelError             the model's side; `retry` says whether the same call may work later
│   ├── ModelBusy          rate limit; `wait_s` when the provider named one
│   ├── ModelTimeout       our deadline passed
│   ├── ModelDown          no connection, 5xx, stream cut off
│   ├── ModelRefused       the model declined
│   ├── ModelGarbled       an answer that is not the protocol or not the format
│   ├── ModelSetup         key, address or model name: the operator acts
│   └── ModelSpent         a limit of the day is used up; it comes back at midnight UTC
└── Unavailable            this program cannot take work now (stopping, store unusable)

An error carries facts, not sentences: `rule` names it, `facts` fill the sentence of `core.words`.
"""

from collections.abc import Mapping
from typing import ClassVar

Fact = str | int | float


class TurnsmithError(Exception):
    """Root of all errors of this program."""

    rule: str
    """Key of the sentence in `core.words`."""
    facts: Mapping[str, Fact]
    """What the sentence is filled with."""

    def __init__(self, rule: str, **facts: Fact) -> None:
        super().__init__(rule, facts)
        self.rule = rule
        self.facts = facts


class WriterError(TurnsmithError):
    """The writer can mend it."""


class Unreadable(WriterError):
    """The text cannot be opened. `facts` hold `line` and `column` (from 1) or `at`, an address."""


class NoSuchPlace(WriterError):
    """`facts["at"]` names no place of the chapter."""


class Breaks(WriterError):
    """A choice of changes that the game could not play."""


class BadRequest(WriterError):
    """An edit request that is empty or too long."""


class ModelError(TurnsmithError):
    """The model's side failed."""

    retry: ClassVar[bool] = False
    """Whether the same call may succeed a moment later."""


class ModelBusy(ModelError):
    """Rate limited."""

    retry = True

    def __init__(self, rule: str, wait_s: float | None = None, **facts: Fact) -> None:
        super().__init__(rule, **facts)
        self.wait_s = wait_s


class ModelTimeout(ModelError):
    """No complete answer within the deadline."""

    retry = True


class ModelDown(ModelError):
    """Unreachable, failing, or the stream was cut off."""

    retry = True


class ModelRefused(ModelError):
    """The model or its filter declined the request."""


class ModelGarbled(ModelError):
    """The answer is not the protocol, not JSON or not a change list."""

    retry = True


class ModelSetup(ModelError):
    """Wrong key, address, model name or quota; only the operator can mend it."""


class ModelSpent(ModelError):
    """A limit of the day is used up: the model was not asked. `facts["wait_s"]` says until when."""


class Unavailable(TurnsmithError):
    """This program takes no work now."""


def told(error: TurnsmithError) -> dict[str, object]:
    """An error as plain JSON; `retold(**told(e))` is one of the same class, rule and facts."""
    wait_s = error.wait_s if isinstance(error, ModelBusy) else None
    name, facts = type(error).__name__, dict(error.facts)
    return {"name": name, "rule": error.rule, "wait_s": wait_s, "facts": facts}


def retold(name: str, rule: str, wait_s: float | None, facts: Mapping[str, Fact]) -> TurnsmithError:
    """An error of a class that is gone is one of its root."""
    kind = _kinds(TurnsmithError).get(name, TurnsmithError)
    error = kind(rule, **facts)
    if isinstance(error, ModelBusy):
        error.wait_s = wait_s
    return error


def _kinds(root: type[TurnsmithError]) -> dict[str, type[TurnsmithError]]:
    found = {root.__name__: root}
    for kind in root.__subclasses__():
        found |= _kinds(kind)
    return found
