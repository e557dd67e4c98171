"""The stand-in against recordings of a real ComfyUI 0.3.64: the same requests, the same answers and events.

Runs where the recordings are: beside the project, in ``../shared``. Ids, times, file numbers and the words of
tooltips and tracebacks are evened out first; everything else must be equal.
"""

import copy
import io
import json
import re
from typing import Final

import pytest
from PIL import Image

from bot.sandbox.comfyui import INSTANT, ComfyStandIn, Story
from bot.sandbox.comfyui.catalogue import NODE_CLASSES
from bot.sandbox.comfyui.files import Folder, StoredFile
from bot.sandbox.comfyui.media_classes import LATER_CLASSES
from bot.sandbox.comfyui.pack_classes import PACK_CLASS_NAMES, STAND_IN
from tests.sandbox.comfyui.client import Json, connected, short
from tests.sandbox.comfyui.recordings import (
    PAIRS,
    RECORDINGS,
    evened,
    exchanges,
    needs_recordings,
    recorded_server,
    recording,
    replay,
)

pytestmark = needs_recordings

ANSWERED_ALIKE: Final = (
    "01_http_get_idle",
    "20_prompt_validation_failures",
    "21_prompt_malformed_requests",
    "51_view",
)
TOLD_ALIKE: Final = (
    "11_ws_txt2img_legacy_preview",
    "12_ws_fully_cached_rerun",
    "13_ws_partly_cached_new_seed_previewmeta",
    "14_ws_only_save_changes",
    "16_ws_txt2img_full_sd15",
    "18_ws_lora_embedding_highres_second_pass",
    "36_interrupt_idle_then_run",
    "52_ws_img2img",
    "53_ws_inpaint",
    "54_ws_execution_error_bad_image",
    "55_ws_execution_error_after_partial_outputs",
    "56_ws_batch_of_4",
)
OTHERWISE: Final = {
    "ckpt_name": "sd15-random.safetensors",
    "text": "something else",
    "seed": 32,
    "width": 128,
    "filename_prefix": "other",
    "image": "other.png",
}
OF_OLD: Final = {"ImageScaleToTotalPixels", "CreateVideo", "SaveVideo", "SaveGLB"}
"""Classes that gained inputs or types of values since 0.3.64, which the stand-in has not in any release."""
NOT_FOR_CLIENTS: Final = [
    "/users",
    "/settings",
    "/userdata",
    "/internal/folder_paths",
    "/internal/files",
    "/workflow_templates",
    "/experiment/models",
]


def known(row: Json) -> bool:
    """Whether the request is one that a client makes, of nodes that the stand-in has."""
    method, _, path = row["req"].partition(" ")
    if path == "/" or "If-None-Match" in (row.get("body") or ""):
        return False  # the page for people; an etag that only the recorded file has
    classes = set(re.findall(r'"class_type": "(\w+)"', json.dumps(row.get("body"))))
    strangers = classes - set(NODE_CLASSES) - {"NoSuchNode"}
    return method in {"GET", "POST", "HEAD"} and not strangers and not path.startswith(tuple(NOT_FOR_CLIENTS))


@pytest.mark.parametrize("name", ANSWERED_ALIKE)
async def test_requests_are_answered_as_recorded(name: str) -> None:
    rows = recording(name)
    origin = next(
        (i for i, row in enumerate(rows) if row.get("note", "").startswith("Origin header")), len(rows)
    )
    wrong: list[object] = []
    async with recorded_server() as (comfy, client):
        uploads_of_the_recording(comfy)
        for request, answer in exchanges(rows[:origin]):
            if not known(request) or "(multipart)" in request["req"]:
                continue
            status, content_type, body = await replay(client, request)
            expected = (answer["status"], evened(meaning(answer["raw"], request), {}))
            if (status, evened(meaning(body.decode("latin-1"), request), {})) != expected:
                wrong.append((request["req"], request.get("body"), (status, body[:600]), expected))
            assert content_type.split(";")[0] == (answer["content_type"] or "").split(";")[
                0
            ] or not content_type.startswith(("application/json", "image/"))
    assert wrong == []


