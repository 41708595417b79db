"""A request's body as strict JSON: UTF-8, no key twice, no number that there is not."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute


class StrictRoute(APIRoute):
    """A route whose body is read by these rules."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(_Strict(request.scope, request.receive))

        return strict


class _Strict(Request):
    async def json(self) -> Any:
        return read(await self.body())


def read(raw: bytes) -> Any:
    """Raises ValueError: a json.JSONDecodeError for what is no JSON. A mark at the start is fine.

    Two readers that take different ones of two keys would not see the same request.
    """
    return json.loads(
        raw.decode("utf-8-sig"),
        object_pairs_hook=_once,
        parse_constant=_no_number,
        parse_float=_finite,
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key twice")
    return told


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def _no_number(_: str) -> NoReturn:
    raise ValueError("no finite number")
