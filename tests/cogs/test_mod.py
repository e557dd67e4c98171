"""What moderators do: by command, by the buttons of the log, by the menu of a message; and who was told of it."""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from uuid import uuid4

import pytest

from bot.delivery.guild_log_layout import entry_layout, report_entry
from bot.delivery.status_layout import cancel_id
from bot.jobs.audit_store import AuditAction, AuditFilter, AuditLine
from bot.jobs.job import State
from bot.jobs.pause_store import PauseKind
from bot.jobs.report_store import NewReport, Report
from bot.moderation.keys import LOG_CHANNEL, MODERATOR_ROLES
from bot.sandbox.discord import Channel, Invocation, NotSent, Permission
from bot.texts import LOCALES
from cogs._audit_layout import ON_A_PAGE, AuditPage, audit_layout
from tests.cogs.messages import IS_COMPONENTS_V2, posted_by_bot
from tests.cogs.results import result_of
from tests.delivery.rig import Rig
from tests.jobs.sample import NO_LIMITS, new_job


def guild_id(rig: Rig) -> int:
    return rig.discord.guilds[0].id


async def log_channel(rig: Rig) -> Channel:
    """The moderators' own."""
    channel = rig.discord.world.add_channel(rig.discord.guilds[0], "keepers")
    await rig.choose(LOG_CHANNEL, f"<#{channel.id}>")
    return channel


async def told(invocation: Invocation) -> str:
    answer = await invocation.answered()
    assert invocation.ephemeral
    return answer.text


async def mod(rig: Rig, line: str, options: Mapping[str, object] | None = None) -> str:
    return await told(await rig.discord.moderator.slash(rig.general, f"/mod {line}", options))


async def lines(rig: Rig) -> Sequence[AuditLine]:
    """Less the settings with which tests begin."""
    found = await rig.store.audited(AuditFilter(guild_id(rig)), most=1000)
    return [each for each in found if each.action != AuditAction.SETTING]


async def actions(rig: Rig) -> list[str]:
    return [each.action for each in await lines(rig)]


async def entries(rig: Rig, channel: Channel, count: int) -> list[str]:
    await rig.discord.until(lambda: len(channel.messages) >= count)
    return [each.text for each in channel.messages]


async def test_a_queue_is_paused_drained_and_goes_on_each_told_once(rig: Rig) -> None:
    log = await log_channel(rig)
    async with rig.bot():
        said = [await mod(rig, line) for line in ("pause", "pause", "drain", "resume", "resume")]
        told_in_log = await entries(rig, log, 3)
        assert await rig.store.pauses() == {}
    mo = f"<@{rig.discord.moderator.user.id}>"
    assert [each.split(":")[0].split(".")[0] for each in said] == [
        "Paused",
        "It is paused already",
        "New jobs are refused in this server until `/mod resume`",
        "This server's queue goes on, and new jobs are taken",
        "This server's queue is neither paused nor drained",
    ]
    assert told_in_log == [
        f"⏸ {mo} paused this server's queue.",
        f"⏸ {mo} lets no new jobs into this server's queue.",
        f"▶ {mo} lets this server's queue go on.",
    ]
    assert await actions(rig) == ["resume", "drain", "pause"]


async def test_nothing_is_said_to_go_on_while_the_operator_holds_up_everything(rig: Rig) -> None:
    await rig.store.pause(None, PauseKind.PAUSE, by=1)
    async with rig.bot():
        await mod(rig, "pause")
        said = await mod(rig, "resume")
    assert (
        said
        == "This server is no longer paused, but the person who runs this bot has paused it for everybody."
    )


