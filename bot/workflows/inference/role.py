"""What an input means to a person, whatever its node calls it, and the words for it."""

from enum import StrEnum
from typing import NamedTuple

from bot.texts import LOCALES, Text, render, text


class Role(StrEnum):
    """In the order in which a command offers them; the first half is what people come for."""

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


ORDER = {role: place for place, role in enumerate(Role)}
TECHNICAL = frozenset(role for role in Role if ORDER[role] >= ORDER[Role.STEPS])
"""How, not what. Where an author chose the options, these are left to the advanced ones."""

BY_INPUT = {
    "width": Role.WIDTH,
    "height": Role.HEIGHT,
    "aspect_ratio": Role.ASPECT_RATIO,
    "resolution": Role.RESOLUTION,
    "length": Role.LENGTH,
    "video_frames": Role.LENGTH,
    "num_frames": Role.LENGTH,
    "frames_number": Role.LENGTH,
    "duration": Role.DURATION,
    "duration_seconds": Role.DURATION,
    "seconds": Role.DURATION,
    "fps": Role.FPS,
    "frame_rate": Role.FPS,
    "batch_size": Role.BATCH_SIZE,
    "steps": Role.STEPS,
    "cfg": Role.CFG,
    "guidance": Role.GUIDANCE,
    "denoise": Role.DENOISE,
    "sampler_name": Role.SAMPLER,
    "scheduler": Role.SCHEDULER,
    "ckpt_name": Role.CHECKPOINT,
    "unet_name": Role.MODEL,
    "lora_name": Role.LORA,
    "strength_model": Role.LORA_STRENGTH,
}

BY_LABEL = {
    **{role.value: role for role in Role},
    **BY_INPUT,
    "positive_prompt": Role.PROMPT,
    "negative_prompt": Role.NEGATIVE,
    "noise_seed": Role.SEED,
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
    Role.PROMPT: Words(text("option-prompt"), text("option-prompt-about")),
    Role.NEGATIVE: Words(text("option-negative"), text("option-negative-about")),
    Role.SEED: Words(text("option-seed"), text("option-seed-about")),
    Role.WIDTH: Words(text("option-width"), text("option-width-about")),
    Role.HEIGHT: Words(text("option-height"), text("option-height-about")),
    Role.ASPECT_RATIO: Words(text("option-aspect-ratio"), text("option-aspect-ratio-about")),
    Role.RESOLUTION: Words(text("option-resolution"), text("option-resolution-about")),
    Role.LENGTH: Words(text("option-length"), text("option-length-about")),
    Role.DURATION: Words(text("option-duration"), text("option-duration-about")),
    Role.FPS: Words(text("option-fps"), text("option-fps-about")),
    Role.BATCH_SIZE: Words(text("option-batch-size"), text("option-batch-size-about")),
    Role.STEPS: Words(text("option-steps"), text("option-steps-about")),
    Role.CFG: Words(text("option-cfg"), text("option-cfg-about")),
    Role.GUIDANCE: Words(text("option-guidance"), text("option-guidance-about")),
    Role.DENOISE: Words(text("option-denoise"), text("option-denoise-about")),
    Role.SAMPLER: Words(text("option-sampler"), text("option-sampler-about")),
    Role.SCHEDULER: Words(text("option-scheduler"), text("option-scheduler-about")),
    Role.CHECKPOINT: Words(text("option-checkpoint"), text("option-checkpoint-about")),
    Role.MODEL: Words(text("option-model"), text("option-model-about")),
    Role.LORA: Words(text("option-lora"), text("option-lora-about")),
    Role.LORA_STRENGTH: Words(text("option-lora-strength"), text("option-lora-strength-about")),
}

TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")
