"""The bot in one's own account: its commands and buttons where it is no member."""

import pytest

from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Channel, Message
from bot.sandbox.discord.commands import CommandType
from tests.cogs.messages import FOX, HAT, READ, USE, only_job, png
from tests.cogs.results import AGAIN, EDIT, Result, pressed, said_to
from tests.delivery.rig import Rig


def harbour(rig: Rig) -> Channel:
    """A channel of a server without the bot, and everybody may bring it."""
    rig.discord.world.open_to_guests()
    for person in (rig.discord.member, rig.discord.second):
        person.has_installed = True
    return rig.discord.guilds[-1].channels["general"]


async def result_in(rig: Rig, channel: Channel) -> Result:
    await rig.paint("/txt2img prompt:a red fox seed:42 steps:7", channel)
    job = await rig.claimed()
    await rig.worker.finish(job, png())
    done = await rig.delivered(job)
    return Result(done, _message(rig, channel, done.result_message_id))


def _message(rig: Rig, channel: Channel, message_id: int | None) -> Message:
    return next(each for each in rig.shown(channel) if each.id == message_id)


def tried(rig: Rig, channel: Channel) -> list[str]:
    """What was tried by a right that the bot does not have there."""
    return [each.method for each in rig.discord.requests if f"/channels/{channel.id}" in each.path]


@pytest.mark.parametrize("allowed", [True, False])
async def test_commands_are_for_persons_where_discords_application_is(rig: Rig, allowed: bool) -> None:  # noqa: FBT001
    rig.discord.world.takes_user_installs = allowed
    async with rig.bot():
        found = {each.name: (each.integrations, each.contexts) for each in rig.discord.commands}
    everywhere = ({0, 1}, {0, 1, 2}) if allowed else ({0}, {0, 1})
    for name in (
        "settings",
        "mod",
        "words",
        "stats",
        "owner",
        "workflow",
        "Make a command of this",
        "Report",
        "Who made this",
    ):  # of servers where the bot is a member
        assert found.pop(name) == ({0}, {0})
    everybody = tuple(map(frozenset, everywhere))
    assert {name for name, each in found.items() if each != everybody} == set()


async def test_who_has_not_installed_it_is_offered_nothing(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        assert rig.discord.moderator.commands(channel) == []
        names = {each.name for each in rig.discord.member.commands(channel)}
    assert {"txt2img", "queue", "jobs"} <= names
    assert "settings" not in names


async def test_each_sees_their_own_jobs_and_nobody_elses(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        await rig.paint(channel=channel)
        await (await rig.discord.second.slash(channel, "/txt2img prompt:a wolf")).answered()
        await (await rig.discord.member.slash(rig.general, "/txt2img prompt:at home")).answered()
        queue = await (await rig.discord.member.slash(channel, "/queue")).answered()
        jobs = await (await rig.discord.second.slash(channel, "/jobs")).answered()
        at_home = await (await rig.discord.moderator.slash(rig.general, "/queue")).answered()
    assert queue.text.startswith("**One job**")
    assert ("a wolf" in jobs.text, "fox" in jobs.text) == (True, False)
    assert at_home.text.startswith("**One job**")


async def test_moderators_of_such_a_place_moderate_nothing(rig: Rig) -> None:
    channel = harbour(rig)
    guild = rig.discord.guilds[-1]
    rig.discord.administrator.has_installed = True  # owns the server
    async with rig.bot():
        asked = await rig.paint(channel=channel)
        told = await said_to(rig, asked, "Cancel", "administrator")
        open_jobs = await rig.open_jobs()
    assert guild.owner_id == rig.discord.administrator.user.id
    assert "with their own account" in told
    assert len(open_jobs) == 1


async def test_the_buttons_work_for_who_asked(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        result = await result_in(rig, channel)
        again = await pressed(rig, result.message, AGAIN)
        job = await only_job(rig)
        assert (await again.answered()).labels == ("Cancel",)
        edit = await pressed(rig, result.message, EDIT)
        assert (await edit.answered()).text.startswith("**")
        refused = await said_to(rig, result.message, AGAIN, "second")
    assert (job.origin, job.place.guest_of) == (Origin(result.job.id, Action.AGAIN), channel.guild_id)
    assert "with their own account" in refused
    assert tried(rig, channel) == []


async def test_a_result_is_deleted_by_the_press_itself(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        result = await result_in(rig, channel)
        press = await pressed(rig, result.message, result.id_of("delete"))
        await rig.discord.until(lambda: press.follow_ups)
    assert (result.message.deleted, press.follow_ups[0].text) == (True, "Deleted.")
    assert tried(rig, channel) == []


async def test_elsewhere_one_is_sent_to_the_result_to_delete_it(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        result = await result_in(rig, channel)
        shown = await rig.discord.member.slash(channel, f"/job job:{result.job.id.hex}")
        await shown.answered()
        told = await said_to(rig, shown, result.id_of("delete"))
    assert "press 🗑 under the result itself" in told
    assert not result.message.deleted


async def test_what_others_wrote_is_read_from_the_interaction_alone(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        message = await rig.discord.second.say(channel, "look", FOX)
        opened = await rig.discord.member.context_command(USE, message, channel)
        await opened.acknowledged()
        await (await rig.discord.member.submit_modal(opened, HAT)).answered()
        job = await only_job(rig)
        read = await rig.discord.member.context_command(READ, message, channel)
        await read.answered()
    assert (job.workflow, job.place.is_guest, read.ephemeral) == ("img2img", True, True)
    assert tried(rig, channel) == []


async def test_a_form_of_before_a_restart_does_not_look_where_it_may_not(rig: Rig) -> None:
    channel = harbour(rig)
    async with rig.bot():
        message = await rig.discord.second.say(channel, "look", FOX)
        opened = await rig.discord.member.context_command(USE, message, channel)
        await opened.acknowledged()
    async with rig.bot():
        answer = await (await rig.discord.member.submit_modal(opened, HAT)).answered()
    assert "Use “Use as input” on it again" in answer.text
    assert tried(rig, channel) == []


async def test_where_guests_may_not_speak_all_is_for_one_person(rig: Rig) -> None:
    harbour(rig)
    quiet = rig.discord.guilds[-1].channels["no-guests"]
    async with rig.bot():
        result = await result_in(rig, quiet)
    assert (result.message.ephemeral, rig.discord.second.sees(quiet)) == (True, [])


async def test_both_kinds_of_commands_are_told_apart(rig: Rig) -> None:
    harbour(rig)
    (group,) = rig.discord.groups
    async with rig.bot():
        menu = rig.discord.member.commands(group, CommandType.MESSAGE)
    assert {each.name for each in menu} == {USE, READ, "Cancel job"}
