"""Stock node classes of masks, as release 0.3.64 has them. What the nodes do is in ``image_nodes``."""

from typing import Final

from bot.sandbox.comfyui.node_classes import WRITES_PROMPT, Listing, NodeClass
from bot.sandbox.comfyui.widgets import MAX_SIDE, choice, flag, integer, link, listed, number, side

_MASKS = "comfy_extras.nodes_mask"

MASK_CLASSES: Final = (
    NodeClass(
        "LoadImageMask",
        "Load Image (as Mask)",
        "mask",
        {
            "image": listed(Listing.IMAGES, image_upload=True),
            "channel": choice("alpha", "red", "green", "blue"),
        },
        ("MASK",),
    ),
    NodeClass(
        "InvertMask",
        "InvertMask",
        "mask",
        {"mask": link("MASK")},
        ("MASK",),
        module=_MASKS,
    ),
    NodeClass(
        "SolidMask",
        "SolidMask",
        "mask",
        {"value": number(1.0, 0.0, 1.0, 0.01), "width": side(1, 1), "height": side(1, 1)},
        ("MASK",),
        module=_MASKS,
    ),
    NodeClass(
        "GrowMask",
        "GrowMask",
        "mask",
        {
            "mask": link("MASK"),
            "expand": integer(0, -MAX_SIDE, MAX_SIDE, 1),
            "tapered_corners": flag(default=True),
        },
        ("MASK",),
        module=_MASKS,
    ),
    NodeClass(
        "ImageToMask",
        "Convert Image to Mask",
        "mask",
        {"image": link("IMAGE"), "channel": choice("red", "green", "blue", "alpha")},
        ("MASK",),
        module=_MASKS,
    ),
    NodeClass(
        "MaskToImage", "Convert Mask to Image", "mask", {"mask": link("MASK")}, ("IMAGE",), module=_MASKS
    ),
    NodeClass(
        "MaskPreview",
        "MaskPreview",
        "mask",
        {"mask": link("MASK")},
        description="Saves masks to the temp folder, to be looked at.",
        module=_MASKS,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
)