async def test_whoever_is_blocked_is_told_directly_and_may_come_back(rig: Rig) -> None:
    log, robin = await log_channel(rig), rig.discord.member
    person = {"person": robin.user}
    spam = {**person, "duration": "one week", "reason": "*spam*"}
    async with rig.bot():
        said = await mod(rig, "block", spam)
        (block,) = await rig.store.blocks(guild_id(rig), 10)
        assert block.until is not None
        direct = robin.direct.messages[-1].text
        again = await mod(rig, "block", spam)
        blocked = await mod(rig, "unblock")
        refused = await (await robin.slash(rig.general, "/txt2img prompt:a fox")).answered()
        unblocked = [await mod(rig, "unblock", person) for _ in range(2)]
        nobody = await mod(rig, "unblock")
        told_in_log = await entries(rig, log, 2)
    until, who = f"<t:{int(block.until)}:f>", f"<@{robin.user.id}>"
    assert said.startswith(f"{who} is blocked here: {until}. They were told by direct message.")
    assert direct == (
        f"The moderators of **Lantern Bay** have blocked you from using the bot there ({until}).\n> \\*spam\\*"
    )
    assert again == f"You did that a moment ago: {who} is blocked."
    assert unblocked == [f"{who} may use the bot here again.", f"{who} is not blocked here."]
    assert (
        blocked
        == f"**Blocked in this server**\n{who} · {until} · by <@{rig.discord.moderator.user.id}>\n> \\*spam\\*"
    )
    assert refused.text.startswith("The moderators of this server have blocked you")
    assert nobody == "Nobody is blocked in this server."
    assert len(told_in_log) == 2
    assert await actions(rig) == ["unblock", "block"]


async def test_who_takes_no_direct_messages_is_blocked_all_the_same(rig: Rig) -> None:
    rig.discord.refuse_direct_messages(rig.discord.member)
    for_good = {"person": rig.discord.member.user, "duration": "until somebody unblocks them"}
    async with rig.bot():
        said = await mod(rig, "block", for_good)
    assert "They take no direct messages of the bot" in said
    (block,) = await rig.store.blocks(guild_id(rig), 10)
    assert (block.user_id, block.until) == (rig.discord.member.user.id, None)


async def test_one_job_all_of_a_person_and_everything_is_cancelled(rig: Rig) -> None:
    robin, kim = rig.discord.member, rig.discord.second
    async with rig.bot():
        for person in (robin, robin, kim, kim):
            await (await person.slash(rig.general, "/txt2img prompt:a fox")).answered()
        (first, *_) = await rig.discord.moderator.autocomplete(rig.general, "/mod cancel", "job")
        said = [
            await mod(rig, f"cancel job:{first.value}"),
            await mod(rig, "cancel", {"person": robin.user}),
            await mod(rig, "cancel everything:True"),
            await mod(rig, "cancel everything:True"),
            await mod(rig, "cancel"),
        ]
    assert await rig.open_jobs() == []
    assert said[0] == "Cancelled. It had not started yet."
    assert said[3:] == [
        "There is nothing to cancel.",
        "Say one of the three: `job`, `person` or `everything`.",
    ]
    assert await actions(rig) == ["cancel-all", "cancel-of-person", "cancel"]


async def test_a_report_comes_to_the_log_and_its_buttons_block_and_delete(rig: Rig) -> None:
    log, mo, kim = await log_channel(rig), rig.discord.moderator, rig.discord.second
    async with rig.bot():
        result = await result_of(rig)
        form = await kim.context_command("Report", result.message, rig.general)
        await form.acknowledged()
        said = await told(await kim.submit_modal(form, {"reason": "this is *me* @everyone"}))
        await rig.discord.until(lambda: log.messages)
    robin = f"<@{rig.discord.member.user.id}>"
    async with rig.bot():  # its buttons outlive the process
        (report,) = log.messages
        blocking = await mo.click(report, "Block")
        await blocking.acknowledged()
        blocked = await told(await mo.submit_modal(blocking, {"duration": "3600", "reason": "no"}))
        deleted = [await told(await mo.click(report, "Delete result")) for _ in range(2)]
        found = await rig.store.job(result.job.id)
    assert said == "Thank you. The moderators of this server are told."
    assert report.text.startswith(
        f"🚩 <@{kim.user.id}> reported [this message](https://discord.com/channels/"
    )
    assert f"of {robin} <t:" in report.text
    assert report.text.endswith("> this is \\*me\\* @\u200beveryone")
    assert blocked.startswith(f"{robin} is blocked here")
    assert (
        deleted
        == [f"Deleted: `{result.job.id.hex[:8]}` of {robin}. The bot has forgotten its files as well."] * 2
    )
    assert result.message.deleted
    assert found is not None
    assert found.outputs == ()
    assert await actions(rig) == ["delete", "block", "report"]


