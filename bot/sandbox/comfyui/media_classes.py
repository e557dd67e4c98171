"""Stock node classes of films, texts, latents and 3D, as release 0.3.64 has them (``SaveText`` came later).

What the nodes do is in ``media_nodes``.
"""

from typing import Final

from bot.sandbox.comfyui.node_classes import WRITES_PROMPT, Input, Listing, NodeClass
from bot.sandbox.comfyui.widgets import (
    choice,
    flag,
    integer,
    link,
    listed,
    modern,
    number,
    optional,
)

_IMAGES = "comfy_extras.nodes_images"
_VIDEO = "comfy_extras.nodes_video"
_HUNYUAN3D = "comfy_extras.nodes_hunyuan3d"


def _prefix(default: str, **more: object) -> Input:
    return Input("STRING", {"default": default, **more})


def _frames_per_second(default: float) -> Input:
    return number(default, 0.01, 1000.0, 0.01)


_ANIMATED = (
    NodeClass(
        "SaveAnimatedWEBP",
        "SaveAnimatedWEBP",
        "image/animation",
        {
            "images": link("IMAGE"),
            "filename_prefix": _prefix("ComfyUI"),
            "fps": _frames_per_second(6.0),
            "lossless": flag(default=True),
            "quality": integer(80, 0, 100),
            "method": choice("default", "fastest", "slowest"),
        },
        module=_IMAGES,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    NodeClass(
        "SaveAnimatedPNG",
        "SaveAnimatedPNG",
        "image/animation",
        {
            "images": link("IMAGE"),
            "filename_prefix": _prefix("ComfyUI"),
            "fps": _frames_per_second(6.0),
            "compress_level": integer(4, 0, 9),
        },
        module=_IMAGES,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
)

_FILMS = (
    NodeClass(
        "LoadVideo",
        "Load Video",
        "image/video",
        {"file": modern(listed(Listing.VIDEOS, video_upload=True))},
        ("VIDEO",),
        module=_VIDEO,
        modern=True,
    ),
    NodeClass(
        "CreateVideo",
        "Create Video",
        "image/video",
        {
            "images": modern(link("IMAGE", "The pictures that become a film.")),
            "fps": modern(number(30.0, 1.0, 120.0, 1.0)),
            "audio": modern(optional(link("AUDIO", "The sound to go with it."))),
        },
        ("VIDEO",),
        "Makes a film of pictures.",
        module=_VIDEO,
        modern=True,
    ),
    NodeClass(
        "SaveVideo",
        "Save Video",
        "image/video",
        {
            "video": modern(link("VIDEO", "The film to save.")),
            "filename_prefix": modern(
                _prefix("video/ComfyUI", multiline=False, tooltip="How the name begins.")
            ),
            "format": modern(choice("auto", "mp4", default="auto", tooltip="The kind of file.")),
            "codec": modern(choice("auto", "h264", default="auto", tooltip="The kind of film in it.")),
        },
        description="Saves a film to the output folder.",
        module=_VIDEO,
        modern=True,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    NodeClass(
        "SaveWEBM",
        None,
        "image/video",
        {
            "images": modern(link("IMAGE")),
            "filename_prefix": modern(_prefix("ComfyUI", multiline=False)),
            "codec": modern(choice("vp9", "av1")),
            "fps": modern(_frames_per_second(24.0)),
            "crf": modern(
                number(32.0, 0, 63.0, 1, tooltip="More makes the file smaller and the film worse.")
            ),
        },
        module=_VIDEO,
        modern=True,
        saves=True,
        hidden=WRITES_PROMPT,
        experimental=True,
    ),
)


_MESHES = (
    NodeClass(
        "EmptyLatentHunyuan3Dv2",
        "EmptyLatentHunyuan3Dv2",
        "latent/3d",
        {
            "resolution": integer(3072, 1, 8192),
            "batch_size": integer(1, 1, 4096, tooltip="How many at once."),
        },
        ("LATENT",),
        module=_HUNYUAN3D,
    ),
    NodeClass(
        "VAEDecodeHunyuan3D",
        "VAEDecodeHunyuan3D",
        "latent/3d",
        {
            "samples": link("LATENT"),
            "vae": link("VAE"),
            "num_chunks": integer(8000, 1000, 500_000),
            "octree_resolution": integer(256, 16, 512),
        },
        ("VOXEL",),
        module=_HUNYUAN3D,
    ),
    NodeClass(
        "VoxelToMesh",
        "VoxelToMesh",
        "3d",
        {
            "voxel": link("VOXEL"),
            "algorithm": choice("surface net", "basic"),
            "threshold": number(0.6, -1.0, 1.0, 0.01),
        },
        ("MESH",),
        module=_HUNYUAN3D,
    ),
    NodeClass(
        "SaveGLB",
        "SaveGLB",
        "3d",
        {"mesh": link("MESH"), "filename_prefix": _prefix("mesh/ComfyUI")},
        module=_HUNYUAN3D,
        saves=True,
        hidden=WRITES_PROMPT,
    ),
)

_OTHERS = (
    NodeClass(
        "SaveLatent",
        "SaveLatent",
        "_for_testing",
        {"samples": link("LATENT"), "filename_prefix": _prefix("latents/ComfyUI")},
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    NodeClass(
        "PreviewAny",
        "Preview Any",
        "utils",
        {"source": Input("*", modern=True)},
        module="comfy_extras.nodes_preview_any",
        saves=True,
    ),
    NodeClass(
        "SaveText",
        "Save Text",
        "text",
        {
            "text": modern(Input("STRING", {"forceInput": True, "multiline": False})),
            "filename_prefix": modern(_prefix("ComfyUI", multiline=False)),
            "format": modern(choice("txt", "csv", "md", "json", default="txt")),
        },
        ("STRING",),
        "Saves a text to the output folder.",
        module="comfy_extras.nodes_text",
        modern=True,
        return_names=("text",),
        saves=True,
        hidden=WRITES_PROMPT,
    ),
)

MEDIA_CLASSES: Final = (*_ANIMATED, *_FILMS, *_MESHES, *_OTHERS)
LATER_CLASSES: Final = frozenset({"SaveText"})
"""Those that release 0.3.64 has not yet."""
