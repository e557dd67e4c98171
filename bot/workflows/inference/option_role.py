"""What an input means to a person, whatever its node calls it, and the words for it."""

from enum import StrEnum
from typing import NamedTuple

from bot.texts import LOCALES, Text, render, text


class OptionRole(StrEnum):
    """In the order in which a command offers them; the first half is what people come for."""

    IMAGE = "image"
    MASK = "mask"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    PROMPT = "prompt"
    FIND = "find"
    NEGATIVE = "negative"
    TAGS = "tags"
    LYRICS = "lyrics"
    SEED = "seed"
    SIZE = "size"
    WIDTH = "width"
    HEIGHT = "height"
    ASPECT_RATIO = "aspect-ratio"
    RESOLUTION = "resolution"
    MEGAPIXELS = "megapixels"
    LEFT = "left"
    TOP = "top"
    RIGHT = "right"
    BOTTOM = "bottom"
    FEATHERING = "feathering"
    LENGTH = "length"
    DURATION = "duration"
    FPS = "fps"
    SOUND = "sound"
    BATCH_SIZE = "batch-size"
    STYLE = "style"
    EFFECT_SCENE = "effect-scene"
    CAMERA_POSE = "camera-pose"
    VOICE = "voice"
    SPEED = "speed"
    QUALITY = "quality"
    MULTIPLIER = "multiplier"
    CONTROL_STRENGTH = "control-strength"
    IMAGE_WEIGHT = "image-weight"
    STEPS = "steps"
    CFG = "cfg"
    GUIDANCE = "guidance"
    DENOISE = "denoise"
    SAMPLER = "sampler"
    SCHEDULER = "scheduler"
    CHECKPOINT = "checkpoint"
    MODEL = "model"
    LORA = "lora"
    LORA_STRENGTH = "lora-strength"
    SPEED_LORA = "speed-lora"
    SPEED_LORA_STRENGTH = "speed-lora-strength"
    CONTROLNET = "controlnet"
    UPSCALE_MODEL = "upscale-model"
    VAE = "vae"
    TEXT_ENCODER = "text-encoder"
    CLIP_VISION = "clip-vision"


ORDER = {role: place for place, role in enumerate(OptionRole)}
TECHNICAL = frozenset(role for role in OptionRole if ORDER[role] >= ORDER[OptionRole.STEPS])
"""How, not what. Where an author chose the options, these are left to the advanced ones."""
PARTS = frozenset(
    {
        OptionRole.VAE,
        OptionRole.TEXT_ENCODER,
        OptionRole.CLIP_VISION,
        OptionRole.SPEED_LORA,
        OptionRole.SPEED_LORA_STRENGTH,
    }
)
"""What belongs to a model: whoever changes one of them alone gets an error, or noise."""
SIZED = frozenset({OptionRole.SIZE, OptionRole.ASPECT_RATIO, OptionRole.RESOLUTION, OptionRole.MEGAPIXELS})

