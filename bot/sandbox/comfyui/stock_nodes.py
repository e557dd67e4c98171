"""What the stock nodes do, the sampler aside (see ``sampling``).

Plain functions from inputs to outputs, run in a thread. They raise :class:`NodeFailure` as a real node raises.
"""

import io
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageChops, ImageColor, ImageOps

from bot.sandbox.comfyui.failures import NodeFailure, check_memory, outside_of_folder
from bot.sandbox.comfyui.files import FileStore, Folder
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.references import input_file
from bot.sandbox.comfyui.scaling import scaled
from bot.sandbox.comfyui.values import Conditioning, Inputs, Latent, Mask, Model, Pixels


def _load_checkpoint(inputs: Inputs, _: NodeContext) -> NodeResult:
    model = Model(inputs.text("ckpt_name"))
    return NodeResult((model, model, model))


def _load_lora(inputs: Inputs, _: NodeContext) -> NodeResult:
    changed = Model(
        f"{inputs.of(Model, 'model').name}+{inputs.text('lora_name')}@{inputs.number('strength_model')}"
    )
    return NodeResult((changed, changed))


def _load_upscaler(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Model(inputs.text("model_name")),))


def _encode_text(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Conditioning(inputs.text("text")),))


def _set_area(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.of(Conditioning, "conditioning"),))


def _primitive_string(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.text("value"),))


def _turbo_schedule(inputs: Inputs, _: NodeContext) -> NodeResult:
    steps = inputs.integer("steps")
    return NodeResult(
        ([round(inputs.number("denoise") * (1 - step / steps), 4) for step in range(steps + 1)],)
    )


