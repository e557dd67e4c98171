"""Pictures in other sizes: the one place that looks past Pillow's types, which name numpy's where there is none."""

from PIL import Image


def scaled(
    image: Image.Image, size: tuple[int, int], how: Image.Resampling = Image.Resampling.BICUBIC
) -> Image.Image:
    """The picture in exactly this size."""
    return image.resize(size, how)  # pyright: ignore[reportUnknownMemberType]  # numpy's arrays are among its types
