"""What a guild's moderators chose of how results look."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.delivery.recipes import Keep
from bot.moderation.keys import KEEP_STATUS, MENTION, METADATA, RESULT, Key
from bot.sandbox.discord import Fault
from tests.cogs.messages import png
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

DELETE = ("DELETE", "/channels/{channel_id}/messages/{message_id}")


async def choose(rig: Rig, key: Key[object], value: str) -> None:
    assert rig.general.guild_id is not None
    await rig.store.set_guild_setting(rig.general.guild_id, key.name, f'"{value}"', set_by=1)


async def test_each_file_has_a_message_of_its_own_and_nobody_is_notified(rig: Rig) -> None:
    await choose(rig, RESULT, "single")
    await choose(rig, MENTION, "off")
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
    await choose(rig, KEEP_STATUS, "off")
    rig.discord.add_fault(Fault("DELETE", "/channels/.*", drop="after", times=2))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
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
    await choose(rig, KEEP_STATUS, "off")
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
        (Keep.FULL, "none", set()),
        (Keep.RECIPE, "full", {"prompt"}),
    ],
)
async def test_a_guild_lets_less_travel_with_its_files_but_never_more(
    rig: Rig, operator: Keep, guild: str, left: set[str]
) -> None:
    rig.showing = replace(rig.showing, keep=operator)
    await choose(rig, METADATA, guild)
    graph = '{"9": {"class_type": "SaveImage", "inputs": {}}}'
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, png(texts={"prompt": graph, "workflow": '{"nodes": [], "links": []}'}))
        await rig.delivered(job)
    (result,) = rig.results()
    with Image.open(io.BytesIO(result.attachments[0].content)) as posted:
        assert {name for name in ("prompt", "workflow") if posted.info[name].strip() != "{}"} == left
