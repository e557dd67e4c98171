"""The one interesting algorithm: claim, submit, follow, cancel, recover. Knows ComfyUI and the ledger, not Discord."""

from bot.generation.board import ProgressBoard
from bot.generation.composition import Composition
from bot.generation.execution import Execution
from bot.generation.expecting import Expected
from bot.generation.group_orders import MOST_VALUES, Axis, compared
from bot.generation.group_standing import GroupStanding, spoken_for
from bot.generation.housekeeping import Housekeeping
from bot.generation.orders import Actor, InputsShown, Order, Rules
from bot.generation.output_files import FileGone, FileTooBig, ServersAway
from bot.generation.own_jobs import OwnJobs
from bot.generation.parts import Parts
from bot.generation.preparing import PreparationWorker
from bot.generation.presets import PresetBook
from bot.generation.progress import Preview, Progress, Waiting
from bot.generation.recipes import ReadRecipe, RecipeReader
from bot.generation.rewording import HelpsWithWords, Rewriter
from bot.generation.service import Generation
from bot.generation.timeouts import Timeouts
from bot.generation.workflow_watch import WorkflowWatch

__all__ = [
    "MOST_VALUES",
    "Actor",
    "Axis",
    "Composition",
    "Execution",
    "Expected",
    "FileGone",
    "FileTooBig",
    "Generation",
    "GroupStanding",
    "HelpsWithWords",
    "Housekeeping",
    "InputsShown",
    "Order",
    "OwnJobs",
    "Parts",
    "PreparationWorker",
    "PresetBook",
    "Preview",
    "Progress",
    "ProgressBoard",
    "ReadRecipe",
    "RecipeReader",
    "Rewriter",
    "Rules",
    "ServersAway",
    "Timeouts",
    "Waiting",
    "WorkflowWatch",
    "compared",
    "spoken_for",
]
