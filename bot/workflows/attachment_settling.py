"""Settles the options that people answer with a file, and the areas of their pictures."""

from collections.abc import Sequence

from bot.comfy import Graph, ObjectInfo
from bot.jobs.inputs import Area
from bot.texts import text
from bot.workflows.lists import inputs_on
from bot.workflows.loaders import loaded, suits
from bot.workflows.template import ATTACHED, InputRef, OptionKind, OptionSpec, Template
from bot.workflows.workflow import Option


def is_attached(kind: OptionKind | None) -> bool:
    """Whether an option of that kind is a file, or is of one."""
    return kind is OptionKind.AREA or kind in ATTACHED


def settle_attached(
    template: Template, spec: OptionSpec, kind: OptionKind, knowledge: Sequence[ObjectInfo]
) -> Option:
    """The option as it is offered. A file may be left out where a server has the workflow's own, else it is required.

    Raises:
        WorkflowError: it sets an input that loads no such file.
    """
    for target in spec.targets:
        _refuse_other_inputs(template, spec, kind, target, knowledge)
    own = None if spec.required else own_file(template.graph, spec.targets, knowledge)
    required = spec.required or (bool(spec.targets) and own is None)
    return Option(
        name=spec.name,
        description=spec.description,
        kind=kind,
        targets=spec.targets,
        name_localisations=spec.name_localisations,
        description_localisations=spec.description_localisations,
        required=required,
        default=own,
        choices=tuple(Area) if kind is OptionKind.AREA else None,
        of=spec.of,
        advanced=spec.advanced and not required,
    )


def own_file(graph: Graph, targets: Sequence[InputRef], knowledge: Sequence[ObjectInfo]) -> str | None:
    """The file that the graph itself starts from, where one server has it for each of ``targets``."""
    files = [graph[target.node_id].inputs[target.input_name] for target in targets]
    there = any(
        all(_has(graph, target, file, info) for target, file in zip(targets, files, strict=True))
        for info in knowledge
    )
    return str(files[0]) if files and there else None


def _has(graph: Graph, target: InputRef, file: object, info: ObjectInfo) -> bool:
    return any(file in (spec.options or ()) for spec in inputs_on(graph, (target,), info))


def _refuse_other_inputs(
    template: Template, spec: OptionSpec, kind: OptionKind, target: InputRef, knowledge: Sequence[ObjectInfo]
) -> None:
    """A server must say that the input loads a file; before any has answered, only what is known to is sure."""
    class_type = template.graph[target.node_id].class_type
    known = [info.classes[class_type] for info in knowledge if class_type in info.classes]
    found = [loaded(class_type, target.input_name, each) for each in known or (None,)]
    loaders = [each for each in found if each is not None]
    where = template.describe(target)
    if not isinstance(template.graph[target.node_id].inputs[target.input_name], str) or (
        known and not loaders
    ):
        raise template.wrong(spec, text("wrong-no-loader", type=str(kind), input=where))
    if loaders and not any(suits(kind, each) for each in loaders):
        raise template.wrong(spec, text("wrong-loads", type=str(kind), input=where, loads=str(loaders[0])))
