"""The sampler: draws while it counts steps, and shows how far it is."""

from msgspec import Struct
from PIL import Image

from bot.sandbox.comfyui.drawing import PictureSpec, draw, moving, redraw
from bot.sandbox.comfyui.failures import check_memory
from bot.sandbox.comfyui.values import Conditioning, Inputs, Latent, Model


class Sampling(Struct, frozen=True):
    """One run of a sampler, before it has drawn."""

    specs: tuple[PictureSpec, ...]
    latent: Latent
    steps: int
    denoise: float
    starts_from: Image.Image | None = None
    """The picture that becomes a film."""

    def draw(self) -> Latent:
        """The finished batch; takes a while, so call it in a thread."""
        latent = self.latent
        size = (latent.width, latent.height)
        if self.starts_from is not None:
            count = latent.batch_size
            frames = tuple(moving(self.starts_from, size, number, count) for number in range(count))
            return Latent(*size, count, frames)
        drawn = tuple(draw(spec, *size) for spec in self.specs)
        if latent.images and (self.denoise < 1 or latent.mask is not None):
            pairs = zip(latent.images, drawn, strict=True)
            drawn = tuple(redraw(original, new, self.denoise, latent.mask) for original, new in pairs)
        return Latent(latent.width, latent.height, latent.batch_size, drawn, latent.mask)


def plan(inputs: Inputs) -> Sampling:
    """What a ``KSampler`` with these inputs will draw. Raises if that does not fit into memory."""
    latent = inputs.of(Latent, "latent_image")
    check_memory(latent.width, latent.height, latent.batch_size)
    return Sampling(
        specs=tuple(
            PictureSpec(
                words=inputs.of(Conditioning, "positive").text,
                avoid=inputs.of(Conditioning, "negative").text,
                seed=inputs.integer("seed"),
                checkpoint=inputs.of(Model, "model").name,
                number=number,
            )
            for number in range(latent.batch_size)
        ),
        latent=latent,
        steps=inputs.integer("steps"),
        denoise=inputs.number("denoise"),
        starts_from=inputs.of(Conditioning, "positive").picture,
    )
