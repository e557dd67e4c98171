"""VideoHelperSuite keeps its values by name, and its scripts read what older versions of theirs saved."""

from typing import Any

import pytest

from bot.comfy.convert import NodePlans, convert
from tests.comfy.convert.graphs import definitions, node, subgraph, ui, written

Json = Any

_SIZE = ["INT", {"default": 0, "min": 0, "max": 8192}]
LOAD: Json = {
    "input": {
        "required": {
            "video": ["STRING"],
            "force_rate": ["FLOAT", {"default": 0}],
            "custom_width": _SIZE,
            "custom_height": _SIZE,
            "frame_load_cap": ["INT", {"default": 0}],
            "skip_first_frames": ["INT", {"default": 0}],
            "select_every_nth": ["INT", {"default": 1, "min": 1}],
        }
    },
    "output": ["IMAGE"],
    "python_module": "custom_nodes.ComfyUI-VideoHelperSuite",
}
_EXTRA = [
    ["pix_fmt", ["yuv420p", "yuv444p"]],
    ["crf", "INT", {"default": 19}],
    ["save_metadata", "BOOLEAN", {"default": True}],
]


def _combine(choices: Json, config: Json) -> Json:
    required = {
        "images": ["IMAGE"],
        "frame_rate": ["FLOAT", {"default": 8}],
        "loop_count": ["INT", {"default": 0}],
        "filename_prefix": ["STRING", {"default": "AnimateDiff"}],
        "format": [choices, config],
        "pingpong": ["BOOLEAN", {"default": False}],
        "save_output": ["BOOLEAN", {"default": True}],
    }
    return {
        "input": {"required": required},
        "output": ["X"],
        "output_node": True,
        "python_module": "custom_nodes.vhs",
    }


NOW = _combine(["image/gif", "video/h264"], {"formats": {"video/h264": _EXTRA}})
EARLIER = _combine(["image/gif", ["video/h264", _EXTRA]], {})
"""The form of the list before February 2025: a format with widgets of its own is a list of its name and them."""


def _sent(kind: str, declared: Json, values: Json) -> Json:
    return written(convert(ui(node(1, kind, values)), NodePlans({kind: declared})))["1"][1]


@pytest.mark.parametrize(
    ("forced", "width", "height"),
    [
        ("Disabled", 0, 0),
        ("256x?", 256, 0),
        ("?x256", 0, 256),
        ("256x144", 256, 144),
        ("Custom Width", 640, 0),
        ("Custom Height", 0, 480),
        ("Custom", 640, 480),
    ],
)
def test_a_forced_size_becomes_a_width_and_a_height(forced: str, width: int, height: int) -> None:
    values = {"video": "a.mp4", "force_size": forced, "custom_width": 640, "custom_height": 480}
    sent = _sent("VHS_LoadVideoPath", LOAD, values)
    assert (sent["custom_width"], sent["custom_height"]) == (width, height)
    assert "force_size" not in sent


def test_a_list_of_the_first_versions_is_read_by_their_order() -> None:
    assert _sent("VHS_LoadVideo", LOAD, ["a.mp4", 12, "Disabled", 16, 2, 3, "image"]) == {
        "video": "a.mp4",
        "force_rate": 12,
        "custom_width": 0,
        "custom_height": 0,
        "frame_load_cap": 16,
        "skip_first_frames": 2,
        "select_every_nth": 3,
    }


@pytest.mark.parametrize("declared", [NOW, EARLIER])
def test_a_format_brings_widgets_of_its_own(declared: Json) -> None:
    values = {
        "frame_rate": 24,
        "format": "video/h264",
        "crf": 25,
        "save_output": False,
        "videopreview": {"muted": True},
    }
    assert _sent("VHS_VideoCombine", declared, values) == {
        "frame_rate": 24,
        "loop_count": 0,
        "filename_prefix": "AnimateDiff",
        "format": "video/h264",
        "pix_fmt": "yuv420p",
        "crf": 25,
        "save_metadata": True,
        "pingpong": False,
        "save_output": False,
    }


@pytest.mark.parametrize("declared", [NOW, EARLIER])
def test_a_format_without_widgets_and_an_older_name_of_one(declared: Json) -> None:
    sent = _sent("VHS_VideoCombine", declared, [24, 1, "clip", "image/gif", True, False])
    assert sent == {
        "frame_rate": 24,
        "loop_count": 1,
        "filename_prefix": "clip",
        "format": "image/gif",
        "pingpong": True,
        "save_output": False,
    }


BRIDGE: Json = {
    "input": {
        "required": {"images": ["IMAGE"], "image": ["STRING", {"default": ""}]},
        "optional": {"block": ["BOOLEAN", {"default": False}]},
    },
    "output": ["IMAGE"],
    "output_node": True,
    "python_module": "custom_nodes.ComfyUI-Impact-Pack",
}


@pytest.mark.parametrize(
    "values", [[], ["$99-0", True], ["clipspace/mask.png [input]", True], [{"filename": "a.png"}, True]]
)
def test_a_bridge_for_previews_starts_anew_under_its_own_number(values: Json) -> None:
    plans = NodePlans({"PreviewBridge": BRIDGE})
    definition = subgraph("look", [node(7, "PreviewBridge", values)], [])
    result = convert(ui(node(3, "PreviewBridge", values), node(20, "look"), **definitions(definition)), plans)
    assert [inputs["image"] for _, inputs in written(result).values()] == ["$3-0", "$7-0"]
    assert result.warnings == ()
