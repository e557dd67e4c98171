"""The pictures: the same for the same spec, others for others."""

import hashlib
import io

from PIL import Image

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.comfyui.drawing import PictureSpec, draw, preview
from tests.sandbox.comfyui.client import TXT2IMG, Client, changed

FOX = PictureSpec(words="a red fox in snow", avoid="", seed=7, checkpoint="landscape.safetensors", number=0)


def digest(spec: PictureSpec, width: int = 64, height: int = 48) -> str:
    return hashlib.sha256(draw(spec, width, height).tobytes()).hexdigest()


def test_a_picture_spec_always_gives_the_same_picture() -> None:
    assert digest(FOX) == digest(FOX)


def test_everything_in_a_picture_spec_changes_the_picture() -> None:
    specs = [
        FOX,
        PictureSpec("a blue fox", "", 7, FOX.checkpoint, 0),
        PictureSpec(FOX.words, "hands", 7, FOX.checkpoint, 0),
        PictureSpec(FOX.words, "", 8, FOX.checkpoint, 0),
        PictureSpec(FOX.words, "", 7, "portrait-v2.safetensors", 0),
        PictureSpec(FOX.words, "", 7, FOX.checkpoint, 1),
        PictureSpec("夜", "", 7, FOX.checkpoint, 0),
    ]
    assert len({digest(spec) for spec in specs}) == len(specs)


def test_pictures_have_the_size_that_was_asked_for() -> None:
    assert [draw(FOX, *size).size for size in ((16, 16), (64, 640), (640, 64))] == [
        (16, 16),
        (64, 640),
        (640, 64),
    ]


def test_previews_are_jpegs_of_512_pixels_that_grow_sharper() -> None:
    picture = draw(FOX, 128, 64)
    frames = [preview(picture, share) for share in (0.05, 0.5, 1.0)]
    assert [Image.open(io.BytesIO(frame)).size for frame in frames] == [(512, 256)] * 3
    assert len(frames[0]) < len(frames[1]) < len(frames[2])


async def test_the_same_graph_gives_the_same_bytes_and_another_seed_others(
    comfy: ComfyStandIn, client: Client
) -> None:
    async def saved(seed: int) -> bytes:
        prompt_id = await client.submit(changed(TXT2IMG, n3_seed=seed))
        await comfy.until(lambda: prompt_id in comfy.history)
        (image,) = (await client.entry(prompt_id))["outputs"]["9"]["images"]
        return (await client.get("/view", params=image)).body

    first, other = await saved(1), await saved(2)
    await client.post("/free", {"free_memory": True})
    assert (await saved(1) == first, other == first) == (True, False)


async def test_drawing_over_a_picture_keeps_what_the_mask_or_the_strength_leaves(
    comfy: ComfyStandIn, client: Client
) -> None:
    graph = changed(TXT2IMG, n3_latent_image=["11", 0], n3_denoise=0.0) | {
        "10": {
            "class_type": "EmptyImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0x102030},
        },
        "11": {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0], "vae": ["4", 2]}},
    }
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    (image,) = (await client.entry(prompt_id))["outputs"]["9"]["images"]
    picture = Image.open(io.BytesIO((await client.get("/view", params=image)).body))
    assert picture.getpixel((20, 20)) == (0x10, 0x20, 0x30)
