"""Errors as RFC 9457 problem details, for the paths that began with them."""

from collections.abc import Iterable, Mapping

from fastapi.responses import Response

from core import words
from core.api import wire
from core.errors import (
    BadRequest,
    NoSuchPlace,
    TurnsmithError,
    Unavailable,
    Unreadable,
    WriterError,
)

KIND = "application/problem+json"
ROOTS = ("/edits", "/ws/edits", "/preview", "/playtest")
TITLES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    426: "Upgrade Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
STATUS: Mapping[type[TurnsmithError], int] = {
    Unreadable: 400,
    BadRequest: 400,
    NoSuchPlace: 422,
    WriterError: 409,
    Unavailable: 503,
}
"""An error of a class that is not here has the status of the nearest class above it."""
RULES: Mapping[str, int] = {
    "size": 413,
    "edit_forgotten": 404,
    "forgotten": 404,
    "key_reused": 422,
    "limits_many": 422,
    "decisions_format": 422,
    "lesson_format": 422,
    "lesson_many": 422,
    "playtest_long": 422,
    "method": 405,
    "api_key": 401,
    "network_closed": 403,
    "role_read": 403,
    "role_edit": 403,
    "role_admin": 403,
    "sign_in_slow": 429,
    "sign_in_wrong": 401,
    "sign_in_unlisted": 403,
    "socket_only": 426,
}
"""Rules whose status is not that of their class."""
RETRY_S = 5
_FRESH = {"cache-control": "no-store"}


def speaks(path: str) -> bool:
    """Whether errors of this path are problem details; others keep their `{"detail"}`."""
    return any(path == root or path.startswith(f"{root}/") for root in ROOTS)


def body(status: int, rule: str, detail: str, more: Mapping[str, object] | None = None) -> bytes:
    head = {"type": "about:blank", "title": TITLES.get(status, ""), "status": status}
    head |= {"detail": detail, "rule": rule}
    return wire.encode({**head, **(more or {}), **head})


def of(error: TurnsmithError, headers: Mapping[str, str] | None = None) -> Response:
    """With the facts of the error, such as its line, column or address."""
    status = status_of(error)
    told = body(status, error.rule, words.error(error, "ko"), error.facts)
    named = {**_FRESH, **(headers or {})}
    if status == 503:
        named["retry-after"] = str(RETRY_S)
    return Response(told, status, named, media_type=KIND)


def status_of(error: TurnsmithError) -> int:
    nearest = next((kind for kind in type(error).__mro__ if kind in STATUS), Unavailable)
    return RULES.get(error.rule, STATUS[nearest])


def invalid(faults: Iterable[Mapping[str, object]]) -> Response:
    """422 that names each wrong field, without its value: a story is not echoed."""
    told = [{name: each[name] for name in ("type", "loc", "msg")} for each in faults]
    said = words.sentence("body_format", {}, "ko")
    return Response(body(422, "body_format", said, {"errors": told}), 422, _FRESH, media_type=KIND)
