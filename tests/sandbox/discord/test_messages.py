"""What a bot may do in channels by its own right."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent, Permission
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work, raised_by


@pytest.fixture
async def bot(stand_in: DiscordStandIn) -> AsyncGenerator[Bot]:
    async with at_work(Bot(), stand_in) as running:
        yield running


def place(bot: Bot, channel: Channel) -> discord.PartialMessageable:
    return bot.get_partial_messageable(channel.id)


async def test_a_message_is_sent_edited_and_deleted(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    message = await place(bot, general).send("one")
    await message.edit(content="two")
    (kept,) = general.messages
    assert [version.content for version in kept.versions] == ["one", "two"]
    assert kept.edited_at is not None
    await message.delete()
    assert (general.messages, kept.deleted, stand_in.member.sees(general)) == ([], True, [])
    assert (await raised_by(message.edit(content="three"))).code == 10008


async def test_a_repeated_nonce_returns_the_message_there_is(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    first = await place(bot, general).send("result", nonce="job-1")
    second = await place(bot, general).send("result", nonce="job-1")
    assert (second.id, len(general.messages)) == (first.id, 1)
    stand_in.clock.move(10 * 60)
    await place(bot, general).send("result", nonce="job-1")
    assert len(general.messages) == 2


async def test_history_is_read_in_both_directions(general: Channel, bot: Bot, bare: Bare) -> None:
    ids = [(await place(bot, general).send(str(number))).id for number in range(7)]
    path = f"/channels/{general.id}/messages"

    async def contents(query: str) -> list[str]:
        return [each["content"] for each in (await bare("GET", f"{path}?{query}")).json]

    assert await contents("limit=2") == ["6", "5"]
    assert await contents(f"before={ids[3]}&limit=2") == ["2", "1"]
    assert await contents(f"after={ids[3]}&limit=2") == ["5", "4"]
    assert await contents(f"around={ids[3]}&limit=3") == ["4", "3", "2"]
    assert [message.content async for message in place(bot, general).history(oldest_first=True, limit=3)] == [
        "0",
        "1",
        "2",
    ]
    assert (await place(bot, general).fetch_message(ids[0])).content == "0"


async def test_only_those_are_pinged_who_may_be(stand_in: DiscordStandIn, general: Channel, bot: Bot) -> None:
    member, second = stand_in.member.user, stand_in.second.user
    text = f"{member.mention} {second.mention} @everyone"
    only_member = discord.AllowedMentions(everyone=True, users=[discord.Object(member.id)])
    await place(bot, general).send(text)
    await place(bot, general).send(text, allowed_mentions=discord.AllowedMentions.none())
    await place(bot, general).send(text, allowed_mentions=only_member)
    assert [(message.pinged, message.now.mentions_everyone) for message in general.messages] == [
        ((member, second), False),
        ((), False),
        ((member,), False),
    ]


async def test_everyone_is_pinged_by_those_only_who_have_the_right(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    guild = stand_in.guilds[0]
    role = stand_in.world.add_role(guild, "Criers", Permission.MENTION_EVERYONE)
    stand_in.world.join(guild, stand_in.world.bot, role)
    await place(bot, general).send("@everyone", allowed_mentions=discord.AllowedMentions.all())
    assert general.messages[0].now.mentions_everyone


async def test_a_reply_carries_what_it_replies_to(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    asked = await stand_in.member.say(general, "a fox?")
    partial = place(bot, general).get_partial_message(asked.id)
    answer = await partial.reply("a fox!")
    assert answer.reference is not None
    assert isinstance(answer.reference.resolved, discord.Message)
    assert answer.reference.resolved.content == "a fox?"
    stand_in.deny(general, Permission.READ_MESSAGE_HISTORY)
    assert (await raised_by(partial.reply("again"))).code == 160002


async def test_replying_to_what_is_gone_is_refused(general: Channel, bot: Bot) -> None:
    partial = place(bot, general).get_partial_message(1)
    assert (await raised_by(partial.reply("hello?"))).code == 50035


@pytest.mark.parametrize(
    ("denied", "send", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.ATTACH_FILES, {"content": "x", "file": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embed": discord.Embed(title="x")}, 50013),
    ],
)
async def test_a_right_that_is_missing_is_refused(  # noqa: PLR0917 - a table and three fixtures
    stand_in: DiscordStandIn,
    general: Channel,
    bot: Bot,
    denied: Permission,
    send: dict[str, object],
    code: int,
    tmp_path: Path,
) -> None:
    stand_in.deny(general, denied)
    if "file" in send:
        (tmp_path / "x.txt").write_text("x")
        send = {**send, "file": discord.File(tmp_path / "x.txt")}
    refusal = await raised_by(cast("Any", place(bot, general)).send(**send))
    assert (refusal.status, refusal.code, general.messages) == (403, code, [])


async def test_without_the_right_to_embed_a_message_loses_its_embeds(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    stand_in.deny(general, Permission.EMBED_LINKS)
    await place(bot, general).send("words", embed=discord.Embed(title="picture"))
    assert general.messages[0].text == "words"


async def test_threads_have_a_right_of_their_own(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    thread = stand_in.channels["foxes"]
    stand_in.deny(thread, Permission.SEND_MESSAGES_IN_THREADS)
    assert (await raised_by(place(bot, thread).send("x"))).code == 50013
    await place(bot, general).send("x")


async def test_the_bot_hears_of_what_was_taken_from_it(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    stand_in.deny(general, Permission.SEND_MESSAGES, Permission.ATTACH_FILES)

    def allowed() -> tuple[bool, bool]:
        channel = bot.get_channel(general.id)
        assert isinstance(channel, discord.TextChannel)
        rights = channel.permissions_for(channel.guild.me)
        return rights.send_messages, rights.attach_files

    await stand_in.until(lambda: allowed() == (False, False))


async def test_direct_messages_reach_a_person_unless_it_takes_none(
    stand_in: DiscordStandIn, bot: Bot
) -> None:
    user = await bot.fetch_user(stand_in.member.user.id)
    await user.send("hello")
    assert [message.text for message in stand_in.member.sees(stand_in.member.direct)] == ["hello"]
    assert stand_in.second.sees(stand_in.member.direct) == []
    stand_in.refuse_direct_messages(stand_in.member)
    assert (await raised_by(user.send("hello?"))).code == 50007


async def test_messages_of_others_can_be_deleted_by_moderators_only(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    asked = await stand_in.member.say(general, "hello")
    partial = place(bot, general).get_partial_message(asked.id)
    assert (await raised_by(partial.edit(content="x"))).code == 50005
    assert (await raised_by(partial.delete())).code == 50013
    with pytest.raises(NotSent):
        await stand_in.second.delete(asked)
    await stand_in.moderator.delete(asked)
    assert general.messages == []


async def test_what_a_deleted_channel_held_is_gone(
    stand_in: DiscordStandIn, general: Channel, bot: Bot
) -> None:
    message = await place(bot, general).send("x")
    stand_in.delete_channel(general)
    assert (await raised_by(message.edit(content="y"))).code == 10003
    assert (await raised_by(place(bot, general).send("z"))).code == 10003


async def test_an_empty_message_is_refused(general: Channel, bot: Bot) -> None:
    assert (await raised_by(place(bot, general).send())).code == 50006


async def test_typing_needs_the_right_to_write(stand_in: DiscordStandIn, bot: Bot) -> None:
    await place(bot, stand_in.channels["general"]).typing()
    assert (await raised_by(typing(place(bot, stand_in.channels["read-only"])))).code == 50013


async def typing(where: discord.PartialMessageable) -> None:
    await where.typing()