BY_INPUT = {
    "width": OptionRole.WIDTH,
    "height": OptionRole.HEIGHT,
    "aspect_ratio": OptionRole.ASPECT_RATIO,
    "ratio": OptionRole.ASPECT_RATIO,
    "size": OptionRole.SIZE,
    "size_preset": OptionRole.SIZE,
    "image_size": OptionRole.SIZE,
    "resolution": OptionRole.RESOLUTION,
    "megapixels": OptionRole.MEGAPIXELS,
    "left": OptionRole.LEFT,
    "top": OptionRole.TOP,
    "right": OptionRole.RIGHT,
    "bottom": OptionRole.BOTTOM,
    "feathering": OptionRole.FEATHERING,
    "length": OptionRole.LENGTH,
    "video_frames": OptionRole.LENGTH,
    "num_frames": OptionRole.LENGTH,
    "frames_number": OptionRole.LENGTH,
    "duration": OptionRole.DURATION,
    "duration_seconds": OptionRole.DURATION,
    "seconds": OptionRole.DURATION,
    "fps": OptionRole.FPS,
    "frame_rate": OptionRole.FPS,
    "generate_audio": OptionRole.SOUND,
    "batch_size": OptionRole.BATCH_SIZE,
    "number_of_images": OptionRole.BATCH_SIZE,
    "num_images": OptionRole.BATCH_SIZE,
    "max_images": OptionRole.BATCH_SIZE,
    "n": OptionRole.BATCH_SIZE,
    "style": OptionRole.STYLE,
    "style_preset": OptionRole.STYLE,
    "effect_scene": OptionRole.EFFECT_SCENE,
    "camera_pose": OptionRole.CAMERA_POSE,
    "voice": OptionRole.VOICE,
    "voice_name": OptionRole.VOICE,
    "speed": OptionRole.SPEED,
    "quality": OptionRole.QUALITY,
    "multiplier": OptionRole.MULTIPLIER,
    "scale_by": OptionRole.MULTIPLIER,
    "upscale_by": OptionRole.MULTIPLIER,
    "scale_factor": OptionRole.MULTIPLIER,
    "upscale_factor": OptionRole.MULTIPLIER,
    "strength": OptionRole.CONTROL_STRENGTH,
    "control_strength": OptionRole.CONTROL_STRENGTH,
    "conditioning_scale": OptionRole.CONTROL_STRENGTH,
    "weight": OptionRole.IMAGE_WEIGHT,
    "image_weight": OptionRole.IMAGE_WEIGHT,
    "steps": OptionRole.STEPS,
    "cfg": OptionRole.CFG,
    "guidance": OptionRole.GUIDANCE,
    "denoise": OptionRole.DENOISE,
    "sampler_name": OptionRole.SAMPLER,
    "scheduler": OptionRole.SCHEDULER,
    "ckpt_name": OptionRole.CHECKPOINT,
    "unet_name": OptionRole.MODEL,
    "model": OptionRole.MODEL,
    "model_name": OptionRole.MODEL,
    "model_version": OptionRole.MODEL,
    "lora_name": OptionRole.LORA,
    "strength_model": OptionRole.LORA_STRENGTH,
    "control_net_name": OptionRole.CONTROLNET,
    "vae_name": OptionRole.VAE,
    "clip_name": OptionRole.TEXT_ENCODER,
    "clip_name1": OptionRole.TEXT_ENCODER,
    "clip_name2": OptionRole.TEXT_ENCODER,
    "clip_name3": OptionRole.TEXT_ENCODER,
    "text_encoder": OptionRole.TEXT_ENCODER,
}

_SAID = {
    "positive-prompt": OptionRole.PROMPT,
    "positive": OptionRole.PROMPT,
    "user-prompt": OptionRole.PROMPT,
    "user-input": OptionRole.PROMPT,
    "text-prompt": OptionRole.PROMPT,
    "negative-prompt": OptionRole.NEGATIVE,
    "noise-seed": OptionRole.SEED,
    "random-seed": OptionRole.SEED,
    "frames-per-second": OptionRole.FPS,
    "frames": OptionRole.LENGTH,
    "frame-count": OptionRole.LENGTH,
    "video-length": OptionRole.LENGTH,
    "ckpt": OptionRole.CHECKPOINT,
    "unet": OptionRole.MODEL,
    "diffusion-model": OptionRole.MODEL,
    "clip": OptionRole.TEXT_ENCODER,
    "upscaler": OptionRole.UPSCALE_MODEL,
}
BY_LABEL = {
    **{role.value: role for role in OptionRole if ORDER[role] >= ORDER[OptionRole.PROMPT]},
    **{
        name.replace("_", "-"): role
        for name, role in BY_INPUT.items()
        if name not in {"n", "weight", "strength", "text_encoder"}
    },
    **_SAID,
}
"""What authors call things, as :func:`bot.workflows.inference.naming.option_name` spells it."""


class Words(NamedTuple):
    name: Text
    description: Text

    def names(self, locale: str) -> str:
        return render(self.name, locale)

    def describes(self, locale: str) -> str:
        return render(self.description, locale)


