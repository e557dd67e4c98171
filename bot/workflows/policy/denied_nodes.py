"""The shipped list of node classes that workflows of members may not use: read from ``denied_nodes.toml`` beside this file."""

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from msgspec import Struct

from bot.workflows.policy.patterns import Patterns

_FILE = Path(__file__).with_suffix(".toml")


class Danger(StrEnum):
    """What a node class could do to the machine that it runs on."""

    READ = "read"
    WRITE = "write"
    CODE = "code"
    ADDRESS = "address"
    INSTALL = "install"


class Entry(Struct, frozen=True):
    """Those of one pack, or a family of names, that are dangerous in one way."""

    danger: Danger
    classes: Patterns
    modules: Patterns
    pack: str | None
    """None: any; the names are telling enough, but where a class is ComfyUI's own."""


class DeniedNodes:
    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    def danger(self, class_type: str, module: str) -> Danger | None:
        """What a class could do; None: it is not listed. ``module``: what the server says it is from; empty: nobody knows."""
        is_own = module == "nodes" or module.startswith("comfy_extras")
        for entry in self.entries:
            if is_own and entry.pack is None:
                continue
            if class_type in entry.classes or (module and module in entry.modules):
                return entry.danger
        return None


@cache
def shipped() -> DeniedNodes:
    """Read once."""
    document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return DeniedNodes(
        Entry(
            Danger(each["danger"]),
            Patterns(each["classes"]),
            Patterns(each.get("modules", ())),
            each.get("pack"),
        )
        for each in document["denied"]
    )
