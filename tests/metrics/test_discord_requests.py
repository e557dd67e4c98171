"""Requests to Discord are told by what they are about: never by an id, and never by a token."""

import time
from contextlib import suppress

import aiohttp
from aiohttp import web

from bot.metrics.discord_requests import DiscordRequests
from tests.comfy.serving import serving

EPOCH_MS = 1_420_070_400_000


async def test_each_try_is_counted_by_resource_and_answer() -> None:
    requests = DiscordRequests()
    answers = iter([429, 200])

    async def post(_: web.Request) -> web.Response:
        return web.json_response({}, status=next(answers))

    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with (
        serving(
            web.post("/api/v10/channels/{id}/messages", post),
            web.get("/api/v10/strange/{id}", post),
            web.route("PATCH", "/api/v10/webhooks/{id}/{token}/messages/@original", drop),
        ) as served,
        aiohttp.ClientSession(trace_configs=[requests.trace()]) as session,
    ):
        for _ in range(2):
            await session.post(f"{served.url}/api/v10/channels/1575951888459759619/messages")
        await session.get(f"{served.url}/?v=10&encoding=json")
        await session.get(f"{served.url}/api/v10/elsewhere/7")
        with_token = f"{served.url}/api/v10/webhooks/12/aW50ZXJhY3Rpb24/messages/@original"
        with suppress(aiohttp.ClientError):
            await session.request("PATCH", with_token)
    answered, seconds, _ = requests.figures
    assert {labels: count for labels, count in answered.values.items() if count} == {
        ("channels", "429"): 1,
        ("channels", "200"): 1,
        ("gateway", "404"): 1,
        ("other", "404"): 1,
        ("webhooks", "none"): 1,
    }
    assert answered.values["gateway", "429"] == 0  # known, so that the first one is seen as a rise
    assert set(seconds.values) == {("channels",), ("gateway",), ("other",), ("webhooks",)}


async def test_an_answer_to_an_interaction_is_timed_from_when_the_person_pressed_enter() -> None:
    requests = DiscordRequests()
    pressed_ms = int((time.time() - 100) * 1000)

    async def callback(request: web.Request) -> web.Response:
        return web.Response(status=204 if request.match_info["token"] == "good" else 404)

    async with (
        serving(web.post("/api/v10/interactions/{id}/{token}/callback", callback)) as served,
        aiohttp.ClientSession(trace_configs=[requests.trace()]) as session,
    ):
        for token in ("good", "late"):
            interaction = f"{pressed_ms - EPOCH_MS << 22}/{token}"
            await session.post(f"{served.url}/api/v10/interactions/{interaction}/callback")
    *_, answered = requests.figures
    (measured,) = answered.values.values()
    assert not isinstance(measured, float | int)
    assert (sum(measured.counts), measured.total >= 100) == (1, True)
