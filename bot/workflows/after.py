"""What can be done with a workflow's results: ``[after]`` of its ``command.toml``. Values only."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from bot.jobs.origin import Action


class Button(StrEnum):
    """What stands under a result."""

    AGAIN = "again"
    EDIT = "edit"
    VARY = "vary"
    UPSCALE = "upscale"
    INPAINT = "inpaint"
    ANIMATE = "animate"
    RECIPE = "recipe"
    SHOW = "show"
    DELETE = "delete"


OF_A_PICTURE: Mapping[Button, Action] = MappingProxyType(
    {
        Button.VARY: Action.VARY,
        Button.UPSCALE: Action.UPSCALE,
        Button.INPAINT: Action.INPAINT,
        Button.ANIMATE: Action.ANIMATE,
    }
)
"""Those that start a workflow from one picture of the result."""


class After(Struct, frozen=True):
    """What an author says of it."""

    workflows: Mapping[Button, str] = MappingProxyType({})
    """The workflow that a button starts, where it is not the first that fits."""
    buttons: tuple[Button, ...] = tuple(Button)
    """Those that are wanted at all."""
