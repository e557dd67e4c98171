"""What a package may do about jobs: see HOOKS.md. These names are what packages import; they change with the major version."""

from bot.moderation.hooks.values import (
    AfterRun,
    Asked,
    BeforePosting,
    BeforeSubmission,
    Made,
    MadeFile,
    MadeOutput,
    Refusal,
)
from bot.moderation.people import ChannelFacts, Requester

__all__ = [
    "AfterRun",
    "Asked",
    "BeforePosting",
    "BeforeSubmission",
    "ChannelFacts",
    "Made",
    "MadeFile",
    "MadeOutput",
    "Refusal",
    "Requester",
]
