"""Stock node classes as release 0.3.64 has them: loaders, conditionings, latents. The others lie next door.

Facts of ComfyUI's interface (names, types, ranges, lists) in words of our own. What the nodes do is in ``stock_nodes``.
"""

from typing import Final

from bot.sandbox.comfyui.node_classes import Input, Listing, NodeClass
from bot.sandbox.comfyui.sampler_names import SAMPLERS, SCHEDULERS
from bot.sandbox.comfyui.widgets import MAX_SEED, choice, flag, integer, link, listed, number, side

_LATENT_METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")


def _share(default: float) -> Input:
    """A part of the whole. ComfyUI writes one of its bounds as a whole number and the other as a fraction."""
    return number(default, 0, 1.0, 0.01)


_LOADERS = (
    NodeClass(
        "CheckpointLoaderSimple",
        "Load Checkpoint",
        "loaders",
        {"ckpt_name": listed(Listing.CHECKPOINTS, tooltip="Which checkpoint to load.")},
        ("MODEL", "CLIP", "VAE"),
        "Loads a checkpoint: the model that draws, the one that reads words, and the one that turns latents to pixels.",
    ),
    NodeClass(
        "LoraLoader",
        "Load LoRA",
        "loaders",
        {
            "model": link("MODEL", "The model that the LoRA changes."),
            "clip": link("CLIP", "The text model that the LoRA changes."),
            "lora_name": listed(Listing.LORAS, tooltip="Which LoRA to load."),
            "strength_model": number(1.0, -100.0, 100.0, 0.01, tooltip="How much the model is changed."),
            "strength_clip": number(1.0, -100.0, 100.0, 0.01, tooltip="How much the text model is changed."),
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
            "clip": link("CLIP", "The text model that reads them."),
        },
        ("CONDITIONING",),
        "Turns words into a conditioning that leads the sampler to a picture of them.",
    ),
    NodeClass(
        "ConditioningSetAreaPercentage",
        "Conditioning (Set Area with Percentage)",
        "conditioning",
        {
            "conditioning": link("CONDITIONING"),
            "width": _share(1.0),
            "height": _share(1.0),
            "x": _share(0),
            "y": _share(0),
            "strength": number(1.0, 0.0, 10.0, 0.01),
        },
        ("CONDITIONING",),
    ),
)

_LATENTS = (
    NodeClass(
        "EmptyLatentImage",
        "Empty Latent Image",
        "latent",
        {
            "width": side(16, 8, tooltip="Width in pixels."),
            "height": side(16, 8, tooltip="Height in pixels."),
            "batch_size": integer(1, 1, 4096, tooltip="How many pictures at once."),
        },
        ("LATENT",),
        "An empty batch of latents to draw on.",
    ),
    NodeClass(
        "KSampler",
        "KSampler",
        "sampling",
        {
            "model": link("MODEL", "The model that takes the noise away."),
            "seed": integer(
                0, 0, MAX_SEED, control_after_generate=True, tooltip="Where the noise starts from."
            ),
            "steps": integer(20, 1, 10000, tooltip="In how many steps the noise goes."),
            "cfg": number(
                8.0, 0.0, 100.0, 0.1, round=0.01, tooltip="How closely the picture keeps to the words."
            ),
            "sampler_name": choice(*SAMPLERS, tooltip="The method of taking noise away."),
            "scheduler": choice(*SCHEDULERS, tooltip="How much noise goes in which step."),
            "positive": link("CONDITIONING", "What the picture shall show."),
            "negative": link("CONDITIONING", "What it shall not show."),
            "latent_image": link("LATENT", "What to draw on."),
            "denoise": number(1.0, 0.0, 1.0, 0.01, tooltip="How much of what is there may change."),
        },
        ("LATENT",),
        "Draws: takes noise away from a latent, led by the words.",
    ),
    NodeClass(
        "VAEDecode",
        "VAE Decode",
        "latent",
        {"samples": link("LATENT", "What to turn to pixels."), "vae": link("VAE", "What turns it.")},
        ("IMAGE",),
        "Turns latents to pixels.",
    ),
    NodeClass(
        "VAEEncode", "VAE Encode", "latent", {"pixels": link("IMAGE"), "vae": link("VAE")}, ("LATENT",)
    ),
    NodeClass(
        "VAEEncodeForInpaint",
        "VAE Encode (for Inpainting)",
        "latent/inpaint",
        {
            "pixels": link("IMAGE"),
            "vae": link("VAE"),
            "mask": link("MASK"),
            "grow_mask_by": integer(6, 0, 64, 1),
        },
        ("LATENT",),
    ),
    NodeClass(
        "InpaintModelConditioning",
        "InpaintModelConditioning",
        "conditioning/inpaint",
        {
            "positive": link("CONDITIONING"),
            "negative": link("CONDITIONING"),
            "vae": link("VAE"),
            "pixels": link("IMAGE"),
            "mask": link("MASK"),
            "noise_mask": flag(default=True, tooltip="Whether only what the mask covers is drawn anew."),
        },
        ("CONDITIONING", "CONDITIONING", "LATENT"),
        return_names=("positive", "negative", "latent"),
    ),
    NodeClass(
        "SetLatentNoiseMask",
        "Set Latent Noise Mask",
        "latent/inpaint",
        {"samples": link("LATENT"), "mask": link("MASK")},
        ("LATENT",),
    ),
    NodeClass(
        "LatentUpscale",
        "Upscale Latent",
        "latent",
        {
            "samples": link("LATENT"),
            "upscale_method": choice(*_LATENT_METHODS),
            "width": side(0, 8),
            "height": side(0, 8),
            "crop": choice("disabled", "center"),
        },
        ("LATENT",),
    ),
    NodeClass(
        "LatentUpscaleBy",
        "Upscale Latent By",
        "latent",
        {
            "samples": link("LATENT"),
            "upscale_method": choice(*_LATENT_METHODS),
            "scale_by": number(1.5, 0.01, 8.0, 0.01),
        },
        ("LATENT",),
    ),
)

_TEXTS = (
    NodeClass(
        "PrimitiveString",
        "String",
        "utils/primitive",
        {"value": Input("STRING", {"multiline": False})},
        ("STRING",),
        module="comfy_extras.nodes_primitive",
        modern=True,
    ),
)

_OTHERS = (
    NodeClass(
        "SDTurboScheduler",
        "SDTurboScheduler",
        "sampling/custom_sampling/schedulers",
        {"model": link("MODEL"), "steps": integer(1, 1, 10), "denoise": _share(1.0)},
        ("SIGMAS",),
        module="comfy_extras.nodes_custom_sampler",
    ),
)

STOCK_CLASSES: Final = (*_LOADERS, *_CONDITIONING, *_LATENTS, *_TEXTS, *_OTHERS)
