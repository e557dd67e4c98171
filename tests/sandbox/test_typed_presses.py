"""Buttons and menus that are used from a terminal, and what is told of what comes of it."""

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import discord
import pytest
from discord import ui

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent, Person, Version
from bot.sandbox.once import Doing, run_once
from bot.sandbox.reports import JsonReport, PlainReport
from bot.sandbox.steps import Pressed
from tests.sandbox.discord.bots import Bot, at_work

Interaction: TypeAlias = discord.Interaction[Any]
Told: TypeAlias = list[object]
NOTHING: Told = []
ROOT = str(Path(__file__).parents[2])
THERE = "edit, delete, update, job, look, mute, pick, several, page, whom"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A person at a terminal, under whose command stand the controls of a bot that tells what it was given."""

    stand_in: DiscordStandIn
    person: Person
    channel: Channel
    folder: Path
    told: Told = field(default_factory=list[object])

    async def show(self, name: str, *, direct: bool = False) -> None:
        place = self.person.direct if direct else self.channel
        await (await self.person.slash(place, f"/show which:{name}")).answered()

    async def press(self, line: str) -> bool:
        doing = Doing(self.person, self.channel, Pressed(line), self.folder)
        return await run_once(self.stand_in, doing, JsonReport())

    async def refusal(self, line: str) -> str:
        with pytest.raises(NotSent) as refused:
            await self.press(line)
        return str(refused.value)


class Form(ui.Modal, title="Edit"):
    """With every kind of field that can be filled in from a terminal; some are filled in from the start."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told
        samplers = [discord.SelectOption(label=name, default=name == "euler") for name in ("euler", "lcm")]
        extras = [discord.SelectOption(label=name) for name in ("a, b", "tile", "frame")]
        self.seed = ui.TextInput[Any](custom_id="seed", default="7")
        self.sampler = ui.Select[Any](custom_id="sampler", options=samplers, required=False, min_values=0)
        self.extras = ui.Select[Any](
            custom_id="extras", options=extras, required=False, min_values=0, max_values=3
        )
        self.start = ui.FileUpload[Any](custom_id="start", required=False, min_values=0, max_values=2)
        self.private = ui.Checkbox[Any](custom_id="private", default=True)
        for component in (self.seed, self.sampler, self.extras, self.start, self.private):
            self.add_item(ui.Label[Any](text=f"The {component.custom_id}", component=component))

    async def on_submit(self, interaction: Interaction) -> None:
        files = [await each.read() for each in self.start.values]
        self._told.append(
            (self.seed.value, self.sampler.values, self.extras.values, files, self.private.value)
        )
        await interaction.response.send_message("filled in", ephemeral=True)


def file(name: str) -> discord.File:
    return discord.File(io.BytesIO(name.encode()), name)


def status(job: str) -> ui.View:
    return ui.View(timeout=None).add_item(ui.Button[ui.View](label="Cancel", custom_id=f"cancel:{job}"))


