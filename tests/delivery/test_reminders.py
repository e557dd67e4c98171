"""Reminders over real sockets: told once, where it can be told, and never where nobody can be reached."""

from uuid import uuid4

import pytest

from bot.bugs import reported
from bot.jobs.pending import NewReminder
from bot.sandbox.discord import Channel, Fault, Message, Permission
from tests.delivery.rig import Rig

POST = "/channels/{channel_id}/messages"


def told(rig: Rig, channel: Channel | None = None) -> list[Message]:
    return [each for each in (channel or rig.general).messages if each.author.bot and "ComfyUI" in each.text]


async def remind(rig: Rig, channel: Channel | None = None, needs: frozenset[str] = frozenset()) -> None:
    where = channel or rig.general
    reminder = NewReminder(uuid4(), rig.discord.member.user.id, where.id, needs)
    assert await rig.store.keep_reminder(reminder)


async def all_told(rig: Rig) -> None:
    async for left in rig.looks(rig.store.reminders):
        if not left:
            return
    raise TimeoutError


async def test_nobody_is_told_before_it_is_so_and_everybody_once_it_is(rig: Rig) -> None:
    await remind(rig, needs=frozenset({"/txt2img"}))
    await remind(rig)
    async with rig.bot():
        assert told(rig) == []
        assert len(await rig.store.reminders()) == 2
        rig.generation.runs_all = True
        await all_told(rig)
    member = rig.discord.member.user
    assert sorted(each.text for each in told(rig)) == [
        f"<@{member.id}> ComfyUI is back, and can run this again.",
        f"<@{member.id}> ComfyUI is back: `/txt2img` can be run again.",
    ]
    assert [[user.username for user in each.pinged] for each in told(rig)] == [["member"], ["member"]]


async def test_a_job_is_named_by_a_link_to_its_status_in_the_guilds_language(rig: Rig) -> None:
    mill = rig.discord.guilds[1].channels["general"]
    async with rig.bot():
        asked = await rig.paint(channel=mill)
        await rig.eventually(lambda jobs: jobs[0].status_message is not None)
        (job,) = await rig.open_jobs()
        reminder = NewReminder(job.id, rig.discord.member.user.id, mill.id, job.needs)
        assert await rig.store.keep_reminder(reminder)
        rig.generation.runs_all = True
        await all_told(rig)
    (message,) = [each for each in told(rig, mill) if each.interaction_metadata is None]
    assert "ComfyUI 已恢复，正在继续" in message.text
    assert f"/{mill.id}/{asked.response and asked.response.id}" in message.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "/channels/.*/messages", drop="after"),
        Fault("POST", "/channels/.*/messages", status=500),
        Fault("POST", "/channels/.*/messages", drop="before"),
    ],
    ids=["the answer was lost", "Discord is down", "the request was lost"],
)
async def test_whatever_happens_to_the_message_it_is_told_once(rig: Rig, fault: Fault) -> None:
    rig.generation.runs_all = True
    rig.discord.add_fault(fault)
    await remind(rig)
    async with rig.bot():
        await all_told(rig)
    assert len(told(rig)) == 1


async def test_where_the_bot_may_not_post_the_person_is_told_directly(rig: Rig) -> None:
    rig.generation.runs_all = True
    rig.discord.deny(rig.general, Permission.SEND_MESSAGES)
    await remind(rig)
    async with rig.bot():
        await all_told(rig)
    direct = rig.discord.world.direct_channel(rig.discord.member.user)
    assert (len(told(rig)), len(told(rig, direct))) == (0, 1)


async def test_who_can_be_told_nowhere_is_given_up_and_holds_up_nobody(rig: Rig) -> None:
    rig.generation.runs_all = True
    rig.discord.deny(rig.general, Permission.SEND_MESSAGES)
    rig.discord.add_fault(Fault("POST", "/users/@me/channels", status=403, code=50007))
    before = reported()
    await remind(rig)
    async with rig.bot():
        await all_told(rig)
    direct = rig.discord.world.direct_channel(rig.discord.member.user)
    assert (told(rig), told(rig, direct), reported()) == ([], [], before)
