"""What the stock nodes of pictures and masks do: loading, scaling, laying over one another, saving."""

import io
import re
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageChops, ImageColor, ImageOps, ImageSequence

from bot.sandbox.comfyui.failures import NodeFailure, check_memory, out_of_memory, outside_of_folder
from bot.sandbox.comfyui.files import FileStore, Folder
from bot.sandbox.comfyui.masking import faded, grown
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.references import input_file
from bot.sandbox.comfyui.saving import png
from bot.sandbox.comfyui.scaling import by_factor, covering, scaled, wanted_size
from bot.sandbox.comfyui.values import Inputs, Mask, Model, Pixels

_RESAMPLING: Final = {
    "nearest-exact": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "area": Image.Resampling.BOX,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
_NO_MASK: Final = (64, 64)
"""The size of the empty mask of a picture without transparency."""
_GREY: Final = (127, 127, 127)
_USUAL_FACTOR: Final = 4


def _load_image(inputs: Inputs, context: NodeContext) -> NodeResult:
    """Every frame of the first one's size becomes a picture of the batch; the mask is what is transparent."""
    frames = _open(inputs.text("image"), context.files)
    mask = ImageChops.invert(_alpha(frames[0])) if _has_alpha(frames[0]) else Image.new("L", _NO_MASK, 0)
    return NodeResult((Pixels(tuple(frame.convert("RGB") for frame in frames)), Mask(mask)))


def _load_mask(inputs: Inputs, context: NodeContext) -> NodeResult:
    image = _open(inputs.text("image"), context.files)[0].convert("RGBA")
    channel = image.getchannel(inputs.text("channel")[0].upper())
    return NodeResult((Mask(ImageChops.invert(channel) if inputs.text("channel") == "alpha" else channel),))


def _has_alpha(image: Image.Image) -> bool:
    return "A" in image.getbands() or (image.mode == "P" and "transparency" in image.info)


def _alpha(image: Image.Image) -> Image.Image:
    return image.convert("RGBA").getchannel("A")


def _open(name: str, files: FileStore) -> list[Image.Image]:
    """The frames of an uploaded picture, upright."""
    file = input_file(files, name)
    try:
        image = Image.open(io.BytesIO(file.content if file is not None else b""))
        check_memory(*image.size, getattr(image, "n_frames", 1))
        frames = [ImageOps.exif_transpose(frame) for frame in ImageSequence.Iterator(image)]
        return [frame.copy() for frame in frames if frame.size == frames[0].size]
    except Image.DecompressionBombError as error:
        raise out_of_memory() from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises, as late as when it decodes
        raise NodeFailure("PIL.UnidentifiedImageError", f"cannot identify image file '{name}'\n") from error


def _scale(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "image").images
    how = _RESAMPLING[inputs.text("upscale_method")]
    size = wanted_size(inputs, *images[0].size)
    if inputs.values.get("crop") == "center":
        check_memory(*size, len(images))
        return NodeResult((Pixels(tuple(covering(image, size, how) for image in images)),))
    return _resized(images, size, how)


def _scale_to_pixels(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "image").images
    width, height = images[0].size
    factor = (inputs.number("megapixels") * 1024 * 1024 / (width * height)) ** 0.5
    return _resized(images, by_factor(width, height, factor), _RESAMPLING[inputs.text("upscale_method")])


def _scale_to_side(inputs: Inputs, _: NodeContext) -> NodeResult:
    """The longer side becomes as long as asked for; 0 leaves all as it is."""
    images = inputs.of(Pixels, "image").images
    width, height = images[0].size
    factor = (inputs.integer("largest_size") or max(width, height)) / max(width, height)
    return _resized(images, by_factor(width, height, factor), _RESAMPLING[inputs.text("upscale_method")])


def _scale_by_model(inputs: Inputs, _: NodeContext) -> NodeResult:
    """As many times as large as the model's name says: ``2x-photo.pth``, ``RealESRGAN_x4plus.pth``."""
    images = inputs.of(Pixels, "image").images
    named = re.search(r"(\d)x|x(\d)", inputs.of(Model, "upscale_model").name, re.IGNORECASE)
    factor = int(named[1] or named[2]) if named else _USUAL_FACTOR
    return _resized(images, by_factor(*images[0].size, factor), Image.Resampling.LANCZOS)


def _resized(images: tuple[Image.Image, ...], size: tuple[int, int], how: Image.Resampling) -> NodeResult:
    check_memory(*size, len(images))
    return NodeResult((Pixels(tuple(scaled(image, size, how) for image in images)),))


def _crop(inputs: Inputs, _: NodeContext) -> NodeResult:
    """A rectangle of the picture, moved or made smaller until it lies inside."""
    images = inputs.of(Pixels, "image").images
    width, height = images[0].size
    left, top = min(inputs.integer("x"), width - 1), min(inputs.integer("y"), height - 1)
    right, bottom = min(width, left + inputs.integer("width")), min(height, top + inputs.integer("height"))
    return NodeResult((Pixels(tuple(image.crop((left, top, right, bottom)) for image in images)),))


def _size(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "image").images
    return NodeResult((*images[0].size, len(images)))


def _composite(inputs: Inputs, _: NodeContext) -> NodeResult:
    """The source laid over the destination, where the mask (or all of it) covers."""
    sources = inputs.of(Pixels, "source").images
    place = (inputs.integer("x"), inputs.integer("y"))
    mask = inputs.of(Mask, "mask").image if "mask" in inputs.values else None
    laid: list[Image.Image] = []
    for number, destination in enumerate(inputs.of(Pixels, "destination").images):
        source = sources[number % len(sources)]
        if inputs.of(bool, "resize_source"):
            source = scaled(source, destination.size, Image.Resampling.BILINEAR)
        below = destination.copy()
        below.paste(source, place, None if mask is None else scaled(mask, source.size))
        laid.append(below)
    return NodeResult((Pixels(tuple(laid)),))


def _pad(inputs: Inputs, _: NodeContext) -> NodeResult:
    """More canvas around the picture, grey and covered by the mask, which fades into the picture."""
    images = inputs.of(Pixels, "image").images
    width, height = images[0].size
    left, top, right, bottom = (inputs.integer(side) for side in ("left", "top", "right", "bottom"))
    size = (left + width + right, top + height + bottom)
    check_memory(*size, len(images))
    padded: list[Image.Image] = []
    for image in images:
        canvas = Image.new("RGB", size, _GREY)
        canvas.paste(image, (left, top))
        padded.append(canvas)
    mask = Image.new("L", size, 255)
    padded_sides = [side > 0 for side in (left, top, right, bottom)]
    mask.paste(faded((width, height), padded_sides, inputs.integer("feathering")), (left, top))
    return NodeResult((Pixels(tuple(padded)), Mask(mask)))


def _empty(inputs: Inputs, _: NodeContext) -> NodeResult:
    colour = ImageColor.getrgb(f"#{inputs.integer('color'):06x}")
    width, height, batch_size = (inputs.integer(name) for name in ("width", "height", "batch_size"))
    check_memory(width, height, batch_size)
    return NodeResult((Pixels((Image.new("RGB", (width, height), colour),) * batch_size),))


def _invert(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult(
        (Pixels(tuple(ImageChops.invert(image) for image in inputs.of(Pixels, "image").images)),)
    )


def _invert_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Mask(ImageChops.invert(inputs.of(Mask, "mask").image)),))


