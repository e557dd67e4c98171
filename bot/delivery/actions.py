"""What can be pressed under a result, and which custom ids say so. Values only.

A custom id holds all that is needed to serve it after a restart: what is done, with which job, and with which of its
files, which count from 1 as the job lists them.
"""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from bot.delivery.file_kinds import suffix_of
from bot.jobs.group import GroupKind
from bot.jobs.job import Job
from bot.workflows import OptionKind, Workflow
from bot.workflows.after import OF_A_PICTURE, After, Button
from bot.workflows.following import following, moves, needs_words

_STILLS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".bmp", ".tif", ".tiff"})

VARY_SUBTLY, VARY_STRONGLY = "vary-subtle", "vary-strong"
STRENGTHS: Mapping[str, float] = {VARY_SUBTLY: 0.35, VARY_STRONGLY: 0.7}
"""How much of the picture is to change."""
STARTS: Mapping[str, Button] = {
    VARY_SUBTLY: Button.VARY,
    VARY_STRONGLY: Button.VARY,
    "upscale": Button.UPSCALE,
    "animate": Button.ANIMATE,
}
"""What starts a job at once."""

_OF_A_GROUP: Mapping[GroupKind, Sequence[Button]] = {
    GroupKind.REPEAT: (Button.AGAIN, Button.EDIT, Button.DELETE),
    GroupKind.ALL: (Button.DELETE,),
    GroupKind.COMPARE: (Button.DELETE,),
}
"""Its first job speaks for a group: what is done with that one's values is done where all have the same."""

_JOB = r"(?P<job>[0-9a-f]{32})"
_NUMBER = r"(?P<number>[1-9][0-9]{0,3})"

AGAIN_ID = re.compile(f"again:{_JOB}")
START_ID = re.compile(f"(?P<start>{'|'.join(STARTS)}):{_JOB}:{_NUMBER}")
INPAINT_ID = re.compile(f"inpaint:{_JOB}:{_NUMBER}")
"""Of the button and of its form."""
PICK_ID = re.compile(f"pick:{_JOB}")
RECIPE_ID = re.compile(f"recipe:{_JOB}")
SHOW_ID = re.compile(f"show:{_JOB}")
DELETE_ID = re.compile(f"(?P<how>delete|delete-sure):{_JOB}")


def custom_id(action: str, job_id: UUID, number: int | None = None) -> str:
    return f"{action}:{job_id.hex}" if number is None else f"{action}:{job_id.hex}:{number}"


class Offered(Struct, frozen=True):
    """What can be done with a result."""

    whole: tuple[Button, ...] = ()
    """With all of it."""
    picture: tuple[Button, ...] = ()
    """With one of its pictures."""


NOTHING = Offered()


def offered(
    job: Job, source: Workflow | None, workflows: Mapping[str, Workflow], *, showcase: bool
) -> Offered:
    """``source``: the workflow that the job ran with, where it can be run now. ``workflows``: what is offered where it was made.

    ``showcase``: whether the guild has one.
    """
    wanted = (After() if source is None else source.after).buttons
    able = {Button.EDIT, Button.RECIPE, Button.DELETE}
    if _has_seed(job, source):
        able.add(Button.AGAIN)
    if showcase and not job.private and job.place.guild_id is not None:
        able.add(Button.SHOW)
    if job.group is not None:
        return Offered(tuple(each for each in _OF_A_GROUP[job.group.kind] if each in able and each in wanted))
    whole = tuple(each for each in Button if each in able and each in wanted)
    return Offered(whole, tuple(each for each in picture_buttons(job, source, workflows) if each in wanted))


def picture_buttons(
    job: Job, source: Workflow | None, workflows: Mapping[str, Workflow]
) -> tuple[Button, ...]:
    """What can be made of one of its pictures now."""
    if source is not None and moves(source):
        return ()
    found = following(source, workflows)
    return tuple(
        button
        for button in OF_A_PICTURE
        if button in found and _can_be_told(button, job, workflows[found[button]])
    )


def is_still(filename: str) -> bool:
    """Whether a file is a picture of which something can be made."""
    return suffix_of(filename) in _STILLS


def _has_seed(job: Job, source: Workflow | None) -> bool:
    if source is None:
        return "seed" in job.values
    return any(each.kind is OptionKind.SEED and not each.required for each in source.all_options)


def _can_be_told(button: Button, job: Job, target: Workflow) -> bool:
    """A form asks for words; whatever starts at once has those of the job, or of the one that it was made of."""
    return button is Button.INPAINT or not needs_words(target) or bool(job.prompt) or job.origin is not None
