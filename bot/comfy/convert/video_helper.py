"""Values that older versions of VideoHelperSuite saved, as its script of today reads them.

It keeps an object of values by name. Its first versions kept a list, and until February 2025 a size was one word
(``force_size``: ``Disabled``, ``256x?``, ``Custom Width``…) in place of a width and a height.
"""

from collections.abc import Iterator, Mapping

from ..json_value import JsonValue
from .widgets import NodePlan

_VIDEO = ("video", "force_rate", "force_size", "frame_load_cap", "skip_first_frames", "select_every_nth")
_FIRST_ORDER: Mapping[str, tuple[str | None, ...]] = {
    "VHS_LoadImages": ("directory", None, "image_load_cap", "skip_first_images", "select_every_nth"),
    "VHS_LoadImagesPath": ("directory", "image_load_cap", "skip_first_images", "select_every_nth"),
    "VHS_VideoCombine": ("frame_rate", "loop_count", "filename_prefix", "format", "pingpong", "save_image"),
    "VHS_LoadVideo": _VIDEO,
    "VHS_LoadVideoPath": _VIDEO,
}
"""What the entries of a list were; None: a button."""
_RENAMED: Mapping[str, tuple[str, str]] = {"VHS_VideoCombine": ("save_image", "save_output")}

_SIZE, _WIDTH, _HEIGHT = "force_size", "custom_width", "custom_height"


def current_values(plan: NodePlan, saved: JsonValue) -> JsonValue:
    """The values as the class of today would save them; the same object where nothing has to be changed."""
    order = _FIRST_ORDER.get(plan.name)
    if order is not None and isinstance(saved, list) and len(saved) >= len(order):
        saved = {name: value for name, value in zip(order, saved, strict=False) if name is not None}
    if not isinstance(saved, dict):
        return saved
    old, new = _RENAMED.get(plan.name, ("", ""))
    if old in saved and new not in saved:
        saved = {new if name == old else name: value for name, value in saved.items()}
    names = {declared.name for declared in plan.inputs}
    if _SIZE in saved and _SIZE not in names and _WIDTH in names:
        kept = {name: value for name, value in saved.items() if name != _SIZE}
        saved = kept | dict(_sides(saved[_SIZE]))
    return saved


def _sides(size: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Width and height of a size, as far as it says them; 0: as the video is."""
    width, x, height = size.partition("x") if isinstance(size, str) else ("", "", "")
    if x:
        yield _WIDTH, _side(width)
        yield _HEIGHT, _side(height)
    if size in ("Disabled", "Custom Height"):
        yield _WIDTH, 0
    if size in ("Disabled", "Custom Width"):
        yield _HEIGHT, 0


def _side(digits: str) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 0
