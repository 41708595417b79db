"""The service as one role may use it: every act of it needs a role, and is refused without.

Pages hold it like this and nothing else, so that a button which should not be there does nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from core.errors import WriterError
from core.service.identity import Role
from core.service.wiring import Service


def _needs(looks: str, edits: str = "", admins: str = "", ours: str = "") -> dict[str, Role | None]:
    """Names by who may call them; `ours` are the service's own, never a page's."""
    by = {Role.READ: looks, Role.EDIT: edits, Role.ADMIN: admins, None: ours}
    return {name: role for role, names in by.items() for name in names.split()}


NEEDED: Mapping[str, Mapping[str, Role | None]] = {
    "acts": _needs(
        "asks posted watch asked view preview compare dependents",
        "ask offer wish stop again write answer take discard apply revert merge",
        ours="post recall show stopping",
    ),
    "library": _needs(
        "get find versions chapter groups ancestor",
        "open take restore undo redo branch name rename lock teach remove recover",
        "purge",
    ),
    "edits": _needs(
        "keyed story stopping get of lately",
        ours="begin post withdraw ended show stop propose replace close decide",
    ),
    "desk": _needs(
        "ready has_model counts states view watch news ended elsewhere find",
        ours="loop repeats start close stop run submit noted cancel forget recall",
    ),
    "connection": _needs("state clock", admins="begin", ours="tried"),
}
"""By part of the service, the least role of each thing it does; None: never from a page."""


class Hand:
    """A part of the service that refuses what a role may not do."""

    def __init__(self, part: object, needed: Mapping[str, Role | None], role: Role) -> None:
        self._part, self._needed, self._role = part, needed, role

    def __getattr__(self, name: str) -> Any:
        least = self._needed.get(name)
        if least is None:
            return _refusing(Role.ADMIN)
        return getattr(self._part, name) if self._role >= least else _refusing(least)


def _refusing(least: Role) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise WriterError(f"role_{least.name.lower()}")

    return refuse


@lru_cache(maxsize=16)
def of(service: Service, role: Role) -> Service:
    """The service itself for an operator; else one whose parts are held back."""
    if role is Role.ADMIN:
        return service
    held = {
        part: cast("Any", Hand(getattr(service, part), needed, role))
        for part, needed in NEEDED.items()
        if getattr(service, part) is not None
    }
    return replace(service, **held)
