"""``/stats``: the numbers of one server, for its moderators."""

import csv
import io

from PIL import Image

from bot.sandbox.discord import Message, Person
from bot.sandbox.discord.components import ComponentType, walk
from tests.cogs.test_presets import done, say
from tests.delivery.rig import Rig
from tests.jobs.contract.figures import MovableClock, run


async def stats(rig: Rig, person: Person, line: str = "/stats") -> Message:
    invocation = await say(rig, line, person)
    assert invocation.ephemeral
    return await invocation.answered()


def table_of(message: Message) -> list[list[str]]:
    content = message.attachments[1].content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def alt_of(message: Message) -> str:
    (gallery,) = [
        each for each in walk(message.now.components) if each["type"] == ComponentType.MEDIA_GALLERY
    ]
    return gallery["items"][0]["description"]


async def test_a_moderator_sees_the_numbers_as_a_picture_in_words_and_as_a_table(rig: Rig) -> None:
    moderator, member = rig.discord.moderator, rig.discord.member
    async with rig.bot():
        await done(rig, "/txt2img prompt:a fox")
        message = await stats(rig, moderator, "/stats span:1")
    picture, table = message.attachments
    assert Image.open(io.BytesIO(picture.content)).size[0] == 1200
    assert f"GPU time by person: {member.user.display_name} 0 min" in alt_of(message)
    assert "Jobs: 1." in alt_of(message)
    assert table.filename.startswith("stats-")
    assert [row[:3] for row in table_of(message) if row[0] == "person"] == [
        ["person", f"user:{member.user.id}", "1"]
    ]


async def test_nothing_of_another_server_is_in_it(rig: Rig) -> None:
    await run(rig.store, MovableClock(), guild_id=1, user_id=77, workflow="secret")
    async with rig.bot():
        message = await stats(rig, rig.discord.moderator)
    assert {row[0] for row in table_of(message)} == {"figure", "day"}
    assert "No job ended in these days." in alt_of(message)


async def test_the_operator_sees_all_places_and_no_moderator_does(rig: Rig) -> None:
    for guild_id in (1, None):
        await run(rig.store, MovableClock(rig.store.now()), guild_id=guild_id, user_id=77, workflow="secret")
    async with rig.bot():
        message = await stats(rig, rig.discord.persons["administrator"], "/stats everywhere:True")
        refused = await stats(rig, rig.discord.moderator, "/stats everywhere:True")
    assert ["workflow", "secret", "2"] in [row[:3] for row in table_of(message)]
    assert refused.text.startswith("This is for whoever runs the bot")
    assert refused.attachments == ()
