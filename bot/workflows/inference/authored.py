"""Options that the graph itself names: nodes made for that purpose, titles like ``/prompt``, values like ``{{prompt}}``."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from bot.comfy import Graph, Node
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.naming import option_name
from bot.workflows.inference.option_role import BY_INPUT
from bot.workflows.template import InputRef, Scalar

_LOOKS_FOR = re.compile(r"find|search|pattern|regex(_pattern)?|old|delimiter|separator", re.IGNORECASE)
_DEPLOY, _SWARM = "ComfyUIDeployExternal", "SwarmInput"
_TITLE = re.compile(r"[/@](?P<name>[^\s:?]+)(?P<optional>\?)?(?:\s*:\s*(?P<about>.+))?")
_PLACEHOLDER = re.compile(r"\{\{\s*([\w-]+)\s*\}\}|\$\{\s*([\w-]+)\s*\}|%([\w-]+)%")
"""A whole value. ``%date:…%`` and ``%Node.widget%`` are the editor's own, and have a colon or a dot."""
_EDITORS = frozenset({"date", "width", "height"})
"""``%width%`` and ``%height%`` in a file's name are filled by ComfyUI."""


def explicit(anatomy: Anatomy) -> list[Candidate]:
    """The nodes of ComfyDeploy and SwarmUI that declare an input of the workflow."""
    found: list[tuple[float, Candidate]] = []
    for node_id, node in anatomy.graph.items():
        if node.class_type.startswith(_DEPLOY):
            candidate = _deploy(anatomy, node_id, node)
        elif node.class_type.startswith(_SWARM):
            candidate = _swarm(anatomy, node_id, node)
        else:
            continue
        if candidate is not None:
            found.append((_number(node, "order_priority") or 0, candidate))
    return [candidate for _, candidate in sorted(found, key=lambda each: each[0])]


def titled(anatomy: Anatomy) -> list[Candidate]:
    """Nodes called ``/steps``, ``/steps?`` (may be left out), ``@steps: how often`` (with a description)."""
    found: list[Candidate] = []
    for node_id, node in anatomy.graph.items():
        match = _TITLE.fullmatch((node.title or "").strip())
        target = _input_meant(anatomy, node_id, match["name"]) if match else None
        if match and target:
            found.append(
                Candidate(
                    (target,),
                    label=match["name"],
                    description=match["about"],
                    required=False if match["optional"] else None,
                    authored=True,
                )
            )
    return found


def placeholders(anatomy: Anatomy) -> tuple[Graph, list[Candidate]]:
    """Inputs whose whole value is ``{{name}}``, ``${name}`` or ``%name%``, and the graph with sound values there."""
    graph = dict(anatomy.graph)
    by_name: dict[str, list[InputRef]] = {}
    for target, name in _placeholders_in(anatomy):
        by_name.setdefault(name, []).append(target)
        node = graph[target.node_id]
        inputs = {**node.inputs, target.input_name: _neutral(anatomy, target)}
        graph[target.node_id] = replace(node, inputs=inputs)
    return graph, [
        Candidate(tuple(targets), label=name, required=True, authored=True)
        for name, targets in by_name.items()
    ]


def _placeholders_in(anatomy: Anatomy) -> Iterator[tuple[InputRef, str]]:
    texts = [
        (target, value.strip())
        for node_id in anatomy.graph
        for target, value in anatomy.literals(node_id)
        if isinstance(value, str)
    ]
    looked_for = {value for target, value in texts if _LOOKS_FOR.fullmatch(target.own_name)}
    for target, value in texts:
        if value not in looked_for:  # else the graph itself puts something in its place
            match = _PLACEHOLDER.fullmatch(value)
            name = next(filter(None, match.groups()), None) if match else None
            if name is not None and not (value == f"%{name}%" and name.lower() in _EDITORS):
                yield target, name


def _neutral(anatomy: Anatomy, target: InputRef) -> Scalar:
    """What stands in the graph until a person says: the server's own default, or the least that its type has."""
    spec = anatomy.spec(target)
    if spec is None:
        return ""
    if isinstance(spec.default, str | int | float | bool):
        return spec.default
    match spec.type:
        case "INT" | "FLOAT":
            return spec.minimum or 0
        case "BOOLEAN":
            return False
        case "COMBO" if spec.options:
            return spec.options[0]
        case _:
            return ""


def _deploy(anatomy: Anatomy, node_id: str, node: Node) -> Candidate | None:
    target = next(
        (each for each, _ in anatomy.literals(node_id) if each.input_name.startswith("default_")), None
    )
    if target is None:
        return None
    return Candidate(
        (target,),
        label=_words(node, "display_name") or _words(node, "input_id"),
        description=_words(node, "description"),
        required=anatomy.literal(target) == "",
        minimum=_number(node, "min_value"),
        maximum=_number(node, "max_value"),
        authored=True,
    )


def _swarm(anatomy: Anatomy, node_id: str, node: Node) -> Candidate | None:
    target = InputRef(node_id, "value")
    if anatomy.literal(target) is None:
        return None
    listed = tuple(filter(None, (each.strip() for each in (_words(node, "values") or "").split(","))))
    return Candidate(
        (target,),
        label=_words(node, "title"),
        description=_words(node, "description"),
        required=anatomy.literal(target) == "",
        minimum=_number(node, "min"),
        maximum=_number(node, "max"),
        step=_number(node, "step") or None,
        choices=listed or None,
        authored=True,
        advanced=node.inputs.get("is_advanced") is True,
    )


def _input_meant(anatomy: Anatomy, node_id: str, name: str) -> InputRef | None:
    """Of a titled node: the input of that name, its only one, or its text."""
    literals = dict(anatomy.literals(node_id))
    for target in literals:
        if option_name(name) in {option_name(target.own_name), BY_INPUT.get(target.own_name)}:
            return target
    texts = [target for target in literals if (spec := anatomy.spec(target)) and spec.type == "STRING"]
    return next(iter(literals if len(literals) == 1 else texts), None)


def _words(node: Node, name: str) -> str | None:
    value = node.inputs.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _number(node: Node, name: str) -> float | None:
    value = node.inputs.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
