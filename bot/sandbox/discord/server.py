"""The stand-in as a whole: one port on loopback with REST, gateway and CDN behind it, and persons in front."""

import socket
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web

from bot.sandbox.discord.attachments import AttachmentStore
from bot.sandbox.discord.bodies import MAX_REQUEST_BYTES
from bot.sandbox.discord.cdn import Cdn
from bot.sandbox.discord.channels import Channel, ChannelKind
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.commands import Command, Commands
from bot.sandbox.discord.faults import Fault, Faults
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.people import Person, Services
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.ratelimits import OFF, RateLimits, Rates
from bot.sandbox.discord.rest import Rest
from bot.sandbox.discord.routes.commands import CommandRoutes
from bot.sandbox.discord.routes.login import LoginRoutes
from bot.sandbox.discord.routes.messages import MessageRoutes
from bot.sandbox.discord.routes.places import PlaceRoutes
from bot.sandbox.discord.routes.threads import ThreadRoutes
from bot.sandbox.discord.routes.webhooks import WebhookRoutes
from bot.sandbox.discord.routing import Routes
from bot.sandbox.discord.session_starts import SessionStarts
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.wakeup import WakeUp
from bot.sandbox.discord.wire import Exchange, Json, Observer
from bot.sandbox.discord.world import World

_HOST = "127.0.0.1"
_KEPT_EXCHANGES = 10_000
_MULTIPART_SLACK = 1024 * 1024
_BACKLOG = 4096
_LOOK_EVERY_SECONDS = 0.01


