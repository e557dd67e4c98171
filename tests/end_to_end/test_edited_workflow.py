"""A server's own workflow is edited in Discord, offered in versions, taken along as a zip, and brought back."""

import asyncio
import json
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from bot.moderation.keys import WORKFLOW_ACCESS
from bot.sandbox.discord import Invocation, Message, Upload
from tests.end_to_end.rig import PATIENCE_SECONDS, PLAIN, Rig
from tests.end_to_end.test_added_workflow import allow, graph, press, private

Json = Any
ONE, TWO = 1, 2


async def opened(rig: Rig, line: str, options: Mapping[str, object]) -> Message:
    """What an administrator is shown for a command."""
    return await private(await rig.discord.administrator.slash(rig.general, f"/workflow {line}", options))


async def choose(rig: Rig, shown: Message, menu: str, value: str) -> Invocation:
    (custom_id,) = [each for each in shown.now.custom_ids if each.startswith(menu)]
    chosen = await rig.discord.administrator.select(shown, custom_id, value)
    await chosen.acknowledged()
    return chosen


async def fill(rig: Rig, shown: Message, button: str, values: Mapping[str, object]) -> Invocation:
    """Press a button that opens a form, and send that."""
    sent = await rig.discord.administrator.submit_modal(await press(rig, shown, button), values)
    await sent.acknowledged()
    return sent


async def published(rig: Rig, shown: Message) -> None:
    """From the panel of a draft."""
    await press(rig, shown, "Preview")
    await press(rig, shown, "Publish")
    assert "is published" in shown.now.text


async def test_options_are_changed_and_only_what_is_published_is_offered(rig: Rig) -> None:
    ada = rig.discord.administrator
    async with rig.bot():
        await rig.ready()
        await allow(rig)
        file = Upload("fox.json", json.dumps(graph()).encode())
        panel = await opened(rig, "add", {"file": file})
        await press(rig, panel, "Edit…")
        assert "### Edit /fox\n" in panel.now.text
        await choose(rig, panel, "workflow-edit-pick", "steps")
        await fill(rig, panel, "Values", {"default": "7", "minimum": "2", "maximum": "9"})
        assert "`steps` whole number · 2 to 9 · default 7" in panel.now.text
        refused = await fill(rig, panel, "Values", {"default": "70"})
        assert "must be from 2 to 9" in (await refused.answered()).text
        wider = await fill(rig, panel, "Values", {"minimum": "0"})
        assert "Option `steps` has the min 0, and" in (await wider.answered()).text
        await fill(rig, panel, "Name and description", {"name": "effort", "about": "How long it thinks"})
        await choose(rig, panel, "workflow-edit-asked", "form")
        await press(rig, panel, "All options")
        chosen = {"hidden-0": ["cfg", "sampler"], "offered-0": ["prompt", "seed", "size"]}
        await fill(rig, panel, "Which options", chosen)
        assert "**In the command**\n`seed` a new one each time\n`size` " in panel.now.text
        await choose(rig, panel, "workflow-edit-pick", "sampler")
        await choose(rig, panel, "workflow-edit-asked", "form")
        await press(rig, panel, "All options")
        await fill(rig, panel, "Name and description", {"name": "vixen", "about": "Foxes", "adults": "yes"})
        assert panel.now.text.startswith("### Edit /vixen\nFoxes\n-# 🔞 For adults")
        assert "`effort` whole number · 2 to 9 · default 7\n`sampler` one of " in panel.now.text
        assert "\n**Hidden**\n`cfg` " in panel.now.text
        await fill(rig, panel, "Who and where", {"channels": [rig.general]})
        assert f"-# 🔒 Only in <#{rig.general.id}> and their threads\n" in panel.now.text
        await published(rig, panel)
        shown = await opened(rig, "show", {"name": "vixen"})
        assert "-# offered, version 1" in shown.text
        assert "`cfg`" not in shown.text
        panel = await opened(rig, "edit", {"name": "vixen"})
        named = await fill(rig, panel, "Name and description", {"name": "blank"})
        assert "There is a command /blank here already" in (await named.answered()).text
        await fill(rig, panel, "Name and description", {"name": "kit"})
        assert await access_in(rig) == {"vixen", "kit"}  # the one is offered still, the other is to be
        await published(rig, panel)
        only = {"key": WORKFLOW_ACCESS.name, "value": f"kit: <#{rig.general.id}>"}
        await private(await ada.slash(rig.general, "/settings set", only))
        await opened(rig, "rollback", {"name": "kit", "version": "1"})
        assert await access_in(rig) == {"vixen", "kit"}


