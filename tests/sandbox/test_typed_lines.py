"""What a person types at a terminal: files by their path, and commands of a message's menu with their form."""

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import discord
import pytest
from discord import ui

from bot.__main__ import main
from bot.sandbox.discord import Channel, DiscordStandIn, NotSent, Person, Upload, run_line
from bot.sandbox.once import Doing, run_once
from bot.sandbox.reports import JsonReport
from bot.sandbox.steps import Typed
from tests.sandbox.discord.bots import Bot, at_work

Interaction: TypeAlias = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """A person at a terminal, in a folder with files, and a bot that tells what it was given."""

    stand_in: DiscordStandIn
    person: Person
    channel: Channel
    told: list[object] = field(default_factory=list[object])

    async def type(self, line: str) -> None:
        await (await run_line(self.person, self.channel, line)).acknowledged()

    async def refusal(self, line: str) -> str:
        with pytest.raises(NotSent) as refused:
            await self.type(line)
        return str(refused.value)


class Questions(ui.Modal, title="Use as input"):
    """With a value that stands there already, a choice and a file."""

    def __init__(self, told: list[object], message: discord.Message) -> None:
        super().__init__()
        self._told = told
        self._message = message
        options = [discord.SelectOption(label=name) for name in ("img2img", "inpaint")]
        self.workflow = ui.Select[Any](custom_id="workflow", options=options)
        self.words = ui.TextInput[Any](custom_id="words", default="as before")
        self.mask = ui.FileUpload[Any](custom_id="mask", required=False)
        self.add_item(ui.Label[Any](text="Workflow", component=self.workflow))
        self.add_item(ui.Label[Any](text="New prompt", component=self.words))
        self.add_item(ui.Label[Any](text="Mask", component=self.mask))

    async def on_submit(self, interaction: Interaction) -> None:
        masks = [await each.read() for each in self.mask.values]
        files = [each.filename for each in self._message.attachments]
        self._told.append((files, self.workflow.values, self.words.value, masks))
        await interaction.response.send_message("ok")


def add_commands(bot: Bot, told: list[object]) -> None:
    @bot.tree.command(description="x")
    async def frame(interaction: Interaction, image: discord.Attachment, prompt: str) -> None:
        told.append((image.filename, await image.read(), prompt))
        await interaction.response.send_message("ok")

    @bot.tree.context_menu(name="Use as input")
    async def use(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(Questions(told, message))

    @bot.tree.context_menu(name="Name it")
    async def name_it(interaction: Interaction, message: discord.Message) -> None:
        told.append(message.content)
        await interaction.response.send_message("ok")

    @bot.tree.context_menu(name="Read it")
    async def read(interaction: Interaction, message: discord.Message) -> None:
        view = ui.View().add_item(ui.Button[ui.View](label="Again", custom_id="again"))
        file = discord.File(io.BytesIO(message.content.encode()), "read.json")
        await interaction.response.send_message("read", file=file, view=view, ephemeral=True)

    del frame, use, name_it, read


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Desk]:
    (tmp_path / "pictures").mkdir()
    for name in ("fox.png", "red fox.png", "pictures/mask.png"):
        (tmp_path / name).write_bytes(name.encode())
    monkeypatch.chdir(tmp_path)
    async with DiscordStandIn.running() as stand_in:
        desk = Desk(stand_in, stand_in.member, stand_in.channels["general"])
        desk.person.shares_disk = True
        bot = Bot()
        add_commands(bot, desk.told)
        async with at_work(bot, stand_in):
            yield desk


@pytest.mark.parametrize(
    ("path", "name", "content"),
    [
        ("@fox.png", "fox.png", b"fox.png"),
        ("fox.png", "fox.png", b"fox.png"),
        ("@red fox.png", "red_fox.png", b"red fox.png"),
        ("@./pictures/../pictures/mask.png", "mask.png", b"pictures/mask.png"),
    ],
)
async def test_a_file_is_named_by_its_path_from_the_working_folder_on(
    desk: Desk, path: str, name: str, content: bytes
) -> None:
    await desk.type(f"/frame image:{path} prompt:in snow")
    assert desk.told == [(name, content, "in snow")]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("@wolf.png", "there is no file wolf.png"),
        ("@pictures", "pictures is a folder; name a file in it"),
        ("@fox.png/inside", "cannot read the file fox.png/inside"),
        ("@fo\0x.png", "cannot read the file fo\0x.png"),
        ("", "give a file"),
    ],
)
async def test_what_is_no_file_is_refused_in_words(desk: Desk, path: str, reason: str) -> None:
    assert await desk.refusal(f"/frame image:{path} prompt:in snow") == f"image: {reason}"
    assert desk.told == []


async def test_a_file_over_the_persons_limit_is_refused_before_it_is_read(desk: Desk, tmp_path: Path) -> None:
    desk.stand_in.posting.upload_limit_bytes = 1000
    with (tmp_path / "vast.png").open("wb") as vast:
        vast.truncate(2**40)  # no disk and no memory here would hold it
    assert (
        await desk.refusal("/frame image:@vast.png prompt:x") == "image: the file is larger than 1000 bytes"
    )


async def test_who_does_not_sit_at_the_terminal_names_no_files(desk: Desk) -> None:
    desk.person.shares_disk = False
    assert await desk.refusal("/frame image:@fox.png prompt:x") == "image: give a file"
    assert await desk.refusal('apps:"Name it" message:@fox.png') == "message: there is no such message"


