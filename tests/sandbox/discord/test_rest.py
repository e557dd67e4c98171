"""What holds for every answer, whoever asks."""

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.discord import Channel, DiscordStandIn
from tests.sandbox.discord.bare import Bare


async def test_answers_are_json_and_nothing_else_and_came_by_a_proxy(bare: Bare) -> None:
    answer = await bare("GET", "/users/@me")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Via"] == "1.1 sandbox"


async def test_who_does_not_say_who_he_is_is_refused(stand_in: DiscordStandIn) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(stand_in.api_base + "/users/@me") as response,
    ):
        assert (response.status, await response.json()) == (401, {"message": "401: Unauthorized", "code": 0})


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing/here", (404, 0)),
        ("DELETE", "/users/@me", (405, 0)),
        ("GET", "/channels/1", (404, 10003)),
        ("GET", "/channels/abc", (400, 50035)),
        ("GET", "/guilds/1", (404, 10004)),
        ("GET", "/users/1", (404, 10013)),
        ("POST", "/interactions/1/token/callback", (404, 10062)),
        ("GET", "/webhooks/1/token/messages/@original", (404, 10015)),
    ],
)
async def test_what_is_not_there_is_said_in_discords_numbers(
    bare: Bare, method: str, path: str, expected: tuple[int, int]
) -> None:
    assert (await bare(method, path)).refusal == expected


@pytest.mark.parametrize("query", ["limit=false", "limit=0", "limit=101", "before=x", "after=-1"])
async def test_numbers_in_a_query_must_be_numbers(bare: Bare, stand_in: DiscordStandIn, query: str) -> None:
    path = f"/channels/{stand_in.channels['general'].id}/messages?{query}"
    assert (await bare("GET", path)).refusal == (400, 50035)


async def test_a_body_that_is_no_json_is_refused(bare: Bare, stand_in: DiscordStandIn) -> None:
    path = f"/channels/{stand_in.channels['general'].id}/messages"
    assert (await bare("POST", path, data=b"{")).refusal == (400, 50109)


async def test_a_body_of_the_wrong_kind_is_refused(bare: Bare, stand_in: DiscordStandIn) -> None:
    path = f"/channels/{stand_in.channels['general'].id}/messages"
    assert (await bare("POST", path, json=[1])).refusal == (400, 50035)


async def test_a_part_that_is_neither_payload_nor_file_is_refused(
    bare: Bare, stand_in: DiscordStandIn
) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content":"x"}')
    form.add_field("other", b"y", filename="y.txt")
    path = f"/channels/{stand_in.channels['general'].id}/messages"
    assert (await bare("POST", path, data=form)).refusal == (400, 50035)


async def test_guild_channel_member_role_and_user_can_be_read(bare: Bare, stand_in: DiscordStandIn) -> None:
    guild, user = stand_in.guilds[0], stand_in.member.user
    assert (await bare("GET", f"/guilds/{guild.id}")).json["name"] == "Lantern Bay"
    assert [each["name"] for each in (await bare("GET", f"/guilds/{guild.id}/channels")).json] == [
        "general",
        "late-night",
        "read-only",
    ]
    assert [each["name"] for each in (await bare("GET", f"/guilds/{guild.id}/roles")).json] == [
        "@everyone",
        "painter",
        "Keepers",
    ]
    member = (await bare("GET", f"/guilds/{guild.id}/members/{user.id}")).json
    assert member["user"]["username"] == "member"
    assert (await bare("GET", f"/guilds/{guild.id}/members/1")).refusal == (404, 10007)
    assert (await bare("GET", f"/users/{user.id}")).json["global_name"] == "Robin"
    assert [each["name"] for each in (await bare("GET", "/users/@me/guilds")).json] == [
        "Lantern Bay",
        "Paper Mill",
    ]
    assert (await bare("GET", "/gateway")).json == {"url": stand_in.gateway_url}


async def test_every_exchange_is_remembered(bare: Bare, stand_in: DiscordStandIn) -> None:
    await bare("GET", "/users/@me")
    await bare("GET", "/channels/1")
    assert [(call.method, call.path, call.route, call.status) for call in stand_in.requests] == [
        ("GET", "/users/@me", "/users/@me", 200),
        ("GET", "/channels/1", "/channels/{channel_id}", 404),
    ]


ODD_BODIES: list[object] = [None, [], {}, "text", 1, [None], {"type": "x", "data": []}, {"attachments": 1}]


async def test_no_body_makes_the_stand_in_fall_over(
    bare: Bare, stand_in: DiscordStandIn, general: Channel
) -> None:
    message = await stand_in.member.say(general, "x")
    paint = {"name": "paint", "description": "x"}
    commands = f"/applications/{bare.application_id}/commands"
    command = (await bare("POST", commands, paint)).json
    for body in ODD_BODIES:
        interaction = (await stand_in.member.slash(general, "/paint")).interaction
        own = (await bare("POST", f"/channels/{general.id}/messages", {"content": "x"})).json
        for method, path in (
            ("PUT", commands),
            ("POST", commands),
            ("PATCH", f"{commands}/{command['id']}"),
            ("POST", "/users/@me/channels"),
            ("POST", f"/channels/{general.id}/messages"),
            ("PATCH", f"/channels/{general.id}/messages/{message.id}"),
            ("PATCH", f"/channels/{general.id}/messages/{own['id']}"),
            ("POST", f"/interactions/{interaction.id}/{interaction.token}/callback"),
            ("POST", f"/webhooks/{bare.application_id}/{interaction.token}"),
            ("PATCH", f"/webhooks/{bare.application_id}/{interaction.token}/messages/@original"),
        ):
            assert (method, path, body, (await bare(method, path, body)).status < 500) == (
                method,
                path,
                body,
                True,
            )
        if body == []:
            command = (await bare("POST", commands, paint)).json


async def test_others_can_serve_more_at_the_same_port() -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    def add_hello(_stand_in: DiscordStandIn, app: web.Application) -> None:
        app.router.add_get("/", hello)

    async with (
        DiscordStandIn.running(add_routes=add_hello) as stand_in,
        aiohttp.ClientSession() as session,
        session.get(stand_in.api_base.removesuffix("/api/v10")) as response,
    ):
        assert await response.text() == "hello"
