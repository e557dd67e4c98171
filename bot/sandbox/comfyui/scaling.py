"""Pictures in other sizes, and the one place that looks past Pillow's types, which name numpy's where there is none."""

from PIL import Image

from bot.sandbox.comfyui.values import Inputs


def scaled(
    image: Image.Image, size: tuple[int, int], how: Image.Resampling = Image.Resampling.BICUBIC
) -> Image.Image:
    """The picture in exactly this size."""
    return image.resize(size, how)  # pyright: ignore[reportUnknownMemberType]  # numpy's arrays are among its types


def centred(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of a picture, cut out in this size."""
    left, top = ((side - wanted) // 2 for side, wanted in zip(image.size, size, strict=True))
    return image.crop((left, top, left + size[0], top + size[1]))


def covering(image: Image.Image, size: tuple[int, int], how: Image.Resampling) -> Image.Image:
    """Scaled without distortion, and the middle cut out."""
    factor = max(wanted / side for side, wanted in zip(image.size, size, strict=True))
    width, height = (max(1, round(side * factor)) for side in image.size)
    return centred(scaled(image, (max(width, size[0]), max(height, size[1])), how), size)


def wanted_size(inputs: Inputs, width: int, height: int) -> tuple[int, int]:
    """The size that a node's inputs ask for, by factor or in pixels; 0 keeps the proportions."""
    if "scale_by" in inputs.values:
        return by_factor(width, height, inputs.number("scale_by"))
    new_width, new_height = inputs.integer("width"), inputs.integer("height")
    return (
        new_width or max(1, round(width * (new_height or height) / height)),
        new_height or max(1, round(height * (new_width or width) / width)),
    )


def by_factor(width: int, height: int, factor: float) -> tuple[int, int]:
    return max(1, round(width * factor)), max(1, round(height * factor))