async def test_in_code_a_file_is_an_upload_or_a_path(desk: Desk) -> None:
    desk.person.shares_disk = False
    for image in (Upload("in memory.png", b"1"), Path("fox.png")):
        asked = await desk.person.slash(desk.channel, "/frame prompt:x", {"image": image})
        await asked.acknowledged()
    assert desk.told == [("in_memory.png", b"1", "x"), ("fox.png", b"fox.png", "x")]


async def test_a_command_of_the_menu_is_used_on_the_newest_message_or_on_one_that_is_written_for_it(
    desk: Desk,
) -> None:
    for words in ("older", "newer"):
        written = await desk.person.say(desk.channel, words)
    await desk.type('apps:"Name it" message:last')
    await desk.type(f"apps:Name it message:{written.id}")
    await desk.type('apps:"Use as input" message:"@red fox.png" workflow:inpaint')
    assert desk.told == ["newer", "newer", (["red_fox.png"], ["inpaint"], "as before", [])]


async def test_what_follows_fills_in_the_form_by_label_or_by_id(desk: Desk) -> None:
    await desk.person.say(desk.channel, "", Upload("fox.png", b"fox"))
    line = 'apps:"Use as input" message:last Workflow:img2img new prompt:a blue fox: at sea mask:@pictures/mask.png'
    await desk.type(line)
    assert desk.told == [(["fox.png"], ["img2img"], "a blue fox: at sea", [b"pictures/mask.png"])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("apps:Name it", 'write it as apps:"Name of the command" message:last'),
        ('apps:"Name it" message:last', "message: there is no such message"),
        ('apps:"Eat it" message:@fox.png', "there is no command “Eat it” in this menu"),
        (
            'apps:"Name it" message:@fox.png prompt:x',
            "“prompt:x” belongs to no field: no form was opened",
        ),
        ('apps:"Use as input" message:@fox.png', "Workflow: choose 1 to 1"),
        (
            'apps:"Use as input" message:@fox.png workflow:upscale',
            "Workflow: choose one of: img2img, inpaint",
        ),
    ],
)
async def test_a_line_that_leads_nowhere_is_refused_in_words(desk: Desk, line: str, reason: str) -> None:
    assert await desk.refusal(line) == reason


async def test_a_private_answer_is_the_end_even_with_buttons(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.person.say(desk.channel, "{}")
    step = Typed('apps:"Read it" message:last')
    doing = Doing(desk.person, desk.channel, step, tmp_path / "out")
    await run_once(desk.stand_in, doing, JsonReport())
    status, result, saved = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (status["text"], status["buttons"], result["files"]) == ("read", ["Again"], ["read.json"])
    assert Path(saved["path"]) == tmp_path / "out" / "read.json"


async def test_for_programs_an_error_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    JsonReport().complaint("no such command")
    assert json.loads(capsys.readouterr().out) == {"event": "error", "text": "no such command"}


def test_a_locale_that_discord_does_not_have_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--locale", "klingon", "--once", "/queue"]) == 2
    assert capsys.readouterr().err.startswith(
        "Discord has no locale klingon. It has: bg, cs, da, de, el, en-GB,"
    )


async def _complaint(tmp_path: Path, *arguments: str) -> str:
    """The one line that the real command line, with the real bot, has to say."""
    root = str(Path(__file__).parents[2])
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", *arguments, "--json"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await running.communicate()
    assert running.returncode == 1
    (event,) = (json.loads(line) for line in output.decode().splitlines())
    assert event["event"] == "error"
    return event["text"]


async def test_a_workflow_that_is_not_offered_says_why_and_a_stranger_what_was_meant(tmp_path: Path) -> None:
    assert await _complaint(tmp_path, "--once", "/svd image:@fox.png") == (
        "/svd is not offered at the moment: The node VHS_VideoCombine is not installed. It comes with the pack "
        "ComfyUI-VideoHelperSuite."
    )
    assert await _complaint(tmp_path, "--once", "/txt2image prompt:a red fox") == (
        "Discord would not send this: there is no command /txt2image; did you mean /txt2img?"
    )


async def test_no_stand_in_asks_for_an_update_of_itself(tmp_path: Path) -> None:
    folder = tmp_path / "workflows" / "new"
    folder.mkdir(parents=True)
    (folder / "workflow.json").write_text(
        """{"nodes": [
            {"id": 1, "type": "NewNode", "properties": {"cnr_id": "comfy-core"}, "inputs": [],
             "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [1]}]},
            {"id": 2, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 1}], "outputs": []}
        ], "links": [[1, 1, 0, 2, 0, "IMAGE"]], "version": 0.4}""",
        encoding="utf-8",
    )
    complaint = await _complaint(tmp_path, "--workflows", str(folder.parent), "--once", "/new")
    assert complaint == (
        "/new is not offered at the moment: The node NewNode is one of ComfyUI's own, and the sandbox's stand-in for "
        "ComfyUI does not have it. Try the workflow on a real one: python -m bot sandbox --comfyui URL."
    )


async def test_commands_are_run_one_after_another_in_one_sandbox(tmp_path: Path) -> None:
    """The real command line, with the real bot."""
    arguments = ["--once", "/txt2img prompt:a red fox steps:2 seed:7", "--once", "/queue"]
    root = str(Path(__file__).parents[2])
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", *arguments, "--json", "--output", str(tmp_path)),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await running.communicate()
    events = [json.loads(line) for line in output.decode().splitlines()]
    assert running.returncode == 0
    (saved,) = (each["path"] for each in events if each["event"] == "saved")
    assert Path(saved).parent == tmp_path
    assert events[-1]["event"] == "status"
    assert "a red fox" not in events[-1]["text"]
