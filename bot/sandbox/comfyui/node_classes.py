"""What a node class is made of, and how ``/object_info`` describes it. Which classes there are: ``catalogue``."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias, cast

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject


class Listing(StrEnum):
    """A list that is read anew each time, because files come and go."""

    CHECKPOINTS = "checkpoints"
    LORAS = "loras"
    UPSCALERS = "upscale_models"
    CLIP_VISION = "clip_vision"
    CONTROL_NETS = "controlnet"
    IMAGES = "images"
    VIDEOS = "videos"
    SOUNDS = "sounds"


Listings: TypeAlias = Mapping[Listing, Sequence[str]]
WRITES_PROMPT: Final = ("prompt", "extra_pnginfo")
"""Hidden inputs of a node that writes into its files what they were made by."""


class Input(Struct, frozen=True):
    """One input of a node class."""

    type: str
    details: JsonObject = {}
    choices: tuple[str, ...] | Listing | None = None
    modern: bool = False
    """A V3 list, ``["COMBO", {"options": [...]}]``; else the list itself stands where the type would."""
    optional: bool = False

    @property
    def takes_upload(self) -> bool:
        """Whether it names a file that was uploaded: a picture, a film or a sound."""
        return any(f"{kind}_upload" in self.details for kind in ("image", "video", "audio"))

    def options(self, listings: Listings) -> list[str] | None:
        """What a list offers, or ``None`` if this is no list."""
        if self.choices is None:
            return None
        return list(listings[self.choices] if isinstance(self.choices, Listing) else self.choices)

    def info(self, listings: Listings) -> list[object]:
        """This input as ``/object_info`` has it."""
        options = self.options(listings)
        if options is not None and self.modern:
            return ["COMBO", {**self.details, "multiselect": False, "options": options}]
        kind: object = self.type if options is None else options
        return [kind, dict(self.details)] if self.details or self.modern else [kind]

    def config(self, listings: Listings) -> list[object]:
        """This input as a refusal has it: always with details."""
        kind, *details = self.info(listings)
        return [kind, *(details or [{}])]


class NodeClass(Struct, frozen=True):
    """A class of nodes."""

    name: str
    display_name: str | None
    category: str
    inputs: Mapping[str, Input]
    returns: tuple[str, ...] = ()
    """The types of what comes out, by slot."""
    description: str = ""
    module: str = "nodes"
    modern: bool = False
    return_names: tuple[str, ...] | None = None
    """None: they are called as their types."""
    saves: bool = False
    """An output node: it is what a prompt runs for."""
    hidden: tuple[str, ...] = ()
    """What the server gives it besides: the prompt to write into its files, for instance."""
    experimental: bool = False
    deprecated: bool = False

    def info(self, listings: Listings, *, later: bool = False) -> JsonObject:
        """This class as ``/object_info`` has it, in later releases with more keys."""
        inputs: JsonObject = {"required": self._described(listings, optional=False)}
        if optional := self._described(listings, optional=True):
            inputs["optional"] = optional
        if self.hidden:
            kinds = {name: name.upper() for name in self.hidden}
            inputs["hidden"] = {name: [kind] for name, kind in kinds.items()} if self.modern else kinds
        order: JsonObject = {group: list(cast("JsonObject", names)) for group, names in inputs.items()}
        info: JsonObject = {
            "input": inputs,
            "input_order": order,
            "output": list(self.returns),
            "output_is_list": [False] * len(self.returns),
            "output_name": list(self.return_names or self.returns),
            "name": self.name,
            "display_name": self.display_name,
            "description": self.description,
            "python_module": self.module,
            "category": self.category,
            "output_node": self.saves,
        }
        if later:
            info |= {"is_input_list": False, "has_intermediate_output": False, "search_aliases": []}
        flags = {"deprecated": self.deprecated, "experimental": self.experimental}
        info |= {name: flag for name, flag in flags.items() if flag or self.modern}
        if self.modern:
            tooltips: list[None] = [None] * len(self.returns)
            info |= {"output_tooltips": tooltips, "api_node": False}
            if later:
                info |= {"dev_only": False, "output_matchtypes": None, "price_badge": None}
        return info

    def _described(self, listings: Listings, *, optional: bool) -> JsonObject:
        return {name: i.info(listings) for name, i in self.inputs.items() if i.optional is optional}
