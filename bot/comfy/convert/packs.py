"""What packs of custom nodes do in the editor by script, as far as a file can tell.

One table; only :mod:`.video_helper` has more to say of one.
Most nodes of packs need nothing: their widgets follow from ``/object_info``. Here is what does not.
"""

from collections.abc import Mapping
from enum import Enum, auto


class EditorNode(Enum):
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
    """Feeds open inputs without links."""


EDITOR_NODES: Mapping[str, EditorNode] = {
    # ComfyUI
    "Note": EditorNode.NOTE,
    "MarkdownNote": EditorNode.NOTE,
    "Reroute": EditorNode.REROUTE,
    "PrimitiveNode": EditorNode.PRIMITIVE,
    # KJNodes, Easy-Use
    "SetNode": EditorNode.SETTER,
    "GetNode": EditorNode.GETTER,
    "easy setNode": EditorNode.SETTER,
    "easy getNode": EditorNode.GETTER,
    # rgthree
    "Reroute (rgthree)": EditorNode.REROUTE,
    "Label (rgthree)": EditorNode.NOTE,
    "Bookmark (rgthree)": EditorNode.NOTE,
    "Fast Muter (rgthree)": EditorNode.NOTE,
    "Fast Bypasser (rgthree)": EditorNode.NOTE,
    "Fast Groups Muter (rgthree)": EditorNode.NOTE,
    "Fast Groups Bypasser (rgthree)": EditorNode.NOTE,
    "Fast Actions Button (rgthree)": EditorNode.NOTE,
    "Mute / Bypass Relay (rgthree)": EditorNode.NOTE,
    "Mute / Bypass Repeater (rgthree)": EditorNode.NOTE,
    "Random Unmuter (rgthree)": EditorNode.NOTE,
    "Node Collector (rgthree)": EditorNode.NOTE,
    "Node Combiner (rgthree)": EditorNode.NOTE,
    # Use Everywhere
    "Anything Everywhere": EditorNode.BROADCASTER,
    "Anything Everywhere?": EditorNode.BROADCASTER,
    "Anything Everywhere3": EditorNode.BROADCASTER,
    "Prompts Everywhere": EditorNode.BROADCASTER,
    # others
    "Note Plus (mtb)": EditorNode.NOTE,
    "Note _O": EditorNode.NOTE,
}

ROW_WIDGETS: Mapping[str, str] = {"Power Lora Loader (rgthree)": "lora_"}
"""Classes whose values are rows (objects with ``on``), sent as ``lora_1``, ``lora_2``…"""

ROW_KEYS = frozenset({"on", "lora", "strength"})

BROWSER_KEYS = frozenset({"videopreview", "choose video to upload", "choose folder to upload"})
"""What VideoHelperSuite keeps among a node's values for the editor's own use: a preview, and the labels of buttons."""

PREVIEWS_BY_NUMBER: Mapping[str, str] = {"PreviewBridge": "image", "PreviewBridgeLatent": "image"}
"""Widgets for which Impact Pack's script asks the server at each loading; a server that knows of no picture yet is told
the node's own number."""

SEED_ROLLS: Mapping[str, str] = {
    "Seed (rgthree)": "seed",
    "KSampler (Efficient)": "seed",
    "KSampler Adv. (Efficient)": "noise_seed",
    "KSampler SDXL (Eff.)": "noise_seed",
    "Noise Control Script": "seed",
    "HighRes-Fix Script": "seed",
    "Tiled Upscaler Script": "seed",
}
"""Widgets whose negative values ask the editor for a new number at each run."""

FILLS_FILE_NAMES = frozenset({"VHS_VideoCombine"})
"""Classes of packs in whose file names the editor fills in dates and values, as it does in those of its own nodes."""

TAKES_ANY_INPUT = frozenset(
    {
        "Power Puter (rgthree)",
        "Power Lora Loader (rgthree)",
        "ImpactSwitch",
        "ImpactMakeImageList",
        "ImpactMakeAnyList",
        "LatentSwitch",
        "SEGSSwitch",
        "Math Expression (mtb)",
        "CustomCombo",
    }
)
"""Classes whose inputs are more than ``/object_info`` lists, and which neither it nor the file's sockets tell of:
:mod:`.sockets` knows the others."""
