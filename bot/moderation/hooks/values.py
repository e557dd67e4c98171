"""What a hook is given and gives back. Values, and the protocols of the three moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable
from uuid import UUID

from bot.moderation.people import ChannelFacts, Requester

Graph: TypeAlias = Mapping[str, Any]
"""ComfyUI's API format: ``{node_id: {"class_type": …, "inputs": {…}}}``."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A job goes no further."""

    words: str | Mapping[str, str]
    """Why, and what to do, for the person; by language (``en``, ``zh-CN``), or the same for all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A job that somebody asks for, filled in: what a hook gives back takes its place."""

    workflow: str
    person: Requester
    channel: ChannelFacts
    guild_id: int | None
    """None in direct messages, and where the bot is a guest."""
    locale: str
    """The person's, as Discord writes it."""
    values: Mapping[str, str]
    """Option → what was chosen, as people read it. May be changed."""
    graph: Graph
    """May be changed in the inputs of its nodes."""
    spoiler: bool = False
    """May be made True: the result is posted behind a spoiler."""
    review: str | None = None
    """May be given: why a moderator has to look at the result before it is posted."""


@dataclass(frozen=True, slots=True)
class MadeOutput:
    """A file that a job made, as ComfyUI names it."""

    node_id: str
    filename: str


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file as it is going to be posted, less what was taken out of it (see ``RESULT_METADATA``)."""

    filename: str
    suffix: str
    """By its bytes, with the dot."""
    content: bytes | Path
    """The bytes, or where they lie until the hook has answered."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job, or of a group of them: what a hook gives back takes its place."""

    job_id: UUID
    workflow: str
    values: Mapping[str, str]
    guild_id: int | None
    channel_id: int
    user_id: int
    locale: str
    outputs: tuple[MadeOutput, ...]
    texts: tuple[str, ...]
    files: tuple[MadeFile, ...] = ()
    """Empty after the run; before posting those of ``outputs`` that are still there."""
    spoiler: bool = False
    """As in :class:`Asked`; so is the next."""
    review: str | None = None


@runtime_checkable
class BeforeSubmission(Protocol):
    async def before_submission(self, asked: Asked) -> Asked | Refusal: ...


@runtime_checkable
class AfterRun(Protocol):
    async def after_run(self, made: Made) -> Made | Refusal: ...


@runtime_checkable
class BeforePosting(Protocol):
    async def before_posting(self, made: Made) -> Made | Refusal: ...
