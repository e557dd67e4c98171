"""The graph when another choice is made that brings inputs of its own. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from bot.comfy import Graph, InputSpec, JsonValue, is_link
from bot.errors import Refused
from bot.texts import text
from bot.workflows.kinds import WIDGETS, accepts, shown
from bot.workflows.lists import carried_choices
from bot.workflows.needs import is_list
from bot.workflows.spelling import same_file
from bot.workflows.template import InputRef, Scalar
from bot.workflows.variants import GROWS
from bot.workflows.workflow import Workflow

_EXAMPLES = 8


class _Told(NamedTuple):
    """What a person said of an input."""

    option: str
    input_name: str
    value: Scalar


def refitted(workflow: Workflow, values: Mapping[str, Scalar], graph: Graph) -> Graph:
    """The filled graph with the inputs that go with the choices made: its own as far as they fit, else defaults.

    Raises:
        Refused: a value is given for what does not exist under a choice, or is not allowed there.
    """
    made = dict(graph)
    for target in sorted(workflow.variants, key=lambda each: each.input_name.count(".")):
        node, before = made[target.node_id], workflow.graph[target.node_id]
        if target.input_name not in node.inputs:
            continue
        choice = str(node.inputs[target.input_name])
        for each in _given_under(workflow, target, values):
            _check(workflow, target, choice, each)
        if choice != str(before.inputs.get(target.input_name)):
            inputs = _under(target.input_name, workflow.variants[target].get(choice, {}), node.inputs)
            made[target.node_id] = replace(node, inputs=inputs)
    return {
        node_id: replace(node, inputs=_counted(node.inputs, graph, node_id)) for node_id, node in made.items()
    }


def told_otherwise(workflow: Workflow, graph: Graph, values: Mapping[str, Scalar]) -> Mapping[str, JsonValue]:
    """What became of options that the person left out, where a choice brought other inputs: None, there is none."""
    return {
        option.name: graph[target.node_id].inputs.get(target.input_name)
        for option in workflow.options
        if option.name not in values
        for target in option.targets[:1]
        if "." in target.input_name and workflow.variants
    }


def _given_under(workflow: Workflow, target: InputRef, values: Mapping[str, Scalar]) -> Iterator[_Told]:
    """What the person said of inputs that a choice may bring."""
    for option in workflow.options:
        for each in option.targets:
            is_under = each.input_name.startswith(f"{target.input_name}.")
            if option.name in values and each.node_id == target.node_id and is_under:
                yield _Told(option.name, each.input_name, values[option.name])


def _check(workflow: Workflow, target: InputRef, choice: str, told: _Told) -> None:
    variants, node = workflow.variants[target], workflow.graph[target.node_id].inputs
    own = told.input_name.removeprefix(f"{target.input_name}.")
    spec = _at(variants.get(choice, {}), target.input_name, own, node)
    called = next((each.name for each in workflow.options if target in each.targets), target.own_name)
    if spec is None:
        having = [name for name, specs in variants.items() if _at(specs, target.input_name, own, node)]
        choices = f"{called}: {', '.join(having[:_EXAMPLES])}"
        raise Refused(text("value-only-with", option=told.option, choices=choices))
    place = {"option": told.option, "value": shown(told.value), "choice": f"{called}: {choice}"}
    if is_list(spec) and same_file(str(told.value), spec.options or ()) is None:
        names = ", ".join((spec.options or ())[:_EXAMPLES])
        raise Refused(text("value-not-with", **place, names=names))
    if isinstance(told.value, int | float) and not _reaches(spec, told.value):
        least, most = (shown(bound or 0) for bound in (spec.minimum, spec.maximum))
        raise Refused(text("value-not-within", **place, minimum=least, maximum=most))


def _at(
    specs: Mapping[str, InputSpec], owner: str, own: str, values: Mapping[str, JsonValue]
) -> InputSpec | None:
    """An input under a choice, or under a choice that comes with it."""
    first, _, rest = own.partition(".")
    spec = specs.get(first)
    if spec is None or not rest:
        return spec
    within = f"{owner}.{first}"
    return _at((spec.variants or {}).get(str(values.get(within)), {}), within, rest, values)


def _under(
    owner: str, specs: Mapping[str, InputSpec], inputs: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    others = {name: value for name, value in inputs.items() if not name.startswith(f"{owner}.")}
    return others | dict(_brought(owner, specs, inputs))


def _brought(
    owner: str, specs: Mapping[str, InputSpec], inputs: Mapping[str, JsonValue]
) -> Iterator[tuple[str, JsonValue]]:
    for own, spec in specs.items():
        name = f"{owner}.{own}"
        value = inputs[name] if name in inputs and _fits(spec, inputs[name]) else _default(spec)
        if value is not None:
            yield name, value
        if spec.variants:
            yield from _brought(name, spec.variants.get(str(value), {}), inputs)
        if spec.type.startswith(GROWS):
            yield from ((each, linked) for each, linked in inputs.items() if each.startswith(f"{name}."))


def _fits(spec: InputSpec, value: JsonValue) -> bool:
    if is_link(value):
        return True
    if is_list(spec):
        return str(value) in (spec.options or ())
    reached = isinstance(value, bool) or not isinstance(value, int | float) or _reaches(spec, value)
    return reached and accepts(spec, value)


def _reaches(spec: InputSpec, value: float) -> bool:
    least = spec.minimum is None or value >= spec.minimum
    return least and (spec.maximum is None or value <= spec.maximum)


def _default(spec: InputSpec) -> JsonValue:
    """What the editor would show; None for what only a link can give."""
    if spec.default is not None or spec.type not in WIDGETS:
        return spec.default
    if spec.options:
        return spec.options[0]
    return {"INT": spec.minimum or 0, "FLOAT": spec.minimum or 0.0, "STRING": "", "BOOLEAN": False}.get(
        spec.type
    )


def _counted(inputs: Mapping[str, JsonValue], before: Graph, node_id: str) -> Mapping[str, JsonValue]:
    """A node that carries its choices also says at which place the chosen one stands."""
    own = carried_choices(before[node_id])
    choice = inputs.get("choice")
    if isinstance(inputs.get("index"), int) and isinstance(choice, str) and choice in own:
        return {**inputs, "index": own.index(choice)}
    return inputs