def _empty_audio(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult(({"seconds": inputs.number("duration"), "sample_rate": inputs.integer("sample_rate")},))


def _empty_latent(inputs: Inputs, _: NodeContext) -> NodeResult:
    width, height = (inputs.integer(side) // 8 * 8 for side in ("width", "height"))
    return NodeResult((Latent(width, height, inputs.integer("batch_size")),))


def _decode(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent = inputs.of(Latent, "samples")
    blank = tuple(Image.new("RGB", (latent.width, latent.height), "gray") for _ in range(latent.batch_size))
    return NodeResult((Pixels(latent.images or blank),))


def _encode(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "pixels").images
    width, height = (max(8, side // 8 * 8) for side in images[0].size)
    mask = inputs.of(Mask, "mask").image if "mask" in inputs.values else None
    cropped = tuple(image.crop((0, 0, width, height)) for image in images)
    return NodeResult((Latent(width, height, len(images), cropped, mask),))


def _set_noise_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent, mask = inputs.of(Latent, "samples"), inputs.of(Mask, "mask").image
    return NodeResult((Latent(latent.width, latent.height, latent.batch_size, latent.images, mask),))


def _scale_latent(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent = inputs.of(Latent, "samples")
    width, height = _wanted_size(inputs, latent.width, latent.height)
    width, height = max(8, width // 8 * 8), max(8, height // 8 * 8)
    check_memory(width, height, latent.batch_size)
    images = tuple(scaled(image, (width, height)) for image in latent.images)
    return NodeResult((Latent(width, height, latent.batch_size, images, latent.mask),))


def _scale_image(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "image").images
    size = _wanted_size(inputs, *images[0].size)
    check_memory(*size, len(images))
    return NodeResult((Pixels(tuple(scaled(image, size, Image.Resampling.LANCZOS) for image in images)),))


def _wanted_size(inputs: Inputs, width: int, height: int) -> tuple[int, int]:
    """The size asked for, by factor or in pixels; 0 keeps the proportions. A model makes four times as much."""
    if "scale_by" in inputs.values or "upscale_model" in inputs.values:
        factor = inputs.number("scale_by") if "scale_by" in inputs.values else 4.0
        return max(1, round(width * factor)), max(1, round(height * factor))
    new_width, new_height = inputs.integer("width"), inputs.integer("height")
    return (
        new_width or max(1, round(width * (new_height or height) / height)),
        new_height or max(1, round(height * (new_width or width) / width)),
    )


def _load_image(inputs: Inputs, context: NodeContext) -> NodeResult:
    image = _open(inputs.text("image"), context.files)
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    mask = Image.new("L", (64, 64), 0) if alpha is None else ImageChops.invert(alpha)
    return NodeResult((Pixels((image.convert("RGB"),)), Mask(mask)))


def _load_mask(inputs: Inputs, context: NodeContext) -> NodeResult:
    image = _open(inputs.text("image"), context.files).convert("RGBA")
    channel = image.getchannel(inputs.text("channel")[0].upper())
    return NodeResult((Mask(ImageChops.invert(channel) if inputs.text("channel") == "alpha" else channel),))


def _open(name: str, files: FileStore) -> Image.Image:
    file = input_file(files, name)
    try:
        image = Image.open(io.BytesIO(file.content if file is not None else b""))
        check_memory(*image.size, 1)
        return ImageOps.exif_transpose(image)
    except (
        OSError,
        SyntaxError,
    ) as error:  # what Pillow raises for broken pictures, as late as when it decodes
        raise NodeFailure("PIL.UnidentifiedImageError", f"cannot identify image file '{name}'\n") from error


def _empty_image(inputs: Inputs, _: NodeContext) -> NodeResult:
    colour = ImageColor.getrgb(f"#{inputs.integer('color'):06x}")
    width, height, batch_size = (inputs.integer(name) for name in ("width", "height", "batch_size"))
    check_memory(width, height, batch_size)
    return NodeResult((Pixels((Image.new("RGB", (width, height), colour),) * batch_size),))


def _invert_image(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult(
        (Pixels(tuple(ImageChops.invert(image) for image in inputs.of(Pixels, "image").images)),)
    )


def _invert_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Mask(ImageChops.invert(inputs.of(Mask, "mask").image)),))


def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "images").images
    saved = context.saver.save(images, Folder.OUTPUT, inputs.text("filename_prefix"))
    if saved is None:
        raise outside_of_folder()
    return NodeResult((inputs.of(Pixels, "images"),), shown={"images": saved})


def _preview(inputs: Inputs, context: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "images").images
    saved = context.saver.save(images, Folder.TEMP, "ComfyUI_temp_sandy")
    return NodeResult((inputs.of(Pixels, "images"),), shown={"images": saved})


def _preview_any(inputs: Inputs, _: NodeContext) -> NodeResult:
    text = str(inputs.values["source"])
    return NodeResult((text,), shown={"text": [text]})


PIXEL_WORK: Final = frozenset(
    {
        "VAEDecode",
        "VAEEncode",
        "VAEEncodeForInpaint",
        "LatentUpscale",
        "LatentUpscaleBy",
        "ImageScale",
        "ImageScaleBy",
    }
    | {"ImageUpscaleWithModel", "LoadImage", "LoadImageMask", "EmptyImage", "ImageInvert", "InvertMask"}
    | {"SaveImage", "PreviewImage"}
)
"""Classes that take their time, so that they must run off the event loop."""
STOCK_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    "CheckpointLoaderSimple": _load_checkpoint,
    "LoraLoader": _load_lora,
    "UpscaleModelLoader": _load_upscaler,
    "CLIPTextEncode": _encode_text,
    "ConditioningSetAreaPercentage": _set_area,
    "PrimitiveString": _primitive_string,
    "SDTurboScheduler": _turbo_schedule,
    "EmptyAudio": _empty_audio,
    "EmptyLatentImage": _empty_latent,
    "VAEDecode": _decode,
    "VAEEncode": _encode,
    "VAEEncodeForInpaint": _encode,
    "SetLatentNoiseMask": _set_noise_mask,
    "LatentUpscale": _scale_latent,
    "LatentUpscaleBy": _scale_latent,
    "ImageScale": _scale_image,
    "ImageScaleBy": _scale_image,
    "ImageUpscaleWithModel": _scale_image,
    "LoadImage": _load_image,
    "LoadImageMask": _load_mask,
    "EmptyImage": _empty_image,
    "ImageInvert": _invert_image,
    "InvertMask": _invert_mask,
    "SaveImage": _save,
    "PreviewImage": _preview,
    "PreviewAny": _preview_any,
}
