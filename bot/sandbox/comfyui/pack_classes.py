"""Node classes of well-known custom packs: those whose outputs look otherwise than any stock node's.

Names, inputs and shapes of outputs are the packs'; what they do here is in ``pack_nodes``.
"""

from typing import Final

from bot.sandbox.comfyui.node_classes import WRITES_PROMPT, Input, NodeClass
from bot.sandbox.comfyui.widgets import MAX_SIDE, choice, integer, link, number, optional

VIDEO_COMBINE: Final = "VHS_VideoCombine"
TAGGER: Final = "WD14Tagger|pysssss"
SHOW_TEXT: Final = "ShowText|pysssss"
DISPLAY_TEXT: Final = "DisplayText_Zho"
SOFT_OUTLINE: Final = "HEDPreprocessor"
SCRIBBLE: Final = "ScribblePreprocessor"

STAND_IN: Final = NodeClass(
    "ComfycordSandbox",
    "Sandbox",
    "sandbox",
    {},
    description="This ComfyUI is the stand-in of Comfycord's sandbox: it has a few dozen nodes, and draws without models.",
    module="custom_nodes.comfycord_sandbox",
)
"""What tells a client that no update would bring the nodes that are missing here. No prompt can use it."""

PACK_CLASSES: Final = (
    NodeClass(
        VIDEO_COMBINE,
        "Video Combine 🎥🅥🅗🅢",
        "Video Helper Suite 🎥🅥🅗🅢",
        {
            "images": link("IMAGE"),
            "frame_rate": Input("FLOAT", {"default": 8, "min": 1, "step": 1}),
            "loop_count": integer(0, 0, 100, 1),
            "filename_prefix": Input("STRING", {"default": "AnimateDiff"}),
            "format": choice("image/gif", "image/webp", "video/h264-mp4", "video/webm"),
            "pingpong": Input("BOOLEAN", {"default": False}),
            "save_output": Input("BOOLEAN", {"default": True}),
            "audio": optional(link("AUDIO")),
        },
        ("VHS_FILENAMES",),
        return_names=("Filenames",),
        module="custom_nodes.comfyui-videohelpersuite",
        saves=True,
        hidden=WRITES_PROMPT,
    ),
    *(
        NodeClass(
            name,
            title,
            "ControlNet Preprocessors/Line Extractors",
            {"image": link("IMAGE"), **more, "resolution": optional(integer(512, 64, MAX_SIDE, 64))},
            ("IMAGE",),
            module="custom_nodes.comfyui_controlnet_aux",
        )
        for name, title, more in (
            (SOFT_OUTLINE, "HED Soft-Edge Lines", {"safe": optional(choice("enable", "disable"))}),
            (SCRIBBLE, "Scribble Lines", {}),
        )
    ),
    NodeClass(
        TAGGER,
        "WD14 Tagger 🐍",
        "image",
        {
            "image": link("IMAGE"),
            "model": choice("wd-v1-4-moat-tagger-v2"),
            "threshold": number(0.35, 0.0, 1, 0.05),
            "character_threshold": number(0.85, 0.0, 1, 0.05),
            "exclude_tags": Input("STRING", {"default": ""}),
        },
        ("STRING",),
        module="custom_nodes.ComfyUI-WD14-Tagger",
        saves=True,
    ),
    NodeClass(
        SHOW_TEXT,
        "Show Text 🐍",
        "utils",
        {"text": Input("STRING", {"forceInput": True})},
        ("STRING",),
        module="custom_nodes.comfyui-custom-scripts",
        saves=True,
    ),
    NodeClass(
        DISPLAY_TEXT,
        "Display Text",
        "Zho",
        {"text": Input("STRING", {"forceInput": True})},
        ("STRING",),
        return_names=("text",),
        module="custom_nodes.ComfyUI-Gemini",
        saves=True,
    ),
)
PACK_CLASS_NAMES: Final = frozenset(node.name for node in PACK_CLASSES)
