"""What graphs make of uploaded pictures: read, drawn over, painted under a mask, made larger, padded."""

import io
import json
import warnings
import zlib
from collections.abc import Sequence
from typing import TypeAlias

import pytest
from PIL import Image

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.comfyui.drawing import PictureSpec, draw
from tests.sandbox.comfyui.client import TXT2IMG, Client, Json, changed
from tests.sandbox.comfyui.test_files import upload

Colour: TypeAlias = tuple[int, ...]
RED, BLUE = (200, 30, 30), (20, 40, 220)
DRAWN = PictureSpec("a cat", "bad hands", 1, "landscape.safetensors", 0)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def red(size: tuple[int, int] = (64, 64)) -> Image.Image:
    return Image.new("RGB", size, RED)


def half_transparent(image: Image.Image) -> Image.Image:
    """The right half is to change."""
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (image.width // 2, 0, image.width, image.height))
    image.putalpha(alpha)
    return image


async def made_by(comfy: ComfyStandIn, client: Client, graph: Json) -> list[Image.Image]:
    """The pictures that a graph saves; fails where the job does."""
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    entry = await client.entry(prompt_id)
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    files = [file for shown in entry["outputs"].values() for file in shown["images"]]
    return [Image.open(io.BytesIO((await client.get("/view", params=file)).body)) for file in files]


def loads(*more: Json, image: str = "in.png", save: str = "1", slot: int = 0) -> Json:
    """``LoadImage`` as node 1, then these nodes from 2 on, and a picture of the slot of node ``save``."""
    nodes = {str(number): node for number, node in enumerate(more, 2)}
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": image}},
        **nodes,
        "out": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": [save, slot]}},
    }


def node(class_type: str, **inputs: object) -> Json:
    return {"class_type": class_type, "inputs": inputs}


AS_PICTURE = node("MaskToImage", mask=["1", 1])


async def test_a_picture_is_turned_as_its_camera_held_it(comfy: ComfyStandIn, client: Client) -> None:
    photo = Image.new("RGB", (60, 20), BLUE)
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees
    await upload(client, "in.jpg", encoded(photo, "JPEG", exif=exif))
    (picture,) = await made_by(comfy, client, loads(image="in.jpg"))
    assert picture.size == (20, 60)


async def test_a_mask_is_what_is_transparent_and_empty_without_transparency(
    comfy: ComfyStandIn, client: Client
) -> None:
    await upload(client, "in.png", encoded(half_transparent(red((96, 64)))))
    (mask,) = await made_by(comfy, client, loads(AS_PICTURE, save="2"))
    assert (mask.size, mask.getpixel((10, 10)), mask.getpixel((90, 10))) == (
        (96, 64),
        (0, 0, 0),
        (255, 255, 255),
    )
    await upload(client, "plain.png", encoded(red((96, 64))))
    (mask,) = await made_by(comfy, client, loads(AS_PICTURE, image="plain.png", save="2"))
    assert (mask.size, mask.getextrema()) == ((64, 64), ((0, 0), (0, 0), (0, 0)))


async def test_an_animated_picture_becomes_a_batch(comfy: ComfyStandIn, client: Client) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE)]
    await upload(client, "in.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    assert len(await made_by(comfy, client, loads(image="in.webp"))) == 2


async def test_a_picture_that_was_made_can_be_loaded_again(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(red()))
    await made_by(comfy, client, loads())
    again = {**loads(), "1": node("LoadImageOutput", image="x_00001_.png [output]")}
    (picture,) = await made_by(comfy, client, again)
    assert picture.getpixel((5, 5)) == RED
    again["1"] = node("LoadImageOutput", image="x_00009_.png [output]")
    assert (await client.post("/prompt", {"prompt": again})).status == 400


@pytest.mark.parametrize(("channel", "value"), [("alpha", 255 - 128), ("red", 10), ("blue", 30)])
async def test_a_channel_of_a_picture_can_be_a_mask(
    comfy: ComfyStandIn, client: Client, channel: str, value: int
) -> None:
    await upload(client, "in.png", encoded(Image.new("RGBA", (32, 32), (10, 20, 30, 128))))
    graph = loads(
        node("LoadImageMask", image="in.png", channel=channel), node("MaskToImage", mask=["2", 0]), save="3"
    )
    (picture,) = await made_by(comfy, client, graph)
    assert picture.getpixel((5, 5)) == (value,) * 3


def drawn_over(*nodes: Json, latent: str, denoise: float = 1.0, **more: object) -> Json:
    """``TXT2IMG`` on the latent of a node instead of an empty one. The nodes are numbered from 10 on."""
    graph = changed(TXT2IMG, n3_latent_image=[latent, 0], n3_denoise=denoise, **more)
    del graph["5"]
    return graph | {str(number): each for number, each in enumerate(nodes, 10)}


LOAD = node("LoadImage", image="in.png")
OTHER_IMAGE = Image.new("RGB", (64, 64), BLUE)


@pytest.mark.parametrize("strength", [0.25, 0.75])
async def test_img2img_shows_as_much_of_the_picture_as_the_strength_leaves(
    comfy: ComfyStandIn, client: Client, strength: float
) -> None:
    await upload(client, "in.png", encoded(red()))
    graph = drawn_over(LOAD, node("VAEEncode", pixels=["10", 0], vae=["4", 2]), latent="11", denoise=strength)
    (picture,) = await made_by(comfy, client, graph)
    expected = Image.blend(red(), draw(DRAWN, 64, 64), strength)
    assert differing(picture, expected) == 0


def differing(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int] | None = None) -> int:
    """How far the farthest pixel is from what was expected."""
    pairs = zip(one.convert("RGB").crop(box).tobytes(), other.convert("RGB").crop(box).tobytes(), strict=True)
    return max(abs(a - b) for a, b in pairs)


