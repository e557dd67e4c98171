"""The node classes that the stand-in knows.

Facts of ComfyUI's interface (names, types, ranges, lists) in words of our own. What the nodes do is in ``nodes``.
"""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.node_classes import Input, Listing, NodeClass

MAX_SEED: Final = 2**64 - 1
MAX_SIDE: Final = 16384


def _link(kind: str, tooltip: str = "") -> Input:
    return Input(kind, {"tooltip": tooltip} if tooltip else {})


def _integer(default: int, minimum: int, maximum: int, step: int | None = None, **more: object) -> Input:
    grid: JsonObject = {} if step is None else {"step": step}
    return Input("INT", {"default": default, "min": minimum, "max": maximum, **grid, **more})


def _number(default: float, minimum: float, maximum: float, step: float, **more: object) -> Input:
    return Input("FLOAT", {"default": default, "min": minimum, "max": maximum, "step": step, **more})


def _choice(*names: str, tooltip: str = "") -> Input:
    return Input("COMBO", {"tooltip": tooltip} if tooltip else {}, names)


def _listed(listing: Listing, **details: object) -> Input:
    return Input("COMBO", details, listing)


def _side(minimum: int, step: int, **more: object) -> Input:
    return _integer(512, minimum, MAX_SIDE, step, **more)


_PREFIX = "How the names of the files begin; a slash makes a folder, and words in percent signs, such as %width%, are replaced."
_SAMPLERS = [
    "euler",
    "euler_cfg_pp",
    "euler_ancestral",
    "euler_ancestral_cfg_pp",
    "heun",
    "heunpp2",
    "dpm_2",
    "dpm_2_ancestral",
    "lms",
    "dpm_fast",
    "dpm_adaptive",
    "dpmpp_2s_ancestral",
    "dpmpp_2s_ancestral_cfg_pp",
    "dpmpp_sde",
    "dpmpp_sde_gpu",
    "dpmpp_2m",
    "dpmpp_2m_cfg_pp",
    "dpmpp_2m_sde",
    "dpmpp_2m_sde_gpu",
    "dpmpp_2m_sde_heun",
    "dpmpp_2m_sde_heun_gpu",
    "dpmpp_3m_sde",
    "dpmpp_3m_sde_gpu",
    "ddpm",
    "lcm",
    "ipndm",
    "ipndm_v",
    "deis",
    "res_multistep",
    "res_multistep_cfg_pp",
    "res_multistep_ancestral",
    "res_multistep_ancestral_cfg_pp",
    "gradient_estimation",
    "gradient_estimation_cfg_pp",
    "er_sde",
    "seeds_2",
    "seeds_3",
    "sa_solver",
    "sa_solver_pece",
    "ddim",
    "uni_pc",
    "uni_pc_bh2",
]
_SCHEDULERS = [
    "simple",
    "sgm_uniform",
    "karras",
    "exponential",
    "ddim_uniform",
    "beta",
    "normal",
    "linear_quadratic",
    "kl_optimal",
]
_IMAGE_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
_LATENT_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")

_LOADERS = (
    NodeClass(
        "CheckpointLoaderSimple",
        "Load Checkpoint",
        "loaders",
        {"ckpt_name": _listed(Listing.CHECKPOINTS, tooltip="Which checkpoint to load.")},
        ("MODEL", "CLIP", "VAE"),
        "Loads a checkpoint: the model that draws, the one that reads words, and the one that turns latents to pixels.",
    ),
    NodeClass(
        "LoraLoader",
        "Load LoRA",
        "loaders",
        {
            "model": _link("MODEL", "The model that the LoRA changes."),
            "clip": _link("CLIP", "The text model that the LoRA changes."),
            "lora_name": _listed(Listing.LORAS, tooltip="Which LoRA to load."),
            "strength_model": _number(1.0, -100.0, 100.0, 0.01, tooltip="How much the model is changed."),
            "strength_clip": _number(1.0, -100.0, 100.0, 0.01, tooltip="How much the text model is changed."),
        },
        ("MODEL", "CLIP"),
        "Changes a model and its text model by a LoRA; several can follow one another.",
    ),
    NodeClass(
        "UpscaleModelLoader",
        "Load Upscale Model",
        "loaders",
        {"model_name": Input("COMBO", {}, Listing.UPSCALERS, modern=True)},
        ("UPSCALE_MODEL",),
        module="comfy_extras.nodes_upscale_model",
        modern=True,
    ),
)

_CONDITIONING = (
    NodeClass(
        "CLIPTextEncode",
        "CLIP Text Encode (Prompt)",
        "conditioning",
        {
            "text": Input("STRING", {"multiline": True, "dynamicPrompts": True, "tooltip": "The words."}),
            "clip": _link("CLIP", "The text model that reads them."),
        },
        ("CONDITIONING",),
        "Turns words into a conditioning that leads the sampler to a picture of them.",
    ),
)

