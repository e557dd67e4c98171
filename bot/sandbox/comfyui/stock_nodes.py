"""What the stock nodes of loaders, words and latents do, the sampler aside (see ``sampling``).

Plain functions from inputs to outputs, run in a thread. They raise :class:`NodeFailure` as a real node raises.
"""

import math
from collections.abc import Mapping
from typing import Final

from PIL import Image

from bot.sandbox.comfyui.failures import check_memory
from bot.sandbox.comfyui.masking import grown
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.scaling import centred, scaled, wanted_size
from bot.sandbox.comfyui.values import Conditioning, Inputs, Latent, Mask, Model, Pixels

_GREY: Final = (127, 127, 127)


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


def _empty_latent(inputs: Inputs, _: NodeContext) -> NodeResult:
    width, height = (inputs.integer(side) // 8 * 8 for side in ("width", "height"))
    return NodeResult((Latent(width, height, inputs.integer("batch_size")),))


def _decode(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent = inputs.of(Latent, "samples")
    blank = tuple(Image.new("RGB", (latent.width, latent.height), "gray") for _ in range(latent.batch_size))
    return NodeResult((Pixels(latent.images or blank),))


def _encode(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((_encoded(inputs.of(Pixels, "pixels").images),))


def _encode_for_inpaint(inputs: Inputs, _: NodeContext) -> NodeResult:
    """What the mask covers is forgotten; what is drawn anew is a little more than that."""
    images = inputs.of(Pixels, "pixels").images
    mask = scaled(inputs.of(Mask, "mask").image, images[0].size)
    grey = Image.new("RGB", images[0].size, _GREY)
    holed = tuple(Image.composite(grey, image, mask) for image in images)
    wider = math.ceil((inputs.integer("grow_mask_by") - 1) / 2)
    return NodeResult((_encoded(holed, grown(mask, max(0, wider))),))


def _condition_inpaint(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "pixels").images
    mask = scaled(inputs.of(Mask, "mask").image, images[0].size)
    positive, negative = (inputs.of(Conditioning, name) for name in ("positive", "negative"))
    latent = _encoded(images, mask if inputs.of(bool, "noise_mask") else None)
    return NodeResult((positive, negative, latent))


def _encoded(images: tuple[Image.Image, ...], mask: Image.Image | None = None) -> Latent:
    """Sides are multiples of 8; what is beyond is cut off, on both sides alike."""
    width, height = (max(8, side // 8 * 8) for side in images[0].size)
    size = (width, height)
    cropped = tuple(centred(image, size) for image in images)
    return Latent(width, height, len(images), cropped, None if mask is None else centred(mask, size))


def _set_noise_mask(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent, mask = inputs.of(Latent, "samples"), inputs.of(Mask, "mask").image
    return NodeResult((Latent(latent.width, latent.height, latent.batch_size, latent.images, mask),))


def _scale_latent(inputs: Inputs, _: NodeContext) -> NodeResult:
    latent = inputs.of(Latent, "samples")
    width, height = wanted_size(inputs, latent.width, latent.height)
    width, height = max(8, width // 8 * 8), max(8, height // 8 * 8)
    check_memory(width, height, latent.batch_size)
    images = tuple(scaled(image, (width, height)) for image in latent.images)
    return NodeResult((Latent(width, height, latent.batch_size, images, latent.mask),))


STOCK_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    "CheckpointLoaderSimple": _load_checkpoint,
    "LoraLoader": _load_lora,
    "UpscaleModelLoader": _load_upscaler,
    "CLIPTextEncode": _encode_text,
    "ConditioningSetAreaPercentage": _set_area,
    "PrimitiveString": _primitive_string,
    "SDTurboScheduler": _turbo_schedule,
    "EmptyLatentImage": _empty_latent,
    "VAEDecode": _decode,
    "VAEEncode": _encode,
    "VAEEncodeForInpaint": _encode_for_inpaint,
    "InpaintModelConditioning": _condition_inpaint,
    "SetLatentNoiseMask": _set_noise_mask,
    "LatentUpscale": _scale_latent,
    "LatentUpscaleBy": _scale_latent,
}
STOCK_PIXEL_WORK: Final = frozenset(
    {
        *("VAEDecode", "VAEEncode", "VAEEncodeForInpaint", "InpaintModelConditioning"),
        *("LatentUpscale", "LatentUpscaleBy"),
    }
)
"""Classes that take their time, so that they must run off the event loop."""
