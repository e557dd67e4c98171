"""**Read workflow**: what it tells of a picture, by whom it was made, and what of it is a secret."""

import json
from uuid import uuid4

from msgspec.structs import replace

from bot.comfy import Graph, graph_to_json, parse_graph
from bot.jobs.job import Job
from bot.sandbox.discord import Fault, Invocation, Message, Upload
from bot.workflows import fill
from tests.cogs.messages import READ, SETTINGS, png, posted_by_bot, said, saved_by_comfyui
from tests.delivery.rig import MAX_INPUT_BYTES, Rig

AGAIN = "Run it again with changes"
UI_GRAPH = {"nodes": [{"id": 1, "type": "KSampler"}, {"id": 2, "type": "SaveImage"}], "links": []}


def own_graph(rig: Rig, **values: str | float) -> Graph:
    """As a job of /txt2img would have sent it."""
    chosen = {"prompt": "a red fox", "seed": 42, **values}
    return fill(rig.generation.workflows["txt2img"], chosen, job_id=uuid4(), pick_seed=lambda: 1).graph


async def told(rig: Rig, message: Message, who: str = "member", command: str = READ) -> Invocation:
    invocation = await rig.discord.persons[who].context_command(command, message, rig.general)
    await invocation.answered()
    assert invocation.ephemeral
    return invocation


def text_of(invocation: Invocation) -> str:
    assert invocation.response is not None
    return invocation.response.text


def files(invocation: Invocation) -> dict[str, bytes]:
    assert invocation.response is not None
    return {each.filename: each.content for each in invocation.response.attachments}


async def result_of(
    rig: Rig, content: bytes, line: str = "/txt2img prompt:a red fox seed:42"
) -> tuple[Job, Message]:
    """A job that ended, and the message that shows what came out."""
    await rig.paint(line)
    job = await rig.claimed()
    await rig.worker.finish(job, content)
    message = await rig.result()
    return await rig.delivered(job), message


async def test_a_picture_that_comfyui_saved_is_told_with_its_workflow_as_files(rig: Rig) -> None:
    graph = {key: replace(node, title=None) for key, node in own_graph(rig).items()}
    graph["99"] = replace(
        graph["9"], class_type="PreviewImage", inputs={"images": graph["9"].inputs["images"]}
    )
    async with rig.bot():
        picture = Upload("fox.png", saved_by_comfyui(graph, UI_GRAPH))
        answer = await told(rig, await rig.discord.second.say(rig.general, "look", picture))
    words = text_of(answer)
    assert words.startswith("**fox.png was made with ComfyUI**\nprompt: a red fox\n")
    for part in ("seed: 42", "steps: 20", "Models: ", "8 nodes: ", "CLIPTextEncode ×2"):
        assert part in words
    assert parse_graph(files(answer)["workflow-api.json"]) == graph
    assert json.loads(files(answer)["workflow.json"]) == UI_GRAPH
    assert answer.response is not None
    assert answer.response.labels == ()


async def test_the_editors_graph_alone_is_told_by_its_nodes(rig: Rig) -> None:
    async with rig.bot():
        picture = Upload("fox.png", png(texts={"workflow": json.dumps(UI_GRAPH)}))
        answer = await told(rig, await rig.discord.second.say(rig.general, "", picture))
    assert text_of(answer) == "**fox.png was made with ComfyUI**\n2 nodes: KSampler, SaveImage"
    assert list(files(answer)) == ["workflow.json"]


async def test_what_automatic1111_noted_is_shown_whole(rig: Rig) -> None:
    async with rig.bot():
        picture = Upload("fox.png", png(texts={"parameters": SETTINGS}))
        answer = await told(rig, await rig.discord.second.say(rig.general, "", picture))
    assert text_of(answer).startswith("**fox.png was made with another program than ComfyUI**")
    assert f"```\n{SETTINGS}\n```" in text_of(answer)
    assert files(answer) == {}


