"""A workflow that comes, changes and goes while the bot runs."""

import shutil
from pathlib import Path

from bot.sandbox.comfyui import Story
from tests.end_to_end.rig import PLAIN, Rig


def _commands(rig: Rig) -> set[str]:
    return {command.name for command in rig.discord.commands}


def _descriptions(rig: Rig) -> set[str]:
    return {command.description for command in rig.discord.commands}


def change(folder: Path, words: str, others: str) -> None:
    file = folder / "command.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(words, others, 1), encoding="utf-8")


async def test_a_workflow_comes_changes_and_goes_without_a_restart_and_an_open_job_is_not_touched(
    rig: Rig,
) -> None:
    workflows = rig.folder / "workflows"
    shutil.copytree(PLAIN, workflows)
    rig.settings["WORKFLOWS_DIR"] = str(workflows)
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot():
        await rig.ready()
        shutil.copytree(workflows / "blank", rig.folder / "empty")
        change(rig.folder / "empty", 'name = "blank"', "")
        (rig.folder / "empty").rename(workflows / "empty")
        await rig.until(lambda: "empty" in _commands(rig))

        asked = await rig.ask("/empty color:255")
        await rig.until(lambda: rig.comfy.submitted)
        change(workflows / "empty", "A picture", "Anew: a picture")
        await rig.until(lambda: any(words.startswith("Anew") for words in _descriptions(rig)))

        shutil.rmtree(workflows / "empty")
        await rig.until(lambda: "empty" not in _commands(rig))
        story.release()
        await rig.result()
        await rig.until(lambda: rig.ended(asked))
