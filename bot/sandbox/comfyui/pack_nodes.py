"""What the nodes of custom packs do: show texts under keys of their own, make films of pictures, and draw outlines."""

import posixpath
from collections.abc import Mapping
from typing import Final

from PIL import ImageFilter

from bot.sandbox.comfyui.failures import outside_of_folder
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.comfyui.media_nodes import animation, encoded
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.pack_classes import (
    DISPLAY_TEXT,
    SCRIBBLE,
    SHOW_TEXT,
    SOFT_OUTLINE,
    TAGGER,
    VIDEO_COMBINE,
)
from bot.sandbox.comfyui.values import Inputs, Media, Pixels

_EDGES: Final = ImageFilter.FIND_EDGES


def _combine_video(inputs: Inputs, context: NodeContext) -> NodeResult:
    """One film; with ``save_output`` off it lies in the temp folder and is the result all the same."""
    images = inputs.of(Pixels, "images").images
    folder = Folder.OUTPUT if inputs.of(bool, "save_output") else Folder.TEMP
    frames = (*images, *images[-2:0:-1]) if inputs.of(bool, "pingpong") else images
    media_type, frame_rate = inputs.text("format"), inputs.number("frame_rate")
    family, _, kind = media_type.partition("/")
    suffix = f".{kind.rpartition('-')[2]}"
    film = animation(frames, kind.upper(), frame_rate) if family == "image" else encoded(Media(), suffix)
    saved = context.saver.save_animation(
        images[0], film, folder, inputs.text("filename_prefix"), suffix=suffix
    )
    if saved is None:
        raise outside_of_folder()
    file, still = saved
    path = posixpath.join("/opt/comfyui", folder, str(file["subfolder"]), str(file["filename"]))
    shown = {**file, "format": media_type, "frame_rate": frame_rate, "workflow": still, "fullpath": path}
    return NodeResult(((folder is Folder.OUTPUT, [path]),), {"gifs": [shown]})


def _outline(inputs: Inputs, _: NodeContext) -> NodeResult:
    images = inputs.of(Pixels, "image").images
    return NodeResult((Pixels(tuple(image.convert("L").filter(_EDGES).convert("RGB") for image in images)),))


def _tag(inputs: Inputs, _: NodeContext) -> NodeResult:
    width, height = inputs.of(Pixels, "image").images[0].size
    shape = "square" if width == height else "wide" if width > height else "tall"
    excluded = {tag.strip() for tag in inputs.text("exclude_tags").split(",")}
    tags = ", ".join(tag for tag in ("no_humans", "scenery", shape) if tag not in excluded)
    return NodeResult(([tags],), {"tags": [tags]})


def _show_text(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.text("text"),), {"text": [inputs.text("text")]})


def _display_text(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((inputs.text("text"),), {"string": [inputs.text("text")]})


PACK_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    VIDEO_COMBINE: _combine_video,
    TAGGER: _tag,
    SHOW_TEXT: _show_text,
    DISPLAY_TEXT: _display_text,
    SOFT_OUTLINE: _outline,
    SCRIBBLE: _outline,
}
PACK_PIXEL_WORK: Final = frozenset({VIDEO_COMBINE, SOFT_OUTLINE, SCRIBBLE})
"""Classes that take their time, so that they must run off the event loop."""
