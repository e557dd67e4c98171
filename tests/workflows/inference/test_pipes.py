"""Options of graphs whose words come to the sampler in a pipe, a context, or from a loader that takes them itself.

The classes are declared as Easy-Use, the Efficiency Nodes and the Impact Pack declare them, as far as they matter here.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.comfy.objects import parse_object_info
from bot.workflows import resolve
from bot.workflows.caps import Caps
from bot.workflows.inference import Inferred, infer
from bot.workflows.workflow import Workflow
from tests.workflows.inference.real import stocked
from tests.workflows.inference.samples import CLASSIC, changed, named, server, targets

PACKS = Path(__file__).parents[2] / "comfy" / "convert"
_TEXT: JsonValue = ["STRING", {"default": "", "multiline": True}]
_SIDE: JsonValue = ["INT", {"default": 512, "min": 64, "max": 16384, "step": 8}]
_COUNT: JsonValue = ["INT", {"default": 1, "min": 1, "max": 4096}]
_STRENGTH: JsonValue = ["FLOAT", {"default": 1.0, "min": -10.0, "max": 10.0}]
_COND: JsonValue = ["CONDITIONING"]
_LOADS: Mapping[str, JsonValue] = {
    "ckpt_name": [["a.safetensors"]],
    "lora_name": [["None", "ink.safetensors"]],
    "lora_model_strength": _STRENGTH,
    "lora_clip_strength": _STRENGTH,
    "empty_latent_width": _SIDE,
    "empty_latent_height": _SIDE,
    "positive": _TEXT,
    "negative": _TEXT,
    "batch_size": _COUNT,
}
_SAMPLES: Mapping[str, JsonValue] = {
    "seed": ["INT", {"default": 0, "min": 0, "max": 2**64 - 1}],
    "steps": ["INT", {"default": 20, "min": 1, "max": 10000}],
}
_CLASSES: Mapping[str, tuple[Mapping[str, JsonValue], Sequence[str]]] = {
    "easy fullLoader": (
        _LOADS,
        ("PIPE_LINE", "MODEL", "VAE", "CLIP", "CONDITIONING", "CONDITIONING", "LATENT"),
    ),
    "easy a1111Loader": (_LOADS, ("PIPE_LINE", "MODEL", "VAE")),
    "easy preSampling": ({"pipe": ["PIPE_LINE"], **_SAMPLES}, ("PIPE_LINE",)),
    "easy kSampler": ({"pipe": ["PIPE_LINE"]}, ("PIPE_LINE", "IMAGE")),
    "Efficient Loader": (_LOADS, ("MODEL", "CONDITIONING", "CONDITIONING", "LATENT", "VAE", "CLIP")),
    "KSampler (Efficient)": (
        {"model": ["MODEL"], "positive": _COND, "negative": _COND, "latent_image": ["LATENT"], **_SAMPLES},
        ("MODEL", "CONDITIONING", "CONDITIONING", "LATENT", "VAE", "IMAGE"),
    ),
    "ToBasicPipe": ({"model": ["MODEL"], "positive": _COND, "negative": _COND}, ("BASIC_PIPE",)),
    "EditBasicPipe": ({"basic_pipe": ["BASIC_PIPE"], "positive": _COND}, ("BASIC_PIPE",)),
    "ImpactKSamplerBasicPipe": (
        {"basic_pipe": ["BASIC_PIPE"], "latent_image": ["LATENT"], **_SAMPLES},
        ("BASIC_PIPE", "LATENT", "VAE"),
    ),
}
SERVER = server() | parse_object_info(
    {
        name: {
            "input": {"required": dict(inputs)},
            "output": list(outputs),
            "python_module": "custom_nodes.pack",
        }
        for name, (inputs, outputs) in _CLASSES.items()
    }
)
_LOADED: Mapping[str, JsonValue] = {
    "ckpt_name": "a.safetensors",
    "lora_name": "None",
    "lora_model_strength": 1.0,
    "lora_clip_strength": 1.0,
    "empty_latent_width": 512,
    "empty_latent_height": 768,
    "positive": "a red fox",
    "negative": "blurry",
    "batch_size": 1,
}


def _easy(loader: str) -> Graph:
    return {
        "1": Node(loader, _LOADED),
        "2": Node("easy preSampling", {"pipe": ["1", 0], "seed": 7, "steps": 20}),
        "3": Node("easy kSampler", {"pipe": ["2", 0]}),
        "4": Node("SaveImage", {"images": ["3", 1], "filename_prefix": "fox"}),
    }


EFFICIENT: Graph = {
    "1": Node("Efficient Loader", _LOADED),
    "2": Node(
        "KSampler (Efficient)",
        {
            "model": ["1", 0],
            "positive": ["1", 1],
            "negative": ["1", 2],
            "latent_image": ["1", 3],
            "seed": 7,
            "steps": 20,
        },
    ),
    "4": Node("SaveImage", {"images": ["2", 5], "filename_prefix": "fox"}),
}


def _impact(**more: Node) -> Graph:
    pipe = Node("ToBasicPipe", {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0]})
    sampler: Mapping[str, JsonValue] = {"latent_image": ["5", 0], "seed": 7, "steps": 20}
    last = [*more][-1] if more else "p"
    graph = changed(
        CLASSIC,
        {
            "p": pipe,
            **more,
            "s": Node("ImpactKSamplerBasicPipe", {"basic_pipe": [last, 0], **sampler}),
            "8": {"samples": ["s", 1]},
        },
    )
    return {node_id: node for node_id, node in graph.items() if node_id != "3"}


def _found(graph: Graph) -> Inferred:
    return infer(graph, [SERVER])


@pytest.mark.parametrize(
    "graph",
    [_easy("easy fullLoader"), _easy("easy a1111Loader"), EFFICIENT],
    ids=["pipe and more", "pipe alone", "samplers that hand on"],
)
def test_a_loader_that_takes_words_and_a_size_has_them_as_options(graph: Graph) -> None:
    found = targets(_found(graph))

    wanted = ("prompt", "negative", "seed", "width", "height", "batch-size", "lora", "lora-strength")
    assert {name: found.get(name) for name in wanted} == {
        "prompt": ["1.positive"],
        "negative": ["1.negative"],
        "seed": ["2.seed"],
        "width": ["1.empty_latent_width"],
        "height": ["1.empty_latent_height"],
        "batch-size": ["1.batch_size"],
        "lora": ["1.lora_name"],
        "lora-strength": ["1.lora_model_strength", "1.lora_clip_strength"],
    }
    assert named(_found(graph), "prompt").required


def test_the_size_of_such_a_loader_is_no_larger_than_the_operator_allows() -> None:
    workflow = resolve(
        _found(EFFICIENT).template("fox", "A fox", Path("fox")), [SERVER], caps=Caps(1024 * 1024)
    )

    assert isinstance(workflow, Workflow)
    assert {option.name: option.maximum for option in workflow.options}["width"] == 2048


def test_words_are_found_where_they_go_into_a_pipe() -> None:
    found = targets(_found(_impact()))

    assert (found["prompt"], found["negative"]) == (["6.text"], ["7.text"])
    assert "find" not in found


def test_what_takes_another_ones_place_in_a_pipe_is_the_prompt() -> None:
    encode = Node("CLIPTextEncode", {"text": "a blue fox", "clip": ["4", 1]})
    edited = _impact(n=encode, e=Node("EditBasicPipe", {"basic_pipe": ["p", 0], "positive": ["n", 0]}))

    found = targets(_found(edited))

    assert (found["prompt"], found["negative"]) == (["n.text"], ["7.text"])
    assert found.keys().isdisjoint({"prompt-2", "find"})


@pytest.mark.parametrize("name", ["rg_context", "rg_context_big"])
def test_contexts_that_the_real_editor_queued_lead_to_their_words(name: str) -> None:
    pairs = map(json.loads, (PACKS / "pack_pairs.jsonl").read_text(encoding="utf-8").splitlines())
    queued = next(pair["api"] for pair in pairs if pair["name"] == name)
    graph = {node_id: Node(class_type, inputs) for node_id, (class_type, inputs) in queued.items()}
    packs = parse_object_info(json.loads((PACKS / "pack_classes.json").read_text(encoding="utf-8")))

    found = targets(infer(graph, [stocked(server() | packs, graph)]))

    assert (found["prompt"], found["negative"]) == (["2.text"], ["3.text"])
