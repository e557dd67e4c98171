"""Forms with every kind of field."""

from collections.abc import Mapping
from typing import Any

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent
from tests.sandbox.discord.bots import Bot, at_work


def field(text: str, component: discord.ui.Item[Any]) -> discord.ui.Label[Any]:
    return discord.ui.Label(text=text, component=component)


class Form(discord.ui.Modal, title="Everything"):
    old = discord.ui.TextInput[Any](label="Old", required=False, default="as before")
    style = field(
        "Style",
        discord.ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Oil", value="oil"),
                discord.RadioGroupOption(label="Ink"),
            ]
        ),
    )
    extras = field(
        "Extras",
        discord.ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label=each) for each in ("Tile", "Upscale", "Fix")],
            required=False,
        ),
    )
    whom = field("Whom", discord.ui.UserSelect(required=False))
    where = field("Where", discord.ui.ChannelSelect(required=False))

    def __init__(self, told: list[object]) -> None:
        super().__init__()
        self.told = told

    async def on_submit(self, interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
        fields: Any = self
        self.told.append(
            (
                fields.old.value,
                fields.style.component.value,
                fields.extras.component.values,
                [str(each) for each in fields.whom.component.values],
                [each.name for each in fields.where.component.values],
            )
        )
        await interaction.response.send_message("thanks")


NOTHING: list[str] = []


def bot_with_form(told: list[object]) -> Bot:
    bot = Bot()

    @bot.tree.command(description="x")
    async def show(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_modal(Form(told))

    return bot


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Style": "Oil"}, ("as before", "oil", NOTHING, NOTHING, NOTHING)),
        (
            {"Old": "new", "Style": "Ink", "Extras": ["Tile", "Fix"], "Whom": "@Kim", "Where": "#general"},
            ("new", "Ink", ["Tile", "Fix"], ["second"], ["general"]),
        ),
    ],
)
async def test_every_field_hands_over_what_was_filled_in(
    stand_in: DiscordStandIn, general: Channel, values: Mapping[str, object], expected: tuple[object, ...]
) -> None:
    told: list[object] = []
    async with at_work(bot_with_form(told), stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.acknowledged()
        await (await stand_in.member.submit_modal(opened, values)).answered()
    assert told == [expected]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({}, "Style: choose 1 to 1"),
        ({"Style": ["Oil", "Ink"]}, "Style: choose 1 to 1"),
        ({"Style": "Oil", "Whom": "@Nobody"}, "Whom: there is no @Nobody"),
        ({"Style": "Oil", "Whom": ["@Kim", "@Robin"]}, "Whom: choose 0 to 1"),
    ],
)
async def test_what_a_field_does_not_allow_is_not_sent(
    stand_in: DiscordStandIn, general: Channel, values: Mapping[str, object], refusal: str
) -> None:
    async with at_work(bot_with_form([]), stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.acknowledged()
        with pytest.raises(NotSent) as refused:
            await stand_in.member.submit_modal(opened, values)
    assert str(refused.value) == refusal


async def test_without_a_form_there_is_nothing_to_submit(stand_in: DiscordStandIn, general: Channel) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def show(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_message("no form")

    async with at_work(bot, stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.answered()
        with pytest.raises(NotSent, match="no form was opened"):
            await stand_in.member.submit_modal(opened, {})


async def test_a_form_that_a_button_opened_can_update_the_buttons_message(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    class Rename(discord.ui.Modal, title="Rename"):
        name = discord.ui.TextInput[Any](label="Name")

        async def on_submit(self, interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
            await interaction.response.edit_message(content=self.name.value)

    class Buttons(discord.ui.View):
        @discord.ui.button(label="Rename")
        async def rename(self, interaction: discord.Interaction[Bot], _button: Any) -> None:
            await interaction.response.send_modal(Rename())

    bot = Bot()

    @bot.tree.command(description="x")
    async def show(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_message("old", view=Buttons())

    async with at_work(bot, stand_in):
        invocation = await stand_in.member.slash(general, "/show")
        await invocation.answered()
        opened = await stand_in.member.click(invocation, "Rename")
        await opened.acknowledged()
        await (await stand_in.member.submit_modal(opened, {"Name": "new"})).acknowledged()
    assert [version.content for version in invocation.versions] == ["old", "new"]


@pytest.mark.parametrize(
    ("values", "told"), [({}, ["second"]), ({"Whom": []}, NOTHING), ({"Whom": "@Mo"}, ["moderator"])]
)
async def test_nothing_chosen_is_something_else_than_nothing_touched(
    stand_in: DiscordStandIn, general: Channel, values: Mapping[str, object], told: list[str]
) -> None:
    heard: list[object] = []
    before = discord.SelectDefaultValue.from_user(discord.Object(stand_in.second.user.id))
    bot = Bot()

    class Whom(discord.ui.Modal, title="Whom"):
        whom = field("Whom", discord.ui.UserSelect(required=False, default_values=[before]))

        async def on_submit(self, interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
            fields: Any = self
            heard.extend(str(each) for each in fields.whom.component.values)
            await interaction.response.send_message("thanks")

    @bot.tree.command(description="x")
    async def show(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_modal(Whom())

    async with at_work(bot, stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.acknowledged()
        await (await stand_in.member.submit_modal(opened, values)).answered()
    assert heard == told
