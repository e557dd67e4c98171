"""What in a prompt is no node, or of no class that is installed. Where ComfyUI raises, this does as well."""

from bot.sandbox.comfyui.bodies import HandlerError, JsonObject, as_object
from bot.sandbox.comfyui.literals import CheckContext
from bot.sandbox.comfyui.refusals import RefusedPrompt, missing_node_type, no_class, unknown_class


def unknown_node(node_id: str, value: object, context: CheckContext) -> RefusedPrompt | None:
    """The refusal of what is no node, or of no known class."""
    node = as_object(value)
    if node is None:
        return _no_object(node_id, value, context)
    if context.release.replaces_nodes and "class_type" in node:
        _refuse_odd_inputs(node)
    class_type = node.get("class_type")
    if isinstance(class_type, list | dict):
        raise HandlerError
    if isinstance(class_type, str) and class_type in context.classes:
        return None
    has_class = "class_type" in node
    if context.release.names_missing_nodes:
        return missing_node_type(node_id, node, has_class=has_class)
    return unknown_class(node_id, str(class_type)) if has_class else no_class(node_id)


def _no_object(node_id: str, value: object, context: CheckContext) -> RefusedPrompt:
    """A text or a list is asked whether it holds the word, and then for its title, which it cannot have."""
    if context.release.replaces_nodes or not isinstance(value, str | list) or "class_type" in value:
        raise HandlerError
    return no_class(node_id)


def _refuse_odd_inputs(node: JsonObject) -> None:
    if "inputs" in node and as_object(node["inputs"]) is None:
        raise HandlerError
