"""The one interesting algorithm: claim, submit, follow, cancel, recover. Knows ComfyUI and the ledger, not Discord."""

from bot.generation.board import ProgressBoard
from bot.generation.expecting import Expected
from bot.generation.orders import Actor, InputsShown, Order, Rules
from bot.generation.output_files import FileGone, FileTooBig, ServersAway
from bot.generation.own_jobs import OwnJobs
from bot.generation.preparing import PreparationWorker
from bot.generation.presets import PresetBook
from bot.generation.progress import Preview, Progress, Waiting
from bot.generation.recipes import ReadRecipe, RecipeReader
from bot.generation.service import Generation
from bot.generation.timeouts import Timeouts

__all__ = [
    "Actor",
    "Expected",
    "FileGone",
    "FileTooBig",
    "Generation",
    "InputsShown",
    "Order",
    "OwnJobs",
    "PreparationWorker",
    "PresetBook",
    "Preview",
    "Progress",
    "ProgressBoard",
    "ReadRecipe",
    "RecipeReader",
    "Rules",
    "ServersAway",
    "Timeouts",
    "Waiting",
]
