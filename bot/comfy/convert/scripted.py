"""Widgets that no server declares: ComfyUI's editor adds them by script, and they take places in ``widgets_values``."""

from collections.abc import Iterable, Mapping

from ..json_value import JsonValue, mapping
from .widgets import Input, Widget, WidgetKind

_UPLOADS: Mapping[str, str] = {
    "image_upload": "image",
    "animated_image_upload": "image",
    "video_upload": "video",
    "audio_upload": "audio",
    "file_upload": "file",
}
UPLOAD = "upload"
_BUTTON = Widget(WidgetKind.OTHER, default="", is_sent=False)

APPENDED: Mapping[str, tuple[Input, ...]] = {
    "SaveGLB": (Input("image", "STRING", Widget(WidgetKind.TEXT, default=""), has_socket=False),),
    "Preview3D": (Input("image", "STRING", Widget(WidgetKind.TEXT, default=""), has_socket=False),),
    "CustomCombo": (Input("index", "INT", Widget(WidgetKind.INTEGER, default=0), has_socket=False),),
    "Power Primitive (rgthree)": (
        Input("type", "COMBO", Widget(WidgetKind.OTHER, default="STRING"), has_socket=False),
        Input("value", "*", Widget(WidgetKind.OTHER, default="")),
    ),
    "Power Puter (rgthree)": (
        Input("outputs", "*", Widget(WidgetKind.OTHER), has_socket=False),
        Input("code", "STRING", Widget(WidgetKind.TEXT, default="", multiline=True), has_socket=False),
    ),
}
"""Widgets that the editor's own scripts, or those of a pack, add."""

GROWING: Mapping[str, str] = {"CustomCombo": "option"}
BUTTONS_BEFORE: Mapping[str, int] = {"Load3D": 3, "Load3DAnimation": 3}
"""Classes before whose 3D view the editor puts buttons: upload, extra files, clear."""
MODEL_INPUT, MODEL_OUTPUT = "model_file", "mesh_path"
"""Where those classes take the name of a model, and where they give it on unchanged."""
NO_CAMERA: Mapping[str, JsonValue] = {"camera_info": None, "model_3d_info": []}
"""The state of a 3D view that nobody has turned yet."""


def renders(class_type: str) -> bool:
    """Whether the class loads pictures that a browser rendered; other 3D views only show, and need no more than a camera."""
    return class_type in BUTTONS_BEFORE


def upload(config: Mapping[str, JsonValue]) -> str | None:
    return next((kind for flag, kind in _UPLOADS.items() if config.get(flag) is True), None)


def buttons(name: str, config: Mapping[str, JsonValue]) -> Iterable[Input]:
    """What the editor adds after all other widgets for a list of files."""
    remote = mapping(config.get("remote"))
    if remote.get("control_after_refresh"):
        yield Input(f"{name} (after refresh)", "", _BUTTON, has_socket=False)
    if remote.get("refresh_button"):
        yield Input("refresh", "", Widget(WidgetKind.OTHER, default="refresh"), has_socket=False)
    if upload(config) not in {None, "file"} and config.get("widgetType") is None:
        yield Input(UPLOAD, "IMAGEUPLOAD", _BUTTON, has_socket=False)
