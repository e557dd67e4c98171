"""Stock node classes that let a picture lead the drawing, as release 0.3.64 has them: image to video, unCLIP, ControlNet.

What the nodes do is in ``reference_nodes``.
"""

from typing import Final

from bot.sandbox.comfyui.node_classes import Listing, NodeClass
from bot.sandbox.comfyui.widgets import MAX_SIDE, choice, integer, link, listed, number

_VIDEO_MODELS = (
    NodeClass(
        "ImageOnlyCheckpointLoader",
        "Image Only Checkpoint Loader (img2vid model)",
        "loaders/video_models",
        {"ckpt_name": listed(Listing.CHECKPOINTS)},
        ("MODEL", "CLIP_VISION", "VAE"),
        module="comfy_extras.nodes_video_model",
    ),
    NodeClass(
        "VideoLinearCFGGuidance",
        "VideoLinearCFGGuidance",
        "sampling/video_models",
        {"model": link("MODEL"), "min_cfg": number(1.0, 0.0, 100.0, 0.5, round=0.01)},
        ("MODEL",),
        module="comfy_extras.nodes_video_model",
    ),
    NodeClass(
        "SVD_img2vid_Conditioning",
        "SVD_img2vid_Conditioning",
        "conditioning/video_models",
        {
            "clip_vision": link("CLIP_VISION"),
            "init_image": link("IMAGE"),
            "vae": link("VAE"),
            "width": integer(1024, 16, MAX_SIDE, 8),
            "height": integer(576, 16, MAX_SIDE, 8),
            "video_frames": integer(14, 1, 4096),
            "motion_bucket_id": integer(127, 1, 1023),
            "fps": integer(6, 1, 1024),
            "augmentation_level": number(0.0, 0.0, 10.0, 0.01),
        },
        ("CONDITIONING", "CONDITIONING", "LATENT"),
        module="comfy_extras.nodes_video_model",
        return_names=("positive", "negative", "latent"),
    ),
)

_REFERENCES = (
    NodeClass(
        "CLIPVisionLoader",
        "Load CLIP Vision",
        "loaders",
        {"clip_name": listed(Listing.CLIP_VISION)},
        ("CLIP_VISION",),
    ),
    NodeClass(
        "CLIPVisionEncode",
        "CLIP Vision Encode",
        "conditioning",
        {"clip_vision": link("CLIP_VISION"), "image": link("IMAGE"), "crop": choice("center", "none")},
        ("CLIP_VISION_OUTPUT",),
    ),
    NodeClass(
        "unCLIPConditioning",
        "unCLIPConditioning",
        "conditioning",
        {
            "conditioning": link("CONDITIONING"),
            "clip_vision_output": link("CLIP_VISION_OUTPUT"),
            "strength": number(1.0, -10.0, 10.0, 0.01),
            "noise_augmentation": number(0.0, 0.0, 1.0, 0.01),
        },
        ("CONDITIONING",),
    ),
    NodeClass(
        "ConditioningZeroOut",
        "ConditioningZeroOut",
        "advanced/conditioning",
        {"conditioning": link("CONDITIONING")},
        ("CONDITIONING",),
    ),
    NodeClass(
        "ControlNetLoader",
        "Load ControlNet Model",
        "loaders",
        {"control_net_name": listed(Listing.CONTROL_NETS)},
        ("CONTROL_NET",),
    ),
    NodeClass(
        "ControlNetApply",
        "Apply ControlNet (OLD)",
        "conditioning/controlnet",
        {
            "conditioning": link("CONDITIONING"),
            "control_net": link("CONTROL_NET"),
            "image": link("IMAGE"),
            "strength": number(1.0, 0.0, 10.0, 0.01),
        },
        ("CONDITIONING",),
        deprecated=True,
    ),
)

REFERENCE_CLASSES: Final = (*_VIDEO_MODELS, *_REFERENCES)
