"""What packs of custom nodes do in the editor by script, as far as a file can tell. One table; no other module names a pack.

Most nodes of packs need nothing: their widgets follow from ``/object_info``. Here is what does not.
"""

from collections.abc import Mapping
from enum import Enum, auto


class Role(Enum):
    """What a node of the editor is that no server runs."""

    NOTE = auto()
    """Says or does something in the editor only."""
    REROUTE = auto()
    """Passes its first input on."""
    PRIMITIVE = auto()
    """Holds a value for the widgets that it is wired to."""
    SETTER = auto()
    """Gives its input a name (its first value)."""
    GETTER = auto()
    """Stands for what a setter of the same name takes."""
    BROADCASTER = auto()
    """Feeds open inputs without links; the pack notes them in ``extra.ue_links``, or nowhere."""


ROLES: Mapping[str, Role] = {
    # ComfyUI
    "Note": Role.NOTE,
    "MarkdownNote": Role.NOTE,
    "Reroute": Role.REROUTE,
    "PrimitiveNode": Role.PRIMITIVE,
    # KJNodes, Easy-Use
    "SetNode": Role.SETTER,
    "GetNode": Role.GETTER,
    "easy setNode": Role.SETTER,
    "easy getNode": Role.GETTER,
    # rgthree
    "Reroute (rgthree)": Role.REROUTE,
    "Label (rgthree)": Role.NOTE,
    "Bookmark (rgthree)": Role.NOTE,
    "Fast Muter (rgthree)": Role.NOTE,
    "Fast Bypasser (rgthree)": Role.NOTE,
    "Fast Groups Muter (rgthree)": Role.NOTE,
    "Fast Groups Bypasser (rgthree)": Role.NOTE,
    "Fast Actions Button (rgthree)": Role.NOTE,
    "Mute / Bypass Relay (rgthree)": Role.NOTE,
    "Mute / Bypass Repeater (rgthree)": Role.NOTE,
    "Random Unmuter (rgthree)": Role.NOTE,
    "Node Collector (rgthree)": Role.NOTE,
    # Use Everywhere
    "Anything Everywhere": Role.BROADCASTER,
    "Anything Everywhere?": Role.BROADCASTER,
    "Anything Everywhere3": Role.BROADCASTER,
    "Prompts Everywhere": Role.BROADCASTER,
    "Seed Everywhere": Role.BROADCASTER,
    # others
    "Note Plus (mtb)": Role.NOTE,
    "Note _O": Role.NOTE,
}

ROW_WIDGETS: Mapping[str, str] = {"Power Lora Loader (rgthree)": "lora_"}
"""Classes whose values are rows (objects with ``on``), sent as ``lora_1``, ``lora_2``…"""

ROW_KEYS = frozenset({"on", "lora", "strength"})

BROWSER_KEYS = frozenset({"videopreview"})
"""What VideoHelperSuite keeps among a node's values for the editor's own use."""

SEED_ROLLS: Mapping[str, str] = {"Seed (rgthree)": "seed"}
"""Widgets whose negative values ask the editor for a new number at each run."""

TAKES_ANY_INPUT = frozenset(
    {
        "Any Switch (rgthree)",
        "Context Big (rgthree)",
        "Power Puter (rgthree)",
        "Power Lora Loader (rgthree)",
        "ImpactSwitch",
        "ImpactMakeImageList",
        "ImpactMakeAnyList",
        "LatentSwitch",
        "SEGSSwitch",
        "CustomCombo",
    }
)
"""Classes whose inputs are more than ``/object_info`` lists."""
