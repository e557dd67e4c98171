"""What the nodes do that let a picture lead the drawing: the film starts from it, or the words gain it."""

import hashlib
from collections.abc import Mapping
from typing import Final

from PIL import Image

from bot.sandbox.comfyui.failures import check_memory
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.scaling import covering
from bot.sandbox.comfyui.values import Conditioning, Inputs, Latent, Model, Pixels


def _load_film_model(inputs: Inputs, _: NodeContext) -> NodeResult:
    model = Model(inputs.text("ckpt_name"))
    return NodeResult((model, model, model))


def _same_model(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.of(Model, "model"),))


def _start_film(inputs: Inputs, _: NodeContext) -> NodeResult:
    width, height = (inputs.integer(side) // 8 * 8 for side in ("width", "height"))
    check_memory(width, height, inputs.integer("video_frames"))
    image = inputs.of(Pixels, "init_image").images[0]
    picture = covering(image, (width, height), Image.Resampling.BILINEAR)
    latent = Latent(width, height, inputs.integer("video_frames"))
    return NodeResult((Conditioning("", picture), Conditioning(""), latent))


def _load_vision(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Model(inputs.text("clip_name")),))


def _load_control_net(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Model(inputs.text("control_net_name")),))


def _see(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.of(Pixels, "image"),))


def _add_reference(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((_led_by(inputs, inputs.of(Pixels, "clip_vision_output")),))


def _add_control(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((_led_by(inputs, inputs.of(Pixels, "image")),))


def _led_by(inputs: Inputs, pixels: Pixels) -> Conditioning:
    """Another picture, or another strength, leads elsewhere."""
    words = inputs.of(Conditioning, "conditioning").text
    digest = hashlib.sha256(pixels.images[0].tobytes()).hexdigest()[:16]
    return Conditioning(f"{words} {digest}@{inputs.number('strength')}")


def _forget_words(_: Inputs, __: NodeContext) -> NodeResult:
    return NodeResult((Conditioning(""),))


REFERENCE_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    "ImageOnlyCheckpointLoader": _load_film_model,
    "VideoLinearCFGGuidance": _same_model,
    "SVD_img2vid_Conditioning": _start_film,
    "CLIPVisionLoader": _load_vision,
    "CLIPVisionEncode": _see,
    "unCLIPConditioning": _add_reference,
    "ConditioningZeroOut": _forget_words,
    "ControlNetLoader": _load_control_net,
    "ControlNetApply": _add_control,
}
REFERENCE_PIXEL_WORK: Final = frozenset({"SVD_img2vid_Conditioning", "unCLIPConditioning", "ControlNetApply"})
"""Classes that take their time, so that they must run off the event loop."""
