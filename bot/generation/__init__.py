"""The one interesting algorithm: claim, submit, follow, cancel, recover. Knows ComfyUI and the ledger, not Discord."""

from bot.generation.board import ProgressBoard
from bot.generation.progress import Preview, Progress, Waiting
from bot.generation.service import (
    Actor,
    Expected,
    FileGone,
    FileTooBig,
    Generation,
    Order,
    Rules,
    ServersAway,
)
from bot.generation.situation import Tempo

__all__ = [
    "Actor",
    "Expected",
    "FileGone",
    "FileTooBig",
    "Generation",
    "Order",
    "Preview",
    "Progress",
    "ProgressBoard",
    "Rules",
    "ServersAway",
    "Tempo",
    "Waiting",
]