def uploads_of_the_recording(comfy: ComfyStandIn) -> None:
    """The files that the recorded /view requests ask for."""

    def png(mode: str, colour: tuple[int, ...]) -> bytes:
        content = io.BytesIO()
        Image.new(mode, (64, 64), colour).save(content, "PNG")
        return content.getvalue()

    files = {
        (Folder.INPUT, "vw1795190375_rgba.png"): png("RGBA", (200, 30, 30, 0)),
        (Folder.INPUT, "vw1795190375_rgb.png"): png("RGB", (200, 30, 30)),
        (Folder.INPUT, "sub/dir/s.png"): png("RGB", (200, 30, 30)),
        (Folder.INPUT, "vw1795190375_broken.png"): b"\x89PNG?",
        (Folder.TEMP, "t.png"): png("RGBA", (200, 30, 30, 0)),
        (Folder.OUTPUT, "o.png"): png("RGB", (200, 30, 30)),
        (Folder.OUTPUT, "x.html"): b"<script>alert(1)</script>",
        (Folder.OUTPUT, "g.gif"): b"GIF89a",
        (Folder.OUTPUT, "j.json"): b"{}",
        (Folder.OUTPUT, "noext"): b"abc",
    }
    for (folder, path), content in files.items():
        comfy.installation.files.put(folder, path, StoredFile(content, modified=1795190375.5))


def meaning(raw: str, request: Json) -> object:
    """What an answer says, as far as the stand-in must say the same."""
    path = request["req"].split()[1].removeprefix("/api")
    if path.startswith("/view?") or raw.startswith("<0 bytes"):
        return None
    try:
        body = json.loads(raw)
    except ValueError:
        return raw if raw.startswith("500") else None
    if path in {"/extensions", "/models", "/system_stats", "/experiment/models"}:
        return type(body).__name__ if path != "/system_stats" else sorted(body)
    if path.startswith(("/view_metadata", "/object_info/")):
        return bool(body)
    if path in {"/history", "/prompt"} and "prompt_id" not in raw and "node_errors" not in raw:
        return type(body).__name__
    return body


@pytest.mark.parametrize("name", TOLD_ALIKE)
async def test_jobs_are_told_as_recorded(name: str) -> None:
    rows = recording(name)
    posted = next(row["body"] for row in rows if row.get("req") == "POST /prompt")
    cached = next(
        json.loads(row["raw"])["data"]["nodes"] for row in rows if "execution_cached" in row.get("raw", "")
    )
    async with recorded_server() as (comfy, client):
        pictures_of_the_recording(comfy)
        if cached:
            async with client.listen("primer") as primer:
                await client.submit(primed(posted["prompt"], cached), "primer")
                await primer.until_end()
        handshake = any('"feature_flags"' in row.get("raw", "") for row in rows)
        async with client.listen("alpha", handshake=handshake) as listener:
            prompt_id = await client.submit(posted["prompt"], "alpha")
            told = await listener.until_end()
        entry = await client.get(f"/history/{prompt_id}")
    expected = frames_of(rows, "A")
    assert [short(frame) for frame in told] == [short(frame) for frame in expected]
    ids: dict[str, str] = {}
    other_ids: dict[str, str] = {}
    for frame, recorded in zip(told, expected, strict=True):
        if isinstance(frame, dict) and isinstance(recorded, dict):
            assert in_any_order(evened(frame, ids)) == in_any_order(evened(recorded, other_ids))
    kept = [row["raw"] for row in rows if row.get("status") == 200 and '"outputs"' in row.get("raw", "")]
    if kept and not cached:
        assert unnumbered(evened(entry.json, {})) == unnumbered(evened(json.loads(kept[0]), {}))


def unnumbered(history: Json) -> Json:
    """History entries without their places in the queue, which depend on all that was run before."""
    return {key: {**entry, "prompt": entry["prompt"][1:]} for key, entry in history.items()}


def pictures_of_the_recording(comfy: ComfyStandIn) -> None:
    content = io.BytesIO()
    Image.new("RGBA", (64, 64), (10, 20, 30, 128)).save(content, "PNG")
    for path in ("discord/i2i.png", "inp.png", "other.png"):
        comfy.installation.files.put(Folder.INPUT, path, StoredFile(content.getvalue()))
    comfy.installation.files.put(Folder.INPUT, "notimage.png", StoredFile(b"no picture"))


def primed(graph: Json, cached: list[str]) -> Json:
    """A graph that shares just the cached nodes with the recorded one."""
    graph = copy.deepcopy(graph)
    for node_id, node in graph.items():
        if node_id in cached:
            continue
        node["inputs"] |= {name: OTHERWISE[name] for name in node["inputs"] if name in OTHERWISE}
    return graph


def frames_of(rows: list[Json], who: str) -> list[Json | bytes]:
    """What a recorded socket received after its greeting, up to the end of its first job."""
    frames: list[Json | bytes] = []
    for row in rows:
        if row.get("who") != who or row.get("dir") != "<" or "frame" not in row:
            continue
        if row["frame"] == "binary":
            frames.append(bytes.fromhex(row["head_hex"].replace(" ", "")))
            continue
        event = json.loads(row["raw"])
        if event["type"] != "feature_flags" and "sid" not in event["data"]:
            frames.append(event)
        if short(event) == "executing None":
            break
    return frames