async def test_a_report_is_not_lost_whatever_happens(rig: Rig) -> None:
    log = await log_channel(rig)
    kept = NewReport(guild_id(rig), rig.general.id, 1, None, None, rig.discord.second.user.id, "")
    await rig.store.report(kept)  # by a process that was killed right then
    async with rig.bot():
        await rig.discord.until(lambda: log.messages)
    async with rig.bot():
        rig.discord.deny(log, Permission.SEND_MESSAGES)
        await rig.store.report(NewReport(guild_id(rig), rig.general.id, 2, None, None, 7, ""))
        await rig.discord.until(lambda: 403 in rig.calls("POST", "/channels/{channel_id}/messages"))
    assert len(log.messages) == 1
    rig.discord.clock.move(7200.0)
    assert await rig.store.claim_report(1.0) is not None


async def test_what_is_not_the_bots_or_reported_too_often_is_not_taken(rig: Rig) -> None:
    async with rig.bot():
        own = await rig.discord.second.say(rig.general, "hello")
        said = await told(await rig.discord.second.context_command("Report", own, rig.general))
        messages = [posted_by_bot(rig, {"content": "x"}) for _ in range(6)]
        reports: list[str] = []
        for message in (messages[0], *messages):
            form = await rig.discord.second.context_command("Report", message, rig.general)
            await form.acknowledged()
            reports.append(await told(await rig.discord.second.submit_modal(form, {})))
    assert said.startswith("This message is not the bot's.")
    done = "Thank you. The moderators of this server are told."
    assert reports[:2] == [done, "You have reported this already."]
    assert reports[2:6] == [done] * 4
    assert reports[6].startswith("You have reported several things")


async def test_a_message_tells_moderators_who_made_it_and_lets_its_requester_cancel(rig: Rig) -> None:
    async with rig.bot():
        message = (await rig.paint()).response
        await rig.eventually(lambda jobs: any(each.status_message for each in jobs))
        assert message is not None
        with pytest.raises(NotSent):
            await rig.discord.second.context_command("Who made this", message, rig.general)
        asked = await rig.discord.moderator.context_command("Who made this", message, rig.general)
        answer = await asked.answered()
        cancelled = await told(await rig.discord.member.context_command("Cancel job", message, rig.general))
        other = await rig.discord.second.say(rig.general, "hello")
        unknown = await told(await rig.discord.member.context_command("Cancel job", other, rig.general))
    assert answer.text.startswith(f"<@{rig.discord.member.user.id}> asked for this <t:")
    assert answer.labels == ("Cancel job", "Block")
    assert (cancelled, unknown) == (
        "Cancelled. It had not started yet.",
        "The bot knows of no job that this message tells of.",
    )


async def test_a_role_that_the_server_names_makes_moderators(rig: Rig) -> None:
    discord = rig.discord
    watch = discord.world.add_role(discord.guilds[0], "Night watch", Permission(0))
    discord.world.join(discord.guilds[0], discord.second.user, watch)
    async with rig.bot():
        invocation = await rig.paint()
        with pytest.raises(NotSent):  # Discord hides the command until an administrator shows it to the role
            await discord.second.slash(rig.general, "/mod pause")
        discord.guilds[0].shown_commands["mod"] = frozenset({watch.id})
        before = await told(await discord.second.slash(rig.general, "/mod pause"))
        named = {"key": MODERATOR_ROLES.name, "value": f"<@&{watch.id}>"}
        await told(await discord.administrator.slash(rig.general, "/settings set", named))
        paused = await told(await discord.second.slash(rig.general, "/mod pause"))
        cancelled = await told(await discord.second.click(invocation, "Cancel"))
    assert before.startswith("This is for moderators")
    assert paused.startswith("Paused")
    assert cancelled == "Cancelled. It had not started yet."
    assert await rig.store.pauses() == {guild_id(rig): {PauseKind.PAUSE}}


async def test_whoever_left_keeps_no_place_in_the_queue(rig: Rig) -> None:
    robin, kim = rig.discord.member, rig.discord.second
    async with rig.bot():
        asked = [await person.slash(rig.general, "/txt2img prompt:a fox") for person in (robin, kim)]
        for each in asked:
            await each.answered()
        rig.discord.world.leave(rig.discord.guilds[0], robin.user)
        rig.discord.clock.move(61.0)
        await rig.eventually(lambda jobs: [each.place.user_id for each in jobs] == [kim.user.id])
        ended = [each for each in await lines(rig) if each.action == AuditAction.LEFT]
        await rig.discord.until(lambda: "has left this server" in asked[0].versions[-1].text)
    assert [(each.actor_id, each.user_id) for each in ended] == [(rig.discord.world.bot.id, robin.user.id)]


