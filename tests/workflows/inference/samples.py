"""A small ComfyUI and the classic graph, to be varied by each test."""

from collections.abc import Mapping, Sequence

from bot.comfy import Graph, JsonValue, Node, ObjectInfo
from bot.comfy.objects import parse_object_info
from bot.workflows import InputRef, OptionSpec
from bot.workflows.inference import Inferred, infer

CHECKPOINTS = ("sd15.safetensors", "sdxl.safetensors")

_TEXT: JsonValue = ["STRING", {"multiline": True, "tooltip": "The text to be encoded."}]
_LINE: JsonValue = ["STRING", {}]
_COND: JsonValue = ["CONDITIONING"]


def _size(least: int = 16) -> JsonValue:
    return ["INT", {"default": 512, "min": least, "max": 16384, "step": 8}]


def _seed() -> JsonValue:
    return ["INT", {"default": 0, "min": 0, "max": 2**64 - 1, "control_after_generate": True}]


_CLASSES: Mapping[str, tuple[Mapping[str, JsonValue], Sequence[str]]] = {
    "CheckpointLoaderSimple": ({"ckpt_name": [list(CHECKPOINTS)]}, ("MODEL", "CLIP", "VAE")),
    "CLIPTextEncode": ({"text": _TEXT, "clip": ["CLIP"]}, ("CONDITIONING",)),
    "CLIPTextEncodeFlux": (
        {
            "clip": ["CLIP"],
            "clip_l": _TEXT,
            "t5xxl": _TEXT,
            "guidance": ["FLOAT", {"min": 0.0, "max": 100.0}],
        },
        ("CONDITIONING",),
    ),
    "TextEncodeAceStepAudio": ({"tags": _TEXT, "lyrics": _TEXT}, ("CONDITIONING",)),
    "ConditioningZeroOut": ({"conditioning": _COND}, ("CONDITIONING",)),
    "ControlNetApplyAdvanced": (
        {
            "positive": _COND,
            "negative": _COND,
            "image": ["IMAGE"],
            "strength": [
                "FLOAT",
                {"default": 1.0, "min": 0.0, "max": 10.0, "tooltip": "How much it steers."},
            ],
        },
        ("CONDITIONING", "CONDITIONING"),
    ),
    "EmptyLatentImage": (
        {"width": _size(), "height": _size(), "batch_size": ["INT", {"min": 1, "max": 4096}]},
        ("LATENT",),
    ),
    "ModelSamplingFlux": ({"model": ["MODEL"], "width": _size(), "height": _size()}, ("MODEL",)),
    "WanImageToVideo": (
        {
            "positive": _COND,
            "negative": _COND,
            "width": _size(),
            "height": _size(),
            "length": ["INT", {"default": 81, "min": 1, "max": 16384, "step": 4}],
        },
        ("CONDITIONING", "CONDITIONING", "LATENT"),
    ),
    "KSampler": (
        {
            "model": ["MODEL"],
            "seed": _seed(),
            "steps": ["INT", {"default": 20, "min": 1, "max": 10000}],
            "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0, "step": 0.1}],
            "sampler_name": [["euler", "heun"]],
            "scheduler": [["normal", "karras"]],
            "positive": _COND,
            "negative": _COND,
            "latent_image": ["LATENT"],
            "denoise": ["FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.01}],
        },
        ("LATENT",),
    ),
    "LatentGrain": (
        {"samples": ["LATENT"], "amount": ["FLOAT", {"max": 1.0, "tooltip": "How coarse the grain is."}]},
        ("LATENT",),
    ),
    "CFGGuider": ({"model": ["MODEL"], "positive": _COND, "negative": _COND}, ("GUIDER",)),
    "SamplerCustomAdvanced": ({"guider": ["GUIDER"], "latent_image": ["LATENT"]}, ("LATENT",)),
    "VAEDecode": ({"samples": ["LATENT"], "vae": ["VAE"]}, ("IMAGE",)),
    "PrimitiveInt": ({"value": ["INT", {"min": -(2**63), "max": 2**63 - 1}]}, ("INT",)),
    "PrimitiveStringMultiline": ({"value": _TEXT}, ("STRING",)),
    "StringConcatenate": ({"string_a": _TEXT, "string_b": _TEXT, "delimiter": _LINE}, ("STRING",)),
    "LoadImage": ({"image": [["example.png"], {"image_upload": True}]}, ("IMAGE", "MASK")),
    "LoadAudio": ({"audio": [[], {"audio_upload": True}]}, ("AUDIO",)),
    "ImageScale": ({"image": ["IMAGE"], "width": _size(0), "height": _size(0)}, ("IMAGE",)),
    "PartnerImageNode": (
        {
            "prompt": _TEXT,
            "negative_prompt": _TEXT,
            "system_prompt": _TEXT,
            "aspect_ratio": [["1:1", "16:9"]],
            "seed": ["INT", {"min": 0, "max": 2**31 - 1}],
        },
        ("IMAGE",),
    ),
    "ChatNode": ({"prompt": _TEXT, "system_prompt": _TEXT}, ("STRING",)),
    "ComfyUIDeployExternalText": (
        {"input_id": _LINE, "default_value": _TEXT, "display_name": _LINE, "description": _TEXT},
        ("STRING",),
    ),
    "ComfyUIDeployExternalNumberSlider": (
        {
            "input_id": _LINE,
            "default_value": ["FLOAT", {"min": -1000.0, "max": 1000.0}],
            "min_value": ["FLOAT", {}],
            "max_value": ["FLOAT", {}],
        },
        ("FLOAT",),
    ),
    "SwarmInputInteger": (
        {
            "title": _LINE,
            "value": ["INT", {"min": -(2**63), "max": 2**63}],
            "min": ["INT", {}],
            "max": ["INT", {}],
            "step": ["INT", {}],
            "order_priority": ["FLOAT", {}],
            "is_advanced": ["BOOLEAN", {}],
        },
        ("INT",),
    ),
    "SwarmInputDropdown": ({"title": _LINE, "value": _LINE, "values": _TEXT}, ("STRING",)),
    "ReadFile": ({"file_path": _LINE, "images": ["IMAGE"]}, ("STRING",)),
    "LoadImageMask": (
        {"image": [["example.png"], {"image_upload": True}], "channel": [["alpha", "red"]]},
        ("MASK",),
    ),
    "LoadImageOutput": (
        {"image": ["COMBO", {"image_upload": True, "remote": {"route": "/internal/files/output"}}]},
        ("IMAGE", "MASK"),
    ),
    "LoadVideo": ({"file": ["COMBO", {"options": [], "video_upload": True}]}, ("VIDEO",)),
    "Load3D": (
        {"model_file": ["COMBO", {"options": ["none"], "file_upload": True}], "image": ["LOAD_3D"]},
        ("IMAGE", "MASK", "STRING"),
    ),
    "VHS_LoadVideo": ({"video": [["other.mp4"]], "force_rate": ["FLOAT", {}]}, ("IMAGE", "INT", "AUDIO")),
    "VHS_LoadVideoPath": ({"video": _LINE}, ("IMAGE", "INT", "AUDIO")),
    "VHS_LoadAudioUpload": ({"audio": [["other.mp3"]]}, ("AUDIO",)),
    "Painter": ({"mask": ["STRING", {"image_upload": True}]}, ("IMAGE", "MASK")),
    "PackMask": ({"drawing": [["a.png"], {"image_upload": True}]}, ("MASK",)),
    "PackScan": ({"scan": [["a.obj"], {"file_upload": True}]}, ("MESH",)),
    "SaveImage": ({"images": ["IMAGE"], "filename_prefix": _LINE}, ()),
    "PreviewAny": ({"source": ["*"]}, ()),
}
_OUTPUT_NODES = frozenset({"SaveImage", "PreviewAny", "ReadFile"})


def server(*, without: Sequence[str] = (), checkpoints: Sequence[str] = CHECKPOINTS) -> ObjectInfo:
    classes = {
        **_CLASSES,
        "CheckpointLoaderSimple": ({"ckpt_name": [list(checkpoints)]}, ("MODEL", "CLIP", "VAE")),
    }
    return parse_object_info(
        {
            name: {
                "input": {"required": dict(inputs)},
                "output": list(outputs),
                "display_name": f"{name} node",
                "output_node": name in _OUTPUT_NODES,
            }
            for name, (inputs, outputs) in classes.items()
            if name not in without
        }
    )


CLASSIC: Graph = {
    "3": Node(
        "KSampler",
        {
            "seed": 7,
            "steps": 20,
            "cfg": 7.5,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    ),
    "4": Node("CheckpointLoaderSimple", {"ckpt_name": "sd15.safetensors"}),
    "5": Node("EmptyLatentImage", {"width": 512, "height": 768, "batch_size": 1}),
    "6": Node("CLIPTextEncode", {"text": "a red fox", "clip": ["4", 1]}),
    "7": Node("CLIPTextEncode", {"text": "blurry", "clip": ["4", 1]}),
    "8": Node("VAEDecode", {"samples": ["3", 0], "vae": ["4", 2]}),
    "9": Node("SaveImage", {"images": ["8", 0], "filename_prefix": "fox"}),
}


def changed(graph: Graph, nodes: Mapping[str, Node | Mapping[str, JsonValue]]) -> Graph:
    """The graph with other or more nodes, or with other inputs on one that it has."""
    made = dict(graph)
    for node_id, change in nodes.items():
        if isinstance(change, Node):
            made[node_id] = change
        else:
            old = made[node_id]
            made[node_id] = Node(old.class_type, {**old.inputs, **change}, old.title)
    return made


def inferred(graph: Graph) -> Inferred:
    return infer(graph, [server()])


def targets(found: Inferred) -> dict[str, list[str]]:
    """What each option sets, as ``node.input``."""
    return {option.name: _places(option.targets) for option in found.options}


def _places(each: Sequence[InputRef]) -> list[str]:
    return [f"{target.node_id}.{target.input_name}" for target in each]


def named(found: Inferred, name: str) -> OptionSpec:
    (option,) = [option for option in (*found.options, *found.advanced) if option.name == name]
    return option
