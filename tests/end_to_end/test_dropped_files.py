"""A file dropped into a folder is a command: no ``command.toml``, no node numbers, and what it makes opens in the editor."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from io import BytesIO
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from PIL import Image

from bot.comfy import ComfyClient, FileRef, Graph, JsonValue, Server
from bot.comfy.convert import NodePlans, convert
from bot.sandbox.comfyui import ComfyStandIn
from bot.workflows.sources import read_workflow
from tests.comfy.convert.graphs import node, ui, wire
from tests.end_to_end.life import PROJECT
from tests.end_to_end.rig import Rig
from tests.end_to_end.test_first_light import picture

UI_GRAPH = ui(
    node(4, "CheckpointLoaderSimple", ["landscape.safetensors"], outputs=["MODEL", "CLIP", "VAE"]),
    node(6, "CLIPTextEncode", ["a quiet lake"], inputs=[wire("clip", "CLIP", 1)], outputs=["CONDITIONING"]),
    node(7, "CLIPTextEncode", ["blurry"], inputs=[wire("clip", "CLIP", 2)], outputs=["CONDITIONING"]),
    node(5, "EmptyLatentImage", [64, 64, 1], outputs=["LATENT"]),
    node(
        3,
        "KSampler",
        [7, "randomize", 4, 7.5, "euler", "normal", 1],
        inputs=[
            wire("model", "MODEL", 3),
            wire("positive", "CONDITIONING", 4),
            wire("negative", "CONDITIONING", 5),
            wire("latent_image", "LATENT", 6),
        ],
        outputs=["LATENT"],
    ),
    node(8, "VAEDecode", inputs=[wire("samples", "LATENT", 7), wire("vae", "VAE", 8)], outputs=["IMAGE"]),
    node(9, "SaveImage", ["lake"], inputs=[wire("images", "IMAGE", 9)]),
    links=[
        [1, 4, 1, 6, 0, "CLIP"],
        [2, 4, 1, 7, 0, "CLIP"],
        [3, 4, 0, 3, 0, "MODEL"],
        [4, 6, 0, 3, 1, "CONDITIONING"],
        [5, 7, 0, 3, 2, "CONDITIONING"],
        [6, 5, 0, 3, 3, "LATENT"],
        [7, 3, 0, 8, 0, "LATENT"],
        [8, 4, 2, 8, 1, "VAE"],
        [9, 8, 0, 9, 0, "IMAGE"],
    ],
)
"""The editor's first example, as somebody saves it: no titles, nothing marked."""


@pytest.fixture
async def client(rig: Rig) -> AsyncGenerator[ComfyClient]:
    async with aiohttp.ClientSession() as session:
        yield ComfyClient(session, Server(rig.comfy.url))


@pytest.fixture
async def plans(client: ComfyClient) -> NodePlans:
    return (await client.object_info()).node_plans()


def drop(rig: Rig, name: str, content: bytes) -> None:
    """Put a file into a folder of its own, and nothing beside it."""
    folder = rig.folder / "workflows" / Path(name).stem
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    rig.settings["WORKFLOWS_DIR"] = str(folder.parent)


async def saved_picture(
    client: ComfyClient, comfy: ComfyStandIn, graph: Graph, sent_along: JsonValue
) -> bytes:
    """The PNG that ComfyUI writes when somebody runs a graph: the editor sends its own graph along, a program may not."""
    extra: dict[str, JsonValue] = {} if sent_along is None else {"extra_pnginfo": {"workflow": sent_along}}
    prompt_id = UUID(int=1)
    await client.submit(graph, prompt_id=prompt_id, client_id="an editor", extra_data=extra)
    await comfy.until(lambda: str(prompt_id) in comfy.history)
    return await client.view(FileRef("lake_00001_.png", "", "output"), max_bytes=10_000_000)


def ran(content: bytes, plans: NodePlans) -> Graph:
    """The graph that made a picture, which the UI graph in it becomes, too."""
    found = read_workflow(content)
    assert found.prompt is not None
    if found.workflow is not None:
        assert convert(found.workflow, plans).graph == found.prompt
    return found.prompt


def the_saved_one(told: bytes) -> bytes:
    """The file that the sandbox named in its last line."""
    last = json.loads(told.splitlines()[-1])
    assert last["event"] == "saved"
    return Path(last["path"]).read_bytes()


async def posted(rig: Rig, line: str) -> bytes:
    async with rig.bot():
        await rig.ready()
        await rig.ask(line)
        return picture(await rig.result())


async def test_a_ui_graph_becomes_a_command_with_options_found_in_it(rig: Rig, plans: NodePlans) -> None:
    drop(rig, "Quiet Lake.json", json.dumps(UI_GRAPH).encode())
    content = await posted(rig, "/quiet_lake prompt:a red fox 赤狐 🦊 seed:5 width:128 steps:3")
    graph = ran(content, plans)
    assert graph["6"].inputs["text"] == "a red fox 赤狐 🦊"
    assert (graph["3"].inputs["seed"], graph["3"].inputs["steps"]) == (5, 3)
    with Image.open(BytesIO(content)) as image:
        assert image.size == (128, 64)


@pytest.mark.parametrize("has_ui_graph", [True, False], ids=["of the editor", "of a program"])
async def test_a_png_that_comfyui_made_becomes_a_command(
    rig: Rig, client: ComfyClient, plans: NodePlans, *, has_ui_graph: bool
) -> None:
    graph = convert(UI_GRAPH, plans).graph
    content = await saved_picture(client, rig.comfy, graph, UI_GRAPH if has_ui_graph else None)
    drop(rig, "lake.png", content)
    made = await posted(rig, "/lake prompt:a blue whale height:128")
    assert (read_workflow(made).workflow is not None) == has_ui_graph
    whale = ran(made, plans)
    assert whale["6"].inputs["text"] == "a blue whale"
    assert whale["5"].inputs == {"width": 64, "height": 128, "batch_size": 1}
    assert whale["3"].inputs["seed"] != 7


async def test_what_the_bot_posted_can_be_dropped_again(rig: Rig, plans: NodePlans) -> None:
    drop(rig, "lake.json", json.dumps(UI_GRAPH).encode())
    first = await posted(rig, "/lake prompt:a red fox seed:5")
    drop(rig, "fox.png", first)
    async with rig.bot():
        await rig.ready(life=2)
        # the commands of the first life are there until the second has synced its own
        await rig.until(lambda: "fox" in {command.name for command in rig.discord.commands})
        await rig.ask("/fox prompt:a red fox seed:5")
        await rig.until(lambda: len(rig.results()) == 2)
    second = picture(rig.results()[1])
    before, after = ran(first, plans), ran(second, plans)
    marks = [str(graph["9"].inputs["filename_prefix"]).split("-") for graph in (before, after)]
    assert [name for name, _ in marks] == ["lake", "lake"]
    assert {**after, "9": before["9"]} == before


async def test_the_sandbox_runs_a_dropped_picture_from_the_command_line(
    rig: Rig, client: ComfyClient, plans: NodePlans
) -> None:
    graph = convert(UI_GRAPH, plans).graph
    drop(rig, "lake.png", await saved_picture(client, rig.comfy, graph, UI_GRAPH))
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", "--once", "/lake prompt:a red fox seed:5"),
        *("--workflows", str(rig.folder / "workflows"), "--output", str(rig.folder / "out")),
        *("--comfyui", rig.comfy.url, "--json"),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await sandbox.communicate()
    assert sandbox.returncode == 0
    fox = ran(the_saved_one(told), plans)
    assert fox["6"].inputs["text"] == "a red fox"
