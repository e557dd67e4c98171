"""Whether an option would hold: tried with the very functions that later make it, so that none fails at start."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from bot.comfy import Graph, ObjectInfo
from bot.workflows.attachment_settling import is_attached
from bot.workflows.kinds import accepts
from bot.workflows.lists import inputs_on, union_of_names
from bot.workflows.needs import is_list
from bot.workflows.numbers import Span
from bot.workflows.settling import settle
from bot.workflows.template import OptionSpec, Scalar, Template, WorkflowError
from bot.workflows.workflow import Option


def offerable(graph: Graph, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> OptionSpec | None:
    """The option as it can be offered: with all targets or only the first, with its wishes or without; else None."""
    if is_attached(spec.kind):
        return None if _settled(graph, spec, knowledge) is None else spec
    plain = replace(spec, minimum=None, maximum=None, step=None, choices=None)
    first = replace(plain, targets=plain.targets[:1])
    for attempt in (spec, plain, first):
        if not _suits_the_servers(graph, attempt, knowledge):
            continue
        for each in (attempt, _with_own_default(graph, attempt, knowledge)):
            if each is not None and _settled(graph, each, knowledge) is not None:
                return each
    return None


def _suits_the_servers(graph: Graph, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> bool:
    """Every server takes the graph's values, and lists have the one that the graph names.

    A model that no server has must not be an option: another would silently stand in for it. It stays the graph's
    need, and the workflow waits for a server that has it. What a choice brings are no models: there another stands in.
    """
    for target in spec.targets:
        value = graph[target.node_id].inputs[target.input_name]
        known = inputs_on(graph, (target,), knowledge[0]) if knowledge else []
        if not all(accepts(each, value) for info in knowledge for each in inputs_on(graph, (target,), info)):
            return False
        names = union_of_names(graph, (target,), None, knowledge)
        if any(map(is_list, known)) and "." not in target.input_name and str(value) not in names:
            return False
    listed = [each for info in knowledge for each in inputs_on(graph, spec.targets, info) if is_list(each)]
    return not listed or bool(union_of_names(graph, spec.targets, spec.choices, knowledge))


def _with_own_default(graph: Graph, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> OptionSpec | None:
    """With a default of its own, where the graph's values differ from each other or are off the servers' steps."""
    if spec.required:
        return None
    values = [graph[target.node_id].inputs[target.input_name] for target in spec.targets]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return replace(spec, default=max(texts, key=len))
    open_ended = _settled(graph, replace(spec, required=True), knowledge)
    value = values[0]
    if open_ended is None or not isinstance(value, int | float):
        return None
    return replace(spec, default=_nearest(open_ended, value))


def _nearest(option: Option, value: float) -> Scalar:
    span = Span(option.minimum, option.maximum, option.step)
    low = value if option.minimum is None else max(value, option.minimum)
    within = low if option.maximum is None else min(low, option.maximum)
    return min(span.around(within), key=lambda each: abs(each - within), default=within)


def _settled(graph: Graph, spec: OptionSpec, knowledge: Sequence[ObjectInfo]) -> Option | None:
    template = Template("workflow", "-", graph, (spec,), Path())
    try:
        return settle(template, spec, knowledge)
    except WorkflowError:
        return None
