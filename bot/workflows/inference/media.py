"""The files that a graph starts from: pictures, videos, sounds that a person attaches."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.comfy import ObjectInfo
from bot.texts import Text, text
from bot.workflows.attachment_settling import own_file
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.loaders import loaded
from bot.workflows.template import InputRef, OptionKind, Template, describe_node

_ROLES: Mapping[OptionKind, OptionRole] = {
    OptionKind.IMAGE: OptionRole.IMAGE,
    OptionKind.MASK: OptionRole.MASK,
    OptionKind.VIDEO: OptionRole.VIDEO,
    OptionKind.AUDIO: OptionRole.AUDIO,
    OptionKind.FILE: OptionRole.FILE,
}


class MediaInput(Struct, frozen=True):
    target: InputRef
    kind: OptionKind
    file: str
    """What the graph names now, on the author's server."""


def media(anatomy: Anatomy) -> list[MediaInput]:
    """Every input that loads a file and matters for what is saved; those of one node in the order of its inputs."""
    found = [
        MediaInput(target, kind, value)
        for node_id in reversed(anatomy.useful)
        for target, value in anatomy.literals(node_id)
        if isinstance(value, str)
        and (kind := _loaded(anatomy, target)) is not None
        and (
            value or not _is_text(anatomy, target)
        )  # some nodes draw, and load a file only where one is named
    ]
    places = {each.target: _place(anatomy, each.target) for each in found}
    order = {place[0]: number for number, place in reversed([*enumerate(places.values())])}
    return sorted(found, key=lambda each: (order[places[each.target][0]], places[each.target][1]))


def _place(anatomy: Anatomy, target: InputRef) -> tuple[str, int]:
    """The node that a file goes to, and at which of its inputs it comes in."""
    use = next(iter(anatomy.used(target.node_id)), None)
    if use is None:
        return target.node_id, 0
    linked = [name for name, _ in anatomy.links(use.node_id)]
    return use.node_id, linked.index(use.input_name)


def attachments(files: Sequence[MediaInput], authored: Sequence[Candidate]) -> list[Candidate]:
    """What a person attaches, under the author's word for it. Loaders of the same file get the same attachment."""
    by_author = {target: each for each in authored for target in each.targets}
    groups: dict[tuple[str, OptionKind], list[MediaInput]] = {}
    for each in files:
        # a picture's mask is often loaded from the picture itself
        shared = OptionKind.IMAGE if each.kind is OptionKind.MASK else each.kind
        groups.setdefault((each.file, shared), []).append(each)
    found: list[Candidate] = []
    for group in groups.values():
        said = next((by_author[each.target] for each in group if each.target in by_author), None)
        kinds = {each.kind for each in group}
        kind = OptionKind.IMAGE if OptionKind.IMAGE in kinds else group[0].kind
        found.append(
            Candidate(
                tuple(each.target for each in group),
                role=_ROLES[kind],
                label=said.label if said else None,
                description=said.description if said else None,
                required=said.required if said else None,
                kind=kind,
            )
        )
    return found


def missing_media(
    template: Template, files: Sequence[MediaInput], knowledge: Sequence[ObjectInfo]
) -> tuple[Text, ...]:
    """Why the template cannot run as it is: the files that it names, that no server has and no option brings.

    A file that a server has (an example that lies in its input folder) is used as it stands.
    """
    brought = {target for option in template.options for target in option.targets}
    return tuple(
        text("workflow-wants-file", node=describe_node(template.graph, each.target.node_id), file=each.file)
        for each in files
        if knowledge
        and each.target not in brought
        and own_file(template.graph, (each.target,), knowledge) is None
    )


def _loaded(anatomy: Anatomy, target: InputRef) -> OptionKind | None:
    class_type = anatomy.graph[target.node_id].class_type
    return loaded(class_type, target.input_name, anatomy.class_of(target.node_id))


def _is_text(anatomy: Anatomy, target: InputRef) -> bool:
    spec = anatomy.spec(target)
    return spec is not None and spec.type == "STRING"
