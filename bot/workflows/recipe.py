"""What made a file, as far as the file says so itself: in words for people. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bot.comfy import Graph, JsonValue
from bot.workflows.attachment_settling import is_attached
from bot.workflows.inference import infer
from bot.workflows.kinds import shown
from bot.workflows.matching import MadeBy, made_by
from bot.workflows.sources import Found
from bot.workflows.template import OptionSpec
from bot.workflows.workflow import Option, Workflow

MOST_NODES = 300
"""Of a graph that is looked through for what its options mean: that takes longer than its length grows."""

_MODEL = re.compile(r".+\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)", re.IGNORECASE)


class Setting(Struct, frozen=True):
    """One thing that was chosen when the file was made."""

    name: str
    name_localisations: Mapping[str, str]
    value: str


class Recipe(Struct, frozen=True):
    """At least one of ``nodes`` and ``notes``."""

    made_by: MadeBy | None = None
    """The workflow of ours, where it was one; ``settings`` are its options then."""
    settings: tuple[Setting, ...] = ()
    models: tuple[str, ...] = ()
    nodes: Mapping[str, int] | None = None
    """Node class → how many of them; None: no workflow is in the file."""
    notes: str | None = None
    """What another program noted."""
    graph: Graph | None = None
    workflow: Mapping[str, JsonValue] | None = None
    """What the editor opens."""


def recipe_of(found: Found, workflows: Iterable[Workflow]) -> Recipe:
    graph = found.prompt
    if graph is None:
        nodes = Counter(_types(found.workflow or {}))
        return Recipe(nodes=nodes, notes=found.settings, workflow=found.workflow)
    offered = {each.name: each for each in workflows}
    made = made_by(graph, offered.values())
    settings = _understood(graph) if made is None else _options(offered[made.workflow].options, made)
    return Recipe(
        made_by=made,
        settings=tuple(settings),
        models=tuple(dict.fromkeys(_models(graph))),
        nodes=Counter(node.class_type for node in graph.values()),
        notes=found.settings,
        graph=graph,
        workflow=found.workflow,
    )


def _options(options: Iterable[Option], made: MadeBy) -> Iterator[Setting]:
    for option in options:
        if option.name in made.values:
            yield Setting(option.name, option.name_localisations, made.values[option.name])


def _understood(graph: Graph) -> Iterator[Setting]:
    """What a command for this graph would ask."""
    if len(graph) > MOST_NODES:
        return
    for option in infer(graph, ()).options:
        value = _value(graph, option)
        if value is not None and not is_attached(option.kind):
            yield Setting(option.name, option.name_localisations, value)


def _value(graph: Graph, option: OptionSpec) -> str | None:
    if not option.targets:
        return None
    target = option.targets[0]
    value = graph[target.node_id].inputs.get(target.input_name)
    return shown(value) if isinstance(value, str | int | float | bool) else None


def _models(graph: Graph) -> Iterator[str]:
    for node in graph.values():
        for value in node.inputs.values():
            if isinstance(value, str) and is_model(value):
                yield value


def is_model(name: str) -> bool:
    """Whether a value is called as files of models are."""
    return _MODEL.fullmatch(name) is not None


def _types(workflow: Mapping[str, JsonValue]) -> Iterator[str]:
    match workflow:
        case {"nodes": [*nodes]}:
            pass
        case _:
            return
    for node in nodes:
        match node:
            case {"type": str(name)}:
                yield name
            case _:
                pass