INPAINTS = {
    "VAEEncodeForInpaint": (
        LOAD,
        node("VAEEncodeForInpaint", pixels=["10", 0], vae=["4", 2], mask=["10", 1], grow_mask_by=0),
    ),
    "SetLatentNoiseMask": (
        LOAD,
        node("SetLatentNoiseMask", samples=["12", 0], mask=["10", 1]),
        node("VAEEncode", pixels=["10", 0], vae=["4", 2]),
    ),
}


@pytest.mark.parametrize("way", INPAINTS)
async def test_inpainting_changes_what_the_mask_covers_and_nothing_else(
    comfy: ComfyStandIn, client: Client, way: str
) -> None:
    await upload(client, "in.png", encoded(half_transparent(red((128, 64)))))
    (picture,) = await made_by(comfy, client, drawn_over(*INPAINTS[way], latent="11"))
    assert differing(picture, red((128, 64)), (0, 0, 64, 64)) == 0
    assert differing(picture, draw(DRAWN, 128, 64), (72, 0, 128, 64)) == 0


async def test_an_inpaint_model_is_given_the_mask_with_its_words(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(half_transparent(red((128, 64)))))
    inputs = {"positive": ["6", 0], "negative": ["7", 0], "vae": ["4", 2], "pixels": ["10", 0]}
    conditioned = node("InpaintModelConditioning", **inputs, mask=["10", 1], noise_mask=True)
    graph = drawn_over(LOAD, conditioned, latent="11", n3_positive=["11", 0], n3_negative=["11", 1])
    (picture,) = await made_by(comfy, client, changed(graph, n3_latent_image=["11", 2]))
    assert differing(picture, red((128, 64)), (0, 0, 64, 64)) == 0
    assert differing(picture, draw(DRAWN, 128, 64), (72, 0, 128, 64)) == 0


async def test_a_mask_grows_when_it_is_told_to(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(half_transparent(red((128, 64)))))
    graph = drawn_over(*INPAINTS["VAEEncodeForInpaint"], latent="11")
    (picture,) = await made_by(comfy, client, changed(graph, n11_grow_mask_by=9))
    assert differing(picture, red((128, 64)), (0, 0, 60, 64)) == 0
    assert differing(picture, red((128, 64)), (60, 0, 64, 64)) > 0


async def test_a_masked_upload_is_painted_where_its_mask_says(comfy: ComfyStandIn, client: Client) -> None:
    """The way of the documents: the picture, then its mask by ``/upload/mask``, then one ``LoadImage``."""
    await upload(client, "fox.png", encoded(red((128, 64))), subfolder="comfycord")
    reference = json.dumps({"filename": "fox.png", "type": "input", "subfolder": "comfycord"})
    mask = encoded(half_transparent(Image.new("RGB", (128, 64))))
    fields = {"subfolder": "comfycord", "original_ref": reference}
    answer = await upload(client, "fox-mask.png", mask, path="/upload/mask", **fields)
    name = f"{answer.json['subfolder']}/{answer.json['name']}"
    graph = drawn_over(*INPAINTS["VAEEncodeForInpaint"], latent="11")
    (picture,) = await made_by(comfy, client, changed(graph, n10_image=name))
    assert differing(picture, red((128, 64)), (0, 0, 64, 64)) == 0
    assert differing(picture, red((128, 64)), (72, 0, 128, 64)) > 0


