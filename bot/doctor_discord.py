"""What the doctor has to say of Discord: the token, the links that bring the bot along, the gateway, and shards."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast

import aiohttp

from bot.comfy.failures import system_reason
from bot.comfy_words import told
from bot.finding import PATIENCE_SECONDS, Finding
from bot.jobs.shards import Shards
from bot.settings import Settings
from bot.texts import Argument, text

DISCORD_API = "https://discord.com/api/v10"
MOST_NAMES = 10
AUTHORIZE = "https://discord.com/oauth2/authorize"
PERMISSIONS = 274878024704
"""View Channel, Send Messages, Send Messages in Threads, Embed Links, Attach Files, Read Message History."""


def invite_link(application_id: int | str) -> str:
    """The link that brings the bot to a server with the smallest set of permissions."""
    return f"{AUTHORIZE}?client_id={application_id}&scope=bot+applications.commands&permissions={PERMISSIONS}"


def user_install_link(application_id: int | str) -> str:
    """The link that brings the bot to somebody's own account."""
    return f"{AUTHORIZE}?client_id={application_id}&scope=applications.commands&integration_type=1"


async def told_of_discord(session: aiohttp.ClientSession, settings: Settings) -> AsyncIterator[Finding]:
    token = settings.discord_token.get_secret_value()
    if not token:
        yield Finding(good=False, words=text("doctor-token-missing"))
        return
    base = settings.discord_api_base or DISCORD_API
    headers = {"Authorization": f"Bot {token}"}
    try:
        async with session.get(f"{base}/oauth2/applications/@me", headers=headers) as answer:
            if answer.status == 401:
                yield Finding(good=False, words=text("doctor-token-refused"))
                return
            answer.raise_for_status()
            application = cast("Mapping[str, Any]", json.loads(await answer.read()))
        yield Finding(good=True, words=text("doctor-application", name=application["name"]))
        yield Finding(good=True, words=text("doctor-invite", link=invite_link(application["id"])))
        for finding in await _gateway(session, base, headers, settings):
            yield finding
        for finding in await _guilds(session, base, headers, settings):
            yield finding
        if settings.user_install:
            yield _user_install(application)
    except (aiohttp.ClientError, TimeoutError) as error:
        yield Finding(good=False, words=text("doctor-discord-away", problem=_short(error)))
    except (LookupError, TypeError, ValueError):  # a page of a proxy, for instance
        yield Finding(good=False, words=text("doctor-discord-strange"))


def _user_install(application: Mapping[str, Any]) -> Finding:
    if "1" not in application.get("integration_types_config", {}):
        return Finding(good=None, words=text("doctor-user-install-off"))
    return Finding(good=True, words=text("doctor-user-install", link=user_install_link(application["id"])))


async def _guilds(
    session: aiohttp.ClientSession, base: str, headers: Mapping[str, str], settings: Settings
) -> list[Finding]:
    """Those that are not on the operator's list, of the first 200; nothing, where there is no list."""
    if settings.allowed_guilds is None:
        return []
    async with session.get(f"{base}/users/@me/guilds", headers=headers) as answer:
        answer.raise_for_status()
        guilds = cast("Sequence[Mapping[str, str]]", json.loads(await answer.read()))
    outside = [each["name"] for each in guilds if int(each["id"]) not in settings.allowed_guilds]
    if not outside:
        return []
    names, count = ", ".join(outside[:MOST_NAMES]), len(outside)
    return [Finding(good=None, words=text("doctor-guilds-outside", count=count, names=names))]


async def _gateway(
    session: aiohttp.ClientSession, base: str, headers: Mapping[str, str], settings: Settings
) -> list[Finding]:
    async with session.get(f"{base}/gateway/bot", headers=headers) as answer:
        answer.raise_for_status()
        body = cast("Mapping[str, object]", json.loads(await answer.read()))
    starts = cast("Mapping[str, int]", body["session_start_limit"])
    async with session.ws_connect(
        f"{settings.discord_gateway_url or body['url']}?v=10&encoding=json"
    ) as socket:
        hello = cast("Mapping[str, object]", json.loads(await socket.receive_str()))
    if hello.get("op") != 10:
        return [Finding(good=False, words=text("doctor-gateway-strange"))]
    recommended = int(cast("int", body["shards"]))
    shards = settings.shards or Shards.all_of(recommended)
    answers = Finding(
        good=starts["remaining"] >= len(shards.ids),
        words=text("doctor-gateway", remaining=starts["remaining"], total=starts["total"]),
    )
    return [answers, *_shards(shards, recommended, shares_its_ledger=settings.shares_its_ledger)]


def _shards(shards: Shards, recommended: int, *, shares_its_ledger: bool) -> list[Finding]:
    """Nothing, where one connection is enough."""
    if shards.count < recommended:
        words = text("doctor-shards-too-few", count=shards.count, recommended=recommended)
        return [Finding(good=False, words=words)]
    if shards.count == 1:
        return []
    words = text(
        "doctor-shards", first=shards.first, last=shards.last, count=shards.count, recommended=recommended
    )
    alone = len(shards.ids) < shards.count and not shares_its_ledger
    return [
        Finding(good=True, words=words),
        *([Finding(good=False, words=text("doctor-shards-apart"))] if alone else []),
    ]


def _short(error: aiohttp.ClientError | TimeoutError) -> Argument:
    """A network error in a few words. aiohttp's errors name the address but never headers."""
    match error:
        case aiohttp.ClientResponseError():
            return f"HTTP {error.status}"
        case aiohttp.ClientConnectorError():
            return told(system_reason(error.os_error))
        case TimeoutError():
            return text("doctor-no-answer", seconds=f"{PATIENCE_SECONDS:g}")
        case _:
            return str(error) or type(error).__name__
