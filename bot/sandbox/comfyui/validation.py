"""Checking a prompt before it is queued, with the refusals that ComfyUI words.

The prompt is changed on the way: values become what their input's type makes of them ("4" becomes 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from bot.sandbox.comfyui.bodies import JsonObject, Tripped, as_list, as_object
from bot.sandbox.comfyui.catalogue import NODE_CLASSES, Input, Listings, NodeClass
from bot.sandbox.comfyui.files import FileStore
from bot.sandbox.comfyui.references import annotated, input_file
from bot.sandbox.comfyui.release import Release

_LONG_LIST: Final = 20
_MESSAGES: Final = {
    "required_input_missing": "Required input is missing",
    "bad_linked_input": "Bad linked input, must be a length-2 list of [node_id, slot_index]",
    "return_type_mismatch": "Return type mismatch between linked nodes",
    "value_not_in_list": "Value not in list",
    "custom_validation_failed": "Custom validation failed for node",
    "exception_during_inner_validation": "Exception when validating inner node",
    "exception_during_validation": "Exception when validating node",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The prompt may run: for these output nodes. The errors are those of outputs that will not."""

    outputs: list[str]
    node_errors: JsonObject


@dataclass(frozen=True, slots=True)
class Refusal:
    """The body of a 400."""

    error: JsonObject
    node_errors: JsonObject = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a prompt is checked against."""

    listings: Listings
    files: FileStore
    release: Release


class _Stumble(Exception):
    """ComfyUI's check of a node raises: reported on that node by the one that links to it."""

    def __init__(self, exception_type: str, message: str) -> None:
        super().__init__(message)
        self.exception_type = exception_type
        self.message = message


def refusal(kind: str, message: str, details: str, **extra_info: object) -> Refusal:
    return Refusal({"type": kind, "message": message, "details": details, "extra_info": extra_info})


def validate(prompt: object, targets: Sequence[object] | None, knowledge: Knowledge) -> Accepted | Refusal:
    """Check a whole prompt. ``targets``: the only outputs to run, if any are named."""
    graph = _graph(prompt)
    if (unknown := _unknown_node(graph, knowledge.release)) is not None:
        return unknown
    outputs = [node_id for node_id in graph if _class(graph, node_id).saves]
    if targets is not None:
        outputs = [node_id for node_id in outputs if node_id in targets]
    if not outputs:
        return refusal("prompt_no_outputs", "Prompt has no outputs", "")
    check = _Check(graph, knowledge)
    good = [node_id for node_id in outputs if check.output(node_id)]
    if not good:
        message = "Prompt outputs failed validation"
        return Refusal(
            refusal("prompt_outputs_failed_validation", message, "\n".join(check.reasons)).error,
            check.node_errors,
        )
    return Accepted(good, check.node_errors)


def _graph(prompt: object) -> JsonObject:
    if as_list(prompt) == []:
        return {}
    graph = as_object(prompt)
    if graph is None:
        raise Tripped
    return graph


def _class(graph: JsonObject, node_id: str) -> NodeClass:
    return NODE_CLASSES[cast("str", cast("JsonObject", graph[node_id])["class_type"])]


def _unknown_node(graph: JsonObject, release: Release) -> Refusal | None:
    """The refusal for the first node that is no node, or of no known class."""
    for node_id, value in graph.items():
        if value is None or isinstance(value, bool | int | float):
            raise Tripped
        node = as_object(value)
        where = f"Node ID '#{node_id}'"
        kind = None if node is None else node.get("class_type")
        if isinstance(kind, str) and kind in NODE_CLASSES:
            continue
        meta = None if node is None else as_object(node.get("_meta"))
        title = None if meta is None else meta.get("title")
        if release.names_missing_nodes:
            return _missing_node_type(node_id, where, kind, title)
        if kind is None:
            message = "Cannot execute because a node is missing the class_type property."
        else:
            message = f"Cannot execute because node {kind} does not exist."
        return refusal("invalid_prompt", message, where)
    return None