async def test_sides_are_cut_to_multiples_of_eight_around_the_middle(
    comfy: ComfyStandIn, client: Client
) -> None:
    await upload(client, "in.png", encoded(red((70, 67))))
    nodes = (LOAD, node("VAEEncode", pixels=["10", 0], vae=["4", 2]))
    (picture,) = await made_by(comfy, client, drawn_over(*nodes, latent="11", denoise=0.0))
    assert (picture.size, differing(picture, red())) == ((64, 64), 0)


IMAGE = ["1", 0]


@pytest.mark.parametrize(
    ("scaling", "size"),
    [
        (
            node("ImageScale", image=IMAGE, upscale_method="lanczos", width=50, height=0, crop="disabled"),
            (50, 25),
        ),
        (
            node("ImageScale", image=IMAGE, upscale_method="area", width=40, height=40, crop="center"),
            (40, 40),
        ),
        (node("ImageScaleBy", image=IMAGE, upscale_method="bicubic", scale_by=1.5), (150, 75)),
        (node("ImageScaleToMaxDimension", image=IMAGE, upscale_method="area", largest_size=64), (64, 32)),
        (
            node("ImageScaleToTotalPixels", image=IMAGE, upscale_method="bilinear", megapixels=0.02),
            (205, 102),
        ),
        (node("ImageCrop", image=IMAGE, width=30, height=90, x=80, y=10), (20, 40)),
    ],
)
async def test_pictures_come_in_the_size_that_a_node_is_asked_for(
    comfy: ComfyStandIn, client: Client, scaling: Json, size: tuple[int, int]
) -> None:
    await upload(client, "in.png", encoded(red((100, 50))))
    (picture,) = await made_by(comfy, client, loads(scaling, save="2"))
    assert picture.size == size


async def test_a_size_can_lead_to_another_nodes_inputs(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(red((100, 50))))
    plain = node("EmptyImage", width=["2", 0], height=["2", 1], batch_size=["2", 2], color=0)
    (picture,) = await made_by(comfy, client, loads(node("GetImageSize", image=IMAGE), plain, save="3"))
    assert picture.size == (100, 50)


@pytest.mark.parametrize(("model", "factor"), [("4x-sandbox.pth", 4), ("x2plus.pth", 2), ("plain.pth", 4)])
async def test_a_model_makes_pictures_as_much_larger_as_its_name_says(
    comfy: ComfyStandIn, client: Client, model: str, factor: int
) -> None:
    comfy.installation.upscalers[:] = [model]
    await upload(client, "in.png", encoded(red((20, 10))))
    nodes = (
        node("UpscaleModelLoader", model_name=model),
        node("ImageUpscaleWithModel", upscale_model=["2", 0], image=IMAGE),
    )
    (picture,) = await made_by(comfy, client, loads(*nodes, save="3"))
    assert (picture.size, picture.getpixel((5, 5))) == ((20 * factor, 10 * factor), RED)


def pads(feathering: int) -> Sequence[Json]:
    sides = {"left": 16, "top": 0, "right": 32, "bottom": 8}
    return (
        node("ImagePadForOutpaint", image=IMAGE, **sides, feathering=feathering),
        node("MaskToImage", mask=["2", 1]),
    )


async def test_padding_makes_room_and_a_mask_over_it(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(red((64, 64))))
    (padded,) = await made_by(comfy, client, loads(*pads(0), save="2"))
    (mask,) = await made_by(comfy, client, loads(*pads(0), save="3"))
    assert (padded.size, mask.size) == ((112, 72), (112, 72))
    assert (padded.getpixel((15, 0)), padded.getpixel((16, 0))) == ((127, 127, 127), RED)
    assert mask.crop((16, 0, 80, 64)).getextrema() == ((0, 0),) * 3
    assert mask.crop((80, 0, 112, 72)).getextrema() == ((255, 255),) * 3


async def test_the_mask_of_a_padded_picture_fades_into_it(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(red((64, 64))))
    (mask,) = await made_by(comfy, client, loads(*pads(16), save="3"))
    across = [mask.getpixel((x, 20)) for x in (16, 24, 32, 48, 79)]
    assert across == [(255,) * 3, (64,) * 3, (0,) * 3, (0,) * 3, (round(255 * (15 / 16) ** 2),) * 3]
    assert mask.getpixel((40, 0)) == (0, 0, 0)


