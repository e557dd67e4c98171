"""A workflow with two LoRA loaders in a row, and servers that have LoRAs for them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.comfy import JsonValue, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.workflows import Workflow
from tests.workflows.samples import resolved

ROWS = "Power Lora Loader (rgthree)"
LORAS = ("ink.safetensors", "style/pastel.safetensors", "style\\oil_paint-v2.safetensors", "old/ink2.pt")

GRAPH: Mapping[str, JsonValue] = {
    "1": {"class_type": "Checkpoint", "inputs": {"ckpt_name": "a.safetensors"}},
    "9": {
        "class_type": "LoraLoader",
        "inputs": {
            "model": ["1", 0],
            "clip": ["1", 1],
            "lora_name": "ink.safetensors",
            "strength_model": 1.0,
            "strength_clip": 1.0,
        },
        "_meta": {"title": "First"},
    },
    "3": {
        "class_type": "LoraLoaderModelOnly",
        "inputs": {"model": ["9", 0], "lora_name": "ink.safetensors", "strength_model": 0.0},
        "_meta": {"title": "Second"},
    },
    "4": {
        "class_type": "Encode",
        "inputs": {"clip": ["9", 1], "text": "{a|b} cat"},
        "_meta": {"title": "Prompt"},
    },
    "6": {
        "class_type": "Encode",
        "inputs": {"clip": ["9", 1], "text": "ugly"},
        "_meta": {"title": "Negative"},
    },
    "5": {"class_type": "Sample", "inputs": {"model": ["3", 0], "positive": ["4", 0], "negative": ["6", 0]}},
    "7": {"class_type": "Save", "inputs": {"images": ["5", 0], "filename_prefix": "x"}},
}

COMMAND = """
description = "Draws"
[options.prompt]
description = "What to draw"
node = "Prompt"
input = "text"
[options.negative]
description = "What not to draw"
node = "Negative"
input = "text"
"""
BY_OPTION = """
[options.lora]
description = "Which LoRA"
node = "First"
input = "lora_name"
[options.strength]
description = "How much of it"
max = 2.0
targets = [{ node = "First", input = "strength_model" }, { node = "First", input = "strength_clip" }]
"""


def server(loras: Sequence[str] = LORAS) -> ObjectInfo:
    name: JsonValue = [list(loras)]
    strength: JsonValue = ["FLOAT", {"default": 1.0, "min": -100.0, "max": 100.0, "step": 0.01}]
    inputs: Mapping[str, Mapping[str, JsonValue]] = {
        "Checkpoint": {"ckpt_name": [["a.safetensors"]]},
        "LoraLoader": {
            "model": ["MODEL"],
            "clip": ["CLIP"],
            "lora_name": name,
            "strength_model": strength,
            "strength_clip": strength,
        },
        "LoraLoaderModelOnly": {"model": ["MODEL"], "lora_name": name, "strength_model": strength},
        ROWS: {"model": ["MODEL"], "clip": ["CLIP"]},
        "Encode": {"clip": ["CLIP"], "text": ["STRING", {"multiline": True}]},
        "Sample": {"model": ["MODEL"], "positive": ["CONDITIONING"], "negative": ["CONDITIONING"]},
        "Save": {"images": ["IMAGE"], "filename_prefix": ["STRING", {}]},
    }
    return parse_object_info(
        {
            class_type: {"input": {"required": specs}, "output": [], "output_node": class_type == "Save"}
            for class_type, specs in inputs.items()
        }
    )


def drawing(
    folder: Path,
    command: str = COMMAND,
    *knowledge: ObjectInfo,
    graph: Mapping[str, JsonValue] = GRAPH,
) -> Workflow:
    made = folder / "draw"
    made.mkdir(parents=True)
    (made / "workflow.json").write_text(json.dumps(graph), encoding="utf-8")
    (made / "command.toml").write_text(command, encoding="utf-8")
    return resolved(made, *(knowledge or (server(),)))


def changed(node: str, graph: Mapping[str, JsonValue] = GRAPH, **inputs: JsonValue) -> dict[str, JsonValue]:
    """The graph with other inputs of one node."""
    before = graph[node]
    assert isinstance(before, dict)
    old = before["inputs"]
    assert isinstance(old, dict)
    return {**graph, node: {**before, "inputs": {**old, **inputs}}}
