"""The folder of workflows while the bot runs: what is offered, what is told, and what is left alone."""

import asyncio
import logging
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.comfy import ComfyClient, ObjectInfo, Server
from bot.generation.backends import Backend
from bot.generation.catalogue import WorkflowCatalogue
from bot.generation.workflow_watch import WorkflowWatch
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.texts import render
from bot.workflows import Loaded, load_workflows
from tests.generation.rig import eventually
from tests.workflows.samples import COMMAND, option_file, server, write


@dataclass(slots=True)
class Desk:
    """An author's folder, and what the bot made of it at each change."""

    folder: Path
    told: list[Loaded] = field(default_factory=list[Loaded])

    def add(self, name: str, command: str = COMMAND) -> Path:
        return write(self.folder, command).rename(self.folder / name)

    async def offer(self, loaded: Loaded) -> None:
        self.told.append(loaded)

    def watch(self) -> WorkflowWatch:
        return WorkflowWatch(self.folder, load_workflows(self.folder), self.offer)

    @property
    def names(self) -> list[list[str]]:
        return [[template.name for template in loaded.templates] for loaded in self.told]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "workflows")
    desk.folder.mkdir()
    return desk


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def test_nothing_is_offered_while_nothing_changes(desk: Desk) -> None:
    desk.add("a")
    watch = desk.watch()
    for _ in range(3):
        await watch.look()
    assert desk.told == []


async def test_a_new_folder_is_offered_once_two_looks_find_it_alike(desk: Desk) -> None:
    desk.add("a")
    watch = desk.watch()
    file = desk.add("b") / "workflow.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:40])
    await watch.look()
    file.write_bytes(whole[:80])
    await watch.look()
    file.write_bytes(whole)
    await watch.look()
    assert desk.told == []
    await watch.look()
    await watch.look()
    assert (desk.names, desk.told[0].problems) == ([["a", "b"]], ())


async def test_a_folder_that_became_wrong_is_told_loudly_and_once_and_stays_as_it_was(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    folder = desk.add("a")
    watch = desk.watch()
    good = load_workflows(desk.folder).templates
    (folder / "command.toml").write_text("description = 1", encoding="utf-8")
    for _ in range(4):
        await watch.look()
    assert [loaded.templates for loaded in desk.told] == [good]
    (problem, kept) = _errors(caplog)
    assert problem.startswith(str(folder / "command.toml"))
    assert kept == f"{folder} is wrong now: its last good version stays in use as /a"


async def test_a_new_folder_that_is_wrong_is_told_and_keeps_no_other_away(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    watch = desk.watch()
    folder = desk.add("bad", "description = 1")
    desk.add("good")
    await watch.look()
    await watch.look()
    assert desk.names == [["good"]]
    assert _errors(caplog)[-1] == f"{folder} is left out, and everything else goes on"


async def test_a_removed_folder_goes(desk: Desk) -> None:
    desk.add("a")
    folder = desk.add("b")
    watch = desk.watch()
    shutil.rmtree(folder)
    await watch.look()
    await watch.look()
    assert desk.names == [["a"]]


async def test_while_the_whole_folder_is_away_everything_stays_and_that_is_told_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.add("a")
    watch = desk.watch()
    away = desk.folder.rename(desk.folder.with_name("away"))
    for _ in range(3):
        await watch.look()
    (line,) = _errors(caplog)
    assert line.startswith(f"{desk.folder} is not a folder")
    away.rename(desk.folder)
    desk.add("b")
    for _ in range(2):
        await watch.look()
    assert desk.names == [["a", "b"]]


def told_of_files(name: str) -> str:
    return (
        f"`/{name}` is not offered at the moment: Something is wrong with its files, or with what ComfyUI has for it. "
        "The log of the bot says what."
    )


async def test_why_a_workflow_is_not_offered_is_told_without_a_path_of_the_disk(tmp_path: Path) -> None:
    write(tmp_path / "1", option_file('node = "Sampler"\ninput = "width"\nmin = 8')).rename(tmp_path / "odd")
    write(tmp_path / "2").rename(tmp_path / "lacking")
    (tmp_path / "wrong").mkdir()
    for number in ("1", "2"):
        (tmp_path / number).rmdir()
    loaded = load_workflows(tmp_path)
    catalogue = WorkflowCatalogue((), lambda: [server(without=("Encode", "Load"))])
    await catalogue.replace(loaded.templates, loaded.left_out)
    told = {name: catalogue.why_not(name) for name in ("odd", "lacking", "wrong", "unheard")}
    lacking = "The node Encode is not installed. The node Load is not installed. The nearest that is: Loader."
    assert {name: words and render(words, "en") for name, words in told.items()} == {
        "odd": f"`/odd` is not offered at the moment: {lacking}",
        "lacking": f"`/lacking` is not offered at the moment: {lacking}",
        "wrong": told_of_files("wrong"),
        "unheard": None,
    }
    everything: list[ObjectInfo] = [server()]
    catalogue = WorkflowCatalogue(loaded.templates, lambda: everything, left_out=loaded.left_out)
    await catalogue.refresh()
    assert catalogue.why_not("lacking") is None
    odd = catalogue.why_not("odd")
    assert odd is not None
    assert render(odd, "en") == told_of_files("odd")


async def test_a_server_that_tells_classes_one_by_one_is_asked_for_those_of_a_new_workflow() -> None:
    async with ComfyStandIn.running(speed=INSTANT) as comfy, aiohttp.ClientSession() as session:
        comfy.break_object_info()
        asked = frozenset({"KSampler"})
        backend = Backend(ComfyClient(session, Server(comfy.url)), grace_seconds=60, class_types=asked)
        await backend.look_once(5)
        assert set(backend.knowledge or ()) == {"KSampler"}
        watching = asyncio.create_task(backend.run())
        try:
            backend.ask_for(frozenset({"KSampler", "SaveImage"}))
            await eventually(lambda: set(backend.knowledge or ()) == {"KSampler", "SaveImage"})
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
