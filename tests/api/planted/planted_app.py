"""The app with errors planted in it, each with a secret and a story in its words."""

import asyncio
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from core.api import mount
from core.api.routes import api
from core.service import wiring
from pages.parts.broken import broken as page_broken

SECRET = "sk-planted-7f3a 바다마을돌고래"


async def broken(request: Request) -> Response:
    raise ValueError(f"{SECRET}: {await request.body()!r}")


async def broken_later(_: Request) -> Response:
    async def pieces():
        yield b"begun"
        await asyncio.sleep(0)
        raise ValueError(SECRET)

    return StreamingResponse(pieces())


async def broken_socket(socket: WebSocket) -> None:
    await socket.accept()
    raise ValueError(SECRET)


for path in ("/planted", "/edits/planted/broken"):
    api.router.routes.insert(0, Route(path, broken, methods=["GET", "POST"]))
app = st.App(
    Path(__file__).with_name("planted_page.py"),
    middleware=mount.middleware(wiring.settings()),
    lifespan=wiring.lifespan,
    on_script_error=page_broken,
    routes=[
        Route("/planted-outside", broken, methods=["GET", "POST"]),
        Route("/planted-later", broken_later),
        WebSocketRoute("/ws/planted", broken_socket),
    ],
)
