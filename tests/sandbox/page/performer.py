"""A bot that does what the product's bot does not (yet): forms, files, selects, every kind of message and component."""

import asyncio
import inspect
import io
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import discord
from discord import app_commands, ui
from PIL import Image

from bot.sandbox import comfyui
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.page import Page
from tests.sandbox.discord.bots import Bot, at_work
from tests.sandbox.page.controls import Controls
from tests.sandbox.page.forms import More, Questions

Interaction: TypeAlias = discord.Interaction[Any]
SAMPLES = Path(comfyui.__file__).with_name("samples")
MODELS = ("flux-dev", "flux-schnell", "sdxl-base", "sdxl-turbo")


def png(width: int = 40, height: int = 30) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), (180, 80, 40)).save(content, "PNG")
    return content.getvalue()


def picture(name: str = "fox.png") -> discord.File:
    return discord.File(io.BytesIO(png(160, 90)), name, description="a red fox")


def sound() -> discord.File:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 1, 8000, 800, "NONE", ""))
        file.writeframes(bytes([128]) * 800)
    content.seek(0)
    return discord.File(content, "hum.wav")


def sample(name: str) -> discord.File:
    """A film or a sound such as the stand-in ComfyUI saves."""
    return discord.File(io.BytesIO((SAMPLES / name).read_bytes()), name)


def archive() -> discord.File:
    return discord.File(io.BytesIO(b"{}"), "graph.json")


