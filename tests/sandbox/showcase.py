"""A bot that uses all of Discord that this project uses, and somewhat more: unmodified discord.py makes its requests."""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import discord
from discord import app_commands, ui

from bot.sandbox.discord import DiscordStandIn
from tests.sandbox.discord.bots import Bot, at_work

Interaction: TypeAlias = discord.Interaction[Any]

PNG = b"\x89PNG\r\n\x1a\n"


def picture(name: str = "fox.png") -> discord.File:
    return discord.File(io.BytesIO(PNG), name, description="a red fox")


def card(**fields: Any) -> discord.Embed:
    embed = discord.Embed(
        title="A red fox", description="in snow", colour=0xCC4400, url="https://example.org"
    )
    embed.set_image(url="attachment://fox.png").set_footer(text="seed 7").set_author(name="somebody")
    return embed.add_field(name="steps", value="12", **fields)


class Buttons(ui.View):
    """The classic kind: rows under a message."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button[Any](label="Site", url="https://example.org"))
        self.add_item(ui.UserSelect[Any](custom_id="who", placeholder="Who", max_values=3, row=1))
        self.add_item(
            ui.ChannelSelect[Any](custom_id="where", channel_types=[discord.ChannelType.text], row=2)
        )

    @ui.button(label="Again", emoji="🎨", custom_id="again")
    async def again(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="again", embeds=[], attachments=[picture("new.png")])

    @ui.button(label="Ask", style=discord.ButtonStyle.primary, custom_id="ask")
    async def ask(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Questions())

    @ui.button(label="Nothing", style=discord.ButtonStyle.danger, custom_id="nothing")
    async def nothing(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.defer()

    @ui.select(
        custom_id="size",
        row=3,
        placeholder="Size",
        options=[
            discord.SelectOption(label="Small", emoji="🔬", description="512"),
            discord.SelectOption(label="Large"),
        ],
    )
    async def size(self, interaction: Interaction, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(select.values[0], ephemeral=True)


class Layout(ui.LayoutView):
    """The V2 kind: everything is a component."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        thumbnail = ui.Thumbnail[Any]("attachment://fox.png", description="a red fox", spoiler=True)
        gallery = ui.MediaGallery[Any]()
        gallery.add_item(media="attachment://fox.png", description="a red fox")
        gallery.add_item(media="https://example.org/fox.png")
        row = ui.ActionRow[Any](ui.Button[Any](label="Cancel", custom_id="cancel"))
        self.add_item(
            ui.Container[Any](
                ui.Section[Any](
                    ui.TextDisplay("## A red fox"), ui.TextDisplay("in snow"), accessory=thumbnail
                ),
                ui.Separator[Any](spacing=discord.SeparatorSpacing.large),
                gallery,
                ui.File[Any]("attachment://graph.json"),
                row,
                accent_colour=0xCC4400,
            )
        )
        self.add_item(ui.TextDisplay("-# seed 7"))


class Questions(ui.Modal, title="Remix"):
    """Every kind of field that a modal can have."""

    notes = ui.TextDisplay[Any]("What shall be different?")
    words = ui.Label[Any](
        text="Words",
        component=ui.TextInput(style=discord.TextStyle.paragraph, custom_id="words", default="a fox"),
    )
    size = ui.Label[Any](
        text="Size",
        description="of the picture",
        component=ui.Select(custom_id="size", options=[discord.SelectOption(label="Small")]),
    )
    files = ui.Label[Any](
        text="Start from",
        component=ui.FileUpload(custom_id="files", required=False, min_values=0, max_values=2),
    )
    style = ui.Label[Any](
        text="Style",
        component=ui.RadioGroup(
            custom_id="style",
            options=[
                discord.RadioGroupOption(label="Photo", default=True),
                discord.RadioGroupOption(label="Painting"),
            ],
        ),
    )

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.send_message("thanks", ephemeral=True)


def add_commands(tree: app_commands.CommandTree[Any]) -> None:
    @tree.command(description="Every kind of option")
    @app_commands.describe(prompt="Words", steps="How many", strength="How much")
    @app_commands.choices(sampler=[app_commands.Choice(name="Euler", value="euler")])
    async def options(  # noqa: PLR0917 - a slash command's options are its parameters
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, 1000],
        sampler: app_commands.Choice[str],
        steps: app_commands.Range[int, 1, 150] = 20,
        strength: app_commands.Range[float, 0, 1] = 0.5,
        upscale: bool = False,  # noqa: FBT001, FBT002 - an option
        whom: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        start: discord.Attachment | None = None,
    ) -> None:
        del prompt, sampler, steps, strength, upscale, whom, where, role, start
        await interaction.response.send_message("here", embed=card(), file=picture(), view=Buttons())
        await interaction.edit_original_response(content="there")
        message = await interaction.original_response()
        await message.reply("reply", mention_author=False)
        await interaction.followup.send("and", file=picture(), ephemeral=True, wait=True)

    @tree.command(description="Takes its time")
    async def later(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="50 %", view=Buttons())
        await interaction.edit_original_response(
            content=None, view=Layout(), attachments=[picture(), picture("graph.json")]
        )

    @tree.command(description="Speaks with the bot's own permission")
    async def speak(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        channel = interaction.channel
        assert isinstance(channel, discord.TextChannel)
        allowed = discord.AllowedMentions(everyone=False, users=[interaction.user], roles=False)
        message = await channel.send(
            "done", embed=card(), file=picture(), nonce="7", allowed_mentions=allowed, view=Buttons()
        )
        kept = message.embeds[0].image.url
        assert kept is not None
        await message.edit(content="done!", suppress=True)
        await message.edit(content="more", attachments=[*message.attachments, picture("more.png")], view=None)
        await channel.fetch_message(message.id)
        await channel.send(view=Layout(), files=[picture(), picture("graph.json")], silent=True)
        await message.delete()
        await interaction.user.send("psst")
        await interaction.delete_original_response()

    group = app_commands.Group(name="group", description="Commands of a group")

    @group.command(name="suggest", description="Suggests")
    async def suggest(interaction: Interaction, model: str) -> None:
        await interaction.response.send_message(model)

    @suggest.autocomplete("model")
    async def models(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in ("flux", "sdxl") if typed in name]

    @tree.context_menu(name="Remix This")
    async def remix(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(str(message.id), ephemeral=True)

    @tree.context_menu(name="Their Pictures")
    async def pictures(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(str(member.id), ephemeral=True)

    del options, later, speak, remix, pictures
    tree.add_command(group)


@asynccontextmanager
async def showcase(stand_in: DiscordStandIn) -> AsyncGenerator[discord.Client]:
    """The bot at work, its commands registered."""
    bot = Bot(discord.Intents.default())
    bot.add_view(Buttons())
    add_commands(bot.tree)
    async with at_work(bot, stand_in):
        yield bot
