"""A ComfyUI that can run everything that comes with the bot, as its ``GET /object_info`` would say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from bot.comfy import JsonValue, ObjectInfo
from bot.comfy.objects import parse_object_info

Inputs = Mapping[str, JsonValue]

PAIRS = Path(__file__).parents[3] / "shared" / "pairs"
_FILES = frozenset({"ckpt_name", "clip_name", "control_net_name", "image", "model_name"})
"""Inputs whose lists are what somebody has installed; servers that were recorded had nothing."""


def _integer(default: int, minimum: int, maximum: int, **more: JsonValue) -> JsonValue:
    return ["INT", {"default": default, "min": minimum, "max": maximum, **more}]


def _number(default: float, minimum: float, maximum: float, **more: JsonValue) -> JsonValue:
    return ["FLOAT", {"default": default, "min": minimum, "max": maximum, **more}]


_SIDE: JsonValue = _integer(512, 16, 16384, step=8)
_CHECKPOINTS: JsonValue = [
    ["flux1-dev-fp8.safetensors", "sd_xl_base_1.0.safetensors", "svd_xt_1_1.safetensors"],
    {},
]
_PICTURES: JsonValue = [["first-frame.png", "reference-1.png", "reference-2.png"], {"image_upload": True}]
_METHODS: JsonValue = [["nearest-exact", "bilinear", "area", "bicubic", "lanczos"], {}]
_CLASSES: Mapping[str, tuple[Inputs, Sequence[str]]] = {
    "CheckpointLoaderSimple": ({"ckpt_name": _CHECKPOINTS}, ("MODEL", "CLIP", "VAE")),
    "ImageOnlyCheckpointLoader": ({"ckpt_name": _CHECKPOINTS}, ("MODEL", "CLIP_VISION", "VAE")),
    "CLIPVisionLoader": ({"clip_name": [["clip_vision_g.safetensors"], {}]}, ("CLIP_VISION",)),
    "ControlNetLoader": (
        {
            "control_net_name": [
                ["control-lora-depth-rank256.safetensors", "control-lora-sketch-rank256.safetensors"],
                {},
            ]
        },
        ("CONTROL_NET",),
    ),
    "CLIPTextEncode": (
        {"text": ["STRING", {"multiline": True, "dynamicPrompts": True}], "clip": ["CLIP", {}]},
        ("CONDITIONING",),
    ),
    "EmptyLatentImage": (
        {"width": _SIDE, "height": _SIDE, "batch_size": _integer(1, 1, 4096)},
        ("LATENT",),
    ),
    "KSampler": (
        {
            "model": ["MODEL", {}],
            "seed": _integer(0, 0, 2**64 - 1, control_after_generate=True),
            "steps": _integer(20, 1, 10000),
            "cfg": _number(8.0, 0.0, 100.0, step=0.1, round=0.01),
            "sampler_name": [["euler", "dpmpp_2m", "dpmpp_3m_sde_gpu"], {}],
            "scheduler": [["normal", "karras"], {}],
            "positive": ["CONDITIONING", {}],
            "negative": ["CONDITIONING", {}],
            "latent_image": ["LATENT", {}],
            "denoise": _number(1.0, 0.0, 1.0, step=0.01),
        },
        ("LATENT",),
    ),
    "VAEDecode": ({"samples": ["LATENT", {}], "vae": ["VAE", {}]}, ("IMAGE",)),
    "LoadImage": ({"image": _PICTURES}, ("IMAGE", "MASK")),
    "VAEEncode": ({"pixels": ["IMAGE", {}], "vae": ["VAE", {}]}, ("LATENT",)),
    "ImageScaleToMaxDimension": (
        {"image": ["IMAGE", {}], "upscale_method": _METHODS, "largest_size": _integer(512, 0, 16384)},
        ("IMAGE",),
    ),
    "ImageScaleBy": (
        {"image": ["IMAGE", {}], "upscale_method": _METHODS, "scale_by": _number(1.0, 0.01, 8.0)},
        ("IMAGE",),
    ),
    "GetImageSize": ({"image": ["IMAGE", {}]}, ("INT", "INT", "INT")),
    "ImageScale": (
        {
            "image": ["IMAGE", {}],
            "upscale_method": _METHODS,
            "width": _integer(512, 0, 16384),
            "height": _integer(512, 0, 16384),
            "crop": [["disabled", "center"], {}],
        },
        ("IMAGE",),
    ),
    "InpaintModelConditioning": (
        {
            "positive": ["CONDITIONING", {}],
            "negative": ["CONDITIONING", {}],
            "vae": ["VAE", {}],
            "pixels": ["IMAGE", {}],
            "mask": ["MASK", {}],
            "noise_mask": ["BOOLEAN", {"default": True}],
        },
        ("CONDITIONING", "CONDITIONING", "LATENT"),
    ),
    "ImageCompositeMasked": (
        {
            "destination": ["IMAGE", {}],
            "source": ["IMAGE", {}],
            "x": _integer(0, 0, 16384),
            "y": _integer(0, 0, 16384),
            "resize_source": ["BOOLEAN", {"default": False}],
            "mask": ["MASK", {}],
        },
        ("IMAGE",),
    ),
    "ImagePadForOutpaint": (
        {
            "image": ["IMAGE", {}],
            **{side: _integer(0, 0, 16384, step=8) for side in ("left", "top", "right", "bottom")},
            "feathering": _integer(40, 0, 16384),
        },
        ("IMAGE", "MASK"),
    ),
    "UpscaleModelLoader": (
        {"model_name": ["COMBO", {"options": ["4x-UltraSharp.pth", "RealESRGAN_x4plus.pth"]}]},
        ("UPSCALE_MODEL",),
    ),
    "ImageUpscaleWithModel": ({"upscale_model": ["UPSCALE_MODEL", {}], "image": ["IMAGE", {}]}, ("IMAGE",)),
    "SaveImage": ({"images": ["IMAGE", {}], "filename_prefix": ["STRING", {"default": "ComfyUI"}]}, ()),
    "PreviewImage": ({"images": ["IMAGE", {}]}, ()),
    "CLIPVisionEncode": (
        {"clip_vision": ["CLIP_VISION", {}], "image": ["IMAGE", {}], "crop": [["center", "none"], {}]},
        ("CLIP_VISION_OUTPUT",),
    ),
    "unCLIPConditioning": (
        {
            "conditioning": ["CONDITIONING", {}],
            "clip_vision_output": ["CLIP_VISION_OUTPUT", {}],
            "strength": _number(1.0, -10.0, 10.0, step=0.01),
            "noise_augmentation": _number(0.0, 0.0, 1.0, step=0.01),
        },
        ("CONDITIONING",),
    ),
    "ConditioningZeroOut": ({"conditioning": ["CONDITIONING", {}]}, ("CONDITIONING",)),
    "ControlNetApply": (
        {
            "conditioning": ["CONDITIONING", {}],
            "control_net": ["CONTROL_NET", {}],
            "image": ["IMAGE", {}],
            "strength": _number(1.0, 0.0, 10.0, step=0.01),
        },
        ("CONDITIONING",),
    ),
    "HEDPreprocessor": ({"image": ["IMAGE", {}], "safe": [["enable", "disable"], {}]}, ("IMAGE",)),
    "ScribblePreprocessor": ({"image": ["IMAGE", {}]}, ("IMAGE",)),
    "SVD_img2vid_Conditioning": (
        {
            "clip_vision": ["CLIP_VISION", {}],
            "init_image": ["IMAGE", {}],
            "vae": ["VAE", {}],
            "width": _integer(1024, 16, 16384, step=8),
            "height": _integer(576, 16, 16384, step=8),
            "video_frames": _integer(14, 1, 4096),
            "motion_bucket_id": _integer(127, 1, 1023),
            "fps": _integer(6, 1, 1024),
            "augmentation_level": _number(0.0, 0.0, 10.0, step=0.01),
        },
        ("CONDITIONING", "CONDITIONING", "LATENT"),
    ),
    "VideoLinearCFGGuidance": (
        {"model": ["MODEL", {}], "min_cfg": _number(1.0, 0.0, 100.0, step=0.5)},
        ("MODEL",),
    ),
    "VHS_VideoCombine": (
        {
            "images": ["IMAGE", {}],
            "frame_rate": ["FLOAT", {"default": 8, "min": 1, "step": 1}],
            "loop_count": _integer(0, 0, 100, step=1),
            "filename_prefix": ["STRING", {"default": "AnimateDiff"}],
            "format": [["image/gif", "image/webp", "video/h264-mp4", "video/webm"], {}],
            "pingpong": ["BOOLEAN", {"default": False}],
            "save_output": ["BOOLEAN", {"default": True}],
        },
        ("VHS_FILENAMES",),
    ),
}
_OUTPUT_NODES = frozenset({"SaveImage", "PreviewImage", "VHS_VideoCombine"})


def _document() -> dict[str, JsonValue]:
    return {
        name: {
            "input": {"required": dict(inputs)},
            "input_order": {"required": list(inputs)},
            "output": list(outputs),
            "display_name": name,
            "output_node": name in _OUTPUT_NODES,
        }
        for name, (inputs, outputs) in _CLASSES.items()
    }


def server(*, without: Sequence[str] = (), pictures: Sequence[str] | None = None) -> ObjectInfo:
    """It, perhaps ``without`` some classes, or with other ``pictures`` in its input folder."""
    document = {name: described for name, described in _document().items() if name not in without}
    if pictures is not None:
        listed: JsonValue = [list(pictures), {"image_upload": True}]
        document["LoadImage"] = {"input": {"required": {"image": listed}}, "output": ["IMAGE", "MASK"]}
    return parse_object_info(document)


SERVER = server()


def real_servers() -> Iterator[tuple[str, ObjectInfo]]:
    """What real ComfyUIs said, where that lies beside this repository, with the packs and files of ours added."""
    for path in sorted(PAIRS.glob("object_info-*.json")):
        document = cast("dict[str, JsonValue]", json.loads(path.read_bytes()))
        for name, described in _document().items():
            document[name] = _with_files(name, cast("Inputs", document.get(name, described)))
        yield path.stem, parse_object_info(document)


def _with_files(name: str, described: Inputs) -> JsonValue:
    groups = cast("Mapping[str, Inputs]", described["input"])
    files = {key: spec for key, spec in _CLASSES[name][0].items() if key in _FILES and spec is not None}
    required = {
        key: files.get(key, spec) if isinstance(_kind(spec), list) or _kind(spec) == "COMBO" else spec
        for key, spec in groups["required"].items()
    }
    return {**described, "input": {**groups, "required": required}}


def _kind(spec: JsonValue) -> JsonValue:
    return spec[0] if isinstance(spec, list) else None