async def test_notes_of_another_program_beside_a_workflow_are_shown_as_well(rig: Rig) -> None:
    async with rig.bot():
        texts = {
            "prompt": graph_to_json(own_graph(rig)),
            "workflow": json.dumps(UI_GRAPH),
            "parameters": SETTINGS,
        }
        answer = await told(
            rig, await rig.discord.second.say(rig.general, "", Upload("fox.png", png(texts=texts)))
        )
    assert SETTINGS in text_of(answer)
    assert "KSampler" in text_of(answer)


async def test_what_says_nothing_is_told_with_what_to_do(rig: Rig) -> None:
    async with rig.bot():
        plain = await rig.discord.second.say(rig.general, "look", Upload("fox.png", png()))
        assert (await said(rig, plain, READ)).startswith("This PNG picture has no workflow in it")
        words = await rig.discord.second.say(rig.general, "no file")
        assert (await said(rig, words, READ)).startswith("This message shows no file.")
        elsewhere = posted_by_bot(rig, {"embeds": [{"image": {"url": "https://example.com/fox.png"}}]})
        assert (await said(rig, elsewhere, READ)).startswith("What this message shows lies on another server")
        large = await rig.discord.second.say(rig.general, "", Upload("fox.png", bytes(MAX_INPUT_BYTES + 1)))
        assert (await said(rig, large, READ)).startswith("This file has 1 MB, and at most 1 MB")
        rig.discord.attachments.expire(plain.attachments[0].id)
        rig.discord.attachments.drop(plain.attachments[0].id)
        assert (await said(rig, plain, READ)).startswith("Discord does not have this file any more")


async def test_of_several_files_the_first_that_tells_something_is_told(rig: Rig) -> None:
    async with rig.bot():
        made = Upload("wolf.png", saved_by_comfyui(own_graph(rig)))
        message = await rig.discord.second.say(rig.general, "", Upload("fox.png", png()), made)
        assert text_of(await told(rig, message)).startswith("**wolf.png was made with `/txt2img`**")


async def test_a_posted_result_is_told_as_the_ledger_knows_it_even_without_a_workflow_in_the_file(
    rig: Rig,
) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        answer = await told(rig, message, who="second")
    words = text_of(answer)
    assert "was made with `/txt2img`" in words
    assert "prompt: a red fox" in words
    assert "seed: 42" in words
    assert answer.response is not None
    assert answer.response.labels == (AGAIN,)
    assert files(answer) == {}


async def test_what_is_told_is_in_the_readers_language(rig: Rig) -> None:
    async with rig.bot():
        _, message = await result_of(rig, png())
        rig.discord.member.locale = "zh-CN"
        answer = await told(rig, message, command="读取工作流")
    assert "由 `/txt2img` 生成" in text_of(answer)
    assert "提示词: a red fox" in text_of(answer)
    assert answer.response is not None
    assert answer.response.labels == ("修改后再次运行",)


async def test_a_slow_file_server_is_waited_for(rig: Rig) -> None:
    async with rig.bot():
        picture = Upload("fox.png", saved_by_comfyui(own_graph(rig)))
        message = await rig.discord.second.say(rig.general, "", picture)
        rig.discord.add_fault(Fault("POST", "/interactions/.*/callback", drop="after"))
        assert "a red fox" in text_of(await told(rig, message))


async def test_a_workflow_that_is_too_large_for_discord_is_told_without_its_files(rig: Rig) -> None:
    async with rig.bot():
        picture = Upload("fox.png", saved_by_comfyui(own_graph(rig)))
        message = await rig.discord.second.say(rig.general, "", picture)
        rig.discord.posting.upload_limit_bytes = 100
        answer = await told(rig, message)
    assert "a red fox" in text_of(answer)
    assert files(answer) == {}
    assert answer.response is not None
    assert answer.response.labels == ()


async def test_words_in_a_file_ping_nobody_and_are_no_markup(rig: Rig) -> None:
    async with rig.bot():
        graph = own_graph(rig, prompt="@everyone **bold** " + "x" * 3000)
        message = await rig.discord.second.say(rig.general, "", Upload("fox.png", saved_by_comfyui(graph)))
        answer = await told(rig, message)
    assert "prompt: @\u200beveryone \\*\\*bold\\*\\* xxx" in text_of(answer)
    assert answer.response is not None
    assert not answer.response.now.mentions_everyone
