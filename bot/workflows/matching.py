"""Which workflow of ours made a graph, and with which values. Pure: the way back from :func:`bot.workflows.fill`."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from bot.comfy import Graph, JsonValue, Node
from bot.workflows.attachment_settling import is_attached
from bot.workflows.binding import FILENAME_PREFIX
from bot.workflows.kinds import shown
from bot.workflows.prompts.typed_again import set_by_words, typed_words
from bot.workflows.template import InputRef
from bot.workflows.workflow import Option, Workflow


class MadeBy(Struct, frozen=True):
    """A workflow, and what was chosen for its options, files left out."""

    workflow: str
    """Its key."""
    values: Mapping[str, str]
    """As people read and type them."""


def made_by(graph: Graph, workflows: Iterable[Workflow]) -> MadeBy | None:
    """The workflow that gives this graph when its options are filled with these values.

    Of several, the one of which most was left as it is. None: there is none, or it was changed since.
    """
    candidates = [(workflow, _values(workflow, graph)) for workflow in workflows]
    fitting = [(workflow, values) for workflow, values in candidates if values is not None]
    if not fitting:
        return None
    workflow, values = max(fitting, key=lambda each: _likeness(each[0].graph, graph))
    return MadeBy(workflow.name, values)


def _likeness(ours: Graph, theirs: Graph) -> int:
    """How many inputs and titles of two graphs of the same nodes are equal."""
    return sum(
        (node.title == theirs[node_id].title)
        + sum(value == theirs[node_id].inputs.get(name) for name, value in node.inputs.items())
        for node_id, node in ours.items()
    )


def _values(workflow: Workflow, graph: Graph) -> Mapping[str, str] | None:
    by_words = set_by_words(workflow)
    free = {target for option in workflow.all_options for target in option.targets} | by_words
    if workflow.graph.keys() != graph.keys():
        return None
    if not all(_same(node_id, node, graph[node_id], free) for node_id, node in workflow.graph.items()):
        return None
    values: dict[str, str] = {}
    for option in workflow.options:
        if is_attached(option.kind) or not option.targets:
            continue
        value = _value(option, graph)
        if value is None and by_words.issuperset(option.targets):
            continue  # words in the prompt say it, each input for itself
        if value is None:
            return None
        words = typed_words(workflow, option, value, graph)
        if words is None:
            return None
        values[option.name] = words
    return values


def _same(node_id: str, ours: Node, theirs: Node, free: set[InputRef]) -> bool:
    """Whether two nodes differ at most in what a person, or the bot, sets."""
    if ours.class_type != theirs.class_type:
        return False
    names = [
        name for name in ours.inputs.keys() | theirs.inputs.keys() if InputRef(node_id, name) not in free
    ]
    return all(
        name in ours.inputs
        and name in theirs.inputs
        and (name == FILENAME_PREFIX or ours.inputs[name] == theirs.inputs[name])
        for name in names
    )


def _value(option: Option, graph: Graph) -> str | None:
    """None: its inputs have no value in common that a person could have given."""
    values = [graph[target.node_id].inputs.get(target.input_name) for target in option.targets]
    return _shown(values[0]) if all(value == values[0] for value in values) else None


def _shown(value: JsonValue) -> str | None:
    return shown(value) if isinstance(value, str | int | float | bool) else None