async def test_a_picture_is_laid_over_another_where_the_mask_is(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(half_transparent(red((64, 32)))))
    blue = node("EmptyImage", width=16, height=16, batch_size=1, color=0x1428DC)
    laid = {"destination": IMAGE, "source": ["2", 0], "x": 0, "y": 0}
    over = node("ImageCompositeMasked", **laid, resize_source=True, mask=["1", 1])
    (masked,) = await made_by(comfy, client, loads(blue, over, save="3"))
    assert (masked.getpixel((10, 10)), masked.getpixel((50, 10))) == (RED, BLUE)
    whole = node("ImageCompositeMasked", **{**laid, "x": 60, "y": 4}, resize_source=False)
    (stuck_on,) = await made_by(comfy, client, loads(blue, whole, save="3"))
    assert [stuck_on.getpixel(at) for at in ((59, 4), (60, 3), (60, 4), (63, 19), (63, 20))] == [
        RED,
        RED,
        BLUE,
        BLUE,
        RED,
    ]


async def test_a_film_starts_from_its_picture(comfy: ComfyStandIn, client: Client) -> None:
    await upload(client, "in.png", encoded(red()))
    graph = changed(TXT2IMG, n3_positive=["12", 0], n3_negative=["12", 1], n3_latent_image=["12", 2]) | {
        "4": node("ImageOnlyCheckpointLoader", ckpt_name="svd_xt_1_1.safetensors"),
        "10": LOAD,
        "11": node("VideoLinearCFGGuidance", model=["4", 0], min_cfg=1.0),
        "12": node(
            "SVD_img2vid_Conditioning",
            clip_vision=["4", 1],
            init_image=["10", 0],
            vae=["4", 2],
            width=64,
            height=32,
            video_frames=5,
            motion_bucket_id=127,
            fps=6,
            augmentation_level=0.0,
        ),
    }
    for unused in ("5", "6", "7"):
        del graph[unused]
    frames = await made_by(comfy, client, changed(graph, n3_model=["11", 0]))
    assert [(frame.size, frame.getpixel((3, 3))) for frame in frames] == [((64, 32), RED)] * 5


async def test_a_reference_picture_changes_what_is_drawn(comfy: ComfyStandIn, client: Client) -> None:
    led = drawn_over(
        LOAD,
        node("CLIPVisionLoader", clip_name="clip_vision_g.safetensors"),
        node("CLIPVisionEncode", clip_vision=["11", 0], image=["10", 0], crop="center"),
        node(
            "unCLIPConditioning",
            conditioning=["6", 0],
            clip_vision_output=["12", 0],
            strength=1.0,
            noise_augmentation=0.0,
        ),
        node("EmptyLatentImage", width=64, height=64, batch_size=1),
        latent="14",
        n3_positive=["13", 0],
    )
    pictures: list[bytes] = []
    for image in (red(), OTHER_IMAGE):
        await upload(client, "in.png", encoded(image), overwrite="true")
        pictures.append((await made_by(comfy, client, led))[0].tobytes())
    assert pictures[0] != pictures[1]


async def test_after_the_input_folder_was_emptied_a_graph_is_refused_by_the_name_of_its_file(
    comfy: ComfyStandIn, client: Client
) -> None:
    await upload(client, "fox.png", encoded(red()), subfolder="comfycord")
    graph = loads(image="comfycord/fox.png")
    await made_by(comfy, client, graph)
    comfy.forget_inputs()
    answer = await client.post("/prompt", {"prompt": graph})
    (error,) = answer.json["node_errors"]["1"]["errors"]
    assert (answer.status, error["type"], error["details"]) == (
        400,
        "custom_validation_failed",
        "image - Invalid image file: comfycord/fox.png",
    )


@pytest.mark.parametrize("side", [12_000, 30_000])
async def test_a_picture_that_would_fill_the_memory_is_not_decoded(
    comfy: ComfyStandIn, client: Client, side: int
) -> None:
    header = bytearray(encoded(Image.new("1", (8, 8))))
    header[16:24] = side.to_bytes(4) * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4)
    await upload(client, "bomb.png", bytes(header))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        prompt_id = await client.submit(loads(image="bomb.png"))
        await comfy.until(lambda: prompt_id in comfy.history)
    error = (await client.entry(prompt_id))["status"]["messages"][-1][1]
    assert error["exception_type"] == "torch.OutOfMemoryError"