class Buttons(ui.View):
    """Each answers in a way of its own."""

    def __init__(self, told: Told) -> None:
        super().__init__(timeout=None)
        self._told = told

    @ui.button(label="Edit", custom_id="edit:1f")
    async def edit(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Form(self._told))

    @ui.button(label="Delete", custom_id="delete:1f")
    async def delete(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @ui.button(label="Update", custom_id="update:1f")
    async def update(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="updated")

    @ui.button(label="Job", custom_id="comfycord:job:1f")
    async def job(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        """Takes note, and speaks up later: a status of its own, a result, and a word in private."""
        await interaction.response.defer()
        again = ui.View(timeout=None).add_item(ui.Button[Any](label="Try again", custom_id="retry:2f"))
        waiting = await interaction.followup.send("waiting", view=status("2f"), wait=True)
        await interaction.followup.send("look", file=file("fox.png"))
        await interaction.followup.send("psst", ephemeral=True)
        await waiting.edit(content="done", view=again)

    @ui.button(label="Look", custom_id="look:1f", row=1)
    async def look(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        """At a job of earlier, which can still be cancelled."""
        await interaction.response.send_message("a job", view=status("1f"), ephemeral=True)

    @ui.button(label="Off", custom_id="off:1f", disabled=True)
    async def off(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        raise AssertionError

    @ui.button(label="Mute", custom_id="mute:1f", row=1)
    async def mute(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.defer()


class Menus(ui.View):
    def __init__(self, told: Told) -> None:
        super().__init__(timeout=None)
        self._told = told

    @ui.select(
        custom_id="pick:1f",
        options=[
            discord.SelectOption(label="Picture 1", value="1"),
            discord.SelectOption(label="Picture 2", value="2"),
        ],
    )
    async def pick(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        self._told.append(menu.values)
        await interaction.response.send_message("picked", ephemeral=True)

    @ui.select(
        custom_id="several:1f",
        min_values=0,
        max_values=2,
        options=[
            discord.SelectOption(label="oil", default=True),
            discord.SelectOption(label="ink"),
            discord.SelectOption(label="oil on ink"),
        ],
    )
    async def several(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        self._told.append(menu.values)
        await interaction.response.send_message("picked", ephemeral=True)

    @ui.select(
        custom_id="page:1f", options=[discord.SelectOption(label="size"), discord.SelectOption(label="more")]
    )
    async def page(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        self._told.append(menu.values)
        await interaction.response.send_modal(Form(self._told))

    @ui.select(cls=ui.UserSelect, custom_id="whom:1f", max_values=2)
    async def whom(self, interaction: Interaction, menu: ui.UserSelect[Any]) -> None:
        self._told.append([str(each) for each in menu.values])
        await interaction.response.send_message("picked", ephemeral=True)


@pytest.fixture
async def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Terminal]:
    for name in ("a fox.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    monkeypatch.chdir(tmp_path)
    async with DiscordStandIn.running() as stand_in:
        terminal = Terminal(stand_in, stand_in.member, stand_in.channels["general"], tmp_path / "out")
        terminal.person.shares_disk = True
        bot = Bot()

        @bot.tree.command(description="x")
        async def show(interaction: Interaction, which: str) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
            made = {"menus": lambda: Menus(terminal.told), "open": lambda: status("1f")}
            view = made.get(which, lambda: Buttons(terminal.told))()
            await interaction.response.send_message(which, view=view, ephemeral=which == "private")

        async with at_work(bot, stand_in):
            yield terminal


def events(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, object]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(each["event"], each.get("text", Path(each.get("path", "")).name)) for each in lines]


@pytest.mark.parametrize("name", ["public", "private"])
async def test_a_form_that_a_button_opens_is_filled_in_and_the_rest_stays(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    await terminal.show(name)
    assert await terminal.press("edit seed:5")
    assert terminal.told == [("5", ["euler"], NOTHING, NOTHING, True)]
    assert events(capsys) == [("status", "filled in")]


async def test_every_kind_of_field_is_filled_in_by_id_or_by_label(terminal: Terminal) -> None:
    await terminal.show("buttons")
    await terminal.press("edit sampler: extras:tile, frame start:@a fox.png @b.png private:false The seed:9")
    await terminal.press("edit sampler:lcm extras:a, b start: private:true")
    assert terminal.told == [
        ("9", NOTHING, ["tile", "frame"], [b"a fox.png", b"b.png"], False),
        ("7", ["lcm"], ["a, b"], NOTHING, True),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pick 2", [["2"]]),
        ("pick picture 1", [["1"]]),
        ("several oil, oil on ink", [["oil", "oil on ink"]]),
        ("several ink", [["ink"]]),
        ("several", [NOTHING]),
        ("whom @Kim, @Mo", [["second", "moderator"]]),
        ("page more seed:5", [["more"], ("5", ["euler"], NOTHING, NOTHING, True)]),
    ],
)
async def test_in_a_menu_an_option_is_chosen_by_value_or_by_label(
    terminal: Terminal, line: str, told: Told
) -> None:
    await terminal.show("menus")
    assert await terminal.press(line)
    assert terminal.told == told


async def test_the_newest_message_with_such_a_button_is_meant_in_private_and_directly_too(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("first", "second", "menus"):
        await terminal.show(name)
    await terminal.press("update")
    said = [each.content for each in terminal.channel.messages]
    await terminal.show("third", direct=True)
    await terminal.press("comfycord:job:1f")
    (told, *_) = terminal.person.direct.messages
    assert (said, told.content) == (["first", "updated", "menus"], "third")
    assert events(capsys)[0] == ("status", "updated")


async def test_what_a_press_brings_about_is_waited_for_told_and_saved(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    await terminal.show("buttons")
    assert await terminal.press("job")
    told = events(capsys)
    assert sorted(told[:3]) == [("status", "done"), ("status", "psst"), ("status", "waiting")]
    assert told[3:] == [("result", "look"), ("saved", "fox.png")]
    assert (terminal.folder / "fox.png").read_bytes() == b"fox.png"


async def test_whoever_looks_at_a_job_of_earlier_does_not_wait_for_its_end(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    await terminal.show("open")
    await terminal.show("buttons")
    assert await terminal.press("look")
    assert events(capsys) == [("status", "a job")]


async def test_a_press_that_is_only_noted_and_one_that_deletes_the_message_end_by_themselves(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    await terminal.show("buttons")
    assert await terminal.press("mute")
    assert await terminal.press("delete")
    assert events(capsys) == [("deleted", "")]
    assert terminal.channel.messages == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("deleet", f"there is no button “deleet” under any message; did you mean delete? there are: {THERE}"),
        ("zzz", f"there is no button “zzz” under any message; there are: {THERE}"),
        ("off", "off:1f: it is disabled"),
        ("pick 3", "pick:1f: choose one of: Picture 1, Picture 2"),
        ("pick", "pick:1f: choose 1 to 1"),
        ("update now:1", "“now:1” belongs to no field: no form was opened"),
        ("edit steps:5", "“steps:5” belongs to no option; write one of: "),
        ("edit private:perhaps", "The private: must be true or false"),
        ("edit extras:oil", "The extras: choose one of: a, b, tile, frame"),
        ("edit start:@none.png", "start: there is no file none.png"),
    ],
)
async def test_what_leads_nowhere_is_refused_in_words(terminal: Terminal, line: str, reason: str) -> None:
    await terminal.show("menus")
    await terminal.show("buttons")
    assert (await terminal.refusal(line)).startswith(reason)


async def test_where_nothing_can_be_pressed_it_is_said(terminal: Terminal) -> None:
    assert await terminal.refusal("again") == "there is no button “again” under any message; there are: none"


def test_a_person_reads_the_lines_in_their_language(capsys: pytest.CaptureFixture[str]) -> None:
    report = PlainReport({}, "zh-CN", "机器人删除了这条消息。")
    report.status(Version(100.0, "准备好 <t:104:R>"), 1.0)
    report.deleted()
    assert capsys.readouterr().out == "   1.0 秒  准备好 4 秒后\n机器人删除了这条消息。\n"


async def test_commands_and_presses_keep_the_order_of_the_command_line(tmp_path: Path) -> None:
    """The real command line, with the real bot."""
    arguments = [
        "--once",
        "/txt2img prompt:a red fox steps:2 seed:7",
        "--once",
        'apps:"Read workflow" message:last',
    ]
    arguments += ["--press", "edit seed:5", "--once", "/queue", "--press", "agian"]
    status, told = await _sandbox(arguments, tmp_path)
    results = [each["text"] for each in told if each["event"] == "result"]
    assert (status, len(results)) == (1, 3)
    assert ["seed 7" in results[0], "/txt2img" in results[1], "seed 5" in results[2]] == [True] * 3
    assert (told[-2]["event"], told[-2]["presses"]) == ("status", [])
    assert told[-1]["event"] == "error"
    assert "did you mean again? there are: " in told[-1]["text"]


async def test_a_workflow_is_added_published_and_run_from_the_command_line(tmp_path: Path) -> None:
    """A command that a press made is waited for."""
    workflow = Path(ROOT) / "workflows" / "txt2img" / "workflow.json"
    arguments = ["--administrator", "--once", "/settings set key:workflow-adders value:managers"]
    arguments += ["--once", f"/workflow add name:neon file:@{workflow}", "--press", "preview-publish"]
    status, told = await _sandbox([*arguments, "--once", "/neon prompt:a fox steps:2"], tmp_path)
    (result,) = [each for each in told if each["event"] == "result"]
    assert (status, "a fox" in result["text"]) == (0, True)


async def _sandbox(arguments: Sequence[str], folder: Path) -> tuple[int | None, Sequence[Mapping[str, Any]]]:
    """What the real command line says, and its exit status."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", *arguments, "--json", "--output", str(folder)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await running.communicate()
    return running.returncode, [json.loads(line) for line in output.decode().splitlines()]
