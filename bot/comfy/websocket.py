"""One websocket connection, from the handshake to its end, as events. Reconnecting is for ``stream.py``."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal, TypeAlias

import aiohttp

from .errors import StreamLost
from .events import Event
from .failures import Answer, failure, translated
from .frames import parse_binary, parse_text
from .phrases import Phrase
from .redirects import redirect_target
from .transport import Transport

_Socket: TypeAlias = aiohttp.ClientWebSocketResponse[Literal[True]]

_PATH = "/ws"
_ASKED = f"GET {_PATH}"
_HANDSHAKE = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}'
"""Must be the first frame we send, else ComfyUI ignores it. It buys previews that say whose they are."""
_MAX_FRAME_BYTES = 64 * 1024 * 1024
"""SaveImageWebsocket sends whole pictures, and errors of 2 MB were seen: aiohttp's 4 MiB is too little."""
_OFF_THE_LOOP_CHARACTERS = 64 * 1024
"""Longer texts are parsed in a thread. Until that is done no further frame is read, so the order stays."""
_MAX_SAID_BYTES = 64 * 1024
_HEARTBEAT_SECONDS = 30.0
"""The server sends no pings. A node that holds the interpreter lock keeps it from answering ours for seconds."""
_MOST_AHEAD = 16
"""Events that were read and not taken."""
_CLOSE_SECONDS = 3.0
_SHOWN = 200


async def follow(transport: Transport, client_id: str) -> AsyncGenerator[Event]:
    """The events of one connection.

    Never ends of itself: aiohttp's own loop ends silently on an abort, 1000 and 1012, this one raises.
    Closing the generator awaits the closing handshake, at most 3 s.
    """
    async with _open(transport, client_id) as reader:
        while (event := await reader.next()) is not None:
            yield event
        raise _lost(transport, reader.socket)


class _Reader:
    """Reads a socket in a task of its own, a few events ahead of whoever wants them.

    ``receive()`` itself is never cancelled: aiohttp takes that for a broken connection (close code 1006), and its
    ``close()`` would not wait for the server's half any more. It is ``close()`` that ends a ``receive()`` left behind.
    """

    def __init__(self, socket: _Socket) -> None:
        self.socket = socket
        self._read = deque[Event]()
        self._more, self._room = asyncio.Event(), asyncio.Event()
        self._task = asyncio.ensure_future(self._read_on())
        self._task.add_done_callback(lambda _: self._more.set())

    async def next(self) -> Event | None:
        """None: there will be no more."""
        while not self._read:
            if self._task.done():
                return self._task.result()
            self._more.clear()
            await self._more.wait()
        self._room.set()
        return self._read.popleft()

    async def close(self) -> None:
        """Awaits the server's half: only then has it forgotten this client id, and another socket may take it."""
        with suppress(TimeoutError):  # aiohttp has dropped the connection then
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.socket.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _read_on(self) -> None:
        while (event := await _event(await self.socket.receive())) is not None:
            self._read.append(event)
            self._more.set()
            while len(self._read) >= _MOST_AHEAD:
                self._room.clear()
                await self._room.wait()


async def _event(message: aiohttp.WSMessage) -> Event | None:
    """None: the connection has ended."""
    if message.type is aiohttp.WSMsgType.BINARY:
        return parse_binary(message.data)
    if message.type is not aiohttp.WSMsgType.TEXT:
        return None
    if len(message.data) > _OFF_THE_LOOP_CHARACTERS:
        return await asyncio.to_thread(parse_text, message.data)
    return parse_text(message.data)


@asynccontextmanager
async def _open(transport: Transport, client_id: str) -> AsyncGenerator[_Reader]:
    """A connected websocket, hands shaken.

    aiohttp follows redirects of a handshake, every header of ours with it, and has no switch for that. So the
    handshake gets a session of its own, on the caller's connections, whose middleware refuses whatever is no websocket.
    """

    async def refuse_others(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        if response.status == 101:
            return response
        async with response:
            said = (await response.content.read(_MAX_SAID_BYTES)).decode(errors="replace")
        answer = Answer(response.status, said, response.content_type, redirect_target(response))
        raise failure(transport.server, _ASKED, answer)

    lender = transport.session
    if lender.closed:
        raise RuntimeError("the session is closed")
    async with aiohttp.ClientSession(
        connector=lender.connector,
        connector_owner=False,
        headers=lender.headers,
        trust_env=lender.trust_env,
        middlewares=(refuse_others,),
    ) as session:
        reader = _Reader(await _connect(session, transport, client_id))
        try:
            yield reader
        finally:
            await reader.close()


async def _connect(session: aiohttp.ClientSession, transport: Transport, client_id: str) -> _Socket:
    with translated(transport.server, _ASKED, transport.timeout_seconds):
        url = transport.url(_PATH)
        async with asyncio.timeout(transport.timeout_seconds), transport.hanging_up_explained(url):
            socket = await session.ws_connect(
                url,
                params={"clientId": client_id},
                headers=transport.server.request_headers(),
                heartbeat=_HEARTBEAT_SECONDS,
                max_msg_size=_MAX_FRAME_BYTES,
                ssl=await transport.certificates.trust(),
            )
            await socket.send_str(_HANDSHAKE)
            return socket


def _lost(transport: Transport, socket: _Socket) -> StreamLost:
    reason = socket.exception()
    told, code = "" if reason is None else str(reason)[:_SHOWN], str(socket.close_code)
    what = (
        Phrase("stream-ended-with", code=code, said=transport.server.redact(told))
        if told
        else Phrase("stream-ended", code=code)
    )
    lost = StreamLost(transport.server.label, what)
    lost.__cause__ = reason
    return lost
