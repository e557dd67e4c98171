"""The usual kinds of inputs that node classes have, in few words."""

from typing import Final

from msgspec.structs import replace

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.node_classes import Input, Listing

MAX_SEED: Final = 2**64 - 1
MAX_SIDE: Final = 16384


def link(kind: str, tooltip: str = "") -> Input:
    return Input(kind, {"tooltip": tooltip} if tooltip else {})


def integer(default: int, minimum: int, maximum: int, step: int | None = None, **more: object) -> Input:
    grid: JsonObject = {} if step is None else {"step": step}
    return Input("INT", {"default": default, "min": minimum, "max": maximum, **grid, **more})


def number(default: float, minimum: float, maximum: float, step: float, **more: object) -> Input:
    return Input("FLOAT", {"default": default, "min": minimum, "max": maximum, "step": step, **more})


def choice(*names: str, tooltip: str = "", **more: object) -> Input:
    return Input("COMBO", {"tooltip": tooltip, **more} if tooltip else more, names)


def listed(listing: Listing, **details: object) -> Input:
    return Input("COMBO", details, listing)


def side(minimum: int, step: int, **more: object) -> Input:
    return integer(512, minimum, MAX_SIDE, step, **more)


def flag(*, default: bool, **more: object) -> Input:
    return Input("BOOLEAN", {"default": default, **more})


def modern(spec: Input) -> Input:
    """The same as a V3 node declares it."""
    return replace(spec, modern=True)


def optional(spec: Input) -> Input:
    return replace(spec, optional=True)