def _solid_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    width, height = inputs.integer("width"), inputs.integer("height")
    check_memory(width, height, 1)
    return NodeResult((Mask(Image.new("L", (width, height), round(255 * inputs.number("value")))),))


def _grow_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Mask(grown(inputs.of(Mask, "mask").image, inputs.integer("expand"))),))


def _image_to_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    """Loaded pictures have no alpha any more: it is taken for full."""
    image = inputs.of(Pixels, "image").images[0].convert("RGBA")
    return NodeResult((Mask(image.getchannel(inputs.text("channel")[0].upper())),))


def _mask_to_image(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Pixels((inputs.of(Mask, "mask").image.convert("RGB"),)),))


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


def _preview_mask(inputs: Inputs, context: NodeContext) -> NodeResult:
    image = inputs.of(Mask, "mask").image.convert("RGB")
    saved = context.saver.save((image,), Folder.TEMP, "ComfyUI_temp_sandm")
    return NodeResult((inputs.of(Mask, "mask"),), shown={"images": saved})


def _send(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult(frames=tuple(png(image, {}) for image in inputs.of(Pixels, "images").images))


IMAGE_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    "LoadImage": _load_image,
    "LoadImageOutput": _load_image,
    "LoadImageMask": _load_mask,
    "EmptyImage": _empty,
    "ImageScale": _scale,
    "ImageScaleBy": _scale,
    "ImageScaleToTotalPixels": _scale_to_pixels,
    "ImageScaleToMaxDimension": _scale_to_side,
    "ImageUpscaleWithModel": _scale_by_model,
    "ImageCrop": _crop,
    "GetImageSize": _size,
    "ImageCompositeMasked": _composite,
    "ImagePadForOutpaint": _pad,
    "ImageInvert": _invert,
    "InvertMask": _invert_mask,
    "SolidMask": _solid_mask,
    "GrowMask": _grow_mask,
    "ImageToMask": _image_to_mask,
    "MaskToImage": _mask_to_image,
    "SaveImage": _save,
    "PreviewImage": _preview,
    "MaskPreview": _preview_mask,
    "SaveImageWebsocket": _send,
}
