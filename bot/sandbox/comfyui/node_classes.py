"""What a node class is made of, and how ``/object_info`` describes it. Which classes there are: ``catalogue``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.sandbox.comfyui.bodies import JsonObject


class Listing(StrEnum):
    """A list that is read anew each time, because files come and go."""

    CHECKPOINTS = "checkpoints"
    LORAS = "loras"
    UPSCALERS = "upscale_models"
    IMAGES = "images"


Listings: TypeAlias = Mapping[Listing, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a node class."""

    type: str
    details: JsonObject = field(default_factory=dict[str, object])
    choices: tuple[str, ...] | Listing | None = None
    modern: bool = False
    """A V3 list, ``["COMBO", {"options": [...]}]``; else the list itself stands where the type would."""

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


@dataclass(frozen=True, slots=True)
class NodeClass:
    """A class of nodes."""

    name: str
    display_name: str
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
    """An output node: it is what a prompt runs for, and it is given the prompt to write into its files."""

    def info(self, listings: Listings, *, later: bool = False) -> JsonObject:
        """This class as ``/object_info`` has it, in later releases with more keys."""
        inputs: JsonObject = {"required": {name: i.info(listings) for name, i in self.inputs.items()}}
        order: JsonObject = {"required": list(self.inputs)}
        if self.saves and "images" in self.inputs:
            inputs["hidden"] = {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}
            order["hidden"] = ["prompt", "extra_pnginfo"]
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
        if self.modern:
            tooltips: list[None] = [None] * len(self.returns)
            info |= {
                "output_tooltips": tooltips,
                "deprecated": False,
                "experimental": False,
                "api_node": False,
            }
            if later:
                info |= {"dev_only": False, "output_matchtypes": None, "price_badge": None}
        return info
