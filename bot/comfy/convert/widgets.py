"""What the editor's nodes look like: which inputs a node class has, and the widget that holds a value for one.

The order and the hidden companions decide what each entry of a file's ``widgets_values`` means.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from ..json_value import JsonValue


class WidgetKind(StrEnum):
    """What a widget holds."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DYNAMIC_CHOICE = "dynamic choice"
    """A choice that decides which further inputs the node has (``COMFY_DYNAMICCOMBO_V3``)."""
    CURVE = "curve"
    SCENE = "scene"
    """A rendered view of a 3D model: only a browser can make it."""
    RECORDING = "recording"
    """A file that a browser records; an uploaded file does as well."""
    OTHER = "other"


class Widget(Struct, frozen=True):
    """The field of a node that holds one value."""

    kind: WidgetKind
    default: JsonValue = None
    """What the editor sends when a file holds nothing; None: it sends nothing."""
    choices: tuple[JsonValue, ...] = ()
    choice_types: frozenset[type] = frozenset()
    minimum: int | float | None = None
    maximum: int | float | None = None
    step: int | float | None = None
    rounding: int | float | None = None
    """A number is rounded to multiples of this; None: it is not."""
    decimals: int | None = None
    """How many a rounded number keeps."""
    multiline: bool = False
    dynamic_prompts: bool = False
    """``{a|b}`` in the text picks one, comments are removed."""
    leading: int = 0
    """Entries of ``widgets_values`` before the value that are never sent (buttons)."""
    trailing: int = 0
    """The same after the value (``control_after_generate`` and its like)."""
    is_sent: bool = True
    """False for buttons: an entry of ``widgets_values`` and nothing else."""
    is_constant: bool = False
    """The editor always sends the default, whatever the file holds."""
    is_hidden: bool = False
    """The editor does not draw it: kept for older graphs."""
    is_controlled: bool = False
    """The entry after the value says what happens to it after a run: ``fixed``, ``randomize``…"""
    tooltip: str | None = None
    upload: str | None = None
    """The choices are files of this kind, and an upload adds one: ``image``, ``video``, ``audio``, ``file``."""
    is_remote: bool = False
    """The editor fetches the choices from elsewhere; the server does not check them."""
    branches: Mapping[str, tuple["Input", ...]] = {}
    """The further inputs of each choice: of a DYNAMIC_CHOICE under their full names (``resize_type.width``)."""


class Input(Struct, frozen=True):
    """One input of a node class."""

    name: str
    type: str
    """What a link must carry: ``MODEL``, ``IMAGE,MASK``, ``*``."""
    widget: Widget | None = None
    has_socket: bool = True
    grows: bool = False
    """Any number of sockets under this name (``COMFY_AUTOGROW_V3``): ``images.image0``, ``images.image1``."""
    was_widget: bool = False
    """``forceInput``: a socket now, but older files hold a value for it."""


class NodePlan(Struct, frozen=True):
    """One node class as the editor lays it out."""

    name: str
    display_name: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    is_output: bool
    python_module: str
    output_names: tuple[str, ...] = ()
    growing: str | None = None
    """Surplus values belong to widgets of this name with a number: ``option`` for ``option1``, ``option2``…"""

    @property
    def comes_with_comfyui(self) -> bool:
        return not self.python_module.startswith("custom_nodes")
