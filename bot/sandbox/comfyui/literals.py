"""Checking the values that a prompt gives directly, not by a link: types, ranges, lists, uploaded files."""

from collections.abc import Mapping
from typing import Final, cast

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject, as_object
from bot.sandbox.comfyui.files import FileStore
from bot.sandbox.comfyui.node_classes import Input, Listings, NodeClass
from bot.sandbox.comfyui.references import annotated, input_file
from bot.sandbox.comfyui.refusals import error_entry
from bot.sandbox.comfyui.release import Release

_LONG_LIST: Final = 20
"""Lists longer than that are not written out in a refusal, only counted."""


class CheckContext(Struct, frozen=True):
    """What a prompt is checked against."""

    classes: Mapping[str, NodeClass]
    listings: Listings
    files: FileStore
    release: Release


def check_literal(name: str, spec: Input, inputs: JsonObject, context: CheckContext) -> JsonObject | None:
    """What is wrong with an input's value, if anything. It becomes what its type makes of it: "4" becomes 4."""
    value = inputs[name]
    wrapped = as_object(value)
    if wrapped is not None and "__value__" in wrapped:
        value = wrapped["__value__"]
    info = spec.config(context.listings)
    try:
        inputs[name] = value = _converted(spec, value)
    except (TypeError, ValueError, OverflowError) as error:
        return _unconvertible(name, spec.type, info, value, str(error))
    input_info: JsonObject = {"input_name": name, "input_config": info, "received_value": value}
    if spec.type in ("INT", "FLOAT"):
        return _out_of_range(name, spec, input_info, cast("float", value))
    if spec.takes_upload:
        return _no_such_upload(name, spec, str(value), context.files)
    if spec.modern and not context.release.checks_modern_lists:
        return None
    return _not_in_list(name, spec.options(context.listings), input_info, context.release)


def _converted(spec: Input, value: object) -> object:
    """The value as its input's type wants it. Raises what ``int`` and ``float`` raise."""
    match spec.type:
        case "INT":
            return int(cast("str", value))
        case "FLOAT":
            return float(cast("str", value))
        case "STRING":
            return str(value)
        case "BOOLEAN":
            return bool(value)
        case _:
            return value


def _unconvertible(name: str, kind: str, info: list[object], value: object, why: str) -> JsonObject:
    input_info: JsonObject = {"input_name": name, "input_config": info, "received_value": value}
    message = f"Failed to convert an input value to a {kind} value"
    return error_entry(
        "invalid_input_type", message, f"{name}, {value}, {why}", input_info | {"exception_message": why}
    )


def _out_of_range(name: str, spec: Input, input_info: JsonObject, value: float) -> JsonObject | None:
    minimum, maximum = spec.details.get("min"), spec.details.get("max")
    if isinstance(minimum, int | float) and value < minimum:
        return error_entry(
            "value_smaller_than_min", f"Value {value} smaller than min of {minimum}", name, input_info
        )
    if isinstance(maximum, int | float) and value > maximum:
        return error_entry(
            "value_bigger_than_max", f"Value {value} bigger than max of {maximum}", name, input_info
        )
    return None


def _not_in_list(
    name: str, options: list[str] | None, input_info: JsonObject, release: Release
) -> JsonObject | None:
    value = input_info["received_value"]
    if options is None or value in options:
        return None
    offered = str(options)
    if len(options) > _LONG_LIST:
        offered = f"(list of length {len(options)})"
        input_info["input_config"] = None
    given = repr(value) if release.shows_values_as_python else f"'{value}'"
    return error_entry(
        "value_not_in_list", "Value not in list", f"{name}: {given} not in {offered}", input_info
    )


def _no_such_upload(name: str, spec: Input, value: str, files: FileStore) -> JsonObject | None:
    """Uploads are checked by existence. Absolute paths pass, as in ComfyUI; nothing ever opens them here."""
    if annotated(value)[0].startswith("/") or input_file(files, value) is not None:
        return None
    kind = next(kind for kind in ("image", "video", "audio") if f"{kind}_upload" in spec.details)
    details = f"{name} - Invalid {kind} file: {value}"
    message = "Custom validation failed for node"
    return error_entry("custom_validation_failed", message, details, {"input_name": name})