def _missing_node_type(node_id: str, where: str, kind: object, title: object) -> Refusal:
    if kind is None:
        name = title or f"ID #{node_id}"
        message = (
            f"Node '{name}' has no class_type. The workflow may be corrupted or a custom node is missing."
        )
    else:
        title = title or kind
        message = f"Node '{title}' not found. The custom node may not be installed."
    return refusal("missing_node_type", message, where, node_id=node_id, class_type=kind, node_title=title)


class _Check:
    """One pass over a graph; what is found out about a node is kept for the next output that needs it."""

    def __init__(self, graph: JsonObject, knowledge: Knowledge) -> None:
        self._graph = graph
        self._know = knowledge
        self._errors: dict[str, list[JsonObject]] = {}
        self._valid: dict[str, bool] = {}
        self._open: set[str] = set()
        self.node_errors: JsonObject = {}
        self.reasons: list[str] = []

    def output(self, node_id: str) -> bool:
        """Check an output node and all that it needs; on failure, note the errors of every bad node so far."""
        try:
            valid = self._node(node_id)
        except _Stumble as stumble:
            valid = self._fail(node_id, _stumbled("exception_during_validation", stumble))
        if valid:
            return True
        self.reasons += [f"{error['message']}: {error['details']}" for error in self._errors.get(node_id, ())]
        for bad, errors in self._errors.items():
            if errors:
                entry: JsonObject = {
                    "errors": errors,
                    "dependent_outputs": [],
                    "class_type": self._class_type(bad),
                }
                known = cast("JsonObject", self.node_errors.setdefault(bad, entry))
                cast("list[str]", known["dependent_outputs"]).append(node_id)
        return False

    def _class_type(self, node_id: str) -> str:
        return _class(self._graph, node_id).name

    def _fail(self, node_id: str, *errors: JsonObject) -> bool:
        self._errors[node_id] = list(errors)
        self._valid[node_id] = False
        return False

    def _node(self, node_id: str) -> bool:
        """Whether a node and all that it needs are right. A circle is wrong without a word, as recorded."""
        if node_id in self._valid:
            return self._valid[node_id]
        if node_id in self._open:
            return False
        self._open.add(node_id)
        node = cast("JsonObject", self._graph[node_id])
        inputs = as_object(node.get("inputs"))
        if inputs is None:
            raise _Stumble("KeyError", "'inputs'")
        errors: list[JsonObject] = []
        sound = True
        for name, spec in _class(self._graph, node_id).inputs.items():
            found = self._input(name, spec, inputs)
            sound = sound and found is True
            if isinstance(found, dict):
                errors.append(found)
        self._open.discard(node_id)
        self._errors[node_id] = errors
        self._valid[node_id] = sound
        return sound

    def _input(self, name: str, spec: Input, inputs: JsonObject) -> JsonObject | bool:
        """An error, or whether the input is right (a wrong node behind a link says itself what is wrong)."""
        if name not in inputs:
            return _error("required_input_missing", name, {"input_name": name})
        value = inputs[name]
        link = as_list(value)
        if link is not None:
            return self._link(name, spec, link)
        info = spec.info(self._know.listings)
        wrapped = as_object(value)
        if wrapped is not None and "__value__" in wrapped:
            value = wrapped["__value__"]
        try:
            inputs[name] = value = _converted(spec, value)
        except (TypeError, ValueError) as error:
            return _unconvertible(name, spec, info, value, str(error))
        return self._range(name, spec, info, value) or self._listed(name, spec, info, value) or True

    def _link(self, name: str, spec: Input, link: list[object]) -> JsonObject | bool:
        info = spec.info(self._know.listings)
        told: JsonObject = {"input_name": name, "input_config": info}
        if len(link) != 2:
            return _error("bad_linked_input", name, told | {"received_value": link})
        source, slot = link
        if not isinstance(source, str) or source not in self._graph:
            raise _Stumble("KeyError", repr(source))
        returns = _class(self._graph, source).returns
        if not isinstance(slot, int) or not -len(returns) <= slot < len(returns):
            raise _Stumble("IndexError", "tuple index out of range")
        if spec.type not in (returns[slot], "*"):
            mismatch = f"{name}, received_type({returns[slot]}) mismatch input_type({spec.type})"
            return _error(
                "return_type_mismatch", mismatch, told | {"received_type": returns[slot], "linked_node": link}
            )
        try:
            return self._node(source)
        except _Stumble as stumble:
            return self._fail(
                source, _stumbled("exception_during_inner_validation", stumble, **told, linked_node=link)
            )

    def _range(self, name: str, spec: Input, info: list[object], value: object) -> JsonObject | None:
        if spec.type not in ("INT", "FLOAT") or not isinstance(value, int | float):
            return None
        told: JsonObject = {"input_name": name, "input_config": info, "received_value": value}
        minimum, maximum = spec.details.get("min"), spec.details.get("max")
        if isinstance(minimum, int | float) and value < minimum:
            return _plain(
                "value_smaller_than_min", f"Value {value} smaller than min of {minimum}", name, told
            )
        if isinstance(maximum, int | float) and value > maximum:
            return _plain("value_bigger_than_max", f"Value {value} bigger than max of {maximum}", name, told)
        return None

    def _listed(self, name: str, spec: Input, info: list[object], value: object) -> JsonObject | None:
        if spec.details.get("image_upload"):
            return self._uploaded(name, str(value))
        options = spec.options(self._know.listings)
        if (
            options is None
            or value in options
            or (spec.modern and not self._know.release.checks_modern_lists)
        ):
            return None
        long = len(options) > _LONG_LIST
        offered = f"(list of length {len(options)})" if long else str(options)
        told: JsonObject = {
            "input_name": name,
            "input_config": None if long else info,
            "received_value": value,
        }
        return _error("value_not_in_list", f"{name}: '{value}' not in {offered}", told)

    def _uploaded(self, name: str, value: str) -> JsonObject | None:
        """Pictures are checked by existence. Absolute paths pass, as in ComfyUI; nothing ever opens them here."""
        if annotated(value)[0].startswith("/") or input_file(self._know.files, value) is not None:
            return None
        details = f"{name} - Invalid image file: {value}"
        return _error("custom_validation_failed", details, {"input_name": name})


