"""One gateway connection: frames in and out, compressed, in order, bounded."""

import asyncio
import contextlib
import json
import time
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord.compression import stream_named
from bot.sandbox.discord.gateway_codes import CloseCode
from bot.sandbox.discord.wire import Json, dumps

_WAITING_FRAMES = 20_000
_FRAMES_A_MINUTE = 120
_CLIENT_FRAME_BYTES = 4096


class Connection:
    """A websocket with its outgoing queue; a client that does not read is cut off when that is full."""

    def __init__(self, request: web.Request, *, silent: bool = False) -> None:
        self._request = request
        self._stream = stream_named(request.query.get("compress", ""))
        self._socket = web.WebSocketResponse(max_msg_size=4 * _CLIENT_FRAME_BYTES, compress=False)
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_FRAMES)
        self._writer: asyncio.Task[None] | None = None
        self._received: deque[float] = deque(maxlen=_FRAMES_A_MINUTE)
        self.silent = silent
        """A half-open connection: it stays, and nothing more is said on it."""
        self.closed_by_us = False

    @property
    def socket(self) -> web.WebSocketResponse:
        return self._socket

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code

    async def open(self) -> None:
        await self._socket.prepare(self._request)
        self._writer = asyncio.create_task(self._write())

    def send(self, frame: bytes) -> None:
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            self.drop()

    def send_op(self, op: int, data: Any = None) -> None:
        self.send(dumps({"op": op, "d": data, "s": None, "t": None}))

    async def receive(self) -> Json | None:
        """The next frame of the client; None when the connection is over."""
        message = await self._socket.receive()
        if message.type is not WSMsgType.TEXT:
            return None
        text: str = message.data
        try:
            frame: object = json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or len(text.encode()) > _CLIENT_FRAME_BYTES:
            await self.close(CloseCode.DECODE_ERROR)
            return None
        if self._is_too_much():
            await self.close(CloseCode.RATE_LIMITED)
            return None
        return frame  # pyright: ignore[reportUnknownVariableType]  # a JSON object

    async def close(self, code: int) -> None:
        """Say goodbye properly, after what is still waiting."""
        self.closed_by_us = True
        await self._flush()
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self._socket.close(code=code)

    def drop(self) -> None:
        """Cut the line without a word."""
        self.closed_by_us = True
        if self._request.transport is not None:
            self._request.transport.abort()

    async def release(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    def _is_too_much(self) -> bool:
        now = time.monotonic()
        is_full = len(self._received) == _FRAMES_A_MINUTE
        too_much = is_full and now - self._received[0] < 60
        self._received.append(now)
        return too_much

    async def _flush(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._outgoing.join()

    async def _write(self) -> None:
        while True:
            frame = await self._outgoing.get()
            try:
                if not self.silent:
                    await self._send(frame)
            except (ConnectionError, RuntimeError):
                return
            finally:
                self._outgoing.task_done()

    async def _send(self, frame: bytes) -> None:
        if self._stream is None:
            await self._socket.send_str(frame.decode())
        else:
            await self._socket.send_bytes(self._stream.pack(frame))
