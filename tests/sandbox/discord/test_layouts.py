"""Every component that a message may hold, and how it comes back."""

import io
from collections.abc import AsyncGenerator
from typing import Any

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work, raised_by


@pytest.fixture
async def bot(stand_in: DiscordStandIn) -> AsyncGenerator[Bot]:
    async with at_work(Bot(), stand_in) as running:
        yield running


def file(name: str) -> discord.File:
    return discord.File(io.BytesIO(b"words"), name)


async def test_every_component_comes_back_numbered_and_whole(general: Channel, bot: Bot) -> None:
    view = discord.ui.LayoutView()
    section = discord.ui.Section[discord.ui.LayoutView](
        "Words", accessory=discord.ui.Thumbnail("https://example.com/a.png", description="alt")
    )
    buttons = discord.ui.ActionRow[discord.ui.LayoutView]()
    buttons.add_item(discord.ui.Button(label="Go", emoji="🦊", custom_id="go"))
    buttons.add_item(discord.ui.Button(label="Look", url="https://example.com"))
    menu = discord.ui.ActionRow[discord.ui.LayoutView]()
    options = [discord.SelectOption(label="One", emoji="🦊", description="First", default=True)]
    menu.add_item(discord.ui.Select(options=options, custom_id="menu"))
    people = discord.ui.ActionRow[discord.ui.LayoutView]()
    people.add_item(discord.ui.UserSelect(custom_id="people"))
    parts: list[discord.ui.Item[Any]] = [
        section,
        discord.ui.Separator(),
        discord.ui.File("attachment://a_b.txt"),
        buttons,
        menu,
        people,
    ]
    view.add_item(discord.ui.Container(*parts, accent_color=0x123456, spoiler=True))

    message = await bot.get_partial_messageable(general.id).send(view=view, file=file("a b.txt"))
    (container,) = general.messages[0].now.components
    (attached,) = general.messages[0].attachments
    assert [each["id"] for each in flat(container)] == list(range(1, 14))
    assert (container["accent_color"], container["spoiler"]) == (0x123456, True)
    section_, separator, file_, buttons_, menu_, people_ = container["components"]
    assert section_["accessory"]["media"] == {
        "id": section_["accessory"]["media"]["id"],
        "url": "https://example.com/a.png",
        "proxy_url": "https://example.com/a.png",
        "content_type": "image/png",
    }
    assert (separator["spacing"], separator["divider"]) == (1, True)
    assert (file_["name"], file_["size"], file_["file"]["url"]) == ("a_b.txt", 5, attached.url)
    assert [each["emoji"] for each in buttons_["components"] if "emoji" in each] == [{"name": "🦊"}]
    assert menu_["components"][0]["options"] == [
        {
            "label": "One",
            "value": "One",
            "description": "First",
            "default": True,
            "emoji": {"name": "🦊"},
        }
    ]
    assert (people_["components"][0]["min_values"], people_["components"][0]["max_values"]) == (1, 1)
    read = message.components[0]
    assert isinstance(read, discord.Container)
    assert [type(each).__name__ for each in read.children] == [
        "SectionComponent",
        "SeparatorComponent",
        "FileComponent",
        "ActionRow",
        "ActionRow",
        "ActionRow",
    ]


async def test_numbers_that_are_given_are_kept_and_not_given_again(bare: Bare, general: Channel) -> None:
    components = [{"type": 10, "content": "a"}, {"type": 10, "id": 1, "content": "b"}]
    body = {"flags": 1 << 15, "components": components}
    answer = await bare("POST", f"/channels/{general.id}/messages", body)
    assert [(each["id"], each["content"]) for each in answer.json["components"]] == [(2, "a"), (1, "b")]


async def test_a_gallery_keeps_its_picture_when_only_the_words_change(general: Channel, bot: Bot) -> None:
    def layout(words: str, picture: str) -> discord.ui.LayoutView:
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay(words))
        view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(picture)))
        return view

    message = await bot.get_partial_messageable(general.id).send(
        view=layout("one", "attachment://fox.png"), file=file("fox.png")
    )
    first = general.messages[0].now
    await message.edit(view=layout("two", "attachment://fox.png"))
    await message.edit(view=layout("three", first.attachments[0].url))
    versions = general.messages[0].versions
    assert [version.text for version in versions] == ["one", "two", "three"]
    assert [version.components[1] for version in versions] == [first.components[1]] * 3


async def test_embeds_come_back_typed_with_their_files_looked_up(general: Channel, bot: Bot) -> None:
    embed = discord.Embed(title="Title", description="Words", url="https://example.com")
    embed.add_field(name="Steps", value="12").set_author(name="Ada", icon_url="attachment://a.png")
    embed.set_footer(text="End").set_image(url="attachment://fox.png")
    embed.set_thumbnail(url="https://example.com/b.png")
    files = [file("a.png"), file("fox.png")]
    message = await bot.get_partial_messageable(general.id).send(embed=embed, files=files)
    kept = general.messages[0]
    (read,) = message.embeds
    assert (read.type, read.image.url, read.author.icon_url, read.thumbnail.url) == (
        "rich",
        kept.attachments[1].url,
        kept.attachments[0].url,
        "https://example.com/b.png",
    )
    assert kept.text.splitlines() == ["Ada", "Title", "Words", "Steps: 12", "End"]


async def test_a_link_cannot_be_pressed(stand_in: DiscordStandIn, general: Channel, bot: Bot) -> None:
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Look", url="https://example.com"))
    await bot.get_partial_messageable(general.id).send("x", view=view)
    with pytest.raises(NotSent, match="a link opens a page"):
        await stand_in.member.click(general.messages[0], "Look")


async def test_old_messages_become_layouts_only_without_what_layouts_cannot_hold(
    general: Channel, bot: Bot
) -> None:
    message = await bot.get_partial_messageable(general.id).send("old words")
    view = discord.ui.LayoutView().add_item(discord.ui.TextDisplay("new"))
    assert (await raised_by(message.edit(view=view))).code == 50035
    await message.edit(content=None, view=view)
    assert general.messages[0].text == "new"


def flat(component: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [
        *component.get("components", []),
        *([component["accessory"]] if "accessory" in component else []),
    ]
    return [component, *[each for child in inner for each in flat(child)]]