WORDS = {
    OptionRole.IMAGE: Words(text("option-image"), text("option-image-about")),
    OptionRole.MASK: Words(text("option-mask"), text("option-mask-about")),
    OptionRole.VIDEO: Words(text("option-video"), text("option-video-about")),
    OptionRole.AUDIO: Words(text("option-audio"), text("option-audio-about")),
    OptionRole.FILE: Words(text("option-file"), text("option-file-about")),
    OptionRole.PROMPT: Words(text("option-prompt"), text("option-prompt-about")),
    OptionRole.FIND: Words(text("option-find"), text("option-find-about")),
    OptionRole.NEGATIVE: Words(text("option-negative"), text("option-negative-about")),
    OptionRole.TAGS: Words(text("option-tags"), text("option-tags-about")),
    OptionRole.LYRICS: Words(text("option-lyrics"), text("option-lyrics-about")),
    OptionRole.SEED: Words(text("option-seed"), text("option-seed-about")),
    OptionRole.SIZE: Words(text("option-size"), text("option-size-about")),
    OptionRole.WIDTH: Words(text("option-width"), text("option-width-about")),
    OptionRole.HEIGHT: Words(text("option-height"), text("option-height-about")),
    OptionRole.ASPECT_RATIO: Words(text("option-aspect-ratio"), text("option-aspect-ratio-about")),
    OptionRole.RESOLUTION: Words(text("option-resolution"), text("option-resolution-about")),
    OptionRole.MEGAPIXELS: Words(text("option-megapixels"), text("option-megapixels-about")),
    OptionRole.LEFT: Words(text("option-left"), text("option-left-about")),
    OptionRole.TOP: Words(text("option-top"), text("option-top-about")),
    OptionRole.RIGHT: Words(text("option-right"), text("option-right-about")),
    OptionRole.BOTTOM: Words(text("option-bottom"), text("option-bottom-about")),
    OptionRole.FEATHERING: Words(text("option-feathering"), text("option-feathering-about")),
    OptionRole.LENGTH: Words(text("option-length"), text("option-length-about")),
    OptionRole.DURATION: Words(text("option-duration"), text("option-duration-about")),
    OptionRole.FPS: Words(text("option-fps"), text("option-fps-about")),
    OptionRole.SOUND: Words(text("option-sound"), text("option-sound-about")),
    OptionRole.BATCH_SIZE: Words(text("option-batch-size"), text("option-batch-size-about")),
    OptionRole.STYLE: Words(text("option-style"), text("option-style-about")),
    OptionRole.EFFECT_SCENE: Words(text("option-effect-scene"), text("option-effect-scene-about")),
    OptionRole.CAMERA_POSE: Words(text("option-camera-pose"), text("option-camera-pose-about")),
    OptionRole.VOICE: Words(text("option-voice"), text("option-voice-about")),
    OptionRole.SPEED: Words(text("option-speed"), text("option-speed-about")),
    OptionRole.QUALITY: Words(text("option-quality"), text("option-quality-about")),
    OptionRole.MULTIPLIER: Words(text("option-multiplier"), text("option-multiplier-about")),
    OptionRole.CONTROL_STRENGTH: Words(
        text("option-control-strength"), text("option-control-strength-about")
    ),
    OptionRole.IMAGE_WEIGHT: Words(text("option-image-weight"), text("option-image-weight-about")),
    OptionRole.DENOISE: Words(text("option-denoise"), text("option-denoise-about")),
    OptionRole.STEPS: Words(text("option-steps"), text("option-steps-about")),
    OptionRole.CFG: Words(text("option-cfg"), text("option-cfg-about")),
    OptionRole.GUIDANCE: Words(text("option-guidance"), text("option-guidance-about")),
    OptionRole.SAMPLER: Words(text("option-sampler"), text("option-sampler-about")),
    OptionRole.SCHEDULER: Words(text("option-scheduler"), text("option-scheduler-about")),
    OptionRole.CHECKPOINT: Words(text("option-checkpoint"), text("option-checkpoint-about")),
    OptionRole.MODEL: Words(text("option-model"), text("option-model-about")),
    OptionRole.LORA: Words(text("option-lora"), text("option-lora-about")),
    OptionRole.LORA_STRENGTH: Words(text("option-lora-strength"), text("option-lora-strength-about")),
    OptionRole.SPEED_LORA: Words(text("option-speed-lora"), text("option-speed-lora-about")),
    OptionRole.SPEED_LORA_STRENGTH: Words(
        text("option-speed-lora-strength"), text("option-speed-lora-strength-about")
    ),
    OptionRole.CONTROLNET: Words(text("option-controlnet"), text("option-controlnet-about")),
    OptionRole.UPSCALE_MODEL: Words(text("option-upscale-model"), text("option-upscale-model-about")),
    OptionRole.VAE: Words(text("option-vae"), text("option-vae-about")),
    OptionRole.TEXT_ENCODER: Words(text("option-text-encoder"), text("option-text-encoder-about")),
    OptionRole.CLIP_VISION: Words(text("option-clip-vision"), text("option-clip-vision-about")),
}

TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")
