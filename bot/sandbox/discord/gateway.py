"""The gateway: HELLO, IDENTIFY, RESUME, heartbeats, and who is told of which event."""

import asyncio
import secrets
from collections import OrderedDict
from typing import cast

from aiohttp import web

from bot.sandbox.discord.connection import Connection
from bot.sandbox.discord.gateway_codes import CloseCode, Op
from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.intents import PRIVILEGED, Intent, is_valid, needed_for
from bot.sandbox.discord.ready import ready
from bot.sandbox.discord.session_starts import SessionStarts
from bot.sandbox.discord.sessions import Session, is_of, shard_of
from bot.sandbox.discord.wire import Exchange, Json, Observer, dumps
from bot.sandbox.discord.world import World

_KEPT_SESSIONS = 64
_CLIENT_LEFT = frozenset({1000, 1001})


class Gateway:
    """Every session that ever identified and may still resume, and the connections that are open."""

    def __init__(self, world: World, token: str, url: str, starts: SessionStarts, observe: Observer) -> None:
        self._world = world
        self._token: str | None = token
        self._url = url
        self.starts = starts
        self._observe = observe
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._connections: dict[Connection, Session | None] = {}
        self.heartbeat_seconds = 41.25
        self.acknowledges_heartbeats = True
        self.refused_connections = 0
        """How many of the next connections are answered 503."""
        self.refused_intents = Intent(0)
        self.guilds_per_session = 2500
        """With more than these, Discord wants shards."""
        self.identified = 0
        self.resumed = 0

    @property
    def connected(self) -> bool:
        """Whether a bot has said who it is."""
        return any(session is not None for session in self._connections.values())

    @property
    def shards(self) -> list[tuple[int, int]]:
        """Id and count of those that are connected, in order; a session without a shard has none."""
        sessions = [each for each in self._connections.values() if each is not None]
        return sorted(each.shard for each in sessions if each.shard is not None)

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
        shard = shard_of(data.get("shard"))
        if self.starts.is_too_soon(shard[0] if shard else 0):
            connection.send_op(Op.INVALID_SESSION, data=False)
            return
        if not self.starts.remaining:
            await self._reset_token()
            return
        self.starts.use()
        session = Session(secrets.token_hex(16), Intent(data["intents"]), shard)
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
        intents = data.get("intents")
        if not isinstance(intents, int) or not is_valid(intents):
            return CloseCode.INVALID_INTENTS
        if intents & PRIVILEGED & self.refused_intents:
            return CloseCode.DISALLOWED_INTENTS
        if data.get("shard") is not None and shard_of(data["shard"]) is None:
            return CloseCode.INVALID_SHARD
        if len(self._guilds_of(shard_of(data.get("shard")))) > self.guilds_per_session:
            return CloseCode.SHARDING_REQUIRED
        return None

    def _guilds_of(self, shard: tuple[int, int] | None) -> list[Guild]:
        guilds = self._world.guilds.values()
        return [each for each in guilds if is_of(shard, each.id) and self._world.is_joined(each)]

    async def _reset_token(self) -> None:
        """What Discord does to a bot that begins too many sessions: all end, and the token is no good any more."""
        self._token = None
        self._sessions.clear()
        await self.close(CloseCode.AUTHENTICATION_FAILED)

    def _welcome(self, session: Session) -> None:
        guilds = self._guilds_of(session.shard)
        self._tell(session, "READY", ready(session, guilds, self._world, resume_url=self._url))
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
