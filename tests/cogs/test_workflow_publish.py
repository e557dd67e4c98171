"""A draft in the hands of those who may change it: what stands in the way of trying and of publishing it is said."""

import asyncio
import json
from typing import Any

from bot.client import MAX_CREATES
from bot.moderation.keys import WORKFLOW_ADDERS
from bot.sandbox.discord import Invocation, Message, Upload
from tests.cogs.messages import IS_COMPONENTS_V2, fields, posted_by_bot
from tests.delivery.rig import Rig
from tests.workflow_terminal import GRAPH
from tests.workflows.inference.samples import server

Json = Any
GONE = "This draft is not there any more: it was published or discarded."


async def added(rig: Rig, graph: Json = GRAPH, name: str = "fox") -> Message:
    """The preview of a draft."""
    file = Upload(f"{name}.json", json.dumps(graph).encode())
    asked = await rig.discord.administrator.slash(rig.general, "/workflow add", {"file": file})
    preview = await asked.answered()
    assert preview.text.startswith(f"### Preview of /{name}\n")
    return preview


async def press(rig: Rig, preview: Message, label: str) -> Invocation:
    pressed = await rig.discord.administrator.click(preview, label)
    await pressed.acknowledged()
    return pressed


async def allow(rig: Rig) -> int:
    rig.generation.known = [server()]
    await rig.choose(WORKFLOW_ADDERS, "managers")
    guild_id = rig.general.guild_id
    assert guild_id is not None
    return guild_id


async def test_where_discord_takes_no_more_commands_today_it_is_published_and_run_by_another_one(
    rig: Rig,
) -> None:
    guild_id = await allow(rig)
    await rig.store.note_command_creates(guild_id, MAX_CREATES)
    async with rig.bot():
        preview = await added(rig)
        await press(rig, preview, "Publish")
    assert preview.now.text.startswith("**fox is published**, without a command of its own: ")
    assert "`/run`" in preview.now.text
    (workflow,) = await rig.store.guild_workflows(guild_id)
    assert workflow.is_offered


async def test_two_presses_publish_once_and_the_second_is_told_so(rig: Rig) -> None:
    guild_id = await allow(rig)
    async with rig.bot():
        preview = await added(rig)
        presses = [await rig.discord.administrator.click(preview, "Publish") for _ in range(2)]
        await asyncio.gather(*(each.acknowledged() for each in presses))
        await rig.discord.until(lambda: "is published" in preview.now.text)
    (workflow,) = await rig.store.guild_workflows(guild_id)
    assert (workflow.current, workflow.draft) == (1, None)


async def test_a_draft_whose_servers_are_gone_goes_back_to_its_preview(rig: Rig) -> None:
    guild_id = await allow(rig)
    async with rig.bot():
        preview = await added(rig)
        rig.generation.known = [server(without=["KSampler"])]
        await press(rig, preview, "Publish")
    assert "The node KSampler is not installed" in preview.now.text
    (workflow,) = await rig.store.guild_workflows(guild_id)
    assert not workflow.is_offered


async def test_a_name_that_the_operator_gave_away_meanwhile_is_not_published(rig: Rig) -> None:
    await allow(rig)
    async with rig.bot():
        preview = await added(rig)
        rig.generation.offer({**rig.generation.workflows, "fox": rig.generation.workflows["txt2img"]})
        pressed = await press(rig, preview, "Publish")
        told = await pressed.answered()
    assert told.text.startswith("There is a command /fox here already.")


async def test_what_is_tried_is_asked_for_its_words_and_seen_by_nobody_else(rig: Rig) -> None:
    await allow(rig)
    async with rig.bot():
        preview = await added(rig)
        form = await press(rig, preview, "Try it")
        assert fields(form)["prompt"]["value"] == "a red fox"
        tried = await rig.discord.administrator.submit_modal(form, {"prompt": "a wolf"})
        await tried.answered()
        (job,) = await rig.open_jobs()
    assert (job.private, job.command, job.values["prompt"]) == (True, "fox", "a wolf")


async def test_what_needs_more_than_a_form_can_ask_is_tried_page_by_page(rig: Rig) -> None:
    await allow(rig)
    pictures: Json = {}
    for number in range(6):
        pictures[f"{number}"] = {"class_type": "LoadImage", "inputs": {"image": f"{number}.png"}}
        saved = {"images": [f"{number}", 0], "filename_prefix": "fox"}
        pictures[f"{number}0"] = {"class_type": "SaveImage", "inputs": saved}
    async with rig.bot():
        tried = await press(rig, await added(rig, pictures), "Try it")
        panel = await tried.answered()
    assert tried.ephemeral
    assert panel.text.startswith("**fox: change what you like")


async def test_an_old_preview_does_nothing_to_a_later_draft(rig: Rig) -> None:
    guild_id = await allow(rig)
    async with rig.bot():
        preview = await added(rig)
        await press(rig, preview, "Discard")
        (workflow,) = await rig.store.guild_workflows(guild_id)
        await rig.store.publish(guild_id, workflow.id, 1, 1)
        await rig.store.begin_edit(guild_id, workflow.id, 1)
        told = await (await rig.discord.administrator.click(preview, "Discard")).answered()
    assert told.text == GONE
    (workflow,) = await rig.store.guild_workflows(guild_id)
    assert workflow.draft == 2


async def test_those_who_may_add_elsewhere_reach_no_draft_of_this_server(rig: Rig) -> None:
    guild_id = await allow(rig)
    mill = rig.discord.guilds[1]
    await rig.store.set_guild_setting(mill.id, WORKFLOW_ADDERS.name, '"managers"', set_by=1)
    told: set[str] = set()
    async with rig.bot():
        preview = await added(rig)
        ids = [each for each in preview.now.custom_ids if not each.startswith("preview-edit")]
        for custom_id in (*ids, ids[-1].replace("discard", "drop"), ids[-1].replace("discard", "look")):
            button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
            body = {"flags": IS_COMPONENTS_V2, "components": [{"type": 1, "components": [button]}]}
            copied = posted_by_bot(rig, body, channel=mill.channels["general"])
            pressed = await rig.discord.administrator.click(copied, custom_id)
            told.add((await pressed.answered()).text)
    assert told == {GONE}
    (workflow,) = await rig.store.guild_workflows(guild_id)
    assert workflow.draft == 1
