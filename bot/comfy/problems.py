"""Why ComfyUI refuses a graph: its ``error`` and ``node_errors`` as values. No I/O."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from .json_value import JsonValue, as_number, as_text, items, mapping

_NODE_ID_IN_DETAILS = re.compile(r"Node ID '#(?P<id>[^']*)'")
_SEARCHED_CHARACTERS = 1000
"""Searching takes time by the square of the length."""
_CLASS_IN_MESSAGE = re.compile(r"node (?P<name>.+) does not exist")


class NodeProblem(Struct, frozen=True):
    """One thing that is wrong with one node."""

    node_id: str
    class_type: str
    """Empty where the server does not tell."""
    kind: str
    """ComfyUI's error type: ``value_not_in_list``, ``required_input_missing``, ``value_bigger_than_max``, …

    A class that the server lacks is ``missing_node_type``, or ``invalid_prompt`` before that name existed.
    """
    input_name: str | None
    message: str
    details: str
    received: JsonValue = None
    """The value that was refused."""
    allowed: tuple[str, ...] | None = None
    """The options of a list input; None where there is no list or the server left it out (over 20 options)."""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_missing_class(self) -> bool:
        """Whether the server has no such class, perhaps no longer."""
        if self.kind == "missing_node_type":
            return bool(self.class_type)
        return (
            self.kind == "invalid_prompt"
            and _CLASS_IN_MESSAGE.search(self.message[:_SEARCHED_CHARACTERS]) is not None
        )


class Refusal(Struct, frozen=True):
    """A whole refusal: the body of a 400 of ``POST /prompt``."""

    kind: str
    message: str
    problems: tuple[NodeProblem, ...]


def parse_refusal(body: JsonValue) -> Refusal:
    """The body of a 400. What the server says about nodes comes first; else what ``error`` itself tells."""
    data = mapping(body)
    error = data.get("error")
    described = mapping(error)
    kind = as_text(described.get("type")) or ""
    message = as_text(described.get("message")) or as_text(error) or "the graph was refused"
    problems = parse_problems(data.get("node_errors")) or tuple(_problem_of_error(kind, message, described))
    return Refusal(kind, message, problems)


def parse_problems(node_errors: JsonValue) -> tuple[NodeProblem, ...]:
    """``node_errors`` of a 400, or of a 200 whose other outputs run."""
    return tuple(
        _problem(node_id, as_text(mapping(node).get("class_type")) or "", mapping(error))
        for node_id, node in mapping(node_errors).items()
        for error in items(mapping(node).get("errors"))
    )


def _problem(node_id: str, class_type: str, error: Mapping[str, JsonValue]) -> NodeProblem:
    extra = mapping(error.get("extra_info"))
    config = items(extra.get("input_config"))
    limits = mapping(config[1] if len(config) > 1 else None)
    return NodeProblem(
        node_id=node_id,
        class_type=class_type,
        kind=as_text(error.get("type")) or "",
        input_name=as_text(extra.get("input_name")),
        message=as_text(error.get("message")) or "",
        details=as_text(error.get("details")) or "",
        received=extra.get("received_value"),
        allowed=_options(config[0], limits) if config else None,
        minimum=as_number(limits.get("min")),
        maximum=as_number(limits.get("max")),
    )


def _options(type_or_list: JsonValue, config: Mapping[str, JsonValue]) -> tuple[str, ...] | None:
    """The options of both list forms, ``[["a", "b"], {}]`` and ``["COMBO", {"options": ["a", "b"]}]``."""
    listed = type_or_list if isinstance(type_or_list, list) else config.get("options")
    return tuple(str(option) for option in listed) if isinstance(listed, list) else None


def _problem_of_error(kind: str, message: str, error: Mapping[str, JsonValue]) -> Iterator[NodeProblem]:
    """A missing class is told in ``error`` alone: by ``extra_info`` in new servers, in prose in old ones."""
    extra, details = mapping(error.get("extra_info")), as_text(error.get("details")) or ""
    in_details = _NODE_ID_IN_DETAILS.search(details[:_SEARCHED_CHARACTERS])
    in_message = _CLASS_IN_MESSAGE.search(message[:_SEARCHED_CHARACTERS])
    node_id = as_text(extra.get("node_id")) or (in_details["id"] if in_details else None)
    class_type = as_text(extra.get("class_type")) or (in_message["name"] if in_message else "")
    if node_id is not None:
        yield NodeProblem(node_id, class_type, kind, None, message, details)
