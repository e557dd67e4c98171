"""Whatever comes back in place of Discord's answer: it is one of the errors that the bot knows how to go on from."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
import pytest
from aiohttp import web
from discord.http import Route
from discord.ui import LayoutView, TextDisplay
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.discord_errors import DiscordError, NoAccess, Rejected, TooLarge, TryAgain
from bot.delivery.messages import Messages
from bot.jobs.job import MessageRef, Reply

REPLY = Reply(4, "token", 0.0, 10_000_000)
USER: dict[str, object] = {"id": "7", "username": "bot", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION: dict[str, object] = {
    "id": "4", "name": "bot", "description": "", "icon": None, "rpc_origins": [], "bot_public": True,
    "bot_require_code_grant": False, "owner": USER, "verify_key": "", "flags": 0,
}  # fmt: skip


@dataclass
class Odd:
    """A server in Discord's place that lets the bot log in, and then answers as it is told."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    async def handle(self, request: web.Request) -> web.Response:
        known = {"/users/@me": USER, "/oauth2/applications/@me": APPLICATION}.get(request.path)
        if known is not None:
            return web.Response(body=json.dumps(known), headers={"Content-Type": "application/json"})
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@asynccontextmanager
async def logged_in(odd: Odd) -> AsyncGenerator[Messages]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", odd.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    before, Route.BASE = Route.BASE, f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login("token")
            yield Messages(client, asyncio.Event())
    finally:
        Route.BASE = before
        await runner.cleanup()


def calls(messages: Messages) -> list[Callable[[], Awaitable[object]]]:
    """One call of each kind."""
    view = LayoutView(timeout=None)
    view.add_item(TextDisplay("words"))
    return [
        lambda: messages.post(2, view, (), nonce="n", mention=3),
        lambda: messages.edit(MessageRef(2, 5), view),
        lambda: messages.edit_reply(REPLY, view),
        lambda: messages.find_own(2, after=1, wanted=lambda _: True),
        lambda: messages.direct_channel(3),
    ]


async def errors_of(odd: Odd) -> list[DiscordError | None]:
    found: list[DiscordError | None] = []
    async with logged_in(odd) as messages:
        for call in calls(messages):
            try:
                await call()
            except DiscordError as error:
                found.append(error)
            else:
                found.append(None)
    return found


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>all is well</html>", "text/html"),
        (200, b'{"id": "12", "chan', "application/json"),
        (200, b"[1, 2]", "application/json"),
        (200, b'"words"', "application/json"),
        (200, b'{"id": "x", "author": 3}', "application/json"),
        (200, b"[" * 100_000, "application/json"),
        (400, b"<html>Bad Request</html>", "text/html"),
        (401, b'{"message": "401: Unauthorized", "code": 0}', "application/json"),
        (403, b"<html>the proxy forbids it</html>", "text/html"),
        (404, b"no such page", "text/plain"),
        (405, b"", "text/plain"),
        (408, b"{}", "application/json"),
        (429, b"{}", "application/json"),
        (429, b'{"retry_after": "soon"}', "application/json"),
    ],
)
async def test_an_answer_that_is_not_discords_means_try_again(status: int, body: bytes, kind: str) -> None:
    odd = Odd(status, body, {"Content-Type": kind, "Via": "1.1 proxy"})
    assert {type(error) for error in await errors_of(odd)} == {TryAgain}


@pytest.mark.parametrize(("status", "kind"), [(400, Rejected), (403, NoAccess), (404, Rejected)])
async def test_a_code_that_the_bot_does_not_know_means_what_the_status_says(
    status: int, kind: type[DiscordError]
) -> None:
    errors = await errors_of(Odd(status, b'{"code": 59999, "message": "No."}'))
    assert {type(error) for error in errors} == {kind}


async def test_a_proxy_that_finds_a_request_too_large_says_so_like_discord() -> None:
    html = {"Content-Type": "text/html"}
    errors = await errors_of(Odd(413, b"<html>Request Entity Too Large</html>", html))
    assert {type(error) for error in errors} == {TooLarge}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
bodies = st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode())
# what discord.py answers by sleeping for seconds is left out: 500, 502, 504, 524, and 5xx of webhooks
statuses = st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 429, 499])
kinds = st.sampled_from(["application/json", "text/html", "application/octet-stream"])


@settings(max_examples=40, deadline=None)
@given(statuses, bodies, kinds)
def test_no_answer_raises_anything_but_what_the_bot_knows(status: int, body: bytes, kind: str) -> None:
    asyncio.run(errors_of(Odd(status, body, {"Content-Type": kind})))
