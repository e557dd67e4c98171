"""All node classes of a release, stock and of custom packs, by name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.sandbox.comfyui.node_classes import Input, NodeClass
from bot.sandbox.comfyui.pack_classes import PACK_CLASSES
from bot.sandbox.comfyui.release import Release
from bot.sandbox.comfyui.sampler_names import LATER_SAMPLERS, SAMPLERS
from bot.sandbox.comfyui.stock_classes import STOCK_CLASSES

NODE_CLASSES: Final[Mapping[str, NodeClass]] = {node.name: node for node in (*STOCK_CLASSES, *PACK_CLASSES)}
"""Of release 0.3.64; the inputs of a class are the same in every release, by name."""

_PASSES_ON: Final = {"SaveImage": "IMAGE", "PreviewImage": "IMAGE", "PreviewAny": "STRING"}
"""What output nodes return since, that returned nothing before."""

_REWRITTEN: Final = frozenset({"InvertMask", "SDTurboScheduler", "EmptyAudio"})
"""Written as V3 nodes since."""


def node_classes(release: Release) -> Mapping[str, NodeClass]:
    """The classes as this release has them."""
    if not release.outputs_pass_on:
        return NODE_CLASSES
    return {name: _later(node) for name, node in NODE_CLASSES.items()}


def _later(node: NodeClass) -> NodeClass:
    if node.name in _REWRITTEN:
        inputs = {name: replace(spec, modern=True) for name, spec in node.inputs.items()}
        node = replace(node, modern=True, inputs=inputs)
    if (returned := _PASSES_ON.get(node.name)) is not None:
        names = ("images",) if returned == "IMAGE" else None
        return replace(node, returns=(returned,), return_names=names)
    if node.name == "KSampler":
        known = node.inputs["sampler_name"]
        behind = SAMPLERS.index("heunpp2") + 1
        names = (*SAMPLERS[:behind], *LATER_SAMPLERS, *SAMPLERS[behind:])
        return replace(node, inputs={**node.inputs, "sampler_name": replace(known, choices=names)})
    if node.name == "EmptyAudio":
        rate = Input("INT", {**node.inputs["sample_rate"].details, "min": 1, "max": 192_000})
        return replace(node, inputs={**node.inputs, "sample_rate": rate})
    return node
