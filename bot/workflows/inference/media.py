"""The files that a graph starts from: pictures, videos, sounds that a person would attach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.comfy import ObjectInfo
from bot.texts import Text, text
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.lists import inputs_on
from bot.workflows.template import InputRef, Template, describe_node

_LOADERS = ("LoadImage", "LoadVideo", "LoadAudio", "VHS_LoadVideo", "VHS_LoadAudio")
"""How the common ones are called, for while no server has answered."""


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class MediaSpec:
    """A file that a person would attach: an option of a command as soon as commands take files."""

    name: str
    description: str
    kind: MediaKind
    targets: tuple[InputRef, ...]
    file: str
    """What the graph names now, on the author's server."""


@dataclass(frozen=True, slots=True)
class MediaInput:
    target: InputRef
    kind: MediaKind
    file: str


def media(anatomy: Anatomy) -> list[MediaInput]:
    """Every input that takes an upload and matters for what is saved."""
    return [
        MediaInput(target, _kind(anatomy, target), value)
        for node_id in reversed(anatomy.useful)
        for target, value in anatomy.literals(node_id)
        if isinstance(value, str) and _takes_upload(anatomy, target)
    ]


def missing_media(
    template: Template, specs: Sequence[MediaSpec], knowledge: Sequence[ObjectInfo]
) -> tuple[Text, ...]:
    """Why the template cannot run without attachments: the files it names that no server has.

    A file that a server has (an example that lies in its input folder) is used as it stands.
    """
    return tuple(
        text("workflow-wants-file", node=describe_node(template.graph, target.node_id), file=spec.file)
        for spec in specs
        for target in spec.targets[:1]
        if knowledge and not any(_has(template, target, spec.file, info) for info in knowledge)
    )


def _has(template: Template, target: InputRef, file: str, info: ObjectInfo) -> bool:
    return any(file in (spec.options or ()) for spec in inputs_on(template.graph, (target,), info))


def _takes_upload(anatomy: Anatomy, target: InputRef) -> bool:
    spec = anatomy.spec(target)
    if spec is not None:
        return spec.upload
    known = anatomy.class_of(target.node_id) is not None
    named = anatomy.graph[target.node_id].class_type.startswith(_LOADERS)
    return not known and named and target.input_name in set(MediaKind)


def _kind(anatomy: Anatomy, target: InputRef) -> MediaKind:
    """By the input's name, or else by what the node makes of the file."""
    hints = (target.input_name, *_kinds_of(anatomy, target.node_id))
    return next((MediaKind(hint) for hint in hints if hint in set(MediaKind)), MediaKind.FILE)


def _kinds_of(anatomy: Anatomy, node_id: str) -> Iterator[str]:
    for output in anatomy.outputs(node_id) or ():
        yield "image" if output == "MASK" else output.lower()
