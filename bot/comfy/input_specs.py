"""What the inputs of a node class take, read from its declaration in ``/object_info``."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from .json_value import JsonValue, as_number, as_text, items, mapping

_Options = tuple[str, ...]
Lists: TypeAlias = dict[_Options, _Options]
"""Equal lists of options, to be kept once."""
UploadKind: TypeAlias = Literal["image", "video", "audio", "file"]
DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
"""The type of a choice that brings inputs of its own, which the graph calls ``<choice>.<input>``."""
_UPLOAD_FLAGS: Mapping[str, UploadKind] = {
    "image_upload": "image",
    "animated_image_upload": "image",
    "video_upload": "video",
    "audio_upload": "audio",
    "file_upload": "file",
}


class InputSpec(Struct, frozen=True):
    """What one input of a node class takes."""

    name: str
    type: str
    """``INT``, ``FLOAT``, ``STRING``, ``BOOLEAN``, ``COMBO`` (both list forms), or what a link must carry: ``MODEL``."""
    required: bool
    default: JsonValue = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    """Seeds reach 2**64-1: kept exact."""
    step: int | float | None = None
    options: tuple[str, ...] | None = None
    """What a COMBO offers, verbatim, what is no text as text; None for other types and for remote lists."""
    multiline: bool = False
    tooltip: str | None = None
    upload: UploadKind | None = None
    """Not None: the options are files that the server has; an upload adds one (``image_upload`` and its like)."""
    remote: bool = False
    """The editor fetches the options from elsewhere; the server does not check them."""
    control_after_generate: bool = False
    """The editor changes the value after every run: it is a seed, whatever it is called."""
    words: Mapping[str, str] | None = None
    """What the pack says of it in other languages, by ComfyUI's name for each (``zh``): see :mod:`.translations`."""
    variants: "Mapping[str, Mapping[str, InputSpec]] | None" = None
    """Of a :data:`DYNAMIC_COMBO`, whose ``options`` are the keys: choice → the inputs that exist under it, by own name."""


def input_specs(declared: Mapping[str, JsonValue], lists: Lists) -> dict[str, InputSpec]:
    """Of what a class declares as its ``input``: name → what it takes, required ones first."""
    return {
        name: _input_spec(name, spec, lists, required=group == "required")
        for group in ("required", "optional")
        for name, spec in mapping(declared.get(group)).items()
    }


def _input_spec(name: str, spec: JsonValue, lists: Lists, *, required: bool) -> InputSpec:
    """``[type]``, ``[type, config]``, ``[[options], config]``, ``["COMBO", {"options": […]}]``, or anything else."""
    parts = items(spec)
    declared = parts[0] if parts else as_text(spec)
    config = mapping(parts[1] if len(parts) > 1 else None)
    remote = "remote" in config
    variants = _variants(config, lists) if declared == DYNAMIC_COMBO else None
    options = tuple(variants) if variants else None if remote else _options(declared, config)
    return InputSpec(
        name=name,
        type=type_name(declared),
        required=required,
        default=config.get("default"),
        minimum=as_number(config.get("min")),
        maximum=as_number(config.get("max")),
        step=as_number(config.get("step")),
        options=None if options is None else lists.setdefault(options, options),
        multiline=config.get("multiline") is True,
        tooltip=as_text(config.get("tooltip")),
        upload=next((kind for flag, kind in _UPLOAD_FLAGS.items() if config.get(flag) is True), None),
        remote=remote,
        control_after_generate=bool(config.get("control_after_generate")),
        variants=variants,
    )


def _variants(config: Mapping[str, JsonValue], lists: Lists) -> dict[str, dict[str, InputSpec]]:
    return {
        key: input_specs(mapping(mapping(option).get("inputs")), lists)
        for option in items(config.get("options"))
        if (key := as_text(mapping(option).get("key"))) is not None
    }


def type_name(declared: JsonValue) -> str:
    """``COMBO`` for a list, ``*`` where nothing is said."""
    return "COMBO" if isinstance(declared, list) else as_text(declared) or "*"


def choice_name(choice: JsonValue) -> JsonValue:
    """What is sent for a choice, of which VideoHelperSuite made ``[name, widgets]`` until February 2025."""
    return choice[0] if isinstance(choice, list) and choice else choice


def _options(declared: JsonValue, config: Mapping[str, JsonValue]) -> _Options | None:
    listed = declared if isinstance(declared, list) else config.get("options")
    if type_name(declared) != "COMBO" or not isinstance(listed, list):
        return None
    return tuple(str(choice_name(option)) for option in listed)