def in_any_order(event: Json) -> Json:
    """An event whose lists of node ids, which a real server keeps in sets, are sorted."""
    data = event["data"]
    return {
        **event,
        "data": {
            key: sorted(item) if key in {"executed", "current_outputs"} else item
            for key, item in data.items()
        }
        | ({"exception_message": ""} if "exception_message" in data else {}),
    }


async def test_interrupts_between_two_clients_are_told_as_recorded() -> None:
    rows = recording("35_interrupt_by_prompt_id")
    first, second = [row["body"] for row in rows if row.get("req") == "POST /prompt"]
    async with recorded_server() as (comfy, client), client.listen("alpha") as a, client.listen("beta") as b:
        steps = first["prompt"]["3"]["inputs"]["steps"]
        comfy.next_job(Story(hold=True))
        running = await client.submit(first["prompt"], "alpha")
        pending = await client.submit(second["prompt"], "beta")
        for prompt_id in (pending, "nope"):
            await client.post("/interrupt", {"prompt_id": prompt_id})
        told = await a.until(f"progress 3 {steps // 2}/{steps}")
        await client.post("/interrupt", {"prompt_id": running})
        told += await a.shorts_until_end()
        other = await b.shorts_until_end()
    for who, lines in (("A", told), ("B", other)):
        expected = [short(frame) for frame in frames_of(rows, who)]
        assert without_pace(lines) == without_pace(expected)


def without_pace(lines: list[str]) -> list[str]:
    """Lines that do not depend on when exactly somebody did something."""
    return [
        line for line in lines if not line.startswith(("status", "preview", "progress", "state 3 running"))
    ]


async def test_a_job_of_nobody_is_told_as_recorded() -> None:
    rows = recording("15_ws_no_client_id_broadcast")
    posted = next(row["body"] for row in rows if row.get("req") == "POST /prompt")
    async with recorded_server() as (_, client):
        async with client.listen("primer") as primer:
            await client.submit(primed(posted["prompt"], ["4", "5", "6", "7"]), "primer")
            await primer.until_end()
        async with client.listen("alpha", handshake=True) as a, client.listen("beta") as b:
            await client.submit(posted["prompt"])
            told = {"A": await a.until("status 0"), "B": await b.until("status 0")}
    assert told == {who: [short(frame) for frame in frames_of(rows, who)] for who in ("A", "B")}


async def test_node_classes_are_described_as_recorded() -> None:
    recorded = json.loads((RECORDINGS / "object_info.json").read_text(encoding="utf-8"))
    async with recorded_server() as (comfy, client):
        comfy.installation.upscalers.clear()
        comfy.installation.clip_vision.clear()
        comfy.installation.control_nets.clear()
        comfy.installation.files.put(Folder.INPUT, "example.png", StoredFile(b""))
        info = (await client.get("/object_info")).json
        assert info.pop(STAND_IN.name)  # what is ours
    assert sorted(info) == sorted(set(NODE_CLASSES) - PACK_CLASS_NAMES - LATER_CLASSES)
    assert described(info) == described({name: recorded[name] for name in info})


async def test_a_newer_release_describes_its_inputs_and_outputs_as_recorded() -> None:
    recorded = json.loads((PAIRS / "object_info-0.33.0.json").read_text(encoding="utf-8"))
    async with ComfyStandIn.running(speed=INSTANT) as comfy, connected(comfy.url) as client:
        installed = comfy.installation
        for models in (installed.checkpoints, installed.loras, installed.upscalers):
            models.clear()
        installed.clip_vision.clear()
        installed.control_nets.clear()
        info = (await client.get("/object_info")).json
        assert info.pop(STAND_IN.name)  # what is ours
    differing = {name for name in info if sockets(info[name]) != sockets(recorded[name])}
    assert differing == OF_OLD


def sockets(node: Json) -> object:
    """What can be connected and typed, and what comes out; not where the page shows it."""
    named: Json = evened({key: node[key] for key in ("input", "output", "output_name")}, {})
    return json.loads(
        json.dumps(named), object_hook=lambda each: {k: v for k, v in each.items() if k != "advanced"}
    )


def described(info: Json) -> Json:
    """Classes without the words that are ours, and without what only the recorded page needs."""
    return {
        name: {
            key: value
            for key, value in evened(node, {}).items()
            if key not in {"description", "output_tooltips"}
        }
        for name, node in info.items()
    }
