"""One websocket connection, from the handshake to its end, as events. Reconnecting is for ``stream.py``."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal, TypeAlias

import aiohttp

from .errors import StreamLost
from .events import Event
from .failures import failure, translated
from .frames import parse_binary, parse_text
from .transport import Transport

_Socket: TypeAlias = aiohttp.ClientWebSocketResponse[Literal[True]]

_PATH = "/ws"
_ASKED = f"GET {_PATH}"
_HANDSHAKE = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}'
"""Must be the first frame we send, else it is ignored (T 10). It buys previews that say whose they are."""
_MAX_FRAME_BYTES = 128 * 1024 * 1024
"""An error of 2 MB was seen (T 66) and SaveImageWebsocket sends whole pictures: aiohttp's 4 MiB is too little."""
_HEARTBEAT_SECONDS = 30.0
"""The server sends no pings. A node that holds the interpreter lock keeps it from answering for seconds (T 71)."""
_CLOSE_SECONDS = 3.0


async def follow(transport: Transport, client_id: str) -> AsyncGenerator[Event]:
    """The events of one connection.

    Never ends of itself: aiohttp's own loop ends silently on an abort, 1000 and 1012, this one raises.
    Closing the generator awaits the closing handshake, at most 3 s.
    """
    async with _open(transport, client_id) as socket:
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                yield parse_text(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                yield parse_binary(message.data)
            else:
                raise _lost(transport, socket)


@asynccontextmanager
async def _open(transport: Transport, client_id: str) -> AsyncGenerator[_Socket]:
    """A connected websocket, hands shaken.

    aiohttp follows redirects of a handshake, every header of ours with it, and has no switch for that. So the
    handshake gets a session of its own, on the caller's connections, whose middleware refuses them.
    """

    async def refuse_redirects(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        if 300 <= response.status < 400:
            response.close()
            raise failure(transport.server, _ASKED, response.status, "redirect")
        return response

    lender = transport.session
    if lender.closed:
        raise RuntimeError("the session is closed")
    async with aiohttp.ClientSession(
        connector=lender.connector,
        connector_owner=False,
        headers=lender.headers,
        trust_env=lender.trust_env,
        middlewares=(refuse_redirects,),
    ) as session:
        socket = await _connect(session, transport, client_id)
        try:
            yield socket
        finally:
            await _close(socket)


async def _connect(session: aiohttp.ClientSession, transport: Transport, client_id: str) -> _Socket:
    with translated(transport.server, _ASKED, transport.timeout_seconds):
        async with asyncio.timeout(transport.timeout_seconds):
            socket = await session.ws_connect(
                transport.url(_PATH),
                params={"clientId": client_id},
                headers=transport.server.request_headers(),
                heartbeat=_HEARTBEAT_SECONDS,
                max_msg_size=_MAX_FRAME_BYTES,
            )
            await socket.send_str(_HANDSHAKE)
            return socket


async def _close(socket: _Socket) -> None:
    """Awaits the server's half: only then has it forgotten this client id, and another socket may take it (T 43)."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close()
    except TimeoutError:
        pass  # aiohttp has dropped the connection


def _lost(transport: Transport, socket: _Socket) -> StreamLost:
    reason = socket.exception()
    told = f": {reason}" if reason is not None and str(reason) else ""
    lost = StreamLost(transport.server.label, f"ended the event stream ({socket.close_code}{told})")
    lost.__cause__ = reason
    return lost
