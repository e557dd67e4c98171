"""Files of every kind that the stand-in makes, recognised by their content, and where an output names them."""

import io
import json
import struct
from collections.abc import Mapping

import pytest
from PIL import Image

from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, RELEASE_0_33, ComfyStandIn, Release
from tests.sandbox.comfyui.client import TXT2IMG, Client, Json, changed, connected
from tests.sandbox.comfyui.test_files import upload

IMAGES = {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 32, "batch_size": 3, "color": 77}}
SOUND = {"class_type": "EmptyAudio", "inputs": {"duration": 1.0, "sample_rate": 44100, "channels": 2}}
FILM = {"class_type": "CreateVideo", "inputs": {"images": ["images", 0], "fps": 6.0, "audio": ["sound", 0]}}
MESH = {
    "checkpoint": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "landscape.safetensors"}},
    "latent": {"class_type": "EmptyLatentHunyuan3Dv2", "inputs": {"resolution": 3072, "batch_size": 1}},
    "voxel": {
        "class_type": "VAEDecodeHunyuan3D",
        "inputs": {
            "samples": ["latent", 0],
            "vae": ["checkpoint", 2],
            "num_chunks": 8000,
            "octree_resolution": 256,
        },
    },
    "mesh": {
        "class_type": "VoxelToMesh",
        "inputs": {"voxel": ["voxel", 0], "algorithm": "basic", "threshold": 0.6},
    },
}
MAGIC: Mapping[str, bytes] = {
    "mp4": b"\x00\x00\x00\x20ftypisom",
    "webm": b"\x1a\x45\xdf\xa3",
    "flac": b"fLaC",
    "mp3": b"\xff\xf3",
    "opus": b"OggS",
    "glb": b"glTF\x02\x00\x00\x00",
    "webp": b"RIFF",
    "png": b"\x89PNG",
    "gif": b"GIF89a",
}


def of(class_type: str, **inputs: object) -> Json:
    return {"class_type": class_type, "inputs": {"filename_prefix": "k/it", **inputs}}


async def shown_by(comfy: ComfyStandIn, client: Client, out: Json) -> Json:
    graph = {"images": IMAGES, "sound": SOUND, "film": FILM, **MESH, "out": out}
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    return (await client.entry(prompt_id))["outputs"]["out"]


async def content(client: Client, file: Json) -> bytes:
    answer = await client.get("/view", params={key: file[key] for key in ("filename", "subfolder", "type")})
    assert answer.status == 200
    return answer.body


ANIMATION = {"images": ["images", 0], "fps": 6.0}
WEBP = of("SaveAnimatedWEBP", **ANIMATION, lossless=True, quality=80, method="default")
APNG = of("SaveAnimatedPNG", **ANIMATION, compress_level=4)


@pytest.mark.parametrize(
    ("saver", "key", "kind"),
    [
        (of("SaveVideo", video=["film", 0], format="auto", codec="auto"), "images", "mp4"),
        (of("SaveWEBM", **ANIMATION, codec="vp9", crf=32.0), "images", "webm"),
        (WEBP, "images", "webp"),
        (APNG, "images", "png"),
        (of("SaveAudio", audio=["sound", 0]), "audio", "flac"),
        (of("SaveAudioMP3", audio=["sound", 0], quality="V0"), "audio", "mp3"),
        (of("SaveAudioOpus", audio=["sound", 0], quality="128k"), "audio", "opus"),
        (of("SaveGLB", mesh=["mesh", 0]), "3d", "glb"),
    ],
)
@pytest.mark.parametrize("release", [RELEASE_0_3_64, RELEASE_0_33])
async def test_a_saver_makes_a_file_of_its_kind_and_names_it_under_the_servers_key(
    saver: Json, key: str, kind: str, release: Release
) -> None:
    async with ComfyStandIn.running(speed=INSTANT, release=release) as comfy, connected(comfy.url) as client:
        shown = await shown_by(comfy, client, saver)
        (file,) = shown[key]
        plain = key == "audio" and release is RELEASE_0_33
        name = f"it_00001{'' if plain else '_'}.{kind}"
        assert file == {"filename": name, "subfolder": "k", "type": "output"}
        assert shown.get("animated") == ([True] if key == "images" else None)
        assert (await content(client, file)).startswith(MAGIC[kind])


