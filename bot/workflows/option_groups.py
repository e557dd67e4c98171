"""A workflow's options in groups that a form can ask for, each under a name that people know. Pure."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from bot.workflows.attachment_settling import is_attached
from bot.workflows.template import OptionKind
from bot.workflows.workflow import Option, Workflow

MOST_TOGETHER = 5


class Subject(StrEnum):
    """What a group is about, in the order in which people want it."""

    PROMPT = "prompt"
    SIZE = "size"
    SAMPLING = "sampling"
    MODELS = "models"
    FILES = "files"
    MORE = "more"


_SIZE = frozenset(
    {
        "width",
        "height",
        "aspect_ratio",
        "resolution",
        "size",
        "largest_size",
        "megapixels",
        "scale_by",
        "upscale_by",
        "upscale_method",
        "batch_size",
        "length",
        "video_frames",
        "num_frames",
        "frames_number",
        "frames",
        "duration",
        "seconds",
        "fps",
        "frame_rate",
        "left",
        "right",
        "top",
        "bottom",
    }
)
_SAMPLING = frozenset(
    {
        "seed",
        "noise_seed",
        "steps",
        "cfg",
        "guidance",
        "min_cfg",
        "denoise",
        "sampler_name",
        "scheduler",
        "shift",
        "max_shift",
        "base_shift",
        "start_at_step",
        "end_at_step",
    }
)
_MODELS = frozenset(
    {"strength_model", "strength_clip", "lora_strength", "clip_skip", "stop_at_clip_layer", "weight_dtype"}
)
"""Beside the lists of files, which nodes call ``ckpt_name``, ``lora_name``, ``vae_name`` and so on, and what says lora."""


class OptionGroup(Struct, frozen=True):
    """Options of one subject, as many as go together."""

    subject: Subject
    number: int
    """Which of its subject, counting from 1."""
    is_only: bool
    """Whether its subject has no other."""
    options: tuple[Option, ...]

    @property
    def key(self) -> str:
        return f"{self.subject}-{self.number}"


def option_groups(workflow: Workflow, *, most: int = MOST_TOGETHER) -> tuple[OptionGroup, ...]:
    """Every option once, in groups of at most ``most``; in each the workflow's own order."""
    by_subject: dict[Subject, list[Option]] = {subject: [] for subject in Subject}
    for option in workflow.options:
        by_subject[subject_of(option)].append(option)
    return tuple(group for subject, options in by_subject.items() for group in _cut(subject, options, most))


def subject_of(option: Option) -> Subject:
    """By what it sets, and not by what its author calls it."""
    inputs = {target.input_name for target in option.targets}
    if is_attached(option.kind):
        return Subject.FILES
    if option.kind is OptionKind.SEED or not inputs.isdisjoint(_SAMPLING):
        return Subject.SAMPLING
    if option.kind is OptionKind.SIZE or not inputs.isdisjoint(_SIZE):
        return Subject.SIZE
    if not inputs.isdisjoint(_MODELS) or any(each.endswith("_name") or "lora" in each for each in inputs):
        return Subject.MODELS
    return Subject.PROMPT if option.kind is OptionKind.TEXT else Subject.MORE


def _cut(subject: Subject, options: Sequence[Option], most: int) -> Iterator[OptionGroup]:
    for number, start in enumerate(range(0, len(options), most), start=1):
        yield OptionGroup(subject, number, len(options) <= most, tuple(options[start : start + most]))