async def access_in(rig: Rig) -> set[str]:
    """The workflows that may be used in one channel alone."""
    told = await private(
        await rig.discord.administrator.slash(rig.general, f"/settings show key:{WORKFLOW_ACCESS.name}")
    )
    return set(re.findall(rf"(\w+): <#{rig.general.id}>", told.text))


async def count_of(rig: Rig) -> int | None:
    """Run the workflow as it is offered, and see what ComfyUI is told; None: it is not offered (yet)."""
    before = len(rig.comfy.submitted)
    started = await rig.discord.member.slash(rig.general, "/run workflow:square")
    await started.acknowledged()
    if started.modal is None:
        return None
    width = {"width": str(64 + before)}  # the same form again is a second press
    await (await rig.discord.member.submit_modal(started, width)).answered()
    await rig.until(lambda: len(rig.comfy.submitted) > before)
    body: Json = rig.comfy.submitted[-1]
    return body["prompt"]["1"]["inputs"]["batch_size"]


async def comes_to(rig: Rig, count: int) -> None:
    """What was changed in the ledger is offered a moment later."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await count_of(rig) != count:
            pass  # it is asked again


async def test_versions_are_kept_rolled_back_to_exported_and_brought_back_after_all_is_removed(
    rig: Rig,
) -> None:
    ada = rig.discord.administrator
    async with rig.bot():
        await rig.ready()
        await allow(rig)
        square = Upload("square.json", (PLAIN / "blank" / "workflow.json").read_bytes())
        panel = await opened(rig, "add", {"file": square})
        await press(rig, panel, "Publish")
        await comes_to(rig, ONE)
        panel = await opened(rig, "edit", {"name": "square"})
        await choose(rig, panel, "workflow-edit-pick", "batch-size")
        await fill(rig, panel, "Values", {"default": str(TWO)})
        await press(rig, panel, "All options")
        assert await count_of(rig) == ONE
        await published(rig, panel)
        await comes_to(rig, TWO)
        history = await opened(rig, "history", {"name": "square"})
        assert history.text.split("\n")[1].startswith("**2** · **offered** · /square · published ")
        await choose(rig, history, "workflow-own-rollback", "1")
        assert "**1** · **offered** · /square" in history.now.text
        await comes_to(rig, ONE)
        exported = await opened(rig, "export", {"name": "square", "version": "2"})
        (file,) = exported.attachments
        with zipfile.ZipFile(BytesIO(file.content)) as archive:
            assert archive.namelist() == ["square/workflow.json", "square/command.toml"]
            assert f"default = {TWO}".encode() in archive.read("square/command.toml")
        disabled = await opened(rig, "disable", {"name": "square"})
        assert "/square is offered no longer" in disabled.text
        asked = await opened(rig, "remove", {"name": "square"})
        await press(rig, asked, "Remove")
        assert asked.now.text == "/square is removed, with all of its versions."
        gone = await private(await ada.slash(rig.general, "/workflow show name:square"))
        assert "No workflow was added in this server yet" in gone.text
        late = await choose(rig, history, "workflow-own-rollback", "2")
        assert "This workflow is not there any more" in (await late.answered()).text
        zipped = Upload("square.zip", file.content)
        brought = await opened(rig, "import", {"file": zipped})
        assert brought.text.startswith("### Preview of /square\n")
        await press(rig, brought, "Publish")
        await comes_to(rig, TWO)
        again = await opened(rig, "import", {"file": zipped})
        assert again.text.startswith("### Preview of /square\n")
        twice = await private(await ada.slash(rig.general, "/workflow import", {"file": zipped}))
        assert "Somebody is editing /square already" in twice.text
        taken = await private(
            await ada.slash(rig.general, "/workflow import", {"file": zipped, "name": "blank"})
        )
        assert "There is a command /blank here already" in taken.text
        other = await opened(rig, "import", {"file": zipped, "name": "cube"})
        assert other.text.startswith("### Preview of /cube\n")
