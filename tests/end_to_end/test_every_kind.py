"""One job that makes files of every kind: all of them arrive, under names that Discord takes, with what made them."""

import json
from pathlib import Path

from bot.delivery.file_kinds import suffix_of
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Message
from bot.workflows.sources import read_workflow
from tests.end_to_end.rig import Rig
from tests.sandbox.comfyui.test_media import FILM, IMAGES, MESH, SOUND, of

COMMAND = """
name = "everything"
description = "A file of every kind"

[options.color]
node = "images"
input = "color"
description = "The colour as a number"
"""
ANIMATED = {"images": ["images", 0], "fps": 6.0}
SAVERS = {
    "a": of("SaveImage", images=["images", 0]),
    "b": of("SaveAnimatedWEBP", **ANIMATED, lossless=True, quality=80, method="default"),
    "c": of("SaveAnimatedPNG", **ANIMATED, compress_level=4),
    "d": of("SaveVideo", video=["film", 0], format="auto", codec="auto"),
    "e": of("SaveWEBM", **ANIMATED, codec="vp9", crf=32.0),
    "f": of("SaveAudio", audio=["sound", 0]),
    "g": of("SaveAudioMP3", audio=["sound", 0], quality="V0"),
    "h": of("SaveAudioOpus", audio=["sound", 0], quality="128k"),
    "i": of("SaveGLB", mesh=["mesh", 0]),
    "j": of("SaveLatent", samples=["latent2", 0]),
    "k": {"class_type": "PreviewAny", "inputs": {"source": ["words", 0]}},
    "l": {"class_type": "PreviewImage", "inputs": {"images": ["images", 0]}},
    "m": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["images", 0]}},
}
GRAPH = {
    "images": {**IMAGES, "_meta": {"title": "images"}},
    "sound": SOUND,
    "film": FILM,
    **MESH,
    "latent2": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "words": {"class_type": "PrimitiveString", "inputs": {"value": "a caption of three words"}},
    **SAVERS,
}


def offer(rig: Rig, graph: object) -> None:
    folder = rig.folder / "workflows" / "everything"
    folder.mkdir(parents=True)
    (folder / "workflow.json").write_text(json.dumps(graph), encoding="utf-8")
    (folder / "command.toml").write_text(COMMAND, encoding="utf-8")
    rig.settings["WORKFLOWS_DIR"] = str(folder.parent)


async def results(rig: Rig, count: int) -> list[Message]:
    """So many files, over however many messages."""

    def shown() -> int:
        return sum(len(message.attachments) for message in rig.results())

    async with rig.bot():
        await rig.ready()
        asked = await rig.ask("/everything color:77")
        await rig.until(lambda: rig.ended(asked) and shown() >= count)
    assert shown() == count
    return rig.results()


async def test_files_of_every_kind_arrive(rig: Rig) -> None:
    offer(rig, GRAPH)
    # 3 pictures, 2 animations, 2 films, 3 sounds, a mesh, a latent, 3 pictures over the socket; the preview does not count
    messages = await results(rig, 15)
    attached = [each for message in messages for each in message.attachments]
    kinds = sorted(suffix_of(each.filename) for each in attached)
    assert kinds == sorted(
        [".png"] * 7 + [".webp", ".mp4", ".webm", ".flac", ".mp3", ".opus", ".glb", ".latent"]
    )
    assert "a caption of three words" in messages[0].text
    found = read_workflow(attached[0].content)
    assert found.prompt is not None
    assert found.prompt["images"].inputs["color"] == 77


def kept(rig: Rig) -> list[str]:
    return sorted(path.name for path in Path(f"{rig.database}-pictures").rglob("*.png"))


async def test_pictures_that_only_the_socket_brings_come_a_second_time_where_it_was_not_heard(
    rig: Rig,
) -> None:
    offer(rig, {"images": GRAPH["images"], "m": SAVERS["m"]})
    rig.comfy.next_job(Story(silent=True))
    (message,) = await results(rig, 3)
    assert all(each.content.startswith(b"\x89PNG") for each in message.attachments)
    assert len(rig.prompts) == 2
    assert kept(rig) == ["00001.png", "00002.png", "00003.png"]
