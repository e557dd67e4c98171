"""The words in which ComfyUI refuses a prompt, and complains about a node's input."""

from dataclasses import dataclass, field

from bot.sandbox.comfyui.bodies import JsonObject, Tripped, as_object


@dataclass(frozen=True, slots=True)
class Refusal:
    """The body of a 400."""

    error: JsonObject
    node_errors: JsonObject = field(default_factory=dict[str, object])


class Stumble(Exception):
    """ComfyUI's check of a node raises; whoever asked for the check reports it, on that node."""

    def __init__(self, exception_type: str, message: str) -> None:
        super().__init__(message)
        self.exception_type = exception_type
        self.message = message


def refusal(kind: str, message: str, details: str, **extra_info: object) -> Refusal:
    return Refusal(complaint(kind, message, details, extra_info))


def complaint(kind: str, message: str, details: str, extra_info: JsonObject) -> JsonObject:
    """One error, of a prompt or of a node."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info}


def failed_validation(reasons: list[str], node_errors: JsonObject) -> Refusal:
    """No output is right. ``reasons`` are those of the outputs themselves, not of the nodes they need."""
    message = "Prompt outputs failed validation"
    error = complaint("prompt_outputs_failed_validation", message, "\n".join(reasons), {})
    return Refusal(error, node_errors)


def no_class(node_id: str) -> Refusal:
    message = "Cannot execute because a node is missing the class_type property."
    return refusal("invalid_prompt", message, f"Node ID '#{node_id}'")


def unknown_class(node_id: str, class_type: str) -> Refusal:
    message = f"Cannot execute because node {class_type} does not exist."
    return refusal("invalid_prompt", message, f"Node ID '#{node_id}'")


def missing_node_type(node_id: str, node: JsonObject, *, has_class: bool) -> Refusal:
    """What newer servers say for both."""
    meta = as_object(node.get("_meta", {}))
    if meta is None:
        raise Tripped
    class_type = node.get("class_type")
    title = meta.get("title", class_type)
    message = f"Node '{title}' not found. The custom node may not be installed."
    if not has_class:
        name = title or f"ID #{node_id}"
        message = (
            f"Node '{name}' has no class_type. The workflow may be corrupted or a custom node is missing."
        )
    where = f"Node ID '#{node_id}'"
    return refusal(
        "missing_node_type", message, where, node_id=node_id, class_type=class_type, node_title=title
    )


def dependency_cycle(node_id: str, cycle: list[str], way: str) -> JsonObject:
    extra_info: JsonObject = {"node_id": node_id, "cycle_nodes": cycle}
    return complaint("dependency_cycle", "Dependency cycle detected", way, extra_info)


def missing_input(name: str) -> JsonObject:
    return complaint("required_input_missing", "Required input is missing", name, {"input_name": name})


def bad_link(name: str, told: JsonObject, link: list[object]) -> JsonObject:
    message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
    return complaint("bad_linked_input", message, name, told | {"received_value": link})


def wrong_type(name: str, told: JsonObject, link: list[object], *, received: str, wanted: str) -> JsonObject:
    message = "Return type mismatch between linked nodes"
    details = f"{name}, received_type({received}) mismatch input_type({wanted})"
    extra_info = told | {"received_type": received, "linked_node": link}
    return complaint("return_type_mismatch", message, details, extra_info)


def output_stumbled(stumble: Stumble) -> JsonObject:
    message = "Exception when validating node"
    extra_info: JsonObject = {"exception_type": stumble.exception_type, "traceback": [_TRACEBACK]}
    return complaint("exception_during_validation", message, stumble.message, extra_info)


def inner_node_stumbled(stumble: Stumble, told: JsonObject, link: list[object]) -> JsonObject:
    extra_info = told | {
        "exception_message": stumble.message,
        "exception_type": stumble.exception_type,
        "traceback": [_TRACEBACK],
        "linked_node": link,
    }
    message = "Exception when validating inner node"
    return complaint("exception_during_inner_validation", message, stumble.message, extra_info)


_TRACEBACK = '  File "/opt/comfyui/execution.py", line 808, in validate_inputs\n'
