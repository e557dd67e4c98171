"""Checking a prompt before it is queued: its nodes, their links and their values.

Values are changed on the way to what their input's type makes of them.
"""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from bot.sandbox.comfyui.bodies import HandlerError, JsonObject, as_list, as_object
from bot.sandbox.comfyui.graphs import class_of
from bot.sandbox.comfyui.literals import CheckContext, check_literal
from bot.sandbox.comfyui.node_classes import Input, NodeClass
from bot.sandbox.comfyui.refusals import (
    CheckError,
    RefusedPrompt,
    bad_link,
    dependency_cycle,
    failed_validation,
    inner_check_raised,
    missing_input,
    output_check_raised,
    refusal,
    wrong_type,
)
from bot.sandbox.comfyui.unknown_nodes import unknown_node


class Accepted(Struct, frozen=True):
    """The prompt may run: for these output nodes. The errors are those of outputs that will not."""

    outputs: list[str]
    node_errors: JsonObject


def validate(prompt: object, targets: object, context: CheckContext) -> Accepted | RefusedPrompt:
    """Check a whole prompt. ``targets``: the only outputs to run, if any are named."""
    old_way = not context.release.replaces_nodes and as_list(prompt) == []
    graph = {} if old_way else as_object(prompt)
    if graph is None:
        raise HandlerError
    for node_id, node in graph.items():
        if (refused := unknown_node(node_id, node, context)) is not None:
            return refused
    check = _Check(graph, context)
    outputs = [node_id for node_id in graph if check.class_of(node_id).saves and _is_wanted(node_id, targets)]
    if not outputs:
        return refusal("prompt_no_outputs", "Prompt has no outputs", "")
    good = [node_id for node_id in outputs if check.output(node_id)]
    return Accepted(good, check.node_errors) if good else failed_validation(check.reasons, check.node_errors)


def _is_wanted(node_id: str, targets: object) -> bool:
    """Asked as ComfyUI asks: ``id in targets``, whatever the targets are."""
    match targets:
        case None:
            return True
        case list() | dict() | str():
            return node_id in cast("Sequence[object]", targets)
        case _:
            raise HandlerError


class _Check:
    """One pass over a graph; what is found out about a node is kept for the next output that needs it."""

    def __init__(self, graph: JsonObject, context: CheckContext) -> None:
        self._graph = graph
        self._context = context
        self._errors: dict[str, list[JsonObject]] = {}
        self._sound: dict[str, bool] = {}
        self._path: list[str] = []
        """From an output down to the node that is checked right now."""
        self.node_errors: JsonObject = {}
        self.reasons: list[str] = []

    def class_of(self, node_id: str) -> NodeClass:
        return self._context.classes[class_of(self._graph, node_id)]

    def output(self, node_id: str) -> bool:
        """Check an output node and all that it needs; on failure, note the errors of every bad node so far."""
        self._path.clear()
        try:
            sound = self._node(node_id)
        except CheckError as error:
            sound = self._fail(node_id, output_check_raised(error))
        if not sound:
            self.reasons += [
                f"{error['message']}: {error['details']}" for error in self._errors.get(node_id, ())
            ]
            self._note(node_id)
        return sound

    def _note(self, output_id: str) -> None:
        for node_id, errors in self._errors.items():
            if errors:
                class_type = self.class_of(node_id).name
                entry: JsonObject = {"errors": errors, "dependent_outputs": [], "class_type": class_type}
                noted = cast("JsonObject", self.node_errors.setdefault(node_id, entry))
                cast("list[str]", noted["dependent_outputs"]).append(output_id)

    def _fail(self, node_id: str, error: JsonObject) -> bool:
        self._errors[node_id] = [error]
        self._sound[node_id] = False
        return False

    def _node(self, node_id: str) -> bool:
        """Whether a node and all that it needs are right."""
        if node_id in self._sound:
            return self._sound[node_id]
        if node_id in self._path:
            return self._circle(node_id)
        node = cast("JsonObject", self._graph[node_id])
        if "inputs" not in node:
            raise CheckError("KeyError", "'inputs'")
        if node["inputs"] is None:
            raise CheckError("TypeError", "argument of type 'NoneType' is not iterable")
        inputs = as_object(node["inputs"]) or {}
        self._path.append(node_id)
        found = [self._input(name, spec, inputs) for name, spec in self.class_of(node_id).inputs.items()]
        self._path.pop()
        errors = [error for error in found if isinstance(error, dict)]
        self._errors[node_id] = [*self._errors.get(node_id, ()), *errors]
        self._sound[node_id] = self._sound.get(node_id, True) and all(sound is True for sound in found)
        return self._sound[node_id]

    def _circle(self, node_id: str) -> bool:
        """A graph that leads back to where it came from is wrong; older servers do not say why."""
        if self._context.release.names_cycles:
            circle = self._path[self._path.index(node_id) :]
            way = " -> ".join(f"{each} ({self.class_of(each).name})" for each in (*circle, node_id))
            for each in circle:
                self._fail(each, dependency_cycle(each, circle, way))
        return False

    def _input(self, name: str, spec: Input, inputs: JsonObject) -> JsonObject | bool:
        """An error, or whether the input is right (a wrong node behind a link says itself what is wrong)."""
        if name not in inputs:
            return spec.optional or missing_input(name)
        link = as_list(inputs[name])
        if link is not None:
            return self._link(name, spec, link)
        return check_literal(name, spec, inputs, self._context) or True

    def _link(self, name: str, spec: Input, link: list[object]) -> JsonObject | bool:
        input_info: JsonObject = {"input_name": name, "input_config": spec.config(self._context.listings)}
        if len(link) != 2:
            return bad_link(name, input_info, link)
        source, slot = link
        if not isinstance(source, str) or source not in self._graph:
            raise CheckError("KeyError", repr(source))
        returns = self.class_of(source).returns
        if not isinstance(slot, int):
            raise CheckError(
                "TypeError", f"tuple indices must be integers or slices, not {type(slot).__name__}"
            )
        if not -len(returns) <= slot < len(returns):
            raise CheckError("IndexError", "tuple index out of range")
        if spec.type not in (returns[slot], "*"):
            return wrong_type(name, input_info, link, received=returns[slot], wanted=spec.type)
        depth = len(self._path)
        try:
            return self._node(source)
        except CheckError as error:
            del self._path[depth:]
            return self._fail(source, inner_check_raised(error, input_info, link))
