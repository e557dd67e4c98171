"""The node classes of a small made-up server, as ``GET /object_info`` would list them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.comfy.convert import NodePlans

Json = Any

_PROMPT = {"multiline": True, "dynamicPrompts": True}
_SEED = {"default": 0, "min": 0, "max": 2**64 - 1, "control_after_generate": True}
_SIZE = {"default": 512, "min": 16, "max": 16384, "step": 8}
_RESIZE: Json = [
    {"key": "size", "inputs": {"required": {"width": ["INT", _SIZE], "height": ["INT", _SIZE]}}},
    {"key": "factor", "inputs": {"required": {"multiplier": ["FLOAT", {"default": 1.0, "step": 0.01}]}}},
    {"key": "like", "inputs": {"required": {"match": ["IMAGE", {}]}}},
]


def _class(
    required: Mapping[str, Json],
    outputs: Sequence[str] = (),
    *,
    optional: Mapping[str, Json] | None = None,
    is_output: bool = False,
    pack: str | None = None,
    title: str | None = None,
) -> dict[str, Json]:
    inputs = {"required": dict(required), "optional": dict(optional or {})}
    return {
        "input": inputs,
        "input_order": {group: list(names) for group, names in inputs.items()},
        "output": list(outputs),
        "output_node": is_output,
        "python_module": "nodes" if pack is None else f"custom_nodes.{pack}",
        "display_name": title,
    }


CLASSES: dict[str, Json] = {
    "Checkpoint": _class({"ckpt_name": [["a.safetensors", "b.safetensors"], {}]}, ["MODEL", "CLIP", "VAE"]),
    "Encode": _class(
        {"text": ["STRING", _PROMPT], "clip": ["CLIP", {}]}, ["CONDITIONING"], title="Encode text"
    ),
    "Zero": _class({"conditioning": ["CONDITIONING", {}]}, ["CONDITIONING"]),
    "Empty": _class(
        {"width": ["INT", _SIZE], "height": ["INT", _SIZE], "batch_size": ["INT", {"default": 1, "min": 1}]},
        ["LATENT"],
    ),
    "Sample": _class(
        {
            "model": ["MODEL", {}],
            "seed": ["INT", _SEED],
            "steps": ["INT", {"default": 20}],
            "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0, "step": 0.1, "round": 0.01}],
            "sampler_name": [["euler", "heun"], {}],
            "positive": ["CONDITIONING", {}],
            "latent": ["LATENT", {}],
        },
        ["LATENT"],
    ),
    "Decode": _class({"samples": ["LATENT", {}], "vae": ["VAE", {}]}, ["IMAGE"]),
    "Invert": _class({"image": ["IMAGE", {}]}, ["IMAGE"]),
    "Load": _class({"image": [[], {"image_upload": True}]}, ["IMAGE", "MASK"]),
    "Save": _class(
        {"images": ["IMAGE", {}], "filename_prefix": ["STRING", {"default": "x"}]}, is_output=True
    ),
    "Resize": _class(
        {
            "input": [
                "COMFY_MATCHTYPE_V3",
                {"template": {"template_id": "t", "allowed_types": "IMAGE,MASK"}},
            ],
            "how": ["COMFY_DYNAMICCOMBO_V3", {"options": _RESIZE}],
            "method": ["COMBO", {"options": ["area", "lanczos"]}],
        },
        ["COMFY_MATCHTYPE_V3"],
    ),
    "Batch": _class(
        {
            "images": [
                "COMFY_AUTOGROW_V3",
                {"template": {"input": {"required": {"image": ["IMAGE", {}]}}, "prefix": "image", "min": 1}},
            ]
        },
        ["IMAGE"],
    ),
    "Number": _class({"value": ["INT", {"default": 0, "control_after_generate": "fixed"}]}, ["INT"]),
    "Text": _class({"value": ["STRING", {}]}, ["STRING"]),
    "Switch": _class({"on": ["BOOLEAN", {"default": True}]}, ["BOOLEAN"]),
    "Many": _class(
        {"names": ["COMBO", {"options": ["a", "b"], "multi_select": {"placeholder": "names"}}]}, ["STRING"]
    ),
    "Elsewhere": _class({"voice": ["COMBO", {"remote": {"route": "/voices"}}]}, ["STRING"]),
    "Curve": _class({"curve": ["CURVE", {"default": {"points": []}, "socketless": True}]}, ["CURVE"]),
    "Box": _class({"box": ["BOUNDING_BOX", {"default": {"x": 0}}], "note": ["STRING", {}]}),
    "List": _class({"boxes": ["BOUNDING_BOXES", {"default": []}]}),
    "View": _class({"scene": ["LOAD_3D", {}]}, is_output=True),
    "Record": _class({"audio": ["AUDIO_RECORD", {}]}, ["AUDIO"]),
    "Forced": _class({"first": ["STRING", {"forceInput": True}], "second": ["STRING", {}]}),
    "Combine": _class(
        {"path": ["STRING", {}], "loop": ["INT", {"default": 0}]},
        optional={"images": ["IMAGE", {}]},
        is_output=True,
        pack="videos",
    ),
    "Mixed": _class(
        {
            "either": ["IMAGE,MASK", {}],
            "mask": ["MASK", {}],
            "image": ["IMAGE", {}],
            "latent": ["LATENT", {}],
        },
        ["*", "IMAGE"],
    ),
    "Measure": _class({"picture": ["IMAGE,MASK", {}]}, is_output=True),
    "Preview": _class({"source": ["*", {}]}, is_output=True),
    "Stack": _class({"image_1": ["IMAGE", {}]}, ["IMAGE"], pack="stack"),
    "Power Lora Loader (rgthree)": _class({}, ["MODEL"], optional={"model": ["MODEL", {}]}, pack="rgthree"),
    "Seed (rgthree)": _class({"seed": ["INT", {"default": 0, "min": -3}]}, ["INT"], pack="rgthree"),
}

PLANS = NodePlans(CLASSES)
