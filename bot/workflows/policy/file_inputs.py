"""Which inputs of a node name a file, a folder, an address or a program, by what their class declares of them. Pure."""

import re
from enum import Enum, auto

from bot.comfy import InputSpec, Node, NodeClass
from bot.workflows.binding import FILENAME_PREFIX
from bot.workflows.kinds import MEDIA_NAMES, names_a_path
from bot.workflows.loaders import loaded

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ADDRESSES_AND_PROGRAMS = frozenset(
    {
        *("href", "endpoint", "webhook", "host", "hostname", "server", "address", "domain", "proxy"),
        *("command", "cmd", "script", "shell", "python", "javascript", "code", "sql"),
        *("expression", "formula", "equation", "lambda"),
        *("filepath", "basename", "subdir"),
    }
)
_OTHER_CODES = frozenset(
    {"language", "lang", "country", "color", "colour", "hex", "qr", "bar", "zip", "time", "error"}
)
"""``language_code`` is none that runs."""
_FILE_NAME = re.compile(r".+\.[A-Za-z][A-Za-z0-9]{1,11}")
_BUTTON = re.compile(r"upload|choose \w+ to upload")
"""The editor's, which it sends along; no class asks for it."""
_HARMLESS = frozenset(
    {
        *(("Preview3D", "model_file"), ("Preview3DAnimation", "model_file")),
        *(("ComfyMathExpression", "expression"), ("MathExpression|pysssss", "expression")),
    }
)
"""The editor is shown the path that a node before wrote, and nothing is read; formulas that are parsed, and not run."""


class Names(Enum):
    """What an input names, and so what may be in it."""

    PREFIX = auto()
    """Of what comes out: this bot puts its own in its place."""
    UPLOAD = auto()
    """A file in the input folder: one that is handed in, or listed."""
    LISTED = auto()
    """A model, or another file of a list; only what is listed."""
    PLACE = auto()
    """Whatever somebody types, as a path, an address or a program."""
    NOTHING = auto()


def named_by(node: Node, input_name: str, node_class: NodeClass | None) -> Names:
    """``node_class``: None, nobody knows it; then names alone tell."""
    if input_name == FILENAME_PREFIX:
        return Names.PREFIX
    if (node.class_type, input_name) in _HARMLESS:
        return Names.NOTHING
    if loaded(node.class_type, input_name, node_class) is not None:
        return Names.UPLOAD
    spec = None if node_class is None else node_class.input_of(input_name, node.inputs)
    return _by_name(input_name) if spec is None else _by_declaration(spec)


def _by_name(input_name: str) -> Names:
    """Of what no class declares. ComfyUI passes most of it over, and some packs take what comes."""
    is_a_place = _is_called_like_a_place(input_name) and not _BUTTON.fullmatch(input_name)
    return Names.PLACE if is_a_place else Names.NOTHING


def _by_declaration(spec: InputSpec) -> Names:
    if spec.upload is not None:
        return Names.UPLOAD
    if spec.type == "COMBO":
        return Names.LISTED if _lists_files(spec) else Names.NOTHING
    if spec.type != "*" and "STRING" not in spec.type.split(","):
        return Names.NOTHING
    is_media = "STRING" in spec.type and spec.name.lower() in MEDIA_NAMES
    return Names.PLACE if is_media or _is_called_like_a_place(spec.name) else Names.NOTHING


def _lists_files(spec: InputSpec) -> bool:
    """Files by their endings; folders, and files that are not there (yet), by what the input is called."""
    listed = any(map(_FILE_NAME.fullmatch, spec.options or ()))
    return listed or spec.remote or _is_called_like_a_place(spec.name)


def _is_called_like_a_place(input_name: str) -> bool:
    own_name = input_name.rpartition(".")[2]
    words = {word.casefold() for word in _WORDS.findall(own_name)}
    meant = words & _ADDRESSES_AND_PROGRAMS
    return names_a_path(own_name) or (bool(meant) and not (meant == {"code"} and words & _OTHER_CODES))
