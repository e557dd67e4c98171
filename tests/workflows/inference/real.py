"""Real workflows, converted and resolved on a server that has every model and file that they name."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bot.comfy import Graph, NodeClass, ObjectInfo
from bot.comfy.convert import NodePlans, convert
from bot.comfy.objects import parse_object_info
from bot.workflows import Draft, Unavailable, Workflow, resolve
from bot.workflows.needs import is_list
from bot.workflows.sources import read_workflow

PAIRS = Path(__file__).parents[4] / "shared" / "pairs"
NEWEST = "object_info-0.33.0.json"


@cache
def object_info(file: Path) -> tuple[ObjectInfo, Any]:
    """The node classes of a server, parsed for options and for conversion."""
    body = json.loads(file.read_bytes())
    return parse_object_info(body), body


def stocked(info: ObjectInfo, graph: Graph) -> ObjectInfo:
    """The server with every model, picture and sound that the graph names."""
    classes: dict[str, NodeClass] = dict(info.classes)
    for node in graph.values():
        known = classes.get(node.class_type)
        if known is None:
            continue
        inputs = {
            name: replace(spec, options=tuple(dict.fromkeys((*(spec.options or ()), str(node.inputs[name])))))
            if (is_list(spec) or spec.upload) and isinstance(node.inputs.get(name), str | int | float)
            else spec
            for name, spec in known.inputs.items()
        }
        classes[node.class_type] = replace(known, inputs=inputs)
    return ObjectInfo(classes, info.packed)


def offered(file: Path, server: Path) -> Workflow | Unavailable:
    """The command that a UI graph makes of itself."""
    info, body = object_info(server)
    found = read_workflow(file.read_bytes())
    graph = convert(found.workflow, NodePlans(body)).graph
    draft = Draft(name="workflow", folder=file.parent, file=file, found=found, command=None)
    return resolve(draft, [stocked(info, graph)])


def server_of(pairs: Path) -> Mapping[str, Path]:
    """Each pair and the node classes that it belongs to."""
    index = json.loads((pairs / "index.json").read_bytes())
    return {name: pairs / entry["object_info"] for name, entry in index.items()}
