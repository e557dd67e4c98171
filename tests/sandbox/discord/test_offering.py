"""Which commands a client offers, and to whom."""

import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent
from tests.sandbox.discord.bare import Bare


@pytest.mark.parametrize(
    ("restriction", "where", "who", "reason"),
    [
        ({"nsfw": True}, "general", "member", "only be used in age-restricted channels"),
        ({"nsfw": True}, "late-night", "member", None),
        ({"default_member_permissions": str(1 << 13)}, "general", "member", "you may not use this command"),
        ({"default_member_permissions": str(1 << 13)}, "general", "moderator", None),
        ({"default_member_permissions": "0"}, "general", "moderator", "you may not use this command"),
        ({"default_member_permissions": "0"}, "general", "administrator", None),
        ({"contexts": [1]}, "general", "member", "this command cannot be used here"),
        ({"integration_types": [1]}, "general", "member", "nobody installed the bot here"),
    ],
)
async def test_commands_are_offered_where_and_to_whom_they_are_for(  # noqa: PLR0917 - a table
    stand_in: DiscordStandIn,
    bare: Bare,
    restriction: dict[str, object],
    where: str,
    who: str,
    reason: str | None,
) -> None:
    command = {"name": "paint", "description": "x", **restriction}
    await bare("PUT", f"/applications/{bare.application_id}/commands", [command])
    person, channel = stand_in.persons[who], stand_in.channels[where]
    offered = [each.name for each in person.commands(channel)]
    assert offered == ([] if reason else ["paint"])
    if reason:
        with pytest.raises(NotSent, match=reason):
            await person.slash(channel, "/paint")
    else:
        await person.slash(channel, "/paint")


async def test_more_persons_can_come(stand_in: DiscordStandIn, general: Channel, bare: Bare) -> None:
    await bare(
        "PUT", f"/applications/{bare.application_id}/commands", [{"name": "paint", "description": "x"}]
    )
    newcomer = stand_in.add_person("sam")
    assert (newcomer.user.display_name, stand_in.persons["sam"]) == ("Sam", newcomer)
    assert [each.name for each in newcomer.commands(general)] == ["paint"]
    await newcomer.say(general, "hello")
    assert [message.author for message in stand_in.member.sees(general)] == [newcomer.user]
