"""A small workflow folder and small servers to try it with."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.comfy import JsonValue, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.workflows import Caps, Draft, Option, Template, Workflow, load_template, load_workflows, resolve

NO_CAPS = Caps(pixels=0, batch=0, steps=0, frames=0)
"""For what the servers and the files say by themselves."""
TXT2IMG = Path(__file__).parents[2] / "workflows" / "txt2img"

GRAPH: Mapping[str, JsonValue] = {
    "1": {
        "class_type": "Loader",
        "inputs": {"model": "first.safetensors", "precision": "fp16"},
        "_meta": {"title": "Model"},
    },
    "2": {
        "class_type": "Encode",
        "inputs": {"text": "a cat", "model": ["1", 0]},
        "_meta": {"title": "Prompt"},
    },
    "3": {
        "class_type": "Sample",
        "inputs": {
            "noise_seed": 7,
            "steps": 20,
            "cfg": 7.5,
            "width": 512,
            "tiled": False,
            "method": "euler",
            "bits": 16,
            "words": ["2", 0],
        },
        "_meta": {"title": "Sampler"},
    },
    "4": {"class_type": "Save", "inputs": {"filename_prefix": "art/cat", "images": ["3", 0]}},
    "5": {"class_type": "Load", "inputs": {"image": "example.png", "folder_path": "input", "list": "a"}},
}

COMMAND = """
description = "Draws"

[options.prompt]
description = "What to draw"
node = "Prompt"
input = "text"
"""


def template_in(folder: Path) -> Template:
    """The template of a folder in which everything is written down."""
    template = load_template(folder)
    assert isinstance(template, Template)
    return template


def write(folder: Path, command: str = COMMAND, graph: JsonValue = GRAPH) -> Path:
    """A workflow folder named ``draw`` inside ``folder``."""
    made = folder / "draw"
    made.mkdir(parents=True)
    (made / "workflow.json").write_text(json.dumps(graph), encoding="utf-8")
    (made / "command.toml").write_text(command, encoding="utf-8")
    return made


def option_file(lines: str) -> str:
    """A ``command.toml`` with one option, ``x``."""
    return f'description = "Draws"\n[options.x]\ndescription = "An x"\n{lines}\n'


def server(
    *,
    models: Sequence[str] = ("first.safetensors", "second.safetensors"),
    methods: Sequence[str] = ("euler", "heun"),
    widths: Mapping[str, JsonValue] | None = None,
    without: Sequence[str] = (),
) -> ObjectInfo:
    """What a ComfyUI says that has the node classes of ``GRAPH``, some of them perhaps ``without``."""
    width: Mapping[str, JsonValue] = widths or {"default": 512, "min": 16, "max": 16384, "step": 8}
    inputs: Mapping[str, Mapping[str, JsonValue]] = {
        "Loader": {"model": [list(models)], "precision": ["COMBO", {"options": ["fp16", "fp32"]}]},
        "Encode": {"text": ["STRING", {"multiline": True}], "model": ["MODEL"]},
        "Sample": {
            "noise_seed": ["INT", {"min": 0, "max": 2**64 - 1}],
            "steps": ["INT", {"min": 1, "max": 10000}],
            "cfg": ["FLOAT", {"min": 0.0, "max": 100.0, "step": 0.1}],
            "width": ["INT", width],
            "tiled": ["BOOLEAN", {}],
            "method": [list(methods)],
            "bits": [[8, 16, 32]],
            "words": ["CONDITIONING"],
        },
        "Save": {"filename_prefix": ["STRING", {}], "images": ["IMAGE"]},
        "Load": {
            "image": [["example.png"], {"image_upload": True}],
            "folder_path": ["STRING", {}],
            "list": ["COMBO", {"remote": {"route": "/elsewhere"}}],
        },
    }
    return parse_object_info(
        {
            name: {"input": {"required": specs}, "output": [], "display_name": f"{name} node"}
            for name, specs in inputs.items()
            if name not in without
        }
    )


def resolved(folder: Path, *knowledge: ObjectInfo) -> Workflow:
    workflow = resolve(load_template(folder), knowledge, caps=NO_CAPS)
    assert isinstance(workflow, Workflow)
    return workflow


def only_option(workflow: Workflow) -> Option:
    (option,) = workflow.options
    return option


def load_templates(folder: Path) -> tuple[Template | Draft, ...]:
    """The workflows of a folder in which all are sound; else the first problem is raised."""
    loaded = load_workflows(folder)
    if loaded.problems:
        raise loaded.problems[0]
    return loaded.templates
