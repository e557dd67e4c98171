"""The websockets: which client id belongs to which, and the one queue through which all events go out.

As in ComfyUI there is one publisher: events leave one after another, so a client that stops reading stops them all.
And as in ComfyUI, the end of a socket unregisters whatever socket now has its client id (Comfy-Org/ComfyUI#16010).
"""

import asyncio
import json
import struct
import uuid
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import WSMsgType, web

from bot.sandbox.comfyui.bodies import JsonObject, as_object

_OUTBOX_SIZE: Final = 50_000
_PICTURE: Final = 1
_PICTURE_WITH_METADATA: Final = 4
_PICTURE_TYPES: Final = {"image/jpeg": 1, "image/png": 2}


class Sockets:
    """All connections of one server process."""

    def __init__(
        self,
        *,
        features: JsonObject,
        remaining: Callable[[], int],
        executing: Callable[[str], str | None],
        until_thawed: Callable[[], Awaitable[None]],
    ) -> None:
        """``executing``: the node that runs right now for a client id. ``until_thawed``: waits while nothing moves."""
        self._features = features
        self._remaining = remaining
        self._executing = executing
        self._until_thawed = until_thawed
        self._outbox: asyncio.Queue[tuple[str | bytes, str | None]] = asyncio.Queue(_OUTBOX_SIZE)
        self._handshakes: dict[str, JsonObject] = {}
        self.registered: dict[str, web.WebSocketResponse] = {}
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """``GET /ws?clientId=``: one connection, from its greeting to its end."""
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        sid = request.query.get("clientId") or uuid.uuid4().hex
        self.registered[sid] = socket
        self._handshakes[sid] = {}
        if request.transport is not None:
            self._transports[socket] = request.transport
        try:
            await socket.send_str(_text("status", {"status": self._exec_info(), "sid": sid}))
            if (node := self._executing(sid)) is not None:
                await socket.send_str(_text("executing", {"node": node}))
            await self._listen(socket, sid)
        except ConnectionError:
            pass  # the client went away while it was greeted
        finally:
            self._transports.pop(socket, None)
            self.unregister(sid)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, sid: str) -> None:
        """Read until the end; only the very first frame can be a handshake."""
        first = True
        async for message in socket:
            await self._until_thawed()
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
                continue
            if message.type is WSMsgType.TEXT and first:
                flags = _handshake(message.data)
                if flags is not None:
                    self._handshakes[sid] = flags
                    await socket.send_str(_text("feature_flags", self._features))
            first = False

    def unregister(self, sid: str) -> None:
        """From now on nothing is sent to this client id, though its socket may be open."""
        self.registered.pop(sid, None)
        self._handshakes.pop(sid, None)

    def cut(self, sid: str) -> None:
        """Reset the connection of a client, without a close frame."""
        socket = self.registered.get(sid)
        if socket is not None and socket in self._transports:
            self._transports[socket].abort()

    def wants_metadata(self, sid: str | None) -> bool:
        """Whether previews for this client carry their prompt and node."""
        return sid is not None and self._handshakes.get(sid, {}).get("supports_preview_metadata") is True

    def send(self, event: str, data: JsonObject, sid: str | None) -> None:
        """An event for one client, or for everybody (``None``)."""
        self._put(_text(event, data), sid)

    def send_status(self) -> None:
        self.send("status", {"status": self._exec_info()}, None)

    def send_picture(self, picture: bytes, media_type: str, sid: str | None) -> None:
        """A preview, or a picture that a node sends instead of saving it."""
        self._put(struct.pack(">II", _PICTURE, _PICTURE_TYPES[media_type]) + picture, sid)

    def send_picture_with_metadata(self, picture: bytes, metadata: JsonObject, sid: str | None) -> None:
        encoded = json.dumps(metadata).encode()
        self._put(struct.pack(">II", _PICTURE_WITH_METADATA, len(encoded)) + encoded + picture, sid)

    def send_frame(self, frame: str | bytes, sid: str | None) -> None:
        """Any frame, for one client or for everybody."""
        self._put(frame, sid)

    def write(self, raw: bytes, sid: str | None) -> None:
        """Any bytes on the connection, past the protocol."""
        for socket in self._recipients(sid):
            if socket in self._transports:
                self._transports[socket].write(raw)

    async def publish(self) -> None:
        """Send what is in the outbox, for ever."""
        while True:
            frame, sid = await self._outbox.get()
            await self._until_thawed()
            for socket in self._recipients(sid):
                try:
                    await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))
                except ConnectionError:
                    continue  # its handler notices by itself

    def _recipients(self, sid: str | None) -> list[web.WebSocketResponse]:
        if sid is None:
            return list(self.registered.values())
        return [self.registered[sid]] if sid in self.registered else []

    def _put(self, frame: str | bytes, sid: str | None) -> None:
        if not self._outbox.full():
            self._outbox.put_nowait((frame, sid))

    def _exec_info(self) -> JsonObject:
        return {"exec_info": {"queue_remaining": self._remaining()}}


def _text(event: str, data: JsonObject) -> str:
    return json.dumps({"type": event, "data": data})


def encoded_frame(opcode: int, payload: bytes) -> bytes:
    """A whole websocket frame of a server (RFC 6455, section 5.2), any opcode and any payload."""
    size = len(payload)
    if size < 126:
        return struct.pack(">BB", 0x80 | opcode, size) + payload
    if size < 2**16:
        return struct.pack(">BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack(">BBQ", 0x80 | opcode, 127, size) + payload


def _handshake(frame: str) -> JsonObject | None:
    """The client's flags, if this frame is a handshake."""
    try:
        message = as_object(json.loads(frame))
    except ValueError:
        return None
    if message is None or message.get("type") != "feature_flags":
        return None
    return as_object(message.get("data")) or {}
