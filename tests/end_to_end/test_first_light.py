"""What a person sees: a slash command becomes a picture in the channel."""

import io

import pytest
from PIL import Image

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Channel, CommandType, Invocation, Message
from bot.workflows.loading import RESERVED_NAMES
from tests.end_to_end.rig import SHIPPED, Rig


@pytest.fixture(autouse=True)
def shipped(rig: Rig) -> None:
    """The bot as it is shipped, with /txt2img."""
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)


def picture(message: Message) -> bytes:
    (file,) = message.attachments
    return file.content


def pixels(message: Message) -> bytes:
    """What can be seen. The file's other bytes hold the graph, and with it a name that no two jobs share."""
    with Image.open(io.BytesIO(picture(message))) as image:
        return image.tobytes()


async def status(rig: Rig, asked: Invocation, *words: str) -> Message:
    """The status message, once it says all this."""
    await rig.until(lambda: asked.response and all(each in asked.response.text for each in words))
    assert asked.response is not None
    return asked.response


async def test_a_person_types_a_command_watches_it_move_and_gets_the_picture(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/txt2img prompt:a red fox in snow steps:12 seed:42")
        moving = await status(rig, asked, "**txt2img**", "a red fox in snow", "step", "of 12", "%")
        assert moving.labels == ("Cancel",)
        assert [file.filename for file in moving.attachments] == ["preview.jpg"]

        story.release()
        result = await rig.result()
        assert picture(result).startswith(b"\x89PNG")
        for words in (
            "a red fox in snow",
            "txt2img · 512×512 · seed 42",
            f"<@{rig.discord.member.user.id}>",
        ):
            assert words in result.text
        assert result.pinged == (rig.discord.member.user,)
        ended = await status(rig, asked, "Done in", f"/{rig.general.id}/{result.id}")
        assert (ended.labels, ended.attachments) == ((), ())


async def test_the_same_seed_paints_the_same_picture_and_other_words_another(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        for prompt in ("a red fox", "a red fox", "a blue whale"):
            posted = len(rig.results())
            await rig.ask(f"/txt2img prompt:{prompt} seed:7 steps:4")
            await rig.until(lambda posted=posted: len(rig.results()) > posted)
    fox, again, whale = map(pixels, rig.results())
    assert fox == again
    assert fox != whale


async def test_a_seed_that_nobody_chose_is_shown_and_paints_the_same_picture_again(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox steps:4")
        first = await rig.result()
        seed = first.text.split("seed ")[1].split(" ")[0]
        await rig.ask(f"/txt2img prompt:a red fox steps:4 seed:{seed}")
        await rig.until(lambda: len(rig.results()) == 2)
    assert pixels(rig.results()[1]) == pixels(first)


async def test_another_model_stands_in_for_one_that_comfyui_lacks_and_the_person_is_told(
    rig: Rig,
) -> None:
    rig.comfy.checkpoints[:] = ["other.safetensors"]
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/txt2img prompt:a red fox steps:4")
        await status(rig, asked, "other.safetensors stands in for")
        await rig.result()


async def test_a_workflow_whose_model_comfyui_lacks_is_hidden_where_the_operator_wants_that(
    rig: Rig,
) -> None:
    rig.settings["MISSING_MODELS"] = "hide"
    rig.comfy.checkpoints[:] = ["other.safetensors"]
    async with rig.bot():
        await rig.ready()
    # enlarging a picture needs none of the checkpoints
    slash = {each.name for each in rig.discord.commands if each.type is CommandType.CHAT_INPUT}
    assert slash == {*RESERVED_NAMES, "upscale"}


async def test_a_direct_message_is_answered_there_and_nowhere_else(rig: Rig) -> None:
    member = rig.discord.member
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/txt2img prompt:a red fox steps:4 seed:1", channel=member.direct)
        result = await rig.result(member.direct)
        await status(rig, asked, "Done in", f"/@me/{member.direct.id}/{result.id}")
    assert picture(result).startswith(b"\x89PNG")
    assert [rig.results(channel) for channel in rig.discord.channels.values()] == [[], [], [], []]


async def test_a_chinese_server_and_a_chinese_person_read_chinese(rig: Rig) -> None:
    member, (_, mill) = rig.discord.member, rig.discord.guilds
    member.locale = "zh-CN"
    here: Channel = mill.channels["general"]
    async with rig.bot():
        await rig.ready()
        asked = await member.slash(here, "/文生图 提示词:雪地里的红狐狸 步数:4")
        await status(rig, asked, "雪地里的红狐狸", "完成")
        result = await rig.result(here)
        queue = await (await member.slash(here, "/queue")).answered()
    assert "种子" in result.text
    assert "没有" in queue.text


async def test_a_stranger_may_not_cancel_and_a_moderator_may(rig: Rig) -> None:
    discord = rig.discord
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/txt2img prompt:a red fox")
        shown = await status(rig, asked, "step")
        refused = await (await discord.second.click(shown, "Cancel")).answered()
        assert (refused.ephemeral, "your own jobs only" in refused.text) == (True, True)
        assert rig.comfy.running_prompt is not None

        (choice,) = await discord.moderator.autocomplete(rig.general, "/cancel", "job")
        await discord.moderator.slash(rig.general, "/cancel", {"job": choice.value})
        ended = await status(rig, asked, f"Cancelled by <@{discord.moderator.user.id}>")
    assert (ended.labels, rig.comfy.running_prompt, rig.results()) == ((), None, [])


async def test_a_picture_over_the_limit_is_made_to_fit_and_the_message_says_so(rig: Rig) -> None:
    limit = rig.discord.posting.upload_limit_bytes = 20_000
    async with rig.bot():
        await rig.ready()
        await rig.ask("/txt2img prompt:a red fox seed:3 steps:4")
        result = await rig.result()
    assert len(picture(result)) <= limit
    assert "Made smaller to fit" in result.text


async def test_what_comfyui_says_of_a_failure_reaches_the_person_in_words(rig: Rig) -> None:
    rig.comfy.next_job(Story(out_of_memory=True))
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/txt2img prompt:a red fox width:2048 height:2048")
        failed = await status(rig, asked, "The GPU ran out of memory in “Sampler”. Try a smaller size")
    assert (failed.labels, rig.results()) == (("Try at 1536×1536",), [])
