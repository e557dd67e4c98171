"""What flows along the links between nodes, and reading a node's inputs with their types.

Validation has made sure that links carry the types that fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec import Struct
from PIL import Image

from bot.sandbox.comfyui.failures import NodeFailure

_T = TypeVar("_T")


class Model(Struct, frozen=True):
    """A loaded checkpoint: stands for the model, its text model and its VAE alike."""

    name: str


class Conditioning(Struct, frozen=True):
    text: str
    picture: Image.Image | None = None
    """What a film starts from."""


class Latent(Struct, frozen=True):
    """A batch to draw on; without images it is empty."""

    width: int
    height: int
    batch_size: int
    images: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None


class Pixels(Struct, frozen=True):
    images: tuple[Image.Image, ...]


class Mask(Struct, frozen=True):
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Media:
    """A film, a sound or a mesh: the file that was uploaded, or none, and then a sample stands for it."""

    content: bytes | None = field(default=None, repr=False)
    suffix: str = ""


class Inputs(Struct, frozen=True):
    """The inputs of one node, links replaced by what came along them."""

    values: Mapping[str, object]

    def of(self, kind: type[_T], name: str) -> _T:
        value = self.values[name]
        if not isinstance(value, kind):
            # ComfyUI lets any value stand where a link is wanted, and the node meets it when it runs
            raise NodeFailure("AttributeError", f"'{type(value).__name__}' object has no attribute 'shape'\n")
        return value

    def text(self, name: str) -> str:
        return self.of(str, name)

    def integer(self, name: str) -> int:
        return self.of(int, name)

    def number(self, name: str) -> float:
        value = self.values[name]
        return float(value) if isinstance(value, int | float) else self.of(float, name)
