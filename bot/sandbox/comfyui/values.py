"""What flows along the links between nodes, and reading a node's inputs with their types.

Validation has made sure that links carry the types that fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from PIL import Image

from bot.sandbox.comfyui.failures import NodeFailure

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded checkpoint: stands for the model, its text model and its VAE alike."""

    name: str


@dataclass(frozen=True, slots=True)
class Conditioning:
    text: str
    picture: Image.Image | None = None
    """What a film starts from."""


@dataclass(frozen=True, slots=True)
class Latent:
    """A batch to draw on; without images it is empty."""

    width: int
    height: int
    batch_size: int
    images: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None


@dataclass(frozen=True, slots=True)
class Pixels:
    images: tuple[Image.Image, ...]


@dataclass(frozen=True, slots=True)
class Mask:
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Media:
    """A film, a sound or a mesh: the file that was uploaded, or none, and then a sample stands for it."""

    content: bytes | None = field(default=None, repr=False)
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
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
