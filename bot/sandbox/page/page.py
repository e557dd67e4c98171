"""The page's routes on the stand-in's own port: its files, the uploads, and the websocket of each window."""

from http import HTTPStatus

from aiohttp import web

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord import DiscordStandIn, Person
from bot.sandbox.discord.wire import Exchange, Upload, dumps
from bot.sandbox.page.access import Access, refusal
from bot.sandbox.page.context import PageContext
from bot.sandbox.page.exchange_log import ExchangeLog
from bot.sandbox.page.files import page_files
from bot.sandbox.page.switches import Child, Switches
from bot.sandbox.page.uploads import MAX_FILE_BYTES, Uploads
from bot.sandbox.page.window import Window

_HEARTBEAT_SECONDS = 20.0
_MAX_FRAME_BYTES = 1024 * 1024
_PIECE_BYTES = 64 * 1024
_WINDOWS_AT_ONCE = 32


class Page:
    """Given to :meth:`DiscordStandIn.running` as observer and as more routes.

    ::

    page = Page(comfyui, comfyui_url, bot)
    async with DiscordStandIn.running(observers=(page.observe,), add_routes=page.add_routes): ...
    """

    def __init__(self, comfyui: ComfyStandIn | None, comfyui_url: str, bot: Child | None) -> None:
        self._comfyui = comfyui
        self._comfyui_url = comfyui_url
        self._bot = bot
        self._access = Access()
        self._files = page_files()
        self._uploads = Uploads()
        self._exchanges = ExchangeLog()
        self._windows: list[Window] = []
        self._context: PageContext | None = None
        self.address = ""
        """What a person opens; the key in it is the only way in."""

    @property
    def key(self) -> str:
        """Of this run."""
        return self._access.key

    def observe(self, exchange: Exchange) -> None:
        self._exchanges.observe(exchange)

    def add_routes(self, discord: DiscordStandIn, app: web.Application) -> None:
        origin = discord.api_base.removesuffix("/api/v10")
        self._access.listen_at(int(origin.rpartition(":")[2]))
        self.address = f"{origin}/page/{self._access.key}/"
        switches = Switches(discord, self._comfyui, self._bot)
        self._context = PageContext(discord, self._comfyui, self._comfyui_url, switches, self._exchanges)
        app.middlewares.append(self._access.only_from_here)
        keyed = self._access.keyed
        app.router.add_get("/page/{key}/live", keyed(self._live))
        app.router.add_post("/page/{key}/uploads", keyed(self._upload))
        app.router.add_get("/page/{key}/{name:.*}", keyed(self._file))
        for path in ("/", "/page{rest:.*}"):
            app.router.add_route("*", path, self._stranger)

    async def _stranger(self, _request: web.Request) -> web.Response:
        return refusal()

    async def _file(self, request: web.Request) -> web.Response:
        found = self._files.get(request.match_info["name"])
        if found is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, headers=self._access.headers)
        return web.Response(
            body=found.content,
            content_type=found.content_type,
            charset="utf-8",
            headers=self._access.headers,
        )

    async def _upload(self, request: web.Request) -> web.Response:
        """One file, as the body; its name in the query."""
        content = bytearray()
        async for piece in request.content.iter_chunked(_PIECE_BYTES):
            content += piece
            if len(content) > MAX_FILE_BYTES:
                return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=self._access.headers)
        name = self._uploads.add(Upload(request.query.get("name") or "file", bytes(content)))
        return web.Response(
            body=dumps({"upload": name}), content_type="application/json", headers=self._access.headers
        )

    async def _live(self, request: web.Request) -> web.StreamResponse:
        context = self._context
        if context is None or len(self._windows) >= _WINDOWS_AT_ONCE:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=self._access.headers)
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_MAX_FRAME_BYTES)
        await socket.prepare(request)
        person = context.discord.persons.get(request.query.get("person", "")) or self._newcomer(context)
        locale = request.query.get("locale", "en-US")
        window = Window(socket, context, self._uploads, person, locale=locale)
        self._windows.append(window)
        try:
            await window.live()
        finally:
            self._windows.remove(window)
        return socket

    def _newcomer(self, context: PageContext) -> Person:
        """The first person whom no other window is; a second window is a second person."""
        taken = {window.person.name for window in self._windows}
        persons = context.discord.persons.values()
        return next((person for person in persons if person.name not in taken), context.discord.member)