class Board(ui.LayoutView):
    """Everything that a message of components can show."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        fox = "attachment://fox.png"
        menu = ui.Select[Any](
            custom_id="size",
            placeholder="Pick a size",
            options=[
                discord.SelectOption(label="Small", description="512"),
                discord.SelectOption(label="Large", emoji="🔭"),
            ],
        )
        many = ui.UserSelect[Any](custom_id="who", placeholder="Pick people", max_values=3)
        press: ui.Button[Any] = ui.Button(label="Press", custom_id="press", style=discord.ButtonStyle.success)
        press.callback, menu.callback, many.callback = self.press, self.told, self.told
        self.press_button = press
        self.add_item(
            ui.Container[Any](
                ui.Section[Any](
                    ui.TextDisplay("## A red fox"),
                    ui.TextDisplay("in ||deep|| snow, <t:4102444800:R>"),
                    accessory=ui.Thumbnail[Any](fox, description="thumbnail"),
                ),
                ui.Separator[Any](spacing=discord.SeparatorSpacing.large),
                ui.MediaGallery[Any](
                    discord.MediaGalleryItem(fox, description="large fox"),
                    discord.MediaGalleryItem("https://example.org/fox.png"),
                ),
                ui.File[Any]("attachment://graph.json"),
                ui.ActionRow[Any](
                    press,
                    ui.Button[Any](label="Away", url="https://example.org"),
                    ui.Button[Any](label="Off", custom_id="off", disabled=True),
                ),
                accent_colour=0xCC4400,
            )
        )
        self.add_item(ui.ActionRow[Any](menu))
        self.add_item(ui.ActionRow[Any](many))
        self.add_item(ui.TextDisplay("-# seed 7"))

    async def press(self, interaction: Interaction) -> None:
        self.press_button.label = "Pressed"
        await interaction.response.edit_message(view=self)

    async def told(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        await interaction.response.send_message(f"{data['custom_id']}: {len(data['values'])}", ephemeral=True)


def card() -> discord.Embed:
    embed = discord.Embed(title="A **card**", description="in snow", colour=0xCC4400)
    embed.set_image(url="attachment://fox.png").set_footer(text="seed 7").set_author(name="somebody")
    return embed.add_field(name="steps", value="12").add_field(name="sampler", value="`euler`")


def of_25_options() -> app_commands.Command[Any, ..., None]:
    async def many(interaction: Interaction, **options: str) -> None:
        await interaction.response.send_message(f"{len(options)} options", ephemeral=True)

    told = [("interaction", Interaction), *((f"option-{number:02}", str) for number in range(25))]
    names = [(name.replace("-", "_"), annotation) for name, annotation in told]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    callback: Any = many
    callback.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kind, annotation=annotation) for name, annotation in names]
    )
    return app_commands.Command(name="many", description="As many as there can be", callback=callback)


def add_commands(tree: app_commands.CommandTree[Any], cues: asyncio.Semaphore) -> None:  # noqa: C901  # one command after another
    @tree.command(description="Says it again")
    async def echo(interaction: Interaction, words: str) -> None:
        await interaction.response.send_message(words)

    @tree.command(description="Takes a picture")
    async def frame(interaction: Interaction, image: discord.Attachment, upside_down: bool = False) -> None:  # noqa: FBT001, FBT002  # an option
        content = await image.read()
        turned = " upside down" if upside_down else ""
        file = discord.File(io.BytesIO(content), image.filename)
        await interaction.response.send_message(f"{image.filename}, {len(content)} bytes{turned}", file=file)

    @tree.command(description="Every limit")
    @app_commands.choices(mood=[app_commands.Choice(name="calm sea", value="calm")])
    async def limits(  # noqa: PLR0917  # a slash command's options are its parameters
        interaction: Interaction,
        steps: app_commands.Range[int, 1, 60],
        strength: app_commands.Range[float, 0, 1] | None = None,
        title: app_commands.Range[str, 3, 8] | None = None,
        mood: app_commands.Choice[str] | None = None,
        whom: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        model: str | None = None,
    ) -> None:
        told = (steps, strength, title, mood and mood.value, whom and whom.name, where and where.name, model)
        await interaction.response.send_message(" ".join(map(str, told)))

    @limits.autocomplete("model")
    async def models(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in MODELS if typed in name]

    @tree.command(description="Asks questions")
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Questions())

    @tree.command(description="Asks more questions")
    async def ask_more(interaction: Interaction) -> None:
        await interaction.response.send_modal(More())

    @tree.command(description="Shows all components")
    async def board(interaction: Interaction) -> None:
        await interaction.response.send_message(view=Board(), files=[picture(), archive()])

    @tree.command(description="Shows buttons and menus under a message")
    async def panel(interaction: Interaction, private: bool = False) -> None:  # noqa: FBT001, FBT002  # an option
        await interaction.response.send_message("a panel", view=Controls(), ephemeral=private)

    tree.add_command(of_25_options())

    @tree.command(description="Shows a card and files")
    async def show(interaction: Interaction) -> None:
        await interaction.response.send_message("here", embed=card(), files=[picture(), sound(), archive()])

    @tree.command(description="Shows films and sounds")
    async def play(interaction: Interaction) -> None:
        names = ("film.mp4", "film.webm", "sound.flac", "sound.mp3", "sound.opus")
        await interaction.response.send_message("listen", files=[sample(name) for name in names])

    @tree.command(description="Thinks, and takes it back")
    async def ponder(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await cues.acquire()
        await interaction.edit_original_response(content="a thought")
        await cues.acquire()
        await interaction.delete_original_response()

    @tree.command(description="Never answers")
    async def silence(_interaction: Interaction) -> None:
        pass

    @tree.command(description="For adults", nsfw=True)
    async def grown(interaction: Interaction) -> None:
        await interaction.response.send_message("grown up")

    @tree.context_menu(name="Repeat")
    async def repeat(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"again: {message.content}", ephemeral=True)

    @tree.context_menu(name="Greet")
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"hello {member.display_name}", ephemeral=True)

    del echo, frame, ask, ask_more, board, panel, show, play, ponder, silence, grown, repeat, greet


@dataclass(frozen=True, slots=True)
class Performance:
    discord: DiscordStandIn
    page: Page
    cues: asyncio.Semaphore
    """Each release lets ``/ponder`` go on by one step."""


@asynccontextmanager
async def performing() -> AsyncGenerator[Performance]:
    """This bot between the stand-ins, with the page in front of it."""
    async with ComfyStandIn.running(speed=INSTANT) as comfy:
        page = Page(comfy, comfy.url, None)
        async with DiscordStandIn.running(observers=(page.observe,), add_routes=page.add_routes) as stand_in:
            bot = Bot(discord.Intents.default())
            cues = asyncio.Semaphore(0)
            add_commands(bot.tree, cues)
            async with at_work(bot, stand_in):
                yield Performance(stand_in, page, cues)
