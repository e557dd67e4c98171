"""What a person types, what the client refuses by itself, and what reaches the bot."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import Channel, DiscordStandIn, NotAcknowledged, NotSent, Upload
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work

Told = list[Mapping[str, object]]


def listening_bot() -> tuple[Bot, Told]:
    """One command with an option of every kind; what it was told ends in the list."""
    bot, told = Bot(), Told()

    @bot.tree.command(description="Everything")
    async def everything(  # noqa: PLR0917 - options, not arguments  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        interaction: discord.Interaction[Bot],
        prompt: app_commands.Range[str, 1, 20],
        steps: app_commands.Range[int, 1, 150] | None = None,
        cfg: app_commands.Range[float, 0, 30] | None = None,
        tiled: bool | None = None,  # noqa: FBT001 - an option, not an argument
        sampler: Literal["euler", "dpmpp_2m"] | None = None,
        whom: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        image: discord.Attachment | None = None,
    ) -> None:
        given = {key: value for key, value in interaction.namespace if value is not None}
        told.append(given)
        del prompt, steps, cfg, tiled, sampler, whom, where, role, image
        await interaction.response.send_message("ok")

    return bot, told


async def test_every_kind_of_option_arrives_as_what_it_is(stand_in: DiscordStandIn, general: Channel) -> None:
    bot, told = listening_bot()
    async with at_work(bot, stand_in):
        line = "/everything prompt:a fox steps:12 cfg:7.5 tiled:true sampler:euler whom:@Kim where:#general role:Keepers"
        picture = Upload("my fox.png", b"not really")
        await (await stand_in.member.slash(general, line, {"image": picture})).answered()
        (given,) = told
        told_names: dict[str, Any] = {
            **given,
            "whom": str(given["whom"]),
            "where": str(given["where"]),
            "role": str(given["role"]),
        }
        image = told_names.pop("image")
        assert isinstance(image, discord.Attachment)
        assert (image.filename, image.ephemeral, await image.read()) == ("my_fox.png", True, b"not really")
    assert told_names == {
        "prompt": "a fox",
        "steps": 12,
        "cfg": 7.5,
        "tiled": True,
        "sampler": "euler",
        "whom": "second",
        "where": "general",
        "role": "Keepers",
    }


async def test_a_file_can_be_named_by_its_path(
    stand_in: DiscordStandIn, general: Channel, tmp_path: Path
) -> None:
    (tmp_path / "fox.txt").write_text("a fox")
    bot, told = listening_bot()
    fox = tmp_path / "fox.txt"
    stand_in.member.shares_disk = True
    async with at_work(bot, stand_in):
        await (await stand_in.member.slash(general, f"/everything prompt:x image:{fox}")).answered()
        await (await stand_in.second.slash(general, "/everything prompt:x", {"image": fox})).answered()
        for given in told:
            image = given["image"]
            assert isinstance(image, discord.Attachment)
            assert (image.filename, await image.read()) == ("fox.txt", b"a fox")
        with pytest.raises(NotSent, match="image: there is no file /no/such"):
            await stand_in.member.slash(general, "/everything prompt:x image:/no/such.png")
    assert len(told) == 2


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/everything", "prompt: this option is required"),
        ("/everything prompt:", "prompt: this option is required"),
        ("/everything prompt:more than twenty letters", "prompt: must be 1 to 20 characters long"),
        ("/everything prompt:x steps:0", "steps: must be at least 1"),
        ("/everything prompt:x steps:151", "steps: must be at most 150"),
        ("/everything prompt:x steps:many", "steps: must be a whole number"),
        ("/everything prompt:x cfg:high", "cfg: must be a number"),
        ("/everything prompt:x tiled:maybe", "tiled: must be true or false"),
        ("/everything prompt:x sampler:lcm", "sampler: choose one of: euler, dpmpp_2m"),
        ("/everything prompt:x whom:@Nobody", "whom: there is no @Nobody"),
        ("/everything prompt:x where:#foxes", "where: #foxes is of another kind"),
        ("/everything prompt:x image:/etc/hostname", "image: give a file"),
    ],
)
async def test_the_client_refuses_what_the_options_do_not_allow(
    stand_in: DiscordStandIn, general: Channel, line: str, refusal: str
) -> None:
    bot, told = listening_bot()
    async with at_work(bot, stand_in):
        with pytest.raises(NotSent) as refused:
            await stand_in.member.slash(general, line)
    assert (str(refused.value), told) == (refusal, [])


async def test_an_option_that_does_not_exist_is_refused(stand_in: DiscordStandIn, general: Channel) -> None:
    bot, _ = listening_bot()
    async with at_work(bot, stand_in):
        with pytest.raises(NotSent, match="seed: the command has no such option"):
            await stand_in.member.slash(general, "/everything prompt:x", {"seed": 1})


async def test_an_upload_above_the_limit_is_refused_by_the_client(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    stand_in.posting.upload_limit_bytes = 10
    bot, _ = listening_bot()
    async with at_work(bot, stand_in):
        with pytest.raises(NotSent, match="image: the file is larger than 10 bytes"):
            await stand_in.member.slash(
                general, "/everything prompt:x", {"image": Upload("a.png", b"x" * 11)}
            )


async def test_a_bot_that_says_nothing_for_three_seconds_did_not_respond(
    stand_in: DiscordStandIn, general: Channel, bare: Bare
) -> None:
    await bare(
        "PUT", f"/applications/{bare.application_id}/commands", [{"name": "paint", "description": "x"}]
    )
    invocation = await stand_in.member.slash(general, "/paint")
    stand_in.clock.move(3)
    with pytest.raises(NotAcknowledged):
        await invocation.acknowledged()
    assert (invocation.response, invocation.versions, invocation.ephemeral) == (None, (), False)


async def test_the_interaction_tells_languages_rights_and_limits(stand_in: DiscordStandIn) -> None:
    bot, seen = Bot(), list[dict[str, object]]()

    @bot.tree.command(description="x")
    async def paint(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        seen.append(
            {
                "locale": interaction.locale,
                "guild_locale": interaction.guild_locale,
                "may moderate": interaction.permissions.manage_messages,
                "bot may send": interaction.app_permissions.send_messages,
                "bot may attach": interaction.app_permissions.attach_files,
                "limit": interaction.filesize_limit,
                "guild": interaction.guild_id,
                "direct": isinstance(interaction.channel, discord.DMChannel),
            }
        )
        await interaction.response.send_message("ok", ephemeral=True)

    guild = stand_in.guilds[1]
    guild.boost_tier = 2
    stand_in.moderator.locale = "zh-CN"
    async with at_work(bot, stand_in):
        await (await stand_in.moderator.slash(guild.channels["read-only"], "/paint")).answered()
        await (await stand_in.member.slash(stand_in.member.direct, "/paint")).answered()
    assert seen == [
        {
            "locale": discord.Locale.chinese,
            "guild_locale": discord.Locale.chinese,
            "may moderate": True,
            "bot may send": False,
            "bot may attach": True,
            "limit": 50 * 1024 * 1024,
            "guild": guild.id,
            "direct": False,
        },
        {
            "locale": discord.Locale.american_english,
            "guild_locale": None,
            "may moderate": False,
            "bot may send": False,
            "bot may attach": True,
            "limit": 10 * 1024 * 1024,
            "guild": None,
            "direct": True,
        },
    ]


TYPED = {
    "name": "typed",
    "description": "x",
    "options": [
        {"type": 3, "name": "name", "description": "x", "required": True},
        {"type": 9, "name": "whom", "description": "x"},
        {"type": 4, "name": "size", "description": "x", "choices": [{"name": "Big", "value": 1024}]},
    ],
}


@pytest.mark.parametrize(
    ("line", "kind", "name"),
    [("/typed name:x whom:@Kim", "users", "Kim"), ("/typed name:x whom:@Keepers", "roles", "Keepers")],
)
async def test_persons_and_roles_can_be_mentioned_alike(  # noqa: PLR0917 - a table and fixtures
    stand_in: DiscordStandIn, bare: Bare, general: Channel, line: str, kind: str, name: str
) -> None:
    await bare("PUT", f"/applications/{bare.application_id}/commands", [TYPED])
    data = (await stand_in.member.slash(general, line)).interaction.data
    (found,) = data["resolved"][kind].values()
    assert (found.get("global_name") or found["name"], found["id"]) == (name, data["options"][1]["value"])


async def test_a_choice_of_numbers_is_picked_by_its_name(
    stand_in: DiscordStandIn, bare: Bare, general: Channel
) -> None:
    await bare("PUT", f"/applications/{bare.application_id}/commands", [TYPED])
    data = (await stand_in.member.slash(general, "/typed name:x size:Big")).interaction.data
    assert data["options"][1] == {"name": "size", "type": 4, "value": 1024}


async def test_subcommands_wrap_their_options(stand_in: DiscordStandIn, general: Channel) -> None:
    bot, told = Bot(), list[int]()
    settings = app_commands.Group(name="settings", description="x")
    limits = app_commands.Group(name="limits", description="x", parent=settings)

    @limits.command(name="set", description="x")
    async def set_(interaction: discord.Interaction[Bot], jobs: int) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        told.append(jobs)
        await interaction.response.send_message("ok")

    bot.tree.add_command(settings)
    async with at_work(bot, stand_in):
        await (await stand_in.member.slash(general, "/settings limits set jobs:3")).answered()
    assert told == [3]


@pytest.mark.parametrize(("filename", "taken"), [("a.png", True), ("a.safetensors", True), ("a.txt", False)])
async def test_only_the_wanted_kinds_of_files_can_be_given(
    stand_in: DiscordStandIn, general: Channel, filename: str, *, taken: bool
) -> None:
    option = {"type": 11, "name": "file", "description": "x", "file_types": ["image", ".safetensors"]}
    stand_in.registry.create(None, {"name": "load", "description": "x", "options": [option]})
    given = {"file": Upload(filename, b"x")}
    if taken:
        await stand_in.member.slash(general, "/load", given)
    else:
        with pytest.raises(NotSent, match="file: must be a file of: image"):
            await stand_in.member.slash(general, "/load", given)
