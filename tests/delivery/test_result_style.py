"""What a guild's moderators chose of how results look."""

import dataclasses
import io
from collections.abc import Set as AbstractSet

import pytest
from msgspec.structs import replace
from PIL import Image

from bot.delivery.recipes import Keep
from bot.moderation.keys import KEEP_STATUS, MENTION, METADATA, NSFW_SPOILER, RESULT, THREADS
from bot.sandbox.discord import Fault, Permission
from bot.sandbox.discord.components import ComponentType
from tests.cogs.messages import png
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

NOTHING: AbstractSet[str] = frozenset()
DELETE = ("DELETE", "/channels/{channel_id}/messages/{message_id}")


async def test_each_file_has_a_message_of_its_own_and_nobody_is_notified(rig: Rig) -> None:
    await rig.choose(RESULT, "single")
    await rig.choose(MENTION, "off")
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture(), picture(), picture(), texts=("word " * 500,))
        await rig.delivered(job)
    shown = [[each.filename for each in message.attachments] for message in rig.results()]
    short = job.id.hex[:8]
    assert shown == [[f"{short}.txt", f"{short}-1.png"], [f"{short}-2.png"], [f"{short}-3.png"]]
    assert [message.versions[0].mentions for message in rig.results()] == [()] * 3


async def test_the_status_goes_once_the_result_is_there_though_its_end_was_lost(rig: Rig) -> None:
    await rig.choose(KEEP_STATUS, "off")
    rig.discord.add_fault(Fault("DELETE", "/channels/.*", drop="after", times=2))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        assert invocation.response is not None
        assert not invocation.response.deleted
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job, moving_seconds=1)
    assert [each.id for each in rig.general.messages if each.author.bot] == [done.result_message_id]
    order = [
        each.method
        for each in rig.discord.requests
        if each.route in {DELETE[1], "/channels/{channel_id}/messages"}
    ]
    assert order[0] == "POST"
    assert set(order[1:]) == {"DELETE"}


async def test_a_failure_keeps_its_status(rig: Rig) -> None:
    await rig.choose(KEEP_STATUS, "off")
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job)
        await rig.delivered(job)
    assert invocation.response is not None
    assert not invocation.response.deleted


@pytest.mark.parametrize(
    ("operator", "guild", "left"),
    [
        (Keep.FULL, "operator", {"prompt", "workflow"}),
        (Keep.FULL, "recipe", {"prompt"}),
        (Keep.FULL, "none", NOTHING),
        (Keep.RECIPE, "full", {"prompt"}),
    ],
)
async def test_a_guild_lets_less_travel_with_its_files_but_never_more(
    rig: Rig, operator: Keep, guild: str, left: AbstractSet[str]
) -> None:
    rig.showing = replace(rig.showing, keep=operator)
    await rig.choose(METADATA, guild)
    graph = '{"9": {"class_type": "SaveImage", "inputs": {}}}'
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, png(texts={"prompt": graph, "workflow": '{"nodes": [], "links": []}'}))
        await rig.delivered(job)
    (result,) = rig.results()
    with Image.open(io.BytesIO(result.attachments[0].content)) as posted:
        assert {name for name in ("prompt", "workflow") if posted.info[name].strip() != "{}"} == left


@pytest.mark.parametrize("is_offered", [True, False], ids=["offered", "offered no more"])
async def test_what_is_for_adults_is_hidden_and_waits_until_its_channel_is_theirs_again(
    rig: Rig, *, is_offered: bool
) -> None:
    await rig.choose(NSFW_SPOILER, "on")
    offered = rig.generation.workflows
    rig.generation.offer({**offered, "txt2img": dataclasses.replace(offered["txt2img"], nsfw=True)})
    channel = rig.discord.channels["late-night"]
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        if not is_offered:
            rig.generation.offer({})
        channel.age_restricted = False
        rig.discord.deny(channel)  # nothing: it only announces the channel
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: "not age-restricted any more" in invocation.versions[-1].text)
        assert rig.results(channel) == []
        channel.age_restricted = True
        rig.discord.deny(channel)
        await rig.delivered(job, moving_seconds=2)
    (result,) = rig.results(channel)
    (gallery,) = (each for each in result.now.components if each["type"] == ComponentType.MEDIA_GALLERY)
    assert [each["spoiler"] for each in gallery["items"]] == [True]


async def test_each_job_has_a_thread_of_its_own_though_it_was_opened_before(rig: Rig) -> None:
    """The answer that it was opened is lost, twice over; later the post's is, too, and nobody remembers a nonce."""
    await rig.choose(THREADS, "on")
    await rig.choose(KEEP_STATUS, "off")
    rig.discord.add_fault(Fault("POST", "/channels/.*/threads", drop="after", times=2))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        assert invocation.response is not None
        thread_id = invocation.response.id
        rig.discord.add_fault(Fault("POST", f"/channels/{thread_id}/messages", drop="after", times=2))
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.discord.world.channels.get(thread_id))
        thread = rig.discord.world.channels[thread_id]
        await rig.discord.until(lambda: rig.shown(thread))
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        done = await rig.delivered(job)
    (result,) = rig.shown(thread)
    assert (thread.name, rig.results()) == ("a red fox", [])
    assert (done.result_message_id, done.result_thread_id) == (result.id, thread_id)
    link = f"/{rig.general.guild_id}/{thread_id}/{result.id}"
    assert link in invocation.versions[-1].text


@pytest.mark.parametrize("missing", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
async def test_without_the_right_to_threads_the_result_is_in_the_channel(
    rig: Rig, missing: Permission
) -> None:
    await rig.choose(THREADS, "on")
    rig.discord.deny(rig.general, missing)
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert [each.id for each in rig.results()] == [done.result_message_id]
    assert not [each for each in rig.discord.requests if each.path.endswith("/threads")]
