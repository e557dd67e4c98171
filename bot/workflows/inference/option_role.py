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
    NEGATIVE = "negative"
    SEED = "seed"
    WIDTH = "width"
    HEIGHT = "height"
    ASPECT_RATIO = "aspect_ratio"
    RESOLUTION = "resolution"
    LENGTH = "length"
    DURATION = "duration"
    FPS = "fps"
    BATCH_SIZE = "batch_size"
    STEPS = "steps"
    CFG = "cfg"
    GUIDANCE = "guidance"
    DENOISE = "denoise"
    SAMPLER = "sampler"
    SCHEDULER = "scheduler"
    CHECKPOINT = "checkpoint"
    MODEL = "model"
    LORA = "lora"
    LORA_STRENGTH = "lora_strength"


ORDER = {role: place for place, role in enumerate(OptionRole)}
TECHNICAL = frozenset(role for role in OptionRole if ORDER[role] >= ORDER[OptionRole.STEPS])
"""How, not what. Where an author chose the options, these are left to the advanced ones."""

BY_INPUT = {
    "width": OptionRole.WIDTH,
    "height": OptionRole.HEIGHT,
    "aspect_ratio": OptionRole.ASPECT_RATIO,
    "resolution": OptionRole.RESOLUTION,
    "length": OptionRole.LENGTH,
    "video_frames": OptionRole.LENGTH,
    "num_frames": OptionRole.LENGTH,
    "frames_number": OptionRole.LENGTH,
    "duration": OptionRole.DURATION,
    "duration_seconds": OptionRole.DURATION,
    "seconds": OptionRole.DURATION,
    "fps": OptionRole.FPS,
    "frame_rate": OptionRole.FPS,
    "batch_size": OptionRole.BATCH_SIZE,
    "steps": OptionRole.STEPS,
    "cfg": OptionRole.CFG,
    "guidance": OptionRole.GUIDANCE,
    "denoise": OptionRole.DENOISE,
    "sampler_name": OptionRole.SAMPLER,
    "scheduler": OptionRole.SCHEDULER,
    "ckpt_name": OptionRole.CHECKPOINT,
    "unet_name": OptionRole.MODEL,
    "lora_name": OptionRole.LORA,
    "strength_model": OptionRole.LORA_STRENGTH,
}

BY_LABEL = {
    **{role.value: role for role in OptionRole if ORDER[role] >= ORDER[OptionRole.PROMPT]},
    **BY_INPUT,
    "positive_prompt": OptionRole.PROMPT,
    "negative_prompt": OptionRole.NEGATIVE,
    "noise_seed": OptionRole.SEED,
}
"""What authors call things."""


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
    OptionRole.NEGATIVE: Words(text("option-negative"), text("option-negative-about")),
    OptionRole.SEED: Words(text("option-seed"), text("option-seed-about")),
    OptionRole.WIDTH: Words(text("option-width"), text("option-width-about")),
    OptionRole.HEIGHT: Words(text("option-height"), text("option-height-about")),
    OptionRole.ASPECT_RATIO: Words(text("option-aspect-ratio"), text("option-aspect-ratio-about")),
    OptionRole.RESOLUTION: Words(text("option-resolution"), text("option-resolution-about")),
    OptionRole.LENGTH: Words(text("option-length"), text("option-length-about")),
    OptionRole.DURATION: Words(text("option-duration"), text("option-duration-about")),
    OptionRole.FPS: Words(text("option-fps"), text("option-fps-about")),
    OptionRole.BATCH_SIZE: Words(text("option-batch-size"), text("option-batch-size-about")),
    OptionRole.STEPS: Words(text("option-steps"), text("option-steps-about")),
    OptionRole.CFG: Words(text("option-cfg"), text("option-cfg-about")),
    OptionRole.GUIDANCE: Words(text("option-guidance"), text("option-guidance-about")),
    OptionRole.DENOISE: Words(text("option-denoise"), text("option-denoise-about")),
    OptionRole.SAMPLER: Words(text("option-sampler"), text("option-sampler-about")),
    OptionRole.SCHEDULER: Words(text("option-scheduler"), text("option-scheduler-about")),
    OptionRole.CHECKPOINT: Words(text("option-checkpoint"), text("option-checkpoint-about")),
    OptionRole.MODEL: Words(text("option-model"), text("option-model-about")),
    OptionRole.LORA: Words(text("option-lora"), text("option-lora-about")),
    OptionRole.LORA_STRENGTH: Words(text("option-lora-strength"), text("option-lora-strength-about")),
}

TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")
