"""All node classes of a release, stock and of custom packs, by name."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from bot.sandbox.comfyui.image_classes import IMAGE_CLASSES
from bot.sandbox.comfyui.mask_classes import MASK_CLASSES
from bot.sandbox.comfyui.media_classes import LATER_CLASSES, MEDIA_CLASSES
from bot.sandbox.comfyui.node_classes import Input, NodeClass
from bot.sandbox.comfyui.pack_classes import PACK_CLASSES
from bot.sandbox.comfyui.reference_classes import REFERENCE_CLASSES
from bot.sandbox.comfyui.release import Release
from bot.sandbox.comfyui.sampler_names import LATER_SAMPLERS, SAMPLERS
from bot.sandbox.comfyui.sound_classes import SOUND_CLASSES
from bot.sandbox.comfyui.stock_classes import STOCK_CLASSES

NODE_CLASSES: Final[Mapping[str, NodeClass]] = {
    node.name: node
    for node in (
        *(*STOCK_CLASSES, *REFERENCE_CLASSES, *IMAGE_CLASSES, *MASK_CLASSES),
        *(*MEDIA_CLASSES, *SOUND_CLASSES, *PACK_CLASSES),
    )
}
"""As release 0.3.64 has them; the inputs of a class are the same in every release, by name."""

_PASSES_ON: Final = {
    "SaveImage": ("IMAGE", "images"),
    "PreviewImage": ("IMAGE", "images"),
    "SaveAnimatedWEBP": ("IMAGE", "images"),
    "SaveAnimatedPNG": ("IMAGE", "images"),
    "SaveWEBM": ("IMAGE", "images"),
    "MaskPreview": ("MASK", "mask"),
    "SaveVideo": ("VIDEO", "video"),
    "SaveAudio": ("AUDIO", "audio"),
    "SaveAudioMP3": ("AUDIO", "audio"),
    "SaveAudioOpus": ("AUDIO", "audio"),
    "PreviewAudio": ("AUDIO", "audio"),
    "SaveLatent": ("LATENT", "samples"),
    "PreviewAny": ("STRING", "STRING"),
}
"""What output nodes return since, that returned nothing before, and how it is called."""

_REWRITTEN: Final = frozenset(
    {
        *("ImageScaleToMaxDimension", "ImageCompositeMasked", "ImageCrop", "GetImageSize"),
        *("InvertMask", "SolidMask", "GrowMask", "ImageToMask", "MaskToImage", "MaskPreview"),
        *("SaveAnimatedWEBP", "SaveAnimatedPNG"),
        *("EmptyAudio", "LoadAudio", "SaveAudio", "SaveAudioMP3", "SaveAudioOpus", "PreviewAudio"),
        *("EmptyLatentHunyuan3Dv2", "VAEDecodeHunyuan3D", "VoxelToMesh", "SaveGLB"),
        "SDTurboScheduler",
    }
)
"""Written as V3 nodes since."""

_DEPRECATED: Final = frozenset({"SaveAudio", "SaveAudioMP3", "SaveAudioOpus", "ImageCrop"})
"""And of those, what others are to replace."""


def node_classes(release: Release) -> Mapping[str, NodeClass]:
    """The classes as this release has them."""
    if not release.outputs_pass_on:
        return {name: node for name, node in NODE_CLASSES.items() if name not in LATER_CLASSES}
    return {name: _later(node) for name, node in NODE_CLASSES.items()}


def _later(node: NodeClass) -> NodeClass:
    if node.name in _REWRITTEN:
        inputs = {name: _modern(spec) for name, spec in node.inputs.items()}
        node = replace(node, modern=True, inputs=inputs, deprecated=node.name in _DEPRECATED)
    if (returned := _PASSES_ON.get(node.name)) is not None:
        kind, called = returned
        node = replace(node, returns=(kind,), return_names=(called,))
    if node.name == "KSampler":
        known = node.inputs["sampler_name"]
        behind = SAMPLERS.index("heunpp2") + 1
        names = (*SAMPLERS[:behind], *LATER_SAMPLERS, *SAMPLERS[behind:])
        return replace(node, inputs={**node.inputs, "sampler_name": replace(known, choices=names)})
    if node.name == "EmptyAudio":
        rate = Input("INT", {**node.inputs["sample_rate"].details, "min": 1, "max": 192_000})
        return replace(node, inputs={**node.inputs, "sample_rate": rate})
    return node


def _modern(spec: Input) -> Input:
    """As a V3 node declares it: of a text it always says whether it has lines."""
    details = {**spec.details, "multiline": False} if spec.type == "STRING" else spec.details
    return replace(spec, modern=True, details=details)
