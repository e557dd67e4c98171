"""The gateway: HELLO, IDENTIFY, RESUME, heartbeats, and who is told of which event."""

import asyncio
import secrets
from collections import OrderedDict
from typing import cast

from aiohttp import web

from bot.sandbox.discord.connection import Connection
from bot.sandbox.discord.gateway_codes import CloseCode, Op
from bot.sandbox.discord.intents import PRIVILEGED, Intent, is_valid, needed_for
from bot.sandbox.discord.sessions import Session
from bot.sandbox.discord.wire import Exchange, Json, Observer, dumps
from bot.sandbox.discord.world import World

_KEPT_SESSIONS = 64
_CLIENT_LEFT = frozenset({1000, 1001})


class Gateway:
    """Every session that ever identified and may still resume, and the connections that are open."""

    def __init__(self, world: World, token: str, url: str, observe: Observer) -> None:
        self._world = world
        self._token = token
        self._url = url
        self._observe = observe
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._connections: dict[Connection, Session | None] = {}
        self.heartbeat_seconds = 41.25
        self.acknowledges_heartbeats = True
        self.refused_connections = 0
        """How many of the next connections are answered 503."""
        self.refused_intents = Intent(0)
        self.identified = 0
        self.resumed = 0

    @property
    def connected(self) -> bool:
        """Whether a bot has said who it is."""
        return any(session is not None for session in self._connections.values())

    def anyone_wants(self, intent: Intent) -> bool:
        return any(intent in session.intents for session in self._sessions.values())

    def dispatch(
        self, event: str, data: Json, *, guild_id: int | None = None, without_content: Json | None = None
    ) -> None:
        """``without_content`` is what those get who may not read what others write."""
        needed = needed_for(event, in_guild=guild_id is not None)
        encoded = dumps(data)
        encoded_for_others = encoded if without_content is None else dumps(without_content)
        if guild_id is not None and needed and not self._is_member(guild_id):
            return
        for session in self._sessions.values():
            if needed in session.intents and session.concerns(guild_id):
                may_read = Intent.MESSAGE_CONTENT in session.intents
                session.dispatch(event, encoded if may_read else encoded_for_others)
        self._observe(Exchange("dispatch", "", "", event=event, response_json=data))

    def _is_member(self, guild_id: int) -> bool:
        return self._world.is_joined(self._world.guilds[guild_id])

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refused_connections > 0:
            self.refused_connections -= 1
            return web.Response(status=503, headers={"Via": "1.1 sandbox"})
        connection = Connection(request)
        await connection.open()
        self._connections[connection] = None
        try:
            connection.send_op(Op.HELLO, {"heartbeat_interval": int(self.heartbeat_seconds * 1000)})
            await self._converse(connection)
        finally:
            self._forget(connection)
            await connection.release()
        return connection.socket

    async def close(self, code: int) -> None:
        """Close every connection with this code."""
        await asyncio.gather(*[connection.close(code) for connection in list(self._connections)])

    def reconnect(self) -> None:
        """Ask every client to reconnect (op 7)."""
        for connection in self._connections:
            connection.send_op(Op.RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is no good (op 9)."""
        for connection, session in self._connections.items():
            if session is not None and not resumable:
                self._end(session)
            connection.send_op(Op.INVALID_SESSION, resumable)

    def say(self, frame: bytes) -> None:
        """Send every client this frame, whatever it is."""
        for connection in self._connections:
            connection.send(frame)

    def drop(self) -> None:
        for connection in list(self._connections):
            connection.drop()

    def go_silent(self) -> None:
        """Leave the connections open and say nothing more on them."""
        for connection, session in self._connections.items():
            connection.silent = True
            if session is not None:
                session.send = None

    async def _converse(self, connection: Connection) -> None:
        while (frame := await connection.receive()) is not None:
            session = self._connections[connection]
            match frame.get("op"):
                case Op.HEARTBEAT:
                    if self.acknowledges_heartbeats:
                        connection.send_op(Op.HEARTBEAT_ACK)
                case Op.IDENTIFY if session is not None:
                    await connection.close(CloseCode.ALREADY_AUTHENTICATED)
                case Op.IDENTIFY:
                    await self._identify(connection, _data(frame))
                case Op.RESUME:
                    await self._resume(connection, _data(frame))
                case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS if session is None:
                    await connection.close(CloseCode.NOT_AUTHENTICATED)
                case Op.PRESENCE | Op.VOICE_STATE:
                    pass
                case Op.REQUEST_MEMBERS:
                    self._send_members(_data(frame))
                case _:
                    await connection.close(CloseCode.UNKNOWN_OPCODE)

    async def _identify(self, connection: Connection, data: Json) -> None:
        if refusal := self._refusal_of(data):
            await connection.close(refusal)
            return
        shard = data.get("shard")
        session = Session(secrets.token_hex(16), Intent(data["intents"]), tuple(shard) if shard else None)
        self._sessions[session.id] = session
        while len(self._sessions) > _KEPT_SESSIONS:
            self._sessions.popitem(last=False)
        self._connections[connection] = session
        session.send = connection.send
        self.identified += 1
        self._welcome(session)

    def _refusal_of(self, data: Json) -> CloseCode | None:
        if data.get("token") != self._token:
            return CloseCode.AUTHENTICATION_FAILED
        intents, shard = data.get("intents"), data.get("shard")
        if not isinstance(intents, int) or not is_valid(intents):
            return CloseCode.INVALID_INTENTS
        if intents & PRIVILEGED & self.refused_intents:
            return CloseCode.DISALLOWED_INTENTS
        return None if shard is None or _is_shard(shard) else CloseCode.INVALID_SHARD

    def _welcome(self, session: Session) -> None:
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if session.concerns(guild.id) and self._world.is_joined(guild)
        ]
        application_id = str(self._world.application_id)
        ready: Json = {
            "v": 10,
            "user": self._world.bot.to_own_json(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._url,
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
            "application": {"id": application_id, "flags": 0},
            **({"shard": list(session.shard)} if session.shard else {}),
        }
        self._tell(session, "READY", ready)
        if Intent.GUILDS in session.intents:
            for guild in guilds:
                self._tell(session, "GUILD_CREATE", guild.to_create_json(self._world.bot.id))

    def _tell(self, session: Session, event: str, data: Json) -> None:
        session.dispatch(event, dumps(data))
        self._observe(Exchange("dispatch", "", "", event=event, response_json=data))

    async def _resume(self, connection: Connection, data: Json) -> None:
        if data.get("token") != self._token:
            await connection.close(CloseCode.AUTHENTICATION_FAILED)
            return
        session = self._sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None or not isinstance(sequence, int) or not session.can_resume_from(sequence):
            connection.send_op(Op.INVALID_SESSION, data=False)
            return
        self._connections[connection] = session
        self.resumed += 1
        session.resume(sequence, connection.send)

    def _send_members(self, data: Json) -> None:
        asked = str(data.get("guild_id"))
        guild = self._world.guilds.get(int(asked)) if asked.isdigit() else None
        if guild is None:
            return
        members = [member.to_json() for member in guild.members.values()]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
        }
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        self.dispatch("GUILD_MEMBERS_CHUNK", chunk, guild_id=guild.id)

    def _forget(self, connection: Connection) -> None:
        session = self._connections.pop(connection)
        if session is None:
            return
        if session.send == connection.send:
            session.send = None
        if not connection.closed_by_us and connection.close_code in _CLIENT_LEFT:
            self._end(session)

    def _end(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        session.send = None


def _data(frame: Json) -> Json:
    data: object = frame.get("d")
    return cast("Json", data) if isinstance(data, dict) else {}


def _is_shard(given: object) -> bool:
    match given:
        case [int(number), int(shards)]:
            return 0 <= number < shards
        case _:
            return False
