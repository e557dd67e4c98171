"""What a file has of a workflow as a document of its own: of a picture, nothing but what it says of the workflow."""

import json
from collections.abc import Mapping

from bot.comfy import JsonValue, graph_to_json
from bot.workflows.sources.found import Found


def written(found: Found) -> bytes:
    """One JSON document in which :func:`bot.workflows.sources.read_workflow` finds the same graphs again."""
    graph: JsonValue = None if found.prompt is None else json.loads(graph_to_json(found.prompt))
    match graph, found.workflow:
        case None, workflow:
            document: JsonValue | Mapping[str, JsonValue] = workflow
        case _, None:
            document = graph
        case _, workflow:
            document = {"prompt": graph, "workflow": dict(workflow)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
