"""A command as it is being changed: what it says, and what its servers would allow. Values only."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from bot.texts import Text
from bot.workflows.template import Template
from bot.workflows.workflow import Option


class Edited(Struct, frozen=True):
    """By the server that comes closest to running it."""

    template: Template
    options: Mapping[str, Option]
    """By name, as they are offered. One that cannot be offered so is as the server alone would have it."""
    whole: Mapping[str, Option]
    """As they would be if the command narrowed nothing and had no defaults."""
    problems: Mapping[str, Text] = MappingProxyType({})
    """Option → why it cannot be offered as the command has it."""
