"""What the nodes of custom packs do: show texts under keys of their own, and combine pictures to one that moves."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.comfyui.failures import outside_of_folder
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.pack_classes import DISPLAY_TEXT, SHOW_TEXT, TAGGER, VIDEO_COMBINE
from bot.sandbox.comfyui.values import Inputs, Pixels


def _combine_video(inputs: Inputs, context: NodeContext) -> NodeResult:
    """One animated picture; with ``save_output`` off it lies in the temp folder and is the result all the same."""
    images = inputs.of(Pixels, "images").images
    folder = Folder.OUTPUT if inputs.of(bool, "save_output") else Folder.TEMP
    frames = (*images, *images[-2:0:-1]) if inputs.of(bool, "pingpong") else images
    saved = context.saver.save_animation(
        frames,
        folder,
        inputs.text("filename_prefix"),
        media_type=inputs.text("format"),
        frame_rate=inputs.number("frame_rate"),
    )
    if saved is None:
        raise outside_of_folder()
    return NodeResult(((folder is Folder.OUTPUT, [saved["fullpath"]]),), {"gifs": [saved]})


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
}
