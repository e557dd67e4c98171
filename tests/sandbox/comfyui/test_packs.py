"""Nodes of custom packs: texts under keys of their own, and a video that lies in the temp folder."""

import io
from typing import Any

import pytest
from PIL import Image

from bot.sandbox.comfyui import ComfyStandIn
from tests.sandbox.comfyui.client import TRIVIAL, Client, Json


async def shown(comfy: ComfyStandIn, client: Client, class_type: str, inputs: Json) -> Any:
    """What a node shows in the history."""
    comfy.install_packs()
    images = {"1": {**TRIVIAL["1"], "inputs": {**TRIVIAL["1"]["inputs"], "batch_size": 3}}}
    prompt_id = await client.submit(images | {"2": {"class_type": class_type, "inputs": inputs}})
    await comfy.until(lambda: prompt_id in comfy.history)
    return (await client.entry(prompt_id))["outputs"].get("2")


@pytest.mark.parametrize(
    ("class_type", "inputs", "output"),
    [
        ("ShowText|pysssss", {"text": "a cat"}, {"text": ["a cat"]}),
        ("DisplayText_Zho", {"text": "a cat"}, {"string": ["a cat"]}),
        (
            "WD14Tagger|pysssss",
            {
                "image": ["1", 0],
                "model": "wd-v1-4-moat-tagger-v2",
                "threshold": 0.35,
                "character_threshold": 0.85,
                "exclude_tags": "scenery",
            },
            {"tags": ["no_humans, square"]},
        ),
    ],
)
async def test_texts_are_shown_under_the_keys_of_their_packs(
    comfy: ComfyStandIn, client: Client, class_type: str, inputs: Json, output: Json
) -> None:
    assert await shown(comfy, client, class_type, inputs) == output


@pytest.mark.parametrize(("save_output", "folder"), [(True, "output"), (False, "temp")])
async def test_a_video_that_is_not_saved_lies_in_the_temp_folder(
    comfy: ComfyStandIn, client: Client, *, save_output: bool, folder: str
) -> None:
    inputs = {
        "images": ["1", 0],
        "frame_rate": 8,
        "loop_count": 0,
        "filename_prefix": "films/cat",
        "format": "image/webp",
        "pingpong": True,
        "save_output": save_output,
    }
    (video,) = (await shown(comfy, client, "VHS_VideoCombine", inputs))["gifs"]
    assert video == {
        "filename": "cat_00001.webp",
        "subfolder": "films",
        "type": folder,
        "format": "image/webp",
        "frame_rate": 8.0,
        "workflow": "cat_00001.png",
        "fullpath": f"/opt/comfyui/{folder}/films/cat_00001.webp",
    }
    where = {name: video[name] for name in ("filename", "subfolder", "type")}
    with Image.open(io.BytesIO((await client.get("/view", params=where)).body)) as moving:
        assert moving.format == "WEBP"


async def test_packs_are_not_there_before_they_are_installed(comfy: ComfyStandIn, client: Client) -> None:
    graph = TRIVIAL | {"3": {"class_type": "ShowText|pysssss", "inputs": {"text": "a cat"}}}
    answer = await client.post("/prompt", {"prompt": graph})
    assert (answer.status, answer.json["error"]["type"]) == (400, "missing_node_type")


async def test_a_removed_class_is_neither_described_nor_accepted(comfy: ComfyStandIn, client: Client) -> None:
    comfy.remove_class("EmptyImage")
    assert "EmptyImage" not in (await client.get("/object_info")).json
    assert (await client.get("/object_info/EmptyImage")).json == {}
    answer = await client.post("/prompt", {"prompt": TRIVIAL})
    assert (answer.status, answer.json["error"]["type"]) == (400, "missing_node_type")
    comfy.restore_class("EmptyImage")
    await client.submit(TRIVIAL)
