"""What one backend lacks for a template, in words for the log and for ``doctor``."""

import dataclasses
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.comfy import Graph, ObjectInfo
from bot.comfy_words import told
from bot.texts import Text, text
from bot.workflows.kinds import accepts
from bot.workflows.lists import input_on, inputs_on, names_on
from bot.workflows.needs import is_list, value_need
from bot.workflows.spelling import nearest, same_file
from bot.workflows.template import ATTACHED, InputRef, OptionSpec, Template

OWN_PACK = "comfy-core"
"""How the editor notes that a node is one of ComfyUI's own."""
STAND_IN = "ComfycordSandbox"
"""The class by which the sandbox's ComfyUI tells that it is one: no update brings it more nodes."""
_LIKENESS = 0.75
"""Of a class that may be the same one spelt otherwise: most nodes of any pack are a little like one of ComfyUI's own."""


class MissingName(Struct, frozen=True):
    """A model, or another name of a list, that the graph has and a backend does not."""

    target: InputRef
    name: str
    names: tuple[str, ...]
    """Those that the backend has."""
    words: Text


def lacks(template: Template, info: ObjectInfo) -> tuple[Text, ...]:
    """The node classes, models and inputs that the backend does not have; empty when it can run the template."""
    return (
        *_missing_classes(template, info),
        *(each.words for each in missing_names(template, info)),
        *(missing for option in template.options for missing in _missing_inputs(template, option, info)),
    )


def as_spelt_on(template: Template, info: ObjectInfo) -> Template:
    """The template with the names that no option sets written as this backend writes them."""
    graph = dict(template.graph)
    for target, name, names in _fixed_names(template, info):
        there, node = same_file(name, names), graph[target.node_id]
        if there is not None and there != name:
            graph[target.node_id] = replace(node, inputs={**node.inputs, target.input_name: there})
    return dataclasses.replace(template, graph=graph)


def puts_nothing_out(graph: Graph, info: ObjectInfo) -> Text | None:
    """Why a graph would be refused although its server has all of its nodes: none of them shows or saves anything.

    None also where nodes are missing: one of those may be the one.
    """
    if not graph:
        return text("workflow-lacks-nodes")
    classes = [info.classes.get(node.class_type) for node in graph.values()]
    if any(each is None or each.output_node for each in classes):
        return None
    return text("workflow-lacks-output")


def fixed_needs(template: Template, info: ObjectInfo) -> frozenset[str]:
    """What the graph needs of a backend like this one, whatever a person chooses."""
    graph = template.graph
    return frozenset(node.class_type for node in graph.values()) | {
        value_need(graph[target.node_id].class_type, target.input_name, name)
        for target, name, _ in _fixed_names(template, info)
    }


def _missing_classes(template: Template, info: ObjectInfo) -> Iterator[Text]:
    for class_type in dict.fromkeys(node.class_type for node in template.graph.values()):
        if class_type not in info.classes:
            yield missing_class(class_type, template.packs.get(class_type), info)


def missing_class(class_type: str, pack: str | None, info: ObjectInfo) -> Text:
    """That a backend has no such node class, or one that it cannot describe, and what to do about it."""
    if class_type in info.failed:
        return text("workflow-broken-node", node=class_type, problem=told(info.failed[class_type]))
    if pack == OWN_PACK and STAND_IN in info.classes:
        return text("workflow-lacks-own-node-here", node=class_type)
    if pack == OWN_PACK:
        return text("workflow-lacks-own-node", node=class_type)
    if pack is not None:
        return text("workflow-lacks-node-pack", node=class_type, pack=pack)
    if close := nearest(class_type, info.classes, likeness=_LIKENESS):
        return text("workflow-lacks-node-nearest", node=class_type, nearest=", ".join(close))
    return text("workflow-lacks-node", node=class_type)


def missing_names(template: Template, info: ObjectInfo) -> tuple[MissingName, ...]:
    """Every name of the graph that no option sets and the backend does not have."""
    return tuple(
        MissingName(target, name, names, missing_name(template, target, name, names))
        for target, name, names in _fixed_names(template, info)
        if same_file(name, names) is None
    )


def missing_name(template: Template, target: InputRef, name: str, names: Sequence[str]) -> Text:
    """That a backend has no such model, and which of those it has come near."""
    place = {"node": _title(template, target.node_id), "input": target.input_name}
    if close := nearest(name, names):
        return text("workflow-lacks-name-nearest", **place, name=name, nearest=", ".join(close))
    return text("workflow-lacks-name", **place, name=name)


def _fixed_names(template: Template, info: ObjectInfo) -> Iterator[tuple[InputRef, str, tuple[str, ...]]]:
    """Every input that must hold a name of a list and that no option sets, with its name and the list."""
    settable = {target for option in template.options for target in option.targets}
    for node_id, node in template.graph.items():
        for input_name, value in node.inputs.items():
            target = InputRef(node_id, input_name)
            if target in settable or not isinstance(value, str | int | float | bool):
                continue
            if "." in input_name:  # what a choice brings changes with every version, and holds no models
                continue
            for spec in inputs_on(template.graph, (target,), info):
                if is_list(spec):
                    yield target, str(value), spec.options or ()


def _missing_inputs(template: Template, option: OptionSpec, info: ObjectInfo) -> Iterator[Text]:
    graph = template.graph
    known = inputs_on(graph, option.targets, info)
    for target in option.targets:
        node, place = graph[target.node_id], _title(template, target.node_id)
        version = info.classes.get(node.class_type)
        if version is None:
            continue
        spec = input_on(node, target.input_name, version)
        if spec is None:
            yield text("workflow-lacks-input", node=place, input=target.input_name)
        elif not accepts(spec, node.inputs[target.input_name]):
            yield text("workflow-lacks-type", node=place, input=target.input_name)
    if option.kind in ATTACHED:  # the list is of files that are there already, and the person brings another
        return
    if any(map(is_list, known)) and not names_on(graph, option.targets, option.choices, info):
        place = _title(template, option.targets[0].node_id)
        if option.choices:
            yield text("workflow-lacks-choices", node=place, names=", ".join(option.choices))
        else:
            yield text("workflow-lacks-any", option=option.name, node=place)


def _title(template: Template, node_id: str) -> str:
    node = template.graph[node_id]
    return node.class_type if node.title in {None, node.class_type} else f"{node.title} ({node.class_type})"