async def test_the_audit_is_turned_and_given_as_a_file(rig: Rig) -> None:
    mo = rig.discord.moderator.user.id
    for number in range(23):
        await rig.store.audit(
            guild_id(rig), mo, AuditAction.BLOCK, user_id=number + 1, details={"reason": "=1+1"}
        )
    await rig.store.audit(rig.discord.guilds[1].id, mo, AuditAction.BLOCK, user_id=99)
    async with rig.bot():
        asked = await rig.discord.moderator.slash(rig.general, "/mod audit action:block")
        first = (await asked.answered()).text
    async with rig.bot():  # its buttons outlive the process
        turned = await rig.discord.moderator.click(asked, "▶")
        await turned.acknowledged()
        assert asked.response is not None
        second = asked.response.text
        given = await (await rig.discord.moderator.click(asked, "CSV")).answered()
        empty = await mod(rig, "audit", {"person": rig.discord.second.user})
    assert first.startswith("**Audit, page 1 of 3 (23 lines)**")
    assert second.startswith("**Audit, page 2 of 3 (23 lines)**")
    assert f"<@{mo}> **blocked** <@23>\n-# reason: =1+1" in first
    assert "<@99>" not in first
    assert empty == "Nothing of this kind was done here."
    (file,) = given.attachments
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["user_id"] for row in rows] == [str(number) for number in range(23, 0, -1)]
    assert rows[0]["details"] == '{"reason": "=1+1"}'


def test_the_longest_page_of_the_audit_and_the_longest_report_fit_a_message() -> None:
    longest = "*" * 1000
    line = AuditLine(1, 1e9, 1, 10**18, "setting", 10**18, uuid4(), {"key": longest, "value": longest})
    page = AuditPage(AuditFilter(1, 10**18, 10**18, "cancel-of-person"), [line] * ON_A_PAGE, 10**5, 10**6)
    report = Report(1, NewReport(1, 10**18, 10**18, None, 10**18, 10**18, longest), 1e9)
    for locale in LOCALES:
        assert audit_layout(page, locale).content_length() <= 4000
        assert entry_layout(report_entry(report, None), locale).content_length() <= 4000


async def test_two_hundred_double_clicks_are_two_hundred_actions(rig: Rig) -> None:
    jobs = [new_job(rig.discord.member.user.id, guild_id=guild_id(rig)) for _ in range(200)]
    for job in jobs:
        await rig.store.submit(job, NO_LIMITS)
    async with rig.bot():
        for two in (jobs[at : at + 2] for at in range(0, 200, 2)):
            buttons = [
                {"type": 2, "style": 2, "label": str(number), "custom_id": cancel_id(job.id)}
                for number, job in enumerate(two)
            ]
            layout = [{"type": 1, "components": buttons}]
            message = posted_by_bot(rig, {"flags": IS_COMPONENTS_V2, "components": layout})
            # few at once: Discord waits three seconds, however busy the machine is
            clicks = [
                await rig.discord.moderator.click(message, str(number))
                for number in range(2)
                for _ in range(2)
            ]
            await asyncio.gather(*(each.answered() for each in clicks))
    ended = [await rig.store.job(job.id) for job in jobs]
    assert {each.state for each in ended if each is not None} == {State.CANCELLED}
    assert sorted(str(each.job_id) for each in await lines(rig)) == sorted(str(job.id) for job in jobs)


async def test_the_audit_tells_of_settings_as_they_are_shown(rig: Rig) -> None:
    guild, mo, channel = guild_id(rig), rig.discord.moderator.user.id, rig.general.id
    for key, value in (("log-channel", f'"<#{channel}>"'), ("log-channel", None), ("gone", '"1"')):
        await rig.store.set_guild_setting(guild, key, value, set_by=mo)
    async with rig.bot():
        shown = await mod(rig, "audit action:setting")
    assert re.findall("-# (.*)", shown)[:3] == ["gone", "Log channel: default", f"Log channel: <#{channel}>"]
