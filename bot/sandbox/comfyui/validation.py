"""Checking a prompt before it is queued: its nodes, their links and their values.

Values are changed on the way to what their input's type makes of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.sandbox.comfyui.bodies import JsonObject, Tripped, as_list, as_object
from bot.sandbox.comfyui.catalogue import NODE_CLASSES
from bot.sandbox.comfyui.literals import Knowledge, check_literal
from bot.sandbox.comfyui.node_classes import Input, NodeClass
from bot.sandbox.comfyui.refusals import (
    Refusal,
    Stumble,
    bad_link,
    failed_validation,
    inner_node_stumbled,
    missing_input,
    missing_node_type,
    no_class,
    output_stumbled,
    refusal,
    unknown_class,
    wrong_type,
)
from bot.sandbox.comfyui.release import Release


@dataclass(frozen=True, slots=True)
class Accepted:
    """The prompt may run: for these output nodes. The errors are those of outputs that will not."""

    outputs: list[str]
    node_errors: JsonObject


def validate(prompt: object, targets: Sequence[object] | None, knowledge: Knowledge) -> Accepted | Refusal:
    """Check a whole prompt. ``targets``: the only outputs to run, if any are named."""
    graph = {} if as_list(prompt) == [] else as_object(prompt)
    if graph is None:
        raise Tripped
    for node_id, node in graph.items():
        if (refused := _unknown_node(node_id, node, knowledge.release)) is not None:
            return refused
    outputs = [node_id for node_id in graph if _class(graph, node_id).saves]
    if targets is not None:
        outputs = [node_id for node_id in outputs if node_id in targets]
    if not outputs:
        return refusal("prompt_no_outputs", "Prompt has no outputs", "")
    check = _Check(graph, knowledge)
    good = [node_id for node_id in outputs if check.output(node_id)]
    return Accepted(good, check.node_errors) if good else failed_validation(check.reasons, check.node_errors)


def _class(graph: JsonObject, node_id: str) -> NodeClass:
    return NODE_CLASSES[cast("str", cast("JsonObject", graph[node_id])["class_type"])]


def _unknown_node(node_id: str, value: object, release: Release) -> Refusal | None:
    """The refusal of what is no node, or of no known class."""
    if value is None or isinstance(value, bool | int | float):
        raise Tripped
    node = as_object(value) or {}
    class_type = node.get("class_type")
    if isinstance(class_type, str) and class_type in NODE_CLASSES:
        return None
    if release.names_missing_nodes:
        return missing_node_type(node_id, class_type, (as_object(node.get("_meta")) or {}).get("title"))
    return no_class(node_id) if class_type is None else unknown_class(node_id, str(class_type))


class _Check:
    """One pass over a graph; what is found out about a node is kept for the next output that needs it."""

    def __init__(self, graph: JsonObject, knowledge: Knowledge) -> None:
        self._graph = graph
        self._know = knowledge
        self._errors: dict[str, list[JsonObject]] = {}
        self._sound: dict[str, bool] = {}
        self._under_way: set[str] = set()
        self.node_errors: JsonObject = {}
        self.reasons: list[str] = []

    def output(self, node_id: str) -> bool:
        """Check an output node and all that it needs; on failure, note the errors of every bad node so far."""
        try:
            sound = self._node(node_id)
        except Stumble as stumble:
            sound = self._fail(node_id, output_stumbled(stumble))
        if not sound:
            self.reasons += [
                f"{error['message']}: {error['details']}" for error in self._errors.get(node_id, ())
            ]
            self._note(node_id)
        return sound

    def _note(self, output_id: str) -> None:
        for node_id, errors in self._errors.items():
            if errors:
                class_type = _class(self._graph, node_id).name
                entry: JsonObject = {"errors": errors, "dependent_outputs": [], "class_type": class_type}
                noted = cast("JsonObject", self.node_errors.setdefault(node_id, entry))
                cast("list[str]", noted["dependent_outputs"]).append(output_id)

    def _fail(self, node_id: str, error: JsonObject) -> bool:
        self._errors[node_id] = [error]
        self._sound[node_id] = False
        return False

    def _node(self, node_id: str) -> bool:
        """Whether a node and all that it needs are right. A circle is wrong without a word, as recorded."""
        if node_id in self._sound:
            return self._sound[node_id]
        if node_id in self._under_way:
            return False
        self._under_way.add(node_id)
        inputs = as_object(cast("JsonObject", self._graph[node_id]).get("inputs"))
        if inputs is None:
            raise Stumble("KeyError", "'inputs'")
        found = [
            self._input(name, spec, inputs) for name, spec in _class(self._graph, node_id).inputs.items()
        ]
        self._errors[node_id] = [error for error in found if isinstance(error, dict)]
        self._sound[node_id] = all(sound is True for sound in found)
        return self._sound[node_id]

    def _input(self, name: str, spec: Input, inputs: JsonObject) -> JsonObject | bool:
        """An error, or whether the input is right (a wrong node behind a link says itself what is wrong)."""
        if name not in inputs:
            return missing_input(name)
        link = as_list(inputs[name])
        if link is not None:
            return self._link(name, spec, link)
        return check_literal(name, spec, inputs, self._know) or True

    def _link(self, name: str, spec: Input, link: list[object]) -> JsonObject | bool:
        told: JsonObject = {"input_name": name, "input_config": spec.info(self._know.listings)}
        if len(link) != 2:
            return bad_link(name, told, link)
        source, slot = link
        if not isinstance(source, str) or source not in self._graph:
            raise Stumble("KeyError", repr(source))
        returns = _class(self._graph, source).returns
        if not isinstance(slot, int) or not -len(returns) <= slot < len(returns):
            raise Stumble("IndexError", "tuple index out of range")
        if spec.type not in (returns[slot], "*"):
            return wrong_type(name, told, link, received=returns[slot], wanted=spec.type)
        try:
            return self._node(source)
        except Stumble as stumble:
            return self._fail(source, inner_node_stumbled(stumble, told, link))