def _error(kind: str, details: str, extra_info: JsonObject) -> JsonObject:
    return _plain(kind, _MESSAGES[kind], details, extra_info)


def _plain(kind: str, message: str, details: str, extra_info: JsonObject) -> JsonObject:
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info}


def _stumbled(kind: str, stumble: _Stumble, **told: object) -> JsonObject:
    extra_info: JsonObject = told | {
        "exception_message": stumble.message,
        "exception_type": stumble.exception_type,
        "traceback": ['  File "/opt/comfyui/execution.py", line 808, in validate_inputs\n'],
    }
    if kind == "exception_during_validation":
        del extra_info["exception_message"]
    return _error(kind, stumble.message, extra_info)


def _converted(spec: Input, value: object) -> object:
    """The value as its input's type wants it. Raises what ``int`` and ``float`` raise."""
    match spec.type:
        case "INT":
            return int(cast("str", value))
        case "FLOAT":
            return float(cast("str", value))
        case "STRING":
            return str(value)
        case "BOOLEAN":
            return bool(value)
        case _:
            return value


def _unconvertible(name: str, spec: Input, info: list[object], value: object, why: str) -> JsonObject:
    told: JsonObject = {
        "input_name": name,
        "input_config": info,
        "received_value": value,
        "exception_message": why,
    }
    message = f"Failed to convert an input value to a {spec.type} value"
    return _plain("invalid_input_type", message, f"{name}, {value}, {why}", told)
