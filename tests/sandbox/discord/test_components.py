"""Buttons, menus and forms, pressed, chosen and filled in."""

from typing import Any, TypeAlias

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, Invocation, NotSent, Upload
from tests.sandbox.discord.bots import Bot, at_work

Interaction: TypeAlias = discord.Interaction[Bot]


def bot_showing(view: discord.ui.View | discord.ui.LayoutView, *, ephemeral: bool = False) -> Bot:
    bot = Bot()

    @bot.tree.command(description="x")
    async def show(interaction: Interaction) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_message(view=view, ephemeral=ephemeral)

    return bot


async def shown(stand_in: DiscordStandIn, channel: Channel) -> Invocation:
    invocation = await stand_in.member.slash(channel, "/show")
    await invocation.answered()
    return invocation


class Buttons(discord.ui.View):
    @discord.ui.button(label="Update", custom_id="update")
    async def update(self, interaction: Interaction, _button: discord.ui.Button["Buttons"]) -> None:
        await interaction.response.edit_message(content="updated")

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: Interaction, _button: discord.ui.Button["Buttons"]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")
        await interaction.followup.send("and more", ephemeral=True)

    @discord.ui.button(label="Reply", custom_id="reply")
    async def reply(self, interaction: Interaction, _button: discord.ui.Button["Buttons"]) -> None:
        await interaction.response.send_message("a reply")

    @discord.ui.button(label="Off", disabled=True)
    async def off(self, interaction: Interaction, _button: discord.ui.Button["Buttons"]) -> None:
        raise AssertionError


async def test_a_button_updates_its_message(stand_in: DiscordStandIn, general: Channel) -> None:
    async with at_work(bot_showing(Buttons()), stand_in):
        invocation = await shown(stand_in, general)
        clicked = await stand_in.second.click(invocation, "Update")
        await clicked.acknowledged()
    assert clicked.response is invocation.response
    assert [version.content for version in invocation.versions] == ["", "updated"]


async def test_a_button_may_take_its_time(stand_in: DiscordStandIn, general: Channel) -> None:
    async with at_work(bot_showing(Buttons()), stand_in):
        invocation = await shown(stand_in, general)
        clicked = await stand_in.second.click(invocation, "later")
        await stand_in.until(lambda: clicked.follow_ups)
    assert [version.content for version in invocation.versions] == ["", "later"]
    assert [(each.text, each.only_for) for each in clicked.follow_ups] == [
        ("and more", stand_in.second.user.id)
    ]


async def test_a_button_can_answer_with_a_message_of_its_own(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    async with at_work(bot_showing(Buttons()), stand_in):
        invocation = await shown(stand_in, general)
        clicked = await stand_in.member.click(invocation, "Reply")
        answer = await clicked.answered()
    assert (answer.text, answer.reply_to) == ("a reply", invocation.response)


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ("Off", "it is disabled"),
        ("Nothing", "the message has no such control; it has: Update, Later, Reply, Off"),
    ],
)
async def test_only_buttons_that_are_there_and_alive_can_be_pressed(
    stand_in: DiscordStandIn, general: Channel, button: str, reason: str
) -> None:
    async with at_work(bot_showing(Buttons()), stand_in):
        invocation = await shown(stand_in, general)
        with pytest.raises(NotSent) as refused:
            await stand_in.member.click(invocation, button)
    assert refused.value.reason == reason


async def test_strangers_cannot_press_the_buttons_of_an_ephemeral_message(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    async with at_work(bot_showing(Buttons(), ephemeral=True), stand_in):
        invocation = await shown(stand_in, general)
        with pytest.raises(NotSent, match="you cannot see this message"):
            await stand_in.second.click(invocation, "Update")
        await (await stand_in.member.click(invocation, "Update")).acknowledged()
    assert invocation.versions[-1].content == "updated"


class Menus(discord.ui.View):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[object] = []

    @discord.ui.select(
        placeholder="Size",
        max_values=2,
        options=[
            discord.SelectOption(label="Small", value="s"),
            discord.SelectOption(label="Big", value="b"),
        ],
    )
    async def size(self, interaction: Interaction, menu: discord.ui.Select["Menus"]) -> None:
        self.chosen.append(menu.values)
        await interaction.response.defer()

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Who")
    async def who(self, interaction: Interaction, menu: discord.ui.UserSelect["Menus"]) -> None:
        self.chosen.append([str(user) for user in menu.values])
        await interaction.response.defer()

    @discord.ui.select(cls=discord.ui.ChannelSelect, placeholder="Where")
    async def where(self, interaction: Interaction, menu: discord.ui.ChannelSelect["Menus"]) -> None:
        self.chosen.append([channel.name for channel in menu.values])
        await interaction.response.defer()


async def test_menus_hand_over_texts_persons_and_channels(stand_in: DiscordStandIn, general: Channel) -> None:
    view = Menus()
    async with at_work(bot_showing(view), stand_in):
        invocation = await shown(stand_in, general)
        for menu, values in (("Size", ("Big", "s")), ("Who", ("@Kim",)), ("Where", (general,))):
            await (await stand_in.member.select(invocation, menu, *values)).acknowledged()
        with pytest.raises(NotSent, match="choose one of: Small, Big"):
            await stand_in.member.select(invocation, "Size", "Huge")
        with pytest.raises(NotSent, match="choose 1 to 1"):
            await stand_in.member.select(invocation, "Who", "@Kim", "@Robin")
    assert view.chosen == [["b", "s"], ["second"], ["general"]]


class Cancel(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"cancel:(?P<job>\d+)"):
    """Lives on in messages of an earlier process."""

    def __init__(self, job: int) -> None:
        super().__init__(discord.ui.Button(label="Cancel", custom_id=f"cancel:{job}"))
        self.job = job

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: Any, /) -> "Cancel":  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
        return cls(int(match["job"]))

    async def callback(self, interaction: Any) -> None:
        await interaction.response.send_message(f"cancelled {self.job}", ephemeral=True)


