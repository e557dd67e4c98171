"""Things going wrong on the way, and what discord.py makes of them (the table in discord.md, section 7)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

import aiohttp
import discord
import pytest

from bot.sandbox.discord import AS_OBSERVED, Channel, DiscordStandIn, Fault, Rate, Rates
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work, raised_by

CALLBACK = r"/interactions/\d+/[^/]+/callback"
ORIGINAL = r"/webhooks/\d+/[^/]+/messages/@original"


@pytest.fixture
async def bot(stand_in: DiscordStandIn) -> AsyncGenerator[Bot]:
    bot = Bot()

    @bot.tree.command(description="x")
    async def paint(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="done")

    async with at_work(bot, stand_in):
        yield bot


async def test_one_bad_gateway_is_outlived_by_a_retry_within_the_deadline(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    fault = stand_in.add_fault(Fault("POST", CALLBACK, status=502))
    invocation = await stand_in.member.slash(general, "/paint")
    await invocation.answered()
    assert (fault.hits, [version.content for version in invocation.versions]) == (1, ["", "done"])


@pytest.mark.parametrize(("drop", "executed"), [("before", False), ("after", True)])
async def test_a_connection_that_drops_leaves_the_bot_in_the_dark(
    stand_in: DiscordStandIn, general: Channel, bot: Bot, drop: Literal["before", "after"], *, executed: bool
) -> None:
    stand_in.add_fault(Fault("POST", rf"/channels/{general.id}/messages", drop=drop))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.get_partial_messageable(general.id).send("x", nonce="1")
    assert len(general.messages) == executed
    await bot.get_partial_messageable(general.id).send("x", nonce="1")
    assert len(general.messages) == 1


async def test_a_callback_that_was_executed_and_lost_is_already_acknowledged(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, codes = Bot(), list[int]()

    @bot.tree.command(description="x")
    async def paint(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await interaction.response.defer()
        codes.append((await raised_by(interaction.response.defer())).code)

    stand_in.add_fault(Fault("POST", CALLBACK, drop="after"))
    async with at_work(bot, stand_in):
        await stand_in.member.slash(general, "/paint")
        await stand_in.until(lambda: codes)
    assert codes == [40060]


async def test_a_rate_limit_that_was_told_is_waited_for(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    stand_in.add_fault(Fault("PATCH", ORIGINAL, status=429, retry_after=0.05))
    invocation = await stand_in.member.slash(general, "/paint")
    await invocation.answered()
    statuses = [call.status for call in stand_in.requests if call.method == "PATCH"]
    assert statuses == [429, 200]


async def test_a_rate_limit_without_a_proxys_mark_is_a_ban(
    general: Channel, stand_in: DiscordStandIn, bot: Bot
) -> None:
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", status=429, via=False))
    refusal = await raised_by(bot.get_partial_messageable(general.id).send("x"))
    assert refusal.status == 429


async def test_a_fault_can_carry_any_of_discords_codes(
    general: Channel, stand_in: DiscordStandIn, bot: Bot
) -> None:
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", status=400, code=200000, message="Blocked"))
    refusal = await raised_by(bot.get_partial_messageable(general.id).send("x"))
    assert (refusal.status, refusal.code, refusal.text) == (400, 200000, "Blocked")


async def test_the_old_message_limit_has_its_own_code(bare: Bare, stand_in: DiscordStandIn) -> None:
    stand_in.add_fault(Fault("GET", "/users/@me", status=429, code=30046, message="Too old"))
    answer = await bare("GET", "/users/@me")
    assert (answer.status, answer.json["code"], answer.json["global"]) == (429, 30046, False)
    assert answer.headers["X-RateLimit-Scope"] == "shared"
    assert answer.headers["Retry-After"] == "2"


async def test_a_503_is_not_retried_on_the_bots_routes(
    general: Channel, stand_in: DiscordStandIn, bot: Bot
) -> None:
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", status=503))
    refusal = await raised_by(bot.get_partial_messageable(general.id).send("x"))
    assert isinstance(refusal, discord.DiscordServerError)


async def test_a_slow_answer_only_takes_longer(general: Channel, stand_in: DiscordStandIn, bot: Bot) -> None:
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", delay_seconds=0.05))
    await bot.get_partial_messageable(general.id).send("x")
    call = next(call for call in stand_in.requests if call.route == "/channels/{channel_id}/messages")
    assert (call.status, call.milliseconds > 50) == (200, True)


async def test_faults_last_as_long_as_they_are_told_to(bare: Bare, stand_in: DiscordStandIn) -> None:
    stand_in.add_fault(Fault("GET", "/users/@me", status=500, times=2))
    stand_in.add_fault(Fault("GET", "/users/@me", status=504, times=None))
    assert [(await bare("GET", "/users/@me")).status for _ in range(4)] == [500, 500, 504, 504]
    stand_in.faults.clear()
    assert (await bare("GET", "/users/@me")).status == 200


async def test_buckets_run_empty_and_say_when_they_fill(
    general: Channel, bare: Bare, stand_in: DiscordStandIn
) -> None:
    stand_in.rate_limits.rates = AS_OBSERVED
    path = f"/channels/{general.id}/messages"
    answers = [await bare("POST", path, {"content": "x"}) for _ in range(6)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    refusal = answers[-1]
    assert (refusal.json["global"], 4 < refusal.json["retry_after"] <= 5) == (False, True)
    assert len({answer.headers["X-RateLimit-Bucket"] for answer in answers}) == 1
    other = stand_in.channels["late-night"]
    assert (await bare("POST", f"/channels/{other.id}/messages", {"content": "x"})).status == 200


async def test_discord_py_never_meets_a_429_when_buckets_say_enough(
    general: Channel, stand_in: DiscordStandIn, bot: Bot
) -> None:
    route = "POST /channels/{channel_id}/messages"
    stand_in.rate_limits.rates = Rates(by_route={route: Rate(5, 0.1)})
    for number in range(12):
        await bot.get_partial_messageable(general.id).send(str(number))
    statuses = {call.status for call in stand_in.requests if call.route == "/channels/{channel_id}/messages"}
    assert (statuses, len(general.messages)) == ({200}, 12)


async def test_all_routes_of_the_bot_share_one_limit_and_interactions_do_not(
    general: Channel, bare: Bare, stand_in: DiscordStandIn
) -> None:
    stand_in.rate_limits.rates = Rates(of_the_bot=Rate(2, 60))
    answers = [await bare("GET", "/users/@me") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert (answers[-1].json["global"], answers[-1].headers["X-RateLimit-Global"]) == (True, "true")
    assert (await bare("POST", "/interactions/1/token/callback")).refusal == (404, 10062)


async def test_a_global_block_holds_every_route(bare: Bare, stand_in: DiscordStandIn) -> None:
    stand_in.rate_limits.block_globally(0.05)
    blocked = await bare("GET", "/users/@me")
    assert (blocked.status, blocked.json["global"]) == (429, True)
    await asyncio.sleep(blocked.json["retry_after"])
    assert (await bare("GET", "/users/@me")).status == 200


async def test_a_fault_can_answer_any_bytes_after_the_request_was_carried_out_or_in_its_place(
    bare: Bare, general: Channel, stand_in: DiscordStandIn
) -> None:
    headers = {"content-type": "text/html", "Via": "1.1 somebody else"}
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", body=b"<html>", headers=headers))
    stand_in.add_fault(Fault("POST", r"/channels/\d+/messages", status=202, body=b"[7]"))
    path = f"/channels/{general.id}/messages"
    done, refused = [await bare("POST", path, {"content": "x"}) for _ in range(2)]
    assert (done.status, done.headers["Content-Type"], done.headers["Via"]) == (
        200,
        "text/html",
        "1.1 somebody else",
    )
    assert (refused.status, refused.json, len(general.messages)) == (202, [7], 1)
