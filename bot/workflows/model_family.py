"""What kind of words the model of a graph was taught with: tags, sentences, motion or sound. Pure."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from bot.comfy import Graph


class ModelFamily(StrEnum):
    """Named after what one writes for it."""

    TAGS = "tags"
    """Stable Diffusion 1 and 2, SDXL, and what was made of them, moving or not: read by CLIP alone."""
    SENTENCES = "sentences"
    """Models that a language model reads for (FLUX, SD3, Qwen …), partner services, and whatever nobody here knows."""
    MOTION = "motion"
    """Models of videos."""
    SOUND = "sound"
    """Music, speech and noises."""


_VIDEO_OUT = re.compile(
    r"^(save|create|combine)_?(video|webm|animated)|video_?combine|saveanimated|(img|image|text|txt|frame)s?_?(to|2)_?video",
    re.IGNORECASE,
)
_SOUND_OUT = re.compile(r"^(save|preview)_?audio|audio_?(decode|latent)|latent_?audio", re.IGNORECASE)
_PICTURE_OUT = re.compile(r"^save_?image", re.IGNORECASE)
_OTHER_ENCODERS = re.compile(
    r"flux|sd_?3|qwen|hidream|lumina|hunyuan|aura|pixart|omnigen|cosmos|kandinsky|ltxv|mochi|wan(image|text|vace)|(triple|quadruple)clip|t5",
    re.IGNORECASE,
)
"""In names of node classes: those that belong to models which are not read by CLIP alone."""
_OTHER_MODELS = re.compile(
    r"flux|sd_?3(?!\d)|stable-?diffusion-?3|qwen|z[-_]image|hidream|lumina|chroma|pixart|aura_?flow|omnigen|cosmos"
    r"|hunyuan|kandinsky|kolors|longcat|krea|wan_?2|t5|llama|gemma|mistral|byt5|_llm|ltx|mochi|ace_step|stable-audio",
    re.IGNORECASE,
)
"""In names of files and in the ``type`` of a loader of text encoders."""
_CLIP = re.compile(r"^CLIPTextEncode(SDXL\w*)?$|^(smZ |BNK_)CLIPTextEncode")
_LOADER = re.compile(r"load", re.IGNORECASE)


def model_family(graph: Graph) -> ModelFamily:
    """By what the graph puts out, by its node classes, and by the names of its files, as somebody chose them."""
    classes = {node.class_type for node in graph.values()}
    is_read_by_clip = _any(_CLIP, classes)
    if is_read_by_clip and not _any(_OTHER_ENCODERS, classes) and not _any(_OTHER_MODELS, _loaded(graph)):
        return ModelFamily.TAGS
    if _any(_VIDEO_OUT, classes):
        return ModelFamily.MOTION
    if _any(_SOUND_OUT, classes) and not _any(_PICTURE_OUT, classes):
        return ModelFamily.SOUND
    return ModelFamily.SENTENCES


def _any(pattern: re.Pattern[str], names: Iterable[str]) -> bool:
    return any(map(pattern.search, names))


def _loaded(graph: Graph) -> Iterator[str]:
    """The texts in loaders: names of files without their folders, and which kind of encoder they are."""
    for node in graph.values():
        if _LOADER.search(node.class_type):
            for value in node.inputs.values():
                if isinstance(value, str):
                    yield re.split(r"[\\/]", value)[-1]
