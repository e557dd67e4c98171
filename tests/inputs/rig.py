"""Look at bytes as the bot does, but without threads and sockets."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.inputs.errors import InputRefused
from bot.inputs.limits import InputLimits
from bot.inputs.looked import Fetched, Looked, Mask
from bot.inputs.looks import look
from bot.jobs.inputs import Area, InputKind
from bot.texts import Text

Colour = tuple[int, ...]


@dataclass(frozen=True)
class Looker:
    """Writes the bytes into a folder, where the bot would have fetched them to."""

    folder: Path
    limits: InputLimits = field(default_factory=InputLimits)

    def look(
        self,
        content: bytes,
        kind: InputKind = InputKind.IMAGE,
        *,
        filename: str = "fox.png",
        drawing: bytes | None = None,
        area: Area | None = None,
        masked: bool = False,
    ) -> Looked:
        """``masked``: also where neither ``drawing`` nor ``area`` says how."""
        file, drawn = self.folder / "fetched", self.folder / "drawing"
        file.write_bytes(content)
        if drawing is not None:
            drawn.write_bytes(drawing)
        is_masked = masked or drawing is not None or area is not None
        mask = Mask(drawing=None if drawing is None else drawn, area=area) if is_masked else None
        return look(Fetched(file, kind, filename, mask), self.limits)

    def picture(self, content: bytes) -> Image.Image:
        return opened(self.look(content).file)

    def mask(self, picture: bytes, drawing: bytes | None = None, area: Area | None = None) -> Image.Image:
        """What is laid over the picture, as a channel: 255 changes."""
        looked = self.look(picture, drawing=drawing, area=area, masked=True)
        assert looked.mask
        alpha = opened(looked.mask).convert("RGBA").getchannel("A")  # as ComfyUI takes it
        return alpha.point([255 - value for value in range(256)])  # pyright: ignore[reportUnknownMemberType]  # numpy's types

    def refusal(
        self,
        content: bytes,
        kind: InputKind = InputKind.IMAGE,
        *,
        filename: str = "fox.png",
        drawing: bytes | None = None,
        masked: bool = False,
    ) -> Text:
        with pytest.raises(InputRefused) as refused:
            self.look(content, kind, filename=filename, drawing=drawing, masked=masked)
        return refused.value.message


def opened(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        picture.load()
        return picture


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def pixels(picture: Image.Image) -> list[object]:
    width, height = picture.size
    return [picture.getpixel((x, y)) for y in range(height) for x in range(width)]


def corners() -> Image.Image:
    """12×8, red, green, blue and white in its quarters: turned or mirrored, it shows."""
    picture = Image.new("RGB", (12, 8), "red")
    for colour, box in (("lime", (6, 0, 12, 4)), ("blue", (0, 4, 6, 8)), ("white", (6, 4, 12, 8))):
        picture.paste(colour, box)
    return picture


def corners_of(picture: Image.Image) -> str:
    """The quarters by their letters, from left to right and from top to bottom."""
    width, height = picture.size
    places = ((1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2))
    return "".join(_letter(picture, place) for place in places)


def _letter(picture: Image.Image, place: tuple[int, int]) -> str:
    bright = "".join(letter for letter in "RGB" if level(picture.getchannel(letter), place) > 128)
    return "W" if bright == "RGB" else bright


def level(channel: Image.Image, place: tuple[int, int]) -> int:
    found = channel.getpixel(place)
    assert isinstance(found, int)
    return found
