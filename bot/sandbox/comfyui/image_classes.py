"""Stock node classes of pictures, as release 0.3.64 has them. What the nodes do is in ``image_nodes``."""

from typing import Final

from bot.sandbox.comfyui.node_classes import WRITES_PROMPT, Input, Listing, NodeClass
from bot.sandbox.comfyui.widgets import (
    MAX_SIDE,
    choice,
    flag,
    integer,
    link,
    listed,
    modern,
    number,
    optional,
    side,
)

_PREFIX = "How the names of the files begin; a slash makes a folder, and words in percent signs, such as %width%, are replaced."
_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
_MASKS = "comfy_extras.nodes_mask"
_IMAGES_EXTRA = "comfy_extras.nodes_images"


def _place() -> Input:
    """Where something lies, in pixels from the left or the top."""
    return integer(0, 0, MAX_SIDE, 1)


_IMAGES = (
    NodeClass(
        "LoadImage",
        "Load Image",
        "image",
        {"image": listed(Listing.IMAGES, image_upload=True)},
        ("IMAGE", "MASK"),
    ),
    NodeClass(
        "LoadImageOutput",
        "Load Image (from Outputs)",
        "image",
        {
            "image": Input(
                "COMBO",
                {
                    "image_upload": True,
                    "image_folder": "output",
                    "remote": {
                        "route": "/internal/files/output",
                        "refresh_button": True,
                        "control_after_refresh": "first",
                    },
                },
            )
        },
        ("IMAGE", "MASK"),
        "Loads a picture from the output folder; the page asks for their names anew.",
        experimental=True,
    ),
    NodeClass(
        "EmptyImage",
        "EmptyImage",
        "image",
        {
            "width": side(1, 1),
            "height": side(1, 1),
            "batch_size": integer(1, 1, 4096),
            "color": integer(0, 0, 0xFFFFFF, 1, display="color"),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageScale",
        "Upscale Image",
        "image/upscaling",
        {
            "image": link("IMAGE"),
            "upscale_method": choice(*_METHODS),
            "width": side(0, 1),
            "height": side(0, 1),
            "crop": choice("disabled", "center"),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageScaleBy",
        "Upscale Image By",
        "image/upscaling",
        {
            "image": link("IMAGE"),
            "upscale_method": choice(*_METHODS),
            "scale_by": number(1.0, 0.01, 8.0, 0.01),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageUpscaleWithModel",
        "Upscale Image (using Model)",
        "image/upscaling",
        {"upscale_model": Input("UPSCALE_MODEL", modern=True), "image": Input("IMAGE", modern=True)},
        ("IMAGE",),
        module="comfy_extras.nodes_upscale_model",
        modern=True,
    ),
    NodeClass("ImageInvert", "Invert Image", "image", {"image": link("IMAGE")}, ("IMAGE",)),
    NodeClass(
        "ImageScaleToTotalPixels",
        None,
        "image/upscaling",
        {
            "image": modern(link("IMAGE")),
            "upscale_method": modern(choice(*_METHODS)),
            "megapixels": modern(number(1.0, 0.01, 16.0, 0.01)),
        },
        ("IMAGE",),
        module="comfy_extras.nodes_post_processing",
        modern=True,
    ),
    NodeClass(
        "ImageScaleToMaxDimension",
        "ImageScaleToMaxDimension",
        "image/upscaling",
        {
            "image": link("IMAGE"),
            "upscale_method": choice("area", "lanczos", "bilinear", "nearest-exact", "bilinear", "bicubic"),
            "largest_size": integer(512, 0, MAX_SIDE, 1),
        },
        ("IMAGE",),
        module=_IMAGES_EXTRA,
    ),
    NodeClass(
        "ImageCrop",
        "Image Crop",
        "image/transform",
        {"image": link("IMAGE"), "width": side(1, 1), "height": side(1, 1), "x": _place(), "y": _place()},
        ("IMAGE",),
        module=_IMAGES_EXTRA,
    ),
    NodeClass(
        "GetImageSize",
        "Get Image Size",
        "image",
        {"image": link("IMAGE")},
        ("INT", "INT", "INT"),
        "How large pictures are, and how many; they go on as they came.",
        module=_IMAGES_EXTRA,
        return_names=("width", "height", "batch_size"),
        hidden=("unique_id",),
    ),
    NodeClass(
        "ImageCompositeMasked",
        "ImageCompositeMasked",
        "image",
        {
            "destination": link("IMAGE"),
            "source": link("IMAGE"),
            "x": _place(),
            "y": _place(),
            "resize_source": flag(default=False),
            "mask": optional(link("MASK")),
        },
        ("IMAGE",),
        module=_MASKS,
    ),
    NodeClass(
        "ImagePadForOutpaint",
        "Pad Image for Outpainting",
        "image",
        {
            "image": link("IMAGE"),
            **{name: integer(0, 0, MAX_SIDE, 8) for name in ("left", "top", "right", "bottom")},
            "feathering": integer(40, 0, MAX_SIDE, 1),
        },
        ("IMAGE", "MASK"),
    ),
)

_OUTPUTS = (
    NodeClass(
        "SaveImage",
        "Save Image",
        "image",
        {
            "images": link("IMAGE", "What to save."),
            "filename_prefix": Input("STRING", {"default": "ComfyUI", "tooltip": _PREFIX}),
        },
        description="Saves pictures to the output folder.",
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    NodeClass(
        "PreviewImage",
        "Preview Image",
        "image",
        {"images": link("IMAGE")},
        description="Saves pictures to the temp folder, to be looked at.",
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    NodeClass(
        "SaveImageWebsocket",
        "SaveImageWebsocket",
        "api/image",
        {"images": link("IMAGE")},
        module="custom_nodes.websocket_image_save",
        saves=True,
    ),
)

IMAGE_CLASSES: Final = (*_IMAGES, *_OUTPUTS)