async def test_buttons_work_after_the_bot_started_again(stand_in: DiscordStandIn, general: Channel) -> None:
    layout = discord.ui.LayoutView()
    row = discord.ui.ActionRow[discord.ui.LayoutView]()
    row.add_item(discord.ui.Button(label="Cancel", custom_id="cancel:7"))
    layout.add_item(discord.ui.Container(discord.ui.TextDisplay("A job"), row))
    async with at_work(bot_showing(layout), stand_in):
        invocation = await shown(stand_in, general)
    restarted = Bot()
    restarted.add_dynamic_items(Cancel)
    async with at_work(restarted, stand_in):
        answer = await (await stand_in.member.click(invocation, "Cancel")).answered()
    assert (invocation.versions[0].text, invocation.versions[0].labels) == ("A job", ("Cancel",))
    assert (answer.text, answer.ephemeral) == ("cancelled 7", True)


class Form(discord.ui.Modal, title="Remix"):
    hint = discord.ui.TextDisplay[Any]("All fields matter")
    prompt = discord.ui.Label[discord.ui.Modal](text="Prompt", component=discord.ui.TextInput(max_length=10))
    size = discord.ui.Label[discord.ui.Modal](
        text="Size",
        component=discord.ui.Select(
            options=[discord.SelectOption(label="Small"), discord.SelectOption(label="Big")]
        ),
    )
    image = discord.ui.Label[discord.ui.Modal](
        text="Image", component=discord.ui.FileUpload(required=False, max_values=2)
    )
    private = discord.ui.Label[discord.ui.Modal](text="Private", component=discord.ui.Checkbox())

    def __init__(self, told: list[object]) -> None:
        super().__init__()
        self.told = told

    async def on_submit(self, interaction: Interaction) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
        fields: Any = self
        files = [await each.read() for each in fields.image.component.values]
        self.told.append(
            (
                fields.prompt.component.value,
                fields.size.component.values,
                files,
                fields.private.component.value,
            )
        )
        await interaction.response.send_message("thanks")


def bot_with_form(told: list[object]) -> Bot:
    bot = Bot()

    @bot.tree.command(description="x")
    async def show(interaction: Interaction) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_modal(Form(told))

    return bot


async def test_a_form_is_filled_in_by_its_labels(stand_in: DiscordStandIn, general: Channel) -> None:
    told: list[object] = []
    async with at_work(bot_with_form(told), stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.acknowledged()
        values = {"Prompt": "a fox", "Size": "Big", "Image": Upload("a.png", b"png"), "Private": True}
        submitted = await stand_in.member.submit_modal(opened, values)
        answer = await submitted.answered()
    assert told == [("a fox", ["Big"], [b"png"], True)]
    assert answer.text == "thanks"
    assert opened.modal is not None
    assert opened.modal["title"] == "Remix"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"Size": "Big"}, "Prompt: this field is required"),
        ({"Prompt": "far too many letters", "Size": "Big"}, "Prompt: must be 0 to 10 characters long"),
        ({"Prompt": "x"}, "Size: choose 1 to 1"),
        ({"Prompt": "x", "Size": "Huge"}, "Size: choose one of: Small, Big"),
        ({"Prompt": "x", "Size": "Big", "Colour": "red"}, "Colour: the form has no such field"),
    ],
)
async def test_a_form_that_is_filled_in_wrongly_is_not_sent(
    stand_in: DiscordStandIn, general: Channel, values: dict[str, object], refusal: str
) -> None:
    async with at_work(bot_with_form([]), stand_in):
        opened = await stand_in.member.slash(general, "/show")
        await opened.acknowledged()
        with pytest.raises(NotSent) as refused:
            await stand_in.member.submit_modal(opened, values)
    assert str(refused.value) == refusal
