"""What rules look at comes with every interaction: no intent tells it, nothing is asked for."""

from msgspec.structs import replace

from bot.moderation.people import ChannelFacts, Requester
from tests.delivery.rig import Rig


async def test_an_order_says_who_asks_and_where(rig: Rig) -> None:
    discord = rig.discord
    guild = discord.guilds[0]
    adults = discord.world.add_channel(guild, "adult-foxes", parent=discord.channels["late-night"])
    keepers = next(role for role in guild.roles.values() if role.name == "Keepers")
    discord.world.time_out(guild, discord.member.user, seconds=3600)
    async with rig.bot():
        for person, channel in (
            (discord.member, rig.general),
            (discord.moderator, discord.channels["foxes"]),
            (discord.administrator, adults),
            (discord.member, discord.member.direct),
        ):
            await (await person.slash(channel, "/txt2img prompt:a fox")).answered()
        asked = [(each.requester, each.channel) for each in rig.generation.orders]
    joined_at = round(guild.joined_at, 6)  # Discord writes microseconds
    plain = Requester(discord.member.user.id)
    assert asked == [
        (
            replace(
                plain,
                role_ids=frozenset({guild.id}),
                joined_at=joined_at,
                timed_out_until=asked[0][0].timed_out_until,
            ),
            ChannelFacts(rig.general.id),
        ),
        (
            Requester(
                discord.moderator.user.id,
                frozenset({guild.id, keepers.id}),
                joined_at=joined_at,
                is_moderator=True,
            ),
            ChannelFacts(discord.channels["foxes"].id, parent_id=rig.general.id),
        ),
        (
            Requester(
                discord.administrator.user.id,
                frozenset({guild.id}),
                joined_at=joined_at,
                is_moderator=True,
                is_administrator=True,
            ),
            ChannelFacts(adults.id, parent_id=discord.channels["late-night"].id, nsfw=True),
        ),
        (plain, ChannelFacts(discord.member.direct.id)),
    ]
    assert asked[0][0].timed_out_until is not None