class DiscordStandIn:
    """Everything that a bot and its tests need; made by :meth:`running`."""

    token = "sandbox.token.that-opens-nothing"  # noqa: S105 - works here only

    def __init__(self, port: int, observers: Sequence[Observer], rates: Rates) -> None:
        self.port = port
        """Where it listens itself."""
        self.api_base = f"http://{_HOST}:{port}/api/v10"
        self.gateway_url = f"ws://{_HOST}:{port}/gateway"
        self.cdn_base = f"http://{_HOST}:{port}/cdn"
        self.exchanges: deque[Exchange] = deque(maxlen=_KEPT_EXCHANGES)
        """REST calls and dispatches in the order in which they happened."""
        self.changed = WakeUp()
        """Rings at every exchange."""
        self._observers = tuple(observers)
        self.clock = Clock()
        self.snowflakes = Snowflakes(self.clock)
        self.world = World(self.snowflakes, self.clock)
        self.faults = Faults()
        self.cdn_faults = Faults()
        """On downloads of attachments: ``/attachments/.*``; they may be answered otherwise, late, or not at all."""
        self.rate_limits = RateLimits(rates)
        self.attachments = AttachmentStore(self.snowflakes, self.clock, self.cdn_base)
        self.session_starts = SessionStarts(self.clock)
        self.gateway = Gateway(self.world, self.token, self.gateway_url, self.session_starts, self._record)
        self.posting = Posting(self.world, self.snowflakes, self.clock, self.attachments, self.gateway)
        self.registry = Commands(self.world.application_id, self.snowflakes, self.clock)
        self.interactions = Interactions(self.world, self.snowflakes, self.clock, self.gateway, self.posting)
        self._services = Services(
            self.world, self.clock, self.registry, self.interactions, self.posting, self.attachments
        )
        self.member = self._person("member")
        self.second = self._person("second")
        self.moderator = self._person("moderator")
        """May manage messages."""
        self.administrator = self._person("administrator")
        """Owns the guilds."""
        everybody = (self.member, self.second, self.moderator, self.administrator)
        self.persons = {person.name: person for person in everybody}
        self.onlooker = Person(self.world.add_user("onlooker", "Onlooker"), self._services)
        """Of no guild, and seen by nobody: asks the bot what no person asked."""
        self._message_routes = MessageRoutes(self.world, self.posting)

    def _make_app(self) -> web.Application:
        families = (
            LoginRoutes(self.world, self.gateway_url, self.session_starts),
            CommandRoutes(self.world, self.registry),
            PlaceRoutes(self.world, self.throw_out),
            self._message_routes,
            ThreadRoutes(self.world, self._announce_channel),
            WebhookRoutes(self.world, self.interactions, self.posting),
        )
        routes = Routes([route for family in families for route in family.routes()])
        rest = Rest(routes, self.token, self.faults, self.rate_limits, self._record)
        app = web.Application(client_max_size=MAX_REQUEST_BYTES + _MULTIPART_SLACK)
        for path in ("/gateway", "/gateway/"):
            app.router.add_get(path, self.gateway.handle)
        app.router.add_route("*", "/api/v10/{path:.*}", rest.handle)
        app.router.add_get(
            "/cdn/{folder}/{channel_id}/{attachment_id}/{filename}",
            Cdn(self.attachments, self.cdn_faults).handle,
        )
        return app

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        *,
        port: int = 0,
        advertised_port: int | None = None,
        observers: Sequence[Observer] = (),
        rates: Rates = OFF,
        add_routes: Callable[[Self, web.Application], None] | None = None,
    ) -> AsyncGenerator[Self]:
        """``observers`` see every exchange; ``rates=AS_OBSERVED`` limits as Discord does.

        ``advertised_port`` is in every address that it tells, where a proxy stands in front.

        ``add_routes`` may serve more at the same port: a page for people, for instance.
        """
        listener = socket.create_server((_HOST, port), backlog=_BACKLOG)
        own_port: int = listener.getsockname()[1]
        stand_in = cls(advertised_port or own_port, observers, rates)
        stand_in.port = own_port
        app = stand_in._make_app()
        if add_routes is not None:
            add_routes(stand_in, app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.SockSite(runner, listener, backlog=_BACKLOG).start()
            yield stand_in
        finally:
            stand_in.gateway.drop()
            await runner.cleanup()

    @property
    def application_id(self) -> int:
        return self.world.application_id

    @property
    def guilds(self) -> tuple[Guild, ...]:
        return tuple(self.world.guilds.values())

    @property
    def groups(self) -> tuple[Channel, ...]:
        """Private messages among several."""
        return tuple(each for each in self.world.channels.values() if each.kind is ChannelKind.GROUP)

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Those of the first guild, by name."""
        return self.guilds[0].channels

    @property
    def commands(self) -> tuple[Command, ...]:
        """The global commands as the bot registered them."""
        return self.registry.listed()

    @property
    def requests(self) -> list[Exchange]:
        """The REST calls so far."""
        return [exchange for exchange in self.exchanges if exchange.kind == "rest"]

    def add_person(self, name: str) -> Person:
        """One more, an ordinary member of every guild."""
        user = self.world.add_user(name, name.capitalize())
        for guild in self.guilds:
            self.world.join(guild, user)
        self.persons[name] = self._person(name)
        return self.persons[name]

    def add_fault(self, fault: Fault) -> Fault:
        return self.faults.add(fault)

    def deny(self, channel: Channel, *permissions: Permission) -> None:
        """Take permissions from the bot in a channel, and let it know."""
        denied = Permission(0)
        for permission in permissions:
            denied |= permission
        self.world.deny(channel, denied)
        self._announce_channel("CHANNEL_UPDATE", channel.parent or channel)

    def delete_channel(self, channel: Channel) -> None:
        self.world.remove_channel(channel)
        self._announce_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    def throw_out(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        body: Json = {"id": str(guild.id)}
        self.gateway.dispatch("GUILD_DELETE", body, guild_id=guild.id)
        self.world.leave(guild)

    def refuse_direct_messages(self, person: Person) -> None:
        """This person takes no messages from the bot from now on."""
        self._message_routes.closed_to_bots.add(person.user.id)

    async def until(self, is_so: Callable[[], object], timeout_seconds: float = 10) -> None:
        """Wait until something is so, here or in the bot; looked at after every exchange and now and then."""
        await self.changed.until(is_so, timeout_seconds, look_every_seconds=_LOOK_EVERY_SECONDS)

    async def gw_close(self, code: int) -> None:
        await self.gateway.close(code)

    def gw_reconnect(self) -> None:
        self.gateway.reconnect()

    def gw_invalidate(self, *, resumable: bool) -> None:
        self.gateway.invalidate(resumable=resumable)

    def gw_say(self, frame: bytes) -> None:
        self.gateway.say(frame)

    def gw_drop(self) -> None:
        self.gateway.drop()

    def _announce_channel(self, event: str, channel: Channel) -> None:
        self.gateway.dispatch(event, channel.to_json(), guild_id=channel.guild_id)

    def _person(self, name: str) -> Person:
        return Person(self.world.user(name), self._services)

    def _record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        for observe in self._observers:
            observe(exchange)
        self.changed.wake()
