"""The words in which ComfyUI refuses a prompt, and describes what is wrong with a node's input."""

from msgspec import Struct

from bot.sandbox.comfyui.bodies import HandlerError, JsonObject, as_object


class RefusedPrompt(Struct, frozen=True):
    """The body of a 400."""

    error: JsonObject
    node_errors: JsonObject = {}


class CheckError(Exception):
    """ComfyUI's check of a node raises; the caller reports it, on that node."""

    def __init__(self, exception_type: str, message: str) -> None:
        super().__init__(message)
        self.exception_type = exception_type
        self.message = message


def refusal(kind: str, message: str, details: str, **extra_info: object) -> RefusedPrompt:
    return RefusedPrompt(error_entry(kind, message, details, extra_info))


def error_entry(kind: str, message: str, details: str, extra_info: JsonObject) -> JsonObject:
    """One error, of a prompt or of a node."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info}


def failed_validation(reasons: list[str], node_errors: JsonObject) -> RefusedPrompt:
    """No output is right. ``reasons`` are those of the outputs themselves, not of the nodes they need."""
    message = "Prompt outputs failed validation"
    error = error_entry("prompt_outputs_failed_validation", message, "\n".join(reasons), {})
    return RefusedPrompt(error, node_errors)


def no_class(node_id: str) -> RefusedPrompt:
    message = "Cannot execute because a node is missing the class_type property."
    return refusal("invalid_prompt", message, f"Node ID '#{node_id}'")


def unknown_class(node_id: str, class_type: str) -> RefusedPrompt:
    message = f"Cannot execute because node {class_type} does not exist."
    return refusal("invalid_prompt", message, f"Node ID '#{node_id}'")


def missing_node_type(node_id: str, node: JsonObject, *, has_class: bool) -> RefusedPrompt:
    """What newer servers say for both."""
    meta = as_object(node.get("_meta", {}))
    if meta is None:
        raise HandlerError
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
    return error_entry("dependency_cycle", "Dependency cycle detected", way, extra_info)


def missing_input(name: str) -> JsonObject:
    return error_entry("required_input_missing", "Required input is missing", name, {"input_name": name})


def bad_link(name: str, input_info: JsonObject, link: list[object]) -> JsonObject:
    message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
    return error_entry("bad_linked_input", message, name, input_info | {"received_value": link})


def wrong_type(
    name: str, input_info: JsonObject, link: list[object], *, received: str, wanted: str
) -> JsonObject:
    message = "Return type mismatch between linked nodes"
    details = f"{name}, received_type({received}) mismatch input_type({wanted})"
    extra_info = input_info | {"received_type": received, "linked_node": link}
    return error_entry("return_type_mismatch", message, details, extra_info)


def output_check_raised(error: CheckError) -> JsonObject:
    message = "Exception when validating node"
    extra_info: JsonObject = {"exception_type": error.exception_type, "traceback": [_TRACEBACK]}
    return error_entry("exception_during_validation", message, error.message, extra_info)


def inner_check_raised(error: CheckError, input_info: JsonObject, link: list[object]) -> JsonObject:
    extra_info = input_info | {
        "exception_message": error.message,
        "exception_type": error.exception_type,
        "traceback": [_TRACEBACK],
        "linked_node": link,
    }
    message = "Exception when validating inner node"
    return error_entry("exception_during_inner_validation", message, error.message, extra_info)


_TRACEBACK = '  File "/opt/comfyui/execution.py", line 808, in validate_inputs\n'