@pytest.mark.parametrize(("saver", "kind"), [(WEBP, "WEBP"), (APNG, "PNG")])
async def test_animated_pictures_show_every_picture_as_long_as_asked(
    comfy: ComfyStandIn, client: Client, saver: Json, kind: str
) -> None:
    drawn = changed(TXT2IMG, n5_batch_size=3)
    del drawn["9"]
    out = {**saver, "inputs": {**saver["inputs"], "images": ["8", 0]}}
    prompt_id = await client.submit({**drawn, "out": out})
    await comfy.until(lambda: prompt_id in comfy.history)
    (file,) = (await client.entry(prompt_id))["outputs"]["out"]["images"]
    with Image.open(io.BytesIO(await content(client, file))) as image:
        image.load()
        assert (image.format, getattr(image, "n_frames", 1)) == (kind, 3)
        assert image.info["duration"] == pytest.approx(1000 / 6, abs=1)


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [("image/gif", "gif"), ("image/webp", "webp"), ("video/h264-mp4", "mp4"), ("video/webm", "webm")],
)
async def test_a_film_of_the_video_pack_lies_under_gifs(
    comfy: ComfyStandIn, client: Client, media_type: str, kind: str
) -> None:
    comfy.install_packs()
    combine = of(
        "VHS_VideoCombine",
        images=["images", 0],
        frame_rate=8,
        loop_count=0,
        format=media_type,
        pingpong=False,
        save_output=True,
    )
    shown = await shown_by(comfy, client, combine)
    (file,) = shown["gifs"]
    assert (list(shown), file["filename"], file["format"]) == (["gifs"], f"it_00001.{kind}", media_type)
    assert (await content(client, file)).startswith(MAGIC[kind])


async def test_texts_are_shown_and_saved(comfy: ComfyStandIn, client: Client) -> None:
    shown = await shown_by(comfy, client, of("SaveText", text='{"a":1}', format="json"))
    assert shown == {
        "text": ['{"a":1}'],
        "files": [{"filename": "it_00001.json", "subfolder": "k", "type": "output"}],
    }
    assert await content(client, shown["files"][0]) == b'{\n  "a": 1\n}'


async def test_a_release_without_a_class_refuses_it() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        answer = await client.post("/prompt", {"prompt": {"1": of("SaveText", text="a", format="txt")}})
        assert answer.json["error"]["message"] == "Cannot execute because node SaveText does not exist."


async def test_a_latent_is_a_safetensors_file_with_the_prompt_in_its_header(
    comfy: ComfyStandIn, client: Client
) -> None:
    latent = {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 32, "batch_size": 2}}
    prompt_id = await client.submit({"l": latent, "out": of("SaveLatent", samples=["l", 0])})
    await comfy.until(lambda: prompt_id in comfy.history)
    (file,) = (await client.entry(prompt_id))["outputs"]["out"]["latents"]
    saved = await content(client, file)
    (size,) = struct.unpack("<Q", saved[:8])
    header = json.loads(saved[8 : 8 + size])
    assert header["latent_tensor"]["shape"] == [2, 4, 4, 8]
    assert list(json.loads(header["__metadata__"]["prompt"])) == ["l", "out"]
    assert len(saved) == 8 + size + header["latent_tensor"]["data_offsets"][1]


@pytest.mark.parametrize(
    ("loader", "option", "saver"),
    [
        ("LoadVideo", "file", of("SaveVideo", video=["load", 0], format="auto", codec="auto")),
        ("LoadAudio", "audio", of("SaveAudio", audio=["load", 0])),
    ],
)
async def test_an_uploaded_film_or_sound_comes_back_as_it_was(
    comfy: ComfyStandIn, client: Client, loader: str, option: str, saver: Json
) -> None:
    key, kind, name = ("images", "video", "my.mp4") if option == "file" else ("audio", "audio", "my.flac")
    graph = {"load": {"class_type": loader, "inputs": {option: name}}, "out": saver}
    refused = await client.post("/prompt", {"prompt": graph})
    (error,) = refused.json["node_errors"]["load"]["errors"]
    assert error["details"] == f"{option} - Invalid {kind} file: {name}"
    await upload(client, name, b"what somebody recorded")
    assert name in json.dumps((await client.get(f"/object_info/{loader}")).json)
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    (file,) = (await client.entry(prompt_id))["outputs"]["out"][key]
    assert await content(client, file) == b"what somebody recorded"


async def test_pictures_on_the_websocket_are_sent_again_each_time(
    comfy: ComfyStandIn, client: Client
) -> None:
    """Nothing of them is kept, so a cached rerun would show nothing."""
    graph = {"i": IMAGES, "out": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["i", 0]}}}
    async with client.listen() as listener:
        for _ in range(2):
            prompt_id = await client.submit(graph, "me")
            frames = await listener.until_end()
            assert len([frame for frame in frames if isinstance(frame, bytes)]) == 3
            assert (await client.entry(prompt_id))["outputs"] == {}
