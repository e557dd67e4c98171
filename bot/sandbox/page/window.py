"""One browser window: a websocket on which it is told how things stand, and on which a person acts."""

import asyncio
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from bot.sandbox.discord import Channel, DiscordStandIn, Message, Person
from bot.sandbox.discord.wire import Json, dumps
from bot.sandbox.page.actions import Actions
from bot.sandbox.page.context import PageContext
from bot.sandbox.page.conversation import Conversation
from bot.sandbox.page.exchange_log import ExchangeLog
from bot.sandbox.page.machines import machines
from bot.sandbox.page.offered import offered
from bot.sandbox.page.places import may_see, places
from bot.sandbox.page.request import Malformed, Request
from bot.sandbox.page.switches import Switch
from bot.sandbox.page.uploads import Uploads

_LOOK_EVERY_SECONDS = 0.2
_REST_SECONDS = 0.03
_ACTIONS_AT_ONCE = 32
_END_SECONDS = 5.0
"""What a window began goes on for so long after it was closed: a ComfyUI that is half back would stay so."""


class Window:
    """Tells the newest state whenever it differs from what was told: nothing queues up for a slow browser."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        context: PageContext,
        uploads: Uploads,
        person: Person,
        *,
        locale: str,
    ) -> None:
        self._socket = socket
        self._discord: DiscordStandIn = context.discord
        self._context = context
        self._exchanges: ExchangeLog = context.exchanges
        self._actions = Actions(self._discord, uploads)
        self._told: dict[str, Json] = {}
        self._watched: int | None = None
        self._panel_open = False
        self._under_way: set[asyncio.Task[None]] = set()
        self.person = person
        self._locale = locale
        self._channel = self._discord.channels["general"]
        self._conversation = Conversation(person, self._channel)

    async def live(self) -> None:
        """From the greeting to the end of the socket."""
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self._tell())
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT and len(self._under_way) < _ACTIONS_AT_ONCE:
                    self._begin(tasks.create_task(self._answer(frame.data)))
            telling.cancel()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=_END_SECONDS)
            for action in self._under_way:
                action.cancel()

    def _begin(self, action: asyncio.Task[None]) -> None:
        self._under_way.add(action)
        action.add_done_callback(self._under_way.discard)

    async def _tell(self) -> None:
        news: list[Json] = []

        def differs() -> bool:
            news[:] = self._news()
            return bool(news)

        try:
            while True:
                await self._discord.changed.until(differs, look_every_seconds=_LOOK_EVERY_SECONDS)
                for each in news:
                    await self._send(each)
                await asyncio.sleep(_REST_SECONDS)
        except ConnectionError:
            return  # the window was closed

    async def _send(self, body: Json) -> None:
        await self._socket.send_str(dumps(body).decode())

    def _news(self) -> list[Json]:
        if not may_see(self._discord, self.person, self._channel):
            self._open(self.person.direct)
        news: list[Json] = []
        for name, state in self._state().items():
            if self._told.get(name) != state:
                self._told[name] = state
                news.append({"type": name, **state})
        return [*news, *self._conversation.news()]

    def _state(self) -> Mapping[str, Json]:
        state = {
            "places": places(self._discord, self.person),
            "commands": offered(self.person, self._channel),
            "switches": {"switches": self._context.switches.state()},
        }
        if self._panel_open:
            state["machines"] = machines(self._context.comfyui, self._context.comfyui_url)
            state["exchanges"] = self._what_happened()
        return state

    def _what_happened(self) -> Json:
        message = self._message(self._watched)
        lines = self._exchanges.latest() if message is None else self._exchanges.of(message)
        return {"message": None if message is None else str(message.id), "lines": lines}

    def _message(self, identity: int | None) -> Message | None:
        """A message of this channel that the person may see; gone ones still have a past."""
        message = None if identity is None else self._channel.timeline.get(identity)
        return None if message is None or message.only_for not in {None, self.person.user.id} else message

    async def _answer(self, frame: str) -> None:
        try:
            request = Request.read(frame)
            reply = await self._reply(request)
        except Malformed:
            return  # whoever speaks like that is no window of ours
        try:
            await self._send({"type": "reply", "number": request.number, **reply})
        except ConnectionError:
            return  # closed meanwhile
        self._discord.changed.wake()

    async def _reply(self, request: Request) -> Json:
        # Of two windows of one person each speaks its own language.
        self.person.locale = self._locale
        if request.do in self._actions:
            return await self._actions.do(self.person, self._channel, request)
        match request.do:
            case "open":
                self._open(self._discord.world.channels.get(request.identity("channel"), self._channel))
            case "be":
                self._become(request.text("person"))
            case "install":
                self.person.has_installed = request.flag("on")
            case "speak":
                self._locale = self.person.locale = request.text("locale")
            case "watch":
                self._panel_open = request.flag("panel")
                self._watched = request.identity("message") if request.has("message") else None
            case "turn":
                await self._context.switches.turn(_switch(request), on=request.flag("on"))
            case "bodies":
                return {"bodies": self._exchanges.bodies(request.identity("exchange"))}
            case _:
                raise Malformed(f"nobody can “{request.do}”")
        return {}

    def _become(self, name: str) -> None:
        if name not in self._discord.persons:
            raise Malformed("there is no such person")
        self.person = self._discord.persons[name]
        place = self.person.direct if self._channel.guild_id is None else self._channel
        self._conversation = Conversation(self.person, place)
        self._channel = place

    def _open(self, channel: Channel) -> None:
        if may_see(self._discord, self.person, channel):
            self._channel = channel
            self._conversation = Conversation(self.person, channel)


def _switch(request: Request) -> Switch:
    try:
        return Switch(request.text("switch"))
    except ValueError as error:
        raise Malformed("there is no such switch") from error
