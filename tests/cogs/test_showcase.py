"""The showcase: off until a moderator chooses a channel; then a result is copied there, once."""

import asyncio

from bot.moderation.keys import KEYS
from bot.sandbox.discord import Channel, Fault, Invocation, Permission
from tests.cogs.messages import png
from tests.cogs.results import controls, result_of, said_to
from tests.delivery.rig import Rig

STAR = "⭐"


def place(rig: Rig) -> Channel:
    return rig.discord.channels["late-night"]


async def choose(rig: Rig, key: str, value: str | None, who: str = "administrator") -> str:
    options = {"key": key} | ({} if value is None else {"value": value})
    chosen: Invocation = await rig.discord.persons[who].slash(rig.general, "/settings set", options)
    answer = await chosen.answered()
    assert chosen.ephemeral
    return answer.text


async def test_without_a_channel_there_is_no_star(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        assert STAR not in controls(result.message)[0]
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        assert STAR in controls((await result_of(rig)).message)[0]


async def test_it_is_copied_with_its_makers_name_whom_nobody_pings(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        result = await result_of(rig, png("gold"))
        told = await said_to(rig, result.message, result.id_of("show"))
        (copy,) = rig.results(place(rig))
    assert (
        told == f"It is shown: [here](https://discord.com/channels/{copy.guild_id}/{place(rig).id}/{copy.id})"
    )
    assert copy.text.startswith(f"<@{rig.discord.member.user.id}>\n> a red fox")
    assert [each.content for each in copy.attachments] == [png("gold")]
    assert (controls(copy), copy.now.mentions) == ([], ())


async def test_twenty_presses_before_and_after_a_restart_are_one_copy(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        result = await result_of(rig)
        presses = [await rig.discord.member.click(result.message, result.id_of("show")) for _ in range(10)]
        await asyncio.gather(*(each.answered() for each in presses))
    rig.discord.clock.move(600)  # Discord has forgotten the nonce
    async with rig.bot():
        told = {await said_to(rig, result.message, result.id_of("show")) for _ in range(10)}
    assert len(rig.results(place(rig))) == 1
    assert [each.partition(":")[0] for each in told] == ["It is shown already"]


async def test_a_copy_that_was_posted_by_a_process_that_was_killed_is_found_again(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        result = await result_of(rig)
        await said_to(rig, result.message, result.id_of("show"))
        await forget_the_end(rig, result.job.id.hex)
        rig.discord.clock.move(600)
        told = await said_to(rig, result.message, result.id_of("show"))
    assert told.startswith("It is shown already")
    assert len(rig.results(place(rig))) == 1


async def forget_the_end(rig: Rig, job_hex: str) -> None:
    """As if the process had been killed between Discord's answer and the ledger."""
    database = rig.store._database  # pyright: ignore[reportPrivateUsage]  # nothing else can
    changed = await database.run(
        "UPDATE jobs SET showcase_message_id = NULL WHERE replace(id, '-', '') = :id RETURNING 1",
        {"id": job_hex},
    )
    assert len(changed) == 1


async def test_what_discord_did_not_take_can_be_shown_later(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        result = await result_of(rig)
        fault = Fault("POST", f"/channels/{place(rig).id}/messages", status=403, times=1, code=50013)
        rig.discord.add_fault(fault)
        told = await said_to(rig, result.message, result.id_of("show"))
        again = await said_to(rig, result.message, result.id_of("show"))
    assert told.startswith("The bot does not see the channel of the showcase any more")
    assert again.startswith("It is shown: ")


async def test_moderators_alone_where_that_was_chosen(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, "showcase-channel", f"<#{place(rig).id}>")
        await choose(rig, "showcase-by", "moderators")
        result = await result_of(rig)
        told = [
            await said_to(rig, result.message, result.id_of("show"), who)
            for who in ("member", "second", "moderator")
        ]
    refused = "In this server moderators choose what is shown."
    assert [told[0], told[1], told[2].partition(":")[0]] == [refused, refused, "It is shown"]


async def test_settings_are_checked_and_suggested(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.deny(rig.discord.channels["late-night"], Permission.ATTACH_FILES)
        told = {
            (key, value): (await choose(rig, key, value)).partition(".")[0]
            for key, value in (
                ("showcase", "off"),
                ("showcase-channel", "here"),
                ("showcase-channel", str(rig.discord.guilds[1].channels["general"].id)),
                ("showcase-channel", str(place(rig).id)),
                ("showcase-by", "everybody"),
                ("showcase-by", "moderators"),
                ("showcase-by", None),
                ("showcase-channel", "off"),
            )
        }
        administrator = rig.discord.administrator
        keys = await administrator.autocomplete(rig.general, "/settings set", "key")
        values = await administrator.autocomplete(
            rig.general, "/settings set", "value", "", {"key": "showcase-by"}
        )
        channels = await administrator.autocomplete(
            rig.general, "/settings set", "value", "gen", {"key": "showcase-channel"}
        )
    elsewhere = rig.discord.guilds[1].channels["general"].id
    assert told == {
        ("showcase", "off"): "There is no setting `showcase`",
        ("showcase-channel", "here"): "“here” is no channel of this server",
        ("showcase-channel", str(elsewhere)): f"“{elsewhere}” is no channel of this server",
        ("showcase-channel", str(place(rig).id)): "The bot lacks the right “Attach Files” in that channel",
        ("showcase-by", "everybody"): "It cannot be “everybody”",
        ("showcase-by", "moderators"): told["showcase-by", "moderators"],
        ("showcase-by", None): told["showcase-by", None],
        ("showcase-channel", "off"): told["showcase-channel", "off"],
    }
    assert told["showcase-by", "moderators"].startswith("`showcase-by` is moderators now")
    assert told["showcase-by", None].startswith("`showcase-by` is requester now")
    assert told["showcase-channel", "off"].startswith("`showcase-channel` is off now")
    assert [each.value for each in keys] == list(KEYS)[:25]
    assert [each.value for each in values] == ["requester", "moderators"]
    assert [(each.name, each.value) for each in channels] == [("#general", f"<#{rig.general.id}>")]