_LATENTS = (
    NodeClass(
        "EmptyLatentImage",
        "Empty Latent Image",
        "latent",
        {
            "width": _side(16, 8, tooltip="Width in pixels."),
            "height": _side(16, 8, tooltip="Height in pixels."),
            "batch_size": _integer(1, 1, 4096, tooltip="How many pictures at once."),
        },
        ("LATENT",),
        "An empty batch of latents to draw on.",
    ),
    NodeClass(
        "KSampler",
        "KSampler",
        "sampling",
        {
            "model": _link("MODEL", "The model that takes the noise away."),
            "seed": _integer(
                0, 0, MAX_SEED, control_after_generate=True, tooltip="Where the noise starts from."
            ),
            "steps": _integer(20, 1, 10000, tooltip="In how many steps the noise goes."),
            "cfg": _number(
                8.0, 0.0, 100.0, 0.1, round=0.01, tooltip="How closely the picture keeps to the words."
            ),
            "sampler_name": _choice(*_SAMPLERS, tooltip="The method of taking noise away."),
            "scheduler": _choice(*_SCHEDULERS, tooltip="How much noise goes in which step."),
            "positive": _link("CONDITIONING", "What the picture shall show."),
            "negative": _link("CONDITIONING", "What it shall not show."),
            "latent_image": _link("LATENT", "What to draw on."),
            "denoise": _number(1.0, 0.0, 1.0, 0.01, tooltip="How much of what is there may change."),
        },
        ("LATENT",),
        "Draws: takes noise away from a latent, led by the words.",
    ),
    NodeClass(
        "VAEDecode",
        "VAE Decode",
        "latent",
        {"samples": _link("LATENT", "What to turn to pixels."), "vae": _link("VAE", "What turns it.")},
        ("IMAGE",),
        "Turns latents to pixels.",
    ),
    NodeClass(
        "VAEEncode", "VAE Encode", "latent", {"pixels": _link("IMAGE"), "vae": _link("VAE")}, ("LATENT",)
    ),
    NodeClass(
        "VAEEncodeForInpaint",
        "VAE Encode (for Inpainting)",
        "latent/inpaint",
        {
            "pixels": _link("IMAGE"),
            "vae": _link("VAE"),
            "mask": _link("MASK"),
            "grow_mask_by": _integer(6, 0, 64, 1),
        },
        ("LATENT",),
    ),
    NodeClass(
        "SetLatentNoiseMask",
        "Set Latent Noise Mask",
        "latent/inpaint",
        {"samples": _link("LATENT"), "mask": _link("MASK")},
        ("LATENT",),
    ),
    NodeClass(
        "LatentUpscale",
        "Upscale Latent",
        "latent",
        {
            "samples": _link("LATENT"),
            "upscale_method": _choice(*_LATENT_METHODS),
            "width": _side(0, 8),
            "height": _side(0, 8),
            "crop": _choice("disabled", "center"),
        },
        ("LATENT",),
    ),
    NodeClass(
        "LatentUpscaleBy",
        "Upscale Latent By",
        "latent",
        {
            "samples": _link("LATENT"),
            "upscale_method": _choice(*_LATENT_METHODS),
            "scale_by": _number(1.5, 0.01, 8.0, 0.01),
        },
        ("LATENT",),
    ),
)

_IMAGES = (
    NodeClass(
        "LoadImage",
        "Load Image",
        "image",
        {"image": _listed(Listing.IMAGES, image_upload=True)},
        ("IMAGE", "MASK"),
    ),
    NodeClass(
        "LoadImageMask",
        "Load Image (as Mask)",
        "mask",
        {
            "image": _listed(Listing.IMAGES, image_upload=True),
            "channel": _choice("alpha", "red", "green", "blue"),
        },
        ("MASK",),
    ),
    NodeClass(
        "EmptyImage",
        "EmptyImage",
        "image",
        {
            "width": _side(1, 1),
            "height": _side(1, 1),
            "batch_size": _integer(1, 1, 4096),
            "color": _integer(0, 0, 0xFFFFFF, 1, display="color"),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageScale",
        "Upscale Image",
        "image/upscaling",
        {
            "image": _link("IMAGE"),
            "upscale_method": _choice(*_IMAGE_METHODS),
            "width": _side(0, 1),
            "height": _side(0, 1),
            "crop": _choice("disabled", "center"),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageScaleBy",
        "Upscale Image By",
        "image/upscaling",
        {
            "image": _link("IMAGE"),
            "upscale_method": _choice(*_IMAGE_METHODS),
            "scale_by": _number(1.0, 0.01, 8.0, 0.01),
        },
        ("IMAGE",),
    ),
    NodeClass(
        "ImageUpscaleWithModel",
        "Upscale Image (using Model)",
        "image/upscaling",
        {"upscale_model": Input("UPSCALE_MODEL", modern=True), "image": Input("IMAGE", modern=True)},
        ("IMAGE",),
        module="comfy_extras.nodes_upscale_model",
        modern=True,
    ),
    NodeClass("ImageInvert", "Invert Image", "image", {"image": _link("IMAGE")}, ("IMAGE",)),
    NodeClass(
        "InvertMask",
        "InvertMask",
        "mask",
        {"mask": _link("MASK")},
        ("MASK",),
        module="comfy_extras.nodes_mask",
    ),
)

_OUTPUTS = (
    NodeClass(
        "SaveImage",
        "Save Image",
        "image",
        {
            "images": _link("IMAGE", "What to save."),
            "filename_prefix": Input("STRING", {"default": "ComfyUI", "tooltip": _PREFIX}),
        },
        description="Saves pictures to the output folder.",
        saves=True,
    ),
    NodeClass(
        "PreviewImage",
        "Preview Image",
        "image",
        {"images": _link("IMAGE")},
        description="Saves pictures to the temp folder, to be looked at.",
        saves=True,
    ),
    NodeClass(
        "PreviewAny",
        "Preview Any",
        "utils",
        {"source": Input("*", modern=True)},
        module="comfy_extras.nodes_preview_any",
        saves=True,
    ),
)

NODE_CLASSES: Final[Mapping[str, NodeClass]] = {
    node.name: node for node in (*_LOADERS, *_CONDITIONING, *_LATENTS, *_IMAGES, *_OUTPUTS)
}
